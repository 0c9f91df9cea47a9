from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import os
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.campaigns.items import Item, SourceError, chunked, without_repeats
from scorer.campaigns.readers.mbox import split_mbox
from scorer.campaigns.sources import read_items, total_bytes
from scorer.campaigns.work import read_data
from tests.campaigns.mail import mail

FROM = b"From news@shop.example Tue Mar  3 10:00:00 2026\n"


def read(*paths: Path) -> list[Item]:
    return list(read_items([str(path) for path in paths]))


def mbox(*messages: bytes) -> bytes:
    return b"".join(FROM + message.replace(b"\nFrom ", b"\n>From ") + b"\n" for message in messages)


def test_a_folder_is_walked_in_order_without_what_is_no_message(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "labels.csv", ".hidden", "notes.md", "sub/c", ".git/d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(mail())
    assert [Path(item.path).name for item in read(tmp_path)] == ["a.eml", "b.eml", "c"]


def test_a_pipe_in_a_folder_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.eml").write_bytes(mail())
    assert len(read(tmp_path)) == 1


def test_a_maildir_gives_its_messages_and_not_its_servers_files(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("cur/1:2,S", "new/2", "tmp/3", ".Sent/cur/4:2,S", "dovecot-uidlist"):
        (tmp_path / name).write_bytes(mail())
    assert [Path(item.path).name for item in read(tmp_path)] == ["4:2,S", "1:2,S", "2"]


def test_an_mbox_gives_its_messages_numbered_and_unescaped(tmp_path: Path) -> None:
    messages = [mail(1, body="From here on\nall is well"), mail(2), mail(3)]
    path = tmp_path / "Inbox"
    path.write_bytes(mbox(*messages))
    items = read(path)
    assert [item.member for item in items] == ["1", "2", "3"]
    assert [item.data for item in items] == messages
    assert sum(item.consumed for item in items) == path.stat().st_size == total_bytes([str(path)])


def test_one_message_with_an_mbox_line_is_a_file_unless_it_is_called_mbox(tmp_path: Path) -> None:
    (tmp_path / "00001.abc").write_bytes(FROM + mail())
    (tmp_path / "x.mbox").write_bytes(FROM + mail())
    assert [(item.member, item.data is None) for item in read(tmp_path)] == [("", True), ("1", False)]


def test_a_sentence_that_begins_with_from_does_not_split_a_message() -> None:
    data = FROM + b"Subject: x\n\nText.\n\nFrom Monday we are open at 9:30.\n"
    assert len(list(split_mbox(io.BytesIO(data)))) == 1


@given(
    st.lists(
        st.binary(max_size=200).map(lambda b: b"Subject: x\n\n" + b.replace(b"\r", b"") + b"\n"), max_size=5
    )
)
def test_what_was_put_into_an_mbox_comes_out(messages: list[bytes]) -> None:
    def escaped(message: bytes) -> bytes:
        lines = message.split(b"\n")
        return b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)

    packed = b"".join(FROM + escaped(message) + b"\n" for message in messages)
    assert list(split_mbox(io.BytesIO(packed))) == messages


@given(st.binary(max_size=2000))
def test_any_bytes_are_some_mbox(data: bytes) -> None:
    assert sum(map(len, split_mbox(io.BytesIO(data)))) <= len(data)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.tar.bz2"])
def test_archives_give_their_members_and_mailboxes_in_them(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = [
        ("x/1.eml", mail(1)),
        ("__MACOSX/1.eml", b"x"),
        ("x/labels.csv", b"y"),
        ("All mail.mbox", mbox(mail(2), mail(3))),
        ("x/1.eml", mail(4)),
    ]
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as zipped, pytest.warns(UserWarning, match="Duplicate"):
            for member, data in content:
                zipped.writestr(member, data)
    else:
        with tarfile.open(path, "w:" + name.split(".")[-1].replace("tar", "")) as tar:
            for member, data in content:
                info = tarfile.TarInfo(member)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    items = read(path)
    assert [item.member for item in items] == ["x/1.eml", "All mail.mbox#1", "All mail.mbox#2", "x/1.eml~2"]
    assert [item.data for item in items] == [mail(1), mail(2), mail(3), mail(4)]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"])
def test_a_damaged_archive_is_one_item_with_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 nothing of the kind" * 50)
    (item,) = read(tmp_path / name)
    assert "cannot be read" in item.error


def test_an_archive_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for number in range(20):
            info = tarfile.TarInfo(f"{number}.eml")
            info.size = 20_000
            tar.addfile(info, io.BytesIO(os.urandom(20_000)))
    path.write_bytes(gzip.compress(packed.getvalue())[:-100_000])
    items = read(path)
    assert 10 < len(items) < 20
    assert items[-1].error and not any(item.error for item in items[:-1])


def test_a_table_of_raw_messages_paths_or_fields(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mail(1))
    raw, paths, fields = tmp_path / "raw.csv", tmp_path / "paths.csv", tmp_path / "fields.csv"
    with raw.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([["Campaign ID", "Raw message"], ["c7", mail(2).decode()], ["c8", ""]])
    paths.write_text("path;id\none.eml;c9\n")
    fields.write_text('\ufeffSubject,From,HTML content\nHej,a@b.example,"<p>å, æ</p>"\n', "utf-8")
    first, empty = read(raw)
    assert (first.data, first.campaign, first.member) == (mail(2), "c7", "1")
    assert empty.error
    (path,) = read(paths)
    assert read_data(path) == mail(1) and path.campaign == "c9" and path.member == ""
    (draft,) = read(fields)
    assert draft.is_draft
    assert json.loads(draft.data or b"") == {"from": "a@b.example", "subject": "Hej", "html": "<p>å, æ</p>"}


def test_json_lines_hold_drafts_or_messages_in_base64(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    rows = [
        {"id": "1", "raw": base64.urlsafe_b64encode(mail(1)).decode().rstrip("=")},
        {"from": "a@b.example", "text": "hello"},
        {"nothing": 1},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "nonsense\n")
    items = read(path)
    assert items[0].data == mail(1)
    assert items[1].is_draft
    assert [bool(item.error) for item in items] == [False, False, True, True]


def test_parquet_of_raw_messages(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"campaign": ["a", "b"], "raw": [mail(1), mail(2)]}), path)
    assert [(item.data, item.campaign) for item in read(path)] == [(mail(1), "a"), (mail(2), "b")]
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(SourceError, match="bad.parquet"):
        read(tmp_path / "bad.parquet")


def test_a_services_export_of_counts_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.csv"
    path.write_text("Title,Subject,Successful Deliveries,Hard Bounces,Unique Id\nA,B,100,1,x\n")
    with pytest.raises(SourceError, match="--outcomes"):
        read(path)


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read(tmp_path / "absent")


def test_results_in_the_folder_and_repeats_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    (tmp_path / "out").write_bytes(b"rows")
    given = [str(tmp_path), str(tmp_path / "a.eml")]
    items = without_repeats(read_items(given, besides=[str(tmp_path / "out")]))
    assert [Path(item.path).name for item in items] == ["a.eml"]


def test_chunks_are_bounded_in_number_and_bytes() -> None:
    items = [Item("x", str(n), b"x" * 1000) for n in range(100)]
    assert [len(chunk) for chunk in chunked(items, 32)] == [32, 32, 32, 4]
    assert {len(chunk) for chunk in chunked(items, 32, 5000)} == {5}


def test_memory_does_not_grow_with_the_mailbox(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"

    def peak(messages: int) -> int:
        with path.open("wb") as file:
            for number in range(messages):
                file.write(FROM + mail(number, body="x" * 2000) + b"\n")
        tracemalloc.start()
        assert sum(1 for _ in read_items([str(path)])) == messages
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    # A warning that the interpreter prints meanwhile may take some ten kilobytes; the mailbox has ten thousand.
    assert peak(5000) < 2 * peak(500) + 200_000
