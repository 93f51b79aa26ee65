"""How the nasty mails are written down: bytes by hand, and what a good mail program shows of them."""

import base64
import quopri
from dataclasses import dataclass

from ingest.screening import Kind

JEANNE = "Jeanne Mangin <jeanne.mangin@courriel.example>"
WORDS = "J’attends mon remboursement depuis deux mois, c’est inadmissible."


@dataclass(frozen=True)
class Nasty:
    """One mail and what must be read in it; what is None is not looked at."""

    name: str
    data: bytes
    subject: str | None = None
    sender: tuple[str, str] | None = None  # name and email
    to: tuple[str, ...] | None = None  # emails
    text: str | None = None
    contains: tuple[str, ...] = ()  # in the text
    lacks: tuple[str, ...] = ()  # in text, subject and sender
    new_text: str | None = None
    files: tuple[str, ...] | None = None
    defects: tuple[str, ...] = ()  # among those told
    sent_at: str | None = None  # ISO; empty: cannot be known
    kind: Kind = Kind.HUMAN
    acknowledge: bool | None = None


def lines(*pieces: str | bytes, end: bytes = b"\r\n") -> bytes:
    return end.join(each if isinstance(each, bytes) else each.encode() for each in pieces)


def mail(
    body: str | bytes = WORDS,
    *headers: str | bytes,
    subject: str | bytes = "Remboursement",
    sender: str | bytes = JEANNE,
    date: str | bytes = "Mon, 3 Mar 2025 10:12:00 +0100",
) -> bytes:
    """A mail with these headers besides the usual ones; an empty one of those is left out."""
    usual = [b"From: ", sender], [b"Subject: ", subject], [b"Date: ", date]
    head = [lines(name, value, end=b"") for name, value in usual if value]
    return lines(*head, "To: contact@cabinet.example", *headers, "", body)


def part(kind: str, body: str | bytes, *headers: str | bytes) -> bytes:
    return lines(*([f"Content-Type: {kind}"] if kind else []), *headers, "", body)


def multipart(kind: str, *parts: str | bytes, boundary: str = "b") -> bytes:
    """A part made of parts, with its own Content-Type line at its head."""
    said = [lines(f"--{boundary}", each) for each in parts]
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"'
    return lines(head, "", *said, f"--{boundary}--", "")


def made_of(kind: str, *parts: str | bytes, headers: tuple[str | bytes, ...] = ()) -> bytes:
    """A mail whose body is such parts."""
    head, _, body = multipart(kind, *parts).partition(b"\r\n\r\n")
    return mail(body, *headers, head)


def in_base64(text: str | bytes, charset: str = "utf-8") -> bytes:
    data = text if isinstance(text, bytes) else text.encode(charset)
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def in_quoted(text: str | bytes, charset: str = "utf-8") -> bytes:
    data = text if isinstance(text, bytes) else text.encode(charset)
    return quopri.encodestring(data).replace(b"\n", b"\r\n")


PLAIN = part("text/plain; charset=utf-8", WORDS)
HTML = part("text/html; charset=utf-8", f"<p>{WORDS}</p>")
