"""DNS with three answers: found, absent, unknown (with the reason).

`open_resolver` makes the resolver that `--dns` names. A resolver that may ask the network is handed
out a message at a time with `session`, so that one message cannot use up the queries and the
seconds of all the others.
"""

from __future__ import annotations

from pathlib import Path

from scorer.dns.answer import Absent, Answer, Failed, Found, Offline, Resolver
from scorer.dns.live import LiveResolver, Session
from scorer.dns.names import canonical_name
from scorer.dns.record import Recorder
from scorer.dns.snapshot import SnapshotError, SnapshotResolver

__all__ = [
    "Absent",
    "Answer",
    "Failed",
    "Found",
    "LiveResolver",
    "Offline",
    "Recorder",
    "Resolver",
    "Session",
    "SnapshotError",
    "SnapshotResolver",
    "canonical_name",
    "open_resolver",
    "session",
]


def open_resolver(spec: str) -> Resolver:
    """The resolver that `spec` names: "offline", "live" (the system's name servers),
    "live:ADDRESS[:PORT]" (that one name server, IPv6 in brackets), or the path of a snapshot in
    zone-file form.

    Raises `SnapshotError`, or another ValueError, with one line that says what is wrong with
    `spec`."""
    if spec == "offline":
        return Offline()
    if spec == "live":
        return LiveResolver()
    if spec.startswith("live:"):
        address, port = _server(spec.removeprefix("live:"))
        return LiveResolver((address,), port=port)
    return SnapshotResolver.from_file(Path(spec))


def session(resolver: Resolver) -> Resolver:
    """A view of `resolver` for one message: with its own budget and a steady answer to each
    question, if `resolver` can run out of them; otherwise `resolver` itself."""
    start = getattr(resolver, "session", None)
    if start is None:
        return resolver
    view: Resolver = start()
    return view


def _server(text: str) -> tuple[str, int]:
    """Address and port in "192.0.2.1", "192.0.2.1:5353", "2001:db8::1" or "[2001:db8::1]:5353"."""
    import ipaddress
    import re

    match = re.fullmatch(
        r"\[(?P<six>[^]]*)\](?::(?P<p6>\d+))?|(?P<four>[^:]*)(?::(?P<p4>\d+))?|(?P<bare>.*)", text
    )
    parts = match.groupdict() if match else {}
    address = parts.get("six") or parts.get("four") or parts.get("bare") or ""
    port = parts.get("p6") or parts.get("p4") or "53"
    try:
        ipaddress.ip_address(address)
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        raise ValueError(f"not the address of a name server: {text!r}")
    return address, number
