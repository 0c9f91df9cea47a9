"""Taking feeds into a history: each item once, broken ones named, an interrupted run resumed.

What an item says and the mark that it is done are written in one transaction. A long item is written in
parts, and read again from its start after an interruption: what is there already is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from scorer.history.readers.items import Item, find_items
from scorer.history.readers.read import read_item
from scorer.history.store import History
from scorer.history.values import Batch, NotUsable, Written


class Taken(msgspec.Struct, frozen=True):
    """What became of one item. `again` says that it had been taken in before; `problem` why it could not be
    read ("" where it could); `notes` what in it could not be used."""

    name: str
    form: str = ""
    again: bool = False
    problem: str = ""
    notes: tuple[str, ...] = ()
    events: int = 0
    counts: int = 0
    rates: int = 0
    reports: int = 0


MAX_NOTES = 50


def ingest(history: History, paths: Iterable[str], today: date, sender_domain: str = "") -> Iterator[Taken]:
    """Take in everything below the paths. `sender_domain` is for feeds that do not say who sent.

    Raises:
        FileNotFoundError: a path is not there.
        scorer.history.store.StoreError: the history cannot be written.
    """
    for item in find_items(paths):
        yield take_in(history, item, today, sender_domain)


def take_in(history: History, item: Item, today: date, sender_domain: str = "") -> Taken:
    """Take in one item. Raises `StoreError` where the history cannot be written."""
    try:
        digest = digest_of(item, sender_domain)
        if history.seen(digest):
            return Taken(item.name, again=True)
        form = ""
        notes: list[str] = []
        total = Written()
        waiting: Batch | None = None
        for found, batch in read_item(item, today):
            form = found
            notes.extend(batch.problems[: MAX_NOTES - len(notes)])
            if waiting is not None:
                total = _sum(total, history.add(waiting))
            waiting = _of(batch, sender_domain)
        total = _sum(total, history.add(waiting or Batch(), finished=digest, form=form))
    except NotUsable as error:
        return Taken(item.name, problem=str(error))
    return Taken(item.name, form, False, "", tuple(notes), *total)


def digest_of(item: Item, sender_domain: str = "") -> str:
    """What an item is recognised by: the digest of its bytes, and of the domain that was stated for it.

    Raises:
        NotUsable: it cannot be read.
    """
    digest = hashlib.sha256(sender_domain.encode("utf-8", "replace") + b"\0")
    if item.path:
        try:
            with Path(item.path).open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise NotUsable(error.strerror or str(error)) from None
    else:
        digest.update(item.data)
    return digest.hexdigest()


def _of(batch: Batch, domain: str) -> Batch:
    """The batch with the stated domain where an event says none."""
    if not domain:
        return batch
    return msgspec.structs.replace(
        batch,
        events=tuple(
            item if item.sender_domain else msgspec.structs.replace(item, sender_domain=domain)
            for item in batch.events
        ),
        counts=tuple(
            item if item.sender_domain else msgspec.structs.replace(item, sender_domain=domain)
            for item in batch.counts
        ),
    )


def _sum(one: Written, other: Written) -> Written:
    return Written(*(a + b for a, b in zip(one, other, strict=True)))
