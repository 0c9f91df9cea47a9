"""Assessments made by hand, for the renderings: a risky one, a quiet one, a hostile one."""

from __future__ import annotations

from scorer.assessment import (
    Assessment,
    Because,
    FixText,
    ModelInfo,
    ProviderReport,
    RecordToPublish,
    Remedy,
    ReportedFinding,
    Requirement,
    RouteReport,
    SourceRef,
    Subject,
)
from scorer.draft import Draft
from scorer.message import Defect, Message
from scorer.risk import Contribution, Term, expit
from scorer.rules.rule import Evidence, NotChecked

HTML = """<!DOCTYPE html>
<html lang="en"><head><title>Spring at Fjord Bikes</title>
<style>.lead{font-size:20px;color:#0b4f6c} .pre{display:none} @import url(https://evil.example/x.css);
@media (max-width:480px){.lead{font-size:16px}}</style></head>
<body bgcolor="#eef3f6" style="margin:0">
<span class="pre">Save 40 % before Sunday, only for you</span>
<table width="600" align="center" cellpadding="16" style="background:#ffffff;font-family:Arial,sans-serif"><tr><td>
<img src="https://img.fjordbikes.example/hero.jpg" width="560" height="180" alt="A red bicycle by the fjord">
<h1 style="color:#0b4f6c">Spring is here &mdash; act now</h1>
<p class="lead">Dear {{first_name}}, your new bicycle is waiting. 春のセール 🚲</p>
<p>Order before Sunday and save 40 %. This is a limited time offer, so act now and claim your free helmet.</p>
<p><a href="https://bit.ly/3xFjord" style="background:#c1121f;color:#fff;padding:10px 18px">www.fjordbikes.example/spring</a>
&nbsp; <a href="https://www.fjordbikes.example/shops">Find a shop</a></p>
<p style="font-size:12px;color:#667">You get this because you bought something from us.
<a href="https://www.fjordbikes.example/unsubscribe?u=1">Unsubscribe</a></p>
<p style="color:#ffffff">viagra casino lottery winner</p>
<img src="https://track.fjordbikes.example/o.gif" width="1" height="1" alt="">
</td></tr></table></body></html>"""
TEXT = (
    "Spring is here - act now\n\nOrder before Sunday and save 40 %. This is a limited time offer.\n\n"
    "https://bit.ly/3xFjord\n"
)
SUBJECT = "Act now: 40 % off every bicycle"
FROM = "Fjord Bikes <news@fjordbikes.example>"
SOURCE = SourceRef(
    "RFC 7489, 3.1 Identifier Alignment", "https://www.rfc-editor.org/rfc/rfc7489#section-3.1", "2015-03"
)


def draft_message(
    html: str | None = HTML, text: str | None = TEXT, subject: str = SUBJECT, from_: str = FROM
) -> Message:
    """A mailing composed from an editor's fields."""
    return Draft(
        from_=from_, reply_to="shop@fjordbikes.example", to="{{email}}", subject=subject, html=html, text=text
    ).to_message()


def finding(rule: str, title: str, because: str, **more: object) -> ReportedFinding:
    """A finding; what is not given is ordinary."""
    values: dict[str, object] = {
        "group": "links", "severity": "warning", "evidence": (), "sources": (SOURCE,), "count": 1, "log_odds": 0.0,
        "points": 0.0, "fix": FixText("Mend it.", "author"),
    } | more  # fmt: skip
    return ReportedFinding(rule=rule, title=title, because=Because(f"{rule}/main", {}, because), **values)  # type: ignore[arg-type]


def with_shares(
    summands: list[Contribution], findings: list[ReportedFinding]
) -> tuple[float, tuple[Contribution, ...], tuple[ReportedFinding, ...]]:
    """The log-odds, and both lists with the points that `scorer.risk` would give."""
    from msgspec.structs import replace

    from scorer.risk import _with_points

    z = sum(item.log_odds for item in summands)
    shares = _with_points(summands, z)
    points = {item.id: item for item in shares}
    out = [
        replace(item, log_odds=points[item.rule].log_odds, points=points[item.rule].points)
        if item.rule in points
        else item
        for item in findings
    ]
    return z, shares, tuple(out)


def spans_of(text: str, word: str, where: str) -> tuple[tuple[str, int, int], ...]:
    """Every place of a word."""
    found, start = [], text.lower().find(word)
    while start >= 0:
        found.append((where, start, start + len(word)))
        start = text.lower().find(word, start + 1)
    return tuple(found)


def risky(message: Message | None = None) -> Assessment:
    """A mailing with something in every section."""
    message = message or draft_message()
    body = message.visible_text
    limited = body.find("limited time offer")
    findings = [
        finding(
            "from-not-aligned", "Nothing proves that the From domain sent it",
            "Neither SPF (mcsv.net) nor DKIM (mcsv.net) is aligned with fjordbikes.example.",
            group="authentication", severity="error",
            evidence=(
                Evidence("header", "From", "news@fjordbikes.example", 13, 36),
                Evidence("dns", "_dmarc.fjordbikes.example", "v=DMARC1; p=reject; rua=mailto:dmarc@fjordbikes.example"),
                Evidence("sending", "dkim", "mcsv.net"),
            ),
            fix=FixText("Set up DKIM for fjordbikes.example at your sending service: publish its two CNAME records.", "dns"),
        ),
        finding(
            "link-text-names-other-domain", "A link shows one address and leads to another",
            "The text www.fjordbikes.example/spring leads to bit.ly.", severity="error",
            evidence=(Evidence("link", "0", "https://bit.ly/3xFjord"),), count=2,
            fix=FixText("Link to the address that the text shows.", "edit", "replace-link-text"),
        ),
        finding(
            "hidden-text", "Text that no reader can see", "28 characters are white on white.", group="content",
            evidence=(Evidence("html", "", "viagra casino lottery winner", HTML.find("viagra"), HTML.find("viagra") + 28),),
            fix=FixText("Take the hidden text out.", "edit", "remove-hidden-text"),
        ),
        finding(
            "urgent-offer", "A deadline and an offer in one sentence", "The text presses the reader.", group="content",
            severity="info", evidence=(Evidence("visible", "", "limited time offer", limited, limited + 18),),
            fix=FixText("Say until when the offer holds and leave the pressure out.", "author"),
        ),
        finding(
            "no-postal-address", "No postal address", "The mailing names no street address of the sender.", group="law",
            fix=FixText("Add the postal address of the company to the footer.", "author"),
            sources=(SourceRef("15 U.S.C. 7704(a)(5)(A)(iii)", "https://www.law.cornell.edu/uscode/text/15/7704", "2026-11-02"),),
        ),
    ]  # fmt: skip
    text_terms = (
        Term("s:act now", 0.42, "", (("subject", 0, 7),)),
        Term("limited time", 0.33, "", spans_of(body, "limited time", "body")),
        Term("act now", 0.21, "", spans_of(body, "act now", "body")),
        Term("free", 0.12, "", spans_of(body, "free", "body")),
        Term("unsubscribe", -0.35, "", spans_of(body, "unsubscribe", "body")),
    )
    structure_terms = (
        Term("sender.in-text", -0.31, "The text names the sender's domain"),
        Term("links.shortened", 0.12, "Share of the links through public shorteners"),
    )
    summands = [
        Contribution("bias", "bias", -1.73, 0.0),
        Contribution("from-not-aligned", "rule", 1.9, 0.0),
        Contribution("link-text-names-other-domain", "rule", 0.6, 0.0),
        Contribution("hidden-text", "rule", 0.35, 0.0),
        Contribution("structure", "structure", -0.24, 0.0, structure_terms, -0.05),
        Contribution("text", "text", 0.88, 0.0, text_terms, 0.15),
    ]
    z, shares, reported = with_shares(summands, findings)
    gmail = (
        Requirement(
            "spf-or-dkim",
            "SPF or DKIM passes",
            True,
            "SPF gives pass for mcsv.net",
            "rejected",
            "550 5.7.26",
            "2024-02-01",
            "2026-07-02",
            "https://support.google.com/mail/answer/81126",
        ),
        Requirement(
            "aligned",
            "The From domain is aligned",
            False,
            "neither SPF nor DKIM is aligned with fjordbikes.example",
            "rejected",
            "550 5.7.26",
            "2024-02-01",
            "2026-07-02",
            "https://support.google.com/mail/answer/81126",
        ),
        Requirement(
            "complaints",
            "The spam rate stays below 0.3 %",
            None,
            "no complaint rate is known",
            "junk",
            "",
            "2024-02-01",
            "2026-07-02",
            "https://support.google.com/mail/answer/81126",
        ),
    )
    return Assessment(
        score=100 * expit(z), risk=expit(z), log_odds=z, verdict="fix", score_range=(100 * expit(z), 88.4),
        message=Subject(FROM, message.subject, message.size),
        route=RouteReport(
            "Receivers see a mailing from fjordbikes.example that was sent by mcsv.net and signed by mcsv.net: neither is "
            "aligned with fjordbikes.example, so nothing proves that fjordbikes.example sent it.",
            "mailchimp", "Mailchimp", "service", "fjordbikes.example", "mcsv.net", ("mcsv.net",),
        ),
        contributions=shares, findings=reported,
        not_checked=(
            NotChecked("ip-listed", "the sending addresses are not known"),
            NotChecked("domain-listed", "DNS is off (--dns live)"),
            NotChecked("link-host-listed", "DNS is off (--dns live)"),
        ),
        providers=(
            ProviderReport("gmail", "Gmail", "rejected", "neither SPF nor DKIM is aligned with fjordbikes.example (expect 550 5.7.26)", gmail),
            ProviderReport("outlook", "Outlook.com", "unknown", "SPF passes: DNS is off (--dns live)", ()),
            ProviderReport("fastmail", "Fastmail", "fine", "every published requirement is met", ()),
        ),
        remedies=(
            Remedy(
                ("from-not-aligned", "link-text-names-other-domain"),
                ("Set up DKIM for fjordbikes.example at your sending service.", "Link to the address that the text shows."),
                "both", 22.6, -1.23, -49.0,
                (RecordToPublish("k1._domainkey.fjordbikes.example", "CNAME", "dkim.mcsv.net"),),
            ),
            Remedy(("link-text-names-other-domain",), ("Link to the address that the text shows.",), "edit", 63.0, 0.53, -11.0),
        ),
        defects=(Defect("bare-lf", "1.2", "3 lines end in LF alone"),),
        model=ModelInfo("default", "2026.11", "9f2c" * 16),
    )  # fmt: skip


def quiet(message: Message | None = None) -> Assessment:
    """A mailing with nothing to say about."""
    message = message or draft_message(
        "<p>Hello, here is the news of the week.</p>", None, "News of the week"
    )
    summands = [Contribution("bias", "bias", -1.73, 0.0), Contribution("text", "text", -0.7, 0.0)]
    z, shares, _ = with_shares(summands, [])
    return Assessment(
        score=100 * expit(z), risk=expit(z), log_odds=z, verdict="send", score_range=(100 * expit(z), 100 * expit(z)),
        message=Subject(message.get("from"), message.subject, message.size),
        route=RouteReport("Receivers see a mailing from fjordbikes.example that is signed with DKIM by fjordbikes.example: it is aligned, so DMARC passes.", "own-server", "own server", "own", "fjordbikes.example", "fjordbikes.example", ("fjordbikes.example",)),
        contributions=shares, findings=(), not_checked=(), providers=(), remedies=(), defects=(), model=ModelInfo("none", "", ""),
    )  # fmt: skip


NASTY = "\x1b[31mred\x1b[0m \u202etxt.exe\u202c \u200b\ud800 {{7*7}} <script>alert(1)</script> </iframe>\"'><img src=x onerror=alert(1)>\r\nX: y `` ` | * @everyone [a](javascript:alert(1))"


def hostile(message: Message) -> Assessment:
    """Every string that may come from a message, hostile."""
    from msgspec.structs import replace

    base = risky(message)
    places = (
        Evidence("header", NASTY, NASTY, 0, 99), Evidence("part", NASTY, NASTY), Evidence("link", "0", NASTY),
        Evidence("link", NASTY, NASTY), Evidence("text", "", NASTY, 1, 2), Evidence("html", "", NASTY, 10**9, 10**9 + 1),
        Evidence("visible", "", NASTY, 5, 3), Evidence("attachment", NASTY, NASTY), Evidence("dns", NASTY, NASTY),
        Evidence("sending", NASTY, NASTY), Evidence("link", "99999", ""), Evidence("visible", "", "", 0, 10**9),
    )  # fmt: skip
    return replace(
        base,
        message=Subject(NASTY, NASTY, 1),
        route=replace(base.route, text=NASTY),
        findings=tuple(
            replace(
                item, title=item.title + NASTY, because=replace(item.because, text=NASTY), evidence=places,
                fix=replace(item.fix, text=NASTY), sources=(SourceRef(NASTY, "javascript:alert(1)", NASTY),),
            )
            for item in base.findings
        ),
        contributions=tuple(
            replace(item, terms=tuple(replace(term, id=NASTY, spans=(("body", 3, 1), ("body", 0, 10**9), ("subject", 1, 4))) for term in item.terms))
            for item in base.contributions
        ),
        not_checked=(NotChecked(NASTY, NASTY),),
        providers=tuple(
            replace(item, name=NASTY, reason=NASTY, requirements=tuple(replace(line, text=NASTY, reason=NASTY, source="javascript:1") for line in item.requirements))
            for item in base.providers
        ),
        remedies=tuple(replace(item, text=(NASTY,), records=(RecordToPublish(NASTY, "TXT", NASTY),)) for item in base.remedies),
        defects=(Defect(NASTY, NASTY, NASTY),),
        model=ModelInfo(NASTY, NASTY, NASTY),
    )  # fmt: skip
