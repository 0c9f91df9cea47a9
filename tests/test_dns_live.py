"""The live resolver against a real server on loopback: each failure that the DNS knows, the cache, the budgets."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from scorer.dns import Absent, Failed, Found, LiveResolver, open_resolver, session
from tests.dnsserver import DnsServer, closed_port


@pytest.fixture
def server() -> Iterator[DnsServer]:
    with DnsServer() as running:
        yield running


def resolver_of(server: DnsServer, **settings: float) -> LiveResolver:
    settings.setdefault("query_timeout", 1.0)
    return LiveResolver((server.address,), port=server.port, **settings)  # type: ignore[arg-type]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_records_are_found_in_presentation_form(server: DnsServer) -> None:
    server.add("example.com", "TXT", '"v=spf1 " "include:example.net -all"', '"caf\\195\\169 \\255"', ttl=120)
    server.add("example.com", "A", "192.0.2.1", "192.0.2.2")
    server.add("example.com", "AAAA", "2001:DB8::1")
    server.add("example.com", "MX", "10 Mail.Example.COM.", "0 .")
    server.add("1.2.0.192.in-addr.arpa", "PTR", "Host.Example.com.")
    resolver = resolver_of(server)
    txt = resolver.lookup("Example.COM.", "txt")
    assert isinstance(txt, Found)
    assert set(txt.records) == {"v=spf1 include:example.net -all", "café \udcff"}
    assert txt.ttl == 120
    assert set(resolver.lookup("example.com", "A").records) == {"192.0.2.1", "192.0.2.2"}  # type: ignore[union-attr]
    assert resolver.lookup("example.com", "AAAA") == Found(("2001:db8::1",), 300)
    assert set(resolver.lookup("example.com", "MX").records) == {"10 mail.example.com", "0 ."}  # type: ignore[union-attr]
    assert resolver.lookup("1.2.0.192.in-addr.arpa", "PTR") == Found(("host.example.com",), 300)


def test_a_unicode_name_is_asked_for_in_a_labels(server: DnsServer) -> None:
    server.add("_dmarc.xn--mnchen-3ya.example", "TXT", '"v=DMARC1; p=none"')
    assert isinstance(resolver_of(server).lookup("_dmarc.München.example", "TXT"), Found)


@pytest.mark.parametrize(
    "name", ["a..example.com", "a" * 64 + ".example.com", ".".join(["a" * 60] * 5), "." * 300]
)
def test_a_name_that_cannot_be_in_the_dns_does_not_exist_and_is_not_asked_for(
    server: DnsServer, name: str
) -> None:
    assert resolver_of(server).lookup(name, "TXT") == Absent(nxdomain=True)
    assert resolver_of(server).session().lookup(name, "TXT") == Absent(nxdomain=True)
    assert server.queries == []


def test_nxdomain_and_nodata_are_two_kinds_of_absence(server: DnsServer) -> None:
    server.add("www.example.com", "A", "192.0.2.1")
    resolver = resolver_of(server)
    assert resolver.lookup("nothing.example.com", "A") == Absent(nxdomain=True)
    assert resolver.lookup("www.example.com", "TXT") == Absent(nxdomain=False)
    assert resolver.lookup("example.com", "TXT") == Absent(nxdomain=False)


@pytest.mark.parametrize(
    ("how", "reason", "temporary", "asked"),
    [
        ("servfail", "the name server answered SERVFAIL", True, 2),
        ("refused", "the name server answered REFUSED", False, 2),
        ("garbage", "the DNS answer is malformed", False, 2),
        ("wrong-question", "the DNS answer is malformed", False, 2),
        ("update", "the DNS answer is malformed", False, 2),
    ],
)
def test_each_failure_has_its_reason_after_one_retry(
    server: DnsServer, how: str, reason: str, temporary: bool, asked: int
) -> None:
    server.add("bad.example.com", "A", "192.0.2.1")
    server.misbehave("bad.example.com", how)
    assert resolver_of(server).lookup("bad.example.com", "A") == Failed(reason, temporary)
    assert server.asked("bad.example.com") == asked


def test_one_failure_is_mended_by_the_retry(server: DnsServer) -> None:
    for how in ("servfail", "garbage", "drop"):
        name = f"{how}.example.com"
        server.add(name, "A", "192.0.2.1")
        server.misbehave(name, how, times=1)
        assert resolver_of(server, query_timeout=0.2).lookup(name, "A") == Found(("192.0.2.1",), 300)


def test_the_retry_goes_to_the_next_name_server(server: DnsServer) -> None:
    server.add("example.com", "A", "192.0.2.1")
    resolver = LiveResolver(("127.0.0.2", server.address), port=server.port, query_timeout=0.3)
    assert resolver.lookup("example.com", "A") == Found(("192.0.2.1",), 300)


def test_silence_is_a_temporary_failure_only_of_a_server_that_speaks_otherwise(server: DnsServer) -> None:
    server.add("example.com", "A", "192.0.2.1")
    server.misbehave("slow.example.com", "drop")
    server.misbehave("slower.example.com", "drop")
    resolver = resolver_of(server, query_timeout=0.1)
    assert resolver.lookup("slow.example.com", "A") == Failed("no DNS answer within 0.1 s", False)
    resolver.lookup("example.com", "A")
    assert resolver.lookup("slower.example.com", "A") == Failed("no DNS answer within 0.1 s", True)


def test_no_server_at_all_is_unknown() -> None:
    resolver = LiveResolver(("127.0.0.1",), port=closed_port(), query_timeout=0.2)
    answer = resolver.lookup("example.com", "A")
    assert isinstance(answer, Failed)
    assert not answer.temporary
    assert LiveResolver(()).lookup("example.com", "A") == Failed("no name server is configured")


def test_an_oversized_answer_is_fetched_over_tcp(server: DnsServer) -> None:
    server.add("big.example.com", "TXT", *(f'"{n:03d}{"x" * 200}"' for n in range(40)))
    answer = resolver_of(server).lookup("big.example.com", "TXT")
    assert isinstance(answer, Found)
    assert len(answer.records) == 40
    assert ("tcp", "big.example.com", "TXT") in server.queries


def test_a_forced_truncation_is_fetched_over_tcp(server: DnsServer) -> None:
    server.add("cut.example.com", "A", "192.0.2.1")
    server.misbehave("cut.example.com", "truncate")
    assert resolver_of(server).lookup("cut.example.com", "A") == Found(("192.0.2.1",), 300)
    assert [transport for transport, _, _ in server.queries] == ["udp", "tcp"]


def test_an_answer_of_some_size_comes_over_udp_thanks_to_edns(server: DnsServer) -> None:
    server.add("mid.example.com", "TXT", *(f'"{n}{"x" * 240}"' for n in range(4)))
    assert isinstance(resolver_of(server).lookup("mid.example.com", "TXT"), Found)
    assert [transport for transport, _, _ in server.queries] == ["udp"]


def test_a_server_without_edns_is_asked_without_it(server: DnsServer) -> None:
    server.add("old.example.com", "A", "192.0.2.1")
    server.misbehave("old.example.com", "no-edns")
    assert resolver_of(server).lookup("old.example.com", "A") == Found(("192.0.2.1",), 300)


@pytest.mark.parametrize("chase", [True, False])
def test_cname_chains_are_followed(chase: bool) -> None:
    with DnsServer(chase=chase) as server:
        server.add("a.example.com", "CNAME", "b.example.net.", ttl=50)
        server.add("b.example.net", "CNAME", "c.example.org.", ttl=900)
        server.add("c.example.org", "TXT", '"here"')
        server.add("gone.example.com", "CNAME", "nothing.example.org.")
        server.add("mute.example.com", "CNAME", "c.example.org.")
        resolver = resolver_of(server)
        chain = ("b.example.net", "c.example.org")
        assert resolver.lookup("a.example.com", "TXT") == Found(("here",), 50, chain)
        assert resolver.lookup("gone.example.com", "TXT") == Absent(True, ("nothing.example.org",))
        assert resolver.lookup("mute.example.com", "A") == Absent(False, ("c.example.org",))
        assert resolver.lookup("a.example.com", "CNAME") == Found(("b.example.net",), 50)


@pytest.mark.parametrize("chase", [True, False])
def test_cname_loops_are_a_failure(chase: bool) -> None:
    with DnsServer(chase=chase) as server:
        server.add("a.example.com", "CNAME", "b.example.com.")
        server.add("b.example.com", "CNAME", "a.example.com.")
        server.add("self.example.com", "CNAME", "self.example.com.")
        for n in range(30):
            server.add(f"n{n}.example.com", "CNAME", f"n{n + 1}.example.com.")
        resolver = resolver_of(server)
        for name in ("a.example.com", "self.example.com", "n0.example.com"):
            answer = resolver.lookup(name, "A")
            assert isinstance(answer, Failed)
            assert answer.temporary
            assert answer.reason.startswith("CNAME loop at ")
        assert len(server.queries) < 30


@pytest.mark.parametrize("rdtype", ["ANY", "AXFR", "NONSENSE", "", "A B"])
def test_a_type_that_cannot_be_asked_for_is_unknown(server: DnsServer, rdtype: str) -> None:
    assert isinstance(resolver_of(server).lookup("example.com", rdtype), Failed)
    assert server.queries == []


def test_answers_are_cached_for_their_ttl(server: DnsServer) -> None:
    clock = Clock()
    server.add("example.com", "A", "192.0.2.1", ttl=100)
    resolver = LiveResolver((server.address,), port=server.port, clock=clock)
    for passed in (0, 99):
        clock.now = 1000.0 + passed
        resolver.session().lookup("example.com", "A")
    assert server.asked("example.com") == 1
    clock.now = 1101.0
    resolver.session().lookup("example.com", "A")
    assert server.asked("example.com") == 2


def test_absence_is_cached_for_the_minimum_of_the_soa() -> None:
    clock = Clock()
    with DnsServer(negative_ttl=30) as server:
        resolver = LiveResolver((server.address,), port=server.port, clock=clock)
        for passed in (0, 29):
            clock.now = 1000.0 + passed
            assert resolver.lookup("nothing.example.com", "A") == Absent(nxdomain=True)
        assert server.asked("nothing.example.com") == 1
        clock.now = 1031.0
        resolver.lookup("nothing.example.com", "A")
        assert server.asked("nothing.example.com") == 2


def test_a_failure_is_not_asked_for_again_by_each_message(server: DnsServer) -> None:
    clock = Clock()
    server.misbehave("bad.example.com", "servfail")
    resolver = LiveResolver((server.address,), port=server.port, clock=clock)
    for _ in range(3):
        assert isinstance(resolver.session().lookup("bad.example.com", "A"), Failed)
    assert server.asked("bad.example.com") == 2
    clock.now += 31
    resolver.session().lookup("bad.example.com", "A")
    assert server.asked("bad.example.com") == 4


def test_the_cache_does_not_grow_without_bound(server: DnsServer) -> None:
    resolver = resolver_of(server, cache_size=20)
    resolver.prefetch((f"n{n}.example.com", "A") for n in range(90))
    assert len(resolver._cache) <= 20


def test_a_message_sees_one_answer_even_with_a_ttl_of_zero(server: DnsServer) -> None:
    server.add("example.com", "A", "192.0.2.1", ttl=0)
    resolver = resolver_of(server)
    message = resolver.session()
    first = message.lookup("example.com", "A")
    server.remove("example.com", "A")
    server.add("example.com", "A", "192.0.2.9", ttl=0)
    assert message.lookup("EXAMPLE.com", "a") == first
    assert resolver.session().lookup("example.com", "A") == Found(("192.0.2.9",), 0)


def test_prefetch_asks_at_once_and_each_question_once(server: DnsServer) -> None:
    names = [f"n{n}.example.com" for n in range(10)]
    for name in names:
        server.add(name, "A", "192.0.2.1")
        server.delay(name, 0.2)
    message = resolver_of(server).session()
    started = time.perf_counter()
    message.prefetch(
        [(name, "A") for name in names] + [(name.upper(), "a") for name in names] + [("a..b", "A")]
    )
    assert time.perf_counter() - started < 1.0
    for name in names:
        assert message.lookup(name, "A") == Found(("192.0.2.1",), 300)
        assert server.asked(name) == 1


def test_two_messages_that_want_the_same_answer_send_one_query(server: DnsServer) -> None:
    server.add("example.com", "A", "192.0.2.1")
    server.delay("example.com", 0.2)
    resolver = resolver_of(server)
    gate = threading.Barrier(8)

    def ask(_: int) -> object:
        message = resolver.session()
        gate.wait()
        return message.lookup("example.com", "A")

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert answers == {Found(("192.0.2.1",), 300)}
    assert server.asked("example.com") == 1


def test_the_budget_of_queries_is_each_messages_own(server: DnsServer) -> None:
    resolver = resolver_of(server)
    message = resolver.session(budget_queries=3)
    answers = [message.lookup(f"n{n}.example.com", "A") for n in range(5)]
    assert answers[:3] == [Absent(nxdomain=True)] * 3
    assert answers[3:] == [Failed("the number of DNS queries for one message is spent")] * 2
    # What another message has fetched is free, and what this one could not ask is not held against others.
    other = resolver.session(budget_queries=3)
    assert [other.lookup(f"n{n}.example.com", "A") for n in range(5)] == [Absent(nxdomain=True)] * 5
    assert len(server.queries) == 5


def test_the_budget_of_seconds_ends_the_waiting(server: DnsServer) -> None:
    for n in range(6):
        server.misbehave(f"n{n}.example.com", "drop")
    resolver = resolver_of(server, query_timeout=0.3)
    message = resolver.session(budget_seconds=0.5)
    started = time.perf_counter()
    answers = [message.lookup(f"n{n}.example.com", "A") for n in range(6)]
    assert time.perf_counter() - started < 2.0
    assert answers[-1] == Failed("the time for DNS queries of one message is spent")
    assert not any(isinstance(answer, Failed) and answer.temporary for answer in answers)


def test_one_messages_short_budget_is_not_the_answer_for_another(server: DnsServer) -> None:
    server.add("example.com", "A", "192.0.2.1")
    server.delay("example.com", 0.4)
    resolver = resolver_of(server)
    hasty, patient = resolver.session(budget_seconds=0.1), resolver.session()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hasty.lookup, "example.com", "A")
        time.sleep(0.03)
        second = pool.submit(patient.lookup, "example.com", "A")
        assert first.result() == Failed("the time for DNS queries of one message is spent")
        assert second.result() == Found(("192.0.2.1",), 300)


def test_the_prefetch_of_a_message_counts_against_its_budget(server: DnsServer) -> None:
    message = resolver_of(server, budget_queries=4).session()
    message.prefetch((f"n{n}.example.com", "A") for n in range(10))
    assert len(server.queries) == 4
    assert isinstance(message.session().lookup("n11.example.com", "A"), Absent)


def test_a_message_does_not_wait_for_workers_that_are_busy_with_others(server: DnsServer) -> None:
    for n in range(8):
        server.delay(f"slow{n}.example.com", 0.5)
    resolver = resolver_of(server, max_workers=2)
    with ThreadPoolExecutor(1) as pool:
        greedy = pool.submit(resolver.prefetch, [(f"slow{n}.example.com", "A") for n in range(4)])
        time.sleep(0.05)
        message = resolver.session(budget_seconds=0.2)
        started = time.perf_counter()
        message.prefetch([("a.example.com", "A"), ("b.example.com", "A")])
        assert time.perf_counter() - started < 0.8
        spent = Failed("the time for DNS queries of one message is spent")
        assert message.lookup("a.example.com", "A") == spent
        greedy.result()
    assert resolver.lookup("a.example.com", "A") == Absent(nxdomain=True)


def test_close_leaves_a_resolver_that_still_works(server: DnsServer) -> None:
    server.add("example.com", "A", "192.0.2.1")
    resolver = resolver_of(server)
    resolver.prefetch([("example.com", "A"), ("example.com", "TXT")])
    resolver.close()
    resolver.close()
    resolver.prefetch([("a.example.com", "A"), ("b.example.com", "TXT")])
    assert resolver.lookup("example.com", "A") == Found(("192.0.2.1",), 300)


def test_the_spec_of_a_name_server_opens_a_live_resolver(server: DnsServer) -> None:
    server.add("example.com", "A", "192.0.2.1")
    resolver = open_resolver(f"live:{server.address}:{server.port}")
    assert session(resolver).lookup("example.com", "A") == Found(("192.0.2.1",), 300)
    assert isinstance(open_resolver("live"), LiveResolver)
    for spec in ("live:192.0.2.1", "live:2001:db8::1", "live:[2001:db8::1]:5353", "live:[2001:db8::1]"):
        assert isinstance(open_resolver(spec), LiveResolver)
    for spec in ("live:", "live:example.com", "live:192.0.2.1:99999", "live:192.0.2.1:x", "live:[::1"):
        with pytest.raises(ValueError, match="not the address of a name server"):
            open_resolver(spec)


def test_an_answer_that_breaks_its_reader_is_a_failure(
    server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add("example.com", "A", "192.0.2.1")
    resolver = resolver_of(server)

    def broken(*_: object) -> object:
        raise AttributeError("surprise")

    monkeypatch.setattr(resolver, "_exchange", broken)
    assert resolver.lookup("example.com", "A") == Failed("the DNS answer is malformed")
