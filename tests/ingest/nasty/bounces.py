"""Mail that came back, from every kind of server; all words invented in the manner of each."""

from ingest.screening import Kind
from tests.ingest.nasty.mails import Nasty, lines, made_of, mail, part

_OURS = "<rec-2026-0001.acknowledgement@cabinet.example>"
_BACK = lines(
    f"Message-ID: {_OURS}", "From: contact@cabinet.example", "Subject: Accusé", "", "Bonjour"
)


def _status(action: str = "failed", code: str = "5.1.1") -> bytes:
    return part(
        "message/delivery-status",
        f"Reporting-MTA: dns; mx.x.example\r\n\r\nFinal-Recipient: rfc822; jean@x.example\r\nAction: {action}\r\nStatus: {code}",
    )


def _dsn(
    name: str,
    sender: str,
    subject: str,
    said: str,
    *headers: str,
    status: bytes | None = None,
    back: bytes | None = None,
    kind: str = "report; report-type=delivery-status",
) -> Nasty:
    """A report in parts, with everything or with one part missing."""
    parts = [
        part("text/plain; charset=utf-8", said),
        *([_status()] if status is None else [status] if status else []),
        part("message/rfc822", _BACK) if back is None else back,
    ]
    data = made_of(kind, *[each for each in parts if each], headers=headers)
    data = data.replace(
        b"From: Jeanne Mangin <jeanne.mangin@courriel.example>", f"From: {sender}".encode()
    ).replace(b"Subject: Remboursement", f"Subject: {subject}".encode())
    return Nasty(f"bounce: {name}", data, kind=Kind.BOUNCE, acknowledge=False)


def _text(name: str, sender: str, subject: str, said: str, *headers: str) -> Nasty:
    """A report in words alone."""
    return Nasty(
        f"bounce: {name}",
        mail(said, *headers, sender=sender, subject=subject),
        kind=Kind.BOUNCE,
        acknowledge=False,
    )


def _doubt(name: str, sender: str, subject: str, said: str, *headers: str) -> Nasty:
    """What may be one and may be a person’s: nobody is hidden, nothing is sent."""
    return Nasty(
        f"bounce in doubt: {name}",
        mail(said, *headers, sender=sender, subject=subject),
        kind=Kind.HUMAN,
        acknowledge=False,
    )


_DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.x.example>"
_EXIM = "This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be delivered to one or more of its recipients:\r\n\r\n  jean@x.example\r\n    all hosts for 'x.example' have been failing"
_POSTFIX = "This is the mail system at host mx.x.example.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients."
_QMAIL = "Hi. This is the qmail-send program at mx.x.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<jean@x.example>:\r\nNo mailbox here by that name."
_EXCHANGE = "Échec de la remise pour ces destinataires ou groupes :\r\n\r\njean@x.example\r\nL'adresse de messagerie que vous avez entrée est introuvable."
_OLD_EXCHANGE = "Votre message n'est pas parvenu à certains ou à tous les destinataires prévus.\r\n\r\n      Objet :\tAccusé\r\n\r\nImpossible de joindre le ou les destinataires suivants :\r\n\r\n      jean@x.example"
_FRENCH = "Votre message n'a pas pu être remis au destinataire jean@x.example : boîte pleine."

MAILS = [
    # --- reports as the RFC wants them
    _dsn("Postfix", _DAEMON, "Undelivered Mail Returned to Sender", _POSTFIX, "Auto-Submitted: auto-replied", "Return-Path: <>"),
    _dsn("Postfix, delayed", _DAEMON, "Delayed Mail (still being retried)", _POSTFIX, status=_status("delayed", "4.4.1")),
    _dsn("Postfix, delivered", _DAEMON, "Successful Mail Delivery Report", _POSTFIX, status=_status("delivered", "2.0.0")),
    _dsn("Postfix, relayed", _DAEMON, "Successful Mail Delivery Report", _POSTFIX, status=_status("relayed", "2.0.0")),
    _dsn("Sendmail", "Mail Delivery Subsystem <MAILER-DAEMON@x.example>", "Returned mail: see transcript for details", "The original message was received at Mon, 3 Mar 2025"),
    _dsn("Exim, new", _DAEMON, "Mail delivery failed: returning message to sender", _EXIM, "X-Failed-Recipients: jean@x.example", "Auto-Submitted: auto-replied"),
    _dsn("Exchange in French", "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example>", "Non remis : Accusé", _EXCHANGE, "Auto-Submitted: auto-replied"),
    _dsn("Microsoft 365", "Microsoft Outlook <postmaster@x.example>", "Non remis : Accusé", _EXCHANGE),
    _dsn("Exchange, late", "postmaster@x.example", "Remise retardée : Accusé", "La remise de ce message est retardée.", status=_status("delayed", "4.4.7")),
    _dsn("Exchange, delivered", "postmaster@x.example", "Remis : Accusé", "Votre message a été remis.", status=_status("delivered", "2.0.0")),
    _dsn("Exchange, relayed", "postmaster@x.example", "Relayé : Accusé", "Remis, sans notification.", status=_status("relayed", "2.0.0")),
    _dsn("Gmail", "Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Delivery Status Notification (Failure)", "Votre message n'est pas parvenu à jean@x.example", "Auto-Submitted: auto-replied", "X-Failed-Recipients: jean@x.example"),
    _dsn("Yahoo", "MAILER-DAEMON@yahoo.example", "Failure Notice", "Sorry, we were unable to deliver your message"),
    _dsn("Zimbra", _DAEMON, "Undelivered Mail Returned to Sender", _POSTFIX),
    _dsn("Notes", "Postmaster@x.example", "DELIVERY FAILURE: User jean not listed in Domino Directory", "Your message"),
    _dsn("Mimecast", "Postmaster <postmaster@x.example>", "[Postmaster] Email Delivery Failure", "This is an email delivery failure notification"),
    _dsn("Proofpoint", _DAEMON, "Undeliverable: Accusé", "Your message"),
    _dsn("without the mail", _DAEMON, "Undelivered Mail Returned to Sender", _POSTFIX, back=b""),
    _dsn("without the status", _DAEMON, "Undelivered Mail Returned to Sender", _POSTFIX, status=b""),
    _dsn("with headers only", _DAEMON, "Undelivered Mail Returned to Sender", _POSTFIX, back=part("text/rfc822-headers", f"Message-ID: {_OURS}")),
    _dsn("status in small letters", "Robot <robot@x.example>", "Avis", _FRENCH, status=part("MESSAGE/Delivery-Status", "Action: failed")),
    _dsn("status without report type", "Robot <robot@x.example>", "Avis", _FRENCH, kind="report"),
    _dsn("status in a mixed mail", "Robot <robot@x.example>", "Avis", _FRENCH, kind="mixed"),
    _dsn("status of the world", "Robot <robot@x.example>", "Avis", _FRENCH, status=part("message/global-delivery-status", "Action: failed")),
    _dsn("report type in capitals", "Robot <robot@x.example>", "Avis", _FRENCH, status=b"", kind='REPORT; REPORT-TYPE="Delivery-Status"'),
    _dsn("status in base64", "Robot <robot@x.example>", "Avis", _FRENCH, status=part("message/delivery-status", "QWN0aW9uOiBmYWlsZWQ=", "Content-Transfer-Encoding: base64")),
    Nasty("bounce: status as the whole", mail("Reporting-MTA: dns; x.example\r\n\r\nAction: failed", "Content-Type: message/delivery-status", sender="robot@x.example"), kind=Kind.BOUNCE, acknowledge=False),
    # --- proven by a header or by the sender
    _text("Exim, old", _DAEMON, "Mail delivery failed: returning message to sender", _EXIM, "X-Failed-Recipients: jean@x.example"),
    _text("qmail", "MAILER-DAEMON@mx.x.example", "failure notice", _QMAIL),
    _text("no return path", "Robot <robot@x.example>", "Avis", _FRENCH, "Return-Path: <>"),
    _text("no return path in capitals", "Robot <robot@x.example>", "Avis", _FRENCH, "RETURN-PATH:   < >"),
    _text("Exchange by its mark", "Administrateur <admin@x.example>", "Avis", _FRENCH, "X-MS-Exchange-Message-Is-Ndr:"),
    *(_text(f"written by {sender}", sender, "Avis", _FRENCH) for sender in (
        "MAILER-DAEMON", "mailer-daemon@x.example", "Mailer-Daemon@x.example (Mail Delivery System)", "postmaster@x.example", "POSTMASTER@X.EXAMPLE", '"MAILER-DAEMON" <>', "<>", "MAILER-DAEMON@[192.0.2.1]", "mailerdaemon@x.example", "mailer_daemon@x.example", "MAILER-DAEMON (Mail Delivery System)", "mail-daemon@x.example", "=?utf-8?q?Syst=C3=A8me?= <mailer-daemon@x.example>", "postmaster+ndr@x.example", "double-bounce@x.example", "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example",
    )),
    # --- proven by subject and first words together
    *(_text(f"words alone: {name}", "Robot <robot@x.example>", subject, said) for name, subject, said in (
        ("qmail", "failure notice", _QMAIL),
        ("Exim", "Mail delivery failed: returning message to sender", _EXIM),
        ("Exim, late", "Warning: message 1abc delayed 24 hours", "This message was created automatically by mail delivery software.\r\nA message that you sent has not yet been delivered"),
        ("Postfix", "Undelivered Mail Returned to Sender", _POSTFIX),
        ("Sendmail", "Returned mail: User unknown", "The original message was received at Mon, 3 Mar 2025 10:12:00 +0100\r\nfrom localhost\r\n\r\n   ----- The following addresses had permanent fatal errors -----\r\n<jean@x.example>"),
        ("Exchange 2003", "Non remis : Accusé", _OLD_EXCHANGE),
        ("Exchange 2007", "Non remis : Accusé", _EXCHANGE),
        ("Exchange in English", "Undeliverable: Accusé", "Your message did not reach some or all of the intended recipients.\r\n\r\n      jean@x.example"),
        ("Microsoft 365", "Undeliverable: Accusé", "Delivery has failed to these recipients or groups:\r\n\r\njean@x.example"),
        ("Exchange in German", "Unzustellbar: Accusé", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\r\n\r\njean@x.example"),
        ("Gmail", "Delivery Status Notification (Failure)", "** Adresse introuvable **\r\n\r\nVotre message n'est pas parvenu à jean@x.example, car l'adresse est introuvable."),
        ("Gmail of old", "Delivery Status Notification (Failure)", "Delivery to the following recipient failed permanently:\r\n\r\n     jean@x.example"),
        ("Yahoo", "Failure Notice", "Sorry, we were unable to deliver your message to the following address.\r\n\r\n<jean@x.example>:"),
        ("provider in France", "Échec de remise : Accusé", _FRENCH),
        ("provider in France, other words", "Message non distribué", "Votre message n'a pu être distribué aux adresses suivantes :\r\n<jean@x.example>"),
        ("provider in France, with a greeting", "Échec de la distribution", "Bonjour,\r\n\r\nVotre message n’a pas pu être délivré à jean@x.example."),
        ("provider in France, mail returned", "Courriel non remis : retour à l’expéditeur", "Le message suivant n'a pu être remis :\r\n jean@x.example"),
        ("Barracuda", "Undeliverable mail", "Your message to <jean@x.example> was blocked by our Spam Firewall."),
        ("AOL", "Mail Delivery Failure", "Your mail to the following recipients could not be delivered because they are not accepting mail"),
        ("MDaemon", "Permanent Delivery Failure", "The attached message had PERMANENT fatal delivery errors!\r\n\r\njean@x.example"),
        ("Notes", "DELIVERY FAILURE: User jean not listed", "Your message\r\n\r\n  Subject: Accusé\r\n\r\nwas not delivered to:\r\n\r\n  jean@x.example"),
        ("GroupWise", "Message status - undeliverable", "The message that you sent was undeliverable to the following:\r\n\tjean (user not found)"),
        ("1&1", "Mail delivery failed: returning message to sender", "This message was created automatically by mail delivery software (Exim)."),
        ("GMX", "Mail delivery failed: returning message to sender", "Die folgende Nachricht konnte nicht zugestellt werden:\r\n jean@x.example"),
        ("Symantec", "Mail System Error - Returned Mail", "This Message was undeliverable due to the following reason:\r\n\r\nboîte pleine"),
    )),
    *(_text(f"mail system: {name}", f"{name} <robot@x.example>", "Undelivered Mail Returned to Sender", "jean@x.example: 550 5.1.1 inconnu") for name in (
        "Mail Delivery System", "Mail Delivery Subsystem", "Mail Delivery Service", "Mail Administrator", "Mail System", "Postmaster", "Mailer-Daemon", "Système de messagerie", "Administrateur système", "Service de remise du courrier",
    )),
    # --- not proven
    _doubt("subject alone", "Jeanne <jeanne@x.example>", "Undelivered Mail Returned to Sender", "Je ne comprends pas ce message."),
    _doubt("subject in French alone", "Jeanne <jeanne@x.example>", "Échec de la remise", "Votre courrier m’est revenu, donnez-moi la bonne adresse."),
    _doubt("subject of Exchange alone", "Jeanne <jeanne@x.example>", "Non remis : Accusé", "Je vous renvoie ceci."),
    _doubt("first words alone", "Jeanne <jeanne@x.example>", "Votre lettre", _QMAIL),
    _doubt("first words alone in French", "Jeanne <jeanne@x.example>", "Votre lettre", _FRENCH),
    _doubt("code alone", "Jeanne <jeanne@x.example>", "Delivery failure", "550 5.1.1"),
]  # fmt: skip
