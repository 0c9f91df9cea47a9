from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scorer.campaigns.items import SourceError
from scorer.campaigns.outcomes import Counts, join, read_outcomes

MAILCHIMP = (
    'Title,Subject,List,"Send Date","Total Recipients","Successful Deliveries","Soft Bounces","Hard Bounces",'
    '"Total Bounces",Unsubscribes,"Abuse Complaints","Unique Id"\n'
    'March,News,Main,"Mar 03, 2026","1,000",980,5,15,20,7,2,17671f6028\n'
)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def row(**fields: Any) -> dict[str, Any]:
    return {
        "path": "a.eml",
        "log_odds": -2.0,
        "contributions": {"bias": -2.0},
        "findings": [],
        "subject": "s",
        "from_domain": "shop.example",
        **fields,
    }


def test_a_services_export_gives_counts_with_their_denominators(tmp_path: Path) -> None:
    (outcome,) = read_outcomes(write(tmp_path, "campaigns.csv", MAILCHIMP))
    assert outcome.counts == {
        "bounced": Counts(20, 1000),
        "complained": Counts(2, 980),
        "unsubscribed": Counts(7, 980),
    }
    joined = join([row(campaign="mailchimpabc.17671F6028"), row(campaign="other")], (outcome,))
    assert [item.messages for item in joined.campaigns] == [1]
    assert (joined.rows_without, joined.outcomes_without) == (1, 0)


def test_sendgrids_names_are_known(tmp_path: Path) -> None:
    text = "singlesend_id,requests,delivered,bounces,blocks,spam_reports,unsubscribes\nx,100,90,4,6,1,2\n"
    (outcome,) = read_outcomes(write(tmp_path, "s.csv", text))
    assert outcome.counts["refused"] == Counts(6, 100)
    assert outcome.counts["complained"] == Counts(1, 90)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("spam,placed\n3,10\n", Counts(3, 10)),
        ("inbox,placed\n7,10\n", Counts(3, 10)),
        ("spam;inbox\n3;7\n", Counts(3, 10)),
        ("label\nspam-folder\n", Counts(1, 1)),
        ("label\nThis was fine\n", Counts(0, 1)),
    ],
)
def test_placements_and_corrections(tmp_path: Path, columns: str, expected: Counts) -> None:
    mark = ";" if ";" in columns else ","
    header, line = columns.splitlines()
    text = f"message_id{mark}{header}\n<1@x>{mark}{line}\n"
    (outcome,) = read_outcomes(write(tmp_path, "p.csv", text))
    assert outcome.counts == {"spam": expected}
    assert len(join([row(message_id="<1@X>")], (outcome,)).campaigns) == 1


def test_paths_are_joined_from_beside_the_table_or_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    table = write(tmp_path / "data", "labels.tsv", "path\tlabel\tnote\na.eml\tinbox\tx\n")
    outcomes = read_outcomes(table)
    monkeypatch.chdir(tmp_path)
    assert join([row(path="data/a.eml")], outcomes).campaigns
    assert join([row(path="archive.tar", member="a.eml")], outcomes).campaigns
    monkeypatch.chdir(tmp_path / "data")
    assert join([row(path="a.eml")], outcomes).campaigns
    assert not join([row(path="b.eml")], outcomes).campaigns


def test_providers_of_a_campaign_are_added_and_kept_apart(tmp_path: Path) -> None:
    text = "campaign,provider,spam,placed\nc,Gmail,3,10\nc,Yahoo,0,5\n"
    (campaign,) = join([row(campaign="C")], read_outcomes(write(tmp_path, "p.csv", text))).campaigns
    assert campaign.counts["spam"] == Counts(3, 15)
    assert campaign.by_provider["gmail"]["spam"] == Counts(3, 10)


def test_messages_of_a_campaign_are_predicted_together(tmp_path: Path) -> None:
    outcomes = read_outcomes(write(tmp_path, "p.csv", "campaign,spam,placed\nc,3,10\n"))
    rows = [
        row(campaign="c", log_odds=-1.0, findings=["x", "y"], contributions={"x": 1.0}),
        row(campaign="c", log_odds=-2.0, findings=["x"], contributions={}),
        row(campaign="c", log_odds=-3.0),
        {"path": "bad.eml", "error": "no", "campaign": "c"},
    ]
    (campaign,) = join(rows, outcomes).campaigns
    assert campaign.log_odds == -2.0 and campaign.messages == 3
    assert campaign.findings == ("x",)
    assert campaign.contributions["x"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("spam,placed\n1,2\n", "no column to join by"),
        ("campaign,opens\nc,2\n", "no column of outcomes"),
        ("campaign,spam,placed\nc,5,2\n", "row 1: placed in spam: 5 of 2"),
        ("campaign,spam,placed\nc,many,2\n", "row 1: spam is 'many'"),
        ("campaign,spam,placed\n", "no outcomes in it"),
    ],
)
def test_a_table_that_cannot_be_used_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_outcomes(write(tmp_path, "x.csv", text))


def test_json_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "x.jsonl", json.dumps({"path": os.fspath(tmp_path / "a"), "label": "spam"}) + "\n")
    assert read_outcomes(path)[0].counts == {"spam": Counts(1, 1)}
