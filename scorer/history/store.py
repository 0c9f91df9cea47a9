"""The history's store: SQLite in one file, or PostgreSQL by URL, through SQLAlchemy.

A `Store` is the database; a `History` is one tenant's part of it, and the only way to tenants' rows: it adds
its tenant to every statement.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    case,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from scorer.history import schema
from scorer.history.keys import KeyProblem, Keys, add_key, read_keys
from scorer.history.location import default_database, default_key
from scorer.history.readers.addresses import ADDRESS
from scorer.history.values import (
    Batch,
    Count,
    DaySum,
    DmarcReport,
    Event,
    Gone,
    OutsideRate,
    Source,
    Total,
    Written,
)

GENERATION = "key generation"
KEY_CHECK = "key check"
_LOCK = 0x5C08E
MAX_TENANT = 100


class StoreError(Exception):
    """The history cannot be used; one line that says why, without a password."""


class Store:
    """A database of histories. Close it, or use it as a context manager."""

    def __init__(self, engine: Engine, key_path: Path) -> None:
        self.engine = engine
        self.key_path = key_path
        self._keys: Keys | None = None

    @classmethod
    def open(cls, location: str = "", key: str = "", *, create: bool = False) -> Store:
        """The store at a path or URL ("" for the default place), its schema brought up to date.

        Raises:
            StoreError: there is none (unless `create`), or it cannot be opened.
        """
        given = location or str(default_database())
        is_url = "://" in given
        key_path = Path(key) if key else default_key("" if is_url or not location else given)
        if not is_url:
            path = Path(given)
            if not path.exists():
                if not create:
                    raise StoreError(f"{given}: there is no history; `score ingest` makes one")
                _create_file(path)
        url_text = given if is_url else f"sqlite:///{Path(given).absolute()}"
        try:
            url = make_url(url_text)
        except ArgumentError:
            raise StoreError("the address of the database cannot be read") from None
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise StoreError(f"{url.get_backend_name()}: only SQLite and PostgreSQL are supported")
        try:
            engine = create_engine(url)
            _prepare(engine)
            store = cls(engine, key_path)
            store._migrate()
        except (SQLAlchemyError, NoSuchModuleError, ImportError) as error:
            shown = url.render_as_string(hide_password=True) if is_url else given
            raise StoreError(f"{shown}: {_reason(error)}") from None
        return store

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            if _revision(connection) == schema.HEAD:
                return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.set_main_option("path_separator", "os")
        with self.write() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            if _revision(connection) == schema.HEAD:
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; it is committed at the end or not at all."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(scorer_writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def tenants(self) -> tuple[str, ...]:
        """The names of all tenants."""
        with self.read() as connection:
            return tuple(connection.scalars(select(schema.tenants.c.name).order_by(schema.tenants.c.name)))

    def history(self, tenant: str, *, create: bool = False) -> History:
        """One tenant's history.

        Raises:
            StoreError: the tenant is not known (unless `create`), or the name cannot be one.
        """
        if not tenant or len(tenant) > MAX_TENANT or not tenant.isprintable():
            raise StoreError("a tenant's name has 1 to 100 printable characters")
        table = schema.tenants
        with self.write() if create else self.read() as connection:
            if create:
                connection.execute(_ignoring(self.engine, table, ["name"]).values(name=tenant))
            id = connection.scalar(select(table.c.id).where(table.c.name == tenant))
        if id is None:
            raise StoreError(f"{tenant}: the history knows no such tenant")
        return History(self, id, tenant)

    def keys(self, connection: Connection) -> tuple[Keys, int]:
        """The keys and how many of them are in effect; a new key file for a history that has none yet.

        Raises:
            StoreError: the key file is missing, or is not this history's.
        """
        table = schema.settings
        locked = select(table.c.value).where(table.c.name == GENERATION).with_for_update(read=True)
        stated = connection.scalar(locked)
        generation = int(stated or 1)
        try:
            if self._keys is None or len(self._keys.keys) < generation:
                self._keys = read_keys(self.key_path, create=stated is None)
        except (KeyProblem, OSError) as error:
            raise StoreError(str(error)) from None
        if len(self._keys.keys) < generation:
            raise StoreError(f"{self.key_path}: the newest key is missing")
        check = self._keys.check(generation)
        if stated is None:
            connection.execute(_ignoring(self.engine, table, ["name"]).values(name=GENERATION, value="1"))
            connection.execute(_ignoring(self.engine, table, ["name"]).values(name=KEY_CHECK, value=check))
        known = connection.scalar(select(table.c.value).where(table.c.name == KEY_CHECK))
        if known != check:
            raise StoreError(f"{self.key_path}: not the key of this history")
        return self._keys, generation

    def rotate_key(self) -> int:
        """Wrap every recipient's hash with a new key, in one transaction. Returns how many were wrapped.

        The new key is in the file before the database uses it, so that an interruption loses nothing.

        Raises:
            StoreError: the key file cannot be used.
        """
        settings, table = schema.settings, schema.events
        with self.write() as connection:
            connection.execute(
                select(settings.c.value).where(settings.c.name == GENERATION).with_for_update()
            )
            keys, generation = self.keys(connection)
            keys = add_key(self.key_path, keys, generation)
            new = keys.keys[generation]
            wrapped = 0
            for (tenant,) in connection.execute(select(schema.tenants.c.id)).all():
                hashes = connection.scalars(
                    select(table.c.recipient)
                    .where(table.c.tenant_id == tenant, table.c.recipient != "")
                    .distinct()
                ).all()
                for chunk in _chunks(hashes, 5_000):
                    connection.execute(
                        update(table)
                        .where(table.c.tenant_id == tenant, table.c.recipient == _bind("old"))
                        .values(recipient=_bind("new")),
                        [{"old": old, "new": Keys.wrapped(old, new)} for old in chunk],
                    )
                    wrapped += len(chunk)
            for name, value in ((GENERATION, str(generation + 1)), (KEY_CHECK, keys.check(generation + 1))):
                connection.execute(update(settings).where(settings.c.name == name).values(value=value))
        self._keys = keys
        return wrapped


class History:
    """One tenant's rows. Every statement is limited to them."""

    def __init__(self, store: Store, tenant_id: int, tenant: str) -> None:
        self.store = store
        self.tenant = tenant
        self._id = tenant_id

    # Writing ----------------------------------------------------------------------------------------

    def seen(self, digest: str) -> bool:
        """Whether an item with these bytes has been taken in to its end."""
        table = schema.items
        with self.store.read() as connection:
            found = connection.scalar(
                select(table.c.id).where(table.c.tenant_id == self._id, table.c.digest == digest)
            )
        return found is not None

    def add(self, batch: Batch, *, finished: str = "", form: str = "") -> Written:
        """Take in what is new of a batch, in one transaction; with `finished`, the item of that digest is
        done. Taking in the same batch again changes nothing.

        Raises:
            StoreError: recipients are to be stored and the key cannot be used, or the database fails.
        """
        try:
            with self.store.write() as connection:
                written = Written(
                    self._add_events(connection, batch.events),
                    self._add_counts(connection, batch.counts),
                    self._add_rates(connection, batch.rates),
                    self._add_reports(connection, batch.reports),
                )
                if finished:
                    connection.execute(
                        _ignoring(self.store.engine, schema.items, ["tenant_id", "digest"]).values(
                            tenant_id=self._id, digest=finished, form=form, at=datetime.now(UTC)
                        )
                    )
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from None
        return written

    def _add_events(self, connection: Connection, events: Sequence[Event]) -> int:
        if not events:
            return 0
        keys, generation = self.store.keys(connection)
        known = self._known_messages(connection, events)
        rows: dict[tuple[str, str, str], dict[str, object]] = {}
        for item in events:
            recipient = keys.recipient(self.tenant, item.recipient, generation)
            campaign, domain = known.get(item.ref, ("", ""))
            rows.setdefault(
                (item.ref, item.kind, recipient),
                {
                    "tenant_id": self._id,
                    "kind": item.kind,
                    "ref": _storable(item.ref)[:200],
                    "recipient": recipient,
                    "day": item.day,
                    "cause": item.cause,
                    "status": _storable(item.status)[:12],
                    "campaign": _no_address(item.campaign)[:200] or campaign,
                    "sender_domain": _storable(item.sender_domain)[:253] or domain,
                    "provider": item.provider[:40],
                    "blocklist": item.blocklist[:40],
                },
            )
        table = schema.events
        statement = _ignoring(self.store.engine, table, ["tenant_id", "ref", "kind", "recipient"])
        new = connection.execute(
            statement.returning(*(table.c[name] for name in schema.CELL)), list(rows.values())
        )
        cells = Counter(tuple(row) for row in new)
        self._count(connection, cells)
        return sum(cells.values())

    def _count(self, connection: Connection, cells: Mapping[tuple[object, ...], int]) -> None:
        """Add to the counts of events by day. In a fixed order, so that two writers do not wait for each other."""
        if not cells:
            return
        table = schema.event_days
        rows = [
            {"tenant_id": self._id, **dict(zip(schema.CELL, cell, strict=True)), "n": n}
            for cell, n in sorted(cells.items())
        ]
        statement = _insert(self.store.engine, table)
        statement = statement.on_conflict_do_update(
            index_elements=["tenant_id", *schema.CELL], set_={"n": table.c.n + statement.excluded.n}
        )
        connection.execute(statement, rows)

    def _known_messages(self, connection: Connection, events: Sequence[Event]) -> dict[str, tuple[str, str]]:
        """Campaign and sender domain by message, for events that do not say them themselves."""
        table = schema.events
        refs = {e.ref for e in events if e.ref.startswith("m:") and not (e.campaign and e.sender_domain)}
        found: dict[str, tuple[str, str]] = {}
        for chunk in _chunks(sorted(refs), 500):
            rows = connection.execute(
                select(table.c.ref, func.max(table.c.campaign), func.max(table.c.sender_domain))
                .where(table.c.tenant_id == self._id, table.c.ref.in_(chunk))
                .group_by(table.c.ref)
            )
            found.update({ref: (campaign, domain) for ref, campaign, domain in rows})
        return found

    def _add_counts(self, connection: Connection, counts: Sequence[Count]) -> int:
        cell = ["tenant_id", "day", "kind", "cause", "campaign", "sender_domain", "provider"]
        rows: dict[tuple[object, ...], dict[str, object]] = {}
        for item in counts:
            row: dict[str, object] = {
                "tenant_id": self._id,
                "day": item.day,
                "kind": item.kind,
                "cause": item.cause,
                "campaign": _no_address(item.campaign)[:200],
                "sender_domain": _storable(item.sender_domain)[:253],
                "provider": item.provider[:40],
                "n": item.n,
            }
            rows[tuple(row[name] for name in cell)] = row
        return self._upsert(connection, schema.counts, cell, ["n"], list(rows.values()))

    def _add_rates(self, connection: Connection, rates: Sequence[OutsideRate]) -> int:
        cell = ["tenant_id", "source", "metric", "domain", "day"]
        rows = {
            (item.source, item.metric, item.domain, item.day): {
                "tenant_id": self._id,
                "source": item.source,
                "metric": item.metric,
                "domain": _storable(item.domain)[:253],
                "day": item.day,
                "rate": item.rate,
            }
            for item in rates
        }
        return self._upsert(connection, schema.outside_rates, cell, ["rate"], list(rows.values()))

    def _add_reports(self, connection: Connection, reports: Sequence[DmarcReport]) -> int:
        added = 0
        table = schema.dmarc_reports
        for report in reports:
            day = datetime.fromtimestamp(report.begin, UTC).date()
            statement = _ignoring(
                self.store.engine, table, ["tenant_id", "org", "report_id", "domain", "begin"]
            ).values(
                tenant_id=self._id,
                org=_no_address(report.org)[:300],
                report_id=_no_address(report.report_id)[:300],
                domain=_storable(report.domain)[:253],
                begin=report.begin,
                end=report.end,
                day=day,
                policy=_storable(report.policy)[:20],
            )
            id = connection.scalar(statement.returning(table.c.id))
            if id is None:
                continue
            added += 1
            rows = [
                {
                    "tenant_id": self._id,
                    "report": id,
                    "day": day,
                    "domain": _storable(report.domain)[:253],
                    "source_ip": _storable(row.source_ip),
                    "n": row.count,
                    "header_from": _storable(row.header_from)[:253],
                    "disposition": _storable(row.disposition),
                    "dkim_aligned": int(row.dkim_aligned),
                    "spf_aligned": int(row.spf_aligned),
                    "dkim_domain": _storable(row.dkim_domain)[:253],
                    "spf_domain": _storable(row.spf_domain)[:253],
                    "override": _storable(row.override),
                }
                for row in report.rows
            ]
            if rows:
                connection.execute(insert(schema.dmarc_rows), rows)
        return added

    def _upsert(
        self,
        connection: Connection,
        table: Table,
        unique: list[str],
        values: list[str],
        rows: list[dict[str, object]],
    ) -> int:
        if rows:
            statement = _insert(self.store.engine, table)
            statement = statement.on_conflict_do_update(
                index_elements=unique, set_={name: statement.excluded[name] for name in values}
            )
            connection.execute(statement, rows)
        return len(rows)

    # Reading ----------------------------------------------------------------------------------------

    def totals(self, since: date, until: date, domain: str = "") -> tuple[Total, ...]:
        """What happened from `since` to `until`, both included, by kind, cause, campaign, sender domain and
        provider. With `domain`, only mail from it or from a subdomain."""
        columns = ("kind", "cause", "campaign", "sender_domain", "provider")
        return tuple(Total(*row) for row in self._sums(columns, since, until, domain))

    def days(self, since: date, until: date, domain: str = "") -> tuple[DaySum, ...]:
        """What happened day by day, in order."""
        columns = ("day", "kind", "cause", "provider")
        return tuple(sorted(DaySum(*row) for row in self._sums(columns, since, until, domain)))

    def _sums(self, columns: tuple[str, ...], since: date, until: date, domain: str) -> list[Any]:
        found: dict[tuple[object, ...], int] = {}
        with self.store.read() as connection:
            for table in (schema.event_days, schema.counts):
                chosen = [table.c[name] for name in columns]
                query = (
                    select(*chosen, func.sum(table.c.n))
                    .where(table.c.tenant_id == self._id, table.c.day >= since, table.c.day <= until)
                    .group_by(*chosen)
                )
                if domain:
                    query = query.where(_within(table.c.sender_domain, domain))
                for *key, value in connection.execute(query):
                    found[tuple(key)] = found.get(tuple(key), 0) + int(value)
        return [(*key, value) for key, value in found.items()]

    def blocklists(self, since: date, until: date, domain: str = "") -> tuple[tuple[str, str, int], ...]:
        """(blocklist, provider, rejections and deferrals that named it), the most frequent first."""
        table = schema.event_days
        query = (
            select(table.c.blocklist, table.c.provider, func.sum(table.c.n))
            .where(table.c.tenant_id == self._id, table.c.blocklist != "")
            .where(table.c.day >= since, table.c.day <= until)
            .group_by(table.c.blocklist, table.c.provider)
        )
        if domain:
            query = query.where(_within(table.c.sender_domain, domain))
        with self.store.read() as connection:
            rows = [(name, provider, int(n)) for name, provider, n in connection.execute(query)]
        return tuple(sorted(rows, key=lambda row: (-row[2], row[0], row[1])))

    def outside_rates(
        self, source: str, metric: str, domain: str, since: date, until: date
    ) -> tuple[tuple[date, float], ...]:
        """A provider's own rates of exactly this domain, by day."""
        table = schema.outside_rates
        query = (
            select(table.c.day, table.c.rate)
            .where(table.c.tenant_id == self._id, table.c.source == source, table.c.metric == metric)
            .where(table.c.domain == domain, table.c.day >= since, table.c.day <= until)
            .order_by(table.c.day)
        )
        with self.store.read() as connection:
            return tuple((day, rate) for day, rate in connection.execute(query))

    def first_day(self, domain: str) -> date | None:
        """The first day on which mail from a domain is known to have been sent; None where none is."""
        with self.store.read() as connection:
            days = []
            for table in (schema.event_days, schema.counts):
                query = select(func.min(table.c.day)).where(
                    table.c.tenant_id == self._id,
                    table.c.kind.in_(("sent", "delivered")),
                    _within(table.c.sender_domain, domain),
                )
                days.append(connection.scalar(query))
        return min((day for day in days if day is not None), default=None)

    def domains(self) -> tuple[str, ...]:
        """The sender domains that something is known of."""
        found: set[str] = set()
        with self.store.read() as connection:
            for table, column in (
                (schema.event_days, schema.event_days.c.sender_domain),
                (schema.counts, schema.counts.c.sender_domain),
                (schema.dmarc_rows, schema.dmarc_rows.c.domain),
                (schema.outside_rates, schema.outside_rates.c.domain),
            ):
                query = select(column).where(table.c.tenant_id == self._id, column != "").distinct()
                found.update(connection.scalars(query))
        return tuple(sorted(found))

    def sources(self, domain: str, since: date, until: date) -> tuple[Source, ...]:
        """Who sent as a domain or its subdomains, by the DMARC reports of these days."""
        table = schema.dmarc_rows
        columns = [
            table.c.day, table.c.source_ip, table.c.header_from, table.c.dkim_domain, table.c.spf_domain,
            table.c.dkim_aligned, table.c.spf_aligned, table.c.disposition, table.c.override,
        ]  # fmt: skip
        query = (
            select(*columns, func.sum(table.c.n))
            .where(table.c.tenant_id == self._id, _within(table.c.domain, domain))
            .where(table.c.day >= since, table.c.day <= until)
            .group_by(*columns)
        )
        with self.store.read() as connection:
            rows = [
                Source(day, ip, sender, dkim, spf, bool(dkim_ok), bool(spf_ok), disposition, override, int(n))
                for day, ip, sender, dkim, spf, dkim_ok, spf_ok, disposition, override, n in connection.execute(
                    query
                )
            ]
        return tuple(sorted(rows))

    def reporters(self, domain: str, since: date, until: date) -> tuple[tuple[str, int, str], ...]:
        """(organisation, number of its reports, the policy it last saw) of these days."""
        table = schema.dmarc_reports
        query = (
            select(table.c.org, func.count(), func.max(table.c.policy))
            .where(table.c.tenant_id == self._id, _within(table.c.domain, domain))
            .where(table.c.day >= since, table.c.day <= until)
            .group_by(table.c.org)
            .order_by(table.c.org)
        )
        with self.store.read() as connection:
            return tuple((org, int(n), policy) for org, n, policy in connection.execute(query))

    def policy(self, domain: str, until: date) -> str:
        """The policy that the newest report up to a day saw published; "" where there is none."""
        table = schema.dmarc_reports
        query = (
            select(table.c.policy)
            .where(table.c.tenant_id == self._id, table.c.domain == domain, table.c.day <= until)
            .order_by(table.c.begin.desc())
            .limit(1)
        )
        with self.store.read() as connection:
            return connection.scalar(query) or ""

    def suppressed(self, addresses: Sequence[str]) -> frozenset[str]:
        """Those of the addresses that do not exist by an earlier bounce, have complained or unsubscribed."""
        table = schema.events
        found: set[str] = set()
        with self.store.write() as connection:
            keys, generation = self.store.keys(connection)
            hashed = {keys.recipient(self.tenant, a, generation): a for a in addresses}
            hashed.pop("", None)
            for chunk in _chunks(list(hashed), 500):
                query = select(table.c.recipient).where(
                    table.c.tenant_id == self._id,
                    table.c.recipient.in_(chunk),
                    or_(
                        table.c.kind.in_(("complaint", "unsubscribe")),
                        (table.c.kind == "bounce") & (table.c.cause == "bad-address"),
                    ),
                )
                found.update(hashed[digest] for digest in connection.scalars(query.distinct()))
        return frozenset(found)

    def digests(self) -> Callable[[str], str]:
        """What gives the stored form of an address, "" for what is none.

        Raises:
            StoreError: the key cannot be used.
        """
        with self.store.write() as connection:
            keys, generation = self.store.keys(connection)
        return lambda address: keys.recipient(self.tenant, address, generation)

    def gone(self) -> Iterator[Gone]:
        """Every recipient who has complained, unsubscribed, or whose address did not exist. Streamed, for there
        may be millions."""
        table = schema.events
        left = or_(
            table.c.kind.in_(("complaint", "unsubscribe")),
            (table.c.kind == "bounce") & (table.c.cause == "bad-address"),
        )
        mine = table.c.tenant_id == self._id
        those = select(table.c.recipient).where(mine, table.c.recipient != "", left)

        def newest(condition: Any) -> Any:
            return func.max(case((condition, table.c.day)))

        query = (
            select(
                table.c.recipient,
                newest(table.c.kind == "complaint"),
                newest(table.c.kind == "unsubscribe"),
                newest((table.c.kind == "bounce") & (table.c.cause == "bad-address")),
                newest(table.c.kind.in_(("delivered", "open", "click"))),
                newest(table.c.kind.in_(("open", "click"))),
                func.min(table.c.day),
            )
            .where(mine, table.c.recipient.in_(those))
            .group_by(table.c.recipient)
        )
        with self.store.read() as connection:
            for row in connection.execution_options(yield_per=5_000).execute(query):
                yield Gone(*row)

    # Privacy ----------------------------------------------------------------------------------------

    def erase(self, address: str) -> int:
        """Remove every event of one recipient. Returns how many there were."""
        table = schema.events
        with self.store.write() as connection:
            keys, generation = self.store.keys(connection)
            digest = keys.recipient(self.tenant, address, generation)
            if not digest:
                return 0
            gone = connection.execute(
                delete(table)
                .where(table.c.tenant_id == self._id, table.c.recipient == digest)
                .returning(*(table.c[name] for name in schema.CELL))
            )
            cells = Counter(tuple(row) for row in gone)
            self._count(connection, {cell: -n for cell, n in cells.items()})
            days = schema.event_days
            connection.execute(delete(days).where(days.c.tenant_id == self._id, days.c.n <= 0))
        return sum(cells.values())

    def forget_before(self, day: date) -> int:
        """Remove everything that happened before a day. Returns the number of rows."""
        removed = 0
        with self.store.write() as connection:
            for table in (schema.dmarc_rows, schema.dmarc_reports, schema.events, schema.event_days,
                          schema.counts, schema.outside_rates):  # fmt: skip
                done = connection.execute(
                    delete(table).where(table.c.tenant_id == self._id, table.c.day < day)
                )
                if table is not schema.event_days:
                    removed += int(done.rowcount)
        return removed


# Connections ----------------------------------------------------------------------------------------


def _create_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from None


def _prepare(engine: Engine) -> None:
    """SQLite: write-ahead log, foreign keys, waiting for locks, and transactions that SQLAlchemy begins."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("scorer_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def _insert(engine: Engine, table: Table) -> Any:
    return postgresql.insert(table) if engine.dialect.name == "postgresql" else sqlite.insert(table)


def _ignoring(engine: Engine, table: Table, unique: list[str]) -> Any:
    """An INSERT that leaves rows alone that are there already."""
    return _insert(engine, table).on_conflict_do_nothing(index_elements=unique)


def _bind(name: str) -> Any:
    from sqlalchemy import bindparam

    return bindparam(name)


def _within(column: Any, domain: str) -> Any:
    """Whether a column's domain is this one or below it."""
    return or_(column == domain, column.endswith("." + domain, autoescape=True))


def _chunks(items: Sequence[Any], size: int) -> Iterator[Any]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _no_address(value: str) -> str:
    """A name without addresses, which some systems put into campaigns and report ids."""
    value = _storable(value)
    return ADDRESS.sub("…", value) if "@" in value else value


def _storable(value: str) -> str:
    """Text that both databases take: without NUL and lone surrogates."""
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _reason(error: BaseException) -> str:
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(origin).split())[:300]
