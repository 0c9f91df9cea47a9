"""The made-up archive of `data/campaigns.tar.xz`: six senders' mailings of two years, and what happened to them.

What happened follows a known truth, so that it can be seen whether it is found again: subjects in capitals and a
missing unsubscribe link go with spam placement, a missing text part with nothing; senders differ; in spring 2025 new
templates came into use, which mostly lack the text part, and one sender's the link.

    python -m tests.campaigns.small data/campaigns.tar.xz
"""

from __future__ import annotations

import io
import math
import random
import sys
import tarfile
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

MAILINGS = 240
SHOUTING, NO_LINK, START = 1.6, 1.2, -2.4
SENDERS = {
    "fjordbryggeri.example": ("Fjord Bryggeri", -0.5, ("beer", "tasting", "barley", "brewery", "glasses")),
    "gardenhouse.example": ("Garden House", 0.0, ("bulbs", "roses", "spring", "beds", "tools")),
    "harbourtheatre.example": ("Harbour Theatre", -0.3, ("premiere", "play", "actors", "evening", "seats")),
    "ullvaren.example": ("Ullvaren", 0.5, ("wool", "sweaters", "winter", "patterns", "yarn")),
    "cyclelane.example": ("Cycle Lane", 0.2, ("wheels", "service", "helmets", "rides", "workshop")),
    "bookbarn.example": ("The Book Barn", 0.0, ("novels", "authors", "reading", "shelves", "poems")),
}
OPENINGS = (
    "The new {0} are in, and we have kept the best {1} for you.",
    "This week we look at {0} and at what {1} can do.",
    "Our friends asked about {0}: here is what we know, with {1} and {2}.",
    "On Saturday we open the doors for {0}, {1} and good company.",
)
SUBJECTS = (
    "New {0} and {1} this week",
    "What our {0} say about {1}",
    "An evening of {0}",
    "The best {0} for you",
)


def mailing(number: int, drawn: random.Random) -> tuple[bytes, list[str]]:
    """One mailing, and the lines of its outcomes."""
    domain = list(SENDERS)[number % len(SENDERS)]
    name, effect, words = SENDERS[domain]
    sent = datetime(2024, 1, 8, 9, tzinfo=UTC) + timedelta(days=3 * number, minutes=drawn.randrange(600))
    chosen = drawn.sample(words, 3)
    changed = sent >= datetime(2025, 4, 1, tzinfo=UTC)
    shouting = drawn.random() < 0.25
    no_link = drawn.random() < (0.95 if changed and domain == "ullvaren.example" else 0.15)
    subject = drawn.choice(SUBJECTS).format(*chosen)
    paragraphs = [drawn.choice(OPENINGS).format(*drawn.sample(words, 3)) for _ in range(3)]
    link = f"https://www.{domain}/news/{number}"
    end = "" if no_link else f'<p><a href="https://www.{domain}/u/{number}">Unsubscribe</a></p>'
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f'<html><body>{body}<p><a href="{link}">Read more</a></p>{end}<p>{name}, 1 Quay Road, Bergen</p></body></html>'
    fields = [
        f"Return-Path: <bounces@{domain}>",
        f"Received: from out.{domain} (out.{domain} [192.0.2.7]) by mx.example; {format_datetime(sent)}",
        f"From: {name} <news@{domain}>",
        f"Subject: {subject.upper() if shouting else subject}",
        f"Date: {format_datetime(sent)}",
        f"Message-ID: <{number}@{domain}>",
        f"List-Id: <news.{domain}>",
        f"X-Campaign-Id: {domain.split('.')[0]}-{number}",
    ]
    if not no_link:
        fields.append(f"List-Unsubscribe: <https://www.{domain}/u/{number}>")
        fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    if drawn.random() < (0.8 if changed else 0.2):
        fields += ["MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8"]
        content = html
    else:
        fields += ["MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="b"']
        text = "\n\n".join([*paragraphs, link])
        content = (
            f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
            f"--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--"
        )
    lines = []
    for provider, harsher, seeds in (("gmail", 0.3, 20), ("yahoo", -0.3, 12)):
        eta = START + SHOUTING * shouting + NO_LINK * no_link + effect + harsher
        mean = 1 / (1 + math.exp(-eta))
        rate = drawn.betavariate(mean * 15, (1 - mean) * 15)
        spam = sum(drawn.random() < rate for _ in range(seeds))
        sent_to = drawn.randrange(800, 6000)
        complaints = sum(drawn.random() < rate / 200 for _ in range(sent_to)) if provider == "yahoo" else ""
        lines.append(f"{domain.split('.')[0]}-{number},{provider},{spam},{seeds},{sent_to},{complaints}")
    return ("\n".join(fields) + "\n\n" + content + "\n").encode(), lines


def write(path: str) -> None:
    """Write the archive: the mailings, and the table of their outcomes."""
    drawn = random.Random(11)
    outcomes = ["campaign_id,provider,spam,placed,sent,complaints"]
    with tarfile.open(path, "w:xz") as archive:

        def add(name: str, data: bytes) -> None:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

        for number in range(MAILINGS):
            data, lines = mailing(number, drawn)
            add(f"mailings/{number:03}.eml", data)
            outcomes += lines
        add("outcomes.csv", ("\n".join(outcomes) + "\n").encode())


if __name__ == "__main__":
    write(sys.argv[1])
