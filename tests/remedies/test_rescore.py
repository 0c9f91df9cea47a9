"""A rerun that uses what earlier runs computed says what a run from scratch says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from scorer.dns import Offline, Resolver, open_resolver, session
from scorer.draft import Draft
from scorer.engine import Scorer
from scorer.message import Message
from scorer.mime import parse_message
from scorer.remedies import rescore, search
from scorer.remedies.rescore import Rescorer
from scorer.risk import Risk
from scorer.rules import Registered
from scorer.sending import Sending, load_shipped, unspecified
from scorer.sentences import untranslated
from tests.remedies.test_fix import DRAFTS

DATA = Path(__file__).parents[2] / "data"
SAMPLES = sorted(path for path in (DATA / "samples").iterdir() if path.suffix in (".eml", ".json"))
NEWSLETTERS = Path("/tmp/corpora/newsletters")
SCORER = Scorer()


class Compared(Rescorer):
    """Computes every variant from scratch as well."""

    compared = 0

    def risk(
        self, message: Message, sending: Sending | None = None, resolver: Resolver | None = None
    ) -> Risk:
        found = super().risk(message, sending, resolver)
        fresh = parse_message(message.raw, composed=message.composed)
        assert SCORER.run(msgspec.structs.replace(message, raw=message.raw), sending, resolver).risk == found
        assert fresh.html == message.html
        self.compared += 1
        return found


def read(path: Path) -> Message:
    data = path.read_bytes()
    return (
        msgspec.json.decode(data, type=Draft).to_message() if path.suffix == ".json" else parse_message(data)
    )


def compare(message: Message, sending: Sending, resolver: Resolver) -> int:
    rescorer = Compared(SCORER)
    scored = rescorer.run(message, sending, resolver)
    again = msgspec.structs.replace(message)
    assert scored == SCORER.run(again, sending, resolver)
    # Nothing that only stands for a value may be left in what was found.
    assert "_Noting" not in repr(scored)
    search.search(rescorer, scored, sending, resolver, untranslated)
    return rescorer.compared


@pytest.mark.parametrize("profile", ("", "mailgun-eu", "superoffice-com"))
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples(path: Path, profile: str) -> None:
    sending = load_shipped(profile) if profile else unspecified()
    zones = sorted((DATA / "zones").glob("*.zone"))
    # To a sender whom none of them names they are all the same.
    if b"nordvik.example" not in path.read_bytes():
        zones = zones[:1]
    for resolver in (Offline(), *(session(open_resolver(str(zone))) for zone in zones)):
        compare(read(path), sending, resolver)


def test_the_samples_have_remedies_to_compare() -> None:
    total = sum(compare(read(path), load_shipped("mailgun-eu"), Offline()) for path in SAMPLES)
    assert total > len(SAMPLES)


@given(DRAFTS)
@settings(max_examples=25, deadline=None)
def test_whatever_a_draft_holds(draft: Draft) -> None:
    compare(draft.to_message(), unspecified(), Offline())


@pytest.mark.shared
def test_newsletters() -> None:
    if not NEWSLETTERS.is_dir():
        pytest.skip("the corpus of newsletters is not here")
    for path in sorted(path for path in NEWSLETTERS.rglob("*") if path.is_file() and path.suffix != ".tsv")[
        ::10
    ]:
        compare(read(path), load_shipped("mailgun-eu"), Offline())


def test_what_an_edit_cannot_change_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(path for path in SAMPLES if path.name == "suocrm-case.eml")
    rescorer = Rescorer(SCORER)
    message = read(path)
    rescorer.run(message, unspecified(), Offline())
    ran: list[str] = []
    real = rescore.run_rule

    def counting(facts: Any, registered: Registered, *found: Any) -> bool:
        ran.append(registered.rule.id)
        return real(facts, registered, *found)

    monkeypatch.setattr(rescore, "run_rule", counting)
    other = parse_message(message.raw.replace(b"\nSubject: ", b"\nSubject: RE: RE: ", 1))
    other.__dict__["page"] = message.page
    rescorer.risk(other, unspecified(), Offline())
    assert "fake-reply-prefix" in ran and "insecure-link" not in ran
    assert len(ran) < len(SCORER.rules) / 3
