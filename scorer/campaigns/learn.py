"""A sender's own model: the shipped weights, moved by what happened to the sender's campaigns.

Rule weights start at the shipped ones and stay at or above 0; rules that the archive does not show keep theirs.
The say of the trained evidence is scaled as a whole, and the base rate becomes the sender's. The model is written
only if it predicts later campaigns better than both the shipped weights given the sender's base rate and that base
rate alone: where outcomes have nothing to do with the findings, nothing is learned.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import numpy as np

from scorer.campaigns.betabinomial import Array, Data, Fit, fit, log_likelihood, predict
from scorer.campaigns.outcomes import TITLES, Counts, Kind, Observed
from scorer.config import default_config
from scorer.models import TrainedWeights
from scorer.risk import expit, limited, unlimited

# Bounces of bad addresses and unsubscribes speak of the list and not of the filter.
_KINDS: tuple[Kind, ...] = ("spam", "refused", "complained")
_TRAINED = ("text", "structure")
_SCALES = (0.0, 0.25, 0.5, 0.75, 1.5, 2.0)
_SCALE_SD = 0.7
_HELD_OUT = 0.3
_FEWEST = 40
_FIXED = 1e-3
_REPEATS = 2000


class LearnError(ValueError):
    """There is nothing to learn, or nothing was learned that is better; one line."""


class Moved(msgspec.Struct, frozen=True):
    """One rule's weight before and after, in log-odds, and why: in how many campaigns it was found, and the plain
    rates of the outcome with and without it (None where no campaign with the outcome has it, or has it not)."""

    rule: str
    before: float
    after: float
    error: float
    campaigns: int
    with_rate: float | None
    without_rate: float | None


class Learned(msgspec.Struct, frozen=True):
    """What was learned, and how it was checked.

    `gain_shipped` and `gain_constant` are the mean gains in log-likelihood for each held-out campaign over the
    shipped weights with the sender's base rate, and over that base rate alone, each with the 95 % interval.
    `base_rate` is where a mailing starts before anything of it is weighed (the bias as a probability), for a middling
    sender; `usual` is where the trained evidence alone takes the middling one of these campaigns from there.
    """

    kind: Kind
    campaigns: int
    held_out: int
    held_out_by: str
    gain_shipped: tuple[float, float, float]
    gain_constant: tuple[float, float, float]
    base_rate: float
    usual: float
    evidence_scale: float
    rho: float
    sender_sd: float
    moved: tuple[Moved, ...]

    @property
    def better(self) -> bool:
        """Whether the learned model predicts the held-out campaigns better than both."""
        return self.gain_shipped[1] > 0 and self.gain_constant[1] > 0


def learn(campaigns: Sequence[Observed]) -> Learned:
    """Fit on the earlier campaigns, compare on the later, and fit again on all.

    Raises:
        LearnError: too few campaigns have an outcome.
    """
    kinds = [
        kind for kind in _KINDS if any(kind in item.counts and item.counts[kind].bad for item in campaigns)
    ]
    if not kinds:
        raise LearnError("no spam placement, refusal or complaint among the outcomes")
    primary = kinds[0]
    if (count := sum(primary in item.counts for item in campaigns)) < _FEWEST:
        raise LearnError(
            f"{count} campaigns with the outcome “{TITLES[primary]}”: at least {_FEWEST} are needed"
        )
    rules = sorted(
        {id for item in campaigns for id, w in item.contributions.items() if _is_rule(id) and w > 0}
    )
    before = np.array(
        [_mean([item.contributions[id] for item in campaigns if id in item.contributions]) for id in rules]
    )
    earlier, later, by = _split(campaigns)
    tested = [item for item in later if primary in item.counts]
    if len(tested) < 10 or sum(primary in item.counts for item in earlier) < 20:
        raise LearnError("too few campaigns to hold some out (by date, or by sender where dates are missing)")
    learned, scale = _best(earlier, kinds, rules, before)
    shipped = fit(_data(earlier, kinds, rules, 1.0), before, np.full(len(rules), _FIXED))
    nothing = fit(_data(earlier, kinds, (), 0.0), np.zeros(0), np.zeros(0))
    said = _likelihood(learned, tested, primary, rules, scale)
    over_shipped = said - _likelihood(shipped, tested, primary, rules, 1.0)
    over_constant = said - _likelihood(nothing, tested, primary, (), 0.0)
    senders = [item.sender for item in tested]
    final, final_scale = _best(campaigns, kinds, rules, before)
    counted = [item for item in campaigns if primary in item.counts]
    moved = [
        Moved(
            rule,
            float(before[n]),
            float(final.weights[n]),
            float(final.errors[n]),
            sum(rule in item.contributions for item in campaigns),
            _rate(item.counts[primary] for item in counted if rule in item.contributions),
            _rate(item.counts[primary] for item in counted if rule not in item.contributions),
        )
        for n, rule in enumerate(rules)
    ]
    return Learned(
        kind=primary,
        campaigns=len(campaigns),
        held_out=len(tested),
        held_out_by=by,
        gain_shipped=_interval(over_shipped, senders),
        gain_constant=_interval(over_constant, senders),
        base_rate=expit(float(final.intercepts[0])),
        usual=expit(float(final.intercepts[0]) + median(_evidence(item, final_scale) for item in counted)),
        evidence_scale=final_scale,
        rho=float(final.rhos[0]),
        sender_sd=final.sender_sd,
        moved=tuple(sorted(moved, key=lambda item: -abs(item.after - item.before))),
    )


def _is_rule(id: str) -> bool:
    return id != "bias" and id not in _TRAINED


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _rate(counts: Iterable[Counts]) -> float | None:
    total = sum(counts, Counts(0, 0))
    return total.bad / total.of if total.of else None


def _split(campaigns: Sequence[Observed]) -> tuple[list[Observed], list[Observed], str]:
    """The earlier and the later; by whole senders where dates are missing."""
    if sum(bool(item.date) for item in campaigns) >= 0.9 * len(campaigns):
        ordered = sorted(campaigns, key=lambda item: (item.date, item.name))
        cut = round(len(ordered) * (1 - _HELD_OUT))
        return ordered[:cut], ordered[cut:], "date"
    held: set[str] = set()
    count = 0
    for sender in sorted({item.sender for item in campaigns}, key=_drawn):
        if count < _HELD_OUT * len(campaigns):
            held.add(sender)
            count += sum(item.sender == sender for item in campaigns)
    return (
        [item for item in campaigns if item.sender not in held],
        [item for item in campaigns if item.sender in held],
        "sender",
    )


def _drawn(sender: str) -> str:
    """An order of senders that has nothing to do with their names."""
    return hashlib.sha256(sender.encode("utf-8", "replace")).hexdigest()


def _evidence(item: Observed, scale: float) -> float:
    """What the trained evidence says of a campaign when its say is scaled before it is limited."""
    weights = default_config().weights
    said = math.fsum(item.contributions.get(id, 0.0) for id in _TRAINED)
    whole = unlimited(said, weights.damping, weights.ceiling)
    return limited(scale * whole, weights.damping, weights.ceiling)


def _features(campaigns: Sequence[Observed], rules: Sequence[str]) -> Array:
    found = [[float(rule in item.contributions) for rule in rules] for item in campaigns]
    return np.array(found, float).reshape(len(campaigns), len(rules))


def _data(campaigns: Sequence[Observed], kinds: Sequence[Kind], rules: Sequence[str], scale: float) -> Data:
    lines = [(item, number) for item in campaigns for number, kind in enumerate(kinds) if kind in item.counts]
    chosen = [item for item, _ in lines]
    number: dict[str, int] = {}
    counts = [item.counts[kinds[kind]] for item, kind in lines]
    return Data(
        x=_features(chosen, rules),
        bad=np.array([c.bad for c in counts], float),
        of=np.array([c.of for c in counts], float),
        kind=np.array([kind for _, kind in lines], np.int64),
        sender=np.array([number.setdefault(item.sender, len(number)) for item in chosen], np.int64),
        offset=np.array([_evidence(item, scale) for item in chosen]),
    )


def _best(
    campaigns: Sequence[Observed], kinds: Sequence[Kind], rules: Sequence[str], before: Array
) -> tuple[Fit, float]:
    """The fit, and the scale of the trained evidence, that explain the outcomes best under their priors."""
    # A heavy rule may move further than a light one; no rule is held so fast that nothing could move it.
    sd = 0.25 + 0.5 * before
    low = np.zeros(len(rules))
    first = fit(_data(campaigns, kinds, rules, 1.0), before, sd, low=low)
    found = [(first.evidence, first, 1.0)]
    said = any(item.contributions.get(id) for item in campaigns for id in _TRAINED)
    for scale in _SCALES if said else ():
        result = fit(
            _data(campaigns, kinds, rules, scale), before, sd, low=low, sender_sds=(first.sender_sd,)
        )
        found.append((result.evidence - 0.5 * ((scale - 1.0) / _SCALE_SD) ** 2, result, scale))
    _, best, scale = max(found, key=lambda item: item[0])
    return best, scale


def _likelihood(
    found: Fit, campaigns: Sequence[Observed], kind: Kind, rules: Sequence[str], scale: float
) -> Array:
    offset = np.array([_evidence(item, scale) for item in campaigns])
    mean = predict(found, _features(campaigns, rules), np.zeros(len(campaigns), np.int64), offset=offset)
    bad = np.array([item.counts[kind].bad for item in campaigns], float)
    of = np.array([item.counts[kind].of for item in campaigns], float)
    return log_likelihood(bad, of, mean, found.rhos[0])


def _interval(gains: Array, senders: Sequence[str]) -> tuple[float, float, float]:
    """Mean gain and 95 % interval, resampling senders (campaigns, where there are fewer than five senders)."""
    names = list(senders) if len(set(senders)) >= 5 else [str(n) for n in range(len(senders))]
    number: dict[str, int] = {}
    group = np.array([number.setdefault(name, len(number)) for name in names], np.int64)
    sums, counts = np.bincount(group, gains), np.bincount(group)
    draws = np.random.default_rng(7).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), _REPEATS)
    low, high = np.quantile((draws @ sums) / (draws @ counts), (0.025, 0.975))
    return float(gains.mean()), float(low), float(high)


def write_model(learned: Learned, base: Path, folder: Path, *, trained: str) -> None:
    """Write the artefact: the base artefact's evidence, the learned weights and base rate.

    Raises:
        LearnError: the model is no better than the shipped one, or the folder is in use.
        scorer.artefact.ArtefactError: the base artefact cannot be read.
        OSError: it cannot be written.
    """
    from scorer.artefact import map_file, read_manifest
    from scorer.models import load_models

    if not learned.better:
        raise LearnError("the learned model predicts the held-out campaigns no better: nothing was written")
    if folder.exists() and any(folder.iterdir()):
        raise LearnError(f"{folder} is not empty")
    manifest = read_manifest(base)
    old = load_models(str(base))
    assert old.weights is not None and old.base_rate is not None
    effective = old.applied_to(default_config()).weights
    ratio = {item.rule: item.after / item.before for item in learned.moved}
    rules = {
        id: round(weight * ratio[rule], 6)
        for id, weight in effective.rules.items()
        if (rule := id.partition("/")[0]) in ratio
    }
    bias = math.log(learned.base_rate / (1 - learned.base_rate))
    scale = learned.evidence_scale
    weights = TrainedWeights(
        # Scoring adds this against the base rate's bias, inside the limited evidence.
        bias=bias + scale * effective.offset,
        rules={**old.weights.rules, **rules},
        scale={id: scale * old.weights.scale.get(id, 1.0) for id in _TRAINED},
    )
    data = {name: bytes(map_file(base, name, manifest)) for name in manifest.files}
    data["weights.json"] = msgspec.json.format(msgspec.json.encode(weights, order="sorted"), indent=1) + b"\n"
    fresh = msgspec.structs.replace(
        manifest,
        trained=trained,
        files={name: hashlib.sha256(content).hexdigest() for name, content in sorted(data.items())},
        base_rate={
            "event": TITLES[learned.kind],
            "value": learned.base_rate,
            "source": f"the sender's own outcomes: {learned.campaigns} campaigns",
            "date": trained,
        },
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in data.items():
        (folder / name).write_bytes(content)
    # Last: without it the folder is no artefact.
    (folder / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(fresh), indent=1) + b"\n")


def to_text(learned: Learned) -> str:
    """What moved and why it is, or is not, to be believed."""
    lines = [
        f"{learned.campaigns} campaigns; {learned.held_out} held out by {learned.held_out_by} "
        f"(outcome: {TITLES[learned.kind]})",
        "Gain in log-likelihood for each held-out campaign (95 % interval):",
        "  over the shipped weights with your base rate  {:+.3f} ({:+.3f} to {:+.3f})".format(
            *learned.gain_shipped
        ),
        "  over your base rate alone                     {:+.3f} ({:+.3f} to {:+.3f})".format(
            *learned.gain_constant
        ),
        f"A mailing starts at {100 * learned.base_rate:.2f} %; its words and how it is made take the middling one of "
        f"these to {100 * learned.usual:.2f} %, before any finding",
        f"Trained evidence counts {learned.evidence_scale:g} times; "
        f"overdispersion {learned.rho:.3f}; senders differ by {learned.sender_sd:g} log-odds (one sd)",
        "Weights that moved (log-odds, standard error):",
    ]
    lines += [
        f"  {item.before:5.2f} -> {item.after:5.2f} ± {item.error:.2f}  {item.rule} ({item.campaigns} campaigns"
        f"{_why(item)})"
        for item in learned.moved[:20]
        if abs(item.after - item.before) >= 0.005
    ]
    return "\n".join(lines)


def _why(item: Moved) -> str:
    if item.with_rate is None or item.without_rate is None:
        return ""
    return f"; {100 * item.with_rate:.3g} % with it, {100 * item.without_rate:.3g} % without"


def to_json(learned: Learned) -> dict[str, Any]:
    """The same for a program."""
    found: dict[str, Any] = msgspec.to_builtins(learned)
    return {**found, "better": learned.better}
