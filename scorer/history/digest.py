"""The DMARC digest of a domain: one value, as text and as a self-contained page with a plot."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from scorer.history.monitor import (
    UNREADABLE,
    Answer,
    Day,
    Readiness,
    Sender,
    Standing,
    by_day,
    readiness,
    senders,
)
from scorer.history.store import History
from scorer.language import ENGLISH, Language

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


STANDINGS: dict[Standing, str] = {
    "passes": "passes",
    "passes in part": "passes in part",
    "forwards": "forwards",
    "authenticates as another": "authenticates as another",
    "nothing passes": "nothing passes",
}
ANSWERS: dict[Answer, str] = {
    "yes": "Yes",
    "not yet": "Not yet",
    "not enough evidence": "Not enough evidence",
}


class Words:
    """What the text and the page say in the same words."""

    def __init__(self, language: Language) -> None:
        self.language, self.say, self.plural = language, language.say, language.plural

    def reports(self, value: Digest) -> str:
        """How many reports there are, and from how many."""
        return self.say(
            "{reports} from {receivers}",
            reports=self.plural("{count} report", "{count} reports", value.reports),
            receivers=self.plural("{count} receiver", "{count} receivers", len(value.reporters)),
        )

    def policy(self, value: Digest) -> str:
        """The policy that is published."""
        return self.say("published policy: {policy}", policy=value.policy or self.say("not known"))

    def passed(self, value: Digest) -> str:
        """How much of the mail passed."""
        share = self.percent(value.passed, value.n)
        return self.say("{k} of {n} messages passed ({share})", k=value.passed, n=value.n, share=share)

    def earlier(self, value: Digest) -> str:
        """How much passed before."""
        k, n = value.earlier
        return self.say("Before: {k} of {n} ({share})", k=k, n=n, share=self.percent(k, n))

    def standing(self, sender: Sender) -> str:
        """How a sender's mail fares."""
        return self.say(STANDINGS[sender.standing])

    def name(self, sender: Sender) -> str:
        """Who it is."""
        return self.say(UNREADABLE) if sender.name == UNREADABLE else sender.name

    def answer(self, value: Digest) -> str:
        """Whether the policy may be stricter."""
        return self.say(ANSWERS[value.readiness.answer])

    def judged(self) -> str:
        """From what that is told."""
        return self.say("Judged from the last {days} days", days=LOOK_BACK)

    def percent(self, k: int, n: int) -> str:
        """A share, "–" of nothing."""
        return self.language.percent(100 * k / n, ".1f") if n else "–"

    def places(self, sender: Sender) -> str:
        """Some of a sender's addresses."""
        more = sender.address_count - len(sender.addresses[:3])
        also = " " + self.plural("and {count} more", "and {count} more", more) if more > 0 else ""
        return ", ".join(sender.addresses[:3]) + also


def digest_text(value: Digest, language: Language = ENGLISH) -> str:
    """The digest as plain text in `language`."""
    words = Words(language)
    say = language.say
    span = {"since": str(value.since), "until": str(value.until)}
    lines = [
        say("DMARC of {domain}, {since} to {until}", domain=value.domain, **span),
        f"{words.reports(value)}; {words.policy(value)}",
        "",
    ]
    if value.n == 0:
        lines.append(say("No report counts any mail of these days."))
    else:
        lines.append(words.passed(value) + ".")
        if value.earlier[1]:
            lines.append(words.earlier(value) + ".")
        lines += ["", say("Who sends as the domain")]
        for sender in value.senders:
            mark = f" ({say('new')})" if sender.name in value.new else ""
            dkim, spf = words.percent(sender.dkim, sender.n), words.percent(sender.spf, sender.n)
            lines.append(
                f"  {sender.n:>9}  {words.name(sender)}{mark}: {words.standing(sender)}; DKIM {dkim}, SPF {spf}; "
                f"{words.places(sender)}"
            )
        if value.unknown:
            lines += ["", say("Not known to be yours: nothing from them has passed")]
            for sender in value.unknown:
                count = language.plural("{count} message", "{count} messages", sender.n)
                lines.append(f"  {words.name(sender)} ({count})")
    lines += ["", f"{say('Is it safe to move to p=quarantine?')} {words.answer(value)}. {words.judged()}:"]
    lines += [f"  - {language(reason)}" for reason in value.readiness.reasons]
    return "\n".join(_printable(line) for line in lines) + "\n"


def digest_html(value: Digest, language: Language = ENGLISH) -> str:
    """The digest as one page that fetches nothing, in `language`."""
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
        words=Words(language),
        say=language.say,
        language=language,
        width=640 / max(1, len(value.days)),
    )


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() or char == "\u00a0" else "�" for char in text)
