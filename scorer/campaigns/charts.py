"""Charts as inline SVG: nothing loaded; every mark says its numbers when pointed at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from scorer.campaigns.archive import Group
from scorer.campaigns.drift import ChangePoint, Series
from scorer.campaigns.measures import Bin, Share

COLOURS = {"send": "#2e7d4f", "review": "#c99a2e", "fix": "#c8602a", "blocked": "#8c1d2f"}
_INK, _GRID, _LINE = "#5b6470", "#e3e6ea", "#2f5d8c"


class Chart(str):
    """An SVG image, which a notebook shows as such."""

    def __repr__(self) -> str:
        return f"<Chart of {len(self)} characters>"

    def _repr_svg_(self) -> str:
        # In a page the style sheet sets the letters; alone the image brings its own.
        return self.replace("<svg ", '<svg font-family="sans-serif" font-size="12" ', 1)


def _svg(width: int, height: int, body: str, label: str) -> Chart:
    return Chart(
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
    """A round number at or above `most`, which is positive."""
    step = 10.0 ** math.floor(math.log10(most))
    return next((step * by for by in (1, 2, 3, 4, 6, 8, 10) if step * by >= most), step * 10)


def histogram(counts: Sequence[int], review: float, fix: float) -> Chart:
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


def timeline(periods: Sequence[Group], change: ChangePoint | None, period: str) -> Chart:
    """The mean score by period, with bands of the middle half and the middle four fifths."""
    width, height, left, top, floor = 720, 260, 50, 14, 215
    high = _nice(max(10.0, *(item.high for item in periods)))
    across = (width - left - 20) / max(1, len(periods) - 1)

    def at(place: float, value: float) -> tuple[float, float]:
        return left + 5 + place * across, floor - value / high * (floor - top)

    def band(lower: Sequence[float], upper: Sequence[float], opacity: float) -> str:
        corners = [at(n, value) for n, value in enumerate(upper)] + [
            at(n, value) for n, value in reversed(list(enumerate(lower)))
        ]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        return f'<polygon points="{points}" fill="{_LINE}" opacity="{opacity}"/>'

    body = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = floor - share * (floor - top)
        body.append(_line(left, y, width - 10, y) + _text(left - 6, y + 4, f"{share * high:g}", anchor="end"))
    body.append(band([item.low for item in periods], [item.high for item in periods], 0.12))
    body.append(band([item.lower for item in periods], [item.upper for item in periods], 0.2))
    body.append(_path([at(n, item.mean) for n, item in enumerate(periods)], 2))
    if change is not None:
        x, _ = at(change.place - 0.5, 0)
        body.append(_line(x, top, x, floor, COLOURS["fix"], dash="5 3", wide=1.5))
        anchor, gap = ("start", 4) if x < width * 0.75 else ("end", -4)
        said = f"shift: {change.before:.0f} to {change.after:.0f}"
        body.append(_text(x + gap, top + 9, said, anchor=anchor))
    every = -(-len(periods) // 8)
    for place, item in enumerate(periods):
        x, y = at(place, item.mean)
        said = (
            f"{item.name}: mean {item.mean:.1f}; half between {item.lower:.0f} and {item.upper:.0f}, "
            f"four fifths between {item.low:.0f} and {item.high:.0f}; {item.messages:,} messages"
        )
        wide = max(6.0, across)
        spot = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_LINE}"/>'
            f'<rect x="{x - wide / 2:.1f}" y="{top}" width="{wide:.1f}" height="{floor - top}" '
            f'fill="none" pointer-events="all"/>'
        )
        body.append(_marked(spot, said))
        if place % every == 0:
            body.append(_text(x, floor + 16, item.name))
    body.append(_text((left + width) / 2, height - 6, f"{period} of sending"))
    return _svg(width, height, "".join(body), f"Score by {period}")


def _path(points: Sequence[tuple[float, float]], wide: float, colour: str = _LINE) -> str:
    along = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{along}" fill="none" stroke="{colour}" stroke-width="{wide}"/>'


def small_series(series: Series, names: Sequence[str]) -> Chart:
    """One feature over time, small, with its change marked."""
    width, height, left, top, floor = 420, 108, 52, 8, 84
    least, most = min(series.values), max(series.values)
    if series.is_share:
        least, most = 0.0, min(1.0, _nice(100 * max(most, 0.01)) / 100)
    span = (most - least) or 1.0
    across = (width - left - 10) / max(1, len(names) - 1)

    def shown(value: float) -> str:
        return f"{100 * value:.0f} %" if series.is_share else f"{value:+.2f}"

    def at(place: float, value: float) -> tuple[float, float]:
        return left + place * across, floor - (value - least) / span * (floor - top)

    body = []
    for value in sorted({least, most}):
        _, y = at(0, value)
        body.append(_line(left, y, width - 10, y) + _text(left - 5, y + 4, shown(value), anchor="end"))
    body.append(_path([at(n, value) for n, value in enumerate(series.values)], 1.6))
    if series.change is not None:
        x, _ = at(series.change.place - 0.5, 0)
        body.append(_line(x, top, x, floor, COLOURS["fix"], dash="4 2", wide=1.5))
    for place, value in enumerate(series.values):
        x, y = at(place, value)
        wide = max(4.0, across)
        spot = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.8" fill="{_LINE}"/>'
            f'<rect x="{x - wide / 2:.1f}" y="{top}" width="{wide:.1f}" height="{floor - top}" '
            f'fill="none" pointer-events="all"/>'
        )
        body.append(_marked(spot, f"{names[place]}: {shown(value)}"))
    body.append(_text(left, height - 6, names[0], anchor="start"))
    body.append(_text(width - 10, height - 6, names[-1], anchor="end"))
    return _svg(width, height, "".join(body), series.name)


def verdict_bars(groups: Sequence[Group]) -> Chart:
    """For each group the shares of the verdicts, and the mean score."""
    entries = [
        (
            group.name,
            [
                (verdict, COLOURS[verdict], count)
                for verdict, count in zip(COLOURS, group.verdicts, strict=True)
            ],
            f"{group.messages:,}, mean {group.mean:.0f}",
        )
        for group in groups
    ]
    return share_bars(entries, "Verdicts by group")


def share_bars(entries: Sequence[tuple[str, Sequence[tuple[str, str, int]], str]], label: str) -> Chart:
    """For each name the shares of its parts (name, colour, count), and a note beside them."""
    width, left, tall, long = 720, 230, 24, 330
    body = []
    for place, (name, parts, note) in enumerate(entries):
        y = 4 + place * tall
        total = sum(count for _, _, count in parts) or 1
        body.append(_text(left - 8, y + 14, _short(name), anchor="end"))
        x = float(left)
        for part, colour, count in parts:
            wide = count / total * long
            if count:
                rect = (
                    f'<rect x="{x:.1f}" y="{y + 2}" width="{wide:.1f}" height="{tall - 8}" fill="{colour}"/>'
                )
                body.append(_marked(rect, f"{name}: {part} {count:,} of {total:,}"))
            x += wide
        body.append(_text(left + long + 10, y + 14, note, anchor="start"))
    return _svg(width, 8 + tall * len(entries), "".join(body), label)


def _short(name: str, most: int = 34) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def gains(entries: Sequence[tuple[str, Sequence[tuple[str, str, int]]]]) -> Chart:
    """For each name how many messages would change their verdict, by the change (text, colour, count)."""
    width, left, tall = 720, 350, 26
    most = _nice(max(1, *(sum(count for _, _, count in parts) for _, parts in entries)))
    long = width - left - 60
    body = []
    for place, (name, parts) in enumerate(entries):
        y = 4 + place * tall
        body.append(_text(left - 8, y + 15, _short(name, 54), anchor="end"))
        x = float(left)
        for text, colour, count in parts:
            wide = count / most * long
            rect = f'<rect x="{x:.1f}" y="{y + 2}" width="{wide:.1f}" height="{tall - 9}" fill="{colour}"/>'
            body.append(_marked(rect, f"{name}: {count:,} {text}"))
            x += wide
        total = sum(count for _, _, count in parts)
        body.append(_text(x + 6, y + 15, f"{total:,}", anchor="start", bold=True))
    return _svg(width, 8 + tall * len(entries), "".join(body), "Changes of verdict")


def rates(entries: Sequence[Share]) -> Chart:
    """Observed rates with their intervals, and beside each the predicted risk as a tick where it can be compared."""
    width, left, tall = 720, 230, 24
    most = _nice(100 * max(0.0001, *(max(item.high, item.predicted or 0.0) for item in entries))) / 100
    most = min(1.0, most)
    long = width - left - 110
    floor = 6 + tall * len(entries)

    def at(value: float) -> float:
        return left + min(value, most) / most * long

    body = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        body.append(_line(at(share * most), 0, at(share * most), floor))
        body.append(_text(at(share * most), floor + 14, f"{100 * share * most:.3g} %"))
    for place, item in enumerate(entries):
        y = 4 + place * tall + tall / 2
        rate = item.bad / item.of
        tick, foretold = "", ""
        if item.predicted is not None:
            x = at(item.predicted)
            tick = _line(x, y - 7, x, y + 7, COLOURS["fix"], wide=2.5)
            foretold = f"; predicted {100 * item.predicted:.3g} %"
        shape = (
            _line(at(item.low), y, at(item.high), y, _LINE, wide=2)
            + f'<circle cx="{at(rate):.1f}" cy="{y:.1f}" r="4.5" fill="{_LINE}"/>'
            + tick
            + f'<rect x="{left}" y="{y - tall / 2:.1f}" width="{long}" height="{tall}" fill="none" '
            'pointer-events="all"/>'
        )
        said = (
            f"{item.name}: {item.bad:,} of {item.of:,}, {100 * rate:.3g} % ({100 * item.low:.3g} to "
            f"{100 * item.high:.3g} %){foretold}; {item.campaigns:,} campaigns"
        )
        body.append(_text(left - 8, y + 4, _short(item.name), anchor="end") + _marked(shape, said))
        body.append(_text(left + long + 14, y + 4, f"{item.bad:,} of {item.of:,}", anchor="start"))
    return _svg(width, int(floor) + 20, "".join(body), "Predicted and observed")


def reliability(bins: Sequence[Bin], *, comparable: bool = True) -> Chart:
    """Predicted against observed, with 95 % intervals; on the dashed line they are equal, where they may be."""
    side, left, top, floor = 340, 62, 12, 295
    across = min(1.0, _nice(100 * max(0.01, *(item.predicted for item in bins))) / 100)
    up = min(
        1.0, _nice(100 * max(0.0001, *(item.observed.high or item.observed.value for item in bins))) / 100
    )

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
    if comparable:
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
    return _svg(side + 12, 335, "".join(body), "Reliability")


def intervals(entries: Sequence[tuple[str, float, float, float]]) -> Chart:
    """Named values with intervals about zero (log-odds)."""
    width, left, tall = 720, 270, 22
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
            _text(left - 8, y + 4, _short(name, 42), anchor="end")
            + _marked(shape, f"{name}: {value:+.2f} ({low:+.2f} to {high:+.2f})")
        )
    return _svg(width, int(floor) + 20, "".join(body), "Adjusted log-odds")
