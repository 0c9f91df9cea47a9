"""The ASGI application: routes, errors as problems, and the guard in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from scorer import __version__
from scorer.language import Language
from scorer.language import choose as by_header
from scorer.said import say
from scorer.service import api, dropin, events, metrics, openapi, static
from scorer.service.guard import Guard
from scorer.service.keys import KeyRing
from scorer.service.problems import Problem, busy, internal
from scorer.service.rate import RateLimiter
from scorer.service.work import Desk


def create_app(
    desk: Desk,
    keys: KeyRing | None = None,
    limiter: RateLimiter | None = None,
    choose: Callable[[str], Language] = by_header,
    pages: dict[str, static.StaticFile] | None = None,
) -> Guard:
    """The application for one process.

    Args:
        desk: what scores, under the service's settings.
        keys: the API keys; None where everybody who can connect may ask.
        limiter: the buckets that all workers share; None for no limit.
        choose: gives an answer its language.
        pages: the files served at `/`; those of the package by default.
    """
    app = FastAPI(
        title="Mailing preflight",
        version=__version__,
        description=openapi.DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.choose = choose
    guard = Guard(app, desk.settings, desk, keys, limiter, choose)
    app.include_router(api.router(desk, choose, guard))
    app.include_router(events.router(desk))
    app.include_router(dropin.router(desk))
    files = static.read_pages() if pages is None else pages
    described = openapi.Described(app, desk, with_keys=keys is not None)

    @app.get("/healthz", summary="Is the process alive?", operation_id="healthz", tags=["service"])
    async def healthz() -> Response:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", summary="Does it take requests?", operation_id="readyz", tags=["service"])
    async def readyz() -> Response:
        if desk.draining:
            raise busy(say("the service is stopping"))
        return PlainTextResponse("ready\n")

    @app.get("/metrics", summary="Numbers for Prometheus", operation_id="metrics", tags=["service"])
    async def numbers() -> Response:
        return Response(desk.metrics.page(), media_type=metrics.MEDIA_TYPE)

    @app.get("/openapi.json", include_in_schema=False)
    async def schema() -> Response:
        return Response(await described.document(), media_type="application/json")

    @app.get("/{path:path}", include_in_schema=False)
    async def page(request: Request, path: str) -> Response:
        file = files.get(path)
        if file is None:
            raise Problem(404, "not-found", say("there is nothing at this address"))
        return static.answer(request, file)

    app.exception_handler(HTTPException)(_http_problem)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(Problem)(_problem)
    app.exception_handler(Exception)(_fault)
    return guard


def _id(request: Request) -> str:
    return str(request.scope.get("request_id", ""))


def _answer(request: Request, problem: Problem) -> Response:
    """The problem in the language that the request asks for."""
    language: Language = request.app.state.choose(request.headers.get("accept-language", ""))
    return problem.response(_id(request), language)


async def _problem(request: Request, error: Any) -> Response:
    return _answer(request, error)


async def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours. The framework raises it again after this answer, and the guard logs it."""
    return _answer(request, internal())


async def _http_problem(request: Request, error: Any) -> Response:
    kind = {404: "not-found", 405: "method"}.get(error.status_code, "http")
    detail = {404: say("there is nothing at this address"), 405: say("not by this method")}.get(
        error.status_code, str(error.detail)
    )
    return _answer(request, Problem(error.status_code, kind, detail, headers=dict(error.headers or {})))


async def _invalid(request: Request, error: Any) -> Response:
    """A query or path parameter that is not what it should be."""
    first = error.errors()[0]
    place = [str(part) for part in first.get("loc", ()) if part not in ("query", "path")]
    return _answer(request, Problem(422, "invalid", str(first.get("msg", "invalid")), field=".".join(place)))
