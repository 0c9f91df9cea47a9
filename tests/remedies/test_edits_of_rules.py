"""Every edit that a rule names exists, and mends the rule's own failing example."""

from __future__ import annotations

import pytest

from scorer.examples import facts_of, message_of, resolver_of, sending_of
from scorer.facts import gather
from scorer.mime import parse_message
from scorer.remedies.edits import EDITS, perform
from scorer.remedies.mailing import mailing_of
from scorer.remedies.plan import steps_of
from scorer.remedies.wire import rewrite
from scorer.rules import all_rules, run_rules

RULES = all_rules()
NAMED = {id: {fix.edit for fix in found.rule.fixes.values() if fix.edit} for id, found in RULES.items()}
EDITED = [id for id, names in NAMED.items() if names]
# Here a program cannot do all that is asked for, and says so in a note.
ADVISORY = {
    "nested-too-deep",
    "no-unsubscribe-link",
    "over-clip-size",
    "unsubscribe-link-below-clip",
}
OTHER_FIX = {"display-name-is-a-message", "no-one-click-unsubscribe", "relative-link"}


@pytest.mark.parametrize("id", EDITED)
def test_named_edits_exist(id: str) -> None:
    assert NAMED[id] <= EDITS.keys()


def test_every_edit_is_named_by_a_rule() -> None:
    assert EDITS.keys() <= set().union(*NAMED.values())


@pytest.mark.parametrize("id", EDITED)
def test_edit_silences_the_rule(id: str) -> None:
    registered = RULES[id]
    example = registered.rule.fails
    message, sending, resolver = message_of(example), sending_of(example), resolver_of(example)
    facts = facts_of(example)
    steps = steps_of(registered, facts)
    if not steps:
        # The failing example asks for another of the rule's fixes; its edit has a test in test_edits.py.
        assert id in OTHER_FIX
        return
    old = mailing_of(message)
    outcome = perform(old, steps)
    assert not outcome.failed
    if id in ADVISORY:
        assert outcome.mailing.notes
        return
    mended = parse_message(rewrite(message, old, outcome.mailing), composed=message.composed)
    found, _ = run_rules(gather(mended, sending, resolver), [registered])
    assert found == ()
