"""HTML that Outlook keeps inside rich text, taken out again ([MS-OXRTFEX], 2.1.3 and 3.1)."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from scorer.lazyre import lazy

_TOKEN = lazy(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9A-Fa-f]{2})|\\(?P<symbol>[^A-Za-z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_CHARACTERS = {
    b"par": "\r\n",
    b"line": "\r\n",
    b"tab": "\t",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"endash": "–",
    b"emdash": "—",
    b"~": "\u00a0",
    b"_": "\u00ad",
    b"{": "{",
    b"}": "}",
    b"\\": "\\",
}
_SKIPPED = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"mhtmltag", b"generator", b"pntext"}


class _Group(NamedTuple):
    """What holds until the group ends: whether its text is left out, and is RTF's own rendering."""

    skipped: bool = False
    rtf_only: bool = False
    tag: bool = False
    fallback: int = 1


def html_in(rtf: bytes) -> str | None:
    """The HTML document inside rich text; None where it was not made from one."""
    return _read(rtf) if b"\\fromhtml" in rtf[:400] else None


def text_in(rtf: bytes) -> str:
    """The text of rich text that was not made from HTML."""
    return _read(rtf).strip()


def _read(rtf: bytes) -> str:
    out: list[str] = []
    pending = bytearray()
    encoding = "cp1252"
    group, outer = _Group(), list[_Group]()
    starred = False
    left_over = 0

    def end_bytes() -> None:
        if pending:
            out.append(pending.decode(encoding, "replace"))
            pending.clear()

    for token in _TOKEN.finditer(rtf):
        word, symbol = token["word"], token["symbol"]
        if brace := token["brace"]:
            if brace == b"{":
                outer.append(group)
            elif outer:
                group = outer.pop()
            starred, left_over = False, 0
        elif symbol == b"*":
            starred = True
        elif word is not None:
            number = int(token["number"]) if token["number"] is not None else None
            if word == b"ansicpg" and number:
                encoding = codec_of(number)
            elif word == b"htmltag" and starred:
                group = group._replace(tag=True, skipped=False)
            elif word == b"htmlrtf":
                group = group._replace(rtf_only=number != 0)
            elif word == b"uc" and number is not None:
                group = group._replace(fallback=number)
            elif starred or word in _SKIPPED:
                group = group._replace(skipped=True)
            elif _shown(group) and word == b"u" and number is not None:
                end_bytes()
                out.append(chr(number % 0x10000))
                left_over = group.fallback
            elif _shown(group) and word in _CHARACTERS:
                end_bytes()
                out.append(_CHARACTERS[word])
            starred = False
        elif _shown(group):
            data = bytes([int(token["hex"], 16)]) if token["hex"] else token["text"] or b""
            if symbol:
                end_bytes()
                out.append(_CHARACTERS.get(symbol, ""))
                continue
            # What old readers show in place of a \u character.
            gone = min(left_over, len(data))
            left_over -= gone
            pending += data[gone:]
    end_bytes()
    # Characters beyond the first plane are written as two halves.
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shown(group: _Group) -> bool:
    return not group.skipped and (group.tag or not group.rtf_only)


def codec_of(page: int) -> str:
    """Python's name for a Windows code page; Windows-1252 for one that it has not."""
    known = {65001: "utf-8", 20127: "ascii", 28605: "iso8859-15", 50220: "iso2022_jp", 51932: "euc_jp"}
    known |= {28590 + part: f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13)}
    known |= {20866: "koi8-r", 21866: "koi8-u", 54936: "gb18030", 52936: "hz", 51949: "euc_kr"}
    try:
        return codecs.lookup(known.get(page, f"cp{page}")).name
    except LookupError:
        return "cp1252"
