"""Words are broken up by characters that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.facts.content import invisible_in_words
from scorer.rules.places import of_header, of_visible
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="invisible-characters",
    group="content",
    severity="error",
    title="Invisible characters inside words",
    why=(
        "Zero-width characters inside words change nothing for the reader and hide the words from a "
        "filter that compares text. Filters look for them; a copy from a web page or a text editor can "
        "bring them in by accident."
    ),
    fixes={
        "main": Fix(text="Delete the invisible characters.", kind="edit", edit="remove-invisible-characters")
    },
    limits=(
        "Left alone: up to four such places in the body, as against automatic links in addresses; soft "
        "hyphens, joiners in scripts that need them (Arabic, Persian, Indic and others), joiners of "
        "emoji, and the filler after a preview line."
    ),
    sources=(
        Source(
            "Rspamd, symbol R_MIXED_CHARSET (5.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/headers_group.conf",
            "2026-11-24",
        ),
        Source(
            "Unicode Technical Report 36, Unicode Security Considerations",
            "https://www.unicode.org/reports/tr36/",
            "2014-09-19",
        ),
    ),
    needs=("content", "message"),
    about="letters beyond ASCII",
    messages={
        "main": '"{word}" holds an invisible character ({name}); {count} such places were found.',
        "main.one": '"{word}" holds an invisible character ({name}).',
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>Our au&#8203;tumn cata&#8203;logue is here, with for&#8203;ty new ti&#8203;tles for chil&#8203;dren.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": "<p>PO BO&zwnj;X 1042. Our autumn cata&shy;logue is here 👩\u200d👧, می\u200cخواهم, and more&#8203; to come.</p>",
        }
    ),
)


def shown(word: str) -> str:
    """The word with its invisible characters made visible."""
    return "".join(c if c.isprintable() else f"[U+{ord(c):04X}]" for c in word)


MIN_PLACES = 5


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire from `MIN_PLACES` words of the body on, or one in the subject."""
    content = facts.content
    subject = invisible_in_words(facts.message.subject)
    if subject:
        evidence = tuple(of_header(facts.message, "subject", item.start, item.end) for item in subject[:5])
    elif len(content.invisible) >= MIN_PLACES:
        evidence = tuple(of_visible(content.visible, item.start, item.end) for item in content.invisible[:10])
    else:
        return
    first = (subject or content.invisible)[0]
    count = len(subject) + len(content.invisible)
    yield Hit(params={"word": shown(first.word), "name": first.name, "count": count}, evidence=evidence)
