"""The OpenAPI document is complete and true: its examples are of its schemas, and the service keeps to it."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from starlette.testclient import TestClient

from scorer.engine import Scorer
from scorer.service.app import create_app
from scorer.service.metrics import Metrics
from scorer.service.settings import Settings
from scorer.service.work import Desk

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (the extra `dev`)")


EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "10"))
"""Requests for each operation and mode; a long run sets more."""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    pytest.importorskip("sqlalchemy", reason="the extra `history` is not installed")
    from scorer.service.histories import Histories

    histories = Histories(str(tmp_path_factory.mktemp("history") / "history.sqlite"))
    desk = Desk(Scorer(), Settings(hosts=("testserver",)), Metrics(), histories=histories)
    yield create_app(desk)
    desk.close()


@pytest.fixture(scope="module")
def described(app):
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@schemathesis.serializer("message/rfc822", "application/x-ndjson", "text/csv", "application/xml")
def serialize_text(context, value):
    # Text has no form for other JSON values: what stands for them is no mail message.
    return value.encode("utf-8", "replace") if isinstance(value, str) else b""


OPERATIONS = [
    ("/v1/preflight", "POST"),
    ("/v1/preflight/fix", "POST"),
    ("/v1/preflight/batch", "POST"),
    ("/v1/events", "POST"),
    ("/v1/rules", "GET"),
    ("/v1/rules/{id}", "GET"),
    ("/v1/profiles", "GET"),
    ("/v1/domains/{domain}", "GET"),
    ("/checkv2", "POST"),
    ("/filter", "POST"),
    ("/healthz", "GET"),
    ("/readyz", "GET"),
    ("/metrics", "GET"),
]


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda pair: f"{pair[1]} {pair[0]}")
def test_the_service_keeps_to_its_description(described, operation: tuple[str, str], mode: str) -> None:
    """Requests that the document allows, and requests that it does not: no fault of ours, only statuses, media
    types and bodies that it names, and nothing accepted that it forbids."""
    path, method = operation
    strategy = described[path][method].as_strategy(generation_mode=schemathesis.GenerationMode(mode))

    from schemathesis.specs.openapi.checks import negative_data_rejection

    # Every text is a batch: a faulty line gets a row that says so. And in a query every value is text: `false`
    # is a selector's name like another.
    free = path in ("/v1/preflight/batch", "/v1/domains/{domain}")
    excluded = [negative_data_rejection] if free else []

    @given(case=strategy)
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def check(case) -> None:
        case.call_and_validate(excluded_checks=excluded)

    try:
        check()
    except Unsatisfiable:
        pytest.skip("the operation takes nothing that could be wrong")


def test_every_operation_has_answers_with_examples(app) -> None:
    document = TestClient(app, base_url="http://localhost").get("/openapi.json").json()
    assert {
        (path, method.upper()) for path, methods in document["paths"].items() for method in methods
    } == set(OPERATIONS)
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert "example" in next(iter(operation["responses"]["200"]["content"].values()))
            for media in operation.get("requestBody", {}).get("content", {}).values():
                assert "example" in media


def test_the_examples_are_of_their_schemas(app) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    document = TestClient(app, base_url="http://localhost").get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            bodies = [*operation["responses"].values(), operation.get("requestBody", {})]
            for body in bodies:
                for kind, media in body.get("content", {}).items():
                    if "example" in media and kind.endswith("json"):
                        whole = {**media["schema"], "components": document["components"]}
                        jsonschema.Draft202012Validator(whole).validate(media["example"]), path


def test_the_example_requests_are_answered(app) -> None:
    client = TestClient(app, base_url="http://localhost")
    document = client.get("/openapi.json").json()
    for path in ("/v1/preflight", "/v1/preflight/fix"):
        content = document["paths"][path]["post"]["requestBody"]["content"]
        assert client.post(path, json=content["application/json"]["example"]).status_code == 200
        raw = content["message/rfc822"]["example"].encode()
        assert client.post(path, content=raw, headers={"content-type": "message/rfc822"}).status_code == 200


def test_keys_are_described_where_they_are_needed(make_desk, tmp_path) -> None:
    from scorer.service.keys import KeyRing, new_key, write_keys

    path = str(tmp_path / "keys.json")
    write_keys(path, (new_key("a")[1],))
    client = TestClient(create_app(make_desk(), KeyRing(path)), base_url="http://localhost")
    document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert document["paths"]["/v1/preflight"]["post"]["security"] == [{"key": []}]
    assert "401" in document["paths"]["/v1/preflight"]["post"]["responses"]
    assert "security" not in document["paths"]["/healthz"]["get"]
