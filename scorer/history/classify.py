"""Why a message came back: from the enhanced status code (RFC 3463), the reply code and the words.

X.7.x is always policy or reputation and never the list's quality, whatever words go with it. Where a code is
general (X.0.0, X.5.0) or missing, the words decide; where words and a specific code disagree, the code does,
except that a rejection naming a blocklist is policy.
"""

from __future__ import annotations

import re

from scorer.history.blocklists import named_in
from scorer.history.values import Cause
from scorer.history.words import expression

MAX_TEXT = 4_000

_ORDER: tuple[tuple[str, Cause], ...] = (
    ("mailbox-full", "mailbox-full"),
    ("too-large", "too-large"),
    ("malicious", "content"),
    ("program", "system"),
    ("sender", "policy"),
    ("bad-address", "bad-address"),
    ("unreached", "network"),
    ("policy", "policy"),
    ("content", "content"),
    ("deferral", "deferral"),
    ("network", "network"),
    ("system", "system"),
)
"""The word lists of `tables/bounces.toml` in the order in which they are tried, with what they stand for."""


def classify(status: str = "", reply: int = 0, text: str = "", *, delayed: bool = False) -> Cause:
    """The cause that a status code ("5.1.1"), an SMTP reply code (550) and the words together name.

    `delayed` says that delivery is still being tried. "unclassified" where nothing says why.
    """
    words = _clean(text)
    subject, detail = _parts(status)
    if (
        named_in(words) is not None
        and not delayed
        and not (subject == 1 and detail in (1, 2, 10) and _certain_bad(words))
    ):
        return "policy"
    cause = _by_status(subject, detail, words)
    if (
        cause == "bad-address"
        and subject == 2
        and status.startswith("4.")
        and expression("causes", "rate").search(words)
    ):
        cause = "deferral"  # 4.2.1 of Gmail: the mailbox exists and gets too much mail
    if cause is None:
        cause = _by_words(words)
    if cause is None:
        cause = _by_reply(subject, reply)
    if delayed and cause != "mailbox-full" and subject != 7:
        return "deferral"
    if cause is None and status.startswith("4."):
        return "deferral"
    return cause or "unclassified"


def _clean(text: str) -> str:
    return " ".join(text[:MAX_TEXT].replace("’", "'").replace("_", " ").lower().split())


def _parts(status: str) -> tuple[int, int]:
    fields = status.split(".")
    if len(fields) == 3 and all(field.isdecimal() and len(field) <= 3 for field in fields):
        return int(fields[1]), int(fields[2])
    return 0, 0


def _certain_bad(words: str) -> bool:
    return (
        re.search(r"user unknown|unknown user|no such user|does not exist|user not found", words) is not None
    )


def _by_status(subject: int, detail: int, words: str) -> Cause | None:
    """What a specific code says by itself; None where it is too general."""
    if subject == 7:
        return "policy"
    if subject == 1:
        if detail in (7, 8):
            return "policy"  # the sender's address, not the recipient's
        if detail in (1, 2, 3, 4, 6, 10):
            return "bad-address"
        return _by_words(words) or "bad-address" if detail == 0 and words else None
    if subject == 2:
        return _MAILBOX.get(detail)
    if subject == 3:
        if detail == 4:
            return "too-large"
        return _by_words(words) or ("system" if detail else None)
    if subject == 4:
        return _by_words(words) or ("network" if detail else None)
    if subject == 5 and detail:
        return _by_words(words) or "system"
    if subject == 6:
        return "policy" if re.search(r"\b(?:spam|junk|ube|unsolicited|bulk)\b", words) else "content"
    return None


def _by_words(words: str) -> Cause | None:
    if not words:
        return None
    for name, cause in _ORDER:
        if expression("causes", name).search(words):
            return cause
    return None


_MAILBOX: dict[int, Cause] = {1: "bad-address", 2: "mailbox-full", 3: "too-large"}
_SUBJECT: dict[int, Cause] = {1: "bad-address", 2: "bad-address", 3: "system", 4: "network", 5: "system"}


def _by_reply(subject: int, reply: int) -> Cause | None:
    """What the reply code alone says (RFC 5321 section 4.2.3)."""
    if reply in (421, 450, 451, 452):
        return "deferral"
    if reply == 552:
        return "mailbox-full"
    if reply in (551, 553):
        return "bad-address"
    if reply in (530, 534, 535, 538):
        return "policy"
    if reply in (500, 501, 502, 503, 504, 555):
        return "system"
    return _SUBJECT.get(subject)
