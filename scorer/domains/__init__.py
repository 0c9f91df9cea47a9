"""Domain names and mail addresses: spelling, public suffixes, look-alikes, brands and lists. Tables are read
when first needed."""

from __future__ import annotations

from scorer.domains.addresses import Mailbox, address_syntax_error, is_plain_address, parse_mailbox_list
from scorer.domains.brands import Brand, brand_mentioned, brand_of, imitated_brand
from scorer.domains.lists import (
    ConsumerProvider,
    consumer_provider,
    is_blocked_by_gmail,
    is_dangerous_file,
    is_freemail,
    is_macro_file,
    is_shortener,
    sending_service_of,
)
from scorer.domains.names import display_domain, is_ip_literal, normalize_domain
from scorer.domains.suffixes import PublicSuffix, organizational_domain_psl, public_suffix
from scorer.domains.uts39 import RestrictionLevel, imitates_latin, mixed_scripts, restriction_level, skeleton

__all__ = [
    "Brand",
    "ConsumerProvider",
    "Mailbox",
    "PublicSuffix",
    "RestrictionLevel",
    "address_syntax_error",
    "brand_mentioned",
    "brand_of",
    "consumer_provider",
    "display_domain",
    "imitated_brand",
    "imitates_latin",
    "is_blocked_by_gmail",
    "is_dangerous_file",
    "is_freemail",
    "is_ip_literal",
    "is_macro_file",
    "is_plain_address",
    "is_shortener",
    "mixed_scripts",
    "normalize_domain",
    "organizational_domain_psl",
    "parse_mailbox_list",
    "public_suffix",
    "restriction_level",
    "sending_service_of",
    "skeleton",
]
