"""`score recipients`, and `score check --recipients`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scorer.cli import main
from scorer.language import NAMES, language
from tests.recipients.helpers import write

ROWS = "email\na@b.no\nA@b.no\nbad\nc@gmial.com\ninfo@b.no\n"


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, str, str]:
    status = main(["recipients", *arguments])
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


def test_the_report_as_text_and_as_json(capfdbinary, tmp_path: Path) -> None:
    path = write(tmp_path, ROWS)
    status, out, err = run(capfdbinary, path)
    assert (status, err) == (0, "")
    assert "gmial.com -> gmail.com" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    status, out, _ = run(capfdbinary, path, "--format", "json")
    answer = json.loads(out)
    assert (status, answer["rows"], answer["kept"], answer["schema"]) == (0, 5, 2, 1)


def test_lists_are_written(capfdbinary, tmp_path: Path) -> None:
    clean, rejects = tmp_path / "clean.csv", tmp_path / "rejects.csv"
    path = write(tmp_path, ROWS)
    arguments = ("--clean", str(clean), "--rejects", str(rejects), "--leave-out", "role", "--keep", "typo")
    assert run(capfdbinary, path, *arguments)[0] == 0
    assert clean.read_text() == "email\na@b.no\nc@gmial.com\n"
    assert [line.split(",")[:2] for line in rejects.read_text().splitlines()[1:]] == [
        ["3", "duplicate"],
        ["4", "invalid"],
        ["6", "role"],
    ]


def test_standard_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "scorer.cli",
            "recipients",
            "-",
            "--format",
            "json",
            "--clean",
            str(tmp_path / "clean.csv"),
        ],
        input=ROWS.encode(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["kept"] == 2
    assert (tmp_path / "clean.csv").read_text() == "email\na@b.no\ninfo@b.no\n"


@pytest.mark.parametrize(("percent", "status"), [("61", 0), ("60", 1), ("1", 1)])
def test_a_share_to_fail_at(capfdbinary, tmp_path: Path, percent: str, status: int) -> None:
    assert run(capfdbinary, write(tmp_path, ROWS), "--fail-above", percent)[0] == status


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.csv"],
        ["LIST", "--column", "email"],
        ["LIST", "--column", "email=nowhere"],
        ["LIST", "--leave-out", "nonsense"],
        ["LIST", "--keep", "malformed"],
        ["LIST", "--suppress", "missing.csv"],
        ["LIST", "--clean", "LIST"],
        ["LIST", "--clean", "x.csv", "--rejects", "x.csv"],
        ["LIST", "--dns", "missing.zone"],
        ["EMPTY"],
    ],
)
def test_wrong_usage_is_one_line(capfdbinary, tmp_path: Path, monkeypatch, arguments: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, ROWS)
    write(tmp_path, "email\n", "empty.csv")
    names = {"LIST": "list.csv", "EMPTY": "empty.csv"}
    status, out, err = run(capfdbinary, *[names.get(argument, argument) for argument in arguments])
    assert (status, out) == (2, "")
    assert err.startswith("score: ")
    assert err.count("\n") == 1
    assert (tmp_path / "list.csv").read_text() == ROWS


def test_the_dns_is_asked_where_a_snapshot_is_given(capfdbinary, tmp_path: Path) -> None:
    zone = write(tmp_path, "b.no. 300 IN MX 0 .\n", "zone.txt")
    _, out, _ = run(capfdbinary, write(tmp_path, "a@b.no\nc@b.no\n"), "--dns", zone, "--format", "json")
    answer = json.loads(out)
    assert answer["receiving"]["unusable"] == [{"domain": "b.no", "why": "null-mx", "rows": 2}]
    assert answer["kept"] == 0


MESSAGE = "From: The Shop <news@shop.com>\nSubject: Wax week\n\nCome by on Monday.\n"


def test_a_list_tells_a_score_about_its_audience(capfdbinary, tmp_path: Path) -> None:
    message = write(tmp_path, MESSAGE, "message.eml")
    rows = "email,created,last_open,source\n" + "".join(f"a{n}x@b.no,2020-01-01,,import\n" for n in range(20))
    assert main(["check", message, "--format", "json", "--recipients", write(tmp_path, rows)]) in (0, 1)
    with_list = json.loads(capfdbinary.readouterr()[0])
    main(["check", message, "--format", "json"])
    without = json.loads(capfdbinary.readouterr()[0])
    new = {f["rule"] for f in with_list["findings"]} - {f["rule"] for f in without["findings"]}
    assert {"imported-list", "many-inactive-recipients", "old-contacts"} <= new
    assert with_list["score"] > without["score"]


def test_a_list_that_cannot_be_read_is_one_line_for_a_score(capfdbinary, tmp_path: Path) -> None:
    assert (
        main(["check", write(tmp_path, MESSAGE, "message.eml"), "--recipients", str(tmp_path / "no.csv")])
        == 2
    )
    assert capfdbinary.readouterr()[1].count(b"\n") == 1


def test_scoring_a_message_loads_nothing_of_this(tmp_path: Path) -> None:
    message = write(tmp_path, MESSAGE, "message.eml")
    code = f"import sys\nfrom scorer.cli import main\nmain(['check', {message!r}])\nprint(sorted(m for m in sys.modules if 'recipients' in m and 'rules' not in m or m == 'email_validator'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


LIST = """email;created;engaged;opt_in;source;ip;name
a@b.no;2025-03-01 10:00;;double;;192.0.2.1;A
A@b.no;2025-03-01 10:00;2026-11-01;;;192.0.2.1;https://x.example
x..y@b.no;;;;;;
c@gmial.com;2025-03-02 10:00;;;bought;192.0.2.1;
info@b.no;2025-03-02 10:00;;;;192.0.2.1;
d@mailinator.com;2025-03-02 10:00;;;;;
"open
"""


@pytest.mark.parametrize("tag", [tag for tag in NAMES if tag != "en"])
def test_the_report_is_told_in_another_language(capfdbinary, tmp_path: Path, tag: str) -> None:
    path = write(tmp_path, LIST)
    _, english, _ = run(capfdbinary, path)
    status, out, err = run(capfdbinary, path, "--language", tag)
    assert (status, err) == (0, "")
    shown = {line.strip() for line in english.splitlines() if re.search("[a-z]{3,} [a-z]{3,}", line)}
    assert shown.isdisjoint(line.strip() for line in out.splitlines())
    assert language(tag)("misspelt domain, probably") in out
    assert ("%" in out) and not re.search(r"\d\.\d+ ?%", out)
    _, before, _ = run(capfdbinary, path, "--format", "json")
    _, after, _ = run(capfdbinary, path, "--format", "json", "--language", tag)
    assert before == after


def test_an_unknown_language_is_refused(capfdbinary, tmp_path: Path) -> None:
    status, _, err = run(capfdbinary, write(tmp_path, ROWS), "--language", "fr")
    assert status == 2
    assert "no such language" in err
