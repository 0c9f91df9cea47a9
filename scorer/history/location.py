"""Where the history and its key are kept, unless the user says otherwise."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "mailing-scorer"


def data_directory() -> Path:
    """The user's data directory for this program: $XDG_DATA_HOME or ~/.local/share on Unix (XDG Base
    Directory Specification 0.8), ~/Library/Application Support on macOS, %LOCALAPPDATA% on Windows."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        given = os.environ.get("XDG_DATA_HOME", "")
        base = Path(given) if given.startswith("/") else Path.home() / ".local" / "share"
    return base / NAME


def default_database() -> Path:
    """The file of the history."""
    return data_directory() / "history.sqlite"


def default_key(database: str = "") -> Path:
    """The file of the key: beside a history in a file of its own, else in the user's data directory."""
    if database and "://" not in database:
        path = Path(database)
        return path.with_name(path.stem + ".key")
    return data_directory() / "history.key"
