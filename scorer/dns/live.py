"""DNS from name servers: a stub resolver over dnspython with a shared cache and a budget for each
message.

RFC 1035, EDNS(0) by RFC 6891 (1232 octets, the payload that fits every path: dnsflagday.net/2020),
TCP after a truncated answer (RFC 7766), negative answers cached by the SOA minimum (RFC 2308).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from scorer.dns.answer import Absent, Answer, Failed, Found
from scorer.dns.names import canonical_name, host, present
from scorer.said import say

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    import dns.message

EDNS_PAYLOAD = 1232
ATTEMPTS = 2
MAX_CHAIN = 16
MAX_TTL = 86_400
# RFC 2308 §5 finds one to three hours sensible for a negative answer, §7.1 allows five minutes for
# a failure.
MAX_NEGATIVE_TTL = 10_800
FAILURE_TTL = 30

_SPENT_QUERIES = Failed("the number of DNS queries for one message is spent")
_SPENT_SECONDS = Failed("the time for DNS queries of one message is spent")

_Key = tuple[str, str]


class _Outcome(msgspec.Struct, frozen=True):
    """An answer, how many seconds it may be kept, and whether it holds for others than the one who
    asked (a spent budget does not)."""

    answer: Answer
    keep: float
    shared: bool = True


class _Budget:
    """What one message may still ask; the seconds run from its first query."""

    def __init__(self, seconds: float | None, queries: int | None, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._queries = queries
        self._clock = clock
        self._deadline: float | None = None
        self._lock = threading.Lock()

    def seconds_left(self) -> float | None:
        """None where there is no limit."""
        with self._lock:
            if self._seconds is None:
                return None
            if self._deadline is None:
                return self._seconds
            return max(0.0, self._deadline - self._clock())

    def start(self) -> None:
        """Let the seconds run, if they do not already."""
        with self._lock:
            if self._seconds is not None and self._deadline is None:
                self._deadline = self._clock() + self._seconds

    def take(self) -> Failed | None:
        """Charge one query; the failure if there is nothing left to charge."""
        self.start()
        with self._lock:
            if self._deadline is not None and self._clock() >= self._deadline:
                return _SPENT_SECONDS
            if self._queries is not None:
                if self._queries <= 0:
                    return _SPENT_QUERIES
                self._queries -= 1
        return None


class LiveResolver:
    """Asks name servers. Safe to share between threads; each question is on its way only once at a
    time.

    `nameservers`: IP addresses, by default those of the system. `query_timeout`: seconds for one
    attempt; there are two, the second at the next name server. `budget_seconds` and
    `budget_queries`: what a `session` gets. The resolver's own `lookup` has no budget; ask through
    a session on behalf of anything hostile."""

    def __init__(
        self,
        nameservers: Sequence[str] | None = None,
        *,
        port: int = 53,
        query_timeout: float = 2.0,
        budget_seconds: float = 8.0,
        budget_queries: int = 200,
        max_workers: int = 16,
        cache_size: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._nameservers = None if nameservers is None else tuple(nameservers)
        self._port = port
        self._query_timeout = query_timeout
        self._budget_seconds = budget_seconds
        self._budget_queries = budget_queries
        self._max_workers = max_workers
        self._cache_size = cache_size
        self._clock = clock
        self._lock = threading.Lock()
        self._cache: dict[_Key, tuple[Answer, float]] = {}
        self._under_way: dict[_Key, Future[_Outcome]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._no_limit = _Budget(None, None, clock)
        # Until one server has answered something, silence may as well mean that there is no
        # network.
        self._server_answered = False

    def session(self, *, budget_seconds: float | None = None, budget_queries: int | None = None) -> Session:
        """A view for one message, with a budget of its own over the common cache."""
        seconds = self._budget_seconds if budget_seconds is None else budget_seconds
        queries = self._budget_queries if budget_queries is None else budget_queries
        return Session(self, _Budget(seconds, queries, self._clock))

    def lookup(self, name: str, rdtype: str) -> Answer:
        """See `Resolver.lookup`."""
        key = canonical_name(name)
        if key is None:
            return Absent(nxdomain=True)
        return self._resolve((key, rdtype.upper()), self._no_limit)

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        """See `Resolver.prefetch`."""
        self._resolve_all(_keys(queries), self._no_limit)

    def close(self) -> None:
        """End the worker threads. The resolver may be used again afterwards."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def _resolve_all(self, keys: Sequence[_Key], budget: _Budget) -> list[Answer]:
        if len(keys) < 2:
            return [self._resolve(key, budget) for key in keys]
        from concurrent.futures import ThreadPoolExecutor

        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._max_workers, thread_name_prefix="dns")
            pool = self._pool
        budget.start()
        under_way = [pool.submit(self._resolve, key, budget) for key in keys]
        answers: list[Answer] = []
        for future in under_way:
            try:
                answers.append(future.result(budget.seconds_left()))
            except TimeoutError:
                # The workers are busy with other messages; this one does not wait for them.
                future.cancel()
                answers.append(_SPENT_SECONDS)
        return answers

    def _resolve(self, key: _Key, budget: _Budget) -> Answer:
        """The cached answer, or that of a query under way, or a fresh one."""
        from concurrent.futures import Future

        while True:
            with self._lock:
                held = self._cache.get(key)
                if held is not None and held[1] > self._clock():
                    return held[0]
                under_way = self._under_way.get(key)
                if under_way is None:
                    mine: Future[_Outcome] = Future()
                    self._under_way[key] = mine
                    break
            try:
                outcome = under_way.result(budget.seconds_left())
            except TimeoutError:
                return _SPENT_SECONDS
            if outcome.shared:
                return outcome.answer
        outcome = _Outcome(Failed("the DNS query broke off"), 0, shared=False)
        try:
            outcome = self._ask(key, budget)
        # A lookup never raises, whatever an answer from the network does to the reader of it.
        except Exception:
            outcome = _Outcome(Failed("the DNS answer is malformed"), FAILURE_TTL)
        finally:
            with self._lock:
                del self._under_way[key]
                if outcome.keep > 0:
                    self._keep(key, outcome)
            mine.set_result(outcome)
        return outcome.answer

    def _keep(self, key: _Key, outcome: _Outcome) -> None:
        now = self._clock()
        if len(self._cache) >= self._cache_size:
            self._cache = {k: held for k, held in self._cache.items() if held[1] > now}
            # Still full: the oldest tenth goes, so that this does not happen at each answer.
            for stale in list(self._cache)[: max(0, len(self._cache) - self._cache_size * 9 // 10)]:
                del self._cache[stale]
        self._cache[key] = (outcome.answer, now + outcome.keep)

    def _ask(self, key: _Key, budget: _Budget) -> _Outcome:
        """Ask the name servers, following CNAMEs that they did not follow themselves."""
        import dns.exception
        import dns.message
        import dns.name
        import dns.rcode
        import dns.rdatatype

        asked, wanted = key
        try:
            rdtype = dns.rdatatype.from_text(wanted)
            name = dns.name.from_text(asked)
        except (dns.exception.DNSException, ValueError):
            return _Outcome(Failed(say("cannot ask for {type} records", type=wanted)), 0)
        if dns.rdatatype.is_metatype(rdtype):
            return _Outcome(Failed(say("cannot ask for {type} records", type=wanted)), 0)
        chain: list[str] = []
        ttl = MAX_TTL
        while True:
            response = self._exchange(name, rdtype, budget)
            if isinstance(response, _Outcome):
                return response
            try:
                result = response.resolve_chaining()
            except dns.message.ChainTooLong:
                return _loop(chain, asked)
            except (dns.exception.DNSException, ValueError):
                return _Outcome(Failed("the DNS answer contradicts itself"), FAILURE_TTL)
            ttl = min(ttl, result.minimum_ttl)
            targets = [host(cname[0].target) for cname in result.cnames]
            for target in targets:
                if target == asked or target in chain:
                    return _loop(chain, target)
                chain.append(target)
            if len(chain) > MAX_CHAIN:
                return _loop(chain, asked)
            if result.answer is not None:
                records = tuple(present(rdata) for rdata in result.answer)
                return _Outcome(Found(records, ttl, tuple(chain)), ttl)
            nxdomain = response.rcode() == dns.rcode.NXDOMAIN
            if nxdomain or not targets or _denies(response, result.canonical_name):
                keep = min(ttl, MAX_NEGATIVE_TTL)
                return _Outcome(Absent(nxdomain, tuple(chain)), keep)
            name = result.canonical_name

    def _exchange(self, name: Any, rdtype: Any, budget: _Budget) -> dns.message.QueryMessage | _Outcome:
        """One question put to the name servers until one answers: the response, or the outcome that
        says why there is none."""
        import dns.exception
        import dns.message
        import dns.query
        import dns.rcode

        servers = self._servers()
        if not servers:
            return _Outcome(Failed("no name server is configured"), 0)
        failure = _Outcome(Failed("no name server answered"), 0)
        edns: int | bool = 0
        for attempt in range(ATTEMPTS):
            spent = budget.take()
            if spent is not None:
                return _Outcome(spent, 0, shared=False)
            left = budget.seconds_left()
            timeout = self._query_timeout if left is None else min(self._query_timeout, left)
            query = dns.message.make_query(name, rdtype, use_edns=edns, payload=EDNS_PAYLOAD)
            try:
                response, _ = dns.query.udp_with_fallback(
                    query,
                    servers[attempt % len(servers)],
                    timeout=timeout,
                    port=self._port,
                    ignore_unexpected=True,
                )
            except dns.exception.Timeout:
                if left is not None and left < self._query_timeout:
                    return _Outcome(_SPENT_SECONDS, 0, shared=False)
                reason = say("no DNS answer within {seconds:g} s", seconds=self._query_timeout)
                failure = _Outcome(Failed(reason, self._server_answered), FAILURE_TTL)
                continue
            except (dns.exception.DNSException, EOFError, ValueError):
                failure = _Outcome(Failed("the DNS answer is malformed"), FAILURE_TTL)
                continue
            except OSError as error:
                why = error.strerror or type(error).__name__
                failure = _Outcome(Failed(say("no way to the name server: {error}", error=why)), FAILURE_TTL)
                continue
            self._server_answered = True
            if not isinstance(response, dns.message.QueryMessage):
                failure = _Outcome(Failed("the DNS answer is malformed"), FAILURE_TTL)
                continue
            code = response.rcode()
            if code in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                return response
            text = dns.rcode.to_text(code)
            # A recursive server says SERVFAIL of the domain's servers, but REFUSED of its own
            # dealings with us.
            temporary = code == dns.rcode.SERVFAIL
            failure = _Outcome(
                Failed(say("the name server answered {code}", code=text), temporary), FAILURE_TTL
            )
            if code in (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS):
                edns = False
        return failure

    def _servers(self) -> tuple[str, ...]:
        if self._nameservers is None:
            import dns.exception
            import dns.resolver

            try:
                configured = dns.resolver.Resolver().nameservers
            except (dns.exception.DNSException, OSError):
                configured = []
            self._nameservers = tuple(server for server in configured if isinstance(server, str))
        return self._nameservers


class Session:
    """One message's view of a `LiveResolver`: the same question always has the same answer,
    whatever its TTL, and the queries and seconds that it costs are this message's own."""

    def __init__(self, resolver: LiveResolver, budget: _Budget) -> None:
        self._resolver = resolver
        self._budget = budget
        self._seen: dict[_Key, Answer] = {}

    def lookup(self, name: str, rdtype: str) -> Answer:
        """See `Resolver.lookup`."""
        canonical = canonical_name(name)
        if canonical is None:
            return Absent(nxdomain=True)
        key = (canonical, rdtype.upper())
        seen = self._seen.get(key)
        if seen is None:
            seen = self._seen.setdefault(key, self._resolver._resolve(key, self._budget))
        return seen

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        """See `Resolver.prefetch`."""
        keys = [key for key in _keys(queries) if key not in self._seen]
        for key, answer in zip(keys, self._resolver._resolve_all(keys, self._budget), strict=True):
            self._seen.setdefault(key, answer)

    def session(self) -> Session:
        """Another view of the same resolver, with a full budget."""
        return self._resolver.session()


def _keys(queries: Iterable[tuple[str, str]]) -> list[_Key]:
    """The distinct questions in `queries`, in order, without those that need no asking."""
    named = ((canonical_name(name), rdtype.upper()) for name, rdtype in queries)
    return list(dict.fromkeys((name, rdtype) for name, rdtype in named if name is not None))


def _loop(chain: list[str], name: str) -> _Outcome:
    where = chain[-1] if chain else name
    return _Outcome(Failed(say("CNAME loop at {name}", name=where), temporary=True), FAILURE_TTL)


def _denies(response: Any, name: Any) -> bool:
    """Whether the response's authority section speaks for `name`, so that its silence means
    NODATA."""
    import dns.rdatatype

    return any(
        rrset.rdtype == dns.rdatatype.SOA and name.is_subdomain(rrset.name) for rrset in response.authority
    )
