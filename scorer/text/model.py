"""The trained model of words: what the text adds to the log-odds, term by term, with the places of each term.

Terms are single words and pairs of neighbours, apart for subject and body, from a vocabulary of words that
several unrelated senders used; a word outside it speaks through its runs of letters. The vocabulary is stored as
text, so no unknown word can carry another's weight. How far the words are heard depends on how familiar the text
is: on the share of its pairs of words that the vocabulary holds. That share is low in a language or a trade that the
model was not taught, and there what words say is little better than chance.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from scorer.artefact import (
    ArtefactError,
    default_artefact,
    expect_layout,
    layout_hash,
    map_file,
    read_floats,
    read_manifest,
)
from scorer.message import Message
from scorer.text import terms, tokens

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

    @property
    def title(self) -> str:
        """A run of letters for people: "acc…", "…ount", "…ccou…". Nothing for words, which speak for themselves."""
        if not self.term.startswith(terms.LETTERS_MARK):
            return ""
        letters = self.term.removeprefix(terms.LETTERS_MARK)
        before = "" if letters.startswith("<") else "…"
        after = "" if letters.endswith(">") else "…"
        return before + letters.strip("<>") + after


class TextEvidence(msgspec.Struct, frozen=True):
    """`log_odds` is the sum of the terms' shares and `remainder`. `trust` is the factor that the model's say was
    given: small where the text is short or unlike what the model was taught (its language, its trade)."""

    log_odds: float
    terms: tuple[TextTerm, ...]
    remainder: float
    trust: float = 1.0


class TextSettings(msgspec.Struct, frozen=True):
    """Numbers of the model. `cap` bounds the whole (log-odds before scaling); `half_words` is the number of words at
    which trust is half of what it can be; `trust` is the trust that a familiarity earns: (familiarity, factor) pairs,
    ascending, between which it is linear. The calibration is folded into the factors."""

    cap: float
    half_words: float
    trust: tuple[tuple[float, float], ...]


def layout() -> list[str]:
    """What an artefact is bound to."""
    return [tokens.SETTINGS, terms.SETTINGS]


def trusted(familiarity: float, knots: Sequence[tuple[float, float]]) -> float:
    """The factor that a familiarity (0 to 1) earns: linear between the knots, level outside them."""
    below = knots[0]
    for knot in knots:
        if familiarity < knot[0]:
            if knot is below:
                break
            share = (familiarity - below[0]) / (knot[0] - below[0])
            return below[1] + share * (knot[1] - below[1])
        below = knot
    return below[1]


def length_trust(words: int, half_words: float) -> float:
    """How far so many words can be trusted, 0 to 1."""
    return words / (words + half_words)


def capped(raw: float, cap: float) -> float:
    """`raw` bounded by `cap`, of slope 1 at zero."""
    return cap * math.tanh(raw / cap)


class Reading(NamedTuple):
    """What a text holds: the terms' shares, the share of its pairs that are known, the number of its words."""

    shares: dict[str, float]
    familiarity: float
    words: int


class TextModel:
    """The vocabulary, a weight for each term, and the settings. Made by `load_text_model`."""

    def __init__(self, vocabulary: Sequence[str], weights: Sequence[float], settings: TextSettings) -> None:
        self.settings = settings
        self._weights = dict(zip(vocabulary, weights, strict=True))

    def read(self, subject: Sequence[str], body: Sequence[str]) -> Reading:
        """Each known term's share before trust, and how familiar the text is."""
        found: dict[str, float] = {}
        weights = self._weights
        known = weights.keys()
        in_subject, in_body = terms.terms_of(subject, body)
        words = {word for word in subject if word} | {word for word in body if word}
        letters = terms.letters_of(words - known)
        for named, length, least in (
            (in_subject, terms.SUBJECT, 1),
            (in_body, terms.BODY, 1),
            (letters, terms.LETTERS, terms.LETTERS_LEAST),
        ):
            met = sorted(named & known)
            if met:
                unit = length / math.sqrt(max(len(met), least))
                for term in met:
                    found[term] = weights[term] * unit
        pairs = terms.pairs(subject) | terms.pairs(body)
        familiarity = len(pairs & known) / len(pairs) if pairs else 0.0
        return Reading(found, familiarity, len(subject) + len(body))

    def decision(self, message: Message) -> float:
        """The regression's decision function (log-odds between the classes it was trained on), before trust."""
        return math.fsum(self.read(*_words(message)).shares.values())

    def evidence(self, message: Message) -> TextEvidence:
        """What the words of a message add to the log-odds, exactly: `fsum` of terms and remainder is the whole."""
        shares, familiarity, words = self.read(*_words(message))
        settings = self.settings
        raw = math.fsum(shares.values())
        trust = trusted(familiarity, settings.trust) * length_trust(words, settings.half_words)
        factor = trust * (capped(raw, settings.cap) / raw if abs(raw) > 1e-12 else 1.0)
        if not factor or not shares:
            return TextEvidence(0.0, (), 0.0, trust)
        ranked = sorted(shares.items(), key=lambda item: (-abs(item[1]), item[0]))
        shown = {term: share * factor for term, share in ranked[:SHOWN] if share}
        remainder = math.fsum(share * factor for _, share in ranked[SHOWN:])
        places = self._places(message, shown.keys())
        return TextEvidence(
            math.fsum([*shown.values(), remainder]),
            tuple(TextTerm(term, share, tuple(places.get(term, ()))) for term, share in shown.items()),
            remainder,
            trust,
        )

    def _places(self, message: Message, wanted: Collection[str]) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        letters = any(term.startswith(terms.LETTERS_MARK) for term in wanted)
        in_subject = letters or any(term.startswith(terms.SUBJECT_MARK) for term in wanted)
        sources: tuple[tuple[Literal["subject", "body"], str, int, str], ...] = (
            ("subject", message.subject if in_subject else "", tokens.MAX_SUBJECT, terms.SUBJECT_MARK),
            ("body", message.visible_text, tokens.MAX_CHARS, ""),
        )
        for where, text, limit, mark in sources:
            met = list(tokens.spans_of(text, limit))
            for word, start, end in met:
                if mark + word in wanted:
                    found.setdefault(mark + word, []).append(Span(where, start, end))
                if letters and word not in self._weights:
                    for run in terms.runs(word):
                        if run in wanted:
                            found.setdefault(run, []).append(Span(where, start, end))
            for (one, start, _), (other, _, end) in pairwise(met):
                if one and other and f"{mark}{one} {other}" in wanted:
                    found.setdefault(f"{mark}{one} {other}", []).append(Span(where, start, end))
        return {term: spans[:MAX_SPANS] for term, spans in found.items()}


def _words(message: Message) -> tuple[list[str], list[str]]:
    return tokens.words_of(message.subject, tokens.MAX_SUBJECT), tokens.words_of(message.visible_text)


def load_text_model(path: Path | None = None) -> TextModel:
    """The text model in the artefact at `path` (the shipped one if None).

    Raises:
        ArtefactError: missing, damaged, or made for other features; one line.
    """
    folder = default_artefact() if path is None else path
    manifest = read_manifest(folder)
    expect_layout(folder, manifest, "text", layout_hash(layout()))
    vocabulary = bytes(map_file(folder, "vocabulary.txt", manifest)).decode("utf-8").split("\n")
    weights = read_floats(folder, "text.f64", manifest, len(vocabulary))
    try:
        settings = msgspec.convert(manifest.settings.get("text"), TextSettings)
    except msgspec.ValidationError as error:
        raise ArtefactError(f"{folder / 'manifest.json'}: text settings: {error}") from None
    return TextModel(vocabulary, weights, settings)
