"""Who the mailing says that it is from."""

from __future__ import annotations

import msgspec

from scorer.domains import Mailbox, organizational_domain_psl, parse_mailbox_list
from scorer.message import Message


class Identity(msgspec.Struct, frozen=True):
    """The addresses of a mailing (RFC 5322 3.6.2). `author_domain` is the domain of the first From address
    in A-label form, "" if there is none; `author_org` its Organizational Domain by the public suffix list."""

    from_: tuple[Mailbox, ...]
    sender: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    author_domain: str
    author_org: str
    display_name: str

    @property
    def author(self) -> Mailbox | None:
        return self.from_[0] if self.from_ else None


def org_of(domain: str) -> str:
    """The Organizational Domain of `domain` by the public suffix list, `domain` itself if it has none."""
    return organizational_domain_psl(domain) or domain


def gather_identity(message: Message) -> Identity:
    """Read From, Sender and Reply-To."""
    from_ = message.authors
    domain = from_[0].domain if from_ else ""
    return Identity(
        from_=from_,
        sender=parse_mailbox_list(message.get("sender")),
        reply_to=parse_mailbox_list(message.get("reply-to")),
        author_domain=domain,
        author_org=org_of(domain) if domain else "",
        display_name=from_[0].display_name if from_ else "",
    )
