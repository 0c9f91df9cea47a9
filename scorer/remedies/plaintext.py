"""The text part that says what the HTML says: headings, lists, and where links lead. Nothing hidden."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from scorer.html import style_of, tree_of
from scorer.lazyre import lazy
from scorer.remedies.pages import page_of

MAX_NODES = 200_000
MAX_DEPTH = 1_000
_SPACE = lazy(r"[ \t\r\n\f\u00a0]+")
# What fills a preview line up, and means nothing in a text.
_FILLER = lazy("[\u034f\u200b\u200c\u200d\u2060\ufeff\u00ad]+(?=[ \n]|$)")
_SILENT = frozenset(
    (
        *("head", "script", "style", "title", "noscript", "template", "object", "embed", "iframe", "svg"),
        *("math", "select", "textarea", "audio", "video", "canvas", "noembed", "noframes"),
    )
)
_PARAGRAPHS = frozenset(
    (
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"),
        *("form", "section", "article", "header", "footer", "address", "figure"),
    )
)
_LINES = frozenset(
    (
        *("div", "tr", "td", "th", "li", "dt", "dd", "center", "body", "main", "nav", "aside", "caption"),
        *("tbody", "thead", "tfoot", "fieldset", "figcaption", "option"),
    )
)
_UNDERLINES = {"h1": "=", "h2": "-"}


@lru_cache(maxsize=4)
def plain_text(html: str) -> str:
    """A readable text rendering of an HTML mailing. Lines end in "\\n"; it never raises on malformed HTML."""
    page = page_of(html)
    unseen = {item.text for item in page.hidden} if page.hidden else set()
    writer = _Writer({text for text in unseen if text not in page.visible})
    tree = tree_of(html)
    if tree.root is not None:
        _walk(tree.root, writer)
    return writer.text()


def _walk(root: Any, writer: _Writer) -> None:
    """Depth first without recursion: (node, whether it is being left)."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    count = 0
    while stack:
        node, leaving = stack.pop()
        if leaving:
            writer.leave(node.tag)
            continue
        count += 1
        if count > MAX_NODES:
            continue
        tag = node.tag
        if tag == "-text":
            writer.characters(node.text_content or "")
            continue
        if tag is None or tag[0] in "-!" or tag in _SILENT:
            continue
        attributes = node.attributes
        if _hidden(attributes):
            continue
        writer.enter(tag, attributes)
        stack.append((node, True))
        if len(stack) < MAX_DEPTH * 10:
            children = []
            child = node.first_child
            while child is not None:
                children.append((child, False))
                child = child.next
            stack.extend(reversed(children))


def _hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    hides = style_of(attributes.get("style") or "").hides
    # A cell of font size zero may hold text that sets its own; such text is judged by itself.
    return bool(hides) and not hides.startswith("font-size")


class _Writer:
    """Collects lines while the tree is walked."""

    def __init__(self, unseen: set[str]) -> None:
        self.unseen = unseen
        self.lines: list[str] = []
        self.line = ""
        self.prefix = ""
        self.lists: list[int] = []
        self.quotes = 0
        self.headings: list[tuple[str, int]] = []
        self.links: list[tuple[str, int, int]] = []
        self.last_target = ""
        self.pre = 0

    def characters(self, text: str) -> None:
        shown = _SPACE.sub(" ", text)
        if shown.strip() in self.unseen:
            return
        if self.pre:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.newline()
                self.line += line
            return
        shown = _FILLER.sub("", shown)
        if not self.line or self.line.endswith(" "):
            shown = shown.lstrip(" ")
        self.line += shown

    def newline(self) -> None:
        line = self.line.rstrip()
        if line:
            self.lines.append("> " * self.quotes + self.prefix + line)
            if self.prefix:
                self.prefix = " " * len(self.prefix)
        self.line = ""

    def blank(self) -> None:
        self.newline()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def enter(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in _PARAGRAPHS and not (tag in ("ul", "ol", "p") and self.lists):
            self.blank()
        elif tag in _LINES or tag in _PARAGRAPHS or tag == "br":
            self.newline()
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            self.quotes = min(self.quotes + 1, 5)
        elif tag == "pre":
            self.pre += 1
        elif tag == "hr":
            self.lines.append("-" * 40)
            self.lines.append("")
        elif tag in _UNDERLINES:
            self.headings.append((tag, len(self.lines)))
        elif tag == "a":
            self.links.append(((attributes.get("href") or "").strip(), len(self.lines), len(self.line)))
        elif tag == "img":
            self._image(attributes)

    def _item(self) -> None:
        if self.lists and self.lists[-1] >= 0:
            self.lists[-1] += 1
            mark = f"{self.lists[-1]}. "
        else:
            mark = "- "
        self.prefix = "  " * max(0, min(len(self.lists), 6) - 1) + mark

    def _image(self, attributes: dict[str, str | None]) -> None:
        alt = _SPACE.sub(" ", attributes.get("alt") or "").strip()
        if alt:
            if self.line and not self.line.endswith(" "):
                self.line += " "
            self.line += f"[{alt}]"

    def leave(self, tag: str) -> None:
        if tag == "a" and self.links:
            self._target(*self.links.pop())
        elif tag == "li":
            self.newline()
            self.prefix = ""
        elif tag in ("ul", "ol"):
            if self.lists:
                self.lists.pop()
            self.prefix = ""
            self.newline() if self.lists else self.blank()
        elif tag in _UNDERLINES and self.headings:
            self._underline(*self.headings.pop())
        elif tag in _PARAGRAPHS:
            self.newline() if self.lists else self.blank()
        elif tag in _LINES:
            self.newline()
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.pre = max(0, self.pre - 1)

    def _underline(self, tag: str, since: int) -> None:
        self.newline()
        if len(self.lines) > since and self.lines[-1].strip():
            self.lines.append(_UNDERLINES[tag] * max(3, min(len(self.lines[-1]), 72)))
        self.blank()

    def _target(self, href: str, line: int, column: int) -> None:
        """Write where a link leads, once, after its text."""
        shown = self.line[column:] if line == len(self.lines) else self.line
        said = shown.strip() or (self.lines[-1].strip() if len(self.lines) > line else "")
        if not href or href.startswith("#") or href.lower().startswith(("javascript:", "data:", "vbscript:")):
            return
        target = _shown_target(href)
        bare = said.strip("[]").lower().removeprefix("https://").removeprefix("http://").rstrip("/")
        if bare and bare == target.lower().removeprefix("https://").removeprefix("http://").rstrip("/"):
            return
        if not said:
            return
        if target == self.last_target and len(self.lines) == line and not shown.strip():
            return
        self.last_target = target
        if not self.line.strip() and self.lines:
            # The link's content ended in a block of its own.
            while self.lines and not self.lines[-1]:
                self.lines.pop()
            self.lines.append(f"{self.prefix}<{target}>")
            return
        spaced = self.line.endswith(" ")
        self.line = f"{self.line.rstrip()} <{target}>" + (" " if spaced else "")

    def text(self) -> str:
        self.newline()
        out: list[str] = []
        for line in self.lines:
            if line or (out and out[-1]):
                out.append(line.rstrip())
        while out and not out[-1]:
            out.pop()
        return "\n".join(out) + "\n" if out else ""


def _shown_target(href: str) -> str:
    if href.lower().startswith("mailto:"):
        return href[7:].partition("?")[0] or href
    if href.lower().startswith("tel:"):
        return href[4:]
    return href
