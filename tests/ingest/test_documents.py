"""Files that come with a mail say what people read in them, or why a machine cannot read them."""

import contextlib
import struct
import zlib
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents.document import MOST_TEXT, Document
from ingest.documents.kinds import Kind, kind_of
from ingest.documents.read import open_winmail, read_document
from ingest.documents.rtf import decompressed
from ingest.reader import Reader, Received, Unread
from ingest.screening import Own
from tests.builders import a_mail
from tests.ingest.documents import offices, outlooks, pdfs
from tests.ingest.documents.envelopes import encrypted, signed

WORDS = "Je conteste votre refus du 3 mars : c’est une honte. Où êtes-vous ?"
ANY = "application/octet-stream"
LETTER = pdfs.written(
    "Objet : réclamation\nMadame, Monsieur,\nJe conteste l’œuvre de l’expert, à 1 250 €."
)
RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Je suis tr\'e8s m\'e9content\~!\par O\u249? \'eates-vous \uc2\u8364\'3f\'3f ?}"
HTML_IN_RTF = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}"
    rb"{\*\htmltag64 <html><body>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 J'attends depuis 2\'e9 jours"
    rb"{\*\htmltag84 &nbsp;}!\htmlrtf }\htmlrtf0 \htmlrtf \par \htmlrtf0 {\*\htmltag72 </p>}"
    rb"{\*\mhtmltag84 <a href=cid>}{\*\htmltag64 </body></html>}}"
)
INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    'ORGANIZER;CN="Anne Collin":mailto:anne@courriel.example\r\n'
    "DTSTART;TZID=Europe/Paris:20261201T093000\r\nDTEND:20261201T083000Z\r\n"
    "SUMMARY:Expertise\\, deuxième\r\n  visite\r\nLOCATION:Toul\r\nDESCRIPTION:Bonjour\\nÀ mardi\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
FORM = pdfs.form(nom="Jeanne Mangin", motif="Résiliation jamais traitée")


def an_enclosing(data: bytes, kind: str, name: str) -> bytes:
    mail = message_from_bytes(a_mail("Voir pièce jointe."), policy=SMTP)
    main, _, sub = kind.partition("/")
    mail.add_attachment(data, main, sub, filename=name)
    return bytes(mail)


def read(name: str, data: bytes, kind: str = ANY) -> Document:
    return read_document(name, kind, data)


# --- what is read ---------------------------------------------------------------------------

READ = {
    "a PDF": ("lettre.pdf", LETTER, "Je conteste l’œuvre de l’expert, à 1 250 €."),
    "a PDF with another name": ("lettre.doc", LETTER, "Objet : réclamation"),
    "a PDF after rubbish": ("x", b"\r\n\r\nrubbish\n" + LETTER, "Objet : réclamation"),
    "a compressed PDF": ("x.pdf", pdfs.written("Où êtes-vous ?", compress=True), "Où êtes-vous ?"),
    "a PDF locked for writing only": ("x.pdf", pdfs.locked("", "Je conteste."), "Je conteste."),
    "a form that was filled in": ("x.pdf", FORM, "motif : Résiliation jamais traitée"),
    "a PDF that somebody typed over": ("x.pdf", pdfs.annotated("Je refuse ce devis"), "Je refuse"),
    "a PDF whose table is wrong": ("x.pdf", b"%PDF-1.7\n%x\n" + LETTER[9:], "Objet : réclamation"),
    "Word": (
        "lettre.docx",
        offices.docx(offices.paragraphs("Madame,", WORDS)),
        f"Madame,\n{WORDS}",
    ),
    "Word with macros, named otherwise": (
        "lettre.bin",
        offices.docx(offices.paragraphs(WORDS), header1="<w:p><w:t>Jeanne Mangin</w:t></w:p>"),
        f"Jeanne Mangin\n\n{WORDS}",
    ),
    "a table in Word": (
        "x.docx",
        offices.docx(
            f"<w:tbl><w:tr><w:tc>{offices.paragraphs('Contrat')}</w:tc>"
            f"<w:tc>{offices.paragraphs('n° 12', 'bis')}</w:tc></w:tr></w:tbl>"
        ),
        "Contrat\tn° 12 bis",
    ),
    "a word in pieces, tabs and breaks": (
        "x.docx",
        offices.docx(
            "<w:p><w:t>Ma</w:t></w:p><w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>récla</w:t></w:r><w:r><w:t>mation</w:t>"
            "<w:tab/><w:t>du 3</w:t><w:br/><w:t>mars</w:t></w:r></w:p>"
        ),
        "Ma\nréclamation\tdu 3\nmars",
    ),
    "what was deleted, and what is said twice": (
        "x.docx",
        offices.docx(
            "<w:p><w:r><w:delText>merci</w:delText><w:t>Assez !</w:t></w:r><mc:AlternateContent>"
            "<mc:Choice><w:t> Vraiment.</w:t></mc:Choice><mc:Fallback><w:t>redite</w:t></mc:Fallback>"
            "</mc:AlternateContent></w:p>"
        ),
        "Assez ! Vraiment.",
    ),
    "OpenDocument": (
        "lettre.odt",
        offices.odt(
            "<text:h>Objet</text:h><text:p>Je<text:s text:c='2'/>conteste<text:line-break/>tout</text:p>"
            "<office:annotation><text:p>secret</text:p></office:annotation>"
        ),
        "Objet\nJe  conteste\ntout",
    ),
    "cells of OpenDocument": (
        "x.ods",
        offices.odt(
            "<table:table-row><table:table-cell table:number-columns-repeated='1000000'>"
            "<text:p>Prime</text:p></table:table-cell><table:table-cell><text:p>120 €</text:p>"
            "</table:table-cell></table:table-row>"
        ),
        "Prime\t120 €",
    ),
    "Excel": (
        "x.xlsx",
        offices.xlsx(
            ["Prime", "Été"],
            "<row><c t='s'><v>0</v></c><c><v>120.5</v></c></row>"
            "<row><c t='s'><v>1</v></c><c t='inlineStr'><is><t>note</t></is></c></row>",
        ),
        "Prime\t120.5\nÉté\tnote",
    ),
    "slides in their order": (
        "x.pptx",
        offices.pptx(*(f"page {n}" for n in range(1, 12))),
        "page 2\n\npage 3",
    ),
    "RTF": ("lettre.doc", RTF, "Je suis très mécontent\xa0!\nOù êtes-vous € ?"),
    "HTML in RTF": ("x.rtf", HTML_IN_RTF, "J'attends depuis 2é jours !"),
    "RTF with a picture": (
        "x.rtf",
        rb"{\rtf1 avant {\pict\bin8 }}}}}}}}ff} apr\'e8s}",
        "avant  après",
    ),
    "HTML": ("x.htm", "<p>Déçu</p><script>x</script>".encode(), "Déçu"),
    "windows text": ("x.txt", "Où êtes-vous ?".encode("cp1252"), "Où êtes-vous ?"),
    "text without a name": ("x", WORDS.encode(), WORDS),
    "an invitation": ("x.ics", INVITATION.encode(), "Objet : Expertise, deuxième visite"),
    "its moment": (
        "x",
        INVITATION.encode(),
        "Début : 1er décembre 2026 à 09:30\nFin : 1er décembre 2026 à 08:30 UTC",
    ),
    "its sender": ("x", INVITATION.encode(), "Organisateur : Anne Collin (anne@courriel.example)"),
    "a zip": (
        "dossier.zip",
        offices.zipped({"lettre.pdf": LETTER, "note.txt": WORDS}),
        f"[note.txt]\n{WORDS}",
    ),
    "Word in a zip": (
        "dossier.zip",
        offices.zipped({"a/lettre.docx": offices.docx(offices.paragraphs(WORDS))}),
        f"[a/lettre.docx]\n{WORDS}",
    ),
    "a signed file": ("devis.pdf.p7m", signed(LETTER), "Objet : réclamation"),
    "Outlook": (
        "message.msg",
        outlooks.msg(
            {0x37: "Refus", 0x0C1A: "Paul", 0x5D01: "paul@x.example", 0x1000: WORDS},
            sent=datetime(2026, 3, 1, 9, 5, tzinfo=UTC),
        ),
        f"De : Paul <paul@x.example>\nEnvoyé : 1er mars 2026 à 09:05 UTC\nObjet : Refus\n\n{WORDS}",
    ),
    "Outlook in HTML": (
        "x.msg",
        outlooks.msg({0x1013: "<p>Déçu</p>".encode(), 0x3FDE: 65001}),
        "Déçu",
    ),
    "Outlook in compressed RTF": (
        "x.msg",
        outlooks.msg({0x1009: outlooks.compressed(RTF)}),
        "très mécontent",
    ),
    "a file in a mail of Outlook": (
        "x.msg",
        outlooks.msg({0x1000: "voir pièce"}, {0x3707: "lettre.pdf", 0x3701: LETTER}),
        "[lettre.pdf]\nObjet : réclamation",
    ),
    "a mail in a mail of Outlook": (
        "x.msg",
        outlooks.msg({0x1000: "à traiter"}, inner={0x37: "Honte", 0x1000: WORDS}),
        f"Objet : Honte\n\n{WORDS}",
    ),
    "a file in that": (
        "x.msg",
        outlooks.msg({0x1000: "à traiter"}, inner={}, inner_file={0x3707: "a.pdf", 0x3701: LETTER}),
        "[a.pdf]\nObjet : réclamation",
    ),
    "winmail.dat": ("winmail.dat", outlooks.winmail({0x1000: WORDS}), WORDS),
    "winmail.dat in RTF": (
        "x.dat",
        outlooks.winmail({0x1009: outlooks.compressed(RTF)}),
        "très mécontent",
    ),
    "winmail.dat in HTML in RTF": (
        "x.dat",
        outlooks.winmail({0x1009: outlooks.compressed(HTML_IN_RTF)}),
        "J'attends depuis",
    ),
    "winmail.dat in HTML": ("x.dat", outlooks.winmail({0x1013: "<b>Déçu</b>".encode()}), "Déçu"),
    "winmail.dat of old": (
        "x.dat",
        outlooks.winmail(attributes=((0x0002800C, "déçu\0".encode("cp1252")),)),
        "déçu",
    ),
}


@pytest.mark.parametrize(("name", "data", "expected"), READ.values(), ids=READ)
def test_a_document_is_read(name, data, expected):
    found = read(name, data)
    assert expected in found.text
    assert found.trouble == ""


def test_nothing_that_is_not_shown_is_in_the_text():
    read_all = "".join(read(name, data).text for name, data, _ in READ.values())
    for hidden in ("merci", "redite", "secret", "style", "Arial", "<p>", "script", "fonttbl"):
        assert hidden not in read_all


# --- what is not ----------------------------------------------------------------------------

BOMB = offices.docx("<w:p>" + "<w:r/>" * 1_000_000 + "</w:p>")
ENTITIES = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><x>&b;</x>"
UNREAD = {
    "a password on a PDF": ("x.pdf", pdfs.locked("secret"), "mot de passe"),
    "a password on Word": ("x.docx", outlooks.compound({"EncryptedPackage": b"x"}), "mot de passe"),
    "a password on OpenDocument": (
        "x.odt",
        offices.odt("<text:p>x</text:p>", manifest="<manifest:encryption-data/>"),
        "mot de passe",
    ),
    "a password on a zip": (
        "x.zip",
        offices.zipped({"a.txt": WORDS}, encrypted=True),
        "mot de passe",
    ),
    "half a PDF": ("x.pdf", LETTER[:30], "abîmé"),
    "a PDF in name only": ("x.pdf", b"\x01\x02 rien", "abîmé"),
    "half a letter of Word": ("x.docx", BOMB[: len(BOMB) // 2], "abîmé"),
    "half a mail of Outlook": ("x.msg", outlooks.msg({0x37: "x"})[:700], "abîmé"),
    "a winmail.dat in name only": ("winmail.dat", b"\x01\x02", "format inconnu"),
    "a picture in name only": ("x.jpg", b"\x01\x02 rien", "abîmé"),
    "nothing at all": ("x.pdf", b"", "vide"),
    "an empty zip": ("x.zip", offices.zipped({}), "vide"),
    "Word of old": ("x.doc", outlooks.compound({"WordDocument": b"x"}), "ancien format Word"),
    "Excel of old": ("x.xls", outlooks.compound({"Workbook": b"x"}), "ancien format Excel"),
    "an iPhone's photograph": ("x.heic", b"\0\0\0\x18ftypheic", "HEIC"),
    "a film": ("x.mp4", b"\0\0\0\x18ftypisom", "vidéo"),
    "a voice": ("x", b"#!AMR\n\x01\x02", "sonore"),
    "a program": ("x.exe", b"MZ\x01\x02\0", "format inconnu"),
    "an encrypted mail": ("x.asc", b"-----BEGIN PGP MESSAGE-----\nx", "chiffré"),
    "an encrypted envelope": ("smime.p7m", encrypted(), "chiffré"),
    "a picture": ("x.png", b"\x89PNG\r\n\x1a\n" + b"x", "abîmé"),
}


@pytest.mark.parametrize(("name", "data", "expected"), UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_is_said(name, data, expected):
    found = read(name, data)
    assert found.text == ""
    assert expected in found.trouble


SILENT = {
    "a card": ("x.vcf", b"BEGIN:VCARD\nEND:VCARD", "text/vcard"),
    "a signature": ("smime.p7s", b"\x30\x80\x01\x02", "application/pkcs7-signature"),
    "PGP's signature": ("x.asc", b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"),
    "PGP's first part": ("x", b"Version: 1", "application/pgp-encrypted"),
}


@pytest.mark.parametrize(("name", "data", "kind"), SILENT.values(), ids=SILENT)
def test_nothing_is_to_be_read_and_nothing_is_wrong(name, data, kind):
    assert read(name, data, kind) == Document()


# --- in part --------------------------------------------------------------------------------


def test_a_long_pdf_is_read_to_the_fiftieth_page():
    found = read("x.pdf", pdfs.written(*(f"page {n}" for n in range(1, 61))))
    assert "page 50" in found.text
    assert "page 51" not in found.text
    assert found.trouble == "seules les 50 premières pages ont été lues, sur 60"


def test_of_files_in_a_zip_each_trouble_is_told_under_its_name():
    zipped = offices.zipped({"a.pdf": pdfs.locked("x"), "b.txt": WORDS, "c.exe": b"MZ\0\1"})
    found = read("x.zip", zipped)
    assert found.text == f"[b.txt]\n{WORDS}"
    assert found.trouble == "« a.pdf » : protégé par un mot de passe ; « c.exe » : format inconnu"


def test_a_zip_in_a_zip_is_not_opened():
    found = read("x.zip", offices.zipped({"y.zip": offices.zipped({"a.txt": WORDS}), "b.txt": "b"}))
    assert found.text == "[b.txt]\nb"
    assert "archive dans une archive" in found.trouble


def test_a_letter_cut_off_is_read_as_far_as_it_goes():
    entry = offices.docx(offices.paragraphs(*[f"{WORDS} {n}" for n in range(9_000)]))
    torn = bytearray(entry)
    at = torn.index(b"word/document.xml") + 9_000
    torn[at : at + 50] = bytes(50)
    found = read("x.docx", bytes(torn))
    assert found.text.startswith(WORDS)
    assert "abîmé" in found.trouble


def test_files_of_a_winmail_come_out_as_they_are():
    inner = outlooks.winmail({0x1000: "la lettre jointe"})
    found = open_winmail(
        outlooks.winmail(
            {0x1000: "voir pièces"},
            {0x3707: "lettre.pdf", 0x370E: "application/pdf", 0x3701: LETTER},
            {0x3704: "MAIL", 0x3701: outlooks.MESSAGE + inner},
        )
    )
    assert [(file.name, file.kind) for file in found.inside] == [
        ("lettre.pdf", "application/pdf"),
        ("MAIL", "application/ms-tnef"),
    ]
    assert found.inside[0].data == LETTER
    assert read_document("", found.inside[1].kind, found.inside[1].data).text == "la lettre jointe"


# --- hostile --------------------------------------------------------------------------------


def lying_zip() -> bytes:
    """Says that it holds nothing, and holds 200 megabytes."""
    data = bytearray(offices.zipped({"a.txt": bytes(200_000_000)}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + place
        data[at : at + 4] = struct.pack("<I", 1)
    return bytes(data)


def endless_compound() -> bytes:
    """A mail of Outlook whose table of sectors leads back to its beginning."""
    data = bytearray(outlooks.msg({0x37: "x" * 9_000}))
    at = len(data) - 512
    data[at : at + 512] = struct.pack("<128i", *([0] * 128))
    return bytes(data)


HOSTILE = {
    "200 megabytes in a zip": offices.zipped({"a.txt": bytes(200_000_000)}),
    "a zip that lies": lying_zip(),
    "a zip of many files": offices.zipped({f"{n}.txt": "x" for n in range(5_000)}),
    "a letter of nothing but tags": BOMB,
    "a letter that grows": offices.zipped(
        {"word/document.xml": ENTITIES, "[Content_Types].xml": "x"}
    ),
    "a table that grows": offices.zipped(
        {
            "xl/workbook.xml": "x",
            "xl/sharedStrings.xml": ENTITIES,
            "xl/worksheets/sheet1.xml": ENTITIES,
        }
    ),
    "a letter as deep as the sea": offices.docx("<w:p>" * 200_000 + "</w:p>" * 200_000),
    "cells never closed": offices.docx("<w:tc>" * 100_000),
    "pages in a circle": pdfs.endless(),
    "a drawing of itself": pdfs.drawing_itself(),
    "a page as large as a field": pdfs.huge_page(),
    "a stream that inflates": pdfs.assembled(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[10 0 R]/Count 1>>",
            10: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 50 0 R>>",
            50: pdfs.stream(zlib.compress(bytes(100_000_000)), "/Filter/FlateDecode"),
        }
    ),
    "RTF of braces": rb"{\rtf1 " + b"{" * 2_000_000,
    "RTF of words": rb"{\rtf1 " + rb"\b0" * 1_000_000,
    "RTF that skips for ever": rb"{\rtf1 \uc999999999\u65 " + b"x" * 1_000,
    "RTF that lies of its length": rb"{\rtf1 \bin99999999999 x}",
    "RTF as long as it says": outlooks.winmail(
        {0x1009: struct.pack("<IIII", 9, 0xFFFFFFFF, 0x75465A4C, 0) + b"\x00aaaaaaaa" * 9}
    ),
    "sectors in a circle": endless_compound(),
    "a mail of Outlook with too much in it": outlooks.compound(
        {f"__substg1.0_{n:04X}001F": b"" for n in range(6_000)} | {"__properties_version1.0": b"x"}
    ),
    "a winmail of properties": b"\x78\x9f\x3e\x22\0\0\1"
    + struct.pack("<II", 0x00069003, 12)
    + b"\xff" * 14,
    "an envelope of envelopes": b"\x30\x80" * 500_000,
    "an envelope that ends nowhere": b"\x30\x84\xff\xff\xff\xff\x06",
    "an invitation of lines": b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 100_000,
    "an invitation of one line": b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY" + b';A="' * 100_000,
    "a table of ones and zeros": offices.xlsx(["x"], "<row><c t='s'><v>99999999999</v></c></row>"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_cost_little(data):
    """Neither time nor memory: under the budget that mails are read in, far from its end."""
    for name in ("x.bin", "smime.p7m"):
        found = read(name, data)
        assert len(found.text) <= MOST_TEXT
        found.text.encode()


def test_what_no_limit_of_ours_stops_costs_its_mail_alone():
    """A drawing that draws itself twice keeps PDFium busy for years."""
    mail = an_enclosing(pdfs.drawing_itself(times=2), "application/pdf", "x.pdf")
    with contextlib.closing(Reader(Own(frozenset(), ""), seconds=4)) as reader:
        evil, good = reader([mail, a_mail(subject="deux")])
    assert isinstance(evil, Unread)
    assert isinstance(good, Received)


def test_a_bomb_is_named():
    assert "volumineux" in read("x.zip", HOSTILE["200 megabytes in a zip"]).trouble
    assert "volumineux" in read("x.zip", HOSTILE["a zip of many files"]).trouble
    assert "piégé" in read("x.docx", HOSTILE["a letter that grows"]).trouble
    assert "piégé" in read("x.rtf", HOSTILE["RTF of braces"]).trouble


SEEDS = [data for _, data, _ in READ.values() if len(data) < 20_000]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_broken_nothing_is_raised(data):
    broken = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    found = read("x.bin", bytes(broken))
    found.text.encode()
    assert "\0" not in found.text


# --- kinds, compression ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "declared", "data", "kind"),
    [
        ("x.txt", "text/plain", b"%PDF-1.4", Kind.PDF),
        ("x.PDF", ANY, b"rien", Kind.PDF),
        ("x.pdf", "text/plain", b"rien", Kind.PDF),
        ("", "application/pdf", b"rien", Kind.PDF),
        ("photo", "image/jpeg", b"rien", Kind.IMAGE),
        ("photo", ANY, b"\xff\xd8\xff\xe0", Kind.IMAGE),
        ("", "text/enriched", b"rien", Kind.TEXT),
        ("x.eml", ANY, b"From: x", Kind.MAIL),
        ("", ANY, b"\x00\x01", Kind.UNKNOWN),
    ],
)
def test_bytes_tell_first_then_the_name_then_the_declaration(name, declared, data, kind):
    assert kind_of(name, declared, data) is kind


@given(st.binary(max_size=2_000) | st.sampled_from([b"", b"abc" * 3_000, bytes(9_000)]))
@settings(max_examples=60, deadline=None)
def test_compressed_rtf_comes_out_as_it_went_in(rtf):
    assert decompressed(outlooks.compressed(rtf)) == rtf


def test_the_example_of_the_specification_comes_out():
    """[MS-OXRTFCP] 3.1.1."""
    packed = "2d0000002b0000004c5a4675f1c5c7a703000a0072637067313235"
    packed += "42320af32068656c090020627705b06c647d0a800fa0"
    assert (
        decompressed(bytes.fromhex(packed)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    )
