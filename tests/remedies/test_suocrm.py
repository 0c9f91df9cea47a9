"""The case that people ask about: a customer's From domain, sent by SuperOffice from customer.suocrm.com."""

from __future__ import annotations

import pytest

from scorer.assessment import Assessment
from scorer.config import Config, Thresholds
from scorer.dns import SnapshotResolver
from scorer.draft import Draft
from scorer.engine import Scorer
from scorer.models import Models
from scorer.risk import Weights
from scorer.sending import load_profile, with_overrides

CONFIG = Config(
    Weights(-1.73, {"not-aligned": 2.2, "no-dmarc-record": 0.35, "spf-does-not-pass": 1.0}), Thresholds()
)
SOA = "3600 IN SOA ns.example.net. hostmaster.example.net. 1 3600 600 86400 300"
NOTHING_PUBLISHED = f"""
com. {SOA}
shop.com. {SOA}
shop.com. 3600 IN MX 10 mx.shop.com.
mx.shop.com. 3600 IN A 192.0.2.25
suocrm.com. {SOA}
customer.suocrm.com. 3600 IN TXT "v=spf1 include:_spf.online.superoffice.com ~all"
_spf.online.superoffice.com. 3600 IN TXT "v=spf1 ip4:198.51.100.0/24 ~all"
"""
WITH_INCLUDE = (
    NOTHING_PUBLISHED + 'shop.com. 3600 IN TXT "v=spf1 mx include:_spf.online.superoffice.com ~all"\n'
)
DRAFT = Draft(
    from_="The Shop <news@shop.com>",
    subject="What is new in November",
    html='<p>Three new things.</p><p><a href="https://shop.com/u">Unsubscribe</a></p>',
    text="Three new things.\n\nUnsubscribe: https://shop.com/u",
)


class Counted:
    """A resolver that notes what goes past it."""

    def __init__(self, zone: str) -> None:
        self.below = SnapshotResolver.from_text(zone)
        self.asked: list[tuple[str, str]] = []

    def lookup(self, name, rdtype):
        self.asked.append((name, rdtype))
        return self.below.lookup(name, rdtype)

    def prefetch(self, queries):
        self.below.prefetch(queries)


def assessed(zone: str, **overrides: object) -> Assessment:
    sending = with_overrides(load_profile("superoffice-com"), overrides)
    scorer = Scorer(CONFIG, lambda: SnapshotResolver.from_text(zone), Models())
    return scorer.score(DRAFT, sending)


def test_there_is_one_finding_of_alignment() -> None:
    found = [finding.rule for finding in assessed(NOTHING_PUBLISHED).findings]
    assert found.count("not-aligned") == 1
    assert not {"from-return-path-differ", "spf-not-aligned", "dkim-not-aligned"} & set(found)


def test_the_own_key_lowers_the_score() -> None:
    answer = assessed(NOTHING_PUBLISHED)
    best = answer.remedies[0]
    assert best.fixes == ("not-aligned",)
    assert best.kind == "dns"
    assert best.log_odds == pytest.approx(answer.log_odds - 2.2)
    assert best.change == pytest.approx(best.score - answer.score) and best.change < -20
    assert "your own domain" in best.text[0]
    # SuperOffice assigns the selector: no record can be written before it has.
    assert best.records == ()


def test_with_a_known_selector_the_record_is_named() -> None:
    signer = [{"domain": "{from_domain}", "selectors": ["so1"], "published": "txt", "of_service": False}]
    best = assessed(NOTHING_PUBLISHED, dkim_after=signer).remedies[0]
    assert best.fixes == ("not-aligned",)
    (record,) = best.records
    assert (record.name, record.type) == ("so1._domainkey.shop.com", "TXT")
    assert "the sending service shows" in record.value


def test_everything_includes_the_dmarc_record() -> None:
    last = assessed(NOTHING_PUBLISHED).remedies[-1]
    assert set(last.fixes) == {"not-aligned", "no-dmarc-record"}
    assert [(r.name, r.value) for r in last.records] == [
        ("_dmarc.shop.com", "v=DMARC1; p=none; rua=mailto:dmarc@shop.com")
    ]


def test_the_services_include_changes_nothing_and_is_never_offered() -> None:
    without, with_include = assessed(NOTHING_PUBLISHED), assessed(WITH_INCLUDE)
    assert with_include.score == without.score
    for answer in (without, with_include):
        for remedy in answer.remedies:
            said = " ".join((*remedy.text, *(record.value for record in remedy.records)))
            assert "include:" not in said and "_spf.online.superoffice.com" not in said


def test_once_the_key_is_in_use_nothing_is_left_to_gain_by_it() -> None:
    answer = assessed(NOTHING_PUBLISHED, set_up=True)
    assert all("not-aligned" not in remedy.fixes for remedy in answer.remedies)


def test_reruns_ask_the_dns_nothing_new() -> None:
    counted = Counted(NOTHING_PUBLISHED)
    scorer = Scorer(CONFIG, lambda: counted, Models())
    sending = load_profile("superoffice-com")
    scorer.score(DRAFT, sending, remedies=False)
    before = set(counted.asked)
    scorer.score(DRAFT, sending, remedies=True)
    assert set(counted.asked) == before
