"""Facts: what is true of the message, its route, its links and its audience. No judgement."""

from __future__ import annotations

import msgspec

from scorer.dns import Offline, Resolver
from scorer.facts.content import Content, gather_content
from scorer.facts.identity import Identity, gather_identity
from scorer.facts.links import Links, read_links
from scorer.facts.route import Route, gather_route
from scorer.facts.unsubscribe import Unsubscribe, gather_unsubscribe
from scorer.message import Message
from scorer.sending import Audience, Sending, unspecified


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


def gather(message: Message, sending: Sending | None = None, resolver: Resolver | None = None) -> Facts:
    """Establish the facts. Only `resolver` does I/O; without one, what needs the DNS is unknown."""
    sending = sending or unspecified()
    resolver = resolver or Offline()
    identity = gather_identity(message)
    route = gather_route(message, sending, identity)
    links = read_links(message)
    return Facts(
        message=message,
        sending=route.sending,
        identity=identity,
        route=route,
        links=links,
        unsubscribe=gather_unsubscribe(message, route.sending, links),
        content=gather_content(message, route.sending),
        audience=route.sending.audience,
    )
