"""Ingesting: once, by name where broken, resumed where interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from scorer.history.ingest import ingest
from scorer.history.store import History, Store
from tests.history.feeds import abuse, aggregate, bounce, gzipped, json_lines, mailed, row, sendgrid, zipped

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)
SINCE, UNTIL = date(2000, 1, 1), date(2030, 1, 1)


def totals(history: History) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in history.totals(SINCE, UNTIL):
        key = f"{item.kind} {item.cause}".strip()
        found[key] = found.get(key, 0) + item.n
    found["dmarc"] = sum(source.n for source in history.sources("shop.example", SINCE, UNTIL))
    return found


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    (folder / "mail" / "cur").mkdir(parents=True)
    (folder / "mail" / "cur" / "1:2,S").write_bytes(bounce("anna@yahoo.com", message_id="1@shop.example"))
    (folder / "two.mbox").write_bytes(
        b"From a Mon Nov 23 10:00:00 2026\n" + bounce("bert@x.example", "5.7.1", "550 5.7.1 spam") + b"\n"
        b"From b Mon Nov 23 10:00:00 2026\n" + abuse("carl@yahoo.com") + b"\n"
    )
    (folder / "report.xml").write_bytes(aggregate(row(count=5)))
    (folder / "same.xml.gz").write_bytes(gzipped(aggregate(row(count=5))))
    (folder / "other.eml").write_bytes(mailed(gzipped(aggregate(row(count=7), id="r2")), "r.xml.gz"))
    (folder / "broken.xml").write_bytes(aggregate()[:-9])
    (folder / "some.zip").write_bytes(zipped(a_xml=aggregate(row(count=1), id="r3"), b_xml=b"<feedback>"))
    (folder / "hooks.jsonl").write_bytes(
        json_lines(*(sendgrid("delivered", f"r{n}@yahoo.com", f"e{n}") for n in range(50)), {"odd": True})
    )
    (folder / "days.csv").write_text("date,sender_domain,sent\n2026-11-20,shop.example,100\n")
    (folder / "letter.txt").write_text("From: a@b.example\nSubject: Hello\n\nHow are you?\n")
    (folder / "notes.md").write_text("# Notes\n")
    return folder


EXPECTED = {
    "bounce bad-address": 1,
    "bounce policy": 1,
    "complaint": 1,
    "delivered": 50,
    "sent": 100,
    "dmarc": 13,
}


def test_a_folder_of_everything(history: History, feeds: Path) -> None:
    taken = {Path(item.name).name: item for item in ingest(history, [str(feeds)], TODAY)}
    assert totals(history) == EXPECTED
    broken = {name: item.problem for name, item in taken.items() if item.problem}
    assert set(broken) == {"broken.xml", "some.zip!b.xml", "letter.txt", "notes.md"}
    assert "not well-formed" in broken["broken.xml"]
    assert taken["hooks.jsonl"].notes == ("line 51: no webhook of Mailgun, SendGrid, Amazon SES or Postmark",)
    assert taken["two.mbox#2"].form == "complaint"


def test_twice_is_once(history: History, feeds: Path) -> None:
    list(ingest(history, [str(feeds)], TODAY))
    again = list(ingest(history, [str(feeds)], TODAY))
    assert totals(history) == EXPECTED
    assert all(item.again or item.problem for item in again)


def test_the_same_things_in_other_files_count_once(history: History, tmp_path: Path) -> None:
    one = bounce("anna@yahoo.com", message_id="1@shop.example")
    (tmp_path / "a.eml").write_bytes(one)
    (tmp_path / "b.eml").write_bytes(b"X-Forwarded: yes\r\n" + one)
    (tmp_path / "c.json").write_bytes(
        json.dumps(
            [
                sendgrid(
                    "bounce",
                    "anna@yahoo.com",
                    "e9",
                    **{
                        "smtp-id": "<1@shop.example>",
                        "reason": "550 5.1.1 unknown user",
                        "sender_domain": "x",
                    },
                )
            ]
        ).encode()
    )
    list(ingest(history, [str(tmp_path / name) for name in ("a.eml", "b.eml", "c.json")], TODAY))
    assert totals(history) == {"bounce bad-address": 1, "dmarc": 0}


def test_the_stated_domain_is_for_feeds_that_name_none(history: History, feeds: Path) -> None:
    list(ingest(history, [str(feeds)], TODAY, "stated.example"))
    by_domain = {(item.kind, item.sender_domain) for item in history.totals(SINCE, UNTIL)}
    assert ("delivered", "stated.example") in by_domain and ("sent", "shop.example") in by_domain


def test_an_interruption_in_a_long_item(
    history: History, feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scorer.history.readers import read

    monkeypatch.setattr(read, "BATCH", 10)
    real = History.add
    calls = 0

    def failing(self: History, *args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return real(self, *args, **kwargs)  # type: ignore[arg-type]

    path = str(feeds / "hooks.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(History, "add", failing)
        with pytest.raises(KeyboardInterrupt):
            list(ingest(history, [path], TODAY))
    assert totals(history) == {"delivered": 30, "dmarc": 0}
    (item,) = ingest(history, [path], TODAY)
    assert not item.again and item.events == 20
    assert totals(history)["delivered"] == 50


def test_killed_in_the_middle(location: str, tmp_path: Path) -> None:
    """kill -9 loses nothing that was taken in, and the next run counts nothing twice."""
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(150):
        (folder / f"{n:04}.eml").write_bytes(bounce(f"r{n}@x.example", message_id=f"{n}@shop.example"))
    (folder / "5000.jsonl").write_bytes(
        json_lines(*(sendgrid("delivered", f"r{n}@yahoo.com", f"e{n}") for n in range(6_000)))
    )
    key = str(tmp_path / "history.key")
    command = [sys.executable, "-m", "scorer.cli", "ingest", str(folder), "--history", location, "--key", key]
    killed = 0
    with Store.open(location, key, create=True) as store:
        history = store.history("default", create=True)
        for goal in (30, 1_000, 3_000):
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for _ in range(2_000):
                before = totals(history)
                if sum(before.values()) >= goal or process.poll() is not None:
                    break
                time.sleep(0.005)
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            process.wait()
            after = totals(history)
            assert all(after.get(kind, 0) >= n for kind, n in before.items())
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        assert totals(history) == {"bounce bad-address": 150, "delivered": 6_000, "dmarc": 0}
    assert killed >= 2


def test_a_path_that_is_not_there(history: History) -> None:
    with pytest.raises(FileNotFoundError):
        list(ingest(history, ["/nowhere"], TODAY))
