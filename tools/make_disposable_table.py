"""Makes the table of disposable domains anew from the installed package `disposable-email-domains`.

    pip install disposable-email-domains
    python tools/make_disposable_table.py

The package carries the blocklist of https://github.com/disposable-email-domains/disposable-email-domains. Left
out are names that scorer/tables/freemail.txt, disposable_exceptions.txt and the misspellings of
scorer.recipients.typos know better, and names below another entry.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import sys
from pathlib import Path

import disposable_email_domains

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scorer.domains.tables import TABLES, entries  # noqa: E402
from scorer.recipients.typos import likely_typos  # noqa: E402


def table() -> str:
    """The table's text, sorted, one domain a line."""
    blocked = set(disposable_email_domains.blocklist)
    good = {line.split()[0] for line in (*entries("freemail.txt"), *entries("disposable_exceptions.txt"))}
    kept = blocked - good - likely_typos().keys()
    domains = sorted(name for name in kept if not any(parent in kept for parent in _parents(name)))
    version = importlib.metadata.version("disposable-email-domains")
    lines = [
        "# Domains of disposable (throw-away) mail addresses; names below an entry count too.",
        "# Source: https://github.com/disposable-email-domains/disposable-email-domains, blocklist, as packaged",
        f"# in disposable-email-domains {version}. Licence of the list: CC0 1.0.",
        f"# Date: {datetime.date.today()}. {len(domains)} domains; made by tools/make_disposable_table.py.",
        *domains,
    ]
    return "\n".join(lines) + "\n"


def _parents(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels) - 1)]


if __name__ == "__main__":
    (TABLES / "disposable_domains.txt").write_text(table(), encoding="ascii")
