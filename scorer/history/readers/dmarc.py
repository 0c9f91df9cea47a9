"""DMARC aggregate reports: RFC 7489 appendix C, the drafts before it, and RFC 9990. Sizes are bounded;
entities and document types are refused."""

from __future__ import annotations

import re
from typing import Any

from scorer.history.values import DmarcReport, DmarcRow, NotUsable

MAX_XML = 50_000_000
MAX_ROWS = 500_000
MAX_FIELD = 300


def looks_like_report(data: bytes) -> bool:
    """Whether bytes begin like an aggregate report."""
    head = data[:4_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and re.search(rb"<(?:\w{1,20}:)?feedback[\s>]", head) is not None


def read_dmarc(data: bytes) -> DmarcReport:
    """The report in an XML document.

    Raises:
        NotUsable: it is no aggregate report, not well-formed, too large, or lacks what a report must have.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(data) > MAX_XML:
        raise NotUsable(f"larger than {MAX_XML // 1_000_000} MB")
    try:
        root = fromstring(data.lstrip(b"\xef\xbb\xbf \t\r\n"), forbid_dtd=True)
    except DefusedXmlException:
        raise NotUsable("declares a document type or entities, which is refused") from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise NotUsable(f"not well-formed XML: {' '.join(str(error).split())[:200]}") from None
    if _name(root) != "feedback":
        raise NotUsable(f"the document is a {_name(root)[:60]!r}, not a DMARC aggregate report")
    metadata, policy = _child(root, "report_metadata"), _child(root, "policy_published")
    if metadata is None or policy is None:
        raise NotUsable("no report_metadata or no policy_published: not a DMARC aggregate report")
    dates = _child(metadata, "date_range")
    begin, end = _integer(_text(dates, "begin")), _integer(_text(dates, "end"))
    if begin is None or end is None or not 0 <= begin <= end < 1e11:
        raise NotUsable("its date range cannot be read")
    domain = _text(policy, "domain").rstrip(".").lower()
    if not domain:
        raise NotUsable("it names no domain")
    records = [child for child in root if _name(child) == "record"]
    if len(records) > MAX_ROWS:
        raise NotUsable(f"more than {MAX_ROWS} rows")
    report_id = _text(metadata, "report_id")
    rows = tuple(row for record in records if (row := _row(record, domain)) is not None)
    return DmarcReport(
        org=_text(metadata, "org_name") or _text(metadata, "email"),
        report_id=report_id or f"{domain}:{begin}",
        domain=domain,
        begin=begin,
        end=end,
        policy=_text(policy, "p").lower(),
        subdomain_policy=_text(policy, "sp").lower(),
        rows=rows,
        unreadable=len(records) - len(rows),
    )


def _row(record: Any, domain: str) -> DmarcRow | None:
    row = _child(record, "row")
    count = _integer(_text(row, "count"))
    if row is None or count is None or not 0 <= count < 1e12:
        return None
    evaluated = _child(row, "policy_evaluated")
    identifiers = _child(record, "identifiers")
    if identifiers is None:
        identifiers = _child(record, "identities")  # the draft of 2012
    results = _child(record, "auth_results")
    return DmarcRow(
        source_ip=_text(row, "source_ip")[:45],
        count=count,
        header_from=_text(identifiers, "header_from").rstrip(".").lower() or domain,
        disposition=_text(evaluated, "disposition").lower()[:20],
        dkim_aligned=_text(evaluated, "dkim").lower() == "pass",
        spf_aligned=_text(evaluated, "spf").lower() == "pass",
        dkim_domain=_passed(results, "dkim"),
        spf_domain=_passed(results, "spf"),
        override=_text(_child(evaluated, "reason"), "type").lower()[:40],
    )


def _passed(results: Any, kind: str) -> str:
    """The first domain for which the mechanism passed."""
    if results is None:
        return ""
    for result in results:
        if _name(result) == kind and _text(result, "result").lower() == "pass":
            return _text(result, "domain").rstrip(".").lower()
    return ""


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _child(element: Any, name: str) -> Any:
    """The first child of that name, in whatever namespace."""
    if element is None:
        return None
    return next((child for child in element if _name(child) == name), None)


def _text(element: Any, name: str) -> str:
    child = _child(element, name)
    return " ".join((child.text or "").split())[:MAX_FIELD] if child is not None else ""


def _integer(text: str) -> int | None:
    try:
        return int(float(text)) if text and len(text) < 20 else None
    except (ValueError, OverflowError):
        return None
