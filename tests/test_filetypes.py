"""What files are by their first bytes; hostile archives are listed or refused, never raised on."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.filetypes import MAX_MEMBERS, has_macros, is_encrypted, is_executable, members_of, sniff

ZIP, TAR = "application/zip", "application/x-tar"


def zip_of(*names: str, content: bytes = b"x", flags: int = 0) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    data = bytearray(target.getvalue())
    place = data.find(b"PK\x01\x02")
    while flags and place >= 0:
        data[place + 8] |= flags
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def tar_of(*names: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"MZ\x90\x00\x03\x00", "application/vnd.microsoft.portable-executable"),
        (b"\x7fELF\x02", "application/x-elf"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>", "text/html"),
        (b" \n<SCRIPT>", "text/html"),
        (b"Dear reader", ""),
        (b"", ""),
    ],
)
def test_types_are_told_by_the_first_bytes(data: bytes, expected: str) -> None:
    assert sniff(data) == expected


@pytest.mark.parametrize(
    "text", [b"MZ is how a program begins, and this is a text about it", b"BMW sells cars" * 9]
)
def test_a_text_that_begins_like_a_program_or_a_bitmap_is_a_text(text: bytes) -> None:
    assert sniff(text) == ""


def test_a_bitmap_is_recognised() -> None:
    assert sniff(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0") == "image/bmp"


def test_disk_image_and_tar_are_recognised_far_into_the_file() -> None:
    assert sniff(b"\0" * 32769 + b"CD001") == "application/x-iso9660-image"
    assert sniff(tar_of("a.txt")) == TAR


def test_programs_are_executable_and_documents_are_not() -> None:
    assert is_executable(sniff(b"MZ\x90\x00\x03\x00"))
    assert not is_executable(sniff(b"%PDF-1.7"))
    assert not is_executable("")


def test_names_and_declared_sizes_of_a_zip_are_listed() -> None:
    members, defects = members_of(zip_of("a.txt", "folder/b.exe", content=b"12345"), ZIP)
    assert [(member.name, member.size, member.encrypted) for member in members] == [
        ("a.txt", 5, False),
        ("folder/b.exe", 5, False),
    ]
    assert defects == ()


def test_names_in_a_tar_are_listed() -> None:
    members, defects = members_of(tar_of("a.txt", "../../etc/passwd"), TAR)
    assert [member.name for member in members] == ["a.txt", "../../etc/passwd"]
    assert defects == ()


def test_other_kinds_are_not_opened() -> None:
    assert members_of(b"Rar!\x1a\x07\x01\x00", "application/vnd.rar") == ((), ())


def test_too_many_members_are_cut_and_reported() -> None:
    names = [f"{number}.txt" for number in range(MAX_MEMBERS + 5)]
    for data, kind in ((zip_of(*names), ZIP), (tar_of(*names), TAR)):
        members, defects = members_of(data, kind)
        assert len(members) == MAX_MEMBERS
        assert "archive-many-members" in defects


def test_a_zip_that_declares_gigabytes_is_a_bomb() -> None:
    data = bytearray(zip_of("zeros.txt"))
    place = data.find(b"PK\x01\x02")
    data[place + 24 : place + 28] = (2**31).to_bytes(4, "little")
    assert members_of(bytes(data), ZIP)[1] == ("archive-bomb",)


def test_a_well_compressed_file_is_no_bomb() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.txt", b"0" * 1_000_000)
    assert members_of(target.getvalue(), ZIP)[1] == ()


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_a_truncated_archive_is_broken_and_not_an_error(cut: int) -> None:
    data = zip_of("a.txt", "b.txt")
    members, defects = members_of(data[:-cut], ZIP)
    assert defects == ("archive-broken",)
    assert members == ()


@given(st.binary(max_size=2000))
def test_any_bytes_can_be_looked_at(data: bytes) -> None:
    kind = sniff(data)
    for asked in (kind, ZIP, TAR):
        members, defects = members_of(data, asked)
        assert set(defects) <= {"archive-broken", "archive-many-members", "archive-bomb"}
        has_macros(data, asked, members)
        is_encrypted(data, asked, members)


@given(st.data())
def test_a_corrupted_archive_is_read_or_refused(data: st.DataObject) -> None:
    for whole, kind in ((zip_of("a.txt", "dir/b.docm", "c" * 90), ZIP), (tar_of("a.txt", "dir/b.exe"), TAR)):
        damaged = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 8))):
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(damaged)))
        members, defects = members_of(bytes(damaged[:cut]), kind)
        assert len(members) <= MAX_MEMBERS
        assert set(defects) <= {"archive-broken", "archive-many-members", "archive-bomb"}
        for member in members:
            assert len(member.name) <= 300


def test_macros_are_found_by_the_name_of_the_project() -> None:
    with_macros = zip_of("[Content_Types].xml", "xl/vbaProject.bin")
    without = zip_of("[Content_Types].xml", "xl/vbaProject.bin.txt")
    assert has_macros(with_macros, ZIP, members_of(with_macros, ZIP)[0])
    assert not has_macros(without, ZIP, members_of(without, ZIP)[0])
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
    assert has_macros(ole + "_VBA_PROJECT".encode("utf-16-le"), sniff(ole), ())
    assert not has_macros(ole, sniff(ole), ())


def test_encryption_is_seen_in_each_kind() -> None:
    locked = zip_of("a.txt", flags=1)
    assert is_encrypted(locked, ZIP, members_of(locked, ZIP)[0])
    opened = zip_of("a.txt")
    assert not is_encrypted(opened, ZIP, members_of(opened, ZIP)[0])
    assert is_encrypted(b"%PDF-1.6\ntrailer<</Encrypt 2 0 R>>", "application/pdf", ())
    assert not is_encrypted(b"%PDF-1.6\ntrailer<</Root 1 0 R>>", "application/pdf", ())
    assert is_encrypted(b"Rar!\x1a\x07\x01\x00" + b"\1\2\3\4\5\4", "application/vnd.rar", ())
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert is_encrypted(ole + "EncryptedPackage".encode("utf-16-le"), "application/x-ole-storage", ())
    assert not is_encrypted(b"EncryptedPackage", "", ())
