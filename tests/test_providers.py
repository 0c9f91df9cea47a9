"""What each mailbox provider's published rules say, told apart."""

from __future__ import annotations

import datetime

import pytest

from scorer.dns import Offline, SnapshotResolver
from scorer.draft import Draft
from scorer.facts import Facts, gather
from scorer.providers import _JUDGES, judge, providers
from scorer.rules.zones import DMARC_NONE, DRAFT, OWN_KEY, SENDING, zone
from scorer.sending import from_mapping

SERVICE = {**SENDING, "adds": ["List-Unsubscribe", "List-Unsubscribe-Post"], "volume_per_day": 20_000}


def facts(*records, sending=SERVICE, offline: bool = False, **changes) -> Facts:
    fields = {**DRAFT, **changes}
    fields["from_"] = fields.pop("from")
    resolver = Offline() if offline else SnapshotResolver.from_text(zone(*records))
    return gather(Draft(**fields).to_message(), from_mapping(dict(sending)), resolver)


def verdicts(found: Facts) -> dict[str, str]:
    return {report.provider: report.verdict for report in judge(found)}


def test_all_is_well_with_own_key_and_record() -> None:
    assert set(verdicts(facts(DMARC_NONE, OWN_KEY)).values()) == {"fine"}


def test_nothing_published() -> None:
    found = verdicts(facts())
    assert found == {"gmail": "rejected", "yahoo": "junk", "microsoft": "rejected", "apple": "rejected"}


def test_a_missing_record_alone_is_no_mitigation_at_gmail() -> None:
    found = verdicts(facts(OWN_KEY))
    assert found["gmail"] == "no mitigation"
    assert found["microsoft"] == "rejected"


def test_microsoft_wants_spf_to_pass_even_where_dkim_is_aligned() -> None:
    sending = {**SERVICE, "envelope_domain": "bounce.shop.com"}
    found = facts(DMARC_NONE, OWN_KEY, ("bounce.shop.com", "v=spf1 -all"), sending=sending)
    assert found.authentication.aligned is True
    report = next(report for report in judge(found) if report.provider == "microsoft")
    assert report.verdict == "rejected"
    assert "5.7.515" in report.reason


def test_a_reject_policy_is_for_every_volume() -> None:
    small = {**SERVICE, "volume_per_day": 50}
    found = verdicts(facts(("_dmarc.shop.com", "v=DMARC1; p=reject"), sending=small))
    assert set(found.values()) == {"rejected"}


def test_below_the_bulk_threshold_alignment_is_not_asked_for() -> None:
    small = {**SERVICE, "volume_per_day": 50}
    found = verdicts(facts(DMARC_NONE, sending=small))
    assert found["gmail"] == "fine" and found["microsoft"] == "fine"
    assert found["yahoo"] == "junk", "Yahoo names no volume"


def test_an_unknown_volume_is_said_and_not_guessed() -> None:
    unsaid = {key: value for key, value in SERVICE.items() if key != "volume_per_day"}
    report = next(report for report in judge(facts(DMARC_NONE, sending=unsaid)) if report.provider == "gmail")
    assert report.verdict == "unknown"
    assert report.reason == (
        "required of bulk senders: The From domain is aligned with SPF or DKIM; but neither SPF nor DKIM is aligned "
        "with shop.com; the volume a day is not known (--volume)"
    )


def test_a_requirement_that_could_not_be_judged_does_not_read_as_met() -> None:
    reasons = {report.provider: report.reason for report in judge(facts(offline=True))}
    assert reasons["yahoo"] == "required: SPF and DKIM both pass; DNS is off"


@pytest.mark.parametrize(
    ("from_", "said"), [("a@shop.com", "one address"), ("a@shop.com, b@shop.com", "2 addresses")]
)
def test_addresses_in_from_are_counted_in_words(from_: str, said: str) -> None:
    found = facts(DMARC_NONE, OWN_KEY, **{"from": from_})
    assert str(_JUDGES["one-from-address"](found)[1]) == f"From holds {said}"


def test_missing_one_click_is_never_a_rejection() -> None:
    sending = {**SERVICE, "adds": [], "adds_only": True}
    found = verdicts(facts(DMARC_NONE, OWN_KEY, sending=sending))
    assert found["gmail"] == "no mitigation"
    assert found["microsoft"] == "fine", "Microsoft asks for a working link, not for RFC 8058"


def test_a_transactional_message_needs_no_unsubscribe() -> None:
    sending = {**SERVICE, "adds": [], "adds_only": True, "category": "transactional"}
    assert (
        verdicts(facts(DMARC_NONE, OWN_KEY, sending=sending, html="<p>Your receipt.</p>"))["gmail"] == "fine"
    )


def test_complaints_count_with_their_certainty() -> None:
    few = {**SERVICE, "audience": {"complaint_rate": 0.02, "complaint_n": 50}}
    many = {**SERVICE, "audience": {"complaint_rate": 0.005, "complaint_n": 100_000}}
    assert verdicts(facts(DMARC_NONE, OWN_KEY, sending=few))["gmail"] == "fine"
    assert verdicts(facts(DMARC_NONE, OWN_KEY, sending=many))["gmail"] == "no mitigation"


def test_offline_nothing_is_claimed() -> None:
    assert set(verdicts(facts(offline=True)).values()) == {"unknown"}


def test_only_the_chosen_providers() -> None:
    assert [report.provider for report in judge(facts(), ("yahoo",))] == ["yahoo"]


@pytest.mark.parametrize("provider", providers(), ids=lambda provider: provider.id)
def test_every_line_has_its_judge_its_dates_and_its_source(provider) -> None:
    for line in provider.requirement:
        assert line.id in _JUDGES
        assert line.source.startswith("https://")
        assert datetime.date.fromisoformat(line.since)
        assert datetime.date.fromisoformat(line.checked)
