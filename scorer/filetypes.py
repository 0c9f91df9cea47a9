"""What a file is by its first bytes, and what an archive holds by name. Nothing is unpacked."""

from __future__ import annotations

import io

from scorer.message import Member

MAX_MEMBERS = 1000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"#!", "text/x-script"),
    (b"{\\rtf", "application/rtf"),
    (_OLE, "application/x-ole-storage"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
_EXECUTABLE = frozenset(
    (
        "application/vnd.microsoft.portable-executable",
        "application/x-elf",
        "application/java-vm",
        "application/x-mach-binary",
        "application/x-ms-shortcut",
    )
)


def is_executable(real_type: str) -> bool:
    """Whether a type found by content is a program."""
    return real_type in _EXECUTABLE


def sniff(data: bytes) -> str:
    """The media type that the first bytes show, "" if they show none that is known here."""
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    # Two letters begin many a text: the zeros of a program's and of a bitmap's header must follow.
    if data[:2] == b"MZ" and b"\x00" in data[2:64]:
        return "application/vnd.microsoft.portable-executable"
    if data[:2] == b"BM" and data[6:10] == b"\x00\x00\x00\x00":
        return "image/bmp"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    if data[32769:32774] == b"CD001":
        return "application/x-iso9660-image"
    if data[257:262] == b"ustar":
        return "application/x-tar"
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<script")):
        return "text/html"
    return ""


def members_of(data: bytes, real_type: str) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Names in a zip or tar, at most `MAX_MEMBERS`, without unpacking; and the defects met
    ("archive-broken", "archive-many-members", "archive-bomb")."""
    if real_type == "application/zip":
        return _zip_members(data)
    if real_type == "application/x-tar":
        return _tar_members(data)
    return (), ()


def _zip_members(data: bytes) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except Exception:
        # zipfile raises many kinds (BadZipFile, NotImplementedError, struct.error, ValueError …).
        return (), ("archive-broken",)
    members = tuple(
        Member(entry.filename[:300], entry.file_size, bool(entry.flag_bits & 1))
        for entry in entries[:MAX_MEMBERS]
    )
    defects: list[str] = []
    if len(entries) > MAX_MEMBERS:
        defects.append("archive-many-members")
    if sum(entry.file_size for entry in entries) > max(1 << 30, 200 * len(data)):
        defects.append("archive-bomb")
    return members, tuple(defects)


def _tar_members(data: bytes) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    import tarfile

    members: list[Member] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for entry in archive:
                if len(members) >= MAX_MEMBERS:
                    return tuple(members), ("archive-many-members",)
                members.append(Member(entry.name[:300], entry.size))
    except Exception:
        return tuple(members), ("archive-broken",)
    return tuple(members), ()


def has_macros(data: bytes, real_type: str, members: tuple[Member, ...]) -> bool:
    """Whether an Office file holds a VBA project."""
    if real_type == "application/zip":
        return any(member.name.lower().endswith("vbaproject.bin") for member in members)
    if real_type == "application/x-ole-storage":
        return "_VBA_PROJECT".encode("utf-16-le") in data or b"_VBA_PROJECT" in data
    return False


def is_encrypted(data: bytes, real_type: str, members: tuple[Member, ...]) -> bool:
    """Whether a password is needed to see inside (zip, RAR 5 headers, encrypted Office and PDF files)."""
    if real_type == "application/zip":
        return any(member.encrypted for member in members)
    if real_type == "application/x-ole-storage":
        return "EncryptedPackage".encode("utf-16-le") in data
    if real_type == "application/pdf":
        return b"/Encrypt" in data[-4096:] or b"/Encrypt" in data[:4096]
    if real_type == "application/vnd.rar":
        # RAR 5: the block after the signature is of type 4 (archive encryption header).
        return data[:8] == b"Rar!\x1a\x07\x01\x00" and data[13:14] == b"\x04"
    return False
