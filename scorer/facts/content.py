"""What the mailing says and shows."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import msgspec

from scorer.lazyre import lazy
from scorer.message import Message
from scorer.page import HiddenText
from scorer.runs import letters_of
from scorer.screen import VISIBLE
from scorer.sending import MERGE_SYNTAXES, MergeTag, Sending, merge_tags
from scorer.unknown import Unknown

try:
    from scorer.native import wording as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

_WORD = lazy(r"[^\W\d_]{2,40}")
_INVISIBLE = lazy(
    r"(?<=[^\W\d_])[\u00ad\u180e\u200b\u200c\u200d\u2060-\u2064\ufeff\u034f\u115f\u1160\u17b4\u17b5\u3164]+(?=[^\W\d_])"
)
_JOINING = lazy(
    r"[\u0600-\u08ff\u0900-\u0dff\u0e80-\u0fff\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufeff\u0530-\u058f]"
)
# An override that turns round what stands after it: right-to-left before Latin letters, left-to-right before
# Hebrew or Arabic ones. Overrides that agree with the letters, and embeddings, are ordinary typesetting.
_OVERRIDE = lazy(r"\u202e(?=[^\w\n]{0,5}[A-Za-z0-9])|\u202d(?=[^\w\n]{0,5}[\u0590-\u08ff])")
# Scripts written without spaces: their characters are compared one by one.
_UNSPACED = lazy(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# What stands in front of a preheader's end to push the body's text out of the preview.
_FILLER = lazy(
    r"[\s\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u2060-\u2064\u3164\ufeff]+"
)
_ANY_INVISIBLE = VISIBLE.add(
    r"[\x{ad}\x{180e}\x{200b}-\x{200d}\x{2060}-\x{2064}\x{feff}\x{34f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{3164}]"
)
_ANY_OVERRIDE = VISIBLE.add(r"[\x{202d}\x{202e}]")
# Colours that reading the page does not resolve: text of the colour of its background may be none.
_OTHER_COLOURS = lazy(r"\b(?:rgb|hsl)a?\(|gradient\(|background-image|\bvar\(--", re.IGNORECASE)
# Tracking addresses are most of many text parts, and are nobody's words.
_URL = lazy(r"\b(?:https?://|www\.)[^\s<>]{1,4000}", re.IGNORECASE)
# The same in lower case, where the search can leap to the next "h" or "w".
_LOWER_URL = lazy(r"(?:h(?<!\wh)ttps?://|w(?<!\ww)ww\.)[^\s<>]{1,4000}")
MAX_TEXT = 200_000
PREHEADER = 300
_BODY_SYNTAXES = tuple(s.id for s in MERGE_SYNTAXES if s.id not in ("dashes", "percent"))
Means = Literal["colour", "size", "style"]
"""How text is hidden: the colour of its background, a font too small to read, or any other style."""


class Invisible(msgspec.Struct, frozen=True):
    """A character inside a word that a reader does not see. Offsets in code points of the visible text."""

    start: int
    end: int
    word: str
    name: str


class Content(msgspec.Struct, frozen=True):
    """Measures of subject and body.

    `hidden` leaves out a preheader (short hidden text before anything visible); `concealed` are those of
    `hidden` that say something which the visible text does not: the same words shown another way, as for
    small screens, conceal nothing. `html_bytes` counts the HTML in UTF-8, as Gmail's clip does. `overlap` is
    the share of the text part's words that the visible HTML has too (0 to 1), None without both. `words`
    counts words of letters in the visible text, `letters` their letters. `text_words` counts the different
    words of the text part beside a page. `direction_overrides` are offsets in the visible text where letters
    run backwards.
    """

    subject: str
    visible: str
    words: int
    html_bytes: int
    has_html: bool
    has_text: bool
    overlap: float | None
    hidden: tuple[HiddenText, ...]
    preheader: str
    invisible: tuple[Invisible, ...]
    large_images: int
    tracking_pixels: int
    images_without_alt: int
    merge_tags: tuple[MergeTag, ...]
    foreign_merge_tags: tuple[MergeTag, ...] | Unknown
    subject_merge_tags: tuple[MergeTag, ...]
    concealed: tuple[HiddenText, ...] = ()
    letters: int = 0
    text_words: int = 0
    direction_overrides: tuple[int, ...] = ()


def words_of(text: str) -> list[str]:
    """The words of letters in `text`, lower-cased, compatibility forms folded."""
    return _Words(_folded(text[:MAX_TEXT])).in_order()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


class _Words:
    """What `_WORD` finds in a text: told from its runs of letters, which are found faster."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._runs = letters_of(text)
        self._different = set(self._runs)
        self._plain = max(map(len, self._different), default=0) <= 40

    def in_order(self) -> list[str]:
        """All of them."""
        return [run for run in self._runs if len(run) > 1] if self._plain else _WORD.findall(self.text)

    def different(self) -> set[str]:
        """Each once: a text says most of its words many times."""
        return {run for run in self._different if len(run) > 1} if self._plain else set(self.in_order())

    def counts(self) -> tuple[int, int]:
        """How many there are, and how many letters they have."""
        lengths = list(map(len, self._runs if self._plain else self.in_order()))
        single = lengths.count(1)
        return len(lengths) - single, sum(lengths) - single


def means_of(hidden: HiddenText) -> Means:
    """How a text is hidden."""
    if hidden.reason == "same colour":
        return "colour"
    return "size" if "font-size" in hidden.reason else "style"


def concealed_words(content: Content, means: Means) -> tuple[int, tuple[HiddenText, ...]]:
    """How many words are hidden by `means` and stand nowhere in the visible text, and in which texts."""
    texts = tuple(item for item in content.concealed if means_of(item) == means)
    if not texts:
        return 0, ()
    seen = set(words_of(content.visible))
    return sum(word not in seen for item in texts for word in words_of(item.text)), texts


def _concealed(hidden: list[HiddenText], visible: str, html: str) -> tuple[HiddenText, ...]:
    if not hidden:
        return ()
    coloured = any(item.reason == "same colour" for item in hidden)
    colours_known = not coloured or (
        not _OTHER_COLOURS.search(html) and "background" not in _style_sheets(html)
    )
    counts = _words_not_in(visible, [item.text[:MAX_TEXT] for item in hidden])
    return tuple(
        [
            item
            for item, (own, new) in zip(hidden, counts, strict=True)
            if new and 2 * new >= own and (colours_known or item.reason != "same colour")
        ]
    )


def _words_not_in(visible: str, texts: list[str]) -> list[tuple[int, int]]:
    """For each of `texts` how many words it has, and how many of them stand nowhere in `visible`."""
    known = _native.words_not_in(visible, texts) if _native else None
    if known is not None:
        return known
    seen = _Words(_folded(visible)).different()
    listed = [words_of(text) for text in texts]
    return [(len(own), sum(word not in seen for word in own)) for own in listed]


def _style_sheets(html: str) -> str:
    """From the first `<style>` to the end of the last."""
    lower = html.lower()
    start = lower.find("<style")
    return lower[start : lower.rfind("</style")] if start >= 0 else ""


def _count_words(text: str) -> tuple[int, int]:
    """How many words `text` has, and how many letters they have."""
    known = _native.count_words(text) if _native else None
    return known or _Words(_folded(text)).counts()


def _shared_words(text: str, other: str) -> tuple[int, int]:
    """How many different words `text` has as they are compared between parts, and how many of them `other` has."""
    known = _native.shared_words(text, other) if _native else None
    if known is not None:
        return known
    found = _compared(text)
    return len(found), len(found & _compared(other))


def _compared(text: str) -> set[str]:
    """The words of `text` as they are compared between parts: without web addresses."""
    lower = text.lower()
    if "://" in lower or "www." in lower:
        text = _LOWER_URL.sub(" ", lower) if text.isascii() else _URL.sub(" ", text)
    words = _Words(_folded(text))
    if words.text.isascii() or max(words.text) < "\u0e00":
        return words.different()
    found = set(_UNSPACED.findall(words.text))
    found.update(_WORD.findall(_UNSPACED.sub(" ", words.text) if found else words.text))
    return found


def is_pixel(width: int | None, height: int | None) -> bool:
    """Whether an image of that size is there to be fetched, not to be seen."""
    return (width is not None and width <= 2) or (height is not None and height <= 2)


def invisible_in_words(text: str, limit: int = 20) -> tuple[Invisible, ...]:
    """Invisible characters between the letters of a word, but not where a script joins letters with them,
    and not soft hyphens as a typesetter sets them (a few letters apart)."""
    if text.isascii():
        return ()
    found: list[Invisible] = []
    for match in _INVISIBLE.finditer(text):
        around = text[max(0, match.start() - 12) : match.end() + 12]
        if _JOINING.search(around) or set(match[0]) == {"\u00ad"}:
            continue
        start = max(around.rfind(" ", 0, 12), around.rfind("\n", 0, 12)) + 1
        word = re.split(r"\s", around[start:])[0]
        found.append(
            Invisible(match.start(), match.end(), word[:40], unicodedata.name(match[0][0], "U+FEFF"))
        )
        if len(found) >= limit:
            break
    return tuple(found)


def direction_overrides(text: str) -> tuple[int, ...]:
    """Offsets of the override characters that make letters of `text` run backwards."""
    if text.isascii():
        return ()
    return tuple(match.start() for match in _OVERRIDE.finditer(text))


def gather_content(message: Message, sending: Sending) -> Content:
    """Measure subject and body."""
    page = message.page
    visible = message.visible_text[:MAX_TEXT]
    words, letters = _count_words(visible)
    overlap = None
    text_words = 0
    if page is not None and message.text is not None:
        text_words, shared = _shared_words(message.text[:MAX_TEXT], visible)
        if text_words >= 5:
            overlap = shared / text_words
    hidden: list[HiddenText] = []
    preheader = ""
    for item in page.hidden if page else ():
        if not _WORD.search(item.text):
            continue
        shown = _FILLER.sub(" ", item.text).strip()
        if item.position <= 3 and len(preheader) + len(shown) <= PREHEADER:
            preheader = f"{preheader} {shown}" if preheader else shown
        else:
            hidden.append(item)
    images = page.images if page else ()
    seen = [image for image in images if not image.hidden and not is_pixel(image.width, image.height)]
    source = message.html if message.html is not None else (message.text or "")
    tags = merge_tags(source[:MAX_TEXT], _BODY_SYNTAXES)
    tags += (
        merge_tags(source[:MAX_TEXT], ("percent",)) if not isinstance(sending.merge_syntax, Unknown) else ()
    )
    foreign: tuple[MergeTag, ...] | Unknown
    if isinstance(sending.merge_syntax, Unknown):
        foreign = sending.merge_syntax
    else:
        known = set(sending.merge_syntax)
        foreign = tuple(tag for tag in tags if tag.syntax not in known and tag.syntax != "percent")
    return Content(
        subject=message.subject,
        visible=visible,
        words=words,
        html_bytes=page.bytes if page else 0,
        has_html=page is not None,
        has_text=message.text is not None and bool(message.text.strip()),
        overlap=overlap,
        hidden=tuple(hidden),
        preheader=preheader,
        invisible=invisible_in_words(visible) if _ANY_INVISIBLE in message.gates else (),
        large_images=len([image for image in seen if (image.width or 300) >= 100]),
        tracking_pixels=len(images) - len(seen),
        images_without_alt=len([image for image in seen if not (image.alt or "").strip()]),
        merge_tags=tags,
        foreign_merge_tags=foreign,
        subject_merge_tags=merge_tags(message.subject, _BODY_SYNTAXES),
        concealed=_concealed(hidden, visible, message.html or ""),
        letters=letters,
        text_words=text_words,
        direction_overrides=direction_overrides(visible) if _ANY_OVERRIDE in message.gates else (),
    )
