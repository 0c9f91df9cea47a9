"""The subject has runs of exclamation or question marks, or of currency signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="subject-punctuation-run",
    group="content",
    severity="info",
    title="Exclamation marks in a row",
    why=(
        "Repeated exclamation and question marks are read as shouting and were long counted by filters. "
        "They cost little, but they buy nothing."
    ),
    fixes={"main": Fix(text="Leave one mark at most.", kind="edit", edit="calm-subject")},
    limits='Two marks in a row, as in "Really?!", are left alone.',
    sources=(
        Source(
            "Apache SpamAssassin, rule PLING_QUERY (0.1 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule SUBJ_DOLLARS (0.1 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="odd subject",
    messages={"main": 'The subject has "{run}".'},
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Last chance!!!",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Forty new titles, really?! Yes.",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
)
_RUN = lazy(r"[!?！？¡¿]{3,}|[$€£]{3,}")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on the first run of three marks and more."""
    match = _RUN.search(facts.message.subject)
    if match is not None:
        yield Hit(
            params={"run": match[0][:20]},
            evidence=(of_header(facts.message, "subject", match.start(), match.end()),),
            fix_params={"run": match[0][:20]},
        )
