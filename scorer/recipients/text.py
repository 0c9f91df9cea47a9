"""The report on a list for a terminal, plain and no wider than it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scorer.recipients.report import Burst, Count, Report
from scorer.render.visible import cell_width, visible, wrap

LABELS = {
    "malformed": "rows that cannot be read",
    "empty": "rows without an address",
    "invalid": "not a mail address",
    "unknown-tld": "top-level domain that does not exist",
    "typo": "misspelt domain, probably",
    "no-mail": "domain that takes no mail",
    "suppressed": "on a suppression list",
    "opted-out": "unsubscribed or complained",
    "bounced": "bounced before",
    "duplicate": "duplicate",
    "disposable": "disposable address",
    "role": "role account",
    "same": "probably the same mailbox as another",
    "inactive": "inactive",
    "smtputf8": "needs SMTPUTF8 (RFC 6531)",
    "parked": "parked domain, probably",
}
FAULTS = {
    "no-at": "no @",
    "several-at": "more than one @",
    "empty-part": "nothing before or after the @",
    "dots": "a dot at an end, or two together",
    "space": "a space inside",
    "character": "a character that is not allowed",
    "too-long": "too long",
    "no-dot": "domain without a dot",
    "reserved": "reserved domain (RFC 6761)",
    "idn": "wrong international domain name",
    "domain": "wrong domain name",
    "quoted": "quoted local part",
    "ip-address": "IP address in place of a domain",
    "nul": "NUL character",
    "quotes": "quotes that do not close, or text after them",
}
ROLES = {
    "desk": "abuse and network desks (the people who report spam)",
    "machine": "addresses that nobody reads",
    "business": "business functions (info, sales, support …)",
    "list": "distribution lists",
}
TRAPS = {
    "typo": "at misspelt domains, which trap operators register",
    "role": "role accounts, which nobody signs up by name",
    "pristine-like": "imported or bought, and never a sign of life",
    "dormant": "no sign of life for over a year",
    "recycled-like": "dormant for over a year, then bounced",
    "parked": "at parked domains",
}
NO_MAIL = {
    "no-domain": "does not exist",
    "null-mx": "says that it takes no mail",
    "no-mx": "has no mail server",
    "nowhere": "names no mail server that can be reached",
}
CONSENT = {
    "confirmed": "confirmed (double opt-in)",
    "single": "single opt-in",
    "imported": "imported",
    "purchased": "purchased",
    "none": "none given",
    "unstated": "not stated",
}
SIGNS = {
    "burst": "many sign-ups at once",
    "one-source": "many sign-ups from one address",
    "numbered": "addresses that were numbered through",
    "linked-names": "names with links in them",
    "spellings": "many spellings of one mailbox",
}


def report_text(report: Report, width: int = 80) -> str:
    """The report as text, `width` columns wide at most (40 at least)."""
    return "\n".join(line.rstrip() for line in _lines(report, max(width, 40))) + "\n"


def _lines(report: Report, width: int) -> Iterator[str]:
    yield from wrap(f"Recipients in {visible(report.path, 200)}", width)
    yield ""
    out = report.rows - report.kept
    yield from _table(
        [
            ("rows", report.rows, None),
            ("can be mailed", report.kept, report.kept / max(report.rows, 1)),
            ("left out", out, out / max(report.rows, 1)),
        ],
        width,
    )
    used = ", ".join(f"{c.meaning} = {visible(c.header, 40) or f'column {c.number}'}" for c in report.columns)
    yield from _hanging("  Columns: ", used, width)
    if report.left_out:
        yield from _section("Left out, each row once", report.left_out, LABELS, width)
    said = [count for count in report.findings if count.id not in {c.id for c in report.left_out}]
    if said:
        yield from _section("Kept, but look at them", said, LABELS, width)
    if report.malformed:
        yield from _section("Rows that cannot be read", report.malformed, FAULTS, width)
    if report.invalid:
        yield from _section("Why they are no addresses", report.invalid, FAULTS, width)
    if report.typos:
        yield from _heading("Domains that are probably misspelt")
        shown = [
            (f"{visible(typo.domain, 60)} -> {visible(typo.meant, 60)}", typo.rows, None)
            for typo in report.typos
        ]
        yield from _table(shown, width)
    yield from _receiving(report, width)
    if report.roles:
        yield from _section("Role accounts", report.roles, ROLES, width)
    if report.disposable:
        yield from _heading("Disposable addresses (a weak sign: lists of such domains err)")
        yield from _table([(visible(name, 60), rows, None) for name, rows in report.disposable], width)
    if report.providers:
        yield from _heading("Where they are")
        yield from _table(
            [
                (("other domains" if c.id == "other" else visible(c.id, 60)), c.rows, c.share)
                for c in report.providers
            ],
            width,
        )
        also = f"{report.distinct_domains} domains"
        if report.international_domains:
            also += f"; {report.international_domains} rows at international domain names"
        yield from _hanging("  ", also + ".", width)
    yield from _engagement(report, width)
    if report.opt_in:
        yield from _heading("How consent was given")
        yield from _table([(CONSENT[c.kind], c.rows, c.share) for c in report.opt_in], width)
    if report.sources:
        yield from _heading("Sources")
        yield from _table(
            [(visible(n, 50) or "(not stated)", rows, None) for n, rows in report.sources], width
        )
    if any(indicator.rows for indicator in report.trap_indicators):
        yield from _heading("Indicators of spam traps")
        yield from _table([(TRAPS[i.id], i.rows, i.share) for i in report.trap_indicators if i.rows], width)
        yield from _hanging(
            "  ",
            "These are rows that look as traps do, not traps: nobody but their operators knows which they are.",
            width,
        )
    yield from _signups(report, width)
    if report.notes:
        yield from _heading("Notes")
        for note in report.notes:
            yield from _hanging("  ", note, width)
    if report.not_checked:
        yield from _heading("Not checked")
        for item in report.not_checked:
            yield from _hanging("  ", f"{item.what}: {item.reason}", width)


def _receiving(report: Report, width: int) -> Iterator[str]:
    receiving = report.receiving
    if receiving is None:
        return
    yield from _heading("What the DNS says")
    yield from _hanging(
        "  ",
        f"{receiving.answered} of {receiving.asked} domains asked for gave an answer; "
        f"{receiving.unusable_domains} of them take no mail.",
        width,
    )
    bad = [(f"{visible(u.domain, 60)} {NO_MAIL[u.why]}", u.rows, None) for u in receiving.unusable]
    bad += [(f"{visible(u.domain, 60)} is parked, probably", u.rows, None) for u in receiving.parked]
    yield from _table(bad, width)
    if receiving.providers:
        yield "  By mail exchanger:"
        yield from _table(
            [
                (("other" if c.id == "other" else visible(c.id, 60)), c.rows, c.share)
                for c in receiving.providers
            ],
            width,
        )


def _engagement(report: Report, width: int) -> Iterator[str]:
    engagement = report.engagement
    if engagement is None:
        return
    yield from _heading("Signs of life" if engagement.measured == "engaged" else "Age (since the sign-up)")
    rows: list[tuple[str, int, float | None]] = []
    of = max(engagement.rows, 1)
    if engagement.measured == "engaged":
        rows.append(
            (f"inactive: none for {engagement.days} days", engagement.inactive, engagement.inactive_share)
        )
        rows.append(("never any", engagement.never, engagement.never / of))
    rows.append(("older than a year", engagement.dormant, engagement.dormant / of))
    yield from _table(rows, width)
    yield from _hanging(
        "  ",
        f"The oldest was last heard of {engagement.oldest_days} days ago, half of them within "
        f"{engagement.median_days} days.",
        width,
    )


def _signups(report: Report, width: int) -> Iterator[str]:
    signups = report.signups
    if not signups.signs and not signups.bursts:
        return
    yield from _heading("Sign-ups")
    if signups.signs:
        signs = "; ".join(SIGNS[sign] for sign in signups.signs)
        yield from _hanging("  ", f"Possible signs of subscription bombing: {signs}.", width)
    for burst in signups.bursts:
        yield from _hanging("  ", _burst(burst), width)
    for source in signups.addresses:
        yield from _hanging(
            "  ",
            f"{source.signups} sign-ups ({_percent(source.share)}) from {visible(source.address, 60)}",
            width,
        )
    if signups.numbered:
        yield from _hanging(
            "  ", f"{signups.numbered} addresses in consecutive rows differ by a rising number alone", width
        )
    if signups.linked_names:
        yield from _hanging("  ", f"{signups.linked_names} names hold a link", width)
    if "spellings" in signups.signs:
        yield from _hanging("  ", f"one mailbox is spelt in {signups.most_spellings} ways", width)


def _burst(burst: Burst) -> str:
    what = "probably an import" if burst.kind == "import" else "burst"
    text = f"{burst.start}: {burst.signups} sign-ups, usually {burst.usual:g} ({what})"
    more = []
    if burst.never_engaged >= 0:
        more.append(f"{burst.never_engaged} never reacted")
    if burst.unconfirmed >= 0:
        more.append(f"{burst.unconfirmed} not confirmed")
    if burst.top_ip >= 0:
        more.append(f"{burst.top_ip} from one address")
    more.append(f"{burst.freemail} at freemail providers")
    if burst.government:
        more.append(f"{burst.government} at governments")
    return f"{text}: {', '.join(more)}"


def _section(title: str, counts: Iterable[Count], labels: dict[str, str], width: int) -> Iterator[str]:
    yield from _heading(title)
    rows: list[tuple[str, int, float | None]] = []
    for count in counts:
        label = labels.get(count.id, count.id)
        if count.lines and width >= 72:
            label += (
                f" (line {', '.join(map(str, count.lines))}{' …' if count.rows > len(count.lines) else ''})"
            )
        rows.append((label, count.rows, count.share))
    yield from _table(rows, width)


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield title


def _table(rows: Iterable[tuple[str, int, float | None]], width: int) -> Iterator[str]:
    """Numbers first, so that long labels can wrap."""
    rows = list(rows)
    digits = max((len(f"{number:,}") for _, number, _ in rows), default=0)
    shares = any(share is not None for _, _, share in rows)
    for label, number, share in rows:
        lead = f"  {number:>{digits},}"
        if shares:
            lead += f"  {'' if share is None else _percent(share):>7}"
        yield from _hanging(lead + "  ", label, width)


def _percent(share: float) -> str:
    percent = 100 * share
    if 0 < percent < 0.01:
        return "<0.01 %"
    # Neither nothing nor everything is said of what is only nearly so.
    if share < 1 and percent >= 99.95:
        return ">99.9 %"
    return f"{percent:.2f} %" if percent < 1 else f"{percent:.1f} %"


def _hanging(lead: str, text: str, width: int) -> Iterator[str]:
    indent = min(cell_width(lead), width // 2)
    for number, line in enumerate(wrap(text, width - indent)):
        yield (lead if number == 0 else " " * indent) + line
