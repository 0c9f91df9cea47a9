from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

class Scorecard:
    def __init__(self, features: Sequence[tuple[str, str, Sequence[float], Sequence[float]]]) -> None: ...
    def terms(
        self, values: dict[str, float | None], make: Callable[[str, float, float, str], T]
    ) -> tuple[tuple[T, ...], list[float]]: ...
