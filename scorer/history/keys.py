"""Keyed hashes of recipients. The key stays outside the database, in a file that only its owner can read.

A recipient is stored as HMAC-SHA-256 (RFC 2104) over the tenant's name and the address in canonical form, cut
to 128 bits. A rotation wraps each stored hash once more with a new key, so that nothing has to be known of the
addresses; the file therefore keeps every key, and the database says how many of them are in effect.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

KEY_BYTES = 32
HASH_DIGITS = 32


class KeyProblem(ValueError):
    """The key file cannot be used; one line that says why."""


class Keys:
    """The keys of a file, oldest first."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self.keys = tuple(keys)

    def recipient(self, tenant: str, address: str, generation: int) -> str:
        """The stored form of an address under the first `generation` keys; "" for no address."""
        canonical = canonical_address(address)
        if not canonical:
            return ""
        digest = _mac(self.keys[0], f"{tenant}\0{canonical}".encode("utf-8", "surrogatepass"))
        for key in self.keys[1:generation]:
            digest = self.wrapped(digest, key)
        return digest

    @staticmethod
    def wrapped(digest: str, key: bytes) -> str:
        """A stored hash under one more key."""
        return _mac(key, digest.encode("ascii")) if digest else ""

    def check(self, generation: int) -> str:
        """What the database keeps to recognise its keys; it tells nothing of them."""
        return _mac(b"".join(self.keys[:generation]), b"scorer history key check")


def canonical_address(address: str) -> str:
    """The address in the form in which two spellings of one mailbox agree: trimmed, lower-case, domain in
    A-labels. Case matters in a local part by RFC 5321 section 2.4, and to no large provider."""
    local, at, domain = address.strip().strip("<>").rpartition("@")
    if not at or not local or not domain:
        return ""
    domain = domain.rstrip(".").lower()
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = domain
    return f"{local.casefold()}@{ascii_domain}"


def _mac(key: bytes, message: bytes) -> str:
    return hmac.digest(key, message, "sha256").hex()[:HASH_DIGITS]


def read_keys(path: Path, *, create: bool = False) -> Keys:
    """The keys in a file, a line of 64 hexadecimal digits each; with `create`, a new file with one key.

    Raises:
        KeyProblem: there is no file, it holds no keys, or others can read it.
    """
    if create and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, [secrets.token_bytes(KEY_BYTES)], new=True)
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except FileNotFoundError:
        raise KeyProblem(f"{path}: there is no key file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"{path}: {getattr(error, 'strerror', None) or 'not a key file'}") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise KeyProblem(f"{path}: others can read the key; set its mode to 0600")
    try:
        keys = [bytes.fromhex(line) for line in text.split()]
    except ValueError:
        keys = []
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise KeyProblem(f"{path}: not a key file")
    return Keys(keys)


def add_key(path: Path, keys: Keys, generation: int) -> Keys:
    """The file's keys with a new one after those in effect. A key that an interrupted rotation left unused
    is taken again."""
    if len(keys.keys) > generation:
        return keys
    extended = [*keys.keys, secrets.token_bytes(KEY_BYTES)]
    _write(path, extended, new=False)
    return Keys(extended)


def _write(path: Path, keys: Sequence[bytes], *, new: bool) -> None:
    """Write the file whole or not at all; a new one only where there is none yet."""
    target = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(key.hex() + "\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    if not new:
        target.replace(path)
        return
    try:
        os.link(target, path)
    except FileExistsError:
        pass  # another process was faster
    finally:
        target.unlink()
