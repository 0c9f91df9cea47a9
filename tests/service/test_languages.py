"""The API speaks the language that is asked for."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from scorer.language import NAMES, language
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
