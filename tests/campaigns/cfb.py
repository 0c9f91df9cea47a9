"""A compound file ([MS-CFB], version 3) of given streams, as Outlook's .msg is one."""

from __future__ import annotations

import struct
from itertools import pairwise

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """The file. What stands before a slash in a name is its storage; the directory is a plain chain."""
    root: list[tuple[str, bytes | dict[str, bytes]]] = []
    for name, data in streams.items():
        folder, _, leaf = name.rpartition("/")
        if not folder:
            root.append((leaf, data))
            continue
        held = next((inner for there, inner in root if there == folder), None)
        if not isinstance(held, dict):
            held = {}
            root.append((folder, held))
        held[leaf] = data
    entries: list[list] = [["Root Entry", 5, FREE, FREE, END, 0]]
    small = bytearray()
    small_next: list[int] = []
    large: list[tuple[int, bytes]] = []

    def add(name: str, data: bytes) -> int:
        entries.append([name, 2, FREE, FREE, END, len(data)])
        if len(data) >= 4096:
            large.append((len(entries) - 1, data))
        elif data:
            first, count = len(small) // 64, -(-len(data) // 64)
            small.extend(data.ljust(64 * count, b"\0"))
            small_next.extend([*range(first + 1, first + count), END])
            entries[-1][4] = first
        return len(entries) - 1

    def chain(ids: list[int], parent: int) -> None:
        entries[parent][3] = ids[0] if ids else FREE
        for one, other in pairwise(ids):
            entries[one][2] = other

    ids = []
    for name, held in root:
        if isinstance(held, dict):
            entries.append([name, 1, FREE, FREE, 0, 0])
            ids.append(len(entries) - 1)
            chain([add(leaf, data) for leaf, data in held.items()], ids[-1])
        else:
            ids.append(add(name, held))
    chain(ids, 0)
    sectors: list[bytes] = []
    table: list[int] = []

    def put(data: bytes) -> int:
        count = -(-len(data) // 512)
        first = len(sectors)
        sectors.extend(data[n * 512 : (n + 1) * 512].ljust(512, b"\0") for n in range(count))
        table.extend([*range(first + 1, first + count), END])
        return first if count else END

    for id, data in large:
        entries[id][4] = put(data)
    entries[0][4], entries[0][5] = put(bytes(small)), len(small)
    mini = put(
        struct.pack(f"<{len(small_next)}I", *small_next).ljust(-(-len(small_next) // 128) * 512, b"\xff")
    )
    packed = b"".join(
        (name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(name) + 2, kind, 1))
        + struct.pack("<III", FREE, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
        for name, kind, right, child, start, size in entries
    )
    directory = put(packed.ljust(-(-len(packed) // 512) * 512, b"\0"))
    first_fat = len(sectors)
    count = 1
    while count * 128 < first_fat + count:
        count += 1
    whole = [*table, *[FAT] * count]
    fat = struct.pack(f"<{len(whole)}I", *whole).ljust(count * 512, b"\xff")
    places = [first_fat + n for n in range(count)]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, count, directory, 0, 4096, mini, -(-len(small_next) // 128), END, 0)
        + struct.pack("<109I", *places, *[FREE] * (109 - count))
    )
    return header + b"".join(sectors) + fat


def outlook(
    fields: dict[str, bytes], attachments: list[dict[str, bytes]] | None = None, *, page: int = 0
) -> bytes:
    """A .msg with the given properties ("0037001F" and so on); `page` is the code page of its narrow texts."""
    table = b"\0" * 32 + struct.pack("<II8s", 0x3FFD0003, 6, page.to_bytes(8, "little"))
    # 2026-03-03T09:00:00Z as FILETIME.
    table += struct.pack("<II8s", 0x00390040, 6, (134170020000000000).to_bytes(8, "little"))
    streams = {"__properties_version1.0": table}
    streams |= {f"__substg1.0_{tag}": data for tag, data in fields.items()}
    for number, item in enumerate(attachments or []):
        folder = f"__attach_version1.0_#{number:08X}/"
        streams[f"{folder}__properties_version1.0"] = b"\0" * 8
        streams |= {f"{folder}__substg1.0_{tag}": data for tag, data in item.items()}
    return compound(streams)
