"""The DNS as it would be with some records published: for computing what publishing them would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scorer.dns import Absent, Answer, Found, Resolver, canonical_name

TTL = 3600


class Overlay:
    """A resolver that answers from `records` first and asks `below` for the rest.

    `records` maps (name, type) to the whole set of records that such a question then finds. A name that has
    something in `records` at it or under it exists, whatever `below` says (RFC 8020).
    """

    def __init__(self, below: Resolver, records: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        self._below = below
        self._records: dict[tuple[str, str], tuple[str, ...]] = {}
        self._existing: set[str] = set()
        for (name, rdtype), values in records.items():
            key = canonical_name(name)
            if key is None:
                continue
            self._records[key, rdtype.upper()] = values
            labels = key.split(".")
            self._existing.update(".".join(labels[at:]) for at in range(len(labels)))

    def lookup(self, name: str, rdtype: str) -> Answer:
        """See `scorer.dns.Resolver.lookup`."""
        key = canonical_name(name)
        held = self._records.get((key, rdtype.upper())) if key is not None else None
        if held is not None:
            return Found(held, ttl=TTL)
        answer = self._below.lookup(name, rdtype)
        if isinstance(answer, Absent) and answer.nxdomain and key in self._existing and not answer.chain:
            return Absent(nxdomain=False)
        return answer

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        """See `scorer.dns.Resolver.prefetch`."""
        self._below.prefetch(
            [(n, t) for n, t in queries if (canonical_name(n), t.upper()) not in self._records]
        )
