from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from scorer.config import Config, Thresholds
from scorer.dns import Offline, SnapshotResolver
from scorer.draft import Draft, DraftAttachment
from scorer.engine import Scorer
from scorer.mime import parse_message
from scorer.models import Models
from scorer.remedies import run_with_remedies, search
from scorer.risk import Weights
from scorer.rules.zones import DMARC_NONE, DRAFT, KEY_1024, OWN_KEY, SENDING, zone
from scorer.sending import from_mapping, unspecified
from scorer.sentences import untranslated
from tests.remedies.test_fix import BAD, DRAFTS

WEIGHTS = {
    "fake-reply-prefix": 1.0,
    "insecure-link": 0.5,
    "scripts": 0.8,
    "no-text-part": 0.3,
    "blocked-attachment-type": 2.0,
    "event-handlers": 0.01,
}


def scorer_with(rules: dict[str, float], zone_text: str = "") -> Scorer:
    config = Config(Weights(-1.73, rules), Thresholds())
    return Scorer(config, (lambda: SnapshotResolver.from_text(zone_text)) if zone_text else Offline, Models())


def test_best_single_best_pair_and_everything() -> None:
    answer = scorer_with(WEIGHTS).score(BAD)
    single, pair, everything = answer.remedies
    assert "blocked-attachment-type" in single.fixes and len(single.text) == 1
    assert {"blocked-attachment-type", "fake-reply-prefix"} <= set(pair.fixes) and len(pair.text) == 2
    assert set(everything.fixes) >= {
        "blocked-attachment-type",
        "fake-reply-prefix",
        "scripts",
        "insecure-link",
    }
    assert answer.log_odds > single.log_odds > pair.log_odds > everything.log_odds
    for remedy in answer.remedies:
        assert remedy.kind == "edit" and remedy.records == ()
        assert remedy.change == pytest.approx(remedy.score - answer.score)
        assert remedy.score == pytest.approx(100 / (1 + math.exp(-remedy.log_odds)))
        assert len(remedy.text) <= len(remedy.fixes) and all(remedy.text)


def test_a_remedy_is_what_scoring_the_mended_mailing_gives() -> None:
    scorer = scorer_with(WEIGHTS)
    (single, *_) = scorer.score(BAD).remedies
    without = Draft(
        BAD.from_,
        BAD.reply_to,
        BAD.sender,
        BAD.to,
        BAD.subject,
        BAD.html,
        BAD.text,
        BAD.headers,
        BAD.attachments[:1],
    )
    assert scorer.score(without).log_odds == pytest.approx(single.log_odds)


def test_what_gains_less_than_the_least_is_not_offered() -> None:
    assert scorer_with({"event-handlers": 0.04}).score(BAD).remedies == ()


def test_several_rules_about_one_file_are_one_remedy() -> None:
    program = Draft(
        from_="Nordlys <news@nordlys.example>",
        subject="News",
        text="See the file.\n",
        attachments=(DraftAttachment("setup.exe", "TVqQAAMAAAAEAAAA", "application/x-msdownload"),),
    )
    scorer = scorer_with({"blocked-attachment-type": 2.0, "attachment-in-mailing": 1.0})
    answer = scorer.score(program, from_mapping({"category": "marketing"}))
    (remedy,) = answer.remedies
    assert set(remedy.fixes) >= {"blocked-attachment-type", "attachment-in-mailing"}
    assert len(remedy.text) == 1
    assert answer.remedies[0].log_odds == pytest.approx(-1.73)


def test_no_findings_no_remedies() -> None:
    good = Draft(from_="Nordlys <news@nordlys.example>", subject="News", text="Hello there.\n")
    scorer = scorer_with({})
    scored, found = run_with_remedies(scorer, good.to_message(), unspecified(), Offline(), untranslated)
    assert found == () and scored == scorer.run(good.to_message())


def test_a_fault_in_the_search_leaves_the_score(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("x")

    monkeypatch.setattr(search, "candidates_of", broken)
    answer = scorer_with(WEIGHTS).score(BAD)
    assert answer.remedies == () and answer.findings


def test_the_number_of_reruns_is_bounded() -> None:
    scorer = scorer_with(dict.fromkeys(WEIGHTS, 0.5))
    runs = 0
    run = scorer.run

    def counted(*args, **kwargs):
        nonlocal runs
        runs += 1
        return run(*args, **kwargs)

    scorer.run = counted  # type: ignore[method-assign]
    scorer.score(BAD)
    assert runs <= 1 + search.MAX_SINGLES + search.MAX_PAIRED * (search.MAX_PAIRED - 1) // 2 + 2


def test_sentences_go_through_the_translation() -> None:
    answer = scorer_with(WEIGHTS).score(BAD, translate=str.upper)
    assert all(text == text.upper() for remedy in answer.remedies for text in remedy.text if "{" not in text)


def test_a_published_but_broken_key_is_mended_by_a_sound_one() -> None:
    broken = zone(DMARC_NONE, ("own._domainkey.shop.com", "v=DKIM1; k=rsa; p="))
    scorer = scorer_with({"own-dkim-key-broken": 1.0, "not-aligned": 2.0}, broken)
    answer = scorer.score(_draft(), from_mapping(SENDING))
    best = answer.remedies[0]
    assert best.kind == "dns" and "own-dkim-key-broken" in best.fixes
    assert best.log_odds == pytest.approx(-1.73)
    assert [record.name for record in best.records] == ["own._domainkey.shop.com"]


def test_a_short_key() -> None:
    scorer = scorer_with({"dkim-key-short": 0.4}, zone(DMARC_NONE, ("own._domainkey.shop.com", KEY_1024)))
    (best,) = scorer.score(_draft(), from_mapping(SENDING)).remedies
    assert best.fixes == ("dkim-key-short",) and best.log_odds == pytest.approx(-1.73)


def test_the_envelopes_own_spf_record_is_combined() -> None:
    text = zone(DMARC_NONE, OWN_KEY, ("bounce.shop.com", "v=spf1 ip4:192.0.2.0/28 -all"))
    scorer = scorer_with({"spf-does-not-pass": 1.0}, text)
    sending = from_mapping({**SENDING, "envelope_domain": "bounce.shop.com"})
    (best,) = scorer.score(_draft(), sending).remedies
    (record,) = best.records
    assert record.name == "bounce.shop.com"
    assert record.value == "v=spf1 ip4:192.0.2.0/28 include:_spf.mail-service.net -all"
    assert best.log_odds == pytest.approx(-1.73)


def test_an_open_spf_record_is_closed() -> None:
    scorer = scorer_with(
        {"spf-allows-everybody": 1.0}, zone(DMARC_NONE, OWN_KEY, ("shop.com", "v=spf1 mx +all"))
    )
    (best,) = scorer.score(_draft(), from_mapping(SENDING)).remedies
    assert best.records[0].value == "v=spf1 mx ~all"


def test_test_mode_and_reports() -> None:
    text = zone(
        ("_dmarc.shop.com", "v=DMARC1; p=none;"), (OWN_KEY[0], OWN_KEY[1].replace("k=rsa;", "k=rsa; t=y;"))
    )
    scorer = scorer_with({"dkim-key-in-test-mode": 1.0, "dmarc-without-reports": 0.5}, text)
    answer = scorer.score(_draft(), from_mapping(SENDING))
    values = {record.name: record.value for record in answer.remedies[-1].records}
    assert values["_dmarc.shop.com"] == "v=DMARC1; p=none; rua=mailto:dmarc@shop.com"
    assert "t=y" not in values["own._domainkey.shop.com"]


def test_a_faulty_dmarc_record_keeps_its_policy() -> None:
    text = zone(
        OWN_KEY,
        ("_dmarc.shop.com", "v=DMARC1; p=quarantine; sp=x"),
        ("_dmarc.shop.com", "v=DMARC1; p=quarantine"),
    )
    scorer = scorer_with({"dmarc-record-faulty": 1.0}, text)
    answer = scorer.score(_draft(), from_mapping(SENDING))
    assert [r.value for r in answer.remedies[0].records] == [
        "v=DMARC1; p=quarantine; rua=mailto:dmarc@shop.com"
    ]


def test_edits_and_records_together_are_both() -> None:
    scorer = scorer_with({"no-text-part": 1.0, "no-dmarc-record": 1.0}, zone(OWN_KEY))
    message = Draft(from_="The Shop <news@shop.com>", subject="News", html="<p>Three new things.</p>")
    answer = scorer.score(message, from_mapping(SENDING))
    assert answer.remedies[-1].kind == "both"


def test_a_signature_in_the_message_is_not_held_against_an_edit() -> None:
    raw = (
        b"DKIM-Signature: v=1; a=rsa-sha256; d=shop.com; s=own; h=from:subject; bh=aa=; b=bb=\r\n"
        + Draft(from_="The Shop <news@shop.com>", subject="Re: News", text="Three new things.\n").compose()
    )
    text = zone(DMARC_NONE, OWN_KEY)
    scorer = scorer_with({"fake-reply-prefix": 1.0, "not-aligned": 2.0}, text)
    answer = scorer.score(parse_message(raw))
    assert answer.remedies[0].fixes == ("fake-reply-prefix",)
    assert answer.remedies[0].log_odds == pytest.approx(answer.log_odds - 1.0)


def _draft() -> Draft:
    return Draft(
        from_=str(DRAFT["from"]),
        subject=str(DRAFT["subject"]),
        html=str(DRAFT["html"]),
        text=str(DRAFT["text"]),
    )


@given(DRAFTS)
@settings(deadline=None, max_examples=40)
def test_every_remedy_lowers_the_score_and_each_adds_to_the_one_before(draft: Draft) -> None:
    answer = scorer_with(dict.fromkeys(WEIGHTS, 0.5)).score(draft)
    least = answer.log_odds
    for remedy in answer.remedies:
        assert remedy.log_odds <= least - search.LEAST_GAIN + 1e-9
        assert remedy.change < 0
        least = remedy.log_odds
