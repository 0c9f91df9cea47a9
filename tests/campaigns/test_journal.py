from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scorer.campaigns.convert import ConvertError, to_csv, to_parquet
from scorer.campaigns.engine import score_items
from scorer.campaigns.items import Item
from scorer.campaigns.journal import Journal, JournalError
from scorer.campaigns.work import packed, run_id
from tests.campaigns.mail import BATCH, mail, rules_alone

ROOT = Path(__file__).resolve().parents[2]
RUN = run_id(packed(rules_alone()))
MESSAGES = 800


def batch(*arguments: object, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BATCH, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finished(*arguments: object) -> str:
    process = batch(*arguments)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    separator = b"From a@b.example Tue Mar  3 10:00:00 2026\n"
    (folder / "x.mbox").write_bytes(b"".join(separator + mail(n) + b"\n" for n in range(MESSAGES // 2)))
    for number in range(MESSAGES // 2):
        (folder / f"{number:03}.eml").write_bytes(mail(number))
    return folder


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows of a run that nothing broke off."""
    out = tmp_path_factory.mktemp("whole") / "rows.jsonl"
    finished(archive, "-o", out, "-j", 1)
    return out


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_a_killed_run_is_continued_with_nothing_lost_or_doubled(
    archive: Path, whole: Path, tmp_path: Path, name: str, jobs: int
) -> None:
    out, table = tmp_path / name, tmp_path / "whole.csv"
    journal = out if name.endswith("jsonl") else out.with_name(out.name + ".journal")
    process = batch(archive, "-o", out, "-j", jobs)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (journal.exists() and journal.stat().st_size > 50_000):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    before = journal.read_bytes().count(b"\n")
    assert 0 < before < MESSAGES
    # And a row torn in the middle, as a full disk leaves it.
    with journal.open("ab") as file:
        file.write(b'{"path": "half of a ro')
    said = finished(archive, "-o", out, "-j", jobs, "--resume")
    assert f"{MESSAGES - before} scored, 0 could not be, {before} were there already" in said
    to_csv(str(whole), str(table))
    assert out.read_bytes() == (whole if journal == out else table).read_bytes()
    assert not list(tmp_path.glob("*.journal"))


def test_a_finished_run_continued_does_nothing(archive: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    before = whole.read_bytes()
    out.write_bytes(before)
    assert f"0 scored, 0 could not be, {MESSAGES} were there already" in finished(
        archive, "-o", out, "--resume"
    )
    assert out.read_bytes() == before


def run_all(path: Path, items: list[Item], *, resume: bool) -> list[dict[str, str]]:
    journal = Journal(str(path), resume=resume, run=RUN)
    for done in score_items(journal.remaining(items), rules_alone(), jobs=1):
        journal.write(done.row)
    journal.close()
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_message_that_changed_or_could_not_be_read_is_done_again(tmp_path: Path) -> None:
    out, later = tmp_path / "rows.jsonl", tmp_path / "later.eml"
    items = [Item("a", data=mail(1)), Item("b", data=mail(2)), Item(str(later)), Item("bad", data=b"")]
    first = run_all(out, items, resume=False)
    assert "error" in first[2]
    later.write_bytes(mail(3))
    items[1] = Item("b", data=mail(9))
    second = {row["path"]: row for row in run_all(out, items, resume=True)}
    assert len(second) == 4 == len(out.read_bytes().splitlines())
    assert second["b"]["subject"] == "News 9"
    assert "error" not in second[str(later)]
    assert second["bad"] == first[3]


def test_rows_of_other_settings_are_not_mixed(tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    run_all(out, [Item("a", data=mail(1))], resume=False)
    with pytest.raises(JournalError, match="other settings"):
        Journal(str(out), resume=True, run="000000000000")


def test_tables_hold_every_row_and_no_formula(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    hostile = mail(1).replace(b"Subject: News 1", b"Subject: =HYPERLINK(1)")
    run_all(rows, [Item("a", data=hostile), Item("b", "7", b"")], resume=False)
    to_csv(str(rows), str(tmp_path / "rows.csv"))
    with (tmp_path / "rows.csv").open(newline="", encoding="utf-8") as file:
        good, bad = csv.DictReader(file)
    assert good["subject"] == "'=HYPERLINK(1)" and float(good["log_odds"]) < 0
    assert bad["member"] == "7" and bad["error"] and bad["score"] == ""
    pytest.importorskip("pyarrow")
    from pyarrow.parquet import read_table

    to_parquet(str(rows), str(tmp_path / "rows.parquet"))
    table = read_table(tmp_path / "rows.parquet").to_pylist()
    assert table[0]["subject"] == "=HYPERLINK(1)" and dict(table[0]["contributions"])["bias"] < 0
    assert table[1]["score"] is None
    (tmp_path / "broken").write_text("{\n")
    with pytest.raises(ConvertError, match="line 1"):
        to_csv(str(tmp_path / "broken"), str(tmp_path / "x.csv"))
