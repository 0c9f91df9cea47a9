"""The report of an archive: one page for a manager, with nothing loaded from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from scorer.campaigns import charts
from scorer.campaigns.archive import VERDICTS, Archive
from scorer.campaigns.effects import RuleEffect
from scorer.campaigns.measures import Agreement, Estimate
from scorer.campaigns.outcomes import TITLES

_TEMPLATE = Path(__file__).parent / "report.html"


def render(
    archive: Archive,
    *,
    title: str,
    review: float,
    fix: float,
    agreements: Sequence[Agreement] = (),
    effects: Sequence[RuleEffect] = (),
    effects_of: str = "",
    joined: tuple[int, int, int] | None = None,
    made: datetime | None = None,
) -> str:
    """The page. `joined` is how many campaigns have an outcome, how many messages and outcomes have no partner."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["estimate"] = estimate
    environment.filters["rule"] = rule_title
    environment.filters["kind"] = lambda kind: TITLES[kind]
    environment.globals.update(colours=charts.COLOURS, verdicts=VERDICTS)

    def drawn(svg: str) -> Markup:
        return Markup(svg)  # noqa: S704  # charts escape what they are given

    return environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        title=title,
        a=archive,
        made=(made or datetime.now(UTC)).strftime("%d %B %Y"),
        histogram=drawn(charts.histogram(archive.histogram, review, fix)),
        timeline=drawn(charts.timeline(archive.months, archive.change)) if len(archive.months) > 1 else None,
        senders=drawn(charts.verdict_bars(archive.senders)) if archive.senders else None,
        lists=drawn(charts.verdict_bars(archive.lists)) if archive.lists else None,
        agreements=[(item, drawn(charts.reliability(item.reliability))) for item in agreements],
        effects=effects,
        effects_of=effects_of,
        effects_chart=drawn(
            charts.intervals([(rule_title(e.rule), e.log_odds, e.low, e.high) for e in effects[:15]])
        )
        if effects
        else None,
        joined=joined,
        review=review,
        fix=fix,
    )


def estimate(value: Estimate | None, digits: int = 2) -> str:
    """A value with its interval, as text."""
    if value is None:
        return "not defined"
    if value.low is None or value.high is None:
        return f"{value.value:.{digits}f} (too few senders for an interval)"
    return f"{value.value:.{digits}f} ({value.low:.{digits}f} to {value.high:.{digits}f})"


def rule_title(id: str) -> str:
    """What a rule or other contribution is called."""
    from scorer.rules import all_rules

    named = {"text": "The words", "structure": "The make-up", "bias": "The base rate"}
    registered = all_rules().get(id)
    return registered.rule.title if registered else named.get(id, id)
