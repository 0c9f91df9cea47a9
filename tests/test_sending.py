"""How a mailing will be sent: profiles, files of one's own, overrides, observation, templates."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer import sending as sending_module
from scorer.sending import (
    MERGE_SYNTAXES,
    Audience,
    DkimRecord,
    DkimSigner,
    Sending,
    SendingError,
    adds_header,
    dkim_records,
    from_mapping,
    in_effect,
    is_template,
    known_suffix,
    list_profiles,
    load_profile,
    load_shipped,
    merge_pattern,
    merge_tags,
    observed,
    resolve_for,
    unspecified,
    with_overrides,
)
from scorer.unknown import Unknown, known

ROOT = Path(__file__).parent.parent
SHIPPED = [summary.id for summary in list_profiles()]
FACTS = [
    field
    for field in Sending.__struct_fields__
    if field
    not in {"profile", "service", "mode", "audience", "stand_ins", "checked", "sources"}
]  # fmt: skip
EXPECTED = {
    "amazon-ses",
    "brevo",
    "google-workspace",
    "mailchimp",
    "mailgun-eu",
    "mailgun-us",
    "microsoft-365",
    "own-server",
    "postmark",
    "sendgrid",
    "superoffice-com",
    "superoffice-eu",
}


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# --- The shipped profiles --------------------------------------------------------------------------


def test_the_promised_profiles_are_shipped() -> None:
    assert set(SHIPPED) == EXPECTED
    assert sorted(SHIPPED) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_sources_everything_that_it_knows(name: str) -> None:
    profile = load_profile(name)
    assert profile.profile == name
    assert profile.mode == "profile"
    assert profile.checked is not None
    for field in FACTS:
        value, source = getattr(profile, field), profile.source_of(field)
        if isinstance(value, Unknown):
            assert value.reason and value != sending_module.NO_SOURCE, field
            assert source is None, field
        else:
            assert source is not None, field
            assert source.url.startswith(("https://", "http://", "by definition")), field
            assert source.read is not None and source.read <= profile.checked, field
            assert not source.by_user
    assert all(not known(getattr(profile.audience, f)) for f in Audience.__struct_fields__)


def test_a_profile_names_its_service_in_the_list_as_in_itself() -> None:
    for summary in list_profiles():
        assert summary.service == load_profile(summary.id).service != summary.id


@pytest.mark.parametrize("name", SHIPPED)
def test_only_documented_placeholders_are_left_after_resolving(name: str) -> None:
    resolved = resolve_for(load_profile(name), "Example.COM.")
    texts = [getattr(resolved, field) for field in FACTS]
    for signers in (resolved.dkim, resolved.dkim_after):
        if not isinstance(signers, Unknown):
            texts += [part for signer in signers for part in (signer.domain, signer.target)]
    for text in texts:
        if isinstance(text, str):
            assert "{from_domain" not in text
            assert "{customer}" not in text


def test_superoffice_sends_from_a_domain_of_its_own_and_says_so() -> None:
    profile = load_profile("superoffice-com")
    assert profile.envelope_domain == "customer.suocrm.com"
    assert profile.stand_ins == ("envelope_domain",)
    assert profile.shared_ips is True
    assert not isinstance(profile.dkim, Unknown)
    assert [signer.of_service for signer in profile.dkim] == [True]
    assert isinstance(profile.dkim[0].domain, Unknown)
    assert load_profile("superoffice-eu").envelope_domain == "customer.suocrm.eu"


def test_what_the_service_signs_with_before_set_up_is_never_the_senders_domain() -> None:
    for name in SHIPPED:
        for signer in load_profile(name).dkim if known(load_profile(name).dkim) else ():  # type: ignore[union-attr]
            assert signer.of_service is True


def test_the_page_about_profiles_names_them_all() -> None:
    page = (ROOT / "docs" / "sending-profiles.md").read_text(encoding="utf-8")
    for summary in list_profiles():
        assert f"| `{summary.id}` | {summary.service} |" in page


def test_the_page_about_profiles_has_an_example_that_loads(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "sending-profiles.md").read_text(encoding="utf-8")
    examples = [block.split("```")[0] for block in page.split("```toml\n")[1:]]
    assert examples
    for number, example in enumerate(examples):
        loaded = load_profile(write(tmp_path, example, f"example-{number}.toml"))
        assert known(loaded.envelope_domain)


# --- Files of one's own ----------------------------------------------------------------------------

OWN = """
id = "our-newsletter"
service = "Our newsletter server"
checked = 2026-11-20
envelope_domain = "Bounce.Example.com."
dkim = ["s1:example.com", { domain = "mail.example.net", selectors = ["a", "b"] }]
ips = ["192.0.2.10", "2001:DB8::1"]
shared_ips = false
adds = ["List-Unsubscribe"]
merge_syntax = ["braces"]
category = "marketing"
volume_per_day = 20000

[audience]
recipients = 12000
opt_in = "confirmed"
complaint_rate = 0.0004
complaint_n = 48000
first_send = false
"""


def test_ones_own_file_may_state_plain_values(tmp_path: Path) -> None:
    own = load_profile(write(tmp_path, OWN))
    assert own.envelope_domain == "bounce.example.com"
    assert own.ips == ("192.0.2.10", "2001:db8::1")
    assert own.shared_ips is False
    assert not isinstance(own.dkim, Unknown)
    assert [(s.domain, s.selectors) for s in own.dkim] == [
        ("example.com", ("s1",)),
        ("mail.example.net", ("a", "b")),
    ]
    assert (own.audience.recipients, own.audience.complaint_rate) == (12000, 0.0004)
    assert isinstance(own.audience.bounce_rate, Unknown)
    source = own.source_of("envelope_domain")
    assert source is not None
    assert (source.url, source.read) == ("your own profile", date(2026, 11, 20))
    assert own.rewrites_links == Unknown("the sending profile does not say")


def test_a_table_without_a_source_is_unknown(tmp_path: Path) -> None:
    text = '[envelope_domain]\nvalue = "example.com"\n[shared_ips]\nvalue = true\nsource = "x"\n'
    own = load_profile(write(tmp_path, text))
    assert own.envelope_domain == Unknown("the profile names no source for it")
    assert own.shared_ips == Unknown("the profile names no source for it")
    assert own.sources == ()


def test_a_shipped_profile_may_not_state_plain_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'id = "mine"\nenvelope_domain = "example.com"\n')
    monkeypatch.setattr(sending_module, "PROFILES", tmp_path)
    assert load_profile("mine").envelope_domain == Unknown("the profile names no source for it")


def test_a_sourced_fact_and_a_reasoned_unknown(tmp_path: Path) -> None:
    text = """
    envelope_domain = { value = "example.com", source = "https://x.example/", read = 2026-11-24, note = "n" }
    ips = { unknown = "they change daily" }
    """
    own = load_profile(write(tmp_path, text))
    assert own.envelope_domain == "example.com"
    source = own.source_of("envelope_domain")
    assert source is not None and (source.url, source.note) == ("https://x.example/", "n")
    assert own.ips == Unknown("they change daily")


def test_ones_own_file_can_build_on_a_shipped_profile(tmp_path: Path) -> None:
    own = load_profile(
        write(tmp_path, 'based_on = "superoffice-eu"\ncustomer = "acme"\nvolume_per_day = 900\n')
    )
    shipped = load_profile("superoffice-eu")
    assert own.profile == "mine"
    assert own.service == shipped.service
    assert own.envelope_domain == "acme.suocrm.eu"
    assert own.stand_ins == ()
    assert own.dkim_after == shipped.dkim_after
    assert own.source_of("dkim_after") == shipped.source_of("dkim_after")
    assert own.volume_per_day == 900


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("envelop_domain = 'x.example'", "envelop_domain: is not a key of a sending profile; did you mean envelope_domain?"),
        ("envelope_domain = 'not a domain'", "envelope_domain: 'not a domain' is not a domain name"),
        ("envelope_domain = 'localhost'", "envelope_domain: 'localhost' is not a full domain name"),
        ("envelope_domain = '{from}.example'", "envelope_domain: {from} is not one of"),
        ("envelope_domain = 7", "envelope_domain: must be a text"),
        ("envelope_domain = { value = 'a.example', sorce = 'x' }", "envelope_domain.sorce: "),
        ("envelope_domain = { value = 'a.example', unknown = 'x' }", "both a value and a reason"),
        ("envelope_domain = { source = 'x' }", "envelope_domain: has no value"),
        ("envelope_domain = { value = 'a.example', source = 'x', read = '2026' }", "envelope_domain.read: must be a date"),
        ("dkim = 'example.com'", "dkim: must be a list"),
        ("dkim = [1]", "dkim: must list"),
        ("dkim = [{ domain = 'a.example', selektor = 's' }]", "dkim.selektor: "),
        ("dkim = [{ domain = 'a.example', published = 'mx' }]", "dkim.published: must be one of txt, cname"),
        ("ips = ['192.0.2.300']", "ips: '192.0.2.300' is not an IP address"),
        ("adds = ['List-Unsubscribe:']", "adds: 'List-Unsubscribe:' is not a header's name"),
        ("merge_syntax = ['curly']", "merge_syntax: must be one of"),
        ("category = 'spam'", "category: must be one of marketing, transactional"),
        ("volume_per_day = -1", "volume_per_day: must be a whole number"),
        ("volume_per_day = true", "volume_per_day: must be a whole number"),
        ("shared_ips = 'yes'", "shared_ips: must be true or false"),
        ("checked = '2026-11-24'", "checked: must be a date"),
        ("based_on = 'mailgun'", "based_on: no such profile or file; did you mean mailgun-"),
        ("customer = 'acme'", "customer: the profile mine has no account name"),
        ("[audience]\ncomplaint_rate = 3", "audience.complaint_rate: must be between 0 and 1"),
        ("[audience]\nopt_in = 'maybe'", "audience.opt_in: must be one of confirmed"),
        ("[audience]\nrecipient = 3", "audience.recipient: is not a key of a sending profile; did you mean recipients?"),
        ("audience = 3", "audience: must be a table"),
        ("envelope_domain =", "is not a TOML file"),
        ("\x01", "is not a TOML file"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_in_one_line_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SendingError) as error:
        load_profile(path)
    message = str(error.value)
    assert message.startswith(str(path))
    assert said in message
    assert message.isprintable()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mailgun-euu", "did you mean mailgun-eu?"),
        ("Sendgrid", "did you mean sendgrid?"),
        ("superoffice", "did you mean superoffice-"),
        ("qqqqqq", "there are: amazon-ses"),
        ("a\nb\x1b[0m", "no such profile"),
        ("x" * 5000, "no such profile"),
        ("no/such/file.toml", "No such file"),
        ("nul\0.toml", "cannot be read"),
    ],
)
def test_a_profile_that_does_not_exist(name: str, said: str) -> None:
    with pytest.raises(SendingError) as error:
        load_profile(name)
    assert said in str(error.value)
    assert str(error.value).isprintable()


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "# " + "x" * 1_000_001)
    with pytest.raises(SendingError, match="larger than"):
        load_profile(path)


def test_a_caller_from_outside_cannot_read_files(tmp_path: Path) -> None:
    path = write(tmp_path, OWN)
    with pytest.raises(SendingError):
        load_shipped(str(path))
    with pytest.raises(SendingError):
        from_mapping({"profile": str(path)})


@given(st.text(max_size=200))
def test_no_text_brings_the_reader_down(text: str) -> None:
    try:
        data = __import__("tomllib").loads(text)
    except ValueError:
        return
    try:
        sending_module._from_data(data, "fuzz", "fuzz.toml", own=True)
    except SendingError as error:
        assert str(error).isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from([*FACTS, "audience", "customer", "volume", "profile", "nonsense"]), JSON)
)
def test_no_json_brings_the_overrides_down(mapping: dict[str, object]) -> None:
    try:
        result = from_mapping(mapping)
    except SendingError as error:
        assert str(error).isprintable()
    else:
        assert isinstance(result, Sending)


# --- Overrides -------------------------------------------------------------------------------------


def test_nothing_is_known_of_an_unspecified_sending() -> None:
    nothing = unspecified()
    assert nothing.mode == "unspecified"
    reason = Unknown("no sending profile was given (--sending)")
    assert all(getattr(nothing, field) == reason for field in FACTS)
    assert all(getattr(nothing.audience, f) == reason for f in Audience.__struct_fields__)


def test_overrides_replace_facts_and_name_who_gave_them() -> None:
    base = load_profile("superoffice-com")
    changed = with_overrides(
        base,
        {
            "envelope_domain": "bounce.example.com",
            "ips": ["192.0.2.1"],
            "volume": 500,
            "category": "transactional",
            "set_up": None,
            "audience": {"recipients": 10, "bounce_rate": 0.01, "bounce_n": 100},
        },
    )
    assert changed.envelope_domain == "bounce.example.com"
    assert changed.stand_ins == ()
    assert changed.ips == ("192.0.2.1",)
    assert changed.volume_per_day == 500
    assert changed.category == "transactional"
    assert changed.set_up == base.set_up
    assert (changed.audience.recipients, changed.audience.bounce_rate) == (10, 0.01)
    for field in ("envelope_domain", "category", "audience"):
        source = changed.source_of(field)
        assert source is not None and source.url == "given by the caller" and source.by_user
    assert changed.source_of("dkim_after") == base.source_of("dkim_after")
    assert len({source.field for source in changed.sources}) == len(changed.sources)
    assert base.envelope_domain == "customer.suocrm.com"


def test_audience_facts_given_one_after_another_add_up() -> None:
    first = with_overrides(unspecified(), {"audience": {"recipients": 5}})
    second = with_overrides(first, {"audience": {"first_send": True}})
    assert (second.audience.recipients, second.audience.first_send) == (5, True)


def test_the_customers_name_is_filled_in_where_the_service_uses_it() -> None:
    assert (
        with_overrides(load_profile("superoffice-eu"), {"customer": "Acme"}).envelope_domain
        == "acme.suocrm.eu"
    )
    with pytest.raises(SendingError, match="has no account name to fill in"):
        with_overrides(load_profile("sendgrid"), {"customer": "acme"})


def test_an_empty_override_changes_nothing() -> None:
    base = load_profile("brevo")
    assert with_overrides(base, {}) is base
    assert with_overrides(base, {"ips": None}) is base


def test_a_wrong_override_names_its_key() -> None:
    with pytest.raises(SendingError) as error:
        with_overrides(unspecified(), {"volum": 3}, where="--volume")
    assert str(error.value).startswith("--volume: volum: ")


def test_a_json_object_starts_from_a_profile_or_from_nothing() -> None:
    assert from_mapping({"profile": "brevo", "volume": 5}).volume_per_day == 5
    assert from_mapping({"volume": 5}).mode == "unspecified"
    assert from_mapping({"ips": ["192.0.2.1"]}).mode == "profile"
    with pytest.raises(SendingError, match="sending: profile: must be the id"):
        from_mapping({"profile": 3})


def test_a_sending_survives_json() -> None:
    for name in SHIPPED:
        profile = load_profile(name)
        raw = msgspec.json.encode(profile)
        json.loads(raw)
        assert msgspec.json.decode(raw, type=Sending) == profile


# --- Observed --------------------------------------------------------------------------------------


def test_a_sent_message_tells_its_own_route() -> None:
    seen = observed("Bounces.Example.com", [("Example.com", "S1"), ("mailgun.org", "mx")], "[192.0.2.7]")
    assert seen.mode == "observed"
    assert seen.envelope_domain == "bounces.example.com"
    assert not isinstance(seen.dkim, Unknown)
    assert [(s.domain, s.selectors) for s in seen.dkim] == [
        ("example.com", ("s1",)),
        ("mailgun.org", ("mx",)),
    ]
    assert seen.ips == ("192.0.2.7",)
    assert adds_header(seen, "List-Unsubscribe") is False
    assert seen.rewrites_links is False
    assert seen.merge_syntax == ()
    assert isinstance(seen.category, Unknown)


def test_what_a_message_does_not_show_stays_unknown() -> None:
    seen = observed()
    assert isinstance(seen.envelope_domain, Unknown)
    assert isinstance(seen.ips, Unknown)
    assert seen.dkim == ()
    assert isinstance(observed(headers_present=False).dkim, Unknown)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_hostile_headers_are_not_observed_rather_than_an_error(
    path: str, domain: str, selector: str, address: str
) -> None:
    seen = observed(path, [(domain, selector)], address)
    assert isinstance(seen, Sending)
    if isinstance(seen.envelope_domain, str):
        assert not is_template(seen.envelope_domain)


# --- Templates and set-up --------------------------------------------------------------------------


def test_the_from_domain_is_filled_in_everywhere() -> None:
    resolved = resolve_for(load_profile("microsoft-365"), "News.Example.com")
    assert resolved.envelope_domain == "news.example.com"
    assert not isinstance(resolved.dkim_after, Unknown)
    records = dkim_records(resolved.dkim_after[0])
    assert records == (
        DkimRecord(
            "selector1._domainkey.news.example.com",
            "cname",
            "selector1-news-example-com._domainkey.{label}.{token}-v1.dkim.mail.microsoft",
        ),
        DkimRecord(
            "selector2._domainkey.news.example.com",
            "cname",
            "selector2-news-example-com._domainkey.{label}.{token}-v1.dkim.mail.microsoft",
        ),
    )


@pytest.mark.parametrize("domain", [None, "", "localhost", "a b", "{from_domain}.example"])
def test_without_a_from_domain_such_facts_are_unknown(domain: str | None) -> None:
    resolved = resolve_for(load_profile("own-server"), domain)
    assert resolved.envelope_domain == Unknown("the From domain is not known")
    assert not isinstance(resolved.dkim_after, Unknown)
    assert dkim_records(resolved.dkim_after[0]) == Unknown("the From domain is not known")


def test_a_name_that_the_service_assigns_has_a_known_end() -> None:
    resolved = resolve_for(load_profile("sendgrid"), "example.com")
    assert resolved.envelope_domain_after == "{label}.example.com"
    assert is_template("{label}.example.com") and not is_template("example.com")
    assert known_suffix("{label}.example.com") == "example.com"
    assert known_suffix("example.com") == "example.com"
    assert isinstance(known_suffix("{label}.com"), Unknown)
    assert isinstance(known_suffix("a.{label}"), Unknown)


def test_selectors_that_are_assigned_later_give_no_records() -> None:
    signer = DkimSigner(domain="example.com")
    assert isinstance(dkim_records(signer), Unknown)


def test_after_set_up_the_facts_of_afterwards_hold() -> None:
    before = resolve_for(load_profile("brevo"), "example.com")
    after = in_effect(with_overrides(before, {"set_up": True}))
    assert before.replaces_from is True and after.replaces_from is False
    assert after.dkim == before.dkim_after
    assert in_effect(before) is before
    assert in_effect(with_overrides(before, {"set_up": False})).dkim == before.dkim
    mailgun = in_effect(resolve_for(load_profile("mailgun-eu"), "example.com"))
    assert mailgun.envelope_domain == "example.com"
    assert in_effect(with_overrides(load_profile("superoffice-eu"), {"set_up": True})).stand_ins == ()


def test_what_the_user_states_is_not_overruled_by_the_profile() -> None:
    mailgun = load_profile("mailgun-us")
    stated = with_overrides(mailgun, {"envelope_domain": "mg.example.com"})
    assert in_effect(resolve_for(stated, "example.com")).envelope_domain == "mg.example.com"
    both = with_overrides(
        mailgun, {"envelope_domain": "a.example.com", "envelope_domain_after": "b.example.com"}
    )
    assert in_effect(both).envelope_domain == "b.example.com"


def test_a_header_is_added_not_added_or_not_known() -> None:
    brevo = load_profile("brevo")
    assert adds_header(brevo, "list-unsubscribe") is True
    assert isinstance(adds_header(brevo, "List-Unsubscribe-Post"), Unknown)
    assert adds_header(with_overrides(brevo, {"adds_only": True}), "List-Unsubscribe-Post") is False
    assert isinstance(adds_header(unspecified(), "Date"), Unknown)


# --- Merge tags ------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", MERGE_SYNTAXES, ids=lambda syntax: syntax.id)
def test_every_syntax_finds_its_own_example(syntax: sending_module.MergeSyntax) -> None:
    text = f"Dear {syntax.example}, hello"
    (tag,) = merge_tags(text, [syntax.id])
    assert (tag.text, tag.syntax) == (syntax.example, syntax.id)
    assert text[tag.start : tag.end] == syntax.example


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("*|UNSUB|*", ["star-bar"]),
        ("{{{ pm:unsubscribe }}}", ["braces"]),
        ("{{ contact.FIRSTNAME|default:'there' }}", ["braces"]),
        ("%unsubscribe_url%", ["percent"]),
        ("%recipient.name%", ["percent-recipient"]),
        ("%%=v(@name)=%%", ["double-percent"]),
        ("[[makeSalutation(customer.id)]]", ["brackets"]),
        ("a -name- b", ["dashes"]),
        ("50% off, 20% more", []),
        ("https://x.example/caf%C3%A9%20noir%2Fa%3Db", []),
        ("well-known-name, 2026-11-24, e-mail", []),
        ("function() { return {} }", []),
        ("a {{unclosed", []),
    ],
)
def test_tags_are_told_from_ordinary_text(text: str, ids: list[str]) -> None:
    everything = [syntax.id for syntax in MERGE_SYNTAXES]
    assert [tag.syntax for tag in merge_tags(text, everything)] == ids


def test_tags_do_not_overlap_and_are_bounded() -> None:
    everything = [syntax.id for syntax in MERGE_SYNTAXES]
    tags = merge_tags("{{a}} %%b%% [[c]] " * 500, everything, limit=100)
    assert len(tags) == 100
    assert all(one.end <= two.start for one, two in itertools.pairwise(tags))


def test_an_unknown_syntax_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        merge_pattern("curly")


@pytest.mark.parametrize("syntax", MERGE_SYNTAXES, ids=lambda syntax: syntax.id)
def test_no_text_makes_a_pattern_slow(syntax: sending_module.MergeSyntax) -> None:
    opening = syntax.example[:2]
    for text in (opening * 100_000, opening + "a" * 200_000, "%a" * 100_000, "-a" * 100_000):
        started = time.perf_counter()
        merge_tags(text, [syntax.id])
        assert time.perf_counter() - started < 2


# --- Cost ------------------------------------------------------------------------------------------


def test_scoring_without_a_profile_reads_no_toml() -> None:
    code = (
        "import sys, scorer.sending as s; s.unspecified(); s.list_profiles(); s.observed('a.example');"
        "assert not {'tomllib', 'difflib', 'dns', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
