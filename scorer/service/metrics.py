"""What Prometheus may ask: counts and times of all workers, without tenants, addresses or domains."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def prepare_folder() -> str:
    """A folder where the workers of one service keep their counts; to be called before `Metrics` is made."""
    folder = tempfile.mkdtemp(prefix="score-serve-")
    os.environ[_FOLDER] = folder
    return folder


def remove_folder(folder: str) -> None:
    """Take the folder away when the service has stopped."""
    shutil.rmtree(folder, ignore_errors=True)


class Metrics:
    """The counters. In a folder of `prepare_folder` they are summed over the workers."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.registry = CollectorRegistry()
        self.requests: Any = Counter(
            "scorer_requests",
            "Requests answered, by protocol, route and status",
            ("protocol", "route", "status"),
            registry=self.registry,
        )
        self.seconds: Any = Histogram(
            "scorer_request_seconds",
            "Seconds from the request's head to its answer",
            ("protocol", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.verdicts: Any = Counter(
            "scorer_verdicts", "Mailings scored, by verdict", ("verdict",), registry=self.registry
        )
        self.refused: Any = Counter(
            "scorer_refused",
            "Requests refused before any work, by reason",
            ("reason",),
            registry=self.registry,
        )

    def page(self) -> bytes:
        """The text form of all workers' numbers."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        if not os.environ.get(_FOLDER):
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
