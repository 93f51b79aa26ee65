"""Documents that came with a mail, drawn anew as pictures: a browser is never given a stranger's
PDF or photograph, only points of our own, without profile, script, link or place of taking.
"""

import io
import math
import multiprocessing
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass
from threading import BoundedSemaphore

import pypdfium2
from pebble import ProcessExpired, ProcessPool
from PIL import Image, ImageOps

from ingest.documents.document import DAMAGED, LOCKED, Unreadable
from ingest.documents.kinds import Kind, kind_of
from ingest.documents.scans import opened
from ingest.mail import Attachment
from ingest.reader import within

SECONDS = 10.0  # for one page
MEMORY = 1_000_000_000  # bytes the drawing process may hold
MOST_PAGES = 100
_MOST_PIXELS = 2_500_000  # an A4 page as large as a wide screen
_LONGEST_SIDE = 4_000  # pixels
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_AT_ONCE = BoundedSemaphore(2)


@dataclass(frozen=True)
class Drawn:
    """One page as a PNG, and of how many it is."""

    png: bytes
    pages: int


def can_be_drawn(attachment: Attachment) -> bool:
    return _kind(attachment) in (Kind.PDF, Kind.IMAGE)


def draw(attachment: Attachment, page: int, seconds: float = SECONDS) -> Drawn:
    """Draw a page, the first being 1, in a process of its own. Raises ``Unreadable`` with the
    reason, in French, and ``IndexError`` where there is no such page.
    """
    context = multiprocessing.get_context("forkserver")
    asked = (_kind(attachment), attachment.data, page)
    with _AT_ONCE, ProcessPool(1, initializer=within, initargs=(MEMORY,), context=context) as pool:
        try:
            drawn: Drawn = pool.schedule(_drawn, asked, timeout=seconds).result()
        except TooLong as error:
            raise Unreadable("trop long à dessiner") from error
        except (ProcessExpired, MemoryError) as error:
            raise Unreadable("son dessin a interrompu le programme : méfiez-vous-en") from error
    return drawn


def _kind(attachment: Attachment) -> Kind:
    return kind_of(attachment.filename, attachment.content_type, attachment.data)


def _drawn(kind: Kind, data: bytes, page: int) -> Drawn:
    return _pdf(data, page) if kind is Kind.PDF else _image(data, page)


def _pdf(data: bytes, page: int) -> Drawn:
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
        pages = min(len(document), MOST_PAGES)
        if not 1 <= page <= pages:
            raise IndexError(page)
        sheet = document[page - 1]
        width, height = sheet.get_size()
        scale = min(
            math.sqrt(_MOST_PIXELS / max(width * height, 1)),
            _LONGEST_SIDE / max(width, height, 1),
        )
        return Drawn(_png(sheet.render(scale=scale).to_pil()), pages)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(LOCKED if error.err_code == _PASSWORD else DAMAGED) from error


def _image(data: bytes, page: int) -> Drawn:
    with opened(data) as image:
        several = image.format == "TIFF"  # the others would be animated
        pages = min(getattr(image, "n_frames", 1), MOST_PAGES) if several else 1
        if not 1 <= page <= pages:
            raise IndexError(page)
        try:
            image.seek(page - 1)
            image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            return Drawn(_png(ImageOps.exif_transpose(image)), pages)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise Unreadable(DAMAGED) from error


def _png(image: Image.Image) -> bytes:
    """The points and nothing else: neither profile nor remark of the original."""
    fits = math.sqrt(_MOST_PIXELS / max(image.width * image.height, 1))
    fits = min(1.0, fits, _LONGEST_SIDE / max(image.size))
    size = (max(round(image.width * fits), 1), max(round(image.height * fits), 1))
    coloured = image.convert("RGBA").resize(size)
    sheet = Image.new("RGB", size, "white")
    sheet.paste(coloured, mask=coloured.getchannel("A"))
    written = io.BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()
