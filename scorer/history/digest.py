"""The DMARC digest of a domain: one value, as text and as a self-contained page with a plot."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from scorer.history.monitor import Day, Readiness, Sender, by_day, readiness, senders
from scorer.history.store import History

LOOK_BACK = 30
"""Days that the question of a stricter policy is answered from."""
MAX_SENDERS = 50


class Digest(msgspec.Struct, frozen=True):
    """What the reports say of a domain from `since` to `until`. `unknown` are senders of which nothing has
    passed; `new` those that the days before did not show; `earlier` counts (passed, n) of as many days before."""

    domain: str
    since: date
    until: date
    policy: str
    reports: int
    reporters: tuple[str, ...]
    n: int
    passed: int
    earlier: tuple[int, int]
    senders: tuple[Sender, ...]
    new: tuple[str, ...]
    days: tuple[Day, ...]
    readiness: Readiness

    @property
    def unknown(self) -> tuple[Sender, ...]:
        """Senders of which nothing has passed."""
        return tuple(sender for sender in self.senders if sender.unknown)


def digest(
    history: History, domain: str, until: date, days: int = 7, not_mine: frozenset[str] = frozenset()
) -> Digest:
    """The digest of the last `days` days up to `until`; the policy is judged from at least 30. `not_mine`
    names senders that are known to be somebody else's."""
    since = until - timedelta(days=days - 1)
    before = since - timedelta(days=days)
    longer = history.sources(domain, min(before, until - timedelta(days=LOOK_BACK - 1)), until)
    current = [source for source in longer if source.day >= since]
    earlier = [source for source in longer if before <= source.day < since]
    found = senders(current)
    known = {sender.name for sender in senders([source for source in longer if source.day < since])}
    reporters = history.reporters(domain, since, until)
    policy = history.policy(domain, until)
    return Digest(
        domain=domain,
        since=since,
        until=until,
        policy=policy,
        reports=sum(n for _, n, _ in reporters),
        reporters=tuple(org for org, _, _ in reporters),
        n=sum(sender.n for sender in found),
        passed=sum(sender.passed for sender in found),
        earlier=(
            sum(source.n for source in earlier if source.dkim_aligned or source.spf_aligned),
            sum(source.n for source in earlier),
        ),
        senders=found[:MAX_SENDERS],
        new=tuple(sender.name for sender in found if sender.name not in known) if known else (),
        days=_filled(by_day(current), since, until),
        readiness=readiness(longer, policy, not_mine),
    )


def _filled(days: tuple[Day, ...], since: date, until: date) -> tuple[Day, ...]:
    """The days with those in between on which nothing was reported."""
    known = {day.day: day for day in days}
    span = (until - since).days + 1
    return tuple(
        known.get(day, Day(day, 0, 0)) for day in (since + timedelta(days=step) for step in range(span))
    )


def digest_text(value: Digest) -> str:
    """The digest as plain text."""
    lines = [
        f"DMARC of {value.domain}, {value.since} to {value.until}",
        f"{value.reports} reports from {len(value.reporters)} receivers; published policy: "
        f"{value.policy or 'not known'}",
        "",
    ]
    if value.n == 0:
        lines.append("No report counts any mail of these days.")
    else:
        lines.append(f"{value.passed} of {value.n} messages passed ({_percent(value.passed, value.n)}).")
        if value.earlier[1]:
            lines.append(f"Before: {value.earlier[0]} of {value.earlier[1]} ({_percent(*value.earlier)}).")
        lines += ["", "Who sends as the domain"]
        for sender in value.senders:
            mark = " (new)" if sender.name in value.new else ""
            lines.append(
                f"  {sender.n:>9}  {sender.name}{mark}: {sender.standing}; DKIM {_percent(sender.dkim, sender.n)}, "
                f"SPF {_percent(sender.spf, sender.n)}; {_places(sender)}"
            )
        if value.unknown:
            lines += ["", "Not known to be yours: nothing from them has passed"]
            lines += [f"  {sender.name} ({sender.n} messages)" for sender in value.unknown]
    answer = value.readiness.answer.capitalize()
    lines += ["", f"Is it safe to move to p=quarantine? {answer}. Judged from the last {LOOK_BACK} days:"]
    lines += [f"  - {reason}" for reason in value.readiness.reasons]
    return "\n".join(_printable(line) for line in lines) + "\n"


def digest_html(value: Digest) -> str:
    """The digest as one page that fetches nothing."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("scorer.history", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = _printable
    most = max((day.passed + day.failed for day in value.days), default=0) or 1
    return environment.get_template("digest.html").render(
        digest=value,
        most=most,
        percent=_percent,
        places=_places,
        look_back=LOOK_BACK,
        width=640 / max(1, len(value.days)),
    )


def _percent(k: int, n: int) -> str:
    return f"{100 * k / n:.1f} %" if n else "–"


def _places(sender: Sender) -> str:
    more = sender.address_count - len(sender.addresses[:3])
    return ", ".join(sender.addresses[:3]) + (f" and {more} more" if more > 0 else "")


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text)
