from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from scorer.campaigns.betabinomial import Data, fit, log_likelihood, predict  # noqa: E402
from scorer.campaigns.effects import effects as effects_of  # noqa: E402
from scorer.campaigns.measures import agreement, auc, by_provider, by_sender  # noqa: E402
from scorer.campaigns.outcomes import Counts, Observed  # noqa: E402


def observed(number: int, log_odds: float, bad: int, of: int, **more: object) -> Observed:
    fields = {"findings": (), "contributions": {}, "sender": f"s{number % 12}.example"} | more
    return Observed(
        str(number), "", date="", log_odds=log_odds, messages=1, counts={"spam": Counts(bad, of)}, **fields
    )


def simulated(seed: int, *, signal: float = 1.0, of: int = 100, count: int = 300) -> list[Observed]:
    random = np.random.default_rng(seed)
    z = random.normal(-1.5, 1.0, count)
    p = 1 / (1 + np.exp(-(-1.5 + signal * (z + 1.5))))
    return [observed(n, float(z[n]), int(random.binomial(of, p[n])), of) for n in range(count)]


def test_auc_is_that_of_scikit_learn_with_ties() -> None:
    random = np.random.default_rng(1)
    roc_auc_score = pytest.importorskip("sklearn.metrics").roc_auc_score
    p = random.integers(0, 20, 400) / 20
    y = random.integers(0, 2, 400)
    assert auc(p, y.astype(float), 1.0 - y) == pytest.approx(roc_auc_score(y, p), abs=1e-12)


def test_calibrated_predictions_look_calibrated() -> None:
    found = agreement(simulated(2), "spam")
    assert found is not None
    assert found.auc.low > 0.5 and found.spearman.value > 0.9
    assert found.brier.value < found.brier_base and found.log_loss.value < found.log_loss_base
    assert found.lift.value > 1.5
    for item in found.reliability:
        assert item.observed.value == pytest.approx(item.predicted, abs=0.03)
    assert sum(item.campaigns for item in found.reliability) == 300


def test_chance_is_called_chance() -> None:
    found = agreement(simulated(3, signal=0.0), "spam")
    assert found is not None and found.auc.low < 0.5 < found.auc.high


def test_few_senders_give_no_interval_and_one_campaign_nothing() -> None:
    two = [observed(n, -n / 2, n % 2, 1, sender=f"{n % 2}") for n in range(10)]
    found = agreement(two, "spam")
    assert found is not None and found.brier.low is None
    assert agreement(two[:1], "spam") is None
    assert agreement(two, "complained") is None
    same = agreement([observed(n, -1.0, 0, 5) for n in range(8)], "spam")
    assert same is not None and same.auc is None and same.spearman is None and same.lift is None


def world(seed: int, weights: list[float], *, count: int = 1500, of: int = 50_000) -> Data:
    random = np.random.default_rng(seed)
    x = (random.random((count, len(weights))) < 0.3).astype(float)
    sender, kind = random.integers(0, 30, count), random.integers(0, 2, count)
    effect = random.normal(0, 0.5, 30)
    eta = np.array([-2.0, -5.0])[kind] + np.array([1.0, 0.5])[kind] * (x @ weights) + effect[sender]
    mean = 1 / (1 + np.exp(-eta))
    sizes = random.integers(1, of, count)
    size = np.array([30, 300])[kind]
    bad = random.binomial(sizes, random.beta(mean * size, (1 - mean) * size))
    return Data(x, bad.astype(float), sizes.astype(float), kind, sender)


def test_the_fit_recovers_weights_slopes_and_overdispersion() -> None:
    found = fit(world(1, [1.0, 0.0, 0.5, 2.0]), np.full(4, 0.5), np.ones(4), low=np.zeros(4))
    assert found.weights == pytest.approx([1.0, 0.0, 0.5, 2.0], abs=0.15)
    assert found.slopes == pytest.approx([1.0, 0.5], abs=0.08)
    assert found.rhos == pytest.approx([1 / 31, 1 / 301], rel=0.2)
    assert (np.abs(found.weights - [1.0, 0.0, 0.5, 2.0]) < 4 * found.errors + 1e-9).all()


def test_few_campaigns_leave_the_prior_however_many_recipients() -> None:
    prior = np.array([1.5, 0.2])
    data = world(2, [0.0, 0.0], count=6, of=50_000)
    found = fit(data, prior, np.full(2, 0.3))
    assert found.weights == pytest.approx(prior, abs=0.35)


def test_signs_are_kept() -> None:
    found = fit(world(3, [-2.0, 1.0]), np.full(2, 0.5), np.ones(2), low=np.zeros(2))
    assert found.weights[0] == 0.0


def test_the_gradient_is_right() -> None:
    """At the mode no small step in any direction is better."""
    data = world(4, [1.0, 0.3], count=200, of=500)
    prior, sd = np.full(2, 0.5), np.ones(2)
    found = fit(data, prior, sd)

    def value(weights: object) -> float:
        import msgspec

        moved = msgspec.structs.replace(found, weights=np.asarray(weights))
        mean = predict(moved, data.x, data.kind, data.sender)
        said = log_likelihood(data.bad, data.of, mean, found.rhos[data.kind]).sum()
        return float(said - 0.5 * (((np.asarray(weights) - prior) / sd) ** 2).sum())

    best = value(found.weights)
    for step in ([0.02, 0], [-0.02, 0], [0, 0.02], [0, -0.02]):
        assert value(found.weights + step) < best


def test_a_rules_effect_is_told_from_its_companions() -> None:
    random = np.random.default_rng(5)
    campaigns = []
    for number in range(600):
        cause = random.random() < 0.4
        companion = random.random() < (0.8 if cause else 0.2)
        p = 0.45 if cause else 0.1
        found = tuple(name for name, is_so in (("cause", cause), ("companion", companion)) if is_so)
        campaigns.append(observed(number, 0.0, int(random.binomial(20, p)), 20, findings=found))
    effects = {item.id: item for item in effects_of(campaigns, "spam")}
    assert effects["cause"].low > 1.0
    assert effects["companion"].low < 0 < effects["companion"].high
    assert effects["companion"].with_rate > effects["companion"].without_rate
    assert effects["cause"].gained > 1000


def test_a_words_effect_stands_beside_the_rules() -> None:
    random = np.random.default_rng(6)
    campaigns = []
    for number in range(800):
        bad_word, rule = random.random() < 0.3, random.random() < 0.3
        p = 1 / (1 + np.exp(2.0 - 1.5 * bad_word))
        words = ("common", "free") if bad_word else ("common",)
        found = ("a-rule",) if rule else ()
        campaigns.append(observed(number, 0.0, int(random.binomial(20, p)), 20, findings=found, words=words))
    found_effects = {item.id: item for item in effects_of(campaigns, "spam")}
    # What every campaign has can tell nothing.
    assert found_effects.keys() == {"free", "a-rule"}
    assert found_effects["free"].kind == "word" and found_effects["free"].low > 1.0
    assert found_effects["a-rule"].low < 0 < found_effects["a-rule"].high
    assert found_effects["free"].gained > 500


def test_outcomes_by_sender_and_provider_have_intervals() -> None:
    campaigns = [observed(n, -1.0, n % 2, 1, sender=f"s{n % 3}") for n in range(30)]
    shares = by_sender(campaigns, "spam")
    assert [(item.name, item.bad, item.of) for item in shares] == [
        ("s0", 5, 10),
        ("s1", 5, 10),
        ("s2", 5, 10),
    ]
    # Jeffreys' interval for 5 of 10 (Brown, Cai and DasGupta 2001).
    assert (shares[0].low, shares[0].high) == pytest.approx((0.224, 0.776), abs=0.001)
    assert shares[0].predicted == pytest.approx(0.269, abs=0.001)
    assert by_provider(campaigns, "spam") == ()
    (share,) = by_provider([observed(1, 0.0, 3, 9, by_provider={"gmail": {"spam": Counts(0, 9)}})], "spam")
    assert (share.name, share.low) == ("gmail", 0.0)
