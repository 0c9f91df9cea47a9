"""Our log-odds as the points of other filters, so that their threshold means our `fix` threshold.

Points are linear in the log-odds: 0 at the base rate (the bias), and the other filter's threshold exactly at
our `fix` threshold. Because log-odds add up, so do the points of the symbols.
"""

from __future__ import annotations

import math

import msgspec

from scorer.assessment import Assessment

LEAST_SPAN = 0.5
"""Log-odds between the base rate and the `fix` threshold below which the scale would be too steep."""


_TRAINED = {
    "text": ("Words and phrases, by the trained model", "model"),
    "structure": ("Make-up, by the trained model", "model"),
}


class Symbol(msgspec.Struct, frozen=True):
    """A named part of the sum, in the other filter's manner. `area` is the rule's group, "" if none."""

    name: str
    points: float
    description: str
    area: str = ""

    @property
    def line(self) -> str:
        """The description as SpamAssassin writes it, with the area in front ("BODY: ..."): clients look for it."""
        return f"{self.area.upper()}: {self.description}" if self.area else self.description


class Points(msgspec.Struct, frozen=True):
    """The sum. `spam` is our verdict (`fix` or `blocked`), which at `threshold` and above is what they say."""

    total: float
    threshold: float
    spam: bool
    blocked: bool
    symbols: tuple[Symbol, ...]


def points_of(assessment: Assessment, fix: float, threshold: float, block_at: float) -> Points:
    """The assessment on a scale where the score `fix` is `threshold` points.

    A blocked mailing whose score is lower is lifted to `block_at` by a symbol of its own: who asks over such
    a protocol must not be told that it may go out.
    """
    bias = next((item.log_odds for item in assessment.contributions if item.kind == "bias"), 0.0)
    share = min(max(fix / 100.0, 1e-6), 1.0 - 1e-6)
    at_fix = math.log(share / (1.0 - share))
    scale = threshold / max(at_fix - bias, LEAST_SPAN)
    base = threshold - scale * (at_fix - bias)
    said = {finding.rule: (finding.title, finding.group) for finding in assessment.findings} | _TRAINED
    symbols = [
        Symbol(symbol_name(item.id), scale * item.log_odds, *said.get(item.id, (item.id, "")))
        for item in assessment.contributions
        if item.kind != "bias"
    ]
    weighed = {item.id for item in assessment.contributions}
    symbols += [
        Symbol(symbol_name(finding.rule), 0.0, finding.title, finding.group)
        for finding in assessment.findings
        if finding.rule not in weighed
    ]
    if abs(base) > 1e-9:
        symbols.append(Symbol("BASE_RATE", base, "Where the sum starts before anything is found"))
    total = math.fsum(symbol.points for symbol in symbols)
    blocked = assessment.verdict == "blocked"
    if blocked and total < block_at:
        symbols.append(
            Symbol("BLOCKED", block_at - total, "A finding or a provider's rule blocks the mailing")
        )
        total = block_at
    symbols.sort(key=lambda symbol: (-symbol.points, symbol.name))
    return Points(total, threshold, blocked or assessment.score >= fix, blocked, tuple(symbols))


def symbol_name(id: str) -> str:
    """A rule's id as such filters write it: upper case, with underscores."""
    return ("TRAINED_" if id in _TRAINED else "") + id.upper().replace("-", "_")


def shown_points(points: Points) -> str:
    """The sum with one decimal; rounding never moves it across the threshold."""
    text = f"{points.total:.1f}"
    if not points.spam and float(text) >= points.threshold:
        return f"{points.threshold - 0.1:.1f}"
    if points.spam and float(text) < points.threshold:
        return f"{points.threshold:.1f}"
    return "0.0" if text == "-0.0" else text
