"""Bars as SVG, without any library."""

from __future__ import annotations

from html import escape

ROW, LEFT, WIDTH, RIGHT = 24, 210, 420, 150


def bars(title: str, values: dict[str, float], unit: str) -> str:
    """A horizontal bar for each value; those more than four times the median are cut and say so."""
    ordered = sorted(values.values())
    limit = min(ordered[-1], 4 * ordered[len(ordered) // 2])
    height = ROW * (len(values) + 1) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" height="{height}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="13">',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="8" y="18" font-weight="bold">{escape(title)}</text>',
    ]
    for number, (name, value) in enumerate(values.items(), 1):
        y = ROW * number + 6
        long = WIDTH * min(value, limit) / limit
        colour = "#0a6c74" if name.startswith("this program") else "#9aa5b1"
        cut = " (bar cut)" if value > limit else ""
        lines += [
            f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(name.replace("`", ""))}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{long:.1f}" height="17" fill="{colour}"/>',
            f'<text x="{LEFT + long + 6:.1f}" y="{y + 13}">{value:.2f} {escape(unit)}{cut}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"
