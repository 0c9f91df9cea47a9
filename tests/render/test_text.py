from __future__ import annotations

import re
import subprocess
import sys

import pytest
from msgspec.structs import replace

from scorer.message import Message
from scorer.render import render
from scorer.render.text import render_text
from scorer.render.visible import cell_width
from tests.render import samples


@pytest.fixture(scope="module")
def message() -> Message:
    return samples.draft_message()


def test_says_score_verdict_meaning_range_and_route(message: Message) -> None:
    page = render_text(samples.risky(message), message=message)
    assert page.startswith("85 of 100  Fix before sending\n")
    assert "About 85 % risk that a mailbox provider's filter junks or refuses it." in page
    assert "Between 85 and 88, depending on 3 checks that could not be made." in page
    assert "was sent by mcsv.net" in page


@pytest.mark.parametrize("score", [0.2, 99.7])
def test_the_risk_is_never_put_as_certain(score: float) -> None:
    page = render_text(replace(samples.quiet(), score=score, risk=score / 100))
    assert ("Less than 1 % risk" if score < 1 else "More than 99 % risk") in page


def test_a_score_that_nothing_leaves_open_has_no_range() -> None:
    assert "Between" not in render_text(samples.quiet())


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(message: Message, width: int, verbose: bool) -> None:
    for assessment in (samples.risky(message), samples.quiet(), samples.hostile(message)):
        # A DNS record stays in one piece, to be copied.
        bare = replace(assessment, remedies=tuple(replace(item, records=()) for item in assessment.remedies))
        page = render_text(bare, width=width, verbose=verbose, message=message)
        assert [line for line in page.split("\n") if cell_width(line) > width] == []


def test_the_points_shown_sum_to_the_score_shown(message: Message) -> None:
    page = render_text(samples.risky(message), message=message)
    table = page.split("How the 85 points add up")[1].split("\n  Score")[0]
    points = [int(found.replace("\u2212", "-")) for found in re.findall(r" ([+\u2212]?\d+)  +[█▒]", table)]
    assert len(points) == 6
    assert sum(points) == 85


def test_findings_have_severity_place_quote_points_and_remedy(message: Message) -> None:
    page = render_text(samples.risky(message), message=message)
    assert re.search(r"^ 1  error  Nothing proves that the From domain sent it +\+38$", page, re.M)
    assert "at   header From “news@fjordbikes.example”" in page
    assert "at   link 1 (“www.fjordbikes.example/spring”) to “https://bit.ly/3xFjord”" in page
    assert "at   HTML source, line 16 “viagra casino lottery winner”" in page
    assert "fix  Take the hidden text out." in page


def test_words_stand_with_their_places(message: Message) -> None:
    page = render_text(samples.risky(message), message=message)
    assert "“act now” · subject: “Act now: 40 % off every bicycle”" in page
    assert re.search(r"“free” · body, line 3: “….*claim your free\s+helmet.”", page)
    assert "\u22127.0  “unsubscribe”" in page


def test_law_is_a_list_of_its_own_and_reasons_are_grouped(message: Message) -> None:
    page = render_text(samples.risky(message), message=message)
    change, rest = page.split("How the 85 points add up")
    assert "No postal address" not in change
    assert "No postal address" in rest.split("Law and courtesy")[1]
    assert "DNS is off (--dns live): domain-listed, link-host-listed" in rest


def test_remedies_are_said_with_both_scores_and_records(message: Message) -> None:
    page = render_text(samples.risky(message))
    assert "85 → 23 if you fix these two in the mailing and in the DNS" in page
    assert "k1._domainkey.fjordbikes.example CNAME dkim.mcsv.net" in page


def test_verbose_adds_sources_requirements_and_oddities(message: Message) -> None:
    brief, full = (render_text(samples.risky(message), verbose=verbose) for verbose in (False, True))
    for said in ("rfc-editor.org/rfc/rfc7489", "not met, neither SPF nor DKIM", "bare-lf in 1.2"):
        assert said not in brief
        assert said in full


def test_nothing_of_a_hostile_mailing_reaches_the_terminal(message: Message) -> None:
    for colour in (False, True):
        page = render_text(samples.hostile(message), message=message, colour=colour)
        page = re.sub(r"\x1b\[[\d;]*m", "", page) if colour else page
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\ud800]", page)
        assert "<U+001B>[31mred" in page


def test_colour_says_the_same(message: Message) -> None:
    assessment = samples.risky(message)
    plain, coloured = (render_text(assessment, message=message, colour=colour) for colour in (False, True))
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_the_plain_path_loads_nothing_heavy() -> None:
    program = (
        "import sys; from tests.render import samples; from scorer.render.text import render_text\n"
        "render_text(samples.quiet())\n"
        "print([name for name in ('rich', 'jinja2', 'bs4', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_formats(message: Message) -> None:
    import msgspec

    from scorer.assessment import Assessment

    assessment = samples.risky(message)
    assert msgspec.json.decode(render(assessment, message, "json"), type=Assessment) == assessment
    assert render(assessment, message, "markdown").startswith("## 85 of 100")
    assert render(assessment, message, "html").startswith("<!DOCTYPE html>")
    with pytest.raises(ValueError, match="no such format"):
        render(assessment, message, "pdf")


def test_a_low_score_that_is_blocked_says_why() -> None:
    base = samples.risky()
    blocked = replace(samples.quiet(), verdict="blocked", providers=base.providers)
    for page in (
        render_text(blocked),
        render(blocked, samples.draft_message(), "markdown"),
        render(blocked, samples.draft_message(), "html"),
    ):
        flat = re.sub(r"\s+", " ", page)
        assert "Gmail refuses it by its own rules: neither SPF nor DKIM is aligned" in flat
    assert "refuses it by its own rules" not in render_text(base)


def test_only_the_strongest_words_are_listed_and_the_rest_still_counts() -> None:
    from scorer.risk import Contribution, Term

    terms = tuple(Term(f"word{i}", 0.3 - i / 50) for i in range(20))
    total = sum(term.log_odds for term in terms)
    assessment = replace(
        samples.quiet(),
        contributions=(
            Contribution("bias", "bias", -1.73, 7.0),
            Contribution("text", "text", total, 1.0, terms),
        ),
    )
    brief, full = render_text(assessment), render_text(assessment, verbose=True)
    assert "word5" in brief
    assert "word6" not in brief
    assert "all other words" in brief
    assert "word19" in full
