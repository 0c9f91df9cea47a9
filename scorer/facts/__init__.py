"""Facts: what is true of the message, its route, its links and its audience. No judgement."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

import msgspec

from scorer.dns import Offline, Resolver
from scorer.dns.collect import Collector
from scorer.facts.audience import History, gather_audience
from scorer.facts.authentication import OFF, Authentication, gather_authentication
from scorer.facts.bulk import is_discussion, is_subscribed
from scorer.facts.content import Content, gather_content
from scorer.facts.hygiene import Hygiene, inspect
from scorer.facts.identity import Identity, gather_identity
from scorer.facts.links import Links, read_links
from scorer.facts.listings import Listings, LocalBlocklist, LocalMatch, check_listings, match_local
from scorer.facts.route import Route, gather_route
from scorer.facts.unsubscribe import Unsubscribe, gather_unsubscribe
from scorer.kept import kept
from scorer.message import Message
from scorer.sending import Audience, Sending, is_template, unspecified
from scorer.unknown import Unknown

MAX_LISTED_HOSTS = 10

Params = ParamSpec("Params")
Result = TypeVar("Result")


class Call(Protocol):
    """Something that calls a pure function of its arguments, or knows what it would return."""

    def __call__(
        self, function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result: ...


def direct(function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
    """Call it."""
    return function(*args, **kwargs)


class Facts(msgspec.Struct, frozen=True, dict=True):
    """Everything that rules may read, a field for each topic."""

    message: Message
    sending: Sending
    identity: Identity
    route: Route
    links: Links
    unsubscribe: Unsubscribe
    content: Content
    audience: Audience
    authentication: Authentication
    hygiene: Hygiene | Unknown
    listings: Listings | Unknown
    local_matches: tuple[LocalMatch, ...] = ()

    @kept
    def subscribed(self) -> bool | Unknown:
        """Whether this is marketing or subscribed mail (`is_subscribed`)."""
        return is_subscribed(self)

    @kept
    def discussion(self) -> bool:
        """Whether this is a post to a list that its members write to (`is_discussion`)."""
        return is_discussion(self)


class Blocklists(msgspec.Struct, frozen=True):
    """Which blocklists are asked: `enabled` DNS lists by id (None: those that are on by default), `keys` by
    list id, and the user's own lists, read already."""

    enabled: tuple[str, ...] | None = None
    keys: dict[str, str] = {}
    local: tuple[LocalBlocklist, ...] = ()


def gather(
    message: Message,
    sending: Sending | None = None,
    resolver: Resolver | None = None,
    blocklists: Blocklists = Blocklists(),  # noqa: B008  (frozen)
    history: History | None = None,
    call: Call = direct,
) -> Facts:
    """Establish the facts. Only `resolver` and `history` do I/O; what needs them is unknown without them. All
    that can be asked of the DNS before any answer is known is asked in one concurrent round. `call` calls
    the functions that gather a topic."""
    sending = sending or unspecified()
    resolver = resolver or Offline()
    identity = call(gather_identity, message)
    route = call(gather_route, message, sending, identity)
    links = call(read_links, message)
    authentication, hygiene, listings = call(_asked, message, route, identity, links, resolver, blocklists)
    return Facts(
        message=message,
        sending=route.sending,
        identity=identity,
        route=route,
        links=links,
        unsubscribe=call(gather_unsubscribe, message, route.sending, links),
        content=call(gather_content, message, route.sending),
        audience=call(gather_audience, route.sending.audience, history, identity.author_domain),
        authentication=authentication,
        hygiene=hygiene,
        listings=listings,
        local_matches=call(_local_matches, route, identity, links, blocklists),
    )


def _asked(
    message: Message,
    route: Route,
    identity: Identity,
    links: Links,
    resolver: Resolver,
    blocklists: Blocklists,
) -> tuple[Authentication, Hygiene | Unknown, Listings | Unknown]:
    """The topics that need the DNS, after one round of all the questions that are known beforehand."""
    if not isinstance(resolver, Offline):
        rehearsal = Collector()
        _dns_topics(message, route, identity, links, rehearsal, blocklists)
        resolver.prefetch(rehearsal.queries)
    return _dns_topics(message, route, identity, links, resolver, blocklists)


def _dns_topics(
    message: Message,
    route: Route,
    identity: Identity,
    links: Links,
    resolver: Resolver,
    blocklists: Blocklists,
) -> tuple[Authentication, Hygiene | Unknown, Listings | Unknown]:
    """The topics that need the DNS."""
    authentication = gather_authentication(message, route, resolver, identity.author_domain)
    if isinstance(resolver, Offline) or not identity.author_domain:
        return authentication, OFF, OFF
    ips, domains = _targets(route, identity, links)
    hygiene = inspect(resolver, identity.author_domain, ips, identity.author_org)
    listings = check_listings(resolver, ips, domains, enabled=blocklists.enabled, keys=blocklists.keys)
    return authentication, hygiene, listings


def _targets(route: Route, identity: Identity, links: Links) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses and domains that blocklists are asked about."""
    ips = route.sending.ips if isinstance(route.sending.ips, tuple) else ()
    domains = [identity.author_domain, route.envelope_domain, *links.hosts[:MAX_LISTED_HOSTS]]
    known = (domain for domain in domains if isinstance(domain, str) and domain and not is_template(domain))
    return ips, tuple(dict.fromkeys(known))


def _local_matches(
    route: Route, identity: Identity, links: Links, blocklists: Blocklists
) -> tuple[LocalMatch, ...]:
    if not blocklists.local:
        return ()
    ips, domains = _targets(route, identity, links)
    return tuple(match for one in blocklists.local for match in match_local(one, ips, domains))
