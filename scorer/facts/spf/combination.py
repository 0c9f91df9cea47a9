"""One SPF record out of several, since a domain may publish only one (RFC 7208 §3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scorer.facts.spf.macros import is_domain_spec
from scorer.facts.spf.syntax import Mechanism, ParsedRecord, parse_record
from scorer.lazyre import lazy

_VERSION = lazy(r"[\s\"'\u200b\ufeff]*v=spf1[\s;,]*", re.IGNORECASE)
_FROM_BEST = "+?~-"


def combine_spf(records: Sequence[str], add_includes: Iterable[str] = ()) -> str:
    """The one record to publish instead of `records`, with `add_includes` (domains) added.

    - Mechanisms keep their order, first record first, each once. Where records differ in the
      qualifier, the most favourable stays: what passed by any of them still passes.
    - Terms with a syntax fault are left out: they would make the whole a permanent error.
    - A `redirect` stays only if it is the only one and no record has an `all`; otherwise it becomes
      an include, because it would be ignored beside `all`.
    - `all` is `-all` if every `all` in the records is `-all`, and otherwise `~all`: that never
      refuses mail which one of the records let through, and never says less than "probably not ours"
      as `?all` and `+all` would.
    - Of `exp` and of each unknown modifier the first stays."""
    parsed = [_parse(text) for text in records]
    redirects = list(dict.fromkeys(r.redirect for r in parsed if r.redirect is not None))
    final = [r.all.qualifier for r in parsed if r.all is not None]
    keep_redirect = len(redirects) == 1 and not final
    terms: dict[str, tuple[str, str]] = {}
    for record in parsed:
        for mechanism in record.reachable:
            _put(terms, mechanism.qualifier, _body(mechanism))
        if record.redirect is not None and not keep_redirect:
            _put(terms, "+", f"include:{record.redirect}")
    for domain in add_includes:
        if is_domain_spec(domain) and not (keep_redirect and domain in redirects):
            _put(terms, "+", f"include:{domain}")
    parts = ["v=spf1"]
    parts += [("" if qualifier == "+" else qualifier) + body for qualifier, body in terms.values()]
    parts += _modifiers(parsed)
    if keep_redirect:
        parts.append(f"redirect={redirects[0]}")
    else:
        parts.append("-all" if final and all(qualifier == "-" for qualifier in final) else "~all")
    return " ".join(parts)


def _parse(text: str) -> ParsedRecord:
    """The record in `text`, also where quotes, semicolons or odd spaces keep receivers from reading it."""
    body = _VERSION.sub("", text, count=1)
    return parse_record("v=spf1 " + " ".join(word.strip("\"';,") for word in body.split()))


def _put(terms: dict[str, tuple[str, str]], qualifier: str, body: str) -> None:
    held, first = terms.setdefault(body.lower(), (qualifier, body))
    best = min(held, qualifier, key=_FROM_BEST.index)
    terms[body.lower()] = (best, first)


def _body(mechanism: Mechanism) -> str:
    return mechanism.text.lstrip("+-~?")


def _modifiers(parsed: Iterable[ParsedRecord]) -> list[str]:
    first: dict[str, str] = {}
    for record in parsed:
        for modifier in record.modifiers:
            if modifier.name != "redirect":
                first.setdefault(modifier.name, modifier.text)
    return list(first.values())
