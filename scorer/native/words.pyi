from collections.abc import Callable

from typing_extensions import Buffer

from scorer.text.model import TextTerm

class Vocabulary:
    def __init__(self, text: Buffer, weights: Buffer, shown: int, places: int) -> None: ...
    @staticmethod
    def lines(text: Buffer) -> int: ...
    def evidence(
        self,
        subject: str,
        body: str,
        heard: Callable[[float, float, int], tuple[float, float]],
        make: type[TextTerm],
    ) -> tuple[float, float, tuple[TextTerm, ...], float] | None: ...
