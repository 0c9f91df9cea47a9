"""What every rendering says in the same words: the headline, places, shares, groups. It words what the
assessment holds and decides nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from scorer.assessment import Assessment, Remedy, ReportedFinding, Requirement
from scorer.message import Message
from scorer.risk import Contribution, Term, rounded_points
from scorer.rules.rule import Evidence

VERDICTS = {
    "send": "Ready to send",
    "review": "Review before sending",
    "fix": "Fix before sending",
    "blocked": "Blocked: do not send it as it is",
}
PROVIDER_VERDICTS = {
    "fine": "fine",
    "no mitigation": "no mitigation",
    "junk": "junk",
    "rejected": "rejected",
    "unknown": "unknown",
}
SHARE = "share of the score, not what mending it would gain"
BIAS = "Every mailing starts here"
STRUCTURE = "How it is made: sender, links, markup"
TEXT = "Its words"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
_KINDS = {"edit": "in the mailing", "dns": "in the DNS", "both": "in the mailing and in the DNS"}


class Numbered(NamedTuple):
    """A finding with the number that marks in previews refer to, and its whole points."""

    number: int
    finding: ReportedFinding
    points: int


class Row(NamedTuple):
    """A summand in whole points. `before` is the sum of the rows above it."""

    title: str
    points: int
    before: int
    contribution: Contribution | None


class Place(NamedTuple):
    """Where a piece of evidence stands, and its quote as written."""

    where: str
    quote: str


class TermRow(NamedTuple):
    """A word, phrase or property; `tenths` is its share in tenths of a point."""

    title: str
    tenths: int
    term: Term | None


def percent(risk: float) -> str:
    """A probability in words: never a flat 0 or 100 per cent."""
    if risk < 0.01:
        return "less than 1 %"
    return "more than 99 %" if risk > 0.99 else f"about {round(100 * risk)} %"


def meaning(assessment: Assessment) -> str:
    """What the score means, in one line."""
    return f"{percent(assessment.risk)} risk that a mailbox provider's filter junks or refuses it"


def range_text(assessment: Assessment) -> str:
    """The range that unknown facts leave open, "" where it is no wider than the score."""
    low, high = (round(bound) for bound in assessment.score_range)
    if low == high:
        return ""
    unchecked = len({item.rule for item in assessment.not_checked})
    checks = "1 check" if unchecked == 1 else f"{unchecked} checks"
    return f"Between {low} and {high}, depending on {checks} that could not be made."


def blocked_because(assessment: Assessment) -> tuple[str, ...]:
    """What blocks the mailing: findings that are blockers, and providers whose own rules refuse it."""
    if assessment.verdict != "blocked":
        return ()
    found = [item.title for item in assessment.findings if item.severity == "blocker"]
    refused = [item for item in assessment.providers if item.verdict == "rejected"]
    return (*found, *(f"{item.name} refuses it by its own rules: {item.reason}" for item in refused))


def signed(points: int) -> str:
    """Whole points with their sign."""
    return f"+{points}" if points > 0 else f"\u2212{-points}" if points < 0 else "0"


def points_words(points: int) -> str:
    """Whole points with their sign and unit."""
    return signed(points) + (" point" if abs(points) == 1 else " points")


def model_words(assessment: Assessment) -> str:
    """Which artefact weighed: its name, version and the beginning of its hash."""
    model = assessment.model
    return " ".join(part for part in (model.name, model.version, model.sha256[:12]) if part)


def tenths(value: int) -> str:
    """Tenths of a point with their sign, as a decimal."""
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"{sign}{abs(value) // 10}.{abs(value) % 10}"


def numbered(assessment: Assessment) -> tuple[tuple[Numbered, ...], tuple[Numbered, ...]]:
    """The findings that bear on delivery, and those of law and courtesy, numbered in one row."""
    whole = dict(
        zip(
            (item.id for item in assessment.contributions),
            rounded_points(assessment.contributions, assessment.score),
            strict=True,
        )
    )
    delivery = [item for item in assessment.findings if item.group != "law"]
    law = [item for item in assessment.findings if item.group == "law"]
    all_ = [
        Numbered(number, item, whole.get(item.rule, 0)) for number, item in enumerate([*delivery, *law], 1)
    ]
    return tuple(all_[: len(delivery)]), tuple(all_[len(delivery) :])


def title_of(contribution: Contribution, assessment: Assessment) -> str:
    """A summand's name for people."""
    if contribution.kind == "bias":
        return BIAS
    if contribution.kind in ("text", "structure"):
        return TEXT if contribution.kind == "text" else STRUCTURE
    return next((item.title for item in assessment.findings if item.rule == contribution.id), contribution.id)


def rows(assessment: Assessment, most: int = 0) -> tuple[Row, ...]:
    """The sum as a table: where every mailing starts, what adds, what takes away. The points sum to the
    rounded score. Beyond `most` rows (0 for no bound) the smallest are one row."""
    points = rounded_points(assessment.contributions, assessment.score)
    pairs = list(zip(assessment.contributions, points, strict=True))
    start = [pair for pair in pairs if pair[0].kind == "bias"]
    rest = sorted((pair for pair in pairs if pair[0].kind != "bias"), key=lambda pair: -abs(pair[0].points))
    small = 0
    others = 0
    if most and len(rest) > most:
        rest, cut = rest[: most - 1], rest[most - 1 :]
        others, small = sum(share for _, share in cut), len(cut)
    rest.sort(key=lambda pair: -pair[0].points)
    found: list[Row] = []
    running = 0
    for contribution, share in [*start, *rest]:
        found.append(Row(title_of(contribution, assessment), share, running, contribution))
        running += share
    if small:
        found.append(Row(f"{small} smaller ones", others, running, None))
    return tuple(found)


def term_rows(contribution: Contribution, others: str, most: int = 0) -> tuple[TermRow, ...]:
    """The terms of a summand and their remainder (named `others`), in tenths that sum to its own points.
    Beyond `most` terms (0 for no bound) the lightest join the remainder."""
    if not contribution.terms:
        return ()
    total = contribution.log_odds
    slope = 10.0 * contribution.points / total if abs(total) > 1e-9 else 0.0
    ranked = sorted(contribution.terms, key=lambda term: -abs(term.log_odds))
    shown = ranked[:most] if most and len(ranked) > most + 1 else ranked
    parts: list[tuple[str, float, Term | None]] = [
        (term.title or term.id.removeprefix("s:"), term.log_odds * slope, term) for term in shown
    ]
    rest = math.fsum([contribution.remainder, *(term.log_odds for term in ranked[len(shown) :])])
    if abs(rest) > 1e-12:
        parts.append((others, rest * slope, None))
    whole = [math.floor(share) for _, share, _ in parts]
    order = sorted(range(len(parts)), key=lambda i: (whole[i] - parts[i][1], i))
    for i in order[: max(0, round(10.0 * contribution.points) - sum(whole))]:
        whole[i] += 1
    return tuple(TermRow(title, share, term) for (title, _, term), share in zip(parts, whole, strict=True))


def line_of(text: str, position: int) -> int:
    """The number of the line on which a position stands."""
    return text.count("\n", 0, position) + 1


def place(evidence: Evidence, message: Message | None) -> Place:
    """Where a piece of evidence stands, in words."""
    kind, name, quote = evidence.kind, evidence.name, evidence.quote
    if kind == "header":
        return Place(f"header {name}" if name else "headers", quote)
    if kind == "part":
        return Place(f"MIME part {name}" if name else "MIME structure", quote)
    if kind == "link":
        number = int(name) + 1 if re.fullmatch(r"\d{1,6}", name) else 0
        links = message.page.links if message is not None and message.page is not None else ()
        text = links[number - 1].text if 0 < number <= len(links) else ""
        where = f"link {number}" if number else "link"
        return Place(f"{where} (\u201c{text[:60]}\u201d) to" if text and text != quote else where, quote)
    if kind == "attachment":
        return Place("attachment", " \u00b7 ".join(dict.fromkeys(part for part in (name, quote) if part)))
    if kind == "dns":
        return Place(f"DNS {name}" if name else "DNS", quote)
    if kind == "sending":
        if name.startswith("audience."):  # stated, or known from a history
            return Place(f"audience, {name.removeprefix('audience.').replace('_', ' ')}", quote)
        return Place(f"sending profile, {name}" if name else "sending profile", quote)
    where = {"html": "HTML source", "text": "plain text", "visible": "visible text"}[kind]
    source = None if message is None else _body(kind, message)
    if evidence.start >= 0:
        if source is not None and evidence.start <= len(source):
            where += f", line {line_of(source, evidence.start)}"
        else:
            where += f", characters {evidence.start} to {evidence.end}"
    return Place(where, quote)


def _body(kind: str, message: Message) -> str | None:
    if kind == "visible":
        return message.visible_text
    return message.html if kind == "html" else message.text


def where_term(term: Term, message: Message | None) -> str:
    """Where a word stands: the first place with its surroundings, and how many more there are."""
    if not term.spans:
        return ""
    where, start, end = term.spans[0]
    text = None
    if message is not None:
        text = message.subject if where == "subject" else message.visible_text
    if where == "subject":
        first = "subject"
    elif text is None:
        first = f"{where}, character {start + 1}"
    else:
        first = f"{where}, line {line_of(text, start)}"
    if text is not None and 0 <= start < end <= len(text):
        left, right = _around(text, start, end)
        # An ellipsis where the line goes on.
        before = "\u2026" if left and text[left - 1] != "\n" else ""
        after = "\u2026" if right < len(text) and text[right] != "\n" else ""
        first += f": \u201c{before}{text[left:right].strip()}{after}\u201d"
    more = len(term.spans) - 1
    return first + (f" (and {more} more)" if more else "")


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of a few words around a place, on its line."""
    line = text.rfind("\n", 0, start) + 1
    left = max(line, start - 24)
    if left > line and (space := text.find(" ", left, start)) >= 0:
        left = space + 1
    line = text.find("\n", end)
    line = len(text) if line < 0 else line
    right = min(line, end + 24)
    if right < line and (space := text.rfind(" ", end, right)) >= 0:
        right = space
    return left, right


def where_only(term: Term) -> str:
    """In which parts a word stands, and how often."""
    count: dict[str, int] = {}
    for where, _, _ in term.spans:
        count[where] = count.get(where, 0) + 1
    return ", ".join(where if many == 1 else f"{where} ×{many}" for where, many in count.items())


def if_fixed(remedy: Remedy) -> str:
    """ "if you fix these two in the mailing"."""
    many = len(remedy.text)
    word = _NUMBERS[many] if many < len(_NUMBERS) else str(many)
    return f"if you fix {'this' if many == 1 else f'these {word}'} {_KINDS[remedy.kind]}"


def remedy_head(assessment: Assessment, remedy: Remedy) -> str:
    """ "72 → 18 if you fix these two in the mailing"."""
    return f"{round(assessment.score)} \u2192 {round(remedy.score)} {if_fixed(remedy)}"


def unchecked_by_reason(assessment: Assessment) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Reasons with the rules that could not be judged for them, most rules first."""
    groups: dict[str, list[str]] = {}
    for item in assessment.not_checked:
        rules = groups.setdefault(item.reason, [])
        if item.rule not in rules:
            rules.append(item.rule)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return tuple((reason, tuple(rules)) for reason, rules in ordered)


def met_words(requirement: Requirement) -> str:
    """Whether a requirement is met, in a word."""
    return "not known" if requirement.met is None else "met" if requirement.met else "not met"


def size_words(size: int) -> str:
    """A number of bytes for people."""
    return f"{size} byte{'' if size == 1 else 's'}" if size < 10_000 else f"{size / 1000:.0f} kB"


def occurrences(finding: ReportedFinding) -> str:
    """How often a finding occurs, "" for once."""
    return f"{finding.count} times" if finding.count > 1 else ""


def unique(items: Sequence[Place]) -> tuple[Place, ...]:
    """Places without repetitions, in order."""
    return tuple(dict.fromkeys(items))
