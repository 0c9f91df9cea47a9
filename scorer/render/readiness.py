"""The page about a domain, as text and as Markdown."""

from __future__ import annotations

import textwrap

from scorer.readiness import Readiness

_MARKS = {"ok": "ok     ", "fault": "FAULT  ", "note": "note   ", "unknown": "unknown"}


def readiness_text(page: Readiness, width: int = 80) -> str:
    """The page for a terminal, plain."""
    lines = [*textwrap.wrap(f"Authentication of {page.domain} through {page.service}", width), ""]
    lines += textwrap.wrap(page.summary, width)
    lines.append("")
    for check in page.checks:
        lead = f"  {_MARKS[check.state]}  {check.what}: "
        lines += _hanging(lead, check.text, width, 13)
        for detail in check.details:
            lines += _hanging(" " * 13, detail, width, 15)
    if page.faults:
        lines += ["", "What to do"]
        for number, (because, fix) in enumerate(page.faults, 1):
            lines += _hanging(f"  {number}. ", because, width, 5)
            lines += _hanging("     -> ", fix, width, 8)
    if page.publish:
        lines += ["", "Records to publish"]
        for record in page.publish:
            lines += [
                f"  {record.name}  {record.type}",
                f'      "{record.value}"' if record.type == "TXT" else f"      {record.value}",
            ]
    lines += ["", "What each mailbox provider makes of it"]
    for provider in page.providers:
        lines += _hanging(f"  {provider.name}: {provider.verdict}: ", provider.reason, width, 4)
    if page.not_checked:
        lines += ["", "Not checked"]
        for reason, rules in page.not_checked:
            lines += _hanging(f"  {reason}: ", ", ".join(rules), width, 4)
    return "\n".join(lines) + "\n"


def readiness_markdown(page: Readiness) -> str:
    """The page in Markdown, to be forwarded."""
    lines = [
        f"# Authentication of {page.domain}",
        "",
        f"Sending service: {page.service}",
        "",
        page.summary,
        "",
    ]
    lines += ["| | check | result |", "| --- | --- | --- |"]
    for check in page.checks:
        text = "<br>".join([check.text, *check.details]).replace("|", "\\|")
        lines.append(f"| {check.state} | {check.what} | {text} |")
    if page.faults:
        lines += ["", "## What to do", ""]
        lines += [f"{number}. {because} {fix}" for number, (because, fix) in enumerate(page.faults, 1)]
    if page.publish:
        lines += ["", "## Records to publish", "", "| name | type | value |", "| --- | --- | --- |"]
        lines += [f"| `{record.name}` | {record.type} | `{record.value}` |" for record in page.publish]
    lines += ["", "## Mailbox providers", "", "| provider | verdict | reason |", "| --- | --- | --- |"]
    lines += [f"| {p.name} | {p.verdict} | {p.reason} |".replace("\n", " ") for p in page.providers]
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
