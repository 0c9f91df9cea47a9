"""Fits the model of words: a logistic regression on terms that several unrelated senders used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from scorer.text.terms import BODY, SUBJECT, terms_of
from scorer.train.dataset import Floats, Ints, Row

MIN_GROUPS = 5
"""Unrelated senders or templates that must have used a term before it may enter the vocabulary."""
MAX_TERMS = 40_000
LANGUAGE = "en"


def usable(row: Row) -> bool:
    """Whether the words of a row are learnt from. Wanted mail is nearly all English in public corpora: from
    other languages a model could only learn that the language is spam."""
    return row.language in (LANGUAGE, "")


def build_vocabulary(
    rows: Sequence[Row],
    groups: Ints,
    use: npt.NDArray[np.bool_],
    min_groups: int = MIN_GROUPS,
    limit: int = MAX_TERMS,
) -> list[str]:
    """The terms that at least `min_groups` groups used, the most widely used `limit` of them, sorted."""
    users: dict[str, set[int]] = defaultdict(set)
    for number in np.flatnonzero(use).tolist():
        row = rows[number]
        if usable(row):
            group = int(groups[number])
            subject, body = terms_of(row.subject, row.body)
            for term in subject | body:
                seen = users[term]
                if len(seen) < 1000:
                    seen.add(group)
    enough = [(len(seen), term) for term, seen in users.items() if len(seen) >= min_groups]
    enough.sort(key=lambda pair: (-pair[0], pair[1]))
    return sorted(term for _, term in enough[:limit])


def vectorize(rows: Sequence[Row], vocabulary: Sequence[str]) -> sparse.csr_matrix:
    """Each row's known terms; subject and body have length BODY and SUBJECT each, whatever their size."""
    index = {term: number for number, term in enumerate(vocabulary)}
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        for terms, length in zip(terms_of(row.subject, row.body), (SUBJECT, BODY), strict=True):
            known = sorted(index[term] for term in terms if term in index)
            if known:
                columns += known
                data += [length / float(np.sqrt(len(known)))] * len(known)
        ends.append(len(columns))
    return sparse.csr_matrix((data, columns, ends), shape=(len(rows), len(vocabulary)))


def fit_text(
    rows: Sequence[Row], weights: Floats, use: npt.NDArray[np.bool_], vocabulary: Sequence[str], c: float
) -> LogisticRegression:
    """The regression over `vocabulary`. It has no intercept: a text without known terms says nothing."""
    chosen = np.array([number for number in np.flatnonzero(use).tolist() if usable(rows[number])])
    picked = [rows[number] for number in chosen]
    target = np.array([row.label for row in picked])
    model = LogisticRegression(C=c, fit_intercept=False, max_iter=1000, tol=1e-6, solver="lbfgs")
    model.fit(vectorize(picked, vocabulary), target, sample_weight=weights[chosen])
    return model
