"""SPF by RFC 7208: evaluate a sender, inspect a domain's record, combine several records into one.

SPF is checked on the envelope domain (Return-Path), not on the From domain (RFC 7208 §2.4).
"""

from __future__ import annotations

from scorer.facts.spf.combination import combine_spf
from scorer.facts.spf.evaluation import SpfResult, Step, evaluate_spf
from scorer.facts.spf.inspection import LookupNode, SpfFault, SpfRecord, inspect_spf
from scorer.facts.spf.syntax import (
    Mechanism,
    Modifier,
    ParsedRecord,
    SyntaxFault,
    near_miss,
    parse_record,
    spf_texts,
)

__all__ = [
    "LookupNode",
    "Mechanism",
    "Modifier",
    "ParsedRecord",
    "SpfFault",
    "SpfRecord",
    "SpfResult",
    "Step",
    "SyntaxFault",
    "combine_spf",
    "evaluate_spf",
    "inspect_spf",
    "near_miss",
    "parse_record",
    "spf_texts",
]
