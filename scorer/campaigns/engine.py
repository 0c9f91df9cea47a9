"""Chunks of messages on an engine that exists: worker processes here (joblib's), or a Dask cluster.

Both are driven by the same loop: chunks go out, a bounded number at a time, and come back in order, so that
memory stays constant and two runs write the same file.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from concurrent.futures.process import ProcessPoolExecutor as StandardExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import chain, islice
from multiprocessing import resource_tracker as standard_tracker
from typing import Any, Protocol

from scorer.campaigns.items import Item, SourceError, chunked
from scorer.campaigns.work import Done, failed, packed, prepare, run_id, score_chunk
from scorer.campaigns.work import Job as Job

AHEAD = 4
"""Chunks under way for each worker."""
CONNECT_SECONDS = 15
_KILLED = "the worker process died while scoring this message (out of memory, or killed)"


class EngineError(RuntimeError):
    """The engine cannot go on; one line. What is written so far stays, and can be continued."""


class Engine(Protocol):
    """Where chunks are scored."""

    def submit(self, items: tuple[Item, ...]) -> Any:
        """Begin to score a chunk; the answer has `result()`."""

    def result(self, future: Any) -> tuple[Done, ...] | None:
        """The finished chunk, or None where its worker died."""

    def alone(self, item: Item) -> tuple[Done, ...] | None:
        """Score one message by itself, None where that kills its worker."""

    def width(self) -> int:
        """How many chunks to keep under way."""


def score_items(
    items: Iterable[Item], job: Job, *, jobs: int = 0, scheduler: str | None = None
) -> Iterator[Done]:
    """Score items, in order.

    `scheduler` is None for this machine, "" for a Dask cluster started here, or the address of one. `jobs` is
    the number of processes (0 for all cores; 1 scores in this process, as does a single chunk).

    Raises:
        EngineError: the engine is missing or was lost.
        scorer.config.ConfigError, ValueError: the job cannot be done by anyone.
    """
    job_bytes = packed(job)
    run = run_id(job_bytes)
    chunks = iter(chunked(items))
    jobs = jobs or usable_cores()
    if scheduler is not None:
        yield from _through(lambda: _dask(scheduler, jobs, job_bytes), chunks, run)
        return
    # What is wrong with the settings is said once, here, and not by every worker.
    prepare(job_bytes)
    first = list(islice(chunks, 2))
    if jobs == 1 or len(first) < 2:
        for chunk in chain(first, chunks):
            yield from score_chunk(job_bytes, chunk)
        return
    yield from _through(lambda: _local(jobs, job_bytes), chain(first, chunks), run)


def usable_cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _through(
    open_engine: Callable[[], AbstractContextManager[Engine]], chunks: Iterator[tuple[Item, ...]], run: str
) -> Iterator[Done]:
    with open_engine() as engine:
        under_way: deque[tuple[tuple[Item, ...], Any]] = deque()
        for chunk in chunks:
            under_way.append((chunk, engine.submit(chunk)))
            if len(under_way) >= engine.width():
                yield from _finish(engine, *under_way.popleft(), run)
        while under_way:
            yield from _finish(engine, *under_way.popleft(), run)


def _finish(engine: Engine, chunk: tuple[Item, ...], future: Any, run: str) -> Iterator[Done]:
    done = engine.result(future)
    if done is not None:
        yield from done
        return
    # One of these, or of another chunk that was with the same worker, killed it: each by itself.
    for item in chunk:
        single = engine.alone(item)
        yield from single if single is not None else (failed(item, _KILLED, run),)


class _Lost:
    """A future that could not even be submitted."""


class _Processes:
    """Worker processes of this machine. A pool whose worker died is of no more use: a new one is made."""

    def __init__(self, jobs: int, job_bytes: bytes) -> None:
        self._jobs, self._job = jobs, job_bytes
        self._pool = self._new(jobs)
        self._single: Any = None
        self._submitted: set[Any] = set()

    def _new(self, jobs: int) -> Any:
        return _executor(jobs, self._job)

    def submit(self, items: tuple[Item, ...]) -> Any:
        for _ in range(2):
            try:
                with _interrupt_unheard():
                    future = self._pool.submit(score_chunk, self._job, items)
                    self._submitted.add(future)
                    future.add_done_callback(self._submitted.discard)
                return future
            except BrokenProcessPool:
                self._pool.shutdown(wait=False)
                self._pool = self._new(self._jobs)
        return _Lost()

    def result(self, future: Any) -> tuple[Done, ...] | None:
        if isinstance(future, _Lost):
            return None
        try:
            result: tuple[Done, ...] = future.result()
            return result
        except BrokenProcessPool:
            return None

    def alone(self, item: Item) -> tuple[Done, ...] | None:
        if self._single is None:
            self._single = self._new(1)
        with _interrupt_unheard():
            future = self._single.submit(score_chunk, self._job, (item,))
        done = self.result(future)
        if done is None:
            self._single.shutdown(wait=False)
            self._single = None
        return done

    def width(self) -> int:
        return AHEAD * self._jobs

    def close(self) -> None:
        self._pool.shutdown(wait=True)
        if self._single is not None:
            self._single.shutdown(wait=True)

    def end(self) -> None:
        """Close without what no worker has begun."""
        for future in tuple(self._submitted):
            future.cancel()
        self.close()


@contextmanager
def _interrupt_unheard() -> Iterator[None]:
    """SIGINT waits meanwhile, and processes that are started meanwhile never hear it: on Ctrl-C the terminal tells
    every process, and this one ends the others."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _executor(jobs: int, job_bytes: bytes) -> Any:
    """joblib's executor (loky), or the standard library's where joblib is not installed."""
    # Whoever starts a tracker lets signals through afterwards: both are to run before a worker is started.
    standard_tracker.ensure_running()
    try:
        from joblib.externals.loky import ProcessPoolExecutor
        from joblib.externals.loky.backend import resource_tracker
    except ImportError:
        spawn = multiprocessing.get_context("spawn")
        return StandardExecutor(jobs, mp_context=spawn, initializer=prepare, initargs=(job_bytes,))
    resource_tracker.ensure_running()
    return ProcessPoolExecutor(max_workers=jobs, initializer=prepare, initargs=(job_bytes,))


@contextmanager
def _local(jobs: int, job_bytes: bytes) -> Iterator[Engine]:
    engine = _Processes(jobs, job_bytes)
    try:
        yield engine
    except (KeyboardInterrupt, GeneratorExit):
        # Nobody wants the rest.
        engine.end()
        raise
    except BaseException:
        engine.close()
        raise
    engine.close()


class _Dask:
    """A Dask cluster through its client. What a dead worker had is done by the others; a task that keeps
    killing workers is given up by the scheduler (`distributed.scheduler.allowed-failures`)."""

    def __init__(self, client: Any, job_bytes: bytes) -> None:
        self._client, self._job = client, job_bytes

    def submit(self, items: tuple[Item, ...]) -> Any:
        read = tuple(_with_data(item) for item in items)
        return self._client.submit(score_chunk, self._job, read, pure=False)

    def result(self, future: Any) -> tuple[Done, ...] | None:
        from distributed import CancelledError, KilledWorker

        try:
            result: tuple[Done, ...] = future.result()
            return result
        except KilledWorker:
            return None
        except (CancelledError, OSError, TimeoutError) as error:
            raise EngineError(
                f"the Dask scheduler was lost ({type(error).__name__}); go on with --resume"
            ) from None

    def alone(self, item: Item) -> tuple[Done, ...] | None:
        return self.result(self.submit((item,)))

    def width(self) -> int:
        cores: int = sum(self._client.ncores().values())
        return AHEAD * max(1, cores)


def _with_data(item: Item) -> Item:
    """The item with its bytes: a cluster's workers need not see this machine's files."""
    import msgspec

    from scorer.campaigns.work import read_data

    if item.data is not None or item.error:
        return item
    try:
        return msgspec.structs.replace(item, data=read_data(item))
    except OSError as error:
        return msgspec.structs.replace(item, error=error.strerror or str(error))


@contextmanager
def _dask(scheduler: str, jobs: int, job_bytes: bytes) -> Iterator[Engine]:
    try:
        import distributed
    except ImportError:
        raise EngineError("--engine dask needs the extra `cluster` (dask and distributed)") from None
    # The package has hints for some of its functions only.
    dask: Any = distributed
    with ExitStack() as stack:
        try:
            if scheduler:
                client = stack.enter_context(dask.Client(scheduler, timeout=CONNECT_SECONDS))
            else:
                cluster = dask.LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None)
                client = stack.enter_context(dask.Client(stack.enter_context(cluster)))
            client.wait_for_workers(1, timeout=60)
        except (OSError, TimeoutError, ValueError) as error:
            said = " ".join(str(error).split())[:200]
            raise EngineError(f"no Dask cluster at {scheduler or 'this machine'}: {said}") from None
        # A worker without this program, or with another model, says so before anything is scored.
        try:
            client.run(prepare, job_bytes)
        except Exception as error:
            raise EngineError(f"a Dask worker cannot score: {' '.join(str(error).split())[:200]}") from None
        yield _Dask(client, job_bytes)


__all__ = ["Engine", "EngineError", "Job", "SourceError", "score_items", "usable_cores"]
