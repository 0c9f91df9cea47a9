"""Lists of providers, shorteners, sending services and file types."""

from __future__ import annotations

import pytest

from scorer.domains import (
    consumer_provider,
    is_blocked_by_gmail,
    is_dangerous_file,
    is_freemail,
    is_macro_file,
    is_shortener,
    normalize_domain,
    organizational_domain_psl,
    sending_service_of,
)
from scorer.domains.tables import entries


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", "gmail"),
        ("GoogleMail.com", "gmail"),
        ("yahoo.co.uk", "yahoo"),
        ("aol.com", "yahoo"),
        ("hotmail.no", "microsoft"),
        ("live.se", "microsoft"),
        ("outlook.com", "microsoft"),
        ("me.com", "apple"),
        ("gmx.de", None),
        ("yahoo.co.jp", None),
        ("google.com", None),
        ("mail.gmail.com", None),
        ("example.com", None),
    ],
)
def test_consumer_providers(domain: str, provider: str | None) -> None:
    assert consumer_provider(domain) == provider


def test_freemail() -> None:
    for domain in [
        "gmail.com",
        "gmx.at",
        "web.de",
        "t-online.de",
        "online.no",
        "frisurf.no",
        "telia.com",
        "ziggo.nl",
        "kpnmail.nl",
        "libero.it",
        "orange.fr",
        "qq.com",
        "163.com",
        "proton.me",
        "yandex.ru",
    ]:
        assert is_freemail(domain), domain
    for domain in ["example.com", "google.com", "microsoft.com", "dnb.no", "mail.example.com"]:
        assert not is_freemail(domain), domain


def test_shorteners() -> None:
    for host in [
        "bit.ly",
        "tinyurl.com",
        "t.co",
        "lnkd.in",
        "www.bit.ly",
        "BIT.LY",
        "anything.page.link",
        "eepurl.com",
    ]:
        assert is_shortener(host), host
    for host in ["example.com", "notbit.ly", "bit.ly.example.com", "page.link.example", "youtu.be"]:
        assert not is_shortener(host), host


def test_sending_services() -> None:
    for domain, service in (
        ("em1234.u42.wl.sendgrid.net", "SendGrid"),
        ("eu-west-1.amazonses.com", "Amazon SES"),
        ("mail123.suw11.mcsv.net", "Mailchimp"),
        ("bounce.suocrm.com", "SuperOffice"),
        ("pm.mtasv.net", "Postmark"),
        ("cmail19.com", "Campaign Monitor"),
    ):
        assert sending_service_of(domain) == service
    assert sending_service_of("notsendgrid.net") is None
    assert sending_service_of("example.com") is None
    assert sending_service_of("") is None


def test_attachments() -> None:
    assert len(entries("blocked_by_gmail.txt")) == 54
    for name in ("run.EXE", "a.pdf.js", "x.iso", "x.msixbundle", "trailing.scr. "):
        assert is_blocked_by_gmail(name) and is_dangerous_file(name), name
    for name in ("report.pdf", "exe", "photo.jpg", "", "table.docm"):
        assert not is_blocked_by_gmail(name), name
    assert is_dangerous_file("run.sh") and not is_blocked_by_gmail("run.sh")
    assert is_macro_file("Table.XLSM") and not is_macro_file("Table.xlsx")


@pytest.mark.parametrize("table", ["freemail.txt", "shorteners.txt", "sending_services.txt"])
def test_rows_are_registrable_names(table: str) -> None:
    for line in entries(table):
        name = line.split(" ")[0].removeprefix(".")
        assert normalize_domain(name) == name, line
        if table != "shorteners.txt":
            assert organizational_domain_psl(name) is not None, line
