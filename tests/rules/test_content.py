"""The rules of content where they are subtle: what they must leave alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.draft import Draft
from scorer.engine import Scorer
from scorer.examples import facts_of
from scorer.rules import all_rules, run_rules
from scorer.rules.rule import Example
from scorer.sentences import because_text
from tests.rules.helpers import fires, judge

TEXT = "Our autumn catalogue is here, with forty new titles for children and adults."
MINE = [item for item in all_rules().values() if item.rule.group == "content"]


def draft(**fields: object) -> dict[str, object]:
    return {"from": "Nordlys Books <news@nordlys.example>", "subject": "Our autumn catalogue", **fields}


def page(html: str, subject: str = "Our autumn catalogue") -> dict[str, object]:
    return draft(html=f"<p>{TEXT}</p>{html}", text=TEXT, subject=subject)


WELL_MADE = """<html lang="no"><head><title>Høstkatalog</title><style>@media (max-width:600px){.w{width:100%!important}}
.m{display:none}</style></head><body style="background-color:#eeeeee">
<div style="display:none;font-size:1px;color:#eeeeee;max-height:0">Førti nye titler og kaffe på lørdag&#847;&zwnj;&nbsp;</div>
<table width="600" bgcolor="#ffffff"><tr><td style="font-size:0;line-height:0" height="20">&nbsp;</td></tr><tr>
<td bgcolor="#003366"><a href="https://nordlys.example/" style="color:#ffffff">Nordlys bokhandel</a></td></tr><tr>
<td><img src="https://nordlys.example/a.jpg" alt="Lesestol" width="600"><h1>Høstkatalogen er her</h1>
<p>Hei {{fornavn}}, førti nye titler for barn og voksne. Kom innom på lørdag fra kl. ti, vi byr på kaffe.</p>
<p class="m">Førti nye titler for barn og voksne</p><!--[if mso]><p>Outlook</p><![endif]--></td></tr></table>
<p>Meld deg av: <a href="https://nordlys.example/av">avmelding</a></p><img src="https://nordlys.example/o" width="1" height="1" alt="">
</body></html>"""


def test_a_well_made_newsletter_gives_no_finding() -> None:
    facts = facts_of(
        Example(
            draft=draft(
                html=WELL_MADE,
                text="Høstkatalogen er her: førti nye titler for barn og voksne.",
                subject="Høstkatalogen er her",
            ),
            sending={"category": "marketing"},
        )
    )
    found, unchecked = run_rules(facts, MINE)
    assert [item.rule for item in found] == []
    assert unchecked == ()


@pytest.mark.parametrize(
    "subject",
    [
        "Re: order",
        "RE : order",
        "Re[2]: order",
        "Fwd: order",
        "FW: order",
        "Sv: ordre",
        "SV: ordre",
        "VS: tilaus",
        "Aw: Bestellung",
        "AW:Bestellung",
        "WG: Bestellung",
        "Antw: bestelling",
        "TR: commande",
        "RV: pedido",
        "Odp: zamówienie",
        "YNT: sipariş",
        "Ynt: sipariş",
        "回复：订单",
        "答复: 订单",
        "返信: 注文",
        "Отв: заказ",
        "ΑΠ: παραγγελία",
        "השב: הזמנה",
    ],
)
def test_prefixes_of_replies_in_many_languages(subject: str) -> None:
    assert fires("fake-reply-prefix", draft(subject=subject, text=TEXT)) == "main"


@pytest.mark.parametrize(
    "subject",
    [
        "Reading list: forty titles",
        "Reminder: Saturday",
        "Forward: the prize",
        "Svar på spørsmål: hva nå",
        "Result: we won",
        "Red: the colour",
        "Re your order",
        "In reply: yes",
        "Trends: autumn",
        "Vision: 2030",
        "Info: opening hours",
        "Ref: 1042",
        "R: 4.5 is here",
        "FS: chairs",
    ],
)
def test_words_that_only_begin_like_a_prefix(subject: str) -> None:
    assert fires("fake-reply-prefix", draft(subject=subject, text=TEXT)) == ""


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_a_real_reply_may_say_so(header: str) -> None:
    assert (
        fires("fake-reply-prefix", draft(subject="Re: order", text=TEXT, headers={header: "<1@a.example>"}))
        == ""
    )


def test_the_evidence_is_the_prefix_alone() -> None:
    (found,), _ = judge("fake-reply-prefix", draft(subject="Re: order", text=TEXT))
    assert [(e.name, e.quote, e.start, e.end) for e in found.evidence] == [("subject", "Re:", 0, 3)]
    assert found.fix_params == {"prefix": "Re:"}


@pytest.mark.parametrize(
    ("subject", "shouts"),
    [
        ("GRATIS FRAKT I DAG", True),
        ("ОСЕННИЙ КАТАЛОГ СЕГОДНЯ", True),
        ("IKEA", False),
        ("NASA USA", False),
        ("秋のカタログ 新刊四十点", False),
        ("כל הקטלוג החדש כאן", False),
        ("Only NEW TITLES", False),
    ],
)
def test_shouting_needs_capitals_throughout(subject: str, shouts: bool) -> None:
    assert bool(fires("shouting-subject", draft(subject=subject, text=TEXT))) is shouts


@pytest.mark.parametrize(
    ("subject", "found"),
    [("", True), ("  \u200b ", True), ("🎉", False), ("{{subject}}", False), ("?", False)],
)
def test_what_counts_as_no_subject(subject: str, found: bool) -> None:
    assert bool(fires("subject-missing", draft(subject=subject, text=TEXT))) is found


@pytest.mark.parametrize(
    ("body", "letters"),
    [
        (
            "私たちの秋のカタログができました。四十の新しい本があります。土曜日は十時からコーヒーをどうぞ。どうぞお越しください。",
            False,
        ),
        ("Autumn!", True),
    ],
)
def test_a_picture_with_little_text(body: str, letters: bool) -> None:
    html = f'<img src="https://nordlys.example/a.jpg" width="600" alt=""><p>{body}</p>'
    assert bool(fires("image-only", draft(html=html))) is letters


def test_one_picture_and_two_are_told_apart_in_words() -> None:
    def said(rule: str, count: int) -> str:
        image = '<img src="https://nordlys.example/a.jpg" width="600">'
        found, _ = judge(rule, draft(html=image * count + "<p>Hi</p>"))
        return because_text(all_rules()[rule].rule, found[0])

    assert said("image-only", 1) == "Hardly any visible text stands beside the picture (letters: 2)."
    assert said("image-only", 3) == "Hardly any visible text stands beside the 3 pictures (letters: 2)."
    assert said("images-without-alt", 1) == "One picture has no alternative text (pictures in all: 1)."
    assert said("images-without-alt", 3) == "3 of 3 pictures have no alternative text."


def test_small_pictures_need_no_text() -> None:
    assert (
        fires("image-only", draft(html='<img src="https://a.example/i.png" width="20" height="20"><p>Hi</p>'))
        == ""
    )


def test_sizes_around_the_clip() -> None:
    def at(size: int) -> str:
        return fires("over-clip-size", draft(html="<p>" + "x" * (size - 7) + "</p>"))

    assert (at(95 * 1024 - 1), at(95 * 1024), at(102 * 1024), at(102 * 1024 + 1)) == (
        "",
        "near",
        "near",
        "main",
    )


def test_the_clip_counts_bytes_and_points_to_the_first_letter_cut() -> None:
    html = "<p>" + "ø" * (52 * 1024) + "</p>"
    (found,), _ = judge("over-clip-size", draft(html=html))
    (place,) = found.evidence
    assert len(html[: place.start].encode()) <= 102 * 1024 < len(html[: place.start + 1].encode()) + 1


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Владивосток, Ελλάδα, 10 kΩ, 5 µm, Δt, 東京Tower, Nordlys-Осло</p>", False),
        ("<p>p\u0430ypal c\u0430t\u0430logue</p>", True),
        ("<p>one c\u0430talogue</p>", False),
        ("<p>мини-USB, IT-отдел, 3D-печать, e-mail'ом</p>", False),
    ],
)
def test_mixed_scripts_are_look_alikes_inside_one_word(html: str, found: bool) -> None:
    assert bool(fires("mixed-script-words", draft(html=html))) is found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>&#102;&#114;&#101;&#101;</p>" * 4, True),
        ("<p>&#x66;&#x72;&#x65;&#x65;</p>" * 4, True),
        ("<p>ca<!-- x -->sino bo<!---->nus lo<!--a-->ans fr<!--b-->ee</p>", True),
        ("<p>&#229;&#248;&#230; &#8217;&#8217;&#8217;</p>" * 9, False),
        ("<p>&#1057;&#1082;&#1080;&#1076;&#1082;&#1072;</p>" * 9, False),
        ('<a href="&#104;&#116;&#116;&#112;&#115;">x</a>' * 9, False),
        ("<p>&#110;&#101;&#119;&#115;&#64;&#97;&#46;&#110;&#111;</p>" * 9, False),
        ("<!-- header --><p>Hello</p><!-- body --><p>there</p><!-- footer -->" * 9, False),
    ],
)
def test_words_broken_up_in_the_source(html: str, found: bool) -> None:
    assert bool(fires("split-words", draft(html=html))) is found


def test_data_in_a_script_element_is_no_script() -> None:
    assert fires("scripts", page('<script type="application/ld+json">{}</script>')) == ""
    (found,), _ = judge("scripts", page("<script src='a.js'></script><SCRIPT>x()</SCRIPT>"))
    assert found.params["count"] == 2


def test_fonts_are_no_style_sheets() -> None:
    assert (
        fires("external-stylesheet", page('<link rel="stylesheet" href="https://use.typekit.net/abc.css">'))
        == ""
    )
    assert (
        fires("external-stylesheet", page('<link rel="stylesheet" href="https://a.example/m.css">')) == "main"
    )


@pytest.mark.parametrize(
    "words",
    ["Lorem ipsum", "LOREM IPSUM", "[Your Name]", "[Insert company", "Din tekst her", "ваш текст здесь"],
)
def test_placeholders_in_subject_and_body(words: str) -> None:
    (found,), _ = judge("placeholder-text", page(f"<p>{words} here]</p>"))
    assert found.evidence[0].quote.lower() == words.lower()
    assert fires("placeholder-text", draft(subject=f"{words} …", text=TEXT)) == "main"


def test_an_alt_attribute_may_be_empty() -> None:
    assert fires("images-without-alt", page('<img src="a.png" alt="" width="60">')) == ""
    assert fires("images-without-alt", page('<img src="a.png" width="60">')) == "main"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"html": "<p>&nbsp;</p>"}, True),
        ({"text": " \n "}, True),
        ({}, True),
        ({"text": "?!"}, True),
        ({"text": "Hi"}, False),
        ({"html": '<img src="a.jpg">'}, False),
        ({"html": "<p>{{content}}</p>"}, False),
        ({"text": "", "attachments": [{"filename": "a.pdf", "content": "eA=="}]}, False),
    ],
)
def test_what_counts_as_empty(fields: dict[str, object], found: bool) -> None:
    assert bool(fires("empty-body", draft(**fields))) is found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Spar nå: 20 % rabatt", True),
        ("10% off your next order", True),
        ("Use the promo code AUTUMN", True),
        ("25 % VAT", False),
        ("You save 20 kr", False),
        ("100% cotton", False),
    ],
)
def test_offers_in_a_receipt(words: str, found: bool) -> None:
    receipt = draft(html=f"<p>Your order 1042.</p><p>{words}</p>", subject="Receipt")
    assert (
        bool(fires("promotion-in-transactional", receipt, {"category": "transactional"}) == "main") is found
    )
    assert fires("promotion-in-transactional", receipt, {"category": "marketing"}) == ""
    assert fires("promotion-in-transactional", receipt) == "?"


def test_a_blank_text_part_is_no_text_part() -> None:
    assert fires("no-text-part", draft(html=f"<p>{TEXT}</p>", text=" \n")) == "empty"
    assert fires("no-text-part", draft(text=TEXT)) == ""


def test_each_way_of_hiding_is_one_finding() -> None:
    words = "casino bonus loans refinance tonight approved"
    ways = {
        "hidden-text": "display:none",
        "same-colour-text": "color:#ffffff",
        "unreadably-small-text": "font-size:0",
    }
    for expected, style in ways.items():
        fired = [rule for rule in ways if fires(rule, page(f'<p style="{style}">{words}</p>'))]
        assert fired == [expected]


@settings(deadline=None, max_examples=60)
@given(html=st.text(max_size=300), subject=st.text(max_size=100), text=st.none() | st.text(max_size=200))
def test_no_rule_fails_on_any_text(html: str, subject: str, text: str | None) -> None:
    facts = facts_of(
        Example(draft=draft(html=html, subject=subject, text=text), sending={"category": "transactional"})
    )
    found, unchecked = run_rules(facts, MINE)
    assert not [item for item in unchecked if "the rule failed" in item.reason]
    whole = {"html": facts.message.html, "visible": facts.message.visible_text, "text": facts.message.text}
    for evidence in (e for item in found for e in item.evidence if e.start >= 0):
        source = whole[evidence.kind] if evidence.kind in whole else facts.message.get(evidence.name)
        assert source is not None and source[evidence.start : evidence.end].startswith(evidence.quote)


@pytest.mark.parametrize(
    "html",
    [
        "<meta " * 50_000 + "<meta http-equiv=refresh>",
        "<a onx=1 " * 30_000 + ">",
        "&#65" * 100_000,
        "a<!--" * 80_000,
        "<script " * 50_000 + "></script>",
        "<form " * 50_000 + ">",
        "[insert " * 50_000,
        "c\u0430" * 100_000,
        "save 1" * 80_000,
        "<title>" * 50_000 + "untitled",
    ],
    ids=[
        "meta",
        "handlers",
        "references",
        "comments",
        "scripts",
        "forms",
        "placeholders",
        "scripts of letters",
        "offers",
        "titles",
    ],
)
def test_hostile_html_takes_seconds_at_most(html: str) -> None:
    facts = facts_of(
        Example(draft=draft(html=html, subject=html[:2000]), sending={"category": "transactional"})
    )
    started = time.perf_counter()
    run_rules(facts, MINE)
    assert time.perf_counter() - started < 5


def test_a_quotation_of_hidden_words_that_goes_on_ends_with_an_ellipsis() -> None:
    words = "Cheap loans approved tonight without credit history casino bonus refinance"
    for text, end in ((words, "refinance"), (f"{words} mortgage lottery", "…")):
        html = f"<p>Our autumn catalogue is here.</p><div style='display:none'>{text}</div>"
        message = Draft(from_="Nordlys <news@nordlys.example>", subject="Catalogue", html=html)
        (found,) = (finding for finding in Scorer().score(message).findings if finding.rule == "hidden-text")
        shown = str(found.because.params["text"])
        assert shown.endswith(end) and len(shown) <= 80
