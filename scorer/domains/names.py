"""Domain names: one spelling for each, what they look like, and what is an IP address instead."""

from __future__ import annotations

import re
from functools import lru_cache

from scorer.lazyre import lazy

# RFC 1035 §2.3.4: 63 octets a label, 255 octets a name on the wire, which are 253 characters as text.
MAX_NAME = 253
# A name of 253 octets can be spelled with more characters (combining marks, full-width letters), hardly with
# four times as many.
_MAX_INPUT = 4 * MAX_NAME
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = lazy(rf"(?:{_LABEL}\.)*[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_ENDS = frozenset("0123456789abcdefABCDEFxX.")
"""What an IPv4 address can end with."""
_NUMBER = lazy(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


def is_ip_literal(text: str) -> bool:
    """Whether `text` is an IP address and not a name: 192.0.2.1, [192.0.2.1], [IPv6:2001:db8::1] (RFC 5321
    §4.1.3), 2001:db8::1, and the decimal, octal and hexadecimal IPv4 spellings that browsers open (0x7f.1,
    2130706433; WHATWG URL Standard, "IPv4 parser", https://url.spec.whatwg.org/#concept-ipv4-parser)."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
        if text[:5].lower() == "ipv6:":
            text = text[5:]
    return 0 < len(text) <= 60 and _is_address(text)


@lru_cache(maxsize=4096)
def _is_address(text: str) -> bool:
    # A mailing's links lead to few hosts, which are asked about again and again.
    return _is_ipv6(text) if ":" in text else _is_ipv4(text)


def _is_ipv4(text: str) -> bool:
    if text[-1] not in _ENDS:
        return False
    numbers = text.removesuffix(".").split(".")
    if len(numbers) > 4 or not all(_NUMBER.fullmatch(number) for number in numbers):
        return False
    try:
        values = [_ipv4_number(number) for number in numbers]
    except ValueError:
        return False
    return all(value < 256 for value in values[:-1]) and values[-1] < 256 ** (5 - len(values))


def _ipv4_number(number: str) -> int:
    if number[:2] in ("0x", "0X"):
        return int(number[2:] or "0", 16)
    return int(number, 8) if number.startswith("0") else int(number)


def _is_ipv6(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def normalize_domain(text: str) -> str | None:
    """The domain name `text` in lower-case ASCII form (A-labels, no final dot), None if it is not one.

    Limits of RFC 1035 §2.3.4 and the letters, digits and hyphens of RFC 5321 §4.1.2; underscores too, except
    in the last label, because real host names in links hold them. Names with other letters go through UTS 46
    (non-transitional), as in browsers. A name whose last label is a number is an IP address by the WHATWG URL
    Standard, so not a domain."""
    if len(text) > _MAX_INPUT:
        return None
    name = text.strip()
    # UTS 46 lower-cases by its own table, which differs from str.lower() (final sigma).
    name = name.lower() if name.isascii() else _to_ascii(name)
    name = name.removesuffix(".")
    if not name or len(name) > MAX_NAME or not _NAME.fullmatch(name):
        return None
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return None
    return name


def _to_ascii(name: str) -> str:
    import idna

    try:
        # STD3 rules are left to the pattern above, which allows an underscore.
        mapped = idna.uts46_remap(name, std3_rules=False)
        labels = [
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in mapped.split(".")
        ]
    except (UnicodeError, ValueError):
        return ""
    return ".".join(labels)


@lru_cache(maxsize=4096)
def display_domain(ascii_name: str) -> str:
    """The name as people read it: A-labels decoded (RFC 3492), others as they are. A label that does not
    decode to letters which would be encoded to the same A-label again is left alone."""
    if "xn--" not in ascii_name or len(ascii_name) > MAX_NAME + 1:
        return ascii_name
    return ".".join(_decoded(label) for label in ascii_name.split("."))


def _decoded(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        shown = label[4:].encode("ascii").decode("punycode")
        again = "xn--" + shown.encode("punycode").decode("ascii")
    except (UnicodeError, ValueError, OverflowError):
        return label
    return shown if again == label and shown.isprintable() and not shown.isascii() else label
