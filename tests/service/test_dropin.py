"""Rspamd's and Postmark's HTTP protocols: the forms of the real answers, and the real client."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from starlette.testclient import TestClient

from scorer.engine import Scorer
from scorer.service.app import create_app
from scorer.service.settings import Limits

from .conftest import BAD, GOOD, Server, capture, run_node


def recorded(name: str) -> dict:
    return json.loads(capture(name).partition(b"\r\n\r\n")[2])


def body_of(name: str) -> bytes:
    return capture(name).partition(b"\r\n\r\n")[2]


def types(value: object) -> object:
    if isinstance(value, dict):
        return {key: types(item) for key, item in value.items()}
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


@pytest.mark.parametrize("name", ["rspamd_checkv2", "rspamd_checkv2_spam00050"])
def test_checkv2_has_the_fields_of_the_real_answer(client: TestClient, name: str) -> None:
    real = recorded(f"{name}.response.bin")
    ours = client.post("/checkv2", content=body_of(f"{name}.request.bin")).json()
    one = next(iter(real.pop("symbols").values()))
    for symbol in ours.pop("symbols").values():
        assert types(symbol) == {key: kind for key, kind in types(one).items() if key != "options"}
    assert types(ours) == types(real)
    assert ours["message-id"] == real["message-id"]
    assert ours["required_score"] == real["required_score"] == 15.0


def test_actions_are_our_verdicts(client: TestClient, scorer: Scorer) -> None:
    bad, good = client.post("/checkv2", content=BAD).json(), client.post("/checkv2", content=GOOD).json()
    assert scorer.score(BAD, remedies=False).verdict in ("fix", "blocked")
    assert bad["action"] in ("add header", "reject")
    assert bad["score"] >= 6.0
    assert good["action"] == "no action"
    assert good["score"] < 6.0
    assert sum(symbol["score"] for symbol in bad["symbols"].values()) == pytest.approx(bad["score"])


def test_what_rspamds_port_refuses(make_desk) -> None:
    client = TestClient(create_app(make_desk(Limits(body=500))), base_url="http://127.0.0.1")
    assert client.get("/ping").text == "pong\r\n"
    assert client.post("/checkv2", content=b"").json() == {"error": "not a mail message: it is empty"}
    assert client.post("/checkv2", content=BAD * 5).status_code == 413
    assert client.post("/checkv2", content=BAD, headers={"compression": "zstd"}).status_code == 415


@pytest.mark.parametrize("number", [0, 1, 2])
def test_filter_answers_as_postmark_does(client: TestClient, number: int) -> None:
    real = json.loads(capture(f"postmark_{number}.response.emulated.json"))
    request = capture(f"postmark_{number}.request.txt").decode().split("\n")[-1]
    ours = client.post("/filter", content=request, headers={"content-type": "application/json"}).json()
    assert list(ours) == list(real)
    if not real["success"]:
        assert ours == real
        return
    assert re.fullmatch(r"-?\d+\.\d", ours["score"])
    if "rules" in real:
        assert {frozenset(rule) for rule in ours["rules"]} == {frozenset(("score", "description"))}
        assert "pts rule name" in ours["report"]


def test_filter_by_itself(client: TestClient) -> None:
    long = client.post("/filter", json={"email": BAD.decode(), "options": "long"}).json()
    short = client.post("/filter", json={"email": BAD.decode(), "options": "short"}).json()
    assert short == {"success": True, "score": long["score"]}
    assert float(long["score"]) >= 5.0
    assert sum(float(rule["score"]) for rule in long["rules"]) == pytest.approx(float(long["score"]), abs=0.5)
    assert client.post("/filter", json={"email": ""}).json() == {
        "success": False,
        "message": "email is required",
    }
    assert client.post("/filter", json={"email": "\x00"}).json()["success"] is False
    broken = client.post("/filter", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400
    assert broken.json()["success"] is False


def test_a_postmark_client_of_requests_over_the_wire(server: Server) -> None:
    """What clients in other languages do: POST the JSON, read the JSON."""
    httpx = pytest.importorskip("httpx")
    answer = httpx.post(f"{server.url}/filter", json={"email": BAD.decode(), "options": "long"}).json()
    assert answer["success"] is True


def test_a_forms_fields_are_read_as_well(client: TestClient) -> None:
    fields = {"email": BAD.decode(), "options": "long"}
    assert client.post("/filter", data=fields).json() == client.post("/filter", json=fields).json()
    assert client.post("/filter", data={"options": "long"}).json()["message"] == "email is required"
    many = client.post("/filter", data={f"field{number}": "x" for number in range(30)})
    assert many.status_code == 400 and many.json()["success"] is False


def test_the_postmark_client_on_pypi(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    spamcheck = pytest.importorskip("spamcheck", reason="spamcheck is not installed (the extra `dev`)")
    # The package's function hides its module, which holds the address.
    monkeypatch.setitem(spamcheck.check.__globals__, "API_URL", f"{server.url}/filter")
    long = spamcheck.check(BAD.decode(), report=True)
    short = spamcheck.check(BAD.decode())
    assert short == {"success": True, "score": long["score"]}
    assert float(long["score"]) >= 5.0
    assert "LINK_TO_IP_ADDRESS" in long["report"]
    with pytest.raises(Exception, match="email is required"):
        spamcheck.check("")


def test_the_postmark_client_on_npm(run, tmp_path) -> None:
    """Its address cannot be changed: it asks through a proxy, which is this service."""
    run_node("")
    server = run("--allow-host", "spamcheck.postmarkapp.com")
    path = tmp_path / "bad.eml"
    path.write_bytes(BAD)
    program = """
      const spamcheck = require("postmark-spamcheck");
      const email = require("fs").readFileSync(process.argv[1], "utf8");
      const ask = (options) => new Promise((answered) => spamcheck.check({ options, email }, answered));
      Promise.all(["long", "short"].map(ask)).then((found) => console.log(JSON.stringify(found)));
    """
    long, short = json.loads(run_node(program, str(path), http_proxy=server.url))
    assert long["scoreDescription"] == short["scoreDescription"] == "Spam"
    assert "pts rule name" in long["report"] and "report" not in short
    server.stop()


def test_rspamc(server: Server) -> None:
    if shutil.which("rspamc") is None:
        pytest.skip("rspamc is not installed (Debian: apt-get install rspamd)")

    def rspamc(*options: str, message: bytes = BAD) -> str:
        command = ["rspamc", "-h", f"127.0.0.1:{server.http}", *options]
        done = subprocess.run(command, input=message, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    said = rspamc("symbols")
    assert "Symbol: LINK_TO_IP_ADDRESS" in said
    assert "Spam: true" in said
    assert "Action: no action" in rspamc("symbols", message=GOOD)
    # Headers of the envelope, as a mail server states them, are read and change nothing here.
    envelope = ("-i", "192.0.2.7", "-F", "bounce@shop.example", "--helo", "mail.shop.example")
    assert "Symbol: LINK_TO_IP_ADDRESS" in rspamc(*envelope, "symbols")
    assert json.loads(rspamc("--json", "symbols"))["required_score"] == 15.0
