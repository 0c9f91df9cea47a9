"""DNS from a file: a snapshot in the master file format of RFC 1035 §5.

Any number of domains may share a file, with absolute names or `$ORIGIN`; `$TTL` is optional; a TXT
record may be split into several strings; wildcards work as in RFC 4592; `$INCLUDE` and `$GENERATE`
are refused.

What the file does not hold is decided by one rule: **the file is taken to be complete for every
name that it has a record for, and for all names below** (a bare top-level domain such as `com.`
only if its record is a SOA). So with a record for `example.com.`, `_dmarc.example.com` is absent if
it is not listed; about `example.net` the file says nothing, and the answer is "not in the
snapshot". A SOA record states completeness for a domain that has no other record.

Comment lines of this form are read too; `Recorder` writes them:

    ; absent nxdomain NAME TYPE            the name does not exist
    ; absent nodata NAME TYPE              it exists, without such records
    ; failed NAME TYPE REASON              the DNS was asked and failed (SERVFAIL, timeout)
    ; unknown NAME TYPE REASON             it could not be asked
    ; only the answers below are known     switches the rule of completeness off
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scorer.dns.answer import Absent, Answer, Failed, Found
from scorer.dns.names import canonical_name, host, present
from scorer.lazyre import lazy
from scorer.said import say

if TYPE_CHECKING:
    import dns.tokenizer

MAX_CHAIN = 16
MAX_FILE = 64 * 1024 * 1024
ONLY_LISTED = "; only the answers below are known"

_DEFAULT_TTL = 3600
_MAX_TTL = 2**31 - 1
_ABSENT = lazy(r";\s*absent\s+(nxdomain|nodata)\s+(\S+)\s+([A-Za-z0-9]+)\s*", re.ASCII)
_FAILED = lazy(r";\s*(failed|unknown)\s+(\S+)\s+([A-Za-z0-9]+)\s+(\S.*)", re.ASCII)
_NOT_HELD = Failed("not in the snapshot")
# A tree walk (RFC 9989 §4.10) ends at the top-level domain, of which a hand-written file seldom says anything.
# Hardly any publishes a policy; a file for one that does can hold it, or its SOA.
_TLD_POLICY = lazy(r"_dmarc\.[^.]+")

_Key = tuple[str, str]


class SnapshotError(ValueError):
    """The snapshot cannot be read. The text is one line: file, line number where there is one, and
    what is wrong."""

    def __init__(self, source: str, line: int | None, problem: str) -> None:
        self.source = source
        self.line = line
        place = source if line is None else f"{source}:{line}"
        super().__init__(f"{place}: {problem}")


class SnapshotResolver:
    """Answers from a snapshot; see the module's text for what it makes of names that the snapshot
    does not hold."""

    def __init__(
        self,
        records: dict[_Key, tuple[tuple[str, ...], int]],
        stated: dict[_Key, Absent | Failed] | None = None,
        *,
        complete: bool = True,
    ) -> None:
        """`records`: records and TTL by canonical name and upper-case type; `stated`: the absences
        and failures that the file spells out; `complete`: whether silence about a name that the
        file covers means absence."""
        self._records = records
        self._stated = stated or {}
        self._complete = complete
        self._covering = {
            name
            for name, rdtype in records
            if rdtype == "SOA" or ("." in name.strip(".") and not name.startswith("*."))
        }
        self._existing = {parent for name, _ in records for parent in _with_parents(name)}

    @classmethod
    def from_file(cls, path: str | Path) -> SnapshotResolver:
        """The snapshot in the file at `path`. Raises `SnapshotError`."""
        file = Path(path)
        try:
            size = file.stat().st_size
            if size > MAX_FILE:
                raise SnapshotError(str(file), None, f"larger than {MAX_FILE >> 20} MiB")
            raw = file.read_bytes()
        except OSError as error:
            problem = error.strerror or "cannot be read"
            raise SnapshotError(str(file), None, problem) from None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise SnapshotError(str(file), line, "not UTF-8 text") from None
        return cls.from_text(text, source=str(file))

    @classmethod
    def from_text(cls, text: str, *, source: str = "snapshot") -> SnapshotResolver:
        """The snapshot in `text`; `source` names it in errors. Raises `SnapshotError`."""
        stated: dict[_Key, Absent | Failed] = {}
        complete = True
        for line in text.splitlines():
            if not line.startswith(";"):
                continue
            if line.rstrip() == ONLY_LISTED:
                complete = False
            elif match := _ABSENT.fullmatch(line):
                kind, name, rdtype = match.groups()
                stated[_key(name, rdtype)] = Absent(kind == "nxdomain")
            elif match := _FAILED.fullmatch(line):
                kind, name, rdtype, reason = match.groups()
                stated[_key(name, rdtype)] = Failed(reason.rstrip(), temporary=kind == "failed")
        return cls(_read_records(text, source), stated, complete=complete)

    def lookup(self, name: str, rdtype: str) -> Answer:
        """See `Resolver.lookup`."""
        asked = canonical_name(name)
        if asked is None:
            return Absent(nxdomain=True)
        wanted = rdtype.upper()
        chain: list[str] = []
        lowest = _MAX_TTL
        current = asked
        while True:
            step = self._step(current, wanted)
            if isinstance(step, Failed):
                return step
            if isinstance(step, Absent):
                return Absent(step.nxdomain, tuple(chain))
            found, records, ttl = step
            lowest = min(lowest, ttl)
            if found == wanted:
                return Found(records, lowest, tuple(chain))
            current = records[0]
            if current == asked or current in chain:
                return Failed(say("CNAME loop at {name}", name=current), temporary=True)
            chain.append(current)
            if len(chain) > MAX_CHAIN:
                return Failed("CNAME chain too long", temporary=True)

    def prefetch(self, queries: Iterable[tuple[str, str]]) -> None:
        """Nothing to do: everything is at hand."""

    def _step(self, name: str, wanted: str) -> tuple[str, tuple[str, ...], int] | Absent | Failed:
        """What the snapshot holds for `name`: the records of type `wanted`, or a CNAME, with type
        and TTL."""
        said = self._stated.get((name, wanted))
        if said is not None:
            return said
        owner = name if name in self._existing else self._wildcard(name)
        if owner is not None:
            for rdtype in (wanted, "CNAME"):
                held = self._records.get((owner, rdtype))
                if held is not None:
                    return rdtype, *held
            if self._complete and (owner != name or self._covered(name)):
                return Absent(nxdomain=False)
            return _NOT_HELD
        if self._complete and (self._covered(name) or _TLD_POLICY.fullmatch(name)):
            return Absent(nxdomain=True)
        return _NOT_HELD

    def _covered(self, name: str) -> bool:
        return any(parent in self._covering for parent in _with_parents(name))

    def _wildcard(self, name: str) -> str | None:
        """The wildcard that stands for `name`, which does not exist: "*" below the closest name
        that does (RFC 4592 §3.3.1)."""
        for parent in _with_parents(name):
            if parent in self._existing:
                star = f"*.{parent}" if parent != "." else "*"
                return star if star in self._existing else None
        return None


def _key(name: str, rdtype: str) -> _Key:
    return canonical_name(name) or name.lower(), rdtype.upper()


def _with_parents(name: str) -> Iterable[str]:
    """`name`, then each name above it, the root last."""
    yield name
    if name == ".":
        return
    start = 0
    while (dot := name.find(".", start)) >= 0:
        start = dot + 1
        if dot == 0 or name[dot - 1] != "\\":
            yield name[start:]
    yield "."


def _read_records(text: str, source: str) -> dict[_Key, tuple[tuple[str, ...], int]]:
    """The records in `text` by owner and type, with the lowest TTL of each set. Raises `SnapshotError`."""
    import dns.name
    import dns.rdata
    import dns.rdataclass
    import dns.tokenizer

    tokens = dns.tokenizer.Tokenizer(text)
    origin = dns.name.root
    owner: str | None = None
    default_ttl = _DEFAULT_TTL
    sets: dict[_Key, tuple[dict[str, None], int]] = {}
    line = 1
    try:
        while True:
            line = tokens.where()[1]
            token = tokens.get(want_leading=True)
            if token.is_eof():
                break
            if token.is_eol():
                continue
            if token.is_whitespace():
                token = tokens.get()
                if token.is_eol_or_eof():
                    continue
                tokens.unget(token)
            elif token.value.upper() == "$ORIGIN":
                origin = tokens.get_name(origin)
                tokens.get_eol()
                continue
            elif token.value.upper() == "$TTL":
                default_ttl = tokens.get_ttl()
                tokens.get_eol()
                continue
            elif token.value.startswith("$"):
                raise ValueError(f"{token.value} is not allowed here")
            else:
                owner = host(tokens.as_name(token, origin))
            if owner is None:
                raise ValueError("a record without a name")
            rdtype, ttl = _type_and_ttl(tokens)
            rdata = dns.rdata.from_text(dns.rdataclass.IN, rdtype, tokens, origin, False)
            held, least = sets.get((owner, rdtype), ({}, _MAX_TTL))
            if rdtype == "CNAME" and held:
                raise ValueError(f"a second CNAME for {owner}")
            held[present(rdata)] = None
            sets[owner, rdtype] = (held, min(least, default_ttl if ttl is None else ttl))
    # Whatever a hostile file provokes in the reader is the file's fault, never the program's.
    except Exception as error:
        problem = " ".join(str(error).split()) or type(error).__name__
        raise SnapshotError(source, line, problem) from None
    return {key: (tuple(held), ttl) for key, (held, ttl) in sets.items()}


def _type_and_ttl(tokens: dns.tokenizer.Tokenizer) -> tuple[str, int | None]:
    """Record type and TTL of an entry: `[TTL] [IN] type` or `[IN] [TTL] type` (RFC 1035 §5.1)."""
    import dns.rdatatype
    import dns.ttl

    ttl: int | None = None
    word = tokens.get_identifier()
    for _ in range(2):
        if word[:1].isdigit():
            ttl = dns.ttl.from_text(word)
        elif word.upper() != "IN":
            break
        word = tokens.get_identifier()
    try:
        return dns.rdatatype.to_text(dns.rdatatype.from_text(word)), ttl
    except (dns.rdatatype.UnknownRdatatype, ValueError):
        raise ValueError(f"unknown record type {word!r}") from None
