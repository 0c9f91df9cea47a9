"""The model of words: exact sums, places, trust, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.artefact import ArtefactError, default_artefact
from scorer.draft import Draft
from scorer.message import Message
from scorer.text.model import TextModel, TextSettings, length_trust, load_text_model, trusted

KNOTS = ((0.0, 0.1), (0.2, 0.4), (0.6, 0.9))
SETTINGS = TextSettings(cap=5.0, half_words=15.0, trust=KNOTS)
ENGLISH = (
    "This is the offer that you have asked for and it is free for you if you are in the club of friends. "
)


def message(subject: str, text: str) -> Message:
    return Draft(from_="Shop <news@shop.example>", subject=subject, text=text).to_message()


@pytest.fixture(scope="module")
def model() -> TextModel:
    return load_text_model()


def total(evidence) -> float:  # type: ignore[no-untyped-def]
    return math.fsum([*(term.log_odds for term in evidence.terms), evidence.remainder])


@given(st.text(max_size=400), st.text(max_size=60).filter(lambda s: "\n" not in s and "\r" not in s))
def test_the_terms_and_the_remainder_sum_to_the_whole(text: str, subject: str) -> None:
    small = TextModel(["club", "free", "offer", "s:free", "the offer"], [-2.0, 1.0, -0.4, 0.3, 0.2], SETTINGS)
    evidence = small.evidence(message(subject, ENGLISH + text))
    assert abs(total(evidence) - evidence.log_odds) < 1e-9
    assert abs(evidence.log_odds) <= SETTINGS.cap * KNOTS[-1][1] + 1e-9


def test_the_shipped_model_sums_exactly_and_points_at_the_words(model: TextModel) -> None:
    mail = message(
        "Free gift for you",
        ENGLISH * 3 + "Unsubscribe here. Click now to claim your prize before the webinar.",
    )
    evidence = model.evidence(mail)
    assert abs(total(evidence) - evidence.log_odds) < 1e-9
    assert any(term.log_odds > 0 for term in evidence.terms) and any(
        term.log_odds < 0 for term in evidence.terms
    )
    for term in evidence.terms:
        assert term.spans
        for where, start, end in term.spans:
            source = mail.subject if where == "subject" else mail.visible_text
            shown = " ".join(source[start:end].lower().split())
            if term.title:
                assert term.title.strip("…") in shown
                continue
            assert term.term.removeprefix("s:").split(" ")[0][0] == shown[0]
            if source.isascii() and "$" not in term.term and "%" not in term.term:
                bare = "".join(c if c.isalnum() or c in "' " else " " for c in shown)
                assert " ".join(bare.split()) == term.term.removeprefix("s:")


def test_a_word_outside_the_vocabulary_says_nothing(model: TextModel) -> None:
    before = model.evidence(message("Hello", ENGLISH))
    after = model.evidence(message("Hello", ENGLISH + "xqzzykj"))
    assert {t.term for t in before.terms} == {t.term for t in after.terms}


def test_a_text_in_an_unknown_language_is_hardly_judged_by_its_words(model: TextModel) -> None:
    estonian = (
        "Tere, saadame teile meie sügisese uudiskirja koos järgmiste nädalate sündmuste ja uute raamatutega ning "
        "kutsega pidustustele turuplatsil. Ootame teid väga meie juurde külla ja soovime head sügist. " * 3
    )
    evidence = model.evidence(message("Sügisene uudiskiri", estonian))
    english = model.evidence(message("Autumn newsletter", ENGLISH * 3))
    assert evidence.trust < english.trust / 2
    assert abs(evidence.log_odds) < 0.5


def test_trust_grows_with_the_text() -> None:
    assert 0 == length_trust(0, 15.0) < length_trust(4, 15.0) < length_trust(100, 15.0) < 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_is_more_familiar_is_trusted_no_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert KNOTS[0][1] <= trusted(low, KNOTS) <= trusted(high, KNOTS) <= KNOTS[-1][1]


def test_the_shipped_trust_never_falls(model: TextModel) -> None:
    factors = [factor for _, factor in model.settings.trust]
    assert factors == sorted(factors) and factors[0] >= 0


def test_a_message_reads_the_same_by_bisection_and_by_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = message(
        "Free gift for you", ENGLISH * 3 + "Click now to claim your zxprize before the webinaring."
    )
    monkeypatch.setattr("scorer.text.model.COMPILED", None)
    bisected = load_text_model().evidence(mail)
    monkeypatch.setattr("scorer.text.model.BISECTED", 0)
    tabled = load_text_model().evidence(mail)
    assert bisected == tabled
    assert bisected.terms


def test_the_shipped_vocabulary_is_in_order() -> None:
    words = (default_artefact() / "vocabulary.txt").read_text("utf-8").split("\n")
    assert words == sorted(set(words))


def test_trust_is_linear_between_the_knots() -> None:
    assert trusted(0.1, KNOTS) == pytest.approx(0.25)
    assert trusted(0.4, KNOTS) == pytest.approx(0.65)
    assert trusted(0.0, KNOTS) == 0.1 and trusted(1.0, KNOTS) == 0.9


def test_an_unknown_word_speaks_through_its_letters() -> None:
    vocabulary = ["account", "#<acc", "#ccou", "#ount"]
    small = TextModel(sorted(vocabulary), [1.0] * 4, SETTINGS)
    mail = message("", "accounting is here for you today and tomorrow as well, my friends of the house")
    evidence = small.evidence(mail)
    assert {term.term for term in evidence.terms} == {"#<acc", "#ccou", "#ount"}
    assert {term.title for term in evidence.terms} == {"acc…", "…ccou…", "…ount…"}
    for term in evidence.terms:
        assert [mail.visible_text[start:end] for _, start, end in term.spans] == ["accounting"]
    known = small.evidence(message("", "the account is here for you today and tomorrow as well, my friends"))
    assert {term.term for term in known.terms} == {"account"}


def test_an_empty_message_has_no_evidence(model: TextModel) -> None:
    evidence = model.evidence(message("", ""))
    assert evidence.log_odds == 0 and evidence.terms == ()


def test_the_vocabulary_holds_no_address_and_no_long_number() -> None:
    vocabulary = (default_artefact() / "vocabulary.txt").read_text("utf-8").split("\n")
    assert vocabulary == sorted(set(vocabulary))
    for term in vocabulary:
        assert "@" not in term and "://" not in term
        assert sum(c.isdigit() for c in term.replace("$0", "").replace("0%", "")) == 0


def copied(tmp_path: Path) -> Path:
    shutil.copytree(default_artefact(), tmp_path / "model")
    return tmp_path / "model"


def test_a_changed_array_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "text.f64").write_bytes(b"\0" * (folder / "text.f64").stat().st_size)
    with pytest.raises(ArtefactError, match="SHA-256") as caught:
        load_text_model(folder)
    assert "\n" not in str(caught.value)


def test_other_features_are_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["layouts"]["text"] = hashlib.sha256(b"other").hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ArtefactError, match="other features"):
        load_text_model(folder)


@pytest.mark.parametrize("damage", ["", "{", '{"format": 1}', '{"format": 99}'])
def test_a_damaged_manifest_is_refused(tmp_path: Path, damage: str) -> None:
    folder = copied(tmp_path)
    (folder / "manifest.json").write_text(damage, "utf-8")
    with pytest.raises(ArtefactError):
        load_text_model(folder)


def test_a_missing_artefact_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError) as caught:
        load_text_model(tmp_path / "nowhere")
    assert "\n" not in str(caught.value)


def test_the_artefact_is_small_and_needs_no_numpy() -> None:
    assert sum(file.stat().st_size for file in default_artefact().iterdir()) < 15 << 20
    code = (
        "import sys; from scorer.text.model import load_text_model; load_text_model();"
        "from scorer.structure.model import load_structure_model; load_structure_model();"
        "print(sorted({'numpy', 'sklearn', 'joblib', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_long_texts_cost_little(model: TextModel) -> None:
    mail = message("News", (ENGLISH + "many different words stand here ") * 2000)
    mail.visible_text  # read once, as for every other stage
    best = min(_timed(model, mail) for _ in range(3))
    assert best < 1.0  # a bound far above what it takes, against quadratic work


def _timed(model: TextModel, mail: Message) -> float:
    start = time.process_time()
    model.evidence(mail)
    return time.process_time() - start
