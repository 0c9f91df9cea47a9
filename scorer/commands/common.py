"""What several subcommands share: reading inputs, the sending, the resolver; errors of one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scorer.config import Config, ConfigError, default_config, read_config
from scorer.dns import Resolver, open_resolver, session
from scorer.draft import read_draft
from scorer.message import Message
from scorer.mime import MAX_BYTES, parse_message
from scorer.sending import Sending, load_profile, unspecified, with_overrides

if TYPE_CHECKING:
    from scorer.facts.audience import History

OK, BELOW_PAR, USAGE = 0, 1, 2
NEEDS_HISTORY = "the history needs the extra `history`: pip install 'mailing-scorer[history]'"


class CommandError(Exception):
    """A command cannot go on; the text is one line for the person at the terminal."""


def read_bytes(path: str) -> bytes:
    """A file's bytes, or standard input's for "-"; no more than a message can have.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        if path == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from None


def read_message(path: str) -> Message:
    """A message, or a draft in JSON, from a file or standard input.

    Raises:
        CommandError: it cannot be read.
        scorer.mime.NotMail, scorer.draft.DraftError: it is neither.
    """
    data = read_bytes(path)
    if path.lower().endswith(".json") or data[:200].lstrip()[:1] == b"{":
        return read_draft(data).to_message()
    return parse_message(data)


def sending_of(options: argparse.Namespace) -> Sending:
    """The sending profile with what the flags say on top. Raises `scorer.sending.SendingError`."""
    sending = load_profile(options.sending) if options.sending else unspecified()
    stated = {
        "volume_per_day": options.volume,
        "category": options.category,
        "set_up": None if options.set_up is None else options.set_up == "yes",
        "envelope_domain": options.envelope_domain,
        "ips": options.ip or None,
        "customer": options.customer,
    }
    sending = with_overrides(sending, stated, where="command line", source="the command line")
    if options.dkim_selector:
        signer = {
            "domain": options.dkim_domain or "{from_domain}",
            "selectors": options.dkim_selector,
            "of_service": False,
        }
        own = {"dkim_after": [signer]}
        sending = with_overrides(sending, own, where="command line", source="the command line")
    return sending


def config_of(options: argparse.Namespace) -> Config:
    """The configuration, with `--config` and `--model` on top of the shipped one. Raises `ConfigError`."""
    config = read_config(options.config) if options.config else default_config()
    model = getattr(options, "model", None)
    return msgspec.structs.replace(config, model=model) if model else config


def resolver_of(spec: str) -> Callable[[], Resolver]:
    """What gives each message its resolver. Raises ValueError for a bad snapshot or address."""
    try:
        shared = open_resolver(spec)
    except OSError as error:
        raise CommandError(f"{spec}: {error.strerror or error}") from None
    return lambda: session(shared)


def history_of(options: argparse.Namespace) -> History | None:
    """What `--history` and `--tenant` name; None without them.

    Raises:
        CommandError: the history cannot be opened, or knows no such tenant.
    """
    return open_history(options.history, options.tenant) if options.history else None


def open_history(location: str, tenant: str) -> History:
    """A tenant's history at a path or URL ("default" for the one in the user's data directory).

    Raises:
        CommandError: it cannot be opened, or knows no such tenant.
    """
    try:
        from datetime import UTC, datetime

        from scorer.history.facts import SenderHistory
        from scorer.history.store import Store, StoreError
    except ImportError:
        raise CommandError(NEEDS_HISTORY) from None
    try:
        store = Store.open("" if location == "default" else location)
        return SenderHistory(store, tenant, datetime.now(UTC).date())
    except StoreError as error:
        raise CommandError(str(error)) from None


def write_output(path: str | None, text: str | bytes) -> None:
    """Write to a file, or to standard output where no path is given.

    Raises:
        CommandError: it cannot be written.
    """
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    try:
        if path and path != "-":
            Path(path).write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{path or 'standard output'}: {error.strerror or error}") from None


__all__ = [
    "BELOW_PAR",
    "OK",
    "USAGE",
    "CommandError",
    "ConfigError",
    "config_of",
    "history_of",
    "open_history",
    "read_bytes",
    "read_message",
    "resolver_of",
    "sending_of",
    "write_output",
]
