"""What the rules about concealed words share: the same judgement for each way of hiding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.content import Means, concealed_words
from scorer.rules.places import of_text
from scorer.rules.rule import Hit
from scorer.said import say

if TYPE_CHECKING:
    from scorer.facts import Facts

MIN_WORDS = 5


def concealed(facts: Facts, means: Means) -> Iterator[Hit]:
    """A hit where at least `MIN_WORDS` words that stand nowhere in the visible text are hidden by `means`
    (see `scorer.facts.content.means_of`)."""
    words, texts = concealed_words(facts.content, means)
    if words >= MIN_WORDS:
        html = facts.message.html or ""
        first = texts[0]
        # Other reasons are CSS properties.
        how = say("same colour") if first.reason == "same colour" else first.reason
        shown = first.text if len(first.text) <= 80 else first.text[:79].rstrip() + "…"
        yield Hit(
            params={"words": words, "text": shown, "how": how},
            evidence=tuple(of_text(html, item.text) for item in texts[:10]),
            fix_params={"text": first.text[:120], "reason": how},
        )
