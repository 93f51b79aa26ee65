"""Whatever comes, it is read, screened, and can be kept: mails put together from hostile pieces,
and nasty mails with bytes changed. ``make fuzz`` searches longer, led by what code is reached.
"""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parse import parse, received_at
from ingest.screening import Own, screen
from tests.ingest.test_nasty import ROWS

OWN = Own(frozenset({"contact@cabinet.example"}), "cabinet.example")
SMALL = [data for row in ROWS if len(data := row.values[0].data) < 4_000]  # type: ignore[union-attr]

LINE_END = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b""])
NAME = st.sampled_from([
    b"From", b"To", b"Cc", b"Reply-To", b"Sender", b"Subject", b"Date", b"Message-ID", b"References",
    b"In-Reply-To", b"Received", b"Return-Path", b"Auto-Submitted", b"Precedence", b"List-Id",
    b"Content-Type", b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"X-A", b"",
])  # fmt: skip
PIECE = st.sampled_from([
    b"Jeanne", b"jeanne@x.example", b"<jeanne@x.example>", b"<>", b"<", b">", b"@", b",", b";", b":",
    b'"', b"(", b")", b"[", b"\\", b"=", b"?", b"*", b"%", b"'", b" ", b"\t", b"\r\n ", b"\0", b"\xe9",
    b"\xc3\xa9", b"\xed\xa0\x80", b"\xe2\x80\xae", b"=?utf-8?q?R=C3=A9?=", b"=?utf-8?b?", b"?=", b"=?",
    b"=?utf-7?q?+2AA-?=", b"=?utf-16?b?2AA=?=", b"=?x?q?=ED=A0=80?=", b"multipart/mixed", b"multipart/",
    b"multipart/alternative", b"multipart/digest", b"multipart/report", b"message/rfc822", b"text/plain",
    b"text/html", b"text/calendar", b"application/ms-tnef", b"message/delivery-status", b"boundary=b",
    b'boundary="b', b"boundary=bb", b"charset=utf-16", b"charset=utf-7", b"charset=idna", b"charset=hz",
    b"charset=unicode_escape", b"charset=x", b"format=flowed", b"delsp=yes", b"report-type=delivery-status",
    b"filename=", b"filename*=utf-8''%E9", b"filename*0*=x'", b"filename*1=", b"name*99999=", b"attachment",
    b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"Mon, 3 Mar 2025 10:12:00 +0100", b"+9999",
    b"31 f\xc3\xa9v 99 99:99", b"auto-replied", b"no",
])  # fmt: skip
HEADER = st.tuples(
    NAME, st.sampled_from([b": ", b":", b" : ", b""]), st.lists(PIECE, max_size=6), LINE_END
)
TEXT = st.sampled_from([
    b"--b", b"--b--", b"--bb", b"--", b"Bonjour.", b"> Oui", b"Le 3 mars 2025 \xc3\xa0 10:12, X a \xc3\xa9crit :",
    b"De : X", b"Envoy\xc3\xa9 : 3 mars 2025 10:12", b"Objet : Y", b"SuKAmWF0dGVuZHM", b"=", b"==", b"=C3", b"=\r\n",
    b"begin 644 a", b"#0V%T", b"end", b"<p>", b"<table><td>", b"<!--", b"-->", b"&#xD800;", b"&#0", b"<blockquote type=cite>",
    b"</blockquote>", b"<style>", b"display:none", b"\0", b"\xff\xfe", b"+2AA-", b"\x1b$B", b"~{", b"-- ", b"\xed\xa0\x80",
])  # fmt: skip
BODY = st.lists(st.tuples(TEXT | st.binary(max_size=6), LINE_END).map(b"".join), max_size=10)
BLOCK = st.tuples(
    st.lists(HEADER.map(lambda h: b"".join([h[0], h[1], *h[2], h[3]])), max_size=6), BODY
).map(lambda block: b"".join([*block[0], b"\r\n", *block[1]]))
MAIL = st.lists(
    st.tuples(st.sampled_from([b"", b"\r\n--b\r\n", b"\n--bb\n"]), BLOCK).map(b"".join), max_size=5
)


def can_be_kept(data: bytes) -> None:
    """Read and screen a mail; everything of it must fit a database and a page."""
    mail = parse(data)
    screening = screen(mail, OWN)
    received_at(data)
    people = (mail.sender, *mail.reply_to, *mail.to, *mail.cc)
    texts = [
        *(mail.message_id, mail.in_reply_to, *mail.references, mail.subject, mail.content_type),
        *(mail.text, mail.new_text, mail.quoted_text, mail.html, *mail.defects),
        *(text for header in mail.headers for text in header),
        *(text for person in people for text in (person.name, person.email)),
        *(
            text
            for each in mail.attachments
            for text in (each.filename, each.content_type, each.text)
        ),
        *(screening.reason, screening.withheld_because or "", *screening.refers_to),
    ]
    together = "\n".join(texts)
    assert "\0" not in together
    together.encode()
    assert "unreadable" not in mail.defects
    assert all(each.filename for each in mail.attachments)
    assert mail.sent_at is None or mail.sent_at.tzinfo


@given(MAIL.map(b"".join))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_mail_of_hostile_pieces_can_be_kept(data: bytes) -> None:
    can_be_kept(data)


@given(st.sampled_from(SMALL), st.integers(0, 2**32), st.integers(1, 8))
@settings(max_examples=400, deadline=None)
def test_any_nasty_mail_with_changed_bytes_can_be_kept(
    data: bytes, seed: int, changes: int
) -> None:
    can_be_kept(mutated(data, random.Random(seed), changes))


def mutated(data: bytes, chance: random.Random, changes: int) -> bytes:
    """Bytes replaced, cut out, doubled, or taken from another nasty mail."""
    for _ in range(changes):
        at, length = chance.randrange(len(data) + 1), chance.choice((1, 2, 8, 64))
        piece = chance.choice((
            b"", chance.randbytes(length), data[at : at + length] * 2, chance.choice((b"\r", b"\n", b"\0", b"\xe9", b'"', b"=")),
            chance.choice(SMALL)[at : at + 8 * length],
        ))  # fmt: skip
        data = data[:at] + piece + data[at + chance.choice((0, len(piece), length)) :]
    return data
