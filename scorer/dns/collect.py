"""Which questions would be asked first: a rehearsal, so that they can all be asked in one round."""

from __future__ import annotations

from collections.abc import Iterable

from scorer.dns.answer import Answer, Failed

_REHEARSAL = Failed("a rehearsal")


class Collector:
    """A resolver that answers nothing and remembers what it is asked. Run over it, each topic of facts shows
    what it needs before any answer is known."""

    def __init__(self) -> None:
        self.queries: dict[tuple[str, str], None] = {}

    def lookup(self, name: str, rdtype: str) -> Answer:
        self.queries[name, rdtype] = None
        return _REHEARSAL

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        self.queries.update(dict.fromkeys(queries))
