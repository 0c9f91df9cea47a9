"""The trained model of words: what the text adds to the log-odds, term by term, with the places of each term.

Terms are single words and pairs of neighbours, apart for subject and body, from a vocabulary of words that
several unrelated senders used; a word outside it speaks through its runs of letters. The vocabulary is stored as
text, so no unknown word can carry another's weight. How far the words are heard depends on how familiar the text
is: on the share of its pairs of words that the vocabulary holds. That share is low in a language or a trade that the
model was not taught, and there what words say is little better than chance.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
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
from scorer.text.tokens import Tokens

SHOWN = 20
"""Terms that are listed one by one; the rest is the remainder."""
MAX_SPANS = 10
BISECTED = 3000
"""Terms that are looked for by bisection before a table of the whole vocabulary is made, which takes as long as some
five thousand of them: one message needs no table, a running process soon has it."""


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
    """The vocabulary in order, a weight for each term, and the settings. Made by `load_text_model`."""

    def __init__(self, vocabulary: Sequence[str], weights: Sequence[float], settings: TextSettings) -> None:
        self.settings = settings
        if len(vocabulary) != len(weights):
            raise ValueError(f"{len(vocabulary)} terms with {len(weights)} weights")
        self._ordered = (vocabulary, weights)
        self._asked = 0
        self._table: dict[str, float] | None = None

    def _weights_of(self, named: Collection[str]) -> dict[str, float]:
        """Weights by term, of those of `named` that are in the vocabulary at least."""
        if self._table is None:
            vocabulary, weights = self._ordered
            self._asked += len(named)
            if self._asked <= BISECTED:
                places = ((term, bisect_left(vocabulary, term)) for term in named)
                end = len(vocabulary)
                return {term: weights[at] for term, at in places if at < end and vocabulary[at] == term}
            self._table = dict(zip(vocabulary, weights, strict=True))
        return self._table

    def read(self, subject: Sequence[str], body: Sequence[str]) -> Reading:
        """Each known term's share before trust, and how familiar the text is."""
        found: dict[str, float] = {}
        subject_pairs, body_pairs = terms.pairs(subject), terms.pairs(body)
        in_subject, in_body = terms.terms_with(subject, subject_pairs), terms.terms_with(body, body_pairs)
        in_subject = terms.marked(in_subject)
        words, pairs = {*subject, *body}, subject_pairs | body_pairs
        weights = self._weights_of(words | pairs | in_subject)
        familiarity = len(pairs & weights.keys()) / len(pairs) if pairs else 0.0
        letters = terms.letters_of(words.difference(weights))
        for named, known, length, least in (
            (in_subject, weights, terms.SUBJECT, 1),
            (in_body, weights, terms.BODY, 1),
            (letters, self._weights_of(letters), terms.LETTERS, terms.LETTERS_LEAST),
        ):
            met = named & known.keys()
            if met:
                unit = length / math.sqrt(max(len(met), least))
                found |= {term: known[term] * unit for term in met}
        return Reading(found, familiarity, len(subject) + len(body))

    def decision(self, message: Message) -> float:
        """The regression's decision function (log-odds between the classes it was trained on), before trust."""
        subject, body = _tokens(message)
        return math.fsum(self.read(subject.words, body.words).shares.values())

    def evidence(self, message: Message) -> TextEvidence:
        """What the words of a message add to the log-odds, exactly: `fsum` of terms and remainder is the whole."""
        subject, body = _tokens(message)
        shares, familiarity, words = self.read(subject.words, body.words)
        settings = self.settings
        raw = math.fsum(shares.values())
        trust = trusted(familiarity, settings.trust) * length_trust(words, settings.half_words)
        factor = trust * (capped(raw, settings.cap) / raw if abs(raw) > 1e-12 else 1.0)
        if not factor or not shares:
            return TextEvidence(0.0, (), 0.0, trust)
        ranked = _strongest(shares)
        shown = {term: share * factor for term, share in ranked if share}
        strongest = {term for term, _ in ranked}
        remainder = math.fsum(share * factor for term, share in shares.items() if term not in strongest)
        places = self._places(subject, body, shown.keys())
        return TextEvidence(
            math.fsum([*shown.values(), remainder]),
            tuple(TextTerm(term, share, tuple(places.get(term, ()))) for term, share in shown.items()),
            remainder,
            trust,
        )

    def _places(self, subject: Tokens, body: Tokens, wanted: Collection[str]) -> dict[str, list[Span]]:
        """Where the wanted terms stand, at most `MAX_SPANS` places of each."""
        found: dict[str, list[Span]] = {term: [] for term in wanted}
        known: Collection[str] | None = None
        if any(term.startswith(terms.LETTERS_MARK) for term in wanted):
            known = self._weights_of({*subject.words, *body.words})
        sources: tuple[tuple[Literal["subject", "body"], Tokens, str], ...]
        sources = (("subject", subject, terms.SUBJECT_MARK), ("body", body, ""))
        for where, read, mark in sources:
            words, places = read.words, read.places()
            unknown = set[str]() if known is None else set(words).difference(known)
            first = {term.removeprefix(mark).partition(" ")[0] for term in wanted if term.startswith(mark)}
            looked_at = first | unknown
            for number in [number for number, word in enumerate(words) if word in looked_at]:
                word = words[number]
                following = words[number + 1] if number + 1 < len(words) else ""
                here = [(mark + word, number), (f"{mark}{word} {following}", number + 1)]
                if word in unknown:
                    here += [(run, number) for run in terms.runs(word)]
                for term, last in here:
                    spans = found.get(term)
                    if spans is not None and len(spans) < MAX_SPANS:
                        spans.append(Span(where, places[2 * number], places[2 * last + 1]))
        return found


def _tokens(message: Message) -> tuple[Tokens, Tokens]:
    return Tokens(message.subject, tokens.MAX_SUBJECT), Tokens(message.visible_text)


def _strongest(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    """The `SHOWN` terms that weigh most, the heaviest first, by name where two weigh the same."""
    # The heaviest are among the first and the last of all in order.
    ordered = sorted(shares.values())
    outer = sorted(map(abs, ordered[:SHOWN] + ordered[max(SHOWN, len(ordered) - SHOWN) :]))
    least = outer[-SHOWN] if len(shares) > SHOWN else 0.0
    heavy = [item for item in shares.items() if item[1] >= least or item[1] <= -least]
    heavy.sort(key=lambda item: (-abs(item[1]), item[0]))
    return heavy[:SHOWN]


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
