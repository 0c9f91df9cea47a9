"""Accessibility by axe-core's rules (WCAG 2.2 A and AA, and best practices), in every state of the page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.actions import drop, result, score
from tests.browser.conftest import SAMPLES, OpenPage

axe_playwright = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed (the extra `dev`)"
)


def violations(page: Any) -> list[tuple[str, str, list[Any]]]:
    found = axe_playwright.Axe().run(page, options={"resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 20
    return [
        (item["id"], item["help"], [node["html"][:120] for node in item["nodes"]])
        for item in found["violations"]
    ]


# Contrast in either scheme at either width is held by test_looks; other rules do not look at colours.
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_no_rule_of_axe_is_broken(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    assert violations(page) == []
    page.get_by_role("button", name="Try an example").click()
    example = score(page)
    result(page).locator(".reports summary").first.click()
    result(page).locator(".unchecked summary").click()
    result(page).get_by_text("Why, and sources").first.click()
    page.get_by_text("More header fields").click()
    page.wait_for_timeout(500)
    assert violations(page) == []
    drop(page, "price-list-zip.eml", (SAMPLES / "price-list-zip.eml").read_bytes())
    score(page, other_than=example)
    page.wait_for_timeout(500)
    page.get_by_role("tab", name="Text").click()
    assert violations(page) == []
