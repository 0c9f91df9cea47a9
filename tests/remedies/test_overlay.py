from __future__ import annotations

from scorer.dns import Absent, Found
from scorer.remedies.overlay import Overlay
from tests.fakedns import FakeDNS

KEY = ("own._domainkey.shop.com", "TXT")


def overlaid(records=None) -> tuple[Overlay, FakeDNS]:
    below = FakeDNS({("shop.com", "TXT"): ["v=spf1 -all"], ("shop.com", "MX"): ["10 mx.shop.com"]})
    return Overlay(below, records or {KEY: ("v=DKIM1; p=x",)}), below


def test_answers_its_own_records_in_any_spelling() -> None:
    overlay, below = overlaid()
    answer = overlay.lookup("Own._DomainKey.Shop.com.", "txt")
    assert isinstance(answer, Found) and answer.records == ("v=DKIM1; p=x",)
    assert below.looked_up == []


def test_passes_the_rest_on() -> None:
    overlay, below = overlaid()
    assert overlay.lookup("shop.com", "TXT") == below.lookup("shop.com", "TXT")
    assert overlay.lookup("other.example", "A") == Absent(nxdomain=True)


def test_names_above_a_published_record_exist() -> None:
    overlay, _ = overlaid()
    assert overlay.lookup("_domainkey.shop.com", "TXT") == Absent(nxdomain=False)
    assert overlay.lookup("own._domainkey.shop.com", "CNAME") == Absent(nxdomain=False)
    assert overlay.lookup("x._domainkey.shop.com", "TXT") == Absent(nxdomain=True)


def test_replaces_the_whole_set_of_records() -> None:
    overlay, _ = overlaid({("shop.com", "TXT"): ("v=spf1 ~all", "other")})
    answer = overlay.lookup("shop.com", "TXT")
    assert isinstance(answer, Found) and answer.records == ("v=spf1 ~all", "other")


def test_prefetches_only_what_it_has_not() -> None:
    overlay, below = overlaid()
    overlay.prefetch([KEY, ("shop.com", "TXT")])
    assert below.prefetched == [(("shop.com", "TXT"),)]


def test_a_name_that_is_none_is_left_out() -> None:
    overlay, _ = overlaid({("a..b", "TXT"): ("x",), KEY: ("y",)})
    assert isinstance(overlay.lookup(*KEY), Found)
