"""Documents where they come from: in mails, in Outlook's parcels, in signed envelopes, as pictures."""

import io
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ingest.documents import scans
from ingest.documents.read import read_document
from ingest.documents.scans import Picture, Scanner
from ingest.mail import Attachment
from ingest.parse import parse
from ingest.reader import receive
from ingest.screening import Own
from tests.builders import a_mail
from tests.ingest.documents import envelopes, offices, outlooks, pdfs

LETTER = pdfs.written("Madame, Monsieur,\nJe conteste votre refus.")
SAID = "Je conteste votre refus."


def enclosing(data: bytes, name: str = "", kind: str = "application/octet-stream") -> bytes:
    mail = message_from_bytes(a_mail("Voir courrier joint."), policy=SMTP)
    main, _, sub = kind.partition("/")
    mail.add_attachment(data, main, sub, filename=name or None)
    return bytes(mail)


def only(data: bytes) -> Attachment:
    [attachment] = parse(data).attachments
    return attachment


def body_of(kind: str, data: bytes, name: str) -> bytes:
    """A mail that is nothing but a file."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = "j@x.example", "Refus"
    main, _, sub = kind.partition("/")
    mail.set_content(data, main, sub, filename=name)
    return bytes(mail)


# --- files ----------------------------------------------------------------------------------


def test_a_letter_is_read_whatever_type_outlook_declares():
    found = only(enclosing(LETTER, "courrier.pdf"))
    assert (found.filename, found.trouble) == ("courrier.pdf", "")
    assert SAID in found.text
    assert found.data == LETTER


def test_what_cannot_be_read_is_told_with_the_file():
    found = only(enclosing(pdfs.locked("x"), "courrier.pdf"))
    assert (found.text, found.trouble) == ("", "protégé par un mot de passe")


def test_a_text_is_read_in_its_charset():
    mail = message_from_bytes(a_mail(), policy=SMTP)
    mail.add_attachment("Dépôt à 12 €".encode("iso-8859-15"), "text", "plain", filename="a.txt")
    mail.get_payload()[1].set_param("charset", "iso-8859-15")
    assert only(bytes(mail)).text == "Dépôt à 12 €"


def test_a_mail_sent_as_any_file_says_what_it_and_its_files_say():
    inner = enclosing(LETTER, "lettre.pdf")
    found = only(enclosing(inner, "plainte.eml"))
    assert found.text.startswith("Voir courrier joint.\n\n[lettre.pdf]\nMadame, Monsieur,")
    assert SAID in found.text


def test_the_letter_in_a_forwarded_mail_is_read():
    mail = message_from_bytes(a_mail("Pour suite à donner."), policy=SMTP)
    mail.add_attachment(message_from_bytes(enclosing(LETTER, "lettre.pdf"), policy=SMTP))
    assert SAID in only(bytes(mail)).text


def test_trouble_in_a_forwarded_mail_is_told():
    mail = message_from_bytes(a_mail("Pour suite à donner."), policy=SMTP)
    inner = enclosing(pdfs.locked("x"), "lettre.pdf")
    mail.add_attachment(message_from_bytes(inner, policy=SMTP))
    assert only(bytes(mail)).trouble == "« lettre.pdf » : protégé par un mot de passe"


# --- winmail.dat ----------------------------------------------------------------------------

WINMAIL = outlooks.winmail(
    {0x1000: "Je vous écris d’Outlook."}, {0x3707: "../lettre.pdf", 0x3701: LETTER}
)


def test_what_outlook_packed_into_one_is_unpacked():
    mail = parse(enclosing(WINMAIL, "winmail.dat", "application/ms-tnef"))
    [file] = mail.attachments
    assert (file.filename, file.content_type) == ("lettre.pdf", "application/pdf")
    assert SAID in file.text
    assert mail.new_text == "Voir courrier joint."  # the body is not said twice
    assert "tnef-unread" not in mail.defects


def test_the_body_in_a_parcel_is_the_mails_if_there_is_no_other():
    mail = parse(body_of("application/ms-tnef", WINMAIL, "winmail.dat"))
    assert mail.new_text == "Je vous écris d’Outlook."


def test_a_parcel_that_cannot_be_opened_stays_a_file_and_a_defect():
    mail = parse(enclosing(b"rien \0", "winmail.dat", "application/ms-tnef"))
    assert [one.filename for one in mail.attachments] == ["winmail.dat"]
    assert mail.attachments[0].trouble
    assert "tnef-unread" in mail.defects


# --- signed ---------------------------------------------------------------------------------

INNER = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
    b"Je suis decue.\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nannexe\r\n--b--\r\n"
)


@pytest.mark.parametrize("envelope", [envelopes.signed, envelopes.signed_in_pieces])
def test_a_signed_mail_is_read_through_its_envelope(envelope):
    mail = parse(body_of("application/pkcs7-mime", envelope(INNER), "smime.p7m"))
    assert mail.new_text == "Je suis decue."
    assert [one.text for one in mail.attachments] == ["annexe"]
    assert "encrypted" not in mail.defects


def test_an_envelope_in_an_envelope_is_opened_but_not_for_ever():
    packed = INNER
    for depth in range(6):
        name = b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\n"
        packed = envelopes.signed(name * (depth > 0) + packed)
    mail = parse(body_of("application/pkcs7-mime", packed, "smime.p7m"))
    assert mail.new_text == ""
    assert "encrypted" in mail.defects
    assert [one.filename for one in mail.attachments] == ["smime.p7m"]


@pytest.mark.parametrize("data", [envelopes.encrypted(), b"rien", envelopes.detached()])
def test_an_envelope_that_stays_shut_is_told(data):
    mail = parse(body_of("application/pkcs7-mime", data, "smime.p7m"))
    assert "encrypted" in mail.defects
    assert mail.attachments[0].trouble


# --- pictures (the real Tesseract reads them) -----------------------------------------------


def picture(
    *lines: str, size: tuple[int, int] = (1240, 900), form: str = "PNG", turned: int = 0
) -> bytes:
    image = Image.new("L", size, "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(34)
    for number, line in enumerate(lines):
        pen.text((90, 90 + 60 * number), line, "black", font)
    held = io.BytesIO()
    image.rotate(turned, expand=True).save(held, form)
    return held.getvalue()


LINES = ("Objet : reclamation", "Madame, Monsieur,", "Je conteste votre refus du 3 mars.")
SCAN = picture(*LINES)


def grey(data: bytes) -> tuple[int, int, bytes]:
    with Image.open(io.BytesIO(data)) as image:
        return image.width, image.height, image.convert("L").tobytes()


def test_a_scan_is_read():
    found = read_document("scan.png", "image/png", SCAN, Scanner())
    assert "Je conteste votre refus du 3 mars." in found.text
    assert found.trouble == ""


@pytest.mark.parametrize(("form", "turned"), [("JPEG", 0), ("TIFF", 0), ("JPEG", 90), ("GIF", 180)])
def test_it_is_read_in_any_form_and_however_it_lies(form, turned):
    data = picture(*LINES, *LINES, *LINES, form=form, turned=turned)
    assert "conteste votre refus" in read_document("x", "", data, Scanner()).text


def test_a_photograph_is_turned_as_the_telephone_says():
    held, how = io.BytesIO(), Image.Exif()
    how[0x0112] = 6  # to be turned clockwise (Exif 2.32, 4.6.4)
    Image.open(io.BytesIO(picture(*LINES, turned=90))).save(held, "JPEG", exif=how)
    scanner = Scanner()
    assert "conteste votre" in read_document("x.jpg", "", held.getvalue(), scanner).text
    with Image.open(io.BytesIO(held.getvalue())) as image:
        [turned] = scans._pictures(image)
    assert turned.width > turned.height


def test_every_page_of_a_fax_is_read():
    pages = [Image.open(io.BytesIO(picture(*LINES, f"Page numero {n}"))) for n in (1, 2)]
    held = io.BytesIO()
    pages[0].save(held, "TIFF", save_all=True, append_images=pages[1:])
    found = read_document("fax.tif", "", held.getvalue(), Scanner())
    assert "numero 1" in found.text
    assert "numero 2" in found.text


def test_a_scanned_pdf_is_read_a_fax_with_its_head_too():
    data = pdfs.scanned(*grey(SCAN), over="Fax de 03 83 00 00 00 page 1")
    found = read_document("scan.pdf", "", data, Scanner())
    assert "Fax de" in found.text
    assert "Je conteste votre refus du 3 mars." in found.text
    assert found.trouble == ""


def test_without_a_scanner_pictures_are_left_to_people():
    assert read_document("x.png", "", SCAN).trouble == scans.TO_BE_READ
    assert read_document("x.pdf", "", pdfs.scanned(*grey(SCAN))).trouble == scans.TO_BE_READ


def test_without_the_program_too(monkeypatch):
    monkeypatch.setattr(scans, "_languages", lambda: "")
    assert read_document("x.png", "", SCAN, Scanner()).trouble == scans.TO_BE_READ


def test_a_scanner_whose_time_is_used_up_says_so():
    found = read_document("x.png", "", SCAN, Scanner(seconds=0))
    assert found.text == ""
    assert "trop nombreuses" in found.trouble


def test_a_scanner_spends_its_time():
    scanner = Scanner()
    scanner.read(Picture(*grey(SCAN)))
    assert scanner.seconds < Scanner().seconds


def test_a_photograph_without_words_is_told():
    held = io.BytesIO()
    Image.effect_noise((900, 700), 90).save(held, "JPEG")
    found = read_document("degats.jpg", "image/jpeg", held.getvalue(), Scanner())
    assert (found.text, found.trouble) == ("", "image sans texte lisible")


def test_words_that_tesseract_doubts_are_given_with_the_doubt():
    blurred = Image.open(io.BytesIO(picture(*LINES, *LINES))).filter(ImageFilter.GaussianBlur(6))
    held = io.BytesIO()
    blurred.save(held, "PNG")
    found = read_document("x.png", "", held.getvalue(), Scanner())
    assert found.trouble in (
        "image mal lue : à relire par une personne",
        "image sans texte lisible",
    )


def test_a_picture_larger_than_any_scan_is_not_unpacked():
    held = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(held, "PNG")
    found = read_document("x.png", "", held.getvalue(), Scanner())
    assert found.trouble == "image trop grande pour être lue"


@pytest.mark.parametrize(
    ("size", "headers", "is_told"),
    [
        ((300, 90), {"Content-ID": "<logo@x>"}, False),
        ((700, 150), {"Content-Disposition": "inline"}, False),
        ((1_240, 900), {"Content-ID": "<photo@x>"}, True),  # telephones show photographs inline
        ((40, 40), {}, False),
        ((300, 240), {}, True),
    ],
)
def test_logos_are_no_letters(size, headers, is_told):
    mail = message_from_bytes(a_mail("Bonjour."), policy=SMTP)
    mail.add_attachment(picture(size=size), "image", "png", filename="image001.png")
    for name, value in headers.items():
        del mail.get_payload()[1][name]
        mail.get_payload()[1][name] = value
    if not headers:
        assert mail.get_payload()[1].get_content_disposition() == "attachment"
    assert bool(only(bytes(mail)).trouble) is is_told


def test_mail_that_is_sorted_has_its_pictures_read_pages_do_not_wait_for_it():
    data = enclosing(SCAN, "courrier.png", "image/png")
    [sorted_] = receive(data, Own(frozenset(), "")).mail.attachments
    assert "Je conteste" in sorted_.text
    assert only(data).trouble == scans.TO_BE_READ


def test_a_scan_in_a_zip_is_read():
    zipped = offices.zipped({"scan.png": SCAN})
    assert "Je conteste" in read_document("x.zip", "", zipped, Scanner()).text
