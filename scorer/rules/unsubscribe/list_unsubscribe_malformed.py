"""List-Unsubscribe or List-Unsubscribe-Post is written in a way that receivers do not understand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.cited import GMAIL, RFC2369, RFC8058
from scorer.rules.places import of_header
from scorer.rules.rule import Example, Fix, Hit, Rule, Unchecked
from scorer.sending import MERGE_SYNTAXES, merge_tags
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="list-unsubscribe-malformed",
    group="unsubscribe",
    severity="warning",
    title="The unsubscribe headers are malformed",
    why=(
        "Mail programs offer their own unsubscribe button only where List-Unsubscribe holds addresses in angle "
        "brackets and List-Unsubscribe-Post says exactly what RFC 8058 prescribes."
    ),
    fixes={
        "main": Fix(
            text="Write each address in angle brackets, separated by commas: <https://…>, <mailto:…>.",
            kind="edit",
            edit="repair-headers",
        ),
        "post": Fix(
            text="Write the header as List-Unsubscribe-Post: List-Unsubscribe=One-Click, and nothing else.",
            kind="edit",
            edit="repair-headers",
        ),
        "https": Fix(
            text="Use one https address in List-Unsubscribe; a mailto address may stand beside it.",
            kind="sending",
        ),
    },
    limits="A header that a merge tag fills is not judged.",
    sources=(RFC2369, RFC8058, GMAIL),
    needs=("unsubscribe",),
    about="list-unsubscribe",
    messages={
        "main": "List-Unsubscribe holds no address in angle brackets: {value}",
        "post": "List-Unsubscribe-Post is “{value}” and not “List-Unsubscribe=One-Click”.",
        "several": "List-Unsubscribe holds {count} web addresses, where one-click unsubscribe needs exactly one.",
    },
    fails=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "headers": {"List-Unsubscribe": "https://example.com/u/8f3a"},
            "text": "Come by.",
        }
    ),
    passes=Example(
        draft={
            "from": "Nordic Skis <news@example.com>",
            "subject": "Wax week",
            "headers": {"List-Unsubscribe": "{{unsubscribe_header}}"},
            "text": "Come by.",
        }
    ),
)

ONE_CLICK = "List-Unsubscribe=One-Click"
_TAGS = tuple(syntax.id for syntax in MERGE_SYNTAXES if syntax.id != "dashes")


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    message, uris = facts.message, facts.unsubscribe.header_uris
    value = message.get("list-unsubscribe").strip()
    post = message.get("list-unsubscribe-post").strip()
    if value and not isinstance(uris, Unknown) and not merge_tags(value[:2000], _TAGS):
        place = (of_header(message, "List-Unsubscribe"),)
        lowered = [uri.strip().lower() for uri in uris]
        web = [uri for uri in lowered if uri.startswith(("http:", "https:"))]
        if not uris:
            yield Hit(
                params={"value": value[:100]},
                evidence=place,
                fix_params={"header": "List-Unsubscribe", "value": bracketed(value)},
            )
        elif len(web) > 1 and post:
            # RFC 2369 allows alternatives; only one-click unsubscribe wants a single one.
            yield Hit(message="several", params={"count": len(web)}, evidence=place, fix="https")
    if post and post.strip("<> ") != ONE_CLICK and not merge_tags(post[:500], _TAGS):
        yield Hit(
            message="post",
            params={"value": post[:100]},
            evidence=(of_header(message, "List-Unsubscribe-Post"),),
            fix="post",
            fix_params={"header": "List-Unsubscribe-Post", "value": ONE_CLICK},
        )


def bracketed(value: str) -> str:
    """The addresses of a List-Unsubscribe without angle brackets, in them; "" where there are none."""
    addresses = [piece.strip() for piece in value[:2000].split(",")]
    kept = [one if ":" in one else f"mailto:{one}" for one in addresses if ":" in one or "@" in one]
    return ", ".join(f"<{one}>" for one in kept if " " not in one)
