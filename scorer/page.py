"""What an HTML body shows and holds: plain values, made by `scorer.html`."""

from __future__ import annotations

import msgspec


class Link(msgspec.Struct, frozen=True):
    """One `<a>` or `<area>`, in document order. `position` is the offset of its text in `Page.visible`;
    `text` is its visible text with white space collapsed, else the alternative text of its image."""

    index: int
    href: str
    text: str
    position: int
    visible: bool = True
    has_image: bool = False
    tag: str = "a"


class Image(msgspec.Struct, frozen=True):
    """One `<img>`. `width` and `height` in CSS pixels, None if not stated."""

    src: str
    alt: str | None
    width: int | None
    height: int | None
    hidden: bool = False


class HiddenText(msgspec.Struct, frozen=True):
    """Text that a reader does not see, and the way it is hidden. `position` is the length of the visible
    text before it: 0 for a preheader."""

    text: str
    reason: str
    position: int


class Page(msgspec.Struct, frozen=True):
    """An HTML body as rendered. `visible` is the visible text: white space collapsed, blocks on their own
    lines. Counts are of elements. `bytes` is the length of the source in UTF-8."""

    visible: str
    hidden: tuple[HiddenText, ...]
    links: tuple[Link, ...]
    images: tuple[Image, ...]
    title: str
    lang: str
    base: str
    forms: tuple[str, ...]
    inputs: int
    scripts: int
    handlers: int
    frames: int
    objects: int
    stylesheets: tuple[str, ...]
    refresh: str
    elements: int
    depth: int
    bytes: int
    resources: tuple[str, ...] = ()
    large_text: int = 0
