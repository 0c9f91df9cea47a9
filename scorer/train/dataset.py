"""Corpora turned into what the models learn from: measured once, grouped, weighted, split."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from scorer.domains.addresses import parse_mailbox_list
from scorer.domains.lists import is_freemail
from scorer.domains.suffixes import organizational_domain_psl
from scorer.facts import gather
from scorer.facts.optout import mentions_unsubscribe
from scorer.mime import NotMail, parse_message
from scorer.rules import all_rules, run_rules
from scorer.structure.features import FEATURES
from scorer.structure.measure import measure
from scorer.text.language import guess
from scorer.text.tokens import of_subject, words_of
from scorer.train.corpora import Sample, digest_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SEED = 20261124
_INVENTED = "html:"
WRITTEN = "written"
"""The corpus of mailings written for this project (`scorer.train.written`)."""
# Overwritten by those who published a corpus: they tell the corpus.
MASKED = frozenset({"redacted", "recipient", "example"})


class Row(msgspec.Struct):
    """One measured message. `kind`: "bulk" (wanted mailings), "letter" (other wanted mail), "spam"."""

    corpus: str
    path: str
    label: int
    origin: str
    tab: str
    kind: str
    language: str
    org: str
    invented: bool
    subject: list[str]
    body: list[str]
    values: list[float]
    shingles: list[int]
    rules: list[str]


def _shingles(words: Sequence[str], size: int = 4, keep: int = 48) -> list[int]:
    """A bottom sketch: the `keep` smallest hashes of the text's word n-grams."""
    if len(words) < 2 * size:  # too little to tell a template by: only the very same text counts
        grams = {" ".join(words)} if len(words) >= 3 else set()
    else:
        grams = {" ".join(words[i : i + size]) for i in range(len(words) - size + 1)}
    hashes = sorted(
        int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest(), "big") >> 1 for gram in grams
    )
    return hashes[:keep]


def measure_sample(sample: Sample) -> Row | None:
    """Parse and measure; None for what is no message."""
    try:
        message = parse_message(sample.data)
    except NotMail:
        return None
    facts = gather(message)
    links = facts.links
    found = measure(message, links)
    findings, _ = run_rules(facts, all_rules().values())
    values = [np.nan if (value := found.get(feature.id)) is None else value for feature in FEATURES]
    body = [word for word in words_of(message.visible_text) if word not in MASKED]
    subject = [word for word in of_subject(message.subject).words if word not in MASKED]
    senders = parse_mailbox_list(message.get("from"))
    domain = senders[0].domain if senders else ""
    org = "" if not domain or is_freemail(domain) else (organizational_domain_psl(domain) or domain)
    visible = message.visible_text
    kind = "spam" if sample.label == 1 else "letter"
    if sample.label != 1:
        bulk = message.page is not None and (len(links.web) >= 6 or mentions_unsubscribe(visible[-3000:]))
        if (
            sample.corpus in ("newsletters", "gmail-placement", WRITTEN)
            or sample.origin == "hard_ham"
            or bulk
        ):
            kind = "bulk"
    return Row(
        corpus=sample.corpus,
        path=sample.path,
        label=sample.label,
        origin=sample.origin,
        tab=sample.tab,
        kind=kind,
        language=sample.language or guess(body, visible),
        org=org,
        invented=sample.origin.startswith(_INVENTED),
        subject=subject,
        body=body,
        values=values,
        shingles=_shingles([*subject, *body]),
        rules=[key for finding in findings for key in (finding.rule, f"{finding.rule}/{finding.message}")],
    )


def _measure_batch(samples: list[Sample]) -> list[Row | None]:
    return [measure_sample(sample) for sample in samples]


def _code_digest() -> str:
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    folders = (
        "structure",
        "text/language.py",
        "text/tokens.py",
        "domains",
        "facts",
        "train/corpora.py",
        "train/dataset.py",
        "html.py",
        "mime.py",
        "replies.py",
    )
    for name in folders:
        path = root / name
        for file in (
            sorted(p for p in path.rglob("*") if p.suffix in (".py", ".txt", ".toml"))
            if path.is_dir()
            else [path]
        ):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def measure_all(corpora: dict[str, list[Sample]], cache: Path | None, jobs: int = 2) -> list[Row]:
    """Every message measured, by corpus in the order of their names; kept in `cache` by joblib between runs."""
    from joblib import Memory, Parallel, delayed

    def run(name: str, digest: str, code: str) -> list[Row]:
        samples = corpora[name]
        batches = [samples[i : i + 250] for i in range(0, len(samples), 250)]
        done = Parallel(n_jobs=jobs)(delayed(_measure_batch)(batch) for batch in batches)
        return [row for batch in done for row in batch if row is not None]

    code = _code_digest()
    rows: list[Row] = []
    run.__module__, run.__qualname__ = __name__, "measured"
    stored: Any = Memory(cache, verbose=0).cache(run) if cache else run
    for name in sorted(corpora):
        rows += stored(name, digest_of(corpora[name]), code)
    return rows


class _Union:
    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        a, b = self.find(one), self.find(other)
        if a != b:
            self.parent[max(a, b)] = min(a, b)


def _resemblance(
    mine: list[int], my_set: frozenset[int], theirs: list[int], their_set: frozenset[int]
) -> float:
    """The Jaccard index of two texts' n-grams, estimated from their bottom sketches."""
    keep = min(max(len(mine), len(theirs)), 48)
    lowest = sorted(my_set | their_set)[:keep]
    return sum(value in my_set and value in their_set for value in lowest) / max(1, len(lowest))


def groups_of(rows: Sequence[Row]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """For each row its group (sender and template), and whether it nearly repeats an earlier row.

    Rows of one sender's domain are one group (forged domains of large providers aside), so are rows whose
    sketches of word 4-grams overlap by half; rows that overlap by nine tenths repeat one another.
    """
    union = _Union(len(rows))
    repeated = np.zeros(len(rows), dtype=bool)
    first_of: dict[tuple[str, str], int] = {}
    buckets: dict[int, list[int]] = defaultdict(list)
    sketches = [frozenset(row.shingles) for row in rows]
    for number, row in enumerate(rows):
        if row.org and (row.label != 1 or row.corpus == "spam-2026"):
            union.join(first_of.setdefault(("org", row.org), number), number)
        if row.invented:
            union.join(first_of.setdefault(("origin", row.origin), number), number)
        seen: Counter[int] = Counter()
        for value in row.shingles[:16]:
            for other in buckets[value][-8:]:
                seen[other] += 1
        for other, shared in seen.most_common(12):
            if shared < 2 and len(row.shingles) > 4:
                break
            overlap = _resemblance(row.shingles, sketches[number], rows[other].shingles, sketches[other])
            if overlap >= 0.4 and "letter" not in (row.kind, rows[other].kind):
                union.join(other, number)  # letters quote one another across senders: that is no template
            if overlap >= 0.9 and row.label == rows[other].label:
                repeated[number] = True
        for value in row.shingles[:16]:
            buckets[value].append(number)
    roots = [union.find(number) for number in range(len(rows))]
    numbers = {root: index for index, root in enumerate(dict.fromkeys(roots))}
    return np.array([numbers[root] for root in roots], dtype=np.int64), repeated


SHARES = {
    "ham": {"modern": 0.42, "bulk": 0.24, "letter": 0.34},
    "spam": {"modern": 0.45, "trec": 0.34, "old": 0.21},
}
"""What part of each class's weight its kinds of real mail have. Equal shares of old and new on both sides keep the
era from telling the class; wanted mailings outweigh letters, which are not what this program is asked about."""
WORDS_WRITTEN = 0.15
"""What part of each class's weight the mailings written for this project have where words are learnt: in most
languages there are no others. In the joint fit they have none: real mail knows better how real mail is made."""


def segment_of(row: Row) -> tuple[str, str]:
    """The class and the part of it to which a row's weight belongs."""
    if row.corpus == WRITTEN:
        return "spam" if row.label == 1 else "ham", "written"
    if row.label == 1:
        if row.corpus == "spamassassin":
            return "spam", "old"
        return "spam", "trec" if row.corpus.startswith("trec") else "modern"
    if row.corpus in ("spamassassin",) or row.corpus.startswith("trec"):
        return "ham", row.kind
    return "ham", "modern"


def weights_of(rows: Sequence[Row], groups: Ints, use: npt.NDArray[np.bool_], written: float = 0.0) -> Floats:
    """A weight for each row that is used: classes weigh the same, their parts as `SHARES` and `written` say, and
    within a part a group of n messages weighs as sqrt(n). The mean is 1."""
    sizes = Counter(groups[use].tolist())
    raw = np.array([1 / np.sqrt(sizes[g]) if u else 0.0 for g, u in zip(groups.tolist(), use, strict=True)])
    totals: dict[tuple[str, str], float] = defaultdict(float)
    segments = [segment_of(row) for row in rows]
    for segment, weight in zip(segments, raw, strict=True):
        totals[segment] += weight
    out = np.zeros(len(rows))
    for cls, shares in SHARES.items():
        all_parts = {**{part: share * (1 - written) for part, share in shares.items()}, "written": written}
        present = {part: share for part, share in all_parts.items() if totals.get((cls, part), 0) > 0}
        if not any(present.values()):
            present = {"written": 1.0}  # there is no other mail of this class
        whole = sum(present.values())
        for number, segment in enumerate(segments):
            if segment[0] == cls and raw[number]:
                out[number] = present[segment[1]] / whole * raw[number] / totals[segment]
    scaled: Floats = out * use.sum() / out.sum()
    return scaled


def folds_of(groups: Ints, folds: int = 5, seed: int = SEED) -> Ints:
    """A fold for each row; a group is never split. Large groups are dealt first, so that folds are of like size."""
    sizes = Counter(groups.tolist())
    order = np.random.default_rng(seed).permutation(len(sizes))
    dealt = sorted(sizes, key=lambda g: (-sizes[g], order[g]))
    load = [0] * folds
    fold_of: dict[int, int] = {}
    for group in dealt:
        fold = min(range(folds), key=lambda f: (load[f], f))
        fold_of[group] = fold
        load[fold] += sizes[group]
    return np.array([fold_of[group] for group in groups.tolist()], dtype=np.int64)


def values_of(rows: Iterable[Row]) -> Floats:
    """The raw feature values, one row a message; NaN where a feature says nothing."""
    return np.array([row.values for row in rows], dtype=np.float64).reshape(-1, len(FEATURES))
