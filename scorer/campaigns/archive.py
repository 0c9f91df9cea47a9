"""What an archive's rows add up to: tallies by score, period, sender, list and provider, in one pass."""

from __future__ import annotations

import heapq
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from statistics import median
from typing import Any, Literal

import msgspec

from scorer.campaigns.drift import ChangePoint, Series, change_point, drift
from scorer.risk import expit

VERDICTS = ("send", "review", "fix", "blocked")
Period = Literal["month", "week", "day"]
_KEPT = 10
_GROUPS = 20_000
_PERIODS = 1_000
_FEWEST_PERIODS = 4
_TRAINED = ("text", "structure")


class Group(msgspec.Struct, frozen=True):
    """Messages that share a period, sender or list: how many, their mean score, and its quantiles at 10, 25,
    75 and 90 %."""

    name: str
    messages: int
    mean: float
    low: float
    lower: float
    upper: float
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


class Move(msgspec.Struct, frozen=True):
    """How many messages would change from one verdict to another."""

    before: str
    after: str
    messages: int


class RemedyTotal(msgspec.Struct, frozen=True):
    """What one remedy would do over the archive, by the reruns made for each message."""

    fixes: tuple[str, ...]
    messages: int
    moves: tuple[Move, ...]
    mean_change: float


class RuleTotal(msgspec.Struct, frozen=True):
    """How often a rule was found, the log-odds that it added where it was, and which verdicts would be others
    without them: computed from the sum, where a remedy's count is of reruns."""

    rule: str
    messages: int
    log_odds: float
    moves: tuple[Move, ...]


class Archive(msgspec.Struct, frozen=True):
    """The whole of it. `histogram` counts scores in steps of five; `dated` messages say when they were
    sent. `best` are the changes of verdict if every message had its best remedy, None where no
    remedies were computed."""

    messages: int
    errors: int
    mean: float
    verdicts: tuple[int, int, int, int]
    histogram: tuple[int, ...]
    dated: int
    period: Period
    periods: tuple[Group, ...]
    senders: tuple[Group, ...]
    lists: tuple[Group, ...]
    sender_count: int
    providers: dict[str, dict[str, int]]
    rules: tuple[RuleTotal, ...]
    worst: tuple[Campaign, ...]
    improved: tuple[Campaign, ...]
    remedies: tuple[RemedyTotal, ...] | None
    best: tuple[Move, ...] | None
    error_kinds: tuple[tuple[str, int], ...]
    change: ChangePoint | None
    drift: tuple[Series, ...]


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
        low, lower, upper, high = (self.quantile(share) for share in (0.1, 0.25, 0.75, 0.9))
        return Group(name, count, self.total / count, low, lower, upper, high, _by_verdict(self.verdicts))


class _Span(_Tally):
    """The messages of one period, with what was found in them and what the trained evidence said."""

    def __init__(self) -> None:
        super().__init__()
        self.rules = Counter[str]()
        self.said = dict.fromkeys(_TRAINED, 0.0)

    def add_row(self, row: Mapping[str, Any]) -> None:
        self.add(float(row["score"]), str(row["verdict"]))
        self.rules.update(set(row.get("findings", ())))
        for part in _TRAINED:
            self.said[part] += row.get("contributions", {}).get(part, 0.0)


class _Rule:
    def __init__(self) -> None:
        self.messages = 0
        self.log_odds = 0.0
        self.moves = Counter[tuple[str, str]]()


class _Remedy:
    def __init__(self) -> None:
        self.messages = 0
        self.change = 0.0
        self.moves = Counter[tuple[str, str]]()


class _Thresholds(msgspec.Struct, frozen=True):
    review: float
    fix: float

    def verdict(self, score: float, was: str) -> str:
        """The verdict at another score. What blocks is no score, so that it stays."""
        if was == "blocked":
            return was
        return "fix" if score >= self.fix else "review" if score >= self.review else "send"


def _by_verdict(counted: Mapping[str, int]) -> tuple[int, int, int, int]:
    send, review, fix, blocked = (counted.get(verdict, 0) for verdict in VERDICTS)
    return send, review, fix, blocked


def _moves(counted: Mapping[tuple[str, str], int]) -> tuple[Move, ...]:
    """Changes of verdict, the largest first."""
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Move(before, after, count) for (before, after), count in ranked)


def _lifted(moves: Iterable[Move]) -> int:
    return sum(move.messages for move in moves if move.after == "send")


class _Times:
    """The same messages by month, by week and by day, until it is known how long a time they span."""

    def __init__(self) -> None:
        self.dated = 0
        self._spans: dict[Period, dict[str, _Span]] = {"month": {}, "week": {}, "day": {}}

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a message where its date is known."""
        try:
            day = date.fromisoformat(str(row.get("date", ""))[:10])
        except ValueError:
            return
        self.dated += 1
        year, week, _ = day.isocalendar()
        names: tuple[tuple[Period, str], ...] = (
            ("month", day.isoformat()[:7]),
            ("week", f"{year}-W{week:02}"),
            ("day", day.isoformat()),
        )
        for period, name in names:
            spans = self._spans[period]
            # Once there are too many days to show, only weeks or months will be.
            if name in spans or len(spans) < _PERIODS:
                spans.setdefault(name, _Span()).add_row(row)

    def chosen(self) -> tuple[Period, tuple[str, ...], list[_Span]]:
        """The longest period of which there are enough."""
        enough = (name for name, spans in self._spans.items() if len(spans) >= _FEWEST_PERIODS)
        period: Period = next(enough, "month")
        spans = self._spans[period]
        # Of a period with hardly a message a mean says nothing.
        usual = median(span.messages for span in spans.values()) if spans else 0
        names = tuple(sorted(name for name, span in spans.items() if span.messages >= usual / 5))
        return period, names, [spans[name] for name in names]


def summarise(rows: Iterable[Mapping[str, Any]], *, review: float, fix: float) -> Archive:
    """Add up rows as `score batch` writes them; from `review` and `fix` on a score is to be reviewed or mended."""
    thresholds = _Thresholds(review, fix)
    whole = _Tally()
    times = _Times()
    senders: dict[str, _Tally] = {}
    lists: dict[str, _Tally] = {}
    providers: dict[str, Counter[str]] = {}
    rules: dict[str, _Rule] = {}
    remedies: dict[tuple[str, ...], _Remedy] = {}
    best_moves: Counter[tuple[str, str]] | None = None
    worst: list[tuple[float, int, Mapping[str, Any]]] = []
    improved: list[tuple[float, int, Mapping[str, Any]]] = []
    errors = Counter[str]()
    for number, row in enumerate(rows):
        if "error" in row:
            errors[str(row["error"])[:100] if len(errors) < 1000 else "others"] += 1
            continue
        score, verdict = float(row["score"]), str(row["verdict"])
        whole.add(score, verdict)
        times.add(row)
        for tallies, name in (
            (senders, str(row.get("from_domain", ""))),
            (lists, _list_id(str(row.get("list", "")))),
        ):
            if name and (name in tallies or len(tallies) < _GROUPS):
                tallies.setdefault(name, _Tally()).add(score, verdict)
        for provider, said in row.get("providers", {}).items():
            providers.setdefault(provider, Counter())[said] += 1
        contributions = row.get("contributions", {})
        for rule in set(row.get("findings", ())):
            total = rules.setdefault(rule, _Rule())
            total.messages += 1
            if weight := contributions.get(rule, 0.0):
                total.log_odds += weight
                after = thresholds.verdict(100 * expit(float(row["log_odds"]) - weight), verdict)
                if after != verdict:
                    total.moves[verdict, after] += 1
        if found := row.get("remedies"):
            best_moves = Counter() if best_moves is None else best_moves
            for remedy in found:
                gain = remedies.setdefault(tuple(remedy["fixes"]), _Remedy())
                gain.messages += 1
                gain.change += float(remedy["score"]) - score
                _count_move(gain.moves, thresholds, verdict, remedy)
            best = _best_remedy(row)
            if best is not None:
                _count_move(best_moves, thresholds, verdict, best)
                _keep(improved, (score - float(best["score"]), -number, row))
        _keep(worst, (score, -number, row))
    period, names, spans = times.chosen()
    groups = tuple(span.group(name) for name, span in zip(names, spans, strict=True))
    return Archive(
        messages=whole.messages,
        errors=errors.total(),
        mean=whole.total / max(1, whole.messages),
        verdicts=_by_verdict(whole.verdicts),
        histogram=tuple(
            sum(whole.steps[start : start + 5]) + (whole.steps[100] if start == 95 else 0)
            for start in range(0, 100, 5)
        ),
        dated=times.dated,
        period=period,
        periods=groups,
        senders=_largest(senders),
        lists=_largest(lists),
        sender_count=len(senders),
        providers={name: dict(counted) for name, counted in providers.items()},
        rules=_rules(rules),
        worst=_campaigns(worst),
        improved=_campaigns(improved),
        remedies=_remedies(remedies) if best_moves is not None else None,
        best=_moves(best_moves) if best_moves is not None else None,
        error_kinds=tuple(errors.most_common(5)),
        change=change_point(names, [group.mean for group in groups]),
        drift=drift(
            names,
            {rule: [span.rules[rule] / span.messages for span in spans] for rule in rules} if spans else {},
            {part: [span.said[part] / span.messages for span in spans] for part in _TRAINED} if spans else {},
            most=8,
        ),
    )


def _count_move(
    moves: Counter[tuple[str, str]], thresholds: _Thresholds, verdict: str, remedy: Mapping[str, Any]
) -> None:
    after = thresholds.verdict(float(remedy["score"]), verdict)
    if after != verdict:
        moves[verdict, after] += 1


def _rules(found: Mapping[str, _Rule]) -> tuple[RuleTotal, ...]:
    totals = (
        RuleTotal(rule, total.messages, total.log_odds / total.messages, _moves(total.moves))
        for rule, total in found.items()
    )
    return tuple(sorted(totals, key=lambda item: (-item.messages * item.log_odds, -item.messages, item.rule)))


def _remedies(found: Mapping[tuple[str, ...], _Remedy]) -> tuple[RemedyTotal, ...]:
    totals = (
        RemedyTotal(fixes, total.messages, _moves(total.moves), total.change / total.messages)
        for fixes, total in found.items()
    )
    ranked = sorted(
        totals, key=lambda item: (-_lifted(item.moves), item.mean_change * item.messages, item.fixes)
    )
    return tuple(ranked[:_KEPT])


def _campaigns(held: Iterable[tuple[float, int, Mapping[str, Any]]]) -> tuple[Campaign, ...]:
    """The named ones, the first first; without the folders that their paths share."""
    rows = [row for _, _, row in sorted(held, key=_rank)]
    folders = [os.path.dirname(str(row["path"])) for row in rows]  # noqa: PTH120
    try:
        shared = len(os.path.commonpath(folders))
    except ValueError:
        # None, or absolute and relative ones together.
        shared = 0
    return tuple(_campaign(row, str(row["path"])[shared:].lstrip("/")) for row in rows)


def _rank(entry: tuple[float, int, Mapping[str, Any]]) -> tuple[float, int]:
    return -entry[0], -entry[1]


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


def _list_id(value: str) -> str:
    """The identifier in a List-Id field (RFC 2919), without the description before it."""
    return value.rpartition("<")[2].partition(">")[0].strip()


def _campaign(row: Mapping[str, Any], path: str) -> Campaign:
    contributions = sorted(row.get("contributions", {}).items(), key=lambda item: -item[1])
    reasons = tuple(id for id, value in contributions if value > 0.05 and id != "bias")[:4]
    best = _best_remedy(row)
    member = f" #{row['member']}" if row.get("member") else ""
    return Campaign(
        name=str(row.get("campaign") or f"{path}{member}"),
        subject=str(row.get("subject", "")),
        sender=str(row.get("from_domain") or row.get("from", "")),
        score=float(row["score"]),
        verdict=str(row["verdict"]),
        reasons=reasons or tuple(row.get("findings", ()))[:4],
        after=float(best["score"]) if best else None,
        fixes=tuple(best["fixes"]) if best else (),
    )
