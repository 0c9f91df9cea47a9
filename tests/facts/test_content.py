"""What is measured of subject and body."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.draft import Draft
from scorer.facts.content import (
    PREHEADER,
    Content,
    concealed_words,
    direction_overrides,
    gather_content,
    invisible_in_words,
    means_of,
    words_of,
)
from scorer.sending import from_mapping, unspecified
from scorer.unknown import Unknown

TEXT = "Our autumn catalogue is here, with forty new titles for children and adults."


def content(
    html: str | None = None, text: str | None = None, subject: str = "Autumn", **sending: object
) -> Content:
    message = Draft(from_="a@nordlys.example", subject=subject, html=html, text=text).to_message()
    return gather_content(message, from_mapping(sending) if sending else unspecified())


def test_counts_of_an_ordinary_mailing() -> None:
    found = content(f"<p>{TEXT}</p>", TEXT)
    assert (found.words, found.text_words, found.overlap) == (13, 13, 1.0)
    assert found.letters == sum(c.isalpha() for c in TEXT)
    assert (found.has_html, found.has_text, found.hidden, found.concealed) == (True, True, (), ())


def test_a_page_is_counted_in_bytes() -> None:
    assert content("<p>høst</p>").html_bytes == len("<p>høst</p>".encode())


def test_a_preheader_is_not_hidden_text() -> None:
    line = "Forty new titles, and coffee on Saturday"
    found = content(f'<div style="display:none">{line}&#8199;&#847;&zwnj;&nbsp;&#8199;</div><p>{TEXT}</p>')
    assert (found.preheader, found.hidden) == (line, ())


def test_hidden_text_that_is_no_preheader() -> None:
    long = "casino bonus " * (PREHEADER // 10)
    assert content(f'<div style="display:none">{long}</div><p>{TEXT}</p>').hidden
    assert content(f'<p>{TEXT}</p><div style="display:none">casino bonus</div>').hidden


def test_a_copy_for_small_screens_conceals_nothing() -> None:
    found = content(f'<p>{TEXT}</p><div class="m" style="display:none">{TEXT}</div>')
    assert found.hidden and not found.concealed


@pytest.mark.parametrize(
    ("style", "means"),
    [
        ("display:none", "style"),
        ("font-size:0", "size"),
        ("color:#fff", "colour"),
        ("visibility:hidden", "style"),
    ],
)
def test_how_text_is_hidden(style: str, means: str) -> None:
    found = content(f'<p>{TEXT}</p><p style="{style}">casino bonus loans</p>')
    assert [means_of(item) for item in found.concealed] == [means]
    assert [concealed_words(found, one)[0] for one in ("style", "size", "colour")].count(3) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<div style="background: rgb(239, 178, 65)"><a style="color:white" href="https://a.example/">Read all about loans</a></div>',
        '<style>.dark {background:#000}</style><div class="dark"><p style="color:#fff">Read all about loans</p></div>',
        '<div style="background-image:url(a.png)"><p style="color:#fff">Read all about loans</p></div>',
    ],
)
def test_no_text_is_called_white_on_white_where_a_background_is_not_known(html: str) -> None:
    assert not content(f"<p>{TEXT}</p>{html}").concealed


def test_overlap_leaves_out_web_addresses() -> None:
    found = content(
        f"<p>{TEXT}</p>", f"{TEXT} https://nordlys.example/track/qwertz/asdf/yxcv www.nordlys.example/x"
    )
    assert found.overlap == 1.0


def test_overlap_in_a_script_without_spaces_survives_line_breaks() -> None:
    text = "私たちの秋のカタログができました。四十の新しい本があります。"
    found = content(f"<p>{text}</p>", text[:7] + "\n" + text[7:20] + "\n" + text[20:])
    assert found.overlap == 1.0


def test_overlap_needs_both_parts() -> None:
    assert content(f"<p>{TEXT}</p>").overlap is None
    assert content(None, TEXT).overlap is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("cata\u200blogue", 1),
        ("ca\u200b\u200bta\u2060logue", 2),
        ("cata\u00adlogue", 0),
        ("می\u200cخواهم", 0),
        ("क्\u200dष", 0),
        ("👩\u200d👧", 0),
        ("catalogue\u200b here", 0),
        ("nordlys\u200b.example", 0),
    ],
)
def test_invisible_characters_inside_words(text: str, count: int) -> None:
    assert len(invisible_in_words(text)) == count


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Your \u202ecilbup\u202c card", (5,)),
        ("\u202dשלום\u202c", (0,)),
        ("\u202eשלום\u202c", ()),
        ("\u202a+47 22 33\u202c \u2067שלום\u2069", ()),
        ("\u202d+47 22 33\u202c", ()),
    ],
)
def test_overrides_that_turn_letters_round(text: str, places: tuple[int, ...]) -> None:
    assert direction_overrides(text) == places


def test_images_seen_and_not() -> None:
    found = content(
        '<img src="a.jpg" width="600" alt="Reading chair"><img src="b.png" width="40"><img src="c" width="1" height="1">'
        '<img src="d.jpg" style="display:none" width="600">'
    )
    assert (found.large_images, found.images_without_alt) == (1, 1)


def test_merge_tags_are_foreign_only_where_the_syntax_is_known() -> None:
    html = "<p>Hello *|FNAME|*, dear {{name}}</p>"
    assert isinstance(content(html).foreign_merge_tags, Unknown)
    found = content(html, merge_syntax=["braces"]).foreign_merge_tags
    assert not isinstance(found, Unknown)
    assert [tag.text for tag in found] == ["*|FNAME|*"]


def test_words_are_folded() -> None:
    assert words_of("ﬁve Ｔｉｔｌｅｓ a 42") == ["five", "titles"]


@settings(deadline=None)
@given(html=st.text(max_size=300), text=st.none() | st.text(max_size=200), subject=st.text(max_size=80))
def test_measures_hold_for_any_text(html: str, text: str | None, subject: str) -> None:
    found = content(html, text, subject)
    assert found.overlap is None or 0 <= found.overlap <= 1
    assert set(found.concealed) <= set(found.hidden)
    for item in found.invisible:
        assert 0 <= item.start < item.end <= len(found.visible)


@pytest.mark.parametrize(
    "html",
    [
        "<style>" * 100_000,
        "<b>" * 60_000,
        "&#8203;a" * 60_000,
        "www." * 100_000,
        "<p hidden>casino</p>" * 10_000,
        "a\u200b" * 200_000,
    ],
    ids=["styles", "depth", "references", "addresses", "hidden", "invisible"],
)
def test_hostile_html_takes_seconds_at_most(html: str) -> None:
    started = time.perf_counter()
    content(html, html)
    assert time.perf_counter() - started < 10
