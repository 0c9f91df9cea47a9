"""Text of a template that was meant to be replaced is still there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.places import of_header, of_visible
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.screen import VISIBLE, Phrases, folded

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="placeholder-text",
    group="content",
    severity="error",
    title="Placeholder text left in",
    why=(
        'Readers who meet "Lorem ipsum" or "Your text here" take the mailing for a mistake or a fraud, '
        "and report it. It cannot be mended once sent."
    ),
    fixes={"main": Fix(text='Replace or delete "{text}".', kind="author")},
    limits=(
        "Looks for the sample texts of common templates in subject and body, in some ten languages, not "
        "for sense. Text that speaks about placeholders may be met."
    ),
    sources=(
        Source(
            "Mailchimp, Common HTML mistakes",
            "https://kb.mailchimp.com/templates/code/common-html-mistakes",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule UNRESOLVED_TEMPLATE (1.25 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("content", "message"),
    messages={"main": '"{text}" looks like sample text of a template.'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<h1>Your headline here</h1><p>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>Insert your card and write your text on the wall: here is our new Lorem notebook.</p>",
        }
    ),
)
SAMPLES = (
    "lorem ipsum",
    "dolor sit amet",
    "consectetur adipiscing",
    "your text here",
    "your headline here",
    "your title here",
    "your logo here",
    "your content here",
    "your message here",
    "your company name here",
    "insert text here",
    "insert your text",
    "insert headline",
    "add your text here",
    "type your text here",
    "enter your text here",
    "write your text here",
    "subject line here",
    "placeholder text",
    "sample text here",
    "[your name]",
    "[your company]",
    "[company name]",
    "[insert your",
    "[insert name",
    "[insert company",
    "[insert date",
    "[insert link",
    "[insert url",
    "[insert image",
    "[insert text",
    "[insert product",
    "[insert logo",
    "[insert first",
    "[insert time",
    "[insert title",
    "[first name]",
    "[firstname]",
    "{first name}",
    "123 anywhere st",
    "din tekst her",
    "skriv din tekst",
    "skriv tekst her",
    "sett inn tekst",
    "overskrift her",
    "[fornavn]",
    "[ditt navn]",
    "din text här",
    "skriv din text",
    "din rubrik här",
    "[förnamn]",
    "indsæt tekst",
    "din overskrift her",
    "ihr text hier",
    "hier steht ihr text",
    "ihr text steht hier",
    "text hier eingeben",
    "überschrift hier",
    "[vorname]",
    "votre texte ici",
    "insérez votre texte",
    "saisissez votre texte",
    "[prénom]",
    "[votre nom]",
    "su texto aquí",
    "tu texto aquí",
    "inserte su texto",
    "[su nombre]",
    "[tu nombre]",
    "seu texto aqui",
    "o seu texto aqui",
    "insira o texto",
    "[seu nome]",
    "il tuo testo qui",
    "inserisci il testo",
    "inserisci qui il testo",
    "[il tuo nome]",
    "uw tekst hier",
    "jouw tekst hier",
    "plaats hier uw tekst",
    "[voornaam]",
    "tekstisi tähän",
    "kirjoita teksti tähän",
    "[etunimi]",
    "twój tekst tutaj",
    "wpisz tekst",
    "[imię]",
    "ваш текст здесь",
    "введите текст",
    "ここにテキストを入力",
    "在此输入文字",
    "여기에 텍스트를 입력",
)
"""Sample texts of templates and editors, in lower case."""
_SAMPLES = "|".join(map(re.escape, SAMPLES))
_IN_SUBJECT = Phrases(folded(_SAMPLES))
_IN_TEXT = VISIBLE.add(folded(_SAMPLES))


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on each sample text found in subject or visible text."""
    places = []
    if _IN_SUBJECT.within(folded(facts.message.subject)):
        places.append(("subject", facts.message.subject))
    if _IN_TEXT in facts.message.gates:
        places.append(("visible", facts.content.visible))
    for name, text in places:
        lower = text.lower()
        if len(lower) != len(text):  # İ and its kin grow when lowered, and offsets would shift
            lower = text
        for sample in SAMPLES:
            start = lower.find(sample)
            if start < 0:
                continue
            end = start + len(sample)
            place = (
                of_visible(text, start, end)
                if name == "visible"
                else of_header(facts.message, name, start, end)
            )
            yield Hit(params={"text": text[start:end]}, evidence=(place,))
