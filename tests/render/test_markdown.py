from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from scorer.render.markdown import code, escape, render_markdown
from tests.render import samples

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def tokens(source: str) -> list:
    found = []
    for token in PARSER.parse(source):
        found += [token, *(token.children or [])]
    return found


def test_says_what_the_assessment_says() -> None:
    message = samples.draft_message()
    page = render_markdown(samples.risky(message), message=message)
    assert page.startswith("## 85 of 100: Fix before sending\n")
    assert "**85 → 23 if you fix these two in the mailing and in the DNS**" in page
    assert "| Every mailing starts here | 15 | 15 |" in page
    assert "| **Score** | **85** | |" in page
    assert "### Law and courtesy" in page
    assert "`domain-listed`, `link-host-listed`" in page


@pytest.mark.parametrize("verbose", [False, True])
def test_no_html_link_or_picture_comes_of_a_hostile_mailing(verbose: bool) -> None:
    message = samples.draft_message()
    page = render_markdown(samples.hostile(message), verbose=verbose, message=message)
    kinds = {token.type for token in tokens(page)}
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "fence", "code_block"}
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_sources_are_links_where_they_are_shown() -> None:
    page = render_markdown(samples.risky(), verbose=True)
    targets = {token.attrs["href"] for token in tokens(page) if token.type == "link_open"}
    assert "https://www.rfc-editor.org/rfc/rfc7489#section-3.1" in targets
    assert all(target.startswith("https://") for target in targets)


def test_tables_stay_tables() -> None:
    page = render_markdown(samples.hostile(samples.draft_message()))
    rows = [token for token in tokens(page) if token.type in ("td_open", "th_open")]
    assert len(rows) == 3 * (1 + 7) + 3 * (1 + 3)


@pytest.mark.parametrize(
    "text", ["@everyone", "see #12", "(@team)", "o/r#12", "https://evil.example", "www.evil.example"]
)
def test_mentions_references_and_addresses_are_defused(text: str) -> None:
    assert "\u200b" in escape(text)


@pytest.mark.parametrize("text", ["`", "``", "a`b", "`` `x", "", "plain", " \n "])
def test_code_spans_hold_any_text(text: str) -> None:
    (inline,) = [token for token in PARSER.parse("x " + code(text)) if token.type == "inline"]
    assert [token.type for token in inline.children] == ["text", "code_inline"]
