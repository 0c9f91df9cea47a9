"""The component in a real mailing editor on another site."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.actions import assessment, result, score
from tests.browser.conftest import GRAPESJS, OpenPage, Service


@pytest.fixture
def example(open_page: OpenPage, service: Service, editor_host: str) -> Any:
    if not (GRAPESJS / "node_modules" / "grapesjs").is_dir():
        pytest.skip("GrapesJS is not installed: run `npm ci` in examples/grapesjs")
    return open_page(f"{editor_host}/grapesjs/?api={service.url}", viewport={"width": 1400, "height": 850})


def test_the_score_follows_the_canvas_and_apply_changes_it(example: Any) -> None:
    before = score(example)
    canvas = example.frame_locator("#editor iframe.gjs-frame")
    assert canvas.get_by_role("link", name="https://www.garden.example/seeds").is_visible()
    result(example).get_by_role("button", name="Apply").first.click()
    after = score(example, other_than=before)
    assert after < before
    canvas.get_by_role("link", name="bit.ly").wait_for()

    # What is written on the canvas is scored without further ado.
    canvas.get_by_role("heading", name="Spring is nearly here").dblclick()
    example.keyboard.press("Control+A")
    example.keyboard.type("FREE seeds, act now!!!")
    canvas.locator("body").click(position={"x": 5, "y": 600}, force=True)
    example.wait_for_function("() => document.querySelector('mailing-preflight').html.includes('act now')")


def test_a_finding_selects_its_element(example: Any) -> None:
    score(example)
    result(example).get_by_role("button", name="Link text names another domain").click()
    canvas = example.frame_locator("#editor iframe.gjs-frame")
    assert canvas.locator(".gjs-selected").inner_text() == "https://www.garden.example/seeds"
    result(example).get_by_role("button", name="A reply that is none").click()
    assert example.evaluate("document.activeElement.id") == "subject"


def test_a_subject_is_mended_in_the_editors_field(example: Any) -> None:
    score(example)
    assert any(finding["rule"] == "fake-reply-prefix" for finding in assessment(example)["findings"])
    result(example).get_by_role("button", name='Apply: Take "RE:" off the subject.').last.click()
    example.wait_for_function("() => !document.getElementById('subject').value.startsWith('RE:')")
