"""Trained artefacts: data only, found beside the package or in the checkout, refused when they do not fit."""

from __future__ import annotations

import hashlib
import mmap
import sys
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

FORMAT = 1
"""Version of the artefact's layout on disk."""


class ArtefactError(ValueError):
    """An artefact is missing, damaged, or made for other features; the text is one line that says which."""


class Manifest(msgspec.Struct, frozen=True):
    """What `manifest.json` says. `layouts` holds one hash a model, over the feature names and the settings of
    the tokeniser; `files` the SHA-256 of every data file; `settings` the numbers of each model by name."""

    format: int
    trained: str
    layouts: dict[str, str]
    files: dict[str, str]
    settings: dict[str, dict[str, Any]]
    base_rate: dict[str, Any]
    corpora: list[dict[str, Any]]


def models_dir() -> Path:
    """The folder of trained artefacts: the copy packaged in the wheel, else the checkout's `models/`."""
    package = Path(__file__).resolve().parent
    packaged = package / "_models"
    return packaged if packaged.is_dir() else package.parent / "models"


def default_artefact() -> Path:
    """The artefact that scoring uses unless told otherwise."""
    return models_dir() / "default"


def layout_hash(names: Iterable[str]) -> str:
    """SHA-256 over feature names and settings, in order."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode("utf-8"))
        digest.update(b"\n")
    return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`.

    Raises:
        ArtefactError: missing, unreadable or of another format.
    """
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    except OSError as error:
        raise ArtefactError(f"no trained artefact in {folder}: {error.strerror or error}") from None
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ArtefactError(f"{folder / 'manifest.json'} cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise ArtefactError(f"{folder}: format {manifest.format}, this program reads {FORMAT}")
    return manifest


def map_file(folder: Path, name: str, manifest: Manifest) -> memoryview:
    """A data file mapped into memory, read-only, checked against the manifest.

    Raises:
        ArtefactError: missing, or not the file that was shipped.
    """
    try:
        with (folder / name).open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:  # ValueError: an empty file cannot be mapped
        raise ArtefactError(f"{folder / name}: {getattr(error, 'strerror', None) or error}") from None
    if hashlib.sha256(data).hexdigest() != manifest.files.get(name):
        raise ArtefactError(f"{folder / name} is not the file that the manifest names (SHA-256 differs)")
    return data


def read_floats(folder: Path, name: str, manifest: Manifest, count: int) -> Sequence[float]:
    """A flat little-endian array of `count` 64-bit floats, mapped where the machine is little-endian too.

    Raises:
        ArtefactError: as `map_file`, or of another length.
    """
    data = map_file(folder, name, manifest)
    if len(data) != 8 * count:
        raise ArtefactError(f"{folder / name}: {len(data) // 8} numbers where {count} were expected")
    if sys.byteorder == "little":
        return data.cast("d")
    values = array("d", bytes(data))
    values.byteswap()
    return values


def expect_layout(folder: Path, manifest: Manifest, model: str, found: str) -> None:
    """Refuse an artefact whose features are not the program's.

    Raises:
        ArtefactError: the layout hash of `model` differs.
    """
    if manifest.layouts.get(model) != found:
        raise ArtefactError(f"{folder}: the {model} model was trained for other features; run `score train`")
