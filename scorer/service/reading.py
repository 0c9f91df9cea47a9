"""A request's body to what is to be scored, within the limits."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from scorer.dns import Resolver, SnapshotError
from scorer.draft import Draft, DraftError
from scorer.message import Message
from scorer.mime import NotMail, parse_message
from scorer.said import say
from scorer.sending import Sending, SendingError, load_shipped, unspecified, with_overrides
from scorer.service.problems import Problem, too_large, too_slow
from scorer.service.settings import DnsMode, Limits

RAW_TYPES = ("message/rfc822", "message/global")
JSON = "application/json"
FORM = "multipart/form-data"
DISCARD_SECONDS = 2.0
MAX_COUNT = 2**53 - 1
"""The largest whole number that every reader of JSON takes as it is (RFC 8259 6)."""
_TOO_COMPLEX = ("too-many-parts", "nested-too-deep")


class PreflightRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be scored, as JSON. Exactly one of `draft` and `message` (a raw message in base64).

    `sending` is the id of a shipped profile, or an object of facts about the sending in which `profile` names
    one; `zone` holds DNS answers to use instead of the service's resolver, in zone-file form; `remedies`
    and `dns` win over the query's; `only` limits `/fix` to the findings of these rules.
    """

    draft: Draft | None = None
    message: str | None = None
    sending: str | dict[str, Any] | None = None
    dns: DnsMode | None = None
    zone: str | None = None
    remedies: bool | None = None
    only: tuple[str, ...] = ()


class Job(msgspec.Struct, frozen=True):
    """A request that has been read. `sending` None leaves the service's own; so does `resolver` None."""

    data: bytes | Draft
    sending: Sending | None = None
    resolver: Resolver | None = None
    remedies: bool | None = None
    only: tuple[str, ...] = ()

    def message(self) -> Message:
        """The mailing, parsed.

        Raises:
            Problem: it is no mail message, or has more parts or levels than are read.
        """
        try:
            message = parse_message(self.data) if isinstance(self.data, bytes) else self.data.to_message()
        except NotMail as error:
            raise Problem(422, "not-mail", error.args[0], field="message") from None
        except DraftError as error:
            raise Problem(422, "draft", error.args[0], field="draft") from None
        if message.has_defect(*_TOO_COMPLEX):
            raise Problem(
                413, "too-complex", say("the message has more parts, or parts within parts, than are read")
            )
        return message


async def read_body(request: Request, limits: Limits, limit: int | None = None) -> bytes:
    """The whole body.

    Raises:
        Problem: too large (413), too slow (408), or encoded in a way that is not read (415).
    """
    most = limits.body if limit is None else limit
    refuse_encoding(request)
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        await _discard(request, most)
        raise too_large("the body", most)
    chunks: list[bytes] = []
    size = 0
    more = True
    try:
        async with asyncio.timeout(limits.body_seconds):
            while more:
                chunk, more = await _next(request)
                size += len(chunk)
                if size > most:
                    break
                chunks.append(chunk)
    except TimeoutError:
        raise too_slow(limits.body_seconds) from None
    if size > most:
        if more:
            await _discard(request, most)
        raise too_large("the body", most)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _next(request: Request) -> tuple[bytes, bool]:
    """The next piece of the body, and whether there are more. Raises Problem where the client is gone."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise Problem(400, "gone", say("the client went away"), headers={"Connection": "close"})
    return message.get("body", b""), message.get("more_body", False)


async def _discard(request: Request, most: int) -> None:
    """Read on for a moment without keeping it: closing at once would reset the connection, and a client that
    is still sending would lose the answer with it."""
    with contextlib.suppress(TimeoutError, Problem):
        async with asyncio.timeout(DISCARD_SECONDS):
            size, more = 0, True
            while more and size <= most:
                chunk, more = await _next(request)
                size += len(chunk)


def refuse_encoding(request: Request) -> None:
    """Raises Problem 415 where the body is compressed."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem(
            415, "encoding", say("compressed bodies are not read; send it without Content-Encoding")
        )


def content_type_of(request: Request) -> str:
    """The body's media type, lower case, "" where none is stated."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def read_job(request: Request, body: bytes, limits: Limits) -> Job:
    """What a request of /v1/preflight asks for, whatever form it has.

    Raises:
        Problem: 400, 413, 415 or 422.
    """
    query = request.query_params
    kind = content_type_of(request)
    if kind in RAW_TYPES:
        asked = PreflightRequest()
        data: bytes | Draft = body
    elif kind == JSON:
        asked, data = _from_json(decode_request(body))
    elif kind == FORM:
        asked, data = _from_form(request.headers.get("content-type", ""), body, limits)
    else:
        raise Problem(
            415,
            "media-type",
            say("send {types}", types="message/rfc822, application/json, multipart/form-data"),
            headers={"Accept-Post": f"message/rfc822, {JSON}, {FORM}"},
        )
    changes: dict[str, Any] = {}
    if "sending" in query:
        # It is checked even where the body's own wins.
        sending_of(query["sending"])
        if asked.sending is None:
            changes["sending"] = query["sending"]
    if asked.dns is None and "dns" in query:
        changes["dns"] = query["dns"]
    if asked.remedies is None and "remedies" in query:
        changes["remedies"] = query["remedies"] == "true"
    if not asked.only and "only" in query:
        changes["only"] = tuple(query.getlist("only"))
    return job_of(msgspec.structs.replace(asked, **changes) if changes else asked, data, limits)


def decode_request(body: bytes) -> PreflightRequest:
    """JSON to its value. Raises Problem: 400 for what is no JSON, 422 for JSON of another shape."""
    asked: PreflightRequest = decode_json(body, PreflightRequest)
    return asked


def decode_json(body: bytes, shape: Any) -> Any:
    """JSON to a value of that shape. Raises Problem: 400 or 422."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise Problem(422, "invalid", text, field=path.strip("`.")) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        detail = say("nested too deep") if isinstance(error, RecursionError) else str(error)
        raise Problem(400, "json", say("not JSON: {detail}", detail=detail)) from None


def from_request(asked: PreflightRequest, limits: Limits) -> Job:
    """The job of a JSON request (a line of a batch). Raises Problem."""
    asked, data = _from_json(asked)
    return job_of(asked, data, limits)


def _from_json(asked: PreflightRequest) -> tuple[PreflightRequest, bytes | Draft]:
    if (asked.draft is None) == (asked.message is None):
        raise Problem(422, "invalid", say("give either `draft` or `message`"))
    if asked.draft is not None:
        return asked, asked.draft
    try:
        return asked, base64.b64decode(asked.message or "", validate=True)
    except (binascii.Error, ValueError):
        raise Problem(422, "invalid", say("`message` is not base64"), field="message") from None


def job_of(asked: PreflightRequest, data: bytes | Draft, limits: Limits) -> Job:
    """The job: sending profile and resolver looked up. Raises Problem."""
    return Job(data, sending_of(asked.sending), _resolver(asked, limits), asked.remedies, asked.only)


def sending_of(asked: str | Mapping[str, Any] | None) -> Sending | None:
    """The sending that a request states; shipped profiles only, never a file. Raises Problem 422."""
    if asked is None:
        return None
    try:
        if isinstance(asked, str):
            return shipped(asked)
        facts = {key: _whole(value) for key, value in asked.items()}
        if isinstance(audience := facts.get("audience"), dict):
            facts["audience"] = {key: _whole(value) for key, value in audience.items()}
        profile = facts.pop("profile", None)
        if profile is not None and not isinstance(profile, str):
            raise SendingError("sending", "profile", "must be the id of a shipped profile")
        base = unspecified() if profile is None else shipped(profile)
        return _countable(with_overrides(base, facts, where="sending"))
    except SendingError as error:
        raise Problem(422, "sending", str(error), field=f"sending.{error.key}".rstrip(".")) from None


def _whole(value: Any) -> Any:
    """2444.0 as 2444, which in JSON is the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _countable(sending: Sending) -> Sending:
    """`sending`, if every number in it can be written in JSON again. Raises SendingError."""
    for value in (sending.volume_per_day, *msgspec.structs.astuple(sending.audience)):
        if isinstance(value, int) and value > MAX_COUNT:
            raise SendingError("sending", "", f"no number may be larger than {MAX_COUNT}")
    return sending


@lru_cache(maxsize=256)
def shipped(name: str) -> Sending:
    """A shipped profile, read from its file once. Raises SendingError."""
    return load_shipped(name)


def _resolver(asked: PreflightRequest, limits: Limits) -> Resolver | None:
    if asked.zone is not None:
        from scorer.dns import SnapshotResolver

        if len(asked.zone) > limits.zone:
            raise too_large("the zone", limits.zone)
        try:
            return SnapshotResolver.from_text(asked.zone, source="zone")
        except SnapshotError as error:
            raise Problem(422, "zone", str(error), field="zone") from None
    if asked.dns == "offline":
        from scorer.service.work import OFFLINE

        return OFFLINE
    return None


# --- multipart/form-data (RFC 7578) -------------------------------------------------------------------


class _Form:
    """The parts of a form, in memory: a mailing must not be left on a disk."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.fields: dict[str, bytes] = {}
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._data: list[bytes] = []
        self._count = 0

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._part_data,
            "on_part_end": self._end,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
        }

    def _begin(self) -> None:
        self._count += 1
        if self._count > self.limits.form_parts:
            raise too_large("the number of form parts", self.limits.form_parts)
        self._headers, self._data = {}, []

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._data.append(data[start:end])

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if not name or name in self.fields:
            raise Problem(422, "form", say("a form part has no name of its own"), field=name[:60])
        self.fields[name] = b"".join(self._data)


_FORM_FIELDS = ("message", "draft", "sending", "dns", "zone", "remedies", "only")


def _from_form(content_type: str, body: bytes, limits: Limits) -> tuple[PreflightRequest, bytes | Draft]:
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not boundary or len(boundary) > 200:
        raise Problem(400, "form", say("the form's Content-Type has no boundary"))
    form = _Form(limits)
    try:
        parser = MultipartParser(boundary, form.callbacks())
        parser.write(body)
        parser.finalize()
    except MultipartParseError:
        raise Problem(400, "form", say("not a form that can be read")) from None
    fields = form.fields
    for name in fields:
        if name not in _FORM_FIELDS:
            raise Problem(
                422,
                "form",
                say(
                    "unknown field {name}; there are {names}",
                    name=repr(name[:60]),
                    names=", ".join(_FORM_FIELDS),
                ),
            )
    if ("message" in fields) == ("draft" in fields):
        raise Problem(422, "form", say("give either a part `message` or a part `draft`"))
    text = {name: value.decode("utf-8", "replace") for name, value in fields.items() if name != "message"}
    sending: str | dict[str, Any] | None = None
    if text.get("sending"):
        sending = text["sending"]
        if sending.lstrip().startswith("{"):
            sending = decode_json(fields["sending"], dict[str, Any])
    remedies = text.get("remedies")
    if remedies not in (None, "true", "false"):
        raise Problem(422, "form", say("`remedies` is true or false"), field="remedies")
    if text.get("dns") not in (None, "default", "offline"):
        raise Problem(422, "form", say("`dns` is default or offline"), field="dns")
    asked = PreflightRequest(
        sending=sending,
        dns=msgspec.convert(text.get("dns"), DnsMode | None),
        zone=text.get("zone"),
        remedies=None if remedies is None else remedies == "true",
        only=tuple(part for part in text.get("only", "").split(",") if part),
    )
    if "draft" in fields:
        return asked, decode_json(fields["draft"], Draft)
    return asked, fields["message"]
