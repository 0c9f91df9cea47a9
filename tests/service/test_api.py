"""The API: every form of a mailing in, the assessment out, errors as problems."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from scorer.assessment import to_json
from scorer.engine import Scorer
from scorer.sending import load_shipped
from scorer.service.app import create_app
from scorer.service.settings import Limits

from .conftest import BAD, GOOD

RAW = {"content-type": "message/rfc822"}
DRAFT = {"from": "news@shop.example", "subject": "RE: News of the week", "text": "Hello there, all of you."}


def problem(response, status: int, kind: str) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["type"].endswith(f":{kind}")
    assert body["request"] == response.headers["x-request-id"]
    return body


def test_a_raw_message_gets_the_same_json_as_on_the_command_line(client: TestClient, scorer: Scorer) -> None:
    response = client.post("/v1/preflight?sending=mailgun-eu&remedies=false", content=BAD, headers=RAW)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.content == to_json(scorer.score(BAD, load_shipped("mailgun-eu"), remedies=False))


def test_remedies_are_on_unless_they_are_declined(client: TestClient) -> None:
    with_remedies = client.post("/v1/preflight", content=BAD, headers=RAW).json()
    without = client.post("/v1/preflight?remedies=false", content=BAD, headers=RAW).json()
    assert with_remedies["remedies"]
    assert without["remedies"] == []
    assert with_remedies["score"] == without["score"]


def test_a_draft_in_json(client: TestClient) -> None:
    request = {"draft": DRAFT, "sending": {"profile": "superoffice-com", "set_up": True}, "remedies": False}
    answer = client.post("/v1/preflight", json=request).json()
    assert answer["message"]["from"] == "news@shop.example"
    assert answer["route"]["profile"] == "superoffice-com"
    assert "fake-reply-prefix" in [finding["rule"] for finding in answer["findings"]]


def test_a_message_in_json_is_the_raw_message(client: TestClient) -> None:
    request = {"message": base64.b64encode(BAD).decode(), "remedies": False}
    raw = client.post("/v1/preflight?remedies=false", content=BAD, headers=RAW)
    assert client.post("/v1/preflight", json=request).json() == raw.json()


def test_an_uploaded_file(client: TestClient) -> None:
    raw = client.post("/v1/preflight?remedies=false&sending=mailgun-eu", content=BAD, headers=RAW).json()
    files = {"message": ("news.eml", BAD, "message/rfc822")}
    fields = {"sending": "mailgun-eu", "remedies": "false"}
    assert client.post("/v1/preflight", files=files, data=fields).json() == raw
    fields["sending"] = json.dumps({"profile": "mailgun-eu"})
    assert client.post("/v1/preflight", files=files, data=fields).json() == raw
    files = {"draft": (None, json.dumps(DRAFT))}
    assert client.post("/v1/preflight", files=files).json()["message"]["subject"] == DRAFT["subject"]


def test_a_zone_answers_for_the_dns(client: TestClient) -> None:
    zone = '$ORIGIN shop.example.\n@ IN TXT "v=spf1 -all"\n_dmarc IN TXT "v=DMARC1; p=reject"\n'
    request = {
        "draft": DRAFT,
        "zone": zone,
        "sending": {"envelope_domain": "shop.example", "ips": ["192.0.2.1"]},
    }
    answer = client.post("/v1/preflight", json=request).json()
    assert "spf-does-not-pass" in [finding["rule"] for finding in answer["findings"]] or any(
        finding["rule"] == "not-aligned" for finding in answer["findings"]
    )
    problem(client.post("/v1/preflight", json={**request, "zone": "this is ( no zone"}), 422, "zone")


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"{", 400, "json"),
        (b'{"sending": {"ips": ' + b"[" * 100_000, 400, "json"),
        (b'{"draft": {}, "sending": {"audience": ' + b'{"a": ' * 600 + b"1" + b"}" * 602, 422, "sending"),
        (b"\xff\xfe", 400, "json"),
        (b"[]", 422, "invalid"),
        (b"{}", 422, "invalid"),
        (b'{"draft": {"subject": 7}}', 422, "invalid"),
        (b'{"draft": {}, "message": "QQ=="}', 422, "invalid"),
        (b'{"draft": {}, "unknown": 1}', 422, "invalid"),
        (b'{"message": "!"}', 422, "invalid"),
        (b'{"message": "QQ=="}', 422, "not-mail"),
        (b'{"draft": {}, "sending": "no-such-profile"}', 422, "sending"),
        (b'{"draft": {}, "sending": "/etc/passwd"}', 422, "sending"),
        (b'{"draft": {}, "sending": {"colour": "red"}}', 422, "sending"),
        (b'{"draft": {"headers": {"a b": "c"}}}', 422, "draft"),
        (b'{"draft": {"attachments": [{"filename": "a", "content": "?"}]}}', 422, "draft"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_says_which(client: TestClient, body, status, kind) -> None:
    headers = {"content-type": "application/json"}
    said = problem(client.post("/v1/preflight", content=body, headers=headers), status, kind)
    assert "\n" not in said["detail"]


def test_a_whole_number_is_one_however_it_is_written(client: TestClient) -> None:
    sending = {"volume_per_day": 6000.0, "audience": {"recipients": 7e3, "complaint_rate": 0.001}}
    assert client.post("/v1/preflight", json={"draft": DRAFT, "sending": sending}).status_code == 200
    for wrong in (0.5, 2**60):
        said = client.post("/v1/preflight", json={"draft": DRAFT, "sending": {"volume_per_day": wrong}})
        problem(said, 422, "sending")


def test_the_field_at_fault_is_named(client: TestClient) -> None:
    said = problem(client.post("/v1/preflight", json={"draft": {"subject": 7}}), 422, "invalid")
    assert said["field"] == "draft.subject"
    said = problem(
        client.post("/v1/preflight", json={"draft": {}, "sending": {"ips": ["x"]}}), 422, "sending"
    )
    assert said["field"] == "sending.ips"


def test_other_media_types_are_refused(client: TestClient) -> None:
    response = client.post("/v1/preflight", content=GOOD, headers={"content-type": "text/html"})
    problem(response, 415, "media-type")
    assert "message/rfc822" in response.headers["accept-post"]
    gzipped = {**RAW, "content-encoding": "gzip"}
    problem(client.post("/v1/preflight", content=b"\x1f\x8b", headers=gzipped), 415, "encoding")


def test_forms_that_are_none(client: TestClient) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    problem(client.post("/v1/preflight", content=b"nonsense", headers=kind), 400, "form")
    problem(
        client.post("/v1/preflight", content=b"", headers={"content-type": "multipart/form-data"}),
        400,
        "form",
    )
    problem(client.post("/v1/preflight", files={"other": b"x"}), 422, "form")
    problem(client.post("/v1/preflight", files={"message": GOOD, "draft": b"{}"}), 422, "form")


def test_limits(make_desk) -> None:
    app = create_app(make_desk(Limits(body=2000, form_parts=2, batch_lines=2)))
    client = TestClient(app, base_url="http://127.0.0.1")
    problem(
        client.post("/v1/preflight", content=b"From: a@b.example\r\n" * 200, headers=RAW), 413, "too-large"
    )
    parts = [(name, (None, b"x")) for name in ("message", "sending", "zone")]
    problem(client.post("/v1/preflight", files=parts), 413, "too-large")

    def slowly():
        for _ in range(300):
            yield b"Subject: hi\r\n"

    # Without a Content-Length the bytes are counted as they come.
    problem(client.post("/v1/preflight", content=slowly(), headers=RAW), 413, "too-large")
    lines = b'{"draft": {}}\n' * 3
    rows = client.post("/v1/preflight/batch", content=lines, headers={"content-type": "application/x-ndjson"})
    assert [json.loads(row).get("error", {}).get("status") for row in rows.text.splitlines()] == [
        None,
        None,
        413,
    ]


def test_a_message_of_too_many_levels_is_refused(client: TestClient) -> None:
    level = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(60))
    message = b"From: a@b.example\r\n" + level.encode()
    problem(client.post("/v1/preflight", content=message, headers=RAW), 413, "too-complex")


def test_mending_a_draft(client: TestClient) -> None:
    answer = client.post("/v1/preflight/fix", json={"draft": DRAFT}).json()
    assert answer["draft"]["subject"] == "News of the week"
    assert "fake-reply-prefix" in answer["rules"]
    before = client.post("/v1/preflight", json={"draft": DRAFT, "remedies": False}).json()
    assert answer["before"] == {key: before[key] for key in ("score", "log_odds", "verdict")}
    again = client.post("/v1/preflight", json={"draft": answer["draft"], "remedies": False}).json()
    assert again["log_odds"] == answer["assessment"]["log_odds"]
    only = client.post("/v1/preflight/fix", json={"draft": DRAFT, "only": ["no-text-part"]}).json()
    assert only["draft"]["subject"] == DRAFT["subject"]
    problem(
        client.post("/v1/preflight/fix", json={"draft": DRAFT, "only": ["nonesuch"]}), 422, "no-such-rule"
    )
    both = {"draft": DRAFT, "only": ["no-text-part"]}
    for path in ("/v1/preflight/fix", "/v1/preflight"):
        problem(client.post(f"{path}?only=nonesuch", json=both), 422, "no-such-rule")


def test_mending_a_message(client: TestClient) -> None:
    answer = client.post("/v1/preflight/fix", content=BAD, headers=RAW).json()
    mended = base64.b64decode(answer["message"])
    assert mended.startswith(b"From: Example Shop")
    assert answer["rules"]
    assert "draft" not in answer or answer["draft"] is None


def test_a_batch_has_a_row_for_each_line_whatever_is_wrong_with_it(
    client: TestClient, scorer: Scorer
) -> None:
    lines = [
        json.dumps({"id": "first", "draft": DRAFT}),
        "",
        "not json",
        json.dumps({"id": 7, "message": base64.b64encode(BAD).decode(), "sending": "mailgun-eu"}),
        json.dumps({"draft": {}, "sending": "nobody"}),
    ]
    headers = {"content-type": "application/x-ndjson"}
    response = client.post("/v1/preflight/batch", content="\n".join(lines), headers=headers)
    assert response.headers["content-type"].startswith("application/x-ndjson")
    rows = [json.loads(row) for row in response.text.splitlines()]
    assert [row["index"] for row in rows] == [0, 1, 2, 3]
    assert [row.get("id") for row in rows] == ["first", None, 7, None]
    assert rows[1]["error"]["status"] == 400
    assert rows[3]["error"]["status"] == 422
    expected = scorer.score(BAD, load_shipped("mailgun-eu"), remedies=False)
    assert rows[2]["log_odds"] == expected.log_odds
    assert rows[2]["findings"] == [finding.rule for finding in expected.findings]
    full = client.post("/v1/preflight/batch?full=true", content=lines[0], headers=headers).json()
    assert full["assessment"]["score"] == full["score"]
    assert client.post("/v1/preflight/batch", content=b"", headers=headers).text == ""


def test_what_can_be_looked_up(client: TestClient, scorer: Scorer) -> None:
    rules = client.get("/v1/rules").json()
    assert [rule["id"] for rule in rules] == [registered.rule.id for registered in scorer.rules]
    page = client.get("/v1/rules/no-text-part").json()
    assert page["page"].startswith(f"# {page['title']}")
    assert page["sources"][0]["url"].startswith("http")
    problem(client.get("/v1/rules/no-such-rule"), 404, "no-such-rule")
    problem(client.get("/v1/rules/NOT%20AN%20ID"), 422, "invalid")
    assert "superoffice-com" in [profile["id"] for profile in client.get("/v1/profiles").json()]
    domain = client.get("/v1/domains/Shop.Example?sending=mailgun-eu&dns=offline").json()
    assert domain["domain"] == "shop.example"
    assert domain["profile"] == "mailgun-eu"
    problem(client.get("/v1/domains/localhost"), 422, "invalid")


def test_a_domain_is_judged_on_the_services_own_route_where_none_is_asked_for(make_desk) -> None:
    desk = make_desk()
    desk.sending = load_shipped("sendgrid")
    client = TestClient(create_app(desk), base_url="http://localhost")
    assert client.get("/v1/domains/shop.example").json()["profile"] == "sendgrid"
    assert client.get("/v1/domains/shop.example?sending=mailgun-eu").json()["profile"] == "mailgun-eu"
    assert client.get("/v1/domains/shop.example?dkim_selector=k1").status_code == 200


def test_what_is_not_there(client: TestClient) -> None:
    problem(client.get("/v1/nothing"), 404, "not-found")
    problem(client.get("/../../etc/passwd"), 404, "not-found")
    response = client.get("/v1/preflight")
    assert response.status_code in (404, 405)
    assert response.headers["content-type"] == "application/problem+json"
    wrong = client.delete("/v1/rules")
    problem(wrong, 405, "method")
    assert "GET" in wrong.headers["allow"]


def test_the_language_is_the_one_that_is_chosen_for_the_request(make_desk) -> None:
    from scorer.language import ENGLISH, Language

    class Loud(Language):
        def __init__(self) -> None:
            super().__init__("nb")
            self.translate = str.upper

    def choose(accepted: str) -> Language:
        return Loud() if accepted.startswith("nb") else ENGLISH

    client = TestClient(create_app(make_desk(), choose=choose), base_url="http://localhost")
    english = client.post("/v1/preflight?remedies=false", content=BAD, headers=RAW)
    other = client.post(
        "/v1/preflight?remedies=false", content=BAD, headers={**RAW, "accept-language": "nb,en"}
    )
    assert english.headers["content-language"] == "en"
    assert other.headers["content-language"] == "nb"
    titles = [finding["title"] for finding in other.json()["findings"]]
    assert titles == [finding["title"].upper() for finding in english.json()["findings"]]


def test_pages_are_served_from_memory_with_a_strict_policy(make_desk, tmp_path: Path) -> None:
    from scorer.service.static import read_pages

    (tmp_path / "index.html").write_text("<title>x</title>")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.js").write_text("1")
    (tmp_path / "secret.key").write_text("no")
    client = TestClient(create_app(make_desk(), pages=read_pages(tmp_path)), base_url="http://127.0.0.1")
    page = client.get("/")
    assert page.text == "<title>x</title>"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    script = client.get("/deep/a.js")
    assert script.headers["content-type"].startswith("text/javascript")
    again = client.get("/deep/a.js", headers={"if-none-match": script.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/secret.key").status_code == 404


def test_health_and_numbers(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    client.post("/v1/preflight?remedies=false", content=BAD, headers=RAW)
    numbers = client.get("/metrics").text
    assert 'scorer_requests_total{protocol="http",route="/v1/preflight",status="200"}' in numbers
    assert "shop.example" not in numbers


def test_a_service_that_stops_says_so(make_desk) -> None:
    desk = make_desk()
    client = TestClient(create_app(desk), base_url="http://127.0.0.1")
    desk.draining = True
    response = client.get("/readyz")
    problem(response, 503, "busy")
    assert response.headers["connection"] == "close"


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/healthz", "/v1/rules", "/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
    assert (
        client.get("/healthz", headers={"x-request-id": "my-request-1"}).headers["x-request-id"]
        == "my-request-1"
    )
    assert client.get("/healthz", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


def test_a_fault_of_ours_is_a_problem_and_its_log_quotes_nothing(make_desk, logged) -> None:
    desk = make_desk()

    def broken(*_, **__):
        raise RuntimeError("secret words of a mailing")

    desk.assess = broken
    client = TestClient(create_app(desk), base_url="http://127.0.0.1", raise_server_exceptions=False)
    problem(client.post("/v1/preflight", content=GOOD, headers=RAW), 500, "internal")
    assert "RuntimeError" in logged.getvalue()
    assert "secret" not in logged.getvalue()
