"""The editor page, from end to end: a real browser, the real service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.actions import (
    FAULTY,
    assessment,
    drop,
    focused,
    result,
    score,
    selected,
    shown_score,
    write,
)
from tests.browser.conftest import SAMPLES, OpenPage, Service, start


def test_the_score_appears_and_moves_while_typing(page: Any) -> None:
    assert shown_score(page) == "–"
    write(page, subject="Seeds for the spring")
    calm = score(page)
    assert shown_score(page) == str(round(calm))
    page.get_by_label("Subject", exact=True).fill("")
    page.get_by_label("Subject", exact=True).press_sequentially("FREE SEEDS!!! BUY NOW!!!", delay=20)
    assert score(page, other_than=calm, complete=False) > calm


def test_typing_asks_once_it_pauses_and_drops_what_is_stale(page: Any) -> None:
    write(page)
    score(page)
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    before = score(page)
    page.get_by_label("Subject", exact=True).press("End")
    page.get_by_label("Subject", exact=True).press_sequentially(" and the whole summer, and autumn", delay=15)
    score(page, other_than=before, complete=False)
    quick = [request for request in asked if "remedies=false" in request.url]
    assert len(quick) == 1
    assert json.loads(quick[0].post_data)["draft"]["subject"].endswith("and autumn")

    # An answer that is held back while the author types on is cancelled, and never shown.
    page.route("**/v1/preflight?remedies=false", lambda route: None, times=1)
    with page.expect_request("**/v1/preflight?remedies=false"):
        page.get_by_label("Subject", exact=True).press("!")
    with page.expect_event("requestfailed", lambda request: "remedies=false" in request.url):
        page.get_by_label("Subject", exact=True).press("!")
    score(page)


def test_apply_edits_the_draft_and_the_score_falls(page: Any) -> None:
    write(page)
    before = score(page)
    expected = assessment(page)["remedies"][-1]["score"]
    result(page).locator(".remedies").get_by_role("button", name="Apply").last.click()
    after = score(page, other_than=before)
    assert after < before
    assert after == pytest.approx(expected, abs=0.01)
    assert page.get_by_label("Subject", exact=True).input_value() == "Seeds for the spring"
    assert "https://www.garden.example/seeds</a>" not in page.locator("#html").input_value()
    assert page.locator("#text").input_value() != ""
    assert f"Applied: {round(before)} → {round(after)}" in result(page).locator(".done").inner_text()

    result(page).get_by_role("button", name="Undo").click()
    assert score(page, other_than=after) == before
    assert page.locator("#html").input_value() == FAULTY
    assert page.get_by_label("Subject", exact=True).input_value() == "RE: Seeds for the spring"


def test_what_was_applied_is_said_until_the_author_goes_on(page: Any) -> None:
    write(page)
    before = score(page)
    result(page).locator(".remedies").get_by_role("button", name="Apply").last.click()
    score(page, other_than=before)
    assert result(page).locator(".done").is_visible()
    page.get_by_label("Subject", exact=True).press("End")
    page.keyboard.type("!")
    assert not result(page).locator(".done").is_visible()
    score(page)
    drop(page, "suocrm-case.eml", (SAMPLES / "suocrm-case.eml").read_bytes())
    score(page)
    assert not result(page).locator(".done").is_visible()


def test_apply_of_one_finding_mends_that_one(page: Any) -> None:
    write(page)
    score(page)
    result(page).get_by_role("button", name='Apply: Take "RE:" off the subject.').last.click()
    page.wait_for_function("() => document.getElementById('subject').value === 'Seeds for the spring'")
    assert page.locator("#html").input_value() == FAULTY


def test_a_dropped_message_is_scored_as_it_is_until_it_is_changed(page: Any) -> None:
    raw = (SAMPLES / "link-text.eml").read_bytes()
    with page.expect_request("**/v1/preflight?remedies=false") as asked:
        drop(page, "link-text.eml", raw)
    sent = json.loads(asked.value.post_data)
    assert "draft" not in sent
    assert len(sent["message"]) > len(raw)
    from scorer import Scorer

    assert score(page) == pytest.approx(Scorer().score(raw, remedies=False).score)
    assert page.get_by_label("From", exact=True).input_value() != ""
    assert "<html" in page.locator("#html").input_value()
    assert "scored as it is" in page.locator("#source").inner_text()

    with page.expect_request("**/v1/preflight?remedies=false") as asked:
        page.get_by_label("Subject", exact=True).press("x")
    assert "draft" in json.loads(asked.value.post_data)
    assert "scored as a draft" in page.locator("#source").inner_text()


def test_apply_to_a_dropped_message_mends_the_message(page: Any) -> None:
    drop(page, "fake-reply.eml", (SAMPLES / "fake-reply.eml").read_bytes())
    before = score(page)
    result(page).locator(".remedies").get_by_role("button", name="Apply").last.click()
    assert score(page, other_than=before) < before
    assert page.evaluate("document.querySelector('mailing-preflight').message") is not None
    assert "LAST CHANCE" not in page.get_by_label("Subject", exact=True).input_value()


def test_a_dropped_draft_fills_the_fields(page: Any) -> None:
    draft = json.loads((SAMPLES / "unfinished-draft.json").read_text())
    drop(page, "unfinished-draft.json", json.dumps(draft).encode())
    score(page)
    assert page.get_by_label("Subject", exact=True).input_value() == draft["subject"]
    assert page.locator("#html").input_value() == draft["html"].replace("\r\n", "\n")


def test_a_request_is_taken_with_its_sending(page: Any) -> None:
    asked = {"draft": {"from": "a@b.example", "text": "Hello"}, "sending": {"profile": "brevo"}}
    page.wait_for_selector("#profile option[value=brevo]", state="attached")
    drop(page, "request.json", json.dumps(asked).encode())
    score(page)
    assert page.get_by_label("Sent with").input_value() == "brevo"
    assert assessment(page)["route"]["profile"] == "brevo"


def test_what_is_no_mailing_is_refused_in_words(page: Any) -> None:
    drop(page, "broken.json", b"{nothing")
    page.wait_for_function("() => document.getElementById('source').textContent.includes('neither')")


def test_a_pasted_message_is_taken_apart(page: Any) -> None:
    page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.setData("text/plain", "From: a@b.example\\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\\n\\nHello there\\n");
          document.getElementById("html").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
        }"""
    )
    score(page)
    assert page.get_by_label("Subject", exact=True).input_value() == "Grüße"
    assert page.locator("#text").input_value() == "Hello there\n"


def test_sending_and_volume_reach_the_service(page: Any) -> None:
    write(page)
    score(page)
    page.wait_for_selector("#profile option[value=mailchimp]", state="attached")
    with page.expect_request("**/v1/preflight?remedies=false") as asked:
        page.get_by_label("Sent with").select_option("mailchimp")
        page.get_by_label("Domain set up").select_option("true")
        page.get_by_label("Mails a day").fill("6000")
    assert json.loads(asked.value.post_data)["sending"] == {
        "profile": "mailchimp",
        "set_up": True,
        "volume_per_day": 6000,
    }


def test_a_finding_selects_the_exact_place(page: Any) -> None:
    """Characters outside the basic plane come before it: the API counts them once, the browser twice."""
    write(page, subject="🌱 Seeds!!! for the spring")
    score(page)
    result(page).get_by_role("button", name="Exclamation marks in a row").click()
    assert selected(page, "subject") == "!!!"
    result(page).get_by_role("button", name="Link text names another domain").click()
    assert selected(page, "html") == '<a href="https://bit.ly/garden">'
    assert page.locator("#panel-html mark.current").inner_text() == '<a href="https://bit.ly/garden">'


def test_a_word_that_was_weighed_is_shown_in_its_place(page: Any) -> None:
    write(
        page,
        subject="🌱 Your free seeds",
        html='<p class="click">🌱 Clickable: please <b>click</b>&nbsp;here to win</p>',
    )
    score(page)
    result(page).get_by_text("Its words: the strongest signs").click()
    result(page).get_by_role("button", name="free Subject").click()
    assert selected(page, "subject") == "free"
    result(page).locator('[data-key="term-click here"]').click()
    assert selected(page, "html") == "click</b>&nbsp;here"


def test_the_marks_lie_behind_the_words(page: Any) -> None:
    write(page, html=FAULTY * 40)
    score(page)
    result(page).get_by_role("button", name="Link text names another domain").click()
    sizes = page.evaluate(
        """() => {
          const area = document.getElementById("html");
          const layer = area.previousElementSibling;
          return [area.scrollHeight, layer.scrollHeight, area.clientWidth, layer.clientWidth, area.scrollTop, layer.scrollTop];
        }"""
    )
    assert abs(sizes[0] - sizes[1]) <= 1
    assert sizes[2:4] == [sizes[2], sizes[2]]
    assert sizes[4] == sizes[5]


def test_marks_follow_what_is_typed_before_them(page: Any) -> None:
    write(page)
    score(page)
    page.route("**/v1/preflight*", lambda route: None)
    area = page.locator("#html")
    area.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("<p>Hello</p>")
    marks = page.locator("#panel-html mark.warning").all_inner_texts()
    assert '<a href="https://bit.ly/garden">' in marks


def test_with_the_keyboard_alone(page: Any) -> None:
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the result"
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == "from":
            break
    page.keyboard.type("The Garden Shop <news@garden.example>")
    page.keyboard.press("Tab")
    assert focused(page) == "subject"
    page.keyboard.type("RE: Seeds for the spring")
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == "tab-html":
            break
    page.keyboard.press("ArrowRight")
    assert focused(page) == "tab-text"
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "tab-html"
    page.keyboard.press("Tab")
    assert focused(page) == "html"
    page.keyboard.type(FAULTY)
    # Where keys come slowly, what was typed up to a pause has a score of its own: the last pause is to be over.
    page.wait_for_timeout(1000)
    before = score(page)

    order = []
    for _ in range(60):
        page.keyboard.press("Tab")
        order.append(focused(page))
        if order[-1] == "finding-fake-reply-prefix":
            break
    assert order[0] == "apply-0"
    page.keyboard.press("Enter")
    assert selected(page, "subject") == "RE:"
    page.keyboard.press("Escape")
    assert focused(page) == "finding-fake-reply-prefix"

    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if focused(page) == "apply-0":
            break
    page.keyboard.press("Enter")
    assert score(page, other_than=before) < before
    assert focused(page) == "Undo"


def test_the_score_is_announced_once_it_rests(page: Any) -> None:
    write(page)
    score(page)
    # Where the fields are filled slowly, the score of the first of them has been announced before.
    page.wait_for_function(
        """() => {
          const root = document.querySelector("mailing-preflight").shadowRoot;
          const shown = root.querySelector(".gauge .number").innerText;
          return root.querySelector("[role=status]").textContent.includes(`Score ${shown} of 100`);
        }"""
    )


def test_what_is_shown_adds_up(page: Any) -> None:
    write(page)
    exact = score(page)
    rows = result(page).locator(".contributions tbody tr").all_inner_texts()
    total = 0.0
    for row in rows:
        *_, share, running = row.replace("−", "-").split()
        total += float(share)
        assert total == pytest.approx(float(running), abs=1e-6)
    assert total == pytest.approx(exact, abs=0.051)


def test_providers_and_what_was_not_checked_are_shown_with_dates_and_reasons(page: Any) -> None:
    write(page)
    score(page)
    found = assessment(page)
    first = found["providers"][0]
    line = result(page).locator(".reports > li").first
    line.locator("summary").click()
    line.locator(".requirement").first.wait_for()
    text = line.inner_text()
    assert first["name"] in text
    for requirement in first["requirements"]:
        assert requirement["text"] in text
        assert requirement["checked"] in text
    result(page).locator(".unchecked summary").click()
    shown = result(page).locator(".unchecked .reason h4").all_inner_texts()
    assert len(shown) == len({item["reason"] for item in found["not_checked"]})


def test_a_finding_says_why_with_its_sources(page: Any) -> None:
    write(page)
    score(page)
    finding = result(page).locator(".finding", has_text="A reply that is none")
    finding.get_by_text("Why, and sources").click()
    finding.locator(".body > p").first.wait_for()
    assert finding.get_by_role("link").count() >= 1


def test_the_preview_runs_and_fetches_nothing(open_page: OpenPage) -> None:
    # The test's own looking into the frame is reported as a script there.
    page = open_page(expected="Blocked script execution in 'about:srcdoc'")
    write(
        page,
        html="""<style>@import "https://out.example/a.css"; h1 { color: rgb(1, 2, 3); background: url(https://out.example/b.png) }</style>
        <h1 style="font-size: 31px; background-image: url('https://out.example/c.png')">Hello</h1>
        <script>top.document.title = "taken"</script><img src="https://out.example/d.png" onerror="top.document.title='taken'" alt="a bed of tulips">
        <iframe src="https://out.example/e"></iframe><form action="https://out.example/f"><button>Go</button></form>
        <a href="https://out.example/g">out</a><svg onload="top.document.title='taken'"></svg>
        <link rel=stylesheet href="https://out.example/h.css"><video src="https://out.example/i"></video>
        <meta http-equiv=refresh content="0;url=https://out.example/j">""",
    )
    page.get_by_role("tab", name="Preview").click()
    preview = page.frame_locator("#preview")

    heading = preview.locator("h1")
    assert heading.inner_text() == "Hello"
    assert heading.evaluate("(it) => getComputedStyle(it).color") == "rgb(1, 2, 3)"
    assert heading.evaluate("(it) => getComputedStyle(it).fontSize") == "31px"
    preview.get_by_text("out", exact=True).click()
    page.wait_for_timeout(200)
    assert page.title() == "Mailing preflight"
    assert preview.locator("script, iframe, link, meta, video").count() == 0
    assert "allow-scripts" not in page.locator("#preview").get_attribute("sandbox")


def test_a_service_that_does_not_answer_is_said_so(open_page: OpenPage) -> None:
    page = open_page(expected="Failed to load resource")
    page.route("**/v1/preflight*", lambda route: route.abort())
    write(page)
    result(page).get_by_role("alert").wait_for()
    assert "does not answer" in result(page).get_by_role("alert").inner_text()
    page.unroute("**/v1/preflight*")
    page.get_by_label("Subject", exact=True).press("x")
    score(page)
    assert not result(page).get_by_role("alert").is_visible()


def test_a_key_is_asked_for_where_one_is_needed(open_page: OpenPage, tmp_path: Any) -> None:
    import subprocess
    import sys

    keys = tmp_path / "keys.json"
    made = subprocess.run(
        [sys.executable, "-m", "scorer.cli", "serve", "--keys", str(keys), "--new-key", "tests"],
        capture_output=True,
        text=True,
        check=True,
    )
    guarded: Service = start("--keys", str(keys))
    try:
        page = open_page(guarded.url, expected="401")
        write(page)
        page.get_by_label("API key").fill(made.stdout.strip())
        page.get_by_label("API key").press("Tab")
        assert score(page) > 0
        page.wait_for_selector("#profile option[value=mailchimp]", state="attached")
    finally:
        guarded.stop()


def test_the_component_alone(page: Any) -> None:
    """As another editor uses it: attributes, properties that were set before it was defined, events."""
    seen = page.evaluate(
        """() => new Promise((resolve) => {
          const element = document.createElement("mailing-preflight");
          element.setAttribute("from", "news@garden.example");
          element.setAttribute("sending", "brevo");
          element.setAttribute("remedies", "off");
          element.html = "<p>Hello</p>";
          element.subject = "Seeds";
          document.body.addEventListener("preflight", (event) => {
            if (event.target === element) resolve({ ...event.detail, html: element.html, from: element.from });
          });
          document.body.append(element);
        })"""
    )
    assert seen["complete"] is True
    assert seen["assessment"]["message"] == {
        "from": "news@garden.example",
        "subject": "Seeds",
        "size": seen["assessment"]["message"]["size"],
    }
    assert seen["assessment"]["route"]["profile"] == "brevo"
    assert seen["assessment"]["remedies"] == []
    assert (seen["html"], seen["from"]) == ("<p>Hello</p>", "news@garden.example")
