from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.html import read_page
from scorer.remedies.markup import Splice, apply_splices, scan, with_value

PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div style='a'>",
            "</div>",
            "<a href=x>",
            '<a href="y">',
            "</a>",
            "<br/>",
            "<img src=z>",
        ),
        *(
            "<!-- c -->",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "<",
            ">",
            '"',
            "'",
            "=",
            "&amp;",
            "text",
            " ",
            "\n",
        ),
        *(
            "<table><tr><td>",
            "</table>",
            "<li>",
            "<ul>",
            "<!doctype html>",
            "<style>a{}</style>",
            "\x00",
            "é",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(deadline=None, max_examples=200)
def test_spans_are_in_order_and_inside(html: str) -> None:
    source = scan(html)
    for element in source.elements:
        assert 0 <= element.start < element.inner <= element.inner_end <= element.end <= len(html)
        assert html[element.start] == "<"
        for attribute in element.attributes:
            assert element.start < attribute.start < attribute.end <= element.inner
    places = [(text.start, text.end) for text in source.texts]
    assert places == sorted(places) and all(start < end for start, end in places)
    assert apply_splices(html, []) == html


def test_a_links_address_is_changed_in_its_place_only() -> None:
    html = "<P CLASS=x>A &amp; b<A  HREF = 'http://a.example/?x=1&amp;y=2' title=t>c</A>"
    source = scan(html)
    href = source.elements[1].attribute("href")
    assert href is not None and href.value == "http://a.example/?x=1&y=2"
    changed = apply_splices(html, [with_value(html, href, "https://a.example/?x=1&y='2'")])
    assert changed == html.replace(
        "http://a.example/?x=1&amp;y=2", "https://a.example/?x=1&amp;y=&#39;2&#39;"
    )


def test_unquoted_values_get_quotes() -> None:
    html = "<a href=http://a.example/>c</a>"
    (element,) = scan(html).elements
    href = element.attribute("href")
    assert href is not None
    changed = apply_splices(html, [with_value(html, href, "https://a.example/ b")])
    assert read_page(changed).links[0].href == "https://a.example/ b"


def test_elements_end_where_browsers_end_them() -> None:
    html = "<ul><li>a<li>b</ul><table><tr><td>c<td>d</table><p>e<p>f<div>g</div>"
    shown = {html[e.inner : e.inner_end] for e in scan(html).elements if e.name in ("li", "td", "p", "div")}
    assert shown == {"a", "b", "c", "d", "e", "f", "g"}


def test_conditional_comments_and_scripts_are_not_elements() -> None:
    html = '<!--[if mso]><table><a href="x">y</a><![endif]--><script>"<a href=1>"</script><a href="z">z</a>'
    assert [element.name for element in scan(html).elements] == ["script", "a"]


def test_of_overlapping_splices_the_first_counts() -> None:
    assert apply_splices("abcdef", [Splice(1, 4), Splice(2, 3, "x"), Splice(5, 6, "y")]) == "aey"


def test_hostile_sources_take_linear_time() -> None:
    sources = [
        "<a " * 200_000,
        "<!--" * 200_000,
        '<a x="' * 100_000,
        "<div>" * 200_000,
        "</p>" * 200_000,
        "<" * 500_000,
        "<script>" * 100_000,
        "<a b='" + '<a b="' * 100_000,
        "<li>" * 200_000,
    ]
    start = time.perf_counter()
    for html in sources:
        scan.__wrapped__(html)
    assert time.perf_counter() - start < 20
