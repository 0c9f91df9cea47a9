"""Macros of SPF (RFC 7208 §7): what is well-formed, and what it expands to."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from scorer.dns.names import MAX_NAME
from scorer.lazyre import lazy

_EXPAND = (
    r"%(?:[%_-]|\{(?P<letter>[slodiphcrtv])(?P<digits>[0-9]*)(?P<reverse>r?)"
    r"(?P<delimiters>[.+,/_=-]*)\})"
)
_MACRO = lazy(_EXPAND, re.IGNORECASE)
_ANY_MACRO = re.sub(r"\?P<\w+>", "?:", _EXPAND)
_MACRO_STRING = lazy(rf"(?:{_ANY_MACRO}|[\x21-\x24\x26-\x7e])*", re.IGNORECASE)
_EXPLANATION = lazy(rf"(?:{_ANY_MACRO}|[\x20-\x24\x26-\x7e])*", re.IGNORECASE)
_TOP_LABEL = lazy(r"\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.?\Z", re.IGNORECASE)
_ONLY_IN_EXPLANATIONS = frozenset("crt")


class Context(msgspec.Struct, frozen=True):
    """What the macro letters stand for (RFC 7208 §7.2), apart from `d` and `p`, which change from
    record to record.

    `dotted_ip` is `i` (for IPv6 the nibbles, dotted), `shown_ip` is `c`, `family` is `v`."""

    sender_local: str
    sender_domain: str
    helo: str
    dotted_ip: str
    shown_ip: str
    family: str


def is_macro_string(text: str) -> bool:
    """Whether `text` is a macro-string whose counts of labels are not zero."""
    return bool(_MACRO_STRING.fullmatch(text)) and _counts_are_positive(text)


def is_domain_spec(text: str) -> bool:
    """Whether `text` is a domain-spec: a macro-string that ends in a macro or in a dot and a top
    label, without the letters that only an explanation may use."""
    if not is_macro_string(text) or letters(text) & _ONLY_IN_EXPLANATIONS:
        return False
    tail = _TOP_LABEL.search(text)
    if tail is not None and not tail[1].isdigit():
        return True
    # "%%{d}" is an escaped percent sign and four letters: only scanning from the left can tell.
    ends = [match.end() for match in _MACRO.finditer(text)]
    return bool(ends) and ends[-1] == len(text)


def is_explanation(text: str) -> bool:
    """Whether `text` is an explain-string: macros and printable ASCII."""
    return bool(_EXPLANATION.fullmatch(text)) and _counts_are_positive(text)


def letters(text: str) -> frozenset[str]:
    """The macro letters in `text`, lower case."""
    return frozenset(m["letter"].lower() for m in _MACRO.finditer(text) if m["letter"])


def expand(text: str, context: Context, domain: str, validated_name: Callable[[], str]) -> str:
    """`text` with its macros expanded; `domain` is `d`, and `validated_name` is asked only for
    `p`."""

    def value(match: re.Match[str]) -> str:
        letter = match["letter"]
        if letter is None:
            return {"%%": "%", "%_": " ", "%-": "%20"}[match[0]]
        match letter.lower():
            case "s":
                raw = f"{context.sender_local}@{context.sender_domain}"
            case "l":
                raw = context.sender_local
            case "o":
                raw = context.sender_domain
            case "d":
                raw = domain
            case "i":
                raw = context.dotted_ip
            case "p":
                raw = validated_name()
            case "v":
                raw = context.family
            case "h":
                raw = context.helo
            case "c":
                raw = context.shown_ip
            case "t":
                raw = str(int(time.time()))
            case _:
                # The name of the receiving host is not ours to know; RFC 7208 §7.2 provides this
                # word.
                raw = "unknown"
        return _transformed(raw, match)

    return _MACRO.sub(value, text)


def target_name(expanded: str) -> str:
    """`expanded` as a name to look up: without a final dot, and with labels taken off at the left
    until at most 253 characters remain (RFC 7208 §7.3)."""
    name = expanded.removesuffix(".")
    while len(name) > MAX_NAME and "." in name:
        name = name.partition(".")[2]
    return name


def _transformed(raw: str, match: re.Match[str]) -> str:
    delimiters = match["delimiters"] or "."
    parts = re.split(f"[{re.escape(delimiters)}]", raw)
    if match["reverse"]:
        parts.reverse()
    if match["digits"]:
        # No name has more than 127 labels: four digits are as good as any number.
        parts = parts[-int(match["digits"].lstrip("0")[:4]) :]
    text = ".".join(parts)
    if match["letter"].isupper():
        return quote(text, safe="-._~", errors="surrogateescape")
    return text


def _counts_are_positive(text: str) -> bool:
    return all(m["digits"].strip("0") for m in _MACRO.finditer(text) if m["letter"] and m["digits"])
