"""The command line as the contract has it: exit status, formats, one-line errors."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scorer.cli import build_parser, main

ROOT = Path(__file__).resolve().parents[1]
GOOD = (
    b"From: The Shop <news@shop.example>\r\nSubject: What is new in November\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Dear customer,\r\n\r\nthree new things are in the shop this month, and the old ones are still there.\r\n\r\n"
    b"Unsubscribe: https://shop.example/unsubscribe\r\nThe Shop, Main Street 1, 12345 Town\r\n"
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.eml"
    path.write_bytes(GOOD)
    return path


def run(capfdbinary, *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


def test_a_message_is_scored_without_naming_the_subcommand(capfdbinary, good: Path) -> None:
    status, out, err = run(capfdbinary, str(good), "--format", "json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert answer["verdict"] == "send"
    assert 0 <= answer["score"] <= 100
    assert run(capfdbinary, "check", str(good), "--format", "json")[1] == out


def test_standard_input(capfdbinary, good: Path, monkeypatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(GOOD))
    monkeypatch.setattr("sys.stdin", stdin)
    status, out, _ = run(capfdbinary, "-", "--format", "json")
    assert status == 0
    assert json.loads(out)["message"]["subject"] == "What is new in November"


def test_a_draft_in_json(capfdbinary, tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_text(json.dumps({"from": "news@shop.example", "subject": "News", "text": "Hello there, all."}))
    status, out, _ = run(capfdbinary, str(path), "--format", "json")
    assert status == 0
    assert json.loads(out)["message"]["from"] == "news@shop.example"


def test_equal_to_the_threshold_counts_as_above(capfdbinary, good: Path) -> None:
    score = json.loads(run(capfdbinary, str(good), "--format", "json")[1])["score"]
    assert run(capfdbinary, str(good), "--format", "json", "--fail-above", repr(score))[0] == 1
    assert run(capfdbinary, str(good), "--format", "json", "--fail-above", repr(score + 0.001))[0] == 0


@pytest.mark.parametrize("format", ["text", "html", "markdown", "json"])
def test_bytes_that_no_charset_explains_hinder_no_format(capfdbinary, tmp_path: Path, format: str) -> None:
    path = tmp_path / "m.eml"
    signature = b"DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=k\xd8\xff; h=from; bh=AAAA; b=AAAA\n"
    path.write_bytes(signature + b"From: The Shop <news@shop.example>\nSubject: News\n\nHello.\n")
    assert main([str(path), "--format", format]) in (0, 1)
    shown = capfdbinary.readouterr().out.decode()
    assert format != "json" or "s=k\ufffd\ufffd" in shown


def test_several_messages_give_a_json_object_a_line(capfdbinary, good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "empty.eml"
    bad.write_bytes(b"")
    status, out, err = run(capfdbinary, str(good), str(bad), "--format", "json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert rows[0].keys() >= {"path", "score", "risk", "log_odds", "verdict", "findings"}
    assert rows[1] == {"path": str(bad), "error": "not a mail message: it is empty"}
    assert err.count("\n") == 1


@pytest.mark.parametrize("format", ["text", "html", "markdown"])
def test_other_formats(capfdbinary, good: Path, format: str) -> None:
    status, out, err = run(capfdbinary, str(good), "--format", format)
    assert (status, err) == (0, "")
    assert "November" in out or "Ready" in out


def test_output_goes_to_a_file(capfdbinary, good: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    assert run(capfdbinary, str(good), "--format", "html", "-o", str(target))[1] == ""
    assert target.read_text("utf-8").lstrip().lower().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-file.eml"], "No such file"),
        (["GOOD", "--sending", "mailgunn"], "mailgun"),
        (["GOOD", "--dns", "no-such.zone"], "no-such.zone"),
        (["GOOD", "--config", "no-such.toml"], "no-such.toml"),
        (["explain", "no-text-prt"], "did you mean no-text-part?"),
        (["domain", "not a domain", "--dns", "offline"], "not a domain name"),
        (["batch", "no-such-folder"], "no-such-folder"),
        (["profiles", "nobody"], "nobody"),
    ],
)
def test_errors_are_one_line_and_status_two(capfdbinary, good: Path, arguments: list[str], said: str) -> None:
    given = [str(good) if item == "GOOD" else item for item in arguments]
    status, out, err = run(capfdbinary, *given)
    assert status == 2
    assert out == ""
    assert said in err and err.startswith("score: ") and err.count("\n") == 1


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\x03", b"\xff" * 1000, b"PK\x03\x04" + b"\x00" * 100])
def test_what_is_no_mail_is_a_one_line_error(capfdbinary, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "thing.eml"
    path.write_bytes(data)
    status, out, err = run(capfdbinary, str(path))
    assert status == 2
    assert "not a mail message" in err and err.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "fix"])
def test_what_is_no_mail_is_told_in_the_language(capfdbinary, tmp_path: Path, command: str) -> None:
    path = tmp_path / "thing.eml"
    path.write_bytes(b"")
    status, _, err = run(capfdbinary, command, str(path), "--language", "de")
    assert (status, err) == (2, f"score: {path}: keine E-Mail: Sie ist leer\n")


def test_config_overrides_weights_rules_and_thresholds(capfdbinary, tmp_path: Path) -> None:
    message = tmp_path / "m.eml"
    message.write_bytes(b"From: a@shop.example\nSubject: News\nContent-Type: text/html\n\n<p>Hello there</p>")
    config = tmp_path / "own.toml"
    config.write_text("[weights]\nno-text-part = 9.0\n[thresholds]\nreview = 1.0\nfix = 2.0\n")
    status, out, _ = run(capfdbinary, str(message), "--format", "json", "--config", str(config))
    answer = json.loads(out)
    assert status == 1 and answer["verdict"] == "fix"
    assert {c["id"]: c["log_odds"] for c in answer["contributions"]}["no-text-part"] == 9.0
    config.write_text('disable = ["no-text-part"]\n')
    answer = json.loads(run(capfdbinary, str(message), "--format", "json", "--config", str(config))[1])
    assert "no-text-part" not in [finding["rule"] for finding in answer["findings"]]
    config.write_text('block = ["no-text-part"]\n')
    status, out, _ = run(capfdbinary, str(message), "--format", "json", "--config", str(config))
    assert status == 1 and json.loads(out)["verdict"] == "blocked"
    config.write_text('providers = ["gmail"]\n')
    answer = json.loads(run(capfdbinary, str(message), "--format", "json", "--config", str(config))[1])
    assert [report["provider"] for report in answer["providers"]] == ["gmail"]


@pytest.mark.parametrize(
    "text",
    ["[weights]\nno-such-rule = 1\n", "[weights]\nno-text-part = -1\n", "nonsense", "unknown_key = 1\n"],
)
def test_a_config_that_cannot_be_used_is_said_in_one_line(
    capfdbinary, good: Path, tmp_path: Path, text: str
) -> None:
    config = tmp_path / "own.toml"
    config.write_text(text)
    status, _, err = run(capfdbinary, str(good), "--config", str(config))
    assert status == 2
    assert "own.toml" in err and err.count("\n") == 1


def test_rules_explain_and_profiles(capfdbinary) -> None:
    assert "no-text-part" in run(capfdbinary, "rules")[1]
    assert len(json.loads(run(capfdbinary, "rules", "--format", "json")[1])) >= 60
    assert "# No plain text part" in run(capfdbinary, "explain", "no-text-part")[1]
    assert "superoffice-com" in run(capfdbinary, "profiles")[1]
    assert "customer.suocrm.com" in run(capfdbinary, "profiles", "superoffice-com")[1]


@pytest.mark.parametrize(
    ("tag", "subject"), [("de", "Betreff"), ("no", "Emne"), ("sv_SE", "Ämne"), ("en", "Subject")]
)
def test_another_language(capfdbinary, good: Path, tag: str, subject: str) -> None:
    _, out, err = run(capfdbinary, str(good), "--language", tag)
    assert f"\n{subject}  " in out and err == ""
    _, out, _ = run(capfdbinary, "explain", "no-dmarc-record", "--language", tag)
    assert out.startswith("# ") and ("No DMARC record" in out.split("\n")[0]) == (tag == "en")


def test_a_language_that_is_not_there(capfdbinary, good: Path) -> None:
    status, out, err = run(capfdbinary, str(good), "--language", "fr")
    assert (status, out) == (2, "") and "there are en, nb, sv, da, nl, de" in err


def test_the_environment_does_not_choose_the_language(capfdbinary, good: Path, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    _, out, _ = run(capfdbinary, str(good))
    assert "\nSubject  " in out


def test_completion_names_the_commands(capfdbinary) -> None:
    assert "profiles" in run(capfdbinary, "completion", "bash")[1]


def test_batch_gives_every_file_a_row(capfdbinary, good: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.eml").write_bytes(b"")
    (tmp_path / "sub" / "draft.json").write_text('{"from": "a@b.example", "text": "x"}')
    (tmp_path / "sub" / "broken.json").write_text('{"from": 3}')
    target = tmp_path / "rows.jsonl"
    status, _, _ = run(capfdbinary, "batch", str(good), str(tmp_path / "sub"), "-o", str(target), "-j", "1")
    rows = {Path(row["path"]).name: row for row in map(json.loads, target.read_text().splitlines())}
    assert status == 0
    assert rows.keys() == {"good.eml", "bad.eml", "draft.json", "broken.json"}
    assert "error" in rows["bad.eml"] and "error" in rows["broken.json"]
    for name in ("good.eml", "draft.json"):
        assert rows[name].keys() >= {"path", "score", "risk", "log_odds", "verdict", "findings", "sha256"}


def test_batch_in_several_processes_gives_the_same_rows(capfdbinary, tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"{number:03}.eml").write_bytes(GOOD.replace(b"three", str(number).encode()))
    (tmp_path / "out").mkdir()
    one, two = tmp_path / "out" / "1", tmp_path / "out" / "2"
    files = [str(path) for path in sorted(tmp_path.glob("*.eml"))]
    assert run(capfdbinary, "batch", *files, "-o", str(one), "-j", "1")[0] == 0
    assert run(capfdbinary, "batch", *files, "-o", str(two), "-j", "2")[0] == 0
    assert one.read_bytes() == two.read_bytes()
    assert len(one.read_text().splitlines()) == 80


def test_help_names_every_command() -> None:
    text = build_parser().format_help()
    for command in ("check", "fix", "batch", "domain", "rules", "explain", "profiles", "train"):
        assert command in text


FORBIDDEN = (
    "sklearn",
    "bs4",
    "numpy",
    "scipy",
    "joblib",
    "rich",
    "jinja2",
    "dns.resolver",
    "fastapi",
    "dkim",
    "email_validator",
    "inspect",
    "typing_extensions",
    "html.entities",
)


def test_scoring_a_message_imports_nothing_heavy(good: Path) -> None:
    program = (
        "import os, sys; before = set(sys.modules); os._exit = print;"
        "from scorer.cli import entry; entry();"
        f"print([name for name in {FORBIDDEN!r} if name in sys.modules.keys() - before], file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, str(good), "--dns", "offline", "--no-remedies"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_closed_pipe_is_no_traceback(good: Path) -> None:
    command = f"{sys.executable} -m scorer.cli rules | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("command", ["rules", "batch data/samples/receipt.eml"])
def test_output_that_cannot_be_written_is_one_line(command: str) -> None:
    line = f"{sys.executable} -m scorer.cli {command} >/dev/full"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "score: standard output: No space left on device\n"


def test_standard_output_may_be_closed(good: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for more in ("", f"--format markdown -o {page}"):
        line = f"{sys.executable} -m scorer.cli check {good} {more} >&-"
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
    assert page.read_text("utf-8").startswith("## ")
