"""How a mailing will be sent: what the draft cannot say.

A `Sending` is a value. It comes from a shipped profile of a sending service, from a TOML file of the
user's own, from flags or a JSON object on top of either, or from what was observed in a message that has
already been sent. Each fact is a value or `Unknown(reason)`: a shipped profile only knows what the
service's own documentation says, with its address and the day it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from scorer.lazyre import lazy
from scorer.runs import holds
from scorer.said import say
from scorer.unknown import Unknown

try:
    from scorer.native import search as _native
except ImportError:  # nothing was compiled
    _native = None  # type: ignore[assignment]

PROFILES = Path(__file__).parent / "tables" / "profiles"
"""The folder of the shipped profiles, one TOML file each; the file's stem is the profile's id."""

MAX_PROFILE_BYTES = 1_000_000
MAX_ITEMS = 1_000
MAX_TEXT = 2_000
OWN_PROFILE = "your own profile"
STAND_IN = "customer"
"""What `{customer}` is filled with until the user names their own account (as the help pages write it)."""

Mode: TypeAlias = Literal["profile", "observed", "unspecified"]
Category: TypeAlias = Literal["marketing", "transactional"]
OptIn: TypeAlias = Literal["confirmed", "single", "imported", "purchased"]
Published: TypeAlias = Literal["txt", "cname"]

UNSPECIFIED = Unknown("no sending profile was given (--sending)")
NO_SOURCE = Unknown("the profile names no source for it")
NOT_SAID = Unknown("nothing was said about it")


class SendingError(ValueError):
    """A profile, flag or JSON object about the sending cannot be read: one line, with file and key."""

    def __init__(self, where: str, key: str, problem: str) -> None:
        self.where, self.key, self.problem = where, key, problem
        parts = [part for part in (_one_line(where), _one_line(key), _one_line(problem)) if part]
        super().__init__(": ".join(parts))


class FieldSource(msgspec.Struct, frozen=True):
    """Where one fact comes from: `url` (or who said so), the day it was `read`, and what it says there.

    `by_user` marks what the user states of their own sending, in a file, a flag or a JSON object.
    """

    field: str
    url: str
    read: date | None = None
    note: str = ""
    by_user: bool = False


class DkimSigner(msgspec.Struct, frozen=True):
    """One DKIM signature that the service adds (RFC 6376 §3.5), and how its key is published.

    `domain` is the d= tag, `selectors` the s= tags in use or to be published. `of_service` says whether
    d= belongs to the service: such a signature cannot align with the sender's From domain, even where the
    documentation does not name it. `target` is what each CNAME points to, and may hold placeholders.
    """

    domain: str | Unknown
    selectors: tuple[str, ...] | Unknown = NOT_SAID
    published: Published | Unknown = NOT_SAID
    target: str | Unknown = NOT_SAID
    of_service: bool | Unknown = NOT_SAID


class DkimRecord(msgspec.Struct, frozen=True):
    """A DNS record that publishes a DKIM key: owner `name`, `kind`, and for a CNAME its `target`."""

    name: str
    kind: Published | Unknown
    target: str | Unknown


class Audience(msgspec.Struct, frozen=True):
    """Who it goes to. Shares and rates lie between 0 and 1; each rate's `_n` is the number of messages
    it was measured on; ages are in days.

    `gmail_spam_rate` is the rate that Google's Postmaster Tools state, which comes without a number of messages
    and has a denominator of its own; `blocked_by` names the blocklists that rejections of
    earlier mail named; `most_per_day` is the largest number of messages on a day of late."""

    recipients: int | Unknown = NOT_SAID
    opt_in: OptIn | Unknown = NOT_SAID
    oldest_contact_days: int | Unknown = NOT_SAID
    inactive_share: float | Unknown = NOT_SAID
    complaint_rate: float | Unknown = NOT_SAID
    complaint_n: int | Unknown = NOT_SAID
    bounce_rate: float | Unknown = NOT_SAID
    bounce_n: int | Unknown = NOT_SAID
    unsubscribe_rate: float | Unknown = NOT_SAID
    unsubscribe_n: int | Unknown = NOT_SAID
    first_send: bool | Unknown = NOT_SAID
    gmail_spam_rate: float | Unknown = NOT_SAID
    blocked_by: tuple[str, ...] | Unknown = NOT_SAID
    most_per_day: int | Unknown = NOT_SAID


class Sending(msgspec.Struct, frozen=True):
    """How a mailing will be (or was) sent.

    Fields that end in `_after` hold once the sender has published the records that the service asks for;
    their namesakes hold before. `set_up` says which of the two is the case (see `in_effect`). Domains are
    lower-case, without a final dot, and may contain the placeholders of `PLACEHOLDERS`. `adds` names
    headers that the service is known to add; unless `adds_only`, it may add others (see `adds_header`).
    `stand_ins` names the fields that hold an example in place of the sender's own account name.
    """

    profile: str
    service: str
    mode: Mode
    set_up: bool | Unknown = NOT_SAID
    envelope_domain: str | Unknown = NOT_SAID
    envelope_domain_after: str | Unknown = NOT_SAID
    dkim: tuple[DkimSigner, ...] | Unknown = NOT_SAID
    dkim_after: tuple[DkimSigner, ...] | Unknown = NOT_SAID
    spf_include: str | Unknown = NOT_SAID
    ips: tuple[str, ...] | Unknown = NOT_SAID
    shared_ips: bool | Unknown = NOT_SAID
    replaces_from: bool | Unknown = NOT_SAID
    replaced_from_domain: str | Unknown = NOT_SAID
    adds: tuple[str, ...] | Unknown = NOT_SAID
    adds_only: bool | Unknown = NOT_SAID
    rewrites_links: bool | Unknown = NOT_SAID
    tracking_domain: str | Unknown = NOT_SAID
    tracking_domain_after: str | Unknown = NOT_SAID
    adds_pixel: bool | Unknown = NOT_SAID
    adds_footer: bool | Unknown = NOT_SAID
    footer_has_unsubscribe: bool | Unknown = NOT_SAID
    merge_syntax: tuple[str, ...] | Unknown = NOT_SAID
    category: Category | Unknown = NOT_SAID
    volume_per_day: int | Unknown = NOT_SAID
    audience: Audience = Audience()
    stand_ins: tuple[str, ...] = ()
    checked: date | None = None
    sources: tuple[FieldSource, ...] = ()

    def source_of(self, field: str) -> FieldSource | None:
        """Where the fact `field` comes from; None when the fact is unknown or nobody is named."""
        return next((source for source in self.sources if source.field == field), None)


class ProfileSummary(msgspec.Struct, frozen=True):
    """A shipped profile's id (what `--sending` takes) and the service's name."""

    id: str
    service: str


class MergeSyntax(msgspec.Struct, frozen=True):
    """A way to write a merge tag: an id, an example, who writes it so, and a linear-time pattern."""

    id: str
    example: str
    used_by: str
    pattern: str


class MergeTag(msgspec.Struct, frozen=True):
    """A merge tag found in a text: offsets in code points, the syntax's id and the tag as written."""

    start: int
    end: int
    syntax: str
    text: str


PLACEHOLDERS: Mapping[str, str] = {
    "from_domain": "the domain of the From address",
    "from_domain_dashed": "the same with '-' in place of each '.'",
    "customer": "the sender's own account name at the service",
    "label": "a label that the service assigns; it cannot be known beforehand",
    "token": "a token that the service assigns; it cannot be known beforehand",
    "region": "the data centre that the account uses",
    "selector": "the selector of the same signature",
    "bounce_label": "a label that the sender chooses",
}
"""What may stand in braces in a domain of a profile."""

MERGE_SYNTAXES: tuple[MergeSyntax, ...] = (
    MergeSyntax(
        "braces",
        "{{name}}",
        "Handlebars and its kin: SendGrid, Amazon SES, Postmark, Mailgun templates, Brevo",
        r"\{\{\{?[^{}\r\n]{1,200}\}\}\}?",
    ),
    MergeSyntax(
        "brace-blocks",
        "{% if contact.FIRSTNAME %}",
        "Jinja, Liquid and Django: Brevo and others",
        r"\{%[^{}%\r\n]{1,200}%\}",
    ),
    MergeSyntax(
        "percent-recipient",
        "%recipient.name%",
        "Mailgun",
        r"%(?<!%%)(?:recipient|mailing_list|tag)(?:[._][A-Za-z0-9_.-]{1,100})?%(?!%)",
    ),
    MergeSyntax(
        "percent",
        "%FIRSTNAME%",
        "Mailgun's own variables such as %unsubscribe_url%, and other services",
        # Two hex digits and no word after them are a percent-encoded byte in a URL, not a tag.
        r"%(?<!%%)(?![0-9A-Fa-f]{2}(?![A-Za-z_]{2}))[A-Za-z_][A-Za-z0-9_.]{2,99}%(?!%)",
    ),
    MergeSyntax("star-bar", "*|FNAME|*", "Mailchimp, Mandrill", r"\*\|[A-Za-z0-9_:.,=\" -]{1,100}\|\*"),
    MergeSyntax(
        "brackets",
        "[[customer.firstname]]",
        "SuperOffice; Mailjet writes [[data:firstname]]",
        r"\[\[[^\[\]\r\n]{1,200}\]\]",
    ),
    MergeSyntax(
        "dashes",
        "-name-",
        "SendGrid's older substitution tags",
        r"-(?<![\w-]-)[A-Za-z][A-Za-z0-9_]{1,63}-(?![\w-])",
    ),
    MergeSyntax("double-percent", "%%name%%", "Salesforce Marketing Cloud", r"%%[A-Za-z_=][^%\r\n]{0,100}%%"),
    MergeSyntax("dollar-braces", "${name}", "Freemarker and kin", r"\$\{[^{}\r\n]{1,100}\}"),
)
"""The known ways to write a merge tag. Every pattern begins with its fixed opening (what may not stand before
it is asked after it, so that the search leaps from one opening to the next) and has a bounded length."""

MERGE_OPENINGS: Mapping[str, str] = {
    syntax.id: "".join(takewhile(lambda c: not c.isalnum() and c != " ", syntax.example))
    for syntax in MERGE_SYNTAXES
}
"""What a tag of each syntax begins with: where it is absent there is no tag."""

_OPENING_BITS = {
    syntax: 1 << bit
    for bit, syntax in enumerate(
        (
            *("braces", "brace-blocks", "percent-recipient", "star-bar", "brackets", "double-percent"),
            "dollar-braces",
        )
    )
}
"""As `scorer.native.search.tag_openings` numbers the openings that it looks for."""
_OTHERS = 1 << len(_OPENING_BITS)
"""Of the syntaxes whose openings are too frequent to be told by."""
_MERGE_IDS = frozenset(syntax.id for syntax in MERGE_SYNTAXES)


@lru_cache(maxsize=len(MERGE_SYNTAXES))
def merge_pattern(syntax: str) -> re.Pattern[str]:
    """The compiled pattern of a merge syntax's id; `KeyError` for an id that is not in `MERGE_SYNTAXES`."""
    for known in MERGE_SYNTAXES:
        if known.id == syntax:
            return re.compile(known.pattern)
    raise KeyError(syntax)


def merge_tags(text: str, syntaxes: Iterable[str], limit: int = 1_000) -> tuple[MergeTag, ...]:
    """The merge tags of `syntaxes` (ids) in `text`, in order, none inside another, at most `limit`."""
    found: list[MergeTag] = []
    standing = -1 if _native is None else _native.tag_openings(text) | _OTHERS
    for syntax in dict.fromkeys(syntaxes):
        opening = MERGE_OPENINGS[syntax]
        # One character is looked for much faster than two.
        if (
            not standing & _OPENING_BITS.get(syntax, _OTHERS)
            or opening[-1] not in text
            or not holds(text, opening)
        ):
            continue
        for count, match in enumerate(merge_pattern(syntax).finditer(text)):
            if count >= limit:
                break
            found.append(MergeTag(match.start(), match.end(), syntax, match.group()))
    found.sort(key=lambda tag: (tag.start, -tag.end))
    kept: list[MergeTag] = []
    for tag in found:
        if not kept or tag.start >= kept[-1].end:
            kept.append(tag)
    return tuple(kept[:limit])


# --- Where a Sending comes from ----------------------------------------------------------------------


def unspecified() -> Sending:
    """Nothing is known of the sending, and every fact says so."""
    return _all_unknown("unspecified", "not specified", "unspecified", UNSPECIFIED)


def observed(
    return_path_domain: str | None = None,
    dkim_signatures: Iterable[tuple[str, str]] = (),
    received_ip: str | None = None,
    headers_present: bool = True,
) -> Sending:
    """The sending of a message that has already been sent, as far as its own headers tell.

    `dkim_signatures` holds (d=, s=) of each DKIM-Signature; `received_ip` is the address from which the
    receiving side's outermost trusted Received field took it. What a service still would do to a draft
    (headers, footer, links, merge tags) is known to be over. Values that make no domain or address count
    as not observed. With `headers_present=False` absent signatures say nothing.
    """
    reason = Unknown("the message's own headers do not tell")
    envelope = _lenient_domain(return_path_domain)
    signers = tuple(
        DkimSigner(
            domain=name,
            selectors=(selector.strip().lower(),),
            published=reason,
            target=reason,
            of_service=reason,
        )
        for domain, selector in dkim_signatures
        if (name := _lenient_domain(domain)) is not None
    )
    address = _lenient_ip(received_ip)
    base = _all_unknown("observed", "as observed in the message", "observed", reason)
    return msgspec.structs.replace(
        base,
        envelope_domain=envelope
        if envelope is not None
        else Unknown("the message has no usable Return-Path"),
        dkim=signers if signers or headers_present else reason,
        ips=(address,) if address is not None else Unknown("no usable address in the Received fields"),
        adds=(),
        adds_only=True,
        rewrites_links=False,
        adds_pixel=False,
        adds_footer=False,
        merge_syntax=(),
        sources=tuple(
            FieldSource(field, header)
            for field, header, present in (
                ("envelope_domain", "the message's Return-Path", envelope is not None),
                ("dkim", "the message's DKIM-Signature fields", bool(signers) or headers_present),
                ("ips", "the message's Received fields", address is not None),
                ("adds", "the message was already sent", True),
                ("adds_only", "the message was already sent", True),
                ("rewrites_links", "the message was already sent", True),
                ("adds_pixel", "the message was already sent", True),
                ("adds_footer", "the message was already sent", True),
                ("merge_syntax", "the message was already sent", True),
            )
            if present
        ),
    )


def load_profile(name_or_path: str | Path) -> Sending:
    """A shipped profile by its id, or the user's own TOML file by its path.

    Raises `SendingError` (one line) when there is neither, or the file says something that it cannot.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, str) and text in _shipped_ids():
        return load_shipped(text)
    path = Path(text)
    if path.suffix == ".toml" or len(path.parts) > 1 or _is_file(path):
        return _from_file(path, own=True)
    raise _no_such_profile(text)


def load_shipped(name: str) -> Sending:
    """A shipped profile by its id, never a file of that name: for callers that are not the user's own."""
    if name not in _shipped_ids():
        raise _no_such_profile(name)
    return _from_file(PROFILES / f"{name}.toml", own=False)


def list_profiles() -> tuple[ProfileSummary, ...]:
    """The shipped profiles in order of their ids, read from the head of each file only."""
    return tuple(ProfileSummary(name, _service_name(name)) for name in _shipped_ids())


def from_mapping(mapping: Mapping[str, object], where: str = "sending") -> Sending:
    """A Sending from a JSON object: the key `profile` names a shipped profile, the others override it."""
    rest = dict(mapping)
    name = rest.pop("profile", None)
    if name is None:
        return with_overrides(unspecified(), rest, where=where)
    if not isinstance(name, str):
        raise SendingError(where, "profile", "must be the id of a shipped profile")
    return with_overrides(load_shipped(name), rest, where=where)


def with_overrides(
    sending: Sending,
    mapping: Mapping[str, object],
    where: str = "override",
    source: str = "given by the caller",
) -> Sending:
    """`sending` with the facts of `mapping` (flags, a JSON object) in place of its own.

    A value of None leaves the fact as it is. `customer` fills in the sender's account name at the service;
    `volume` is short for `volume_per_day`; `audience` is itself a mapping, merged into what is known.
    Raises `SendingError` for a key that does not exist or a value that does not fit.
    """
    changes: dict[str, Any] = {}
    named: list[FieldSource] = []
    for given, value in mapping.items():
        key = {"volume": "volume_per_day"}.get(given, given)
        if value is None:
            continue
        if key == "customer":
            changes.update(_named_customer(sending, value, where))
        elif key == "audience":
            audience = _audience(value, sending.audience, where)
            changes["audience"] = audience
            named.append(FieldSource("audience", source, by_user=True))
        elif key in _FIELDS:
            changes[key] = _value(key, value, where)
            named.append(FieldSource(key, source, by_user=True))
        else:
            raise SendingError(where, given, _unknown_key(given, (*_FIELDS, "audience", "customer")))
    if not changes:
        return sending
    if sending.mode == "unspecified" and _ROUTE & changes.keys():
        # Whoever says how it travels has specified the sending.
        changes |= {"mode": "profile", "profile": "own", "service": "the given sending service"}
    stand_ins = changes.get("stand_ins", tuple(field for field in sending.stand_ins if field not in changes))
    replaced = {source.field for source in named}
    sources = tuple(s for s in sending.sources if s.field not in replaced) + tuple(named)
    return msgspec.structs.replace(sending, **{**changes, "stand_ins": stand_ins, "sources": sources})


_WITH_FROM_DOMAIN = (
    "envelope_domain",
    "envelope_domain_after",
    "tracking_domain",
    "tracking_domain_after",
    "replaced_from_domain",
)


def resolve_for(sending: Sending, from_domain: str | None) -> Sending:
    """`sending` with `{from_domain}` filled in. Without a From domain, such facts become unknown.

    Placeholders that only the service knows (`{token}`, `{label}`, `{region}`) stay: `known_suffix` gives
    the part of such a name that is certain.
    """
    if not _names_from_domain(sending):
        return sending
    domain = _lenient_domain(from_domain)
    missing = Unknown("the From domain is not known")

    def text(value: str | Unknown) -> str | Unknown:
        if isinstance(value, Unknown) or "{from_domain" not in value:
            return value
        if domain is None:
            return missing
        return value.replace("{from_domain}", domain).replace(
            "{from_domain_dashed}", domain.replace(".", "-")
        )

    def signers(value: tuple[DkimSigner, ...] | Unknown) -> tuple[DkimSigner, ...] | Unknown:
        if isinstance(value, Unknown):
            return value
        return tuple(msgspec.structs.replace(s, domain=text(s.domain), target=text(s.target)) for s in value)

    return msgspec.structs.replace(
        sending,
        **{field: text(getattr(sending, field)) for field in _WITH_FROM_DOMAIN},
        dkim=signers(sending.dkim),
        dkim_after=signers(sending.dkim_after),
    )


def _names_from_domain(sending: Sending) -> bool:
    """Whether a fact that `resolve_for` fills in names the From domain."""
    texts = [getattr(sending, field) for field in _WITH_FROM_DOMAIN]
    for signers in (sending.dkim, sending.dkim_after):
        if not isinstance(signers, Unknown):
            texts += [text for signer in signers for text in (signer.domain, signer.target)]
    return any(isinstance(text, str) and "{from_domain" in text for text in texts)


def in_effect(sending: Sending) -> Sending:
    """`sending` with the facts after set-up in place of those before it, where `set_up` is known to be so.

    What the user states of the envelope, the signatures or the tracking domain stays: it is how things
    are, and a profile's word about afterwards does not overrule it.
    """
    if isinstance(sending.set_up, Unknown) or not sending.set_up:
        return sending
    stated = {source.field for source in sending.sources if source.by_user}
    changes = {
        field: getattr(sending, f"{field}_after")
        for field in ("envelope_domain", "dkim", "tracking_domain")
        if field not in stated or f"{field}_after" in stated
    }
    if not isinstance(sending.replaces_from, Unknown) and "replaces_from" not in stated:
        changes["replaces_from"] = False
    stand_ins = tuple(field for field in sending.stand_ins if field not in changes)
    return msgspec.structs.replace(sending, **changes, stand_ins=stand_ins)


# --- What a caller does with it ----------------------------------------------------------------------


def is_template(name: str) -> bool:
    """Whether a placeholder is left in a domain name."""
    return "{" in name


def adds_header(sending: Sending, name: str) -> bool | Unknown:
    """Whether the service adds the header `name` (in any case) to what it is given."""
    if isinstance(sending.adds, Unknown):
        return sending.adds
    if name.lower() in {header.lower() for header in sending.adds}:
        return True
    if not isinstance(sending.adds_only, Unknown) and sending.adds_only:
        return False
    return Unknown(
        say("{service}: nothing says whether it adds {header}", service=say(sending.service), header=name)
    )


def known_suffix(name: str) -> str | Unknown:
    """The labels of a domain name after its last placeholder: "{label}.example.com" gives "example.com"."""
    labels = name.split(".")
    while labels and any("{" in label or "}" in label for label in labels):
        labels.pop(0)
    return ".".join(labels) if len(labels) > 1 else Unknown("the service assigns the name")


def dkim_records(signer: DkimSigner) -> tuple[DkimRecord, ...] | Unknown:
    """The DNS records that publish a signer's keys, one for each selector (RFC 6376 §3.6.2.1)."""
    if isinstance(signer.domain, Unknown):
        return signer.domain
    if isinstance(signer.selectors, Unknown):
        return signer.selectors
    return tuple(
        DkimRecord(
            name=f"{selector}._domainkey.{signer.domain}",
            kind=signer.published,
            target=signer.target
            if isinstance(signer.target, Unknown)
            else signer.target.replace("{selector}", selector),
        )
        for selector in signer.selectors
    )


# --- Reading -----------------------------------------------------------------------------------------

_DOMAINS = frozenset(
    {
        "envelope_domain",
        "envelope_domain_after",
        "spf_include",
        "tracking_domain",
        "tracking_domain_after",
        "replaced_from_domain",
    }
)
_BOOLS = frozenset(
    {
        "set_up",
        "shared_ips",
        "replaces_from",
        "rewrites_links",
        "adds_only",
        "adds_pixel",
        "adds_footer",
        "footer_has_unsubscribe",
    }
)
_FIELDS = (
    *sorted(_DOMAINS),
    *sorted(_BOOLS),
    "dkim",
    "dkim_after",
    "ips",
    "adds",
    "merge_syntax",
    "category",
    "volume_per_day",
)
"""The facts that a profile, a flag or a JSON object may state."""

_ROUTE = frozenset({"envelope_domain", "envelope_domain_after", "dkim", "dkim_after", "ips", "spf_include"})
"""The facts that say how a mailing travels."""

_HEAD = ("id", "service", "checked", "based_on", "customer", "audience")
_FACT_KEYS = frozenset({"value", "source", "read", "note", "unknown"})
_SIGNER_KEYS = frozenset({"domain", "selectors", "selector", "published", "target", "of_service"})
_CATEGORIES = ("marketing", "transactional")
_OPT_INS = ("confirmed", "single", "imported", "purchased")
_RATES = frozenset({"inactive_share", "complaint_rate", "bounce_rate", "unsubscribe_rate", "gmail_spam_rate"})


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _from_file(path: Path, own: bool) -> Sending:
    import tomllib

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_PROFILE_BYTES + 1)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or "cannot be read"
        raise SendingError(str(path), "", problem) from None
    if len(raw) > MAX_PROFILE_BYTES:
        raise SendingError(str(path), "", f"is larger than {MAX_PROFILE_BYTES} bytes")
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SendingError(str(path), "", f"is not a TOML file ({error})") from None
    return _from_data(data, path.stem, str(path), own)


def _from_data(data: Mapping[str, Any], stem: str, where: str, own: bool) -> Sending:
    for key in data:
        if key not in _FIELDS and key not in _HEAD:
            raise SendingError(where, key, _unknown_key(key, (*_FIELDS, *_HEAD)))
    profile = _head_text(data, "id", stem, where)
    checked = _date(data["checked"], where, "checked") if "checked" in data else None
    base = _base(data, profile, where, own)
    changes: dict[str, Any] = {
        "profile": profile,
        "service": _head_text(data, "service", base.service if own else profile, where),
        "mode": "profile",
        "checked": checked or base.checked,
    }
    sources: list[FieldSource] = []
    for key in _FIELDS:
        if key in data:
            changes[key], source = _fact(key, data[key], where, own, checked)
            if source is not None:
                sources.append(source)
    if "audience" in data:
        changes["audience"] = _audience(data["audience"], base.audience, where)
        if own:
            sources.append(FieldSource("audience", OWN_PROFILE, checked, by_user=True))
    kept = tuple(source for source in base.sources if source.field not in data)
    changes["sources"] = kept + tuple(sources)
    changes["stand_ins"] = tuple(field for field in base.stand_ins if field not in data)
    return _fill_customer(msgspec.structs.replace(base, **changes), data.get("customer"), where, own)


def _base(data: Mapping[str, Any], profile: str, where: str, own: bool) -> Sending:
    name = data.get("based_on")
    if name is None or not own:
        reason = Unknown("the sending profile does not say")
        return _all_unknown(profile, profile, "profile", reason)
    if not isinstance(name, str) or name not in _shipped_ids():
        raise SendingError(where, "based_on", _no_such_profile(str(name)).problem)
    return load_shipped(name)


def _fact(
    key: str, raw: object, where: str, own: bool, checked: date | None
) -> tuple[object, FieldSource | None]:
    if not isinstance(raw, Mapping):
        value = _value(key, raw, where)
        if not own:
            return NO_SOURCE, None
        return value, FieldSource(key, OWN_PROFILE, checked, by_user=True)
    for part in raw:
        if part not in _FACT_KEYS:
            raise SendingError(where, f"{key}.{part}", _unknown_key(part, sorted(_FACT_KEYS)))
    if "unknown" in raw:
        if "value" in raw:
            raise SendingError(where, key, "has both a value and a reason why it is unknown")
        return Unknown(_text(raw["unknown"], where, f"{key}.unknown")), None
    if "value" not in raw:
        raise SendingError(where, key, "has no value")
    value = _value(key, raw["value"], where)
    if "source" not in raw or "read" not in raw:
        return NO_SOURCE, None
    return value, FieldSource(
        field=key,
        url=_text(raw["source"], where, f"{key}.source"),
        read=_date(raw["read"], where, f"{key}.read"),
        note=_text(raw["note"], where, f"{key}.note") if "note" in raw else "",
        by_user=own,
    )


def _value(key: str, raw: object, where: str) -> object:
    """`raw` as the value of the fact `key`, or `SendingError`."""
    if key in _DOMAINS:
        return _domain(raw, where, key)
    if key in _BOOLS:
        if not isinstance(raw, bool):
            raise SendingError(where, key, "must be true or false")
        return raw
    if key in {"dkim", "dkim_after"}:
        return tuple(_signer(item, where, key) for item in _list(raw, where, key))
    if key == "ips":
        return tuple(_ip(item, where, key) for item in _list(raw, where, key))
    if key == "adds":
        return tuple(_header(item, where, key) for item in _list(raw, where, key))
    if key == "merge_syntax":
        return tuple(_choice(item, sorted(_MERGE_IDS), where, key) for item in _list(raw, where, key))
    if key == "category":
        return _choice(raw, _CATEGORIES, where, key)
    return _count(raw, where, key)


def _signer(raw: object, where: str, key: str) -> DkimSigner:
    if isinstance(raw, str):
        selector, colon, name = raw.rpartition(":")
        raw = {"domain": name, "selectors": [selector]} if colon else {"domain": name}
    if not isinstance(raw, Mapping):
        raise SendingError(where, key, 'must list "selector:domain", or tables with a domain')
    for part in raw:
        if part not in _SIGNER_KEYS:
            raise SendingError(where, f"{key}.{part}", _unknown_key(part, sorted(_SIGNER_KEYS)))
    domain: str | Unknown = Unknown("the service's documentation does not name the domain")
    if "domain" in raw:
        domain = _domain(raw["domain"], where, f"{key}.domain")
    selectors: tuple[str, ...] | Unknown = Unknown("the selector is not known beforehand")
    listed = raw.get("selectors", [raw["selector"]] if "selector" in raw else None)
    if listed is not None:
        selectors = tuple(
            _domain(item, where, f"{key}.selectors", labels=1)
            for item in _list(listed, where, f"{key}.selectors")
        )
    published: Published | Unknown = NOT_SAID
    if "published" in raw:
        chosen = _choice(raw["published"], ("txt", "cname"), where, f"{key}.published")
        published = "txt" if chosen == "txt" else "cname"
    target: str | Unknown = NOT_SAID
    if "target" in raw:
        target = _domain(raw["target"], where, f"{key}.target")
    of_service: bool | Unknown = NOT_SAID
    if "of_service" in raw:
        if not isinstance(raw["of_service"], bool):
            raise SendingError(where, f"{key}.of_service", "must be true or false")
        of_service = raw["of_service"]
    elif isinstance(domain, str) and "{from_domain}" in domain:
        of_service = False
    return DkimSigner(domain, selectors, published, target, of_service)


def _audience(raw: object, known: Audience, where: str) -> Audience:
    if not isinstance(raw, Mapping):
        raise SendingError(where, "audience", "must be a table")
    changes: dict[str, Any] = {}
    for field, value in raw.items():
        key = f"audience.{field}"
        if field not in Audience.__struct_fields__:
            raise SendingError(where, key, _unknown_key(field, Audience.__struct_fields__))
        if value is None:
            continue
        if field in _RATES:
            changes[field] = _share(value, where, key)
        elif field == "opt_in":
            changes[field] = _choice(value, _OPT_INS, where, key)
        elif field == "first_send":
            if not isinstance(value, bool):
                raise SendingError(where, key, "must be true or false")
            changes[field] = value
        elif field == "blocked_by":
            changes[field] = _names(value, where, key)
        else:
            changes[field] = _count(value, where, key)
    return msgspec.structs.replace(known, **changes)


def _names(value: object, where: str, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
        raise SendingError(where, key, "must be a list of names")
    if not all(isinstance(item, str) and 0 < len(item) <= MAX_TEXT for item in value):
        raise SendingError(where, key, "must be a list of names")
    return tuple(value)


def _fill_customer(sending: Sending, raw: object, where: str, own: bool) -> Sending:
    """Fill `{customer}` with the user's account name, or with the stand-in where it is not known."""
    fields = [
        field
        for field in sorted(_DOMAINS)
        if isinstance(value := getattr(sending, field), str) and value.startswith("{customer}.")
    ]
    filled = {field: getattr(sending, field).replace("{customer}", STAND_IN) for field in fields}
    example = msgspec.structs.replace(sending, **filled, stand_ins=(*sending.stand_ins, *fields))
    if raw is None or not own:
        return example
    return msgspec.structs.replace(example, **_named_customer(example, raw, where))


def _named_customer(sending: Sending, raw: object, where: str) -> dict[str, Any]:
    name = _domain(raw, where, "customer", labels=1)
    if not sending.stand_ins:
        raise SendingError(where, "customer", f"the profile {sending.profile} has no account name to fill in")
    filled = {field: f"{name}{getattr(sending, field)[len(STAND_IN) :]}" for field in sending.stand_ins}
    return {**filled, "stand_ins": ()}


@lru_cache(maxsize=16)
def _all_unknown(profile: str, service: str, mode: Mode, reason: Unknown) -> Sending:
    facts: dict[str, Any] = dict.fromkeys(_FIELDS, reason)
    audience: dict[str, Any] = dict.fromkeys(Audience.__struct_fields__, reason)
    return Sending(profile=profile, service=service, mode=mode, **facts, audience=Audience(**audience))


def _shipped_ids() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PROFILES.glob("*.toml")))


def _service_name(name: str) -> str:
    with (PROFILES / f"{name}.toml").open(encoding="utf-8") as file:
        for _, line in zip(range(30), file, strict=False):
            if line.startswith("service = "):
                return line.partition("=")[2].strip().strip('"')
    return name


def _no_such_profile(name: str) -> SendingError:
    return SendingError("--sending", name, f"no such profile or file{_did_you_mean(name, _shipped_ids())}")


def _unknown_key(key: str, known: Iterable[str]) -> str:
    return f"is not a key of a sending profile{_did_you_mean(key, known)}"


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    import difflib

    candidates = list(known)
    close = difflib.get_close_matches(word[:100].lower(), candidates, n=1, cutoff=0.5)
    if not close:
        close = [name for name in candidates if word and name.startswith(word[:100].lower())]
    return f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(candidates)}"


def _one_line(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= 400 else shown[:399] + "…"


# --- Checked values ----------------------------------------------------------------------------------

_LABEL = lazy(r"(?:[^\W_]|[_-]|\{[a-z_]+\}){1,80}")
_PLACEHOLDER = lazy(r"\{([^{}]*)\}")


def _text(raw: object, where: str, key: str) -> str:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > MAX_TEXT:
        raise SendingError(where, key, "must be a text that is not empty")
    return raw.strip()


def _head_text(data: Mapping[str, Any], key: str, default: str, where: str) -> str:
    return _text(data[key], where, key) if key in data else default


def _list(raw: object, where: str, key: str) -> list[object]:
    if not isinstance(raw, (list, tuple)):
        raise SendingError(where, key, "must be a list")
    if len(raw) > MAX_ITEMS:
        raise SendingError(where, key, f"has more than {MAX_ITEMS} entries")
    return list(raw)


def _domain(raw: object, where: str, key: str, labels: int = 2) -> str:
    """A lower-case domain name of at least two labels (or, with `labels=1`, one or more)."""
    name = _text(raw, where, key).lower().removesuffix(".")
    parts = name.split(".")
    single = name in {"{from_domain}"}
    if len(name) > 253 or not all(_LABEL.fullmatch(part) for part in parts):
        raise SendingError(where, key, f"{name[:80]!r} is not a domain name")
    for placeholder in _PLACEHOLDER.findall(name):
        if placeholder not in PLACEHOLDERS:
            raise SendingError(
                where, key, f"{{{placeholder}}} is not one of {', '.join(sorted(PLACEHOLDERS))}"
            )
    if len(parts) < labels and not single:
        raise SendingError(where, key, f"{name[:80]!r} is not a full domain name")
    return name


def _ip(raw: object, where: str, key: str) -> str:
    import ipaddress

    try:
        return str(ipaddress.ip_address(_text(raw, where, key)))
    except ValueError as error:
        if isinstance(error, SendingError):
            raise
        raise SendingError(where, key, f"{str(raw)[:80]!r} is not an IP address") from None


def _header(raw: object, where: str, key: str) -> str:
    name = _text(raw, where, key)
    if not all("!" <= char <= "~" and char != ":" for char in name):
        raise SendingError(where, key, f"{name[:80]!r} is not a header's name")
    return name


def _choice(raw: object, choices: Iterable[str], where: str, key: str) -> str:
    allowed = list(choices)
    if not isinstance(raw, str) or raw not in allowed:
        raise SendingError(where, key, f"must be one of {', '.join(allowed)}")
    return raw


def _count(raw: object, where: str, key: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise SendingError(where, key, "must be a whole number, not negative")
    return raw


def _share(raw: object, where: str, key: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not 0 <= raw <= 1:
        raise SendingError(where, key, "must be between 0 and 1 (0.003 is 0.3 %)")
    return float(raw)


def _date(raw: object, where: str, key: str) -> date:
    if type(raw) is not date:
        raise SendingError(where, key, "must be a date such as 2026-11-24, without quotes")
    return raw


def _lenient_domain(raw: str | None) -> str | None:
    if raw is None:
        return None
    try:
        name = _domain(raw, "", "")
    except SendingError:
        return None
    return None if is_template(name) else name


def _lenient_ip(raw: str | None) -> str | None:
    if raw is None:
        return None
    try:
        return _ip(raw.strip().strip("[]"), "", "")
    except SendingError:
        return None
