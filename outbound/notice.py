"""Notices to the office's own people: something stands still."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from config.settings import Office


def write_notice(
    office: Office, to: Sequence[str], subject: str, text: str, now: datetime
) -> bytes:
    """A finished mail, ready for SMTP. No program answers it, ours neither (RFC 3834, 5)."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = make_msgid("notice", office.domain)
    mail["Date"] = now.astimezone(office.zone)
    mail["From"] = office.email
    mail["To"] = ", ".join(to)
    mail["Subject"] = subject
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "auto_reply"  # by which we know it again in a mailbox that we read
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(text)
    return bytes(mail)
