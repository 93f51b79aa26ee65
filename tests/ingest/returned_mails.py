"""Bounces as the servers of offices and of their clients write them. All invented.

The wording follows each server's own manner; names, addresses and codes are ours.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from ingest.bounces import Verdict

OFFICE = "contact@cabinet.example"
CLIENT = "jeanne.mangin@courriel.example"
NAME = "<rec-2026-0001.acknowledgement.0123456789ab@cabinet.example>"
HARD, SOFT, DELAYED = Verdict.HARD, Verdict.SOFT, Verdict.DELAYED

HEAD = f"""\
Return-Path: <{OFFICE}>
Message-ID: {NAME}
Date: Mon, 23 Nov 2026 12:00:00 +0100
From: Cabinet Lorrain <{OFFICE}>
To: {CLIENT}
Subject: Votre =?utf-8?q?r=C3=A9clamation?= REC-2026-0001
"""
COPY = HEAD + "\nBonjour,\n\nnous avons bien reçu votre réclamation du 23/11/2026.\n"


@dataclass(frozen=True)
class Case:
    """A bounce and what is to be read of it."""

    name: str
    data: bytes
    verdict: Verdict
    status: str
    recipient: str = CLIENT
    says: str = ""  # words that the diagnostic holds
    original: str = NAME


def dsn(
    words: str,
    fields: str,
    *,
    subject: str = "Undelivered Mail Returned to Sender",
    returned: str = "text/rfc822-headers",
    **headers: str,
) -> bytes:
    """A report of RFC 3464: words for people, fields for machines, what came back."""
    # By hand: the library would read the fields again, and write them its own way.
    mail = _mail(subject, headers)
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="=_cut"'
    parts = [
        ("text/plain; charset=utf-8", words),
        ("message/delivery-status", f"Reporting-MTA: dns; mx.client.test\n\n{fields}\n"),
        (returned, COPY if returned == "message/rfc822" else HEAD),
    ]
    said = "".join(f"--=_cut\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts if kind)
    head = bytes(mail).partition(b"\r\n\r\n")[0]
    return head + f"\n\n{said}--=_cut--\n".replace("\n", "\r\n").encode()


def words(
    text: str, *, subject: str = "failure notice", html: bool = False, **headers: str
) -> bytes:
    """A bounce in words alone; ``{copy}`` stands for the letter that came back, ``{head}`` for its head."""
    mail = _mail(subject, headers)
    text = text.replace("{head}", HEAD).replace("{copy}", COPY)
    mail.set_content(text, subtype="html" if html else "plain")
    return bytes(mail)


def _mail(subject: str, headers: dict[str, str]) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = headers.pop("From", "Mail Delivery System <MAILER-DAEMON@mx.client.test>")
    mail["To"] = OFFICE
    mail["Subject"] = subject
    mail["Date"] = "Mon, 23 Nov 2026 12:05:00 +0100"
    mail["Message-ID"] = "<retour.1@mx.client.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    return mail


def _fields(
    action: str, status: str, diagnostic: str = "", final: str = f"rfc822; {CLIENT}", **more: str
) -> str:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    lines += [f"Final-Recipient: {final}", f"Action: {action}", f"Status: {status}"]
    return "\n".join(lines + ([f"Diagnostic-Code: {diagnostic}"] if diagnostic else []))


_POSTFIX = """\
This is the mail system at host mx.client.test.

I'm sorry to have to inform you that your message could not be delivered to one recipient.

<jeanne.mangin@courriel.example>: host mx.courriel.example[192.0.2.7] said: 550 5.1.1 user unknown
"""

IN_FIELDS = (
    Case(
        "postfix, nobody of that name",
        dsn(_POSTFIX, _fields("failed", "5.1.1", "smtp; 550 5.1.1 user unknown")),
        HARD, "5.1.1", says="550 5.1.1 user unknown",
    ),
    Case(
        "postfix, the whole letter enclosed",
        dsn(_POSTFIX, _fields("failed", "5.1.1", "smtp; 550 5.1.1 nobody"), returned="message/rfc822"),
        HARD, "5.1.1",
    ),
    Case(
        "postfix, a full mailbox is not delivered either",
        dsn("La boîte est pleine.", _fields("failed", "5.2.2", "smtp; 552 5.2.2 Mailbox full")),
        HARD, "5.2.2", says="Mailbox full",
    ),
    Case(
        "postfix, five days in vain",
        dsn("Delivery was tried for five days.", _fields("failed", "4.4.1", "x-postfix; connect timed out")),
        HARD, "4.4.1", says="connect timed out",
    ),
    Case(
        "postfix, delayed",
        dsn("YOU DO NOT NEED TO SEND AGAIN", _fields("delayed", "4.4.1", Will_Retry_Until="Sat, 28 Nov 2026 12:00:00 +0100"), subject="Delayed Mail (still being retried)"),
        DELAYED, "4.4.1",
    ),
    Case(
        "exim, with fields",
        dsn("This message was created automatically by mail delivery software.", _fields("failed", "5.0.0", final=f"rfc822;{CLIENT}"), X_Failed_Recipients=CLIENT),
        HARD, "5.0.0",
    ),
    Case(
        "exim, the address had been an alias",
        dsn("Non remis.", _fields("failed", "5.1.1", final="rfc822;jm@ailleurs.example", Original_Recipient=f"rfc822;{CLIENT}")),
        HARD, "5.1.1",
    ),
    Case(
        "microsoft 365, unknown",
        dsn(
            "La remise a échoué pour ces destinataires ou groupes :\n\nadresse introuvable",
            _fields("failed", "5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
            subject="Non remis : Votre réclamation", returned="message/rfc822", Auto_Submitted="auto-replied",
        ),
        HARD, "5.1.10", says="RecipientNotFound",
    ),
    Case(
        "microsoft 365, access denied by a rule",
        dsn("La remise a échoué.", _fields("failed", "5.7.133", "smtp;550 5.7.133 sender not authenticated for group"), subject="Non remis"),
        HARD, "5.7.133",
    ),
    Case(
        "exchange, delayed",
        dsn("La remise à ces destinataires est retardée.", _fields("delayed", "4.4.7"), subject="Remise retardée : Votre réclamation"),
        DELAYED, "4.4.7",
    ),
    Case(
        "exchange, expired",
        dsn("Le serveur a essayé sans succès.", _fields("failed", "4.4.7", "smtp;550 4.4.7 QUEUE.Expired; message expired"), subject="Non remis"),
        HARD, "4.4.7",
    ),
    Case(
        "exchange, only the thread names the letter",
        dsn("Échec.", _fields("failed", "5.1.1"), returned="", In_Reply_To=NAME),
        HARD, "5.1.1",
    ),
    Case(
        "gmail, nobody of that name",
        dsn(
            "** Adresse introuvable **\n\nVotre message n'a pas pu être distribué.",
            _fields("failed", "5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist."),
            subject="Delivery Status Notification (Failure)", returned="message/rfc822",
            From="Mail Delivery Subsystem <mailer-daemon@messagerie.example>", X_Failed_Recipients=CLIENT, Auto_Submitted="auto-replied",
        ),
        HARD, "5.1.1", says="does not exist",
    ),
    Case(
        "gmail, delayed",
        dsn("** Distribution incomplète **", _fields("delayed", "4.4.1", Will_Retry_Until="Thu, 26 Nov 2026 12:00:00 +0100"), subject="Delivery Status Notification (Delay)"),
        DELAYED, "4.4.1",
    ),
    Case(
        "sendmail",
        dsn("The original message was received at Mon, 23 Nov 2026", _fields("failed", "5.1.1", "SMTP; 550 5.1.1 <jeanne.mangin@courriel.example>... User unknown", final=f"RFC822; {CLIENT}"), subject="Returned mail: see transcript for details"),
        HARD, "5.1.1", says="User unknown",
    ),
    Case(
        "orange, refused for the sender's reputation",
        dsn("Votre message n'a pas été remis.", _fields("failed", "5.7.1", "smtp; 550 5.7.1 Service refuse. Veuillez essayer plus tard. OFR_506 [506]")),
        HARD, "5.7.1", says="OFR_506",
    ),
    Case(
        "orange, mailbox closed",
        dsn("Boîte fermée.", _fields("failed", "5.1.1", "smtp; 550 5.1.1 Adresse d au moins un destinataire invalide. OFR_416 [416]")),
        HARD, "5.1.1", says="OFR_416",
    ),
    Case(
        "sfr, over quota",
        dsn("Boîte pleine.", _fields("failed", "5.2.2", "smtp; 550 5.2.2 Over quota")),
        HARD, "5.2.2",
    ),
    Case(
        "free, too many at once",
        dsn("Réessai en cours.", _fields("delayed", "4.7.1", "smtp; 451 too many errors from your ip")),
        DELAYED, "4.7.1",
    ),
    Case(
        "ovh, unknown",
        dsn("Hi. This is the mail server.", _fields("failed", "5.1.1", "smtp; 550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table")),
        HARD, "5.1.1", says="virtual mailbox table",
    ),
    Case(
        "no action is said: the code decides, for good",
        dsn("Échec.", f"Final-Recipient: rfc822; {CLIENT}\nStatus: 5.4.4"),
        HARD, "5.4.4",
    ),
    Case(
        "no action is said: the code decides, for now",
        dsn("Échec.", f"Final-Recipient: rfc822; {CLIENT}\nStatus: 4.2.1"),
        SOFT, "4.2.1",
    ),
    Case(
        "addresses in brackets and capitals, comments after the code",
        dsn("Échec.", "final-recipient: RFC822; <Jeanne.Mangin@Courriel.example>\nACTION: Failed (gave up)\nSTATUS: 5.1.1 (bad address)"),
        HARD, "5.1.1",
    ),
    Case(
        "fields folded over lines",
        dsn("Échec.", f"Final-Recipient: rfc822;\n {CLIENT}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550-5.1.1 The account\n 550 5.1.1 is closed"),
        HARD, "5.1.1", says="is closed",
    ),
    Case(
        "international fields (RFC 6533)",
        dsn("Échec.", _fields("failed", "5.1.1", final=f"utf-8; {CLIENT}")),
        HARD, "5.1.1",
    ),
)  # fmt: skip

IN_WORDS = (
    Case(
        "exim, of old",
        words(
            """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  jeanne.mangin@courriel.example
    host mx.courriel.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<jeanne.mangin@courriel.example>:
    550 5.1.1 Unknown user

------ This is a copy of the message, including all the headers. ------

{copy}""",
            subject="Mail delivery failed: returning message to sender",
        ),
        HARD, "5.1.1", says="550 5.1.1 Unknown user",
    ),
    Case(
        "exim, its header alone names the address",
        words("A message that you sent could not be delivered to all of its recipients.\n\n------ This is a copy of the message. ------\n\n{copy}", X_Failed_Recipients=CLIENT),
        HARD, "",
    ),
    Case(
        "exim, retry time is over",
        words("The following address(es) failed:\n\n  jeanne.mangin@courriel.example\n    retry timeout exceeded\n\n------ This is a copy of the message. ------\n\n{copy}"),
        HARD, "",
    ),
    Case(
        "exim, a warning",
        words(
            """\
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.client.test.

The address to which the message has not yet been delivered is:

  jeanne.mangin@courriel.example
    Delay reason: mailbox is full

No action is required on your part. Delivery attempts will continue for
some time.

{head}""",
            subject="Warning: message 1abCdE-000 delayed 24 hours",
        ),
        DELAYED, "",
    ),
    Case(
        "qmail",
        words(
            """\
Hi. This is the qmail-send program at mx.client.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<jeanne.mangin@courriel.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 No such user here
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

{copy}"""
        ),
        HARD, "550", says="No such user here",
    ),
    Case(
        "qmail, no mailbox",
        words("Hi. This is the qmail-send program.\n\n<jeanne.mangin@courriel.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{copy}"),
        HARD, "5.1.1", says="no mailbox here",
    ),
    Case(
        "postfix, of old",
        words("This is the Postfix program at host mx.client.test.\n\n<jeanne.mangin@courriel.example>: host mx said: 554 5.7.1 Message refused\n    (in reply to end of DATA command)\n\n{head}", subject="Undelivered Mail Returned to Sender"),
        HARD, "5.7.1", says="Message refused",
    ),
    Case(
        "exchange, in french, as HTML",
        words(
            "<html><body><p>La remise a échoué pour ces destinataires ou groupes :</p>"
            "<p><a href='mailto:jeanne.mangin@courriel.example'>jeanne.mangin@courriel.example</a></p>"
            "<p>L’adresse de messagerie que vous avez saisie est introuvable.</p>"
            "<p>Informations de diagnostic pour les administrateurs :<br>"
            "jeanne.mangin@courriel.example<br>#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found #</p></body></html>",
            subject="Non remis : Votre réclamation", html=True, In_Reply_To=NAME,
        ),
        HARD, "5.1.1", says="RecipNotFound",
    ),
    Case(
        "exchange, of old",
        words("Your message did not reach some or all of the intended recipients.\n\n      Subject:  Votre reclamation\n      Sent:     23/11/2026 12:00\n\nThe following recipient(s) could not be reached:\n\n      jeanne.mangin@courriel.example on 23/11/2026 12:01\n            The e-mail account does not exist at the organization this message was sent to.\n            <mx.client.test 5.1.1>", subject="Undeliverable: Votre réclamation", References=f"<autre@x.example> {NAME}"),
        HARD, "5.1.1", says="mx.client.test 5.1.1",
    ),
    Case(
        "gmail, in words",
        words("Delivery to the following recipient failed permanently:\n\n     jeanne.mangin@courriel.example\n\nTechnical details of permanent failure:\nThe error that the other server returned was:\n550 5.2.1 The email account that you tried to reach is disabled.\n\n----- Original message -----\n\n{copy}", subject="Delivery Status Notification (Failure)"),
        HARD, "5.2.1", says="is disabled",
    ),
    Case(
        "gmail, a delay in words",
        words("This is an automatically generated Delivery Status Notification\n\nTHIS IS A WARNING MESSAGE ONLY.\n\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following recipient has been delayed:\n\n     jeanne.mangin@courriel.example\n\nMessage will be retried for 2 more day(s)\n\n----- Original message -----\n\n{copy}", subject="Delivery Status Notification (Delay)"),
        DELAYED, "",
    ),
    Case(
        "orange, in french",
        words("Bonjour,\n\nVotre message n'a pas pu être remis au destinataire suivant :\n\njeanne.mangin@courriel.example\n\nRaison : 550 5.5.0 Boite du destinataire archivee. OFR_417 [417]\n\n--- Message d'origine ---\n\n{copy}", subject="Message non remis"),
        HARD, "5.5.0", says="OFR_417",
    ),
    Case(
        "sfr, mailbox full, in french",
        words("Votre message n’est pas parvenu à jeanne.mangin@courriel.example : la boîte aux lettres est pleine.\n\nEn-têtes du message d’origine :\n\n{head}", subject="Échec de la remise"),
        HARD, "",
    ),
    Case(
        "free, unknown, in french and english",
        words("Bonjour,\nle message suivant n'a pas pu être distribué.\n\n<jeanne.mangin@courriel.example>: 550 spamtrap or unknown user, utilisateur inconnu\n\nCopie de votre message :\n\n{copy}", subject="Non distribuable"),
        HARD, "550", says="utilisateur inconnu",
    ),
    Case(
        "ovh, domain without mail",
        words("Hi. This is the qmail-send program at mx.client.test.\n\n<jeanne.mangin@courriel.example>:\nSorry, I couldn't find any host named courriel.example. (#5.1.2)\n\n--- Below this line is a copy of the message.\n\n{copy}"),
        HARD, "5.1.2",
    ),
    Case(
        "la poste, delayed, in french",
        words("Votre message à jeanne.mangin@courriel.example n’a pas encore pu être remis (451 4.3.0 service indisponible). De nouvelles tentatives de remise se poursuivront pendant deux jours.\n\n{head}", subject="Remise différée"),
        DELAYED, "4.3.0",
    ),
    Case(
        "a passing trouble, nothing said of what follows",
        words("<jeanne.mangin@courriel.example>: 452 4.3.1 insufficient system storage\n\n{head}", subject="Mail System Error"),
        SOFT, "4.3.1",
    ),
    Case(
        "yahoo",
        words("Sorry, we were unable to deliver your message to the following address.\n\n<jeanne.mangin@courriel.example>:\n554: delivery error: dd Requested mail action aborted\n\n--- Below this line is a copy of the message.\n\n{copy}"),
        HARD, "554", says="delivery error",
    ),
    Case(
        "a gateway, blocked by its rules",
        words("Your message to jeanne.mangin@courriel.example was blocked by our mail policy.\n\nMessage-ID: " + NAME, subject="Undeliverable mail"),
        HARD, "",
    ),
    Case(
        "a gateway that quotes with marks",
        words("The attached message had PERMANENT fatal delivery errors!\n\n550 5.1.1 jeanne.mangin@courriel.example... no such account\n\n> Message-ID: " + NAME, subject="Permanent Delivery Failure"),
        HARD, "5.1.1",
    ),
    Case(
        "in german, of a relay",
        words("Diese Nachricht konnte nicht zugestellt werden:\n\n  jeanne.mangin@courriel.example\n  550 Empfaenger unbekannt\n\n{head}", subject="Unzustellbar: Votre réclamation"),
        HARD, "550", says="unbekannt",
    ),
    Case(
        "a sentence about the future that is no delay",
        words("Le compte jeanne.mangin@courriel.example est fermé : votre message est rejeté (550). Vous pouvez écrire à une adresse différente.\n\n{head}"),
        HARD, "",
    ),
)  # fmt: skip

CASES = IN_FIELDS + IN_WORDS
