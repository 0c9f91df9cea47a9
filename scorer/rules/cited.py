"""Pages that several rules rest on, with the day of the text that was read."""

from __future__ import annotations

from scorer.rules.rule import Source

GMAIL = Source(
    "Google, Email sender guidelines", "https://support.google.com/mail/answer/81126", "2026-07-02"
)
GMAIL_NAMES = Source(
    "Google, Email sender guidelines, Guidelines for email display names",
    "https://support.google.com/mail/answer/81126",
    "2026-07-02",
)
GMAIL_FAQ = Source(
    "Google, Email sender guidelines FAQ", "https://support.google.com/a/answer/14229414", "2026-03-11"
)
YAHOO = Source("Yahoo, Sender best practices", "https://senders.yahooinc.com/best-practices/", "2025-04-10")
MICROSOFT = Source(
    "Microsoft, Policies, practices and guidelines for senders to Outlook.com",
    "https://sendersupport.olc.protection.outlook.com/pm/policies.aspx",
    "2026-06-15",
)
APPLE = Source(
    "Apple, Postmaster information for iCloud Mail", "https://support.apple.com/en-us/102322", "2025-02-26"
)
RFC5322_FROM = Source(
    "RFC 5322, 3.6.2 Originator Fields", "https://www.rfc-editor.org/rfc/rfc5322#section-3.6.2", "2008-10"
)
RFC2369 = Source(
    "RFC 2369, 2 The Contents of the List Header Fields",
    "https://www.rfc-editor.org/rfc/rfc2369#section-2",
    "1998-07",
)
RFC8058 = Source(
    "RFC 8058, 3.1 Mail Senders When Sending Messages",
    "https://www.rfc-editor.org/rfc/rfc8058#section-3.1",
    "2017-01",
)
CAN_SPAM = Source(
    "Federal Trade Commission, CAN-SPAM Act: A Compliance Guide for Business",
    "https://www.ftc.gov/business-guidance/resources/can-spam-act-compliance-guide-business",
    "2026-11-23",
)
UTS39 = Source(
    "Unicode Technical Standard 39, 5.2 Restriction-Level Detection",
    "https://www.unicode.org/reports/tr39/#Restriction_Level_Detection",
    "2026-11-23",
)
RSPAMD_HEADERS = Source(
    "Rspamd, rules/headers_checks.lua",
    "https://github.com/rspamd/rspamd/blob/master/rules/headers_checks.lua",
    "2026-11-24",
)
SPAMASSASSIN_SCORES = Source(
    "Apache SpamAssassin, rules/50_scores.cf",
    "https://github.com/apache/spamassassin/blob/trunk/rules/50_scores.cf",
    "2026-11-23",
)
