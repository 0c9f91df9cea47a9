"""What an archive's rows add up to: tallies by score, month, sender, list and provider, in one pass."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

VERDICTS = ("send", "review", "fix", "blocked")
_KEPT = 10
_GROUPS = 20_000


class Group(msgspec.Struct, frozen=True):
    """Messages that share a month, sender or list."""

    name: str
    messages: int
    mean: float
    low: float
    high: float
    verdicts: tuple[int, int, int, int]


class Campaign(msgspec.Struct, frozen=True):
    """One message that the report names. `after` and `fixes` are its best remedy's, None without one."""

    name: str
    subject: str
    sender: str
    score: float
    verdict: str
    reasons: tuple[str, ...]
    after: float | None = None
    fixes: tuple[str, ...] = ()


class RemedyTotal(msgspec.Struct, frozen=True):
    """What one remedy would do over the archive, by the reruns made for each message."""

    fixes: tuple[str, ...]
    messages: int
    lifted: int
    mean_change: float


class RuleTotal(msgspec.Struct, frozen=True):
    """How often a rule was found, and the log-odds that it added where it was."""

    rule: str
    messages: int
    log_odds: float


class ChangePoint(msgspec.Struct, frozen=True):
    """The first month after the largest shift in the monthly mean score, and how unlikely it is by chance."""

    month: str
    before: float
    after: float
    p: float


class Archive(msgspec.Struct, frozen=True):
    """The whole of it. `histogram` counts scores in steps of five."""

    messages: int
    errors: int
    mean: float
    verdicts: tuple[int, int, int, int]
    histogram: tuple[int, ...]
    months: tuple[Group, ...]
    senders: tuple[Group, ...]
    lists: tuple[Group, ...]
    providers: dict[str, dict[str, int]]
    rules: tuple[RuleTotal, ...]
    worst: tuple[Campaign, ...]
    improved: tuple[Campaign, ...]
    remedies: tuple[RemedyTotal, ...] | None
    error_kinds: tuple[tuple[str, int], ...]
    change: ChangePoint | None
    drift: tuple[tuple[str, str, float, float], ...]


class _Tally:
    """Counts of scores in steps of one, from which mean and quantiles follow."""

    def __init__(self) -> None:
        self.steps = [0] * 101
        self.total = 0.0
        self.verdicts = Counter[str]()

    def add(self, score: float, verdict: str) -> None:
        self.steps[max(0, min(100, int(score)))] += 1
        self.total += score
        self.verdicts[verdict] += 1

    @property
    def messages(self) -> int:
        return sum(self.steps)

    def quantile(self, share: float) -> float:
        wanted, seen = share * self.messages, 0
        for step, count in enumerate(self.steps):
            seen += count
            if seen >= wanted and count:
                return float(step)
        return 100.0

    def group(self, name: str) -> Group:
        count = self.messages
        return Group(
            name,
            count,
            self.total / count,
            self.quantile(0.1),
            self.quantile(0.9),
            _by_verdict(self.verdicts),
        )


def _by_verdict(counted: Mapping[str, int]) -> tuple[int, int, int, int]:
    send, review, fix, blocked = (counted.get(verdict, 0) for verdict in VERDICTS)
    return send, review, fix, blocked


def summarise(rows: Iterable[Mapping[str, Any]], *, review: float) -> Archive:
    """Add up rows as `score batch` writes them; below `review` a message is ready to send."""
    whole = _Tally()
    months: dict[str, _Tally] = {}
    senders: dict[str, _Tally] = {}
    lists: dict[str, _Tally] = {}
    providers: dict[str, Counter[str]] = {}
    rules: dict[str, list[float]] = {}
    by_month: dict[str, Counter[str]] = {}
    remedies: dict[tuple[str, ...], list[float]] = {}
    worst: list[tuple[float, int, Mapping[str, Any]]] = []
    improved: list[tuple[float, int, Mapping[str, Any]]] = []
    errors = Counter[str]()
    with_remedies = False
    for number, row in enumerate(rows):
        if "error" in row:
            errors[str(row["error"])[:100] if len(errors) < 1000 else "others"] += 1
            continue
        score, verdict = float(row["score"]), str(row["verdict"])
        whole.add(score, verdict)
        month = str(row.get("date", ""))[:7]
        for tallies, name in (
            (months, month),
            (senders, str(row.get("from_domain", ""))),
            (lists, str(row.get("list", ""))),
        ):
            if name and (name in tallies or len(tallies) < _GROUPS):
                tallies.setdefault(name, _Tally()).add(score, verdict)
        for provider, said in row.get("providers", {}).items():
            providers.setdefault(provider, Counter())[said] += 1
        contributions = row.get("contributions", {})
        for rule in set(row.get("findings", ())):
            total = rules.setdefault(rule, [0, 0.0])
            total[0] += 1
            total[1] += contributions.get(rule, 0.0)
            if month:
                by_month.setdefault(month, Counter())[rule] += 1
        best = _best_remedy(row)
        if best:
            with_remedies = True
            for remedy in row["remedies"]:
                gain = remedies.setdefault(tuple(remedy["fixes"]), [0, 0, 0.0])
                gain[0] += 1
                gain[1] += _lifts(row, remedy, review)
                gain[2] += remedy["score"] - score
            _keep(improved, (score - best["score"], -number, row))
        _keep(worst, (score, -number, row))
    timeline = tuple(months[name].group(name) for name in sorted(months))
    return Archive(
        messages=whole.messages,
        errors=errors.total(),
        mean=whole.total / max(1, whole.messages),
        verdicts=_by_verdict(whole.verdicts),
        histogram=tuple(
            sum(whole.steps[start : start + 5]) + (whole.steps[100] if start == 95 else 0)
            for start in range(0, 100, 5)
        ),
        months=timeline,
        senders=_largest(senders),
        lists=_largest(lists),
        providers={name: dict(counted) for name, counted in providers.items()},
        rules=tuple(
            sorted(
                (RuleTotal(rule, int(count), total / count) for rule, (count, total) in rules.items()),
                key=lambda item: (-item.messages * item.log_odds, -item.messages, item.rule),
            )
        ),
        worst=tuple(_campaign(row) for _, _, row in sorted(worst, key=lambda item: (-item[0], -item[1]))),
        improved=tuple(
            _campaign(row) for _, _, row in sorted(improved, key=lambda item: (-item[0], -item[1]))
        ),
        remedies=tuple(
            sorted(
                (
                    RemedyTotal(fixes, int(count), int(lifted), change / count)
                    for fixes, (count, lifted, change) in remedies.items()
                ),
                key=lambda item: (-item.lifted, item.mean_change * item.messages),
            )
        )[:_KEPT]
        if with_remedies
        else None,
        error_kinds=tuple(errors.most_common(5)),
        change=change_point(timeline),
        drift=_drift(timeline, by_month),
    )


def _keep(
    held: list[tuple[float, int, Mapping[str, Any]]], entry: tuple[float, int, Mapping[str, Any]]
) -> None:
    # The third is never compared: the second is unlike in each.
    if len(held) < _KEPT:
        heapq.heappush(held, entry)
    else:
        heapq.heappushpop(held, entry)


def _largest(tallies: dict[str, _Tally], most: int = 15) -> tuple[Group, ...]:
    chosen = heapq.nlargest(most, tallies.items(), key=lambda item: (item[1].messages, item[0]))
    return tuple(tally.group(name) for name, tally in chosen)


def _best_remedy(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = row.get("remedies")
    return min(found, key=lambda item: float(item["score"])) if found else None


def _lifts(row: Mapping[str, Any], remedy: Mapping[str, Any], review: float) -> bool:
    """Whether the remedy takes a message that is not to be sent as it is below the review threshold."""
    return row["verdict"] in ("review", "fix") and float(remedy["score"]) < review


def _campaign(row: Mapping[str, Any]) -> Campaign:
    contributions = sorted(row.get("contributions", {}).items(), key=lambda item: -item[1])
    reasons = tuple(id for id, value in contributions if value > 0.05 and id != "bias")[:4]
    best = _best_remedy(row)
    member = f" #{row['member']}" if row.get("member") else ""
    return Campaign(
        name=str(row.get("campaign") or f"{row['path']}{member}"),
        subject=str(row.get("subject", "")),
        sender=str(row.get("from_domain") or row.get("from", "")),
        score=float(row["score"]),
        verdict=str(row["verdict"]),
        reasons=reasons or tuple(row.get("findings", ()))[:4],
        after=float(best["score"]) if best else None,
        fixes=tuple(best["fixes"]) if best else (),
    )


def change_point(months: tuple[Group, ...], *, least: int = 3, repeats: int = 999) -> ChangePoint | None:
    """The largest shift of the monthly mean, where a permutation of the months seldom (p < 0.05) has one as large.

    Every month counts as one observation, however many messages it has: what shifts is a sender's practice.
    """
    values = [month.mean for month in months]
    if len(values) < 2 * least:
        return None

    def largest(series: list[float]) -> tuple[float, int]:
        total, count, left = sum(series), len(series), sum(series[: least - 1])
        best = (0.0, least)
        for cut in range(least, count - least + 1):
            left += series[cut - 1]
            gap = abs(left / cut - (total - left) / (count - cut))
            best = max(best, (gap * (cut * (count - cut) / count) ** 0.5, cut))
        return best

    found, cut = largest(values)
    shuffled = list(values)
    drawn = random.Random(7)  # noqa: S311  # a permutation test, no secret
    as_large = 0
    for _ in range(repeats):
        drawn.shuffle(shuffled)
        as_large += largest(shuffled)[0] >= found - 1e-12
    p = (as_large + 1) / (repeats + 1)
    if p >= 0.05:
        return None
    return ChangePoint(months[cut].name, sum(values[:cut]) / cut, sum(values[cut:]) / (len(values) - cut), p)


def _drift(
    months: tuple[Group, ...], by_month: dict[str, Counter[str]]
) -> tuple[tuple[str, str, float, float], ...]:
    """The rules whose monthly share shifted most: rule, month, share before, share after."""
    found = []
    rules = {rule for counted in by_month.values() for rule in counted}
    for rule in sorted(rules):
        shares = tuple(
            Group(
                m.name, m.messages, by_month.get(m.name, Counter())[rule] / m.messages, 0.0, 0.0, m.verdicts
            )
            for m in months
        )
        # Many rules are asked at once: only what no permutation at all reaches is shown.
        change = change_point(shares, repeats=499)
        if change is not None and change.p <= 0.002:
            found.append((rule, change.month, change.before, change.after))
    return tuple(sorted(found, key=lambda item: -abs(item[3] - item[2]))[:6])
