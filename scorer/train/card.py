# ruff: noqa: E501
"""The model card, filled in from the manifest and the metrics, so that its figures are theirs."""

from __future__ import annotations

from typing import Any

from scorer.train.pipeline import FALSE_ALARMS, MOST_CAUTION
from scorer.train.report import flagged_table, pairs_table


def _corpora(manifest: dict[str, Any]) -> str:
    lines = ["| corpus | wanted | spam | report only | terms |", "| --- | ---: | ---: | ---: | --- |"]
    lines += [
        f"| {c['name']} | {c['wanted']:,} | {c['spam']:,} | {c['reported_only']:,} | {c['terms']} |"
        for c in manifest["corpora"]
    ]
    return "\n".join(lines)


def card(manifest: dict[str, Any], metrics: dict[str, Any]) -> str:
    """The whole card as Markdown."""
    grouped, apart = metrics["groups_held_out"], metrics["corpora_held_out"]
    chosen = [
        "wanted mailings / spam",
        "recent wanted mailings / spam of 2026",
        "Gmail inbox / spam of 2026",
        "wanted mailings / spam in other languages",
        "letters / spam",
    ]
    rate = manifest["base_rate"]
    placed = metrics.get("Gmail inbox / Gmail spam folder")
    foreign = metrics["flagged"]["fix"].get("spam in other languages")
    tab = metrics.get("tab") or {}
    parts = [
        "# Model card: default",
        f"Trained {manifest['trained']}, format {manifest['format']}. It adds the log-odds of a mailing's words and of its make-up (sender, links, page, phrases "
        "in some eighteen languages) to those of the rules. Both parts are sums, shown term by term.",
        "## What it is for",
        "Telling before a mailing is sent whether it looks like mail that filters junk. It is **not** for deciding about a person, for filtering incoming mail, for "
        "proving that a message is fraud, or for predicting which of two wanted mailings Gmail will put where: on that it is no better than chance (below).",
        "## Data",
        _corpora(manifest),
        "Messages are not shipped, weights are; the mailings written for this project are in `data/written`, teach what public corpora lack (wanted mail and fraud in other languages), and are no "
        "part of any figure but those that name them. The vocabulary holds words, pairs of words and runs of letters of rarer words that at least five unrelated senders or templates used; no addresses, no "
        "numbers. Wanted mail that Gmail put into the spam folder is scored and reported on, never learnt from. Every message is reduced to a strict draft first; sender and "
        "MIME structure of newsletters that were bare pages are made up and teach nothing.",
        "## The event and its base rate",
        f"The event is “{rate['event']}”. Base rate {rate['value']}: {rate['source']} ({rate['url']}, {rate['date']}); {rate['read_as']}. No corpus shows this event: they "
        "tell unwanted from wanted mail. The base rate sets where a mailing without any sign stands.",
        "## Splits",
        "Grouped: five folds, all mail of a sender's domain and of a template (half of the sketch of word 4-grams shared) in one fold, repetitions left out. Whole corpora held out: "
        "each corpus scored by a model of the others; corpora with one class only (newsletters, Gmail's inbox, spam of 2026) are held out together, so that mail of 2018 to 2026 is "
        "judged by what was learnt from 2001 to 2007.",
        "## Senders and templates held out",
        pairs_table({name: grouped[name] for name in chosen if grouped.get(name)}),
        "## Whole corpora held out",
        pairs_table({name: apart[name] for name in chosen if apart.get(name)}),
        "## Flagged at the thresholds",
        f"The starting point was lowered by {metrics['flagged']['caution']} log-odds (at most {MOST_CAUTION}) to bring the share of recent wanted mailings at `fix` (senders "
        f"held out weighing three times as much as corpora held out) towards {FALSE_ALARMS:.0%}.",
        flagged_table(metrics["flagged"]),
    ]
    if placed:
        parts += [
            "## What it cannot do",
            f"- Among wanted mailings it does not know which Gmail will junk: AUC {placed['auc']:.3f} on {placed['wanted']} inboxed against {placed['spam']} junked ones "
            f"({placed['senders_wanted']} senders, one account, 2019). Reputation and readers decide that.",
        ]
    if "auc" in tab:
        better = tab["accuracy"] > tab["accuracy_of_base_rate"]
        parts.append(
            f"- Gmail's tab (promotions or updates, n = {tab['n']}, {tab['senders']} senders): AUC {tab['auc']:.3f}, accuracy {tab['accuracy']:.3f} against {tab['accuracy_of_base_rate']:.3f} for always "
            f"guessing the commoner one. {'Too few senders to ship it.' if better else 'No better than the base rate: left out.'}"
        )
    parts += [
        "- Words are learnt from the English mail of the corpora and from the mailings written for this project in eighteen languages. The less of a text's pairs of words the model knows, the "
        "less its words are heard; there the make-up speaks. Wanted mail in other languages is nearly absent from the public corpora: "
        + (
            f"the share of spam in other languages that reaches `fix` ({100 * foreign['groups_held_out']:.1f} %, {foreign['n']} messages) is measured, false alarms on wanted mail "
            "in other languages hardly are (by language in report.md)."
            if foreign
            else "neither could be measured on these corpora."
        ),
        "- With a whole era unseen the score is cautious: compare the two columns above. Phishing that is sent from the brand's own address and links nowhere odd is not seen.",
        "- Corpora of recipients' spam and lists' letters are not corpora of campaigns; your own outcomes (`score learn`) are better evidence than any of them.",
        "- Priors of features and rules are judgement where data is thin; they are in `scorer/structure/features.py` and `scorer/tables/weights.toml`.",
        "## More",
        "[report.md](report.md): every comparison, ablations, the guess-the-corpus probe, calibration, plots. [metrics.json](metrics.json): the figures.",
    ]
    return "\n\n".join(parts) + "\n"
