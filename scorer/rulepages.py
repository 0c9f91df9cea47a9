"""One rule's page, in Markdown: for `score explain` and for `docs/rules/`."""

from __future__ import annotations

import difflib
import json

from scorer.examples import facts_of
from scorer.language import ENGLISH, Language
from scorer.render.words import GROUPS, SEVERITIES
from scorer.rules import Registered, all_rules, run_rules
from scorer.rules.rule import Example, Rule
from scorer.sentences import because_text, fix_text


class NoSuchRule(ValueError):
    """There is no rule of that id; the text suggests the nearest."""


def rule_named(id: str) -> Registered:
    """The rule of that id.

    Raises:
        NoSuchRule: there is none.
    """
    rules = all_rules()
    if id in rules:
        return rules[id]
    near = difflib.get_close_matches(id, rules, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else "`score rules` lists them"
    raise NoSuchRule(f"there is no rule {id}; {hint}")


def page_of(id: str, language: Language = ENGLISH) -> str:
    """The page, in `language`. Raises NoSuchRule."""
    say = language.say
    registered = rule_named(id)
    rule = registered.rule
    lines = [
        f"# {say(rule.title)}",
        "",
        f"`{rule.id}` · {say(GROUPS[rule.group])} · {say(SEVERITIES[rule.severity])}",
        "",
        say(rule.why),
        "",
        "## " + say("How to fix it"),
        "",
    ]
    lines += [
        f"- {say(fix.text)}"
        + (f" ({say('`score fix` can do it: {edit}', edit=fix.edit)})" if fix.edit else "")
        for fix in rule.fixes.values()
    ]
    lines += ["", "## " + say("Known limits"), "", say(rule.limits), ""]
    lines += ["## " + say("A mailing for which it fires"), ""]
    lines += _example(rule.fails, language)
    lines += ["", *_said(registered, language), "", "## " + say("A mailing for which it does not"), ""]
    lines += _example(rule.passes, language)
    lines += ["", "## " + say("Sources"), ""]
    lines += [f"- [{source.title}]({source.url}), {source.date}" for source in rule.sources]
    return "\n".join(lines) + "\n"


def _said(registered: Registered, language: Language) -> list[str]:
    findings, _ = run_rules(facts_of(registered.rule.fails), [registered])
    said: list[str] = []
    for finding in findings:
        said.append(f"> {because_text(registered.rule, finding, language.translate)}")
        said.append(">")
        said.append(f"> {fix_text(registered.rule, finding, language.translate)}")
    return said


def _example(example: Example, language: Language) -> list[str]:
    lines = []
    if example.raw:
        shown = (
            example.raw[:1500].decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "␍")
        )
        lines += ["```eml", *(line[:160] for line in shown.split("\n")[:40]), "```"]
    else:
        draft = json.dumps(_shortened(example.draft), ensure_ascii=False, indent=2)
        lines += ["```json", draft, "```"]
    if example.sending:
        sending = example.sending if isinstance(example.sending, str) else json.dumps(example.sending)
        lines += ["", language.say("Sent through: {sending}", sending=f"`{sending}`")]
    if example.zone:
        lines += ["", language.say("With this in the DNS:"), "", "```zone", example.zone.strip(), "```"]
    return lines


def _shortened(value: object) -> object:
    """Long strings cut, so that a page stays a page."""
    if isinstance(value, str):
        return value if len(value) <= 600 else value[:400] + f" … ({len(value)} characters)"
    if isinstance(value, dict):
        return {str(key): _shortened(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(item) for item in value]
    return value


def index_page() -> str:
    """The table of all rules, in Markdown."""
    lines = ["# Rules", "", "| rule | group | severity | what |", "| --- | --- | --- | --- |"]
    for id, registered in all_rules().items():
        rule: Rule = registered.rule
        lines.append(f"| [{id}]({id}.md) | {rule.group} | {rule.severity} | {rule.title} |")
    return "\n".join(lines) + "\n"
