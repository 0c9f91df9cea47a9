"""What the page works out by itself agrees with what the program reads."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from scorer.html import read_page
from scorer.mime import parse_message
from tests.browser.conftest import SAMPLES, OpenPage

ALPHABET = "a b<>&\"'=/é漢🌱👩‍🌾\r\n\n\r\t"


def test_code_points_become_offsets_of_a_text_field(page: Any) -> None:
    chosen = random.Random(6)
    cases = []
    for _ in range(300):
        text = "".join(chosen.choice(ALPHABET) for _ in range(chosen.randrange(40)))
        start = chosen.randrange(len(text) + 1)
        end = chosen.randrange(start, len(text) + 1)
        # Between a CR and its LF there is no place in a text field.
        if text[start - 1 : start + 1] == "\r\n" or text[end - 1 : end + 1] == "\r\n":
            continue
        cases.append([text, start, end, text[start:end].replace("\r\n", "\n").replace("\r", "\n")])
    found = page.evaluate(
        """async (cases) => {
          const { asField, fieldOffset } = await import("/preflight/places.js");
          return cases.map(([text, start, end]) => asField(text).slice(fieldOffset(text, start), fieldOffset(text, end)));
        }""",
        cases,
    )
    assert len(cases) > 200
    assert found == [case[3] for case in cases]


TRICKY = (
    "<!-- <a href='x'>no</a> --><A HREF='1'>one</A><a name=top>no</a><style>a:after{content:'<a href=2>'}</style>"
    "<a title='a > b' href=2>two</a><area href=3><a\nhref>four</a><title><a href=no></title><abbr href=no></abbr>"
    "<textarea><a href=no></textarea><a href='5' title=\"href=\">five</a><a title='href=no'>no</a>"
)


def test_links_are_found_in_the_order_in_which_the_program_counts_them(open_page: OpenPage) -> None:
    page = open_page(expected="inline style")
    pages = [TRICKY]
    for path in sorted(SAMPLES.glob("*.eml")):
        html = parse_message(path.read_bytes()).html
        if html:
            pages.append(html.replace("\r\n", "\n"))
    counted = page.evaluate(
        """async (pages) => {
          const { linkTags } = await import("/preflight/places.js");
          return pages.map((html) => linkTags(html).map(([start, end]) => {
            const tag = new DOMParser().parseFromString(html.slice(start, end), "text/html").querySelector("a, area");
            return (tag.getAttribute("href") ?? "").trim();
          }));
        }""",
        pages,
    )
    assert len(pages) > 10
    for html, hrefs in zip(pages, counted, strict=True):
        assert hrefs == [link.href for link in read_page(html).links]


def test_messages_are_shown_as_the_program_reads_them(page: Any) -> None:
    for path in sorted(SAMPLES.glob("*.eml")):
        shown = read(page, path.read_bytes())["draft"]
        message = parse_message(path.read_bytes())
        assert shown.get("subject", "") == message.subject, path
        assert shown.get("from", "") == message.get("from"), path
        if message.has_defect("base64-length", "base64-characters", "charset-wrong"):
            continue
        assert shown.get("html") == message.html, path
        assert message.text is None or shown.get("text") == message.text, path
        assert len(shown.get("attachments", [])) == len(message.attachments), path


ENCODED = """\
From: =?ISO-8859-1?Q?J=F8rgen_?= =?iso-8859-1?q?=C5s?= <j@x.example>
Subject: =?utf-8?B?8J+M?= =?utf-8?b?sSBzZWVkcw==?= and =?utf-8?q?more?=
Content-Type: multipart/mixed; boundary="a b"

ignored
--a b
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset="windows-1252"
Content-Transfer-Encoding: quoted-printable

Caf=E9 =
soft=20
--inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+8J+MsTwvcD4=
--inner--
--a b
Content-Type: application/pdf; name*=utf-8''pris%C3%A9.pdf
Content-Disposition: attachment
Content-Transfer-Encoding: base64

JVBERg==
--a b--
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_are_read(page: Any, line_end: str) -> None:
    shown = read(page, ENCODED.replace("\n", line_end).encode())["draft"]
    assert shown["from"] == "Jørgen Ås <j@x.example>"
    assert shown["subject"] == "🌱 seeds and more"
    assert shown["text"] == "Café soft "
    assert shown["html"] == "<p>🌱</p>"
    assert shown["attachments"] == [
        {"filename": "prisé.pdf", "content": "JVBERg==", "content_type": "application/pdf"}
    ]


@pytest.mark.parametrize("seed", range(3))
def test_no_message_is_too_broken_to_be_shown(page: Any, seed: int) -> None:
    chosen = random.Random(seed)
    source = bytearray(ENCODED.encode())
    for _ in range(60):
        for _ in range(5):
            source[chosen.randrange(len(source))] = chosen.randrange(256)
        assert "draft" in read(page, bytes(source))


def read(page: Any, raw: bytes) -> Any:
    """A message as the page reads it."""
    return page.evaluate(
        """async (raw) => {
          const { readMessage } = await import("/editor/eml.js");
          return readMessage(Uint8Array.from(atob(raw), (char) => char.charCodeAt(0)));
        }""",
        base64.b64encode(raw).decode(),
    )
