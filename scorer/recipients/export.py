"""The clean list and the rows that are left out, written in a second reading."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from scorer.recipients.addresses import MAX_DOMAINS, Address, AddressReader
from scorer.recipients.quality import Checked
from scorer.recipients.reading import ListError
from scorer.recipients.report import BIT, REASONS


def write_lists(
    checked: Checked,
    clean: str | None,
    rejects: str | None,
    progress: Callable[[int], None] | None = None,
) -> tuple[int, int]:
    """Write the rows to keep to `clean` and the others to `rejects` (UTF-8, RFC 4180 with the list's own
    delimiter); how many went to each.

    A row stays as it is but for its address, which is written bare and with its domain in lower case. Rejects have
    three columns in front: line, reasons, and the domain that was probably meant. A file is written beside its
    place and moved there when it is whole.

    Raises:
        ListError: a file cannot be written, or the list has changed since it was checked.
    """
    source, columns = checked.source, checked.columns
    delimiter = source.dialect.delimiter or ","
    kept = out = 0
    left_out = [reason for reason in REASONS if reason in checked.options.left_out]
    mask = sum(BIT[reason] for reason in left_out)
    reader = AddressReader()
    with ExitStack() as stack:
        writers = []
        for path in (clean, rejects):
            file = stack.enter_context(_whole(path)) if path else None
            writers.append(csv.writer(file, delimiter=delimiter, lineterminator="\n") if file else None)
        to_clean, to_rejects = writers
        records = source.records(progress)
        if columns.header:
            header = next(records, (0, [], ""))[1]
            if to_clean:
                to_clean.writerow(header)
            if to_rejects:
                to_rejects.writerow(("line", "reasons", "meant", *header))
        elif to_rejects:
            to_rejects.writerow(("line", "reasons", "meant", "row"))
        marks = enumerate(checked.marks(), 1)
        for line, fields, problem in records:
            mark = next((mark for at, mark in marks if at == line), 0)
            if not mark:
                raise ListError(f"{source.name}: has changed while it was read")
            address = (
                None
                if problem or len(fields) <= columns.email
                else reader.read(fields[columns.email].strip())
            )
            if mark & mask:
                out += 1
                if to_rejects:
                    reasons = " ".join(reason for reason in REASONS if mark & BIT[reason])
                    meant = address.domain.meant if isinstance(address, Address) else ""
                    to_rejects.writerow((line, reasons, meant, *fields))
            else:
                kept += 1
                if to_clean:
                    if isinstance(address, Address):
                        fields[columns.email] = address.text
                    to_clean.writerow(fields)
            if len(reader.domains) > MAX_DOMAINS:
                reader.domains.clear()
    return kept, out


@contextmanager
def _whole(path: str) -> Iterator[TextIO]:
    """A file that appears under its name only when everything is in it."""
    part = Path(f"{path}.part{os.getpid()}")
    try:
        with part.open("w", encoding="utf-8", errors="replace", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise ListError(f"{path}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
