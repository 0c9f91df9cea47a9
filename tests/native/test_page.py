"""A page that is read in one compiled scan is the page that a walk of the tree, node by node, sees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer import bounds, html
from scorer.bounds import bounded, is_plainly_bounded
from scorer.mime import parse_message
from tests.native.texts import ROOT, SAMPLES
from tests.native.twins import pure
from tests.render.hostile import bodies

markup = pytest.importorskip("scorer.native.markup", reason="nothing is compiled here")
pytest.importorskip("scorer.native.sheet", reason="nothing is compiled here")


def assert_same_page(source: str) -> None:
    page = html.read_page(source)
    with pure(html, bounds):
        assert page == html.read_page(source)


ELEMENTS = (
    "a a a area b u i font font span div p p td td tr table table tbody th ul li h1 center blockquote figcaption img"
    " img br hr body html head title style script noscript iframe select option textarea object embed form input"
    " button base meta link pre nobr main audio canvas o:p x-y dd dt caption colgroup col noframes noembed marquee"
    " applet svg math template xmp plaintext frameset frame strong em big small code"
).split()
NAMES = (
    "style style style class class id hidden color bgcolor background href href alt src width height action lang rel"
    ' http-equiv content onclick onload title on =x "q" <z xlink:href STYLE HREF data-x'
).split()
VALUES = [
    *("", "0", "1", "none", "a b", "http://e.example/?a=1&amp;b=2", "&nbsp;", "&lt;b&gt;", "é", "\u2003"),
    *("red", "#fff", "white", "1px", "100%", "12px", " 7px ", "٣", "stylesheet", "refresh", "display:none"),
    *("font-size:0", "font-size:48px", "font-size:14px", "color:#fff;background:#fff", "background:url(x)"),
    *("background-color:#fefefe", "visibility:hidden", "color:white", "k", "gone", "k gone", "display:block"),
    *("\n", "&copy", "\xa0", "max-height:0;overflow:hidden", "text-indent:-999px"),
]
TEXTS = [
    *(
        "x",
        "hello world",
        " ",
        "\n",
        "\xa0",
        "&nbsp;",
        "&amp;",
        "&lt;",
        "&gt;",
        "<",
        "&",
        "é",
        "漢字",
        "\u2003",
    ),
    *(
        "\u200b",
        "&zwnj;",
        "\r\n",
        "\t",
        '"',
        ">",
        "-->",
        "]]>",
        " alt ",
        "\x0b",
        "&#0;",
        "\0",
        "\ud800",
        "\x85",
    ),
    *("<!", "</", "<?", "&#x1F600;", "<!-- c -->", "<!---->", "<!-->", "<!--a--!>", "<!-- <b> --", "<!x>"),
    *(
        "<!doctype html>",
        "<?xml x?>",
        "<!--[if mso]>",
        "<![endif]-->",
        "<![CDATA[x]]>",
        "<script><!-- <script> ",
    ),
    *("<script><!--", "</script>", "<style>.gone{display:none}#k{opacity:0}</style>", "<style>.k{color:red}"),
    *("</style>", "<title>a  b</title>", "<title>\u00a0&lt;x</title>"),
]
attributes = st.builds(
    "{}{}{}".format,
    st.sampled_from([" ", " ", "\n", "/", ""]),
    st.sampled_from(NAMES),
    st.one_of(
        st.just(""), st.builds('{}"{}"'.format, st.sampled_from(["=", "=", " = "]), st.sampled_from(VALUES))
    ),
)
start_tags = st.builds(
    "<{} {}{}".format,
    st.sampled_from(ELEMENTS),
    st.lists(attributes, max_size=4).map("".join),
    st.sampled_from([">"] * 8 + ["/>", ""]),
)
end_tags = st.builds("</{}>".format, st.sampled_from(ELEMENTS))
sources = st.lists(
    st.one_of(start_tags, start_tags, end_tags, end_tags, st.sampled_from(TEXTS), st.sampled_from(TEXTS)),
    max_size=30,
).map("".join)


@settings(max_examples=600, deadline=None)
@given(sources)
@example("")
@example("a--><!")
@example("<img alt><img alt=''><img alt= ><area href><area href=''>text")
@example("<pre>\n</pre><a href=x><pre>\n\nx</pre>")
@example("<script><!--<script></script>--></script>x")
@example("<table>a<tr>b<td>c</td>d<!--x-->e</table>f")
@example("<a href=1>x<div>y<a href=2>z</div>w")
def test_the_same_page_of_what_is_made(source: str) -> None:
    assert_same_page(source)


def test_the_same_page_of_samples_and_hostile_bodies() -> None:
    for source in [*SAMPLES, *bodies().values()]:
        assert_same_page(source)


def test_the_scan_reads_the_samples_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> Any:
        raise AssertionError("handed to the walk in Python")

    found = [
        source
        for path in sorted((ROOT / "data" / "samples").rglob("*.eml"))
        if (source := parse_message(path.read_bytes()).html)
    ]
    assert len(found) > 5
    monkeypatch.setattr(html, "_walked", refused)
    for source in found:
        html.read_page(source)


@pytest.mark.parametrize("tag", sorted(html._BLOCKS | html._SILENT | html._ACTED_ON | {"font", "x-y"}))
def test_elements_mean_the_same(tag: str) -> None:
    inside = f"a<{tag} id=k class=k href=x src=y background=z content=1 action=q style='font-size:50px'>b<i>c</i></{tag}>d"
    for around in (
        "{}",
        "<table><tr><td>{}</table>",
        "<a href=1>{}</a>",
        "<head>{}</head>",
        "<select>{}</select>",
    ):
        assert_same_page("<style>.k{color:red}</style>" + around.format(inside))


def test_a_tree_that_is_written_in_another_form_is_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert html._is_written_as_expected()
    expected = html.read_page("<p>a<br>b")
    html._is_written_as_expected.cache_clear()
    monkeypatch.setattr(html, "_scanned", lambda tree, size: expected)
    try:
        assert not html._is_written_as_expected()
        assert html.read_page("<p>c") == html._walked(html.tree_of("<p>c"), {}, 4)
    finally:
        html._is_written_as_expected.cache_clear()


@pytest.mark.parametrize("count", [1, 900, 1_100, 3_000])
@pytest.mark.parametrize(
    "unit", ["<div>", "<b id={}>", "<b>", "<td>", "<p style='color:#{:06x}'>x", "<ul><li>x", "<a href={}>x"]
)
def test_the_same_page_of_a_nest(unit: str, count: int) -> None:
    assert_same_page("".join(unit.format(i) for i in range(count)))


def test_the_same_page_beyond_the_bound_of_elements() -> None:
    assert_same_page("<p>x" + "<br>" * (html.MAX_ELEMENTS + 10) + "<p>y")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<b>",
                "<b x>",
                "<ſ>",
                "<font size=1>",
                "</b>",
                "<td>",
                "<p>",
                "<div>",
                "<img>",
                "</div>",
                "<i\u2003x>",
            ]
        ),
        max_size=6,
    ),
    st.integers(0, 700),
)
def test_a_source_that_is_plainly_bounded_is_not_cut(pieces: list[str], times: int) -> None:
    source = "".join(pieces) * times
    if is_plainly_bounded(source.encode()):
        assert bounded(source) == source


LONG = [
    *(
        "<p>",
        "<p>x",
        "<b>",
        "</b>",
        "<a href='/'>",
        "</a>",
        "<td>",
        "<table>",
        "</table>",
        "<!-- <b> -->",
        "x" * 99,
    ),
    *(
        f"<b id='{'x' * 500}'>",
        f'<a href="{"x" * 900}">',
        f"<nobr {'x' * 300}>",
        f"<i a=\"'\" b='>{'x' * 700}'>",
    ),
    *(f"<u a='<x {'x' * 600}'>", f"<a b={'x' * 300}", f"<font {'x ' * 200}>"),
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LONG), max_size=12), st.integers(1, 60), st.sampled_from([50, 2_000]))
def test_long_tags_that_are_plainly_bounded_are_not_cut(pieces: list[str], times: int, copies: int) -> None:
    source = "".join(pieces) * times
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "MAX_COPIES", copies)
        patch.setattr(bounds, "_FEW", 10)
        if is_plainly_bounded(source.encode()):
            assert bounded(source) == source


def test_links_of_a_usual_length_are_plainly_bounded() -> None:
    row = "<tr><td><a href='https://click.example/?" + "x" * 400 + "'>Title</a></td></tr>"
    assert is_plainly_bounded(("<table>" + row * 500 + "</table>").encode())


NESTS = [
    *(
        "<a>",
        "<b>",
        "<td>",
        "<td>",
        "</td>",
        "<tr>",
        "<TR a=b>",
        "<table>",
        "<table>",
        "</table>",
        "<div>",
        "<div a='b'>",
    ),
    *(
        "</div>",
        "</DIV x>",
        "<p>",
        "<blockquote>",
        "</blockquote>",
        "<custom-element>",
        "<li>",
        "<ul>",
        "</ul>",
        "x",
    ),
    *(
        "<!-- <b> -->",
        "<!--[if mso]><table><tr><td><![endif]-->",
        "<!-->",
        "<!--a--!>",
        "<!--",
        "-->",
        "</",
        "<é>",
        "=",
    ),
    *(
        "<style><!-- a --></style>",
        "<style><!-- a </style>",
        "<title>x</titlex></title>",
        "<script>a<b</script>",
    ),
    *(
        '<a b=c"d>',
        '<a ="x>y">',
        "<a b=\xa0'x>'>",
        '<a b="<div>">',
        "<a b='c>d'>",
        "<a b=>",
        "<a b= >",
        "</script",
        '"',
    ),
]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(NESTS), max_size=40).map("".join), st.sampled_from([3, 5, 8]))
def test_what_nests_plainly_is_not_cut(source: str, nesting: int) -> None:
    if not markup.is_plainly_bounded(source.encode(), nesting, 10**9, 10**9, 256):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "MAX_NESTING", nesting)
        assert bounded(source) == source


def test_closed_elements_nest_plainly_however_many() -> None:
    source = "<style>a{}</style>" + "<div><a href='x'>y</a><!-- z --></div>" * 5_000
    assert markup.is_plainly_bounded(source.encode(), 10, 10**9, 10**9, 256)
    assert not markup.is_plainly_bounded(b"<div>" * 11, 10, 10**9, 10**9, 256)


@settings(max_examples=300)
@given(st.lists(st.one_of(st.text(st.characters(), max_size=5), st.just("a" * 63)), max_size=8).map("".join))
@example("a" * 64 + "é" + "a" * 64)
@example("\U0010ffff\uffff\u0800\u07ff\x80\x7f")
def test_the_same_bytes_of_a_text(text: str) -> None:
    try:
        expected = text.encode()
    except UnicodeEncodeError:
        with pytest.raises(UnicodeEncodeError):
            markup.utf8(text)
    else:
        assert markup.utf8(text) == expected


PROPERTIES = (
    "display visibility font-size opacity overflow max-height height width text-indent left top color margin-left"
    " Display FONT-SIZE font mso-hide"
).split()
MEASURES = [
    *(
        "none",
        "NONE",
        "no!importantne",
        "block",
        "hidden",
        "collapse",
        "0",
        "1",
        "1.0",
        "0.99px",
        "12px",
        "10%",
        "6%",
    ),
    *(
        "-500",
        "-9999px",
        "1px",
        "2px",
        "0.05em",
        " 0 !important",
        "inherit",
        ".5",
        "9",
        "01",
        "1 0",
        "1!important0",
    ),
]
declarations = st.builds(
    "{}{}{}".format,
    st.sampled_from(PROPERTIES),
    st.sampled_from([":", ": ", " :", "::", "\x1c:"]),
    st.sampled_from(MEASURES),
)
rules = st.builds(
    "{}{{{}}}".format,
    st.sampled_from([".a", "p.a, #b", "td .c", ".a,", "", "x" * 398 + ".a", "é.a", "@media x"]),
    st.lists(declarations, max_size=3).map(";".join),
)
sheets = st.lists(
    st.one_of(
        rules,
        rules,
        st.builds("@media x {{{}}}".format, rules),
        st.sampled_from(["{", "}", "/*", "*/", "/*/", ";", "@import x;", "<!--", "y" * 3999, "@" * 401]),
    ),
    max_size=8,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(sheets)
@example("@{a{}b{}}.a{display:none}")
@example("@x{" + "a{}" * 401 + "}.a{display:none}")
@example("x" * 400 + "{display:none}")
@example(".a{" + " " * 3988 + "display:none}")
def test_the_same_classes_hide(css: str) -> None:
    found = html._hiding_classes(css)
    with pure(html, bounds):
        assert found == html._hiding_classes(css)
