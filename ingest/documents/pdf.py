"""PDF: its text as it is laid out, what was typed into its forms, its scanned pages (ISO 32000)."""

import ctypes
import math
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pypdfium2
from pypdfium2 import raw

from ingest.documents.document import (
    DAMAGED,
    LOCKED,
    MOST_PAGES,
    MOST_TEXT,
    NO_WORDS,
    Document,
    Unreadable,
    cleaned,
)
from ingest.documents.scans import MOST_PIXELS, TO_BE_READ, Picture, Scanner

_DOTS = 200 / 72  # of a picture, for each of the page's points
_FEW_LETTERS = 12  # a page number beside a drawing
_SOME_LETTERS = 200  # what a fax writes at the head of a scan
_MOST_OF_PAGE = 0.4
_MOST_SCANS = 10  # pages read optically
_MOST_NOTES = 2_000  # fields and annotations of a page
_LONGEST_VALUE = 20_000
_FIELD, _TYPED = 20, 3  # annotations: FPDF_ANNOT_WIDGET, FPDF_ANNOT_FREETEXT
_PASSWORD = 4  # FPDF_ERR_PASSWORD

# PDFium serves one caller at a time, and pages of the web are threads of one process.
_turn = threading.Lock()


def read_pdf(data: bytes, scanner: Scanner | None) -> Document:
    """The text of a PDF, page after page."""
    with _turn:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            locked = error.err_code == _PASSWORD
            raise Unreadable(LOCKED if locked else DAMAGED) from error
        try:
            return _read(document, scanner)
        finally:
            document.close()


def _read(document: pypdfium2.PdfDocument, scanner: Scanner | None) -> Document:
    if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
        raise Unreadable("formulaire dynamique d’Adobe (XFA)")
    document.init_forms()
    texts: list[str] = []
    troubles: dict[str, None] = {}  # each once, in order
    scans = 0
    pages = len(document)
    for number in range(min(pages, MOST_PAGES)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            troubles["certaines pages sont abîmées"] = None
            continue
        said = "\n".join([_words(page), *_typed(page)])
        if _is_scan(page, said):
            scans += 1
            read = _scanned(page, scanner) if scans <= _MOST_SCANS else Document("", TO_BE_READ)
            said = f"{said}\n{read.text}"
            troubles.update({read.trouble: None} if read.trouble else {})
        page.close()
        texts.append(said)
        if sum(map(len, texts)) > MOST_TEXT:
            break
    if pages > MOST_PAGES:
        troubles[f"seules les {MOST_PAGES} premières pages ont été lues, sur {pages}"] = None
    if not pages:
        raise Unreadable(DAMAGED)
    text = cleaned("\n\n".join(texts))
    if text:  # a drawing among pages that could be read
        troubles.pop(NO_WORDS, None)
    return Document(text, " ; ".join(troubles))


def _words(page: pypdfium2.PdfPage) -> str:
    layer = page.get_textpage()
    try:
        said: str = layer.get_text_bounded()
    finally:
        layer.close()
    return said


def _typed(page: pypdfium2.PdfPage) -> Iterator[str]:
    """What was filled into the fields of a page, and typed over it."""
    form = page.formenv
    for place in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page, place)
        if not note:
            continue
        kind = raw.FPDFAnnot_GetSubtype(note)
        if kind == _FIELD and form:
            yield from _field(form, note)
        elif kind == _TYPED:
            yield _string(partial(raw.FPDFAnnot_GetStringValue, note, b"Contents"))
        raw.FPDFPage_CloseAnnot(note)


def _field(form: pypdfium2.PdfFormEnv, note: object) -> Iterator[str]:
    kind = raw.FPDFAnnot_GetFormFieldType(form, note)
    name = _string(partial(raw.FPDFAnnot_GetFormFieldAlternateName, form, note))
    name = name or _string(partial(raw.FPDFAnnot_GetFormFieldName, form, note))
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        value = "oui" if raw.FPDFAnnot_IsChecked(form, note) else ""
    elif kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        value = ""
    else:
        value = _string(partial(raw.FPDFAnnot_GetFormFieldValue, form, note))
    if value.strip():
        yield f"{name} : {value}" if name else value


def _string(asked: Callable[[object, int], int]) -> str:
    """A string of PDFium, which first says how long it is, then writes it."""
    length = min(asked(None, 0), 2 * _LONGEST_VALUE)
    room = ctypes.create_string_buffer(length)
    asked(ctypes.cast(room, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return room.raw.decode("utf-16-le", "replace").partition("\0")[0]


def _is_scan(page: pypdfium2.PdfPage, said: str) -> bool:
    """Whether the words of a page are in a picture: nearly none besides, and something is drawn, if
    only letters that say nothing to machines.
    """
    letters = sum(map(str.isalnum, said))
    if letters < _FEW_LETTERS:
        drawn = range(min(raw.FPDFPage_CountObjects(page), _MOST_NOTES))
        kinds = {raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, place)) for place in drawn}
        return bool(kinds - {raw.FPDF_PAGEOBJ_TEXT} if letters else kinds)
    if letters > _SOME_LETTERS:
        return False
    width, height = page.get_size()
    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)
    bounds = [picture.get_bounds() for picture in pictures]
    largest = max((abs(r - x) * abs(t - y) for x, y, r, t in bounds), default=0)
    return bool(largest > _MOST_OF_PAGE * width * height)


def _scanned(page: pypdfium2.PdfPage, scanner: Scanner | None) -> Document:
    if scanner is None:
        return Document("", TO_BE_READ)
    width, height = page.get_size()
    fits = math.sqrt(MOST_PIXELS / max(width * height, 1))
    drawn = page.render(scale=min(_DOTS, fits), grayscale=True)
    rows = memoryview(drawn.buffer).cast("B")
    lines = [
        rows[at : at + drawn.width] for at in range(0, drawn.stride * drawn.height, drawn.stride)
    ]
    return scanner.read(Picture(drawn.width, drawn.height, b"".join(lines)))
