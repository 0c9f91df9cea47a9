"""API keys: made by the command line, kept as hashes in a file, compared in constant time.

A key is 256 random bits, so that a plain SHA-256 of it cannot be searched; a slow password hash would only
slow every request down.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scorer.service.settings import SettingsError

_KEY = re.compile(r"mk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NO_HASH = "0" * 64
RELOAD_SECONDS = 1.0


class StoredKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key of the file: whose it is, when it was made (ISO 8601, UTC), and the SHA-256 of the key.

    `rate` is requests a second, where this key's limit differs from the service's."""

    id: str
    tenant: str
    created: str
    sha256: str
    rate: float | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: tuple[StoredKey, ...] = ()


def read_keys(path: str) -> tuple[StoredKey, ...]:
    """The keys of the file.

    Raises:
        SettingsError: it cannot be read, or is not a key file.
    """
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=_File).keys
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a key file: {error}") from None


def write_keys(path: str, keys: tuple[StoredKey, ...]) -> None:
    """Replace the file in one step, readable by its owner alone. Raises SettingsError."""
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(_File(keys)), indent=2) + b"\n")
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None


def new_key(tenant: str, rate: float | None = None) -> tuple[str, StoredKey]:
    """A fresh key for a tenant: the key itself, to be shown once, and what is stored of it.

    Raises:
        SettingsError: the tenant's name is not a plain name.
    """
    if not _TENANT.fullmatch(tenant):
        raise SettingsError(f"not a tenant's name: {tenant[:80]!r}; use letters, digits, '.', '_' and '-'")
    id = secrets.token_hex(6)
    key = f"mk_{id}_{secrets.token_urlsafe(32)}"
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return key, StoredKey(id, tenant, created, _hash(key), rate)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


class KeyRing:
    """The keys in use. The file is read again when it changes, at most once a second, so that a key can be
    added or revoked without a restart; a file that has become unreadable leaves the last good one in use."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._keys = {key.id: key for key in read_keys(path)}
        self._stamp = self._modified()
        self._looked = 0.0

    def _modified(self) -> tuple[int, int]:
        try:
            status = Path(self.path).stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)

    def _refresh(self, now: float) -> None:
        if now - self._looked < RELOAD_SECONDS:
            return
        self._looked = now
        stamp = self._modified()
        if stamp != self._stamp:
            try:
                self._keys = {key.id: key for key in read_keys(self.path)}
            except SettingsError:
                return
            self._stamp = stamp

    def find(self, key: str, now: float) -> StoredKey | None:
        """Whose key this is; None if nobody's. The time it takes does not depend on how much of it is right."""
        self._refresh(now)
        match = _KEY.fullmatch(key)
        stored = self._keys.get(match[1]) if match else None
        same = hmac.compare_digest(_hash(key[:200]), stored.sha256 if stored else _NO_HASH)
        return stored if same else None
