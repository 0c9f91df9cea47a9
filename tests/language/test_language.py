"""Which language is asked for, and how sentences come out in it."""

from __future__ import annotations

import pickle
import subprocess
import sys

import msgspec
import pytest

from scorer.language import ENGLISH, NAMES, NoSuchLanguage, choose, language
from scorer.said import counted, joined, plain, say, translated

OTHERS = [tag for tag in NAMES if tag != "en"]


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE-at", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("en;q=0.5, nl;q=0.7", "nl"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("nb-NO,nn;q=0.5", "nb"),
        ("sv_SE", "sv"),
        ("fr", "en"),
        ("fr, da;q=0.3", "da"),
        ("de;q=0", "en"),
        ("de;q=0, sv;q=0.1", "sv"),
        ("*", "en"),
        ("*;q=0.1, da;q=0.2", "da"),
        ("da, sv", "da"),
        ("de;q=nonsense", "en"),
        ("de;q=7", "en"),
        (";;;,,q=1", "en"),
        ("\x00\xff," * 2000 + "de", "en"),
    ],
)
def test_the_language_of_accept_language(header: str, tag: str) -> None:
    assert choose(header).tag == tag


@pytest.mark.parametrize("tag", ["fr", "", "x", "../../etc/passwd", "deu"])
def test_an_unknown_language_is_refused_by_name_and_english_by_header(tag: str) -> None:
    with pytest.raises(NoSuchLanguage, match="there are en, nb, sv, da, nl, de"):
        language(tag)
    assert choose(tag) is ENGLISH


def test_english_is_its_own_translation_and_needs_no_catalogue() -> None:
    assert ENGLISH("Any sentence.") == "Any sentence."
    code = "import sys, scorer.engine, scorer.render; print('gettext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


@pytest.mark.parametrize("tag", OTHERS)
def test_what_has_no_translation_stays_english(tag: str) -> None:
    spoken = language(tag)
    assert spoken("") == ""
    assert spoken("No such sentence is in any catalogue.") == "No such sentence is in any catalogue."
    assert spoken("No DMARC record") != "No DMARC record"


def test_a_sentence_is_translated_by_its_template_with_the_sentences_in_it() -> None:
    german = language("de")
    reason = joined(("_dmarc.shop.com TXT", "DNS is off"), ": ")
    assert reason == "_dmarc.shop.com TXT: DNS is off"
    assert german(reason) == "_dmarc.shop.com TXT: DNS ist ausgeschaltet"
    told = say("{author} publishes no DMARC record.", author="shop.com")
    assert told == "shop.com publishes no DMARC record."
    assert german(told) == "shop.com veröffentlicht keinen DMARC-Eintrag."
    assert german(pickle.loads(pickle.dumps(told))) == german(told)
    assert german(joined((told, reason), "; ")) == f"{german(told)}; {german(reason)}"


def test_a_value_is_not_translated_and_cannot_be_a_template() -> None:
    german = language("de")
    assert german(say("{author} publishes no DMARC record.", author="Subject")).startswith("Subject ")
    assert german(say("{author} publishes no DMARC record.", author="{reason}{0.__class__}")).startswith(
        "{reason}{0.__class__} "
    )


def test_a_sentence_goes_into_json_as_its_text() -> None:
    told = say("{author} publishes no DMARC record.", author="shop.com")
    assert msgspec.json.encode([told, "x"], enc_hook=plain) == b'["shop.com publishes no DMARC record.","x"]'
    with pytest.raises(NotImplementedError):
        plain(object())


def test_numbers_are_written_as_the_language_does() -> None:
    german, swedish = language("de"), language("sv")
    assert (ENGLISH.number(12345), ENGLISH.number(-2.5, 1), ENGLISH.number(0.25, 2)) == (
        "12,345",
        "−2.5",
        "0.25",
    )
    assert (german.number(12345), german.number(-2.5, 1), german.number(1234)) == ("12.345", "−2,5", "1234")
    assert swedish.number(12345.5, 1) == "12\u00a0345,5"
    assert ENGLISH.number(-0.04, 1) == "0.0"
    rate = say("the spam rate is {rate:.2f} % of {count}", rate=0.31, count=20000)
    assert rate == "the spam rate is 0.31 % of 20000"
    assert translated(rate, lambda template: template) == "the spam rate is 0,31 % of 20000"


def test_one_and_many() -> None:
    german = language("de")
    forms = ("and {count} more place", "and {count} more places")
    assert german.plural(*forms, 1) == "und 1 weitere Stelle"
    assert german.plural(*forms, 2) == "und 2 weitere Stellen"
    assert german.plural(*forms, 0) == "und 0 weitere Stellen"
    assert ENGLISH.plural(*forms, 1) == "and 1 more place"


@pytest.mark.parametrize("tag", NAMES)
def test_one_and_many_within_an_answer(tag: str) -> None:
    forms = ("From holds one address", "From holds {count} addresses")
    one, two = (language(tag)(counted(*forms, number)) for number in (1, 2))
    assert one != two and "2" in two and "1" not in one and "{" not in one + two


def test_each_language_has_its_own_quotation_marks() -> None:
    shown = {tag: language(tag).quote("x") for tag in NAMES}
    assert shown == {"en": "“x”", "nb": "«x»", "sv": "”x”", "da": "”x”", "nl": "‘x’", "de": "„x“"}


def test_a_number_by_its_format_has_the_decimal_sign_of_the_language() -> None:
    assert ENGLISH.format(0.5, "+.2f") == "+0.50"
    assert {language(tag).format(0.5, "+.2f") for tag in OTHERS} == {"+0,50"}


@pytest.mark.parametrize("tag", OTHERS)
def test_names_of_providers_and_services_are_lists_of_the_language(tag: str) -> None:
    spoken = language(tag)
    word = {"nb": "og", "sv": "och", "da": "og", "nl": "en", "de": "und"}[tag]
    assert spoken("Yahoo and AOL") == f"Yahoo {word} AOL"
    assert spoken("Outlook.com, Hotmail and Live") == f"Outlook.com, Hotmail {word} Live"
    assert spoken("Amazon SES") == "Amazon SES"
    assert spoken("Your own mail server") != "Your own mail server"
