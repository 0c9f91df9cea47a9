"""The report on a list, made from what a reading found."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scorer.recipients.counts import EXAMPLES, Counts, most_first
from scorer.recipients.domains import facts_of
from scorer.recipients.report import (
    BIT,
    REASONS,
    ROW,
    Column,
    Count,
    Indicator,
    NotChecked,
    OptIn,
    Report,
    Typo,
)
from scorer.said import counted, say

if TYPE_CHECKING:
    from scorer.recipients.quality import Reading

SHOWN = 10
CONSENTS = ("confirmed", "single", "imported", "purchased", "none", "unstated")


def summarize(reading: Reading) -> Report:
    """Everything that was found."""
    findings, left_out = _findings(reading)
    kept = reading.rows - sum(count.rows for count in left_out)
    total = max(reading.rows, 1)
    typos: list[Typo] = []
    disposable: list[tuple[str, int]] = []
    largest: list[tuple[int, str]] = []
    distinct = 0
    for name, count in reading.domains:
        distinct += 1
        facts = facts_of(name)
        if facts.meant:
            typos.append(Typo(name, facts.meant, count))
        elif facts.disposable:
            disposable.append((name, count))
        if len(typos) > 1000:
            typos = sorted(typos, key=lambda typo: -typo.rows)[:SHOWN]
        if len(disposable) > 1000:
            disposable = sorted(disposable, key=most_first)[:SHOWN]
        (heapq.heappush if len(largest) < SHOWN else heapq.heappushpop)(largest, (count, name))
    consents = [(kind, reading.consents.rows.get(kind, 0)) for kind in CONSENTS]
    consenting = max(sum(reading.consents.rows.values()), 1)
    stated = any(reading.has[meaning] for meaning in ("opt_in", "confirmed", "source"))
    rows_of = {count.id: count.rows for count in findings}
    return Report(
        path=reading.source.name,
        lines=reading.source.lines,
        rows=reading.rows,
        usable=reading.usable,
        kept=kept,
        delimiter=reading.source.dialect.delimiter,
        encoding=reading.source.dialect.encoding,
        columns=_columns(reading),
        findings=findings,
        left_out=left_out,
        invalid=reading.invalid.counts(total),
        malformed=reading.malformed.counts(total),
        roles=reading.roles.counts(total),
        typos=tuple(sorted(typos, key=lambda typo: (-typo.rows, typo.domain))[:SHOWN]),
        disposable=tuple(sorted(disposable, key=most_first)[:SHOWN]),
        providers=tuple(
            Count(count.id, count.rows, count.share)
            for count in reading.providers.counts(max(reading.usable, 1))
        )[: 2 * SHOWN],
        domains=tuple((name, count) for count, name in sorted(largest, reverse=True)),
        distinct_domains=distinct,
        international_domains=reading.international,
        engagement=reading.engagement.result(),
        opt_in=tuple(OptIn(kind, rows, rows / consenting) for kind, rows in consents if rows)
        if stated
        else (),
        sources=tuple(
            (name if "@" not in name else "(holds an address)", count)
            for name, count in sorted(reading.sources.items(), key=most_first)[:SHOWN]
            if count > 1
        ),
        trap_indicators=_indicators(reading, rows_of),
        signups=reading.signups.result(reading.most_spellings),
        receiving=reading.receiving,
        not_checked=_not_checked(reading),
        notes=_notes(reading),
    )


def _findings(reading: Reading) -> tuple[tuple[Count, ...], tuple[Count, ...]]:
    rows: dict[int, int] = {}
    lines: dict[int, list[int]] = {}
    for line, mark in enumerate(reading.final_marks(), 1):
        if mark > ROW:
            count = rows.get(mark, 0)
            rows[mark] = count + 1
            if count < EXAMPLES:
                lines.setdefault(mark, []).append(line)
    every, first = Counts(), Counts()
    for mark, count in rows.items():
        reasons = [reason for reason in REASONS if mark & BIT[reason]]
        for reason in reasons:
            every.rows[reason] = every.rows.get(reason, 0) + count
            every.lines[reason] = sorted(every.lines.get(reason, []) + lines[mark])[:EXAMPLES]
        out = next((reason for reason in reasons if reason in reading.options.left_out), None)
        if out is not None:
            first.rows[out] = first.rows.get(out, 0) + count
    total = max(reading.rows, 1)
    return every.counts(total), first.counts(total)


def _columns(reading: Reading) -> tuple[Column, ...]:
    header = reading.columns.header
    used = {
        "email": (reading.columns.email,),
        **{k: v for k, v in reading.columns.at.items() if k != "email"},
    }
    return tuple(
        Column(number + 1, header[number][:100] if number < len(header) else "", meaning)
        for meaning, numbers in used.items()
        for number in numbers
    )


def _indicators(reading: Reading, rows_of: Mapping[str, int]) -> tuple[Indicator, ...]:
    """Rows that look as spam traps do (M3AAWG, Best Current Practices for Building and Operating a Spamtrap
    1.2.0, 2016: pristine, recycled, typo traps, role addresses)."""
    found = [("typo", rows_of.get("typo", 0)), ("role", rows_of.get("role", 0))]
    if reading.has["engaged"] and (reading.has["opt_in"] or reading.has["source"]):
        found.append(("pristine-like", reading.pristine))
    if reading.engagement.measured:
        # Of sign-ups alone it is known how old they are, not whether anybody reacted since.
        name = "dormant" if reading.engagement.measured == "engaged" else "old"
        found.append((name, reading.engagement.dormant))
    if reading.history is not None or (
        reading.engagement.measured and (reading.has["bounced"] or reading.has["status"])
    ):
        found.append(("recycled-like", reading.recycled))
    if reading.receiving is not None:
        found.append(("parked", rows_of.get("parked", 0)))
    return tuple(Indicator(name, rows, rows / max(reading.rows, 1)) for name, rows in found)


def _not_checked(reading: Reading) -> tuple[NotChecked, ...]:
    found: list[NotChecked] = []
    if reading.receiving is None:
        found.append(NotChecked("whether the domains take mail", "the DNS was not asked (--dns live)"))
    elif reading.receiving.unknown_rows:
        found.append(
            NotChecked("whether all domains take mail", "the DNS gave no answer, or the limit was reached")
        )
    if not reading.any_barred and reading.history is None:
        found.append(
            NotChecked(
                "suppressed addresses", "no suppression list or history was given (--suppress, --history)"
            )
        )
    for what, meanings in (
        (say("signs of life"), ("engaged",)),
        (say("age of the addresses"), ("created", "engaged")),
        (say("how consent was given"), ("opt_in", "confirmed", "source")),
        (say("bursts of sign-ups"), ("created",)),
        (say("sign-ups from one source"), ("ip",)),
        (say("bounced and unsubscribed addresses"), ("status", "bounced", "unsubscribed")),
    ):
        if "bounced" in meanings and reading.history is not None:
            continue
        if not any(reading.has[meaning] for meaning in meanings):
            found.append(NotChecked(what, say("no such column ({names})", names=", ".join(meanings))))
    return tuple(found)


def _notes(reading: Reading) -> tuple[str, ...]:
    notes = []
    if reading.history is not None:
        notes.append(
            counted(
                "One row is known to the history as bounced, complained or unsubscribed.",
                "{count} rows are known to the history as bounced, complained or unsubscribed.",
                reading.known,
            )
        )
    if reading.source.not_utf8:
        notes.append(
            counted(
                "One line is not UTF-8 and was read as Windows-1252.",
                "{count} lines are not UTF-8 and were read as Windows-1252.",
                reading.source.not_utf8,
            )
        )
    if reading.wrapped:
        notes.append(
            counted(
                "One address had something around it (a name, brackets, mailto:).",
                "{count} addresses had something around them (a name, brackets, mailto:).",
                reading.wrapped,
            )
        )
    if reading.dates.unread:
        notes.append(
            counted(
                "One date could not be read; for dates such as 05/06/2025 say --dates dmy or mdy.",
                "{count} dates could not be read; for dates such as 05/06/2025 say --dates dmy or mdy.",
                reading.dates.unread,
            )
        )
    return tuple(notes)
