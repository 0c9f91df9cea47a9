"""A small corpus made up for tests: two kinds of mail that differ as real ones do."""

from __future__ import annotations

import random
from pathlib import Path

from scorer.draft import Draft

TOPICS = [
    "garden",
    "concert",
    "library",
    "museum",
    "bakery",
    "school",
    "harbour",
    "theatre",
    "orchard",
    "workshop",
]
WORDS = [
    "we",
    "have",
    "a",
    "new",
    "programme",
    "for",
    "you",
    "and",
    "your",
    "friends",
    "with",
    "music",
    "books",
    "bread",
    "flowers",
    "and",
    "a",
    "walk",
    "along",
    "the",
    "water",
    "in",
    "the",
    "old",
    "town",
    "please",
    "come",
    "and",
    "see",
    "what",
    "is",
    "on",
    "this",
    "week",
    "at",
    "our",
    "place",
    "there",
    "will",
    "be",
    "coffee",
    "for",
    "all",
    "who",
    "join",
    "us",
]
LURES = [
    "your",
    "account",
    "has",
    "been",
    "limited",
    "verify",
    "your",
    "identity",
    "now",
    "click",
    "here",
    "to",
    "claim",
    "the",
    "prize",
    "you",
    "have",
    "won",
    "before",
    "it",
    "expires",
    "today",
    "act",
    "now",
    "cheap",
    "pills",
    "and",
    "a",
    "lottery",
    "reward",
    "are",
    "waiting",
    "for",
    "the",
    "lucky",
    "winner",
    "of",
    "this",
    "urgent",
    "offer",
]


def text_of(rng: random.Random, words: list[str]) -> str:
    return " ".join(rng.choice(words) for _ in range(60))


def write_corpora(root: Path, senders: int = 14, each: int = 3, seed: int = 5) -> list[Path]:
    """Two corpora with both classes each; returns their folders."""
    rng = random.Random(seed)
    folders = []
    for corpus in ("old", "new"):
        folder = root / corpus
        rows = ["path\tlabel\torigin"]
        (folder / "m").mkdir(parents=True)
        for number in range(senders * each):
            topic = TOPICS[number % len(TOPICS)]
            sender = number % senders
            home = f"{topic}{sender}{corpus}.example"
            wanted = Draft(
                from_=f"The {topic} {sender} <news@{home}>",
                subject=f"News of the {topic} {rng.choice(WORDS)}",
                html=f"<p>{text_of(rng, WORDS)}</p><a href='https://{home}/a{number}'>Read more</a> "
                f"<a href='https://{home}/b{number}'>Programme</a> <a href='https://{home}/u'>unsubscribe</a>",
            )
            junk = Draft(
                from_=f"Security {number} <x{number}@{rng.choice('bcdfg')}qxz{sender}{corpus}.example>",
                subject=f"{rng.choice(LURES)} {rng.choice(LURES)} now!!",
                html=f"<p>{text_of(rng, LURES)}</p><a href='http://{sender}kjhg.example/login'>Click here</a>",
            )
            for label, draft in (("ham", wanted), ("spam", junk)):
                (folder / "m" / f"{label}{number}.eml").write_bytes(draft.compose())
                rows.append(f"m/{label}{number}.eml\t{label}\ts{sender}")
        (folder / "labels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
        folders.append(folder)
    return folders
