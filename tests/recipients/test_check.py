"""A whole list: what is found, what is left out, and what the report says."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.dns import Failed
from scorer.recipients import ListError, Options, Report, audience_of, spill, write_lists
from scorer.recipients.text import report_text
from scorer.unknown import Unknown
from tests.fakedns import FakeDNS
from tests.recipients.helpers import checked, report_on, write

LIST = """email,name,created,last_open,source,ip,status,opt_in
anna@gmail.com,Anna,2025-01-01 10:00,2026-11-01,web,192.0.2.1,subscribed,double
Anna@GMAIL.com,Anna,2025-01-02 10:00,2026-11-01,web,192.0.2.1,subscribed,double
an.na+x@googlemail.com,Anna,2025-01-03 10:00,2026-11-01,web,192.0.2.1,subscribed,double
ola@gmial.com,Ola,2025-01-03 11:00,,web,192.0.2.2,subscribed,single
abuse@shop.com,,2019-01-01,,import 2019,,subscribed,
info@shop.com,,2019-01-01,2020-01-01,import 2019,,cleaned,
kari@mailinator.com,Kari,2026-11-20 10:00,,web,192.0.2.3,subscribed,single
per@shop.cmo,Per,2025-01-01,2026-01-01,web,,subscribed,single
gone@shop.com,Gone,2024-01-01,2026-01-01,web,,unsubscribed,single
GONE@shop.com,Gone,2024-01-01,2026-01-01,web,,subscribed,single
not an address,,,,,,,
,,,,,,,
"quoted"oops,,,,,,,
jørgen@blåbær.no,Jørgen,2026-01-01,2026-11-01,web,,subscribed,single
"""


def by_id(counts) -> dict[str, int]:
    return {count.id: count.rows for count in counts}


def test_what_is_found_in_a_list(tmp_path: Path) -> None:
    report = report_on(tmp_path, LIST)
    assert (report.rows, report.usable) == (14, 11)
    assert by_id(report.findings) == {
        "malformed": 1,
        "empty": 1,
        "invalid": 1,
        "unknown-tld": 1,
        "typo": 1,
        "opted-out": 2,
        "bounced": 1,
        "duplicate": 2,
        "disposable": 1,
        "role": 2,
        "same": 1,
        "inactive": 3,
        "smtputf8": 1,
    }
    assert by_id(report.left_out) == {
        "malformed": 1,
        "empty": 1,
        "invalid": 1,
        "unknown-tld": 1,
        "typo": 1,
        "opted-out": 2,
        "bounced": 1,
        "duplicate": 1,
    }
    assert report.kept == 5
    assert sum(count.rows for count in report.left_out) + report.kept == report.rows
    assert [(typo.domain, typo.meant) for typo in report.typos] == [("gmial.com", "gmail.com")]
    assert by_id(report.providers) == {"gmail": 3, "other": 8}
    assert by_id(report.roles) == {"desk": 1, "business": 1}
    assert next(count.lines for count in report.findings if count.id == "duplicate") == (3, 11)


def test_who_left_in_one_row_is_left_out_in_every_row(tmp_path: Path) -> None:
    report = report_on(tmp_path, "email,status\na.b@gmail.com,subscribed\nab@gmail.com,unsubscribed\n")
    assert report.count("opted-out") == 2
    assert report.kept == 0


def test_the_report_holds_no_address(tmp_path: Path) -> None:
    report = report_on(tmp_path, LIST.replace("web", "referred by friend@secret.com", 1))
    data = msgspec.json.encode(report).decode()
    assert "@" not in data.replace("(holds an address)", "")
    assert "@" not in report_text(report).replace("no @", "").replace("more than one @", "").replace(
        "after the @", ""
    )
    assert msgspec.json.decode(data, type=Report) == report


def test_suppression_lists_of_addresses_and_domains(tmp_path: Path) -> None:
    barred = write(tmp_path, "address\nA.N.N.A@gmail.com\n@shop.com\n*@other.com\nnonsense\n\n", "barred.csv")
    rows = "email\nanna+news@gmail.com\nx@SHOP.com\ny@sub.shop.com\nz@other.com\nok@fine.com\n"
    report = report_on(tmp_path, rows, Options(suppress=(barred,)))
    assert report.count("suppressed") == 3
    assert report.kept == 2


def test_what_is_left_out_is_the_callers_to_say(tmp_path: Path) -> None:
    options = Options(left_out=Options().left_out - {"typo"} | {"role", "disposable"})
    report = report_on(tmp_path, LIST, options)
    assert {"role", "disposable"} <= by_id(report.left_out).keys()
    assert "typo" not in by_id(report.left_out)
    with pytest.raises(ListError):
        report_on(tmp_path, LIST, Options(left_out=frozenset({"nonsense"})))


def test_clean_and_rejected_rows_are_the_whole_list(tmp_path: Path) -> None:
    report, kept = checked(tmp_path, LIST)
    clean, rejects = tmp_path / "clean.csv", tmp_path / "rejects.csv"
    assert write_lists(kept, str(clean), str(rejects)) == (report.kept, report.rows - report.kept)
    rows = list(csv.DictReader(clean.open(encoding="utf-8")))
    assert [row["email"] for row in rows] == [
        "anna@gmail.com",
        "an.na+x@googlemail.com",
        "abuse@shop.com",
        "kari@mailinator.com",
        "jørgen@blåbær.no",
    ]
    assert rows[0]["source"] == "web"
    out = list(csv.DictReader(rejects.open(encoding="utf-8")))
    assert {row["line"]: row["reasons"] for row in out}["3"] == "duplicate"
    assert {row["line"]: row["meant"] for row in out}["5"] == "gmail.com"
    assert {row["line"]: row["email"] for row in out}["14"].startswith('"quoted"oops')


def test_a_clean_list_is_clean(tmp_path: Path) -> None:
    _, first = checked(tmp_path, LIST)
    write_lists(first, str(tmp_path / "clean.csv"), None)
    again = report_on(tmp_path, (tmp_path / "clean.csv").read_bytes())
    assert again.kept == again.rows == 5


def test_a_file_that_cannot_be_written_and_a_list_that_changed(tmp_path: Path) -> None:
    _, one = checked(tmp_path, LIST)
    with pytest.raises(ListError):
        write_lists(one, str(tmp_path / "no" / "such" / "folder.csv"), None)
    write(tmp_path, LIST + "new@shop.com,,,,,,,\n")
    with pytest.raises(ListError, match="changed"):
        write_lists(one, str(tmp_path / "clean.csv"), None)
    assert not (tmp_path / "clean.csv").exists()
    assert not list(tmp_path.glob("*.part*"))


ADDRESS = st.sampled_from(
    [
        "a@b.no",
        "A@b.no",
        "a@B.NO",
        "x.y@gmail.com",
        "xy+1@gmail.com",
        "c@gmial.com",
        "bad",
        "",
        "info@b.no",
        "é@b.no",
    ]
)
STATUS = st.sampled_from(["", "subscribed", "unsubscribed", "bounced"])


@settings(max_examples=40)
@given(st.lists(st.tuples(ADDRESS, STATUS), min_size=1, max_size=30))
def test_spilling_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    data = "email,status\n" + "".join(f"{address},{status}\n" for address, status in rows)
    folder = tmp_path_factory.mktemp("list")
    plain = report_on(folder, data)
    held = spill.MAX_HELD
    spill.MAX_HELD = 4
    try:
        spilled = report_on(folder, data)
    finally:
        spill.MAX_HELD = held
    assert spilled == plain
    # By definition: the first of each address, unless somebody with that mailbox left or bounced.
    assert plain.kept + sum(count.rows for count in plain.left_out) == plain.rows


@given(st.binary(max_size=300))
def test_no_list_breaks_the_check(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("list")
    for head in (b"", b"email,created,last_open,status,ip,opt_in,source,name\n"):
        try:
            report, kept = checked(folder, head + data)
        except ListError:
            continue
        written = write_lists(kept, str(folder / "clean.csv"), str(folder / "rejects.csv"))
        assert written == (report.kept, report.rows - report.kept)
        for width in (40, 80):
            assert all(len(line) <= width for line in report_text(report, width).splitlines())


def test_name_servers_tell_parked_domains(tmp_path: Path) -> None:
    zone = FakeDNS(
        {
            ("bare.com", "A"): ["192.0.2.1"],
            ("bare.com", "NS"): ["ns1.sedoparking.com", "ns2.sedoparking.com"],
            ("mailed.com", "MX"): ["10 mail.mailed.com"],
            ("mailed.com", "NS"): ["ns1.bodis.com"],
            # A name that is for sale while its owner still takes mail is not parked; nor is one half moved.
            ("sold.com", "MX"): ["10 aspmx.l.google.com"],
            ("sold.com", "NS"): ["ns1.afternic.com"],
            ("half.com", "MX"): ["10 mail.half.com"],
            ("half.com", "NS"): ["ns1.bodis.com", "ns1.half.com"],
        }
    )
    names = ("bare.com", "mailed.com", "sold.com", "half.com")
    report = report_on(tmp_path, "".join(f"a@{name}\n" for name in names), resolver=zone)
    assert report.receiving is not None
    assert {u.domain for u in report.receiving.parked} == {"bare.com", "mailed.com"}
    assert next(i.rows for i in report.trap_indicators if i.id == "parked") == 2


def test_the_dns_says_which_domains_take_mail(tmp_path: Path) -> None:
    zone = FakeDNS(
        {
            ("good.com", "MX"): ["10 aspmx.l.google.com"],
            ("null.com", "MX"): ["0 ."],
            ("bare.com", "A"): ["192.0.2.1"],
            ("text.com", "TXT"): ["x"],
            ("local.com", "MX"): ["10 localhost"],
            ("parked.com", "MX"): ["10 park-mx.above.com"],
            ("broken.com", "MX"): Failed("SERVFAIL", True),
        }
    )
    names = [
        "good.com",
        "null.com",
        "bare.com",
        "text.com",
        "local.com",
        "parked.com",
        "broken.com",
        "gone.com",
    ]
    report = report_on(tmp_path, "".join(f"a@{name}\nb@{name}\n" for name in names), resolver=zone)
    assert report.receiving is not None
    assert {u.domain: u.why for u in report.receiving.unusable} == {
        "null.com": "null-mx",
        "text.com": "no-mx",
        "local.com": "nowhere",
        "gone.com": "no-domain",
    }
    assert report.count("no-mail") == 8
    assert report.count("parked") == 2
    assert report.kept == 8
    assert report.receiving.unknown_rows == 2
    assert {name for name, _ in zone.asked} == set(names)
    assert {kind for _, kind in zone.asked} == {"MX", "A", "AAAA", "NS"}


def test_the_dns_is_asked_about_the_most_frequent_domains_first_and_gives_up_where_nothing_answers(
    tmp_path: Path,
) -> None:
    class Silent:
        asked = 0

        def lookup(self, name: str, rdtype: str) -> Failed:
            Silent.asked += 1
            return Failed("no way to the name server")

        def prefetch(self, queries) -> None:
            pass

    rows = "".join(f"a@d{n}.com\n" for n in range(600)) + "b@d599.com\n"
    report = report_on(tmp_path, rows, resolver=Silent())
    assert report.receiving is not None
    assert report.receiving.answered == 0
    assert report.count("no-mail") == 0
    assert Silent.asked < 600
    zone = FakeDNS({})
    limited = report_on(tmp_path, rows, Options(most_domains=1), zone)
    assert {name for name, _ in zone.asked} == {"d599.com"}
    assert limited.count("no-mail") == 2


def test_signs_of_life_and_consent_become_the_audience(tmp_path: Path) -> None:
    report = report_on(tmp_path, LIST)
    audience = audience_of(report)
    assert audience.recipients == 5
    assert audience.opt_in == "imported"
    assert isinstance(audience.inactive_share, float)
    assert isinstance(audience.oldest_contact_days, int)
    assert audience.oldest_contact_days > 2500
    assert isinstance(audience.bounce_rate, Unknown)


def test_a_plain_list_says_nothing_of_the_audience_but_its_size(tmp_path: Path) -> None:
    report = report_on(tmp_path, "a@b.no\nc@d.no\n")
    audience = audience_of(report)
    assert audience.recipients == 2
    for fact in (audience.opt_in, audience.inactive_share, audience.oldest_contact_days):
        assert isinstance(fact, Unknown)
    assert {item.what for item in report.not_checked} >= {"signs of life", "bursts of sign-ups"}


def test_a_newcomer_who_has_not_reacted_is_not_inactive(tmp_path: Path) -> None:
    report = report_on(tmp_path, "email,created,last_open\nnew@b.no,2026-11-20,\nold@b.no,2026-01-01,\n")
    assert report.engagement is not None
    assert (report.engagement.inactive, report.engagement.never) == (1, 2)


def test_sign_ups_alone_say_nothing_of_signs_of_life(tmp_path: Path) -> None:
    report = report_on(tmp_path, "email,created\nold@b.no,2020-01-01\nnew@b.no,2026-11-20\n")
    found = {indicator.id: indicator.rows for indicator in report.trap_indicators}
    assert (found["old"], "dormant" in found) == (1, False)
    text = report_text(report)
    assert "no sign of life" not in text and "last heard of" not in text
    assert "The oldest signed up" in text


def test_trap_indicators_count_rows_that_look_so(tmp_path: Path) -> None:
    report = report_on(tmp_path, LIST)
    found = {indicator.id: indicator.rows for indicator in report.trap_indicators}
    assert found == {"typo": 1, "role": 2, "pristine-like": 1, "dormant": 2, "recycled-like": 1}
    text = report_text(report)
    assert "not traps" in text
    assert " traps found" not in text


def test_the_text_fits_the_terminal_and_hides_nothing_from_a_hostile_list(tmp_path: Path) -> None:
    hostile = "em\x1b[31mail,source,created\na@b.no,\u202eevil\x1b[2J" + "w" * 200 + ",2025-01-01\n"
    text = report_text(report_on(tmp_path, hostile + "c@d.no,x,2025-01-01\n"), 80)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    """With a tenth of what is held otherwise: ten times as many rows are to take ten times as much above the start."""
    code = (
        "import sys\nfrom scorer.recipients import spill\nspill.MAX_HELD //= 10\nfrom scorer.cli import main\n"
        "main(['recipients', sys.argv[1], '--format', 'json', '-o', sys.argv[2]])\n"
        # The kernel hands ru_maxrss down from the parent, here a test process that has loaded everything.
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )
    peaks = []
    for rows in (1, 100_000):
        path, out = tmp_path / f"{rows}.csv", tmp_path / f"{rows}.json"
        with path.open("w", encoding="ascii") as file:
            file.write("email,created,last_open,status\n")
            for n in range(rows):
                file.write(
                    f"anna{n % 90_000}@company{n % 15_000}.com,2025-0{n % 9 + 1}-01,2026-0{n % 9 + 1}-02,subscribed\n"
                )
        command = [sys.executable, "-c", code, str(path), str(out)]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    report = msgspec.json.decode(out.read_bytes(), type=Report)
    assert report.count("duplicate") == 10_000
    assert report.distinct_domains == 15_000
    # A million rows then take less than 200 MB.
    assert peaks[0] + 10 * (peaks[1] - peaks[0]) < 200_000
