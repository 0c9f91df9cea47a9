"""An answer in another language: every sentence of it translated, every id, number and quotation as it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from scorer.assessment import Assessment, ProviderReport, RecordToPublish
from scorer.message import Defect
from scorer.risk import Contribution
from scorer.rules.rule import NotChecked
from scorer.said import Said, Translate, translated

if TYPE_CHECKING:
    from scorer.readiness import Readiness


def spoken(assessment: Assessment, translate: Translate) -> Assessment:
    """`assessment` in the language of `translate`. Findings, the route and the remedies are in it already: the
    engine has their templates at hand."""
    return replace(
        assessment,
        route=replace(assessment.route, service=translated(assessment.route.service, translate)),
        contributions=tuple(_contribution(item, translate) for item in assessment.contributions),
        not_checked=tuple(
            NotChecked(item.rule, translated(item.reason, translate)) for item in assessment.not_checked
        ),
        providers=reports(assessment.providers, translate),
        remedies=tuple(
            replace(item, records=records(item.records, translate)) if item.records else item
            for item in assessment.remedies
        ),
        defects=tuple(
            Defect(item.id, item.where, _own(item.detail, translate)) for item in assessment.defects
        ),
    )


def readiness(page: Readiness, translate: Translate) -> Readiness:
    """The page about a domain in the language of `translate`; its summary and faults are in it already."""
    return replace(
        page,
        service=translated(page.service, translate),
        checks=tuple(
            replace(
                check,
                what=translated(check.what, translate),
                text=_own(check.text, translate),
                details=tuple(_own(item, translate) for item in check.details),
            )
            for check in page.checks
        ),
        publish=records(page.publish, translate),
        providers=reports(page.providers, translate),
        not_checked=tuple((translated(reason, translate), rules) for reason, rules in page.not_checked),
    )


def reports(providers: Iterable[ProviderReport], translate: Translate) -> tuple[ProviderReport, ...]:
    """The providers' verdicts in the language of `translate`."""
    return tuple(
        replace(
            item,
            name=translate(item.name),
            reason=translated(item.reason, translate),
            requirements=tuple(
                replace(line, text=translate(line.text), reason=translated(line.reason, translate))
                for line in item.requirements
            ),
        )
        for item in providers
    )


def records(values: Iterable[RecordToPublish], translate: Translate) -> tuple[RecordToPublish, ...]:
    """Records to publish: what stands for a value that only the service knows is in words."""
    return tuple(replace(item, value=_own(item.value, translate)) for item in values)


def _contribution(item: Contribution, translate: Translate) -> Contribution:
    if item.kind != "structure":
        return item
    return replace(item, terms=tuple(replace(term, title=translate(term.title)) for term in item.terms))


def _own(text: str, translate: Translate) -> str:
    """`text` translated if the program made it: otherwise it is the mailing's or the DNS's own."""
    return translated(text, translate) if isinstance(text, Said) else text
