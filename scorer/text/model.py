"""The trained model of words: what the text adds to the log-odds, term by term, with the places of each term.

Terms are single words and pairs of neighbours, apart for subject and body, from a vocabulary of words that
several unrelated senders used. The vocabulary is stored as text, so no unknown word can carry another's weight.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from scorer.artefact import (
    ArtefactError,
    default_artefact,
    expect_layout,
    layout_hash,
    read_file,
    read_floats,
    read_manifest,
)
from scorer.message import Message
from scorer.text import language, terms, tokens

SHOWN = 20
"""Terms that are listed one by one; the rest is the remainder."""
MAX_SPANS = 10


class Span(msgspec.Struct, frozen=True):
    """A place in `Message.subject` or `Message.visible_text`, in Unicode code points."""

    where: Literal["subject", "body"]
    start: int
    end: int


class TextTerm(msgspec.Struct, frozen=True):
    """A term, its share of the log-odds, and where it stands (at most `MAX_SPANS` places)."""

    term: str
    log_odds: float
    spans: tuple[Span, ...]


class TextEvidence(msgspec.Struct, frozen=True):
    """`log_odds` is the sum of the terms' shares and `remainder`. `trust` (0 to 1) is how far the model was let
    speak: little where the text is short or in a language whose wanted mail it has not seen."""

    log_odds: float
    terms: tuple[TextTerm, ...]
    remainder: float
    trust: float = 1.0


class TextSettings(msgspec.Struct, frozen=True):
    """Numbers of the model. `scale` folds in the calibration; `cap` bounds the whole (log-odds before scaling);
    `known_low` and `known_high` are the shares of English function words at which trust starts and is full;
    `half_words` is the number of words at which it is half of what it can be."""

    scale: float
    cap: float
    known_low: float
    known_high: float
    half_words: float


def layout() -> list[str]:
    """What an artefact is bound to."""
    return [tokens.SETTINGS, terms.SETTINGS]


def trust_in(words: Sequence[str], settings: TextSettings) -> float:
    """How far the words of a text can be trusted, 0 to 1, by their number and by how English they are."""
    found, total = language.shares(words)
    if not total:
        return 0.0
    known = (found.get("en", 0.0) - settings.known_low) / (settings.known_high - settings.known_low)
    return min(1.0, max(0.0, known)) * total / (total + settings.half_words)


def shrunk(raw: float, trust: float, settings: TextSettings) -> float:
    """The factor by which every term's share is multiplied: trust, the bound on the whole, the calibration."""
    if abs(raw) < 1e-12:
        return trust * settings.scale
    return trust * settings.scale * settings.cap * math.tanh(raw / settings.cap) / raw


class TextModel:
    """The vocabulary, a weight for each term, and the settings. Made by `load_text_model`."""

    def __init__(self, vocabulary: Sequence[str], weights: Sequence[float], settings: TextSettings) -> None:
        self.settings = settings
        self._weights = dict(zip(vocabulary, weights, strict=True))

    def shares(self, subject: Sequence[str], body: Sequence[str]) -> dict[str, float]:
        """Each known term's share before shrinking, for the words of subject and body."""
        found: dict[str, float] = {}
        known = self._weights.keys()
        for named, length in zip(terms.terms_of(subject, body), (terms.SUBJECT, terms.BODY), strict=True):
            met = sorted(named & known)
            if met:
                unit = length / math.sqrt(len(met))
                for term in met:
                    found[term] = self._weights[term] * unit
        return found

    def decision(self, message: Message) -> float:
        """The regression's decision function (log-odds between the classes it was trained on), before shrinking."""
        subject, body = _words(message)
        return math.fsum(self.shares(subject, body).values())

    def evidence(self, message: Message) -> TextEvidence:
        """What the words of a message add to the log-odds, exactly: `fsum` of terms and remainder is the whole."""
        subject, body = _words(message)
        shares = self.shares(subject, body)
        trust = trust_in([*subject, *body], self.settings)
        factor = shrunk(math.fsum(shares.values()), trust, self.settings)
        if not factor or not shares:
            return TextEvidence(0.0, (), 0.0, trust)
        ranked = sorted(shares.items(), key=lambda item: (-abs(item[1]), item[0]))
        shown = {term: share * factor for term, share in ranked[:SHOWN] if share}
        remainder = math.fsum(share * factor for _, share in ranked[SHOWN:])
        places = _places(message, shown.keys())
        return TextEvidence(
            math.fsum([*shown.values(), remainder]),
            tuple(TextTerm(term, share, tuple(places.get(term, ()))) for term, share in shown.items()),
            remainder,
            trust,
        )


def _words(message: Message) -> tuple[list[str], list[str]]:
    return tokens.words_of(message.subject, tokens.MAX_SUBJECT), tokens.words_of(message.visible_text)


def _places(message: Message, wanted: object) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    names = frozenset(wanted)  # type: ignore[call-overload]
    sources: tuple[tuple[Literal["subject", "body"], str, int, str], ...] = (
        ("subject", message.subject, tokens.MAX_SUBJECT, "s:"),
        ("body", message.visible_text, tokens.MAX_CHARS, ""),
    )
    for where, text, limit, mark in sources:
        if mark and not any(name.startswith(mark) for name in names):
            continue
        met = list(tokens.spans_of(text, limit))
        for word, start, end in met:
            if mark + word in names:
                found.setdefault(mark + word, []).append(Span(where, start, end))
        for (one, start, _), (other, _, end) in pairwise(met):
            if one and other and f"{mark}{one} {other}" in names:
                found.setdefault(f"{mark}{one} {other}", []).append(Span(where, start, end))
    return {term: spans[:MAX_SPANS] for term, spans in found.items()}


def load_text_model(path: Path | None = None) -> TextModel:
    """The text model in the artefact at `path` (the shipped one if None).

    Raises:
        ArtefactError: missing, damaged, or made for other features; one line.
    """
    folder = default_artefact() if path is None else path
    manifest = read_manifest(folder)
    expect_layout(folder, manifest, "text", layout_hash(layout()))
    vocabulary = read_file(folder, "vocabulary.txt", manifest).decode("utf-8").split("\n")
    weights: array[float] = read_floats(folder, "text.f64", manifest, len(vocabulary))
    try:
        settings = msgspec.convert(manifest.settings.get("text"), TextSettings)
    except msgspec.ValidationError as error:
        raise ArtefactError(f"{folder / 'manifest.json'}: text settings: {error}") from None
    return TextModel(vocabulary, weights, settings)
