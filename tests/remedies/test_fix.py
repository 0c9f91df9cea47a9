"""`score fix`: the message comes out mended, and otherwise as it went in."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.cli import main
from scorer.commands import fix
from scorer.config import Config, Thresholds
from scorer.draft import Draft, DraftAttachment, read_draft
from scorer.engine import Scorer
from scorer.models import Models
from scorer.remedies.mend import mend
from scorer.risk import Weights
from scorer.rules import all_rules

CONFIG = Config(Weights(-1.73, dict.fromkeys(all_rules(), 0.4)), Thresholds(30.0, 50.0))
BAD = Draft(
    from_="Nordlys Books <news@nordlys.example>",
    subject="Re: our autumn catalogue!!!",
    html=(
        '<p>Hello,</p><p>Forty new titles, <a href="http://nordlys.example/a">here</a> and '
        '<a href="https://nordlys.example/b" onclick="x()">there</a>.</p><script>x()</script>'
        '<p><a href="https://nordlys.example/u">Unsubscribe</a></p>'
    ),
    headers={"X-Campaign": "Høst 2026", "List-Unsubscribe": "<https://nordlys.example/u>"},
    attachments=(
        DraftAttachment("list.pdf", base64.b64encode(b"%PDF-1.4 list").decode(), "application/pdf"),
        DraftAttachment("setup.exe", base64.b64encode(b"MZ" + bytes(200)).decode()),
    ),
)


@pytest.fixture(autouse=True)
def _scored_by_rules_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix, "Scorer", lambda config, resolver, history: Scorer(CONFIG, resolver, Models()))


def scorer() -> Scorer:
    return Scorer(CONFIG, models=Models())


def mended(draft: Draft, **options):
    return mend(scorer(), draft.to_message(), draft=draft, **options)


def test_a_draft_comes_out_as_a_draft_with_fewer_findings() -> None:
    outcome = mended(BAD)
    draft = read_draft(outcome.output)
    assert draft.subject == "Our autumn catalogue!" and draft.from_ == BAD.from_
    assert draft.html == (
        '<p>Hello,</p><p>Forty new titles, <a href="https://nordlys.example/a">here</a> and '
        '<a href="https://nordlys.example/b">there</a>.</p>'
        '<p><a href="https://nordlys.example/u">Unsubscribe</a></p>'
    )
    assert draft.text is not None and "Unsubscribe <https://nordlys.example/u>" in draft.text
    assert [a.filename for a in draft.attachments] == ["list.pdf"]
    assert draft.headers == BAD.headers
    assert len(outcome.after.findings) < len(outcome.before.findings)
    assert outcome.after.risk.log_odds < outcome.before.risk.log_odds
    assert any("setup.exe" in note for note in outcome.notes)


def test_only_one_rule() -> None:
    outcome = mended(BAD, only=frozenset({"fake-reply-prefix"}))
    draft = read_draft(outcome.output)
    assert draft.subject == "Our autumn catalogue!!!"
    assert (draft.html, draft.text, draft.attachments) == (BAD.html, BAD.text, BAD.attachments)
    assert outcome.rules == ("fake-reply-prefix",)


def test_nothing_to_mend_changes_nothing() -> None:
    good = Draft(from_="Nordlys <news@nordlys.example>", subject="News", text="Hello there.\n")
    raw = good.compose()
    from scorer.mime import parse_message

    outcome = mend(scorer(), parse_message(raw))
    assert outcome.output == raw and outcome.rules == ()


def test_an_author_signed_message_says_that_it_is_to_be_signed_anew(tmp_path, capsys) -> None:
    raw = (
        b"DKIM-Signature: v=1; a=rsa-sha256; d=nordlys.example; s=x; h=from; bh=aa; b=bb\r\n"
        + Draft(from_="news@nordlys.example", subject="Re: x", text="Hi.\n").compose()
    )
    (tmp_path / "m.eml").write_bytes(raw)
    main(["fix", str(tmp_path / "m.eml"), "-o", str(tmp_path / "out.eml")])
    assert "DKIM signature in the message no longer holds" in capsys.readouterr().err
    assert (tmp_path / "out.eml").read_bytes() == raw.replace(b"Subject: Re: x", b"Subject: X")


def test_the_command_writes_the_message_and_reports(tmp_path, capsys) -> None:
    (tmp_path / "draft.json").write_bytes(
        json.dumps({"from": "a@nordlys.example", "subject": "Re: x"}).encode()
    )
    status = main(["fix", str(tmp_path / "draft.json"), "-o", str(tmp_path / "out.json")])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Mended:" in captured.err and "fake-reply-prefix" in captured.err
    assert "Score " in captured.err and "->" in captured.err
    assert read_draft((tmp_path / "out.json").read_bytes()).subject == "X"
    assert status in (0, 1)


def test_the_exit_status_is_that_of_the_mended_message(tmp_path) -> None:
    (tmp_path / "m.eml").write_bytes(
        Draft(from_="a@nordlys.example", subject="Re: x", text="Hi.\n").compose()
    )
    assert main(["fix", str(tmp_path / "m.eml"), "-o", str(tmp_path / "o.eml")]) == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.eml", b"", "empty.eml"),
        ("bad.json", b"{", "bad.json"),
        ("missing.eml", None, "missing.eml"),
    ],
)
def test_errors_are_one_line_and_status_2(tmp_path, capsys, name, content, said) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["fix", str(tmp_path / name)]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_an_unknown_rule_is_an_error(tmp_path, capsys) -> None:
    (tmp_path / "m.eml").write_bytes(b"From: a@b.example\r\n\r\nx")
    assert main(["fix", str(tmp_path / "m.eml"), "--only", "no-such-rule"]) == 2
    assert "no-such-rule" in capsys.readouterr().err


def test_standard_output_is_the_message_alone(tmp_path, capfdbinary) -> None:
    raw = Draft(from_="Nordlys <news@nordlys.example>", subject="Re: x", text="Hi.\n").compose()
    (tmp_path / "m.eml").write_bytes(raw)
    main(["fix", str(tmp_path / "m.eml")])
    assert capfdbinary.readouterr().out == raw.replace(b"Re: x", b"X")


PIECES = st.sampled_from(
    [
        *(
            "<p>Hello there</p>",
            "<p>",
            "</p>",
            '<a href="http://a.example/x">www.b.example</a>',
            "<form><input>",
        ),
        *('<a href="https://a.example/">go</a>', "<script>x</script>", "<iframe src=https://a.example/f>"),
        *(
            '<div style="display:none">one two three four five six secret words</div>',
            "au\u200btumn ti\u200btles ",
        ),
        *(
            '<img src="http://a.example/i.png">',
            "<!-- note -->",
            "*|FNAME|* ",
            "\r\n",
            "\r",
            "é",
            "\u202e abc",
        ),
        *('<p onclick="x()">', '<meta http-equiv="refresh" content="1">', "<", "&#8203;", "\x00", "\ud800"),
    ]
)
BODIES = st.none() | st.lists(PIECES, max_size=12).map("".join)
FIELDS = st.sampled_from(
    [
        "",
        "a@b.example",
        "B <a@b.example>, C <c@d.example>",
        "Re: Re: x!!!",
        "SALE TODAY ONLY",
        "x\r\nBcc: y",
        "é",
        "\x00",
    ]
)
FILES = st.lists(
    st.builds(
        DraftAttachment,
        filename=st.sampled_from(["a.pdf", "b.exe", "c.txt", "d.html", 'e"\n.zip', "ø.png", ""]),
        content=st.sampled_from([b"", b"%PDF-1.4", b"MZ\x00", b"text", b"<p>x</p>"]).map(
            lambda data: base64.b64encode(data).decode()
        ),
        content_type=st.sampled_from(["application/pdf", "text/plain", "text/html", "image/png", ""]),
    ),
    max_size=3,
).map(tuple)
DRAFTS = st.builds(
    Draft,
    from_=FIELDS,
    reply_to=FIELDS,
    sender=FIELDS,
    subject=FIELDS,
    html=BODIES,
    text=BODIES,
    attachments=FILES,
)


@given(DRAFTS)
@settings(deadline=None, max_examples=60)
def test_mending_never_raises_and_loses_no_file_unsaid(draft: Draft) -> None:
    message = draft.to_message()
    for outcome in (mend(scorer(), message), mended(draft)):
        after = outcome.after.facts.message
        left = [(a.filename, a.size) for a in after.attachments]
        said = " ".join(outcome.notes)
        for attachment in message.attachments:
            name = attachment.filename or attachment.content_type
            assert (attachment.filename, attachment.size) in left or name in said


@given(DRAFTS)
@settings(deadline=None, max_examples=60)
def test_what_no_rule_speaks_of_stays(draft: Draft) -> None:
    message = draft.to_message()
    outcome = mend(scorer(), message, only=frozenset({"fake-reply-prefix"}))
    after = outcome.after.facts.message
    assert (after.html, after.text) == (message.html, message.text)
    assert [(a.filename, a.size) for a in after.attachments] == [
        (a.filename, a.size) for a in message.attachments
    ]
    assert [h for h in after.headers if h.name != "Subject"] == [
        h for h in message.headers if h.name != "Subject"
    ]
