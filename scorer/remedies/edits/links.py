"""Addresses and texts of links."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from scorer.domains import display_domain
from scorer.facts.links import LinkTarget, is_internal
from scorer.lazyre import lazy
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.remedies.markup import Attribute, Element, Source, Splice, apply_splices, scan, with_value
from scorer.said import say

INVISIBLE = (
    "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\ufeff"
)
"""Zero-width and direction characters that have no place in an address."""
_ENCODED = lazy("|".join(quote(character) for character in INVISIBLE), re.IGNORECASE)
_RAW = lazy(f"[{INVISIBLE}]")
_HTTP = lazy(r"http(?=://)", re.IGNORECASE)
# The ends of an address in a text: not a part of a longer one.
_BEFORE, _AFTER = r"(?<![\w/.@:=&?%#-])", r"(?=[.,;:!?)>\]]*(?:[\s<>\"']|$))"
_WORD = lazy(r"[^\W_]+")


def _hrefs(source: Source) -> list[tuple[Element, Attribute]]:
    return [
        (element, attribute)
        for element in source.elements
        if element.name in ("a", "area") and (attribute := element.attribute("href")) is not None
    ]


def _with_addresses(mailing: Mailing, new: dict[str, str]) -> Mailing:
    """The addresses that are keys of `new` replaced, in links of the HTML (else of the text)."""
    new = {old: address for old, address in new.items() if old and old != address}
    if not new:
        return mailing
    if mailing.html is None:
        if mailing.text is None:
            return mailing
        text = mailing.text
        for old, address in new.items():
            # An address without a scheme in a text was read as http.
            bare = old[7:] if old.lower().startswith("http://www.") and old not in text else old
            text = re.sub(_BEFORE + re.escape(bare) + _AFTER, lambda _, to=address: to, text)  # type: ignore[misc]
        return mailing.with_text(text)
    source = scan(mailing.html)
    splices = [
        with_value(source.html, attribute, new[attribute.value.strip()])
        for _, attribute in _hrefs(source)
        if attribute.value.strip() in new
    ]
    return mailing.with_html(apply_splices(source.html, splices))


def _targets(task: Task) -> list[LinkTarget]:
    """The links that the occurrences point at."""
    named = {
        int(evidence.name)
        for hit in task.hits
        for evidence in hit.evidence
        if evidence.kind == "link" and evidence.name.isdecimal()
    }
    return [link for link in task.facts.links.all if link.index in named]


@edit("replace-link", turn=10)
def replace_link(mailing: Mailing, task: Task) -> Mailing:
    """Give the link of `index` the address `href`."""
    by_index = {link.index: link for link in task.facts.links.all}
    new: dict[str, str] = {}
    for hit in task.hits:
        index, href = hit.fix_params.get("index"), hit.fix_params.get("href")
        if isinstance(index, int) and isinstance(href, str) and href and index in by_index:
            new[by_index[index].href.strip()] = href
    return _with_addresses(mailing, new)


@edit("use-https", turn=11)
def use_https(mailing: Mailing, task: Task) -> Mailing:
    """Write https in place of http in the links or pictures that were found."""
    if any(evidence.kind == "link" for hit in task.hits for evidence in hit.evidence):
        plain = [
            link.href.strip()
            for link in task.facts.links.web
            if link.scheme == "http"
            and link.host
            and not (link.flaw or link.is_ip or link.port or is_internal(link.host))
        ]
        mended = _with_addresses(mailing, {href: _HTTP.sub("https", href, count=1) for href in plain})
    else:
        mended = _secure_resources(mailing, set(task.facts.links.insecure_resources))
    if mended == mailing:
        return mailing
    return mended.with_note("Try the addresses that are https now: whether they answer was not tried.")


def _secure_resources(mailing: Mailing, insecure: set[str]) -> Mailing:
    if mailing.html is None:
        return mailing
    source = scan(mailing.html)
    splices = [
        with_value(source.html, attribute, _HTTP.sub("https", attribute.value, count=1))
        for element in source.elements
        for attribute in element.attributes
        if attribute.name in ("src", "background") and attribute.value.strip() in insecure
    ]
    return mailing.with_html(apply_splices(source.html, splices))


@edit("replace-link-text", turn=12)
def replace_link_text(mailing: Mailing, task: Task) -> Mailing:
    """Put words, or the true host, in place of an address that a link shows."""
    if mailing.html is None:
        return mailing
    source = scan(mailing.html)
    splices: list[Splice] = []
    texts: list[str] = []
    messages = {
        evidence.name: hit.message
        for hit in task.hits
        for evidence in hit.evidence
        if evidence.kind == "link"
    }
    for link in _targets(task):
        honest = messages.get(str(link.index)) == "main" and bool(link.host)
        text = display_domain(link.host) if honest else words_of_address(link.text)
        for element, attribute in _hrefs(source):
            if attribute.value.strip() == link.href.strip():
                made = _retexted(source, element, link.text, text)
                if made:
                    splices += made
                    texts.append(text)
    mended = mailing.with_html(apply_splices(source.html, splices))
    for text in dict.fromkeys(texts):
        mended = mended.with_note(
            say('A link now reads "{text}"; words of your own may say it better.', text=text)
        )
    return mended


def words_of_address(address: str) -> str:
    """Words in place of a shown address: "www.shop.com/winter-sale" becomes "Shop: winter sale"."""
    bare = re.sub(r"^[a-z]{2,8}://", "", address.strip(), flags=re.IGNORECASE).partition("?")[0]
    host, _, path = bare.partition("/")
    labels = [label for label in host.lower().rpartition("@")[2].split(".") if label not in ("www", "")]
    name = labels[-2] if len(labels) >= 2 else (labels[0] if labels else "")
    if name in ("co", "com", "org", "net", "gov", "ac") and len(labels) >= 3:
        name = labels[-3]
    rest = " ".join(_WORD.findall(re.sub(r"\.[A-Za-z0-9]{1,5}$", "", path)))[:60].strip()
    name = name.replace("-", " ").capitalize()
    return f"{name}: {rest}" if rest and name else (name or rest or "Read more")


def _retexted(source: Source, element: Element, shown: str, text: str) -> list[Splice]:
    """The element's text runs replaced by `text` in the first, if they say `shown`."""
    runs = [
        run
        for run in source.texts
        if element.inner <= run.start and run.end <= element.inner_end and source.shown(run).strip()
    ]
    said = " ".join("".join(source.shown(run) for run in runs).split())
    if not runs or said != " ".join(shown.split()):
        return []
    first, *others = runs
    raw = source.html[first.start : first.end]
    lead, trail = raw[: len(raw) - len(raw.lstrip())], raw[len(raw.rstrip()) :]
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return [Splice(first.start, first.end, lead + escaped + trail)] + [
        Splice(run.start, run.end) for run in others
    ]


def without_invisible(href: str) -> str:
    """An address without characters that nobody sees, raw or percent-encoded."""
    return _ENCODED.sub("", _RAW.sub("", href))


def clean_addresses(mailing: Mailing, task: Task) -> Mailing:
    """The addresses that were found, without invisible characters."""
    return _with_addresses(
        mailing, {link.href.strip(): without_invisible(link.href.strip()) for link in _targets(task)}
    )


def each_attribute(mailing: Mailing, chosen: Callable[[Element, Attribute], bool]) -> Mailing:
    """The HTML without the attributes that `chosen` names."""
    if mailing.html is None:
        return mailing
    source = scan(mailing.html)
    splices = [
        Splice(attribute.start, attribute.end)
        for element in source.elements
        for attribute in element.attributes
        if chosen(element, attribute)
    ]
    return msgspec.structs.replace(mailing, html=apply_splices(source.html, splices))
