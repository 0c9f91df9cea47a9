"""The mailings written for this project: what their markup becomes, and that they name nobody's address."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from scorer.mime import parse_message
from scorer.train.corpora import CorpusError, read_corpus
from scorer.train.written import Written, draft_of, read_written

FOLDER = Path(__file__).resolve().parents[2] / "data" / "written"
FILES = sorted(FOLDER.glob("*.jsonl"))


def mailing(body: str, id: str = "en-w-001") -> Written:
    return Written(
        id=id,
        language="en",
        label="wanted",
        kind="shop",
        from_name="Linden, Garden & Co.",
        from_="news@mail.linden.co.uk.example",
        reply_to="",
        subject="Bulbs  – now",
        body=body,
    )


def test_a_block_is_a_line() -> None:
    page = "# Bulbs\n![Tulips](https://linden.co.uk.example/t.png)\nSee [the list](https://linden.co.uk.example/l?a=1&b=2).\n"
    message = parse_message(
        draft_of(mailing(page + "[Order](https://linden.co.uk.example/o)\n~ You subscribed."))
    )
    assert message.get("from") == '"Linden, Garden & Co." <news@mail.linden.co.uk>'
    assert message.subject == "Bulbs – now"
    assert message.html and "<h1>Bulbs</h1>" in message.html and 'alt="Tulips"' in message.html
    assert 'href="https://linden.co.uk/l?a=1&amp;b=2">the list</a>' in message.html
    assert "https://linden.co.uk/o" in message.html and ".example" not in message.html


def test_markup_in_a_text_is_text() -> None:
    message = parse_message(draft_of(mailing("# A\n1 < 2 & <b>3</b>")))
    assert "1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;" in message.html


def test_a_letter_may_be_plain_text() -> None:
    drafts = [parse_message(draft_of(mailing("Hello\nA letter.", f"en-w-{n}"))) for n in range(12)]
    assert {draft.html is None for draft in drafts} == {True, False}


def test_a_mailing_becomes_the_same_bytes_each_time() -> None:
    for number in range(12):
        written = mailing("# Bulbs\nA line.", f"en-w-{number}")
        assert draft_of(written) == draft_of(written)


def test_there_are_mailings() -> None:
    assert len(FILES) >= 18


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_wanted_and_bad_are_as_many_and_no_address_is_anybodys(path: Path) -> None:
    mailings = read_written(path.read_bytes())
    assert Counter(m.label for m in mailings) == {"bad": len(mailings) // 2, "wanted": len(mailings) // 2}
    assert {m.language for m in mailings} == {path.stem}
    assert len({m.id for m in mailings}) == len(mailings)
    for m in mailings:
        text = "\n".join((m.from_, m.reply_to, m.subject, m.body))
        hosts = re.findall(r"https?://([^/\s)?#:]+)|@([\w.-]+\w)", text)
        assert all((web or mail).endswith(".example") for web, mail in hosts), m.id
        assert not parse_message(draft_of(m)).defects, m.id


def test_they_are_a_corpus() -> None:
    samples = read_corpus(FOLDER)
    assert {sample.label for sample in samples} == {0, 1}
    assert {"de", "pt", "ja"} <= {sample.language for sample in samples}


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(CorpusError, match=r"x\.jsonl"):
        read_corpus(tmp_path)
