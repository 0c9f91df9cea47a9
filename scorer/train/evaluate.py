"""The evaluation: every figure of the model card, from scores of mail that the scoring model had not seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from scorer.config import default_config
from scorer.structure.features import COLUMNS, FEATURES
from scorer.train.dataset import SEED, WRITTEN, Floats, values_of, weights_of
from scorer.train.measures import Bools, losses, pair, recall_at, reliability
from scorer.train.pipeline import (
    FOLDS,
    LEARNED,
    Data,
    Fitted,
    TextScores,
    fit_alone,
    fit_joint,
    fit_words,
    hear,
    log_odds_of_base_rate,
    log_odds_of_score,
    prior_of,
    risk_log_odds,
)

Log = Callable[[str], None]


class Classes:
    """The kinds of mail that are compared, as masks over the rows."""

    def __init__(self, data: Data) -> None:
        rows = data.rows
        corpus = np.array([row.corpus for row in rows])
        kind = np.array([row.kind for row in rows])
        language = np.array([row.language for row in rows])
        self.corpus, self.language = corpus, language
        self.written: Bools = corpus == WRITTEN
        self.spam: Bools = (data.labels == 1) & ~self.written
        self.wanted: Bools = (data.labels == 0) & ~self.written
        self.mailings: Bools = self.wanted & (kind == "bulk")
        self.letters: Bools = self.wanted & (kind == "letter")
        self.recent: Bools = self.mailings & np.isin(corpus, ["newsletters", "gmail-placement"])
        self.inbox: Bools = self.wanted & (corpus == "gmail-placement")
        self.newsletters: Bools = self.wanted & (corpus == "newsletters")
        self.recent_spam: Bools = self.spam & (corpus == "spam-2026")
        self.foreign: Bools = self.spam & ~np.isin(language, ["en", ""])
        self.reported: Bools = data.labels < 0


def evaluate(data: Data, fitted: Fitted, log: Log, *, quick: bool = False) -> dict[str, Any]:
    """All measures as plain values; `quick` leaves out intervals, ablations, probe and yardstick."""
    classes = Classes(data)
    rounds = 0 if quick else 300
    groups = data.groups
    cv, loco, _ = fitted.held
    risk_cv, risk_loco, risk_known = (
        risk_log_odds(data, sums - fitted.caution, fitted.rules) for sums in fitted.held
    )
    kept = data.use | classes.reported

    def compare(scores: Floats, wanted: Bools, spam: Bools) -> dict[str, Any] | None:
        wanted, spam = wanted & kept, spam & kept
        if wanted.sum() < 5 or spam.sum() < 5:
            return None
        return pair(scores, wanted, spam, groups, rounds)

    pairs: list[tuple[str, Bools, Bools]] = [
        ("wanted mailings / spam", classes.mailings, classes.spam),
        ("recent wanted mailings / spam of 2026", classes.recent, classes.recent_spam),
        ("Gmail inbox / spam of 2026", classes.inbox, classes.recent_spam),
        ("newsletters / spam of 2026", classes.newsletters, classes.recent_spam),
        ("wanted mailings / spam in other languages", classes.mailings, classes.foreign),
        ("letters / spam", classes.letters, classes.spam),
    ]
    within: list[tuple[str, Bools, Bools]] = []
    for corpus in sorted(
        set(classes.corpus[classes.wanted].tolist()) & set(classes.corpus[classes.spam].tolist())
    ):
        inside = classes.corpus == corpus
        within.append((f"{corpus}: wanted / spam", classes.wanted & inside, classes.spam & inside))
        within.append((f"{corpus}: wanted mailings / spam", classes.mailings & inside, classes.spam & inside))
    pairs += within
    written = classes.written & (data.labels == 0), classes.written & (data.labels == 1)
    if written[0].any():
        english = classes.language == "en"
        pairs.append(("written for this project: wanted / bad", *written))
        pairs.append(("written, not English: wanted / bad", written[0] & ~english, written[1] & ~english))
        pairs.append(("recent wanted mailings / written bad", classes.recent, written[1]))
    log("pairs")
    result: dict[str, Any] = {
        "groups_held_out": {name: compare(risk_cv, wanted, spam) for name, wanted, spam in pairs},
        "corpora_held_out": {name: compare(risk_loco, wanted, spam) for name, wanted, spam in pairs},
    }
    known = ~np.isnan(risk_known)
    result["senders_known"] = {
        name: compare(risk_known, wanted & known, spam & known) for name, wanted, spam in within
    }
    weights = weights_of(data.rows, groups, data.use)
    base = log_odds_of_base_rate()
    use = data.use & ~classes.written
    result["calibration"] = {
        "classes weighing the same, groups held out": {
            **losses(cv[use], classes.spam[use], weights[use]),
            "reliability": reliability(cv[use], classes.spam[use], weights[use]),
        },
        "classes weighing the same, corpora held out": {
            **losses(loco[use], classes.spam[use], weights[use]),
            "reliability": reliability(loco[use], classes.spam[use], weights[use]),
        },
    }
    thresholds = default_config().thresholds
    result["flagged"] = {"base_rate_log_odds": round(base, 4), "caution": round(fitted.caution, 2)}
    for name, threshold in (("review", thresholds.review), ("fix", thresholds.fix)):
        at = log_odds_of_score(threshold)
        result["flagged"][name] = {
            "score": threshold,
            **{
                label: {
                    "n": int((mask & kept).sum()),
                    "groups_held_out": round(float((risk_cv[mask & kept] >= at).mean()), 4),
                    "corpora_held_out": round(float((risk_loco[mask & kept] >= at).mean()), 4),
                }
                for label, mask in (
                    ("wanted mailings", classes.mailings),
                    ("recent wanted mailings", classes.recent),
                    ("Gmail inbox", classes.inbox),
                    ("newsletters", classes.newsletters),
                    ("letters", classes.letters),
                    ("put into the spam folder by Gmail", classes.reported),
                    ("spam of 2026", classes.recent_spam),
                    ("spam", classes.spam),
                    ("spam in other languages", classes.foreign),
                    ("written for this project, wanted", written[0]),
                    ("written for this project, bad", written[1]),
                )
                if (mask & kept).any()
            },
        }
    result["languages"] = _languages(data, classes, risk_cv, kept)
    if written[0].any():
        result["written"] = _written_languages(data, classes, risk_loco)
    inbox, junked = classes.inbox, classes.reported
    if inbox.sum() >= 5 and junked.sum() >= 5:
        result["Gmail inbox / Gmail spam folder"] = pair(risk_cv, inbox, junked, groups, rounds)
    if quick:
        return result
    log("ablations")
    result["ablations"] = _ablations(data, fitted, classes, kept)
    log("yardstick")
    result["yardstick"] = _yardstick(data, fitted, classes, kept)
    log("probe")
    result["probe"] = _probe(data, classes, cv)
    result["alone"] = _alone(data, fitted)
    log("split by time")
    result["by_time"] = _by_time(data, fitted, classes)
    result["tab"] = _tab(data, classes)
    return result


def _at_fix(risk: Floats, wanted: Bools, spam: Bools) -> dict[str, Any]:
    """How much of wanted mail and spam there is, and what part of each reaches the `fix` threshold."""
    flagged = risk >= log_odds_of_score(default_config().thresholds.fix)
    return {
        "wanted": int(wanted.sum()),
        "spam": int(spam.sum()),
        "wanted_flagged": round(float(flagged[wanted].mean()), 4) if wanted.any() else None,
        "spam_flagged": round(float(flagged[spam].mean()), 4) if spam.any() else None,
    }


def _languages(data: Data, classes: Classes, risk: Floats, kept: Bools) -> dict[str, Any]:
    found = {}
    for language in sorted(set(classes.language.tolist())):
        here = (classes.language == language) & kept
        wanted, spam = here & classes.wanted, here & classes.spam
        if wanted.sum() + spam.sum() >= 10:
            found[language or "not told"] = _at_fix(risk, wanted, spam)
    return found


def _written_languages(data: Data, classes: Classes, risk: Floats) -> dict[str, Any]:
    """The mailings written for this project by language, scored by a model that saw none of them."""
    found = {}
    for language in sorted(set(classes.language[classes.written].tolist())):
        here = classes.written & (classes.language == language)
        wanted, bad = here & (data.labels == 0), here & (data.labels == 1)
        found[language] = {
            **_at_fix(risk, wanted, bad),
            "auc": round(float(roc_auc_score(bad[here], risk[here])), 4),
        }
    return found


def _short(scores: Floats, classes: Classes, kept: Bools) -> dict[str, float]:
    def auc(wanted: Bools, spam: Bools) -> float:
        both = (wanted | spam) & kept
        return round(float(roc_auc_score(spam[both], scores[both])), 4)

    both = (classes.mailings | classes.spam) & kept
    return {
        "wanted mailings / spam": auc(classes.mailings, classes.spam),
        "recall_at_1pct": round(recall_at(scores[both], classes.spam[both], 0.01), 3),
        "recent": auc(classes.recent, classes.recent_spam)
        if classes.recent.any() and classes.recent_spam.any()
        else float("nan"),
        "letters / spam": auc(classes.letters, classes.spam) if classes.letters.any() else float("nan"),
    }


def out_of_family(data: Data, text: TextScores, drop: tuple[str, ...], words: bool) -> Floats:
    """The joint sums of every row by a fit of the other corpora: the harsher of the two splits."""
    loco = np.zeros(len(data.rows))
    for name in sorted(set(data.families.tolist())):
        wanted = data.families == name
        rest = data.use & ~wanted
        if len(set(data.labels[rest].tolist())) == 2:
            loco[wanted] = fit_joint(data, text, rest, drop, words).sums(data, text.loco)[wanted]
    return loco


def _ablations(data: Data, fitted: Fitted, classes: Classes, kept: Bools) -> dict[str, Any]:
    trials: list[tuple[str, tuple[str, ...], bool]] = [
        ("without words", (), False),
        ("without the rules", ("rules",), True),
        ("without sender", ("sender.", "reply."), True),
        ("without links", ("links.",), True),
        ("without lexicons and text measures", ("says.", "text.", "subject."), True),
    ]
    found: dict[str, Any] = {
        "everything": {
            "groups_held_out": _short(fitted.held.cv, classes, kept),
            "corpora_held_out": _short(fitted.held.loco, classes, kept),
        },
        "words alone": {
            "groups_held_out": _short(fitted.text.cv @ fitted.steps, classes, kept),
            "corpora_held_out": _short(fitted.text.loco @ fitted.steps, classes, kept),
        },
    }
    for name, drop, words in trials:
        loco = out_of_family(data, fitted.text, drop, words)
        found[name] = {"corpora_held_out": _short(loco, classes, kept)}
    return found


def _yardstick(data: Data, fitted: Fitted, classes: Classes, kept: Bools) -> dict[str, Any]:
    """Monotone gradient boosting on the raw values, the words' log-odds and the rules, same folds."""
    raw = values_of(data.rows)
    said_cv, said_loco = fitted.text.cv @ fitted.steps, fitted.text.loco @ fitted.steps

    def fit_and_score(use: Bools, wanted: Bools, text: Floats) -> Floats:
        weights = weights_of(data.rows, data.groups, use)
        learn = np.column_stack([raw, data.rules, said_cv])
        for column in [i for i, feature in enumerate(FEATURES) if feature.invented]:
            learn[data.invented, column] = np.nan
        model = HistGradientBoostingClassifier(
            max_iter=200,
            learning_rate=0.06,
            max_leaf_nodes=15,
            min_samples_leaf=40,
            l2_regularization=5.0,
            monotonic_cst=[f.direction for f in FEATURES] + [1] * len(LEARNED) + [1],
            random_state=SEED,
        )
        model.fit(learn[use], data.labels[use], sample_weight=weights[use])
        scored: Floats = model.decision_function(np.column_stack([raw, data.rules, text])[wanted])
        return scored

    cv, loco = np.zeros(len(data.rows)), np.zeros(len(data.rows))
    for fold in range(FOLDS):
        wanted = data.folds == fold
        cv[wanted] = fit_and_score(data.use & ~wanted, wanted, said_cv)
    for name in sorted(set(data.families.tolist())):
        wanted = data.families == name
        rest = data.use & ~wanted
        if len(set(data.labels[rest].tolist())) == 2:
            loco[wanted] = fit_and_score(rest, wanted, said_loco)
    return {
        "monotone gradient boosting": {
            "groups_held_out": _short(cv, classes, kept),
            "corpora_held_out": _short(loco, classes, kept),
        }
    }


def _probe(data: Data, classes: Classes, scores: Floats) -> dict[str, Any]:
    """How well the corpus can be guessed among wanted mailings and among spam: from all columns, and from the
    final score. 0.5 is chance (mean AUC of one corpus against the rest)."""
    found: dict[str, Any] = {}
    for name, mask in (("wanted mailings", classes.mailings), ("spam", classes.spam)):
        chosen = np.flatnonzero(mask & data.use)
        corpora = classes.corpus[chosen]
        names = sorted(set(corpora.tolist()))
        if len(names) < 2:
            continue
        matrix = data.columns[chosen]
        guessed = np.zeros((len(chosen), len(names)))
        for fold in range(FOLDS):
            test = data.folds[chosen] == fold
            if not test.any() or len(set(corpora[~test].tolist())) < len(names):
                continue
            model = LogisticRegression(C=0.1, max_iter=500, class_weight="balanced")
            model.fit(matrix[~test], corpora[~test])
            guessed[test] = model.predict_proba(matrix[test])
        found[name] = {
            corpus: {
                "from_columns": round(float(roc_auc_score(corpora == corpus, guessed[:, number])), 3),
                "from_score": round(
                    float(max(a := roc_auc_score(corpora == corpus, scores[chosen]), 1 - a)), 3
                ),
            }
            for number, corpus in enumerate(names)
        }
    return found


HEAVIEST = 25
"""The columns whose weights are listed."""


def _alone(data: Data, fitted: Fitted) -> dict[str, Any]:
    """The heaviest columns beside what they weigh where one family of corpora is fitted alone."""
    joint = fitted.structure / fitted.slope
    alone = {name: fit.structure for name, fit in fit_alone(data, fitted.text, data.use).items()}
    most = np.max([np.maximum(weights * np.sign(joint), 0.0) for weights in alone.values()], axis=0)
    prior = np.array([FEATURES[number].prior for number, _ in COLUMNS])
    return {
        "columns": int((np.abs(joint) >= 0.05).sum()),
        "most_beyond": round(float((np.abs(joint) - np.maximum(most, np.abs(prior))).max()), 3),
        "heaviest": [
            {
                "column": f"{FEATURES[COLUMNS[number][0]].id} >= {COLUMNS[number][1]:g}",
                "joint": round(float(joint[number]), 2),
                **{name: round(float(weights[number]), 2) for name, weights in alone.items()},
            }
            for number in np.argsort(-np.abs(joint), kind="stable")[:HEAVIEST].tolist()
        ],
    }


def _by_time(data: Data, fitted: Fitted, classes: Classes) -> dict[str, Any] | None:
    """TREC's last third, scored by a model of everything else and TREC's first two thirds (numbers are in order
    of arrival)."""
    number = np.array(
        [
            int(row.path.rpartition(".eml")[0].rpartition(".")[2])
            if row.corpus.startswith("trec") and row.path.endswith(".eml")
            else -1
            for row in data.rows
        ]
    )
    late = number > 20_000
    if late.sum() < 100:
        return None
    use = data.use & ~late
    vocabulary, coefficients = fit_words(data, use)
    chosen = np.flatnonzero(late)
    text = np.zeros_like(fitted.text.cv)
    text[chosen] = hear(data, late, vocabulary, coefficients)
    scores = fit_joint(data, fitted.text, use).sums(data, text)
    kept = late & data.use
    return {
        "wanted / spam": pair(scores, classes.wanted & kept, classes.spam & kept, data.groups, 0),
        "wanted mailings / spam": pair(scores, classes.mailings & kept, classes.spam & kept, data.groups, 0),
    }


def _tab(data: Data, classes: Classes) -> dict[str, Any]:
    """Whether Gmail's tab (promotions or updates) can be told from the columns, senders held out."""
    tabs = np.array([row.tab for row in data.rows])
    chosen = np.flatnonzero(np.isin(tabs, ["Promotions", "Updates"]) & (classes.corpus == "gmail-placement"))
    promotions = tabs[chosen] == "Promotions"
    if min(promotions.sum(), (~promotions).sum()) < 10:
        return {"n": len(chosen)}
    guessed = np.zeros(len(chosen))
    for fold in range(FOLDS):
        test = data.folds[chosen] == fold
        if not test.any() or len(set(promotions[~test].tolist())) < 2:
            continue
        model = LogisticRegression(C=0.05, max_iter=500)
        model.fit(data.columns[chosen][~test], promotions[~test])
        guessed[test] = model.decision_function(data.columns[chosen][test])
    share = float(promotions.mean())
    return {
        "n": len(chosen),
        "senders": len(np.unique(data.groups[chosen])),
        "promotions": round(share, 3),
        "auc": round(float(roc_auc_score(promotions, guessed)), 3),
        "accuracy": round(float(((guessed > 0) == promotions).mean()), 3),
        "accuracy_of_base_rate": round(max(share, 1 - share), 3),
    }


def rule_weights(fitted: Fitted) -> list[dict[str, float | str]]:
    """The learnt rules: prior and weight."""
    return [{"rule": rule, "prior": prior_of(rule), "weight": fitted.rules[rule]} for rule in LEARNED]
