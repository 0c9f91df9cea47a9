"""HTML source with the place of every tag, so that an edit changes what it must and nothing else.

No tree is serialized: an edit is a set of `Splice`s of the source. The scanner follows the tokenization of
the HTML standard (WHATWG, 13.2.5) as far as mailings need it, in linear time, and never raises.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from scorer.lazyre import lazy

MAX_SOURCE = 2_000_000
"""Characters of HTML beyond which a source is not edited."""
MAX_ELEMENTS = 100_000
MAX_DEPTH = 500

_TAG = lazy(r"<(/?)([a-zA-Z][^\s/>]{0,100})")
_ATTRIBUTE = lazy(r"[\s/]*([^\s/>][^\s/>=]*)(\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?")
_TAG_END = lazy(r"[\s/]*>?")
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "noembed", "noframes"))
VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta"),
        *("param", "source", "track", "wbr", "keygen"),
    )
)
# An element of the first kind ends where one of the second begins (WHATWG, 13.1.2.4 optional tags).
_ENDED_BY = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "tr": ("tr", "tbody", "tfoot", "thead"),
    "td": ("td", "th", "tr", "tbody", "tfoot"),
    "th": ("td", "th", "tr", "tbody", "tfoot"),
    "option": ("option", "optgroup"),
    "a": ("a",),
    "p": (
        *("p", "div", "table", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "form"),
        *("blockquote", "pre", "section", "article", "header", "footer", "center", "address"),
    ),
}
# No end tag inside one of these closes an element around it.
_BARRIER = frozenset(("table", "td", "th", "caption"))


class Attribute(NamedTuple):
    """`value` with character references resolved; `start` and `end` hold the attribute with the space before
    it, `value_start` and `value_end` its value without quotes (both -1 without one)."""

    name: str
    value: str
    start: int
    end: int
    value_start: int
    value_end: int


class Element(NamedTuple):
    """One element: its start tag is `start` to `inner`, its content reaches to `inner_end`, its end tag to
    `end`. `parent` is an index, -1 for the top."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    inner: int
    inner_end: int
    end: int
    parent: int

    def attribute(self, name: str) -> Attribute | None:
        return next((item for item in self.attributes if item.name == name), None)

    def value(self, name: str) -> str:
        """An attribute's value, "" if it has none."""
        found = self.attribute(name)
        return found.value if found is not None else ""


class Text(NamedTuple):
    """A run of text between tags, and the index of the element around it (-1 for none)."""

    start: int
    end: int
    parent: int


class Source(NamedTuple):
    """The elements and text runs of an HTML source in order. `comments` are (start, end)."""

    html: str
    elements: tuple[Element, ...]
    texts: tuple[Text, ...]
    comments: tuple[tuple[int, int], ...]

    def within(self, index: int, names: Iterable[str]) -> bool:
        """Whether an element (by index) is inside one of `names`."""
        wanted = frozenset(names)
        for _ in range(MAX_DEPTH):
            if index < 0:
                return False
            element = self.elements[index]
            if element.name in wanted:
                return True
            index = element.parent
        return False

    def shown(self, text: Text) -> str:
        """A run's characters, references resolved."""
        return entities.unescape(self.html[text.start : text.end])


class Splice(NamedTuple):
    """Put `text` in place of the source from `start` to `end`."""

    start: int
    end: int
    text: str = ""


def apply_splices(html: str, splices: Iterable[Splice]) -> str:
    """The source with `splices` made. Of two that overlap the one that begins first counts."""
    out: list[str] = []
    at = 0
    for splice in sorted(set(splices), key=lambda item: (item.start, -item.end)):
        if splice.start < at:
            continue
        out += (html[at : splice.start], splice.text)
        at = splice.end
    out.append(html[at:])
    return "".join(out)


@lru_cache(maxsize=4)
def scan(html: str) -> Source:
    """Read a source. One that is too long has no elements, so that nothing is edited in it."""
    if len(html) > MAX_SOURCE:
        return Source(html, (), (), ())
    return _Scanner(html).run()


class _Open(NamedTuple):
    number: int
    name: str


class _Scanner:
    def __init__(self, html: str) -> None:
        self.html = html
        # For finding ends of raw text; a lower-cased copy could differ in length.
        self.ends: dict[str, re.Pattern[str]] = {}
        self.elements: list[Element] = []
        self.texts: list[Text] = []
        self.comments: list[tuple[int, int]] = []
        self.stack: list[_Open] = []

    def run(self) -> Source:
        html, at, text_from = self.html, 0, 0
        while True:
            place = html.find("<", at)
            if place < 0 or len(self.elements) >= MAX_ELEMENTS:
                self._text(text_from, len(html))
                break
            end = self._markup(place, text_from)
            if end < 0:
                at = place + 1
                continue
            at = text_from = end
        while self.stack:
            self._close(len(html), len(html))
        return Source(html, tuple(self.elements), tuple(self.texts), tuple(self.comments))

    def _markup(self, place: int, text_from: int) -> int:
        """Read what begins with "<" at `place`; where it ends, -1 if it is a mere character."""
        html = self.html
        following = html[place + 1 : place + 2]
        if following in ("!", "?"):
            self._text(text_from, place)
            if html.startswith("<!--", place):
                if html.startswith(("<!-->", "<!--->"), place):
                    end = html.find(">", place) + 1
                else:
                    closing = html.find("-->", place + 4)
                    end = closing + 3 if closing >= 0 else len(html)
                self.comments.append((place, end))
                return end
            closing = html.find(">", place)
            return closing + 1 if closing >= 0 else len(html)
        match = _TAG.match(html, place)
        if match is None:
            return -1
        self._text(text_from, place)
        name = match[2].lower()
        attributes, end = self._attributes(match.end())
        if match[1]:
            self._end_tag(name, place, end)
            return end
        self._start_tag(name, attributes, place, end)
        if name in _RAW:
            return self._raw(name, end)
        return end

    def _attributes(self, at: int) -> tuple[tuple[Attribute, ...], int]:
        found: list[Attribute] = []
        html = self.html
        while (match := _ATTRIBUTE.match(html, at)) is not None:
            group = next((number for number in (3, 4, 5) if match[number] is not None), 0)
            begin, finish = match.span(group) if group else (-1, -1)
            value = entities.unescape(match[group]) if group else ""
            found.append(Attribute(match[1].lower(), value, match.start(), match.end(), begin, finish))
            at = match.end()
        ending = _TAG_END.match(html, at)
        return tuple(found), ending.end() if ending else at

    def _text(self, start: int, end: int) -> None:
        if start < end:
            self.texts.append(Text(start, end, self.stack[-1].number if self.stack else -1))

    def _start_tag(self, name: str, attributes: tuple[Attribute, ...], start: int, end: int) -> None:
        while self.stack and name in _ENDED_BY.get(self.stack[-1].name, ()):
            self._close(start, start)
        parent = self.stack[-1].number if self.stack else -1
        index = len(self.elements)
        self.elements.append(Element(name, attributes, start, end, end, end, parent))
        if name not in VOID:
            self.stack.append(_Open(index, name))

    def _end_tag(self, name: str, start: int, end: int) -> None:
        for depth in range(len(self.stack) - 1, max(-1, len(self.stack) - 200), -1):
            if self.stack[depth].name == name:
                while len(self.stack) > depth + 1:
                    self._close(start, start)
                self._close(start, end)
                return
            if self.stack[depth].name in _BARRIER and name not in ("table", "tr", "tbody", "thead", "tfoot"):
                return

    def _close(self, inner_end: int, end: int) -> None:
        opened = self.stack.pop()
        self.elements[opened.number] = self.elements[opened.number]._replace(inner_end=inner_end, end=end)

    def _raw(self, name: str, at: int) -> int:
        pattern = self.ends.setdefault(name, re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE))
        match = pattern.search(self.html, at)
        if match is None:
            self._close(len(self.html), len(self.html))
            return len(self.html)
        closing = self.html.find(">", match.end())
        end = closing + 1 if closing >= 0 else len(self.html)
        self._close(match.start(), end)
        return end


def removed(element: Element) -> Splice:
    """An element with its content away."""
    return Splice(element.start, element.end)


def with_value(html: str, attribute: Attribute, value: str) -> Splice:
    """An attribute with another value, in the quotes that it has."""
    quote = html[attribute.value_start - 1 : attribute.value_start] if attribute.value_start > 0 else ""
    escaped = entities.escape(value, quote=False)
    if quote == "'":
        return Splice(attribute.value_start, attribute.value_end, escaped.replace("'", "&#39;"))
    escaped = escaped.replace('"', "&quot;")
    if quote == '"':
        return Splice(attribute.value_start, attribute.value_end, escaped)
    if attribute.value_start < 0:
        return Splice(attribute.end, attribute.end, f'="{escaped}"')
    return Splice(attribute.value_start, attribute.value_end, f'"{escaped}"')
