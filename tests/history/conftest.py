"""Histories in SQLite and in PostgreSQL: what is tested on the one is tested on the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra `history` is not installed")

from scorer.history.store import History, Store
from tests.history import postgres

_number = count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new, empty database is."""
    if request.param == "sqlite":
        return str(tmp_path / "history.sqlite")
    import psycopg

    url = request.getfixturevalue("postgres_url")
    # A schema of its own is as empty as a database of its own, and is not some hundred files.
    name = f"test{next(_number)}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{url}/postgres?options=-csearch_path%3D{name}"


@pytest.fixture
def store(location: str, tmp_path: Path) -> Iterator[Store]:
    with Store.open(location, str(tmp_path / "history.key"), create=True) as opened:
        yield opened


@pytest.fixture
def history(store: Store) -> History:
    return store.history("one", create=True)
