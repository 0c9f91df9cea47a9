"""Running single rules over drafts."""

from __future__ import annotations

from scorer.examples import facts_of
from scorer.rules import all_rules, run_rules
from scorer.rules.rule import Example, Finding, NotChecked


def judge(
    rule: str, draft: dict[str, object] | None = None, sending: str | dict[str, object] = "", raw: bytes = b""
) -> tuple[tuple[Finding, ...], tuple[NotChecked, ...]]:
    """What one rule finds in a draft or a message, and what it could not check."""
    found, unchecked = run_rules(
        facts_of(Example(draft=draft or {}, raw=raw, sending=sending)), [all_rules()[rule]]
    )
    assert not any("the rule failed" in item.reason for item in unchecked), unchecked
    return found, unchecked


def fires(
    rule: str, draft: dict[str, object] | None = None, sending: str | dict[str, object] = "", raw: bytes = b""
) -> str:
    """The message with which the rule fires, "" if it does not, "?" if it could not be checked."""
    found, unchecked = judge(rule, draft, sending, raw)
    if found:
        return found[0].message
    return "?" if unchecked else ""
