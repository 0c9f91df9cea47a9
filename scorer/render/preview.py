"""The HTML part of a mailing as a document that is safe to show, with the places of findings marked.

Nothing is taken over from the source: a new tree is built that holds only allowed elements and attributes,
so that there is nothing to overlook. The walk is that of `scorer.html`: links and offsets are the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scorer.language import ENGLISH, Language
from scorer.render import css
from scorer.render.visible import visible
from scorer.said import say

if TYPE_CHECKING:
    from bs4 import Tag

MAX_OUTPUT = 400_000
"""Code points of the preview; the rest of a longer mailing is not shown."""
MAX_HIDDEN = 300
_ELEMENT_NAMES = (
    "div p span table thead tbody tfoot tr td th caption col colgroup ul ol li dl dt dd h1 h2 h3 h4 h5 "
    "h6 b strong i em u s strike small big sub sup center font blockquote pre code br hr address "
    "article section header footer main nav aside figure figcaption abbr cite q del ins kbd samp var tt "
    "wbr"
)
_ALLOWED = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTE_NAMES = (
    "align valign width height bgcolor border cellpadding cellspacing colspan rowspan dir lang color "
    "face size nowrap start class id"
)
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_ATTRIBUTE = re.compile(r"[\w#%.,\s-]{0,200}")
_ROWS = {
    "table": ("tr", "td"),
    "thead": ("tr", "td"),
    "tbody": ("tr", "td"),
    "tfoot": ("tr", "td"),
    "tr": ("td",),
}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OWN = "all:initial!important;font:12px/1.35 system-ui,sans-serif!important;"
_MARK = (
    "background:#ffe08a!important;color:#1a1300!important;outline:2px solid #b45309!important;"
    "border-radius:2px!important;visibility:visible!important;opacity:1!important"
)
_LABEL = _OWN + (
    "display:inline-block!important;background:#b45309!important;color:#fff!important;"
    "border-radius:9px!important;padding:0 6px!important;margin:0 3px!important;font-weight:600!important;"
    "overflow-wrap:anywhere!important;"
    "max-width:100%!important"
)
_HIDDEN = _OWN + (
    "display:inline-block!important;background:#fff4d6!important;color:#3b2a00!important;"
    "border:1px dashed #b45309!important;padding:1px 6px!important;margin:2px!important;"
    "overflow-wrap:anywhere!important;max-width:100%!important"
)
_IMAGE = (
    "display:inline-block;box-sizing:border-box;max-width:100%;overflow:hidden;vertical-align:middle;"
    "border:1px dashed #6b7280;background:#e5e7eb;color:#374151;font:12px/1.4 system-ui,sans-serif;"
    "padding:4px;text-align:left;text-decoration:none;"
)
_LINK = "color:#0b57d0;text-decoration:underline"
_HEAD = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
    'content="default-src \'none\'; style-src \'unsafe-inline\'"><meta name="color-scheme" content="light">'
    "<title>Preview of the mailing</title>"
    "<style>html{background:#fff;color:#000;print-color-adjust:exact}body{margin:8px;overflow-wrap:anywhere}table{max-width:100%}</style>"
)


class Span(NamedTuple):
    """A place in the visible text and the number of its finding."""

    start: int
    end: int
    number: int


class Preview(NamedTuple):
    """The document; whether the mailing is longer than what is shown; the findings marked in it."""

    document: str
    cut: bool
    marked: frozenset[int]


def preview(
    source: str,
    spans: Sequence[Span] = (),
    links: Mapping[int, Sequence[int]] | None = None,
    quotes: Sequence[tuple[str, int]] = (),
    language: Language = ENGLISH,
) -> Preview:
    """The preview of an HTML body.

    Args:
        spans: places in the visible text (offsets as in `Page.visible`).
        links: a link's index (as in `Page.links`) to the numbers of its findings.
        quotes: text that a finding quotes, with its number; looked for in hidden text.
        language: of the labels.
    """
    from bs4 import BeautifulSoup

    return _Builder(BeautifulSoup("", "html.parser"), spans, links or {}, quotes, language).build(source)


class _Full(Exception):
    """The preview has reached its bound."""


class _Builder:
    """Builds the new tree during the walk."""

    def __init__(
        self,
        soup: Any,
        spans: Sequence[Span],
        links: Mapping[int, Sequence[int]],
        quotes: Sequence[tuple[str, int]],
        language: Language,
    ) -> None:
        self.language = language
        self.say = language.say
        self.soup = soup
        self.spans = sorted(span for span in spans if span.start < span.end)
        self.links = links
        self.quotes = [(" ".join(quote.split())[:80], number) for quote, number in quotes if quote.strip()]
        self.marked: set[int] = set()
        self.size = 0
        self.box: Any = None
        self.box_reason = ""
        self.box_left = 0

    def build(self, source: str) -> Preview:
        """Walk the source as `scorer.html.read_page` does."""
        from scorer import html

        tree = html.tree_of(source)
        sheet: dict[str, str] = {}
        styles: list[str] = []
        for node in tree.css("style")[:50]:
            text = node.text() or ""
            sheet.update(html._hiding_classes(text))
            if sum(map(len, styles)) < css.MAX_CSS:
                styles.append(css.sheet(text))
        reader = html._Reader(sheet)
        body = self.soup.new_tag("div")
        cut = False
        try:
            self._walk(tree.root, reader, body, html)
        except _Full:
            cut = True
        styled = f"<style>{''.join(styles)}</style>" if any(styles) else ""
        document = _HEAD + styled + "</head><body>" + body.decode(formatter="minimal") + "</body></html>"
        return Preview(document, cut, frozenset(self.marked))

    def _walk(self, root: Any, reader: Any, body: Tag, html: Any) -> None:
        stack: list[tuple[str, Any, Tag]] = []
        state, out = html._ROOT, body
        elements = 0
        node = root
        while node is not None:
            tag = node.tag
            if tag == "-text":
                if not stack or stack[-1][0] not in html._SILENT:
                    self._text(node.text_content or "", state, reader, out)
            elif tag is not None and tag[0] not in "-!":
                elements += 1
                attributes = node.attributes
                below = reader.state(tag, attributes, state)
                if tag in html._BLOCKS:
                    reader.break_line()
                reader.element(tag, attributes, below)
                inner = self._element(tag, attributes, below, reader, out)
                child = node.first_child if tag not in html._SILENT or tag == "head" else None
                if child is not None and len(stack) < html.MAX_DEPTH:
                    stack.append((tag, state, out))
                    state, out, node = below, inner, child
                    continue
                if tag in ("a", "area"):
                    reader.close_link()
            if elements >= html.MAX_ELEMENTS:
                return
            following = node.next
            while following is None and stack:
                node = node.parent
                tag, state, out = stack.pop()
                if tag == "a":
                    reader.close_link()
                if tag in html._BLOCKS:
                    reader.break_line()
                following = node.next
            node = following

    def _new(self, parent: Tag, name: str, **attributes: str) -> Tag:
        tag: Tag = self.soup.new_tag(name, attrs=attributes)
        self._spend(len(name) * 2 + 6 + sum(len(key) + len(value) + 4 for key, value in attributes.items()))
        parent.append(tag)
        return tag

    def _put(self, parent: Tag, text: str) -> None:
        self._spend(len(text))
        parent.append(self.soup.new_string(_UNPRINTABLE.sub("\ufffd", text)))

    def _spend(self, size: int) -> None:
        self.size += size
        if self.size > MAX_OUTPUT:
            raise _Full

    def _element(self, tag: str, attributes: dict[str, str | None], state: Any, reader: Any, out: Tag) -> Tag:
        """Put what stands for an element into `out`; where its children go is returned."""
        hidden = bool(state.hidden) and not state.hidden.startswith("font-size")
        if tag in ("a", "area"):
            if reader.open_link is None:
                return out
            return self._link(len(reader.links), reader.open_link["href"], attributes, hidden, out)
        if hidden:
            return out
        if tag == "img":
            self._image(attributes, out)
        elif tag in ("body", "form"):
            colour = attributes.get("bgcolor") or ""
            base = css.declarations(f"background-color:{colour}") if colour else ""
            return self._new(out, "div", **_safe(attributes, base))
        elif tag in ("button", "label", "mark"):
            return self._new(out, "span", **_safe(attributes))
        elif tag in _ALLOWED:
            return self._new(out, tag, **_safe(attributes))
        elif tag in ("input", "select", "textarea"):
            self._put(self._new(out, "span", style=_IMAGE), self.say("[{name} field]", name=tag))
        elif tag in ("iframe", "object", "embed", "video", "audio", "svg", "canvas"):
            self._put(self._new(out, "span", style=_IMAGE), f"[{tag}]")
        return out

    def _link(self, index: int, href: str, attributes: dict[str, str | None], hidden: bool, out: Tag) -> Tag:
        numbers = self.links.get(index, ())
        target = visible(href, 90)
        if not numbers:
            if hidden:
                return out
            return self._new(
                out,
                "span",
                **{**_safe(attributes, _LINK), "title": self.say("leads to {target}", target=target)},
            )
        self.marked.update(numbers)
        if hidden:
            self._label(self._cell(out), numbers, self.say("hidden link to {target}", target=target))
            return out
        mark = self._new(out, "mark", style=_MARK)
        inner = self._new(mark, "span", **_safe(attributes, _LINK))
        self._label(mark, numbers, self.say("leads to {target}", target=target))
        return inner

    def _label(self, parent: Tag, numbers: Sequence[int], text: str = "") -> None:
        shown = ", ".join(str(number) for number in dict.fromkeys(numbers))
        label = self._new(parent, "span", style=_LABEL)
        self._put(label, f"{shown} {text}".strip())

    def _cell(self, out: Tag) -> Tag:
        """A place for a label: inside a table only a cell will do."""
        for name in _ROWS.get(out.name, ()):
            out = self._new(out, name)
        return out

    def _image(self, attributes: dict[str, str | None], out: Tag) -> None:
        width, height = (_pixels(attributes, name) for name in ("width", "height"))
        alt = visible(attributes.get("alt") or "", 200)
        if width is not None and height is not None and width <= 2 and height <= 2:
            title = self.say("image of {width} by {height} pixels", width=width, height=height)
            self._put(self._new(out, "span", title=title), "\u00b7")
            return
        style = _IMAGE
        if width is not None:
            style += f"width:{min(width, 2000)}px;"
        elif re.fullmatch(r"\d{1,3}%", attributes.get("width") or ""):
            style += f"width:{attributes['width']};"
        if height is not None:
            style += f"height:{min(height, 2000)}px;"
        size = f" {width or '?'}\u00d7{height or '?'}" if width or height else ""
        small = (width is not None and width < 60) or (height is not None and height < 18)
        text = self.say("[image{size}] {alt}", size=size, alt=alt or say("(no alternative text)"))
        box = self._new(out, "span", style=style, title=text)
        if not small:
            self._put(box, text)

    def _text(self, text: str, state: Any, reader: Any, out: Tag) -> None:
        length, hidden = reader.length, len(reader.hidden)
        reader.text_node(text, state)
        if len(reader.hidden) > hidden:
            found = reader.hidden[-1]
            self._hidden(found.text, found.reason, out)
            return
        if reader.length == length:
            if not state.hidden:
                self._put(out, text[:200])
            return
        self.box = None
        core = len(_collapsed(text))
        self._visible(text, reader.length - core, core, out)

    def _hidden(self, text: str, reason: str, out: Tag) -> None:
        """Hidden text in a box of its own; neighbours that are hidden the same way share it."""
        numbers = [number for quote, number in self.quotes if quote in text or text[:80] in quote]
        if self.box is None or self.box_reason != reason:
            self.box = self._new(self._cell(out), "span", style=_HIDDEN)
            self.box_reason, self.box_left = reason, MAX_HIDDEN
            self._put(self.box, self.say("hidden ({how}):", how=say(reason.removeprefix("class:"))) + " ")
        if numbers:
            self.marked.update(numbers)
            self._label(self.box, numbers)
        if self.box_left > 0:
            shown = visible(text, self.box_left)
            self._put(self.box, shown + " ")
            self.box_left -= len(text)

    def _visible(self, text: str, start: int, length: int, out: Tag) -> None:
        end = start + length
        met = [span for span in self.spans if span.start < end and span.end > start]
        if not met:
            self._put(out, text)
            return
        offsets = _offsets(text)
        position = 0
        for span in met:
            first = offsets[max(0, span.start - start)] if span.start > start else offsets[0]
            last = offsets[min(length, span.end - start) - 1] + 1
            first = max(first, position)
            if first >= last:
                if span.number not in self.marked:
                    self.marked.add(span.number)
                    self._label(out, (span.number,))
                continue
            self._put(out, text[position:first])
            mark = self._new(out, "mark", style=_MARK)
            self._put(mark, _seen(text[first:last]))
            if start <= span.start:
                self._label(mark, (span.number,))
            self.marked.add(span.number)
            position = last
        self._put(out, text[position:])


def _seen(text: str) -> str:
    """Marked text, with what cannot be seen spelt out and the spaces at its ends kept."""
    lead = " " if text[:1].isspace() else ""
    trail = " " if text[-1:].isspace() else ""
    return lead + visible(text) + trail


def _collapsed(text: str) -> str:
    from scorer.html import _SPACE

    return _SPACE.sub(" ", text).strip(" ")


def _offsets(text: str) -> list[int]:
    """For each character of the collapsed text its offset in `text`."""
    offsets: list[int] = []
    gap = -1
    for position, character in enumerate(text):
        if character in " \t\r\n\f\u00a0":
            gap = position if gap < 0 else gap
            continue
        if gap >= 0 and offsets:
            offsets.append(gap)
        gap = -1
        offsets.append(position)
    return offsets


def _safe(attributes: dict[str, str | None], base: str = "") -> dict[str, str]:
    """The attributes that only style."""
    kept = {
        name: value
        for name, value in attributes.items()
        if name in _ATTRIBUTES and value is not None and _ATTRIBUTE.fullmatch(value)
    }
    style = css.declarations(attributes.get("style") or "")
    if style or base:
        kept["style"] = ";".join(part for part in (base, style) if part)
    return kept


def _pixels(attributes: dict[str, str | None], name: str) -> int | None:
    """A picture's width or height as stated by attribute or style."""
    match = re.fullmatch(r"\s*(\d{1,5})(?:px)?\s*", attributes.get(name) or "")
    if match is None:
        match = re.search(rf"(?:^|;)\s*{name}\s*:\s*(\d{{1,5}})px", (attributes.get("style") or "")[:2000])
    return int(match[1]) if match else None
