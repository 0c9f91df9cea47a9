"""The golden results: what every sample mailing and every rule's own example comes to, in `tests/golden.jsonl`.

Where results are changed on purpose (a rule, a model, a weight), write them anew, and look at what changed:

    python -m tests.golden
    git diff --stat tests/golden.jsonl
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scorer.assessment import Assessment
from scorer.engine import Scorer
from scorer.examples import message_of, resolver_of, sending_of
from scorer.rules import all_rules
from tests.test_samples import SAMPLES, assess, name_of

PATH = Path(__file__).with_name("golden.jsonl")
DECIMALS = 12


def results() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each message's name and what it comes to: of samples with every term of the models, of examples the sums."""
    for number, sample in enumerate(SAMPLES):
        yield f"sample {name_of(sample)}", result(assess(number, True), terms=True)
    scorer = Scorer()
    for id, registered in all_rules().items():
        for kind, example in (("fails", registered.rule.fails), ("passes", registered.rule.passes)):
            message, sending = message_of(example), sending_of(example)
            scored = scorer.run(message, sending, resolver_of(example))
            yield f"{id} {kind}", result(scorer.assessment(scored), terms=False)


def result(answer: Assessment, terms: bool) -> dict[str, Any]:
    """Ids of rules, and numbers; with `terms` every term, and the ids of what was not checked instead of their number."""
    numbers = {"score": answer.score, "highest": answer.score_range[1]}
    for contribution in answer.contributions:
        numbers[contribution.id] = contribution.log_odds
        if terms and contribution.terms:
            numbers |= {f"{contribution.id} {term.id}": term.log_odds for term in contribution.terms}
            numbers[f"{contribution.id} remainder"] = contribution.remainder
    unchecked = {item.rule for item in answer.not_checked}
    return {
        "verdict": answer.verdict,
        "findings": {finding.rule: finding.count for finding in answer.findings},
        "not_checked": sorted(unchecked) if terms else len(unchecked),
        "providers": " ".join(f"{report.provider}:{report.verdict}" for report in answer.providers),
        "numbers": {name: round(number, DECIMALS) for name, number in numbers.items()},
    }


def main() -> None:
    """Write the results."""
    lines = [json.dumps({"message": name} | found, ensure_ascii=False) for name, found in results()]
    PATH.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} messages in {PATH}")


if __name__ == "__main__":
    main()
