from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.html import read_page
from scorer.remedies.plaintext import plain_text
from tests.remedies.test_markup import PIECES


def test_headings_lists_and_links() -> None:
    html = """<html><head><title>T</title><style>p{}</style></head><body>
      <h1>November</h1><p>Three   new
      things &amp; a <a href="https://shop.example/sale">sale</a>.</p>
      <h2>Opening hours</h2><ul><li>Monday</li><li>Tuesday, see <a href="https://shop.example/t">the page</a></li></ul>
      <ol><li>one<li>two</ol><blockquote>Lovely</blockquote><hr>
      <p><a href="mailto:post@shop.example?subject=x">Write to us</a><br>Tel. 1</p></body></html>"""
    assert plain_text(html) == (
        "November\n========\n\nThree new things & a sale <https://shop.example/sale>.\n\n"
        "Opening hours\n-------------\n\n- Monday\n- Tuesday, see the page <https://shop.example/t>\n\n"
        "1. one\n2. two\n\n> Lovely\n\n----------------------------------------\n\n"
        "Write to us <post@shop.example>\nTel. 1\n"
    )


def test_hidden_text_stays_out() -> None:
    html = (
        '<div style="display:none">Preview</div><p>Seen</p><p hidden>x</p>'
        '<p style="color:#fff">white</p><span style="font-size:0">tiny</span><script>run()</script>'
        '<div style="font-size:0"><span style="font-size:14px">shown again</span></div>'
    )
    assert plain_text(html) == "Seen\n\nshown again\n"


def test_an_address_is_not_written_twice() -> None:
    html = '<p><a href="https://shop.example/">https://shop.example</a> <a href="https://b.example/">b.example</a></p>'
    assert plain_text(html) == "https://shop.example b.example\n"


def test_pictures_are_their_alternative_text() -> None:
    html = '<a href="https://shop.example/"><img src="a.png" alt="The shop"></a><img src="b.gif" alt="" width="1">'
    assert plain_text(html) == "[The shop] <https://shop.example/>\n"


def test_links_that_lead_nowhere_or_run_are_left_out() -> None:
    html = '<p><a href="#top">up</a> <a href="javascript:x()">go</a> <a>none</a></p>'
    assert plain_text(html) == "up go none\n"


def test_tables_are_lines() -> None:
    html = "<table><tr><td>Price</td><td>10</td></tr><tr><td>Tax</td><td>2</td></tr></table>"
    assert plain_text(html) == "Price\n10\nTax\n2\n"


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(deadline=None, max_examples=200)
def test_says_every_visible_word(html: str) -> None:
    said = set(re.findall(r"\w+", plain_text(html)))
    assert set(re.findall(r"\w+", read_page(html).visible)) <= said
