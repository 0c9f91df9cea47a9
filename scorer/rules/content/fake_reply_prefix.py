"""The subject begins like a reply or a forwarded message, and nothing was replied to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer import replies
from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="fake-reply-prefix",
    group="content",
    severity="error",
    title="A reply that is none",
    why=(
        "A mailing that poses as an answer is opened by mistake and reported for it. Google asks that "
        'subjects are not misleading and names false "Re:" and "Fwd:"; filters compare the prefix with '
        "the headers that a real reply has."
    ),
    fixes={"main": Fix(text='Take "{prefix}" off the subject.', kind="edit", edit="repair-subject-prefix")},
    limits=(
        "A draft that answers a thread has In-Reply-To or References and is left alone, as are prefixes "
        "that are words of their own in the subject."
    ),
    sources=(
        Source(
            "Google, Email sender guidelines, Message formatting",
            "https://support.google.com/mail/answer/81126",
            "2026-07-02",
        ),
        Source(
            "Rspamd, symbol FAKE_REPLY (1.0 of 15)",
            "https://github.com/rspamd/rspamd/blob/master/rules/headers_checks.lua",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule FAKE_REPLY_C (1.49 of 5)",
            "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
            "2026-11-24",
        ),
        Source(
            "RFC 5322, 3.6.5 Informational Fields",
            "https://www.rfc-editor.org/rfc/rfc5322#section-3.6.5",
            "2008-10",
        ),
    ),
    needs=("message",),
    about="odd subject",
    messages={
        "main": 'The subject begins with "{prefix}", but the mailing answers nothing: it has no In-Reply-To or References.'
    },
    fails=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Re: your order",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordlys Books <news@nordlys.example>",
            "subject": "Reading list: forty new titles",
            "html": "<p>Hello,</p><p>Our autumn catalogue is here, with forty new titles for children and adults.</p>",
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire on a prefix of replying or forwarding without the headers of a reply."""
    message = facts.message
    match = replies.PREFIX.match(message.subject)
    if match is None or message.all("in-reply-to") or message.all("references"):
        return
    # A resent message, or one through a mailing list, keeps the subject of what it carries.
    if message.forwarded or message.all("list-post") or message.all("resent-from"):
        return
    prefix = match[0].strip()
    yield Hit(
        params={"prefix": prefix},
        evidence=(of_header(message, "subject", match.start(1), match.end(1)),),
        fix_params={"prefix": prefix},
    )
