"""Style sheets and `style` attributes of a mailing, reduced to what cannot load, move or hide anything."""

from __future__ import annotations

import re

MAX_CSS = 100_000
_STYLING = (
    "color background background-color font font-family font-size font-style font-weight font-variant "
    "line-height letter-spacing word-spacing text-align text-decoration text-transform text-indent "
    "vertical-align white-space word-break word-wrap overflow-wrap direction unicode-bidi width height "
    "max-width max-height min-width min-height display float clear box-sizing padding padding-top "
    "padding-right padding-bottom padding-left margin margin-top margin-right margin-bottom margin-left "
    "border border-top border-right border-bottom border-left border-color border-style border-width "
    "border-top-width border-right-width border-bottom-width border-left-width border-top-color border-"
    "right-color border-bottom-color border-left-color border-top-style border-right-style border-"
    "bottom-style border-left-style border-radius border-collapse border-spacing table-layout list-"
    "style-type opacity"
)
_PROPERTIES = frozenset(_STYLING.split())
_FUNCTIONS = frozenset(("rgb", "rgba", "hsl", "hsla", "calc", "linear-gradient"))
_VALUE = re.compile(r"[\w\s#%.,()'\"!/+*-]{1,300}")
_FUNCTION = re.compile(r"([\w-]*)\s*\(")
_URL = re.compile(r"url\s*\([^)]{0,4000}\)", re.IGNORECASE)
_SELECTOR = re.compile(r"[\w\s.#>,:*+~-]{1,400}")
_MEDIA = re.compile(r"@media[\w\s():,.-]{1,300}", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)


def declarations(source: str, hiding: bool = True) -> str:
    """The declarations of `source` that only style, without addresses.

    Args:
        hiding: whether declarations that hide what they apply to are kept.
    """
    kept = []
    for declaration in source[:4000].split(";")[:80]:
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        value = " ".join(_URL.sub("", value).split())
        if name not in _PROPERTIES or not _VALUE.fullmatch(value) or not _closed(value):
            continue
        if any(function.lower() not in _FUNCTIONS for function in _FUNCTION.findall(value)):
            continue
        if not hiding and _hides(name, value):
            continue
        kept.append(f"{name}:{value}")
    return ";".join(kept)


def _closed(value: str) -> bool:
    return value.count("(") == value.count(")") and value.count("'") % 2 == 0 and value.count('"') % 2 == 0


def _hides(name: str, value: str) -> bool:
    from scorer.html import style_of

    return bool(style_of(f"{name}:{value}").hides) or (
        name in ("width", "max-width", "height", "max-height", "opacity") and value.startswith("0")
    )


def sheet(source: str) -> str:
    """The plain rules of a style sheet, also those within `@media`, with the same limits; nothing in it
    can end a `<style>` element or reach outside."""
    return _rules(_COMMENT.sub("", source[:MAX_CSS]), nested=False)


def _rules(css: str, nested: bool) -> str:
    kept = []
    position = 0
    while (brace := css.find("{", position)) >= 0:
        # Statements such as @import end in a semicolon before any brace.
        prelude = css[position:brace].rpartition(";")[2].strip()
        end = _closing(css, brace)
        body = css[brace + 1 : end]
        position = end + 1
        if prelude.startswith("@"):
            if not nested and _MEDIA.fullmatch(prelude) and prelude.count("(") == prelude.count(")"):
                inner = _rules(body, nested=True)
                if inner:
                    kept.append(" ".join(prelude.split()) + "{" + inner + "}")
        elif _SELECTOR.fullmatch(prelude):
            inner = declarations(body, hiding=False)
            if inner:
                kept.append(" ".join(prelude.split()) + "{" + inner + "}")
    return "".join(kept)


def _closing(css: str, brace: int) -> int:
    """The position of the brace that closes the one at `brace`, the end where there is none."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(css, brace):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(css)
