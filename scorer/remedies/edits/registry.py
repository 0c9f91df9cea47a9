"""What an edit is, and the edits by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from scorer.facts import Facts
from scorer.remedies.mailing import Mailing
from scorer.rules.rule import Hit


class Task(msgspec.Struct, frozen=True):
    """What an edit is to mend: the occurrences of one rule, with the facts that it was found in.

    The facts are those of the mailing before any edit; their offsets may not fit it any more.
    """

    rule: str
    hits: tuple[Hit, ...]
    facts: Facts

    def params(self, name: str) -> tuple[str, ...]:
        """The values of one `fix_params` entry over all occurrences, each once."""
        return tuple(dict.fromkeys(str(hit.fix_params[name]) for hit in self.hits if name in hit.fix_params))


Edit = Callable[[Mailing, Task], Mailing]


class Registered(NamedTuple):
    """An edit and its turn: edits of link addresses come before those that take elements out, and the text
    part is written last, from the mended HTML."""

    name: str
    edit: Edit
    turn: int


EDITS: dict[str, Registered] = {}


def edit(name: str, turn: int) -> Callable[[Edit], Edit]:
    """Register a function as the edit `name`."""

    def registered(function: Edit) -> Edit:
        if name in EDITS:
            raise ValueError(f"two edits have the name {name}")
        EDITS[name] = Registered(name, function, turn)
        return function

    return registered


class Step(NamedTuple):
    """One edit to make."""

    edit: str
    task: Task


class Outcome(NamedTuple):
    """The mended mailing, the steps that changed it (or left a note), and those that could do nothing."""

    mailing: Mailing
    done: tuple[Step, ...]
    failed: tuple[Step, ...]


def perform(mailing: Mailing, steps: Iterable[Step]) -> Outcome:
    """Make the edits in their order. One that fails is skipped: a mailing half mended is worth something."""
    done: list[Step] = []
    failed: list[Step] = []
    for step in sorted(steps, key=lambda step: EDITS[step.edit].turn if step.edit in EDITS else 0):
        registered = EDITS.get(step.edit)
        try:
            after = registered.edit(mailing, step.task) if registered is not None else mailing
        except Exception:  # an edit meets whatever people write; the caller lists it as not done
            failed.append(step)
            continue
        (done if after != mailing else failed).append(step)
        mailing = after
    return Outcome(mailing, tuple(done), tuple(failed))
