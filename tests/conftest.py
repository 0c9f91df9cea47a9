"""What all tests share: examples are drawn the same way every time, and no timing decides a test."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

# The matrices of the tests are small, and two workers share two processors: threads would only wait for each other.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

settings.register_profile(
    "default", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default")


@pytest.fixture(scope="module", autouse=True)
def garbage_is_looked_for_among_what_is_new() -> None:
    """What earlier modules left, and what all of them imported, is not looked through again and again."""
    gc.collect()
    gc.freeze()
