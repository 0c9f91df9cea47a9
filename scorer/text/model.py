"""The trained model of words: what the text adds to the log-odds, term by term, with the places of each term.

Terms are single words and pairs of neighbours, apart for subject and body, from a vocabulary of words that
several unrelated senders used; a word outside it speaks through its runs of letters. The vocabulary is stored as
text, so no unknown word can carry another's weight. How far the words are heard depends on how familiar the text
is: on the share of its pairs of words that the vocabulary holds. That share is low in a language or a trade that the
model was not taught, and there what words say is little better than chance.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
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

try:
    from scorer.native.words import Vocabulary

    COMPILED: type[Vocabulary] | None = Vocabulary
except ImportError:  # nothing was compiled
    COMPILED = None

SHOWN = 20
"""Terms that are listed one by one; the rest is the remainder."""
MAX_SPANS = 10
BISECTED = 3000
"""Terms that are looked for by bisection before a table of the whole vocabulary is made, which takes as long as some
five thousand of them: one message needs no table, a running process soon has it."""


Span = tuple[Literal["subject", "body"], int, int]
"""A place in `Message.subject` or `Message.visible_text`: its start and end in Unicode code points."""


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
    """What a text holds: its known terms and their shares, the share of its pairs that are known, the number of its
    words, and those of its words that are not known."""

    terms: list[str]
    shares: list[float]
    familiarity: float
    words: int
    unknown: set[str]


class TextModel:
    """The vocabulary in order (its terms, or a term a line in UTF-8), a weight for each term, and the settings.
    Made by `load_text_model`."""

    def __init__(
        self, vocabulary: Sequence[str] | memoryview, weights: Sequence[float], settings: TextSettings
    ) -> None:
        self.settings = settings
        count = _lines(vocabulary) if isinstance(vocabulary, memoryview) else len(vocabulary)
        if count != len(weights):
            raise ValueError(f"{count} terms with {len(weights)} weights")
        self._vocabulary, self._weights = vocabulary, weights
        self._compiled = _compiled(vocabulary, weights)
        self._asked = 0
        self._table: dict[str, float] | None = None

    @cached_property
    def _ordered(self) -> Sequence[str]:
        """The terms. Compiled code needs none of them."""
        vocabulary = self._vocabulary
        return (
            bytes(vocabulary).decode("utf-8").split("\n")
            if isinstance(vocabulary, memoryview)
            else vocabulary
        )

    def _weights_of(self, *named: Collection[str]) -> Mapping[str, float]:
        """Weights by term, of those of `named` that are in the vocabulary at least."""
        if self._table is None:
            vocabulary, weights = self._ordered, self._weights
            asked = set[str]().union(*named)
            self._asked += len(asked)
            if self._asked <= BISECTED:
                places = ((term, bisect_left(vocabulary, term)) for term in asked)
                end = len(vocabulary)
                return {term: weights[at] for term, at in places if at < end and vocabulary[at] == term}
            self._table = dict(zip(vocabulary, weights, strict=True))
        return self._table

    def read(self, subject: Sequence[str], body: Sequence[str]) -> Reading:
        """Each known term's share before trust, and how familiar the text is."""
        found: list[str] = []
        shares: list[float] = []

        def add(known: list[str], weights: Mapping[str, float], length: float, least: int = 1) -> None:
            if known:
                unit = length / math.sqrt(max(len(known), least))
                found.extend(known)
                shares.extend([weight * unit for weight in map(weights.__getitem__, known)])

        in_subject, in_body = set(subject), set(body)
        subject_pairs, body_pairs = terms.pairs(subject), terms.pairs(body)
        marked = terms.marked(terms.terms_with(in_subject, subject_pairs))
        weights = self._weights_of(in_subject, in_body, subject_pairs, body_pairs, marked)
        # Every term is looked for once: in a table of that size a search takes longer than making the term.
        known = weights.__contains__
        pairs = list(filter(known, body_pairs))
        words = list(filter(known, in_body))
        subject_only = subject_pairs - body_pairs
        all_pairs = len(body_pairs) + len(subject_only)
        familiarity = (len(pairs) + sum(map(known, subject_only))) / all_pairs if all_pairs else 0.0
        unknown = in_body.difference(words)
        unknown.update(word for word in in_subject if word not in in_body and not known(word))
        add(list(filter(known, marked)), weights, terms.SUBJECT)
        add(pairs + words, weights, terms.BODY)
        if unknown:
            letters = terms.letters_of(unknown)
            weights = self._weights_of(letters)
            spelt = list(filter(weights.__contains__, letters))
            add(spelt, weights, terms.LETTERS, terms.LETTERS_LEAST)
        return Reading(found, shares, familiarity, len(subject) + len(body), unknown)

    def decision(self, message: Message) -> float:
        """The regression's decision function (log-odds between the classes it was trained on), before trust."""
        subject, body = _tokens(message)
        return math.fsum(self.read(subject.words, body.words).shares)

    def evidence(self, message: Message) -> TextEvidence:
        """What the words of a message add to the log-odds, exactly: `fsum` of terms and remainder is the whole."""
        if self._compiled is not None:
            subject = tokens.read_of_subject(message.subject)
            found = self._compiled.evidence(subject, message.visible_text, self._heard, TextTerm)
            if found is not None:
                trust, log_odds, listed, remainder = found
                return TextEvidence(log_odds, listed, remainder, trust)
        return self._evidence(message)

    def _heard(self, raw: float, familiarity: float, words: int) -> tuple[float, float]:
        """The factor of every share of a text whose shares sum to `raw`, and the trust in it."""
        settings = self.settings
        trust = trusted(familiarity, settings.trust) * length_trust(words, settings.half_words)
        return trust * (capped(raw, settings.cap) / raw if abs(raw) > 1e-12 else 1.0), trust

    def _evidence(self, message: Message) -> TextEvidence:
        """`evidence`, where nothing was compiled or what was compiled does not know how to read the text."""
        subject, body = _tokens(message)
        reading = self.read(subject.words, body.words)
        factor, trust = self._heard(math.fsum(reading.shares), reading.familiarity, reading.words)
        if not factor or not reading.terms:
            return TextEvidence(0.0, (), 0.0, trust)
        weighed = [share * factor for share in reading.shares]
        shown: dict[str, float] = {}
        for number in _strongest(reading):
            if weighed[number]:
                shown[reading.terms[number]] = weighed[number]
                weighed[number] = 0.0
        remainder = math.fsum(weighed)
        places = _places(subject, body, shown, reading.unknown)
        return TextEvidence(
            math.fsum([*shown.values(), remainder]),
            tuple([TextTerm(term, share, tuple(places[term])) for term, share in shown.items()]),
            remainder,
            trust,
        )


def _lines(text: memoryview) -> int:
    return bytes(text).count(b"\n") + 1 if COMPILED is None else COMPILED.lines(text)


def _compiled(vocabulary: Sequence[str] | memoryview, weights: Sequence[float]) -> Vocabulary | None:
    """The vocabulary for compiled code; None where there is none or it cannot hold such a vocabulary."""
    if COMPILED is None:
        return None
    try:
        text = vocabulary if isinstance(vocabulary, memoryview) else "\n".join(vocabulary).encode("utf-8")
        numbers = weights if isinstance(weights, memoryview) else array("d", weights)
        return COMPILED(text, numbers, SHOWN, MAX_SPANS)
    except ValueError:
        return None


def _places(subject: Tokens, body: Tokens, wanted: Iterable[str], unknown: set[str]) -> dict[str, list[Span]]:
    """Where the wanted terms stand, at most `MAX_SPANS` places of each."""
    found: dict[str, list[Span]] = {term: [] for term in wanted}
    # What is looked for at a word: the word that must follow ("" for none), and where to keep the place.
    in_subject: dict[str, list[tuple[str, list[Span]]]] = {}
    in_body: dict[str, list[tuple[str, list[Span]]]] = {}
    spelt = False
    for term, spans in found.items():
        if term.startswith(terms.LETTERS_MARK):
            spelt = True
            continue
        marked = term.startswith(terms.SUBJECT_MARK)
        first, _, second = (
            term.removeprefix(terms.SUBJECT_MARK).partition(" ") if marked else term.partition(" ")
        )
        (in_subject if marked else in_body).setdefault(first, []).append((second, spans))
    if spelt:
        for word in unknown:
            for run in terms.runs(word):
                if run in found:
                    in_subject.setdefault(word, []).append(("", found[run]))
                    in_body.setdefault(word, []).append(("", found[run]))
    _place("subject", subject, in_subject)
    _place("body", body, in_body)
    return found


def _place(
    where: Literal["subject", "body"], read: Tokens, wanted: Mapping[str, Sequence[tuple[str, list[Span]]]]
) -> None:
    """Add to the lists of places those of one text."""
    words = read.words
    met = [number for number, word in enumerate(words) if word in wanted]
    if not met:
        return
    edges = read.places()
    words = [*words, ""]
    for number in met:
        for second, spans in wanted[words[number]]:
            if len(spans) >= MAX_SPANS:
                continue
            if not second:
                spans.append((where, edges[2 * number], edges[2 * number + 1]))
            elif words[number + 1] == second:
                spans.append((where, edges[2 * number], edges[2 * number + 3]))


def _tokens(message: Message) -> tuple[Tokens, Tokens]:
    return tokens.of_subject(message.subject), Tokens(message.visible_text)


def _strongest(reading: Reading) -> list[int]:
    """The numbers of the `SHOWN` terms that weigh most, the heaviest first, by name where two weigh the same."""
    weights = list(map(abs, reading.shares))
    least = sorted(weights)[-SHOWN] if len(weights) > SHOWN else 0.0
    heavy = [number for number, weight in enumerate(weights) if weight >= least]
    heavy.sort(key=lambda number: (-weights[number], reading.terms[number]))
    return heavy[:SHOWN]


def load_text_model(path: Path | None = None) -> TextModel:
    """The text model in the artefact at `path` (the shipped one if None).

    Raises:
        ArtefactError: missing, damaged, or made for other features; one line.
    """
    folder = default_artefact() if path is None else path
    manifest = read_manifest(folder)
    expect_layout(folder, manifest, "text", layout_hash(layout()))
    vocabulary = map_file(folder, "vocabulary.txt", manifest)
    weights = read_floats(folder, "text.f64", manifest, _lines(vocabulary))
    try:
        settings = msgspec.convert(manifest.settings.get("text"), TextSettings)
    except msgspec.ValidationError as error:
        raise ArtefactError(f"{folder / 'manifest.json'}: text settings: {error}") from None
    return TextModel(vocabulary, weights, settings)
