"""Bytes to text, whatever the label says."""

from __future__ import annotations

import codecs
import re
from binascii import Error as BinasciiError
from binascii import a2b_base64

from scorer.lazyre import lazy

_ENCODED_WORD = lazy(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,8000})\?=")
# The beginning of an encoded-word, whatever follows.
_WORD_START = lazy(r"=\?[A-Za-z0-9_.:*-]{2,60}\?[bBqQ]\?")
_HEX = lazy(rb"=([0-9A-Fa-f]{2})")
_SURROGATE = lazy(r"[\ud800-\udfff]")
# Labels that senders use and Python does not know, or knows as something narrower than what is sent.
_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "x-mac-roman": "mac-roman",
    "unicode-1-1-utf-7": "utf-7",
}


# Codecs of Python that are no charsets: nobody sends them, and some take quadratic time.
_NO_CHARSETS = frozenset(
    ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap", "mbcs", "oem")
)


def codec(label: str) -> str | None:
    """The name of the text codec for a charset label; None if it is unknown or not a charset."""
    name = label.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    canonical = info.name.replace("-", "_")
    if canonical in _NO_CHARSETS or not getattr(info, "_is_text_encoding", True):
        return None
    return info.name


def decode(data: bytes, label: str) -> tuple[str, str]:
    """Decode `data` declared as `label` ("" if undeclared). Never fails.

    Returns the text and the defect met: "", "charset-unknown", "charset-wrong" (the bytes are not valid in
    the declared charset) or "charset-undeclared" (bytes over 127 with no charset).
    """
    if data.isascii() and (not label or label.lower() in ("us-ascii", "ascii", "utf-8")):
        return data.decode("ascii"), ""
    name = codec(label) if label else None
    if name == "ascii":
        if data.isascii():
            return data.decode("ascii"), ""
        return _guess(data), "charset-wrong"
    if name is not None:
        try:
            return _decoded(data, name), ""
        except (UnicodeDecodeError, UnicodeError):
            wrong = _decoded(data, name, "replace")
            # A few bad bytes, as a cut in the middle of a character leaves, are no reason to guess.
            if wrong.count("\ufffd") <= max(2, len(data) // 200):
                return wrong, "charset-wrong"
            return _guess(data), "charset-wrong"
    defect = "charset-unknown" if label and name is None else "charset-undeclared"
    return (data.decode("ascii"), defect) if data.isascii() else (_guess(data), defect)


def _decoded(data: bytes, name: str, errors: str = "strict") -> str:
    """`data.decode`, to which halves of surrogate pairs are wrong: in UTF-7 Python lets them pass, and no answer could
    be written with them."""
    text = data.decode(name, errors)
    if name in ("utf-7", "utf_7") and _SURROGATE.search(text) is not None:
        if errors == "strict":
            raise UnicodeError("half of a surrogate pair")
        return _SURROGATE.sub("\ufffd", text)
    return text


def _guess(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:4096], steps=3, chunk_size=512).best()
    return _decoded(data, best.encoding if best is not None else "cp1252", "replace")


def decode_header(raw: str) -> tuple[str, tuple[str, ...]]:
    """Unfold and decode a header field's body (RFC 5322 2.2.3, RFC 2047), tolerantly.

    `raw` may hold undecodable bytes as surrogate escapes. Returns the text and the defects met:
    "header-8bit", "header-encoded-word" (broken), "header-charset", "header-nul".
    """
    defects: list[str] = []
    text = raw
    if not raw.isascii():
        data = raw.encode("utf-8", "surrogateescape")
        if any("\udc80" <= character <= "\udcff" for character in raw):
            defects.append("header-8bit")
            text, _ = decode(data, "utf-8")
    if "\n" in text or "\r" in text:
        text = re.sub(r"\r?\n[ \t]?|\r", " ", text)
    if "\x00" in text:
        defects.append("header-nul")
        text = text.replace("\x00", "\ufffd")
    if "=?" in text:
        text = _decode_words(text, defects)
    return text.strip(), tuple(defects)


def _decode_words(text: str, defects: list[str]) -> str:
    out: list[str] = []
    run: list[bytes] = []
    run_charset = ""
    end = 0
    broken = False

    def flush() -> None:
        nonlocal run
        if run:
            decoded, defect = decode(b"".join(run), run_charset)
            if defect:
                defects.append("header-charset")
            out.append(decoded.replace("\n", " ").replace("\r", " "))
            run = []

    for match in _ENCODED_WORD.finditer(text):
        between = text[end : match.start()]
        charset = match[1].split("*")[0].lower()
        if between.strip() or not run or charset != run_charset:
            flush()
            # White space between two encoded words is not shown (RFC 2047 6.2).
            if between.strip() or end == 0:
                out.append(between)
                broken = broken or _WORD_START.search(between) is not None
        run_charset = charset
        try:
            run.append(_word_bytes(match[2].lower(), match[3]))
        except (BinasciiError, ValueError):
            defects.append("header-encoded-word")
            flush()
            out.append(match[0])
        end = match.end()
    flush()
    rest = text[end:]
    if broken or _WORD_START.search(rest):
        defects.append("header-encoded-word")
    out.append(rest)
    return "".join(out)


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("ascii", "replace")
    if encoding == "b":
        return a2b_base64(data + b"=" * (-len(data) % 4))
    return _HEX.sub(lambda match: bytes([int(match[1], 16)]), data.replace(b"_", b" "))
