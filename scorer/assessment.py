"""The whole answer, as one immutable value. Its JSON form (`schema`) is the contract with other programs."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from scorer.message import Defect
from scorer.risk import Contribution
from scorer.rules.rule import Evidence, NotChecked, Param, Severity
from scorer.said import plain

SCHEMA = "1.0"
Verdict = Literal["send", "review", "fix", "blocked"]
ProviderVerdict = Literal["fine", "no mitigation", "junk", "rejected", "unknown"]


class Because(msgspec.Struct, frozen=True):
    """Why: the message's id ("rule/message"), this mailing's own values, and the English sentence."""

    id: str
    params: dict[str, Param]
    text: str


class FixText(msgspec.Struct, frozen=True):
    """What mends it. `kind` as in `scorer.rules.rule.Fix`; `edit` is what `score fix` does, "" if nothing."""

    text: str
    kind: str
    edit: str = ""
    params: dict[str, Param] = {}


class SourceRef(msgspec.Struct, frozen=True):
    """A rule's source."""

    title: str
    url: str
    date: str


class ReportedFinding(msgspec.Struct, frozen=True):
    """A finding with its sentences. `log_odds` and `points` are its contribution, 0 if it has no weight."""

    rule: str
    group: str
    severity: Severity
    title: str
    because: Because
    evidence: tuple[Evidence, ...]
    fix: FixText
    sources: tuple[SourceRef, ...]
    count: int
    log_odds: float
    points: float


class Requirement(msgspec.Struct, frozen=True):
    """One line of a mailbox provider's table and how this mailing meets it. `code` is the SMTP code to
    expect where it is not met; `since` and `checked` are ISO dates."""

    id: str
    text: str
    met: bool | None
    reason: str
    consequence: ProviderVerdict
    code: str
    since: str
    checked: str
    source: str


class ProviderReport(msgspec.Struct, frozen=True):
    """What one mailbox provider's published rules say of the mailing, apart from the probability."""

    provider: str
    name: str
    verdict: ProviderVerdict
    reason: str
    requirements: tuple[Requirement, ...]


class RecordToPublish(msgspec.Struct, frozen=True):
    """A DNS record, ready to be published."""

    name: str
    type: str
    value: str


class Remedy(msgspec.Struct, frozen=True):
    """One or more fixes done together, and the score that the program computed for the mended mailing."""

    fixes: tuple[str, ...]
    text: tuple[str, ...]
    kind: Literal["edit", "dns", "both"]
    score: float
    log_odds: float
    change: float
    records: tuple[RecordToPublish, ...] = ()


class RouteReport(msgspec.Struct, frozen=True):
    """How the mailing travels, in one sentence and its parts; None where unknown."""

    text: str
    profile: str
    service: str
    mode: str
    from_domain: str
    envelope_domain: str | None
    dkim_domains: tuple[str, ...]


class ModelInfo(msgspec.Struct, frozen=True):
    """Which artefact weighed."""

    name: str
    version: str
    sha256: str


class Subject(msgspec.Struct, frozen=True):
    """What was assessed."""

    from_: str = msgspec.field(name="from")
    subject: str
    size: int


class Assessment(msgspec.Struct, frozen=True):
    """The answer. `score` 0 to 100; `risk` the probability that a mailbox provider's filter junks or
    refuses the mailing; `log_odds` its logit, the exact sum of the contributions'. `score_range` is the
    score over the best and worst values of what is unknown."""

    score: float
    risk: float
    log_odds: float
    verdict: Verdict
    score_range: tuple[float, float]
    message: Subject
    route: RouteReport
    contributions: tuple[Contribution, ...]
    findings: tuple[ReportedFinding, ...]
    not_checked: tuple[NotChecked, ...]
    providers: tuple[ProviderReport, ...]
    remedies: tuple[Remedy, ...]
    defects: tuple[Defect, ...]
    model: ModelInfo
    schema: str = SCHEMA


def to_json(assessment: Assessment) -> bytes:
    """The JSON form (UTF-8, one line). What UTF-8 cannot hold, a mailing's undecodable bytes, stands as U+FFFD."""
    try:
        return msgspec.json.encode(assessment, enc_hook=plain)
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(msgspec.to_builtins(assessment, enc_hook=plain)))


def _encodable(value: Any) -> Any:
    """`value` of JSON's types with U+FFFD for lone surrogates."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value


def json_schema() -> dict[str, object]:
    """The JSON Schema of the JSON form (shipped as `scorer/tables/assessment.schema.json`)."""
    schema = msgspec.json.schema(Assessment)
    for one in schema["$defs"].values():
        if "description" in one:  # A docstring; its indentation depends on the version of Python.
            one["description"] = " ".join(one["description"].split())
    return schema
