"""Reading corpora as strict drafts, whatever form they come in."""

from __future__ import annotations

import io
import mailbox
import tarfile
from pathlib import Path

import pytest

from scorer.train.corpora import CorpusError, digest_of, label_of, read_corpus, strict_draft

MAIL = (
    b"Received: from a by b\r\nReturn-Path: <x@bounce.example>\r\nDKIM-Signature: v=1;\r\n\td=shop.example\r\n"
    b"From: Shop\r\n <news@shop.example>\r\nTo: ann@example.org\r\nSubject: Hello\r\nX-Mailer: Foo\r\n"
    b"Content-Type: text/plain\r\n\r\nBody\r\nReceived: in the body\r\n"
)


def test_only_what_an_author_has_stays() -> None:
    draft = strict_draft(MAIL)
    head, _, body = draft.partition(b"\n\n")
    names = [line.partition(b":")[0].lower() for line in head.split(b"\n") if line[:1] not in b" \t"]
    assert names == [b"to", b"from", b"subject", b"content-type"]
    assert b"reader@recipient.example" in head and b"ann@example.org" not in draft
    assert b"<news@shop.example>" in head and b"shop.example\r\n" not in head.split(b"From")[0]
    assert body == b"Body\r\nReceived: in the body\r\n"


def test_a_draft_stays_a_draft() -> None:
    assert strict_draft(strict_draft(MAIL)) == strict_draft(MAIL)


def test_an_mbox_line_is_no_header() -> None:
    assert strict_draft(b"From x@y Thu Jan 1\n" + MAIL) == strict_draft(MAIL)


@pytest.mark.parametrize(
    ("word", "label"), [("ham", 0), ("Inbox", 0), ("phishing", 1), ("spam-folder", -1), ("other", None)]
)
def test_labels(word: str, label: int | None) -> None:
    assert label_of(word) == label


def folder_with_labels(root: Path) -> Path:
    (root / "mine" / "a").mkdir(parents=True)
    (root / "mine" / "a" / "1.eml").write_bytes(MAIL)
    (root / "mine" / "a" / "2.eml").write_bytes(MAIL)
    (root / "mine" / "labels.tsv").write_text(
        "path\tlabel\torigin\na/2.eml\tspam\tx.example\na/1.eml\tinbox\ty.example|Promotions\n", "utf-8"
    )
    return root / "mine"


def test_a_folder_with_a_table(tmp_path: Path) -> None:
    first, second = read_corpus(folder_with_labels(tmp_path))
    assert (first.path, first.label, first.origin, first.tab) == ("a/1.eml", 0, "y.example", "Promotions")
    assert (second.label, second.corpus) == (1, "mine")


def test_an_archive_reads_as_its_folder_does(tmp_path: Path) -> None:
    folder = folder_with_labels(tmp_path)
    path = tmp_path / "mine.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        archive.add(folder / "labels.tsv", "labels.tsv")
        archive.add(folder / "a", "a")
    assert digest_of(read_corpus(path)) == digest_of(read_corpus(folder))


def test_folders_named_after_their_label(tmp_path: Path) -> None:
    for name in ("easy_ham_2", "spam", "notes"):
        (tmp_path / "c" / name).mkdir(parents=True)
        (tmp_path / "c" / name / "00001.7c53336b37003a9286aba55d2945844c").write_bytes(MAIL)
    assert [(s.path.split("/")[0], s.label) for s in read_corpus(tmp_path / "c")] == [
        ("easy_ham_2", 0),
        ("spam", 1),
    ]


def test_trec(tmp_path: Path) -> None:
    (tmp_path / "trec" / "data").mkdir(parents=True)
    (tmp_path / "trec" / "full").mkdir()
    (tmp_path / "trec" / "data" / "inmail.1").write_bytes(MAIL)
    (tmp_path / "trec" / "full" / "index").write_text("spam ../data/inmail.1\nham ../../outside\n")
    (sample,) = read_corpus(tmp_path / "trec")
    assert (sample.path, sample.label) == ("data/inmail.1", 1)


def test_mbox_and_maildir(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "newsletters.mbox")
    box.add(MAIL)
    box.add(MAIL)
    box.close()
    assert [sample.label for sample in read_corpus(tmp_path / "newsletters.mbox")] == [0, 0]
    (tmp_path / "all").mkdir()
    maildir = mailbox.Maildir(tmp_path / "all" / "junk", create=True)
    maildir.add(io.BytesIO(MAIL))
    assert [sample.label for sample in read_corpus(tmp_path / "all")] == [1]


@pytest.mark.parametrize("name", ["nothing", "empty", "unnamed.mbox"])
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "unnamed.mbox").write_bytes(b"From x\n" + MAIL)
    with pytest.raises(CorpusError) as caught:
        read_corpus(tmp_path / name)
    assert "\n" not in str(caught.value)
