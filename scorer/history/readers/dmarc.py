"""DMARC aggregate reports: RFC 7489 appendix C, the drafts before it, and RFC 9990. Sizes are bounded;
entities and document types are refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from scorer.history.values import DmarcReport, DmarcRow, NotUsable

MAX_XML = 50_000_000
MAX_ROWS = 500_000
MAX_FIELD = 300


def looks_like_report(data: bytes) -> bool:
    """Whether bytes begin like an aggregate report."""
    head = data[:8_000]
    if head.startswith(_WIDE):
        head = head.replace(b"\0", b"")[2:]
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and re.search(rb"<(?:[\w.-]{1,40}:)?feedback[\s>]", head) is not None


def read_dmarc(data: bytes, name: str = "") -> DmarcReport:
    """The report in an XML document. `name` is its file's, which tells what the document itself does not
    (RFC 7489 section 7.2.1.1: receiver!domain!begin!end).

    Raises:
        NotUsable: it is no aggregate report, not well-formed, too large, or lacks what a report must have.
    """
    if len(data) > MAX_XML:
        raise NotUsable(f"larger than {MAX_XML // 1_000_000} MB")
    root = _parsed(data)
    if _name(root) != "feedback":
        raise NotUsable(f"the document is a {_name(root)[:60]!r}, not a DMARC aggregate report")
    metadata, policy = _child(root, "report_metadata"), _child(root, "policy_published")
    records = [child for child in root if _name(child) == "record"]
    if metadata is None and policy is None and not records:
        raise NotUsable("no report_metadata, no policy_published, no record: not a DMARC aggregate report")
    if len(records) > MAX_ROWS:
        raise NotUsable(f"more than {MAX_ROWS} rows")
    notes: list[str] = []
    told = _NAME.search(name)
    dates = _child(metadata, "date_range")
    begin, end = _moment(_text(dates, "begin")), _moment(_text(dates, "end"))
    if begin is None and end is None and told:
        begin, end = _moment(told["begin"]), _moment(told["end"])
    if begin is None and end is None:
        raise NotUsable("its date range cannot be read")
    if begin is None or end is None:
        notes.append("one end of its date range cannot be read")
    begin = end or 0 if begin is None else begin
    end = begin if end is None else end
    if begin > end:
        begin, end = end, begin
        notes.append("its date range ends before it begins")
    domain = _domain(_text(policy, "domain"))
    if not domain:
        domain = _domain(_first_header_from(records)) or _domain(told["domain"] if told else "")
        notes.append("it does not say for which domain a policy was found")
    if not domain:
        raise NotUsable("it names no domain")
    report_id = _text(metadata, "report_id")
    found = [(record, row) for record in records for row in _rows_of(record)]
    rows = tuple(made for record, row in found if (made := _row(record, row, domain)) is not None)
    return DmarcReport(
        org=_text(metadata, "org_name") or _text(metadata, "email") or (told["org"] if told else ""),
        report_id=report_id or f"{domain}:{begin}",
        domain=domain,
        begin=begin,
        end=end,
        policy=_text(policy, "p").lower(),
        subdomain_policy=_text(policy, "sp").lower(),
        rows=rows,
        unreadable=len(found) - len(rows),
        notes=tuple(notes),
    )


_WIDE = (b"\xff\xfe", b"\xfe\xff")
_DECLARATION = re.compile(r"\A\s{0,100}<\?xml\b[^>]{0,200}\?>")
_ENCODING = re.compile(rb"\A\s{0,100}<\?xml\b[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([\w.:-]{1,40})")
_NAME = re.compile(
    r"(?P<org>[^!/\\]{0,253})!(?P<domain>[^!/\\]{1,253})!(?P<begin>\d{1,14})!(?P<end>\d{1,14})"
)


def _parsed(data: bytes) -> Any:
    """The document's root. Encodings that the parser does not know, or that the declaration states
    wrongly, are decoded here.

    Raises:
        NotUsable: it is not well-formed, or declares a document type or entities.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    data = data.rstrip(b"\0 \t\r\n\x1a") if not data.startswith(_WIDE) else data
    data = data.lstrip(b"\xef\xbb\xbf \t\r\n") if not data.startswith(_WIDE) else data
    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise NotUsable(_REFUSED) from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        reason = f"not well-formed XML: {' '.join(str(error).split())[:200]}"
    stated = _ENCODING.match(data)
    for encoding in (
        "utf-16" if data.startswith(_WIDE) else "utf-8",
        stated[1].decode("ascii") if stated else "",
    ):
        try:
            text = _DECLARATION.sub("", data.decode(encoding))
            return fromstring(text, forbid_dtd=True)
        except DefusedXmlException:
            raise NotUsable(_REFUSED) from None
        except (ParseError, ValueError, LookupError, RecursionError):
            continue
    raise NotUsable(reason)


_REFUSED = "declares a document type or entities, which is refused"


def _moment(text: str) -> int | None:
    """Seconds since 1970: a number of them, of milliseconds, or an ISO 8601 date; None for others."""
    number = _integer(text)
    if number is not None:
        number = number // 1000 if number > 1e11 else number
        return number if 0 <= number < 1e11 else None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _domain(text: str) -> str:
    return text.rstrip(".").lower()


def _first_header_from(records: list[Any]) -> str:
    return next((found for record in records if (found := _text(_identifiers(record), "header_from"))), "")


def _identifiers(record: Any) -> Any:
    found = _child(record, "identifiers")
    return _child(record, "identities") if found is None else found  # the draft of 2012


def _rows_of(record: Any) -> list[Any]:
    """The rows of a record: one by the RFC, several by some reporters; None stands for a missing one."""
    return [child for child in record if _name(child) == "row"] or [None]


def _row(record: Any, row: Any, domain: str) -> DmarcRow | None:
    count = _integer(_text(row, "count"))
    if row is None or count is None or not 0 <= count < 1e12:
        return None
    evaluated = _child(row, "policy_evaluated")
    results = _child(record, "auth_results")
    return DmarcRow(
        source_ip=_text(row, "source_ip")[:45],
        count=count,
        header_from=_domain(_text(_identifiers(record), "header_from")) or domain,
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
