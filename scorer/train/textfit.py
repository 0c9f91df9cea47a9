"""Fits the model of words: a logistic regression on terms that several unrelated senders used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from scorer.text.terms import BODY, LETTERS, LETTERS_LEAST, SUBJECT, letters_of, pairs, terms_of
from scorer.train.dataset import WRITTEN, Floats, Ints, Row

MIN_GROUPS = 5
"""Unrelated senders or templates that must have used a term before it may enter the vocabulary."""
MAX_TERMS = 40_000
LANGUAGE = "en"


def usable(row: Row) -> bool:
    """Whether the words of a row are learnt from. Wanted mail is nearly all English in public corpora: from other
    languages a model could only learn there that the language is spam. The mailings written for this project hold as
    much wanted as unwanted mail in each language."""
    return row.language in (LANGUAGE, "") or row.corpus == WRITTEN


def _words(row: Row) -> set[str]:
    return {word for word in row.subject if word} | {word for word in row.body if word}


def _used_by(found: Iterable[tuple[int, set[str]]], min_groups: int) -> list[tuple[int, str]]:
    users: dict[str, set[int]] = defaultdict(set)
    for group, terms in found:
        for term in terms:
            seen = users[term]
            if len(seen) < 1000:
                seen.add(group)
    return [(len(seen), term) for term, seen in users.items() if len(seen) >= min_groups]


def build_vocabulary(
    rows: Sequence[Row],
    groups: Ints,
    use: npt.NDArray[np.bool_],
    min_groups: int = MIN_GROUPS,
    limit: int = MAX_TERMS,
) -> list[str]:
    """The terms that at least `min_groups` groups used, the most widely used `limit` of them, and the runs of letters
    of other words that as many groups used; sorted."""
    learnt = [number for number in np.flatnonzero(use).tolist() if usable(rows[number])]
    spoken = ((int(groups[n]), set.union(*terms_of(rows[n].subject, rows[n].body))) for n in learnt)
    enough = sorted(_used_by(spoken, min_groups), key=lambda pair: (-pair[0], pair[1]))[:limit]
    known = {term for _, term in enough}
    spelt = ((int(groups[n]), letters_of(_words(rows[n]) - known)) for n in learnt)
    return sorted(known | {run for _, run in _used_by(spelt, min_groups)})


def vectorize(rows: Sequence[Row], vocabulary: Sequence[str]) -> sparse.csr_matrix:
    """Each row's known terms; subject, body and letters have a fixed length each, whatever their size."""
    index = {term: number for number, term in enumerate(vocabulary)}
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        in_subject, in_body = terms_of(row.subject, row.body)
        letters = letters_of(_words(row) - index.keys())
        for terms, length, least in (
            (in_subject, SUBJECT, 1),
            (in_body, BODY, 1),
            (letters, LETTERS, LETTERS_LEAST),
        ):
            known = sorted(index[term] for term in terms & index.keys())
            if known:
                columns += known
                data += [length / float(np.sqrt(max(len(known), least)))] * len(known)
        ends.append(len(columns))
    return sparse.csr_matrix((data, columns, ends), shape=(len(rows), len(vocabulary)))


def familiarity_of(rows: Sequence[Row], vocabulary: Sequence[str]) -> Floats:
    """The share of each row's pairs of words that the vocabulary holds."""
    known = frozenset(vocabulary)
    found = [pairs(row.subject) | pairs(row.body) for row in rows]
    return np.array([len(some & known) / len(some) if some else 0.0 for some in found])


def fit_text(
    rows: Sequence[Row], weights: Floats, use: npt.NDArray[np.bool_], vocabulary: Sequence[str], c: float
) -> LogisticRegression:
    """The regression over `vocabulary`. It has no intercept: a text without known terms says nothing."""
    chosen = np.array([number for number in np.flatnonzero(use).tolist() if usable(rows[number])])
    picked = [rows[number] for number in chosen]
    target = np.array([row.label for row in picked])
    model = LogisticRegression(C=c, fit_intercept=False, max_iter=300, tol=1e-4, solver="lbfgs")
    model.fit(vectorize(picked, vocabulary), target, sample_weight=weights[chosen])
    return model
