"""Charts as inline SVG: no script, nothing loaded; every mark says its numbers when pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from scorer.campaigns.archive import ChangePoint, Group
from scorer.campaigns.measures import Bin

COLOURS = {"send": "#2e7d4f", "review": "#c99a2e", "fix": "#c8602a", "blocked": "#8c1d2f"}
_INK, _GRID, _LINE = "#5b6470", "#e3e6ea", "#2f5d8c"


def _svg(width: int, height: int, body: str, label: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}" '
        f'xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "middle", bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str = _GRID, *, dash: str = "", wide: float = 1
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{wide}"{dashed}/>'
    )


def _marked(shape: str, said: str) -> str:
    return f'<g class="mark">{shape}<title>{escape(said)}</title></g>'


def _nice(most: float) -> float:
    """A round number at or above `most`."""
    step = 1.0
    while step * 10 < most:
        step *= 10
    return next((step * by for by in (1, 2, 2.5, 5, 10) if step * by >= most), step * 10)


def histogram(counts: Sequence[int], review: float, fix: float) -> str:
    """Scores in steps of five, with the thresholds."""
    width, height, left, top, floor = 720, 240, 50, 14, 205
    top_value = _nice(max(1, *counts))
    wide = (width - left - 10) / len(counts)
    body = []
    for share in (0, 0.5, 1):
        y = floor - share * (floor - top)
        body.append(
            _line(left, y, width - 10, y) + _text(left - 6, y + 4, f"{share * top_value:,.0f}", anchor="end")
        )
    for place, count in enumerate(counts):
        start = place * 5
        colour = COLOURS["fix"] if start >= fix else COLOURS["review"] if start >= review else COLOURS["send"]
        tall = count / top_value * (floor - top)
        shape = (
            f'<rect x="{left + place * wide + 1:.1f}" y="{floor - tall:.1f}" width="{wide - 2:.1f}" '
            f'height="{tall:.1f}" fill="{colour}"/>'
            f'<rect x="{left + place * wide:.1f}" y="{top}" width="{wide:.1f}" height="{floor - top}" fill="none" '
            f'pointer-events="all"/>'
        )
        body.append(_marked(shape, f"score {start} to {start + 5}: {count:,} messages"))
    body.extend(_text(left + tick / 5 * wide, floor + 16, str(tick)) for tick in range(0, 101, 10))
    for value, name in ((review, "review"), (fix, "fix")):
        x = left + value / 5 * wide
        body.append(_line(x, top, x, floor, _INK, dash="4 3") + _text(x + 4, top + 8, name, anchor="start"))
    body.append(_text((left + width) / 2, height - 4, "score"))
    return _svg(width, height, "".join(body), "Distribution of scores")


def timeline(months: Sequence[Group], change: ChangePoint | None) -> str:
    """The monthly mean with the band of the middle four fifths."""
    width, height, left, top, floor = 720, 260, 50, 14, 215
    high = _nice(max(10.0, *(month.high for month in months)))
    across = (width - left - 20) / max(1, len(months) - 1)

    def at(place: int, value: float) -> tuple[float, float]:
        return left + 5 + place * across, floor - value / high * (floor - top)

    body = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = floor - share * (floor - top)
        body.append(_line(left, y, width - 10, y) + _text(left - 6, y + 4, f"{share * high:g}", anchor="end"))
    upper = [at(place, month.high) for place, month in enumerate(months)]
    lower = [at(place, month.low) for place, month in enumerate(months)][::-1]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in upper + lower)
    body.append(f'<polygon points="{points}" fill="{_LINE}" opacity="0.15"/>')
    path = " ".join(
        f"{x:.1f},{y:.1f}" for x, y in (at(place, month.mean) for place, month in enumerate(months))
    )
    body.append(f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="2"/>')
    every = -(-len(months) // 9)
    for place, month in enumerate(months):
        x, y = at(place, month.mean)
        if change is not None and month.name == change.month:
            middle = x - across / 2
            body.append(_line(middle, top, middle, floor, COLOURS["fix"], dash="5 3", wide=1.5))
            body.append(
                _text(
                    middle + 4, top + 9, f"shift: {change.before:.0f} to {change.after:.0f}", anchor="start"
                )
            )
        said = (
            f"{month.name}: mean {month.mean:.1f}, 10 % to 90 %: {month.low:.0f} to {month.high:.0f}, "
            f"{month.messages:,} messages"
        )
        spot = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" {look}/>'
            for size, look in ((3, f'fill="{_LINE}"'), (10, 'fill="none" pointer-events="all"'))
        )
        body.append(_marked(spot, said))
        if place % every == 0:
            body.append(_text(x, floor + 16, month.name))
    body.append(_text((left + width) / 2, height - 6, "month of sending"))
    return _svg(width, height, "".join(body), "Score by month")


def verdict_bars(groups: Sequence[Group]) -> str:
    """For each group the shares of the verdicts, and the mean score."""
    width, left, tall = 720, 250, 24
    body = []
    for place, group in enumerate(groups):
        y = 4 + place * tall
        name = group.name if len(group.name) <= 34 else group.name[:33] + "…"
        body.append(_text(left - 8, y + 14, name, anchor="end"))
        x = float(left)
        for verdict, count in zip(COLOURS, group.verdicts, strict=True):
            wide = count / group.messages * 300
            if count:
                rect = (
                    f'<rect x="{x:.1f}" y="{y + 2}" width="{wide:.1f}" height="{tall - 8}" '
                    f'fill="{COLOURS[verdict]}"/>'
                )
                body.append(_marked(rect, f"{group.name}: {verdict} {count:,} of {group.messages:,}"))
            x += wide
        body.append(_text(left + 310, y + 14, f"{group.messages:,}, mean {group.mean:.0f}", anchor="start"))
    return _svg(width, 8 + tall * len(groups), "".join(body), "Verdicts by group")


def reliability(bins: Sequence[Bin]) -> str:
    """Predicted against observed, with 95 % intervals; on the dashed line they are equal."""
    side, left, top, floor = 340, 62, 12, 295
    across = min(1.0, _nice(100 * max(0.01, *(item.predicted for item in bins))) / 100)
    up = min(1.0, _nice(100 * max(0.01, *(item.observed.high or item.observed.value for item in bins))) / 100)

    def at(x: float, y: float) -> tuple[float, float]:
        return left + min(x, across) / across * (side - left - 10), floor - min(y, up) / up * (floor - top)

    body = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = at(share * across, share * up)
        body.append(
            _line(left, y, side - 10, y) + _text(left - 6, y + 4, f"{100 * share * up:.3g} %", anchor="end")
        )
        body.append(_text(x, floor + 16, f"{100 * share * across:.3g} %"))
    equal = min(across, up)
    body.append(_line(*at(0, 0), *at(equal, equal), _INK, dash="4 3"))
    for item in bins:
        x, y = at(item.predicted, item.observed.value)
        shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{_LINE}"/>'
        interval = ""
        if item.observed.low is not None and item.observed.high is not None:
            shape = (
                _line(
                    *at(item.predicted, item.observed.low),
                    *at(item.predicted, item.observed.high),
                    _LINE,
                    wide=2,
                )
                + shape
            )
            interval = f" ({item.observed.low:.3g} to {item.observed.high:.3g})"
        said = (
            f"predicted {item.predicted:.3g}, observed {item.observed.value:.3g}{interval}; "
            f"{item.campaigns} campaigns"
        )
        body.append(_marked(shape, said))
    body.append(_text((left + side) / 2, floor + 34, "predicted risk"))
    body.append(
        f'<text x="12" y="{(top + floor) / 2}" text-anchor="middle" '
        f'transform="rotate(-90 12 {(top + floor) / 2})">observed rate</text>'
    )
    return _svg(side, 335, "".join(body), "Reliability")


def intervals(entries: Sequence[tuple[str, float, float, float]]) -> str:
    """Named values with intervals about zero (log-odds)."""
    width, left, tall = 720, 250, 22
    least = min(0.0, *(low for _, _, low, _ in entries))
    most = max(0.0, *(high for _, _, _, high in entries))
    span = (most - least) or 1.0

    def at(value: float) -> float:
        return left + (value - least) / span * (width - left - 20)

    floor = 6 + tall * len(entries)
    body = [_line(at(0), 0, at(0), floor, _INK), _text(at(0), floor + 14, "0")]
    ends = (value for value in (least, most) if abs(at(value) - at(0)) > 30)
    body.extend(_text(at(value), floor + 14, f"{value:+.1f}") for value in ends)
    for place, (name, value, low, high) in enumerate(entries):
        y = 4 + place * tall + tall / 2
        colour = COLOURS["fix"] if low > 0 else COLOURS["send"] if high < 0 else _INK
        shape = (
            _line(at(low), y, at(high), y, colour, wide=2)
            + f'<circle cx="{at(value):.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
        )
        body.append(
            _text(left - 8, y + 4, name, anchor="end")
            + _marked(shape, f"{name}: {value:+.2f} ({low:+.2f} to {high:+.2f})")
        )
    return _svg(width, int(floor) + 20, "".join(body), "Adjusted log-odds")
