"""The SPAMC protocol: the forms of the real server's answers, hostile input, and the real clients."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import subprocess
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.engine import Scorer
from scorer.service.points import points_of
from scorer.service.settings import Limits
from scorer.service.spamd import COMMANDS, Refused, SpamdServer, answer, inflate, marked, parse_head

from .conftest import BAD, GOOD, Server, capture, run_node
from .test_points import assessment

REQUESTS = (*COMMANDS, "CHECK_spam00050", "SYMBOLS_spam00050", "REPORT_spam00050", "HEADERS_spam00050")


class Talk:
    """Connections to a SPAMC port of this process."""

    def __init__(self, desk) -> None:
        self.desk = desk

    def __call__(self, *chunks: bytes, close: bool = True) -> bytes:
        return asyncio.run(self._talk(chunks, close))

    async def _talk(self, chunks: tuple[bytes, ...], close: bool) -> bytes:
        server = SpamdServer(self.desk)
        listener = await asyncio.get_running_loop().create_server(server.protocol, "127.0.0.1", 0)
        async with listener:
            reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname())
            try:
                for chunk in chunks:
                    writer.write(chunk)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if close:
                    writer.write_eof()
                return await asyncio.wait_for(reader.read(), 20)
            finally:
                writer.close()


@pytest.fixture
def talk(make_desk) -> Talk:
    return Talk(make_desk())


def request(command: str, message: bytes = BAD, *headers: bytes) -> bytes:
    lines = [f"{command} SPAMC/1.5".encode(), b"Content-length: %d" % len(message), *headers, b"", b""]
    return b"\r\n".join(lines) + message


def skeleton(reply: bytes) -> str:
    """What of an answer must be the same as the real server's: everything but the numbers, names and text."""
    head, _, body = reply.partition(b"\r\n\r\n")
    text = re.sub(r"-?\d+\.\d+ / 5\.0", "N / 5.0", head.decode())
    text = re.sub(r"(?i)(content-length): [1-9]\d*", r"\1: N", text)
    return re.sub(r"(True|False|Yes|No) ;", lambda m: f"{'YN' if m[1] in 'YesNo' else 'TF'} ;", text) + (
        " + body" if body else ""
    )


@pytest.mark.parametrize("name", REQUESTS)
def test_answers_have_the_form_of_the_real_servers(talk: Talk, name: str) -> None:
    recorded = skeleton(capture(f"spamd_{name}.response.bin"))
    ours = skeleton(talk(capture(f"spamd_{name}.request.bin")))
    if name == "REPORT_IFSPAM":
        # Whether there is a report depends on the verdict, and ours need not be SpamAssassin's.
        recorded, ours = (
            re.sub(r"Content-length: \w+", "", text).removesuffix(" + body") for text in (recorded, ours)
        )
    assert ours == recorded


@pytest.mark.parametrize(
    "name", ["PING", "SKIP", "bad_command", "bad_version", "bad_length_short", "bad_length_long"]
)
def test_answers_that_are_the_same_byte_for_byte(talk: Talk, name: str) -> None:
    assert talk(capture(f"spamd_{name}.request.bin")) == capture(f"spamd_{name}.response.bin")


@pytest.mark.parametrize("name", ["v12", "no_length", "compressed"])
def test_other_forms_of_a_request(talk: Talk, name: str) -> None:
    assert skeleton(talk(capture(f"spamd_{name}.request.bin"))) == skeleton(
        capture(f"spamd_{name}.response.bin")
    )


def test_check(talk: Talk, scorer: Scorer) -> None:
    points = points_of(scorer.score(BAD, remedies=False), scorer.config.thresholds.fix, 5.0, 5.0)
    reply = talk(request("CHECK"), close=False)
    assert reply == f"SPAMD/1.1 0 EX_OK\r\nSpam: True ; {points.total:.1f} / 5.0\r\n\r\n".encode()
    assert talk(request("CHECK", GOOD)).startswith(b"SPAMD/1.1 0 EX_OK\r\nSpam: False ; ")


def test_a_request_may_arrive_in_pieces(talk: Talk) -> None:
    whole = request("SYMBOLS", BAD, b"User: nobody")
    assert talk(*(whole[i : i + 50] for i in range(0, len(whole), 50)), close=False) == talk(whole)


def test_compressed_messages(talk: Talk) -> None:
    packed = zlib.compress(BAD)
    assert talk(request("CHECK", packed, b"Compress: zlib")) == talk(request("CHECK"))
    assert b"cannot be read" in talk(request("CHECK", b"no zlib at all", b"Compress: zlib"))
    assert b" 65 " in talk(request("CHECK", packed[:-20], b"Compress: zlib"))
    assert b" 76 " in talk(request("CHECK", packed, b"Compress: lzma"))


def test_a_compressed_message_may_not_grow_without_end() -> None:
    with pytest.raises(Refused):
        inflate(zlib.compress(bytes(10_000_000)), 1_000_000)


def test_symbols_and_report_agree_with_the_sum(talk: Talk) -> None:
    names = talk(request("SYMBOLS")).partition(b"\r\n\r\n")[2].decode().split(",")
    reply = talk(request("REPORT"))
    table = re.findall(r"^ *(-?\d+\.\d) ([A-Z0-9_]+) ", reply.decode(), re.MULTILINE)
    total = float(re.search(rb"; (-?[\d.]+) /", reply)[1])
    assert sorted(names) == sorted(name for _, name in table)
    assert abs(sum(float(points) for points, _ in table) - total) < 0.05 * (len(table) + 1)
    assert talk(request("REPORT_IFSPAM", GOOD)).endswith(
        b"Content-length: 0\r\nSpam: No ; 0.0 / 5.0\r\n\r\n"
    ) or (b"Spam: No ; " in talk(request("REPORT_IFSPAM", GOOD)))


def test_process_keeps_the_message_and_headers_stop_at_its_body(talk: Talk) -> None:
    old = b"X-Spam-Status: No, score=-100\r\n\tfolded=yes\r\nX-Spam-Flag: NO\r\n" + BAD
    whole = talk(request("PROCESS", old)).partition(b"\r\n\r\n")[2]
    assert whole.endswith(BAD)
    assert b"score=-100" not in whole
    assert b"folded" not in whole
    assert b"X-Spam-Flag: YES\r\n" in whole
    new = whole[: -len(BAD)]
    assert new.replace(b"\r\n", b"").count(b"\n") == 0
    assert all(len(line) < 100 for line in new.split(b"\r\n"))
    head = talk(request("HEADERS", old)).partition(b"\r\n\r\n")[2]
    assert head == new + BAD.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    unix = talk(request("PROCESS", BAD.replace(b"\r\n", b"\n"))).partition(b"\r\n\r\n")[2]
    assert b"\r" not in unix


def test_tell_is_refused_and_says_why(talk: Talk) -> None:
    reply = talk(request("TELL", BAD, b"Message-class: spam", b"Set: local"))
    assert reply.startswith(b"SPAMD/1.0 69 Service Unavailable: TELL is refused")


def test_what_is_no_mail(talk: Talk) -> None:
    assert talk(request("CHECK", b"")).startswith(b"SPAMD/1.0 65 not a mail message")
    assert talk(request("CHECK", b"\x00\xff\x00")).startswith(b"SPAMD/1.0 65 ")


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"CHECK SPAMC/1.5\r\nno header\r\n\r\n", b"A" * 20_000,
     b"CHECK SPAMC/1.5\r\nContent-length: -1\r\n\r\n", b"CHECK SPAMC/1.5\r\nContent-length: 99999999999999\r\n\r\n"],
)  # fmt: skip
def test_nonsense_gets_an_error_line_or_nothing(talk: Talk, data: bytes) -> None:
    reply = talk(data)
    assert reply == b"" or re.fullmatch(rb"SPAMD/1\.0 \d+ [ -~]+\r\n", reply)


def test_limits(make_desk) -> None:
    small = Talk(make_desk(Limits(body=1000, head_seconds=0.2, body_seconds=0.2)))
    assert b"larger than" in small(request("CHECK", BAD * 10))
    assert b"larger than" in small(b"CHECK SPAMC/1.5\r\n\r\n" + b"x" * 5000, close=False)
    assert small(b"CHECK SPAMC", close=False).startswith(b"SPAMD/1.0 75 ")
    assert small(request("CHECK")[:-10], close=False).startswith(b"SPAMD/1.0 75 ")


def test_only_the_networks_named_may_ask(make_desk) -> None:
    import ipaddress

    server = SpamdServer(make_desk(spamd_from=(ipaddress.ip_network("192.0.2.0/24"),)))
    admitted = ("127.0.0.1", "::1", "192.0.2.7", "::ffff:192.0.2.7", "fe80::1%eth0", "198.51.100.1", "")
    assert [server.admits(peer) for peer in admitted] == [True, True, True, True, False, False, False]


@given(st.binary(max_size=200))
def test_no_head_raises_anything_but_a_refusal(data: bytes) -> None:
    try:
        parse_head(data)
    except Refused as error:
        assert error.line.count(b"\n") == 1


@given(message=st.binary(max_size=300), command=st.sampled_from(COMMANDS))
def test_every_answer_is_as_long_as_it_says(message: bytes, command: str) -> None:
    reply = answer(command, message, _assessment(), 50.0)
    head, _, body = reply.partition(b"\r\n\r\n")
    stated = re.search(rb"Content-length: (\d+)", head)
    assert (len(body) == int(stated[1])) if stated else body == b""


@given(st.binary(max_size=200))
def test_marking_adds_and_takes_away_only_our_own_headers(body: bytes) -> None:
    points = points_of(_assessment(), 50.0, 5.0, 5.0)
    message = b"From: a@b.example\nSubject: x\n\n" + body
    assert marked(message, points, headers_only=False).endswith(b"From: a@b.example\nSubject: x\n\n" + body)


def _assessment():
    return assessment(-2.5, [1.0, 2.0, 0.5])


# --- real clients -----------------------------------------------------------------------------------------


def spamc(server: Server, *options: str, message: bytes = BAD) -> tuple[int, str]:
    if shutil.which("spamc") is None:
        pytest.skip("spamc is not installed (Debian: apt-get install spamc)")
    command = ["spamc", "-d", "127.0.0.1", "-p", str(server.spamd), *options]
    done = subprocess.run(command, input=message, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode()


FORMS = {
    "check": r"-?\d+\.\d/5\.0\s*",
    "check_spam": r"-?\d+\.\d/5\.0\s*",
    "exitcode": r"-?\d+\.\d/5\.0\s*",
    "ping": r"SPAMD/1\.5 0\s*",
    "symbols": r"[A-Z0-9_]+(,[A-Z0-9_]+)*\s*",
    "report": r"-?\d+\.\d/5\.0\n.*\nContent analysis details:   \(-?\d+\.\d points, 5\.0 required\)\n\n"
    r" pts rule name +description\n---- -{22,} -{50}\n *-?\d+\.\d [A-Z0-9_]+ .*",
    "report_ifspam": r"(.*\nContent analysis details:   .*)?\s*",
    "full": r"X-Spam-Checker-Version: .*\nX-Spam-Level: \**\nX-Spam-Status: (Yes|No), score=-?\d+\.\d required=5\.0"
    r"\s+tests=[A-Z0-9_]+.*\s+autolearn=disabled\s+version=.*\nFrom: Example Shop .*</html>\s*",
}
FORMS["headers"] = FORMS["full"]


@pytest.mark.parametrize("name", FORMS)
def test_spamc_prints_what_it_prints_of_the_real_server(server: Server, name: str) -> None:
    """The commands that were recorded against spamd, with its answers, and with ours."""
    first, _, recorded = capture(f"cli_spamc_{name}.txt").decode().partition("\n")
    options = re.search(r"-p 7830 ?(.*) < ([\w.]+)", first)
    said = re.fullmatch(r"(.*?)\n?\[exit (\d)\]\n", recorded, re.DOTALL)
    status, ours = spamc(server, *options[1].split(), message=capture(options[2]))
    form = re.compile(FORMS[name], re.DOTALL)
    assert form.fullmatch(said[1].replace("\r", ""))
    # What is spam differs, and with it the status of -c and whether a flag stands among the headers.
    ours = ours.replace("\r", "").replace("X-Spam-Flag: YES\n", "")
    assert form.fullmatch(ours), ours
    if "-c" in options[1] or "-E" in options[1]:
        assert status == (float(ours.partition("/")[0]) >= 5.0)
    else:
        assert status == int(said[2])


@pytest.mark.parametrize("name", ["learn_ham", "learn_spam", "forget"])
def test_recorded_requests_to_learn_are_refused(talk: Talk, name: str) -> None:
    assert talk(capture(f"spamd_TELL_{name}.request.bin")).startswith(
        b"SPAMD/1.0 69 Service Unavailable: TELL"
    )


def test_spamc_check(server: Server) -> None:
    status, said = spamc(server, "-c")
    assert status == 1
    assert re.fullmatch(r"\d+\.\d/5\.0\n", said)
    assert spamc(server, "-c", message=GOOD)[0] == 0


def test_spamc_symbols_report_and_headers(server: Server) -> None:
    assert "LINK_TO_IP_ADDRESS" in spamc(server, "-y")[1].split(",")
    assert "pts rule name" in spamc(server, "-R")[1]
    assert "pts rule name" in spamc(server, "-r")[1]
    assert "X-Spam-Flag: YES" in spamc(server, "--headers")[1]
    assert spamc(server, "--headers")[1].endswith(BAD.decode())
    assert spamc(server)[1].replace("\r", "").endswith(BAD.decode().replace("\r", ""))
    assert spamc(server, "-K")[0] == 0
    # spamc makes an input/output error of every refusal to learn, that of the real spamd too.
    assert spamc(server, "-L", "spam")[0] == 74


def test_aiospamc(server: Server) -> None:
    aiospamc = pytest.importorskip("aiospamc", reason="aiospamc is not installed (the extra `dev`)")
    at = {"host": "127.0.0.1", "port": server.spamd}

    async def talk():
        check = await aiospamc.check(BAD, **at)
        return (
            check,
            await aiospamc.check(BAD, compress=True, user="somebody", **at),
            await aiospamc.symbols(BAD, **at),
            await aiospamc.report(BAD, **at),
            await aiospamc.report_if_spam(GOOD, **at),
            await aiospamc.headers(BAD, **at),
            await aiospamc.process(BAD, **at),
            await aiospamc.ping(**at),
        )

    check, compressed, symbols, report, if_spam, headers, process, ping = asyncio.run(talk())
    assert check.headers.spam.value is True
    assert check.headers.spam.threshold == 5.0
    assert compressed.headers.spam.score == check.headers.spam.score
    assert b"LINK_TO_IP_ADDRESS" in symbols.body
    assert b"pts rule name" in report.body
    assert if_spam.body == b""
    assert headers.body.startswith(b"X-Spam-Checker-Version: mailing-scorer")
    assert process.body.endswith(BAD)
    assert ping.message == "PONG"


def test_the_npm_client(server: Server) -> None:
    program = """
      const Spamc = require("spamc");
      const [port, bad, good] = process.argv.slice(1);
      const client = new Spamc("127.0.0.1", Number(port), 20);
      const ask = (name, ...given) => new Promise((answered) =>
        client[name](...given, (error, found) => answered(error ? { error: error.message } : found)));
      (async () => console.log(JSON.stringify({
        ping: await ask("ping"),
        check: await ask("check", bad),
        good: await ask("check", good),
        symbols: await ask("symbols", bad),
        report: await ask("report", bad),
        unneeded: await ask("reportIfSpam", good),
        headers: await ask("headers", bad),
        process: await ask("process", bad),
        learn: await ask("learn", bad, "spam"),
      })))();
    """
    found = json.loads(run_node(program, str(server.spamd), BAD.decode(), GOOD.decode()))
    assert found["ping"] is True
    assert found["check"]["isSpam"] is True and found["check"]["baseSpamScore"] == 5
    # It does not read a score below zero, and then says nothing of the verdict.
    assert found["good"]["responseMessage"] == "EX_OK" and not found["good"].get("isSpam")
    # It drops the last symbol that it is given, that of the real spamd too.
    assert "LINK_TO_IP_ADDRESS" in found["symbols"]["matches"]
    assert "LINK_TO_IP_ADDRESS" in [line["name"] for line in found["report"]["report"]]
    assert not found["unneeded"].get("isSpam") and "report" not in found["unneeded"]
    assert any(line.startswith("X-Spam-Status: Yes") for line in found["headers"]["headers"])
    assert "X-Spam-Flag: YES" in found["process"]["message"]
    assert BAD.decode().partition("\r\n\r\n")[2].split("\r\n")[0] in found["process"]["message"]
    assert "TELL commands are not enabled" in found["learn"]["error"]


def test_the_report_can_be_read_as_the_npm_client_reads_it(talk: Talk) -> None:
    """Its pattern: points, name, what is before a colon, the description."""
    text = talk(request("REPORT")).partition(b"\r\n\r\n")[2].decode()
    found = re.findall(r"(?:\s|-)([0-9.]+)\s([A-Z0-9_]+)\s([^:]+):\s([^\n]+)", text)
    assert ("LINK_TO_IP_ADDRESS", "LINKS") in [(name, area.strip()) for _, name, area, _ in found]


def test_a_client_that_goes_away_does_no_harm(server: Server) -> None:
    for piece in (b"CHECK SPAMC/1.5\r\n", request("CHECK")[:300], request("CHECK")):
        with socket.create_connection(("127.0.0.1", server.spamd)) as connection:
            connection.sendall(piece)
    with socket.create_connection(("127.0.0.1", server.spamd)) as connection:
        connection.sendall(b"PING SPAMC/1.5\r\n\r\n")
        assert connection.recv(100) == b"SPAMD/1.5 0 PONG\r\n"
