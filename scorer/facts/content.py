"""What the mailing says and shows."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from scorer.message import Message
from scorer.page import HiddenText
from scorer.sending import MERGE_SYNTAXES, MergeTag, Sending, merge_tags
from scorer.unknown import Unknown

_WORD = re.compile(r"[^\W\d_]{2,40}")
_INVISIBLE = re.compile(
    r"(?<=[^\W\d_])[\u00ad\u180e\u200b\u200c\u200d\u2060-\u2064\ufeff\u034f\u115f\u1160\u17b4\u17b5\u3164]+(?=[^\W\d_])"
)
_JOINING = re.compile(r"[\u0600-\u08ff\u0900-\u0dff\u0e80-\u0fff\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufeff\u0530-\u058f]")
_CONTROL = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
MAX_TEXT = 200_000
PREHEADER = 220


class Invisible(msgspec.Struct, frozen=True):
    """A character inside a word that a reader does not see. Offsets in code points of the visible text."""

    start: int
    end: int
    word: str
    name: str


class Content(msgspec.Struct, frozen=True):
    """Measures of subject and body.

    `hidden` leaves out a preheader (short hidden text before anything visible). `html_bytes` counts the
    HTML in UTF-8, as Gmail's clip does. `overlap` is the share of the text part's words that the visible
    HTML has too (0 to 1), None without both. `words` counts words of letters in the visible text.
    """

    subject: str
    visible: str
    words: int
    html_bytes: int
    has_html: bool
    has_text: bool
    overlap: float | None
    missing_from_text: float | None
    hidden: tuple[HiddenText, ...]
    preheader: str
    invisible: tuple[Invisible, ...]
    direction_controls: int
    large_images: int
    tracking_pixels: int
    images_without_alt: int
    image_words: int
    merge_tags: tuple[MergeTag, ...]
    foreign_merge_tags: tuple[MergeTag, ...] | Unknown
    subject_merge_tags: tuple[MergeTag, ...]


def words_of(text: str) -> list[str]:
    """The words of letters in `text`, lower-cased, compatibility forms folded."""
    return _WORD.findall(unicodedata.normalize("NFKC", text[:MAX_TEXT]).lower())


def is_pixel(width: int | None, height: int | None) -> bool:
    """Whether an image of that size is there to be fetched, not to be seen."""
    return (width is not None and width <= 2) or (height is not None and height <= 2)


def invisible_in_words(text: str, limit: int = 20) -> tuple[Invisible, ...]:
    """Invisible characters between the letters of a word, but not where a script joins letters with them,
    and not soft hyphens as a typesetter sets them (a few letters apart)."""
    found: list[Invisible] = []
    for match in _INVISIBLE.finditer(text):
        around = text[max(0, match.start() - 12) : match.end() + 12]
        if _JOINING.search(around) or set(match[0]) == {"\u00ad"}:
            continue
        start = max(around.rfind(" ", 0, 12), around.rfind("\n", 0, 12)) + 1
        word = re.split(r"\s", around[start:])[0]
        found.append(Invisible(match.start(), match.end(), word[:40], unicodedata.name(match[0][0], "U+FEFF")))
        if len(found) >= limit:
            break
    return tuple(found)


def gather_content(message: Message, sending: Sending) -> Content:
    """Measure subject and body."""
    page = message.page
    visible = message.visible_text[:MAX_TEXT]
    words = words_of(visible)
    overlap = missing = None
    if page is not None and message.text is not None:
        text_words = set(words_of(message.text))
        html_words = set(words)
        if len(text_words) >= 5:
            overlap = len(text_words & html_words) / len(text_words)
        if len(html_words) >= 5:
            missing = 1 - len(text_words & html_words) / len(html_words)
    hidden: list[HiddenText] = []
    preheader = ""
    for item in page.hidden if page else ():
        is_first = item.position <= 3 and len(preheader) + len(item.text) <= 4 * PREHEADER
        filler = not _WORD.search(item.text)
        if is_first and (filler or len(preheader) + len(item.text) <= PREHEADER):
            preheader += item.text
        elif not filler:
            hidden.append(item)
    images = page.images if page else ()
    seen = [image for image in images if not image.hidden and not is_pixel(image.width, image.height)]
    source = message.html if message.html is not None else (message.text or "")
    tags = merge_tags(source[:MAX_TEXT], (s.id for s in MERGE_SYNTAXES if s.id not in ("dashes", "percent")))
    tags += merge_tags(source[:MAX_TEXT], ("percent",)) if not isinstance(sending.merge_syntax, Unknown) else ()
    foreign: tuple[MergeTag, ...] | Unknown
    if isinstance(sending.merge_syntax, Unknown):
        foreign = sending.merge_syntax
    else:
        known = set(sending.merge_syntax)
        foreign = tuple(tag for tag in tags if tag.syntax not in known and tag.syntax != "percent")
    return Content(
        subject=message.subject,
        visible=visible,
        words=len(words),
        html_bytes=page.bytes if page else 0,
        has_html=page is not None,
        has_text=message.text is not None and bool(message.text.strip()),
        overlap=overlap,
        missing_from_text=missing,
        hidden=tuple(hidden),
        preheader=preheader,
        invisible=invisible_in_words(visible),
        direction_controls=len(_CONTROL.findall(visible)) + len(_CONTROL.findall(message.subject)),
        large_images=len([image for image in seen if (image.width or 300) >= 100]),
        tracking_pixels=len(images) - len(seen),
        images_without_alt=len([image for image in seen if not (image.alt or "").strip()]),
        image_words=sum(len((image.alt or "").split()) for image in seen),
        merge_tags=tags,
        foreign_merge_tags=foreign,
        subject_merge_tags=merge_tags(message.subject, (s.id for s in MERGE_SYNTAXES if s.id not in ("dashes", "percent"))),
    )
