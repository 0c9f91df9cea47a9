"""Domain names and record data as text: one spelling for each, so that they can be compared and
cached."""

from __future__ import annotations

from typing import Any

from scorer.lazyre import lazy

_PLAIN = lazy(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
# RFC 3490 §3.1: in a domain name with letters outside ASCII these are dots too.
_DOTS = lazy("[.\u3002\uff0e\uff61]")
# 255 octets on the wire (RFC 1035 §2.3.4) are 253 characters as text without the final dot.
MAX_NAME = 253
# Presentation form may escape an octet as four characters, and a name with letters outside ASCII
# grows in A-labels.
_MAX_INPUT = 4 * MAX_NAME + 1


def canonical_name(name: str) -> str | None:
    """The one spelling of `name`: lower case, A-labels, no final dot, odd characters escaped as in
    RFC 1035 §5.1; "." for the root. None if it cannot be a domain name."""
    text = name.lower()
    if text in ("", "."):
        return "."
    if len(text) <= MAX_NAME and _PLAIN.fullmatch(text):
        return text
    if len(text) > _MAX_INPUT:
        return None
    if not text.isascii():
        labels = [_a_label(label) for label in _DOTS.split(text)]
        if None in labels:
            return None
        text = ".".join(label for label in labels if label is not None)
    import dns.exception
    import dns.name

    try:
        return dns.name.from_text(text).to_text(omit_final_dot=True).lower()
    except (dns.exception.DNSException, UnicodeError, ValueError):
        return None


def _a_label(label: str) -> str | None:
    """`label` in ASCII: by UTS #46, and where that refuses (an emoji, say) plain Punycode, since
    registries that take such names encode them so. None if it cannot be encoded."""
    if label.isascii():
        return label
    import idna

    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        pass
    import unicodedata

    try:
        folded = unicodedata.normalize("NFKC", label).casefold()
        return folded if folded.isascii() else "xn--" + folded.encode("punycode").decode("ascii")
    except UnicodeError:
        return None


def literal_name(text: str) -> str:
    """Presentation form of a name whose `text` may hold backslashes that stand for themselves."""
    return text.replace("\\", "\\\\")


def host(name: Any) -> str:
    """A `dns.name.Name` as text."""
    text: str = name.to_text(omit_final_dot=True)
    return text.lower()


def present(rdata: Any) -> str:
    """A `dns.rdata.Rdata` in the form that `Found.records` promises."""
    import dns.rdatatype as rdatatype

    match rdata.rdtype:
        case rdatatype.TXT | rdatatype.SPF:
            return b"".join(rdata.strings).decode("utf-8", "surrogateescape")
        case rdatatype.A | rdatatype.AAAA:
            return str(rdata.address).lower()
        case rdatatype.CNAME | rdatatype.PTR | rdatatype.NS | rdatatype.DNAME:
            return host(rdata.target)
        case rdatatype.MX:
            return f"{rdata.preference} {host(rdata.exchange)}"
        case _:
            return str(rdata.to_text())
