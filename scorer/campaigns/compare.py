"""Two runs over the same archive: what flips, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scorer.campaigns.items import key_of

_NAMED = 20


class Flip(msgspec.Struct, frozen=True):
    """One message whose verdict changed; `why` are the contributions that moved most, in log-odds."""

    name: str
    subject: str
    before: str
    after: str
    score_before: float
    score_after: float
    why: tuple[tuple[str, float], ...]


class Comparison(msgspec.Struct, frozen=True):
    """`flips` holds the largest changes; `verdicts` counts every change of verdict, `causes` how often a
    contribution was the one that moved most in a message that flipped. `changed_content` are messages whose
    bytes differ: they are not compared."""

    compared: int
    moved: int
    mean_change: float
    verdicts: dict[tuple[str, str], int]
    causes: dict[str, int]
    flips: tuple[Flip, ...]
    only_before: int
    only_after: int
    changed_content: int


class _Row(msgspec.Struct, frozen=True):
    """What of a row is compared."""

    verdict: str
    score: float
    log_odds: float
    sha256: str = ""
    contributions: dict[str, float] = {}
    findings: tuple[str, ...] = ()
    providers: dict[str, str] = {}


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Row).decode


def compare(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> Comparison:
    """Compare row by row, by key. Rows with errors count as absent."""
    # Packed, a row of the baseline takes a tenth of what it does as objects.
    held = {
        key_of(str(row["path"]), str(row.get("member", ""))): _pack(msgspec.convert(row, _Row))
        for row in before
        if "error" not in row
    }
    verdicts: Counter[tuple[str, str]] = Counter()
    causes: Counter[str] = Counter()
    flips: list[Flip] = []
    compared = moved = only_after = changed = 0
    total = 0.0
    for row in after:
        if "error" in row:
            continue
        packed = held.pop(key_of(str(row["path"]), str(row.get("member", ""))), None)
        if packed is None:
            only_after += 1
            continue
        was, now = _unpack(packed), msgspec.convert(row, _Row)
        if was.sha256 != now.sha256:
            changed += 1
            continue
        compared += 1
        total += now.score - was.score
        moved += abs(now.log_odds - was.log_odds) > 1e-9
        if was.verdict == now.verdict:
            continue
        why = _why(was.contributions, now.contributions)
        verdicts[was.verdict, now.verdict] += 1
        causes[why[0][0] if why else _other_cause(was, now)] += 1
        member = f" #{row['member']}" if row.get("member") else ""
        flips.append(
            Flip(
                f"{row['path']}{member}",
                str(row.get("subject", "")),
                was.verdict,
                now.verdict,
                was.score,
                now.score,
                why[:3],
            )
        )
        if len(flips) > 50 * _NAMED:
            flips = _largest(flips)
    return Comparison(
        compared=compared,
        moved=moved,
        mean_change=total / compared if compared else 0.0,
        verdicts=dict(verdicts.most_common()),
        causes=dict(causes.most_common()),
        flips=tuple(_largest(flips)),
        only_before=len(held),
        only_after=only_after,
        changed_content=changed,
    )


def _largest(flips: list[Flip]) -> list[Flip]:
    return sorted(flips, key=lambda item: (-abs(item.score_after - item.score_before), item.name))[:_NAMED]


def _why(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    moves = {id: after.get(id, 0.0) - before.get(id, 0.0) for id in before.keys() | after.keys()}
    ranked = sorted(moves.items(), key=lambda item: (-abs(item[1]), item[0]))
    return tuple((id, move) for id, move in ranked if abs(move) > 1e-9)


def _other_cause(was: _Row, now: _Row) -> str:
    """Why a verdict changed though the sum did not: a finding that blocks without weight, a provider that would
    reject, or the thresholds themselves."""
    if differing := sorted(set(was.findings) ^ set(now.findings)):
        return differing[0]
    rejecting = {name for row in (was, now) for name, said in row.providers.items() if said == "rejected"}
    turned = sorted(name for name in rejecting if was.providers.get(name) != now.providers.get(name))
    return f"rejected by {turned[0]}" if turned else "the thresholds, or what blocks"


def to_text(found: Comparison, baseline: str) -> str:
    """The comparison for a terminal."""
    lines = [
        f"Compared with {baseline}: {found.compared} messages, {found.moved} with another score "
        f"(mean change {found.mean_change:+.2f}), {sum(found.verdicts.values())} with another verdict"
    ]
    for (was, now), count in found.verdicts.items():
        lines.append(f"  {count:6} {was} -> {now}")
    if found.causes:
        lines.append("What moved most where a verdict changed:")
        lines.extend(f"  {count:6} {id}" for id, count in list(found.causes.items())[:10])
        lines.append("The largest changes:")
    for flip in found.flips:
        why = ", ".join(f"{id} {move:+.2f}" for id, move in flip.why)
        lines.append(
            f"  {flip.score_before:3.0f} {flip.before} -> {flip.score_after:3.0f} {flip.after}  {flip.name}  ({why})"
        )
    for count, said in (
        (found.changed_content, "changed since and are not compared"),
        (found.only_before, "are in the baseline alone"),
        (found.only_after, "are new"),
    ):
        if count:
            lines.append(f"{count} messages {said}")
    return "\n".join(lines)
