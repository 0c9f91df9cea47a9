"""The API under /v1: preflight, mending, batches, and what can be looked up."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query
from pydantic import StringConstraints
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from scorer.assessment import Assessment, ProviderVerdict, Verdict, to_json
from scorer.draft import Draft, DraftError
from scorer.language import Language
from scorer.rules import Registered
from scorer.rules.rule import Severity, Source
from scorer.said import plain, say
from scorer.sending import ProfileSummary, Sending, list_profiles, load_shipped, with_overrides
from scorer.service.guard import Guard
from scorer.service.logs import fault_of, log
from scorer.service.problems import Problem, ProblemDetails, internal, too_large, too_slow
from scorer.service.reading import (
    Job,
    PreflightRequest,
    content_type_of,
    decode_json,
    from_request,
    read_body,
    read_job,
    refuse_encoding,
    sending_of,
)
from scorer.service.work import Desk, tenant_of, with_resolver

NDJSON = "application/x-ndjson"
DOMAIN = r"^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.){1,8}[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"
_LOOKED_UP = {"Cache-Control": "private, max-age=300"}

Selector = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$")]
RemediesFlag = Annotated[
    Literal["true", "false"] | None,
    Query(description="Compute what mending would change; each remedy is a rerun, which takes longer."),
]
SendingName = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z0-9-]{1,64}$",
        description="How it will be sent: the id of a shipped profile (`/v1/profiles`). Facts of your own "
        "go into the JSON form or a form part.",
    ),
]
DnsFlag = Annotated[
    Literal["default", "offline"] | None,
    Query(description="`offline` asks no name server for this request."),
]
OnlyRules = Annotated[
    list[str] | None, Query(max_length=500, description="Mend the findings of these rules alone.")
]


class RuleLine(msgspec.Struct, frozen=True):
    """A rule in the list. `log_odds` is the most that a finding of it adds."""

    id: str
    group: str
    severity: Severity
    title: str
    log_odds: float


class RuleFix(msgspec.Struct, frozen=True):
    """A way to mend what a rule finds; `edit` names what this program can do itself, "" if nothing."""

    text: str
    kind: str
    edit: str


class RulePage(msgspec.Struct, frozen=True):
    """All about one rule. `example` is a draft for which it fires, None where only raw bytes can show it;
    `page` is the rule's page in Markdown, in English."""

    id: str
    group: str
    severity: Severity
    title: str
    why: str
    limits: str
    fixes: tuple[RuleFix, ...]
    sources: tuple[Source, ...]
    messages: dict[str, str]
    log_odds: float
    page: str


class Before(msgspec.Struct, frozen=True):
    """What the mailing was before it was mended."""

    score: float
    log_odds: float
    verdict: Verdict


class FixAnswer(msgspec.Struct, frozen=True):
    """A mended mailing. `draft` where a draft was given, otherwise `message`, raw and in base64. `assessment`
    is of the mended mailing; `rules` are those whose findings were mended; `notes` is left to the author."""

    before: Before
    assessment: Assessment
    rules: tuple[str, ...]
    notes: tuple[str, ...]
    draft: Draft | None = None
    message: str | None = None


class BatchLine(PreflightRequest, frozen=True, forbid_unknown_fields=True):
    """One line of a batch: a preflight request, and an `id` that its answer will carry."""

    id: str | int | None = None


class BatchRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a batch's answer, in the order of the lines. `index` counts from 0. Either `error`, or the
    score; with `full=true` all of it, as `assessment`."""

    index: int
    id: str | int | None = None
    error: ProblemDetails | None = None
    score: float | None = None
    risk: float | None = None
    log_odds: float | None = None
    verdict: Verdict | None = None
    findings: tuple[str, ...] | None = None
    providers: dict[str, ProviderVerdict] | None = None
    assessment: msgspec.Raw | None = None


class Rows(Response):
    """A stream of lines. Unlike the framework's own it leaves the request alone, whose body is still being read
    while the answer is written."""

    media_type = NDJSON

    def __init__(self, rows: AsyncIterator[bytes], headers: dict[str, str]) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self.rows = rows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write the lines as they come."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for row in self.rows:
            await send({"type": "http.response.body", "body": row, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def json_response(value: Any, **headers: str) -> Response:
    """`value` as JSON."""
    return Response(
        msgspec.json.encode(value, enc_hook=plain), headers=headers or None, media_type="application/json"
    )


def router(desk: Desk, choose: Callable[[str], Language], guard: Guard | None = None) -> APIRouter:
    """The routes. `guard` gives the lines of a batch their turn under the rate limit."""
    routes = APIRouter(prefix="/v1")
    limits = desk.settings.limits
    rules: dict[str, Registered] = {registered.rule.id: registered for registered in desk.scorer.rules}

    def spoken(request: Request) -> tuple[Any, dict[str, str]]:
        language = choose(request.headers.get("accept-language", ""))
        return language.translate, {"Content-Language": language.tag, "Vary": "Accept-Language"}

    def known(job: Job, request: Request) -> Job:
        # The query's rules are checked even where the body's own win.
        for id in (*job.only, *request.query_params.getlist("only")):
            if id not in rules:
                raise Problem(
                    422, "no-such-rule", say("there is no rule {id}", id=repr(id[:60])), field="only"
                )
        return job

    @routes.post("/preflight", summary="Score a mailing", operation_id="preflight")
    async def preflight(
        request: Request, remedies: RemediesFlag = None, sending: SendingName = None, dns: DnsFlag = None
    ) -> Response:
        data = await read_body(request, limits)
        job = known(read_job(request, data, limits), request)
        translate, headers = spoken(request)
        wanted = True if job.remedies is None else job.remedies
        tenant = tenant_of(request.scope)

        def work() -> bytes:
            return to_json(
                desk.assess(
                    job.message(),
                    job.sending,
                    remedies=wanted,
                    translate=translate,
                    resolver=job.resolver,
                    tenant=tenant,
                )
            )

        body = await desk.run(work, long=wanted, size=len(data))
        return Response(body, headers=headers, media_type="application/json")

    @routes.post("/preflight/fix", summary="Mend a mailing", operation_id="fix")
    async def fix(
        request: Request, sending: SendingName = None, dns: DnsFlag = None, only: OnlyRules = None
    ) -> Response:
        job = known(read_job(request, await read_body(request, limits), limits), request)
        translate, headers = spoken(request)
        tenant = tenant_of(request.scope)
        answer = await desk.run(lambda: mended(desk, job, translate, tenant), long=True)
        return json_response(answer, **headers)

    @routes.post("/preflight/batch", summary="Score many mailings", operation_id="batch")
    async def batch(
        request: Request,
        full: Annotated[
            Literal["true", "false"] | None, Query(description="Answer with whole assessments.")
        ] = None,
    ) -> Response:
        if content_type_of(request) not in (NDJSON, "application/jsonl", "application/ndjson"):
            raise Problem(
                415, "media-type", say("send {types}", types=NDJSON), headers={"Accept-Post": NDJSON}
            )
        refuse_encoding(request)
        translate, headers = spoken(request)
        lines = read_lines(request, desk)
        # A fault of the first line's making (too large, too slow) is still an HTTP status.
        first = await anext(lines, None)
        tenant = tenant_of(request.scope)

        async def rows() -> AsyncIterator[bytes]:
            index = 0
            line = first
            while line is not None:
                if guard is not None:
                    await guard.turn(request.scope, first=index == 0)
                row = await row_of(desk, index, line, translate, full == "true", tenant)
                yield msgspec.json.encode(row, enc_hook=plain) + b"\n"
                index += 1
                try:
                    line = await anext(lines, None)
                except Problem as problem:
                    yield (
                        msgspec.json.encode(BatchRow(index, error=problem.details(translate=translate)))
                        + b"\n"
                    )
                    return

        return Rows(rows(), headers)

    @routes.get("/rules", summary="What is checked", operation_id="rules")
    async def list_rules(request: Request) -> Response:
        translate, headers = spoken(request)
        weights = desk.scorer.config.weights
        lines = [
            RuleLine(rule.id, rule.group, rule.severity, translate(rule.title), weights.heaviest(rule.id))
            for rule in (registered.rule for registered in desk.scorer.rules)
        ]
        return json_response(lines, **headers, **_LOOKED_UP)

    @routes.get("/rules/{id}", summary="One rule", operation_id="rule")
    async def one_rule(request: Request, id: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]) -> Response:
        registered = rules.get(id)
        if registered is None:
            raise Problem(
                404, "no-such-rule", say("there is no rule {id}; /v1/rules lists them", id=repr(id[:60]))
            )
        translate, headers = spoken(request)
        page = await desk.run(lambda: rule_page(desk, registered, translate), long=True)
        return json_response(page, **headers, **_LOOKED_UP)

    @routes.get("/profiles", summary="The sending profiles", operation_id="profiles")
    async def profiles(request: Request) -> Response:
        translate, headers = spoken(request)
        found: tuple[ProfileSummary, ...] = list_profiles()
        told = [msgspec.structs.replace(item, service=translate(item.service)) for item in found]
        return json_response(told, **headers, **_LOOKED_UP)

    @routes.get("/domains/{domain}", summary="A domain's readiness to send", operation_id="domain")
    async def domain(
        request: Request,
        domain: Annotated[
            str,
            Path(
                max_length=253,
                pattern=DOMAIN,
                description="The domain of the From address; an internationalized one by its A-labels (xn--…).",
            ),
        ],
        sending: SendingName = None,
        dns: DnsFlag = None,
        dkim_selector: Annotated[
            list[Selector] | None,
            Query(max_length=10, description="Selector of your own DKIM key; may be given several times."),
        ] = None,
    ) -> Response:
        from scorer.domains import normalize_domain
        from scorer.readiness import assess_domain

        name = normalize_domain(domain)
        if name is None or "." not in name:
            raise Problem(422, "domain", say("not a domain name"), field="domain")
        chosen = route_of(desk, sending, dkim_selector or [])
        translate, headers = spoken(request)
        scorer = desk.scorer
        if dns == "offline":
            from scorer.service.work import OFFLINE

            scorer = with_resolver(scorer, OFFLINE)
        page = await desk.run(
            lambda: assess_domain(scorer, name, chosen, scorer.resolver(), translate), long=True
        )
        return json_response(page, **headers)

    return routes


def route_of(desk: Desk, profile: str | None, selectors: list[str]) -> Sending:
    """The route that a domain is judged on: as asked, else the service's own, else the domain's own server.

    Raises:
        Problem: there is no such profile.
    """
    usual = desk.sending if desk.sending is not None and desk.sending.mode != "unspecified" else None
    chosen = sending_of(profile) if profile else usual
    if chosen is None:
        chosen = load_shipped("own-server")
    if selectors:
        signer = {"domain": "{from_domain}", "selectors": selectors, "of_service": False}
        chosen = with_overrides(chosen, {"dkim_after": [signer]}, where="dkim_selector")
    return chosen


def mended(desk: Desk, job: Job, translate: Any, tenant: str = "") -> FixAnswer:
    """The mailing with every edit made that its findings name. Raises Problem."""
    from scorer.remedies.mend import mend

    scorer = desk.scorer_for(tenant, job.resolver)
    draft = job.data if isinstance(job.data, Draft) else None
    try:
        found = mend(
            scorer, job.message(), job.sending or desk.sending, only=frozenset(job.only), draft=draft
        )
    except DraftError as error:
        raise Problem(422, "draft", error.args[0], field="draft") from None
    before = found.before
    return FixAnswer(
        before=Before(before.risk.score, before.risk.log_odds, before.verdict),
        assessment=scorer.assessment(found.after, (), translate),
        rules=found.rules,
        notes=tuple(translate(note) for note in found.notes),
        draft=msgspec.json.decode(found.output, type=Draft) if draft is not None else None,
        message=None if draft is not None else base64.b64encode(found.output).decode(),
    )


def rule_page(desk: Desk, registered: Registered, translate: Any) -> RulePage:
    """What can be said of a rule."""
    from scorer.rulepages import page_of

    rule = registered.rule
    return RulePage(
        id=rule.id,
        group=rule.group,
        severity=rule.severity,
        title=translate(rule.title),
        why=translate(rule.why),
        limits=translate(rule.limits),
        fixes=tuple(RuleFix(translate(fix.text), fix.kind, fix.edit) for fix in rule.fixes.values()),
        sources=rule.sources,
        messages={id: translate(text) for id, text in rule.messages.items()},
        log_odds=desk.scorer.config.weights.heaviest(rule.id),
        page=page_of(rule.id),
    )


async def read_lines(request: Request, desk: Desk) -> AsyncIterator[bytes]:
    """The lines of the body that are not empty, as they arrive. Raises Problem 408 or 413."""
    limits = desk.settings.limits
    pending = bytearray()
    count = 0
    stream = request.stream().__aiter__()
    while True:
        try:
            async with asyncio.timeout(limits.body_seconds):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise too_slow(limits.body_seconds) from None
        except ClientDisconnect:
            return
        searched = len(pending)
        pending += chunk or b"\n"
        while (end := pending.find(b"\n", searched)) >= 0:
            line, searched = bytes(pending[:end]).strip(), 0
            del pending[: end + 1]
            if line:
                count += 1
                if count > limits.batch_lines:
                    raise too_large("the number of lines", limits.batch_lines)
                yield line
        if len(pending) > limits.body:
            raise too_large("a line", limits.body)
        if chunk is None:
            return


async def row_of(desk: Desk, index: int, line: bytes, translate: Any, full: bool, tenant: str) -> BatchRow:
    """One line scored; whatever is wrong with it is in the row."""
    id: str | int | None = None
    try:
        asked: BatchLine = decode_json(line, BatchLine)
        id = asked.id
        job = from_request(asked, desk.settings.limits)
        remedies = bool(job.remedies)

        def work() -> BatchRow:
            found = desk.assess(
                job.message(),
                job.sending,
                remedies=remedies,
                translate=translate,
                resolver=job.resolver,
                tenant=tenant,
            )
            return BatchRow(
                index,
                id,
                score=found.score,
                risk=found.risk,
                log_odds=found.log_odds,
                verdict=found.verdict,
                findings=tuple(finding.rule for finding in found.findings),
                providers={report.provider: report.verdict for report in found.providers},
                assessment=msgspec.Raw(to_json(found)) if full else None,
            )

        return await in_turn(desk, work, long=remedies)
    except Problem as problem:
        return BatchRow(index, id, error=problem.details(translate=translate))
    except Exception as error:  # a row must not be lost to a fault of ours
        log().error("fault", route="/v1/preflight/batch", index=index, **fault_of(error))
        return BatchRow(index, id, error=internal().details(translate=translate))


async def in_turn(desk: Desk, work: Any, *, long: bool) -> BatchRow:
    """Run a line's job; where too much is waiting the batch waits too, for it has been accepted."""
    deadline = time.monotonic() + desk.settings.limits.work_seconds
    while True:
        try:
            row: BatchRow = await desk.run(work, long=long)
            return row
        except Problem as problem:
            if problem.kind != "busy" or time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.05)
