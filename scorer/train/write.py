# ruff: noqa: E501
"""Writes an artefact: flat arrays, the vocabulary, the weights of the joint fit, and a manifest that binds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from operator import ge
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from scorer.artefact import FORMAT, layout_hash
from scorer.structure.features import layout as structure_layout
from scorer.text.model import TextSettings
from scorer.text.model import layout as text_layout
from scorer.train.dataset import Floats

BASE_RATE = {
    "event": "a mailbox provider's filter junks or refuses this wanted bulk mailing",
    "value": 0.128,
    "source": "Validity, Email Deliverability Benchmark Report 2026: 87.2 % of marketing mail reached the inbox in 2025 (as reported by Geysera; the report itself was not read)",
    "url": "https://www.geysera.com/blog/email-marketing/email-deliverability-in-2026-the-numbers-behind-whether-your-emails-actually-arrive",
    "read_as": "one minus global inbox placement; includes mail that went missing, which senders cannot tell from refused",
    "date": "2026-05-11",
}


def write_artefact(
    folder: Path,
    *,
    vocabulary: Sequence[str],
    text_weights: Floats,
    text_settings: TextSettings,
    structure_weights: Floats,
    weights: dict[str, Any],
    trained: str,
    corpora: list[dict[str, Any]],
) -> None:
    """Write the whole artefact into `folder`; the same numbers give the same bytes.

    Raises:
        ValueError: the vocabulary is not in order, by which its terms are found.
    """
    if any(map(ge, vocabulary, vocabulary[1:])):
        raise ValueError("the vocabulary is not in order")
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {
        "vocabulary.txt": "\n".join(vocabulary).encode("utf-8"),
        "text.f64": np.asarray(text_weights, dtype="<f8").tobytes(),
        "structure.f64": np.asarray(structure_weights, dtype="<f8").tobytes(),
        "weights.json": (json.dumps(weights, indent=1, sort_keys=True) + "\n").encode("utf-8"),
    }
    for name, data in files.items():
        _replace(folder / name, data)
    manifest = {
        "format": FORMAT,
        "trained": trained,
        "layouts": {"text": layout_hash(text_layout()), "structure": layout_hash(structure_layout())},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "settings": {"text": msgspec.to_builtins(text_settings)},
        "base_rate": BASE_RATE,
        "corpora": corpora,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    _replace(folder / "manifest.json", text.encode("utf-8"))


def _replace(path: Path, data: bytes) -> None:
    """Put a new file in the place of the old one, which a running service may have mapped and keeps."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(data)
    new.replace(path)
