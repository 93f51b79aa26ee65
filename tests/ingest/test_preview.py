"""Attachments drawn anew: points of our own, in bounded time, whatever a stranger sent."""

import io

import pypdfium2
import pytest
from PIL import Image

from ingest.documents.document import Unreadable
from ingest.mail import Attachment
from ingest.preview import can_be_drawn, draw


def picture(size=(300, 200), form="PNG", colour="red", **more) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, form, **more)
    return written.getvalue()


def pdf(pages: int = 2, size=(595, 842)) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def drawn(data: bytes, page: int = 1, name: str = "a") -> tuple[Image.Image, int]:
    found = draw(Attachment(name, "application/octet-stream", data), page, seconds=120)
    image = Image.open(io.BytesIO(found.png))
    image.load()
    assert image.format == "PNG"
    return image, found.pages


def test_a_picture_is_its_points_and_nothing_else():
    exif = Image.Exif()
    exif[0x0112] = 6  # it lay on its side
    exif[0x010E] = "chez le client"
    data = picture((300, 200), "JPEG", exif=exif, icc_profile=b"\0" * 200, comment=b"secret")
    image, pages = drawn(data)
    assert (image.size, pages) == ((200, 300), 1)
    assert image.info == {}
    assert image.getpixel((100, 100))[0] > 200


def test_what_is_transparent_lies_on_white():
    written = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(written, "PNG")
    assert drawn(written.getvalue())[0].getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        picture((6000, 3000)),
        picture((20_000, 101)),
        pdf(1),
        pdf(1, (14_400, 14_400)),
        pdf(1, (9, 9999)),
    ],
)
def test_however_large_it_is_drawn_small(data):
    image, _ = drawn(data)
    assert image.width * image.height <= 2_600_000
    assert max(image.size) <= 4_001


def test_page_after_page():
    assert drawn(pdf(3), 3)[1] == 3
    for page in (0, 4, 10**9):
        with pytest.raises(IndexError):
            drawn(pdf(3), page)
    fax = io.BytesIO()
    sheets = [Image.new("1", (200, 300), n) for n in (0, 1)]
    sheets[0].save(fax, "TIFF", save_all=True, append_images=sheets[1:])
    image, pages = drawn(fax.getvalue(), 2)
    assert (image.getpixel((5, 5)), pages) == ((255, 255, 255), 2)


BOMB = picture((12_000, 12_000), colour="white")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\nrien", "abîmé"),
        (b"\x89PNG\r\n\x1a\nrien", "abîmé"),
        (picture()[:-40], "abîmé"),
        (BOMB, "trop grande"),
    ],
)
def test_what_cannot_be_drawn_says_why(data, said):
    with pytest.raises(Unreadable, match=said):
        drawn(data)


def test_it_has_so_much_time_and_no_more():
    with pytest.raises(Unreadable, match="trop long"):
        draw(Attachment("a", "application/octet-stream", picture((8000, 8000))), 1, seconds=0.001)


@pytest.mark.parametrize(
    ("name", "data", "can"),
    [
        ("a.pdf", b"%PDF-1.4", True),
        ("a.bin", b"\xff\xd8\xff", True),
        ("a.svg", b"<svg onload=alert(1)>", False),
        ("a.html", b"<script>", False),
        ("a.exe", b"MZ", False),
    ],
)
def test_what_can_be_drawn_its_bytes_say(name, data, can):
    assert can_be_drawn(Attachment(name, "image/svg+xml", data)) is can
