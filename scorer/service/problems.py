"""Errors as `application/problem+json` (RFC 9457), their titles and details in the language that was asked for."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from starlette.responses import Response

from scorer.language import ENGLISH, Language
from scorer.said import Translate, say, untranslated

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 500
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    421: "Misdirected Request",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
"""The statuses of problems in words (RFC 9110 15, RFC 6585); other versions of Python call some of them otherwise."""


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every error (RFC 9457 3.1). `type` names the kind of problem, `detail` is one line about
    this one, `field` the part of the request that is at fault, `request` the request's id in the log."""

    type: str
    title: str
    status: int
    detail: str
    field: str = ""
    request: str = ""


class Problem(Exception):
    """A request that cannot be served. `kind` ends the problem's type URI; `detail` is a sentence (see
    `scorer.said`), or the words of a library, which stay as they are."""

    def __init__(
        self, status: int, kind: str, detail: str, *, field: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.field, self.headers = status, kind, field, headers or {}
        self.sentence, self.detail = detail, one_line(detail)

    def details(self, request: str = "", translate: Translate = untranslated) -> ProblemDetails:
        """The JSON body as a value, in the language of `translate`."""
        title = TITLES.get(self.status) or HTTPStatus(self.status).phrase
        return ProblemDetails(
            type=f"urn:mailing-scorer:problem:{self.kind}",
            title=translate(title),
            status=self.status,
            detail=one_line(translate(self.sentence)),
            field=self.field,
            request=request,
        )

    def response(self, request: str = "", language: Language = ENGLISH) -> Response:
        """The HTTP answer."""
        body = msgspec.json.encode(self.details(request, language.translate))
        headers = {"Content-Language": language.tag, "Vary": "Accept-Language", **self.headers}
        return Response(body, self.status, headers=headers, media_type=MEDIA_TYPE)


def one_line(text: str) -> str:
    """`text` on one line without control characters, cut where it is too long."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return shown if len(shown) <= MAX_DETAIL else shown[: MAX_DETAIL - 1] + "…"


def too_large(what: str, limit: int) -> Problem:
    """413: the request exceeds a limit; the connection is closed, for the rest of it is not read."""
    return Problem(
        413,
        "too-large",
        say("{what}: the limit is {limit}", what=say(what), limit=limit),
        headers={"Connection": "close"},
    )


def too_slow(seconds: float) -> Problem:
    """408: the request did not arrive in time."""
    return Problem(
        408,
        "too-slow",
        say("the request did not arrive within {seconds:g} seconds", seconds=float(seconds)),
        headers={"Connection": "close"},
    )


def busy(detail: str) -> Problem:
    """503: this worker has too much to do, or is stopping."""
    return Problem(503, "busy", detail, headers={"Retry-After": "1"})


def internal() -> Problem:
    """500: a fault of ours. What it was is in the log alone."""
    return Problem(500, "internal", say("a fault of the service; the log has it under the request's id"))
