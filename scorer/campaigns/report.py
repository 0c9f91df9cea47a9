"""The report of an archive: one page for a manager, with nothing loaded from outside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from scorer.campaigns import charts
from scorer.campaigns.archive import VERDICTS, Archive, Move
from scorer.campaigns.outcomes import EVENT, TITLES

if TYPE_CHECKING:
    from scorer.campaigns.compare import Comparison
    from scorer.campaigns.effects import Effect
    from scorer.campaigns.happened import Happened
    from scorer.campaigns.measures import Estimate

_TEMPLATE = Path(__file__).parent / "report.html"
_SCRIPT = Path(__file__).parent / "report.js"
_ANSWERS = {
    "fine": "#2e7d4f",
    "no mitigation": "#c99a2e",
    "junk": "#c8602a",
    "rejected": "#8c1d2f",
    "unknown": "#c3c8cf",
}
_MOVES = {"send": "#2e7d4f", "review": "#c99a2e", "fix": "#c8602a", "blocked": "#8c1d2f"}
_SHOWN = 10


class Source(msgspec.Struct, frozen=True):
    """What the page is about, beside the archive's sums: thresholds, what happened, an earlier run."""

    title: str
    review: float
    fix: float
    happened: Happened | None = None
    comparison: Comparison | None = None
    baseline: str = ""
    made: datetime | None = None


def render(archive: Archive, source: Source) -> str:
    """The page."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["estimate"] = estimate
    environment.filters["rule"] = rule_title
    environment.filters["word"] = word_title
    environment.filters["to_send"] = to_send
    environment.filters["kind"] = _kind
    environment.filters["moves"] = moves_text
    environment.filters["fixes"] = lambda fixes: " and ".join(f"“{rule_title(id)}”" for id in fixes)
    environment.globals.update(colours=charts.COLOURS, verdicts=VERDICTS, answers=_ANSWERS, event=EVENT)

    def drawn(svg: str) -> Markup:
        return Markup(svg)  # noqa: S704  # charts escape what they are given

    script = _SCRIPT.read_text("utf-8").strip()
    names = [group.name for group in archive.periods]
    happened = source.happened
    bars = _provider_bars(archive)
    return environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        s=source,
        a=archive,
        h=happened,
        c=source.comparison,
        made=(source.made or datetime.now(UTC)).strftime("%d %B %Y"),
        script=Markup(script),  # noqa: S704  # our own file
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        histogram=drawn(charts.histogram(archive.histogram, source.review, source.fix)),
        timeline=drawn(charts.timeline(archive.periods, archive.change, archive.period))
        if len(names) > 1
        else None,
        drift=[(item, drawn(charts.small_series(item, names))) for item in archive.drift]
        if len(names) > 1
        else [],
        senders=drawn(charts.verdict_bars(archive.senders)) if archive.senders else None,
        lists=drawn(charts.verdict_bars(archive.lists)) if archive.lists else None,
        providers=drawn(charts.share_bars(bars, "Verdicts of the providers' rules")) if bars else None,
        unjudged=[name.capitalize() for name, counted in archive.providers.items() if not _judged(counted)],
        gains=_gains(archive, drawn),
        rule_gains=_lifting(archive),
        outcomes=[
            (
                item,
                drawn(
                    charts.reliability(item.agreement.reliability, comparable=item.agreement.kind in EVENT)
                ),
                drawn(charts.rates(item.senders)) if len(item.senders) > 1 else None,
                drawn(charts.rates(item.providers)) if item.providers else None,
            )
            for item in happened.kinds
        ]
        if happened
        else [],
        effects=_effects(happened.effects, drawn) if happened else [],
    )


def _provider_bars(archive: Archive) -> list[tuple[str, list[tuple[str, str, int]], str]]:
    bars = []
    for name, counted in archive.providers.items():
        if not (told := _judged(counted)):
            continue
        parts = [(answer, colour, counted.get(answer, 0)) for answer, colour in _ANSWERS.items()]
        bars.append((name.capitalize(), parts, f"judged for {told:,} of {sum(counted.values()):,}"))
    return bars


def _judged(counted: Mapping[str, int]) -> int:
    return sum(counted.values()) - counted.get("unknown", 0)


def _parts(moves: Iterable[Move]) -> list[tuple[str, str, int]]:
    return [(f"from {move.before} to {move.after}", _MOVES[move.after], move.messages) for move in moves]


def _gains(archive: Archive, drawn: Any) -> Any:
    """The remedies, or without reruns the findings, that would change most verdicts."""
    entries = (
        [(" + ".join(rule_title(id) for id in item.fixes), _parts(item.moves)) for item in archive.remedies]
        if archive.remedies is not None
        else [(rule_title(item.rule), _parts(item.moves)) for item in _lifting(archive)]
    )
    entries = [entry for entry in entries if entry[1]][:_SHOWN]
    return drawn(charts.gains(entries)) if entries else None


def _lifting(archive: Archive) -> list[Any]:
    lifting = [item for item in archive.rules if item.moves]
    return sorted(lifting, key=lambda item: -sum(move.messages for move in item.moves))[:_SHOWN]


def _effects(effects: Sequence[Effect], drawn: Any) -> list[Any]:
    """For rules and for words: those with the clearest association, both ways, as a chart and in full."""
    found = []
    for kind, title in (("rule", rule_title), ("word", word_title)):
        of_kind = [item for item in effects if item.kind == kind]
        clearest = sorted(of_kind, key=lambda item: -max(item.low, -item.high))[:_SHOWN]
        shown = sorted(clearest, key=lambda item: -item.log_odds)
        if shown:
            chart = charts.intervals([(title(e.id), e.log_odds, e.low, e.high) for e in shown])
            found.append((kind, shown, len(of_kind), drawn(chart)))
    return found


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

    named = {"text": "The words", "structure": "How it is made", "bias": "The base rate"}
    registered = all_rules().get(id)
    return registered.rule.title if registered else named.get(id, id)


def word_title(term: str) -> str:
    """A word of the text model, in quotes."""
    return f"“{term[2:]}” in the subject" if term.startswith("s:") else f"“{term}”"


def _kind(kind: str) -> str:
    titles: dict[Any, str] = dict(TITLES)
    return titles[kind]


def to_send(moves: Iterable[Move]) -> int:
    """How many messages could be sent."""
    return sum(move.messages for move in moves if move.after == "send")


def moves_text(moves: Sequence[Move]) -> str:
    """Changes of verdict in words: "312 from fix to send, 40 from review to send"."""
    return ", ".join(f"{move.messages:,} from {move.before} to {move.after}" for move in moves)
