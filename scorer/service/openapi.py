"""The OpenAPI document: paths and parameters from the routes, bodies from the values that are sent, and
examples that are made by the service itself, so that they cannot be out of date."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from fastapi import FastAPI

from scorer.assessment import Assessment, to_json
from scorer.draft import Draft
from scorer.readiness import Readiness, assess_domain
from scorer.said import plain
from scorer.sending import MERGE_SYNTAXES, ProfileSummary, list_profiles, load_shipped
from scorer.service import api, dropin, events
from scorer.service.problems import MEDIA_TYPE as PROBLEM
from scorer.service.problems import Problem, ProblemDetails
from scorer.service.reading import MAX_COUNT, PreflightRequest
from scorer.service.work import OFFLINE, Desk, with_resolver

DESCRIPTION = """\
Reads a mailing before it is sent and says how risky it is, why, and what to change.

A mailing is sent as a raw message (`message/rfc822`), as a form with the message as a file, or as the fields of an
editor's draft in JSON. The answer is the same JSON document that `score --format json` prints. Sentences are in the
language that `Accept-Language` asks for: English, Norwegian (nb), Swedish, Danish, Dutch or German. No link or picture
of a mailing is ever fetched, and no body is stored or logged. Errors are `application/problem+json` (RFC 9457).
"""

EXAMPLE_DRAFT = {
    "from": "The Garden Shop <news@garden.example>",
    "subject": "RE: Seeds for the spring",
    "text": "Dear customer,\n\nthe new seeds are in.\n\nUnsubscribe: https://garden.example/u/{{id}}\n",
    "html": "<p>Dear customer,</p><p>the <a href='https://garden.example/seeds'>new seeds</a> are in.</p>"
    "<p><a href='https://garden.example/u/{{id}}'>Unsubscribe</a></p>"
    "<p>The Garden Shop, Main Street 1, 12345 Town</p>",
}
EXAMPLE_MESSAGE = (
    "From: The Garden Shop <news@garden.example>\r\nTo: customer@example.org\r\n"
    "Subject: Seeds for the spring\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
    "Message-ID: <1@garden.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "Dear customer,\r\n\r\nthe new seeds are in.\r\n"
)
EXAMPLE_EVENTS = {
    "events": [
        {
            "date": "2026-11-23",
            "event": "bounce",
            "recipient": "customer@example.org",
            "message_id": "<1@garden.example>",
            "status": "5.1.1",
            "diagnostic": "550 5.1.1 User unknown",
            "campaign": "spring",
            "sender_domain": "garden.example",
        },
        {"date": "2026-11-23", "event": "sent", "count": 12000, "sender_domain": "garden.example"},
    ]
}
EXAMPLE_ANSWER = events.EventsAnswer(
    1, 1, 0, 0, (events.TakenItem("body", "events", False, "", (), 1, 1, 0, 0),)
)
EXAMPLE_BOUNCE = (
    "From: MAILER-DAEMON@mx.example.org\r\nTo: news@garden.example\r\nSubject: Undelivered mail\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
    "Final-Recipient: rfc822; customer@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
    "From: news@garden.example\r\nMessage-ID: <1@garden.example>\r\n\r\n--b--\r\n"
)
EXAMPLE_REPORT = (
    "<feedback><report_metadata><org_name>example.org</org_name><report_id>1</report_id>"
    "<date_range><begin>1795392000</begin><end>1795478399</end></date_range></report_metadata>"
    "<policy_published><domain>garden.example</domain><p>none</p></policy_published>"
    "<record><row><source_ip>192.0.2.1</source_ip><count>12</count><policy_evaluated>"
    "<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>"
    "<identifiers><header_from>garden.example</header_from></identifiers>"
    "<auth_results><dkim><domain>garden.example</domain><result>pass</result></dkim></auth_results>"
    "</record></feedback>"
)
EXAMPLE_TABLE = (
    "date,campaign,sender_domain,provider,sent,hard_bounces,complaints\n"
    "2026-11-23,spring,garden.example,yahoo,12000,24,6\n"
)
EXAMPLE_ZONE = '_dmarc.garden.example. TXT "v=DMARC1; p=none"\n'
_NAME = r"^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?){1,4}$"
_ZONE = r'^([a-z]{1,20}\.[a-z]{2,10}\. (A 192\.0\.2\.[1-9]|TXT "[a-z0-9=; -]{0,50}")\n){0,9}$'
_LABEL = r"^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$"
_STATUSES = {
    400: "The request cannot be read",
    401: "An API key is needed",
    404: "There is no such thing",
    408: "The request did not arrive in time",
    413: "The request, or the message's structure, exceeds a limit",
    415: "The body's media type or encoding is not read",
    421: "Not a host that this service answers for",
    422: "The request can be read, but says something that it cannot",
    429: "More requests than the key allows",
    503: "Too much to do, or stopping; try again later",
}
_DROP_IN = {"/checkv2": "RspamdError", "/filter": "PostmarkReply"}
"""The paths of other filters' protocols, and the schema of their errors."""
_BODY = (400, 408, 413, 415, 421, 422, 503)
_QUERY = (421, 422, 503)


class Described:
    """The document of one application, made when it is first asked for."""

    def __init__(self, app: FastAPI, desk: Desk, *, with_keys: bool) -> None:
        self.app, self.desk, self.with_keys = app, desk, with_keys
        self._document: bytes | None = None

    async def document(self) -> bytes:
        """The document, as JSON."""
        if self._document is None:
            self._document = await self.desk.run(self._make, long=True)
        return self._document

    def _make(self) -> bytes:
        return msgspec.json.encode(describe(self.app, self.desk, with_keys=self.with_keys))


def describe(app: FastAPI, desk: Desk, *, with_keys: bool) -> dict[str, Any]:
    """The whole document."""
    document = app.openapi()
    refs, components = msgspec.json.schema_components(
        [
            Assessment,
            PreflightRequest,
            api.BatchLine,
            api.BatchRow,
            api.FixAnswer,
            api.RuleLine,
            api.RulePage,
            ProfileSummary,
            Readiness,
            ProblemDetails,
            events.EventsRequest,
            events.EventsAnswer,
            dropin.RspamdReply,
            dropin.RspamdError,
            dropin.PostmarkRequest,
            dropin.PostmarkReply,
        ],
        ref_template="#/components/schemas/{name}",
    )
    del refs
    schemas: dict[str, Any] = {name: _tidy(schema) for name, schema in components.items()}
    rules = [registered.rule.id for registered in desk.scorer.rules]
    _tighten(schemas, rules)
    document["components"] = {"schemas": schemas}
    paths = document["paths"]
    examples = _Examples(desk)
    for path, methods in paths.items():
        for operation in methods.values():
            _common(operation, path, with_keys)
    _bodies(paths, examples)
    _answers(paths, examples)
    _parameters(paths, rules)
    if with_keys:
        document["components"]["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "A key of `score serve --new-key`"}
        }
    return document


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _tidy(schema: Any) -> Any:
    """Docstrings as prose, and defaults that JSON can show."""
    if isinstance(schema, dict):
        return {
            key: " ".join(value.split()) if key == "description" and isinstance(value, str) else _tidy(value)
            for key, value in schema.items()
        }
    if isinstance(schema, list | tuple):
        return [_tidy(item) for item in schema]
    return schema


def _tighten(schemas: dict[str, Any], rules: list[str]) -> None:
    """What the types cannot say: the forms of strings, and which fields go together."""
    schemas["Sending"] = sending_schema()
    for name in ("PreflightRequest", "BatchLine"):
        asked = schemas[name]
        fields = asked["properties"]
        fields["message"] = {
            "type": "string",
            "contentEncoding": "base64",
            "contentMediaType": "message/rfc822",
            # Base64 of "From: " and more: the simplest that a pattern can say of a message's beginning.
            "pattern": r"^RnJvbTog([A-Za-z0-9+/]{4})*$",
            "examples": [base64.b64encode(EXAMPLE_MESSAGE.encode()).decode()],
            "description": "A raw message in base64. (Messages may begin with any field, not only From.)",
        }
        fields["draft"] = _ref("Draft")
        fields["sending"] = {
            "anyOf": [{"enum": [*(profile.id for profile in list_profiles()), None]}, _ref("Sending")],
            "description": "The id of a shipped profile, or facts about the sending.",
        }
        fields["dns"] = {"enum": ["default", "offline", None]}
        fields["zone"] = {
            "type": ["string", "null"],
            "pattern": _ZONE,
            "description": "DNS answers to use for this request, in zone-file form (RFC 1035 5). "
            "(More is read than the pattern can say.)",
        }
        fields["remedies"] = {"type": ["boolean", "null"]}
        fields["only"] = {"type": "array", "items": {"enum": rules}}
        asked["oneOf"] = [{"required": ["draft"]}, {"required": ["message"]}]
    schemas["Draft"]["properties"]["headers"]["propertyNames"] = {"pattern": r"^[!-9;-~]{1,200}$"}
    schemas["DraftAttachment"]["properties"]["content"]["contentEncoding"] = "base64"
    schemas["DraftAttachment"]["properties"]["content"]["pattern"] = (
        r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
    )
    schemas["BatchRow"]["properties"]["assessment"] = _ref("Assessment")
    line = schemas["EventLine"]
    line["not"] = {"required": ["recipient", "count"]}
    line["properties"]["date"] = {
        "type": "string",
        "format": "date",
        "pattern": r"^20[0-9]{2}-",
        "description": "UTC",
    }


def sending_schema() -> dict[str, Any]:
    """The JSON Schema of the facts about the sending that a request may state."""
    name = {"type": "string", "pattern": _NAME}
    flag = {"type": "boolean"}
    share = {"type": "number", "minimum": 0, "maximum": 1}
    count = {"type": "integer", "minimum": 0, "maximum": MAX_COUNT}
    signer = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "domain": {"type": "string", "pattern": _NAME},
            "selectors": {"type": "array", "items": {"type": "string", "pattern": _LABEL}, "maxItems": 20},
            "published": {"enum": ["txt", "cname"]},
            "target": name,
            "of_service": flag,
        },
    }
    properties: dict[str, Any] = {
        "profile": {"enum": [profile.id for profile in list_profiles()]},
        "envelope_domain": name,
        "dkim": {"type": "array", "items": signer, "maxItems": 20},
        "dkim_after": {"type": "array", "items": signer, "maxItems": 20},
        "ips": {
            "type": "array",
            "maxItems": 20,
            "items": {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
        },
        "adds": {
            "type": "array",
            "maxItems": 100,
            "items": {"type": "string", "pattern": r"^[!-9;-~]{1,100}$"},
        },
        "merge_syntax": {
            "type": "array",
            "maxItems": 20,
            "items": {"enum": sorted(syntax.id for syntax in MERGE_SYNTAXES)},
        },
        "category": {"enum": ["marketing", "transactional"]},
        "volume_per_day": count,
        "audience": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "recipients": count,
                "opt_in": {"enum": ["confirmed", "single", "imported", "purchased"]},
                "oldest_contact_days": count,
                "inactive_share": share,
                "complaint_rate": share,
                "complaint_n": count,
                "bounce_rate": share,
                "bounce_n": count,
                "unsubscribe_rate": share,
                "unsubscribe_n": count,
                "first_send": flag,
            },
        },
    }
    for field in ("envelope_domain_after", "spf_include", "tracking_domain", "tracking_domain_after"):
        properties[field] = name
    properties["replaced_from_domain"] = name
    for field in (
        *("set_up", "shared_ips", "replaces_from", "rewrites_links", "adds_only", "adds_pixel"),
        *("adds_footer", "footer_has_unsubscribe"),
    ):
        properties[field] = flag
    audience = properties["audience"]
    audience["properties"] = {key: _or_null(value) for key, value in audience["properties"].items()}
    return {
        "type": "object",
        "title": "Sending",
        "description": "How the mailing will be sent. `profile` names a shipped profile; every other fact wins "
        "over what that says, and null leaves it as it is. "
        "Also accepted: `customer`, the account's name at services whose domains contain it.",
        "properties": {key: _or_null(value) for key, value in properties.items()},
        "additionalProperties": False,
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _common(operation: dict[str, Any], path: str, with_keys: bool) -> None:
    """Statuses that every operation has, and none that it has not."""
    statuses = [*(_BODY if path.startswith(("/v1/preflight", "/v1/events")) else (421, 503))]
    if path == "/v1/events":
        statuses.append(404)
    if path.startswith("/v1/domains") or path == "/v1/rules/{id}":
        statuses += [404, *_QUERY]
    if path.startswith("/v1/") or path in ("/metrics", *_DROP_IN):
        statuses.append(429)
        if with_keys:
            statuses.append(401)
            operation["security"] = [{"key": []}]
    if path.startswith("/v1/"):
        tag = "preflight" if "preflight" in path else "history" if path == "/v1/events" else "look up"
        operation["tags"] = [tag]
    operation["responses"] = {
        str(status): {
            "description": _STATUSES[status],
            "content": {PROBLEM: {"schema": _ref("ProblemDetails")}},
        }
        for status in sorted(set(statuses))
    }
    if path in _DROP_IN:
        operation["tags"] = ["clients of other filters"]
        # What is wrong with the request is said as the other filter's clients expect it.
        for status in (400, 408, 413, 415, 503):
            operation["responses"][str(status)] = {
                "description": _STATUSES[status],
                "content": {"application/json": {"schema": _ref(_DROP_IN[path])}},
            }
    example = Problem(422, "not-mail", "not a mail message: it has no header fields", field="message")
    if "422" in operation["responses"]:
        shown = msgspec.to_builtins(example.details("0f3a9c5be1d24c77"))
        operation["responses"]["422"]["content"][PROBLEM]["example"] = shown


def _parameters(paths: dict[str, Any], rules: list[str]) -> None:
    """What a query may name: the profiles and rules that there are."""
    names: dict[str, Any] = {"sending": {"enum": [profile.id for profile in list_profiles()]}}
    names["only"] = {"type": "array", "maxItems": 500, "items": {"enum": rules}}
    for methods in paths.values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query" and parameter["name"] in names:
                    parameter["schema"] = names[parameter["name"]]


def _bodies(paths: dict[str, Any], examples: _Examples) -> None:
    request = {"draft": EXAMPLE_DRAFT, "sending": {"profile": examples.profile}}
    raw = {
        "schema": {"type": "string", "pattern": r"^[!-9;-~]{1,200}: ", "description": "A message (RFC 5322)"},
        "example": EXAMPLE_MESSAGE,
    }
    form = {
        "schema": {
            "type": "object",
            "properties": {
                "message": raw["schema"],
                "draft": _ref("Draft"),
                "sending": {"enum": examples.profiles, "description": "Or a `Sending` in JSON"},
                "dns": {"enum": ["default", "offline"]},
                "zone": {"enum": [EXAMPLE_ZONE], "description": "Or another zone"},
                "remedies": {"enum": ["true", "false"]},
                "only": {"enum": examples.ids, "description": "Or several ids of rules with commas between"},
            },
            "additionalProperties": False,
            "oneOf": [{"required": ["message"]}, {"required": ["draft"]}],
        },
        "example": {"message": EXAMPLE_MESSAGE},
        "encoding": {"draft": {"contentType": "application/json"}},
    }
    for path in ("/v1/preflight", "/v1/preflight/fix"):
        paths[path]["post"]["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": _ref("PreflightRequest"), "example": request},
                "message/rfc822": raw,
                "multipart/form-data": form,
            },
        }
    paths["/checkv2"]["post"]["requestBody"] = {"required": True, "content": {"message/rfc822": raw}}
    email = {"email": EXAMPLE_MESSAGE, "options": "long"}
    paths["/filter"]["post"]["requestBody"] = {
        "required": True,
        "content": {
            "application/json": {"schema": _ref("PostmarkRequest"), "example": email},
            dropin.FORM: {"schema": _ref("PostmarkRequest"), "example": email},
        },
    }
    line = msgspec.json.encode({"id": "spring", "draft": EXAMPLE_DRAFT}).decode()
    paths["/v1/preflight/batch"]["post"]["requestBody"] = {
        "required": True,
        "description": "One JSON object a line, each as in `BatchLine`. Read the answer while sending: rows are "
        "written as lines are scored.",
        "content": {
            api.NDJSON: {
                "schema": {"type": "string", "description": "Lines of `BatchLine`"},
                "example": line + "\n",
            }
        },
    }

    paths["/v1/events"]["post"]["requestBody"] = _events_body()


def _events_body() -> dict[str, Any]:
    """What `/v1/events` takes. Feeds have forms of their own, of which an example says more than a schema."""

    def like(example: str, title: str) -> dict[str, Any]:
        schema = {"type": "string", "enum": [example], "description": f"{title}: this one, or another"}
        return {"schema": schema, "example": example}

    line = msgspec.json.encode(EXAMPLE_EVENTS["events"][0]).decode() + "\n"
    return {
        "required": True,
        "description": "A service's webhook as it comes (Mailgun, SendGrid, Amazon SES also in SNS, Postmark), "
        "an answer of Postmaster Tools, or `EventsRequest`, as JSON or JSON lines; a bounce or abuse report as a "
        "message; a DMARC aggregate report as XML; a table as CSV; any of these in a .gz or .zip. Each is taken "
        "in once, however often it is sent.",
        "content": {
            "application/json": {"schema": _ref("EventsRequest"), "example": EXAMPLE_EVENTS},
            "application/x-ndjson": like(line, "Webhooks or events, one a line"),
            "message/rfc822": like(EXAMPLE_BOUNCE, "A message"),
            "application/xml": like(EXAMPLE_REPORT, "A DMARC aggregate report"),
            "text/csv": like(EXAMPLE_TABLE, "A table of counts or of events"),
        },
    }


def _answers(paths: dict[str, Any], examples: _Examples) -> None:
    def ok(path: str, method: str, schema: Any, example: Any, media: str = "application/json") -> None:
        paths[path][method]["responses"]["200"] = {
            "description": "The answer",
            "content": {media: {"schema": schema, "example": example}},
        }

    def lines(name: str) -> dict[str, Any]:
        return {"type": "array", "items": _ref(name)}

    text = {"type": "string"}
    ok("/v1/preflight", "post", _ref("Assessment"), examples.assessment())
    ok("/v1/preflight/fix", "post", _ref("FixAnswer"), examples.fixed())
    ok(
        "/v1/preflight/batch",
        "post",
        {"type": "string", "description": "Lines of `BatchRow`"},
        examples.row(),
        api.NDJSON,
    )
    ok("/v1/events", "post", _ref("EventsAnswer"), msgspec.to_builtins(EXAMPLE_ANSWER))
    ok("/v1/rules", "get", lines("RuleLine"), examples.rules()[:3])
    ok("/v1/rules/{id}", "get", _ref("RulePage"), examples.rule())
    ok("/v1/profiles", "get", lines("ProfileSummary"), msgspec.to_builtins(list_profiles()[:3]))
    ok("/v1/domains/{domain}", "get", _ref("Readiness"), examples.domain())
    ok("/checkv2", "post", _ref("RspamdReply"), examples.rspamd())
    ok("/filter", "post", _ref("PostmarkReply"), examples.postmark())
    ok("/healthz", "get", text, "ok\n", "text/plain")
    ok("/readyz", "get", text, "ready\n", "text/plain")
    ok("/metrics", "get", text, "# TYPE scorer_requests counter\n", "text/plain")
    for path, name, value in (
        ("/v1/rules/{id}", "id", examples.rule()["id"]),
        ("/v1/domains/{domain}", "domain", "garden.example"),
    ):
        for parameter in paths[path]["get"]["parameters"]:
            if parameter["name"] == name:
                parameter["example"] = value


class _Examples:
    """Answers of this very service to the example requests."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.scorer = with_resolver(desk.scorer, OFFLINE)
        self.profiles = [profile.id for profile in list_profiles()]
        self.profile = self.profiles[0]
        self.ids = [registered.rule.id for registered in self.scorer.rules]
        self._found: Assessment | None = None

    def assessment(self) -> Any:
        """Of the example draft."""
        draft = msgspec.convert(EXAMPLE_DRAFT, Draft)
        if self._found is None:
            self._found = self.scorer.score(draft, load_shipped(self.profile))
        return msgspec.json.decode(to_json(self._found))

    def rspamd(self) -> Any:
        """The example message as Rspamd would answer."""
        found = self.scorer.score(EXAMPLE_MESSAGE.encode(), remedies=False)
        fix = self.scorer.config.thresholds.fix
        return msgspec.to_builtins(dropin.rspamd_reply(found, fix, "1@garden.example", 0.004))

    def postmark(self) -> Any:
        """The example message as Spamcheck would answer."""
        found = self.scorer.score(EXAMPLE_MESSAGE.encode(), remedies=False)
        return msgspec.to_builtins(dropin.postmark_reply(found, self.scorer.config.thresholds.fix, long=True))

    def fixed(self) -> Any:
        """The example draft mended."""
        from scorer.sentences import untranslated
        from scorer.service.reading import Job

        job = Job(msgspec.convert(EXAMPLE_DRAFT, Draft), load_shipped(self.profile), OFFLINE)
        return msgspec.to_builtins(api.mended(self.desk, job, untranslated), enc_hook=plain)

    def row(self) -> str:
        """A row of a batch."""
        whole = self.assessment()
        row = api.BatchRow(
            0,
            "spring",
            score=whole["score"],
            risk=whole["risk"],
            log_odds=whole["log_odds"],
            verdict=whole["verdict"],
            findings=tuple(finding["rule"] for finding in whole["findings"]),
            providers={report["provider"]: report["verdict"] for report in whole["providers"]},
        )
        return msgspec.json.encode(row, enc_hook=plain).decode() + "\n"

    def rules(self) -> list[Any]:
        """The first rules of the list."""
        weights = self.scorer.config.weights
        return [
            {
                "id": rule.id,
                "group": rule.group,
                "severity": rule.severity,
                "title": rule.title,
                "log_odds": weights.heaviest(rule.id),
            }
            for rule in (registered.rule for registered in self.scorer.rules[:3])
        ]

    def rule(self) -> Any:
        """One rule's page."""
        from scorer.sentences import untranslated

        return msgspec.to_builtins(
            api.rule_page(self.desk, self.scorer.rules[0], untranslated), enc_hook=plain
        )

    def domain(self) -> Any:
        """A domain without DNS."""
        page = assess_domain(self.scorer, "garden.example", load_shipped("own-server"), OFFLINE)
        return msgspec.to_builtins(page, enc_hook=plain)
