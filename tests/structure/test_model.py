"""The scorecard of structure: bounded, additive, and fair to wanted mailings."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.artefact import default_artefact, read_floats, read_manifest
from scorer.draft import Draft
from scorer.structure.features import COLUMNS, FEATURES, PRIORS
from scorer.structure.lexicons import CATEGORIES, phrases_in, window
from scorer.structure.measure import measure, randomness
from scorer.structure.model import StructureModel, load_structure_model

IDS = {feature.id for feature in FEATURES}

NEWSLETTER = Draft(
    from_="Bokhandelen Nordlys <nyhetsbrev@bokhandelen-nordlys.example>",
    subject="Høstens nye bøker",
    html="""<p>Hei! Her er høstens nye bøker fra Bokhandelen Nordlys.</p>
    <p><a href="https://bokhandelen-nordlys.example/1">Se boka</a> <a href="https://bokhandelen-nordlys.example/2">Les mer</a>
    <a href="https://www.facebook.com/nordlys">Følg oss</a></p>
    <p>Du mottar denne e-posten fordi du er kunde. Bokhandelen Nordlys, Storgata 12, 0155 Oslo.
    <a href="https://bokhandelen-nordlys.example/avmeld">Meld meg av</a></p>""",
)
PHISH = Draft(
    from_="Security_Alert!! <qzxkvbn77@xkqjvzt.example.top>",
    subject="Your account will be locked 8827361",
    html="""<p>Dear customer, your account has been suspended. Verify your identity within 24 hours.</p>
    <a href="https://storage.googleapis.com/bxqzk/login.html#victim@corp.example">Click here</a>""",
)


@pytest.fixture(scope="module")
def model() -> StructureModel:
    return load_structure_model()


def test_ids_are_unique_and_priors_name_features() -> None:
    assert len(IDS) == len(FEATURES)
    assert set(PRIORS) <= IDS
    for feature in FEATURES:
        assert list(feature.cuts) == sorted(set(feature.cuts))
        assert feature.prior * feature.direction >= 0


def test_only_known_features_are_measured() -> None:
    for draft in (NEWSLETTER, PHISH):
        assert set(measure(draft.to_message())) <= IDS | {f"says.{category}" for category in CATEGORIES}


def test_a_newsletter_looks_wanted_and_a_phish_does_not(model: StructureModel) -> None:
    wanted, phish = model.evidence(NEWSLETTER.to_message()), model.evidence(PHISH.to_message())
    assert wanted.log_odds < phish.log_odds - 5
    assert phish.log_odds > 2


def test_the_terms_sum_to_the_whole(model: StructureModel) -> None:
    for draft in (NEWSLETTER, PHISH, Draft(from_="", subject="", text="")):
        evidence = model.evidence(draft.to_message())
        assert abs(math.fsum(term.log_odds for term in evidence.terms) - evidence.log_odds) < 1e-9
        assert all(term.title for term in evidence.terms)


def test_weights_keep_their_sign_and_their_bound() -> None:
    folder = default_artefact()
    weights = read_floats(folder, "structure.f64", read_manifest(folder), len(COLUMNS))
    for (number, _), weight in zip(COLUMNS, weights, strict=True):
        assert weight * FEATURES[number].direction >= 0
        assert abs(weight) <= 3


@given(
    st.dictionaries(st.sampled_from(sorted(IDS)), st.floats(allow_nan=True, allow_infinity=True) | st.none())
)
def test_no_value_runs_away(values: dict[str, float | None]) -> None:
    evidence = load_structure_model_once().weigh(values)
    assert math.isfinite(evidence.log_odds)
    assert abs(math.fsum(term.log_odds for term in evidence.terms) - evidence.log_odds) < 1e-9


_LOADED: list[StructureModel] = []


def load_structure_model_once() -> StructureModel:
    if not _LOADED:
        _LOADED.append(load_structure_model())
    return _LOADED[0]


@given(st.text(max_size=200), st.text(max_size=80), st.text(max_size=400))
def test_measuring_never_raises(sender: str, subject: str, html: str) -> None:
    clean = subject.replace("\r", " ").replace("\n", " ")
    draft = Draft(from_=sender.replace("\r", " ").replace("\n", " "), subject=clean, html=html)
    assert measure(draft.to_message())


@pytest.mark.parametrize(
    ("domain", "counted"),
    [
        ("stadtbibliothek.de", 0),
        ("stadt-bibliothek.de", 0),
        ("stadt-bibliothek-ulm.de", 1),
        ("best-offers.com", 1),
    ],
)
def test_one_hyphen_is_ordinary_under_a_country(domain: str, counted: int) -> None:
    found = measure(
        Draft(
            from_=f"A <a@{domain}>", subject="x", html=f'<a href="https://www.{domain}/">x</a>'
        ).to_message()
    )
    assert found["sender.domain-hyphens"] == counted
    assert found["links.main-hyphens"] == counted


def test_random_names_are_told_from_words() -> None:
    for name in ("leuquwgzwsmgm", "zkxnduacvuj", "obvrywzhpvdcg", "tvhxxokxhyera"):
        assert randomness(name) >= 0.4, name
    for name in (
        "bokhandelen",
        "newsletter",
        "facebook",
        "deutsche-bank",
        "julianforthefuture",
        "schwarzkopf",
        "bbc",
    ):
        assert randomness(name) < 0.4, name


def test_phrases_are_found_whatever_the_accents_and_not_inside_words() -> None:
    assert phrases_in(window("VÉRIFIER VOTRE compte"))["credentials"] >= 1
    assert phrases_in(window("Prezado cliente, clique aqui"))["click"] == 1
    assert "imprint" not in phrases_in(window("the viaduct"))
    assert phrases_in(window("Срочно подтвердите ваш аккаунт"))["credentials"] >= 2


def test_a_language_is_no_evidence(model: StructureModel) -> None:
    """The same mailing in another language weighs about the same."""
    greek = Draft(
        from_="Βιβλιοπωλείο <news@vivlio-example.example>",
        subject="Νέα βιβλία",
        html=(NEWSLETTER.html or "")
        .replace(
            "Hei! Her er høstens nye bøker fra Bokhandelen Nordlys.",
            "Γεια σας! Τα νέα βιβλία του φθινοπώρου.",
        )
        .replace("bokhandelen-nordlys.example", "vivlio-example.example"),
    )
    assert model.evidence(greek.to_message()).log_odds < 0
