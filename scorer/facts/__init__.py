"""Facts: what is true of the message, its route, its links and its audience. No judgement."""

from __future__ import annotations

import msgspec

from scorer.dns import Offline, Resolver
from scorer.facts.authentication import OFF, Authentication, gather_authentication
from scorer.facts.content import Content, gather_content
from scorer.facts.hygiene import Hygiene, inspect
from scorer.facts.identity import Identity, gather_identity
from scorer.facts.links import Links, read_links
from scorer.facts.listings import Listings, check_listings
from scorer.facts.route import Route, gather_route
from scorer.facts.unsubscribe import Unsubscribe, gather_unsubscribe
from scorer.message import Message
from scorer.sending import Audience, Sending, unspecified
from scorer.unknown import Unknown

MAX_LISTED_HOSTS = 10


class Facts(msgspec.Struct, frozen=True):
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


def gather(message: Message, sending: Sending | None = None, resolver: Resolver | None = None) -> Facts:
    """Establish the facts. Only `resolver` does I/O; without one, what needs the DNS is unknown."""
    sending = sending or unspecified()
    resolver = resolver or Offline()
    identity = gather_identity(message)
    route = gather_route(message, sending, identity)
    links = read_links(message)
    authentication = gather_authentication(message, route, resolver, identity.author_domain)
    hygiene: Hygiene | Unknown = OFF
    listings: Listings | Unknown = OFF
    if not isinstance(resolver, Offline) and identity.author_domain:
        ips = route.sending.ips if isinstance(route.sending.ips, tuple) else ()
        hygiene = inspect(resolver, identity.author_domain, ips, identity.author_org)
        domains = [identity.author_domain, route.envelope_domain, *links.hosts[:MAX_LISTED_HOSTS]]
        listings = check_listings(resolver, ips, tuple(d for d in domains if isinstance(d, str)))
    return Facts(
        message=message,
        sending=route.sending,
        identity=identity,
        route=route,
        links=links,
        unsubscribe=gather_unsubscribe(message, route.sending, links),
        content=gather_content(message, route.sending),
        audience=route.sending.audience,
        authentication=authentication,
        hygiene=hygiene,
        listings=listings,
    )
