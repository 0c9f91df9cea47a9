"""The API speaks the language that is asked for."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from starlette.testclient import TestClient

from scorer.language import NAMES, language
from scorer.service.problems import TITLES
from tests.service.conftest import BAD

RAW = {"content-type": "message/rfc822"}


@pytest.mark.parametrize("tag", NAMES)
def test_an_answer_is_in_the_language_of_accept_language(client: TestClient, tag: str) -> None:
    headers = {**RAW, "accept-language": f"fr, {tag};q=0.9, *;q=0.1"}
    answer = client.post("/v1/preflight?remedies=false", content=BAD, headers=headers)
    assert answer.headers["content-language"] == tag
    assert "Accept-Language" in answer.headers["vary"]
    page = client.get("/v1/rules/no-dmarc-record", headers=headers)
    assert page.headers["content-language"] == tag
    assert page.json()["title"] == language(tag)("No DMARC record")


@pytest.mark.parametrize("header", ["", "fr", "tlh, x-klingon", "\u00e6", "*", "de;q=0"])
def test_english_is_spoken_where_nothing_else_is_asked_for(client: TestClient, header: str) -> None:
    answer = client.get("/v1/rules", headers={"accept-language": header.encode("latin-1")})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize("tag", [tag for tag in NAMES if tag != "en"])
def test_the_pages_have_a_dictionary_for_each_language(client: TestClient, tag: str) -> None:
    answer = client.get(f"/languages/{tag}.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["Language"] == language(tag)("Language")


PROBLEMS = {
    "not-mail": ("/v1/preflight", b"", "message/rfc822"),
    "json": ("/v1/preflight", b"{", "application/json"),
    "media-type": ("/v1/preflight", b"x", "text/plain"),
    "no-such-rule": ("/v1/preflight?only=no-rule", b"Subject: x\r\n\r\nx", "message/rfc822"),
    "form": ("/v1/preflight", b"x", "multipart/form-data"),
    "invalid": ("/v1/preflight", b"{}", "application/json"),
    "encoding": ("/v1/preflight", b"x", "message/rfc822"),
    "not-found": ("/nowhere", None, ""),
    "method": ("/v1/rules", b"", ""),
}


def ask(client: TestClient, kind: str, tag: str) -> tuple[dict[str, str], dict[str, object]]:
    path, body, content_type = PROBLEMS[kind]
    headers = {"accept-language": tag, **({"content-type": content_type} if content_type else {})}
    if kind == "encoding":
        headers["content-encoding"] = "gzip"
    answer = (
        client.get(path, headers=headers)
        if body is None
        else client.post(path, content=body, headers=headers)
    )
    assert answer.headers["content-type"] == "application/problem+json"
    return dict(answer.headers), answer.json()


@pytest.mark.parametrize("kind", PROBLEMS)
@pytest.mark.parametrize("tag", [tag for tag in NAMES if tag != "en"])
def test_problems_are_told_in_the_language_of_accept_language(
    client: TestClient, tag: str, kind: str
) -> None:
    _, english = ask(client, kind, "fr")
    headers, told = ask(client, kind, f"fr, {tag}")
    assert headers["content-language"] == tag
    assert "Accept-Language" in headers["vary"]
    assert told["type"] == english["type"] == f"urn:mailing-scorer:problem:{kind}"
    assert (told["status"], told.get("field")) == (english["status"], english.get("field"))
    assert told["title"] == language(tag)(str(english["title"])) != english["title"]
    assert told["detail"] != english["detail"]


def test_what_a_library_says_of_a_request_stays_as_it_is(client: TestClient) -> None:
    headers = {"accept-language": "de", "content-type": "application/json"}
    answer = client.post("/v1/preflight", content=b'{"draft": {"html": 7}}', headers=headers).json()
    assert answer["detail"] == "Expected `str | null`, got `int`"
    assert answer["title"] == "Anfrage nicht verarbeitbar"


@pytest.mark.parametrize("tag", [tag for tag in NAMES if tag != "en"])
def test_lines_of_a_batch_have_their_problems_in_the_language(client: TestClient, tag: str) -> None:
    headers = {"accept-language": tag, "content-type": "application/x-ndjson"}
    answer = client.post("/v1/preflight/batch", content=b"{}\n", headers=headers)
    error = answer.json()["error"]
    assert error["detail"] == language(tag)("give either `draft` or `message`")


def test_a_refusal_before_the_application_is_told_in_the_language(client: TestClient) -> None:
    answer = client.get("/v1/rules", headers={"accept-language": "sv", "host": "elsewhere.example"})
    assert answer.status_code == 421
    assert answer.json()["title"] == "Feladresserad begäran"
    assert answer.headers["content-language"] == "sv"


def test_titles_are_those_of_the_statuses() -> None:
    for status, title in TITLES.items():
        assert HTTPStatus(status).phrase in (title, "Content Too Large", "Unprocessable Content")
