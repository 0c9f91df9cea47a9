"""Writing MIME parts out: the bytes of the standard library's `email` package, in a fraction of its time."""

from __future__ import annotations

from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO
from typing import Any

from scorer.lazyre import lazy

_UNQUOTED = bytes([*b"\t\r\n", *range(0x20, 0x7F)])
WIDTH = 76
"""Characters of an encoded line, the soft line break included (RFC 2045 6.7)."""
_SPACE = (" ", "\t")
# As much as fits beside the mark of a soft line break, or all that is left.
_PIECE = lazy(r".{73}(?:[^=]{2}(?=..)|.(?==)(?=.{3})|(?==)(?=.{4}))|.+")


def quoted_printable(data: bytes) -> str:
    """`data` in quoted-printable, with "\\n" between lines; just what `email.quoprimime.body_encode` writes."""
    text = data.decode("latin-1").replace("=", "=3D")
    for char in set(data.translate(None, _UNQUOTED)):
        text = text.replace(chr(char), f"={char:02X}")
    lines = [
        line if len(line) <= WIDTH and line[-1:] not in _SPACE else _wrapped(line)
        for line in text.splitlines()
    ]
    if text[-1:] in ("\r", "\n"):
        lines.append("")
    return "\n".join(lines)


def _wrapped(line: str) -> str:
    """A line in pieces that fit, none of which ends inside an escape."""
    pieces = _PIECE.findall(line)
    last, space = pieces[-1], line[-1]
    if space in _SPACE:
        # White space at the end of a line would be lost (RFC 2045 6.7, rule 3): it is quoted, if need be on a
        # line of its own.
        room = WIDTH - len(last)
        quoted = f"={ord(space):02X}"
        pieces[-1] = last[:-1] + (quoted if room >= 2 else f"{space}=\n" if room == 1 else f"=\n{quoted}")
    return "=\n".join(pieces)


class Writer(BytesGenerator):
    """The library's generator, writing a part's lines at once instead of one by one."""

    _NL: str
    _fp: BytesIO
    _mangle_from_: bool
    policy: Any

    def _write_lines(self, lines: str) -> None:
        if "\r" in lines:
            lines = lines.replace("\r\n", "\n").replace("\r", "\n")
        self.write(lines.replace("\n", self._NL))

    def _write_headers(self, msg: Message) -> None:
        for name, value in msg.raw_items():
            if value.isascii() and value.isprintable() and value == value.strip() != "":
                self.write(f"{name}: {value}{self._NL}")
            else:
                self._fp.write(self.policy.fold_binary(name, value))
        self.write(self._NL)


class BodyWriter(Writer):
    """Writes what follows the header of the message."""

    def _write_headers(self, msg: Message) -> None:
        """Nothing is written."""

    def clone(self, fp: Any) -> Any:
        """A writer for a part, whose header is written."""
        return Writer(fp, self._mangle_from_, policy=self.policy)


def write_body(tree: Message, newline: str) -> bytes:
    """What follows the header of the message, with these line breaks; header fields of parts as they are."""
    out = BytesIO()
    policy = tree.policy.clone(linesep=newline, max_line_length=None)
    BodyWriter(out, mangle_from_=False, policy=policy).flatten(tree, linesep=newline)
    return out.getvalue()
