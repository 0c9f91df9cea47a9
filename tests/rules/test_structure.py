"""The rules of structure: what the author wrote is judged, what servers and this program add is not."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.draft import Draft
from scorer.examples import facts_of
from scorer.mime import NotMail
from scorer.rules import all_rules, run_rules
from scorer.rules.rule import Example
from tests.rules.helpers import fires, judge

MINE = [item for item in all_rules().values() if item.rule.group == "structure"]
HEAD = "From: Nordlys Books <news@nordlys.example>\r\nSubject: Our autumn catalogue\r\n"


def mail(fields: str = "", body: str | bytes = "Forty new titles.\r\n", head: str = HEAD) -> bytes:
    return (head + fields + "\r\n").encode() + (body if isinstance(body, bytes) else body.encode())


def fired(raw: bytes) -> list[str]:
    found, unchecked = run_rules(facts_of(Example(raw=raw)), MINE)
    assert unchecked == ()
    return [item.rule for item in found]


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_what_mail_libraries_write_gives_no_finding(line_end: str) -> None:
    message = EmailMessage()
    message["From"] = "Nordlys Bøker <news@nordlys.example>"
    message["Subject"] = "Vår høstkatalog er her, med førti nye titler for barn og voksne, og kaffe på lørdag"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = "<20261102.1@nordlys.example>"
    message.set_content("Førti nye titler.\n" * 80)
    message.add_alternative("<p>Førti nye titler.</p>" * 80, subtype="html")
    message.add_attachment(b"%PDF\x00\x01", maintype="application", subtype="pdf", filename="Høst.pdf")
    assert fired(message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end.encode())) == []


def test_a_minimal_plain_message_gives_no_finding() -> None:
    assert fired(mail()) == []


@settings(deadline=None)
@given(
    subject=st.text(max_size=150),
    text=st.none() | st.text(max_size=300),
    html=st.none() | st.text(max_size=300),
)
def test_drafts_are_not_blamed_for_their_mime(subject: str, text: str | None, html: str | None) -> None:
    draft = {"from": "a@nordlys.example", "subject": subject, "text": text, "html": html}
    found, unchecked = run_rules(facts_of(Example(draft=draft)), MINE)
    assert {item.rule for item in found} <= {"line-break-in-field", "html-as-plain-text"}
    assert unchecked == ()


@settings(deadline=None)
@given(data=st.binary(max_size=300), fields=st.binary(max_size=100))
def test_no_rule_fails_on_any_bytes(data: bytes, fields: bytes) -> None:
    for raw in (data, HEAD.encode() + fields + b"\r\n\r\n" + data):
        try:
            fired(raw)
        except NotMail:
            continue


@pytest.mark.parametrize(
    "name", ["Subject", "From", "Date", "Message-ID", "Reply-To", "Content-Type", "List-Unsubscribe"]
)
def test_fields_that_may_occur_once(name: str) -> None:
    head = HEAD + "".join(f"{name}: text/plain; a@b.example\r\n" for _ in range(2))
    (found,), _ = judge("duplicate-header", raw=mail(head=head))
    assert found.fix_params == {"name": name}
    assert len(found.evidence) >= 2 or found.evidence[0].name == name


@pytest.mark.parametrize(
    "name", ["Received", "DKIM-Signature", "Comments", "Authentication-Results", "X-Campaign"]
)
def test_fields_that_may_be_repeated(name: str) -> None:
    assert fires("duplicate-header", raw=mail(f"{name}: a\r\n{name}: b\r\n")) == ""


@pytest.mark.parametrize(("length", "found"), [(998, ""), (999, "main")])
def test_lines_of_998_octets_are_allowed(length: int, found: str) -> None:
    assert fires("line-too-long", raw=mail(body="x" * length + "\r\nend\r\n")) == found
    assert fires("line-too-long", raw=mail(body="end\n" + "x" * length)) == found


def test_the_longest_line_is_named() -> None:
    (found,), _ = judge("line-too-long", raw=mail(body="x" * 1200 + "\r\n" + "y" * 2000 + "\r\n"))
    assert found.params == {"line": 5, "octets": 2000}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Mon, 02 Nov 2026 10:00:00 +0100", ""),
        ("2 Nov 2026 10:00 GMT", ""),
        ("Mon, 2 Nov 2026 10:00:00 +0100 (CET)", ""),
        ("yesterday", "main"),
        ("", "main"),
        ("Mon, 99 Nov 2026 10:00:00 +0100", "main"),
        ("9" * 5000, "main"),
    ],
)
def test_dates(value: str, found: str) -> None:
    assert fires("malformed-date", raw=mail(f"Date: {value}\r\n")) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<a.b+c=d/e@mail.nordlys.example>", ""),
        ("<a@b> (added by postmaster)", ""),
        ('<"odd one"@nordlys.example>', ""),
        ("<a@[192.0.2.1]>", ""),
        ("a@b.example", "main"),
        ("<ab>", "main"),
        ("<a@b@c>", "main"),
        ("<a b@c>", "main"),
        ("", "main"),
    ],
)
def test_message_ids(value: str, found: str) -> None:
    assert fires("malformed-message-id", raw=mail(f"Message-ID: {value}\r\n")) == found


def test_a_draft_without_date_and_message_id_is_complete() -> None:
    assert fired(mail()) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("X-Data: " + "a" * 33_000 + "\r\n", "main"),
        ("Message-ID: <" + "a" * 500 + "@b>\r\n", "main"),
        ("References: " + "<a@b> " * 7000 + "\r\n", ""),
        ("X-Data: " + "a" * 31_000 + "\r\n", ""),
        ("".join(f"X-{n}: {'a' * 1000}\r\n" for n in range(600)), "all"),
        ("".join(f"X-{n}: {'a' * 1000}\r\n" for n in range(300)), ""),
        ("X-A: b\r\n" * 6000, "many"),
        ("X-A: b\r\n" * 4000, ""),
    ],
    ids=[
        "one field",
        "message-id",
        "references",
        "just fits",
        "all",
        "all that fits",
        "many",
        "many that fit",
    ],
)
def test_limits_of_headers(fields: str, message: str) -> None:
    assert fires("header-too-large", raw=mail(fields)) == message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<table><tr><td>Forty new titles</td></tr></table>", True),
        ("Hello <b>reader</b>,<br>forty <i>new</i> titles<br>", True),
        ("See <https://a.example/> and <https://b.example/>. </3", False),
        ("A lesson in HTML. " * 10 + "<p>One</p><p>Two</p><p>Three</p>", False),
        ("2 < 3 > 1 </sarcasm>", False),
    ],
)
def test_html_in_the_text_part(text: str, found: bool) -> None:
    assert bool(fires("html-as-plain-text", {"from": "a@b.example", "text": text})) is found


def test_8bit_without_a_label_is_one_finding() -> None:
    mime = "MIME-Version: 1.0\r\nContent-Type: text/plain"
    assert fired(mail(f"{mime}\r\n", "Vårt høstprogram")) == ["charset-wrong"]
    assert fired(mail(f"{mime}; charset=utf-8\r\n", "Vårt høstprogram")) == ["8bit-undeclared"]
    assert (
        fired(mail(f"{mime}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", "Vårt høstprogram")) == []
    )


def test_trace_fields_of_servers_are_not_the_authors() -> None:
    assert fires("header-8bit", raw=mail("X-Spam-Report: blåbær\r\nReceived: from blåbær\r\n")) == ""
    assert fires("header-8bit", raw=mail("Reply-To: Blåbær <a@b.example>\r\n")) == "main"


@pytest.mark.parametrize(("count", "found"), [(14, ""), (15, "main")])
def test_recipients_in_to_and_cc_are_counted_together(count: int, found: str) -> None:
    to = ", ".join(f'"Reader, {n}" <r{n}@example.org>' for n in range(count - 5))
    cc = ", ".join(f"c{n}@example.org" for n in range(5))
    draft = {"from": "a@b.example", "to": to, "text": "Hi", "headers": {"Cc": cc}}
    assert fires("recipients-exposed", draft) == found


def test_a_line_break_in_a_field_is_found_and_harmless() -> None:
    draft = {"from": "a@b.example", "subject": "Hi\r\nBcc: all@b.example", "text": "Hi"}
    (found,), _ = judge("line-break-in-field", draft)
    assert found.params == {"name": "Subject"}
    assert not Draft(from_="a@b.example", subject="Hi\r\nBcc: c@d.example").to_message().all("bcc")


def test_broken_parts_name_the_part() -> None:
    raw = mail(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
        "--b\r\nContent-Type: multipart/alternative\r\n\r\nx\r\n--b--\r\n",
    )
    (found,), _ = judge("broken-multipart", raw=raw)
    assert (found.message, found.params["part"]) == ("multipart-no-boundary", "1.1")
