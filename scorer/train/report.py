# ruff: noqa: E501
"""The evaluation as a page with plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_curve

from scorer.train.evaluate import Classes, rule_weights
from scorer.train.pipeline import Data, Fitted

SPLITS = {
    "groups_held_out": "Senders and templates held out (5 folds)",
    "corpora_held_out": "Whole corpora held out (their era with them)",
}


def pairs_table(pairs: dict[str, Any]) -> str:
    """A Markdown table of comparisons."""
    lines = [
        "| wanted / spam | wanted (senders) | spam | AUC (95 %) | (1−AUC) % | recall at 1 % FP (95 %) | at 0.1 % FP |",
        "| --- | ---: | ---: | --- | ---: | --- | ---: |",
    ]
    for name, found in pairs.items():
        if not found:
            continue
        interval = found.get("interval_95")
        auc = f"{found['auc']:.4f}"
        recall = f"{found['recall_at_1pct']:.3f}"
        if interval:
            auc += f" ({interval['auc'][0]:.4f}–{interval['auc'][1]:.4f})"
            recall += f" ({interval['recall_at_1pct'][0]:.2f}–{interval['recall_at_1pct'][1]:.2f})"
        lines.append(
            f"| {name} | {found['wanted']:,} ({found['senders_wanted']:,}) | {found['spam']:,} | {auc} | {found['one_minus_auc_pct']:.2f} "
            f"| {recall} | {found['recall_at_0.1pct']:.3f} |"
        )
    return "\n".join(lines)


def flagged_table(flagged: dict[str, Any]) -> str:
    """A Markdown table of how much of each kind reaches a threshold."""
    lines = [
        "| threshold | kind of mail | n | senders held out | corpora held out |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for name in ("review", "fix"):
        for kind, found in flagged[name].items():
            if isinstance(found, dict):
                lines.append(
                    f"| {name} ({flagged[name]['score']:g}) | {kind} | {found['n']:,} "
                    f"| {100 * found['groups_held_out']:.1f} % | {100 * found['corpora_held_out']:.1f} % |"
                )
    return "\n".join(lines)


def _short_table(rows: dict[str, Any]) -> str:
    lines = [
        "| model | senders held out: AUC, recall at 1 % FP, AUC of recent mail, AUC against letters | corpora held out |",
        "| --- | --- | --- |",
    ]
    for name, found in rows.items():
        cells = [
            f"{s['wanted mailings / spam']:.4f}, {s['recall_at_1pct']:.3f}, {s['recent']:.4f}, {s['letters / spam']:.4f}"
            if s
            else "–"
            for s in (found.get("groups_held_out"), found["corpora_held_out"])
        ]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def write_report(folder: Path, metrics: dict[str, Any], data: Data, fitted: Fitted) -> None:
    """Write `report.md` and its plots into `folder`."""
    plots(folder, metrics, data, fitted)
    parts = [
        "# Evaluation",
        f"Model of {metrics['trained']}. Every figure is of mail that the scoring model had not seen. Wanted mailings come first: "
        "calling one of them spam is the costliest mistake. Intervals are 95 %, by bootstrap over senders and templates. All messages "
        "are strict drafts (From, Reply-To, Subject, MIME headers), the network is off. Comparisons are of the program's whole sum "
        "(base rate, trained evidence as it is limited, every rule); ablations, yardstick and calibration are of the trained sum alone.",
        "The words' own scores enter the held-out sums out of fold as well; how far they are trusted was fitted with them, seven numbers.",
    ]
    for split, title in SPLITS.items():
        parts += [f"## {title}", pairs_table(metrics[split])]
    if metrics["senders_known"]:
        parts += [
            "## Senders already known",
            "The corpora that hold both classes, split at random into five parts, each scored by words that learnt the rest, other mail of the same "
            "senders with it: what the figures come to where mail is split without regard to senders, as it often is elsewhere.",
            pairs_table(metrics["senders_known"]),
        ]
    parts += ["![ROC](roc.png)", "![Scores by kind of mail](scores.png)"]
    parts += [
        "## Flagged at the thresholds (whole sum: base rate, trained evidence, rules)",
        flagged_table(metrics["flagged"]),
    ]
    parts += ["## By language", _languages_table(metrics["languages"])]
    if metrics.get("written"):
        parts += [
            "The mailings written for this project, scored by a model that was taught without any of them (by language; few, and "
            "by the same hands as the phrases, so they show gaps rather than prove anything):",
            _languages_table(metrics["written"]),
        ]
    calibration = metrics["calibration"]
    lines = ["| scores | Brier | log loss |", "| --- | ---: | ---: |"]
    lines += [
        f"| {name} | {found['brier']:.4f} | {found['log_loss']:.4f} |" for name, found in calibration.items()
    ]
    parts += [
        "## Calibration",
        "Of the trained evidence, with both classes weighing the same; the program then starts from the base rate of the event, which no "
        "corpus here shows.",
        "\n".join(lines),
        "![Reliability](reliability.png)",
    ]
    if placed := metrics.get("Gmail inbox / Gmail spam folder"):
        parts += [
            "## Gmail's own verdict",
            f"Wanted mailings that Gmail put into the inbox ({placed['wanted']}) against those it put into the spam folder ({placed['spam']}): AUC "
            f"{placed['auc']:.3f} ({placed['interval_95']['auc'][0]:.2f}–{placed['interval_95']['auc'][1]:.2f})."
            if "interval_95" in placed
            else f"AUC {placed['auc']:.3f}",
            "Words and structure do not tell which wanted mailing Gmail will junk; that is decided by the sender's reputation and readers.",
        ]
    if "ablations" in metrics:
        parts += ["## Ablations", _short_table(metrics["ablations"])]
        parts += [
            "## Yardstick",
            _short_table(metrics["yardstick"]),
            "It cannot be explained term by term and is not shipped.",
        ]
        probe = ["| among | corpus | from all columns | from the score |", "| --- | --- | ---: | ---: |"]
        for among, found in metrics["probe"].items():
            probe += [
                f"| {among} | {c} | {v['from_columns']:.3f} | {v['from_score']:.3f} |"
                for c, v in found.items()
            ]
        parts += [
            "## Guess the corpus",
            "AUC of telling one corpus from the others inside one class (0.5: the corpus cannot be told). Mail of 2002 and of 2026 does look "
            "different; what counts is how little of it is left in the score.",
            "\n".join(probe),
        ]
        parts += ["## Columns in one corpus alone", *_alone(metrics["alone"])]
        if metrics.get("by_time"):
            parts += [
                "## Split by time: TREC's last third, trained on what came before",
                pairs_table(metrics["by_time"]),
            ]
        tab = metrics["tab"]
        if "auc" in tab:
            parts += [
                "## Gmail's tab",
                f"Promotions or updates, {tab['n']} messages of {tab['senders']} senders: AUC {tab['auc']:.3f}, accuracy {tab['accuracy']:.3f}; always "
                f"guessing the commoner tab gives {tab['accuracy_of_base_rate']:.3f}.",
            ]
    rules = ["| rule | prior | learnt |", "| --- | ---: | ---: |"]
    rules += [f"| {r['rule']} | {r['prior']:.2f} | {r['weight']:.2f} |" for r in rule_weights(fitted)]
    parts += ["## Weights of the rules (log-odds)", "\n".join(rules)]
    (folder / "report.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def _alone(found: dict[str, Any]) -> list[str]:
    names = [name for name in found["heaviest"][0] if name not in ("column", "joint")]
    lines = ["| column | joint | " + " | ".join(names) + " |", "| --- |" + " ---: |" * (1 + len(names))]
    lines += [
        f"| {row['column']} | {row['joint']:.2f} | " + " | ".join(f"{row[name]:.2f}" for name in names) + " |"
        for row in found["heaviest"]
    ]
    return [
        "What the heaviest columns weigh in the joint fit (before calibration), and where one corpus is fitted alone, in which no corpus can be told from "
        "another (“one-sided”: those with one class, together).",
        "\n".join(lines),
        f"Of {found['columns']} columns with a weight none weighs over {found['most_beyond']:.2f} more than in some corpus alone (or than its prior): what "
        "only differs between corpora, an archive or an era, cannot weigh more.",
    ]


def _languages_table(found: dict[str, Any]) -> str:
    def share(value: float | None) -> str:
        return "–" if value is None else f"{100 * value:.1f} %"

    lines = [
        "| language | wanted | of it at `fix` | spam | of it at `fix` |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {language} | {row['wanted']:,} | {share(row['wanted_flagged'])} | {row['spam']:,} | {share(row['spam_flagged'])} |"
        for language, row in found.items()
    ]
    return "\n".join(lines)


def plots(folder: Path, metrics: dict[str, Any], data: Data, fitted: Fitted) -> None:
    """ROC curves, the scores by kind of mail, and reliability, as PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    classes = Classes(data)
    kept = data.use
    figure, axes = pyplot.subplots(figsize=(6, 4.5))
    for scores, split in ((fitted.held.cv, "senders held out"), (fitted.held.loco, "corpora held out")):
        both = (classes.mailings | classes.spam) & kept
        false, true, _ = roc_curve(classes.spam[both], scores[both])
        axes.plot(np.maximum(false, 1e-4), true, label=f"wanted mailings / spam, {split}")
    axes.set(
        xscale="log", xlabel="wanted mailings flagged", ylabel="spam flagged", xlim=(5e-4, 1), ylim=(0, 1.01)
    )
    axes.axvline(0.01, color="grey", linewidth=0.8, linestyle=":")
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(folder / "roc.png", dpi=110, metadata={"Software": None})
    pyplot.close(figure)

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    edges = np.linspace(-14, 10, 60)
    for name, mask in (
        ("recent wanted mailings", classes.recent),
        ("older wanted mailings", classes.mailings & ~classes.recent),
        ("letters", classes.letters),
        ("spam of 2026", classes.recent_spam),
        ("older spam", classes.spam & ~classes.recent_spam),
    ):
        if (mask & kept).any():
            axes.hist(
                np.clip(fitted.held.cv[mask & kept], -14, 10).tolist(),
                edges.tolist(),
                density=True,
                histtype="step",
                label=name,
            )
    axes.set(xlabel="trained log-odds, senders held out (classes weighing the same)", ylabel="density")
    axes.legend()
    figure.tight_layout()
    figure.savefig(folder / "scores.png", dpi=110, metadata={"Software": None})
    pyplot.close(figure)

    figure, axes = pyplot.subplots(figsize=(5, 4.5))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for name, found in metrics["calibration"].items():
        rows = found["reliability"]
        axes.plot(
            [r["said"] for r in rows], [r["found"] for r in rows], marker="o", label=name.rpartition(", ")[2]
        )
    axes.set(xlabel="said", ylabel="found")
    axes.legend()
    figure.tight_layout()
    figure.savefig(folder / "reliability.png", dpi=110, metadata={"Software": None})
    pyplot.close(figure)
