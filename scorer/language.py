"""The languages that answers are given in: which one is asked for, and what puts English sentences into it.

English needs no catalogue and costs nothing. The others are gettext catalogues in `scorer/locale/`, made by
`tools/make_catalogues.py` and read by the standard library at first use.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from scorer.said import Comma, Translate, Value, fill, localized, sentence, translated, untranslated

if TYPE_CHECKING:
    from gettext import NullTranslations

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "scorer"
NAMES = {
    "en": "English",
    "nb": "Norsk (bokmål)",
    "sv": "Svenska",
    "da": "Dansk",
    "nl": "Nederlands",
    "de": "Deutsch",
}
"""The languages (BCP 47), each by its own name."""
_STAND_INS = {"no": "nb", "nn": "nb"}
"""Norwegian without further word is Bokmål, which readers of Nynorsk read too."""
QUOTES = {
    "en": ("\u201c", "\u201d"),
    "nb": ("«", "»"),
    "sv": ("\u201d", "\u201d"),
    "da": ("\u201d", "\u201d"),
    "nl": ("\u2018", "\u2019"),
    "de": ("\u201e", "\u201c"),
}
"""The marks before and after a quotation."""
_THOUSANDS = {"en": ",", "nb": "\u00a0", "sv": "\u00a0", "da": ".", "nl": ".", "de": "."}


class NoSuchLanguage(ValueError):
    """There is no catalogue of that language; the text names those there are."""


class Language:
    """One language: `tag` is its BCP 47 tag. Calling it translates a sentence (see `translate`)."""

    def __init__(self, tag: str, catalogue: NullTranslations | None = None) -> None:
        self.tag = tag
        self.quotes = QUOTES[tag]
        self._catalogue = catalogue
        self.translate: Translate = untranslated if catalogue is None else self._translated

    def _translated(self, text: str) -> str:
        return translated(text, self._look_up)

    def _look_up(self, text: str) -> str:
        assert self._catalogue is not None
        # The empty id is the catalogue's own header.
        return self._catalogue.gettext(text) if text else ""

    def __call__(self, text: str) -> str:
        """`text` in this language; as it stands where there is no translation."""
        return self.translate(text)

    def say(self, template: str, **params: Value) -> str:
        """A sentence, with values in it if there are any. Values that are sentences themselves are translated."""
        return self.translate(template) if not params else sentence(template, params, self.translate)

    def plural(self, one: str, many: str, count: int, **params: Value) -> str:
        """The sentence for a number, which stands in it as `{count}`."""
        values = {"count": self.number(count), **params}
        if self._catalogue is None:
            return fill(one if count == 1 else many, values)
        return fill(self._catalogue.ngettext(one, many, count), localized(values, self.translate))

    def quote(self, text: str) -> str:
        """`text` between the language's quotation marks."""
        before, after = self.quotes
        return f"{before}{text}{after}"

    def format(self, value: float, spec: str) -> str:
        """A number by a format specification, with the language's decimal sign."""
        return format(value if self.tag == "en" else Comma(value), spec)

    def grouped(self, value: int) -> str:
        """A whole number in groups of three, for columns."""
        return f"{value:,}".replace(",", _THOUSANDS[self.tag])

    def percent(self, value: float, spec: str) -> str:
        """A percentage by a format specification, with its sign as the language sets it."""
        return self.format(value, spec) + ("%" if self.tag == "nl" else " %")

    def number(self, value: float, digits: int = 0) -> str:
        """A number with `digits` decimals, groups of three from 10,000 on, and a true minus sign."""
        text = f"{abs(value):,.{digits}f}" if abs(value) >= 10_000 else f"{abs(value):.{digits}f}"
        if self.tag != "en":
            whole, _, decimals = text.partition(".")
            text = whole.replace(",", _THOUSANDS[self.tag]) + ("," + decimals if decimals else "")
        return f"\u2212{text}" if value < 0 and text.strip("0.,") else text


ENGLISH = Language("en")


def nearest(tag: str) -> str:
    """The tag of the language that serves a reader of `tag` ("de-AT": "de"), "" for none (RFC 4647 3.4)."""
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    primary = _STAND_INS.get(primary, primary)
    return primary if primary in NAMES else ""


@cache
def _load(tag: str) -> Language:
    if tag == "en":
        return ENGLISH
    import gettext

    return Language(tag, gettext.translation(DOMAIN, LOCALE, [tag]))


def language(tag: str) -> Language:
    """The language of a tag, which may name a region.

    Raises:
        NoSuchLanguage: there is no catalogue for it.
    """
    found = nearest(tag)
    if not found:
        raise NoSuchLanguage(f"no such language: {tag[:40]!r}; there are {', '.join(NAMES)}")
    return _load(found)


@lru_cache(maxsize=256)
def choose(accept_language: str) -> Language:
    """The language that a value of Accept-Language (RFC 9110 12.5.4) asks for: the first among those of the
    greatest weight that there is, English for none. It never raises."""
    ranked: list[tuple[float, int, str]] = []
    for position, item in enumerate(accept_language[:1000].split(",")):
        range_, *parameters = (part.strip() for part in item.split(";"))
        found = "en" if range_ == "*" else nearest(range_)
        weight = _weight(parameters)
        if found and weight > 0:
            ranked.append((-weight, position, found))
    return _load(min(ranked)[2]) if ranked else ENGLISH


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
