"""A progress bar with rate and time left, on a terminal only."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any


class Progress:
    """Counts messages; the bar's length is the bytes of the sources, known before all are read."""

    def __init__(self, total_bytes: int) -> None:
        self._bar: Any = None
        self._begun = time.monotonic()
        self.messages = 0
        if sys.stderr.isatty():
            try:
                from tqdm import tqdm
            except ImportError:
                return
            self._bar = tqdm(
                total=total_bytes,
                file=sys.stderr,
                leave=False,
                bar_format="{percentage:3.0f}% {bar} {postfix} {elapsed}, {remaining} left",
            )

    def advance(self, consumed: int) -> None:
        """One message more."""
        self.messages += 1
        if self._bar is not None:
            self._bar.update(consumed)
            if self.messages % 32 == 0:
                rate = self.messages / max(1e-9, time.monotonic() - self._begun)
                self._bar.set_postfix_str(f"{self.messages} messages, {rate:.0f}/s", refresh=False)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
