"""Reads a list of recipients once, row by row, and says what it is like.

What must be compared across the list (duplicates, suppressions) goes through hashes in a temporary directory, so
that memory does not grow with the list.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path

import msgspec

from scorer.dns import Resolver
from scorer.recipients.addresses import MAX_DOMAINS, Address, AddressReader, canonical, probably_same
from scorer.recipients.columns import MEANINGS, Columns, guess_columns
from scorer.recipients.counts import Counts, most_first
from scorer.recipients.dates import EPOCH, DateReader, Order, order_of
from scorer.recipients.domains import facts_of, role_of
from scorer.recipients.engagement import Dormancy, EngagementCounter
from scorer.recipients.known import History, Past, facts_of_past, key_of, keys_of, packed, unpacked
from scorer.recipients.reading import SAMPLE_LINES, ListError, Source
from scorer.recipients.receiving import MOST_DOMAINS, NO_MAIL, DomainMail, ask
from scorer.recipients.report import (
    BIT,
    DEFAULT_LEFT_OUT,
    REASONS,
    ROW,
    Count,
    Receiving,
    Report,
    Unusable,
)
from scorer.recipients.signups import SignUpCounter
from scorer.recipients.spill import BUCKETS, Bits, Keys, Marks, Tally
from scorer.recipients.summary import SHOWN, summarize
from scorer.recipients.values import consent_of, is_yes, source_kind, status_of

MAX_SOURCES = 10_000
OLD_IMPORT_DAYS = 180
"""From this age on an imported address that never gave a sign of life is called pristine-like."""

Progress = Callable[[str, int, int], None]
"""Hears a stage ("reading", "asking"), how much of it is done and how much there is."""


class Options(msgspec.Struct, frozen=True):
    """How to read and judge a list.

    `columns`: a meaning's column by header or number, against the guess. `left_out`: the reasons that keep a row
    out of the clean list. `inactive_days`: days without a sign of life after which a recipient is inactive.
    `dates`: what 05/06/2025 means, None to tell from the list. `most_domains`: how many domains the DNS is asked
    for at most. `today` is the day that ages count from.
    """

    columns: Mapping[str, str] = {}
    suppress: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset(DEFAULT_LEFT_OUT)
    inactive_days: int = 365
    dates: Order | None = None
    most_domains: int = MOST_DOMAINS
    today: date | None = None


class Checked:
    """A list that has been read: its report, and what `write_lists` needs for a second reading."""

    def __init__(self, source: Source, columns: Columns, options: Options) -> None:
        self.source = source
        self.columns = columns
        self.options = options
        self.report: Report | None = None
        self.marks: Callable[[], Iterator[int]] = lambda: iter(())


def check_recipients(
    path: str,
    directory: Path,
    options: Options | None = None,
    resolver: Resolver | None = None,
    progress: Progress | None = None,
    history: History | None = None,
) -> Report:
    """The report on the list at `path` ("-" is standard input). `directory` takes temporary files; the DNS is
    asked only where a `resolver` is given, and the past of the recipients only where a `history` is.

    Raises:
        ListError: the list, or a suppression list, cannot be read.
    """
    return check(path, directory, options, resolver, progress, history)[0]


def check(
    path: str,
    directory: Path,
    options: Options | None = None,
    resolver: Resolver | None = None,
    progress: Progress | None = None,
    history: History | None = None,
) -> tuple[Report, Checked]:
    """As `check_recipients`, with what a second reading needs."""
    options = options or Options()
    unknown = options.left_out - set(REASONS)
    if unknown:
        raise ListError(f"{min(unknown)}: no such reason; there are: {', '.join(REASONS)}")
    source = Source(path, directory)
    reading = Reading(source, directory, options, resolver is not None, history)
    for name in options.suppress:
        reading.suppress(Source(name, directory))
    reading.run(progress)
    reading.compare()
    if resolver is not None:
        reading.ask(resolver, progress)
    checked = Checked(source, reading.columns, options)
    checked.marks = reading.final_marks
    return summarize(reading), checked


class Reading:
    """The state of one reading: what `summarize` makes its report from."""

    def __init__(
        self, source: Source, directory: Path, options: Options, dns: bool, history: History | None = None
    ) -> None:
        self.source, self.options, self.history = source, options, history
        self.directory = directory
        sample = [fields for _, fields, problem in islice(source.records(), SAMPLE_LINES) if not problem]
        self.columns = guess_columns(sample, options.columns)
        self.header_line = bool(self.columns.header)
        self.today = (options.today or date.today()).toordinal() - EPOCH
        self.reader = AddressReader()
        self.domains = Tally(directory, "domains")
        self.same, self.equal = Keys(directory, "same"), Keys(directory, "equal")
        self.barred, self.told = Keys(directory, "barred"), Keys(directory, "told")
        self.by_digest, self.gone = Keys(directory, "digests"), Keys(directory, "gone")
        self.barred_domains: set[str] = set()
        self.any_barred = bool(options.suppress)
        self.bits = {reason: Bits() for reason in ("duplicate", "same", "suppressed", "opted-out", "bounced")}
        self.row_marks = Marks(directory, "rows", "I")
        self.domain_marks = Marks(directory, "row-domains", "q") if dns else None
        self.domain_bits: dict[int, int] = {}
        self.invalid, self.malformed, self.roles = Counts(), Counts(), Counts()
        self.providers, self.consents = Counts(), Counts()
        self.sources: dict[str, int] = {}
        self.rows = self.usable = self.wrapped = self.international = self.most_spellings = 0
        self.pristine = self.recycled = self.known = 0
        self.recycled_rows, self.known_rows = Bits(), Bits()
        self.receiving: Receiving | None = None
        self._confirmed = False
        self._created: int | None = None
        self._life: int | None = None
        self._recycled = False
        has = {meaning: bool(self.columns.at.get(meaning)) for meaning in MEANINGS}
        self.has = has
        self.dates = DateReader(options.dates or self._order(sample))
        self.engagement = EngagementCounter(self.today, options.inactive_days, has["engaged"], has["created"])
        self.signups = SignUpCounter(
            directory,
            engagement=has["engaged"],
            confirmation=has["confirmed"] or has["opt_in"] or has["status"],
            addresses=has["ip"],
        )

    def _order(self, sample: list[list[str]]) -> Order | None:
        numbers = [
            number
            for meaning in ("created", "engaged", "confirmed", "bounced", "unsubscribed")
            for number in self.columns.at.get(meaning, ())
        ]
        rows = (fields for _, fields, problem in islice(self.source.records(), 20_000) if not problem)
        if not numbers:
            return None
        return order_of(fields[n] for fields in rows for n in numbers if len(fields) > n and fields[n])

    # --- First the suppression lists ------------------------------------------------------------------

    def suppress(self, source: Source) -> None:
        """Take the addresses and domains ("@example.com", "example.com") of a suppression list."""
        sample = [fields for _, fields, problem in islice(source.records(), SAMPLE_LINES) if not problem]
        column = guess_columns(sample, {}).email
        reader = AddressReader()
        for _, fields, problem in source.records():
            if problem or len(fields) <= column:
                continue
            text = fields[column].strip()
            local, _, name = text.rpartition("@")
            if local in ("", "*"):
                domain = reader.domain(name) if "." in name else None
                if domain is not None and domain.facts is not None:
                    self.barred_domains.add(domain.facts.name)
                continue
            address = reader.read(text)
            if isinstance(address, Address):
                self.barred.add(hash(probably_same(address)), 0)
            if len(reader.domains) > MAX_DOMAINS:
                reader.domains.clear()

    # --- Then the list --------------------------------------------------------------------------------

    def run(self, progress: Progress | None) -> None:
        """Read every row."""
        source, email = self.source, self.columns.email
        hear = None if progress is None else lambda done: progress("reading", done, source.size)
        records = source.records(hear)
        if self.header_line:
            next(records, None)
        more = any(self.has[meaning] for meaning in MEANINGS if meaning != "email")
        put, put_domain = self.row_marks.put, None if self.domain_marks is None else self.domain_marks.put
        read, domains = self.reader.read, self.reader.domains
        digest_of = None if self.history is None else self.history.digests()
        for line, fields, problem in records:
            self.rows += 1
            if problem:
                self.malformed.add(problem, line)
                put(line, ROW | BIT["malformed"])
                continue
            text = fields[email].strip() if len(fields) > email else ""
            if not text:
                put(line, ROW | BIT["empty"])
                continue
            address = read(text)
            if isinstance(address, str):
                self.invalid.add(address, line)
                put(line, ROW | BIT["invalid"])
                continue
            mark = self._address(address, line)
            if more:
                mark |= self._row(address, fields)
                if self._recycled:
                    self.recycled += 1
                    self.recycled_rows.add(line)
            put(line, mark)
            if digest_of is not None:
                number = packed(line, self._created, self._life)
                for key in keys_of(address, digest_of):
                    self.by_digest.add(key, number)
            if put_domain is not None:
                put_domain(line, hash(address.domain.name))
            if len(domains) > MAX_DOMAINS:
                self._flush_domains()
        self._flush_domains()
        for marks in (self.row_marks, self.domain_marks):
            if marks is not None:
                marks.close()

    def _address(self, address: Address, line: int) -> int:
        """The mark of a row by its address alone."""
        mark = ROW
        domain = address.domain
        self.usable += 1
        role = role_of(address.local)
        if role:
            mark |= BIT["role"]
            self.roles.add(role, line)
        if domain.unknown_tld:
            mark |= BIT["unknown-tld"]
        if domain.meant:
            mark |= BIT["typo"]
        elif domain.disposable:
            mark |= BIT["disposable"]
        if self.barred_domains and domain.name in self.barred_domains:
            mark |= BIT["suppressed"]
        if address.smtputf8:
            mark |= BIT["smtputf8"]
        if domain.shown != domain.name:
            self.international += 1
        if not address.bare:
            self.wrapped += 1
        self.providers.add(domain.provider or "other", line)
        self.equal.add(hash(canonical(address)), line)
        self.same.add(hash(probably_same(address)), line)
        self.signups.numbered(address.local, domain.name)
        return mark

    def _row(self, address: Address, fields: list[str]) -> int:
        """What the other columns add to the mark."""
        has = self.has
        added = 0
        status = status_of(self._field(fields, "status")) if has["status"] else ""
        if status == "opted-out" or (has["unsubscribed"] and is_yes(self._field(fields, "unsubscribed"))):
            added |= BIT["opted-out"]
        bounced = status == "bounced" or (has["bounced"] and _bounced(self._field(fields, "bounced")))
        if bounced:
            added |= BIT["bounced"]
        if added:
            self.told.add(hash(probably_same(address)), added)
        left = added != 0
        created = self._date(fields, "created") if has["created"] else None
        engaged = self._last(fields) if has["engaged"] else None
        self._created = None if created is None else created[0]
        last = None if engaged is None else engaged[0]
        self._life = self._created if last is None else last
        state = self.engagement.add(self._created, last, counted=not left)
        if state.inactive:
            added |= BIT["inactive"]
        imported = self._consent(fields, status, counted=not left)
        self._traps(state, imported, bounced, None if created is None else created[0])
        if has["created"] or has["ip"]:
            domain = address.domain
            self.signups.add(
                created,
                self._field(fields, "ip"),
                engaged=engaged is not None,
                confirmed=self._confirmed,
                imported=imported,
                freemail=bool(domain.provider),
                government=_government(domain.name),
            )
        for number in self.columns.at.get("name", ()):
            if len(fields) > number:
                self.signups.name(fields[number])
        return added

    def _consent(self, fields: list[str], status: str, counted: bool) -> bool:
        """Count how consent was given; whether the address was imported or bought."""
        has = self.has
        kind = consent_of(self._field(fields, "opt_in")) if has["opt_in"] else "unstated"
        if has["source"]:
            text = self._field(fields, "source")[:60].strip()
            by_source = source_kind(text) if text else "unstated"
            if by_source != "unstated" and kind != "confirmed":
                kind = by_source
            if text in self.sources or len(self.sources) < MAX_SOURCES:
                self.sources[text] = self.sources.get(text, 0) + 1
        if has["confirmed"]:
            if is_yes(self._field(fields, "confirmed")):
                kind = "confirmed"
            elif kind in ("confirmed", "unstated"):
                kind = "single"
        elif status == "unconfirmed" and kind in ("confirmed", "unstated"):
            kind = "single"
        self._confirmed = kind == "confirmed"
        if counted:
            self.consents.rows[kind] = self.consents.rows.get(kind, 0) + 1
        return kind in ("imported", "purchased")

    def _traps(self, state: Dormancy, imported: bool, bounced: bool, created: int | None) -> None:
        old = created is not None and self.today - created > OLD_IMPORT_DAYS
        if state.never and imported and (old or not self.has["created"]):
            self.pristine += 1
        self._recycled = bounced and state.dormant

    def _field(self, fields: list[str], meaning: str) -> str:
        numbers = self.columns.at.get(meaning)
        return fields[numbers[0]] if numbers and len(fields) > numbers[0] else ""

    def _date(self, fields: list[str], meaning: str) -> tuple[int, int] | None:
        text = self._field(fields, meaning)
        found = self.dates.read(text) if text else None
        return found if found is None or found[0] <= self.today + 1 else None

    def _last(self, fields: list[str]) -> tuple[int, int] | None:
        last: tuple[int, int] | None = None
        for number in self.columns.at["engaged"]:
            found = self.dates.read(fields[number]) if len(fields) > number and fields[number] else None
            if found is not None and found[0] <= self.today + 1 and (last is None or found > last):
                last = found
        return last

    def _flush_domains(self) -> None:
        for domain in {id(known): known for known in self.reader.domains.values()}.values():
            if domain.facts is not None and domain.count:
                self.domains.add(domain.facts.name, domain.count)
        self.reader.domains.clear()

    # --- Then what needs the whole list ---------------------------------------------------------------

    def compare(self) -> None:
        """Find duplicates, suppressed addresses and those that another row reports as gone."""
        duplicate = self.bits["duplicate"]
        for index in range(BUCKETS):
            seen: set[int] = set()
            for key, line in self.equal.bucket(index):
                if key in seen:
                    duplicate.add(line)
                else:
                    seen.add(key)
        for index in range(BUCKETS):
            self._compare_bucket(index, duplicate)
        if self.history is not None:
            self._look_back(self.history)

    def _compare_bucket(self, index: int, duplicate: Bits) -> None:
        barred = {key for key, _ in self.barred.bucket(index)}
        told: dict[int, int] = {}
        for key, mark in self.told.bucket(index):
            told[key] = told.get(key, 0) | mark
        spellings: dict[int, int] = {}
        for key, line in self.same.bucket(index):
            if key in barred:
                self.bits["suppressed"].add(line)
            if key in told:
                for reason in ("opted-out", "bounced"):
                    if told[key] & BIT[reason]:
                        self.bits[reason].add(line)
            if line in duplicate:
                continue
            before = spellings.get(key, 0)
            spellings[key] = before + 1
            if before:
                self.bits["same"].add(line)
        self.most_spellings = (
            max(self.most_spellings, *spellings.values()) if spellings else self.most_spellings
        )

    def _look_back(self, history: History) -> None:
        """Find those who, by the history, have left or do not exist."""
        for known in history.gone():
            key = key_of(known.digest)
            for fact in facts_of_past(known):
                self.gone.add(key, fact)
        for index in range(BUCKETS):
            pasts: dict[int, Past] = {}
            for key, fact in self.gone.bucket(index):
                pasts.setdefault(key, Past()).learn(fact)
            for key, number in self.by_digest.bucket(index):
                if key in pasts:
                    self._judge_past(pasts[key], *unpacked(number))

    def _judge_past(self, past: Past, line: int, created: int | None, life: int | None) -> None:
        left, gone = past.opted_out(created), past.gone
        if left:
            self.bits["opted-out"].add(line)
        if gone:
            self.bits["bounced"].add(line)
        if (left or gone) and line not in self.known_rows:
            self.known_rows.add(line)
            self.known += 1
        if past.recycled_like(life) and line not in self.recycled_rows:
            self.recycled_rows.add(line)
            self.recycled += 1

    def ask(self, resolver: Resolver, progress: Progress | None) -> None:
        """Ask the DNS about the domains of the list, the most frequent first."""
        wanted = heapq.nlargest(self.options.most_domains, self.domains, key=lambda pair: pair[1])
        total = len(wanted)
        hear = None if progress is None else lambda done: progress("asking", done, total)
        states = ask([name for name, _ in wanted], resolver, hear)
        rows: dict[str, int] = {}
        unusable: list[Unusable] = []
        parked: list[Unusable] = []
        answered = 0
        for name, count in wanted:
            mail = states.get(name, DomainMail("unknown"))
            if mail.state == "unknown":
                continue
            answered += 1
            provider = facts_of(name).provider or mail.provider or "other"
            if mail.state in NO_MAIL:
                unusable.append(Unusable(name, mail.state, count))
                self.domain_bits[hash(name)] = BIT["no-mail"]
                provider = "no mail"
            elif mail.state == "parked":
                parked.append(Unusable(name, mail.state, count))
                self.domain_bits[hash(name)] = BIT["parked"]
            rows[provider] = rows.get(provider, 0) + count
        known = sum(rows.values())
        self.receiving = Receiving(
            asked=total,
            answered=answered,
            unusable_domains=len(unusable),
            unusable=tuple(unusable[:SHOWN]),
            parked=tuple(parked[:SHOWN]),
            unknown_rows=self.usable - known,
            providers=tuple(
                Count(name, count, count / known) for name, count in sorted(rows.items(), key=most_first)
            )[:SHOWN],
        )

    def final_marks(self) -> Iterator[int]:
        """The mark of each line from the first on, with everything that was found; 0 where no row begins."""
        bits = [(BIT[reason], found) for reason, found in self.bits.items()]
        domains = iter(self.domain_marks) if self.domain_marks is not None else None
        by_domain = self.domain_bits
        for line, mark in enumerate(self.row_marks, 1):
            domain = 0 if domains is None else next(domains, 0)
            if mark:
                for bit, found in bits:
                    if line in found:
                        mark |= bit
                if domain and by_domain:
                    mark |= by_domain.get(domain, 0)
            yield mark


def _bounced(text: str) -> bool:
    """Whether a bounce column speaks of a hard bounce: yes, a date, a word or code of a permanent failure."""
    plain = text.strip().lower()
    if plain.startswith(("soft", "4.")) or plain == "transient":
        return False
    return is_yes(text)


def _government(name: str) -> bool:
    labels = name.split(".")
    return labels[-1] in ("gov", "mil") or (
        len(labels) > 2 and labels[-2] in ("gov", "gob", "gouv", "mil", "govt")
    )
