"""What a person does on the editor page, and sees."""

from __future__ import annotations

import base64
from typing import Any

FAULTY = (
    "<p>Dear gardener 🌱🌱, the first seeds of the year are in the shop, and the catalogue with them.</p>\n"
    '<p><a href="https://garden.example/all">All seeds</a></p>\n'
    '<p>Read more: <a href="https://bit.ly/garden">https://www.garden.example/seeds</a></p>\n'
    "<p>The Garden Shop, Main Street 1, 12345 Town</p>\n"
)
DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""
SETTLED = """([than, complete]) => {
  const element = document.querySelector("mailing-preflight");
  const found = element.assessment;
  const busy = element.shadowRoot?.querySelector(".busy").classList.contains("on");
  return found && (!complete || !busy) && (than === null || found.score !== than);
}"""


def result(page: Any) -> Any:
    return page.locator("mailing-preflight")


def score(page: Any, *, other_than: float | None = None, complete: bool = True) -> float:
    """The exact score, once it has come (and the remedies with it)."""
    page.wait_for_function(SETTLED, arg=[other_than, complete])
    return page.evaluate("document.querySelector('mailing-preflight').assessment.score")


def assessment(page: Any) -> Any:
    return page.evaluate("document.querySelector('mailing-preflight').assessment")


def shown_score(page: Any) -> str:
    return result(page).locator(".gauge .number").inner_text()


def write(page: Any, *, subject: str = "RE: Seeds for the spring", html: str = FAULTY) -> None:
    page.get_by_label("From", exact=True).fill("The Garden Shop <news@garden.example>")
    page.get_by_label("Subject", exact=True).fill(subject)
    page.get_by_label("HTML source").and_(page.locator("textarea")).fill(html)


def drop(page: Any, name: str, content: bytes) -> None:
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def selected(page: Any, field: str) -> str:
    """What is selected in a field; "" unless it has the focus."""
    return page.evaluate(
        """(id) => {
          const field = document.getElementById(id);
          if (document.activeElement !== field) return "";
          return field.value.slice(field.selectionStart, field.selectionEnd);
        }""",
        field,
    )


def focused(page: Any) -> str:
    """The id, the key or the text of what has the focus, inside the component too."""
    return page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return at?.id || at?.dataset?.key || at?.textContent?.trim() || "";
        }"""
    )
