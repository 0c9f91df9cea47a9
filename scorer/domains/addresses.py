"""Mail addresses: who a header names, and whether an address is well formed."""

from __future__ import annotations

import re

import msgspec

from scorer.domains.names import is_ip_literal, normalize_domain
from scorer.lazyre import lazy

# Headers of many megabytes exist only in attacks.
_MAX_HEADER = 200_000
MAX_MAILBOXES = 1000

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LDH = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Local part of at most 64 octets and address of at most 254 (RFC 5321 §4.5.3.1.1, RFC 3696 erratum 1690).
_PLAIN = lazy(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LDH}\.)+[A-Za-z]{{2,63}}")
# Stands for a space inside quotes while the rest is taken apart at white space.
_KEPT_SPACE = "\ue000"
# What nearly all fields look like: "Name <address>" or an address alone, with nothing that needs a closer look.
_MAX_ORDINARY = 300
_SPEC = r'[^<>(),;:@"\\\s\ue000]'
_ORDINARY = lazy(
    rf'\s*(?:(?:"([^"\\<>]*)"|([^"\\<>(),;:@]*))\s*<({_SPEC}+@{_SPEC}+)>|({_SPEC}+@{_SPEC}+))\s*'
)
_ESCAPED = lazy(r"\\(.)", re.DOTALL)


class Mailbox(msgspec.Struct, frozen=True):
    """One mailbox of an address header (RFC 5322 §3.4).

    `address` is as written, without comments and white space around it, "" for a name without any address;
    `domain` is in lower-case ASCII form, or as written in lower case where it is no domain name, such as
    [192.0.2.1]."""

    display_name: str
    address: str
    local_part: str
    domain: str


class _Draft:
    """What has been read of the mailbox at hand."""

    def __init__(self) -> None:
        self.phrase: list[str] = []
        # The same text with its quotes left in, for an address outside angle brackets.
        self.raw: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None
        self.unquoted_at = False

    def add(self, text: str) -> None:
        self.phrase.append(text)
        self.raw.append(text)

    def set_angle(self, text: str) -> None:
        if self.angle is not None:
            # A decoded name may hold "<…>" itself: the last one is the address.
            self.phrase.append(f" <{self.angle}> ")
        self.angle = text

    @property
    def name(self) -> str:
        return " ".join("".join(self.phrase).split())


def parse_mailbox_list(header_value: str | None) -> tuple[Mailbox, ...]:
    """The mailboxes of a From, Sender, Reply-To, To or Cc header whose RFC 2047 words are decoded already.

    Groups are taken apart, comments left out (or used as the name, as in "a@example.com (Ann)"). Malformed
    input never raises: a comma in a name that lost its quotes ("Doe, Ann <a@example.com>") does not split it,
    unfinished quotes, comments and angle brackets are read as far as they make sense. At most
    `MAX_MAILBOXES`."""
    if not header_value:
        return ()
    if len(header_value) <= _MAX_ORDINARY and (match := _ORDINARY.fullmatch(header_value)) is not None:
        quoted, name, in_brackets, bare = match.groups()
        return (_of_address(" ".join((quoted or name or "").split()), in_brackets or bare),)
    text = header_value[:_MAX_HEADER]
    found: list[Mailbox] = []
    draft = _Draft()
    waiting = ""
    at, end = 0, len(text)
    last_semicolon = text.rfind(";")
    # Once a quote or comment turns out to be unfinished, so are all after it: looking again would take
    # quadratic time.
    quotes_close = comments_close = True
    while at <= end and len(found) < MAX_MAILBOXES:
        character = text[at] if at < end else ","
        if character == '"':
            closing = _closing_quote(text, at) if quotes_close else 0
            quotes_close = closing > 0
            if closing:
                draft.phrase.append(_ESCAPED.sub(r"\1", text[at + 1 : closing]))
                draft.raw.append(text[at : closing + 1].replace(" ", _KEPT_SPACE))
                at = closing
        elif character == "(" and comments_close and (closing := _closing_comment(text, at)):
            draft.comment.append(text[at + 1 : closing])
            draft.add(" ")
            at = closing
        elif character == "<":
            closing = _closing_angle(text, at)
            draft.set_angle(text[at + 1 : closing].strip())
            at = closing if text[closing : closing + 1] == ">" else closing - 1
        elif character == ":" and draft.angle is None and not draft.unquoted_at and at < last_semicolon:
            # A group's name (RFC 5322 §3.4); without a ';' to end it, a colon in a name.
            draft, waiting = _Draft(), ""
        elif character in ",;":
            mailbox = _mailbox(draft, waiting)
            if mailbox is not None:
                waiting = "" if mailbox.address else mailbox.display_name
                if mailbox.address:
                    found.append(mailbox)
            if waiting and (character == ";" or at == end):
                found.append(Mailbox(waiting, "", "", ""))
                waiting = ""
            draft = _Draft()
        else:
            comments_close = comments_close and character != "("
            draft.unquoted_at = draft.unquoted_at or character == "@"
            draft.add(character)
        at += 1
    return tuple(found)


def _closing_quote(text: str, at: int) -> int:
    """Where the quoted string that starts at `at` ends, 0 if nowhere."""
    position = at + 1
    while (position := text.find('"', position)) >= 0:
        before = position - 1
        while text[before] == "\\":
            before -= 1
        if (position - before) % 2:
            return position
        position += 1
    return 0


def _closing_comment(text: str, at: int) -> int:
    """Where the (possibly nested) comment that starts at `at` ends, 0 if nowhere."""
    depth, position, end = 0, at, min(len(text), at + 1000)
    while position < end:
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return 0


def _closing_angle(text: str, at: int) -> int:
    """Where the angle bracket at `at` closes; without a '>', at the next comma, semicolon or the end."""
    closing = text.find(">", at, at + 2000)
    if closing >= 0:
        return closing
    stops = [stop for stop in (text.find(",", at, at + 2000), text.find(";", at, at + 2000)) if stop >= 0]
    return min(stops, default=min(len(text), at + 2000))


def _mailbox(draft: _Draft, waiting: str) -> Mailbox | None:
    name, address = draft.name, draft.angle
    if address is None:
        if draft.unquoted_at:
            words = [word.replace(_KEPT_SPACE, " ") for word in "".join(draft.raw).split()]
            spot = max(index for index, word in enumerate(words) if "@" in word)
            # White space around the '@' or dots is allowed by the obsolete syntax (RFC 5322 §4.4).
            first = spot
            if words[spot].startswith("@") and spot:
                first -= 1
            last = spot + 1
            if words[spot].endswith("@") and last < len(words):
                last += 1
            address = "".join(words[first:last])
            name = " ".join(word.strip('"') for word in words[:first] + words[last:])
        else:
            address = ""
    if address.startswith("@") and ":" in address:
        # A source route (RFC 5322 §4.4) names hosts that no one asks any more.
        address = address.rpartition(":")[2]
    if not name and not address:
        return None
    if not name and draft.comment:
        name = " ".join(" ".join(draft.comment).split())
    elif waiting and address:
        name = f"{waiting}, {name}" if name else waiting
    return _of_address(name, address)


def _of_address(name: str, address: str) -> Mailbox:
    local, _, domain = address.rpartition("@")
    return Mailbox(name, address, local, normalize_domain(domain) or domain.strip().lower())


def is_plain_address(address: str) -> bool:
    """Whether `address` is well formed by its looks alone: ASCII, dots and a top-level domain of letters."""
    return _PLAIN.fullmatch(address) is not None


def address_syntax_error(address: str) -> str | None:
    """What is wrong with the form of an address by RFC 5321 and RFC 6531, as an English sentence; None if
    nothing is.

    Quoted local parts and address literals are well formed; a domain without any dot is not, because mailings
    go to the public Internet. Whether the domain exists is not asked."""
    if is_plain_address(address):
        return None
    if len(address) > 1000:
        return "The email address is too long."
    if len(address.rpartition("@")[0].encode(errors="replace")) > 64:
        return "The part before the @-sign is longer than 64 octets."
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(
            address,
            check_deliverability=False,
            allow_quoted_local=True,
            allow_domain_literal=True,
            globally_deliverable=False,
        )
    except EmailNotValidError as error:
        return str(error)
    except (UnicodeError, ValueError):
        return "The email address cannot be read."
    domain = str(checked.ascii_domain or checked.domain)
    if "." not in domain and not is_ip_literal(domain):
        return "The part after the @-sign has no dot, so it names no domain on the Internet."
    return None
