"""The catalogues hold every sentence, and translations that fit them.

A language whose catalogue is complete has an empty file `complete/<tag>` beside this one: from then on it must stay so.
"""

from __future__ import annotations

import re
import runpy
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

from scorer.language import LOCALE, NAMES, QUOTES
from scorer.route_text import TEXTS

ROOT = Path(__file__).parents[2]
OTHERS = [tag for tag in NAMES if tag != "en"]
COMPLETE = [tag for tag in OTHERS if (Path(__file__).parent / "complete" / tag).exists()]


@lru_cache(maxsize=1)
def tool() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "tools" / "make_catalogues.py"))


@cache
def catalogue(tag: str) -> Catalog:
    found: Catalog = tool()["read"](tag)
    return found


def test_what_is_shipped_is_what_the_sentences_and_translations_make() -> None:
    assert tool()["stale"]() == [], "run python tools/make_catalogues.py"


def test_there_is_a_catalogue_for_each_language_and_for_no_other() -> None:
    assert sorted(path.name for path in LOCALE.iterdir() if path.is_dir()) == sorted(OTHERS)


@pytest.mark.parametrize("tag", OTHERS)
def test_translations_have_the_same_fields_and_markup_as_the_sentence(tag: str) -> None:
    wrong = [f"{m.id}: {found}" for m in catalogue(tag) if m.id and (found := tool()["faults"](m))]
    assert wrong == []


@pytest.mark.parametrize("tag", OTHERS)
def test_a_plural_has_one_form_for_one_and_one_for_the_rest(tag: str) -> None:
    assert catalogue(tag).num_plurals == 2
    assert catalogue(tag).plural_expr == "(n != 1)"


@pytest.mark.parametrize("tag", OTHERS)
def test_a_complete_language_has_every_sentence(tag: str) -> None:
    if tag not in COMPLETE:
        pytest.skip(f"{tag} is being translated")
    missing = [str(message.id) for message in catalogue(tag) if message.id and tool()["missing"](message)]
    assert missing == []


def test_every_language_is_complete() -> None:
    assert sorted(COMPLETE) == sorted(OTHERS)


def test_ids_are_not_sentences() -> None:
    ids = {message.id for message in catalogue("de")}
    words = {"unknown"}  # a provider's verdict, too
    assert ids.isdisjoint(TEXTS.keys() - words)


@pytest.mark.parametrize("tag", ["en", *OTHERS])
def test_one_and_many_have_words_of_their_own(tag: str) -> None:
    """No "picture(s)": where a number stands in a sentence, there is one for 1 and one for the rest."""
    texts = [pair for message in catalogue("de" if tag == "en" else tag) for pair in tool()["forms"](message)]
    shown = [english if tag == "en" else text for english, text in texts]
    assert [text for text in shown if re.search(r"\w\((s|e|er|en|r|n|es)\)", text)] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_translations_quote_with_the_marks_of_their_language(tag: str) -> None:
    """Straight marks stand only where something is to be copied: the value of a record, an attribute."""
    foreign = set('“”„»«‘‚"') - set(QUOTES[tag])
    texts = [text for message in catalogue(tag) if message.id for _, text in tool()["forms"](message)]
    prose = [re.sub(r'"(v=[^"]*|\{record\}|refresh)"', "", text) for text in texts]
    assert [text for text in prose if foreign & set(text)] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_translations_have_decimal_commas(tag: str) -> None:
    """A point between digits is left in versions, sections, SMTP codes and, by language, between thousands."""
    texts = [text for message in catalogue(tag) if message.id for _, text in tool()["forms"](message)]
    allowed = r"\d\.\d\.\d|UTS 39, 5\.2|MIME-Version: 1\.0|HTTP/1\.1|\b\d{1,3}\.\d{3}\b"
    assert [text for text in texts if re.search(r"\d\.\d", re.sub(allowed, "", text))] == []


def test_faults_of_a_translation_are_found() -> None:
    catalog = Catalog(locale="de")

    def faults(english: str, german: str) -> list[str]:
        found: list[str] = tool()["faults"](catalog.add(english, german))
        return found

    assert faults("{count} of {total}.", "{total} und {count}.") == []
    assert faults("{count} links lead.", "{anzahl} Links führen.") != []
    assert faults("A link to {host}.", "Ein Link.") != []
    assert faults("Rate {rate:.2f}", "Rate {rate}") != []
    assert faults("A link.", "Ein <b>Link</b>.") != []
    assert faults("A link. ", "Ein Link.") != []
    assert faults("One link.", "Ein Link") != []
    assert faults("A name.", "Ein\u200b Name.") != []
    plural = catalog.add(("{count} link.", "{count} links."), ("Ein Link.", "{count} Links."))
    assert tool()["faults"](plural) == []
    assert tool()["missing"](catalog.add(("{count} a.", "{count} b."), ("x.", "")))
