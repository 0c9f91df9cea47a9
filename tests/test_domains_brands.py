"""Look-alikes of brands, and brands named in texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.domains import (
    brand_mentioned,
    brand_of,
    imitated_brand,
    normalize_domain,
    organizational_domain_psl,
)
from scorer.domains.brands import brands
from scorer.domains.tables import TABLES, entries


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("paypal-secure-login.com", "PayPal"),
        ("pay-pal-login.com", "PayPal"),
        ("paypal.com.evil.tld", "PayPal"),
        ("www.paypal.com.evil.example", "PayPal"),
        ("paypal.com-login.evil.net", "PayPal"),
        ("paypal-login.evil.net", "PayPal"),
        ("paypa1.com", "PayPal"),
        ("g00gle.com", "Google"),
        ("rnicrosoft.com", "Microsoft"),
        ("paypall.com", "PayPal"),
        ("paypla.com", "PayPal"),
        ("microsofft.co", "Microsoft"),
        ("telenorr.no", "Telenor"),
        ("rabobnak.nl", "Rabobank"),
        ("аррӏе.com", "Apple"),
        ("xn--80ak6aa92e.com", "Apple"),
        ("раураӏ.com", "PayPal"),
        ("mail.раураӏ.com", "PayPal"),
        ("pàypal.com", "PayPal"),
        ("paypal.top", "PayPal"),
        ("netflix.web.app", "Netflix"),
        ("postnord-tracking.com", "PostNord"),
        ("dhl-paket-service.info", "DHL"),
        ("apple-id-verify.com", "Apple"),
        ("mitid-bekraeft-login.com", None),
        ("mitid-login.com", "MitID"),
        ("vipps-support.com", "Vipps"),
        ("deutsche-bank-sicherheit.com", "Deutsche Bank"),
    ],
)
def test_imitations(domain: str, name: str | None) -> None:
    found = imitated_brand(domain)
    assert (found.name if found else None) == name


ORDINARY = """
applebees.com apple-farm.co.uk pineapple.com snapple.com applemusicfestival.com postnordlicht.de dnbuilders.no dnb.com dnb.nl
ing.dk ingenieur.de engineering.com posten.org posters.com kosten.nl bringing.com bring-it-on.com visa-service.com evisa.gov.tr
visahq.com target-group.com targeted.com interest.com pinterested.com amazone.de amazonas.de amazonia.org papal.org norden.org
nordex.com nordea-wind.example norda.com klara.se klarastil.de klarnet.dk vipp.com swisher.com wish.com wiser.com otherwise.com
telecom.com tele.no steno.no citybank.com civibank.it upstart.com ups-and-downs.com dhlaw.com dpdesign.de glsen.org hermes.com
orange-county.gov orangeville.ca chasebrexton.org purchase.com squarespace.com zoomania.com slackware.com steamboat.com
uberall.com costarica.com metadata.io ledgers.com krakenjs.com stripes.com wisconsin.gov outlookindia.com goggles.com googly.in
boggle.com racebook.com metro.nl paypay.ne.jp nets.com.sg bnpartners.com postbanking.info sasktel.com norwegianwood.org
facebook-marketing-tips.com amazon-fba-course.com mygoogleguide.com telegramm.de youtuber.com walmark.cz disneyland-fan.example
bank.no sparebanken-vest.no sparebank.no volksbank-mittelhessen.de sparkasse-koelnbonn.de vr-bank-nordeifel.de raiffeisenbank.ch
example.com example.org localhost co.uk github.io google.github.io microsoft.github.io paypal.github.io
"""


@pytest.mark.parametrize("domain", ORDINARY.split())
def test_ordinary_domains_imitate_nobody(domain: str) -> None:
    assert imitated_brand(domain) is None


def test_own_domains_imitate_nobody() -> None:
    for brand in brands():
        for domain in brand.domains:
            suffixes = ("com", "no", "co.uk", "de") if domain.endswith(".*") else ("",)
            for suffix in suffixes:
                name = domain.replace("*", suffix)
                assert imitated_brand(name) is None, name
                assert imitated_brand("mail." + name) is None, name
                assert brand.owns("news." + name), name


@pytest.mark.parametrize(
    "domain",
    [
        "em.paypal.mkt41.net",
        "paypal.com.sendgrid.net",
        "www.apple.com.edgekey.net",
        "gmail.com",
        "u123.ct.sendgrid.net",
        "linkedin.com.mcas.ms",
    ],
)
def test_services_that_carry_names_imitate_nobody(domain: str) -> None:
    assert imitated_brand(domain) is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_nothing_raises(text: str) -> None:
    imitated_brand(text)
    brand_of(text)
    brand_mentioned(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("PayPal Support", ["PayPal"]),
        ("Your DHL parcel is on its way", ["DHL"]),
        ("PаyPal", ["PayPal"]),
        ("Apple", ["Apple"]),
        ("Apple ID", ["Apple"]),
        ("Reset your Apple ID now", ["Apple"]),
        ("ING Bank", ["ING"]),
        ("ING", ["ING"]),
        ("Deutsche Bank", ["Deutsche Bank"]),
        ("AT&T", ["AT&T"]),
        ("McDonald’s Norge", ["McDonald's"]),
        ("PostNord & Klarna", ["PostNord", "Klarna"]),
        ("Österreichische Post", ["Österreichische Post"]),
        ("An apple a day", []),
        ("Bring your friends", []),
        ("Your visa application", []),
        ("We hit our target", []),
        ("Nothing is swish", []),
        ("Ups and downs of the week", []),
        ("Otherwise engaged", []),
        ("Posten på listen", []),
        ("Engineering news", []),
        ("", []),
        ("Åpningstider i påsken", []),
    ],
)
def test_brands_in_texts(text: str, names: list[str]) -> None:
    assert [brand.name for brand in brand_mentioned(text)] == names


def test_owner_of_a_domain() -> None:
    for domain, name in (
        ("mail.paypal.co.uk", "PayPal"),
        ("dnb.no", "DNB"),
        ("facebookmail.com", "Facebook"),
    ):
        found = brand_of(domain)
        assert found is not None and found.name == name
    assert brand_of("paypal.xyz") is None
    assert brand_of("example.com") is None


def test_the_table_is_well_formed() -> None:
    names = [brand.name for brand in brands()]
    assert len(names) == len(set(names)) >= 150
    for brand in brands():
        assert brand.kind in ("ambiguous", "distinctive", "typos")
        assert brand.domains, brand.name
        for domain in brand.domains:
            plain = domain.removesuffix(".*") + (".com" if domain.endswith(".*") else "")
            assert normalize_domain(plain) == plain, domain
            assert organizational_domain_psl(plain) is not None, domain


def test_every_table_says_where_it_is_from() -> None:
    for name in (
        "abused_suffixes.txt",
        "blocked_by_gmail.txt",
        "brand_lookalike_exceptions.txt",
        "brand_lure_words.txt",
        "brands.txt",
        "carrier_hosts.txt",
        "confusables.txt",
        "dangerous_extensions.txt",
        "freemail.txt",
        "macro_extensions.txt",
        "public_suffixes.txt",
        "scripts.txt",
        "sending_services.txt",
        "shorteners.txt",
    ):
        head = "".join(
            line
            for line in (TABLES / name).read_text(encoding="utf-8").splitlines()[:8]
            if line.startswith("#")
        )
        assert "Source:" in head and "Licence:" in head, name
        assert "202" in head, name
        lines = entries(name)
        assert lines and len(lines) == len(set(lines)), name
