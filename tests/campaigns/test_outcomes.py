from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scorer.campaigns.items import SourceError
from scorer.campaigns.outcome_tables import read_outcomes
from scorer.campaigns.outcomes import Counts, join

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


def test_the_whole_layout_of_mailchimps_export(tmp_path: Path) -> None:
    text = (
        'Title,Subject,List,"Send Date","Send Weekday","Total Recipients","Successful Deliveries","Soft Bounces",'
        '"Hard Bounces","Total Bounces","Times Forwarded","Forwarded Opens","Unique Opens","Open Rate","Total Opens",'
        '"Unique Clicks","Click Rate","Total Clicks",Unsubscribes,"Abuse Complaints","Times Liked on Facebook",'
        '"Folder Id","Unique Id","Total Orders","Total Gross Sales","Total Revenue"\n'
        '"March","Big News",Main,"Mar 03, 2026 09:30 pm",Tuesday,"1,100",1080,10,10,20,0,0,30,27.78%,57,7,6.48%,7,5,2,'
        "0,0,17671f6028,0,0,0\n"
    )
    (outcome,) = read_outcomes(write(tmp_path, "campaigns.csv", text))
    assert outcome.counts == {
        "bounced": Counts(20, 1100),
        "complained": Counts(2, 1080),
        "unsubscribed": Counts(5, 1080),
    }
    # The messages of an archive without the campaign's id are known by their subject.
    assert len(join([row(subject="big  news")], (outcome,)).campaigns) == 1


def test_a_report_of_one_mailchimp_campaign_and_of_its_two_forms(tmp_path: Path) -> None:
    one = (
        'Email Campaign Report\n"Title:","March"\n"Subject Line:","News"\n"Delivery Date/Time:","Mon, Apr 26, 2021 12:25"\n\n'
        '"Overall Stats"\n"Total Recipients:","1,000"\n"Successful Deliveries:","995"\n"Bounces:","5 (0.5%)"\n'
        '"Total Unsubs:","7"\n"Total Abuse Complaints:","1"\n\n"Clicks by URL"\n"URL","Total Clicks","Unique Clicks"\n'
        '"https://shop.example/","3","2"\n'
    )
    (outcome,) = read_outcomes(write(tmp_path, "one.csv", one))
    assert outcome.counts["bounced"] == Counts(5, 1000) and outcome.counts["complained"] == Counts(1, 995)
    assert len(join([row(subject="News")], (outcome,)).campaigns) == 1
    form = '"Combination {} Stats"\n"Subject Line:","News {}"\n"Total Recipients:","50"\n"Bounces:","{}"\n\n'
    two = 'Campaign Report\n"Title:","March"\n\n' + form.format(1, 1, 0) + form.format(2, 2, 9)
    outcomes = read_outcomes(write(tmp_path, "two.csv", two))
    assert [item.counts["bounced"] for item in outcomes] == [Counts(0, 50), Counts(9, 50)]


def test_the_report_of_a_mailerlite_campaign(tmp_path: Path) -> None:
    text = (
        'Campaign report\n"Subject:","News"\n"Sent","2021-08-07 16:00:00"\n\n"Campaign results"\n'
        '"Total emails sent:","3902"\n"Opened:","1489 (38.91%)"\n\n"Bad statistics"\n"Unsubscribed:","97 (2.49%)"\n'
        '"Spam complaints:","2 (0.05%)"\n"Hard bounce:","21 (0.54%)"\n"Soft bounce:","54 (1.38%)"\n'
    )
    (outcome,) = read_outcomes(write(tmp_path, "x.csv", text))
    assert outcome.counts["bounced"] == Counts(75, 3902) and outcome.counts["complained"] == Counts(2, 3827)


def test_answers_of_the_services_apis(tmp_path: Path) -> None:
    mailgun = {
        "items": [
            {
                "dimensions": [
                    {"dimension": "tag", "value": "march", "display_value": "march"},
                    {"dimension": "recipient_provider", "value": "Gmail", "display_value": "Gmail"},
                ],
                "metrics": {"sent_count": 100, "delivered_count": 95, "permanent_failed_count": 5,
                            "permanent_failed_esp_block_count": 3, "complained_count": 1},
            }
        ]
    }  # fmt: skip
    (outcome,) = read_outcomes(write(tmp_path, "mailgun.json", json.dumps(mailgun)))
    assert outcome.keys == ("campaign:march",) and outcome.provider == "gmail"
    assert outcome.counts["refused"] == Counts(3, 100) and outcome.counts["bounced"] == Counts(5, 100)
    sendgrid = {"results": [{"id": "x1", "aggregation": "total", "stats": {"requests": 10, "bounces": 1}}]}
    (outcome,) = read_outcomes(write(tmp_path, "sendgrid.json", json.dumps(sendgrid)))
    assert outcome.keys == ("campaign:x1",) and outcome.counts["bounced"] == Counts(1, 10)
    mailchimp = {
        "reports": [{"id": "17", "emails_sent": 9, "bounces": {"hard_bounces": 1, "soft_bounces": 2}}]
    }
    (outcome,) = read_outcomes(write(tmp_path, "mailchimp.json", json.dumps(mailchimp)))
    assert outcome.counts["bounced"] == Counts(3, 9)
    event = {"event-data": {"event": "delivered", "recipient": "a@b.example"}}
    with pytest.raises(SourceError, match="score ingest"):
        read_outcomes(write(tmp_path, "events.json", json.dumps(event)))


def test_a_name_or_subject_of_two_campaigns_tells_neither(tmp_path: Path) -> None:
    text = "campaign_id,title,subject,sent,bounces\n1,News,Hello,10,1\n2,News,Hello,10,2\n3,Other,Bye,10,3\n"
    outcomes = read_outcomes(write(tmp_path, "x.csv", text))
    assert not join([row(subject="Hello"), row(campaign="news")], outcomes).campaigns
    (campaign,) = join([row(subject="Bye")], outcomes).campaigns
    assert campaign.counts["bounced"] == Counts(3, 10)


def test_outcomes_of_the_history(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy", reason="the extra `history` is not installed")
    from datetime import date

    from scorer.campaigns.outcome_sources import read_all
    from scorer.history.store import Store
    from scorer.history.values import Batch, Count

    place = str(tmp_path / "h.sqlite")
    day = date(2026, 3, 3)

    def count(kind: str, n: int, cause: str = "", campaign: str = "March", provider: str = "yahoo") -> Count:
        return Count(kind, day, n, cause, campaign, "shop.example", provider)  # type: ignore[arg-type]

    with Store.open(place, create=True) as store:
        counts = (
            count("sent", 1000),
            count("bounce", 20, "bad-address"),
            count("bounce", 5, "policy"),
            count("bounce", 3, "content"),
            count("complaint", 4),
            count("sent", 500, provider="gmail"),
            count("sent", 10, campaign=""),
        )
        store.history("shop", create=True).add(Batch(counts=counts))
    outcomes = read_all([f"history:{place}"], "shop")
    (campaign,) = join([row(campaign="march")], outcomes).campaigns
    assert campaign.counts == {
        "refused": Counts(8, 1500),
        "bounced": Counts(28, 1500),
        # Gmail reports no complaints: mail to it is not counted.
        "complained": Counts(4, 972),
    }
    assert campaign.by_provider["yahoo"]["refused"] == Counts(8, 1000)
    with pytest.raises(SourceError, match="no such tenant"):
        read_all([f"history:{place}"], "other")
    with pytest.raises(SourceError, match="there is no history"):
        read_all([f"history:{tmp_path / 'absent.sqlite'}"], "shop")
