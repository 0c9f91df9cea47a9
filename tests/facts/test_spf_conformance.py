"""The test suite of RFC 7208 (openspf.org, with the additions of pyspf), through the program's own
snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scorer.dns import Absent, Failed, Found, Recorder, Resolver, SnapshotResolver
from scorer.facts.spf import evaluate_spf

SUITE = Path(__file__).parents[3] / "shared" / "conformance" / "spf" / "rfc7208-tests.yml"
TYPES = ("TXT", "A", "AAAA", "MX", "PTR")


class Table:
    """A resolver over a dictionary; everything that is not in it does not exist."""

    def __init__(self, answers: dict[tuple[str, str], Found | Failed], names: set[str]) -> None:
        self._answers = answers
        self._names = names

    def lookup(self, name: str, rdtype: str) -> Found | Absent | Failed:
        key = name.lower().rstrip(".")
        for _ in range(10):
            held = self._answers.get((key, rdtype))
            if held is not None:
                return held
            alias = self._answers.get((key, "CNAME"))
            if not isinstance(alias, Found):
                return Absent(nxdomain=key not in self._names)
            key = alias.records[0]
        return Failed("CNAME loop", temporary=True)

    def prefetch(self, queries: object) -> None:
        for _ in queries:  # type: ignore[attr-defined]
            pass


def resolver_of(zonedata: dict[str, list[Any]]) -> Table:
    """The suite's zone data: SPF stands for TXT unless TXT is given too; TIMEOUT is what is not given."""
    answers: dict[tuple[str, str], Found | Failed] = {}
    for name, entries in zonedata.items():
        key = name.lower()
        records: dict[str, list[str]] = {}
        explicit_txt = any("TXT" in entry for entry in entries if isinstance(entry, dict))
        silent = "TIMEOUT" in entries
        for entry in entries:
            if entry == "TIMEOUT":
                continue
            ((rdtype, value),) = entry.items()
            if rdtype == "SPF":
                if explicit_txt:
                    continue
                rdtype = "TXT"
            if value == "NONE":
                continue
            records.setdefault(rdtype, []).append(_data(rdtype, value))
        for rdtype, data in records.items():
            answers[key, rdtype] = Found(tuple(data))
        if silent:
            for rdtype in TYPES:
                answers.setdefault((key, rdtype), Failed("no DNS answer", temporary=True))
    return Table(answers, {key for key, _ in answers})


def _data(rdtype: str, value: Any) -> str:
    match rdtype:
        case "MX":
            return f"{value[0]} {value[1].lower().rstrip('.') or '.'}"
        case "TXT":
            joined = "".join(value) if isinstance(value, list) else str(value)
            return joined.encode("latin-1").decode("utf-8", "surrogateescape")
        case _:
            return str(value).lower().rstrip(".")


def cases() -> list[Any]:
    if not SUITE.exists():
        return []
    yaml = pytest.importorskip("yaml")
    loaded = []
    for section in yaml.safe_load_all(SUITE.read_text(encoding="utf-8")):
        for name, case in section["tests"].items():
            loaded.append(pytest.param(section["zonedata"], case, id=name))
    return loaded


CASES = cases()


def check(resolver: Resolver, case: dict[str, Any]) -> None:
    sender = case["mailfrom"]
    domain = sender.rpartition("@")[2] or case["helo"]
    got = evaluate_spf(resolver, ip=case["host"], domain=domain, sender=sender, helo=case["helo"])
    allowed = case["result"] if isinstance(case["result"], list) else [case["result"]]
    assert got.result in allowed, got
    if "explanation" in case:
        expected = "" if case["explanation"] == "DEFAULT" else case["explanation"]
        assert got.explanation == expected


@pytest.mark.shared
@pytest.mark.skipif(not CASES, reason=f"the suite of RFC 7208 is not at {SUITE}")
@pytest.mark.parametrize(("zonedata", "case"), CASES)
def test_conformance(zonedata: dict[str, Any], case: dict[str, Any]) -> None:
    check(resolver_of(zonedata), case)


@pytest.mark.shared
@pytest.mark.skipif(not CASES, reason=f"the suite of RFC 7208 is not at {SUITE}")
@pytest.mark.parametrize(("zonedata", "case"), CASES)
def test_conformance_through_a_recorded_snapshot(zonedata: dict[str, Any], case: dict[str, Any]) -> None:
    recorder = Recorder(resolver_of(zonedata))
    check(recorder, case)
    check(SnapshotResolver.from_text(recorder.to_zone()), case)
