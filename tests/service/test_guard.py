"""Who may ask, how often, from which page; and that the log says nothing of a mailing."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from scorer.cli import main
from scorer.service.app import create_app
from scorer.service.keys import KeyRing, new_key, read_keys, write_keys
from scorer.service.rate import RateLimiter
from scorer.service.settings import Address, Settings, SettingsError, checked, parse_address

from .conftest import BAD

RAW = {"content-type": "message/rfc822"}


@pytest.fixture
def keyed(make_desk, tmp_path: Path):
    key, stored = new_key("tenant-a")
    slow, stored_slow = new_key("tenant-b", rate=1.0)
    path = str(tmp_path / "keys.json")
    write_keys(path, (stored, stored_slow))
    desk = make_desk(keys=path, rate=1000.0, burst=2.0)
    client = TestClient(create_app(desk, KeyRing(path), RateLimiter()), base_url="http://mail.example")
    return client, key, slow


def test_nothing_is_answered_without_a_key(keyed) -> None:
    client, key, _ = keyed
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": f"Bearer {wrong}"}):
        for path in ("/v1/rules", "/v1/preflight", "/checkv2", "/filter", "/metrics"):
            response = client.request(
                "GET" if path in ("/v1/rules", "/metrics") else "POST", path, headers=headers
            )
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("header", ["authorization", "x-api-key", "password"])
def test_a_key_opens_in_each_of_its_places(keyed, header: str) -> None:
    client, key, _ = keyed
    value = f"Bearer {key}" if header == "authorization" else key
    assert client.get("/v1/profiles", headers={header: value}).status_code == 200


def test_the_rate_is_of_the_key(keyed) -> None:
    client, key, slow = keyed
    statuses = [client.get("/v1/profiles", headers={"x-api-key": slow}).status_code for _ in range(4)]
    assert statuses[:2] == [200, 200]
    assert statuses[-1] == 429
    last = client.get("/v1/profiles", headers={"x-api-key": slow})
    assert int(last.headers["retry-after"]) >= 1
    assert client.get("/v1/profiles", headers={"x-api-key": key}).status_code == 200


def test_a_batch_pays_for_each_line(make_desk) -> None:
    desk = make_desk(rate=20.0, burst=1.0)
    client = TestClient(create_app(desk, limiter=RateLimiter()), base_url="http://localhost")
    lines = b'{"draft": {}}\n' * 5
    started = time.monotonic()
    response = client.post(
        "/v1/preflight/batch", content=lines, headers={"content-type": "application/x-ndjson"}
    )
    assert len(response.text.splitlines()) == 5
    assert time.monotonic() - started > 0.15


def test_the_file_holds_no_key_and_is_the_owners_alone(tmp_path: Path, capfd) -> None:
    path = tmp_path / "keys.json"
    assert main(["serve", "--keys", str(path), "--new-key", "tenant-a"]) == 0
    key = capfd.readouterr().out.strip()
    assert key not in path.read_text()
    assert key.rpartition("_")[2] not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyRing(str(path)).find(key, 0.0).tenant == "tenant-a"
    assert main(["serve", "--keys", str(path), "--list-keys"]) == 0
    id = read_keys(str(path))[0].id
    assert capfd.readouterr().out.startswith(id)
    assert main(["serve", "--keys", str(path), "--revoke-key", id]) == 0
    assert main(["serve", "--keys", str(path), "--revoke-key", id]) == 2
    assert KeyRing(str(path)).find(key, 0.0) is None


def test_a_key_can_be_added_and_revoked_while_it_runs(tmp_path: Path) -> None:
    path = str(tmp_path / "keys.json")
    key, stored = new_key("a")
    write_keys(path, (stored,))
    ring = KeyRing(path)
    other, stored_other = new_key("b")
    write_keys(path, (stored_other,))
    assert ring.find(key, 10.0) is None
    assert ring.find(other, 20.0) is not None
    Path(path).write_text("not a key file")
    assert ring.find(other, 30.0) is not None


@given(st.text(max_size=80))
def test_no_other_text_is_a_key(text: str) -> None:
    ring = _RING
    assert ring.find(text, 0.0) is None


def _ring() -> KeyRing:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "keys.json")
        write_keys(path, (new_key("a")[1],))
        return KeyRing(path)


_RING = _ring()


def test_bad_tenants_and_files(tmp_path: Path, capfd) -> None:
    with pytest.raises(SettingsError):
        new_key("../x")
    path = tmp_path / "keys.json"
    path.write_text("[]")
    assert main(["serve", "--keys", str(path), "--list-keys"]) == 2
    assert capfd.readouterr().err.count("\n") == 1
    assert main(["serve", "--new-key", "a"]) == 2


def test_it_does_not_listen_beyond_the_machine_without_keys(capfd) -> None:
    assert main(["serve", "--listen", "0.0.0.0:0"]) == 2
    assert "--new-key" in capfd.readouterr().err
    assert main(["serve", "--spamd", "0.0.0.0:0"]) == 2
    assert "--spamd-from" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:80", Address("127.0.0.1", 80)),
        ("[::1]:80", Address("::1", 80)),
        ("8025", Address("127.0.0.1", 8025)),
        ("mail.example", Address("mail.example", 99)),
        ("::1", Address("::1", 99)),
    ],
)
def test_addresses(text: str, expected: Address) -> None:
    assert parse_address(text, 99) == expected


@pytest.mark.parametrize("text", ["", "a:b", "a:99999", ":1"])
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_address(text, 1)


def test_loopback() -> None:
    assert Address("127.0.0.2", 1).loopback
    assert Address("::1", 1).loopback
    assert Address("localhost", 1).loopback
    assert not Address("0.0.0.0", 1).loopback
    assert not Address("mail.example", 1).loopback
    assert checked(Settings()) == Settings()


def test_another_sites_name_is_not_answered_without_keys(make_desk) -> None:
    app = create_app(make_desk(hosts=("preflight.local",)))
    for host, status in (
        ("localhost:8025", 200),
        ("[::1]:8025", 200),
        ("preflight.local", 200),
        ("attacker.example", 421),
    ):
        assert (
            TestClient(app, base_url="http://127.0.0.1").get("/healthz", headers={"host": host}).status_code
            == status
        )


def test_only_named_origins_may_call_from_a_page(make_desk) -> None:
    client = TestClient(
        create_app(make_desk(origins=("https://editor.example",))), base_url="http://localhost"
    )
    ask = {"access-control-request-method": "POST", "origin": "https://editor.example"}
    allowed = client.options("/v1/preflight", headers=ask)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == "https://editor.example"
    refused = client.options("/v1/preflight", headers={**ask, "origin": "https://other.example"})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers
    assert "access-control-allow-origin" not in client.get("/v1/profiles").headers


def test_the_log_names_neither_bodies_nor_addresses(make_desk, logged) -> None:
    client = TestClient(create_app(make_desk()), base_url="http://127.0.0.1")
    client.post("/v1/preflight?remedies=false&x=alice@example.org", content=BAD, headers=RAW)
    client.get("/v1/domains/secret-domain.example")
    text = logged.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["route"] for line in lines] == ["/v1/preflight", "/v1/domains/{domain}"]
    assert lines[0].keys() == {
        "request", "method", "route", "status", "ms", "tenant", "event", "level", "timestamp",
    }  # fmt: skip
    assert "@" not in text
    assert "secret-domain" not in text


def _spend(limiter: RateLimiter, queue) -> None:
    queue.put(sum(limiter.take("one", 0.001, 100, time.monotonic()) == 0 for _ in range(100)))
    queue.close()
    queue.join_thread()
    os._exit(0)


def test_a_limit_holds_over_all_processes() -> None:
    limiter = RateLimiter()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    workers = [context.Process(target=_spend, args=(limiter, queue)) for _ in range(3)]
    for worker in workers:
        worker.start()
    got = [queue.get(timeout=30) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(got) == 100


def test_a_bucket_fills_again() -> None:
    limiter = RateLimiter()
    assert limiter.take("a", 10.0, 1.0, 100.0) == 0
    assert limiter.take("a", 10.0, 1.0, 100.0) == pytest.approx(0.1)
    assert limiter.take("a", 10.0, 1.0, 100.11) == 0
    assert limiter.take("b", 10.0, 1.0, 100.1) == 0
    assert limiter.take("a", 0.0, 1.0, 100.1) == 0


@given(st.lists(st.tuples(st.integers(0, 9000), st.floats(0, 5)), max_size=200))
def test_no_bucket_gives_more_than_burst_and_rate(steps: list[tuple[int, float]]) -> None:
    limiter = _LIMITER
    now = time.monotonic()
    given_out: dict[int, int] = {}
    start = now
    run = os.urandom(8).hex()
    for name, pause in steps:
        now += pause
        if limiter.take(f"{run}{name}", 2.0, 3.0, now) == 0:
            given_out[name] = given_out.get(name, 0) + 1
    assert all(count <= 3 + 2 * (now - start) + 1e-6 for count in given_out.values())


_LIMITER = RateLimiter()
