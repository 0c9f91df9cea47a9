"""`score history`: rates, changes, blocklists and DMARC; erasing, forgetting and a new key."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from scorer.commands.common import NEEDS_HISTORY, OK, CommandError, write_output
from scorer.language import language

if TYPE_CHECKING:
    from scorer.history.store import History, Store


def run(options: argparse.Namespace) -> int:
    """Answer the question, or do what was asked."""
    try:
        from scorer.history.store import Store, StoreError
    except ImportError:
        raise CommandError(NEEDS_HISTORY) from None
    try:
        with Store.open(options.history, options.key) as store:
            _ANSWERS[options.question](store, options)
    except StoreError as error:
        raise CommandError(str(error)) from None
    return OK


def _history(store: Store, options: argparse.Namespace) -> History:
    return store.history(options.tenant)


def _span(options: argparse.Namespace) -> tuple[date, date]:
    try:
        until = date.fromisoformat(options.until) if options.until else datetime.now(UTC).date()
    except ValueError:
        raise CommandError(f"{options.until}: not a date (write 2026-11-24)") from None
    if not 1 <= options.days <= 3_660:
        raise CommandError("--days must be from 1 to 3660")
    return until - timedelta(days=options.days - 1), until


def _domain(text: str) -> str:
    from scorer.domains import normalize_domain

    domain = normalize_domain(text)
    if domain is None:
        raise CommandError(f"{text}: not a domain name")
    return domain


def _put(options: argparse.Namespace, value: object, text: Callable[[], str]) -> None:
    if options.format == "json":
        write_output(options.output, msgspec.json.encode(value, enc_hook=str) + b"\n")
    else:
        write_output(options.output, text())


def _rates(store: Store, options: argparse.Namespace) -> None:
    from scorer.history.report import rates_report, rates_text

    since, until = _span(options)
    domain = _domain(options.domain) if options.domain else ""
    report = rates_report(_history(store, options), since, until, domain, options.by)
    _put(options, report, lambda: rates_text(report, language(options.language)))


def _trend(store: Store, options: argparse.Namespace) -> None:
    from scorer.history.report import trend_report, trend_text

    since, until = _span(options)
    report = trend_report(_history(store, options), _domain(options.domain), since, until)
    _put(options, report, lambda: trend_text(report, language(options.language)))


def _blocks(store: Store, options: argparse.Namespace) -> None:
    from scorer.history.report import blocks_report, blocks_text

    since, until = _span(options)
    domain = _domain(options.domain) if options.domain else ""
    report = blocks_report(_history(store, options), since, until, domain)
    _put(options, report, lambda: blocks_text(report, language(options.language)))


def _dmarc(store: Store, options: argparse.Namespace) -> None:
    from scorer.history.digest import digest, digest_html, digest_text

    _, until = _span(options)
    not_mine = frozenset(options.not_mine or ())
    value = digest(_history(store, options), _domain(options.domain), until, options.days, not_mine)
    write = digest_html if options.format == "html" else digest_text
    _put(options, value, lambda: write(value, language(options.language)))


def _erase(store: Store, options: argparse.Namespace) -> None:
    print(f"{_history(store, options).erase(options.address)} events removed")


def _forget(store: Store, options: argparse.Namespace) -> None:
    if options.older_than < 0:
        raise CommandError("--older-than counts days")
    day = datetime.now(UTC).date() - timedelta(days=min(options.older_than, 100_000))
    print(f"{_history(store, options).forget_before(day)} rows from before {day} removed")


def _rotate(store: Store, options: argparse.Namespace) -> None:
    print(f"{store.rotate_key()} recipients hashed anew; the key file is {store.key_path}")


def _tenants(store: Store, options: argparse.Namespace) -> None:
    write_output(None, "".join(f"{name}\n" for name in store.tenants()))


_ANSWERS: dict[str, Callable[[Store, argparse.Namespace], None]] = {
    "rates": _rates,
    "trend": _trend,
    "blocks": _blocks,
    "dmarc": _dmarc,
    "erase": _erase,
    "forget": _forget,
    "rotate-key": _rotate,
    "tenants": _tenants,
}
