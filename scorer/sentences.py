"""Message ids and parameters to sentences: the one place where words are made."""

from __future__ import annotations

from collections.abc import Callable

from scorer.rules.rule import Finding, Fix, Param, Rule

Translate = Callable[[str], str]


def untranslated(text: str) -> str:
    """English: the sentences are their own ids."""
    return text


class _Lenient(dict[str, Param]):
    """Parameters of a template; one that is missing stays as its name in braces."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def fill(template: str, params: dict[str, Param]) -> str:
    """The sentence with this message's values in it."""
    return template.format_map(_Lenient(params))


def because_text(rule: Rule, finding: Finding, translate: Translate = untranslated) -> str:
    """Why the rule fired, as a sentence."""
    return fill(translate(rule.messages[finding.message]), finding.params)


def fix_of(rule: Rule, finding: Finding) -> Fix:
    """The fix that the finding asks for."""
    return rule.fixes.get(finding.fix) or next(iter(rule.fixes.values()))


def fix_text(rule: Rule, finding: Finding, translate: Translate = untranslated) -> str:
    """What to do about it, as a sentence."""
    return fill(translate(fix_of(rule, finding).text), {**finding.params, **finding.fix_params})
