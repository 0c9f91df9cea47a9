"""Which mailbox provider receives for a recipient's domain. Only large providers are named: the domain of a
small one can identify the person."""

from __future__ import annotations

import re

OTHER = "other"

_DOMAINS: dict[str, tuple[str, ...]] = {
    "gmail": ("gmail.com", "googlemail.com"),
    "microsoft": ("outlook.com", "hotmail.com", "live.com", "msn.com", "passport.com", "windowslive.com"),
    "yahoo": ("yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "aim.com", "verizon.net", "att.net",
              "sbcglobal.net", "bellsouth.net", "frontier.com", "sky.com"),
    "apple": ("icloud.com", "me.com", "mac.com"),
    "united-internet": ("gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "mail.com", "1und1.de"),
    "t-online": ("t-online.de", "magenta.de"),
    "orange": ("orange.fr", "wanadoo.fr"),
    "free": ("free.fr",),
    "laposte": ("laposte.net",),
    "libero": ("libero.it", "virgilio.it"),
    "comcast": ("comcast.net",),
    "charter": ("charter.net", "rr.com", "twc.com"),
    "cox": ("cox.net",),
    "mail.ru": ("mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru"),
    "yandex": ("yandex.ru", "yandex.com", "ya.ru", "yandex.kz", "yandex.by"),
    "proton": ("proton.me", "protonmail.com", "pm.me", "protonmail.ch"),
    "zoho": ("zoho.com", "zohomail.com"),
    "fastmail": ("fastmail.com", "fastmail.fm"),
    "seznam": ("seznam.cz", "email.cz"),
    "wp": ("wp.pl", "o2.pl"),
    "onet": ("onet.pl", "op.pl", "interia.pl"),
    "netease": ("163.com", "126.com", "yeah.net"),
    "tencent": ("qq.com", "foxmail.com"),
    "naver": ("naver.com",),
    "docomo": ("docomo.ne.jp",),
    "kddi": ("ezweb.ne.jp", "au.com"),
    "softbank": ("softbank.ne.jp", "i.softbank.jp"),
    "telenor": ("online.no",),
    "telia": ("telia.com",),
    "bt": ("btinternet.com", "btopenworld.com"),
}  # fmt: skip
_BY_DOMAIN = {domain: provider for provider, domains in _DOMAINS.items() for domain in domains}
_NATIONAL = re.compile(r"(?:com?\.)?[a-z]{2}")
_BY_LABEL = {"hotmail": "microsoft", "outlook": "microsoft", "live": "microsoft", "yahoo": "yahoo"}
PROVIDERS = frozenset(_DOMAINS) | {OTHER}

SILENT_ON_COMPLAINTS = frozenset({"gmail", "apple"})
"""Providers that send no report of a complaint: Gmail tells rates in Postmaster Tools only, Apple has no
feedback loop (https://support.apple.com/en-us/102322, 2025-02-26). Mail to them is not counted among the
messages that complaints are measured on."""


def provider_of(address_or_domain: str) -> str:
    """The provider's short name for an address or a domain; "other" for those not known, "" for nothing."""
    domain = address_or_domain.rpartition("@")[2].strip().rstrip(".").lower()
    if not domain:
        return ""
    known = _BY_DOMAIN.get(domain)
    if known:
        return known
    # hotmail.co.uk, yahoo.fr, outlook.de: the large providers' national domains.
    label, _, rest = domain.partition(".")
    if label in _BY_LABEL and _NATIONAL.fullmatch(rest):
        return _BY_LABEL[label]
    return OTHER
