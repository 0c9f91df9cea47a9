"""What a history says of a sender, as facts of the audience. A sender without history is unknown."""

from __future__ import annotations

from datetime import date, timedelta

from scorer.domains import normalize_domain, organizational_domain_psl
from scorer.history.blocklists import blocks
from scorer.history.measures import Metric, Tally, tally
from scorer.history.rates import Rate
from scorer.history.readers.postmaster import SOURCE, SPAM_RATE
from scorer.history.store import History, Store
from scorer.history.values import DaySum
from scorer.said import say
from scorer.sending import Audience
from scorer.unknown import Unknown

WINDOW = 30
"""Days over which rates are measured."""
GMAIL_WINDOW = 7
"""Days of Gmail's own spam rate: above 0.3 % it gives no help until seven days in a row were below
(https://support.google.com/a/answer/14229414, 2026-03-11)."""
LEAST_NAMED = 2
"""A single rejection that names a blocklist can be one receiver's mistake."""


class SenderHistory:
    """One tenant's history as the facts stage is handed it (`scorer.facts.audience.History`)."""

    def __init__(self, store: Store, tenant: str, now: date) -> None:
        self.history = store.history(tenant)
        self.now = now
        self._known: dict[str, Audience] = {}

    def audience(self, sender_domain: str) -> Audience:
        """What is known of the audience of mail from a domain; looked up once for each domain."""
        if sender_domain not in self._known:
            self._known[sender_domain] = of_sender(self.history, sender_domain, self.now)
        return self._known[sender_domain]


def audience_for(history: Store, tenant: str, sender_domain: str, now: date) -> Audience:
    """The audience facts of a sender, from the last 30 days of one tenant's history.

    Mail of the whole organizational domain counts, as Gmail counts it. Rates come with the number of messages
    they were measured on; Gmail's own rate, which has none, stays apart from them.

    Raises:
        scorer.history.store.StoreError: the tenant is not known.
    """
    return of_sender(history.history(tenant), sender_domain, now)


def of_sender(history: History, sender_domain: str, now: date) -> Audience:
    """`audience_for` within one tenant's history."""
    domain = normalize_domain(sender_domain) or sender_domain.lower()
    domain = organizational_domain_psl(domain) or domain
    since = now - timedelta(days=WINDOW - 1)
    counted = tally(history.totals(since, now, domain))
    complaint, complaint_n = _rate(counted, "complaint", domain)
    bounce, bounce_n = _rate(counted, "bad-address", domain)
    unsubscribe, unsubscribe_n = _rate(counted, "unsubscribe", domain)
    return Audience(
        complaint_rate=complaint,
        complaint_n=complaint_n,
        bounce_rate=bounce,
        bounce_n=bounce_n,
        unsubscribe_rate=unsubscribe,
        unsubscribe_n=unsubscribe_n,
        first_send=False
        if history.first_day(domain) is not None
        else Unknown(say("the history holds no mail from {domain}", domain=domain)),
        gmail_spam_rate=_gmail(history, domain, sender_domain, now),
        blocked_by=_blocked_by(history, domain, since, now, counted),
        most_per_day=_most_per_day(history.days(since, now, domain), domain),
    )


def _rate(counted: Tally, metric: Metric, domain: str) -> tuple[float | Unknown, int | Unknown]:
    found = counted.rate(metric)
    if isinstance(found, Rate):
        return found.rate, found.n
    if counted.attempted == 0:
        found = Unknown(
            say("the history holds no mail from {domain} in the last {days} days", domain=domain, days=WINDOW)
        )
    elif metric == "complaint" and "complaint" in counted.told and counted.reporting == 0:
        found = Unknown(
            say("mail from {domain} went to providers only that do not report complaints", domain=domain)
        )
    return found, found


def _gmail(history: History, domain: str, sender_domain: str, now: date) -> float | Unknown:
    """The highest of the newest days' spam rates, for the organizational domain or the sender's own."""
    since = now - timedelta(days=WINDOW - 1)
    days = {
        day: rate
        for name in {domain, sender_domain}
        for day, rate in history.outside_rates(SOURCE, SPAM_RATE, name, since, now)
    }
    if not days:
        return Unknown("no spam rate of Gmail's Postmaster Tools is known")
    newest = max(days)
    return max(rate for day, rate in days.items() if day > newest - timedelta(days=GMAIL_WINDOW))


def _blocked_by(
    history: History, domain: str, since: date, now: date, counted: Tally
) -> tuple[str, ...] | Unknown:
    named: dict[str, int] = {}
    for name, _, n in history.blocklists(since, now, domain):
        named[name] = named.get(name, 0) + n
    often = sorted((name for name, n in named.items() if n >= LEAST_NAMED), key=lambda name: -named[name])
    found = tuple(known[name].name if name in (known := blocks()) else name for name in often)
    if not found and "bounce" not in counted.told:
        return Unknown(
            say(
                "the history holds no bounces of mail from {domain} in the last {days} days",
                domain=domain,
                days=WINDOW,
            )
        )
    return found


def _most_per_day(days: tuple[DaySum, ...], domain: str) -> int | Unknown:
    by_day: dict[date, list[DaySum]] = {}
    for row in days:
        by_day.setdefault(row.day, []).append(row)
    most = max((tally(rows).attempted for rows in by_day.values()), default=0)
    return most or Unknown(
        say("the history holds no mail from {domain} in the last {days} days", domain=domain, days=WINDOW)
    )
