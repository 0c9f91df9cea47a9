"""Narrow and wide, light and dark: nothing overflows, jumps, or is too faint to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scorer.cli import main
from tests.browser.actions import result, score, write
from tests.browser.conftest import SAMPLES, OpenPage

# Of every visible text: its contrast with what is behind it (WCAG 2.2, 1.4.3), where that is below AA.
FAINT = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const read = (colour, under) => {
    paint.fillStyle = `rgb(${under.join(",")})`;
    paint.fillRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const above = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null;
  const behind = (element) => {
    const chain = [];
    for (let at = element; at; at = above(at)) chain.unshift(getComputedStyle(at).backgroundColor);
    return chain.reduce((under, colour) => read(colour, under), [255, 255, 255]);
  };
  const light = ([r, g, b]) => {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const found = [];
  let seen = 0;
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const field = element.matches("input, textarea, select");
      if ((!own && !field) || element.closest(".layer, .sr, option, noscript, template") || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const ground = behind(element);
      const ink = read(style.color, ground);
      const [low, high] = [light(ink), light(ground)].sort((a, b) => a - b);
      const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
      seen += 1;
      if ((high + 0.05) / (low + 0.05) < (large ? 3 : 4.5)) found.push(`${element.textContent.trim().slice(0, 40)} ${((high + 0.05) / (low + 0.05)).toFixed(2)}`);
    }
  };
  visit(document);
  return { found, seen };
}"""
NAMELESS = """() => {
  const found = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("button, input, select, textarea, iframe, a[href], summary")) {
      const labels = [...(element.labels ?? [])].map((label) => label.textContent).join("");
      if (!(element.getAttribute("aria-label") || element.title || labels || element.textContent).trim()) found.push(element.outerHTML.slice(0, 100));
    }
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) visit(element.shadowRoot);
  };
  visit(document);
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_every_text_can_be_read_and_nothing_overflows(open_page: OpenPage, scheme: str, width: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.get_by_role("button", name="Try an example").click()
    score(page)
    page.mouse.move(0, 0)
    result(page).locator(".reports summary").first.click()
    result(page).locator(".unchecked summary").click()
    page.wait_for_timeout(500)
    read = page.evaluate(FAINT)
    assert read["seen"] > 60
    assert read["found"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wide = result(page).evaluate("(it) => it.shadowRoot.querySelector('.panel').scrollWidth - it.clientWidth")
    assert wide <= 0


def test_every_control_has_a_name_and_the_page_its_landmarks(page: Any) -> None:
    page.get_by_role("button", name="Try an example").click()
    score(page)
    assert page.evaluate(NAMELESS) == []
    for role in ("banner", "main", "complementary"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_moves_under_the_author_while_typing(open_page: OpenPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    write(page)
    score(page)
    places = "() => [...document.querySelectorAll('main input, main textarea, main select, header, .tabs')].map((it) => JSON.stringify(it.getBoundingClientRect()))"
    area = page.locator("#html")
    area.focus()
    page.wait_for_timeout(200)
    before = page.evaluate(places)
    page.keyboard.type("<p>FREE!!! Act now: ")
    page.wait_for_timeout(1500)
    score(page)
    assert page.evaluate(places) == before


def test_the_bar_of_a_narrow_page_leads_to_the_result(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 700})
    write(page)
    page.evaluate("scrollTo(0, 0)")
    value = round(score(page))
    bar = page.get_by_role("link", name="Result")
    assert str(value) in page.locator("#bar").inner_text()
    page.locator("#bar").click()
    result(page).locator(".gauge").wait_for(state="visible")
    page.wait_for_function("() => document.getElementById('bar').classList.contains('away')")
    assert bar is not None


def test_words_of_an_archives_report_are_not_broken_on_a_narrow_page(browser: Any, tmp_path: Path) -> None:
    samples = [str(SAMPLES / f"{name}.eml") for name in ("bank-lookalike", "hidden-text", "receipt")]
    report = tmp_path / "report.html"
    assert main(["batch", *samples, "-j", "1", "--report", str(report)]) == 0
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    narrow = "[...document.querySelectorAll('td:not(.n)')].filter((it) => it.clientWidth < 100).map((it) => it.textContent)"
    assert page.evaluate(narrow) == []
    page.close()
