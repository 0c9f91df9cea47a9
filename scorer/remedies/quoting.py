"""Writing MIME parts out: the bytes of the standard library's `email` package, in a fraction of its time."""

from __future__ import annotations

import re
from email.generator import BytesGenerator
from email.message import Message

_UNQUOTED = bytes([*b"\t\r\n", *range(0x20, 0x7F)])
WIDTH = 76
"""Characters of an encoded line, the soft line break included (RFC 2045 6.7)."""


def quoted_printable(data: bytes) -> str:
    """`data` in quoted-printable, with "\\n" between lines; just what `email.quoprimime.body_encode` writes."""
    text = data.decode("latin-1").replace("=", "=3D")
    for char in set(data.translate(None, _UNQUOTED)):
        text = text.replace(chr(char), f"={char:02X}")
    lines: list[str] = []
    for line in text.splitlines():
        _wrap(line, lines)
    if text[-1:] in ("\r", "\n"):
        lines.append("")
    return "\n".join(lines)


def _wrap(line: str, lines: list[str]) -> None:
    """One line in pieces that fit, none of which ends inside an escape."""
    start, last = 0, len(line) - 1 - WIDTH
    while start <= last:
        stop = start + WIDTH - 1
        if line[stop - 2] == "=":
            lines.append(line[start : stop - 1])
            start = stop - 2
        elif line[stop - 1] == "=":
            lines.append(line[start:stop])
            start = stop - 1
        else:
            lines.append(line[start:stop] + "=")
            start = stop
    if line[-1:] not in (" ", "\t"):
        lines.append(line[start:])
        return
    # White space at the end of a line would be lost (RFC 2045 6.7, rule 3): it is quoted, if need be on a
    # line of its own.
    room, space = start - last, line[-1]
    if room >= 3:
        end = f"={ord(space):02X}"
    elif room == 2:
        end = f"{space}=\n"
    else:
        end = f"=\n={ord(space):02X}"
    lines.append(line[start:-1] + end)


class Writer(BytesGenerator):
    """The library's generator, writing a part's lines at once instead of one by one."""

    _NL: str

    def _write_lines(self, lines: str) -> None:
        if lines:
            self.write(re.sub(r"\r\n|\r|\n", self._NL, lines))


def write_out(tree: Message, newline: str) -> bytes:
    """The message as bytes, header fields as they are, with these line breaks."""
    import email.policy
    from io import BytesIO

    out = BytesIO()
    policy = email.policy.compat32.clone(linesep=newline, max_line_length=None)
    Writer(out, mangle_from_=False, policy=policy).flatten(tree, linesep=newline)
    return out.getvalue()
