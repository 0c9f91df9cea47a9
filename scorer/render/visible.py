"""Text of a stranger made safe to show: what cannot be seen is spelt out, and width is counted in cells."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNSEEN = re.compile(
    "(["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f\ud800-\udfff"
    "])\\1{0,1000000}"
)
"""Control characters, terminal escapes, direction overrides, characters without width, lone surrogates."""
_REPEATED = re.compile(r"((?:<U\+[0-9A-F]{4,6}>[ \u00a0]{0,8}){1,4}?)\1{3,100000}")
"""What newsletters pad their preheaders with: the same unseen characters and spaces over and over."""
_SPACE = re.compile(r"[\t\r\n ]+")
_JOINERS = "\u200c\u200d"


def _spelt(match: re.Match[str]) -> str:
    run, text = match[0], match.string
    if run in _JOINERS:
        # Persian, Indic scripts and emoji need single joiners; between other characters they only hide.
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() : match.end() + 1]
        if before > "\u00ff" and after > "\u00ff" and not (_UNSEEN.match(before) or _UNSEEN.match(after)):
            return run
    name = f"<U+{ord(run[0]):04X}>"
    return name if len(run) == 1 else f"{name}×{len(run)}" if len(run) > 3 else name * len(run)


def _counted(match: re.Match[str]) -> str:
    after = match.string[match.end() : match.end() + 1]
    gap = "" if after in ("", " ") else " "
    return f"{match[1].rstrip()}\u00d7{len(match[0]) // len(match[1])}{gap}"


def visible(text: str, limit: int = 0) -> str:
    """`text` on one line, with white space collapsed and unseen characters spelt as `<U+202E>`.

    Args:
        limit: the most code points to show, 0 for all; what is cut is marked with "…".
    """
    if limit and len(text) > 4 * limit:
        text = text[: 4 * limit]
    shown = _SPACE.sub(" ", text).strip(" ")
    if not shown.isascii() or not shown.isprintable():
        shown = _REPEATED.sub(_counted, _UNSEEN.sub(_spelt, shown))
    return clipped(shown, limit)


def visible_lines(text: str) -> str:
    """As `visible`, but white space and line breaks stay as they are (CR LF as LF)."""
    return _UNSEEN.sub(_spelt, text.replace("\r\n", "\n").replace("\r", "\n"))


def clipped(text: str, limit: int) -> str:
    """At most `limit` code points (0 for all), the last of them "…" where something is cut."""
    return text if not limit or len(text) <= limit else text[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def cell_width(text: str) -> int:
    """The columns that `text` takes in a terminal (Unicode Standard Annex 11; joined emoji count once)."""
    if text.isascii():
        return len(text)
    total = last = 0
    joined = False
    for character in text:
        if character == "\ufe0f" and last == 1:
            # Variation selector 16 asks for the emoji picture, which is wide.
            total, last = total + 1, 2
            continue
        if joined or ("\U0001f3fb" <= character <= "\U0001f3ff" and last == 2):
            joined = False
            continue
        joined = character == "\u200d" and last == 2
        width = _cells(character)
        total += width
        last = width or last
    return total


def fit(text: str, width: int) -> str:
    """`text` cut or filled up to exactly `width` columns."""
    if cell_width(text) > width:
        kept = ""
        for character in text:
            if cell_width(kept + character) > width - 1:
                break
            kept += character
        text = kept + "…"
    return text + " " * (width - cell_width(text))


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns: broken at spaces, between wide characters, and inside a word only
    where it alone is too long. Never empty."""
    width = max(width, 8)
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        size = cell_width(piece.rstrip(" "))
        if used and used + size > width:
            lines.append(line.rstrip(" "))
            line, used = "", 0
            piece = piece.lstrip(" ")
        while size > width:
            head = _prefix(piece, width)
            lines.append(head)
            piece = piece[len(head) :]
            size = cell_width(piece.rstrip(" "))
        line += piece
        used += cell_width(piece)
    if line.strip(" ") or not lines:
        lines.append(line.rstrip(" "))
    return lines


def _pieces(text: str) -> list[str]:
    """Words with the spaces after them; a wide character is a piece of its own."""
    pieces: list[str] = []
    for word in re.findall(r"[^ ]+ *", text):
        if word.isascii():
            pieces.append(word)
            continue
        start = 0
        for i in range(1, len(word)):
            wide = (
                _cells(word[i]) == 2 and word[i - 1] != "\u200d" and unicodedata.category(word[i])[0] == "L"
            )
            if wide or (_cells(word[i - 1]) == 2 and unicodedata.category(word[i])[0] in "LN"):
                pieces.append(word[start:i])
                start = i
        pieces.append(word[start:])
    return pieces


def _prefix(text: str, width: int) -> str:
    """The longest beginning of `text` that fits, at least one character."""
    end, used = 0, 0
    for end, character in enumerate(text):  # noqa: B007
        used += _cells(character)
        if used > width:
            break
    else:
        end = len(text)
    return text[: max(1, end)]
