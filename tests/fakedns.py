"""An in-memory resolver for tests: answers from a dictionary, and a note of what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scorer.dns import Absent, Answer, Failed, Found


class FakeDNS:
    """Answers from {(name, type): records | "nxdomain" | "nodata" | "servfail" | an Answer}.

    A name that the zone does not hold is NXDOMAIN, unless something stands at or below it (then NODATA).
    CNAMEs are followed. `looked_up` and `prefetched` (a tuple a round) say what was asked.
    """

    def __init__(self, zone: Mapping[tuple[str, str], Sequence[str] | str | Answer] | None = None) -> None:
        self._zone = {(_name(n), t.upper()): answer for (n, t), answer in (zone or {}).items()}
        self._existing = {
            ".".join(labels[i:])
            for (name, _), answer in self._zone.items()
            if answer not in ("nxdomain", "servfail")
            for labels in [name.split(".")]
            for i in range(len(labels))
        }
        self.looked_up: list[tuple[str, str]] = []
        self.prefetched: list[tuple[tuple[str, str], ...]] = []

    def lookup(self, name: str, rdtype: str) -> Answer:
        self.looked_up.append((_name(name), rdtype.upper()))
        return self._answer(_name(name), rdtype.upper(), ())

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        self.prefetched.append(tuple((_name(n), t.upper()) for n, t in queries))

    @property
    def asked(self) -> set[tuple[str, str]]:
        """Everything that was looked up or prefetched."""
        return set(self.looked_up).union(*map(set, self.prefetched))

    def _answer(self, name: str, rdtype: str, chain: tuple[str, ...]) -> Answer:
        held = self._zone.get((name, rdtype))
        if held is None:
            alias = self._zone.get((name, "CNAME")) if rdtype != "CNAME" else None
            if alias is not None and not isinstance(alias, str) and len(chain) < 8:
                assert not isinstance(alias, Found | Absent | Failed)
                target = _name(alias[0])
                return self._answer(target, rdtype, (*chain, target))
            return Absent(nxdomain=name not in self._existing, chain=chain)
        if isinstance(held, Found | Absent | Failed):
            return held
        if isinstance(held, str):
            match held:
                case "nxdomain":
                    return Absent(nxdomain=True, chain=chain)
                case "nodata":
                    return Absent(nxdomain=False, chain=chain)
                case "servfail":
                    return Failed("SERVFAIL")
                case _:
                    raise ValueError(f"records are a sequence, not {held!r}")
        return Found(tuple(held), ttl=300, chain=chain)


def _name(name: str) -> str:
    return name.rstrip(".").lower()
