"""What the mailing says stands in pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import of_text
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="image-only",
    group="content",
    severity="warning",
    title="Hardly any text beside the picture",
    why=(
        "Many mail programs show no pictures until the reader asks, and a filter cannot read them, so it "
        "has only the sender's reputation to go by. Readers who see an empty message delete or report it."
    ),
    fixes={
        "main": Fix(
            text=(
                "Write the offer, the date and the call to action as text beside the picture, and describe the "
                "picture in its alt text."
            ),
            kind="author",
        )
    },
    limits=(
        "Short footers count as text. The share of pictures does not matter, only that there is almost "
        "nothing to read."
    ),
    sources=(
        Source(
            "Apache SpamAssassin, rule HTML_IMAGE_ONLY_04 (1.17 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "Mailchimp, Common HTML mistakes",
            "https://kb.mailchimp.com/templates/code/common-html-mistakes",
            "2026-11-24",
        ),
    ),
    needs=("content", "message"),
    about="page",
    messages={
        "main": "Hardly any visible text stands beside the {images} pictures (letters: {letters}).",
        "main.one": "Hardly any visible text stands beside the picture (letters: {letters}).",
    },
    counted="images",
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<a href="https://nordlys.example/autumn"><img src="https://nordlys.example/autumn.jpg" width="600" height="900" alt=""></a><p>Unsubscribe</p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<img src="https://nordlys.example/autumn.jpg" width="600" height="300" alt="Autumn leaves"><p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><p>Come by our shop on Saturday from ten: coffee is on us, and the first thirty guests get a signed copy.</p>',
        }
    ),
)
# One character of these scripts says about as much as three Latin letters.
_DENSE = lazy(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


MIN_LETTERS = 100


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where there is a picture to look at and fewer than `MIN_LETTERS` letters to read."""
    content, page = facts.content, facts.message.page
    if page is None or not content.large_images:
        return
    if content.letters >= MIN_LETTERS:
        return
    letters = content.letters + 2 * len(_DENSE.findall(content.visible))
    if letters < MIN_LETTERS:
        image = next((i for i in page.images if not i.hidden and (i.width or 300) >= 100), None)
        evidence = (of_text(facts.message.html or "", image.src),) if image and image.src else ()
        yield Hit(params={"letters": content.letters, "images": content.large_images}, evidence=evidence)
