"""Bounces in the shapes of many mail systems. The messages are written for these tests, after how the systems
write; recipient and cause must come out whatever the shape."""

from __future__ import annotations

import pytest

from scorer.history.readers.bounce import failures
from scorer.history.readers.complaint import complaint
from scorer.history.readers.mail import read_report

RETURNED = (
    "Return-Path: <news@shop.example>\nReceived: from mx.shop.example by relay.example.net; Mon, 23 Nov 2026 10:00:00 +0000\n"
    "Message-ID: <1@shop.example>\nFrom: Shop <news@shop.example>\nTo: anna@example.com\nSubject: News\n\nHello\n"
)


def mail(text: str, subject: str, sender: str, *more: str) -> bytes:
    headers = [
        f"From: {sender}",
        "To: news@shop.example",
        f"Subject: {subject}",
        "Date: Mon, 23 Nov 2026 10:00:00 +0000",
        "MIME-Version: 1.0",
    ]
    if not any(line.lower().startswith("content-type") for line in more):
        headers.append("Content-Type: text/plain; charset=utf-8")
    return ("\n".join([*headers, *more]) + "\n\n" + text).encode()


def report(text: str, fields: str, sender: str = "MAILER-DAEMON@mx.example.net", subject: str = "Undelivered Mail Returned to Sender") -> bytes:  # fmt: skip
    body = (
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--b\nContent-Type: message/delivery-status\n\n{fields}\n"
        f"--b\nContent-Type: message/rfc822\n\n{RETURNED}\n--b--\n"
    )
    return mail(
        body, subject, sender, 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'
    )


FREE = {
    "Apache James": ("[BOUNCE]\n\nHi. This is the James mail server at mail.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.  Below\nI include the list of recipients and the reason why I was unable to deliver\nyour message.\n\nFailed recipient(s):\nanna@example.com\n\nError message:\n550 5.1.1 unknown user\n", "[BOUNCE]", "postmaster@mail.example.net", "bad-address"),
    "InterScan": ("****** Message from InterScan Messaging Security Suite ******\n\nSent >>> RCPT TO: <anna@example.com>\nReceived <<< 550 No such user\n\nUnable to deliver message to <anna@example.com> (and other recipients in the same domain).\n\n************************     End of message     **********************\n", "Mail could not be delivered", "imss@scan.example.net", "bad-address"),
    "MailMarshal": ("Your message:\n   From:    news@shop.example\n   Subject: News\n\nCould not be delivered because of\n\n552 5.2.2 Mailbox size limit exceeded\n\nThe following recipients were affected:\n    anna@example.com\n\nAdditional Information\n======================\nOriginal Sender:    <news@shop.example>\n", 'Undeliverable Mail: "News"', "postmaster@marshal.example.net", "mailbox-full"),
    "MailEnable": ("MEMTA: Delivery Failure\n\nThe following recipient(s) could not be reached:\n\n   Recipient: [SMTP:anna@example.com]\n   Reason: The message could not be delivered because the domain name (example.com) does not appear to be registered.\n\nMessage headers follow:\n" + RETURNED, "Message Delivery Failure", "Postmaster <postmaster@me.example.net>", "bad-address"),
    "IMail user": ("Unknown user: anna@example.com\n\nOriginal message follows.\n\n" + RETURNED, "Undeliverable Mail", "Postmaster <postmaster@imail.example.net>", "bad-address"),
    "IMail quota": ("User mailbox exceeds allowed size: anna@example.com\n\nOriginal message follows.\n\n" + RETURNED, "Undeliverable Mail", "Postmaster <postmaster@imail.example.net>", "mailbox-full"),
    "IMail attempts": ("delivery failed 20 attempts: anna@example.com\n\nOriginal message follows.\n\n" + RETURNED, "Undeliverable Mail", "Postmaster <postmaster@imail.example.net>", "network"),
    "Exchange 5.5": ("Your message\n\n  To:      anna@example.com\n  Subject: News\n  Sent:    Mon, 23 Nov 2026 10:00:00 -0000\n\ndid not reach the following recipient(s):\n\nanna@example.com on Mon, 23 Nov 2026 10:00:05 -0000\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=example;l=MAIL0001\n    MSEXCH:IMS:EXAMPLE:SITE:MAIL 0 (000C05A6) Unknown Recipient\n", "Undeliverable: News", "System Administrator <postmaster@example.com>", "bad-address"),
    "Exchange X.400": ("Your message\n\n  To:      list@shop.example\n  Subject: News\n\ndid not reach the following recipient(s):\n\nc=US;a= ;p=EX;o=SITE;dda:SMTP=anna@example.com; on Mon, 23 Nov 2026\n10:00:28 -0000\n    The message could not be delivered because the recipient's mailbox is full.\n", "Undeliverable: News", "System Administrator <postmaster@example.com>", "mailbox-full"),
    "Exchange, French": ("Échec de la remise pour ces destinataires ou groupes :\n\nanna@example.com\nL'adresse de messagerie que vous avez entrée est introuvable. Vérifiez l'adresse de messagerie du destinataire.\n\nInformations de diagnostic pour les administrateurs :\n\nServeur de génération : mail.example.com\n\nanna@example.com\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nEn-têtes de message d'origine :\n\n" + RETURNED, "Non remis : News", "postmaster@example.com", "bad-address"),
    "Exchange, German, size": ("Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Verteilerlisten:\n\nanna@example.com\nDiese Nachricht ist zu groß, um zugestellt zu werden.\n\nDiagnoseinformationen für Administratoren:\n\nGenerierender Server: mail.example.com\n\nanna@example.com\n#550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient ##rfc822;anna@example.com\n", "Unzustellbar: News", "postmaster@example.com", "too-large"),
    "Exchange, Italian": ("Impossibile recapitare il messaggio ai seguenti destinatari o liste di distribuzione:\n\nanna@example.com\nImpossibile trovare l'indirizzo di posta elettronica immesso.\n", "Non recapitabile: News", "postmaster@example.com", "bad-address"),
    "Exchange, Swedish": ("Leveransen misslyckades till följande mottagare eller distributionslistor:\n\nanna@example.com\nMottagarens postlåda är full och kan inte ta emot meddelanden just nu.\n", "Kunde inte leverera: News", "postmaster@example.com", "mailbox-full"),
    "Exchange, closed group": ("Delivery has failed to these recipients or groups:\n\nanna@example.com\nYour message can't be delivered because delivery to this address is restricted.\n\nDiagnostic information for administrators:\n\nGenerating server: mail.example.com\n\nanna@example.com\n#550 5.7.1 RESOLVER.RST.AuthRequired; authentication required ##rfc822;anna@example.com\n", "Undeliverable: News", "postmaster@example.com", "policy"),
    "Notes": ("Your message\n\n  Subject: News\n\nwas not delivered to:\n\n  anna@example.com\n\nbecause:\n\n  User anna (anna@example.com) not listed in Domino Directory\n", "DELIVERY FAILURE: User anna (anna@example.com) not listed in Domino Directory", "Postmaster@example.com", "bad-address"),
    "Notes, failure reasons": ("------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nanna@example.com\n\n------- Returned Message --------\n\n" + RETURNED, "DELIVERY FAILURE", "Postmaster@example.com", "bad-address"),
    "GroupWise": ("The message that you sent was undeliverable to the following:\n\tanna (Mailbox quota exceeded) anna@example.com\n\nPossibly truncated original message follows:\n\n" + RETURNED, "Message status - undeliverable", "Mailer-Daemon@gw.example.com", "mailbox-full"),
    "CommuniGate": ("Failed to deliver to 'anna@example.com'\nLOCAL module(account anna) reports:\n account is full (quota exceeded)\n", "Undeliverable mail: News", "MAILER-DAEMON@cgp.example.com", "mailbox-full"),
    "CommuniGate module": ("Failed to deliver to '<anna@example.com>'\nSMTP module(domain example.com) reports:\n host mx.example.com says:\n 550 5.1.1 User unknown\n", "Undeliverable mail: News", "MAILER-DAEMON@cgp.example.com", "bad-address"),
    "Courier": ("This is a delivery status notification from mail.example.net,\nrunning the Courier mail server, version 0.65.2.\n\nThe original message was received on Mon, 23 Nov 2026 10:00:00 +0000\nfrom localhost (localhost [127.0.0.1])\n\n---------------------------------------------------------------------------\n\n                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<anna@example.com>:\n    mx.example.com [192.0.2.9]:\n>>> RCPT TO:<anna@example.com>\n<<< 550 5.7.1 Rejected: listed at zen.spamhaus.org\n\n---------------------------------------------------------------------------\n", "NOTICE: mail delivery status.", '"Courier mail server at mail.example.net" <@>', "policy"),
    "qmail-ldap": ("Hi. This is the qmail-send program at mail.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<anna@example.com>:\nThe user has too many messages on the server. (#5.2.2)\n\n--- Below this line is a copy of the message.\n\n" + RETURNED, "failure notice", "MAILER-DAEMON@mail.example.net", "mailbox-full"),
    "XMail": ("[<00>] XMail bounce: Rcpt=[anna@example.com];Error=[550 5.1.1 User unknown]\n\n\n[<01>] Error sending message [1164] from [mail.example.net].\n\nID:        <S1>\nMail From: <news@shop.example>\nRcpt To:   <anna@example.com>\n\n\n[<02>] The reason of the delivery failure was:\n\n550 5.1.1 User unknown\n", "Error sending message [1164] from [mail.example.net]", "postmaster@mail.example.net", "bad-address"),
    "Kerio": ("This message was created automatically by mail server.\n\nDelivery to the following recipients failed permanently:\n\n   * anna@example.com\n\nReason: Permanent Error\n\n550 5.1.1 Unknown or invalid mailbox\n", "Delivery status notification", "Mail Delivery System <postmaster@kerio.example.net>", "bad-address"),
    "MDaemon": ("anna@example.com - no such user here.\n\nThere is no user by that name at this server.\n", "Warning: anna@example.com - User unknown!", "MDaemon@md.example.net", "bad-address"),
    "Mercury": ("Delivery of your message to the following recipients failed:\n\n<anna@example.com>: 550 Requested action not taken, mailbox disabled\n", "Delivery failure notification", "Electronic Postmaster <postmaster@merc.example.net>", "bad-address"),
    "hMailServer": ("Your message did not reach some or all of the intended recipients.\n\n   Sent: Mon, 23 Nov 2026 10:00:00 +0000\n   Subject: News\n\nThe following recipient(s) could not be reached:\n\nanna@example.com\n   Error Type: SMTP\n   Remote server (192.0.2.3) issued an error.\n   hMailServer sent: RCPT TO:<anna@example.com>\n   Remote server replied: 550 Unknown user\n\nhMailServer\n", "Message undeliverable: News", "mailer-daemon@hm.example.net", "bad-address"),
    "SmarterMail": ("Could not deliver message to the following recipient(s):\n\nFailed Recipient: anna@example.com\nReason: Remote host said: 552 5.2.2 Over quota\n\n   -- The header and top 20 lines of the message follows --\n\n" + RETURNED, "Delivery Failure", "System Administrator <postmaster@sm.example.net>", "mailbox-full"),
    "1&1": ("This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of\nits recipients. This is a permanent error.\n\nThe following address failed:\n\nanna@example.com:\nRemote host said:\n550 sorry, no mailbox here by that name\n\n--- The header of the original message is following. ---\n\n" + RETURNED, "Mail delivery failed: returning message to sender", "Mail Delivery System <mailer-daemon@kundenserver.example>", "bad-address"),
    "Yahoo": ("Sorry, we were unable to deliver your message to the following address.\n\n<anna@example.com>:\nRemote host said: 554 delivery error: dd This user doesn't have a example.com account (anna@example.com) [0] - mta1.mail.example.com [BODY]\n\n--- Below this line is a copy of the message.\n\n" + RETURNED, "Failure Notice", "MAILER-DAEMON@yahoo.example", "bad-address"),
    "AOL": ("Your mail to the following recipients could not be delivered because they are not accepting mail from news@shop.example:\n\tanna@example.com\n", "Mail Delivery Problem", "Mail Delivery Subsystem <MAILER-DAEMON@aol.example>", "policy"),
    "Sina": ("邮件无法发送到您指定的地址中。\n\n<anna@example.com>:\n该用户不存在\n\n--- 附件中的内容是原信件的一份拷贝\n", "邮件发送失败", "MAILER-DAEMON@sina.example", "bad-address"),
    "NetEase": ("抱歉，您的邮件被退回来了……\n\n收件人邮件地址：\nanna@example.com\n\n退信原因：\n收件人邮箱已满\n", "系统退信", "postmaster@163.example", "mailbox-full"),
    "Mail.ru": ("Это письмо создано автоматически сервером.\n\nК сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\n\nanna@example.com\n  Такого пользователя нет\n", "Недоставленное сообщение", "mailer-daemon@mail.example", "bad-address"),
    "KDDI": ("Your mail sent on: Mon, 23 Nov 2026 10:00:47 +0900\n    Could not be delivered to: <anna@example.com>\n    As their mailbox is full.\n", "Mail Error", "no-reply@app.auone-net.jp", "mailbox-full"),
    "EZweb": ("The user(s) account is disabled.\n\n<anna@example.com>\n", "Mail System Error - Returned Mail", "Postmaster@ezweb.example", "bad-address"),
    "Vodafone": ("Your message was not delivered to the following recipient(s).\n\nanna@example.com\n\n550 Invalid recipient: <anna@example.com>\n", "Mail System Error - Returned Mail", "Postmaster@vodafone.example", "bad-address"),
    "Japanese": ("以下のメールは送信できませんでした。\n\n宛先: anna@example.com\n理由: メールボックスがいっぱいです\n", "メール送信エラー", "MAILER-DAEMON@mx.example.jp", "mailbox-full"),
    "X6": ("We had trouble delivering your message. Full details follow:\n\nSubject: 'News'\nDate: Mon, 23 Nov 2026 10:00:00 +0900\n\n1 error(s):\n\nSMTP Server <mx.example.com> rejected recipient <anna@example.com>\n  (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]\n", "There was an error sending your mail", "postmaster@shop.example", "bad-address"),
    "X4": ("We're sorry. There's a problem with the e-mail address(es) you're trying to send to. Please verify the address(es) and try again. If you continue to have problems, please contact Customer Support at (480) 555-0100.\n\n<anna@example.com>:\nchild status 100...The e-mail message could not be delivered because the user's mailfolder is full.\n\n--- Below this line is a copy of the message.\n\n" + RETURNED, "failure notice", "MAILER-DAEMON@qmail.example", "mailbox-full"),
    "Verizon": ("Error: Message could not be delivered to mobile.\nError: No valid recipients for this MM\n\nMessage details:\n  Subject: News\n  RCPT TO: 5555550100@vzwpix.example\n", "Undeliverable Message", "post_master@vtext.example", "bad-address"),
    "SurfControl": ("Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of attempts made: 1\nAddressed To: anna@example.com\n\nMon 23 Nov 2026 10:00:45 +0900\nFailed to send to identified host,\nanna@example.com: [192.0.2.5], 550 anna@example.com... No such user\n--- Message non-deliverable.\n", "Message could not be delivered", "Administrator <postmaster@surf.example.net>", "bad-address"),
    "Symantec gateway": ("Your message with Subject: News\ncould not be delivered to the following recipients:\n\nanna@example.com: 550 user disabled\n", "Delivery failure notification", "Symantec_AntiVirus_for_SMTP_Gateways@av.example.net", "bad-address"),
    "Proofpoint": ("The following message to <anna@example.com> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address error 550-'5.1.1 The email account that you tried to reach does not exist.'\n", "Delivery Status Notification (Failure)", "Mail Delivery System <MAILER-DAEMON@iport.example.net>", "bad-address"),
    "Barracuda": ("Your message to anna@example.com was blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: News\n", "**Message you sent blocked by our bulk email filter**", "Spam Filter <postmaster@barracuda.example.net>", "policy"),
    "Amavis": ("A message from <news@shop.example> to:\n-> anna@example.com\n\nwas considered unsolicited bulk e-mail (UBE).\n\nYour message could not be delivered.\n", "Considered UNSOLICITED BULK EMAIL, apparently from you", "Content-filter at mail.example.net <postmaster@mail.example.net>", "policy"),
    "Zoho": ("This message was created automatically by mail delivery software.\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\nanna@example.com Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 <anna@example.com>... User Unknown\n", "Undelivered Mail Returned to Sender", "mailer-daemon@mail.zoho.example", "bad-address"),
    "Google Groups": ("Hello news@shop.example,\n\nWe're writing to let you know that the group you tried to contact (anna) may not exist, or you may not have permission to post messages to the group.\n", "Delivery Status Notification (Failure)", "Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "bad-address"),
    "OpenSMTPD": ("    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\nanna@example.com: 550 5.2.2 <anna@example.com>... Mailbox Full\n\n    Below is a copy of the original message:\n\n" + RETURNED, "Delivery status notification: error", "Mailer Daemon <MAILER-DAEMON@osmtpd.example>", "mailbox-full"),
    "dma": ("This is the DragonFly Mail Agent v0.13 at df.example.\n\nThere was an error delivering your mail to <anna@example.com>.\n\nexample.com [192.0.2.25] did not like our RCPT TO:\n550 5.1.1 No such user\n\nMessage headers follow.\n\n" + RETURNED, "Mail delivery failed", "MAILER-DAEMON <>", "bad-address"),
    "Sendmail 5": ("   ----- Transcript of session follows -----\nWhile talking to mx.example.com:\n>>> RCPT To:<anna@example.com>\n<<< 550 <anna@example.com>... User unknown\n550 <anna@example.com>... User unknown\n\n   ----- Unsent message follows -----\n" + RETURNED, "Returned mail: User unknown", "Mail Delivery Subsystem <MAILER-DAEMON@v5.example>", "bad-address"),
    "Postfix, only text": ("This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<anna@example.com>: host mx.example.com[192.0.2.1] said: 550 5.7.26\n    Unauthenticated email from shop.example is not accepted (in reply to end of DATA command)\n", "Undelivered Mail Returned to Sender", "MAILER-DAEMON@mx.example.net (Mail Delivery System)", "policy"),
    "Sender without a name of its own": ("***********************************************\nYour message could not be delivered to\nanna@example.com\nMailbox full\n***********************************************\n", "RE: News : delivery failed", "gateway17@bank.example", "mailbox-full"),
    "Polish": ("Wiadomość nie mogła zostać dostarczona do następującego odbiorcy:\n\nanna@example.com\n\nUżytkownik nie istnieje\n", "Niedostarczone: News", "postmaster@example.com", "bad-address"),
    "Portuguese": ("A sua mensagem não pôde ser entregue aos seguintes destinatários:\n\nanna@example.com\nA caixa de correio do destinatário está cheia\n", "Não entregue: News", "postmaster@example.com", "mailbox-full"),
    "Spanish": ("No se pudo entregar el mensaje a los siguientes destinatarios:\n\nanna@example.com\nNo se encontró la dirección de correo electrónico que ha especificado.\n", "No se puede entregar: News", "postmaster@example.com", "bad-address"),
    "Korean": ("메일이 다음 수신자에게 전달되지 않았습니다.\n\nanna@example.com\n존재하지 않는 사용자입니다.\n", "메일 반송", "postmaster@example.com", "bad-address"),
}  # fmt: skip


@pytest.mark.parametrize("system", FREE)
def test_free_forms(system: str) -> None:
    text, subject, sender, cause = FREE[system]
    read = read_report(mail(text, subject, sender))
    assert read is not None
    found = failures(read)
    assert [item.cause for item in found] == [cause], found
    assert not found[0].delayed
    if "anna@example.com" in text:
        assert found[0].recipient == "anna@example.com"


FIELDS = {
    "PowerMTA": ("Reporting-MTA: dns;pmta.example.net\n\nOriginal-Recipient: rfc822;anna@example.com\nFinal-Recipient: rfc822;anna@example.com\nAction: failed\nStatus: 5.0.0 (undefined status)\nRemote-MTA: dns;mx.example.com (192.0.2.1)\nDiagnostic-Code: smtp;550 anna@example.com no thank you.\nX-PowerMTA-BounceCategory: bad-mailbox\n", "bad-address"),
    "PowerMTA, quota": ("Reporting-MTA: dns;pmta.example.net\n\nFinal-Recipient: rfc822;anna@example.com\nAction: failed\nStatus: 5.0.0\nX-PowerMTA-BounceCategory: quota-issues\n", "mailbox-full"),
    "Facebook": ("Reporting-MTA: dns; mx.facebook.example\n\nFinal-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 RCP-P1 http://postmaster.facebook.com/response_codes?ip=192.0.2.135#rcp\n", "bad-address"),
    "Oracle": ("Reporting-MTA: dns; mta.example.net\n\nOriginal-recipient: rfc822;anna@example.com\nFinal-recipient: rfc822;anna@example.com\nAction: failed\nStatus: 5.1.1 (recipient address rejected)\nDiagnostic-code: smtp;550 5.1.1 unknown or illegal alias: anna@example.com\n", "bad-address"),
    "X.400": ("Reporting-MTA: x400; mta in /ADMD=X/C=DE/\n\nFinal-Recipient: x400; /S=anna/\nOriginal-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.1.1\n", "bad-address"),
    "words beside the status": ("Reporting-MTA: dns; mta.example.net\n\nFinal-Recipient: RFC822; <anna@example.com>\nAction: Failed (bounced)\nStatus: 5.2.2 (mailbox full)\n", "mailbox-full"),
    "unix": ("Reporting-MTA: dns; mta.example.net\n\nFinal-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.3.0\nDiagnostic-Code: X-Unix; 550 5.1.1 <anna>: no such person\n", "bad-address"),
    "no diagnosis": ("Reporting-MTA: dns; mta.example.net\n\nFinal-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.4.7\n", "network"),
    "expired": ("Reporting-MTA: dns; mta.example.net\n\nFinal-Recipient: rfc822; anna@example.com\nAction: expired\nStatus: 4.4.7\nDiagnostic-Code: smtp; message expired in the queue\n", "network"),
    "Microsoft 365, hygiene": ("Reporting-MTA: dns;PR3.prod.outlook.com\n\nFinal-Recipient: rfc822;anna@example.com\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp;550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus.\n", "policy"),
    "Microsoft 365, DBEB": ("Reporting-MTA: dns;PR3.prod.outlook.com\n\nFinal-Recipient: rfc822;anna@example.com\nAction: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied. [PR3.prod.protection.outlook.com]\n", "bad-address"),
    "internationalized": ("Reporting-MTA: dns; mta.example.net\n\nFinal-Recipient: utf-8; ann\\x{E4}@example.com\nOriginal-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.1.1\n", "bad-address"),
}  # fmt: skip


@pytest.mark.parametrize("system", FIELDS)
def test_reports_with_fields(system: str) -> None:
    fields, cause = FIELDS[system]
    read = read_report(report("Your message could not be delivered.", fields))
    assert read is not None
    (found,) = failures(read)
    assert (found.recipient, found.cause) == ("anna@example.com", cause)
    assert read.original["message-id"] == "<1@shop.example>"


@pytest.mark.parametrize(
    "kind",
    [
        "message/xdelivery-status",
        "message/x-delivery-status",
        "application/octet-stream",
        'text/plain; name="status"',
    ],
)
def test_fields_in_a_part_of_another_type(kind: str) -> None:
    fields = FIELDS["words beside the status"][0]
    body = f"--b\nContent-Type: text/plain\n\nsorry\n--b\nContent-Type: {kind}\n\n{fields}\n--b--\n"
    read = read_report(
        mail(body, "Undelivered Mail", "MAILER-DAEMON@x.example", "Content-Type: multipart/mixed; boundary=b")
    )
    assert read is not None
    (found,) = failures(read)
    assert (found.recipient, found.cause) == ("anna@example.com", "mailbox-full")


def test_a_program_that_failed_is_no_unknown_user() -> None:
    text = (
        "The following address(es) failed:\n\n  pipe to |/home/anna/vacation\n    generated by anna@example.com\n"
        "    Child process of address_pipe transport returned 127 (could mean command does not exist)\n"
    )
    read = read_report(mail(text, "Mail delivery failed", "Mail Delivery System <mailer-daemon@x.example>"))
    assert read is not None
    (found,) = failures(read)
    assert (found.recipient, found.cause) == ("anna@example.com", "system")


def test_a_wrapped_report_is_the_report() -> None:
    """A gateway sends the report on as an attachment."""
    inner = report("Sorry.", FIELDS["Facebook"][0]).decode()
    body = f"--o\nContent-Type: text/plain\n\nsee attached\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    outer = mail(body, "Delivery Status Notification (Failure)", "scan@gw.example", "Content-Type: multipart/mixed; boundary=o")  # fmt: skip
    read = read_report(outer)
    assert read is not None
    (found,) = failures(read)
    assert (found.recipient, found.cause) == ("anna@example.com", "bad-address")


ANSWERS = {
    "vacation": ("I am out of the office until Monday. Your message to anna@example.com could not be answered.\n", "Out of office: News", "Anna <anna@example.com>", ("Auto-Submitted: auto-replied",)),
    "German": ("Vielen Dank für Ihre Nachricht. Ich bin bis 30.11. nicht erreichbar.\n", "Abwesenheitsnotiz: News", "anna@example.com", ("Auto-Submitted: auto-replied (vacation)",)),
    "address changed": ("My address has changed. Please write to anna@new.example from now on; anna@example.com is no longer read.\n", "Automatic reply: News", "anna@example.com", ("X-Autoreply: yes", "Precedence: auto_reply")),
    "no return path": ("I am away and will answer later.\n", "Re: News", "anna@example.com", ("Return-Path: <>", "Auto-Submitted: auto-replied")),
    "ticket": ("We have received your request. [Ticket 77] A failed delivery of your order is looked into.\n", "Your request", "support@corp.example", ("Auto-Submitted: auto-generated",)),
    "an answer about a bounce": ("Anna wrote:\n> Your message could not be delivered to\n> bert@example.com\n\nDo you know why?\n", "Re: Undeliverable: News", "anna@example.com", ("In-Reply-To: <1@shop.example>",)),
    "challenge": ("Please confirm that you are a person, then your message will be delivered: https://example.com/c/1\n", "Re: News [confirm]", "anna@example.com", ("Auto-Submitted: auto-replied",)),
}  # fmt: skip


@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_are_no_bounces(kind: str) -> None:
    text, subject, sender, headers = ANSWERS[kind]
    read = read_report(mail(text, subject, sender, *headers))
    assert read is not None
    assert failures(read) == ()


DELAYS = {
    "Sendmail": ("    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n   ----- Transcript of session follows -----\n<anna@example.com>... Deferred: Connection timed out with mx.example.com.\nWarning: message still undelivered after 4 hours\nWill keep trying until message is 5 days old\n", "Warning: could not send message for past 4 hours", "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>"),
    "Exim": ("This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.net.\n\nThe address to which the message has not yet been delivered is:\n\n  anna@example.com\n    Delay reason: Connection refused\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n", "Warning: message 1abc delayed 24 hours", "Mail Delivery System <Mailer-Daemon@mx.example.net>"),
    "gateway": ("Your message with Subject: News\ncould not be delivered to the following recipients:\n\nanna@example.com\n\nPlease do not resend your original message.\n\nDelivery attempts will continue to be made for 5  day(s).\n", "Delivery failure notification", "postmaster@av.example.net"),
    "full mailbox": ("This is an advisory-only email.  Please do not reply to it.\n\nDelivery of email to this address\n\n\"anna@example.com\"\n\nhas been postponed due to a full mailbox.\n\nWe will continue to try to deliver your message over the next few days.\n", "Mail Delivery Warning", "Postmaster <postmaster@aol.example>"),
}  # fmt: skip


@pytest.mark.parametrize("system", DELAYS)
def test_delays_are_no_bounces(system: str) -> None:
    text, subject, sender = DELAYS[system]
    read = read_report(mail(text, subject, sender))
    assert read is not None
    (found,) = failures(read)
    assert found.recipient == "anna@example.com" and found.delayed
    assert found.cause == ("mailbox-full" if "full" in system else "deferral")


def arf(
    fields: str, returned: str = RETURNED, kind: str = "multipart/report; report-type=feedback-report"
) -> bytes:
    body = (
        f"--b\nContent-Type: text/plain\n\nThis is an email abuse report.\n--b\nContent-Type: message/feedback-report\n\n{fields}\n"
        f"--b\nContent-Type: message/rfc822\n\n{returned}\n--b--\n"
    )
    return mail(body, "FW: News", "feedback@isp.example", f"Content-Type: {kind}; boundary=b")


@pytest.mark.parametrize(
    ("data", "kind", "recipient"),
    [
        (arf("Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: <anna@example.com>\n"), "abuse", "anna@example.com"),
        (arf("Feedback-Type: abuse\nVersion: 0.1\nRemoval-Recipient: anna@example.com\n"), "abuse", "anna@example.com"),
        (arf("Feedback-Type: abuse\nOriginal-Rcpt-To: <redacted@example.com>\n", RETURNED.replace("anna@", "redacted@")), "abuse", ""),
        (arf("feedback-type: fraud\nUser-Agent: x\nVersion: 1\n"), "fraud", "anna@example.com"),
        (arf("Feedback-Type: opt-out\nUser-Agent: x\nVersion: 1\n"), "opt-out", "anna@example.com"),
        # Without report-type, and with the fields in a part of another name.
        (arf("Feedback-Type: abuse\nVersion: 1\n", kind="multipart/mixed"), "abuse", "anna@example.com"),
        (arf("Feedback-Type: abuse\nVersion: 1\n").replace(b"message/feedback-report", b"text/plain"), "abuse", "anna@example.com"),
        # Outlook's older form: the message as it was, forwarded.
        (mail("--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: anna@example.com\n" + RETURNED + "\n--b--\n", "complaint about message from 192.0.2.1", "staff@hotmail.example", "Content-Type: multipart/mixed; boundary=b"), "abuse", "anna@example.com"),
        (mail("--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: anna@example.com\n" + RETURNED + "\n--b--\n", "FW: News", "staff@hotmail.example", "Content-Type: multipart/mixed; boundary=b"), "abuse", "anna@example.com"),
        # The words alone, with the message that they are about.
        (mail("This is an email abuse report for an email message received from IP 192.0.2.1 on Mon, 23 Nov 2026.\n\n" + RETURNED, "[SPAM] News", "abuse@isp.example"), "abuse", "anna@example.com"),
        (mail("Unsubscribe\n", "unsubscribe", "Anna <anna@example.com>", "X-Apple-Unsubscribe: true"), "opt-out", "anna@example.com"),
    ],
)  # fmt: skip
def test_abuse_reports(data: bytes, kind: str, recipient: str) -> None:
    read = read_report(data)
    assert read is not None
    found = complaint(read)
    assert found is not None
    assert (found.feedback_type, found.recipient) == (kind, recipient)


def test_talk_of_spam_is_no_complaint() -> None:
    for text in (
        "Is this an abuse report? I only ask.\n",
        "Your mail was marked as spam by my filter, send it again.\n",
    ):
        read = read_report(mail(text, "Re: News", "anna@example.com"))
        assert read is not None and complaint(read) is None


def test_a_failure_report_in_words_is_neither_a_bounce_nor_a_complaint() -> None:
    from datetime import date

    from scorer.history.readers.items import Item
    from scorer.history.readers.read import read_item

    text = (
        "A message claiming to be from you has failed the published DMARC\npolicy for your domain.\n\n"
        "  Sender Domain: shop.example\n  Sender IP Address: 192.0.2.1\n  SPF Alignment: no\n  DKIM Alignment: no\n"
        "  DMARC Results: None, Accept\n\n------ This is a copy of the headers that were received before the error\n"
        "was detected.\n\n" + RETURNED
    )
    data = mail(text, "DMARC Failure report for shop.example Mail-ID:x", "postmaster@mx.example.net")
    ((form, batch),) = read_item(Item("x.eml", data), date(2026, 11, 24))
    assert form == "failure report" and batch.events == ()
