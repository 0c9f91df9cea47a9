"""Keep what the DNS said, as a zone file that gives the same answers again."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from scorer.dns.answer import Absent, Answer, Failed, Found, Resolver
from scorer.dns.names import canonical_name
from scorer.dns.snapshot import ONLY_LISTED

_Key = tuple[str, str]


class Recorder:
    """A resolver that passes questions on to another and remembers every answer.

    The zone file that `to_zone` makes answers each question that was asked as it was answered (the
    TTLs of a chain become their lowest), and says "not in the snapshot" to any other. Absences and
    failures, which a zone file has no record for, are the comment lines that `scorer.dns.snapshot`
    documents."""

    def __init__(self, resolver: Resolver, _answers: dict[_Key, Answer] | None = None) -> None:
        self._resolver = resolver
        self._answers: dict[_Key, Answer] = {} if _answers is None else _answers
        self._lock = threading.Lock()

    def lookup(self, name: str, rdtype: str) -> Answer:
        """See `Resolver.lookup`."""
        answer = self._resolver.lookup(name, rdtype)
        key = canonical_name(name)
        if key is not None:
            with self._lock:
                self._answers[key, rdtype.upper()] = answer
        return answer

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        """See `Resolver.prefetch`. What is only fetched ahead and never looked up is not
        recorded."""
        self._resolver.prefetch(queries)

    def session(self) -> Recorder:
        """A view for one message that records into the same place."""
        start = getattr(self._resolver, "session", None)
        return self if start is None else Recorder(start(), self._answers)

    def to_zone(self) -> str:
        """Everything that was asked, as a zone file with absolute names, sorted by name and
        type."""
        with self._lock:
            answers = dict(self._answers)
        records: dict[_Key, tuple[dict[str, None], int]] = {}
        remarks: dict[_Key, str] = {}
        for (name, rdtype), answer in answers.items():
            if isinstance(answer, Failed):
                kind = "failed" if answer.temporary else "unknown"
                reason = " ".join(_printable(answer.reason).split()) or "no reason given"
                remarks[name, rdtype] = f"; {kind} {name} {rdtype} {reason}"
                continue
            ttl = answer.ttl if isinstance(answer, Found) else 0
            owner = name
            for target in answer.chain:
                _add(records, (owner, "CNAME"), (target,), ttl)
                owner = target
            if isinstance(answer, Found):
                _add(records, (owner, rdtype), answer.records, ttl)
            elif isinstance(answer, Absent):
                kind = "nxdomain" if answer.nxdomain else "nodata"
                remarks[owner, rdtype] = f"; absent {kind} {owner} {rdtype}"
        lines = [ONLY_LISTED]
        for key in sorted(records.keys() | remarks.keys(), key=_order):
            # A record seen is worth more than a failure to see it on another path.
            if key in records:
                lines.extend(_lines(key, *records[key]))
            else:
                lines.append(remarks[key])
        return "\n".join(lines) + "\n"


def _add(
    records: dict[_Key, tuple[dict[str, None], int]], key: _Key, data: tuple[str, ...], ttl: int
) -> None:
    held, least = records.get(key, ({}, ttl))
    records[key] = (held | dict.fromkeys(data), min(least, ttl))


def _order(key: _Key) -> tuple[list[str], str]:
    """By name from the top-level domain down, so that a domain's names stand together."""
    name, rdtype = key
    return name.split(".")[::-1], rdtype


def _lines(key: _Key, records: dict[str, None], ttl: int) -> Iterator[str]:
    name, rdtype = key
    owner = _absolute(name)
    for record in records:
        if rdtype in ("TXT", "SPF"):
            data = _quoted(record)
        elif rdtype in ("CNAME", "PTR", "NS", "DNAME"):
            data = _absolute(record)
        elif rdtype == "MX":
            preference, _, exchange = record.partition(" ")
            data = f"{preference} {_absolute(exchange)}"
        else:
            data = record
        yield f"{owner} {ttl} IN {rdtype} {data}"


def _absolute(name: str) -> str:
    return name if name == "." else f"{name}."


def _quoted(text: str) -> str:
    """`text` as strings of at most 255 octets, every octet outside printable ASCII escaped."""
    octets = text.encode("utf-8", "surrogateescape")
    parts = [octets[at : at + 255] for at in range(0, len(octets), 255)] or [b""]
    return " ".join('"' + "".join(map(_escaped, part)) + '"' for part in parts)


def _escaped(octet: int) -> str:
    if octet in b'"\\':
        return f"\\{octet:c}"
    return chr(octet) if 32 <= octet < 127 else f"\\{octet:03d}"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
