"""`score ingest`: bounces, complaints, reports and webhooks into the history."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from scorer.commands.common import BELOW_PAR, NEEDS_HISTORY, OK, USAGE, CommandError, write_output


def run(options: argparse.Namespace) -> int:
    """Take everything in. Exit status 1 where something was broken, 2 where nothing could be read."""
    try:
        from scorer.history.ingest import ingest
        from scorer.history.store import Store, StoreError
    except ImportError:
        raise CommandError(NEEDS_HISTORY) from None
    from scorer.domains import normalize_domain

    domain = normalize_domain(options.domain) if options.domain else ""
    if domain is None:
        raise CommandError(f"{options.domain}: not a domain name")
    sums = dict.fromkeys(("items", "again", "events", "counts", "rates", "reports"), 0)
    broken: list[dict[str, str]] = []
    progress = sys.stderr.isatty() and not options.quiet
    try:
        with Store.open(options.history, options.key, create=True) as store:
            history = store.history(options.tenant, create=True)
            for item in ingest(history, options.paths, datetime.now(UTC).date(), domain):
                sums["items"] += 1
                sums["again"] += item.again
                for name in ("events", "counts", "rates", "reports"):
                    sums[name] += getattr(item, name)
                if item.problem:
                    broken.append({"name": item.name, "problem": item.problem})
                    _say(f"{item.name}: {item.problem}", progress)
                for note in item.notes:
                    _say(f"{item.name}: {note}", progress)
                if progress and sums["items"] % 50 == 0:
                    print(f"\r{sums['items']} items", end="", file=sys.stderr)
    except (FileNotFoundError, StoreError) as error:
        raise CommandError(str(error)) from None
    if progress:
        print("\r" + " " * 20 + "\r", end="", file=sys.stderr)
    if options.format == "json":
        import msgspec

        write_output(None, msgspec.json.encode({**sums, "broken": broken}) + b"\n")
    else:
        read = sums["items"] - len(broken) - sums["again"]
        print(
            f"{read} taken in ({sums['events']} events, {sums['counts']} counts, {sums['rates']} rates, "
            f"{sums['reports']} DMARC reports), {sums['again']} known already, {len(broken)} not usable"
        )
    if len(broken) == sums["items"]:
        return USAGE
    return BELOW_PAR if broken else OK


def _say(text: str, progress: bool) -> None:
    print(("\r" if progress else "") + " ".join(text.split()), file=sys.stderr)
