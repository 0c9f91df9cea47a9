"""A closed gate is proof: what it guards cannot match."""

from __future__ import annotations

import random
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scorer.facts import content, optout
from scorer.mime import parse_message
from scorer.rules import all_rules, postal
from scorer.rules.content import placeholder_text
from scorer.rules.links import broken_merge_tag
from scorer.rules.unsubscribe import unsubscribe_needs_login
from scorer.screen import VISIBLE, Gates, Phrases, folded

ROOT = Path(__file__).parents[1]
GUARDED = (
    (optout.SAYS_UNSUBSCRIBE, re.compile(optout._WORDS)),
    (placeholder_text._IN_TEXT, re.compile(placeholder_text._SAMPLES)),
    (unsubscribe_needs_login._SAYS_BOTH, unsubscribe_needs_login._SENTENCE),
    (content._ANY_INVISIBLE, content._INVISIBLE),
    (content._ANY_OVERRIDE, content._OVERRIDE),
    *((broken_merge_tag._MARKED, re.compile(pattern)) for pattern in broken_merge_tag._BROKEN.values()),
)
PIECES = (
    "Unsubscribe OPT-OUT opt out lıstedenÇIK çık İPTAL ET STRASSE straße Storgata 5, 0155 Oslo Baker st. NW1 6XE "
    "K1A 0B6 1234 AB 111 22 Stockholm 00-950 Warszawa 1000-205 ｌog in to um log ın SIGN IN to abmelden please "
    "{{ name }, *|X [[a]] \u202eabc \u202dאב a\u200bb Ｐ.Ｏ. BOX 7 bôite postale allé B.P. 9 ул. Мира д. 5 ΟΔΌΣ Τ.Κ. 〒 "
    "um abzumelden, melden sie sich an! logg inn for å avregistrere deg to opt-out, you must first sign in "
    "WA 98052-1234 D-10115 Berlin 2026 Spring EC1A 1BB Bengaluru 560001 555-1234 proſpekt г.Київ τ.Κ. 中山路 5 東京都 3丁目 강남구 7 "
    "٣٤٥٦ Oslo Rua das Flores 3, via Roma, 12 LOREM IPSUM [Your Name] ſubject LINE here offerıng ring ſtreet"
).split(" ")


def texts() -> list[str]:
    """Sample mailings, and pieces of what the gates look for in any order."""
    found = [parse_message(path.read_bytes()).visible_text for path in ROOT.glob("data/samples/*.eml")]
    shuffled = random.Random(7)
    for _ in range(300):
        pieces = shuffled.choices(PIECES, k=8)
        found.append(shuffled.choice((" ", "", "\n", ", ")).join(pieces))
    return found + [text.upper() for text in found] + [text.lower() for text in found]


def test_what_matches_has_its_gate_open() -> None:
    for text in texts():
        held(text)


def held(text: str) -> None:
    opened = VISIBLE.open(text)
    for gate, pattern in GUARDED:
        found = pattern.search(text) or pattern.search(text.lower())
        assert found is None or gate in opened, (found, pattern.pattern)
    street_gates = postal._GATES.open(text)
    for gate, pattern in postal._BEHIND:
        found = pattern.search(text)
        assert found is None or gate in street_gates, (found, pattern.pattern)
    if postal._FOREIGN_LETTERS not in street_gates:
        assert postal._holds_postcode(text) == (postal._POSTCODE.search(text) is not None)


@given(st.text(max_size=60))
def test_phrases_are_found_as_an_expression_finds_them(text: str) -> None:
    assert Phrases("a|ss|ı|ü").within(text) == (re.search("a|ss|ı|ü", text) is not None)


@given(st.text(max_size=40))
def test_folded_letters_are_those_that_are_equal_without_case(text: str) -> None:
    gates = Gates()
    number = gates.add("[a-zσβ]")
    found = re.search("[a-zσβ]", text, re.IGNORECASE)
    assert found is None or number in gates.open(text)
    assert folded(folded(text)) == folded(text)


def test_an_undecodable_text_opens_what_it_holds() -> None:
    assert Phrases("abc").within("\udcff abc")
    assert optout.SAYS_UNSUBSCRIBE in VISIBLE.open("\ud800 unsubscribe")


def test_gates_of_every_rule_compile_together() -> None:
    all_rules()
    assert VISIBLE.open("") == frozenset()
