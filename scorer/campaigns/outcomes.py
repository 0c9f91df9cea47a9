"""What happened to past campaigns, joined to their rows by id, Message-ID, path, or subject."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from scorer.campaigns.items import shown

Kind = Literal["spam", "refused", "complained", "bounced", "unsubscribed"]
KINDS: tuple[Kind, ...] = ("spam", "refused", "complained", "bounced", "unsubscribed")
TITLES: dict[Kind, str] = {
    "spam": "placed in spam",
    "refused": "refused by filters or policy",
    "complained": "complaints",
    "bounced": "bounced, all classes",
    "unsubscribed": "unsubscribed",
}
EVENT: tuple[Kind, ...] = ("spam", "refused")
"""What the risk is about; the other kinds are its neighbours, of which only the order can be compared."""


class Counts(msgspec.Struct, frozen=True):
    """`bad` of `of` for one kind of outcome."""

    bad: int
    of: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.bad + other.bad, self.of + other.of)


class Outcome(msgspec.Struct, frozen=True):
    """One line of a table of outcomes. `keys` are what a message's row may be found by, the most telling
    first; `hints` (a name, a subject) find it only where no other campaign has them."""

    keys: tuple[str, ...]
    counts: dict[Kind, Counts]
    provider: str = ""
    hints: tuple[str, ...] = ()


class Observed(msgspec.Struct, frozen=True):
    """One campaign: what was predicted for it, why, and what happened.

    A campaign of several messages is predicted by the mean of its messages; a rule counts as found where at
    least half of them have it, and so does a word. `words` are those that weigh most in the messages; all their
    words are not kept.
    """

    name: str
    subject: str
    sender: str
    date: str
    log_odds: float
    messages: int
    contributions: dict[str, float]
    findings: tuple[str, ...]
    counts: dict[Kind, Counts]
    by_provider: dict[str, dict[Kind, Counts]] = {}
    words: tuple[str, ...] = ()


def path_keys(folder: str, path: str, member: str) -> Iterator[str]:
    """Keys of a message's place; a relative path counts from `folder` or from here."""
    ends = f"#{member}" if member else ""
    if "\0" not in path:
        for place in dict.fromkeys((os.path.join(folder, path), path)):  # noqa: PTH118
            yield f"path:{os.path.realpath(place)}{ends}"
    yield f"name:{path}{ends}"


def message_key(message_id: str) -> str:
    """The key of a Message-ID, "" for none."""
    given = message_id.strip().strip("<>")
    return f"message-id:{given.lower()}" if given else ""


def campaign_key(name: str) -> str:
    """The key of a campaign's id or name, "" for none."""
    return f"campaign:{name.strip().lower()}" if name.strip() else ""


def subject_key(subject: str) -> str:
    """The key of a subject, whatever its case and spacing, "" for none."""
    words = subject.lower().split()
    return f"subject:{' '.join(words)}" if words else ""


def _row_keys(row: Mapping[str, Any]) -> Iterator[str]:
    path, member = str(row["path"]), str(row.get("member") or "")
    yield from path_keys("", path, member)
    if member:
        yield f"name:{member}"
    yield message_key(str(row.get("message_id") or ""))
    campaign = str(row.get("campaign") or "")
    yield campaign_key(campaign)
    # Services put their account's id before the campaign's.
    yield campaign_key(campaign.rsplit(".", 1)[-1])
    yield subject_key(str(row.get("subject") or ""))


class Joined(msgspec.Struct, frozen=True):
    """The campaigns with both a prediction and an outcome, and what found no partner."""

    campaigns: tuple[Observed, ...]
    rows_without: int
    outcomes_without: int


def join(rows: Iterable[Mapping[str, Any]], outcomes: tuple[Outcome, ...]) -> Joined:
    """Match rows and outcomes. Outcomes that share a key (one for each provider) are one campaign's."""
    by_key: dict[str, int] = {}
    group: list[int] = []
    for number, outcome in enumerate(outcomes):
        met = next((by_key[key] for key in outcome.keys if key in by_key), number)
        group.append(group[met] if met < number else number)
        for key in outcome.keys:
            by_key.setdefault(key, group[number])
    hinted: dict[str, set[int]] = {}
    for number, outcome in enumerate(outcomes):
        for hint in outcome.hints:
            hinted.setdefault(hint, set()).add(group[number])
    for hint, groups in hinted.items():
        if len(groups) == 1:
            by_key.setdefault(hint, *groups)
    matched: dict[int, list[Mapping[str, Any]]] = {}
    without = 0
    for row in rows:
        if "error" in row:
            continue
        found = next((by_key[key] for key in _row_keys(row) if key and key in by_key), None)
        if found is None:
            without += 1
        else:
            matched.setdefault(found, []).append(_slim(row))
    members: dict[int, list[Outcome]] = {}
    for number, outcome in enumerate(outcomes):
        members.setdefault(group[number], []).append(outcome)
    campaigns = tuple(_observed(matched[number], members[number]) for number in sorted(matched))
    return Joined(campaigns, without, len(members) - len(matched))


_USED = (
    "path",
    "member",
    "subject",
    "campaign",
    "from",
    "from_domain",
    "date",
    "log_odds",
    "contributions",
    "findings",
)


def _slim(row: Mapping[str, Any]) -> Mapping[str, Any]:
    slim = {name: row[name] for name in _USED if name in row}
    slim["words"] = [term[5:] for term in row.get("terms", ()) if term.startswith("text/")]
    return slim


def _observed(rows: list[Mapping[str, Any]], outcomes: list[Outcome]) -> Observed:
    first = rows[0]
    count = len(rows)
    contributions: dict[str, float] = {}
    found: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for row in rows:
        for id, value in row.get("contributions", {}).items():
            contributions[id] = contributions.get(id, 0.0) + float(value) / count
        found.update(set(row.get("findings", ())))
        words.update(row["words"])
    total: dict[Kind, Counts] = {}
    by_provider: dict[str, dict[Kind, Counts]] = {}
    for outcome in outcomes:
        for kind, counts in outcome.counts.items():
            total[kind] = total.get(kind, Counts(0, 0)) + counts
            if outcome.provider:
                own = by_provider.setdefault(outcome.provider, {})
                own[kind] = own.get(kind, Counts(0, 0)) + counts
    ends = f"#{first['member']}" if first.get("member") else ""
    return Observed(
        name=shown(str(first.get("campaign") or f"{first['path']}{ends}")),
        subject=str(first.get("subject", "")),
        sender=str(first.get("from_domain") or first.get("from", "")),
        date=str(first.get("date", "")),
        log_odds=sum(float(row["log_odds"]) for row in rows) / count,
        messages=count,
        contributions=contributions,
        findings=tuple(sorted(rule for rule, times in found.items() if 2 * times >= count)),
        words=tuple(sorted(word for word, times in words.items() if 2 * times >= count)),
        counts=total,
        by_provider=by_provider,
    )
