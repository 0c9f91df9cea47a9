"""What happened to mailings comes over HTTP, each tenant's apart, once, and is in the next score."""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra `history` is not installed")

import msgspec
from starlette.testclient import TestClient

from scorer.engine import Scorer
from scorer.service import histories as histories_module
from scorer.service import openapi
from scorer.service.app import create_app
from scorer.service.histories import Histories
from scorer.service.keys import KeyRing, new_key, write_keys
from scorer.service.metrics import Metrics
from scorer.service.settings import Limits, Settings
from scorer.service.work import Desk
from tests.history.feeds import abuse, bounce, sendgrid

from .conftest import Server

TODAY = datetime.now(UTC).date().isoformat()
DRAFT = {"from": "news@shop.example", "subject": "News", "text": "Three new things are in the shop."}


@pytest.fixture
def histories(tmp_path: Path) -> Histories:
    return Histories(str(tmp_path / "history.sqlite"))


@pytest.fixture
def served(scorer: Scorer, metrics: Metrics, histories: Histories):
    desk = Desk(scorer, Settings(limits=Limits(body=200_000)), metrics, histories=histories)
    yield TestClient(create_app(desk), base_url="http://127.0.0.1:8025", raise_server_exceptions=False)
    desk.close()


def post(client: TestClient, body: bytes | object, kind: str = "application/json", **headers: str):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/v1/events", content=data, headers={"content-type": kind, **headers})


def counts(complaints: int) -> dict[str, object]:
    """A month's mail of shop.example, with so many complaints among 200,000."""
    rows = [("sent", 200_000), ("delivered", 200_000), ("complaint", complaints)]
    common = {"date": TODAY, "sender_domain": "shop.example", "provider": "yahoo.com"}
    return {"events": [{**common, "event": kind, "count": n} for kind, n in rows]}


def test_what_the_document_shows_is_what_is_answered(served: TestClient) -> None:
    answer = post(served, openapi.EXAMPLE_EVENTS)
    assert answer.status_code == 200
    assert msgspec.convert(answer.json(), type(openapi.EXAMPLE_ANSWER)) == openapi.EXAMPLE_ANSWER
    assert (
        post(served, openapi.EXAMPLE_BOUNCE.encode(), "message/rfc822").json()["items"][0]["form"] == "bounce"
    )
    assert post(served, openapi.EXAMPLE_REPORT.encode(), "application/xml").json()["reports"] == 1
    assert post(served, openapi.EXAMPLE_TABLE.encode(), "text/csv").json()["counts"] == 3


def test_feeds_are_taken_in_once(served: TestClient) -> None:
    one = sendgrid("delivered", "anna@yahoo.com", "1")
    assert post(served, [one]).json()["events"] == 1
    again = post(served, [one]).json()
    assert again["events"] == 0 and again["items"][0]["again"]
    # The same event in another request counts once as well.
    answer = post(served, [one, sendgrid("open", "anna@yahoo.com", "1")]).json()
    assert answer["events"] == 1 and not answer["items"][0]["again"]
    # A bounce and the webhook about it are one event where both tell the Message-ID.
    assert (
        post(served, bounce("eva@web.de", message_id="7@shop.example"), "message/rfc822").json()["events"]
        == 1
    )
    told = {"event": "bounce", "recipient": "eva@web.de", "message_id": "<7@shop.example>", "date": TODAY}
    assert post(served, {"events": [told]}).json()["events"] == 0


def test_what_is_broken_is_named_and_the_rest_goes_in(served: TestClient) -> None:
    good = {"date": TODAY, "event": "sent", "recipient": "a@b.example", "message_id": "<1@x.example>"}
    answer = post(served, {"events": [good, {"date": "soon", "event": "sent"}, {**good, "count": 5}]})
    (item,) = answer.json()["items"]
    assert answer.status_code == 200 and answer.json()["events"] == 1
    assert [note.partition(":")[0] for note in item["notes"]] == ["event 2", "event 3"]
    mixed = post(served, [sendgrid("open", "a@b.example", "5"), {"hello": 1}])
    assert mixed.json()["events"] == 1 and mixed.json()["items"][0]["notes"][0].startswith("element 2")
    lines = json.dumps(sendgrid("open", "a@b.example", "6")) + "\n" + json.dumps(good) + "\n{\n"
    answer = post(served, lines.encode(), "application/x-ndjson").json()
    assert answer["events"] == 1 and answer["items"][0]["notes"] == ["line 3: not JSON"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "problem"),
    [
        (b"{}", "application/json", 422, "events"),
        (b"[]", "application/json", 422, "events"),
        (b'{"events": []}', "application/json", 422, "events"),
        (b"", "application/json", 422, "events"),
        (b"Subject: hello\r\n\r\nHow are you?\r\n", "message/rfc822", 422, "events"),
        (b"<a/>", "application/xml", 422, "events"),
        (b"x" * 300_000, "application/json", 413, "too-large"),
        (gzip.compress(b"<feedback>" + b" " * 5_000_000), "application/gzip", 422, "events"),
        (b"{}", "image/png", 415, "media-type"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in(
    served: TestClient, body: bytes, kind: str, status: int, problem: str
) -> None:
    answer = post(served, body, kind)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, problem)


def test_without_a_history_there_is_nothing_to_write_into(client: TestClient) -> None:
    answer = post(client, counts(0))
    assert answer.status_code == 404 and "--history" in answer.json()["detail"]


def test_the_score_knows_it_at_once_and_says_why(served: TestClient) -> None:
    def score() -> tuple[float, list[str]]:
        found = served.post("/v1/preflight?remedies=false", json={"draft": DRAFT}).json()
        return found["score"], [finding["rule"] for finding in found["findings"]]

    unknown, rules = score()
    assert not any(rule.startswith("complaint") for rule in rules)
    post(served, counts(40))
    low, rules = score()
    assert not any(rule.startswith("complaint") for rule in rules)
    post(served, counts(1_000))
    high, rules = score()
    assert any(rule.startswith("complaint") for rule in rules)
    assert high > low + 5 and high > unknown


def test_tenants_do_not_see_each_other(
    scorer: Scorer, metrics: Metrics, histories: Histories, tmp_path: Path
) -> None:
    one, two = new_key("one"), new_key("two")
    path = str(tmp_path / "keys.json")
    write_keys(path, (one[1], two[1]))
    desk = Desk(scorer, Settings(), metrics, histories=histories)
    client = TestClient(create_app(desk, KeyRing(path)), base_url="http://127.0.0.1:8025")
    as_one, as_two = ({"authorization": f"Bearer {key}"} for key, _ in (one, two))
    assert post(client, counts(1_000), **as_one).json()["counts"] == 3

    message = "From: news@shop.example\r\nSubject: News\r\n\r\nThree new things are in the shop.\r\n"
    for headers, expected in ((as_one, True), (as_two, False)):
        findings = client.post("/v1/preflight", json={"draft": DRAFT}, headers=headers).json()["findings"]
        assert any(found["rule"].startswith("complaint") for found in findings) is expected
        report = client.post("/filter", json={"email": message, "options": "long"}, headers=headers)
        assert ("COMPLAINT_RATE" in report.json()["report"]) is expected
    line = json.dumps({"draft": DRAFT}).encode()
    for headers, expected in ((as_one, True), (as_two, False)):
        answer = client.post(
            "/v1/preflight/batch", content=line, headers={**headers, "content-type": "application/x-ndjson"}
        )
        assert any(rule.startswith("complaint") for rule in answer.json()["findings"]) is expected
    # The same item is new to the other tenant.
    assert post(client, counts(1_000), **as_two).json()["counts"] == 3
    # A webhook's URL can carry the key as a password only.
    basic = base64.b64encode(f"webhook:{one[0]}".encode()).decode()
    assert (
        post(client, [sendgrid("open", "a@b.example", "1")], authorization=f"Basic {basic}").status_code
        == 200
    )
    refused = post(client, b"[]", authorization="Basic !")
    assert refused.status_code == 401 and "Basic" in refused.headers["www-authenticate"]
    desk.close()


def test_a_history_that_fails_leaves_the_score_and_refuses_events(
    served: TestClient, histories: Histories, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def fail() -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(histories, "_open", fail)
    found = served.post("/v1/preflight?remedies=false", json={"draft": DRAFT}).json()
    assert any("could not be read" in item["reason"] for item in found["not_checked"])
    answer = post(served, counts(1))
    assert answer.status_code == 503 and answer.headers["retry-after"] == "30"


def test_what_was_read_of_a_sender_is_used_for_a_while(
    histories: Histories, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    real = histories_module.of_sender
    monkeypatch.setattr(histories_module, "of_sender", lambda *given: calls.append(given[1]) or real(*given))
    for _ in range(3):
        histories.of("").audience("shop.example")
    assert calls == ["shop.example"]
    monkeypatch.setattr(histories_module, "FRESH_SECONDS", 0.0)
    histories.of("").audience("shop.example")
    assert len(calls) == 2


def test_neither_addresses_nor_bodies_are_logged(served: TestClient, logged: io.StringIO) -> None:
    post(served, abuse("anna@yahoo.com", message_id="1@shop.example"), "message/rfc822")
    post(served, b'{"events": [{"recipient": "anna@yahoo.com"}]}')
    assert "/v1/events" in logged.getvalue() and "anna" not in logged.getvalue()


def test_the_address_that_confirms_a_subscription_is_logged_for_a_person(
    served: TestClient, logged: io.StringIO
) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    for shown in (url, "https://evil.example/"):
        body = {
            "Type": "SubscriptionConfirmation",
            "MessageId": "1",
            "Message": "You have",
            "SubscribeURL": shown,
        }
        assert post(served, body, "text/plain; charset=UTF-8").status_code == 200
    assert logged.getvalue().count("confirm subscription") == 1 and url in logged.getvalue()


def test_all_workers_of_a_real_server_share_it(run: Callable[..., Server], tmp_path: Path) -> None:
    import httpx

    server = run("--history", str(tmp_path / "history.sqlite"))
    with httpx.Client(base_url=server.url) as client:
        assert client.post("/v1/events", json=counts(1_000)).json()["counts"] == 3
    # Workers that have read nothing of this sender know it at once.
    found = set()
    for _ in range(12):
        rules = httpx.post(f"{server.url}/v1/preflight?remedies=false", json={"draft": DRAFT}).json()[
            "findings"
        ]
        found.add(any(rule["rule"].startswith("complaint") for rule in rules))
    assert found == {True}
    status, _ = server.stop()
    assert status == 0


def test_a_worker_killed_while_it_takes_in_loses_and_doubles_nothing(
    run: Callable[..., Server], tmp_path: Path
) -> None:
    import os
    import signal
    import sqlite3
    import threading
    import time

    import httpx

    database = tmp_path / "history.sqlite"
    server = run("--workers", "1", "--history", str(database))
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if not children.exists():
        pytest.skip("the system does not tell the processes of a server")
    line = {"date": TODAY, "event": "delivered", "sender_domain": "shop.example"}
    lines = b"".join(
        json.dumps({**line, "recipient": f"r{n}@b.example", "message_id": f"<{n}@shop.example>"}).encode()
        + b"\n"
        for n in range(15_000)
    )
    answers: list[httpx.Response] = []

    def send() -> None:
        headers = {"content-type": "application/x-ndjson"}
        with contextlib.suppress(httpx.HTTPError):  # the worker is gone
            answers.append(httpx.post(f"{server.url}/v1/events", content=lines, headers=headers, timeout=60))

    def stored() -> int:
        with sqlite3.connect(database) as connection:
            return int(connection.execute("SELECT COUNT(*) FROM events").fetchone()[0])

    sending = threading.Thread(target=send)
    sending.start()
    deadline = time.monotonic() + 30
    while not stored() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
    sending.join(60)
    before = stored()
    assert before and not answers
    while not answers and time.monotonic() < deadline:
        send()
        time.sleep(0.1)
    assert answers[0].json()["events"] == 15_000 - before
    assert stored() == 15_000
