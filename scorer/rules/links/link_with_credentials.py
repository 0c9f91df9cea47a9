"""A link has a user name or a password before its host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.domains import address_syntax_error, display_domain
from scorer.lazyre import lazy
from scorer.rules.links import at
from scorer.rules.rule import Example, Fix, Hit, Rule, Source, Unchecked

if TYPE_CHECKING:
    from scorer.facts import Facts

_USER = lazy(r"^([a-zA-Z][a-zA-Z0-9+.-]{0,30}:[\\/]{1,3}|[\\/]{2})[^/?#\\]{0,2000}@")

RULE = Rule(
    id="link-with-credentials",
    group="links",
    severity="error",
    title="Link with a user name before the host",
    why=(
        "In https://www.bank.com@evil.example the host is what follows the @; the rest is a user name "
        "that is there to deceive. Browsers drop or warn about such links, and filters count them "
        "against a mailing."
    ),
    fixes={
        "main": Fix(text="Take the part before the @ out of the address.", kind="edit", edit="replace-link"),
        "mail": Fix(
            text="Write mailto: in place of http:// before the email address.",
            kind="edit",
            edit="replace-link",
        ),
    },
    limits="An @ in the path or the query of an address is ordinary and not meant.",
    sources=(
        Source(
            "RFC 3986, 3.2.1 and 7.6 (semantic attacks)",
            "https://www.rfc-editor.org/rfc/rfc3986#section-7.6",
            "2005-01",
        ),
        Source(
            "Rspamd, URL_USER_PASSWORD (2.0 of 15), conf/scores.d/url_suspect_group.conf",
            "https://github.com/rspamd/rspamd/blob/master/conf/scores.d/url_suspect_group.conf",
            "2026-11-24",
        ),
        Source(
            "Apache SpamAssassin, rule HTTP_USERNAME_USED (since retired)",
            "https://github.com/apache/spamassassin/blob/f95a14c41fb337a10ccf5e1f86ee9d41bd8c2c88/rules/20_uri_tests.cf",
            "2026-11-24",
        ),
    ),
    needs=("links",),
    about="odd links",
    messages={
        "main": "A link has a user name before its host: it leads to {host}.",
        "mail": "A link has an email address where a web address belongs: {href}.",
    },
    fails=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example@203.0.113.9.example.net/login">Log in</a></p>',
        }
    ),
    passes=Example(
        draft={
            "from": "Fjellsport <news@fjellsport.example>",
            "subject": "News for November",
            "html": '<p><a href="https://www.fjellsport.example/@news/login?to=a@b.example">Log in</a></p>',
        }
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for an address with user information."""
    for link in facts.links.web:
        if not link.has_credentials or not link.host:
            continue
        address = link.href.strip().partition("//")[2].rstrip("/")
        if link.path in ("", "/") and not link.query and address_syntax_error(address) is None:
            yield Hit(
                {"host": display_domain(link.host), "href": link.href.strip()[:120]},
                (at(link),),
                message="mail",
                severity="warning",
                fix="mail",
                fix_params={"index": link.index, "href": "mailto:" + address},
            )
        else:
            # The text between "//" and the last "@" before the path is what goes.
            bare = _USER.sub(r"\1", link.href.strip(), count=1)
            yield Hit(
                {"host": display_domain(link.host)},
                (at(link),),
                fix_params={"index": link.index, "href": bare[:2000]},
            )
