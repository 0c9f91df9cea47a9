"""Whole answers in another language: every sentence of ours is translated, everything else stays as it was.

A made-up language stands for all: it replaces each sentence that the catalogues hold by its fields alone. What is
English afterwards is either the mailing's own or a sentence that no translator would ever see.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scorer.assessment import Assessment, to_json
from scorer.engine import Scorer
from scorer.examples import message_of, resolver_of, sending_of
from scorer.language import NAMES, Language, language
from scorer.message import Message
from scorer.mime import parse_message
from scorer.models import Models, load_models
from scorer.readiness import assess_domain
from scorer.render import render
from scorer.render.readiness import readiness_markdown, readiness_text
from scorer.rules import all_rules
from scorer.rules.rule import Example
from scorer.sending import load_profile
from tests.render import samples

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "data" / "samples").glob("*.eml"))
OTHERS = [tag for tag in NAMES if tag != "en"]
_FIELD = re.compile(r"\{[^{}]*\}")
_MARKS = re.compile(r"[*|`\\\u200b]")
_WORDS = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    template = runpy.run_path(str(ROOT / "tools" / "make_catalogues.py"))["template"]()
    ids = [message.id for message in template if message.id]
    return frozenset(text for id in ids for text in (id if isinstance(id, tuple) else (id,)))


class MadeUp(NullTranslations):
    """⟦field¦field⟧ for each sentence that is in the catalogues."""

    def gettext(self, message: str) -> str:
        return f"⟦{'¦'.join(_FIELD.findall(message))}⟧" if message in known() else message

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


def made_up() -> Language:
    return Language("de", MadeUp())


@lru_cache(maxsize=1)
def models() -> Models:
    return load_models()


def english_left(texts: Iterator[str], message: Message) -> list[str]:
    parts = [
        message.raw.decode("utf-8", "replace"),
        message.visible_text,
        message.html or "",
        message.text or "",
    ]
    own = "\n".join(parts + [header.value for header in message.headers])
    # What Markdown escapes is left out on both sides.
    own = " ".join(own.split()) + " " + " ".join(_MARKS.sub("", own).split())
    pieces = (
        " ".join(piece.split()).strip(' :;,.…„“”"') for text in texts for piece in re.split("[⟦⟧¦]", text)
    )
    return sorted({piece for piece in pieces if _WORDS.search(piece) and piece not in own})


def sentences(assessment: Assessment) -> Iterator[str]:
    yield assessment.route.text
    yield assessment.route.service
    for finding in assessment.findings:
        yield from (finding.title, finding.because.text, finding.fix.text)
    for item in assessment.not_checked:
        yield item.reason
    for report in assessment.providers:
        yield report.reason
        for line in report.requirements:
            yield from (line.text, line.reason)
    for remedy in assessment.remedies:
        yield from remedy.text
        yield from (record.value for record in remedy.records)
    yield from (defect.detail for defect in assessment.defects)
    for contribution in assessment.contributions:
        if contribution.kind == "structure":
            yield from (term.title for term in contribution.terms)


EXAMPLES = [
    pytest.param(example, id=f"{id}-{which}")
    for id, (rule, _) in all_rules().items()
    for which, example in (("fails", rule.fails), ("passes", rule.passes))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_sentence_of_an_answer_escapes_translation(example: Example) -> None:
    resolver = resolver_of(example)
    message = message_of(example)
    scorer = Scorer(resolver=lambda: resolver, models=models())
    answer = scorer.score(message, sending_of(example), remedies=False, translate=made_up().translate)
    assert english_left(sentences(answer), message) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_no_sentence_of_a_sample_and_its_remedies_escapes_translation(path: Path) -> None:
    message = parse_message(path.read_bytes())
    answer = Scorer(models=models()).score(message, translate=made_up().translate)
    assert english_left(sentences(answer), message) == []


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_no_words_of_a_report_escape_translation(format: str) -> None:
    """Beside the mailing's own words only names of documents, providers and rules stay English."""
    for path in SAMPLES:
        if path.stem == "broken-mime":  # its own words are spelt out in the report, byte by byte
            continue
        message = parse_message(path.read_bytes())
        tongue = made_up()
        answer = Scorer(models=models()).score(message, load_profile("mailchimp"), translate=tongue.translate)
        page = render(answer, message, format, width=5000, verbose=True, language=tongue)
        if format == "html":
            page = "\n".join(_spoken(page))
        page = re.sub(r"</?[a-z]+>", "", _MARKS.sub("", page))
        for name in _names(answer):
            page = page.replace(_MARKS.sub("", name), "¦")
        assert english_left(iter(re.split(r"\n|: |, ", page)), message) == [], path.stem


def _spoken(page: str) -> list[str]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    attributes = [
        str(element[name])
        for name in ("aria-label", "title")
        for element in soup.find_all(attrs={name: True})
    ]
    for element in soup(["style", "iframe", "bdi", "mark"]):
        element.decompose()
    return [*soup.stripped_strings, *attributes]


def _names(answer: Assessment) -> list[str]:
    names = [report.name for report in answer.providers]
    names += [source.title for finding in answer.findings for source in finding.sources]
    names += [term.id for contribution in answer.contributions for term in contribution.terms]
    return sorted(set(names), key=len, reverse=True)


def test_no_words_of_the_page_about_a_domain_escape_translation() -> None:
    example = all_rules()["not-aligned"].rule.fails
    resolver = resolver_of(example)
    tongue = made_up()
    for profile in ("own-server", "superoffice-com", "mailchimp"):
        sending = load_profile(profile)
        page = assess_domain(Scorer(models=Models()), "shop.com", sending, resolver, tongue.translate)
        for text in (readiness_text(page, 5000, tongue), readiness_markdown(page, tongue)):
            for name in (sending.service, *(report.name for report in page.providers)):
                text = text.replace(name, "¦")
            text = re.sub(r"v=[^¦⟦⟧|<]*", "", text).replace("<br>", "¦")
            assert english_left(iter(re.split(r"\n|: |, |\|", text)), samples.draft_message()) == []


@pytest.mark.parametrize("tag", OTHERS)
def test_ids_and_numbers_are_the_same_in_every_language(tag: str) -> None:
    scorer = Scorer(models=models())
    for path in SAMPLES[:4]:
        data = path.read_bytes()
        english = msgspec.json.decode(to_json(scorer.score(data)))
        other = msgspec.json.decode(to_json(scorer.score(data, translate=language(tag).translate)))
        assert _skeleton(english) == _skeleton(other)


_SPOKEN = {"text", "title", "reason", "service", "detail", "value"}


def _skeleton(value: Any) -> Any:
    """The answer without its sentences."""
    if isinstance(value, dict):
        spoken = _SPOKEN | (
            {"name"} if "requirements" in value else set()
        )  # a provider's name: "Yahoo and AOL"
        return {key: _skeleton(item) for key, item in value.items() if key not in spoken or not _told(item)}
    return [_skeleton(item) for item in value] if isinstance(value, list) else value


def _told(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def test_a_translation_cannot_put_markup_into_a_report() -> None:
    class Hostile(NullTranslations):
        def gettext(self, message: str) -> str:
            return f"<script>alert(1)</script>{message}"

        def ngettext(self, one: str, many: str, n: int) -> str:
            return self.gettext(many)

    message = samples.draft_message()
    page = render(samples.risky(message), message, "html", language=Language("de", Hostile()))
    assert "<script" not in page and "&lt;script&gt;" in page
