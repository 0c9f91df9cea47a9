"""Misspelt, disposable and unknown domains; role accounts; mail exchangers."""

from __future__ import annotations

import pytest

from scorer.domains.tables import entries
from scorer.recipients.domains import (
    facts_of,
    host_provider,
    is_disposable,
    parking_service,
    role_accounts,
    role_of,
)
from scorer.recipients.typos import likely_typos, suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.no", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmil.co.uk", "hotmail.co.uk"),
        ("yaho.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("aol.con", "aol.com"),
        ("gmailcom.com", "gmail.com"),
    ],
)
def test_a_slip_of_the_finger_has_a_suggestion(typed: str, meant: str) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "mail.com",
        "ymail.com",
        "email.com",
        "me.co",
        "hotmail.no",
        "yahoo.no",
        "gmail.shop.com",
        "cloud.com",
        "gmx.net",
        "company.com",
        "all.com",
    ],
)
def test_a_real_name_is_no_slip(domain: str) -> None:
    assert suggestion(domain) == ""


def test_no_provider_is_taken_for_a_misspelling_of_another() -> None:
    for line in entries("freemail.txt"):
        assert facts_of(line.split()[0]).meant == "", line
    assert 1000 < len(likely_typos()) < 5000


def test_disposable_domains_and_names_below_them() -> None:
    assert is_disposable("mailinator.com")
    assert is_disposable("box.mailinator.com")
    assert not is_disposable("mailinator.example")


def test_no_large_provider_and_no_forwarding_service_is_disposable() -> None:
    names = [line.split()[0] for line in (*entries("freemail.txt"), *entries("disposable_exceptions.txt"))]
    assert {"gmail.com", "google.com", "163.com", "duck.com"} <= set(names)
    for name in names:
        assert not is_disposable(name), name
        assert not is_disposable(f"sub.{name}"), name


def test_the_table_of_disposable_domains_is_clean() -> None:
    domains = entries("disposable_domains.txt")
    assert domains == sorted(set(domains))
    assert all(name.isascii() and name == name.lower() and "." in name for name in domains)
    assert not set(domains) & likely_typos().keys()


def test_a_top_level_domain_that_does_not_exist() -> None:
    assert facts_of("shop.cmo").unknown_tld
    assert not facts_of("shop.com").unknown_tld
    assert not facts_of("xn--80ak6aa.xn--p1ai").unknown_tld


@pytest.mark.parametrize(
    ("local", "role"),
    [
        ("abuse", "desk"),
        ("Post-Master", "desk"),
        ("no-reply", "machine"),
        ("info", "business"),
        ("customer.service", "business"),
        ("Info+web", "business"),
        ("all", "list"),
        ("anna", ""),
        ("info2", ""),
        ("infanta", ""),
    ],
)
def test_role_accounts(local: str, role: str) -> None:
    assert role_of(local) == role


def test_every_role_has_a_class_that_is_known() -> None:
    assert set(role_accounts().values()) == {"desk", "machine", "business", "list"}
    assert all(name.isalnum() for name in role_accounts())


def test_who_takes_in_mail_by_the_name_of_the_mail_exchanger() -> None:
    assert host_provider("aspmx.l.google.com.") == "google-workspace"
    assert host_provider("shop-com.mail.protection.outlook.com") == "microsoft-365"
    assert parking_service("park-mx.above.com", "mx") == "above"
    assert host_provider("mail.shop.com") == ""


def test_parking_services_by_name_server_and_mail_exchanger() -> None:
    assert parking_service("NS1.sedoparking.com.", "ns") == "sedo"
    assert parking_service("ns1.expired.uniregistry-dns.com", "ns") == "uniregistry"
    assert parking_service("ns1.notsedoparking.com", "ns") == ""
    assert parking_service("ns1.sedoparking.com", "mx") == ""


def test_every_parking_host_has_a_source_that_is_named() -> None:
    from scorer.domains.tables import TABLES

    text = (TABLES / "parking_hosts.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in entries("parking_hosts.txt")]
    assert len({(kind, host) for kind, host, _, _ in rows}) == len(rows) > 50
    for kind, host, _, sources in rows:
        assert kind in ("ns", "mx") and host == host.lower() and "." in host
        assert all(f"#   {source} " in text for source in sources.split(",")), host
