"""The history's facts, and what they do to a score."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from scorer.draft import Draft
from scorer.engine import Scorer
from scorer.facts.audience import gather_audience
from scorer.history.facts import SenderHistory, audience_for
from scorer.history.store import Store, StoreError
from scorer.history.values import Batch, Count, Event, OutsideRate
from scorer.sending import Audience, from_mapping
from scorer.unknown import Unknown

NOW = date(2026, 11, 24)
DAY = NOW - timedelta(days=3)
ROOT = Path(__file__).parents[2]


def counts(
    domain: str, sent: int, *, provider: str = "yahoo", day: date = DAY, **more: int
) -> tuple[Count, ...]:
    causes = {"bounce": "bad-address"}
    return tuple(
        Count(kind, day, n, causes.get(kind, ""), "wax", domain, provider)  # type: ignore[arg-type]
        for kind, n in {"sent": sent, **more}.items()
    )


def put(store: Store, *counted: Count, **more: tuple) -> None:
    store.history("shop", create=True).add(Batch(counts=counted, **more))


def draft(domain: str) -> Draft:
    return Draft(
        from_=f"Nordic Skis <news@{domain}>",
        subject="Wax week",
        text=f"Come by our shop on Thursday. Unsubscribe: https://{domain}/u",
    )


def test_the_same_draft_for_two_senders(store: Store) -> None:
    put(store, *counts("calm.example", 50_000, complaint=10), *counts("angry.example", 50_000, complaint=250))
    scorer = Scorer(history=SenderHistory(store, "shop", NOW))
    calm = scorer.score(draft("calm.example"), remedies=False)
    angry = scorer.score(draft("angry.example"), remedies=False)
    assert angry.score > calm.score + 5
    assert "complaint-rate-over-limit" not in {finding.rule for finding in calm.findings}
    (finding,) = [item for item in angry.findings if item.rule == "complaint-rate-over-limit"]
    assert "0.5 % of 50000" in finding.because.text and "at least 0.44 %" in finding.because.text
    (share,) = [item for item in angry.contributions if item.id == "complaint-rate-over-limit"]
    assert share.kind == "audience" and share.log_odds > 0
    assert angry.log_odds == pytest.approx(sum(item.log_odds for item in angry.contributions))


def test_the_verdict_of_gmail_uses_its_own_rate(store: Store) -> None:
    rate = OutsideRate("google-postmaster", "spam-rate", "shop.example", DAY, 0.004)
    put(store, *counts("shop.example", 50_000, complaint=0), rates=(rate,))
    sending = from_mapping({"volume_per_day": 20_000, "category": "marketing"})
    found = Scorer(history=SenderHistory(store, "shop", NOW)).score(
        draft("shop.example"), sending, remedies=False
    )
    assert "gmail-spam-rate-high" in {finding.rule for finding in found.findings}
    judged = {(report.provider, item.id): item for report in found.providers for item in report.requirements}
    assert judged["gmail", "gmail-spam-rate"].met is False
    assert "Postmaster Tools" in judged["gmail", "gmail-spam-rate"].reason
    assert judged["yahoo", "complaints-0.3"].met is True


def test_a_sender_without_history_is_unknown(store: Store) -> None:
    put(store, *counts("shop.example", 50_000, complaint=250))
    found = audience_for(store, "shop", "stranger.example", NOW)
    assert all(isinstance(getattr(found, field), Unknown) for field in Audience.__struct_fields__)
    scored = Scorer(history=SenderHistory(store, "shop", NOW)).score(
        draft("stranger.example"), remedies=False
    )
    plain = Scorer().score(draft("stranger.example"), remedies=False)
    assert scored.score == plain.score
    assert "complaint-rate-over-limit" in {item.rule for item in scored.not_checked}


def test_rates_with_their_numbers(store: Store) -> None:
    put(store, *counts("news.shop.example", 10_000, complaint=5, bounce=200, unsubscribe=30))
    found = audience_for(store, "shop", "shop.example", NOW)  # the organizational domain counts
    assert (found.bounce_rate, found.bounce_n) == (0.02, 10_000)
    assert (found.complaint_rate, found.complaint_n) == (5 / 9_800, 9_800)
    assert (found.unsubscribe_rate, found.unsubscribe_n) == (30 / 9_800, 9_800)
    assert found.first_send is False and found.most_per_day == 10_000
    assert found.blocked_by == ()


def test_only_the_last_thirty_days_count(store: Store) -> None:
    put(store, *counts("shop.example", 10_000, complaint=100, day=NOW - timedelta(days=40)))
    found = audience_for(store, "shop", "shop.example", NOW)
    assert isinstance(found.complaint_rate, Unknown) and isinstance(found.most_per_day, Unknown)
    assert found.first_send is False


def test_gmails_rate_is_not_merged_with_counts(store: Store) -> None:
    rates = tuple(
        OutsideRate("google-postmaster", "spam-rate", "shop.example", DAY - timedelta(days=back), rate)
        for back, rate in ((0, 0.001), (2, 0.0035), (20, 0.05))
    )
    put(store, *counts("shop.example", 1_000, complaint=1), rates=rates)
    found = audience_for(store, "shop", "shop.example", NOW)
    assert found.gmail_spam_rate == 0.0035  # the highest of the newest seven days
    assert (found.complaint_rate, found.complaint_n) == (0.001, 1_000)


def test_mail_to_gmail_alone_says_nothing_of_complaints(store: Store) -> None:
    put(store, *counts("shop.example", 50_000, provider="gmail", complaint=0))
    found = audience_for(store, "shop", "shop.example", NOW)
    assert isinstance(found.complaint_rate, Unknown)
    assert "do not report complaints" in found.complaint_rate.reason


def test_blocklists_that_rejections_named(store: Store) -> None:
    refused = tuple(
        Event(
            "bounce",
            DAY,
            f"m:{n}",
            f"r{n}@x.example",
            "policy",
            "5.7.1",
            "wax",
            "shop.example",
            "other",
            block,
        )
        for n, block in enumerate(["spamhaus", "spamhaus", "barracuda"])
    )
    put(store, *counts("shop.example", 100), events=refused)
    assert audience_for(store, "shop", "shop.example", NOW).blocked_by == ("Spamhaus",)
    found = Scorer(history=SenderHistory(store, "shop", NOW)).score(draft("shop.example"), remedies=False)
    (finding,) = [item for item in found.findings if item.rule == "rejections-name-blocklist"]
    assert "Spamhaus" in finding.because.text


def test_another_tenants_history_is_not_used(store: Store) -> None:
    put(store, *counts("shop.example", 50_000, complaint=250))
    store.history("rival", create=True)
    assert isinstance(audience_for(store, "rival", "shop.example", NOW).complaint_rate, Unknown)
    with pytest.raises(StoreError):
        audience_for(store, "nobody", "shop.example", NOW)


class Fixed:
    """A history that knows one thing."""

    def audience(self, sender_domain: str) -> Audience:
        return Audience(complaint_rate=0.01, complaint_n=1_000, recipients=7)


def test_what_is_stated_goes_before_the_history() -> None:
    stated = Audience(complaint_rate=0.002, recipients=3)
    found = gather_audience(stated, Fixed(), "shop.example")
    assert (found.complaint_rate, found.recipients) == (0.002, 3)
    assert isinstance(found.complaint_n, Unknown)  # a rate keeps its own number of messages
    assert gather_audience(stated, None, "shop.example") is stated
    assert gather_audience(stated, Fixed(), None) is stated
    assert gather_audience(Audience(), Fixed(), "shop.example").complaint_n == 1_000


def test_scoring_without_a_history_loads_no_database() -> None:
    code = (
        "import sys, scorer.commands.check, scorer.commands.batch\n"
        "from scorer import score_message\n"
        "score_message(b'From: a@b.example\\nSubject: x\\n\\nhello\\n')\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('sqlalchemy', 'alembic', 'psycopg') or name in ('scorer.history.store', 'scorer.history.schema', 'scorer.history.facts')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
