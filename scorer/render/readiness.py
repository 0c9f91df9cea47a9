"""The page about a domain, as text and as Markdown."""

from __future__ import annotations

import textwrap

from scorer.language import ENGLISH, Language
from scorer.readiness import Readiness
from scorer.render.words import PROVIDER_VERDICTS

STATES = {"ok": "ok", "fault": "fault", "note": "note", "unknown": "unknown"}
"""How a check came out, in a word."""


def readiness_text(page: Readiness, width: int = 80, language: Language = ENGLISH) -> str:
    """The page for a terminal, plain, its own words in `language`."""
    say = language.say
    title = say("Authentication of {domain} through {service}", domain=page.domain, service=page.service)
    marks = {state: say(word) for state, word in STATES.items()}
    marks["fault"] = marks["fault"].upper()
    wide = max(7, *map(len, marks.values()))
    lines = [*textwrap.wrap(title, width), ""]
    lines += textwrap.wrap(page.summary, width)
    lines.append("")
    for check in page.checks:
        lead = f"  {marks[check.state]:<{wide}}  {check.what}: "
        lines += _hanging(lead, check.text, width, 13)
        for detail in check.details:
            lines += _hanging(" " * 13, detail, width, 15)
    if page.faults:
        lines += ["", say("What to do")]
        for number, (because, fix) in enumerate(page.faults, 1):
            lines += _hanging(f"  {number}. ", because, width, 5)
            lines += _hanging("     -> ", fix, width, 8)
    if page.publish:
        lines += ["", say("Records to publish")]
        for record in page.publish:
            lines += [
                f"  {record.name}  {record.type}",
                f'      "{record.value}"' if record.type == "TXT" else f"      {record.value}",
            ]
    lines += ["", say("What each mailbox provider makes of it")]
    for provider in page.providers:
        lines += _hanging(
            f"  {provider.name}: {say(PROVIDER_VERDICTS[provider.verdict])}: ", provider.reason, width, 4
        )
    if page.not_checked:
        lines += ["", say("Not checked")]
        for reason, rules in page.not_checked:
            lines += _hanging(f"  {reason}: ", ", ".join(rules), width, 4)
    return "\n".join(lines) + "\n"


def readiness_markdown(page: Readiness, language: Language = ENGLISH) -> str:
    """The page in Markdown, to be forwarded, its own words in `language`."""
    say = language.say
    lines = [
        "# " + say("Authentication of {domain}", domain=page.domain),
        "",
        say("Sending service: {service}", service=page.service),
        "",
        page.summary,
        "",
    ]
    lines += [f"| | {say('check')} | {say('result')} |", "| --- | --- | --- |"]
    for check in page.checks:
        text = "<br>".join([check.text, *check.details]).replace("|", "\\|")
        lines.append(f"| {say(STATES[check.state])} | {check.what} | {text} |")
    if page.faults:
        lines += ["", "## " + say("What to do"), ""]
        lines += [f"{number}. {because} {fix}" for number, (because, fix) in enumerate(page.faults, 1)]
    if page.publish:
        lines += ["", "## " + say("Records to publish"), ""]
        lines += [f"| {say('name')} | {say('type')} | {say('value')} |", "| --- | --- | --- |"]
        lines += [f"| `{record.name}` | {record.type} | `{record.value}` |" for record in page.publish]
    lines += ["", "## " + say("Mailbox providers"), ""]
    lines += [f"| {say('provider')} | {say('verdict')} | {say('reason')} |", "| --- | --- | --- |"]
    lines += [
        f"| {p.name} | {say(PROVIDER_VERDICTS[p.verdict])} | {p.reason} |".replace("\n", " ")
        for p in page.providers
    ]
    return "\n".join(lines) + "\n"


def _hanging(lead: str, text: str, width: int, indent: int) -> list[str]:
    """Wrapped lines; long words (records, names) are never broken, so that they can be copied."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [lead]
