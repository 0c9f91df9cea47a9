"""What a reader sees of an HTML body, and that no source, however hostile, stops the reading."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.bounds import MAX_NESTING, bounded, is_plainly_bounded
from scorer.html import MAX_DEPTH, MAX_ELEMENTS, colour_of, read_page, style_of

SEEN = "Good morning"


def hidden(source: str) -> list[str]:
    return [item.text for item in read_page(source).hidden]


@pytest.mark.parametrize(
    "wrap",
    [
        '<div style="display:none">{}</div>',
        '<div style="DISPLAY: NONE !important">{}</div>',
        '<span style="visibility:hidden">{}</span>',
        '<span style="opacity:0">{}</span>',
        '<span style="font-size:0">{}</span>',
        '<span style="font-size:1px">{}</span>',
        '<div style="max-height:0;overflow:hidden">{}</div>',
        '<div style="height:0px; overflow:hidden">{}</div>',
        '<p style="text-indent:-9999px">{}</p>',
        '<p style="position:absolute;left:-9999px">{}</p>',
        '<p style="position:absolute;top:-5000px">{}</p>',
        "<p hidden>{}</p>",
        '<p style="color:#ffffff">{}</p>',
        '<p style="color:#fefefe">{}</p>',
        '<font color="white">{}</font>',
        '<td bgcolor="#000000"><span style="color:black">{}</span></td>',
        '<div style="background-color:rgb(10, 10, 10);color:#0a0a0a">{}</div>',
        '<div style="display:none"><div style="display:block">{}</div></div>',
        "<style>.gone{{display:none}}</style><p class='x gone'>{}</p>",
        "<style>p.gone, .other{{display:none}}</style><p class='gone'>{}</p>",
        "<style>#gone{{visibility:hidden}}</style><p id='gone'>{}</p>",
        "<style>/* note */ .gone {{ color: red; font-size:0 }}</style><p class='gone'>{}</p>",
    ],
)
def test_hidden_text_is_not_seen_and_is_kept_apart(wrap: str) -> None:
    source = f"<table><tr><td>{SEEN}</td>" + wrap.format("secret words") + "</tr></table>"
    page = read_page(source)
    assert "secret" not in page.visible
    assert SEEN in page.visible
    assert any("secret words" in item.text for item in page.hidden)
    assert all(item.reason for item in page.hidden)


@pytest.mark.parametrize(
    "wrap",
    [
        "<div>{}</div>",
        '<div style="display:block">{}</div>',
        '<div style="font-size:0"><span style="font-size:14px">{}</span></div>',
        '<div style="color:#333">{}</div>',
        '<table bgcolor="#000000"><tr><td><font color="white">{}</font></td></tr></table>',
        '<table><tr><td background="night.jpg"><span style="color:#fff">{}</span></td></tr></table>',
        '<div style="background:url(night.jpg) #fff;color:#fff">{}</div>',
        '<div style="background-image:linear-gradient(red,blue);color:white">{}</div>',
        '<div style="overflow:hidden">{}</div>',
        '<div style="height:0">{}</div>',
        '<div style="text-indent:-20px">{}</div>',
        '<div style="opacity:0.5">{}</div>',
        '<div style="mso-hide:all">{}</div>',
        "<style>@media (max-width:600px){{.d{{display:none}}}}</style><p class='d'>{}</p>",
        "<style>@media print {{ .a{{x:y}} .d{{display:none}} }} .b{{color:red}}</style><p class='d'>{}</p>",
        "<style>.gone{{display:none}}</style><p class='gone' style='display:block'>{}</p>",
        "<style>td .gone{{display:none}}</style><p class='gone'>{}</p>",
        '<div style="color:nonsense;background:alsononsense">{}</div>',
        '<a href="https://a.example" style="color:#fff;background:#06c">{}</a>',
    ],
)
def test_text_that_can_be_seen_is_seen(wrap: str) -> None:
    page = read_page(wrap.format("plain words"))
    assert page.visible == "plain words"
    assert page.hidden == ()


def test_a_preheader_stands_before_anything_visible() -> None:
    page = read_page('<body><div style="display:none">Preheader</div><p>Hello</p><i hidden>later</i></body>')
    assert [(item.text, item.position) for item in page.hidden] == [("Preheader", 0), ("later", len("Hello"))]


def test_text_is_put_together_as_it_is_shown() -> None:
    source = (
        "<p>One  two\n three</p><p>four<b>five</b> <i>six</i></p>seven<br>eight<ul><li>a</li><li>b</li></ul>"
    )
    assert read_page(source).visible == "One two three\nfourfive six\nseven\neight\na\nb"


def test_head_scripts_styles_and_comments_are_no_text() -> None:
    source = (
        "<html lang=nb><head><title> The  title </title><style>p{}</style></head><body>"
        "<!-- comment --><script>var a;</script><noscript>b</noscript><template>c</template>"
        "<!--[if mso]><p>Outlook</p><![endif]--><p>Text</p></body></html>"
    )
    page = read_page(source)
    assert page.visible == "Text"
    assert (page.title, page.lang, page.scripts) == ("The title", "nb", 1)


def test_entities_are_decoded() -> None:
    assert read_page("<p>a&amp;b &#229;&nbsp;&lt;x&gt; &unknown;</p>").visible == "a&b å <x> &unknown;"


def test_nested_tables_keep_their_order() -> None:
    inner = "<table><tr><td>b</td><td>c</td></tr></table>"
    assert (
        read_page(f"<table><tr><td>a</td><td>{inner}</td></tr><tr><td>d</td></tr></table>").visible
        == "a\nb\nc\nd"
    )


def test_a_link_has_its_text_its_place_and_its_index() -> None:
    page = read_page(
        '<p>See <a href=" https://a.example/?x=1&amp;y=2 ">our <b>offer</b></a> and <a href="#">more</a></p>'
    )
    first, second = page.links
    assert (first.index, first.href, first.text, first.visible) == (
        0,
        "https://a.example/?x=1&y=2",
        "our offer",
        True,
    )
    assert page.visible[first.position :].startswith("our offer")
    assert (second.index, second.href, second.text) == (1, "#", "more")


def test_the_text_of_a_link_around_a_picture_is_its_alternative_text() -> None:
    page = read_page('<a href="https://a.example"><img src="b.png" alt="To the shop" width="200"></a>')
    (link,) = page.links
    assert (link.text, link.has_image, link.visible) == ("To the shop", True, True)


@pytest.mark.parametrize(
    "source",
    [
        '<a href="https://a.example"></a>',
        '<a href="https://a.example"> <img src="p.gif" width="1" height="1"></a>',
        '<div style="display:none"><a href="https://a.example">words</a></div>',
        '<a href="https://a.example" style="display:none">words</a>',
    ],
)
def test_a_link_that_nobody_can_see_is_not_visible(source: str) -> None:
    assert [link.visible for link in read_page(source).links] == [False]


def test_block_elements_within_a_link_belong_to_it() -> None:
    (link,) = read_page(
        '<a href="https://a.example"><table><tr><td>one</td><td>two</td></tr></table></a>'
    ).links
    assert link.text == "one two"


def test_a_link_in_a_link_ends_the_first() -> None:
    page = read_page('<a href="https://a.example">one <a href="https://b.example">two</a> three</a>')
    assert [(link.href, link.text) for link in page.links] == [
        ("https://a.example", "one"),
        ("https://b.example", "two"),
    ]


def test_an_anchor_without_href_is_no_link_and_an_empty_one_is() -> None:
    assert [link.href for link in read_page('<a name="top">x</a><a href>y</a><a href="">z</a>').links] == [
        "",
        "",
    ]


def test_areas_of_a_map_are_links() -> None:
    page = read_page('<map><area href="https://a.example" alt="North"><area alt="nowhere"></map>')
    assert [(link.tag, link.href, link.text) for link in page.links] == [
        ("area", "https://a.example", "North")
    ]


def test_pictures_have_their_sizes_and_resources_are_listed() -> None:
    page = read_page(
        '<img src="a.png" width="600" height="200px" alt=""><img width="100%"><td background="b.jpg">'
        '<img src="p.gif" width=1 height=1 style="display:none">'
    )
    assert [(i.src, i.alt, i.width, i.height, i.hidden) for i in page.images] == [
        ("a.png", "", 600, 200, False),
        ("", None, None, None, False),
        ("p.gif", None, 1, 1, True),
    ]
    assert set(page.resources) >= {"a.png", "p.gif"}


def test_active_parts_are_counted() -> None:
    page = read_page(
        '<base href="https://a.example/"><meta http-equiv="Refresh" content="0;url=x"><link rel="StyleSheet" href="s.css">'
        '<form action="/go"><input><textarea></textarea><select></select></form><iframe></iframe><object></object>'
        '<embed><p onclick="x()">a</p>'
    )
    assert (page.base, page.refresh, page.stylesheets) == ("https://a.example/", "0;url=x", ("s.css",))
    assert (page.forms, page.inputs, page.frames, page.objects, page.handlers) == (("/go",), 3, 1, 2, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#FFF", (255, 255, 255)),
        ("#0a141e", (10, 20, 30)),
        ("ffffff", (255, 255, 255)),
        ("rgb(1, 2,3)", (1, 2, 3)),
        ("rgb(999,0,0)", (255, 0, 0)),
        ("White", (255, 255, 255)),
        ("transparent", None),
        ("#ff", None),
        ("", None),
    ],
)
def test_colours(text: str, expected: tuple[int, int, int] | None) -> None:
    assert colour_of(text) == expected


def test_malformed_markup_is_read_as_browsers_do() -> None:
    page = read_page(
        "<p>one<div>two</p></b></i><a href='https://a.example'>three</a><p>four</td></tr></p>five < six <7"
    )
    assert page.visible.split() == ["one", "two", "three", "four", "five", "<", "six", "<7"]
    assert page.links


def test_a_nul_does_not_cut_the_page() -> None:
    page = read_page("<p>before\x00after</p><a href='https://a.example/\x00x'>link</a>")
    assert "after" in page.visible
    assert len(page.links) == 1


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "span", "font", "b"])
@pytest.mark.parametrize("depth", [500, 5000])
def test_deep_nesting_is_read_as_far_as_the_bound_goes(tag: str, depth: int) -> None:
    page = read_page("<p>first</p>" + f"<{tag}>" * depth + "deep")
    assert page.visible.startswith("first")
    assert page.depth <= MAX_DEPTH
    if depth == 500 and tag != "table><tr><td":
        assert page.visible.endswith("deep")


def test_the_number_of_elements_is_bounded() -> None:
    page = read_page("<br>" * (MAX_ELEMENTS + 50))
    assert page.elements <= MAX_ELEMENTS


@pytest.mark.parametrize(
    "source",
    [
        '<p style="' + "color:red;" * 100_000 + '">x</p>',
        '<p class="' + "c " * 200_000 + '">x</p>',
        '<a href="' + "a" * 1_000_000 + '">x</a>',
        "<style>" + ".a{" * 100_000 + "</style>x",
        "<style>" + "@media{" * 100_000 + "</style>x",
        "<style>" + "/*" * 100_000 + "</style>x",
        "<style>" + ".a,b{c:d}" * 20_000 + "</style>x",
        "<" * 200_000 + "x",
        "&" * 200_000 + "x",
        "<!--" * 100_000 + "x",
        "<p " + "a=b " * 100_000 + ">x</p>",
        " " * 1_000_000 + "x",
        "<p>" + "\u00a0 " * 300_000 + "x</p>",
    ],
    ids=lambda source: source[:12],
)
def test_hostile_sources_are_read_in_bounded_time(source: str) -> None:
    started = time.perf_counter()
    read_page(source)
    # Generous: a quadratic reading of these takes minutes.
    assert time.perf_counter() - started < 10


def test_work_grows_with_the_source_and_not_faster() -> None:
    row = '<tr><td style="color:#333">word <a href="https://a.example/x">link</a><img src="a.png"></td></tr>'
    small, large = (read_page(f"<table>{row * count}</table>") for count in (100, 1000))
    for field in ("links", "images", "resources"):
        assert len(getattr(large, field)) == 10 * len(getattr(small, field))
    assert len(large.visible) + 1 == 10 * (len(small.visible) + 1)


MARKUP = st.lists(
    st.sampled_from(
        (
            *(
                "<p>",
                "</p>",
                "<a href=x>",
                "</a>",
                "<table>",
                "<td>",
                "</table>",
                "<style>",
                "</style>",
                "<!--",
                "-->",
            ),
            *(
                "<div style='display:none'>",
                "</div>",
                "<img src=a alt=b>",
                "<br>",
                "<b",
                ">",
                "<svg>",
                "<template>",
            ),
            *(
                "<font color=white>",
                "<title>",
                "&amp;",
                "\x00",
                " ",
                "word",
                "é",
                "<base href=//>",
                "<area href>",
            ),
        )
    )
    | st.text(max_size=5),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(MARKUP | st.text(max_size=200))
def test_any_text_is_a_page(source: str) -> None:
    page = read_page(source)
    for number, link in enumerate(page.links):
        assert link.index == number
        assert 0 <= link.position <= len(page.visible)
    for item in page.hidden:
        assert item.text and 0 <= item.position <= len(page.visible)
    assert page.visible == page.visible.strip(" ")
    assert "  " not in page.visible
    assert page.bytes == len(source.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_a_style(declarations: str) -> None:
    style_of(declarations)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab cé<&\n", min_size=1, max_size=60))
def test_escaped_text_comes_back(text: str) -> None:
    from html import escape

    assert read_page(f"<p>{escape(text)}</p>").visible == " ".join(text.split())


def test_what_is_nested_without_measure_is_read_as_far_as_the_bound_goes() -> None:
    shallow, deep = (bounded("<div>" * depth + "x") for depth in (100, 50_000))
    assert shallow.count("<div>") == 100
    assert deep.count("<div>") == MAX_NESTING
    assert read_page("<p>first</p>" + "<div>" * 50_000 + "x").visible == "first"
    assert bounded("<br>" * 50_000).count("<br>") == 50_000


@pytest.mark.parametrize(
    "piece",
    [
        "<div></p>",
        "<div><!--</div>-->",
        '<div title="</div>">',
        '<div title="> </div>">',
        "<div><title></div></title>",
        "<div><style><!--</div></style>",
        "<svg><script><!--</script></div>--></svg><div>",
        "<div></ div>",
        "<div></b>",
        "<table><td><div title='<td>'>",
        "<td><div>",
    ],
)
def test_an_end_tag_that_ends_nothing_does_not_hide_depth(piece: str) -> None:
    source = piece * 5_000
    assert bounded(source).count("<div") <= MAX_NESTING + 1
    assert bounded(piece * 150) == piece * 150


def _formatted(piece: str) -> str:
    return "".join(piece.replace("#", str(number)) for number in range(5_000))


@pytest.mark.parametrize(
    "piece",
    [
        "<p><b id=#>x",
        "<div><FONT size=#>x</div>",
        "<p><i id=#>x</b>",
        '<p><b title=">" id=#>x',
        '<p><b title="></b>" id=#>x',
        "<p><b id=#>x<table><td></b></table>",
        "<p><b id=#><!--</b>-->x",
    ],
)
def test_formatting_that_is_never_closed_does_not_multiply(piece: str) -> None:
    """Each of these builds ten million elements and more if it is parsed as it stands."""
    assert len(bounded(_formatted(piece))) < 60_000
    assert bounded(_formatted(piece)[:6_000]) == _formatted(piece)[:6_000]
    assert read_page(_formatted(piece)).elements < MAX_ELEMENTS + MAX_NESTING


@pytest.mark.parametrize(
    "row", ["<p>new <b style='color:#'>titles</b></p>", "<p><a href=#>x", "<tr><td><font>x</td></tr>"]
)
def test_a_long_page_is_read_whole(row: str) -> None:
    source = f"<table>{_formatted(row)}</table>"
    assert bounded(source) == source


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/!-=\"' abpdiv", max_size=300))
def test_bounds_leave_small_sources_alone_and_end_with_any(source: str) -> None:
    assert bounded(source) == source
    assert 0 < len(bounded(source * 400 + "<p>")) <= len(source) * 400 + 3


LONG_VALUE = "x" * 100_000
COPIED = {
    # Each makes some hundred times its own size of a tree, were it read to its end.
    "a long attribute": f"<p><b id='{LONG_VALUE}'>" + "<p>a" * 20_000,
    "a long link": f"<p><a href='{LONG_VALUE}'>" + "<p>a" * 20_000,
    "a tag within a long attribute": f"<p><b id='<x {LONG_VALUE}'>" + "<p>a" * 20_000,
    "many long attributes": "".join(f"<p><b id='{i}{'x' * 4_000}'>" for i in range(700)),
    "quotes within quotes": "<p>" + "".join(f"<b b=\"'\" c='>{i}'>" for i in range(400)) + "<p>a" * 6_000,
}


@pytest.mark.parametrize("case", COPIED)
def test_what_is_opened_again_without_end_is_read_to_a_bound(case: str) -> None:
    source = COPIED[case]
    data = source.encode()
    assert not is_plainly_bounded(data)
    assert len(bounded(source)) < len(source) * 0.8


@pytest.mark.parametrize(
    "row",
    [
        "<p><a href='https://click.example/?" + "x" * 600 + "'><b>Title</b></a></p>",
        "<!--[if mso]><a href='" + "x" * 600 + "'><b>Title</b></a><![endif]-->",
        "<td><font face=\"Arial, 'Helvetica Neue'\" " + "x" * 300 + ">Title</font></td>",
    ],
)
def test_long_tags_that_are_closed_are_read_whole(row: str) -> None:
    source = "<table>" + row * 400 + "</table>"
    assert bounded(source) == source
