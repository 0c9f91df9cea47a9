"""`score serve`: the preflight service, and its API keys."""

from __future__ import annotations

import argparse
import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING

from scorer.commands.common import NEEDS_HISTORY, OK, CommandError, config_of, sending_of, write_output

if TYPE_CHECKING:
    from scorer.service.histories import Histories
    from scorer.service.settings import Settings

DEFAULT_RATE = 50.0
"""Requests a second for each key, where --rate says nothing."""


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; or make, list and revoke keys. Returns the exit status."""
    try:
        import uvicorn  # noqa: F401
    except ImportError:
        raise CommandError(
            "`score serve` needs the extra `service`: pip install 'mailing-scorer[service]'"
        ) from None
    if options.new_key or options.list_keys or options.revoke_key:
        return _keys(options)
    from scorer.engine import Scorer
    from scorer.service.metrics import Metrics
    from scorer.service.server import serve
    from scorer.service.work import Desk, Dns

    settings = settings_of(options)
    config, sending = config_of(options), sending_of(options)
    try:
        dns = Dns(options.dns)
    except OSError as error:
        raise CommandError(f"{options.dns}: {error.strerror or error}") from None
    histories = _histories(options)
    return serve(settings, lambda: Desk(Scorer(config, dns), settings, Metrics(), sending, dns, histories))


def _histories(options: argparse.Namespace) -> Histories | None:
    """What `--history` names; None without it. Raises CommandError where it cannot be opened."""
    if not options.history:
        return None
    try:
        from scorer.history.store import StoreError
        from scorer.service.histories import Histories
    except ImportError:
        raise CommandError(NEEDS_HISTORY) from None
    location = "" if options.history == "default" else options.history
    try:
        return Histories(location, options.history_key or "", options.tenant)
    except StoreError as error:
        raise CommandError(str(error)) from None


def settings_of(options: argparse.Namespace) -> Settings:
    """The service's settings.

    Raises:
        scorer.service.settings.SettingsError: the service may not run so.
    """
    from scorer.service.settings import Limits, Settings, checked, parse_address

    usual = Limits()
    rate = options.rate
    if rate is None:
        rate = DEFAULT_RATE if options.keys else 0.0
    return checked(
        Settings(
            http=parse_address(options.listen, 8025),
            spamd=None if options.spamd is None else parse_address(options.spamd, 783),
            workers=max(0, options.workers),
            keys=options.keys or "",
            rate=max(0.0, rate),
            burst=max(0.0, options.burst or 0.0),
            hosts=tuple(options.allow_host or ()),
            origins=tuple(origin.rstrip("/") for origin in options.allow_origin or ()),
            spamd_from=tuple(_network(text) for text in options.spamd_from or ()),
            limits=Limits(
                body=options.max_body or usual.body,
                body_seconds=options.body_timeout or usual.body_seconds,
                head_seconds=min(usual.head_seconds, options.body_timeout or usual.head_seconds),
                work_seconds=options.work_timeout or usual.work_seconds,
            ),
        )
    )


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise CommandError(f"--spamd-from: not a network: {text[:60]!r}") from None


def _keys(options: argparse.Namespace) -> int:
    """Make, list or revoke a key of the file `--keys`."""
    from scorer.service.keys import new_key, read_keys, write_keys

    if not options.keys:
        raise CommandError("name the file of the keys with --keys FILE")
    keys = read_keys(options.keys) if Path(options.keys).exists() else ()
    if options.new_key:
        key, stored = new_key(options.new_key, options.rate)
        write_keys(options.keys, (*keys, stored))
        # The only time that the key is seen: the file holds its hash.
        write_output(None, f"{key}\n")
    elif options.revoke_key:
        left = tuple(key for key in keys if key.id != options.revoke_key)
        if len(left) == len(keys):
            raise CommandError(f"{options.keys}: there is no key {options.revoke_key[:60]!r}")
        write_keys(options.keys, left)
    else:
        lines = [f"{key.id}  {key.created}  {key.tenant}" for key in keys]
        write_output(None, "".join(f"{line}\n" for line in lines))
    return OK
