"""The report on a list for a terminal, plain and no wider than it, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scorer.language import ENGLISH, Language
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
    "old": "signed up over a year ago; whether there were signs of life since is not known",
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


def report_text(report: Report, width: int = 80, language: Language = ENGLISH) -> str:
    """The report as text in `language`, `width` columns wide at most (40 at least)."""
    return "\n".join(line.rstrip() for line in _lines(report, _Page(max(width, 40), language))) + "\n"


class _Page:
    """The width of the page and the words of its language."""

    def __init__(self, width: int, language: Language) -> None:
        self.width = width
        self.language = language
        self.say = language.say
        self.plural = language.plural

    def heading(self, title: str) -> Iterator[str]:
        yield ""
        yield title

    def hanging(self, text: str, lead: str = "  ") -> Iterator[str]:
        indent = min(cell_width(lead), self.width // 2)
        for number, line in enumerate(wrap(text, self.width - indent)):
            yield (lead if number == 0 else " " * indent) + line

    def table(self, rows: Iterable[tuple[str, int, float | None]]) -> Iterator[str]:
        """Numbers first, so that long labels can wrap."""
        rows = list(rows)
        digits = max((len(self.language.grouped(number)) for _, number, _ in rows), default=0)
        shares = any(share is not None for _, _, share in rows)
        for label, number, share in rows:
            lead = f"  {self.language.grouped(number):>{digits}}"
            if shares:
                lead += f"  {'' if share is None else self.percent(share):>7}"
            yield from self.hanging(label, lead + "  ")

    def section(self, title: str, counts: Iterable[Count], labels: dict[str, str]) -> Iterator[str]:
        yield from self.heading(title)
        rows: list[tuple[str, int, float | None]] = []
        for count in counts:
            label = self.say(labels[count.id]) if count.id in labels else count.id
            if count.lines and self.width >= 72:
                lines = ", ".join(map(str, count.lines)) + (" …" if count.rows > len(count.lines) else "")
                label += " " + self.say("(line {lines})", lines=lines)
            rows.append((label, count.rows, count.share))
        yield from self.table(rows)

    def percent(self, share: float) -> str:
        percent = 100 * share
        if 0 < percent < 0.01:
            return "<" + self.language.percent(0.01, ".2f")
        # Neither nothing nor everything is said of what is only nearly so.
        if share < 1 and percent >= 99.95:
            return ">" + self.language.percent(99.9, ".1f")
        return self.language.percent(percent, ".2f" if percent < 1 else ".1f")


def _lines(report: Report, page: _Page) -> Iterator[str]:
    say = page.say
    yield from wrap(say("Recipients in {path}", path=visible(report.path, 200)), page.width)
    yield ""
    out = report.rows - report.kept
    yield from page.table(
        [
            (say("rows"), report.rows, None),
            (say("can be mailed"), report.kept, report.kept / max(report.rows, 1)),
            (say("left out"), out, out / max(report.rows, 1)),
        ]
    )
    used = ", ".join(
        f"{c.meaning} = {visible(c.header, 40) or say('column {number}', number=c.number)}"
        for c in report.columns
    )
    yield from page.hanging(used, f"  {say('Columns')}: ")
    if report.left_out:
        yield from page.section(say("Left out, each row once"), report.left_out, LABELS)
    kept = [count for count in report.findings if count.id not in {c.id for c in report.left_out}]
    if kept:
        yield from page.section(say("Kept, but look at them"), kept, LABELS)
    if report.malformed:
        yield from page.section(say("Rows that cannot be read"), report.malformed, FAULTS)
    if report.invalid:
        yield from page.section(say("Why they are no addresses"), report.invalid, FAULTS)
    if report.typos:
        yield from page.heading(say("Domains that are probably misspelt"))
        yield from page.table(
            (f"{visible(typo.domain, 60)} -> {visible(typo.meant, 60)}", typo.rows, None)
            for typo in report.typos
        )
    yield from _receiving(report, page)
    if report.roles:
        yield from page.section(say("Role accounts"), report.roles, ROLES)
    if report.disposable:
        yield from page.heading(say("Disposable addresses (a weak sign: lists of such domains err)"))
        yield from page.table((visible(name, 60), rows, None) for name, rows in report.disposable)
    yield from _domains(report, page)
    yield from _engagement(report, page)
    if report.opt_in:
        yield from page.heading(say("How consent was given"))
        yield from page.table((say(CONSENT[c.kind]), c.rows, c.share) for c in report.opt_in)
    if report.sources:
        yield from page.heading(say("Sources"))
        yield from page.table(
            (visible(name, 50) or say("(not stated)"), rows, None) for name, rows in report.sources
        )
    if any(indicator.rows for indicator in report.trap_indicators):
        yield from page.heading(say("Indicators of spam traps"))
        yield from page.table((say(TRAPS[i.id]), i.rows, i.share) for i in report.trap_indicators if i.rows)
        yield from page.hanging(
            say(
                "These are rows that look as traps do, not traps: nobody but their operators knows which they are."
            )
        )
    yield from _signups(report, page)
    if report.notes:
        yield from page.heading(say("Notes"))
        for note in report.notes:
            yield from page.hanging(page.language(note))
    if report.not_checked:
        yield from page.heading(say("Not checked"))
        for item in report.not_checked:
            yield from page.hanging(f"{page.language(item.what)}: {page.language(item.reason)}")


def _domains(report: Report, page: _Page) -> Iterator[str]:
    if not report.providers:
        return
    yield from page.heading(page.say("Where they are"))
    yield from page.table(
        (page.say("other domains") if c.id == "other" else visible(c.id, 60), c.rows, c.share)
        for c in report.providers
    )
    also = page.plural("{count} domain", "{count} domains", report.distinct_domains)
    if report.international_domains:
        also += "; " + page.plural(
            "{count} row at an international domain name",
            "{count} rows at international domain names",
            report.international_domains,
        )
    yield from page.hanging(also + ".")


def _receiving(report: Report, page: _Page) -> Iterator[str]:
    receiving = report.receiving
    if receiving is None:
        return
    say = page.say
    yield from page.heading(say("What the DNS says"))
    yield from page.hanging(
        say(
            "{answered} of {asked} domains asked for gave an answer; {unusable} of them take no mail.",
            answered=receiving.answered,
            asked=receiving.asked,
            unusable=receiving.unusable_domains,
        )
    )
    bad = [(f"{visible(u.domain, 60)} {say(NO_MAIL[u.why])}", u.rows, None) for u in receiving.unusable]
    bad += [
        (say("{domain} is parked, probably", domain=visible(u.domain, 60)), u.rows, None)
        for u in receiving.parked
    ]
    yield from page.table(bad)
    if receiving.providers:
        yield "  " + say("By mail exchanger:")
        yield from page.table(
            (say("other") if c.id == "other" else visible(c.id, 60), c.rows, c.share)
            for c in receiving.providers
        )


def _engagement(report: Report, page: _Page) -> Iterator[str]:
    engagement = report.engagement
    if engagement is None:
        return
    say = page.say
    measured = engagement.measured == "engaged"
    yield from page.heading(say("Signs of life") if measured else say("Age (since the sign-up)"))
    rows: list[tuple[str, int, float | None]] = []
    of = max(engagement.rows, 1)
    if measured:
        inactive = say("inactive: none for {days} days", days=engagement.days)
        rows.append((inactive, engagement.inactive, engagement.inactive_share))
        rows.append((say("never any"), engagement.never, engagement.never / of))
    rows.append((say("older than a year"), engagement.dormant, engagement.dormant / of))
    yield from page.table(rows)
    known = {"oldest": engagement.oldest_days, "median": engagement.median_days}
    yield from page.hanging(
        say("The oldest was last heard of {oldest} days ago, half of them within {median} days.", **known)
        if measured
        else say("The oldest signed up {oldest} days ago, half of them within {median} days.", **known)
    )


def _signups(report: Report, page: _Page) -> Iterator[str]:
    signups = report.signups
    if not signups.signs and not signups.bursts:
        return
    say, plural = page.say, page.plural
    yield from page.heading(say("Sign-ups"))
    if signups.signs:
        signs = "; ".join(say(SIGNS[sign]) for sign in signups.signs)
        yield from page.hanging(say("Possible signs of subscription bombing: {signs}.", signs=signs))
    for burst in signups.bursts:
        yield from page.hanging(_burst(burst, page))
    for source in signups.addresses:
        yield from page.hanging(
            plural(
                "{count} sign-up ({share}) from {address}",
                "{count} sign-ups ({share}) from {address}",
                source.signups,
                share=page.percent(source.share),
                address=visible(source.address, 60),
            )
        )
    if signups.numbered:
        yield from page.hanging(
            plural(
                "{count} address in consecutive rows differs by a rising number alone",
                "{count} addresses in consecutive rows differ by a rising number alone",
                signups.numbered,
            )
        )
    if signups.linked_names:
        yield from page.hanging(
            plural("{count} name holds a link", "{count} names hold a link", signups.linked_names)
        )
    if "spellings" in signups.signs:
        yield from page.hanging(say("one mailbox is spelt in {count} ways", count=signups.most_spellings))


def _burst(burst: Burst, page: _Page) -> str:
    say, plural = page.say, page.plural
    text = plural(
        "{start}: {count} sign-up, usually {usual:g} ({what})",
        "{start}: {count} sign-ups, usually {usual:g} ({what})",
        burst.signups,
        start=burst.start,
        usual=float(burst.usual),
        what=say("probably an import") if burst.kind == "import" else say("burst"),
    )
    more = []
    if burst.never_engaged >= 0:
        more.append(say("{count} never reacted", count=burst.never_engaged))
    if burst.unconfirmed >= 0:
        more.append(say("{count} not confirmed", count=burst.unconfirmed))
    if burst.top_ip >= 0:
        more.append(say("{count} from one address", count=burst.top_ip))
    more.append(say("{count} at freemail providers", count=burst.freemail))
    if burst.government:
        more.append(say("{count} at governments", count=burst.government))
    return f"{text}: {', '.join(more)}"
