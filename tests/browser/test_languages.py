"""The page and the component speak the reader's language."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from babel.messages.pofile import read_po

from scorer.language import LOCALE, NAMES, language

PAGES = "scorer/service/pages/"


def until(page: Any, expression: str) -> None:
    """Wait for something to be so. The page's policy forbids what Playwright's own waiting needs."""
    for _ in range(150):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never so: {expression}")


def score(page: Any) -> None:
    page.click("#example")
    until(page, "document.getElementById('preflight').assessment?.remedies.length > 0")


def words(page: Any) -> list[str]:
    """Every text and spoken attribute of the page and of the component, but for what is marked as untranslatable."""
    return page.evaluate(
        """() => {
          const found = [];
          const walk = (root) => {
            for (const element of root.querySelectorAll('*')) {
              if (element.closest('[translate="no"], script, style, option, code, q, .layer')) continue;
              for (const name of ['aria-label', 'title', 'placeholder']) {
                if (element.getAttribute(name)) found.push(element.getAttribute(name));
              }
              for (const node of element.childNodes) if (node.nodeType === 3 && node.data.trim()) found.push(node.data.trim());
              if (element.shadowRoot) walk(element.shadowRoot);
            }
          };
          walk(document.documentElement);
          return found;
        }"""
    )


@pytest.mark.parametrize(("locale", "tag"), [("de-AT", "de"), ("nn-NO", "nb"), ("fr-FR", "en")])
def test_the_language_follows_the_browser(open_page: Any, locale: str, tag: str) -> None:
    page = open_page(locale=locale)
    until(page, f"document.documentElement.lang === '{tag}'")
    assert page.get_by_label(language(tag)("Subject"), exact=True).is_visible()
    score(page)
    results = page.locator("mailing-preflight .results")
    assert results.get_attribute("lang") == tag


def test_another_language_can_be_chosen_and_is_remembered(page: Any) -> None:
    score(page)
    page.select_option("#language", "nl")
    until(page, "document.documentElement.lang === 'nl'")
    assert page.get_by_label("Onderwerp", exact=True).input_value() != ""
    until(page, "document.getElementById('preflight').shadowRoot.querySelector('.results').lang === 'nl'")
    page.reload()
    until(page, "document.documentElement.lang === 'nl'")
    assert page.get_by_label("Onderwerp", exact=True).is_visible()


def test_no_word_of_the_page_escapes_translation(open_page: Any) -> None:
    """With a made-up language, which has ⟦fields⟧ for each sentence: what is English then, no translator sees."""
    with (LOCALE / "scorer.pot").open("rb") as file:
        ids = [m.id for m in read_po(file) if m.id and any(name.startswith(PAGES) for name, _ in m.locations)]

    def made_up(text: str) -> str:
        return f"⟦{'¦'.join(re.findall(r'{[^{}]*}', text))}⟧"

    strings = {
        (id[0] if isinstance(id, tuple) else id): list(map(made_up, id))
        if isinstance(id, tuple)
        else made_up(id)
        for id in ids
    }
    page = open_page(locale="en")
    page.route("**/languages/da.json", lambda route: route.fulfill(json=strings))
    page.select_option("#language", "da")
    until(page, "document.documentElement.lang === 'da'")
    score(page)
    page.evaluate(
        "for (const one of document.getElementById('preflight').shadowRoot.querySelectorAll('summary')) one.click()"
    )
    page.wait_for_timeout(300)
    answer = json.dumps(page.evaluate("document.getElementById('preflight').assessment"), ensure_ascii=False)
    rules = page.evaluate(
        "fetch('/v1/rules', {headers: {'Accept-Language': 'da'}}).then((answer) => answer.text())"
    )
    why = page.evaluate(
        "Promise.all([...document.getElementById('preflight').assessment.findings].map((finding) =>"
        " fetch('/v1/rules/' + finding.rule, {headers: {'Accept-Language': 'da'}}).then((answer) => answer.text())))"
    )
    told = " ".join((answer + rules + " ".join(why)).replace('\\"', '"').lower().split())
    pieces = {
        " ".join(piece.split()).strip(" .:,") for text in words(page) for piece in re.split("[⟦⟧¦]", text)
    }
    pieces = {
        part for piece in pieces for part in re.split(r"(?<=\.) ", piece)
    }  # remedies' sentences, one after the other
    left = sorted(
        p for p in pieces if re.search(r"[A-Za-z]{3,}( [a-z]{2,}|$)", p) and p.strip(".").lower() not in told
    )
    assert left == []


def test_the_component_takes_its_language_from_its_attribute(open_page: Any) -> None:
    page = open_page(locale="en")
    score(page)
    page.evaluate("document.getElementById('preflight').lang = 'de'")
    until(
        page,
        "document.getElementById('preflight').shadowRoot.querySelector('.unchecked summary').textContent"
        ".startsWith('Nicht geprüft')",
    )
    until(page, "document.getElementById('preflight').shadowRoot.querySelector('.results').lang === 'de'")


BROKEN = """() => {
  const found = [];
  const wide = document.documentElement.clientWidth;
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (element.closest('.sr, .layer, .busy, script, style, option, textarea, iframe, code, q')) continue;
      if (element.getBoundingClientRect().right > wide + 1) found.push(`beyond the edge: ${element.localName}.${element.className}`);
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      if (cut && !['INPUT', 'SELECT'].includes(element.tagName) && getComputedStyle(element).display !== 'inline') {
        found.push(`cut off: ${element.localName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`);
      }
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        for (const word of node.data.matchAll(/(?<=^|\\s)\\p{L}{3,}(?=$|[\\s.,:;])/gu)) {
          const range = document.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          const lines = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top)));
          if (lines.size > 1) found.push(`broken: ${word[0]}`);
        }
      }
    }
  };
  walk(document.documentElement);
  if (document.documentElement.scrollWidth > wide + 1) found.push('the page scrolls sideways');
  return [...new Set(found)];
}"""


def test_no_language_breaks_a_word_or_runs_over_an_edge(page: Any) -> None:
    score(page)
    for tag in NAMES:
        page.select_option("#language", tag)
        until(
            page,
            f"document.getElementById('preflight').shadowRoot.querySelector('.results').lang === '{tag}'"
            " && document.getElementById('preflight').assessment.remedies.length > 0",
        )
        page.evaluate(
            "for (const one of document.querySelectorAll('details')) one.open = true;"
            "for (const one of document.getElementById('preflight').shadowRoot.querySelectorAll('details')) one.open = true;"
        )
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(200)
            assert page.evaluate(BROKEN) == [], (tag, width)


def test_the_menu_of_sending_services_is_in_the_language(page: Any) -> None:
    page.select_option("#language", "sv")
    until(page, "document.querySelector('#profile option[value=own-server]')?.text === 'Din egen mejlserver'")
