"""Rates, trends and blocklists of a history, as values and as text."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import msgspec

from scorer.history.blocklists import blocks
from scorer.history.measures import METRICS, Metric, Tally, grouped, tally
from scorer.history.rates import (
    THRESHOLDS,
    Judgement,
    Rate,
    chance_higher,
    change_points,
    judge,
    volume_jumps,
)
from scorer.history.readers.postmaster import SOURCE, SPAM_RATE
from scorer.history.store import History
from scorer.history.values import DaySum, Total
from scorer.language import ENGLISH, Language
from scorer.unknown import Unknown

By = Literal["campaign", "domain", "provider"]
WARM_UP = 30
"""Days for which a new sender counts as warming up, by this program's own judgement: Gmail names no number
(https://support.google.com/mail/answer/81126, 2026-07-02)."""
NAMELESS = {"campaign": "(no campaign)", "domain": "(no sender)", "provider": "(no provider)"}
"""Groups of what has no name."""
BY = {"campaign": "campaign", "domain": "domain", "provider": "provider"}
METRIC_NAMES: dict[Metric, str] = {
    "complaint": "complaint",
    "bad-address": "bad address",
    "policy": "policy",
    "deferral": "deferral",
    "unsubscribe": "unsubscribe",
}
JUDGEMENTS: dict[Judgement, str] = {
    "above": "above",
    "below": "below",
    "not enough evidence": "not enough evidence",
}
CERTAIN = 0.975
"""A change against the window before is told from this probability on."""


class Judged(msgspec.Struct, frozen=True):
    """A rate against one threshold."""

    threshold: float
    meaning: str
    judgement: Judgement


class RateRow(msgspec.Struct, frozen=True):
    """One rate of one group. `higher_than_before` is the probability that it rose against the window before,
    None where one of the two is not known. `reason` says why the rate is unknown."""

    group: str
    metric: Metric
    rate: Rate | None
    reason: str
    judged: tuple[Judged, ...]
    higher_than_before: float | None


class RatesReport(msgspec.Struct, frozen=True):
    """The rates of all groups. `gmail` holds (domain, day, rate) of Google's Postmaster Tools, which are
    never added to what was counted."""

    since: date
    until: date
    by: By
    attempted: dict[str, int]
    rows: tuple[RateRow, ...]
    gmail: tuple[tuple[str, date, float], ...]


def rates_report(history: History, since: date, until: date, domain: str, by: By) -> RatesReport:
    """The rates from `since` to `until`, grouped, each against the window of the same length before."""
    length = until - since + timedelta(days=1)
    key = {"campaign": _campaign, "domain": _sender, "provider": _provider}[by]
    now = grouped(history.totals(since, until, domain), key)
    before = grouped(history.totals(since - length, since - timedelta(days=1), domain), key)
    rows = tuple(
        _rate_row(group, metric, counted, before.get(group))
        for group, counted in now.items()
        for metric in METRICS
    )
    names = [domain] if domain else list(history.domains())
    gmail = tuple(
        (name, day, rate)
        for name in names
        for day, rate in history.outside_rates(SOURCE, SPAM_RATE, name, since, until)
    )
    attempted = {group: counted.attempted for group, counted in now.items()}
    return RatesReport(since, until, by, attempted, rows, gmail)


def _campaign(row: Total) -> str:
    return row.campaign or NAMELESS["campaign"]


def _sender(row: Total) -> str:
    return row.sender_domain or NAMELESS["domain"]


def _provider(row: Total) -> str:
    return row.provider or NAMELESS["provider"]


def _rate_row(group: str, metric: Metric, counted: Tally, before: Tally | None) -> RateRow:
    found = counted.rate(metric)
    earlier = before.rate(metric) if before else None
    rising = chance_higher(found, earlier) if isinstance(found, Rate) and isinstance(earlier, Rate) else None
    return RateRow(
        group=group,
        metric=metric,
        rate=found if isinstance(found, Rate) else None,
        reason=found.reason if isinstance(found, Unknown) else "",
        judged=tuple(
            Judged(item.rate, item.meaning, judge(found, item.rate))
            for item in THRESHOLDS
            if item.metric == metric
        ),
        higher_than_before=rising,
    )


def rates_text(report: RatesReport, language: Language = ENGLISH) -> str:
    """The rates as plain text in `language`."""
    say = language.say
    lines = [
        say(
            "Rates from {since} to {until}, by {by}",
            since=str(report.since),
            until=str(report.until),
            by=say(BY[report.by]),
        )
    ]
    if not report.rows:
        lines.append(say("Nothing is known of these days."))
    names = {metric: say(name) for metric, name in METRIC_NAMES.items()}
    wide = max(13, *map(len, names.values()))
    group = None
    for row in report.rows:
        if row.group != group:
            group = row.group
            lines += ["", f"{_named(group, language)}: {_messages(report.attempted[group], language)}"]
        name = names[row.metric]
        if row.rate is None:
            lines.append(f"  {name:<{wide}} {say('unknown: {reason}', reason=row.reason)}")
            continue
        rate = row.rate
        text = say(
            "{rate} ({k} of {n}), with 95 % certainty {lower} to {upper}",
            rate=_percent(rate.rate, language),
            k=rate.k,
            n=rate.n,
            lower=_percent(rate.lower, language),
            upper=_percent(rate.upper, language),
        )
        if row.higher_than_before is not None and row.higher_than_before >= CERTAIN:
            text += "; " + say("higher than before")
        elif row.higher_than_before is not None and row.higher_than_before <= 1 - CERTAIN:
            text += "; " + say("lower than before")
        lines.append(f"  {name:<{wide}} {text}")
        for judged in row.judged:
            threshold, meaning = _percent(judged.threshold, language), language(judged.meaning)
            lines.append(f"      {threshold} ({meaning}): {say(JUDGEMENTS[judged.judgement])}")
    if report.gmail:
        lines += ["", say("Gmail's own spam rate (Postmaster Tools; of how many messages is not told)")]
        lines += [f"  {day}  {domain}  {_percent(rate, language)}" for domain, day, rate in report.gmail]
    return _joined(lines)


class Change(msgspec.Struct, frozen=True):
    """A rate that changed: from `day` on it was `after`."""

    metric: Metric
    day: date
    before: Rate
    after: Rate
    evidence: float


class JumpOn(msgspec.Struct, frozen=True):
    """A day with far more mail than any of the thirty before it."""

    day: date
    n: int
    usual: int


class TrendReport(msgspec.Struct, frozen=True):
    """How a sender's rates and volume went. `first` is the first day of the history for the domain: before
    it nothing is known, and a domain that has just begun is warming up."""

    domain: str
    since: date
    until: date
    first: date | None
    changes: tuple[Change, ...]
    jumps: tuple[JumpOn, ...]
    volumes: tuple[tuple[date, int], ...]


def trend_report(history: History, domain: str, since: date, until: date) -> TrendReport:
    """Change points of the rates and jumps of the volume."""
    by_day: dict[date, list[DaySum]] = {}
    for row in history.days(since, until, domain):
        by_day.setdefault(row.day, []).append(row)
    days = sorted(by_day)
    told = frozenset(row.kind for rows in by_day.values() for row in rows)
    # A day without complaints is one with none where the feed tells of them on other days.
    tallies = [msgspec.structs.replace(tally(by_day[day]), told=told) for day in days]
    changes: list[Change] = []
    for metric in METRICS:
        series = [_pair(counted, metric) for counted in tallies]
        changes.extend(
            Change(metric, days[found.index], found.before, found.after, found.evidence)
            for found in change_points(series)
        )
    every = [since + timedelta(days=step) for step in range((until - since).days + 1)]
    volume = {day: counted.attempted for day, counted in zip(days, tallies, strict=True)}
    jumps = volume_jumps([volume.get(day, 0) for day in every])
    return TrendReport(
        domain=domain,
        since=since,
        until=until,
        first=history.first_day(domain),
        changes=tuple(sorted(changes, key=lambda change: change.day)),
        jumps=tuple(JumpOn(every[jump.index], jump.n, jump.usual) for jump in jumps),
        volumes=tuple((day, n) for day in every if (n := volume.get(day, 0))),
    )


def _pair(counted: Tally, metric: Metric) -> tuple[int, int]:
    """(k, n) of a day; what cannot be a rate (a complaint on a day without mail) counts for nothing."""
    found = counted.rate(metric)
    return (found.k, found.n) if isinstance(found, Rate) else (0, 0)


def trend_text(report: TrendReport, language: Language = ENGLISH) -> str:
    """The trend as plain text in `language`."""
    say, plural = language.say, language.plural
    lines = [
        say(
            "{domain}, {since} to {until}",
            domain=report.domain,
            since=str(report.since),
            until=str(report.until),
        )
    ]
    if report.first is None:
        lines.append(say("The history holds no mail from it."))
        return _joined(lines)
    lines.append(say("The history begins on {day}.", day=str(report.first)))
    total = sum(n for _, n in report.volumes)
    most = max((n for _, n in report.volumes), default=0)
    lines.append(
        say(
            "{messages} on {days}, at most {most} on a day.",
            messages=_messages(total, language),
            days=plural("{count} day", "{count} days", len(report.volumes)),
            most=most,
        )
    )
    sent = [n for _, n in report.volumes]
    age = (report.until - report.first).days + 1
    if sent and age <= WARM_UP:
        lines.append(
            plural(
                "It is warming up: {count} day old as a sender. Gmail asks to raise the volume slowly, and not to "
                "double it suddenly. The last days' volumes: {volumes}.",
                "It is warming up: {count} days old as a sender. Gmail asks to raise the volume slowly, and not to "
                "double it suddenly. The last days' volumes: {volumes}.",
                age,
                volumes=", ".join(str(n) for n in sent[-10:]),
            )
        )
    lines += ["", say("Changes of rates")]
    for change in report.changes:
        lines.append(
            "  "
            + say(
                "{day}  {metric}: {before} ({k} of {n}) before, {after} ({later_k} of {later_n}) from then on",
                day=str(change.day),
                metric=say(METRIC_NAMES[change.metric]),
                before=_percent(change.before.rate, language),
                k=change.before.k,
                n=change.before.n,
                after=_percent(change.after.rate, language),
                later_k=change.after.k,
                later_n=change.after.n,
            )
        )
    if not report.changes:
        lines.append("  " + say("none for which there is enough evidence"))
    lines += ["", say("Jumps of the volume (more than twice the most of a day of the 30 before)")]
    for jump in report.jumps:
        told = say(
            "{messages}; at most {usual} before", messages=_messages(jump.n, language), usual=jump.usual
        )
        lines.append(f"  {jump.day}  {told}")
    if not report.jumps:
        lines.append("  " + say("none"))
    return _joined(lines)


class BlockRow(msgspec.Struct, frozen=True):
    """A blocklist, or a receiver's block, that rejections named, and what to do."""

    id: str
    name: str
    providers: dict[str, int]
    n: int
    act: str
    url: str


def blocks_report(history: History, since: date, until: date, domain: str) -> tuple[BlockRow, ...]:
    """The blocklists that rejections and deferrals named, the most frequent first."""
    found: dict[str, dict[str, int]] = {}
    for id, provider, n in history.blocklists(since, until, domain):
        found.setdefault(id, {})[provider or NAMELESS["provider"]] = n
    known = blocks()
    rows = [
        BlockRow(
            id=id,
            name=known[id].name if id in known else id,
            providers=providers,
            n=sum(providers.values()),
            act=known[id].act if id in known else "",
            url=known[id].url if id in known else "",
        )
        for id, providers in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.n, row.id)))


def blocks_text(rows: tuple[BlockRow, ...], language: Language = ENGLISH) -> str:
    """The blocklists as plain text in `language`."""
    if not rows:
        return language.say("No rejection of these days names a blocklist.") + "\n"
    lines = []
    for row in rows:
        where = ", ".join(f"{_named(name, language)} {n}" for name, n in row.providers.items())
        rejections = language.plural("{count} rejection", "{count} rejections", row.n)
        lines += [f"{row.name}: {rejections} ({where})", f"  {language(row.act)}", f"  {row.url}"]
    return _joined(lines)


def _named(group: str, language: Language) -> str:
    """A group's name; where it has none, that in words."""
    return language.say(group) if group in NAMELESS.values() else group


def _messages(count: int, language: Language) -> str:
    return language.plural("{count} message", "{count} messages", count)


def _percent(share: float, language: Language) -> str:
    return language.percent(100 * share, ".3g")


def _joined(lines: list[str]) -> str:
    # Swedish and Norwegian write thousands with a no-break space.
    return "".join(
        "".join(c if c.isprintable() or c == "\u00a0" else "�" for c in line) + "\n" for line in lines
    )
