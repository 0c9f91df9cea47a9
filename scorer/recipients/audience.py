"""What a score may know of the audience from its list."""

from __future__ import annotations

from scorer.recipients.report import Report
from scorer.sending import Audience, OptIn
from scorer.unknown import Unknown

WORTH_COUNTING = 0.05
"""Share of the stated rows from which on the weakest kind of consent speaks for the list."""

_WEAKEST: tuple[OptIn, ...] = ("purchased", "imported", "single")
_KINDS: dict[str, OptIn] = {
    "purchased": "purchased",
    "imported": "imported",
    "single": "single",
    "confirmed": "confirmed",
}


def audience_of(report: Report) -> Audience:
    """The audience facts that a list supports; unknown with the reason where it does not say.

    `recipients` are the rows of the clean list. `opt_in` is the weakest kind that at least 5 % of the rows with a
    stated kind have, where at least half of the rows state one. Rates cannot come from a list.
    """
    engagement = report.engagement
    age: int | Unknown = Unknown("the list has no dates")
    inactive: float | Unknown = Unknown("the list has no column with the last sign of life")
    if engagement is not None:
        if engagement.oldest_days >= 0:
            age = engagement.oldest_days
        if engagement.measured == "engaged":
            inactive = engagement.inactive_share
    return Audience(
        recipients=report.kept,
        opt_in=_opt_in(report),
        oldest_contact_days=age,
        inactive_share=inactive,
    )


def stated_audience(report: Report) -> dict[str, object]:
    """`audience_of` as a mapping of what is known, to lay over a sending profile."""
    audience = audience_of(report)
    fields = ("recipients", "opt_in", "oldest_contact_days", "inactive_share")
    known = {field: getattr(audience, field) for field in fields}
    return {field: value for field, value in known.items() if not isinstance(value, Unknown)}


def _opt_in(report: Report) -> OptIn | Unknown:
    rows = {kind.kind: kind.rows for kind in report.opt_in if kind.kind in _KINDS}
    stated = sum(rows.values())
    if not stated or 2 * stated < sum(kind.rows for kind in report.opt_in):
        return Unknown("the list does not say how most of its addresses were obtained")
    for kind in _WEAKEST:
        if rows.get(kind, 0) >= WORTH_COUNTING * stated:
            return kind
    return "confirmed"
