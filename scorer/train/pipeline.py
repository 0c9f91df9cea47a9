"""From measured messages to a model: words, structure and rules, fitted so that nothing is weighed twice.

1. Words: a regression on terms, out of fold by sender and template (`cv`), out of corpus (`loco`: trained without the
   family of corpora that a message is of), and out of fold by message (`known`: other mail of its sender was learnt).
   They say what words tell of mail like the mail learnt from, of mail from elsewhere, and of senders already known;
   the joint fit sees all three.
2. Joint: structure, findings of rules and the words' out-of-fold log-odds in one regression, each weight pulled to
   its prior, signs bounded.
3. Calibration: Platt's slope and intercept on held-out sums, folded into the weights; the base rate of the
   event sets the starting point, not the corpora's balance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scorer.config import default_config
from scorer.risk import limited
from scorer.structure.features import COLUMNS, FEATURES
from scorer.text.model import TextSettings, length_trust
from scorer.train.dataset import (
    SEED,
    WORDS_WRITTEN,
    WRITTEN,
    Floats,
    Ints,
    Row,
    folds_of,
    segment_of,
    values_of,
    weights_of,
)
from scorer.train.joint import PriorLogisticRegression
from scorer.train.textfit import build_vocabulary, familiarity_of, fit_text, vectorize
from scorer.train.write import BASE_RATE

Bools = npt.NDArray[np.bool_]
Log = Callable[[str], None]

FOLDS = 5
ONE_SIDED = "one-sided"
"""The family of the corpora that hold one class."""
C = 1.0
CAP, HALF_WORDS = 8.0, 15.0
"""Bound on what the words may say before trust, and the number of words at which half of it is believed."""
KNOTS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
"""Familiarities between which the trust in the words is linear; it never falls from one to the next."""
STEP = 0.08
"""What trust grows by from knot to knot before any data."""
UNFAMILIAR = 0.1
"""The most that words of a text may be trusted none of whose pairs is known: on another corpus they tell little there
(AUC 0.77), and it may be in a language that the model was not taught."""
DIRECTED, FREE, RULE, TEXT = 0.8, 40.0, 6.0, 8.0
"""Precisions of the priors: of weights whose sign is bounded, of free ones, of rules, of the steps of trust. Free
shapes are held tighter: what may go either way is where an era hides."""
LIMIT, BEYOND = 1.5, 0.25
"""No single cut point weighs more, either way; nor does it weigh `BEYOND` more than it does where one corpus is fitted
alone. Inside a corpus no corpus can be told from another: what only shows between them is an archive or an era."""

FALSE_ALARMS, MOST_CAUTION = 0.01, 0.8
"""Share of wanted mailings at the `fix` threshold that is put up with, and how far the starting point may be
lowered for it."""
ASTRAY = 0.25
"""How much mail of a corpus not seen counts in that share, against mail of senders not seen."""
ALIKE, APART, KNOWN = 0.41, 0.14, 0.45
"""What part of the joint fit's weight has the words as they do on other senders' mail like the mail learnt from, on
mail of another corpus, and on senders already known."""

LEARNED = [
    "address-in-display-name",
    "address-in-subject",
    "display-name-imitates-brand",
    "display-name-is-a-message",
    "from-missing",
    "no-display-name",
    "reply-to-elsewhere",
    "reply-to-freemail",
    "sender-domain-imitates-brand",
    "link-domain-imitates-brand",
    "link-shortener",
    "link-text-names-another-domain",
    "link-to-dangerous-file",
    "link-to-disguised-ip-address",
    "link-to-ip-address",
    "link-with-credentials",
    "link-with-unusual-port",
    "many-link-domains",
    "open-redirect-link",
    "placeholder-link",
    "script-link",
    "very-long-link",
    "fake-reply-prefix",
    "form-in-mail",
    "hidden-text",
    "image-only",
    "invisible-characters",
    "mixed-script-words",
    "same-colour-text",
    "scripts",
    "shouting-subject",
    "split-words",
    "subject-missing",
    "subject-punctuation-run",
    "unreadably-small-text",
    "meta-refresh",
    "attachment-in-mailing",
    "blocked-attachment-type",
    "dangerous-attachment-type",
    "double-extension",
    "html-attachment",
    "encrypted-archive",
    "macro-document",
    "no-unsubscribe-link",
]
"""Rules whose weights the corpora can show. The others keep their priors: what a sending service adds, lists and
authentication are not in these messages, and MIME faults, encodings and plain http tell an archive or an era. Data
may halve a prior but not do away with it: much of the wanted mail is letters, where a rule about mailings may mean
little."""
SENDER_RULES = frozenset(
    [
        "address-in-display-name",
        "display-name-imitates-brand",
        "display-name-is-a-message",
        "from-is-freemail",
        "from-missing",
        "no-display-name",
        "reply-to-elsewhere",
        "reply-to-freemail",
        "sender-domain-imitates-brand",
        "several-from-addresses",
        "no-link-to-own-domain",
    ]
)


class Data(NamedTuple):
    """Rows with everything that the fits need, in the same order."""

    rows: Sequence[Row]
    labels: Ints
    groups: Ints
    use: Bools
    folds: Ints
    families: npt.NDArray[np.str_]
    columns: Floats
    rules: Floats
    invented: Bools
    lengths: Floats


class TextScores(NamedTuple):
    """What the words say of every row, one column a step of trust: out of fold by sender, out of corpus family, and
    out of fold by message (NaN for corpora that hold one class)."""

    cv: Floats
    loco: Floats
    known: Floats


class Joint(NamedTuple):
    """Weights of structure columns, rules and steps of trust in the words, and the intercept (classes weighing the
    same)."""

    structure: Floats
    rules: Floats
    text: Floats
    intercept: float

    def sums(self, data: Data, text: Floats) -> Floats:
        """The trained sum for every row, rules included."""
        total: Floats = (
            data.columns @ self.structure + data.rules @ self.rules + text @ self.text + self.intercept
        )
        return total


def prior_of(rule: str) -> float:
    """The prior weight of a rule, as the table has it."""
    return float(default_config().weights.rules.get(rule, 0.0))


def families_of(rows: Sequence[Row]) -> npt.NDArray[np.str_]:
    """What is left out together: a corpus with both classes by itself, those of one class together."""
    classes: dict[str, set[int]] = {}
    for row in rows:
        classes.setdefault(row.corpus, set()).add(row.label)
    return np.array([row.corpus if {0, 1} <= classes[row.corpus] else ONE_SIDED for row in rows])


def prepare(rows: Sequence[Row], groups: Ints, repeated: Bools) -> Data:
    """Everything the fits need. Rows with label -1 are scored, never learnt from."""
    labels = np.array([row.label for row in rows], dtype=np.int64)
    raw = values_of(rows)
    numbers = np.array([number for number, _ in COLUMNS])
    cuts = np.array([cut for _, cut in COLUMNS])
    with np.errstate(invalid="ignore"):
        columns = (raw[:, numbers] >= cuts).astype(np.float64)
    met = [frozenset(row.rules) for row in rows]
    rules = np.array([[float(rule in found) for rule in LEARNED] for found in met])
    return Data(
        rows=rows,
        labels=labels,
        groups=groups,
        use=(labels >= 0) & ~repeated,
        folds=folds_of(groups, FOLDS),
        families=families_of(rows),
        columns=columns,
        rules=rules,
        invented=np.array([row.invented for row in rows], dtype=bool),
        lengths=np.array([length_trust(len(row.subject) + len(row.body), HALF_WORDS) for row in rows]),
    )


def heard(raw: Floats, familiarity: Floats, lengths: Floats) -> Floats:
    """What the words say, one column a step of trust: the bounded sum times the part of each step that the text's
    familiarity has climbed. Times steps of trust, summed, it is what the words add to the log-odds."""
    edges = np.array(KNOTS)
    climbed = np.clip((familiarity[:, None] - edges[:-1]) / np.diff(edges), 0.0, 1.0)
    steps = np.column_stack([np.ones(len(raw)), climbed])
    said: Floats = (CAP * np.tanh(raw / CAP) * lengths)[:, None] * steps
    return said


def fit_words(data: Data, use: Bools) -> tuple[list[str], Floats]:
    """Vocabulary and weights learnt from the rows in `use`."""
    weights = weights_of(data.rows, data.groups, use, WORDS_WRITTEN)
    vocabulary = build_vocabulary(data.rows, data.groups, use)
    model = fit_text(data.rows, weights, use, vocabulary, C)
    return vocabulary, model.coef_[0]


def hear(data: Data, wanted: Bools, vocabulary: Sequence[str], coefficients: Floats) -> Floats:
    """What these words say of the rows in `wanted`, one column a step of trust."""
    chosen = [data.rows[number] for number in np.flatnonzero(wanted).tolist()]
    raw: Floats = vectorize(chosen, vocabulary) @ coefficients
    return heard(raw, familiarity_of(chosen, vocabulary), data.lengths[wanted])


def _score_words(data: Data, use: Bools, wanted: Bools) -> Floats:
    return hear(data, wanted, *fit_words(data, use))


def parts_of(data: Data) -> Ints:
    """A part for each row, drawn at random, in which its sender's other mail need not be; -1 for mail of corpora that
    hold one class: there knowing the sender is knowing the corpus, and with it the class."""
    drawn = np.random.default_rng(SEED).integers(FOLDS, size=len(data.rows))
    return np.where(data.use & ~np.isin(data.families, [ONE_SIDED, WRITTEN]), drawn, -1)


def score_words(data: Data, log: Log, jobs: int = 2) -> TextScores:
    """Decision functions of the words: out of fold by sender, out of family, and out of fold by message."""
    from joblib import Parallel, delayed

    tasks: list[tuple[str, str, Bools, Bools]] = []
    for fold in range(FOLDS):
        wanted = data.folds == fold
        tasks.append(("cv", f"fold {fold}", data.use & ~wanted, wanted))
    names = sorted(set(data.families.tolist()))
    for name in names if len(names) > 1 else []:
        wanted = data.families == name
        rest = data.use & ~wanted
        if len(set(data.labels[rest].tolist())) == 2:
            tasks.append(("loco", name, rest, wanted))
    parts = parts_of(data)
    tasks += [
        ("known", f"part {part}", data.use & (parts != part), parts == part)
        for part in sorted(set(parts[parts >= 0].tolist()))
    ]
    found = Parallel(n_jobs=jobs)(delayed(_score_words)(data, use, wanted) for _, _, use, wanted in tasks)
    said = {kind: np.full((len(data.rows), len(KNOTS)), np.nan) for kind in ("cv", "loco", "known")}
    for (kind, name, _, wanted), scores in zip(tasks, found, strict=True):
        log(f"words, {kind} {name}: {int(wanted.sum())} messages scored")
        said[kind][wanted] = scores
    cv, loco = said["cv"], said["loco"]
    return TextScores(cv, np.where(np.isnan(loco), cv, loco), said["known"])


def neutral(matrix: Floats, made_up: Bools, weights: Floats, use: Bools) -> Floats:
    """`matrix` with what is made up set to the columns' weighted means: the fit learns nothing from it."""
    means = weights[use] @ matrix[use] / weights[use].sum()
    return np.where(made_up, means, matrix)


def fit_joint(
    data: Data, text: TextScores, use: Bools, drop: Sequence[str] = (), words: bool = True
) -> Joint:
    """The joint regression on the rows in `use`; `drop` names features or rules that stay out (ablations)."""
    alone = [joint.structure for joint in fit_alone(data, text, use, drop, words).values()]
    prior = np.array([FEATURES[number].prior for number, _ in COLUMNS])
    low, high = np.full(len(COLUMNS), -LIMIT), np.full(len(COLUMNS), LIMIT)
    if len(alone) > 1:
        low = np.maximum(low, np.min([*alone, prior, 0 * prior], axis=0) - BEYOND)
        high = np.minimum(high, np.max([*alone, prior, 0 * prior], axis=0) + BEYOND)
    return _fit_between(data, text, use, low, high, drop, words)


def fit_alone(
    data: Data, text: TextScores, use: Bools, drop: Sequence[str] = (), words: bool = True
) -> dict[str, Joint]:
    """The same regression for each family of real mail by itself."""
    found: dict[str, Joint] = {}
    limit = np.full(len(COLUMNS), LIMIT)
    for name in sorted(set(data.families[use].tolist()) - {WRITTEN}):
        here = use & (data.families == name)
        if len(set(data.labels[here].tolist())) == 2:
            found[name] = _fit_between(data, text, here, -limit, limit, drop, words)
    return found


def _fit_between(
    data: Data,
    text: TextScores,
    use: Bools,
    low: Floats,
    high: Floats,
    drop: Sequence[str],
    words: bool,
) -> Joint:
    """The joint regression with each column's weight between `low` and `high`, and on its own side of zero."""
    weights = weights_of(data.rows, data.groups, use)
    features = [FEATURES[number] for number, _ in COLUMNS]
    left_out = tuple(drop)
    used = np.array([not f.id.startswith(left_out) if left_out else True for f in features])
    free = np.array([f.direction == 0 for f in features])
    of_sender = np.array([f.invented for f in features] + [rule in SENDER_RULES for rule in LEARNED])
    made_up = np.outer(data.invented, of_sender)
    matrix = neutral(np.hstack([data.columns, data.rules]), made_up, weights, use)[use]
    bounds: list[tuple[float | None, float | None]] = [
        (least if f.direction <= 0 else 0.0, most if f.direction >= 0 else 0.0) if keep else (0.0, 0.0)
        for f, keep, least, most in zip(features, used.tolist(), low.tolist(), high.tolist(), strict=True)
    ]
    rules_used = not left_out or "rules" not in left_out
    bounds += [(prior_of(rule) / 2, prior_of(rule) + LIMIT) if rules_used else (0.0, 0.0) for rule in LEARNED]
    bounds += [(0.0, UNFAMILIAR), *[(0.0, 1.0)] * (len(KNOTS) - 1)] if words else [(0.0, 0.0)] * len(KNOTS)
    prior = [f.prior for f in features] + [prior_of(rule) for rule in LEARNED] + [STEP] * len(KNOTS)
    precision = [FREE if value else DIRECTED for value in free.tolist()] + [RULE] * len(LEARNED)
    precision += [TEXT] * len(KNOTS)
    every = np.ones(int(use.sum()), dtype=bool)
    known = ~np.isnan(text.known[use, 0])
    views = [(ALIKE, text.cv, every), (APART, text.loco, every)]
    if known.any():
        views.append((KNOWN, text.known, known))
    whole = sum(part for part, _, _ in views)
    weight, labels = weights[use], data.labels[use]
    model = PriorLogisticRegression(
        prior=np.array(prior), prior_precision=np.array(precision), bounds=bounds, tol=1e-4, max_iter=500
    )
    model.fit(
        np.vstack([np.column_stack([matrix[of], said[use][of]]) for _, said, of in views]),
        np.concatenate([labels[of] for _, _, of in views]),
        sample_weight=np.concatenate(
            [part / whole * weight.sum() / weight[of].sum() * weight[of] for part, _, of in views]
        ),
    )
    coefficients = model.coef_[0]
    structure, learnt, trust = np.split(coefficients, [len(features), len(features) + len(LEARNED)])
    return Joint(structure, learnt, trust, float(model.intercept_[0]))


class HeldOut(NamedTuple):
    """Trained sums for every row, held out by group and by corpus family, and with words that know its sender (NaN
    for corpora that hold one class)."""

    cv: Floats
    loco: Floats
    known: Floats


def hold_out(
    data: Data, text: TextScores, drop: Sequence[str] = (), words: bool = True, families: bool = True
) -> HeldOut:
    """The joint sums of rows that the joint fit has not seen."""
    cv, loco, known = (np.full(len(data.rows), np.nan) for _ in range(3))
    for fold in range(FOLDS):
        wanted = data.folds == fold
        joint = fit_joint(data, text, data.use & ~wanted, drop, words)
        cv[wanted] = joint.sums(data, text.cv)[wanted]
        known[wanted] = joint.sums(data, text.known)[wanted]
    names = sorted(set(data.families.tolist()))
    for name in names if families and len(names) > 1 else []:
        wanted = data.families == name
        rest = data.use & ~wanted
        if len(set(data.labels[rest].tolist())) == 2:
            loco[wanted] = fit_joint(data, text, rest, drop, words).sums(data, text.loco)[wanted]
    return HeldOut(cv, np.where(np.isnan(loco), cv, loco), known)


def calibrate(data: Data, held: HeldOut) -> tuple[float, float]:
    """Platt's slope (above zero) and intercept, on sums held out by group and by family, half and half."""
    use = data.use
    weights = weights_of(data.rows, data.groups, use)[use] / 2
    model = PriorLogisticRegression(prior=1.0, prior_precision=1e-6, bounds=[(0.05, None)])
    sums = np.concatenate([held.cv[use], held.loco[use]]).reshape(-1, 1)
    labels = np.concatenate([data.labels[use]] * 2)
    model.fit(sums, labels, sample_weight=np.concatenate([weights, weights]))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


class Fitted(NamedTuple):
    """The model and how its parts did on mail that they had not seen."""

    vocabulary: list[str]
    text_weights: Floats
    settings: TextSettings
    structure: Floats
    rules: dict[str, float]
    bias: float
    slope: float
    caution: float
    text: TextScores
    steps: Floats
    held: HeldOut


def log_odds_of_base_rate() -> float:
    """The base rate of the event as log-odds."""
    rate = float(BASE_RATE["value"])  # type: ignore[arg-type]
    return float(np.log(rate / (1 - rate)))


def log_odds_of_score(score: float) -> float:
    """A score (0 to 100, exclusive) as log-odds."""
    return float(np.log(score / (100 - score)))


def risk_log_odds(data: Data, sums: Floats, learnt: dict[str, float]) -> Floats:
    """What the whole program would say: base rate, trained evidence limited, and every rule that fired."""
    weights = default_config().weights
    base = log_odds_of_base_rate()
    learned = data.rules @ np.array([learnt[rule] for rule in LEARNED])
    prior = {**weights.rules, **learnt}
    fired = np.array(
        [
            sum(prior.get(key, prior.get(key.partition("/")[0], 0.0)) for key in row.rules[1::2])
            for row in data.rows
        ]
    )
    evidence = np.array(
        [limited(value, weights.damping, weights.ceiling) for value in (sums - learned).tolist()]
    )
    result: Floats = base + evidence + fired
    return result


def caution_of(data: Data, held: HeldOut, learnt: dict[str, float]) -> float:
    """How far the starting point is lowered, in log-odds: as little as keeps recent wanted mailings at `fix` below
    `FALSE_ALARMS` (corpora not seen counting as `ASTRAY` says), and no more than `MOST_CAUTION`. A false alarm costs
    a sender's trust."""
    bulk = np.array([row.label == 0 and row.kind == "bulk" for row in data.rows]) & data.use
    recent = bulk & np.array([segment_of(row)[1] == "modern" for row in data.rows])
    wanted = recent if recent.sum() >= 50 else bulk
    threshold = log_odds_of_score(default_config().thresholds.fix)
    for step in range(int(MOST_CAUTION * 10) + 1):
        cv, loco = (
            float((risk_log_odds(data, sums - step / 10, learnt)[wanted] >= threshold).mean())
            for sums in (held.cv, held.loco)
        )
        if (1 - ASTRAY) * cv + ASTRAY * loco <= FALSE_ALARMS:
            return step / 10
    return MOST_CAUTION


def fit(data: Data, log: Log, jobs: int = 2) -> Fitted:
    """Everything, from the measured rows."""
    text = score_words(data, log, jobs)
    held = hold_out(data, text)
    slope, intercept = calibrate(data, held)
    log(f"calibration: slope {slope:.3f}, intercept {intercept:.3f}")
    joint = fit_joint(data, text, data.use)
    trust = np.cumsum(joint.text)
    log(
        "joint fit: trust in words " + ", ".join(f"{t:.2f} at {k}" for k, t in zip(KNOTS, trust, strict=True))
    )
    vocabulary, coefficients = fit_words(data, data.use)
    log(f"vocabulary: {len(vocabulary)} terms")
    rules = {rule: round(float(w) * slope, 4) for rule, w in zip(LEARNED, joint.rules, strict=True)}
    calibrated = HeldOut(*[sums * slope + intercept for sums in held])
    caution = caution_of(data, calibrated, rules)
    log(f"caution: {caution:.1f}")
    return Fitted(
        vocabulary=vocabulary,
        text_weights=coefficients,
        settings=TextSettings(
            CAP, HALF_WORDS, tuple((k, round(float(t) * slope, 6)) for k, t in zip(KNOTS, trust, strict=True))
        ),
        structure=joint.structure * slope,
        rules=rules,
        bias=joint.intercept * slope + intercept + log_odds_of_base_rate() - caution,
        slope=slope,
        caution=caution,
        text=text,
        steps=joint.text,
        held=calibrated,
    )


def weights_json(fitted: Fitted) -> dict[str, Any]:
    """What the risk stage loads over the priors."""
    return {"bias": fitted.bias, "rules": fitted.rules, "scale": {"text": 1.0, "structure": 1.0}}
