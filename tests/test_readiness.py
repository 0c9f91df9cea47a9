"""`score domain`: three zones, three stories; the answers recorded and read back; live DNS on loopback."""

from __future__ import annotations

import json
from pathlib import Path

from scorer.cli import main
from scorer.dns import SnapshotResolver
from scorer.engine import Scorer
from scorer.models import Models
from scorer.readiness import Readiness, assess_domain
from scorer.render.readiness import readiness_markdown, readiness_text
from scorer.rules.zones import KEY_2048
from scorer.sending import load_profile, with_overrides
from tests.dnsserver import DnsServer

BASE = """
com. IN SOA ns.example.net. h.example.net. 1 3600 600 86400 300
shop.com. IN SOA ns.shop.com. h.shop.com. 1 3600 600 86400 300
shop.com. IN MX 10 mx.shop.com.
mx.shop.com. IN A 192.0.2.5
suocrm.com. IN SOA ns.example.net. h.example.net. 1 3600 600 86400 300
customer.suocrm.com. IN TXT "v=spf1 include:_spf.online.superoffice.com ~all"
superoffice.com. IN SOA ns.example.net. h.example.net. 1 3600 600 86400 300
_spf.online.superoffice.com. IN TXT "v=spf1 ip4:198.51.100.0/24 ~all"
"""
INCLUDE = 'shop.com. IN TXT "v=spf1 mx include:_spf.online.superoffice.com ~all"\n'
OWN = (
    f'so1._domainkey.shop.com. IN TXT "{KEY_2048[:200]}" "{KEY_2048[200:]}"\n'
    '_dmarc.shop.com. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@shop.com"\n'
)


def page(zone: str, **stated) -> Readiness:
    sending = with_overrides(load_profile("superoffice-com"), {"volume_per_day": 8000, **stated})
    return assess_domain(Scorer(models=Models()), "shop.com", sending, SnapshotResolver.from_text(zone))


def verdicts(found: Readiness) -> dict[str, str]:
    return {report.provider: report.verdict for report in found.providers}


def test_a_nothing_published() -> None:
    found = page(BASE)
    assert "neither is aligned with shop.com" in found.summary
    spf = next(check for check in found.checks if check.what == "SPF")
    assert spf.state == "ok" and "customer.suocrm.com" in spf.text
    assert any("cannot tell you from them" in detail for detail in spf.details)
    assert verdicts(found) == {
        "gmail": "rejected",
        "yahoo": "junk",
        "microsoft": "rejected",
        "apple": "rejected",
    }
    assert ("_dmarc.shop.com", "TXT") in [(record.name, record.type) for record in found.publish]


def test_b_the_include_in_the_from_domain_changes_nothing() -> None:
    before, after = page(BASE), page(BASE + INCLUDE)
    assert verdicts(before) == verdicts(after)
    assert before.summary == after.summary
    assert any("the include aligns nothing" in because for because, _ in after.faults)
    assert not any("include:" in record.value for record in (*before.publish, *after.publish))


def test_c_own_key_and_record() -> None:
    signer = {"domain": "{from_domain}", "selectors": ["so1"], "of_service": False}
    found = page(BASE + OWN, dkim_after=[signer])
    assert "is signed with DKIM by shop.com" in found.summary
    assert set(verdicts(found).values()) == {"fine"}
    assert found.faults == () and found.publish == ()


def test_the_page_reads_at_eighty_columns_and_as_markdown() -> None:
    found = page(BASE + INCLUDE)
    lines = readiness_text(found).splitlines()
    assert [line for line in lines if len(line) > 80 and not line.lstrip().startswith('"')] == []
    assert "Records to publish" in lines
    assert "| fault |" in readiness_markdown(found) and "## What to do" in readiness_markdown(found)


def test_a_recorded_snapshot_gives_the_same_page(tmp_path: Path, capfdbinary) -> None:
    zone, saved = tmp_path / "in.zone", tmp_path / "out.zone"
    zone.write_text(BASE + INCLUDE)
    common = ["domain", "shop.com", "--sending", "superoffice-com", "--format", "json", "--dns"]
    assert main([*common, str(zone), "--save-dns", str(saved)]) == 1
    first = json.loads(capfdbinary.readouterr().out)
    assert main([*common, str(saved)]) == 1
    assert json.loads(capfdbinary.readouterr().out) == first


def test_live_dns_on_loopback(capfdbinary) -> None:
    with DnsServer() as server:
        server.add("shop.com", "MX", "10 mx.shop.com.")
        server.add("mx.shop.com", "A", "192.0.2.5")
        server.add("customer.suocrm.com", "TXT", '"v=spf1 include:_spf.online.superoffice.com ~all"')
        server.add("_spf.online.superoffice.com", "TXT", '"v=spf1 ip4:198.51.100.0/24 ~all"')
        address = f"live:127.0.0.1:{server.port}"
        status = main(
            ["domain", "shop.com", "--sending", "superoffice-com", "--dns", address, "--format", "json"]
        )
    answer = json.loads(capfdbinary.readouterr().out)
    assert status == 1
    assert "neither is aligned with shop.com" in answer["summary"]


def test_offline_is_a_first_class_mode(capfdbinary) -> None:
    assert main(["domain", "shop.com", "--sending", "superoffice-com", "--dns", "offline"]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert "unless your own DKIM key is in place, which was not checked: DNS is off" in " ".join(out.split())


def test_what_weighs_most_is_to_be_done_first() -> None:
    first, *_, last = page(BASE + INCLUDE).faults
    assert "sign with your own domain" in first[1] and "Nothing needs to be done" in last[1]
