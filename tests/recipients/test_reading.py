"""Lists of every kind are read; what cannot be read is a record with a problem, and the next one is read again."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.recipients.reading import BLOCK, ListError, Source


def records(data: bytes, folder: Path | None = None) -> list[tuple[int, list[str], str]]:
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        path = Path(directory) / "list.csv"
        path.write_bytes(data)
        return list(Source(str(path), Path(directory)).records())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_list(delimiter: str) -> None:
    rows = [["email", "name"], ["a@b.no", "Anna"], ["c@d.no", "Cid"]]
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    assert [fields for _, fields, _ in records(data)] == rows


def test_one_address_a_line_with_empty_lines_and_without_a_last_line_break() -> None:
    assert records(b"a@b.no\r\n\r\n  \r\nc@d.no") == [(1, ["a@b.no"], ""), (4, ["c@d.no"], "")]


def test_old_macintosh_line_breaks() -> None:
    assert [fields for _, fields, _ in records(b"email,n\ra@b.no,1\rc@d.no,2")] == [
        ["email", "n"],
        ["a@b.no", "1"],
        ["c@d.no", "2"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_and_without_a_mark(encoding: str) -> None:
    data = "email;name\na@b.no;Bjørn\n".encode(encoding)
    assert records(data) == [(1, ["email", "name"], ""), (2, ["a@b.no", "Bjørn"], "")]


def test_a_line_that_is_not_utf8_is_read_as_windows_1252_and_the_others_stay_utf8() -> None:
    data = "a@b.no,Bjørn\n".encode() + "c@d.no,Håkon\n".encode("cp1252")
    assert [fields[1] for _, fields, _ in records(data)] == ["Bjørn", "Håkon"]


def test_a_quoted_field_may_hold_the_delimiter_quotes_and_line_breaks() -> None:
    data = b'email,note\na@b.no,"x, ""y""\nz"\nc@d.no,w\n'
    assert records(data) == [
        (1, ["email", "note"], ""),
        (2, ["a@b.no", 'x, "y"\nz'], ""),
        (4, ["c@d.no", "w"], ""),
    ]


def test_a_quote_inside_a_field_is_a_character() -> None:
    assert records(b'email,n\na@b.no,6" pipe\n')[1] == (2, ["a@b.no", '6" pipe'], "")


def test_a_quote_that_never_closes_costs_one_row() -> None:
    data = b'email,n\na@b.no,"oops\n' + b"".join(b"x%d@b.no,1\n" % n for n in range(100))
    found = records(data)
    assert [(line, problem) for line, _, problem in found if problem] == [(2, "quotes")]
    assert len(found) == 102
    assert found[-1] == (102, ["x99@b.no", "1"], "")


def test_text_after_a_closing_quote_costs_one_row() -> None:
    found = records(b'email,n\n"a"@b.no,1\nc@d.no,2\n')
    assert [(line, problem) for line, _, problem in found] == [(1, ""), (2, "quotes"), (3, "")]


def test_every_row_with_an_open_quote_is_its_own_fault() -> None:
    data = b"email,n\n" + b'"a@b.no,1\n' * 3000
    found = records(data)
    assert len(found) == 3001
    assert [line for line, _, _ in found] == list(range(1, 3002))


def test_a_nul_costs_one_row() -> None:
    assert [problem for _, _, problem in records(b"a@b.no\nx\0y@b.no\nc@d.no\n")] == ["", "nul", ""]


def test_a_line_of_ten_megabytes_costs_one_row_and_is_not_kept() -> None:
    data = b"a@b.no,1\n" + b"x" * 10_000_000 + b"\nc@d.no,2\n"
    found = records(data)
    assert [(line, problem) for line, _, problem in found] == [(1, ""), (2, "too-long"), (3, "")]
    assert len(found[1][1][0]) <= 1000


def test_a_long_line_at_the_end_and_two_in_a_row() -> None:
    long = b"x" * (3 * BLOCK)
    assert [problem for _, _, problem in records(long)] == ["too-long"]
    assert [problem for _, _, problem in records(b"a@b.no\n" + long + b"\n" + long + b"\nb@c.no")] == [
        "",
        "too-long",
        "too-long",
        "",
    ]


@pytest.mark.parametrize("data", [b"PK\x03\x04...", b"\x1f\x8b\x08", b"%PDF-1.7"])
def test_what_is_no_text_file_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(ListError):
        records(data)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(ListError):
        Source("/nowhere/list.csv", Path("/tmp"))


FIELD = st.text(st.characters(exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=12)


@given(st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=3, max_size=12))
def test_what_the_csv_module_writes_is_read_again(rows: list[tuple[str, ...]]) -> None:
    # The first rows make the dialect plain; random ones could be those of another.
    rows = [("email", "name", "note")] * 20 + rows
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [tuple(fields) for _, fields, _ in records(text.getvalue().encode())] == rows


def test_records_that_lie_across_two_blocks_are_whole() -> None:
    rows = [
        ["email", "note"],
        *([f"a{n}@b.no", "é" * (n % 50) + "\n" + "x" * (n % 7)] for n in range(12_000)),
    ]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = text.getvalue().encode()
    assert len(data) > 2 * BLOCK
    found = records(data)
    assert [fields for _, fields, _ in found] == rows
    assert [line for line, _, _ in found[:4]] == [1, 2, 4, 6]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        found = records(data)
    except ListError:
        return
    lines = [line for line, _, _ in found]
    assert lines == sorted(set(lines))
    assert all(fields for _, fields, _ in found)
