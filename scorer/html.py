"""HTML source to `Page`: one pass over the tree for visibility, text, links and images."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from operator import methodcaller
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from scorer.bounds import bounded, is_plainly_bounded
from scorer.lazyre import lazy
from scorer.page import HiddenText, Image, Link, Page

try:
    from scorer.native import markup as _native
    from scorer.native import sheet as _native_sheet
except ImportError:  # nothing was compiled
    _native = _native_sheet = None  # type: ignore[assignment]

MAX_ELEMENTS = 100_000
MAX_DEPTH = 2_000
MAX_KEPT = 2_000
"""Longer style attributes are read each time: a cache holds thousands of them."""
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(
    [
        "head",
        "script",
        "style",
        "title",
        "noscript",
        "template",
        "meta",
        "link",
        "object",
        "embed",
        "iframe",
        "svg",
        "math",
        "select",
        "textarea",
        "noembed",
        "noframes",
        "base",
        "param",
        "source",
        "track",
        "audio",
        "video",
        "canvas",
    ]
)
_BLANKS = " \t\r\n\f\u00a0"
_SPACE = lazy(f"[{_BLANKS}]+")
_COLOURS = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "navy": (0, 0, 128),
    "orange": (255, 165, 0),
    "whitesmoke": (245, 245, 245),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
}
Colour = tuple[int, int, int]


class Style(NamedTuple):
    """The declarations of one element that bear on whether its text can be seen."""

    hides: str
    colour: Colour | None
    background: Colour | str | None
    shows: bool
    size: float | None


class _State(NamedTuple):
    """What an element passes on to its children. `background` None means that it cannot be known; `unseen` is why
    text at this place cannot be seen, "" if it can."""

    hidden: str
    colour: Colour
    background: Colour | None
    size: float
    unseen: str = ""


_NOTHING = Style("", None, None, False, None)
_ROOT = _State("", (0, 0, 0), (255, 255, 255), 16.0)


@lru_cache(maxsize=4096)
def colour_of(text: str) -> Colour | None:
    """The colour that a CSS or HTML attribute value names; None if it is not understood."""
    value = text.strip().lower()
    if value in _COLOURS:
        return _COLOURS[value]
    if match := re.fullmatch(r"#?([0-9a-f]{6})", value):
        number = int(match[1], 16)
        return (number >> 16, number >> 8 & 255, number & 255)
    if match := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", value):
        return (int(match[1] * 2, 16), int(match[2] * 2, 16), int(match[3] * 2, 16))
    if match := re.fullmatch(r"rgb\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*\)", value):
        return (min(int(match[1]), 255), min(int(match[2]), 255), min(int(match[3]), 255))
    return None


@lru_cache(maxsize=4096)
def _pixels(value: str) -> float | None:
    match = re.match(r"\s*(-?\d{0,7}(?:\.\d{1,6})?)\s*(px|pt|em|rem|%|)", value)
    if not match or not match[1] or match[1] in ("-", ".", "-."):
        return None
    number = float(match[1])
    return number * {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "": 1.0}[match[2]]


def style_of(declarations: str) -> Style:
    """Read a `style` attribute. Text counts as hidden when no reader could see it at its place."""
    return _style_of(declarations) if len(declarations) <= MAX_KEPT else _style_of.__wrapped__(declarations)


@lru_cache(maxsize=8192)
def _style_of(declarations: str) -> Style:
    hides = ""
    colour: Colour | None = None
    background: Colour | str | None = None
    size: float | None = None
    height_zero = clipped = shows = False
    for declaration in declarations.lower().split(";")[:80]:
        name, _, value = declaration.partition(":")
        name = name.strip()
        value = value.replace("!important", "").strip()
        if name == "display":
            if value == "none":
                hides = "display:none"
            else:
                shows = True
        elif name == "visibility" and value in ("hidden", "collapse"):
            hides = hides or "visibility:hidden"
        elif name == "mso-hide":
            continue
        elif name == "font-size":
            size = _pixels(value)
            if size is not None and size <= 1.0:
                hides = hides or "font-size:" + value
        elif name == "opacity":
            if _pixels(value) == 0.0:
                hides = hides or "opacity:0"
        elif name in ("height", "max-height", "width", "max-width"):
            height_zero = height_zero or _pixels(value) == 0.0
        elif name == "overflow":
            clipped = clipped or value == "hidden"
        elif name == "text-indent":
            pixels = _pixels(value)
            if pixels is not None and pixels <= -500:
                hides = hides or "text-indent:" + value
        elif name in ("left", "top"):
            pixels = _pixels(value)
            if pixels is not None and pixels <= -500:
                hides = hides or f"{name}:{value}"
        elif name == "color":
            colour = colour_of(value)
        elif name in ("background-color", "background"):
            if "url(" in value or "gradient" in value:
                background = "image"
            else:
                background = colour_of(value) or colour_of(value.split()[0]) if value else None
        elif name == "background-image" and value != "none":
            background = "image"
    if height_zero and clipped:
        hides = hides or "height:0"
    return Style(hides, colour, background, shows, size)


# Possessive where what follows cannot be what is repeated: nothing to go back for.
_RULE = lazy(r"([^{}]{1,400}+)\{([^{}]{0,4000}+)\}")
_AT_RULE = lazy(r"@[^{};]{0,400}+\{(?:[^{}]{0,4000}+\{[^{}]{0,4000}+\}){0,400}[^{}]{0,4000}+\}")
_CSS_COMMENT = lazy(r"/\*.*?\*/", re.DOTALL)
_SIMPLE = lazy(r"(?:[a-z][a-z0-9]*)?[.#][a-z0-9_-]+", re.IGNORECASE)


def _hiding_classes(css: str) -> dict[str, str]:
    """`.name` and `#id` selectors of a style sheet that hide what they select, outside media queries."""
    found: dict[str, str] = {}
    css = css[:200_000]
    rules = None if _native_sheet is None else _native_sheet.may_hide_rules(css)
    if rules is None:
        rules = _RULE.findall(_AT_RULE.sub("", _CSS_COMMENT.sub("", css)))
    for selectors, body in rules:
        hides = style_of(body.strip()).hides
        if not hides:
            continue
        for selector in selectors.split(","):
            selector = selector.strip()
            if _SIMPLE.fullmatch(selector):
                found[selector[re.search(r"[.#]", selector).start() :]] = hides  # type: ignore[union-attr]
    return found


_LENGTH = lazy(r"\s*(\d{1,5})(?:px)?\s*$")


def _number(text: str | None) -> int | None:
    match = _LENGTH.match(text) if text else None
    return int(match[1]) if match else None


_BLUE = (0, 0, 238)
"""The colour of a link that has none of its own."""
_TELLING = frozenset(("style", "hidden", "color", "bgcolor", "background"))
"""The attributes that change how what is inside is seen, with a style sheet or without."""
_TELLING_WITH_SHEET = _TELLING | {"class", "id"}
_ACTED_ON = frozenset("a area base form html img link meta".split())
"""The elements that are more to a page than a place of text."""
_is_handler = methodcaller("startswith", "on")


@lru_cache(maxsize=4096)
def _same(one: Colour, other: Colour) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) <= 12


@lru_cache(maxsize=4096)
def _below(
    state: _State,
    link: bool,
    style: Style,
    by_class: str,
    font_colour: Colour | None,
    cell_colour: Colour | None,
    pictured: bool,
    hidden_attribute: bool,
) -> _State:
    """The state below an element, given the state around it and what its attributes say. `by_class` is how the style
    sheet hides it, the colours are of the attributes `color` and `bgcolor`, `pictured` whether it has a background
    picture. The cells of a mailing are alike: what has been worked out for one holds for all."""
    hides = style.hides
    if not hides and by_class and not style.shows:
        hides = "class:" + by_class
    if not hides and hidden_attribute:
        hides = "hidden attribute"
    colour, background = style.colour, style.background
    colour = colour or font_colour
    if background is None:
        background = cell_colour
    if pictured:
        background = "image"
    size = style.size
    # An explicit font-size of readable height inside a zero-size cell shows again: the well-known
    # trick against gaps between table cells.
    hidden = state.hidden
    if hidden.startswith("font-size") and size is not None and size > 1.0:
        hidden = ""
    hidden = hidden or hides
    colour = colour or (_BLUE if link else state.colour)
    below: Colour | None = state.background
    if background is not None:
        below = None if isinstance(background, str) else background
    unseen = hidden or ("same colour" if below is not None and _same(colour, below) else "")
    return _State(hidden, colour, below, state.size if size is None else size, unseen)


class _Reader:
    """Collects a page while the tree is walked in document order."""

    def __init__(self, sheet: dict[str, str]) -> None:
        self.sheet = sheet
        self.text: list[str] = []
        self.length = 0
        self.pending = ""
        self.hidden: list[HiddenText] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.forms: list[str] = []
        self.resources: list[str] = []
        self.stylesheets: list[str] = []
        self.hiding: dict[tuple[str | None, str | None], str] = {}
        self.harmless: set[str] = set()
        self.handlers = 0
        self.large_text = 0
        self.title = self.lang = self.base = self.refresh = ""
        self.open_link: dict[str, Any] | None = None

    def emit(self, text: str) -> None:
        said = text.strip(_BLANKS)
        if text and text[0] in _BLANKS:
            self.pending = self.pending or " "
        if not said:
            return
        collapsed = said if said.isprintable() and "  " not in said else _SPACE.sub(" ", said)
        trailing = text[-1] in _BLANKS
        if self.pending and self.length:
            self.text.append(self.pending)
            self.length += 1
        self.pending = " " if trailing else ""
        if self.open_link is not None and self.open_link["position"] is None:
            self.open_link["position"] = self.length
        self.text.append(collapsed)
        self.length += len(collapsed)
        if self.open_link is not None:
            self.open_link["text"].append(collapsed + (" " if trailing else ""))

    def break_line(self) -> None:
        self.pending = "\n"
        if self.open_link is not None and self.open_link["text"]:
            self.open_link["text"].append(" ")

    def close_link(self) -> None:
        link = self.open_link
        self.open_link = None
        if link is None:
            return
        shown = _SPACE.sub(" ", "".join(link["text"])).strip()
        self.links.append(
            Link(
                index=len(self.links),
                href=link["href"],
                text=shown or link["alt"],
                position=self.length if link["position"] is None else link["position"],
                visible=not link["hidden"] and bool(shown or link["image"]),
                has_image=link["image"],
                tag=link["tag"],
            )
        )

    def state(self, tag: str, attributes: dict[str, str | None], state: _State) -> _State:
        """The state below an element that has telling attributes or is a link, given the state around it."""
        get = attributes.get
        declarations = get("style")
        return _below(
            state,
            tag == "a",
            style_of(declarations) if declarations else _NOTHING,
            self.by_class(get("class"), get("id")) if self.sheet else "",
            colour_of(get("color") or "") if tag == "font" else None,
            colour_of(cell_colour) if (cell_colour := get("bgcolor")) else None,
            bool(get("background")),
            "hidden" in attributes,
        )

    def by_class(self, classes: str | None, id: str | None) -> str:
        """How the style sheet hides elements of these classes and this id, "" if it does not."""
        key = (classes, id)
        hides = self.hiding.get(key)
        if hides is None:
            hides = ""
            for name in (classes or "").split()[:20]:
                hides = hides or self.sheet.get("." + name, "")
            self.hiding[key] = hides = hides or self.sheet.get("#" + (id or ""), "")
        return hides

    def text_node(self, text: str, state: _State) -> None:
        reason = state.unseen
        if not reason:
            if state.size >= 40 and text.strip():
                self.large_text += 1
            self.emit(text)
            return
        kept = _SPACE.sub(" ", text).strip()
        if kept:
            self.hidden.append(HiddenText(kept, reason, self.length))

    def element(self, tag: str, attributes: dict[str, str | None], state: _State) -> None:
        """Take note of one of the elements `_ACTED_ON`."""
        if tag == "img":
            self._image(attributes, state)
        elif tag in ("a", "area"):
            self.close_link()
            if attributes.get("href") is not None or (tag == "a" and "href" in attributes):
                self.open_link = {
                    "href": (attributes.get("href") or "").strip(),
                    "text": [],
                    "alt": attributes.get("alt") or "",
                    "image": False,
                    "hidden": bool(state.hidden),
                    "position": None,
                    "tag": tag,
                }
        elif tag == "form":
            self.forms.append(attributes.get("action") or "")
        elif tag == "base":
            self.base = self.base or (attributes.get("href") or "")
        elif tag == "html":
            self.lang = attributes.get("lang") or ""
        elif tag == "link":
            if "stylesheet" in (attributes.get("rel") or "").lower():
                self.stylesheets.append(attributes.get("href") or "")
        elif tag == "meta" and (attributes.get("http-equiv") or "").lower() == "refresh":
            self.refresh = attributes.get("content") or "0"

    def look_for_handlers(self, attributes: dict[str, str | None]) -> None:
        """Count an element of which not all attributes are known to be harmless."""
        if any(map(_is_handler, attributes)):
            self.handlers += 1
        else:
            self.harmless.update(attributes)

    def _image(self, attributes: dict[str, str | None], state: _State) -> None:
        src = (attributes.get("src") or "").strip()
        style = attributes.get("style") or ""
        hidden = bool(state.hidden) or (bool(style) and bool(style_of(style).hides))
        image = Image(
            src,
            attributes.get("alt"),
            _number(attributes.get("width")),
            _number(attributes.get("height")),
            hidden,
        )
        self.images.append(image)
        if src:
            self.resources.append(src)
        if self.open_link is not None:
            tiny = (image.width is not None and image.width <= 2) or hidden
            self.open_link["image"] = self.open_link["image"] or not tiny
            self.open_link["alt"] = self.open_link["alt"] or (image.alt or "").strip()


def tree_of(source: str) -> LexborHTMLParser:
    """The tree of an HTML source, as far as the bounds go (`scorer.bounds`)."""
    # Lexbor stops at a NUL, as no mail client does.
    return LexborHTMLParser(bounded(source).replace("\x00", "\ufffd"))


def read_page(source: str) -> Page:
    """Read an HTML body. Never raises: a tree too large or too deep is read as far as the bounds go."""
    try:
        data = source.encode() if _native is None else _native.utf8(source)
        plain = b"\x00" not in data
    except UnicodeEncodeError:
        data = source.encode("utf-8", "surrogatepass")
        plain = False
    tree = LexborHTMLParser(data) if plain and is_plainly_bounded(data) else tree_of(source)
    page = _scanned(tree, len(data)) if _native is not None and _is_written_as_expected() else None
    return _walked(tree, _sheet_of(tree), len(data)) if page is None else page


def _scanned(tree: LexborHTMLParser, size: int) -> Page | None:
    """As `_walked`, from the tree as lexbor writes it; None where the nodes have to be looked at."""
    written = "" if tree.root is None else tree.root.html or ""
    sheet = _sheet_of(tree) if "<style" in written else {}
    helpers = (style_of, colour_of, _number)
    return _native.read(written, tree.raw_html, size, sheet, helpers, MAX_ELEMENTS, MAX_DEPTH)


_TELLING_SOURCE = """<!doctype html><title>a &lt; b</title><base href="/?a&amp;b"><style>a > b</style>
<body CLASS='y "z" &gt;' onload=f()><?xml x?><?import y><!-- <i> --><!--[if mso]><b><![endif]--><p>a&nbsp;b<br>c &amp;
<b hidden>d</b><script>if (a < b) "<b>"</script><table>e<tr><td background="i.png">f<img src=a alt="k"><img alt="">
<a href="?a=1&amp;b=&quot;2&quot;">g<p>h</a><pre>\ni</pre><textarea><b></textarea><iframe><b></iframe><hr/><wbr><embed>
<param><input name=a name=b><x-y:z>j<o:p>\u00e9"""
"""Has what releases of lexbor write, or may come to write, in different ways."""


@lru_cache(maxsize=1)
def _is_written_as_expected() -> bool:
    """Whether the release of lexbor that is installed writes trees in the form that is read natively: told once, by a
    page that holds what may be written differently."""
    data = _TELLING_SOURCE.encode()
    tree = LexborHTMLParser(data)
    return _scanned(tree, len(data)) == _walked(tree, {}, len(data))


def _sheet_of(tree: LexborHTMLParser) -> dict[str, str]:
    """What the style sheets of a tree hide."""
    sheet: dict[str, str] = {}
    for style in tree.tags("style")[:50]:
        sheet.update(_hiding_classes(style.text() or ""))
    return sheet


def _walked(tree: LexborHTMLParser, sheet: dict[str, str], size: int) -> Page:
    """The page of a tree, node by node. `size` is the length of the source in bytes."""
    reader = _Reader(sheet)
    telling_ones = _TELLING_WITH_SHEET if sheet else _TELLING
    deepest = 0
    tags: list[str] = []
    harmless = reader.harmless
    node: Any = tree.root
    stack: list[tuple[str, _State, Any]] = []
    state = _ROOT
    silent = False
    while node is not None:
        tag = node.tag
        if tag == "-text":
            if silent:
                pass
            elif node.is_empty_text_node:  # most are: the line breaks of the source
                if not state.unseen:
                    reader.pending = reader.pending or " "
            else:
                reader.text_node(node.text_content or "", state)
        elif tag is not None and tag[0] != "-" and tag[0] != "!":
            tags.append(tag)
            attributes = node.attributes
            below = state
            if (tag == "a" and state.colour != _BLUE) or (
                attributes and not telling_ones.isdisjoint(attributes)
            ):
                below = reader.state(tag, attributes, state)
            if tag in _BLOCKS:
                reader.break_line()
            if tag in _ACTED_ON:
                reader.element(tag, attributes, below)
            if attributes and not harmless.issuperset(attributes):
                reader.look_for_handlers(attributes)
            if "background" in attributes and (background := attributes["background"]):
                reader.resources.append(background)
            if tag == "title" and not reader.title:
                reader.title = _SPACE.sub(" ", node.text() or "").strip()
            # Children of <head> are looked at for <base>, <meta> and <link>; the rest of the silent are not.
            child = node.first_child if tag not in _SILENT or tag == "head" else None
            if child is not None and len(stack) < MAX_DEPTH:
                stack.append((tag, state, node))
                state = below
                silent = tag in _SILENT
                if len(stack) > deepest:
                    deepest = len(stack)
                node = child
                continue
            if tag == "a" or tag == "area":
                reader.close_link()
        if len(tags) >= MAX_ELEMENTS:
            break
        following = node.next
        if following is None and stack:
            while following is None and stack:
                tag, state, node = stack.pop()
                if tag == "a":
                    reader.close_link()
                if tag in _BLOCKS:
                    reader.break_line()
                following = node.next
            silent = bool(stack) and stack[-1][0] in _SILENT
        node = following
    reader.close_link()
    count = Counter(tags)
    return Page(
        visible="".join(reader.text),
        hidden=tuple(reader.hidden),
        links=tuple(reader.links),
        images=tuple(reader.images),
        title=reader.title,
        lang=reader.lang,
        base=reader.base,
        forms=tuple(reader.forms),
        inputs=count["input"] + count["textarea"] + count["select"],
        scripts=count["script"],
        handlers=reader.handlers,
        frames=count["iframe"] + count["frame"],
        objects=count["object"] + count["embed"] + count["applet"],
        stylesheets=tuple(reader.stylesheets),
        refresh=reader.refresh,
        elements=len(tags),
        depth=deepest,
        bytes=size,
        resources=tuple(reader.resources),
        large_text=reader.large_text,
    )
