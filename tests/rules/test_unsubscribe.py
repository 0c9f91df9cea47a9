"""Rules about leaving the list: for whom they hold, and what counts as a way out."""

from __future__ import annotations

import pytest

from tests.rules.helpers import fires, judge

LINK = '<p>News.</p><p><a href="https://example.com/u">Unsubscribe</a></p>'
BARE: dict[str, object] = {"category": "marketing", "adds": [], "adds_only": True, "adds_footer": False}


def draft(html: str | None = LINK, text: str | None = None, **headers: str) -> dict[str, object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "from": "News <news@example.com>",
        "subject": "November",
        "html": html,
        "text": text,
        "headers": named,
    }


@pytest.mark.parametrize(
    ("header", "post", "message"),
    [
        ("", "", "main"),
        ("<mailto:leave@example.com>", "", "mailto"),
        ("<http://example.com/u>", "", "http"),
        ("<http://example.com/u>", "List-Unsubscribe=One-Click", "http"),
        ("<https://example.com/u>", "", "post"),
        ("<HTTPS://example.com/u>, <mailto:leave@example.com>", "List-Unsubscribe=One-Click", ""),
        # Told by the rule about malformed headers instead.
        ("https://example.com/u", "", ""),
        ("<https://example.com/u>", "One-Click", ""),
    ],
)
def test_one_click(header: str, post: str, message: str) -> None:
    headers = {"List_Unsubscribe": header, "List_Unsubscribe_Post": post}
    named = {name: value for name, value in headers.items() if value}
    assert fires("no-one-click-unsubscribe", draft(**named), BARE) == message


def test_one_click_is_not_asked_of_transactional_mail_or_letters() -> None:
    assert fires("no-one-click-unsubscribe", draft(), BARE | {"category": "transactional"}) == ""
    assert fires("no-one-click-unsubscribe", draft("<p>Lunch?</p>")) == "?"


def test_what_the_service_adds_is_not_missed() -> None:
    assert fires("no-one-click-unsubscribe", draft(), "mailchimp") in ("", "?")
    adds = BARE | {"adds": ["List-Unsubscribe", "List-Unsubscribe-Post"]}
    assert fires("no-one-click-unsubscribe", draft(), adds) == ""
    assert fires("no-one-click-unsubscribe", draft(), {"category": "marketing"}) == "?"
    own_header = draft(List_Unsubscribe="<https://example.com/u>")
    assert fires("no-one-click-unsubscribe", own_header, BARE | {"adds": ["List-Unsubscribe-Post"]}) == ""
    assert fires("no-one-click-unsubscribe", own_header, {"category": "marketing"}) == "?"


@pytest.mark.parametrize(
    ("header", "post", "message"),
    [
        ("https://example.com/u", "", "main"),
        ("*|UNSUB|*", "", ""),
        ("<https://example.com/u>, <https://example.com/v>", "List-Unsubscribe=One-Click", "several"),
        ("<https://example.com/u>, <https://example.com/v>", "", ""),
        ("<https://example.com/u>", "List-Unsubscribe: One-Click", "post"),
        ("<https://example.com/u>", "List-Unsubscribe=One-Click", ""),
    ],
)
def test_malformed_headers(header: str, post: str, message: str) -> None:
    headers = {"List_Unsubscribe": header} | ({"List_Unsubscribe_Post": post} if post else {})
    assert fires("list-unsubscribe-malformed", draft(**headers)) == message


def test_malformed_addresses_are_put_into_brackets() -> None:
    (found,), _ = judge(
        "list-unsubscribe-malformed", draft(List_Unsubscribe="https://example.com/u, leave@example.com")
    )
    assert found.fix_params["value"] == "<https://example.com/u>, <mailto:leave@example.com>"


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<p>News.</p>", "main"),
        ("<p>News. You may unsubscribe any time.</p>", "words"),
        ("<p>News. To unsubscribe, write to leave@example.com.</p>", ""),
        ('<p>News. <a href="#">Unsubscribe</a></p>', "broken"),
        ('<p>News. <a href="">Abmelden</a></p>', "broken"),
        ('<p>News. <a href="{{unsub}}">Afmelden</a></p>', ""),
        ('<p>News. <a href="https://example.com/x">配信停止</a></p>', ""),
        ('<p>News. To unsubscribe <a href="https://example.com/x">click here</a>.</p>', ""),
        ("<p>News.</p><p>*|UNSUB|* unsubscribe</p>", ""),
        ('<p>News.</p><p style="display:none"><a href="https://example.com/u">Unsubscribe</a></p>', ""),
    ],
)
def test_a_way_out_in_the_body(html: str, message: str) -> None:
    assert fires("no-unsubscribe-link", draft(html), BARE) == message


def test_for_whom_a_missing_link_is_a_fault() -> None:
    bare = "<p>News.</p>"
    assert fires("no-unsubscribe-link", draft(bare)) == "?"
    assert fires("no-unsubscribe-link", draft(bare), {"category": "marketing"}) == "?"
    assert fires("no-unsubscribe-link", draft(bare), BARE | {"category": "transactional"}) == ""
    footer = BARE | {"adds_footer": True, "footer_has_unsubscribe": True}
    assert fires("no-unsubscribe-link", draft(bare), footer) == ""
    listed = draft(bare, List_Unsubscribe="<https://example.com/u>")
    assert fires("no-unsubscribe-link", listed, {"adds_footer": False}) == "main"


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">{}</p>',
        '<div style="font-size:0">{}</div>',
        '<p style="background:#fff">{}</p>',
    ],
)
def test_a_hidden_link_is_one_finding(hidden: str) -> None:
    link = '<a style="color:#ffffff" href="https://example.com/u">Unsubscribe</a>'
    html = "<p>News.</p>" + hidden.format(link)
    assert fires("unsubscribe-link-hidden", draft(html), BARE) == "main"
    assert fires("no-unsubscribe-link", draft(html), BARE) == ""


def test_the_clip_counts_bytes_and_not_letters() -> None:
    cyrillic = "<p>" + "ж" * 60_000 + "</p>"
    latin = "<p>" + "g" * 60_000 + "</p>"
    assert fires("unsubscribe-link-below-clip", draft(cyrillic + LINK)) == "main"
    assert fires("unsubscribe-link-below-clip", draft(latin + LINK)) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("To unsubscribe, please log in to your account.", "main"),
        ("Log in to your profile to unsubscribe.", "main"),
        ("Logg inn på Min side for å melde deg av.", "main"),
        ("Melden Sie sich an, um Angebote zu sehen. Newsletter abbestellen", ""),
        ("You get this because you signed in to our app. Unsubscribe", ""),
        ("To unsubscribe click here or log in to change your settings.", ""),
    ],
)
def test_logins(text: str, message: str) -> None:
    assert fires("unsubscribe-needs-login", draft(None, text)) == message
