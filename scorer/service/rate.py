"""Token buckets in memory that all workers share, so that a limit holds for the service and not a process."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

SLOTS = 4096
_PROBES = 64
_SLOT = struct.Struct("=16sdd")


class RateLimiter:
    """A bucket for each key: `take` asks for one token.

    Made before the workers are forked. The lock is the kernel's record lock, which a worker that dies gives
    back; the memory is anonymous and goes with the last process. Only one thread of a process may use it.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SLOTS * _SLOT.size)
        self._lock = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the limiter

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.lockf(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)

    def take(self, name: str, rate: float, burst: float, now: float) -> float:
        """Take a token of `name`'s bucket, which fills with `rate` a second up to `burst`.

        `now` is a monotonic clock that all processes share. Returns 0 if there was one, else the seconds
        until there will be.
        """
        if rate <= 0:
            return 0.0
        digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).digest()
        with self._locked():
            offset = self._slot(digest, now)
            owner, tokens, filled = _SLOT.unpack_from(self._memory, offset)
            if owner != digest:
                tokens, filled = burst, now
            tokens = min(burst, tokens + max(0.0, now - filled) * rate)
            wait = 0.0 if tokens >= 1.0 else (1.0 - tokens) / rate
            _SLOT.pack_into(self._memory, offset, digest, tokens - 1.0 if wait == 0.0 else tokens, now)
        return wait

    def _slot(self, digest: bytes, now: float) -> int:
        """The key's slot, a free one, or of those near it the one that was not used for longest."""
        start = int.from_bytes(digest[:4], "big")
        oldest, least = 0, now + 1.0
        for probe in range(_PROBES):
            offset = (start + probe) % SLOTS * _SLOT.size
            owner, _, filled = _SLOT.unpack_from(self._memory, offset)
            if owner == digest or owner == bytes(16):
                return offset
            if filled < least:
                oldest, least = offset, filled
        return oldest
