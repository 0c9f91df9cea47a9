"""From findings to what can be done about them: edits of the mailing, records in the DNS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

import scorer.remedies.edits as edits
from scorer.dns import Resolver
from scorer.facts import Facts
from scorer.remedies.edits.registry import Step, Task
from scorer.remedies.publish import Publication, publication_for
from scorer.rules import Registered
from scorer.rules.rule import Finding, Hit
from scorer.sentences import Translate, fix_text, untranslated

MAX_HITS = 1000


class Candidate(NamedTuple):
    """Something to do: against which findings (rule ids), what it is in words, the edits or the records."""

    rules: tuple[str, ...]
    texts: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    publication: Publication | None = None


def steps_of(registered: Registered, facts: Facts) -> tuple[Step, ...]:
    """The edits that mend the occurrences of one rule, one step for each kind of edit. Never raises."""
    rule, check = registered
    try:
        hits = [hit for hit in islice(check(facts), MAX_HITS) if isinstance(hit, Hit)]
    except Exception:  # a rule that fails is reported by the run itself
        return ()
    by_edit: dict[str, list[Hit]] = {}
    for hit in hits:
        fix = rule.fixes.get(hit.fix) or next(iter(rule.fixes.values()))
        if fix.edit in edits.EDITS:
            by_edit.setdefault(fix.edit, []).append(hit)
    return tuple(Step(name, Task(rule.id, tuple(found), facts)) for name, found in by_edit.items())


def candidates_of(
    findings: Iterable[Finding],
    rules: Sequence[Registered],
    facts: Facts,
    resolver: Resolver,
    translate: Translate = untranslated,
) -> list[Candidate]:
    """What can be done about `findings`, in their order; what the same records mend is one candidate."""
    by_id = {registered.rule.id: registered for registered in rules}
    found: dict[str, Candidate] = {}
    for finding in findings:
        registered = by_id.get(finding.rule)
        if registered is None:
            continue
        text = fix_text(registered.rule, finding, translate)
        try:
            publication = publication_for(finding, facts, resolver)
        except Exception:  # as with edits: what cannot be computed is not offered
            publication = None
        if publication is not None:
            key = f"publish {publication.key}"
            held = found.get(key)
            if held is None:
                found[key] = Candidate((finding.rule,), (text,), (), publication)
            else:
                found[key] = held._replace(rules=(*held.rules, finding.rule))
            continue
        steps = steps_of(registered, facts)
        if steps:
            found[f"edit {finding.rule}"] = Candidate((finding.rule,), (text,), steps)
    return list(found.values())
