"""Any bytes become a Mail; a decent mail becomes what its sender meant."""

import base64
import logging
import time
from datetime import UTC, datetime, timedelta, timezone
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.utils import formataddr

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ingest.mail import Address, Mail
from ingest.parse import parse, received_at
from tests.builders import a_mail


def mail(head: str, body: str | bytes = "") -> Mail:
    """A mail written by hand, so that it may be as broken as mails are."""
    raw = body if isinstance(body, bytes) else body.encode()
    return parse(head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + raw)


def multipart(kind: str, *parts: str, head: str = "From: j@x.example") -> Mail:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    return mail(f"{head}\r\nContent-Type: multipart/{kind}; boundary=b", body)


PLAIN, HTML = "Content-Type: text/plain\r\n\r\n", "Content-Type: text/html\r\n\r\n"
ENCLOSED = (
    "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
    "From: Paul <paul@x.example>\r\nDate: Mon, 3 Mar 2025 10:12:00 +0100\r\n"
    "Subject: =?utf-8?q?D=C3=A9=C3=A7u?=\r\n\r\nJe suis mécontent."
)


# --- headers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name", "email"),
    [
        (
            "From: Jeanne Mangin <Jeanne.Mangin@X.Example>",
            "Jeanne Mangin",
            "jeanne.mangin@x.example",
        ),
        ("From: jeanne@x.example", "", "jeanne@x.example"),
        ("From: jeanne@x.example (Jeanne Mangin)", "Jeanne Mangin", "jeanne@x.example"),
        ('From: "Mangin, Jeanne" <j@x.example>', "Mangin, Jeanne", "j@x.example"),
        ("From: =?utf-8?q?Ren=C3=A9?= <r@x.example>", "René", "r@x.example"),
        (
            "From: =?utf-8?q?Ren=C3=A9?=\r\n =?utf-8?q?_Petit?= <r@x.example>",
            "René Petit",
            "r@x.example",
        ),
        ("From: =?utf-8?q?Petit,_Ren=C3=A9?= <r@x.example>", "Petit, René", "r@x.example"),
        ("From: Ren\udce9 <r@x.example>", "René", "r@x.example"),
        ("From: René <r@x.example>", "René", "r@x.example"),
        ("From: =?utf-8?q?Ren=C3=A9_=3Cr=40x=2Eexample=3E?=", "René", "r@x.example"),
        (
            "From: =?utf-8?q?v=40victime=2Eexample?= <r@x.example>",
            "v@victime.example",
            "r@x.example",
        ),
        ("From: =?utf-8?q?R=0D=0ABcc:_v=40x?= <r@x.example>", "R Bcc: v@x", "r@x.example"),
        ("From: r@société.example", "", "r@xn--socit-esab.example"),
        ("Sender: r@x.example", "", "r@x.example"),
        ("From: Jeanne <j@x.example", "Jeanne", "j@x.example"),
        # unusable
        ("From: Jeanne Mangin", "Jeanne Mangin", ""),
        ("From: Jeanne <jeanne>", "Jeanne <jeanne>", ""),
        ("From: j@localhost", "", ""),
        ("From: j@[127.0.0.1]", "", ""),
        ("From: réné@x.example", "", ""),
        ("From: <>", "<>", ""),
        ("From: undisclosed-recipients:;", "", ""),
        ("Subject: rien", "", ""),
    ],
)
def test_the_sender_is_known(header, name, email):
    read = mail(header)
    assert read.sender == Address(name, email)
    assert ("sender-unusable" in read.defects) == (email == "")


@pytest.mark.parametrize(
    "headers",
    ["From: a@x.example, b@x.example", "From: a@x.example\r\nFrom: b@x.example"],
)
def test_several_senders_are_told(headers):
    assert "several-senders" in mail(headers).defects


def test_people_are_listed_once():
    read = mail(
        "From: j@x.example\r\nTo: A <a@x.example>, b@x.example\r\nTo: b@x.example\r\n"
        "Cc: group: c@x.example;\r\nReply-To: autre@y.example"
    )
    assert [each.email for each in read.to] == ["a@x.example", "b@x.example"]
    assert [each.email for each in read.cc] == ["c@x.example"]
    assert read.reply_to == (Address("", "autre@y.example"),)


@pytest.mark.parametrize(
    ("header", "message_id"),
    [
        ("Message-ID: <1@x.example>", "<1@x.example>"),
        ("Message-Id:\r\n <1@x.example>", "<1@x.example>"),
        ("Message-ID: <1@x.example>\r\nMessage-ID: <2@x.example>", "<1@x.example>"),
        ("Message-ID: 1@x.example", "<1@x.example>"),
        ("Message-ID: (a) <1@x.example> (b)", "<1@x.example>"),
        ("Message-ID: pas un identifiant", ""),
        ("Message-ID:", ""),
    ],
)
def test_the_message_id_is_a_token(header, message_id):
    assert mail(header).message_id == message_id


def test_the_thread_is_known():
    read = mail(
        "In-Reply-To: Votre mail du 3 mars <2@x.example>\r\n"
        "References: <1@x.example>\r\n\t<2@x.example> <1@x.example>"
    )
    assert (read.in_reply_to, read.references) == (
        "<2@x.example>",
        ("<1@x.example>", "<2@x.example>"),
    )


PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("date", "sent_at"),
    [
        ("Mon, 3 Mar 2025 10:12:00 +0100", datetime(2025, 3, 3, 10, 12, tzinfo=PARIS)),
        ("3 Mar 2025 10:12 +0100 (CET)", datetime(2025, 3, 3, 10, 12, tzinfo=PARIS)),
        ("Mon, 3 Mar 2025 10:12:00 GMT", datetime(2025, 3, 3, 10, 12, tzinfo=UTC)),
        ("Mon, 3 Mar 2025 15:57:00 +0545", datetime(2025, 3, 3, 10, 12, tzinfo=UTC)),
        ("Mon, 3 Mar 2025 10:12:00", None),
        ("Mon, 3 Mar 2025 10:12:00 CET", datetime(2025, 3, 3, 10, 12, tzinfo=PARIS)),
        ("lun., 3 mars 2025 10:12:00 +0100", datetime(2025, 3, 3, 10, 12, tzinfo=PARIS)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("Mon, 3 Mar 2250 10:12:00 +0100", None),
        ("Mon, 3 Mar 99999 10:12:00 +0100", None),
        ("hier", None),
    ],
)
def test_the_date_is_zoned_or_none(date, sent_at):
    read = mail(f"From: j@x.example\r\nDate: {date}")
    assert read.sent_at == sent_at
    assert ("date-unreadable" in read.defects) == (sent_at is None)
    assert read.sent_at is None or read.sent_at.tzinfo


def test_the_zone_of_the_writer_is_kept():
    read = mail("Date: Mon, 3 Mar 2025 10:12:00 -0330")
    assert read.sent_at and read.sent_at.utcoffset() == -timedelta(hours=3, minutes=30)


def test_every_header_is_kept_in_order():
    read = mail("X-B: un\r\nX-A: =?utf-8?q?d=C3=A9=C3=A7u?=\r\nx-b: d\0eux\r\n trois")
    assert read.headers == (("x-b", "un"), ("x-a", "déçu"), ("x-b", "d eux trois"))
    assert read.header("X-B") == ("un", "d eux trois")


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Content-Type: Text/HTML; charset=utf-8", "text/html"),
        (
            "Content-Type: multipart/report; Report-Type=Delivery-Status; boundary=b",
            "multipart/report; report-type=delivery-status",
        ),
        ("Content-Type: n\udce9ant", "text/plain"),
        ("Subject: rien", "text/plain"),
    ],
)
def test_the_type_of_the_whole_is_known(header, kind):
    assert mail(header).content_type == kind


# --- bodies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "text", "defects"),
    [
        ("Content-Type: text/plain; charset=utf-8", "Déçue.\r\n", "Déçue.", ()),
        ("Content-Type: text/plain; charset=iso-8859-1", b"l\x92indemnit\xe9", "l’indemnité", ()),
        (
            "Content-Type: text/plain; charset=foo\r\nContent-Transfer-Encoding: quoted-printable",
            "m=E9content",
            "mécontent",
            ("charset-guessed",),
        ),
        ("Content-Transfer-Encoding: base64", base64.b64encode("déçue".encode()), "déçue", ()),
        ("Content-Transfer-Encoding: inconnu", "déçue", "déçue", ()),
        ("X: y", b"d\xe9\xe7u \x80", "déçu €", ("charset-guessed",)),
        ("Content-Type: text/plain; format=flowed", "très \r\ndéçue", "très déçue", ()),
        (
            "Content-Type: text/plain; format=flowed; delsp=yes",
            "inaccep \r\ntable",
            "inacceptable",
            (),
        ),
        ("Content-Type: text/html", "<p>Très <b>déçue</b></p>", "Très déçue", ()),
        ("Content-Type: text/plain", "<html><body>Déçue</body></html>", "Déçue", ()),
        ("Content-Type: absurde", "Déçue.", "Déçue.", ()),
        ("Content-Type: text/plain\r\nContent-Disposition: attachment", "Déçue.", "Déçue.", ()),
        ("X: y", "a\0b\x07c", "abc", ()),
    ],
)
def test_a_single_body_is_read(head, body, text, defects):
    read = mail(f"From: j@x.example\r\n{head}", body)
    assert (read.text, read.new_text, read.defects) == (text, text, defects)
    assert read.attachments == ()


def test_plain_text_is_preferred_and_html_is_shown():
    read = multipart("alternative", f"{PLAIN}Texte simple", f"{HTML}<p>Texte <b>riche</b></p>")
    assert read.text == "Texte simple"
    assert read.html.strip() == "<p>Texte <b>riche</b></p>"


@pytest.mark.parametrize(
    "stub",
    [
        "",
        " \r\n",
        "Votre messagerie ne supporte pas le HTML.",
        "Votre logiciel de messagerie ne prend pas en charge les messages au format HTML.",
        "Ce message est au format HTML",
        "Si ce message ne s’affiche pas, consultez-le dans votre navigateur : https://x.example",
        "Your email client doesn’t support HTML messages.",
        "This is a multi-part message in MIME format.",
    ],
)
def test_a_stand_in_is_passed_over(stub):
    html = "<p>Je conteste votre décision du 3 mars, elle est contraire au contrat signé.</p>"
    read = multipart("alternative", f"{PLAIN}{stub}", f"{HTML}{html}")
    assert read.text.startswith("Je conteste votre décision")


def test_a_plain_part_far_shorter_than_the_html_is_passed_over():
    html = f"<p>{'Je conteste votre décision. ' * 20}</p>"
    assert (
        multipart("alternative", f"{PLAIN}Je conteste", f"{HTML}{html}").text.count("décision")
        == 20
    )


def test_alternatives_within_a_mixed_mail_are_one_stretch():
    inner = (
        "Content-Type: multipart/alternative; boundary=c\r\n\r\n"
        f"--c\r\n{PLAIN}Corps\r\n--c\r\n"
        "Content-Type: multipart/related; boundary=d\r\n\r\n"
        f"--d\r\n{HTML}<p>Corps</p>\r\n--d\r\n"
        "Content-Type: image/png\r\nContent-ID: <logo>\r\n\r\nPNG\r\n--d--\r\n--c--"
    )
    read = multipart("mixed", inner, f"{PLAIN}Avertissement du serveur")
    assert read.text == "Corps\nAvertissement du serveur"
    assert "<p>Corps</p>" in read.html
    assert read.html.endswith("Avertissement du serveur")
    assert [part.content_type for part in read.attachments] == ["image/png"]


def test_plain_mail_has_no_html():
    assert mail("From: j@x.example", "<b>a</b>").html == ""


def test_quotes_are_set_apart():
    read = mail("From: j@x.example", "Non.\n\nLe 03/03/2025 à 10:12, Claire a écrit :\n> Oui ?")
    assert (read.new_text, read.quoted_text) == (
        "Non.",
        "Le 03/03/2025 à 10:12, Claire a écrit :\n> Oui ?",
    )
    assert read.text.startswith("Non.") and read.text.endswith("> Oui ?")


def test_endless_text_is_cut_and_said():
    read = mail("From: j@x.example", "mot " * 300_000)
    assert len(read.text) <= 1_000_000
    assert read.defects == ("text-cut",)


# --- parts ----------------------------------------------------------------------------------


def test_an_enclosed_mail_is_not_the_body():
    read = multipart("mixed", f"{PLAIN}Voir ci-joint", ENCLOSED)
    assert (read.text, read.quoted_text) == ("Voir ci-joint", "")
    [attachment] = read.attachments
    assert (attachment.content_type, attachment.text) == ("message/rfc822", "Je suis mécontent.")
    assert attachment.filename.endswith(".eml")
    assert b"Subject: =?utf-8?q?D=C3=A9=C3=A7u?=" in attachment.data


def test_an_enclosed_mail_is_history_when_the_body_says_nothing():
    read = multipart("mixed", f"{PLAIN}\r\n", ENCLOSED)
    assert read.new_text == ""
    assert (
        read.quoted_text
        == read.text
        == (
            "De : Paul <paul@x.example>\nEnvoyé : Mon, 3 Mar 2025 10:12:00 +0100\nObjet : Déçu\n\n"
            "Je suis mécontent."
        )
    )


def test_forwards_within_forwards_are_read():
    inner = f"Content-Type: message/rfc822\r\n\r\n{ENCLOSED}"
    assert "Je suis mécontent." in multipart("mixed", f"{PLAIN}\r\n", inner).quoted_text


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (
            "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt",
            "écrit",
            "écrit",
        ),
        (
            "Content-Type: text/html\r\nContent-Disposition: attachment; filename=a.html",
            "<p>a</p>",
            "a",
        ),
        ('Content-Type: text/plain; name="lettre.txt"', "écrit", "écrit"),
        ("Content-Type: text/csv", "a;b", "a;b"),
        ("Content-Type: application/octet-stream; name=lettre.TXT", "écrit", "écrit"),
        ("Content-Type: application/pdf; name=a.pdf", "%PDF", ""),
        ("Content-Type: text/rtf; name=a.rtf", "{\\rtf1}", ""),
    ],
)
def test_attachments_are_read_as_far_as_can_be(head, body, text):
    read = multipart("mixed", f"{PLAIN}Corps", f"{head}\r\n\r\n{body}")
    assert read.text == "Corps"
    [attachment] = read.attachments
    assert (attachment.text, attachment.data) == (text, body.encode())


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ('filename="constat.pdf"', "constat.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ('filename="a\0b\x07.pdf"', "ab.pdf"),
        ('filename="facture\u202efdp.exe"', "facturefdp.exe"),
        ('filename="a<b>:c|d?.pdf"', "a_b__c_d_.pdf"),
        ('filename=".htaccess"', "htaccess"),
        ('filename=".."', "piece-jointe.pdf"),
        ('filename="=?utf-8?q?d=C3=A9g=C3=A2ts.pdf?="', "dégâts.pdf"),
        ("filename*=utf-8''d%C3%A9g%C3%A2ts.pdf", "dégâts.pdf"),
        ("filename*0=d; filename*1=e.pdf", "de.pdf"),
        ('filename="d\udce9g\udce2ts.pdf"', "dégâts.pdf"),
        ('filename="dégâts.pdf"', "dégâts.pdf"),
        ("", "piece-jointe.pdf"),
        (f'filename="{"a" * 500}.pdf"', "a" * 116 + ".pdf"),
    ],
)
def test_names_of_files_are_harmless(disposition, filename):
    part = (
        f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {disposition}\r\n\r\nx"
    )
    body = f"--b\r\n{part}\r\n--b--\r\n".encode("utf-8", "surrogateescape")
    read = mail("From: j@x.example\r\nContent-Type: multipart/mixed; boundary=b", body)
    assert [each.filename for each in read.attachments] == [filename]


@pytest.mark.parametrize(
    ("kind", "defect"),
    [
        ("application/pgp-encrypted", "encrypted"),
        ("application/pkcs7-mime", "encrypted"),
        ("application/ms-tnef", "tnef-unread"),
    ],
)
def test_what_stays_closed_is_said(kind, defect):
    assert defect in multipart("mixed", f"Content-Type: {kind}\r\n\r\nx").defects


def test_a_signed_mail_is_read():
    read = multipart("signed", f"{PLAIN}Corps", "Content-Type: application/pgp-signature\r\n\r\nx")
    assert read.text == "Corps"
    assert len(read.attachments) == 1


@pytest.mark.parametrize("kind", ["mixed", "alternative", "report; report-type=delivery-status"])
def test_a_truncated_mail_is_read(kind):
    head = f"From: j@x.example\r\nSubject: Déçue\r\nContent-Type: multipart/{kind}; boundary=b"
    read = mail(head)
    assert (read.subject, read.sender.email, read.text) == ("Déçue", "j@x.example", "")
    assert "start-boundary-not-found" in read.defects


def test_a_multipart_without_boundaries_is_read():
    read = mail("From: j@x.example\r\nContent-Type: multipart/mixed; boundary=b", "Déçue.")
    assert read.text == "Déçue."


# --- hostile --------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    levels = (
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    return f"From: j@x.example\r\nSubject: S\r\n{''.join(levels)}\r\nau fond".encode()


FROM = b"From: j@x.example\r\nSubject: S\r\n"
BOMBS = {
    "nesting": nested(2000),
    "enclosed mails": FROM + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"\r\nx",
    "fewer enclosed mails": FROM + b"Content-Type: message/rfc822\r\n\r\n" * 100 + b"\r\nx",
    "parts": FROM
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: text/plain\r\n\r\nmot\r\n" * 5000,
    "one header": FROM + b"X: " + b"a" * 1_000_000 + b"\r\n\r\nmot",
    "headers": FROM + b"".join(b"X-%d: a\r\n" % n for n in range(60_000)) + b"\r\nmot",
    "recipients": FROM + b"To: " + b"a@x.example, " * 15_000 + b"\r\n\r\nmot",
    "brackets": FROM + b"To: " + b"<(" * 100_000 + b"\r\n\r\nmot",
    "encoded words": FROM + b"To: " + b"=?utf-8?q?=C3=A9?= " * 12_000 + b"\r\n\r\nmot",
    "parameters": FROM + b"Content-Type: text/plain; " + b"a=b; " * 40_000 + b"\r\n\r\nmot",
    "references": FROM + b"References: " + b"<a@b> " * 40_000 + b"\r\n\r\nmot",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_read_in_bounded_time(name):
    begin = time.perf_counter()
    read = parse(BOMBS[name])
    assert time.perf_counter() - begin < 20  # two seconds or three, on a busy machine
    assert (read.sender.email, read.subject) == ("j@x.example", "S")
    assert len(read.references) <= 100


def test_a_mail_too_deep_is_read_in_part_and_that_is_said():
    read = parse(nested(2000))
    assert "structure-unreadable" in read.defects
    assert "boundary" in read.text


def test_too_many_parts_are_said():
    assert "too-many-parts" in parse(BOMBS["parts"]).defects


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail(data):
    read = parse(data)
    assert isinstance(read, Mail)
    assert "\0" not in repr(read.headers) + read.text
    f"{read.subject}{read.text}{read.html}{read.headers}{read.sender}".encode()


PIECES = st.sampled_from(
    [
        *(
            b"From: ",
            b"To: ",
            b"Date: ",
            b"Subject: ",
            b"Message-ID: ",
            b"References: ",
            b"Received: ",
        ),
        *(b"Content-Type: ", b"Content-Disposition: ", b"Content-Transfer-Encoding: ", b"base64"),
        *(b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=b", b"--b", b"--b--"),
        *(b"message/rfc822", b"message/delivery-status", b"text/html; charset=", b"text/plain; "),
        *(
            b"format=flowed",
            b"filename*=",
            b"filename*0*=utf-8''%",
            b"attachment; ",
            b"report-type=",
        ),
        *(
            b"=?utf-8?q?",
            b"?=",
            b"\r\n",
            b"\r\n\r\n",
            b"\n ",
            b"<",
            b">",
            b"@",
            b",",
            b";",
            b'"',
            b"(",
        ),
        *(b"\0", b"\xe9", b"\xc3\xa9", b"idna", b"utf-16", b"Mon, 3 Mar 2025 10:12:00 +9999"),
    ]
)


@given(st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join))
@settings(max_examples=400)
def test_any_broken_mail_is_a_mail(data):
    read = parse(data)
    assert "unreadable" not in read.defects
    f"{read.subject}{read.text}{read.html}{read.headers}{read.sender}".encode()
    for attachment in read.attachments:
        assert attachment.filename
        assert not set(attachment.filename) & set("/\\\0\n")


VISIBLE = st.characters(
    codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\u00ad\u200b\ue000"
)
PHRASES = st.lists(st.text(VISIBLE, min_size=1, max_size=12), min_size=1, max_size=6).map(" ".join)
LOCALS = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,10})?", fullmatch=True)


@given(PHRASES, PHRASES, LOCALS, PHRASES, st.sampled_from(["q", "b", "8bit"]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_proper_mail_keeps_its_subject_sender_and_words(subject, name, local, text, way):
    # Not by EmailMessage: it loses spaces between the encoded words that it folds.
    charset = Charset("utf-8")
    charset.header_encoding = BASE64 if way == "b" else QP
    title = subject if way == "8bit" else Header(subject, charset).encode()
    sender = formataddr((name, f"{local}@x.example"), charset)
    read = mail(f"Subject: {title}\r\nFrom: {sender}", text)
    assume("=?" not in subject + name)
    assert read.subject == subject
    assert read.sender == Address(name, f"{local}@x.example")
    assert read.text == text


def test_nobodys_words_are_logged(caplog):
    with caplog.at_level(logging.DEBUG, logger="ingest"):
        for bomb in BOMBS.values():
            parse(bomb)
    assert "x.example" not in caplog.text


def test_a_plain_mail_of_the_builders_has_no_defect():
    assert parse(a_mail()).defects == ()


# --- arrival --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        (
            "Received: from a by b; Mon, 3 Mar 2025 10:12:00 +0100\r\n"
            "Received: from c by d; Sun, 2 Mar 2025 10:12:00 +0100",
            datetime(2025, 3, 3, 9, 12, tzinfo=UTC),
        ),
        (
            "Received: from a by b (c; d)\r\n id 1; Mon, 3 Mar 2025 10:12:00 +0100 (CET)",
            datetime(2025, 3, 3, 9, 12, tzinfo=UTC),
        ),
        ("Received: from a by b; hier", None),
        ("Received: from a by b; Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("Date: Mon, 3 Mar 2025 10:12:00 +0100", None),
        ("", None),
    ],
)
def test_arrival_is_what_the_last_server_says(headers, moment):
    assert received_at(f"{headers}\r\n\r\ncorps".encode()) == moment
