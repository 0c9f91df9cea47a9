"""Which fixes lower the score, and by how much: each is applied, and the mailing is scored again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scorer.assessment import RecordToPublish, Remedy
from scorer.dns import Resolver
from scorer.mime import parse_message
from scorer.remedies.edits.registry import Step, perform
from scorer.remedies.mailing import Mailing, mailing_of
from scorer.remedies.mend import as_signed
from scorer.remedies.overlay import Overlay
from scorer.remedies.pages import page_of, sharing
from scorer.remedies.plan import Candidate, candidates_of
from scorer.remedies.publish import set_up
from scorer.remedies.wire import rewrite
from scorer.risk import Risk
from scorer.sending import Sending
from scorer.sentences import Translate

if TYPE_CHECKING:
    from scorer.engine import Scored
    from scorer.remedies.rescore import Rescorer

MAX_SINGLES = 12
MAX_PAIRED = 4
MAX_CANDIDATES = 30
LEAST_GAIN = 0.05
"""Log-odds that a remedy must gain to be worth a line, and a larger one over a smaller."""
MAX_BYTES = 5 << 20
"""Size of a message beyond which no remedies are computed: each rerun reads it whole again."""


class Trial(NamedTuple):
    """What the program computed for the mailing with these candidates done."""

    chosen: tuple[Candidate, ...]
    risk: Risk


def search(
    rescorer: Rescorer, scored: Scored, sending: Sending, resolver: Resolver, translate: Translate
) -> tuple[Remedy, ...]:
    """The best fix, the best pair and everything together, as far as each adds something.

    Every score is that of a rerun: the edits are made, the message is parsed again, records to publish are
    put in front of `resolver`, and all stages run anew. Nothing is offered whose rerun does not lower the
    log-odds.
    """
    message = scored.facts.message
    if message.size > MAX_BYTES or not scored.findings:
        return ()
    with sharing(message.html, message.page):
        return _search(rescorer, scored, sending, resolver, translate)


def _search(
    rescorer: Rescorer, scored: Scored, sending: Sending, resolver: Resolver, translate: Translate
) -> tuple[Remedy, ...]:
    scorer = rescorer.scorer
    weights = scorer.config.weights
    worst_first = sorted(scored.findings, key=lambda f: -weights.of(f.rule, f.message))
    candidates = candidates_of(worst_first, scorer.rules, scored.facts, resolver, translate)
    bench = _Bench(rescorer, scored, sending, resolver)
    candidates = bench.merged(candidates[:MAX_CANDIDATES])
    singles = [trial for one in candidates[:MAX_SINGLES] if (trial := bench.attempt((one,))) is not None]
    helpful = sorted(
        (trial for trial in singles if trial.risk.log_odds < scored.risk.log_odds),
        key=lambda trial: trial.risk.log_odds,
    )
    if not helpful:
        return ()
    chosen = [helpful[0]]
    fixes = [trial.chosen[0] for trial in helpful]
    pairs = [
        trial for pair in combinations(fixes[:MAX_PAIRED], 2) if (trial := bench.attempt(pair)) is not None
    ]
    if pairs:
        chosen.append(min(pairs, key=lambda trial: trial.risk.log_odds))
    # One that gains nothing alone may gain beside others, and one that gains alone nothing beside them.
    together = [tuple(fixes)] if len(fixes) > 2 else []
    if len(candidates) > max(2, len(fixes)):
        together.append(tuple(candidates))
    all_of_it = [trial for several in together if (trial := bench.attempt(several)) is not None]
    if all_of_it:
        chosen.append(min(all_of_it, key=lambda trial: trial.risk.log_odds))
    kept: list[Trial] = []
    least = scored.risk.log_odds
    for trial in chosen:
        if least - trial.risk.log_odds >= LEAST_GAIN:
            kept.append(trial)
            least = trial.risk.log_odds
    return tuple(_remedy(trial, scored.risk) for trial in kept)


class _Bench:
    """Runs the engine over mended mailings."""

    def __init__(self, rescorer: Rescorer, scored: Scored, sending: Sending, resolver: Resolver) -> None:
        self.rescorer, self.scored, self.sending, self.resolver = rescorer, scored, sending, resolver
        self._alone: list[tuple[tuple[Step, ...], Mailing]] = []
        self._overlays: list[tuple[dict[tuple[str, str], tuple[str, ...]], Overlay]] = []
        self.old = mailing_of(scored.facts.message)

    def merged(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, of which those whose edits come to the same are one, and those that change nothing
        none."""
        found: dict[Mailing | int, Candidate] = {}
        for number, candidate in enumerate(candidates):
            key: Mailing | int = number
            if candidate.steps:
                new = perform(self.old, candidate.steps).mailing
                if new.same_content(self.old):
                    continue
                self._alone.append((candidate.steps, new))
                key = msgspec.structs.replace(new, notes=())
            held = found.get(key)
            if held is None:
                found[key] = candidate
            else:
                found[key] = held._replace(rules=(*held.rules, *candidate.rules))
        return list(found.values())

    def attempt(self, chosen: Sequence[Candidate]) -> Trial | None:
        """The risk with these done; None where an edit changes nothing, or the message cannot be mended."""
        try:
            return self._attempt(tuple(chosen))
        except Exception:  # one fix that cannot be computed must not lose the others
            return None

    def _attempt(self, chosen: tuple[Candidate, ...]) -> Trial | None:
        message = self.scored.facts.message
        steps: list[Step] = [step for candidate in chosen for step in candidate.steps]
        if steps:
            new = self._edited(chosen, steps)
            if new.same_content(self.old):
                return None
            mended = parse_message(rewrite(message, self.old, new), composed=message.composed)
            mended = as_signed(mended, message)
            if mended.html is not None:
                mended.__dict__["page"] = page_of(mended.html)
            message = mended
        sending, resolver = self.sending, self.resolver
        answers: dict[tuple[str, str], tuple[str, ...]] = {}
        for candidate in chosen:
            if candidate.publication is not None:
                answers.update(candidate.publication.answers)
                if candidate.publication.sets_up:
                    sending = set_up(sending)
        if answers:
            resolver = self._overlay(answers)
        return Trial(chosen, self.rescorer.risk(message, sending, resolver))

    def _edited(self, chosen: tuple[Candidate, ...], steps: list[Step]) -> Mailing:
        """The mailing with these edits made; one candidate's were made when candidates were merged."""
        if len(chosen) == 1:
            for made, mailing in self._alone:
                if made is chosen[0].steps:
                    return mailing
        return perform(self.old, steps).mailing

    def _overlay(self, answers: dict[tuple[str, str], tuple[str, ...]]) -> Overlay:
        """The DNS with these answers; the same object for the same answers."""
        for held, overlay in self._overlays:
            if held == answers:
                return overlay
        overlay = Overlay(self.resolver, answers)
        self._overlays.append((answers, overlay))
        return overlay


def _remedy(trial: Trial, before: Risk) -> Remedy:
    edits = any(candidate.steps for candidate in trial.chosen)
    published = any(candidate.publication for candidate in trial.chosen)
    records: dict[RecordToPublish, None] = {}
    for candidate in trial.chosen:
        if candidate.publication is not None:
            records.update(dict.fromkeys(candidate.publication.records))
    return Remedy(
        fixes=tuple(dict.fromkeys(rule for candidate in trial.chosen for rule in candidate.rules)),
        text=tuple(dict.fromkeys(text for candidate in trial.chosen for text in candidate.texts)),
        kind="both" if edits and published else ("dns" if published else "edit"),
        score=trial.risk.score,
        log_odds=trial.risk.log_odds,
        change=trial.risk.score - before.score,
        records=tuple(records),
    )
