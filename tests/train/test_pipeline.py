# ruff: noqa: E402
"""Training as a whole, on a small corpus: reproducible, loadable, and what scoring says is what was trained."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

np = pytest.importorskip("numpy", reason="needs the extra `train`")
pytest.importorskip("sklearn", reason="needs the extra `train`")
pytest.importorskip("joblib", reason="needs the extra `train`")

from scorer.mime import parse_message
from scorer.structure.features import COLUMNS, FEATURES
from scorer.structure.measure import measure
from scorer.structure.model import load_structure_model
from scorer.text.model import load_text_model
from scorer.train import textfit
from scorer.train.cli import load, main, train
from scorer.train.dataset import WRITTEN, folds_of, groups_of, measure_all, segment_of, weights_of
from scorer.train.measures import recall_at
from scorer.train.pipeline import (
    BEYOND,
    FOLDS,
    KNOTS,
    LEARNED,
    ONE_SIDED,
    TextScores,
    fit_alone,
    fit_joint,
    fit_words,
    hear,
    parts_of,
    prepare,
)
from tests.train.small import write_corpora


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_corpora(tmp_path_factory.mktemp("corpora"))


@pytest.fixture(scope="module")
def trained(folders: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("model")
    train([str(f) for f in folders], output, jobs=1, date="2026-01-01", evaluate=True, quick=True)
    return output


@pytest.fixture(scope="module")
def data(folders: list[Path]):  # type: ignore[no-untyped-def]
    rows = measure_all(load([str(f) for f in folders]), None, jobs=1)
    return prepare(rows, *groups_of(rows))


def test_training_twice_gives_the_same_bytes(folders: list[Path], trained: Path, tmp_path: Path) -> None:
    train([str(f) for f in reversed(folders)], tmp_path, jobs=1, date="2026-01-01")
    for name in ("manifest.json", "vocabulary.txt", "text.f64", "structure.f64", "weights.json"):
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes(), name


def test_scoring_says_what_scikit_learn_says(trained: Path, folders: list[Path], data) -> None:  # type: ignore[no-untyped-def]
    text, structure = load_text_model(trained), load_structure_model(trained)
    vocabulary, coefficients = fit_words(data, data.use)
    expected = textfit.vectorize(data.rows, vocabulary) @ coefficients
    weights = np.frombuffer((trained / "structure.f64").read_bytes(), dtype="<f8")
    for row, columns, decision in zip(data.rows[::5], data.columns[::5], expected[::5], strict=True):
        folder = next(f for f in folders if f.name == row.corpus)
        message = parse_message((folder / row.path).read_bytes())
        assert text.decision(message) == pytest.approx(decision, abs=1e-6)
        assert structure.evidence(message).log_odds == pytest.approx(float(columns @ weights), abs=1e-6)


def test_scoring_trusts_words_as_the_fit_does(trained: Path, folders: list[Path], data) -> None:  # type: ignore[no-untyped-def]
    text = load_text_model(trained)
    vocabulary, coefficients = fit_words(data, data.use)
    factors = np.diff([0.0, *(factor for _, factor in text.settings.trust)])
    expected = hear(data, np.ones(len(data.rows), dtype=bool), vocabulary, coefficients) @ factors
    for row, said in zip(data.rows[::5], expected[::5], strict=True):
        folder = next(f for f in folders if f.name == row.corpus)
        message = parse_message((folder / row.path).read_bytes())
        assert text.evidence(message).log_odds == pytest.approx(said, abs=1e-4)  # factors are stored rounded


def test_the_small_corpora_are_told_apart(trained: Path) -> None:
    metrics = json.loads((trained / "metrics.json").read_text("utf-8"))
    assert metrics["groups_held_out"]["wanted mailings / spam"]["auc"] > 0.95
    assert (trained / "report.md").read_text("utf-8").startswith("# Evaluation")
    assert (trained / "roc.png").stat().st_size > 1000


def test_no_learnt_rule_weighs_below_zero(trained: Path) -> None:
    weights = json.loads((trained / "weights.json").read_text("utf-8"))
    assert set(weights["rules"]) == set(LEARNED)
    assert min(weights["rules"].values()) >= 0


def test_a_term_needs_several_unrelated_senders(data) -> None:  # type: ignore[no-untyped-def]
    vocabulary = textfit.build_vocabulary(data.rows, data.groups, data.use, min_groups=5)
    known = set(vocabulary)
    for term in vocabulary[::20]:
        users = {
            int(group)
            for row, group, used in zip(data.rows, data.groups, data.use, strict=True)
            if used and term in spoken(row, known)
        }
        assert len(users) >= 5, term


def spoken(row, known: set[str]) -> set[str]:  # type: ignore[no-untyped-def]
    words = {word for word in (*row.subject, *row.body) if word}
    return set.union(*textfit.terms_of(row.subject, row.body), textfit.letters_of(words - known))


def test_no_group_is_split(data) -> None:  # type: ignore[no-untyped-def]
    for group in set(data.groups.tolist()):
        assert len(set(data.folds[data.groups == group].tolist())) == 1
    assert len(set(folds_of(data.groups).tolist())) == 5


def test_mail_of_one_sender_is_one_group(data) -> None:  # type: ignore[no-untyped-def]
    by_sender: dict[str, set[int]] = {}
    for row, group in zip(data.rows, data.groups.tolist(), strict=True):
        if row.label == 0:
            by_sender.setdefault(row.org, set()).add(group)
    assert all(len(groups) == 1 for groups in by_sender.values())


def test_the_classes_weigh_the_same(data) -> None:  # type: ignore[no-untyped-def]
    weights = weights_of(data.rows, data.groups, data.use)
    for label in (0, 1):
        assert weights[data.labels == label].sum() == pytest.approx(weights.sum() / 2)
    assert not weights[~data.use].any()
    assert {segment_of(row)[0] for row in data.rows} == {"ham", "spam"}


def test_written_mailings_weigh_where_words_are_learnt_and_where_there_is_nothing_else(data) -> None:  # type: ignore[no-untyped-def]
    rows = [
        msgspec.structs.replace(row, corpus=WRITTEN) if n % 3 == 0 else row for n, row in enumerate(data.rows)
    ]
    written = np.array([row.corpus == WRITTEN for row in rows]) & data.use
    assert not weights_of(rows, data.groups, data.use)[written].any()
    weights = weights_of(rows, data.groups, data.use, 0.15)
    assert 0.15 <= weights[written].sum() / weights.sum() < 0.5
    alone = weights_of(rows, data.groups, written)
    assert alone[written].all()


def test_what_only_tells_a_corpus_earns_little(data, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    column = next(
        n for n, (i, _) in enumerate(COLUMNS) if FEATURES[i].direction == 1 and not FEATURES[i].prior
    )
    second = data.families == sorted(set(data.families.tolist()))[1]
    columns = data.columns.copy()
    columns[:, column] = second
    # Nearly all mail of the second corpus is spam, nearly all of the first is wanted.
    use = data.use & ((np.arange(len(data.rows)) % 9 == 0) | ((data.labels == 1) == second))
    silent = TextScores(*[np.zeros((len(data.rows), len(KNOTS)))] * 3)
    told = data._replace(columns=columns)
    alone = fit_alone(told, silent, use)
    assert len(alone) == 2
    assert all(joint.structure[column] == pytest.approx(0.0, abs=0.02) for joint in alone.values())
    assert 0.1 < fit_joint(told, silent, use).structure[column] <= BEYOND + 0.02
    monkeypatch.setattr("scorer.train.pipeline.BEYOND", 0.0)
    assert fit_joint(told, silent, use).structure[column] <= 0.02


def test_known_senders_are_asked_for_only_where_a_corpus_holds_both_classes(data) -> None:  # type: ignore[no-untyped-def]
    second = data.families == sorted(set(data.families.tolist()))[1]
    for name in (ONE_SIDED, WRITTEN):
        parts = parts_of(data._replace(families=np.where(second, name, data.families)))
        assert (parts[second | ~data.use] == -1).all()
        assert set(parts[~second & data.use].tolist()) == set(range(FOLDS))


def test_words_that_tell_more_of_known_senders_are_trusted_more(data) -> None:  # type: ignore[no-untyped-def]
    sides = np.where(data.labels == 1, 1.0, -1.0)
    noise = np.random.default_rng(1).permutation(sides)
    elsewhere, told = (np.tile(said[:, None], len(KNOTS)) for said in (noise, sides))
    unasked = np.full_like(told, np.nan)
    trust = {
        name: fit_joint(data, TextScores(elsewhere, elsewhere, known), data.use).text.sum()
        for name, known in (("unasked", unasked), ("noise", elsewhere), ("told", told))
    }
    assert trust["noise"] == pytest.approx(trust["unasked"], abs=0.02)
    assert trust["told"] > trust["unasked"] + 0.1


def test_columns_are_what_was_measured(data, folders: list[Path]) -> None:  # type: ignore[no-untyped-def]
    row = data.rows[0]
    folder = next(f for f in folders if f.name == row.corpus)
    values = measure(parse_message((folder / row.path).read_bytes()))
    for feature, value in zip(FEATURES, row.values, strict=True):
        expected = values.get(feature.id)
        assert (expected is None and np.isnan(value)) or value == expected, feature.id


def test_recall_at_a_share_of_false_positives() -> None:
    scores = np.array([0.0, 1, 2, 3, 2.5, 3.5, 4])
    spam = np.array([False] * 4 + [True] * 3)
    assert recall_at(scores, spam, 0.01) == pytest.approx(2 / 3)
    assert recall_at(scores, spam, 0.25) == 1.0


def test_the_command_says_what_is_wrong_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--corpus", str(tmp_path / "nothing")]) == 2
    assert capsys.readouterr().err.strip().count("\n") == 0


def test_one_class_alone_cannot_be_trained_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c" / "ham").mkdir(parents=True)
    (tmp_path / "c" / "ham" / "1.eml").write_bytes(b"From: a@b.example\nSubject: x\n\nHello\n")
    assert main(["--corpus", str(tmp_path / "c")]) == 2
    assert "both" in capsys.readouterr().err
