"""Whether the domains of a list take mail, asked of the DNS; each distinct domain once, the most frequent first.

A domain is parked where a mail exchanger, or all of its name servers, are a parking service's.
RFC 5321 §5.1: without an MX record the domain's own address takes the mail. RFC 7505: "MX 0 ." says that it
takes none. No mail server is ever contacted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import msgspec

from scorer.dns import Absent, Answer, Found, LiveResolver, Resolver, session
from scorer.domains import is_ip_literal
from scorer.recipients.domains import host_provider, parking_service

CHUNK = 256
CHUNK_SECONDS = 60.0
MOST_DOMAINS = 20_000
"""Domains that are asked for unless the caller says otherwise."""
GIVE_UP = 32
"""Domains in the first chunk from which on silence alone means that there is no DNS here."""

NO_MAIL = frozenset({"no-domain", "null-mx", "no-mx", "nowhere"})


class DomainMail(msgspec.Struct, frozen=True):
    """What the DNS says of a domain: "takes-mail", one of `NO_MAIL`, "parked" or "unknown" (with the reason);
    `provider` is who runs its mail exchangers, "" if not known."""

    state: str
    provider: str = ""
    reason: str = ""


def ask(
    domains: Sequence[str], resolver: Resolver, progress: Callable[[int], None] | None = None
) -> dict[str, DomainMail]:
    """The state of each of `domains` (ASCII form). Asks for many at a time; gives up where nothing answers."""
    found: dict[str, DomainMail] = {}
    rest = iter(domains)
    while chunk := list(islice(rest, CHUNK)):
        view = _view(resolver, len(chunk))
        view.prefetch([(name, "MX") for name in chunk])
        answers = {name: view.lookup(name, "MX") for name in chunk}
        bare = [
            name for name, answer in answers.items() if isinstance(answer, Absent) and not answer.nxdomain
        ]
        view.prefetch([(name, kind) for name in bare for kind in ("A", "AAAA")])
        states = {name: _state(name, answer, view) for name, answer in answers.items()}
        # Whose mail exchangers say nothing may be parked by its name servers.
        open_ = [name for name, mail in states.items() if mail.state == "takes-mail" and not mail.provider]
        view.prefetch([(name, "NS") for name in open_])
        for name in open_:
            if _parked_by_name_servers(view.lookup(name, "NS")):
                states[name] = DomainMail("parked")
        found.update(states)
        if progress is not None:
            progress(len(found))
        if len(found) >= min(GIVE_UP, len(domains)) and not any(
            isinstance(a, (Found, Absent)) for a in answers.values()
        ):
            break
    return found


def _view(resolver: Resolver, domains: int) -> Resolver:
    if isinstance(resolver, LiveResolver):
        return resolver.session(budget_seconds=CHUNK_SECONDS, budget_queries=8 * domains)
    return session(resolver)


def _state(name: str, answer: Answer, view: Resolver) -> DomainMail:
    if isinstance(answer, Found):
        return _by_hosts([_host(record) for record in answer.records])
    if not isinstance(answer, Absent):
        return DomainMail("unknown", reason=answer.reason)
    if answer.nxdomain:
        return DomainMail("no-domain")
    addresses = [view.lookup(name, kind) for kind in ("A", "AAAA")]
    if any(isinstance(found, Found) for found in addresses):
        return DomainMail("takes-mail")
    for found in addresses:
        if not isinstance(found, (Found, Absent)):
            return DomainMail("unknown", reason=found.reason)
    return DomainMail("no-mx")


def _by_hosts(hosts: Iterable[str]) -> DomainMail:
    hosts = list(hosts)
    if hosts == [""]:
        return DomainMail("null-mx")
    real = [
        host for host in hosts if host and host.partition(".")[0] != "localhost" and not is_ip_literal(host)
    ]
    if not real:
        return DomainMail("nowhere")
    if any(parking_service(host, "mx") for host in real):
        return DomainMail("parked")
    return DomainMail("takes-mail", next(filter(None, map(host_provider, real)), ""))


def _parked_by_name_servers(answer: Answer) -> bool:
    """Whether all name servers are a parking service's."""
    return isinstance(answer, Found) and all(parking_service(host, "ns") for host in answer.records)


def _host(record: str) -> str:
    """The host of an MX record in presentation form, "" for the null MX."""
    return record.rpartition(" ")[2].removesuffix(".").lower()
