"""`score ingest`, `score history` and `score check --history` as they are called."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scorer.cli import main
from tests.history.feeds import aggregate, bounce


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "h" / "history.sqlite")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    day = datetime.now(UTC).date() - timedelta(days=2)
    path = tmp_path / "days.csv"
    path.write_text(
        f"date,campaign,sender_domain,provider,sent,complaints\n{day},wax,angry.example,yahoo,50000,250\n"
    )
    return path


def test_ingest_says_what_became_of_it(
    database: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.xml").write_bytes(aggregate()[:-5])
    arguments = ["ingest", str(table), str(tmp_path / "b.xml"), "--history", database]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert "1 taken in" in out and "1 not usable" in out
    assert "b.xml: not well-formed" in err
    assert main([*arguments, "--format", "json"]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert summary["again"] == 1 and summary["broken"][0]["name"].endswith("b.xml")
    assert main(["ingest", str(tmp_path / "b.xml"), "--history", database]) == 2
    assert main(["ingest", "/nowhere", "--history", database]) == 2
    assert main(["ingest", str(table), "--history", database, "--domain", "not a domain"]) == 2


def test_check_with_a_history(
    database: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps({"from": "Shop <news@angry.example>", "subject": "Wax", "text": "Come by."}))
    main(["ingest", str(table), "--history", database, "--quiet"])
    capsys.readouterr()
    scores = {}
    for name, more in (
        ("plain", []),
        ("history", ["--history", database]),
        ("tenant", ["--history", database, "--tenant", "default"]),
    ):
        main(["check", str(draft), "--format", "json", "--no-remedies", *more])
        scores[name] = json.loads(capsys.readouterr().out)["score"]
    assert scores["history"] == scores["tenant"] > scores["plain"]
    assert main(["check", str(draft), "--history", database, "--tenant", "nobody"]) == 2
    assert "no such tenant" in capsys.readouterr().err
    assert main(["check", str(draft), "--history", str(tmp_path / "none.sqlite")]) == 2


def test_batch_with_a_history(
    database: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("joblib")
    draft = tmp_path / "drafts" / "draft.json"
    draft.parent.mkdir()
    draft.write_text(json.dumps({"from": "Shop <news@angry.example>", "subject": "Wax", "text": "Come by."}))
    main(["ingest", str(table), "--history", database, "--quiet"])
    capsys.readouterr()
    assert main(["batch", str(draft.parent), "--history", database, "--jobs", "1"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert "complaint-rate-over-limit" in row["findings"]


def test_questions(database: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.xml").write_bytes(aggregate())
    (tmp_path / "b.eml").write_bytes(bounce("anna@yahoo.com"))
    main(["ingest", str(table), str(tmp_path / "r.xml"), str(tmp_path / "b.eml"), "--history", database])
    capsys.readouterr()

    def ask(*arguments: str) -> str:
        assert main(["history", *arguments, "--history", database]) == 0
        return capsys.readouterr().out

    assert "0.5 % (250 of 50000)" in ask("rates")
    assert json.loads(ask("rates", "--format", "json"))["rows"]
    assert "angry.example" in ask("trend", "angry.example")
    assert "names a blocklist" in ask("blocks")
    assert "10 of 10 messages passed" in ask(
        "dmarc", "shop.example", "--until", "2026-11-24", "--not-mine", "x"
    )
    page = tmp_path / "digest.html"
    ask("dmarc", "shop.example", "--until", "2026-11-24", "--format", "html", "--output", str(page))
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert ask("rates", "--language", "de").startswith("Raten von ")
    assert "Berichte" in ask("dmarc", "shop.example", "--until", "2026-11-24", "--language", "de")
    assert ask("rates", "--format", "json", "--language", "de") == ask("rates", "--format", "json")
    assert ask("tenants") == "default\n"
    assert ask("rotate-key").startswith("1 recipients hashed anew")
    assert ask("erase", "anna@yahoo.com") == "1 events removed\n"
    assert "rows from before" in ask("forget", "--older-than", "365")
    assert main(["history", "rates", "--history", database, "--until", "soon"]) == 2
    assert main(["history", "dmarc", "not a domain", "--history", database]) == 2


def test_the_default_place_is_the_users_data_directory(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scorer.history import location

    monkeypatch.setattr(location.sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert main(["ingest", str(table), "--quiet"]) == 0
    assert (tmp_path / "data" / "mailing-scorer" / "history.sqlite").exists()
