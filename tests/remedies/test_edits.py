"""What single edits do beyond their rules' own examples, and what they leave alone."""

from __future__ import annotations

import pytest

from scorer.draft import Draft
from scorer.facts import gather
from scorer.message import Message
from scorer.mime import parse_message
from scorer.remedies.edits import perform
from scorer.remedies.edits.characters import cleaned
from scorer.remedies.edits.links import without_invisible, words_of_address
from scorer.remedies.edits.subject import ordinary_letters
from scorer.remedies.mailing import Mailing, mailing_of
from scorer.remedies.plan import steps_of
from scorer.rules import all_rules
from scorer.sending import load_profile, unspecified, with_overrides

RULES = all_rules()


def edited(rule: str, message: Message | Draft | bytes, profile: str = "") -> Mailing:
    """The mailing after the edits that one rule asks for."""
    if isinstance(message, Draft):
        message = message.to_message()
    elif isinstance(message, bytes):
        message = parse_message(message)
    sending = load_profile(profile) if profile else unspecified()
    return perform(mailing_of(message), steps_of(RULES[rule], gather(message, sending))).mailing


def draft(html: str | None = None, **fields: object) -> Draft:
    return Draft(from_="Nordlys <news@nordlys.example>", subject="News", html=html, **fields)  # type: ignore[arg-type]


HIDDEN = "Cheap loans approved tonight without credit history casino"


def test_hidden_text_goes_with_the_elements_that_hold_nothing_else() -> None:
    html = f'<p>Hello there.</p><td class=x><div style="display:none"><b>{HIDDEN}</b> </div></td><p>Bye.</p>'
    assert edited("hidden-text", draft(html)).html == "<p>Hello there.</p><td class=x></td><p>Bye.</p>"


def test_hidden_text_beside_a_picture_goes_alone() -> None:
    html = f'<p>Hello there.</p><div style="display:none"><img src="a.png">{HIDDEN}</div>'
    assert edited("hidden-text", draft(html)).html == (
        '<p>Hello there.</p><div style="display:none"><img src="a.png"></div>'
    )


def test_only_text_hidden_in_the_way_that_was_found_goes() -> None:
    html = f'<p>Hello there.</p><div style="display:none">{HIDDEN}</div><p style="color:#fff">one two</p>'
    assert "one two" in (edited("hidden-text", draft(html)).html or "")


def test_entities_and_layout_stay_as_they_were_written() -> None:
    html = (
        "<!DOCTYPE html>\n<HTML><!--[if mso]><table><![endif]--><P>A&nbsp;&amp;&eacute;<BR>"
        "<A HREF='http://nordlys.example/a' >x</A><a href=\"https://nordlys.example/\">y</a></P></HTML>"
    )
    assert edited("insecure-link", draft(html)).html == html.replace("http://", "https://")


def test_https_in_a_text_touches_whole_addresses_only() -> None:
    text = "See http://nordlys.example/a and www.nordlys.example/b, https://nordlys.example/?u=http://nordlys.example/a ok\n"
    assert edited("insecure-link", draft(text=text)).text == (
        "See https://nordlys.example/a and https://www.nordlys.example/b, "
        "https://nordlys.example/?u=http://nordlys.example/a ok\n"
    )


def test_every_occurrence_of_a_rule_is_mended() -> None:
    html = '<a href="nordlys.com/a">A</a> <a href="nordlys.com/b">B</a>'
    assert edited("relative-link", draft(html)).html == (
        '<a href="https://nordlys.com/a">A</a> <a href="https://nordlys.com/b">B</a>'
    )


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("www.fjellsport.example/winter-sale.html", "Fjellsport: winter sale"),
        ("https://www.shop.co.uk", "Shop"),
        ("nordlys.no/", "Nordlys"),
    ],
)
def test_words_of_an_address(address: str, words: str) -> None:
    assert words_of_address(address) == words


def test_invisible_characters_of_an_address() -> None:
    assert without_invisible("https://a.example/\u200bx%E2%80%8By%e2%80%8bz") == "https://a.example/xyz"


def test_joiners_of_a_script_stay() -> None:
    assert cleaned("می\u200cخواهم, and our au\u200btumn") == "می\u200cخواهم, and our autumn"


def test_an_emoji_stays_whole() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert cleaned(f"{family} au\u200btumn") == f"{family} autumn"


@pytest.mark.parametrize(
    ("subject", "body", "calm"),
    [
        ("NEW TITLES IN BERGEN", "We are in Bergen now.", "New titles in Bergen"),
        ("BIG SALE AT IKEA. COME BY", "See us at IKEA soon.", "Big sale at IKEA. Come by"),
        ("DEAR *|FNAME|*, WELCOME", "", "Dear *|FNAME|*, welcome"),
        ("SAVE 10EUR TODAY", "", "Save 10EUR today"),
    ],
)
def test_a_calm_subject(subject: str, body: str, calm: str) -> None:
    assert ordinary_letters(subject, body) == calm


def test_a_structured_data_script_stays() -> None:
    data = '<script type="application/ld+json">{"a": 1}</script>'
    assert edited("scripts", draft(f"<p>Hi</p>{data}<script>x()</script>")).html == f"<p>Hi</p>{data}"


def test_what_stands_in_a_form_stays() -> None:
    html = '<form action="x"><p>Rate <b>us</b></p><label>Name <input name=n></label><button>Go</button></form><p>Bye</p>'
    assert edited("form-in-mail", draft(html)).html == "<p>Rate <b>us</b></p><label>Name </label><p>Bye</p>"


def test_an_unsubscribe_link_is_written_with_the_services_tag_and_in_the_mailings_language() -> None:
    message = draft('<html lang="nb"><body><p>Hei.</p></body></html>', text="Hei.\n").to_message()
    own = {"adds_footer": False, "category": "marketing"}
    facts = gather(message, with_overrides(load_profile("mailchimp"), own))
    after = perform(mailing_of(message), steps_of(RULES["no-unsubscribe-link"], facts)).mailing
    assert '<a href="*|UNSUB|*">Meld deg av</a></p>\n</body>' in (after.html or "")
    assert (after.text or "").endswith("Meld deg av: *|UNSUB|*\n")


def test_one_click_is_announced_beside_an_https_address() -> None:
    headers = {"List-Unsubscribe": "<https://nordlys.example/u/8f3a>"}
    message = draft('<p>Hi.</p><a href="https://nordlys.example/u/8f3a">Unsubscribe</a>', headers=headers)
    own = {"category": "marketing", "adds": [], "adds_only": True}
    facts = gather(message.to_message(), with_overrides(unspecified(), own))
    after = perform(mailing_of(facts.message), steps_of(RULES["no-one-click-unsubscribe"], facts)).mailing
    assert after.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert after.header("List-Unsubscribe") == headers["List-Unsubscribe"]


def test_a_counter_goes_out_of_the_senders_name() -> None:
    message = Draft(from_='"Nordlys (1)" <news@nordlys.example>', subject="News", text="Hi.")
    after = edited("display-name-is-a-message", message)
    assert after.header("from") == "Nordlys <news@nordlys.example>"


def test_without_a_known_tag_no_address_is_invented() -> None:
    message = draft("<p>Hello to all of you.</p>", text="Hello to all of you.\n")
    after = edited("no-unsubscribe-link", message, "superoffice-com")
    assert after.same_content(mailing_of(message.to_message()))


def test_a_message_that_is_only_a_file_keeps_it() -> None:
    from scorer.draft import DraftAttachment

    message = draft(text=" ", attachments=(DraftAttachment("a.exe", "TVo=", "application/x-msdownload"),))
    after = edited("blocked-attachment-type", message)
    assert after.dropped == () and "a.exe" in after.notes[0]


def test_a_failing_edit_is_skipped_and_the_others_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from scorer.remedies.edits import EDITS

    def broken(mailing, task):
        raise RuntimeError("x")

    monkeypatch.setitem(EDITS, "use-https", EDITS["use-https"]._replace(edit=broken))
    message = draft(
        '<a href="http://nordlys.example/a">x</a><a href="https://nordlys.example/" onclick="x">y</a>'
    ).to_message()
    facts = gather(message)
    steps = [*steps_of(RULES["insecure-link"], facts), *steps_of(RULES["event-handlers"], facts)]
    outcome = perform(mailing_of(message), steps)
    assert [step.edit for step in outcome.failed] == ["use-https"]
    assert "onclick" not in (outcome.mailing.html or "") and "http://" in (outcome.mailing.html or "")
