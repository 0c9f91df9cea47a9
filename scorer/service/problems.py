"""Errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 500


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
    """A request that cannot be served. `kind` ends the problem's type URI."""

    def __init__(
        self, status: int, kind: str, detail: str, *, field: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.field, self.headers = status, kind, field, headers or {}
        self.detail = one_line(detail)

    def details(self, request: str = "") -> ProblemDetails:
        """The JSON body as a value."""
        return ProblemDetails(
            type=f"urn:mailing-scorer:problem:{self.kind}",
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            field=self.field,
            request=request,
        )

    def response(self, request: str = "") -> Response:
        """The HTTP answer."""
        body = msgspec.json.encode(self.details(request))
        return Response(body, self.status, headers=self.headers, media_type=MEDIA_TYPE)


def one_line(text: str) -> str:
    """`text` on one line without control characters, cut where it is too long."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return shown if len(shown) <= MAX_DETAIL else shown[: MAX_DETAIL - 1] + "…"


def too_large(what: str, limit: int) -> Problem:
    """413: the request exceeds a limit; the connection is closed, for the rest of it is not read."""
    return Problem(413, "too-large", f"{what}: the limit is {limit}", headers={"Connection": "close"})


def too_slow(seconds: float) -> Problem:
    """408: the request did not arrive in time."""
    return Problem(
        408,
        "too-slow",
        f"the request did not arrive within {seconds:g} seconds",
        headers={"Connection": "close"},
    )


def busy(detail: str) -> Problem:
    """503: this worker has too much to do, or is stopping."""
    return Problem(503, "busy", detail, headers={"Retry-After": "1"})


def internal() -> Problem:
    """500: a fault of ours. What it was is in the log alone."""
    return Problem(500, "internal", "a fault of the service; the log has it under the request's id")
