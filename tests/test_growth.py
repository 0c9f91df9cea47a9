"""Hostile mail costs at most in proportion to its size: twice the input, at most 2.3 times the work.

Work is processor time of this thread, the least of several runs, and as long as the ratio is too high there is
another run of each: another program on the machine can only make a run look slower. No test asks how long
anything takes.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from scorer import Scorer
from scorer.bounds import MAX_NESTING
from scorer.mimetree import MAX_LEVELS

RUNS = 40
GROWTH = 2.3
HEAD = b"From: Nordlys Books <news@nordlys.example>\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\n"
PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    found = Scorer()
    found.score(HTML + b"<p>Forty new titles, <a href='https://nordlys.example/'>see them</a>.</p>")
    return found


def work(scorer: Scorer, data: bytes) -> float:
    """Processor time of one run, in seconds."""
    started = time.thread_time()
    scorer.score(data, remedies=False)
    return time.thread_time() - started


def grows_in_proportion(scorer: Scorer, make: Callable[[int], bytes], size: int) -> None:
    once, twice = make(size), make(2 * size)
    gc.collect()
    # The first run, which compiles what is used for the first time, is one of two.
    least, most = work(scorer, once), work(scorer, twice)
    for _ in range(RUNS):
        least = min(least, work(scorer, once))
        if most / least <= GROWTH:
            return
        most = min(most, work(scorer, twice))
    pytest.fail(f"twice the input took {most / least:.2f} times the work")


def parts(count: int) -> bytes:
    one = b"--b\r\nContent-Type: text/plain\r\n\r\nForty new titles.\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + one * count + b"--b--\r\n"


def nested(depth: int) -> bytes:
    """Elements inside one another."""
    return HTML + b"<div>" * depth + b"Forty new titles" + b"</div>" * depth


def nested_parts(depth: int, subtype: bytes = b"mixed", start: bytes = b"") -> bytes:
    data = HEAD
    for level in range(depth):
        data += b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (subtype, level, level) + start
    return data + b"Subject: Forty\r\n\r\n" + b"Forty new titles.\r\n--- - ---\r\n" * 20 * depth


def links(count: int) -> bytes:
    return HTML + b"".join(
        b'<p>No %d: <a href="https://www%d.nordlys.example/titles?id=%d">Title %d</a></p>\r\n' % (i, i, i, i)
        for i in range(count)
    )


def headers(count: int) -> bytes:
    return (
        b"".join(b"X-Title-%d: number %d\r\n" % (i, i) for i in range(count)) + PLAIN + b"Forty titles.\r\n"
    )


CASES: dict[str, tuple[Callable[[int], bytes], int]] = {
    "size": (lambda n: PLAIN + b"Forty new titles in the shop, come and see them.\r\n" * n, 3000),
    "page": (lambda n: HTML + b"<tr><td style='color:#111'>Forty <b>new</b> titles</td></tr>\r\n" * n, 1500),
    "links": (links, 400),
    "bare links": (lambda n: PLAIN + b"https://www.nordlys.example/titles?id=1 and\r\n" * n, 700),
    "parts": (parts, 150),
    # Up to the bound, where the source itself is looked through first, which is a step and no growth.
    "nesting": (nested, MAX_NESTING // 2 - 10),
    "nesting beyond the bound": (nested, MAX_NESTING + 1000),
    # The parser opens formatting again in every block, up to a bound beyond which nothing is read.
    "open formatting": (
        lambda n: HTML + b"".join(b"<p><b id=%d>Forty new titles" % i for i in range(n)),
        4000,
    ),
    "end tags of nothing": (
        lambda n: HTML + b"<div>" * (MAX_NESTING - 10) + b"</b>" * n + b"Forty new titles",
        4000,
    ),
    # Shorter ones are read whole.
    "long formatting": (
        lambda n: HTML + b"<p><b id='" + b"x" * 300_000 + b"'>" + b"<p>Forty new titles" * n,
        2000,
    ),
    "starts of links": (lambda n: HTML + b"<a " * n + b">Forty new titles", 40_000),
    "quotes of links": (lambda n: HTML + b"<a b='" * n + b">Forty new titles", 20_000),
    "comments": (lambda n: HTML + b"<!-- <b> --!><!-->Forty" * n, 3000),
    "pictures without text": (lambda n: HTML + b"<img alt=''>alt alt= " * n, 2000),
    "titles": (lambda n: HTML + b"<title> </title>" * n, 3000),
    "at-rules": (
        lambda n: HTML + b"<style>" + (b"@" * 400 + b"{" + b"a{}" * 400 + b"{{") * n + b"</style>Forty",
        20,
    ),
    "nested parts": (nested_parts, MAX_LEVELS // 2 - 10),
    "nested digests": (lambda n: nested_parts(n, b"digest", b"\r\n"), MAX_LEVELS // 2 - 10),
    "nested parts beyond the bound": (nested_parts, MAX_LEVELS + 50),
    "headers": (headers, 400),
    "recipients": (lambda n: b"To: " + b"Ann <ann@example.org>, " * n + b"\r\n" + PLAIN + b"Hello.\r\n", 800),
    "style sheet": (
        lambda n: HTML + b"<style>" + b".a%{color:#fff;display:none}\r\n" * n + b"</style><p>Hi</p>",
        2000,
    ),
    "base64": (
        lambda n: (
            HEAD
            + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + b"Rm9ydHkg\r\n" * n
        ),
        6000,
    ),
    "encoded words": (
        lambda n: b"Subject: " + b"=?utf-8?q?Forty?= " * n + b"\r\n" + PLAIN + b"Hello.\r\n",
        3000,
    ),
}

ONE_LINE = (
    *("a", "A", " ", "\t", "ä", "字", "0", "1 ", "a ", "aa ", ".", "-", "_", "'a", "\"", "a@", "@", "a.b@c.d ", "www."),
    *("http://", "https://a.b/", "{{", "{{a}", "*|", "[[", "%", "%a%", "$", "$1 ", "1.0,", "=?", "<", "<a ", "</", "<!--"),
    *("&", "&#65;", "to unsubscribe ", "log in ", "box 1", "a, ", "12345 ", "1234 AB", "\u200b", "a\u200b", "\u202e", ">"),
    *("street ", "1 aa ", "1 street ", "via a ", "a\u0307", "\u0661 ", "ring", "wrote", "--"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_work_grows_in_proportion(scorer: Scorer, case: str) -> None:
    make, size = CASES[case]
    grows_in_proportion(scorer, make, size)


@pytest.mark.parametrize("piece", ONE_LINE)
@pytest.mark.parametrize("start", [PLAIN, HTML], ids=["text", "page"])
def test_work_grows_in_proportion_to_the_length_of_a_line(scorer: Scorer, start: bytes, piece: str) -> None:
    grows_in_proportion(scorer, lambda n: start + piece.encode() * n, 30_000 // len(piece))


@pytest.mark.parametrize(
    "piece", ["a", "a ", ",", "<", '"', "(", "@", "a@b,", "=?", "a:", "\\", "{{", "%", "é"]
)
def test_work_grows_in_proportion_to_the_length_of_a_field(scorer: Scorer, piece: str) -> None:
    def make(n: int) -> bytes:
        value = piece.encode() * n
        return (
            b"From: " + value + b"\r\nSubject: " + value + b"\r\nReply-To: " + value + b"\r\n\r\nHello.\r\n"
        )

    grows_in_proportion(scorer, make, 20_000 // len(piece))


LARGE = 25 << 20
MEASURE = """
import json, resource, sys
from scorer import Scorer
scorer = Scorer()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = sys.stdin.buffer.read()
answer = scorer.score(data, remedies=False)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([peak / 1024, [defect.id for defect in answer.defects]]))
"""
LARGE_MESSAGES = {
    "text": (lambda: PLAIN + b"Forty new titles in the shop.\r\n" * (LARGE // 31), "text-too-large"),
    "one line": (lambda: PLAIN + b"a" * LARGE, "text-too-large"),
    "page": (lambda: HTML + b"<p>Forty <b>new</b> titles</p>\r\n" * (LARGE // 33), "text-too-large"),
    "attachment": (
        lambda: (
            HEAD
            + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\r\n" * (LARGE // 70)
        ),
        "",
    ),
    "header": (lambda: b"X-Title: " + b"a" * LARGE + b"\r\n" + PLAIN + b"Hello.\r\n", "header-too-large"),
}


@pytest.mark.parametrize("case", LARGE_MESSAGES)
def test_a_very_large_message_needs_bounded_memory_and_says_what_was_skipped(case: str) -> None:
    make, defect = LARGE_MESSAGES[case]
    done = subprocess.run([sys.executable, "-c", MEASURE], input=make(), capture_output=True, check=True)
    peak, defects = json.loads(done.stdout)
    assert peak < 16 * LARGE / (1 << 20)
    assert defect in defects if defect else not defects
