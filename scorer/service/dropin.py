"""HTTP protocols that existing clients speak: Rspamd's /checkv2 and Postmark's Spamcheck /filter.

Rspamd: https://docs.rspamd.com/developers/protocol/ and the replies of Rspamd 3.4.
Postmark: https://spamcheck.postmarkapp.com/doc/.
"""

from __future__ import annotations

import time
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from scorer.assessment import Assessment
from scorer.mime import NotMail, parse_message
from scorer.service import spamd
from scorer.service.points import points_of, shown_points
from scorer.service.problems import Problem
from scorer.service.reading import content_type_of, read_body
from scorer.service.work import Desk, tenant_of

RSPAMD_HEADER = 6.0
"""Rspamd's threshold for "add header": what it takes for spam. Our `fix` threshold."""
RSPAMD_REJECT = 15.0
FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 20


class RspamdSymbol(msgspec.Struct, frozen=True):
    """A symbol of Rspamd's reply."""

    name: str
    score: float
    metric_score: float
    description: str


class RspamdReply(msgspec.Struct, frozen=True, rename={"message_id": "message-id"}):
    """Rspamd's reply. `action`: "no action", "add header" (our `fix`) or "reject" (our `blocked`)."""

    is_skipped: bool
    score: float
    required_score: float
    action: str
    symbols: dict[str, RspamdSymbol]
    messages: dict[str, str]
    urls: tuple[str, ...]
    emails: tuple[str, ...]
    message_id: str
    time_real: float
    milter: dict[str, dict[str, int]]


class RspamdError(msgspec.Struct, frozen=True):
    """What Rspamd says of a request that it cannot read."""

    error: str


class PostmarkRequest(msgspec.Struct, frozen=True):
    """What Spamcheck's clients send; `options` is "long" or "short"."""

    email: str = ""
    options: str = "short"


class PostmarkRule(msgspec.Struct, frozen=True):
    """One line of Spamcheck's reply."""

    score: str
    description: str


class PostmarkReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """Spamcheck's reply: numbers are strings with one decimal; `message` says what is wrong."""

    success: bool
    score: str = ""
    rules: tuple[PostmarkRule, ...] | None = None
    report: str = ""
    message: str = ""


def _json(value: msgspec.Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers=headers, media_type="application/json")


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    limits = desk.settings.limits
    fix = desk.scorer.config.thresholds.fix

    @routes.get("/ping", include_in_schema=False)
    async def ping() -> Response:
        return PlainTextResponse("pong\r\n")

    @routes.post("/checkv2", summary="Score a message as Rspamd does", operation_id="checkv2")
    async def checkv2(request: Request) -> Response:
        started = time.perf_counter()
        if request.headers.get("compression") or "multipart" in request.headers.get("content-type", ""):
            return _rspamd_error("compressed and multipart requests are not read", 415)
        try:
            body = await read_body(request, limits)
            message, tenant = parse_message(body), tenant_of(request.scope)
            assessment = await desk.run(lambda: desk.assess(message, tenant=tenant), size=len(body))
        except NotMail as error:
            return _rspamd_error(str(error), 400)
        except Problem as error:
            return _rspamd_error(error.detail, error.status, error.headers)
        id = message.get("message-id").strip("<> ") or "undef"
        return _json(rspamd_reply(assessment, fix, id, time.perf_counter() - started))

    @routes.post("/filter", summary="Score a message as Spamcheck does", operation_id="filter")
    async def filter_(request: Request) -> Response:
        try:
            body = await read_body(request, limits)
            try:
                asked = _postmark_request(content_type_of(request), body)
            except (ValueError, RecursionError):
                return _json(
                    PostmarkReply(False, message="the request is not the JSON that is expected"), 400
                )
            if not asked.email.strip():
                return _json(PostmarkReply(False, message="email is required"))
            message, tenant = parse_message(asked.email.encode("utf-8", "replace")), tenant_of(request.scope)
            assessment = await desk.run(lambda: desk.assess(message, tenant=tenant), size=len(body))
        except NotMail as error:
            return _json(PostmarkReply(False, message=str(error)))
        except Problem as error:
            return _json(PostmarkReply(False, message=error.detail), error.status, error.headers)
        return _json(postmark_reply(assessment, fix, long=asked.options == "long"))

    return routes


def rspamd_reply(assessment: Assessment, fix: float, message_id: str, seconds: float) -> RspamdReply:
    """An assessment as Rspamd would say it; `fix` is the threshold of our scores, `seconds` the time it took."""
    points = points_of(assessment, fix, RSPAMD_HEADER, RSPAMD_REJECT)
    if points.blocked or points.total >= RSPAMD_REJECT:
        action = "reject"
    else:
        action = "add header" if points.spam else "no action"
    return RspamdReply(
        is_skipped=False,
        score=points.total,
        required_score=RSPAMD_REJECT,
        action=action,
        symbols={
            symbol.name: RspamdSymbol(symbol.name, symbol.points, symbol.points, symbol.description)
            for symbol in points.symbols
        },
        messages={},
        urls=(),
        emails=(),
        message_id=message_id,
        time_real=seconds,
        milter={"remove_headers": {"X-Spam": 0}},
    )


def postmark_reply(assessment: Assessment, fix: float, *, long: bool) -> PostmarkReply:
    """An assessment as Spamcheck would say it, with rules and report if it is to be `long`."""
    points = points_of(assessment, fix, spamd.THRESHOLD, spamd.THRESHOLD)
    if not long:
        return PostmarkReply(True, shown_points(points))
    rules = tuple(PostmarkRule(f"{s.points:.1f}", s.line) for s in points.symbols)
    return PostmarkReply(True, shown_points(points), rules, spamd.report(points, assessment))


def _postmark_request(content_type: str, body: bytes) -> PostmarkRequest:
    """JSON, as documented, or a form's fields, which some clients send and the real service reads as well.

    Raises:
        ValueError: it is neither.
    """
    if content_type != FORM:
        return msgspec.json.decode(body, type=PostmarkRequest)
    fields = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    return PostmarkRequest(fields.get("email", ""), fields.get("options", "short"))


def _rspamd_error(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return _json(RspamdError(text), status, headers)
