"""What each stage of scoring costs, and what a kilobyte of text, of HTML, and a link cost.

    python benchmarks/throughput/stages.py FOLDER…

Processor time of one process, warm, the least of several passes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scorer import Scorer
from scorer.assessment import to_json
from scorer.engine import Scored
from scorer.facts import gather
from scorer.mime import parse_message
from scorer.providers import judge
from scorer.risk import weigh
from scorer.rules import run_rules
from scorer.sending import unspecified

PASSES = 5
HEAD = b"From: Nordlys Books <news@nordlys.example>\r\nSubject: Our autumn catalogue\r\nMIME-Version: 1.0\r\n"
SENTENCE = b"Forty new titles have arrived in the shop, and on Saturday we read from three of them.\r\n"


def stages(scorer: Scorer, messages: list[bytes]) -> dict[str, float]:
    """Milliseconds a message of each stage."""
    best: dict[str, float] = {}
    for _ in range(PASSES):
        spent: dict[str, float] = {}
        for data in messages:
            one(scorer, data, spent)
        for name, seconds in spent.items():
            best[name] = min(seconds, best.get(name, seconds))
    return {name: 1000 * seconds / len(messages) for name, seconds in best.items()}


def one(scorer: Scorer, data: bytes, spent: dict[str, float]) -> None:
    """Score one message, adding each stage's seconds to `spent`."""
    started = time.process_time()

    def lap(name: str) -> None:
        nonlocal started
        now = time.process_time()
        spent[name] = spent.get(name, 0.0) + now - started
        started = now

    message = parse_message(data)
    lap("message: headers, parts, charsets")
    _ = message.visible_text
    lap("page: the HTML as it is seen")
    facts = gather(message, unspecified(), scorer.resolver(), scorer.blocklists, None)
    lap("facts")
    findings, not_checked = run_rules(facts, scorer.rules)
    lap("rules")
    text = scorer.models.text_evidence(message)
    lap("model of words, with places")
    structure = scorer.models.structure_evidence(message, facts.links)
    lap("model of structure")
    risk = weigh(findings, scorer.config.weights, text=text, structure=structure, not_checked=not_checked)
    providers = judge(facts, scorer.config.providers)
    lap("risk and providers")
    scored = Scored(facts, findings, not_checked, risk, providers, "send")
    answer = scorer.assessment(scored)
    lap("sentences")
    to_json(answer)
    lap("JSON")


def slopes(scorer: Scorer, make: Callable[[int], bytes], low: int, high: int) -> dict[str, float]:
    """Microseconds of each stage that one more (kilobyte, link) costs."""
    small, large = stages(scorer, [make(low)] * 3), stages(scorer, [make(high)] * 3)
    return {name: 1000 * (large[name] - small[name]) / (high - low) for name in small}


def plain(kilobytes: int) -> bytes:
    return HEAD + b"Content-Type: text/plain\r\n\r\n" + SENTENCE * (kilobytes * 1024 // len(SENTENCE))


def page(kilobytes: int) -> bytes:
    row = b'<tr><td style="font:14px Arial;color:#222222" align="left"><b>Forty</b> new titles, read on Saturday</td></tr>\r\n'
    return (
        HEAD + b"Content-Type: text/html\r\n\r\n<table>" + row * (kilobytes * 1024 // len(row)) + b"</table>"
    )


def links(count: int) -> bytes:
    body = b"".join(
        b'<a href="https://www.nordlys.example/titles/%d?from=news">Title</a>\r\n' % i for i in range(count)
    )
    return HEAD + b"Content-Type: text/html\r\n\r\n<p>" + body + b"</p>"


def main() -> None:
    """Measure and print."""
    scorer = Scorer()
    for given in sys.argv[1:]:
        files = sorted(Path(given).rglob("*.eml"))
        messages = [path.read_bytes() for path in files[:: max(1, len(files) // 400)]]
        for data in messages[:40]:
            scorer.score(data, remedies=False)
        found = stages(scorer, messages)
        kilobytes = sum(map(len, messages)) / 1024
        print(
            f"\n**{Path(given).name}**: {len(messages)} messages, {kilobytes / len(messages):.1f} KB on average\n\n"
            "| stage | CPU a message | share | a kilobyte |\n| --- | ---: | ---: | ---: |"
        )
        total = sum(found.values())
        for name, milliseconds in (found | {"all": total}).items():
            share, each = 100 * milliseconds / total, 1000 * milliseconds * len(messages) / kilobytes
            print(f"| {name} | {milliseconds:.3f} ms | {share:.0f} % | {each:.1f} µs |")
    more = [slopes(scorer, plain, 20, 40), slopes(scorer, page, 20, 40), slopes(scorer, links, 100, 200)]
    print("\n| stage | one more kilobyte of text | of HTML | one more link |\n| --- | ---: | ---: | ---: |")
    for name in more[0]:
        print(f"| {name} | " + " | ".join(f"{max(0.0, one[name]):.1f} µs" for one in more) + " |")
    print("| all | " + " | ".join(f"{sum(one.values()):.0f} µs" for one in more) + " |")


if __name__ == "__main__":
    main()
