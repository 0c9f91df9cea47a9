"""`POST /v1/events`: what happened to mailings, from the services' webhooks, bounces, reports and counts."""

from __future__ import annotations

import json
import re
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from scorer.history.readers.items import unpack
from scorer.history.readers.own import EventLine
from scorer.said import say
from scorer.service.logs import log
from scorer.service.problems import Problem
from scorer.service.reading import content_type_of, read_body
from scorer.service.work import Desk, tenant_of

MEDIA_TYPES = (
    *("application/json", "application/x-ndjson", "application/jsonl", "application/ndjson", "text/csv"),
    *("message/rfc822", "message/global", "application/xml", "text/xml"),
    *("application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed"),
    # Amazon SNS delivers its JSON under this name.
    "text/plain",
)
UNPACKED = 10
"""How many times larger than a body may be what is packed in it."""
DOMAIN = r"^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.){1,8}[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"


class EventsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events in this service's own form. (The webhooks of Mailgun, SendGrid, Amazon SES and Postmark, and the
    answers of Postmaster Tools, are taken as they are.)"""

    events: Annotated[tuple[EventLine, ...], msgspec.Meta(min_length=1)]


class TakenItem(msgspec.Struct, frozen=True):
    """What became of one thing in the request: the body itself, or a member of an archive. `again` says that
    it had been taken in before; `problem` why it could not be read ("" where it could); `notes` what in it
    could not be used. The numbers count what was new."""

    name: str
    form: str
    again: bool
    problem: str
    notes: tuple[str, ...]
    events: int
    counts: int
    rates: int
    reports: int


class EventsAnswer(msgspec.Struct, frozen=True):
    """What a request added to the history. Sending the same again adds nothing."""

    events: int
    counts: int
    rates: int
    reports: int
    items: tuple[TakenItem, ...]


def router(desk: Desk) -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/v1")
    limits = desk.settings.limits

    @routes.post("/events", summary="Take in what happened to mailings", operation_id="events")
    async def events(
        request: Request,
        sender_domain: Annotated[
            str | None,
            Query(
                max_length=253,
                pattern=DOMAIN,
                description="The sender's domain, for feeds that do not name it (SendGrid's).",
            ),
        ] = None,
    ) -> Response:
        histories = desk.histories
        if histories is None:
            raise Problem(404, "no-history", say("this service keeps no history: start it with --history"))
        kind = content_type_of(request)
        if kind not in MEDIA_TYPES:
            headers = {"Accept-Post": ", ".join(MEDIA_TYPES)}
            raise Problem(
                415,
                "media-type",
                say("{type} is not read", type=kind[:60] or say("no media type")),
                headers=headers,
            )
        body = await read_body(request, limits)
        tenant, domain = tenant_of(request.scope), (sender_domain or "").lower()

        def work() -> EventsAnswer:
            items = unpack("body", body, budget=[limits.body * UNPACKED])
            return answer_of(
                tuple(
                    TakenItem(*(getattr(taken, name) for name in TakenItem.__struct_fields__))
                    for taken in histories.take(tenant, items, domain)
                )
            )

        answer = await desk.run(work, long=True)
        _note_confirmation(body)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return routes


def answer_of(items: tuple[TakenItem, ...]) -> EventsAnswer:
    """The answer for what became of the items. Raises Problem 422 where none could be read."""
    if all(item.problem for item in items):
        raise Problem(422, "events", items[0].problem if items else say("nothing is in it"))
    return EventsAnswer(
        events=sum(item.events for item in items),
        counts=sum(item.counts for item in items),
        rates=sum(item.rates for item in items),
        reports=sum(item.reports for item in items),
        items=items,
    )


def _note_confirmation(body: bytes) -> None:
    """Log the address that confirms a subscription of Amazon SNS: it is for a person to open, since nothing
    is ever fetched (https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html)."""
    if b'"SubscriptionConfirmation"' not in body[:20_000]:
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    url = value.get("SubscribeURL") if isinstance(value, dict) else None
    if isinstance(url, str) and len(url) <= 2_000 and _AMAZON.fullmatch(url):
        log().warning("confirm subscription", url=url)


_AMAZON = re.compile(r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?/[!-~]{0,1900}")
