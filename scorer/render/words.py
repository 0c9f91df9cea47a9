"""What every rendering says in the same words: the headline, places, shares, groups. It words what the
assessment holds and decides nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from scorer.assessment import Assessment, Remedy, ReportedFinding, Requirement
from scorer.language import ENGLISH, Language
from scorer.message import Defect, Message
from scorer.risk import Contribution, Term, rounded_points
from scorer.rules.rule import Evidence
from scorer.said import say

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
BIAS = "Every mailing starts here"
SEVERITIES = {"info": "info", "warning": "warning", "error": "error", "blocker": "blocker"}
GROUPS = {
    "identity": "identity",
    "authentication": "authentication",
    "unsubscribe": "unsubscribe",
    "links": "links",
    "content": "content",
    "structure": "structure",
    "attachments": "attachments",
    "audience": "audience",
    "reputation": "reputation",
    "law": "law",
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
BODIES = {"html": "HTML source", "text": "plain text", "visible": "visible text"}
PARTS = {"subject": "subject", "body": "body"}


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


def signed(points: int) -> str:
    """Whole points with their sign."""
    return f"+{points}" if points > 0 else f"\u2212{-points}" if points < 0 else "0"


def model_words(assessment: Assessment) -> str:
    """Which artefact weighed: its name, version and the beginning of its hash."""
    model = assessment.model
    return " ".join(part for part in (model.name, model.version, model.sha256[:12]) if part)


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


def _body(kind: str, message: Message) -> str | None:
    if kind == "visible":
        return message.visible_text
    return message.html if kind == "html" else message.text


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


def unchecked_by_reason(assessment: Assessment) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Reasons with the rules that could not be judged for them, most rules first."""
    groups: dict[str, list[str]] = {}
    for item in assessment.not_checked:
        rules = groups.setdefault(item.reason, [])
        if item.rule not in rules:
            rules.append(item.rule)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return tuple((reason, tuple(rules)) for reason, rules in ordered)


def unique(items: Sequence[Place]) -> tuple[Place, ...]:
    """Places without repetitions, in order."""
    return tuple(dict.fromkeys(items))


class Words:
    """The words of one language."""

    def __init__(self, language: Language = ENGLISH) -> None:
        self.language = language
        self.say = language.say
        self.plural = language.plural
        self.quote = language.quote
        self.share = self.say("share of the score, not what mending it would gain")
        self.structure = self.say("How it is made: sender, links, markup")
        self.text = self.say("Its words")

    def percent(self, risk: float) -> str:
        """A probability in words: never a flat 0 or 100 per cent."""
        if risk < 0.01:
            return self.say("less than 1 %")
        if risk > 0.99:
            return self.say("more than 99 %")
        return self.say("about {percent} %", percent=round(100 * risk))

    def meaning(self, assessment: Assessment) -> str:
        """What the score means, in one line."""
        return self.say(
            "{percent} risk that a mailbox provider's filter junks or refuses it",
            percent=self.percent(assessment.risk),
        )

    def range_text(self, assessment: Assessment) -> str:
        """The range that unknown facts leave open, "" where it is no wider than the score."""
        low, high = (round(bound) for bound in assessment.score_range)
        if low == high:
            return ""
        unchecked = len({item.rule for item in assessment.not_checked})
        return self.plural(
            "Between {low} and {high}, depending on {count} check that could not be made.",
            "Between {low} and {high}, depending on {count} checks that could not be made.",
            unchecked,
            low=low,
            high=high,
        )

    def blocked_because(self, assessment: Assessment) -> tuple[str, ...]:
        """What blocks the mailing: findings that are blockers, and providers whose own rules refuse it."""
        if assessment.verdict != "blocked":
            return ()
        found = [item.title for item in assessment.findings if item.severity == "blocker"]
        refused = [item for item in assessment.providers if item.verdict == "rejected"]
        return (
            *found,
            *(
                self.say("{name} refuses it by its own rules: {because}", name=item.name, because=item.reason)
                for item in refused
            ),
        )

    def points_words(self, points: int) -> str:
        """Whole points with their sign and unit."""
        return self.plural("{points} point", "{points} points", abs(points), points=signed(points))

    def tenths(self, value: int) -> str:
        """Tenths of a point with their sign, as a decimal."""
        return ("+" if value > 0 else "") + self.language.number(value / 10, 1)

    def title_of(self, contribution: Contribution, assessment: Assessment) -> str:
        """A summand's name for people."""
        if contribution.kind == "bias":
            return self.say(BIAS)
        if contribution.kind in ("text", "structure"):
            return self.text if contribution.kind == "text" else self.structure
        return next(
            (item.title for item in assessment.findings if item.rule == contribution.id), contribution.id
        )

    def rows(self, assessment: Assessment, most: int = 0) -> tuple[Row, ...]:
        """The sum as a table: where every mailing starts, what adds, what takes away. The points sum to the
        rounded score. Beyond `most` rows (0 for no bound) the smallest are one row."""
        points = rounded_points(assessment.contributions, assessment.score)
        pairs = list(zip(assessment.contributions, points, strict=True))
        start = [pair for pair in pairs if pair[0].kind == "bias"]
        rest = sorted(
            (pair for pair in pairs if pair[0].kind != "bias"), key=lambda pair: -abs(pair[0].points)
        )
        small = 0
        others = 0
        if most and len(rest) > most:
            rest, cut = rest[: most - 1], rest[most - 1 :]
            others, small = sum(share for _, share in cut), len(cut)
        rest.sort(key=lambda pair: -pair[0].points)
        found: list[Row] = []
        running = 0
        for contribution, share in [*start, *rest]:
            found.append(Row(self.title_of(contribution, assessment), share, running, contribution))
            running += share
        if small:
            found.append(
                Row(self.plural("{count} smaller one", "{count} smaller ones", small), others, running, None)
            )
        return tuple(found)

    def place(self, evidence: Evidence, message: Message | None) -> Place:
        """Where a piece of evidence stands, in words."""
        kind, name, quote = evidence.kind, evidence.name, evidence.quote
        if kind == "header":
            return Place(self.say("header {name}", name=name) if name else self.say("headers"), quote)
        if kind == "part":
            return Place(
                self.say("MIME part {name}", name=name) if name else self.say("MIME structure"), quote
            )
        if kind == "link":
            number = int(name) + 1 if re.fullmatch(r"\d{1,6}", name) else 0
            links = message.page.links if message is not None and message.page is not None else ()
            text = links[number - 1].text if 0 < number <= len(links) else ""
            where = self.say("link {number}", number=number) if number else self.say("link")
            if text and text != quote:
                return Place(self.say("{link} (“{text}”) to", link=where, text=text[:60]), quote)
            return Place(where, quote)
        if kind == "attachment":
            return Place(
                self.say("attachment"), " \u00b7 ".join(dict.fromkeys(part for part in (name, quote) if part))
            )
        if kind == "dns":
            return Place(f"DNS {name}" if name else "DNS", quote)
        if kind == "sending":
            if name.startswith("audience."):  # stated, or known from a history
                what = name.removeprefix("audience.").replace("_", " ")
                return Place(self.say("audience, {what}", what=say(what)), quote)
            return Place(
                self.say("sending profile, {name}", name=name) if name else self.say("sending profile"), quote
            )
        where = self.say(BODIES[kind])
        source = None if message is None else _body(kind, message)
        if evidence.start >= 0:
            if source is not None and evidence.start <= len(source):
                where = self._line(where, source, evidence.start)
            else:
                where = self.say(
                    "{where}, characters {start} to {end}",
                    where=where,
                    start=evidence.start,
                    end=evidence.end,
                )
        return Place(where, quote)

    def _line(self, where: str, text: str, position: int) -> str:
        return self.say("{where}, line {line}", where=where, line=line_of(text, position))

    def where_term(self, term: Term, message: Message | None) -> str:
        """Where a word stands: the first place with its surroundings, and how many more there are."""
        if not term.spans:
            return ""
        where, start, end = term.spans[0]
        text = None
        if message is not None:
            text = message.subject if where == "subject" else message.visible_text
        if where == "subject":
            first = self.say("subject")
        elif text is None:
            first = self.say("{where}, character {number}", where=self._part(where), number=start + 1)
        else:
            first = self._line(self._part(where), text, start)
        if text is not None and 0 <= start < end <= len(text):
            left, right = _around(text, start, end)
            # An ellipsis where the line goes on.
            before = "\u2026" if left and text[left - 1] != "\n" else ""
            after = "\u2026" if right < len(text) and text[right] != "\n" else ""
            first += ": " + self.quote(f"{before}{text[left:right].strip()}{after}")
        more = len(term.spans) - 1
        return first + " " + self.plural("(and {count} more)", "(and {count} more)", more) if more else first

    def _part(self, where: str) -> str:
        return self.say(PARTS.get(where, where))

    def where_only(self, term: Term) -> str:
        """In which parts a word stands, and how often."""
        count: dict[str, int] = {}
        for where, _, _ in term.spans:
            count[where] = count.get(where, 0) + 1
        return ", ".join(
            self._part(where) if many == 1 else f"{self._part(where)} ×{many}"
            for where, many in count.items()
        )

    def if_fixed(self, remedy: Remedy) -> str:
        """ "if you fix these two in the mailing"."""
        many = len(remedy.text)
        number = self.say(NUMBERS[many]) if many < len(NUMBERS) else self.language.number(many)
        if remedy.kind == "edit":
            return self.plural(
                "if you fix this in the mailing",
                "if you fix these {number} in the mailing",
                many,
                number=number,
            )
        if remedy.kind == "dns":
            return self.plural(
                "if you fix this in the DNS", "if you fix these {number} in the DNS", many, number=number
            )
        return self.plural(
            "if you fix this in the mailing and in the DNS",
            "if you fix these {number} in the mailing and in the DNS",
            many,
            number=number,
        )

    def remedy_head(self, assessment: Assessment, remedy: Remedy) -> str:
        """ "72 → 18 if you fix these two in the mailing"."""
        return f"{round(assessment.score)} \u2192 {round(remedy.score)} {self.if_fixed(remedy)}"

    def met_words(self, requirement: Requirement) -> str:
        """Whether a requirement is met, in a word."""
        if requirement.met is None:
            return self.say("not known")
        return self.say("met") if requirement.met else self.say("not met")

    def size_words(self, size: int) -> str:
        """A number of bytes for people."""
        if size < 10_000:
            return self.plural("{count} byte", "{count} bytes", size)
        return self.language.number(size / 1000) + " kB"

    def occurrences(self, finding: ReportedFinding) -> str:
        """How often a finding occurs, "" for once."""
        if finding.count <= 1:
            return ""
        return self.plural("{count} time", "{count} times", finding.count)

    def requirement(self, line: Requirement) -> str:
        """One requirement of a provider: whether it is met, what follows otherwise, and where it is said."""
        return self.say(
            "{text}: {met}, {because}; else {consequence}. Since {since}, read {checked}: {source}",
            text=line.text,
            met=self.met_words(line),
            because=line.reason,
            consequence=self.consequence(line),
            since=line.since,
            checked=line.checked,
            source=line.source,
        )

    def consequence(self, line: Requirement) -> str:
        """What follows where the requirement is not met, with the SMTP code."""
        return self.provider_verdict(line.consequence) + (f" ({line.code})" if line.code else "")

    def defect(self, defect: Defect) -> str:
        """An oddity met while reading: its id, where, and in detail."""
        where = (
            self.say("{what} in {place}", what=defect.id, place=defect.where) if defect.where else defect.id
        )
        return f"{where}: {defect.detail}" if defect.detail else where

    def verdict(self, assessment: Assessment) -> str:
        """The verdict, as a headline."""
        return self.say(VERDICTS[assessment.verdict])

    def provider_verdict(self, verdict: str) -> str:
        """A mailbox provider's verdict, or what follows from a requirement that is not met."""
        return self.say(PROVIDER_VERDICTS[verdict])

    def severity(self, finding: ReportedFinding) -> str:
        """How severe a finding is, in a word."""
        return self.say(SEVERITIES[finding.severity])

    def group(self, finding: ReportedFinding) -> str:
        """The group of a finding's rule, in a word."""
        return self.say(GROUPS[finding.group])

    def others(self, kind: str) -> str:
        """The remainder of the terms of a summand."""
        return self.say("all other words") if kind == "text" else self.say("everything else")
