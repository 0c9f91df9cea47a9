"""Small feeds for the tests: a bounce, a complaint, an aggregate report, webhooks."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from email.message import EmailMessage


def bounce(
    recipient: str,
    status: str = "5.1.1",
    text: str = "550 5.1.1 User unknown",
    message_id: str = "",
    action: str = "failed",
    sender: str = "news@shop.example",
) -> bytes:
    original = f"From: Shop <{sender}>\r\nTo: {recipient}\r\nSubject: News\r\n"
    if message_id:
        original += f"Message-ID: <{message_id}>\r\n"
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\n"
        f"To: {sender}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {text}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{original}\r\n--b--\r\n"
    ).encode()


def abuse(recipient: str = "", feedback: str = "abuse", message_id: str = "", extra: str = "") -> bytes:
    to = f"Original-Rcpt-To: {recipient}\r\n" if recipient else ""
    original = "From: Shop <news@shop.example>\r\nSubject: News\r\n" + extra
    if message_id:
        original += f"Message-ID: <{message_id}>\r\n"
    return (
        "From: Feedback <feedback@arf.mail.yahoo.com>\r\nTo: fbl@shop.example\r\nSubject: FW: News\r\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {feedback}\r\nUser-Agent: test/1\r\nVersion: 1\r\n{to}\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\nHello\r\n--b--\r\n"
    ).encode()


def row(
    ip: str = "192.0.2.1",
    count: object = 10,
    dkim: str = "pass",
    spf: str = "fail",
    header_from: str = "shop.example",
    results: str = "<dkim><domain>shop.example</domain><result>pass</result></dkim>",
    reason: str = "",
) -> str:
    return (
        f"<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated>"
        f"<disposition>none</disposition><dkim>{dkim}</dkim><spf>{spf}</spf>{reason}</policy_evaluated></row>"
        f"<identifiers><header_from>{header_from}</header_from></identifiers>"
        f"<auth_results>{results}</auth_results></record>"
    )


def aggregate(
    *rows: str,
    org: str = "receiver.example",
    id: str = "r1",
    domain: str = "shop.example",
    begin: int = 1795305600,
    namespace: str = "",
    policy: str = "none",
    head: str = "",
) -> bytes:
    space = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}\n<feedback{space}><version>1.0</version><report_metadata>'
        f"<org_name>{org}</org_name><email>dmarc@{org}</email><report_id>{id}</report_id>"
        f"<date_range><begin>{begin}</begin><end>{begin + 86399}</end></date_range></report_metadata>"
        f"<policy_published><domain>{domain}</domain><p>{policy}</p><sp>none</sp></policy_published>"
        f"{''.join(rows or (row(),))}</feedback>"
    ).encode()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data)


def mailed(data: bytes, name: str, subtype: str = "gzip") -> bytes:
    message = EmailMessage()
    message["From"] = "noreply-dmarc-support@receiver.example"
    message["To"] = "dmarc@shop.example"
    message["Subject"] = "Report domain: shop.example"
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    message.set_content("See the attachment.")
    message.add_attachment(data, maintype="application", subtype=subtype, filename=name)
    return message.as_bytes()


def sendgrid(event: str, recipient: str, id: str, **more: object) -> dict[str, object]:
    return {"email": recipient, "timestamp": 1795428000, "event": event, "sg_event_id": id, **more}


def json_lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)
