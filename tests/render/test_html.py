from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scorer.html import read_page
from scorer.render import css
from scorer.render.html import render_html
from scorer.render.preview import MAX_OUTPUT, Span, preview
from scorer.rules.rule import Evidence
from tests.render import samples
from tests.render.hostile import bodies


def words(text: str) -> set[str]:
    return set(text.split())


PAGE_TAGS = words(
    "html head meta title style body a div main section svg path text rect h1 h2 h3 p dl dt dd bdi nav ul li span article "
    "header code b details summary table thead tbody tfoot tr th td mark sup pre iframe footer"
)
PREVIEW_TAGS = words(
    "html head meta title style body div p span table thead tbody tfoot tr td th caption col colgroup ul ol li dl dt dd "
    "h1 h2 h3 h4 h5 h6 b strong i em u s strike small big sub sup center font blockquote pre code br hr address article "
    "section header footer main nav aside figure figcaption abbr cite q del ins kbd samp var tt wbr mark"
)
PREVIEW_ATTRIBUTES = words(
    "align valign width height bgcolor border cellpadding cellspacing colspan rowspan dir lang color face size nowrap "
    "start class id style title charset http-equiv content name"
)
PAGE_ATTRIBUTES = words(
    "lang charset http-equiv content name class href aria-label aria-labelledby aria-hidden viewbox viewBox role d fill "
    "stroke-width stroke-linecap pathlength pathLength stroke-dasharray x y width height text-anchor font-size id rel scope "
    "preserveaspectratio preserveAspectRatio open tabindex title sandbox srcdoc"
)
LOADS = re.compile(r"url\s*\(|@import|@font-face|expression\s*\(|image-set|behavior|-moz-binding|\\", re.I)
META = {"Content-Security-Policy", None}


def inert(page: str) -> BeautifulSoup:
    """Check every element and attribute of a report and of the preview within it; return the preview."""
    soup = BeautifulSoup(page, "html.parser", multi_valued_attributes=None)
    for tag in soup.find_all(True):
        assert tag.name in PAGE_TAGS, tag
        assert set(tag.attrs) <= PAGE_ATTRIBUTES, tag
        if "href" in tag.attrs:
            assert tag.name == "a"
            assert re.match(r"#[\w-]+$|https://", tag["href"]), tag
        if tag.name == "meta":
            assert tag.get("http-equiv") in META
        if tag.name == "style":
            assert not LOADS.search(tag.text)
    frame = soup.find("iframe")
    if frame is None:
        return BeautifulSoup("", "html.parser")
    assert frame["sandbox"] == ""
    assert "src" not in frame.attrs
    return inert_preview(frame["srcdoc"])


def inert_preview(document: str) -> BeautifulSoup:
    soup = BeautifulSoup(document, "html.parser", multi_valued_attributes=None)
    for tag in soup.find_all(True):
        assert tag.name in PREVIEW_TAGS, tag
        assert set(tag.attrs) <= PREVIEW_ATTRIBUTES, tag
        for name in ("style", "bgcolor", "color", "width", "class"):
            assert not LOADS.search(str(tag.get(name, ""))), tag
        for name in set(tag.attrs) - {"title", "content", "style"}:
            assert not re.search(r"[:<>\"'(]", tag[name]), tag
        if tag.name == "style":
            assert "<" not in tag.text
            assert not LOADS.search(tag.text)
        if tag.name == "meta":
            assert tag.get("http-equiv") in META
    # What a browser would make of it has the same elements: no text turns into markup on the way.
    again = read_page(document)
    assert (again.scripts, again.handlers, again.frames, again.objects, again.inputs) == (0, 0, 0, 0, 0)
    assert (again.links, again.images, again.stylesheets, again.refresh, again.resources) == (
        (),
        (),
        (),
        "",
        (),
    )
    return soup


@pytest.mark.parametrize("name", bodies())
def test_nothing_of_a_hostile_draft_loads_or_runs(name: str) -> None:
    body = bodies()[name]
    message = samples.draft_message(
        body, samples.NASTY, f"{samples.NASTY} {body[:200]}", f"{samples.NASTY} <a@example.com>"
    )
    inert(render_html(samples.risky(message), message))
    inert(render_html(samples.hostile(message), message))


def test_all_hostile_drafts_at_once_with_every_word_marked() -> None:
    body = "\n".join(bodies().values())
    message = samples.draft_message(body, body, body)
    visible = message.visible_text
    evidence = tuple(Evidence("visible", "", "", i, i + 7) for i in range(0, len(visible), 5))
    evidence += tuple(Evidence("link", str(i), body[:100]) for i in range(60))
    base = samples.hostile(message)
    first = replace(base.findings[0], evidence=evidence)
    inert(render_html(replace(base, findings=(first, *base.findings[1:])), message))


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "/>",
        "<p",
        "<p>",
        "</p>",
        "<a",
        "href=",
        "<img",
        "src=",
        "<svg>",
        "<math>",
        "<style>",
        "</style>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<table>",
        "<tr>",
        "<td>",
        "<textarea>",
        "</textarea>",
        "<title>",
        "</title>",
        "<noscript>",
        "<template>",
        "<iframe",
        "srcdoc=",
        "</iframe>",
        "<plaintext>",
        '"',
        "'",
        "=",
        "style=",
        "class=",
        "onload=alert(1)",
        "javascript:",
        "url(//e.example)",
        "{{7*7}}",
        "{%",
        "raw",
        "%}",
        "&",
        "&lt;",
        "&#x3c;",
        "x",
        "y",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(st.characters(codec=None), max_size=4), max_size=40).map("".join), st.data())
def test_no_body_breaks_out_of_the_preview(body: str, data: st.DataObject) -> None:
    spans = data.draw(
        st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60), st.integers(1, 3)), max_size=4)
    )
    shown = preview(body, [Span(*span) for span in spans], {0: (1,), 2: (2,)}, [("x", 3)])
    inert_preview(shown.document)
    shown.document.encode("utf-8")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "one ", " two\n", "&nbsp;", "<b>", "</b>", "x", "<td>", "日本 "]),
        max_size=20,
    ).map("".join),
    st.integers(0, 30),
    st.integers(1, 12),
)
def test_a_span_of_the_visible_text_is_marked_as_it_stands(body: str, start: int, length: int) -> None:
    text = read_page(body).visible
    end = min(len(text), start + length)
    if not text[start:end].strip():
        return
    shown = preview(body, [Span(start, end, 7)])
    marks = BeautifulSoup(shown.document, "html.parser").find_all("mark")
    for mark in marks:
        for label in mark.find_all("span"):
            label.extract()
    marked = "".join(mark.get_text() for mark in marks)
    assert re.sub(r"\s", "", marked) == re.sub(r"\s", "", text[start:end])
    assert shown.marked == {7}


def test_the_offending_places_are_marked_with_their_numbers() -> None:
    message = samples.draft_message()
    soup = inert(render_html(samples.risky(message), message))
    words, link = soup.find_all("mark")
    assert words.get_text() == "limited time offer" + "4"
    assert link.get_text() == "www.fjordbikes.example/spring" + "2 leads to https://bit.ly/3xFjord"
    boxes = [box.get_text() for box in soup.find_all("span") if box.get_text().startswith("hidden (")]
    assert boxes == [
        "hidden (display:none): Save 40 % before Sunday, only for you ",
        "hidden (same colour): 3viagra casino lottery winner ",
    ]


def test_link_numbers_count_as_the_scorer_counts() -> None:
    body = (
        "<a name=x>no link</a><map><area href='https://a.example'></map><noscript><a href='https://n.example'>n</a></noscript>"
        "<a href='https://b.example'>b</a><div style='display:none'><a href='https://c.example'>c</a></div>"
        "<table><a href='https://d.example'>d<a href='https://e.example'>e</a></table>"
    )
    targets = [link.href for link in read_page(body).links]
    shown = preview(body, (), {index: (index + 1,) for index in range(len(targets))})
    text = BeautifulSoup(shown.document, "html.parser").get_text(" ")
    for index, target in enumerate(targets):
        assert re.search(rf"{index + 1} (leads to|hidden link to) {re.escape(target)}", text)
    assert shown.marked == set(range(1, len(targets) + 1))


def test_pictures_are_boxes_of_their_size() -> None:
    shown = preview(
        "<img src=x width=300 height=120 alt='A <b>bike</b>'><img src=y width=1 height=1><img src=z style='width:80px;height:40px'>"
    )
    boxes = BeautifulSoup(shown.document, "html.parser").find_all("span")
    assert boxes[0].get_text() == "[image 300×120] A <b>bike</b>"
    assert "width:300px;height:120px" in boxes[0]["style"]
    assert boxes[1]["title"] == "image of 1 by 1 pixels"
    assert "width:80px;height:40px" in boxes[2]["style"]


def test_invisible_characters_in_a_marked_place_are_shown() -> None:
    body = "<p>pass\u200bword</p>"
    shown = preview(body, [Span(0, len(read_page(body).visible), 1)])
    assert "pass&lt;U+200B&gt;word" in shown.document


@pytest.mark.parametrize(
    "body",
    ["<p>word " * 200_000, "<div>" * 15_000 + "x", "<table><tr><td>" * 20_000 + "x", "<style>" + "a{b:c}" * 100_000, "<a href=x>" * 50_000, "<p style='" + "color:red;" * 100_000 + "'>x" * 50],
    ids=["long", "deep", "tables", "sheet", "links", "style"],
)  # fmt: skip
def test_large_bodies_are_cut_and_take_little_time(body: str) -> None:
    started = time.perf_counter()
    shown = preview(body, [Span(i * 10, i * 10 + 4, 1) for i in range(50)])
    assert len(shown.document) < 3 * MAX_OUTPUT
    assert time.perf_counter() - started < 10


def test_text_only_mailings_have_their_text_shown() -> None:
    text = "Hello\n\nclick <b>here</b>: https://bit.ly/1 \u202enow"
    message = samples.draft_message(None, text, "News")
    base = samples.quiet(message)
    start = text.index("https")
    found = samples.finding(
        "shortened-link",
        "A link through a shortener",
        "bit.ly",
        evidence=(Evidence("text", "", "https://bit.ly/1", start, start + 16),),
    )
    page = BeautifulSoup(render_html(replace(base, findings=(found,)), message), "html.parser")
    assert page.find("iframe") is None
    pre = page.find("pre")
    assert pre.mark.get_text() == "https://bit.ly/11"
    assert pre.mark.a["href"] == "#finding-1"
    assert "<U+202E>now" in pre.get_text()
    assert pre.b is None


def test_a_message_without_any_body_is_shown() -> None:
    from scorer.mime import parse_message

    message = parse_message(b"From: a@example.com\r\nContent-Type: image/png\r\n\r\nx")
    assert "neither an HTML nor a text part" in render_html(samples.quiet(message), message)


def test_the_page_says_what_the_assessment_says() -> None:
    message = samples.draft_message()
    page = BeautifulSoup(render_html(samples.risky(message), message), "html.parser")
    text = re.sub(r"\s+", " ", page.get_text(" "))
    for said in (
        "Fix before sending", "85 of 100: about 85 % risk", "Between 85 and 88", "was sent by mcsv.net and signed by",
        "If you fix these two in the mailing and in the DNS", "k1._domainkey.fjordbikes.example CNAME dkim.mcsv.net",
        "Neither SPF (mcsv.net) nor DKIM (mcsv.net) is aligned", "+38 points", "Every mailing starts here",
        "Law and courtesy Weighs nothing", "No postal address", "read 2026-07-02", "Not checked", "domain-listed",
    ):  # fmt: skip
        assert said in text, said
    sums = [int(cell.get_text()) for cell in page.select(".sum tbody .run")]
    assert sums[-1] == 85
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in page.select("a[href^='#']")} <= set(ids)


def test_the_page_can_be_used_by_keyboard_and_screen_reader() -> None:
    message = samples.draft_message()
    page = BeautifulSoup(render_html(samples.risky(message), message), "html.parser")
    assert page.html["lang"] == "en"
    assert page.iframe["title"]
    assert page.find("svg", role="img")["aria-label"] == "Score 85 of 100"
    assert all(svg.get("aria-hidden") == "true" or svg.get("role") == "img" for svg in page.find_all("svg"))
    assert all(tag.get("aria-label") for tag in page.find_all(tabindex=True))
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile(r"h[1-6]"))]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_the_contrast_of_wcag_aa() -> None:
    from pathlib import Path

    import scorer.render

    sheet = (Path(scorer.render.__file__).parent / "templates" / "report.css").read_text("utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{([^}]*)\}", sheet)[:2]
    ]
    assert len(themes) == 2
    pairs = [("ink", "bg"), ("ink", "card"), ("soft", "bg"), ("soft", "card"), ("accent", "bg"), ("accent", "card"), ("good", "card"), ("warn", "card"), ("bad", "card"), ("good", "good-bg"), ("warn", "warn-bg"), ("bad", "bad-bg"), ("ink", "info-bg"), ("mark-ink", "mark"), ("ink", "up"), ("ink", "down")]  # fmt: skip
    for theme in themes:
        for front, back in pairs:
            one, other = sorted((luminance(theme[front]), luminance(theme[back])))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (front, back, theme[front], theme[back])


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("color:red; padding : 4px 8px", "color:red;padding:4px 8px"),
        ("background:#fff url(https://e.example/x.png) no-repeat", "background:#fff no-repeat"),
        ("background:url('a);color:red", "color:red"),
        ("position:fixed;top:0;content:'x';-moz-binding:url(x)", ""),
        ("font-family:'Segoe UI',Arial", "font-family:'Segoe UI',Arial"),
        ("width:calc(100% - 4px);width:expression(1)", "width:calc(100% - 4px)"),
        ("color:rgb(1,2,3);color:var(--x)", "color:rgb(1,2,3)"),
        ("font-family:'x;color:red", "color:red"),
        ("color:r\\65 d", ""),
    ],
)
def test_declarations(source: str, kept: str) -> None:
    assert css.declarations(source) == kept


def test_style_sheets() -> None:
    assert (
        css.sheet("/* x */ @import url(a.css); p.a , td > b{color:red;position:fixed} .h{display:none}")
        == "p.a , td > b{color:red}"
    )
    assert (
        css.sheet("@media (max-width:480px){.a{color:red} @import 'x';}@font-face{src:url(x)}")
        == "@media (max-width:480px){.a{color:red}}"
    )
    assert css.sheet("a[href='x'] {color:red} b::after{content:'x'} <!-- i{color:blue}") == "i{color:blue}"
    assert css.sheet("p{color:red") == "p{color:red}"
    assert css.sheet("p{{{{{") == ""


@settings(deadline=None)
@given(st.text("{}@;:/*<>\\\"'(),. abcurlmedi\n", max_size=80))
def test_no_style_sheet_gets_out_of_its_element(source: str) -> None:
    kept = css.sheet(source)
    assert "<" not in kept
    assert "\\" not in kept
    assert kept.count("{") == kept.count("}")
    assert "url(" not in kept
