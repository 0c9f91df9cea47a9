"""What stands before every HTTP request: who asks, how often, and what goes into the log and the headers."""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scorer.language import Language
from scorer.language import choose as by_header
from scorer.said import say
from scorer.service.keys import KeyRing, StoredKey
from scorer.service.logs import fault_of, log
from scorer.service.problems import Problem, internal
from scorer.service.rate import RateLimiter
from scorer.service.settings import Settings
from scorer.service.work import Desk

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_GUARDED = ("/v1/", "/checkv2", "/filter", "/metrics")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_NO_STORE = (b"cache-control", b"no-store")
ALLOWED_HEADERS = "authorization, content-type, x-api-key, accept-language, x-request-id"


class Guard:
    """ASGI middleware. Everything inside it answers to a caller who may ask."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        desk: Desk,
        keys: KeyRing | None = None,
        limiter: RateLimiter | None = None,
        choose: Callable[[str], Language] = by_header,
    ) -> None:
        self.app, self.settings, self.desk, self.keys, self.limiter = app, settings, desk, keys, limiter
        self._choose = choose
        self._hosts = {
            "localhost",
            "127.0.0.1",
            "::1",
            settings.http.host.lower(),
            *map(str.lower, settings.hosts),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        headers = {name: value.decode("latin-1") for name, value in reversed(scope["headers"])}
        given = headers.get(b"x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope["request_id"] = request_id
        origin = self._origin(headers)
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {
                    **message,
                    "headers": self._answered(message["headers"], scope, request_id, origin),
                }
            await send(message)

        tenant = ""
        problem: Problem | None = None
        try:
            self._check_host(headers)
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
                await self._preflight(sending, origin)
            else:
                tenant = self._admit(scope, headers)
                await self.app(scope, receive, sending)
        except Problem as error:
            problem = error
        except Exception as error:
            log().error("fault", request=request_id, **fault_of(error))
            problem = internal()
        if problem is not None and status == 0:
            language = self._choose(headers.get(b"accept-language", ""))
            await problem.response(request_id, language)(scope, receive, sending)
        self._note(scope, status, started, tenant, request_id)

    def _check_host(self, headers: dict[bytes, str]) -> None:
        """Without keys, the Host must be ours: another site's name may point a browser at this machine."""
        if self.keys is not None:
            return
        host = headers.get(b"host", "").strip().lower()
        name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if name and name not in self._hosts:
            self.desk.metrics.refused.labels("host").inc()
            raise Problem(421, "host", say("this service does not answer for that host; see --allow-host"))

    def _origin(self, headers: dict[bytes, str]) -> bytes:
        origin = headers.get(b"origin", "")
        return origin.encode("latin-1") if origin and origin in self.settings.origins else b""

    async def _preflight(self, send: Send, origin: bytes) -> None:
        """The answer to a browser that asks whether a page may call (Fetch Standard, CORS-preflight)."""
        headers: list[tuple[bytes, bytes]] = [(b"content-length", b"0")]
        if origin:
            headers += [
                (b"access-control-allow-methods", b"GET, POST"),
                (b"access-control-allow-headers", ALLOWED_HEADERS.encode()),
                (b"access-control-max-age", b"600"),
            ]
        await send({"type": "http.response.start", "status": 204 if origin else 403, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _admit(self, scope: Scope, headers: dict[bytes, str]) -> str:
        """Whose request this is, "" where no keys are used. Raises Problem 401 or 429."""
        if not scope["path"].startswith(_GUARDED):
            return ""
        now = time.monotonic()
        if self.keys is None:
            self.take("", self.settings.rate, now)
            return ""
        stored = self.keys.find(_presented(headers), now)
        if stored is None:
            self.desk.metrics.refused.labels("key").inc()
            # Amazon SNS sends a URL's password only after it was asked for one.
            schemes = ("Bearer", "Basic") if scope["path"] == "/v1/events" else ("Bearer",)
            asked = ", ".join(f'{scheme} realm="preflight"' for scheme in schemes)
            raise Problem(
                401,
                "key",
                say("an API key is needed: Authorization: Bearer KEY"),
                headers={"WWW-Authenticate": asked},
            )
        scope["key"] = stored
        self.take(stored.id, self._rate_of(stored), now)
        return stored.tenant

    def _rate_of(self, stored: StoredKey) -> float:
        return self.settings.rate if stored.rate is None else stored.rate

    def take(self, name: str, rate: float, now: float) -> None:
        """One request of this key. Raises Problem 429."""
        if self.limiter is None or rate <= 0:
            return
        wait = self.limiter.take(name, rate, max(1.0, self.settings.burst or 2 * rate), now)
        if wait > 0:
            self.desk.metrics.refused.labels("rate").inc()
            raise Problem(
                429,
                "rate",
                say("no more than {rate:g} requests a second", rate=float(rate)),
                headers={"Retry-After": str(max(1, round(wait + 0.5)))},
            )

    async def turn(self, scope: Scope, *, first: bool) -> None:
        """Wait until a further line of a batch may be scored; the request itself has paid for the first."""
        stored: StoredKey | None = scope.get("key")
        rate = self.settings.rate if stored is None else self._rate_of(stored)
        if first or self.limiter is None or rate <= 0:
            return
        name = "" if stored is None else stored.id
        burst = max(1.0, self.settings.burst or 2 * rate)
        while (wait := self.limiter.take(name, rate, burst, time.monotonic())) > 0:
            await asyncio.sleep(wait)

    def _answered(
        self, headers: list[tuple[bytes, bytes]], scope: Scope, request_id: str, origin: bytes
    ) -> list[tuple[bytes, bytes]]:
        named = {name for name, _ in headers}
        added = [*headers, *_HEADERS, (b"x-request-id", request_id.encode())]
        if _POLICY[0] not in named:
            added.append(_POLICY)
        if _NO_STORE[0] not in named:
            added.append(_NO_STORE)
        if origin:
            added += [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        added.append(
            (b"cross-origin-resource-policy", b"cross-origin" if self.settings.origins else b"same-origin")
        )
        if self.desk.draining and b"connection" not in named:
            added.append((b"connection", b"close"))
        return added

    def _note(self, scope: Scope, status: int, started: float, tenant: str, request_id: str) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "none")
        seconds = time.perf_counter() - started
        metrics = self.desk.metrics
        metrics.requests.labels("http", path, str(status)).inc()
        metrics.seconds.labels("http", path).observe(seconds)
        if path in ("/healthz", "/readyz", "/metrics") and status == 200:
            return
        log().info(
            "request",
            request=request_id,
            method=scope["method"],
            route=path,
            status=status,
            ms=round(seconds * 1000, 2),
            tenant=tenant,
        )


def _presented(headers: dict[bytes, str]) -> str:
    """The key of a request: a bearer token, X-API-Key, what rspamd's clients call the password, or a password
    of HTTP Basic (RFC 7617), since the webhooks of sending services know nothing else."""
    scheme, _, token = headers.get(b"authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(token.strip(), validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return headers.get(b"x-api-key") or headers.get(b"password") or ""
