"""A draft from an editor becomes a message that says the same."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer.draft import Draft, DraftAttachment, DraftError, compose, encode_addresses, read_draft
from scorer.mime import parse_message

ONE_LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200)
BODY = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
FIELDS = st.sampled_from(
    ["from", "reply_to", "sender", "to", "subject", "html", "text", "headers", "attachments", "cc"]
)


@settings(deadline=None)
@given(subject=ONE_LINE, text=st.none() | BODY, html=st.none() | BODY)
@example("=?utf-8?q?x?=", "", None)
@example("秋" * 3000, None, "<p>--=_mailing_0_</p>")
@example("x", "\r\n", "\n")
def test_what_is_composed_reads_back_the_same(subject: str, text: str | None, html: str | None) -> None:
    message = Draft(from_="a@nordlys.example", subject=subject, text=text, html=html).to_message()
    assert message.subject == subject.strip()
    assert message.html == html
    assert message.text == (text if html is not None or text is not None else "")
    assert message.composed
    assert not [d for d in message.defects if d.id.startswith(("multipart", "charset", "header", "mime"))]


@settings(deadline=None)
@given(name=st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), min_size=1, max_size=60))
def test_a_display_name_keeps_its_address(name: str) -> None:
    message = Draft(from_=f'"{name}" <news@nordlys.example>', text="Hi").to_message()
    assert message.get("from").endswith("<news@nordlys.example>")
    assert message.get("from").replace('"', "").split("<")[0].split() == name.split()


@settings(deadline=None)
@given(fields=st.dictionaries(FIELDS, JSON, max_size=6))
def test_any_json_object_gives_a_draft_or_one_line_of_error(fields: dict[str, object]) -> None:
    try:
        draft = read_draft(json.dumps(fields).encode())
        draft.to_message()
    except DraftError as error:
        assert str(error) and "\n" not in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"subject": 1}',
        b'{"subjekt": "x"}',
        b"\xff",
        b'{"attachments": [{"filename": "a"}]}',
        b"[" * 100_000,
    ],
    ids=["nothing", "list", "cut", "number", "unknown", "no text", "no content", "deep"],
)
def test_what_is_no_draft_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(DraftError, match="not a draft") as raised:
        read_draft(data)
    assert "\n" not in str(raised.value)


def test_the_fields_of_the_example_in_the_documentation() -> None:
    draft = read_draft(
        b'{"from": "Nordlys <news@nordlys.example>", "subject": "H\xc3\xb8st", "html": "<p>Hei</p>", "headers": {"List-Id": "<a.b>"}}'
    )
    message = draft.to_message()
    assert [h.name for h in message.headers] == [
        "From",
        "Subject",
        "List-Id",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ]
    assert (message.subject, message.get("list-id")) == ("Høst", "<a.b>")


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_a_line_break_in_a_field_makes_no_field_of_its_own(break_: str) -> None:
    message = Draft(from_="a@b.example", subject=f"Hi{break_}Bcc: all@b.example", text="x").to_message()
    assert not message.all("bcc")
    assert message.subject == "Hi Bcc: all@b.example"
    assert [(d.id, d.where) for d in message.defects] == [("field-line-break", "Subject")]


def test_lone_surrogates_become_question_marks() -> None:
    message = Draft(
        from_="\ud800 <a@b.example>",
        subject="x\udfff",
        text="\ud800",
        headers={"X-A": "\udc80"},
        attachments=(DraftAttachment("\ud800.txt", "eA=="),),
    ).to_message()
    assert (message.subject, message.text, message.get("x-a")) == ("x?", "?", "?")


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "å"])
def test_a_header_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(DraftError, match="not a header name"):
        Draft(from_="a@b.example", headers={name: "x"}).compose()


def test_a_field_of_the_draft_wins_over_a_header_of_its_name() -> None:
    message = Draft(
        from_="a@b.example",
        subject="One",
        headers={"subject": "Two", "To": "c@d.example", "Content-Type": "x"},
    ).to_message()
    assert [h.value for h in message.all("subject")] == ["One"]
    assert (message.get("to"), len(message.all("content-type"))) == ("c@d.example", 1)


def test_attachments_come_back_whole() -> None:
    content = base64.b64encode(b"%PDF-1.7 catalogue").decode()
    draft = Draft(
        from_="a@b.example",
        text="See the file.",
        attachments=(
            DraftAttachment('Høst"katalog.pdf', content, "application/pdf"),
            DraftAttachment("b.eml", content, "message/rfc822"),
        ),
    )
    message = draft.to_message()
    assert [(a.path, a.filename, a.content_type, a.size) for a in message.attachments] == [
        ("1.2", "Høst_katalog.pdf", "application/pdf", 18),
        ("1.3", "b.eml", "application/octet-stream", 18),
    ]
    assert message.text == "See the file."


def test_an_attachment_that_is_not_base64_is_named() -> None:
    with pytest.raises(DraftError, match=r"'a\.pdf' is not base64"):
        Draft(from_="a@b.example", attachments=(DraftAttachment("a.pdf", "æ"),)).compose()


def test_only_display_names_are_encoded() -> None:
    encoded = encode_addresses('"Åse, Nordlys" <åse@nordlys.example>, Bok <bok@nordlys.example>')
    assert encoded.isascii() is False and "<åse@nordlys.example>" in encoded
    assert "Bok <bok@nordlys.example>" in encoded
    assert "Åse" not in encoded.split("<")[0]


def test_the_boundary_is_not_in_the_text() -> None:
    text = "--=_mailing_0_\r\n--=_mailing_1_--\r\n"
    message = parse_message(compose(Draft(from_="a@b.example", text=text, html="<p>x</p>")))
    assert (message.text, message.html) == (text, "<p>x</p>")
