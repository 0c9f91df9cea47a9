"""The way from the sender to the receiver, as the sending profile or the message's own headers tell."""

from __future__ import annotations

import re

import msgspec

from scorer.facts.identity import Identity, org_of
from scorer.lazyre import lazy
from scorer.message import Message
from scorer.sending import DkimSigner, Sending, adds_header, in_effect, observed, resolve_for
from scorer.unknown import Unknown

_TAG = lazy(r"(?:^|;)\s*([a-z])\s*=\s*([^;]{0,300})")
_ANGLE = lazy(r"<([^<>]{0,320})>")
_RECEIVED_IP = lazy(r"\[(?:IPv6:)?([0-9A-Fa-f:.]{7,45})\]")


class Route(msgspec.Struct, frozen=True):
    """How the mailing reaches the receiver. `sending` is the profile with the Author Domain filled in;
    `envelope_domain` the domain that SPF is checked on (RFC 7208 2.4), `signers` the DKIM signatures that
    it will carry (or carries: `sending.mode` is "observed"), both before what the DNS says of the set-up."""

    sending: Sending
    envelope_domain: str | Unknown
    envelope_org: str | Unknown
    signers: tuple[DkimSigner, ...] | Unknown

    def adds(self, header: str) -> bool | Unknown:
        """Whether the sending service adds a header of that name."""
        return adds_header(self.sending, header)


def read_observed(message: Message) -> Sending | None:
    """The route of a message that has been through a mail server, from its headers; None for a draft."""
    signatures = []
    for header in message.all("dkim-signature")[:10]:
        tags = {name: re.sub(r"\s", "", value) for name, value in _TAG.findall(header.value)}
        if "d" in tags:
            signatures.append((tags["d"], tags.get("s", "")))
    if not message.transported and not signatures:
        return None
    return_path = message.get("return-path")
    angle = _ANGLE.search(return_path)
    address = angle[1] if angle else return_path
    received = [
        match[1] for header in message.all("received")[:1] for match in _RECEIVED_IP.finditer(header.value)
    ]
    return observed(
        return_path_domain=address.rpartition("@")[2] or None,
        dkim_signatures=signatures,
        received_ip=received[0] if received else None,
    )


def gather_route(message: Message, sending: Sending, identity: Identity) -> Route:
    """The route for this message. A message that has been sent already is read where no profile is given."""
    if sending.mode == "unspecified":
        found = read_observed(message)
        if found is not None:
            sending = msgspec.structs.replace(
                found,
                category=sending.category,
                volume_per_day=sending.volume_per_day,
                audience=sending.audience,
            )
    resolved = resolve_for(sending, identity.author_domain or None)
    effective = in_effect(resolved)
    envelope = effective.envelope_domain
    return Route(
        sending=resolved,
        envelope_domain=envelope,
        envelope_org=envelope if isinstance(envelope, Unknown) else org_of(envelope),
        signers=effective.dkim,
    )
