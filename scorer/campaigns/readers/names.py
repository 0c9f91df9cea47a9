"""What a file's name says of its form."""

from __future__ import annotations

MBOX = (".mbox", ".mbx")
ZIP = (".zip",)
TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
CSV = (".csv", ".tsv")
JSONL = (".jsonl", ".ndjson")
PARQUET = (".parquet",)
TABLES = CSV + JSONL + PARQUET
# Beside messages lie labels, notes, zones and results, which are not messages.
_BESIDE = (*TABLES, ".md", ".toml", ".zone", ".txt~", ".html", ".journal")


def is_message_name(path: str) -> bool:
    """Whether a file of this name in a folder or archive is taken for a message (or a mailbox)."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return (
        bool(name)
        and not name.startswith(".")
        and not name.lower().endswith(_BESIDE)
        and "__MACOSX/" not in path
    )
