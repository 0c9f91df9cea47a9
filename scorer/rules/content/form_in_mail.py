"""The HTML holds a form to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.lazyre import lazy
from scorer.rules.places import in_html
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="form-in-mail",
    group="content",
    severity="error",
    title="A form in the mailing",
    why=(
        "Outlook shows no forms at all and other programs show some of them, often with a warning, "
        "because forms in mail are how passwords are stolen."
    ),
    fixes={"main": Fix(text="Put the form on a web page and link to it.", kind="edit", edit="remove-form")},
    limits="Interactive mail by AMP is a part of its own and is not judged.",
    sources=(
        Source("Can I email, <form> element", "https://www.caniemail.com/features/html-form/", "2019-09-10"),
        Source(
            "Suped, How do embedded interactive forms impact deliverability",
            "https://www.suped.com/email-deliverability/answers/how-do-embedded-interactive-forms-or-amp-in-email-impact-deliverability",
            "2026-11-24",
        ),
    ),
    needs=("message",),
    about="active page",
    messages={
        "main": "The HTML holds {count} forms.",
        "main.one": "The HTML holds a form.",
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><form action="https://nordlys.example/survey"><input name="rating"><button>Send</button></form>',
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Our autumn catalogue",
            "html": '<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p><p><a href="https://nordlys.example/form">Fill in the form</a></p>',
        }
    ),
)
_TAG = lazy(r"<form\b[^<>]{0,300}>", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire where the page has one."""
    page = facts.message.page
    if page is not None and page.forms:
        yield Hit(params={"count": len(page.forms)}, evidence=in_html(facts.message.html or "", _TAG))
