"""The sample mailings say what the manifest says of them: parsing, findings, verdict and sums."""

from __future__ import annotations

import math
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scorer.assessment import Assessment
from scorer.commands.common import read_message, resolver_of
from scorer.engine import Scorer
from scorer.models import Models
from scorer.rules import all_rules
from scorer.sending import Sending, load_profile, unspecified, with_overrides

DATA = Path(__file__).parents[1] / "data"
SAMPLES = tomllib.loads((DATA / "samples" / "manifest.toml").read_text("utf-8"))["sample"]
KEYS = {
    "file",
    "language",
    "story",
    "sending",
    "zone",
    "options",
    "findings",
    "clean",
    "never",
    "defects",
    "verdict",
}
LANGUAGES = {"en", "nb", "sv", "da", "nl", "de", "fr", "fi"}


def name_of(sample: dict[str, Any]) -> str:
    return sample["file"] + (f" ({sample['zone']})" if sample.get("zone") else "")


each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=name_of)


def sending_of(sample: dict[str, Any]) -> Sending:
    base = load_profile(sample["sending"]) if sample.get("sending") else unspecified()
    said = dict(sample.get("options", {}))
    selector = said.pop("dkim_selector", None)
    if selector:
        said["dkim_after"] = [{"domain": "{from_domain}", "selectors": [selector], "of_service": False}]
    return with_overrides(base, said)


@cache
def assess(number: int, trained: bool) -> Assessment:
    sample = SAMPLES[number]
    zone = str(DATA / "zones" / sample["zone"]) if sample.get("zone") else "offline"
    scorer = Scorer(resolver=resolver_of(zone), models=None if trained else Models())
    message = read_message(str(DATA / "samples" / sample["file"]))
    return scorer.score(message, sending_of(sample), remedies=False)


def assessment_of(sample: dict[str, Any], trained: bool = False) -> Assessment:
    return assess(SAMPLES.index(sample), trained)


def test_the_manifest_lists_every_sample_and_zone() -> None:
    kept = {path.name for path in (DATA / "samples").iterdir() if path.suffix in (".eml", ".json")}
    assert {sample["file"] for sample in SAMPLES} == kept
    zones = {path.name for path in (DATA / "zones").glob("*.zone")}
    assert {sample["zone"] for sample in SAMPLES if sample.get("zone")} == zones
    assert {sample["language"] for sample in SAMPLES} == LANGUAGES
    assert len({name_of(sample) for sample in SAMPLES}) == len(SAMPLES)


@each_sample
def test_the_manifest_names_what_exists(sample: dict[str, Any]) -> None:
    assert set(sample) <= KEYS
    named = {*sample.get("findings", ()), *sample.get("never", ())}
    assert named <= set(all_rules())
    assert not set(sample.get("findings", ())) & set(sample.get("never", ()))


@each_sample
def test_parses_with_the_defects_that_it_was_made_with(sample: dict[str, Any]) -> None:
    message = read_message(str(DATA / "samples" / sample["file"]))
    assert {defect.id for defect in message.defects} == set(sample.get("defects", ()))
    assert message.get("from") and message.subject and message.visible_text.strip()


@each_sample
def test_gives_the_findings_of_the_manifest(sample: dict[str, Any]) -> None:
    found = {finding.rule for finding in assessment_of(sample).findings}
    wanted = set(sample.get("findings", ()))
    assert wanted <= found
    assert not found & set(sample.get("never", ()))
    if sample.get("clean"):
        assert found == wanted


@each_sample
def test_every_rule_ran(sample: dict[str, Any]) -> None:
    assert not [item for item in assessment_of(sample).not_checked if "the rule failed" in item.reason]


@each_sample
def test_evidence_stands_where_it_says(sample: dict[str, Any]) -> None:
    message = read_message(str(DATA / "samples" / sample["file"]))
    sources = {"html": message.html or "", "text": message.text or "", "visible": message.visible_text}
    for finding in assessment_of(sample).findings:
        for evidence in finding.evidence:
            if evidence.kind in sources and evidence.start >= 0:
                source = sources[evidence.kind]
                assert 0 <= evidence.start <= evidence.end <= len(source), finding.rule
                assert source[evidence.start :].startswith(evidence.quote.rstrip("…")), finding.rule


@each_sample
def test_verdict(sample: dict[str, Any]) -> None:
    if "verdict" in sample:
        assert assessment_of(sample).verdict == sample["verdict"]
    elif sample.get("clean") and not sample.get("findings"):
        assert assessment_of(sample).verdict == "send"


@pytest.mark.parametrize("trained", [False, True], ids=["priors", "trained"])
@each_sample
def test_the_parts_add_up(sample: dict[str, Any], trained: bool) -> None:
    assessment = assessment_of(sample, trained)
    shares = assessment.contributions
    assert math.isclose(math.fsum(item.log_odds for item in shares), assessment.log_odds, abs_tol=1e-9)
    assert math.isclose(math.fsum(item.points for item in shares), assessment.score, abs_tol=1e-6)


def test_publishing_a_key_is_what_mends_the_case() -> None:
    nothing, include, aligned = (
        assessment_of(sample) for sample in SAMPLES if sample["file"] == "suocrm-case.eml"
    )
    assert nothing.score == include.score > aligned.score
    assert nothing.verdict == include.verdict != "send"
    assert aligned.verdict == "send"


def test_the_clipped_sample_is_clipped_for_its_size_and_no_other() -> None:
    for sample in SAMPLES:
        html = read_message(str(DATA / "samples" / sample["file"])).html or ""
        size = len(html.encode())
        assert (size > 102 * 1024) == (sample["file"] == "whole-catalogue.eml"), (sample["file"], size)


def test_no_sample_names_a_domain_that_somebody_may_own() -> None:
    # Free mail has to name its provider; what the samples' HTML refers to is a vocabulary, not a host.
    known = {"gmail.com", "www.w3.org"}
    for sample in SAMPLES:
        message = read_message(str(DATA / "samples" / sample["file"]))
        text = "\n".join(
            [*(header.value for header in message.headers), message.html or "", message.text or ""]
        )
        hosts = set(re.findall(r"(?:https?://|[\w.+-]@)([\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,})", text))
        assert {host for host in hosts if not host.endswith(".example")} <= known, sample["file"]


def test_the_description_names_files_and_profiles_that_exist() -> None:
    text = (DATA / "README.md").read_text("utf-8")
    for path in re.findall(r"data/(?:samples|zones)/[\w.-]+\w", text):
        assert (DATA.parent / path).is_file(), path
    for profile in re.findall(r"--sending ([\w-]+)", text):
        load_profile(profile)
    for sample in SAMPLES:
        assert sample["file"] in text
