"""Raw mails for the tests. All invented."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from ingest.mail import Cursor, RawMail

CLIENT = "jeanne.mangin@courriel.example"


def a_mail(
    text: str = "Deux mois que j’attends mon remboursement, c’est inadmissible.",
    subject: str = "Remboursement",
    sender: str = f"Jeanne Mangin <{CLIENT}>",
    **headers: str,
) -> bytes:
    """A mail as bytes; ``In_Reply_To="<…>"`` sets a header."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = "contact@cabinet.example"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 23 Nov 2026 09:00:00 +0100"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return bytes(mail)


def raw(data: bytes, uid: int, now: datetime, uidvalidity: int = 1) -> RawMail:
    return RawMail("contact", "INBOX", Cursor(uidvalidity, uid), now, data, len(data))
