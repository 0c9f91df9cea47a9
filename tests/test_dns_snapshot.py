"""Snapshots: what a zone file answers, what its silence means, and how a broken file is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.dns import (
    Absent,
    Answer,
    Failed,
    Found,
    Offline,
    Recorder,
    SnapshotError,
    SnapshotResolver,
    open_resolver,
    session,
)

NOT_HELD = Failed("not in the snapshot")

ZONE = """
example.com.            300 IN TXT "v=spf1 " "include:_spf.example.net -all"
example.com.                   MX  10 mail.example.com.
                               A   192.0.2.1
mail.Example.com.              AAAA 2001:DB8::1
alias.example.com.             CNAME www.example.com.
www.example.com.         60 IN CNAME web.example.net.
$ORIGIN example.net.
$TTL 120
web                            A   192.0.2.2
@                              TXT "a" ( "b"   ; a comment
                                        "c" )
deep.er.than.this              TXT "\\065\\255"
*.wild                         TXT "anything"
www.there.wild                 A   192.0.2.3
away                           CNAME example.org.
loop                           CNAME pool
pool                           CNAME loop
$ORIGIN .
com.                           NS  a.gtld-servers.net.
dnsbl.example.           SOA ns.dnsbl.example. hostmaster.dnsbl.example. 1 2 3 4 5
2.0.0.127.dnsbl.example. A 127.0.0.2
"""


@pytest.fixture(scope="module")
def zone() -> SnapshotResolver:
    return SnapshotResolver.from_text(ZONE)


@pytest.mark.parametrize(
    ("name", "rdtype", "answer"),
    [
        ("example.com", "TXT", Found(("v=spf1 include:_spf.example.net -all",), 300)),
        ("EXAMPLE.com.", "mx", Found(("10 mail.example.com",), 3600)),
        ("mail.example.com", "AAAA", Found(("2001:db8::1",), 3600)),
        ("example.net", "TXT", Found(("abc",), 120)),
        ("deep.er.than.this.example.net", "TXT", Found(("A\udcff",), 120)),
        ("alias.example.com", "A", Found(("192.0.2.2",), 60, ("www.example.com", "web.example.net"))),
        ("alias.example.com", "CNAME", Found(("www.example.com",), 3600)),
        ("alias.example.com", "MX", Absent(False, ("www.example.com", "web.example.net"))),
        ("example.com", "AAAA", Absent(nxdomain=False)),
        ("than.this.example.net", "TXT", Absent(nxdomain=False)),  # something is below it
        ("_dmarc.example.com", "TXT", Absent(nxdomain=True)),
        ("x.wild.example.net", "TXT", Found(("anything",), 120)),
        ("x.y.wild.example.net", "TXT", Found(("anything",), 120)),
        ("x.wild.example.net", "A", Absent(nxdomain=False)),
        ("there.wild.example.net", "TXT", Absent(nxdomain=False)),  # exists: no wildcard
        ("x.there.wild.example.net", "TXT", Absent(nxdomain=True)),  # RFC 4592 §2.2.1
        ("9.0.0.127.dnsbl.example", "A", Absent(nxdomain=True)),
        ("2.0.0.127.dnsbl.example", "A", Found(("127.0.0.2",), 120)),
        ("away.example.net", "TXT", NOT_HELD),
        ("example.org", "TXT", NOT_HELD),
        ("other.com", "TXT", NOT_HELD),  # a record of the top-level domain says nothing about those below
        ("com", "TXT", NOT_HELD),
        (".", "NS", NOT_HELD),
        ("a..example.com", "TXT", Absent(nxdomain=True)),
    ],
)
def test_answers_of_a_snapshot(zone: SnapshotResolver, name: str, rdtype: str, answer: Answer) -> None:
    assert zone.lookup(name, rdtype) == answer


def test_a_cname_loop_is_a_failure_of_the_domain(zone: SnapshotResolver) -> None:
    assert zone.lookup("loop.example.net", "A") == Failed("CNAME loop at loop.example.net", temporary=True)
    chain = "".join(f"n{n}.example.com. CNAME n{n + 1}.example.com.\n" for n in range(40))
    assert SnapshotResolver.from_text(chain).lookup("n0.example.com", "A") == Failed(
        "CNAME chain too long", temporary=True
    )


def test_absences_and_failures_may_be_spelt_out() -> None:
    zone = SnapshotResolver.from_text(
        "example.com. TXT x\n"
        "; absent nxdomain _dmarc.example.org TXT\n"
        ";absent  nodata\texample.org txt\n"
        "; failed slow.example.com A no DNS answer within 2 s\n"
        "; unknown example.com MX not asked\n"
        "; absent minded remark\n"
    )
    assert zone.lookup("_dmarc.example.org", "TXT") == Absent(nxdomain=True)
    assert zone.lookup("Example.org", "TXT") == Absent(nxdomain=False)
    assert zone.lookup("example.org", "A") == NOT_HELD
    assert zone.lookup("slow.example.com", "A") == Failed("no DNS answer within 2 s", temporary=True)
    assert zone.lookup("example.com", "MX") == Failed("not asked")
    assert zone.lookup("example.com", "A") == Absent(nxdomain=False)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("example.com. TXT ok\nexample.com. A 1.2.3\n", 2),
        ("example.com. TXT ok\n\nexample.com. MX\nexample.com. A 192.0.2.1\n", 3),
        ("example.com. NONSENSE x\n", 1),
        ("example.com. CH TXT x\n", 1),
        ("$INCLUDE /etc/passwd\n", 1),
        ("a. A 192.0.2.1\n$GENERATE 1-1000000 n$.example.com. A 192.0.2.1\n", 2),
        ('example.com. TXT "unclosed\n', 1),
        ("example.com. TXT (\n", 1),
        ("a..b. A 192.0.2.1\n", 1),
        ("a.b. CNAME c.d.\na.b. TXT x\na.b. CNAME e.f.\n", 3),
        ("  A 192.0.2.1\n", 1),
        ("$ORIGIN\n", 1),
        ("\n$TTL soon\n", 2),
        (f'example.com. TXT "{"x" * 256}"\n', 1),
    ],
)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "broken.zone"
    file.write_text(text)
    with pytest.raises(SnapshotError) as caught:
        open_resolver(str(file))
    assert isinstance(caught.value, ValueError)
    assert caught.value.line == line
    message = str(caught.value)
    assert message.startswith(f"{file}:{line}: ")
    assert "\n" not in message


def test_files_that_are_not_text_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "latin1.zone"
    file.write_bytes(b'a.example. TXT "x"\nb.example. TXT "caf\xe9"\n')
    with pytest.raises(SnapshotError, match=r"latin1\.zone:2: not UTF-8 text"):
        SnapshotResolver.from_file(file)
    with pytest.raises(SnapshotError, match="No such file"):
        SnapshotResolver.from_file(tmp_path / "missing.zone")
    with pytest.raises(SnapshotError):
        SnapshotResolver.from_file(tmp_path)
    file.write_bytes('\ufeffa.example. TXT "caf\xe9"\n'.encode())
    assert SnapshotResolver.from_file(file).lookup("a.example", "TXT") == Found(("café",), 3600)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        zone = SnapshotResolver.from_text(text)
    except SnapshotError as error:
        assert "\n" not in str(error)
    else:
        zone.lookup("example.com", "TXT")


@given(st.text(max_size=100))
def test_no_name_breaks_a_lookup(name: str) -> None:
    zone = SnapshotResolver.from_text("example.com. TXT x\n*.example.com. TXT y\n")
    assert isinstance(zone.lookup(name, "TXT"), Found | Absent | Failed)


def test_a_large_snapshot_is_read_in_linear_time() -> None:
    text = "".join(f"n{n}.example.com. A 192.0.2.1\nn{n}.example.com. TXT x\n" for n in range(5000))
    zone = SnapshotResolver.from_text(text)
    assert zone.lookup("n4999.example.com", "A") == Found(("192.0.2.1",), 3600)


def test_offline_and_snapshots_need_no_session() -> None:
    zone = SnapshotResolver.from_text("")
    assert session(zone) is zone
    offline = open_resolver("offline")
    assert isinstance(offline, Offline)
    assert session(offline) is offline
    assert offline.lookup("example.com", "TXT") == Failed("DNS is off")
    offline.prefetch([("example.com", "TXT")])


def test_reading_a_snapshot_does_not_load_the_network_side(tmp_path: Path) -> None:
    file = tmp_path / "a.zone"
    file.write_text("example.com. TXT x\n")
    program = (
        "import sys, scorer.dns as d\n"
        "assert not [m for m in sys.modules if m.split('.')[0] == 'dns']\n"
        f"d.open_resolver({str(file)!r}).lookup('example.com', 'TXT')\n"
        "assert not {'dns.resolver', 'dns.query', 'socketserver'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


class Table:
    """A resolver that answers from a dictionary."""

    def __init__(self, answers: dict[tuple[str, str], Answer]) -> None:
        self.answers = answers

    def lookup(self, name: str, rdtype: str) -> Answer:
        return self.answers[name, rdtype]

    def prefetch(self, queries: object) -> None:
        pass


ANSWERS: dict[tuple[str, str], Answer] = {
    ("example.com", "TXT"): Found(('v=spf1 "quoted" \\ ; -all', "café \udcff\x00\n", "", "x" * 700), 300),
    ("example.com", "MX"): Found(("10 mail.example.com", "0 ."), 60),
    ("example.com", "A"): Found(("192.0.2.1", "192.0.2.2"), 60),
    ("example.com", "SOA"): Found(("ns.example.com. root.example.com. 1 2 3 4 5",), 60),
    ("example.com", "CAA"): Found(('0 issue "ca.example"',), 60),
    ("1.2.0.192.in-addr.arpa", "PTR"): Found(("host.example.com",), 60),
    ("sel._domainkey.example.com", "TXT"): Found(("v=DKIM1",), 60, ("sel.esp.example", "real.esp.example")),
    ("gone.example.com", "TXT"): Absent(True, ("nothing.esp.example",)),
    ("odd\\032name.example.com", "A"): Found(("192.0.2.3",), 60),
    ("_dmarc.example.com", "TXT"): Absent(nxdomain=True),
    ("example.com", "AAAA"): Absent(nxdomain=False),
    ("slow.example.com", "A"): Failed("no DNS answer within 2 s", temporary=True),
    ("unasked.example.com", "A"): Failed("the number of DNS queries\nfor one message is spent"),
    ("com", "TXT"): Absent(nxdomain=False),
}


def test_a_recording_answers_as_the_dns_did() -> None:
    recorder = Recorder(Table(ANSWERS))
    for name, rdtype in ANSWERS:
        assert recorder.lookup(name, rdtype) == ANSWERS[name, rdtype]
    zone = SnapshotResolver.from_text(recorder.to_zone())
    for (name, rdtype), answer in ANSWERS.items():
        if isinstance(answer, Failed):
            answer = Failed(" ".join(answer.reason.split()), answer.temporary)
        assert zone.lookup(name, rdtype) == answer, name
    # What was not asked is not known, even below a name that has records.
    assert zone.lookup("other.example.com", "TXT") == NOT_HELD
    assert zone.lookup("example.com", "NS") == NOT_HELD


def test_a_recording_of_a_recording_is_the_same_file() -> None:
    recorder = Recorder(Table(ANSWERS))
    for key in ANSWERS:
        recorder.lookup(*key)
    again = Recorder(SnapshotResolver.from_text(recorder.to_zone()))
    for key in ANSWERS:
        again.lookup(*key)
    assert again.to_zone() == recorder.to_zone()


def test_messages_record_into_one_place() -> None:
    class WithSessions(Table):
        def session(self) -> Table:
            return Table(self.answers)

    recorder = Recorder(WithSessions(ANSWERS))
    view = session(recorder)
    view.prefetch([("com", "TXT")])
    view.lookup("example.com", "A")
    assert "example.com. 60 IN A 192.0.2.1\n" in recorder.to_zone()
    assert "com TXT" not in recorder.to_zone()
    plain = Recorder(Table(ANSWERS))
    assert session(plain) is plain


def test_a_name_that_cannot_exist_is_not_recorded() -> None:
    recorder = Recorder(SnapshotResolver.from_text(""))
    recorder.lookup("a..b", "TXT")
    assert recorder.to_zone() == "; only the answers below are known\n"


LABEL = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=".\\"), min_size=1, max_size=8
)
TXT = st.binary(max_size=600).map(lambda octets: octets.decode("utf-8", "surrogateescape"))


@given(
    st.lists(LABEL, min_size=2, max_size=4).map(".".join), st.lists(TXT, min_size=1, max_size=3, unique=True)
)
def test_any_text_and_any_name_survive_recording(name: str, records: list[str]) -> None:
    found = Found(tuple(records), 5)
    recorder = Recorder(Table({(name, "TXT"): found}))
    recorder.lookup(name, "TXT")
    assert SnapshotResolver.from_text(recorder.to_zone()).lookup(name, "TXT") == found
