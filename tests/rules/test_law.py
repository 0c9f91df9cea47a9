"""Rules of law: they accuse only where an address or imprint is clearly absent."""

from __future__ import annotations

import time

import pytest

from scorer.rules.postal import is_address_tag, may_hold_address
from tests.rules.helpers import fires

WORDS = "We have three new things to show you in the shop this month, and coffee for all who come by before noon on Saturday. "


@pytest.mark.parametrize(
    "address",
    [
        "548 Market St, San Francisco, CA 94104",
        "PO Box 2573, Philadelphia, PA 19147",
        "1600 Amphitheatre Parkway",
        "10 Downing Street, London SW1A 2AA",
        "Karl Johans gate 1, 0154 Oslo",
        "Storgata 5, 0155 Oslo",
        "Sveavägen 24, 111 57 Stockholm",
        "Vesterbrogade 3, 1620 København V",
        "Mannerheimintie 12 B, 00100 Helsinki",
        "Musterstraße 1, 10115 Berlin",
        "Kärntner Ring 5, 1010 Wien",
        "Keizersgracht 1, 1015 CJ Amsterdam",
        "12 rue de Rivoli, 75001 Paris",
        "Calle de Alcalá 50, 28014 Madrid",
        "Via Roma 12, 00184 Roma",
        "Rua Augusta 100, 1100-053 Lisboa",
        "ul. Marszałkowska 1, 00-624 Warszawa",
        "ул. Тверская, д. 1, Москва",
        "東京都千代田区丸の内1丁目1番1号",
        "서울특별시 강남구 테헤란로 1",
        "100 Queen St W, Toronto M5H 2N2",
        "1 Martin Place, Sydney NSW 2000",
    ],
)
def test_addresses_of_many_countries_are_seen(address: str) -> None:
    assert may_hold_address(WORDS + address)


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        WORDS + "Call 555 0199 or write to us.",
        WORDS + "Copyright 2026. All rights reserved.",
        WORDS + "© 2026 Nordic Skis",
        WORDS + "Sale ends May 2026 Saturday",
        "Order no. 4711, 25 % off",
    ],
)
def test_other_text_is_not_an_address(text: str) -> None:
    assert not may_hold_address(text)


def test_merge_tags_for_an_address() -> None:
    assert is_address_tag("*|LIST:ADDRESS|*")
    assert is_address_tag("{{ organization.full_address }}")
    assert not is_address_tag("{{first_name}}")


def mailing(end: str, sender: str = "news@example.com") -> dict[str, object]:
    return {"from": f"News <{sender}>", "subject": "November", "html": f"<p>{WORDS}</p><p>{end}</p>"}


BARE: dict[str, object] = {"category": "marketing", "adds_footer": False}


def test_for_whom_an_address_is_missed() -> None:
    assert fires("no-postal-address", mailing("Bye."), BARE) == "main"
    assert fires("no-postal-address", mailing("*|LIST:ADDRESS|*"), BARE) == ""
    assert (
        fires(
            "no-postal-address", mailing('<img src="f.png" alt="Nordic Skis, Storgata 5, 0155 Oslo">'), BARE
        )
        == ""
    )
    assert fires("no-postal-address", mailing("Bye."), BARE | {"category": "transactional"}) == ""
    assert fires("no-postal-address", mailing("Bye."), BARE | {"adds_footer": True}) == ""
    assert fires("no-postal-address", mailing("Bye."), {"category": "marketing"}) == "?"
    assert fires("no-postal-address", mailing("Bye.")) == "?"
    short: dict[str, object] = {
        "from": "News <news@example.com>",
        "subject": "x",
        "html": '<img src="all.png">',
    }
    assert fires("no-postal-address", short, BARE) == "?"


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ('<a href="https://laden.de/impressum">Wer wir sind</a>', ""),
        ('<a href="https://laden.de/i">Impressum</a>', ""),
        ("Laden GmbH, HRB 123", ""),
        ("Viele Grüße", "main"),
    ],
)
def test_imprint(end: str, message: str) -> None:
    assert fires("no-imprint", mailing(end, "news@laden.de"), BARE) == message
    assert fires("no-imprint", mailing(end), BARE) == ""


@pytest.mark.parametrize("piece", ["a", "ж", "a ", "1 ", "12a, ", "via x", "xx, 1234", "000 00 "])
def test_long_texts_take_linear_time(piece: str) -> None:
    started = time.perf_counter()
    may_hold_address(piece * (200_000 // len(piece)))
    assert time.perf_counter() - started < 2
