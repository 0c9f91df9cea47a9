"""`score fix`: mend in the message what can be mended, and say what is left."""

from __future__ import annotations

import argparse
import sys
from typing import NamedTuple

from scorer.commands.common import (
    BELOW_PAR,
    OK,
    CommandError,
    config_of,
    history_of,
    read_bytes,
    resolver_of,
    sending_of,
    write_output,
)
from scorer.draft import Draft, DraftError, read_draft
from scorer.engine import Scored, Scorer
from scorer.language import ENGLISH, Language, language
from scorer.message import Message
from scorer.mime import NotMail, parse_message
from scorer.remedies.mend import Mended, mend
from scorer.rules import all_rules
from scorer.rules.rule import Finding
from scorer.sentences import fix_text


class _Input(NamedTuple):
    message: Message
    draft: Draft | None


def run(options: argparse.Namespace) -> int:
    """Write the mended message and report on standard error. Returns the exit status of the contract."""
    chosen = language(options.language)
    given = _read(options.path, chosen)
    scorer = Scorer(config_of(options), resolver_of(options.dns), history=history_of(options))
    only = frozenset(options.only or ())
    unknown = sorted(only - all_rules().keys())
    if unknown:
        raise CommandError(f"there is no rule {unknown[0]}; `score rules` lists them")
    mended = mend(scorer, given.message, sending_of(options), only=only, draft=given.draft)
    write_output(options.output, mended.output)
    print("\n".join(report(scorer, mended, chosen)), file=sys.stderr)
    after = mended.after
    below = after.risk.score < scorer.config.thresholds.fix and after.verdict != "blocked"
    return OK if below else BELOW_PAR


def _read(path: str, chosen: Language) -> _Input:
    data = read_bytes(path)
    try:
        if path.lower().endswith(".json") or data[:200].lstrip()[:1] == b"{":
            draft = read_draft(data)
            return _Input(draft.to_message(), draft)
        return _Input(parse_message(data), None)
    except (NotMail, DraftError) as error:
        raise CommandError(f"{path}: {chosen(error.args[0])}") from None


def report(scorer: Scorer, mended: Mended, chosen: Language = ENGLISH) -> list[str]:
    """The lines for the person at the terminal."""
    say = chosen.say
    lines: list[str] = []
    if mended.rules:
        lines.append(say("Mended:"))
        lines += (f"  {say(_title(scorer, rule))} ({rule})" for rule in mended.rules)
    else:
        lines.append(say("Nothing was changed."))
    if mended.notes:
        lines.append(say("To see to:"))
        lines += (f"  {chosen(note)}" for note in mended.notes)
    left = _left(scorer, mended.after, chosen)
    if left:
        lines.append(say("Left to do:"))
        lines += (f"  {text}" for text in left)
    before, after = mended.before.risk.score, mended.after.risk.score
    lines.append(say("Score {before} -> {after}", before=f"{before:.0f}", after=f"{after:.0f}"))
    return [" ".join(line.split()) if not line.startswith("  ") else f"  {_shown(line)}" for line in lines]


def _shown(line: str) -> str:
    """One line without control characters, which a message may smuggle to the terminal."""
    return "".join(c if c.isprintable() else " " for c in line).strip()


def _title(scorer: Scorer, id: str) -> str:
    return next((registered.rule.title for registered in scorer.rules if registered.rule.id == id), id)


def _left(scorer: Scorer, scored: Scored, chosen: Language) -> list[str]:
    """What to do about each finding that is left, the heaviest first."""
    rules = {registered.rule.id: registered.rule for registered in scorer.rules}
    weights = scorer.config.weights

    def weight(finding: Finding) -> float:
        return -weights.of(finding.rule, finding.message)

    ordered = sorted(scored.findings, key=weight)
    return [
        f"{chosen(rules[f.rule].title)}: {fix_text(rules[f.rule], f, chosen.translate)}"
        for f in ordered
        if f.rule in rules
    ]
