"""Message ids and parameters to sentences: where the words of findings are made."""

from __future__ import annotations

from scorer.rules.rule import Finding, Fix, Rule
from scorer.said import Translate, sentence, untranslated

__all__ = ["Translate", "because_text", "fix_of", "fix_text", "untranslated"]


def because_text(rule: Rule, finding: Finding, translate: Translate = untranslated) -> str:
    """Why the rule fired, as a sentence. Where the rule's number of things (`Rule.counted`) is 1, a message of
    its own says so if the rule has it ("main.one"): all languages here have one form for one and one for the rest."""
    template = rule.messages[finding.message]
    if finding.params.get(rule.counted) == 1:
        template = rule.messages.get(f"{finding.message}.one", template)
    return sentence(template, finding.params, translate)


def fix_of(rule: Rule, finding: Finding) -> Fix:
    """The fix that the finding asks for."""
    return rule.fixes.get(finding.fix) or next(iter(rule.fixes.values()))


def fix_text(rule: Rule, finding: Finding, translate: Translate = untranslated) -> str:
    """What to do about it, as a sentence."""
    return sentence(fix_of(rule, finding).text, {**finding.params, **finding.fix_params}, translate)
