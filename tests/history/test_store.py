"""The store, on SQLite and on PostgreSQL alike: counted once, tenants apart, recipients only as hashes."""

from __future__ import annotations

import os
import stat
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event as events_of
from sqlalchemy import inspect, select, text

from scorer.history import schema
from scorer.history.keys import KeyProblem, canonical_address, read_keys
from scorer.history.store import History, Store, StoreError
from scorer.history.values import Batch, Count, DmarcReport, DmarcRow, Event, OutsideRate, Written

DAY = date(2026, 11, 20)
SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 30)


def event(kind: str = "sent", ref: str = "m:1", recipient: str = "anna@yahoo.com", **more: object) -> Event:
    return Event(
        kind=kind,
        day=DAY,
        ref=ref,
        recipient=recipient,
        sender_domain=more.pop("sender_domain", "shop.example"),
        **more,
    )  # type: ignore[arg-type]


def report(id: str = "r1", n: int = 10) -> DmarcReport:
    row = DmarcRow("192.0.2.1", n, "shop.example", "none", True, False, "shop.example")
    return DmarcReport("receiver.example", id, "shop.example", 1795305600, 1795391999, "none", "", (row,))


BATCH = Batch(
    events=(
        event(),
        event("bounce", cause="bad-address", status="5.1.1"),
        event("sent", "m:2", "bert@gmail.com"),
    ),
    counts=(Count("sent", DAY, 500, sender_domain="shop.example", provider="yahoo"),),
    rates=(OutsideRate("google-postmaster", "spam-rate", "shop.example", DAY, 0.001),),
    reports=(report(),),
)


def counted(history: History) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in history.totals(SINCE, UNTIL):
        found[row.kind] = found.get(row.kind, 0) + row.n
    return found


def all_text(store: Store) -> str:
    with store.read() as connection:
        return "\n".join(
            str(tuple(row))
            for table in schema.metadata.sorted_tables
            for row in connection.execute(select(table))
        )


def test_ingested_twice_counted_once(history: History) -> None:
    assert history.add(BATCH) == Written(3, 1, 1, 1)
    first = (counted(history), history.sources("shop.example", SINCE, date(2027, 1, 1)))
    assert history.add(BATCH)[0] == 0
    assert (counted(history), history.sources("shop.example", SINCE, date(2027, 1, 1))) == first
    assert first[0] == {"sent": 502, "bounce": 1}


def test_a_later_count_replaces_the_earlier(history: History) -> None:
    history.add(BATCH)
    history.add(Batch(counts=(Count("sent", DAY, 800, sender_domain="shop.example", provider="yahoo"),)))
    assert counted(history)["sent"] == 802


def test_the_same_message_to_two_recipients_is_two(history: History) -> None:
    history.add(
        Batch(
            events=(
                event(recipient="a@x.example"),
                event(recipient="b@x.example"),
                event(recipient="A@X.example "),
            )
        )
    )
    assert counted(history) == {"sent": 2}


def test_an_item_is_done_with_its_last_batch(history: History) -> None:
    assert not history.seen("d1")
    history.add(BATCH, finished="d1", form="webhook")
    history.add(BATCH, finished="d1", form="webhook")
    assert history.seen("d1") and not history.seen("d2")


def test_tenants_do_not_meet(store: Store) -> None:
    one, two = store.history("one", create=True), store.history("two", create=True)
    one.add(BATCH, finished="d1")
    for found in (two.totals(SINCE, UNTIL), two.days(SINCE, UNTIL), two.blocklists(SINCE, UNTIL), two.domains(),
                  two.sources("shop.example", SINCE, date(2027, 1, 1)), two.reporters("shop.example", SINCE, date(2027, 1, 1)),
                  two.outside_rates("google-postmaster", "spam-rate", "shop.example", SINCE, UNTIL),
                  two.suppressed(["anna@yahoo.com"])):  # fmt: skip
        assert not found
    assert two.first_day("shop.example") is None and two.policy("shop.example", date(2027, 1, 1)) == ""
    assert not two.seen("d1")
    assert two.erase("anna@yahoo.com") == 0
    assert two.forget_before(date(2030, 1, 1)) == 0
    assert two.add(BATCH) == Written(3, 1, 1, 1)  # the other's rows do not hide one's own
    two.forget_before(date(2030, 1, 1))
    assert counted(one) == {"sent": 502, "bounce": 1}
    assert store.tenants() == ("one", "two")


def test_one_recipient_cannot_be_followed_across_tenants(store: Store) -> None:
    for name in ("one", "two"):
        store.history(name, create=True).add(Batch(events=(event(),)))
    with store.read() as connection:
        assert len(set(connection.scalars(select(schema.events.c.recipient)))) == 2


def test_every_statement_names_the_tenant(store: Store) -> None:
    history = store.history("one", create=True)
    statements: list[str] = []

    @events_of.listens_for(store.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    history.add(BATCH, finished="d1")
    history.seen("d1")
    history.totals(SINCE, UNTIL, "shop.example")
    history.days(SINCE, UNTIL)
    history.blocklists(SINCE, UNTIL)
    history.outside_rates("a", "b", "c", SINCE, UNTIL)
    history.first_day("shop.example")
    history.domains()
    history.sources("shop.example", SINCE, UNTIL)
    history.reporters("shop.example", SINCE, UNTIL)
    history.policy("shop.example", UNTIL)
    history.suppressed(["anna@yahoo.com"])
    history.erase("anna@yahoo.com")
    history.forget_before(UNTIL)
    store.rotate_key()
    of_tenants = [table.name for table in schema.TENANT_TABLES]
    checked = 0
    for statement in statements:
        if any(f" {name} " in statement.replace("\n", " ") + " " for name in of_tenants):
            assert "tenant_id" in statement, statement
            checked += 1
    assert checked > 15


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb"])
def test_names_that_no_tenant_can_have(store: Store, name: str) -> None:
    with pytest.raises(StoreError):
        store.history(name, create=True)


def test_an_unknown_tenant_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="nobody"):
        store.history("nobody")


def test_no_address_is_stored(store: Store, history: History) -> None:
    secret = "anna.secret@yahoo.com"
    history.add(
        Batch(
            events=(event(recipient=secret, campaign=f"to {secret}", ref="m:9"),),
            counts=(Count("sent", DAY, 1, campaign=f"only {secret}"),),
            reports=(DmarcReport(secret, secret, "shop.example", 1, 2, "none", "", ()),),
        )
    )
    assert "secret" not in all_text(store) and "yahoo.com" not in all_text(store)


def test_spellings_of_one_mailbox_agree() -> None:
    assert canonical_address(" <Anna@Example.COM.> ") == "anna@example.com"
    assert canonical_address("a@bücher.example") == canonical_address("a@xn--bcher-kva.example")
    assert canonical_address("nobody") == ""


def test_suppressed(history: History) -> None:
    history.add(
        Batch(
            events=(
                event("bounce", "m:1", "gone@x.example", cause="bad-address"),
                event("bounce", "m:2", "full@x.example", cause="mailbox-full"),
                event("bounce", "m:3", "refused@x.example", cause="policy"),
                event("complaint", "m:4", "angry@x.example"),
                event("unsubscribe", "m:5", "left@x.example"),
                event("delivered", "m:6", "happy@x.example"),
            )
        )
    )
    asked = [
        "gone@x.example",
        "full@x.example",
        "refused@x.example",
        "ANGRY@x.example",
        "left@x.example",
        "happy@x.example",
        "new@x.example",
        "no address",
    ]
    assert history.suppressed(asked) == {"gone@x.example", "ANGRY@x.example", "left@x.example"}


def test_erasing_a_recipient(store: Store, history: History) -> None:
    history.add(BATCH)
    assert history.erase("ANNA@yahoo.com") == 2
    assert history.erase("anna@yahoo.com") == 0
    assert counted(history) == {"sent": 501}


def test_a_new_key_keeps_everything_findable(store: Store, history: History) -> None:
    history.add(BATCH)
    before = all_text(store)
    with store.read() as connection:
        old = set(connection.scalars(select(schema.events.c.recipient)))
    assert store.rotate_key() == 2
    assert not any(digest in all_text(store) for digest in old) and before
    assert history.suppressed(["anna@yahoo.com"]) == {"anna@yahoo.com"}
    assert history.add(BATCH)[0] == 0  # still counted once
    store.rotate_key()
    with Store.open(_location(store), str(store.key_path)) as again:
        assert again.history("one").erase("anna@yahoo.com") == 2


def _location(store: Store) -> str:
    if store.engine.dialect.name == "sqlite":
        return str(store.engine.url.database)
    return store.engine.url.render_as_string(hide_password=False)


def test_an_interrupted_rotation_changes_nothing(
    store: Store, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scorer.history.keys import Keys

    history.add(BATCH)

    def stop(digest: str, key: bytes) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Keys, "wrapped", staticmethod(stop))
        with pytest.raises(KeyboardInterrupt):
            store.rotate_key()
    with Store.open(_location(store), str(store.key_path)) as again:
        assert again.history("one").suppressed(["anna@yahoo.com"]) == {"anna@yahoo.com"}
        assert again.rotate_key() == 2
        assert len(read_keys(again.key_path).keys) == 2


def test_another_key_is_refused(store: Store, history: History, tmp_path: Path) -> None:
    history.add(BATCH)
    with Store.open(_location(store), str(tmp_path / "other.key")) as other:
        with pytest.raises(StoreError, match="no key file"):
            other.history("one").add(BATCH)
        read_keys(tmp_path / "other.key", create=True)
        with pytest.raises(StoreError, match="not the key of this history"):
            other.history("one").erase("anna@yahoo.com")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_the_key_is_for_its_owner_only(store: Store, history: History) -> None:
    history.add(BATCH)
    assert stat.S_IMODE(store.key_path.stat().st_mode) == 0o600
    store.rotate_key()
    assert stat.S_IMODE(store.key_path.stat().st_mode) == 0o600
    store.key_path.chmod(0o644)
    with pytest.raises(KeyProblem, match="0600"):
        read_keys(store.key_path)


def test_forgetting_what_is_old(history: History) -> None:
    history.add(BATCH)
    old = Batch(
        events=(Event("sent", date(2020, 1, 1), "m:old", "o@x.example"),),
        counts=(Count("sent", date(2020, 1, 1), 5),),
    )
    history.add(old)
    assert history.forget_before(date(2021, 1, 1)) == 2
    assert counted(history) == {"sent": 502, "bounce": 1}
    assert history.totals(date(2019, 1, 1), date(2021, 1, 1)) == ()


def test_a_bounce_takes_the_campaign_of_its_message(history: History) -> None:
    history.add(Batch(events=(event(campaign="wax"),)))
    history.add(Batch(events=(event("complaint", recipient="", sender_domain=""),)))
    (complaint,) = [row for row in history.totals(SINCE, UNTIL) if row.kind == "complaint"]
    assert (complaint.campaign, complaint.sender_domain) == ("wax", "shop.example")


def test_subdomains_belong_to_the_domain(history: History) -> None:
    history.add(
        Batch(
            counts=tuple(
                Count("sent", DAY, 1, sender_domain=name)
                for name in ("shop.example", "news.shop.example", "myshop.example", "shopXexample")
            )
        )
    )
    assert sum(row.n for row in history.totals(SINCE, UNTIL, "shop.example")) == 2


def test_the_schema_is_what_the_migrations_make(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == schema.HEAD
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
        tables = set(inspect(connection).get_table_names())
    assert differences == []
    assert tables == {*schema.metadata.tables, "alembic_version"}


def test_opening_again_needs_no_migration(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import alembic.command

    monkeypatch.setattr(alembic.command, "upgrade", lambda *_: pytest.fail("migrated again"))
    Store.open(_location(store)).close()


def test_several_at_once(location: str, store: Store, tmp_path: Path) -> None:
    """Two processes' worth of writers of the same feed: nothing lost, nothing twice."""
    from concurrent.futures import ThreadPoolExecutor

    store.history("one", create=True)

    def write(_: int) -> None:
        with Store.open(location, str(tmp_path / "history.key")) as own:
            for start in range(0, 200, 20):
                own.history("one").add(
                    Batch(events=tuple(event(ref=f"m:{n}") for n in range(start, start + 20)))
                )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert counted(store.history("one")) == {"sent": 200}


def test_hostile_names_are_values(history: History) -> None:
    name = "x'; DROP TABLE events; --\0%_"
    history.add(
        Batch(
            events=(event(campaign=name, ref="m:'\";--"),),
            counts=(Count("sent", DAY, 1, campaign=name, sender_domain="%"),),
        )
    )
    assert counted(history) == {"sent": 2}
    assert history.totals(SINCE, UNTIL, "%' OR 1=1 --") == ()


def test_sqlite_is_a_file_for_its_owner_with_a_log(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.sqlite"
    with Store.open(str(path), create=True) as store, store.read() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert store.key_path == tmp_path / "new" / "history.key"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/nowhere/history.sqlite", "there is no history"),
        ("mysql://u:secret@h/d", "only SQLite and PostgreSQL"),
        ("postgresql://u:secret@127.0.0.1:1/d", "127.0.0.1"),
        ("://", "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_said_in_a_line_without_the_password(location: str, reason: str) -> None:
    with pytest.raises(StoreError) as raised:
        Store.open(location)
    assert reason in str(raised.value)
    assert "secret" not in str(raised.value) and "\n" not in str(raised.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_text("this is not a database, whatever its name says" * 10)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(str(path))


def test_who_is_gone_is_told_by_digests_alone(history: History) -> None:
    def event(kind: str, day: int, who: str, cause: str = "") -> Event:
        return Event(kind, date(2026, 11, day), f"m:{who}{kind}{day}", who, cause)  # type: ignore[arg-type]

    history.add(
        Batch(
            events=(
                event("delivered", 1, "a@b.example"),
                event("open", 2, "a@b.example"),
                event("complaint", 3, "a@b.example"),
                event("bounce", 4, "c@b.example", "bad-address"),
                event("bounce", 4, "d@b.example", "mailbox-full"),
                event("complaint", 4, ""),
            )
        )
    )
    other = history.store.history("two", create=True)
    other.add(Batch(events=(event("complaint", 5, "c@b.example"),)))
    digest_of = history.digests()
    found = {known.digest: known for known in history.gone()}
    assert found.keys() == {digest_of("A@b.example"), digest_of("c@b.example")}
    anna = found[digest_of("a@b.example")]
    assert (anna.complained, anna.engaged, anna.first) == (
        date(2026, 11, 3),
        date(2026, 11, 2),
        date(2026, 11, 1),
    )
    assert found[digest_of("c@b.example")].bounced == date(2026, 11, 4)
    assert found[digest_of("c@b.example")].complained is None
    history.store.rotate_key()
    assert history.digests()("a@b.example") in {known.digest for known in history.gone()}


def _by_day(store: Store) -> tuple[dict, dict]:
    """The events counted by hand, and as they are kept."""
    from sqlalchemy import func

    cell = [schema.events.c[name] for name in ("tenant_id", *schema.CELL)]
    kept = [schema.event_days.c[name] for name in ("tenant_id", *schema.CELL, "n")]
    with store.read() as connection:
        counted = {
            tuple(row[:-1]): row[-1]
            for row in connection.execute(select(*cell, func.count()).group_by(*cell))
        }
        found = {tuple(row[:-1]): row[-1] for row in connection.execute(select(*kept))}
    return counted, found


def test_the_counts_by_day_follow_the_events(store: Store) -> None:
    for tenant in ("one", "two"):
        history = store.history(tenant, create=True)
        history.add(BATCH)
        history.add(BATCH)
        history.add(
            Batch(events=tuple(event(ref=f"m:{n}", recipient=f"r{n % 3}@b.example") for n in range(9)))
        )
        counted, found = _by_day(store)
        assert counted == found and sum(found.values()) > 9
    before = sum(found.values())
    assert store.history("one").erase("r1@b.example") == 3
    counted, found = _by_day(store)
    assert counted == found and sum(found.values()) == before - 3
    store.rotate_key()
    assert store.history("one").erase("r2@b.example") == 3
    store.history("two").forget_before(UNTIL)
    counted, found = _by_day(store)
    assert counted == found


def test_an_older_history_is_counted_when_it_is_brought_up_to_date(location: str, tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    import scorer.history.store as module

    with Store.open(location, str(tmp_path / "history.key"), create=True) as store:
        store.history("one", create=True).add(BATCH)
        config = Config()
        config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
        config.set_main_option("path_separator", "os")
        with store.write() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "0001")
        with store.read() as connection:
            assert not inspect(connection).has_table("event_days")
    with Store.open(location, str(tmp_path / "history.key")) as store:
        counted, found = _by_day(store)
        assert counted == found and found
