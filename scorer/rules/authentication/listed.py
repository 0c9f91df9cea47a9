"""An address or a domain of the mailing is on a blocklist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorer.rules.rule import Evidence, Example, Fix, Hit, Rule, Source, Unchecked, unknowns
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.said import joined, say
from scorer.unknown import Unknown

if TYPE_CHECKING:
    from scorer.facts import Facts

RULE = Rule(
    id="listed",
    group="authentication",
    severity="error",
    title="On a blocklist",
    why=(
        "Receivers consult blocklists of addresses and of domains, and many refuse what the large ones name. It "
        "is the mailbox provider that blocks, not the list; lists are of uneven weight."
    ),
    fixes={
        "main": Fix(
            text="Find out why {target} is listed, mend the cause, then ask {list} to take it off.",
            kind="sending",
        )
    },
    limits="Lists that forbid queries through public resolvers are not asked unless you say so; their refusals are no listing.",
    sources=(
        Source(
            "RFC 5782, DNS blacklists and whitelists", "https://www.rfc-editor.org/rfc/rfc5782", "2010-02"
        ),
        Source(
            "Rspamd, rbl.conf and its scores",
            "https://github.com/rspamd/rspamd/blob/master/conf/modules.d/rbl.conf",
            "2026-11-23",
        ),
    ),
    needs=("listings", "local_matches"),
    messages={
        "domain": "{target} is on the blocklist {list}: {meaning}.",
        "local": "{target} stands on your own blocklist {list}, as {meaning}.",
        "ip": "The sending address {target} is on the blocklist {list}: {meaning}.",
    },
    fails=Example(
        draft=DRAFT,
        sending={**SENDING, "ips": ["198.51.100.7"]},
        zone=zone(
            DMARC_NONE,
            OWN_KEY,
            "spamcop.net. 3600 IN SOA ns.spamcop.net. h.spamcop.net. 1 1 1 1 1",
            "7.100.51.198.bl.spamcop.net. 3600 IN A 127.0.0.2",
            "2.0.0.127.bl.spamcop.net. 3600 IN A 127.0.0.2",
        ),
    ),
    passes=Example(
        draft=DRAFT,
        sending={**SENDING, "ips": ["198.51.100.7"]},
        zone=zone(
            DMARC_NONE,
            OWN_KEY,
            "spamcop.net. 3600 IN SOA ns.spamcop.net. h.spamcop.net. 1 1 1 1 1",
            "7.100.51.198.bl.spamcop.net. 3600 IN A 127.255.255.254",
            "2.0.0.127.bl.spamcop.net. 3600 IN A 127.0.0.2",
        ),
    ),
)


def check(facts: Facts) -> Iterator[Hit | Unchecked]:
    """Fire for each listing; refusals and errors are unknown."""
    for match in facts.local_matches:
        yield Hit(
            params={"target": match.target, "list": match.path, "meaning": match.entry},
            evidence=(Evidence("dns", match.target, match.entry),),
            message="local",
        )
    listings = facts.listings
    if isinstance(listings, Unknown):
        yield from unknowns(listings)
        return
    for result in listings.results:
        if result.status == "listed":
            yield Hit(
                params={
                    "target": result.target,
                    "list": result.list,
                    "meaning": joined(map(say, result.meanings)) or say("listed"),
                },
                evidence=(Evidence("dns", result.query, ", ".join(result.answers)),),
                message="ip" if result.kind == "ip" else "domain",
            )
