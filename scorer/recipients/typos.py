"""Misspelt names of the large mailbox providers (gmial.com), each with the name that was meant.

All slips of one finger are generated from scorer/tables/typo_targets.txt: a letter left out, doubled, swapped
with the next one, hit together with or in place of its neighbour on a QWERTY keyboard, and endings such as
".con". A name that is somebody's real one (another provider, a brand, an exception of the table) is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from scorer.domains.tables import entries

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ENDINGS = (
    "c", "ccom", "cim", "cm", "cmo", "co", "col", "com.com", "comm", "comn", "con", "conm", "coom", "cpm", "kom",
    "m", "ocm", "om", "ocom", "vom", "xom",
)  # fmt: skip
"""What ".com" is misspelt as."""
_REAL_ENDINGS = frozenset({"cm", "co", "om"})
"""Those of them that are top-level domains; none of the providers has mail there."""
_SHORTEST = 5
"""Letters of a first label below which one slip often meets another real name."""


class Targets:
    """The table of targets: names of which each slip counts, those of which the ending alone does, those that
    have one ending, and real names that are no slips."""

    def __init__(self) -> None:
        sections: dict[str, list[str]] = {"": [], "[only]": [], "[not]": []}
        section = ""
        for line in entries("typo_targets.txt"):
            if line in sections:
                section = line
            else:
                sections[section].append(line)
        pairs = [line.split() for line in sections[""]]
        self.names = tuple(name for name, kind in pairs if kind == "name")
        self.all = tuple(name for name, _ in pairs)
        self.one_ending = tuple(sections["[only]"])
        self.exceptions = frozenset(sections["[not]"])


@cache
def targets() -> Targets:
    """The table, read once."""
    return Targets()


@cache
def likely_typos() -> Mapping[str, str]:
    """Every misspelt domain and the one that was meant."""
    table = targets()
    known = {line.split()[0] for line in entries("freemail.txt")} | table.exceptions
    brands = {name for line in entries("brands.txt") for name in line.rpartition("|")[2].split()}
    found: dict[str, str] = {}
    for target in table.all:
        label, _, ending = target.partition(".")
        slips: list[str] = []
        whole = target in table.names and len(label) >= _SHORTEST
        if ending == "com":
            # A short name under a real top-level domain (me.co) is often somebody's own.
            slips += [f"{label}.{wrong}" for wrong in _ENDINGS if whole or wrong not in _REAL_ENDINGS]
        if whole:
            slips.append(f"{label}com.com")
            slips += [f"{slip}.{ending}" for slip in _slips(label)]
        for slip in slips:
            if slip not in known and slip not in brands and slip.partition(".")[0] + ".*" not in brands:
                found.setdefault(slip, target)
    return found


def suggestion(domain: str) -> str:
    """The domain that was probably meant by `domain` (lower case, ASCII form), "" where it is no likely
    misspelling."""
    meant = likely_typos().get(domain)
    if meant is not None:
        return meant
    label, _, ending = domain.partition(".")
    # A longer ending (gmail.example.org) is somebody's own subdomain.
    if "." not in ending:
        for target in targets().one_ending:
            if label == target.partition(".")[0] and domain != target and domain not in targets().exceptions:
                return target
    return ""


def _slips(label: str) -> Iterator[str]:
    for at, letter in enumerate(label):
        yield label[:at] + label[at + 1 :]
        yield label[:at] + letter + label[at:]
        if at + 1 < len(label):
            yield label[:at] + label[at + 1] + letter + label[at + 2 :]
        for near in _neighbours(letter):
            yield label[:at] + near + label[at + 1 :]
            yield label[: at + 1] + near + label[at + 1 :]
            yield label[:at] + near + label[at:]


@cache
def _neighbours(letter: str) -> str:
    found = ""
    for number, row in enumerate(_ROWS):
        at = row.find(letter)
        if at < 0:
            continue
        found += row[max(0, at - 1) : at] + row[at + 1 : at + 2]
        # Each row stands half a key to the right of the one above it.
        if number > 0:
            found += _ROWS[number - 1][at : at + 2]
        if number < 2:
            found += _ROWS[number + 1][max(0, at - 1) : at + 1]
    return found
