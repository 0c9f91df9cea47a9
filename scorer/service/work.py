"""The scorer at work in one process: jobs run beside the event loop, few at a time, with a bounded queue."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from starlette.types import Scope

from scorer.assessment import Assessment
from scorer.dns import Offline, Resolver, open_resolver, session
from scorer.draft import Draft
from scorer.engine import Scorer
from scorer.facts.audience import History
from scorer.message import Message
from scorer.said import say
from scorer.sending import Sending
from scorer.sentences import Translate, untranslated
from scorer.service.keys import StoredKey
from scorer.service.metrics import Metrics
from scorer.service.problems import Problem, busy
from scorer.service.settings import Settings

if TYPE_CHECKING:
    from scorer.service.histories import Histories

Result = TypeVar("Result")
AT_ONCE = 128 << 10
"""Bytes of a mailing up to which it is scored without a thread of its own: some milliseconds of work."""


class Dns:
    """The resolver of `--dns`, opened anew in each process: sockets and threads do not survive a fork."""

    def __init__(self, spec: str) -> None:
        self.spec = spec
        self._shared = open_resolver(spec)
        self._process = os.getpid()

    @property
    def live(self) -> bool:
        """Whether a lookup may wait for the network."""
        return self.spec == "live" or self.spec.startswith("live:")

    def __call__(self) -> Resolver:
        if self.live and self._process != os.getpid():
            self._shared = open_resolver(self.spec)
            self._process = os.getpid()
        return session(self._shared)


class Desk:
    """Scores for the service.

    Quick jobs (a score) and long ones (remedies, mending, a domain with live DNS) queue apart, so that a long
    one does not hold up the others. Python runs one thread at a time: more threads help only where jobs
    wait for the DNS or a database. A quick job about a mailing of usual size that waits for neither is done
    at once: handing it to a thread and back would only add to its time.
    """

    def __init__(
        self,
        scorer: Scorer,
        settings: Settings,
        metrics: Metrics,
        sending: Sending | None = None,
        dns: Dns | None = None,
        histories: Histories | None = None,
    ) -> None:
        self.scorer, self.settings, self.metrics, self.sending = scorer, settings, metrics, sending
        self.histories = histories
        waits = dns is not None and dns.live
        self._waits = waits or histories is not None
        self._quick = ThreadPoolExecutor(16 if waits else 1, thread_name_prefix="score")
        self._long = ThreadPoolExecutor(16 if waits else 1, thread_name_prefix="mend")
        self._waiting = {id(self._quick): 0, id(self._long): 0}
        self.draining = False

    async def run(self, job: Callable[[], Result], *, long: bool = False, size: int | None = None) -> Result:
        """Run the job in its turn. `size` is that of the mailing in bytes, where it is known.

        Raises:
            Problem: too many wait already, or the answer took too long (503); what the job raises.
        """
        pool = self._long if long else self._quick
        if not (long or self._waits or size is None or size > AT_ONCE or self._waiting[id(pool)]):
            return job()
        if self._waiting[id(pool)] >= self.settings.limits.queue:
            self.metrics.refused.labels("queue").inc()
            raise busy(say("too many requests are waiting in this process"))
        self._waiting[id(pool)] += 1
        future = asyncio.get_running_loop().run_in_executor(pool, job)
        future.add_done_callback(lambda _: self._done(pool))
        try:
            return await asyncio.wait_for(asyncio.shield(future), self.settings.limits.work_seconds)
        except TimeoutError:
            self.metrics.refused.labels("time").inc()
            raise Problem(
                503,
                "took-too-long",
                say("no answer within {seconds:g} seconds", seconds=float(self.settings.limits.work_seconds)),
                headers={"Retry-After": "10"},
            ) from None

    def _done(self, pool: ThreadPoolExecutor) -> None:
        self._waiting[id(pool)] -= 1

    def assess(
        self,
        message: Message | Draft | bytes,
        sending: Sending | None = None,
        *,
        remedies: bool = False,
        translate: Translate = untranslated,
        resolver: Resolver | None = None,
        tenant: str = "",
    ) -> Assessment:
        """Score one mailing (in the thread that calls), with what the tenant's history says. Raises as
        `Scorer.score` does."""
        scorer = self.scorer_for(tenant, resolver)
        assessment = scorer.score(message, sending or self.sending, remedies=remedies, translate=translate)
        self.metrics.verdicts.labels(assessment.verdict).inc()
        return assessment

    def scorer_for(self, tenant: str, resolver: Resolver | None = None) -> Scorer:
        """The scorer as one request needs it: with its tenant's history ("" for the service's own), and its
        own resolver if it has one."""
        history = self.histories.of(tenant) if self.histories is not None else None
        scorer = self.scorer if history is None else with_history(self.scorer, history)
        return scorer if resolver is None else with_resolver(scorer, resolver)

    def close(self) -> None:
        """Let go of the threads; jobs that run are left to end."""
        self._quick.shutdown(wait=False)
        self._long.shutdown(wait=False)


def with_history(scorer: Scorer, history: History) -> Scorer:
    """The same scorer with another history."""
    copy = object.__new__(Scorer)
    copy.__dict__.update(scorer.__dict__)
    copy.history = history
    return copy


def tenant_of(scope: Scope) -> str:
    """Whose request it is by its API key; "" where none are used."""
    stored: StoredKey | None = scope.get("key")
    return "" if stored is None else stored.tenant


def with_resolver(scorer: Scorer, resolver: Resolver) -> Scorer:
    """The same scorer asking another resolver: rules and models are shared, not loaded again."""
    copy = object.__new__(Scorer)
    copy.__dict__.update(scorer.__dict__)
    copy.resolver = lambda: resolver
    return copy


OFFLINE: Resolver = Offline()
