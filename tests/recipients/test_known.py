"""The history as suppression list, and what it adds to the indicators of spam traps."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra `history` is not installed")

from scorer.cli import main
from scorer.history.store import History, Store
from scorer.history.values import Batch, Event
from scorer.recipients import check_recipients
from scorer.recipients.quality import Options

from .helpers import TODAY, write


@pytest.fixture
def history(tmp_path: Path):
    with Store.open(str(tmp_path / "h.sqlite"), create=True) as store:
        yield store.history("default", create=True)


def put(history: History, address: str, *events: tuple[str, int], cause: str = "bad-address") -> None:
    """Events of an address: kind and how many days ago."""
    history.add(
        Batch(
            events=tuple(
                Event(
                    kind,  # type: ignore[arg-type]
                    TODAY - timedelta(days=ago),
                    f"m:{address}{kind}{ago}",
                    address,
                    cause if kind == "bounce" else "",  # type: ignore[arg-type]
                )
                for kind, ago in events
            )
        )
    )


def report(tmp_path: Path, history: History, rows: str):
    spill = tmp_path / "spill"
    spill.mkdir(exist_ok=True)
    return check_recipients(write(tmp_path, rows), spill, Options(today=TODAY), history=history)


def test_who_left_or_does_not_exist_is_left_out(tmp_path: Path, history: History) -> None:
    put(history, "left@example.com", ("unsubscribe", 20))
    put(history, "angry@example.com", ("delivered", 30), ("complaint", 29))
    put(history, "none@example.com", ("bounce", 10))
    put(history, "full@example.com", ("bounce", 10), cause="mailbox-full")
    put(history, "back@example.com", ("bounce", 10), ("delivered", 5))
    put(history, "anna.smith@gmail.com", ("unsubscribe", 3))
    names = ["left", "ANGRY", "none", "full", "back", "other"]
    rows = "email\n" + "".join(f"{name}@example.com\n" for name in names) + "annasmith+x@gmail.com\n"
    found = report(tmp_path, history, rows)
    # Digests cannot be searched for other spellings: Gmail's dots are only known where the list writes them so.
    assert found.count("opted-out") == 2 and found.count("bounced") == 1
    assert found.rows - found.kept == 3
    assert any("3 rows are known to the history" in note for note in found.notes)
    assert not any(item.what in ("suppressed addresses", "bounced and unsubscribed addresses") for item in found.not_checked)  # fmt: skip
    without = check_recipients(write(tmp_path, rows), tmp_path, Options(today=TODAY))
    assert without.kept == without.rows


def test_spellings_of_one_gmail_mailbox(tmp_path: Path, history: History) -> None:
    put(history, "annasmith@gmail.com", ("unsubscribe", 3))
    found = report(tmp_path, history, "email\nAnna.Smith+shop@googlemail.com\n")
    assert found.count("opted-out") == 1


def test_who_signed_up_again_is_mailed(tmp_path: Path, history: History) -> None:
    put(history, "anna@example.com", ("unsubscribe", 100))
    put(history, "bert@example.com", ("complaint", 100))
    rows = f"email,created\nanna@example.com,{TODAY - timedelta(days=5)}\nbert@example.com,{TODAY - timedelta(days=5)}\n"
    assert report(tmp_path, history, rows).count("opted-out") == 1


def indicator(found, name: str) -> int | None:
    return next((item.rows for item in found.trap_indicators if item.id == name), None)


def test_dormant_for_a_year_then_bounced_looks_like_a_recycled_trap(tmp_path: Path, history: History) -> None:
    put(history, "silent@example.com", ("open", 700), ("delivered", 400), ("bounce", 3))
    put(history, "lively@example.com", ("open", 60), ("bounce", 3))
    put(history, "oldlist@example.com", ("bounce", 3))
    put(history, "firstmail@example.com", ("delivered", 500), ("bounce", 3))
    put(history, "alive@example.com", ("open", 700), ("bounce", 30), ("delivered", 3))
    rows = (
        "email,last_open\nsilent@example.com,\nlively@example.com,\nfirstmail@example.com,\nalive@example.com,\n"
        f"oldlist@example.com,{TODAY - timedelta(days=800)}\n"
    )
    assert indicator(report(tmp_path, history, rows), "recycled-like") == 3
    assert indicator(report(tmp_path, history, "email\nlively@example.com\n"), "recycled-like") == 0


def test_a_row_counts_once_whoever_knows_it(tmp_path: Path, history: History) -> None:
    put(history, "a@example.com", ("open", 700), ("bounce", 3))
    rows = f"email,last_open,bounced\na@example.com,{TODAY - timedelta(days=700)},yes\n"
    assert indicator(report(tmp_path, history, rows), "recycled-like") == 1


def test_another_tenant_knows_nothing(tmp_path: Path, history: History) -> None:
    put(history, "left@example.com", ("unsubscribe", 20))
    other = history.store.history("other", create=True)
    assert report(tmp_path, other, "email\nleft@example.com\n").kept == 1


def test_the_command(tmp_path: Path, history: History, capsys: pytest.CaptureFixture[str]) -> None:
    put(history, "left@example.com", ("unsubscribe", 20))
    path = write(tmp_path, "email\nleft@example.com\nnew@example.com\n")
    database = str(tmp_path / "h.sqlite")
    clean = tmp_path / "clean.csv"
    assert main(["recipients", path, "--history", database, "--clean", str(clean), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept"] == 1
    assert clean.read_text() == "email\nnew@example.com\n"
    assert main(["recipients", path, "--history", database, "--tenant", "nobody"]) == 2
    assert "no such tenant" in capsys.readouterr().err
    assert main(["recipients", path, "--history", str(tmp_path / "missing.sqlite")]) == 2


def test_days_are_kept_exactly() -> None:
    from scorer.recipients.known import packed, unpacked

    for line in (1, 10_000_000):
        for created in (None, 0, 20_000):
            for last in (None, 0, date(2099, 1, 1).toordinal() - date(1970, 1, 1).toordinal()):
                assert unpacked(packed(line, created, last)) == (line, created, last)


def test_a_score_counts_who_would_be_mailed(
    tmp_path: Path, history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    put(history, "left@example.com", ("unsubscribe", 20))
    rows = "email\nleft@example.com\n" + "".join(f"r{n}@example.com\n" for n in range(6_000))
    message = tmp_path / "m.eml"
    message.write_text("From: news@shop.example\nSubject: News\n\nHello\n")
    found = []
    for more in ([], ["--history", str(tmp_path / "h.sqlite")]):
        main(["check", str(message), "--recipients", write(tmp_path, rows), "--format", "json", *more])
        found.append(capsys.readouterr().out)
    from scorer.commands.recipients import with_list
    from scorer.sending import unspecified

    path = write(tmp_path, rows)
    assert with_list(unspecified(), path).audience.recipients == 6_001
    assert with_list(unspecified(), path, history).audience.recipients == 6_000
    assert all(json.loads(text)["score"] for text in found)
