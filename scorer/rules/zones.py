"""DNS zones for the examples of rules about authentication: an author, and a shared sending service."""

from __future__ import annotations

KEY_2048 = (
    "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAn5KH5CVcFtixgofB/7a6WwLCkGCudoe5yDcHD17Ssxx"
    "yIDEVQ0y2D9WtV6qul80umqHCU+o6ekdPp5CeywdqH0MzpcFTJaFq2K4s4IniSs4QUGXTWGiVVQotGW+2j8Is5wXZFLt+l/epRtujdigHBU"
    "5sE1rNaqr4gB7TkX/oq04AMNmlMSRHi4tDbouNikk+BL7386+adlE587a9iY3dsWWmu8KAiY1UTE+A15lzJfe5wToRW+smr31ovGjLcI8In"
    "6UkJLbgt6hsCk+p/ERGvclM7PoNz0U1pL64YWF2Zp10LXLQ2TSfCKMx1Uv5Aqc+ifidgosnoI1gr+d3Uck48QIDAQAB"
)
KEY_1024 = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDOhoxl9Ovdi8Tr89uIGgaj8QAoC9UF+NcRV26/qfiDxpZTbIj3pz"
    "73HqvfJgZCvqX24Zt951EFsIdRGw8o0UryisY4dIjKPv2spJ9scAJhzMtswpjyoTK/yNHDsxA8dzrxB89xsl0E5R6xZBRynYBYHHdk5N+c0"
    "iXnM7xP+QdExQIDAQAB"
)
_SOA = "SOA ns.example.net. hostmaster.example.net. 1 3600 600 86400 300"


def _txt(name: str, value: str) -> str:
    strings = " ".join(f'"{value[start : start + 250]}"' for start in range(0, len(value), 250))
    return f"{name}. 3600 IN TXT {strings}"


def zone(*records: tuple[str, str] | str, service_spf: str = "v=spf1 ip4:198.51.100.0/24 ~all") -> str:
    """A zone file with the top-level domain, the author's domain (with an MX) and the service
    `mail-service.net`; `records` are (name, text) of TXT records, or whole lines."""
    lines = [
        f"com. 3600 IN {_SOA}",
        f"net. 3600 IN {_SOA}",
        f"shop.com. 3600 IN {_SOA}",
        "shop.com. 3600 IN MX 10 mx.shop.com.",
        "mx.shop.com. 3600 IN A 192.0.2.25",
        f"mail-service.net. 3600 IN {_SOA}",
        _txt("customer.mail-service.net", "v=spf1 include:_spf.mail-service.net ~all"),
        _txt("_spf.mail-service.net", service_spf),
        _txt("s1._domainkey.mail-service.net", KEY_2048),
    ]
    lines += [record if isinstance(record, str) else _txt(*record) for record in records]
    return "\n".join(lines) + "\n"


SENDING: dict[str, object] = {
    "envelope_domain": "customer.mail-service.net",
    "dkim": [{"domain": "mail-service.net", "selectors": ["s1"], "of_service": True}],
    "dkim_after": [{"domain": "{from_domain}", "selectors": ["own"], "published": "txt"}],
    "spf_include": "_spf.mail-service.net",
    "shared_ips": True,
    "category": "marketing",
}
"""A service that sends for all its customers from its own domain, until a customer publishes a key."""

OWN_KEY = ("own._domainkey.shop.com", KEY_2048)
DMARC_NONE = ("_dmarc.shop.com", "v=DMARC1; p=none; rua=mailto:dmarc@shop.com")
DRAFT: dict[str, object] = {
    "from": "The Shop <news@shop.com>",
    "subject": "What is new in November",
    "html": '<p>Three new things.</p><p><a href="https://shop.com/u">Unsubscribe</a></p>',
    "text": "Three new things.\n\nUnsubscribe: https://shop.com/u",
}
