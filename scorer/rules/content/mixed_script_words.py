"""Words mix Latin letters with letters of another script that look the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import imitates_latin, mixed_scripts
from scorer.domains.scripts import named
from scorer.lazyre import lazy
from scorer.rules.places import of_header, of_visible
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked
from scorer.screen import VISIBLE

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="mixed-script-words",
    group="content",
    severity="error",
    title="Look-alike letters inside words",
    why=(
        'A Cyrillic "а" inside a Latin word looks right to the reader and hides the word from a filter. '
        "No language writes so, and filters count it."
    ),
    fixes={"main": Fix(text="Type the words anew, all letters in one script.", kind="author")},
    limits=(
        "No script is suspicious by itself. Words that mix scripts openly, such as kΩ or names of "
        "products in Japanese text, are left alone; so is a single such word in the body."
    ),
    sources=(
        Source(
            "Rspamd, symbol R_MIXED_CHARSET (5.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/headers_group.conf",
            "2026-11-24",
        ),
        Source(
            "Unicode Technical Standard 39, 5.1 Mixed-Script Detection",
            "https://www.unicode.org/reports/tr39/",
            "2025",
        ),
    ),
    needs=("content", "message"),
    about="letters beyond ASCII",
    messages={
        "main": '"{word}" mixes {scripts}; {count} such words were found.',
        "main.one": '"{word}" mixes {scripts}.',
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Your аutumn cаtalogue",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Осенний каталог и USB-кабель",
            "html": "<p>Каталог: 10 kΩ, 5 µm, Δt, Владивосток и Nordlys.</p>",
        }
    ),
)
_OTHER = lazy(r"[Ͱ-֏Ⴀ-ჿᎠ-᏿ꓐ-꓿]")
# The same, and what some of them are in lower case.
_ANY_OTHER = VISIBLE.add(
    r"[\x{370}-\x{58f}\x{10a0}-\x{10ff}\x{13a0}-\x{13ff}\x{a4d0}-\x{a4ff}\x{ab70}-\x{abbf}\x{2d00}-\x{2d2f}]"
)
# Latin letters next to letters of the scripts that have Latin look-alikes (Greek, Cyrillic, Armenian, Cherokee and others).
_CANDIDATE = lazy(
    r"[^\W\d_]{0,30}?(?:[A-Za-z][\u0370-\u058f\u10a0-\u10ff\u13a0-\u13ff\ua4d0-\ua4ff]"
    r"|[\u0370-\u058f\u10a0-\u10ff\u13a0-\u13ff\ua4d0-\ua4ff][A-Za-z])[^\W\d_]{0,30}"
)


MIN_WORDS = 2


def mixed_words(text: str) -> list[re.Match[str]]:
    """The words of `text` that mix Latin letters with look-alikes of another script, at most 20."""
    found: list[re.Match[str]] = []
    if text.isascii() or not _OTHER.search(text):
        return found
    for match in _CANDIDATE.finditer(text):
        if imitates_latin(match[0]):
            found.append(match)
            if len(found) >= 20:
                break
    return found


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on one such word in the subject, or `MIN_WORDS` in the body."""
    in_subject = mixed_words(facts.message.subject)
    in_body = mixed_words(facts.content.visible) if _ANY_OTHER in facts.message.gates else []
    if not in_subject and len(in_body) < MIN_WORDS:
        return
    word = (in_subject or in_body)[0][0]
    evidence = tuple(of_header(facts.message, "subject", m.start(), m.end()) for m in in_subject[:5])
    evidence += tuple(of_visible(facts.content.visible, m.start(), m.end()) for m in in_body[:5])
    yield Hit(
        params={
            "word": word[:60],
            "scripts": named(mixed_scripts(word)),
            "count": len(in_subject) + len(in_body),
        },
        evidence=evidence,
    )
