from __future__ import annotations

import base64
import hashlib
import math
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from scorer.campaigns.archive import Move, summarise
from scorer.campaigns.compare import compare, to_text
from scorer.campaigns.report import Source, render


def row(number: int, score: float, **more: Any) -> dict[str, Any]:
    verdict = "fix" if score >= 50 else "review" if score >= 25 else "send"
    month = number % 24
    return {
        "path": f"{number}.eml",
        "score": score,
        "log_odds": score / 10,
        "verdict": verdict,
        "findings": ["no-text-part"],
        "contributions": {"bias": -1.9, "no-text-part": 0.09},
        "providers": {"gmail": "fine"},
        "subject": f"News {number}",
        "from": "a@shop.example",
        "from_domain": "shop.example",
        "date": f"{2024 + month // 12}-{month % 12 + 1:02}-03T00:00:00+00:00",
        "sha256": "ab",
        **more,
    }


def test_an_archive_is_added_up() -> None:
    rows = [row(n, n % 100) for n in range(1000)] + [{"path": "x", "error": "broken"}]
    found = summarise(rows, review=25.0, fix=50.0)
    assert (found.messages, found.errors) == (1000, 1)
    assert found.verdicts == (250, 250, 500, 0)
    assert found.histogram == (50,) * 20
    assert found.mean == pytest.approx(49.5)
    assert len(found.periods) == 24 and found.period == "month" and found.senders[0].messages == 1000
    assert [item.score for item in found.worst] == [99.0] * 10
    assert found.remedies is None and found.rules[0].rule == "no-text-part"


def test_remedies_are_counted_from_their_reruns() -> None:
    one = {"fixes": ["no-unsubscribe-link"], "score": 10.0}
    both = {"fixes": ["no-unsubscribe-link", "no-text-part"], "score": 5.0}
    rows = [row(n, 60.0, remedies=[one, both]) for n in range(3)] + [row(9, 5.0, remedies=[one])]
    found = summarise(rows, review=25.0, fix=50.0)
    assert found.remedies is not None
    totals = {item.fixes: item for item in found.remedies}
    assert (
        totals[("no-unsubscribe-link",)].moves == (Move("fix", "send", 3),)
        and totals[("no-unsubscribe-link",)].messages == 4
    )
    assert found.improved[0].after == 5.0


def test_a_shift_is_marked_and_noise_is_not() -> None:
    shifted = [row(n, (10 if n % 24 < 14 else 40) + n % 7) for n in range(2400)]
    change = summarise(shifted, review=25.0, fix=50.0).change
    assert change is not None and change.period == "2025-03"
    assert change.after - change.before == pytest.approx(30, abs=1)
    assert (
        summarise([row(n, 10 + (n * 7919) % 13) for n in range(2400)], review=25.0, fix=50.0).change is None
    )


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    hostile = '"><script>alert(1)</script><img src=https://evil.example/x>'
    rows = [row(n, n % 100, subject=hostile, from_domain=hostile, list=hostile) for n in range(100)]
    text = render(
        summarise(rows, review=25.0, fix=50.0),
        Source(title=hostile, review=25.0, fix=50.0, made=datetime(2026, 3, 1, tzinfo=UTC)),
    )
    page = Page()
    page.feed(text)
    names = {tag for tag, _ in page.tags}
    assert not names & {"img", "link", "iframe", "object", "image", "use"}
    # Our own script, named in the policy by its hash, is the only one that runs.
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 1 == [tag for tag, _ in page.tags].count("script")
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert not any({"src", "href", "onload", "onclick"} & attrs.keys() for _, attrs in page.tags)
    assert "url(" not in text and "@import" not in text
    assert len(re.findall(r"<title>score 0 to 5: 5 messages", text)) == 1
    assert "01 March 2026" in text


def test_what_flips_is_said_with_its_cause() -> None:
    before = [row(n, 20.0) for n in range(10)] + [row(90, 20.0), row(91, 20.0)]
    after = [row(n, 20.0) for n in range(7)]
    after += [row(n, 60.0, contributions={"bias": -1.9, "no-text-part": 3.0}) for n in range(7, 10)]
    after += [row(90, 60.0, sha256="cd"), row(77, 1.0), {"path": "91.eml", "error": "gone"}]
    found = compare(before, after)
    assert (found.compared, found.moved) == (10, 3)
    assert found.verdicts == {("send", "fix"): 3} and found.causes == {"no-text-part": 3}
    assert (found.only_before, found.only_after, found.changed_content) == (1, 1, 1)
    assert found.flips[0].why[0] == ("no-text-part", pytest.approx(2.91))
    text = to_text(found, "old.jsonl")
    assert "3 send -> fix" in text and "no-text-part +2.91" in text


def test_the_whole_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("scipy")
    from scorer.cli import main
    from scorer.commands import batch
    from tests.campaigns.mail import mail, rules_alone

    monkeypatch.setattr(batch, "_job", lambda options: rules_alone())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m").mkdir()
    for number in range(30):
        text = mail(number).replace(b"shop.example", b"shop%d.example" % (number % 5))
        (tmp_path / "m" / f"{number}.eml").write_bytes(
            text.replace(b"Subject: ", b"Subject: BUY NOW CHEAP " if number % 2 else b"Subject: ")
        )
    labels = "".join(f"m/{number}.eml,{'spam' if number % 2 else 'inbox'}\n" for number in range(30))
    (tmp_path / "labels.csv").write_text("path,label\n" + labels)
    assert main(["batch", "m", "-o", "a.jsonl", "-j", "1"]) == 0
    assert (
        main(
            [
                "batch",
                "m",
                "-j",
                "1",
                "--outcomes",
                "labels.csv",
                "--report",
                "r.html",
                "--compare",
                "a.jsonl",
            ]
        )
        == 0
    )
    said = capsys.readouterr()
    assert "placed in spam: 15 of 30, 30 campaigns, 5 senders" in said.out
    assert "0 with another verdict" in said.out
    assert "30 scored" in said.err
    assert "Predicted against what happened" in (tmp_path / "r.html").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "labels.csv", "m", "r.html"]


def test_what_shifts_in_the_mailings_is_said_with_its_month() -> None:
    rows = [
        row(
            n,
            10.0,
            findings=["no-text-part"] if n % 24 >= 14 else [],
            contributions={"text": -0.5 if n % 24 < 8 else 0.5},
        )
        for n in range(2400)
    ]
    found = {item.name: item for item in summarise(rows, review=25.0, fix=50.0).drift}
    assert found["no-text-part"].is_share and found["no-text-part"].change.period == "2025-03"  # type: ignore[union-attr]
    assert (found["no-text-part"].values[0], found["no-text-part"].values[-1]) == (0.0, 1.0)
    assert found["text"].change.period == "2024-09"  # type: ignore[union-attr]
    assert found["structure"].change is None


def test_a_short_archive_is_shown_by_day_and_stragglers_are_left_out() -> None:
    rows = [row(n, 10.0, date=f"2026-03-{n % 8 + 1:02}T10:00:00+00:00") for n in range(80)]
    rows += [row(1, 90.0, date="2026-03-20T10:00:00+00:00"), row(2, 10.0, date="yesterday")]
    found = summarise(rows, review=25.0, fix=50.0)
    assert found.period == "day" and len(found.periods) == 8 and found.dated == 81


def test_without_reruns_the_weights_say_which_finding_matters() -> None:
    def scored(number: int, log_odds: float, **more: Any) -> dict[str, Any]:
        return row(number, 100 / (1 + math.exp(-log_odds)), log_odds=log_odds, **more)

    rows = [
        scored(
            n,
            0.5,
            findings=["image-only", "no-text-part"],
            contributions={"image-only": 2.0, "no-text-part": 0.01},
        )
        for n in range(7)
    ]
    rows += [scored(8, 3.0, findings=["image-only"], contributions={"image-only": 2.0}, verdict="blocked")]
    found = summarise(rows, review=25.0, fix=50.0)
    moves = {item.rule: item.moves for item in found.rules}
    assert moves == {"image-only": (Move("fix", "send", 7),), "no-text-part": ()}
    page = render(found, Source(title="x", review=25.0, fix=50.0))
    assert "<b>7 from fix to send</b>" in page and "--remedies" in page


def test_a_verdict_that_changes_without_the_sum_has_its_cause_said() -> None:
    before = [row(1, 20.0), row(2, 20.0), row(3, 20.0)]
    after = [
        row(1, 20.0, verdict="blocked", findings=["no-text-part", "listed"]),
        row(2, 20.0, verdict="blocked", providers={"gmail": "rejected"}),
        row(3, 20.0, verdict="review"),
    ]
    found = compare(before, after)
    assert found.moved == 0
    assert found.causes == {"listed": 1, "rejected by gmail": 1, "the thresholds, or what blocks": 1}
    page = render(
        summarise(after, review=25.0, fix=50.0),
        Source("x", 25.0, 50.0, comparison=found, baseline="old.jsonl"),
    )
    assert "Compared with old.jsonl" in page


@pytest.mark.parametrize("rows", [[], [{"path": "x", "error": "broken"}], [row(1, 10.0, date="")]])
def test_hardly_anything_still_makes_a_page(rows: list[dict[str, Any]]) -> None:
    page = render(summarise(rows, review=25.0, fix=50.0), Source(title="x", review=25.0, fix=50.0))
    assert "In short" in page and "nan" not in page
