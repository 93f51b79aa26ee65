"""The one way in: bytes of a file to what people read in it."""

import logging
import time
from collections.abc import Callable
from pathlib import PurePosixPath

from ingest import html
from ingest.documents import signed
from ingest.documents.archive import Archive
from ingest.documents.document import MOST_TEXT, Document, Enclosed, Unreadable
from ingest.documents.invitation import read_invitation
from ingest.documents.kinds import Kind, kind_of
from ingest.documents.office import read_open, read_sheets, read_slides, read_word
from ingest.documents.outlook import read_compound
from ingest.documents.pdf import read_pdf
from ingest.documents.rtf import read_rtf
from ingest.documents.scans import Scanner, read_image
from ingest.documents.tnef import read_tnef
from ingest.text import decode

log = logging.getLogger(__name__)

_DEEPEST = 2  # a letter in a zip in a mail of Outlook; nothing that is opened in a zip
_MOST_FILES = 50  # read of one archive
_MOST_TROUBLES = 3  # told of one archive
_LONGEST = 20.0  # seconds for what one archive holds
_IN_LETTERS: dict[Kind, Callable[[str], Document]] = {
    Kind.HTML: lambda text: Document(html.to_text(text)),
    Kind.INVITATION: lambda text: Document(read_invitation(text) or text),
    Kind.TEXT: Document,
    Kind.MAIL: Document,
}
_OFFICE: dict[str, Callable[[Archive], Document]] = {
    "word/document.xml": read_word,
    "xl/workbook.xml": read_sheets,
    "ppt/presentation.xml": read_slides,
    "content.xml": read_open,
}
_UNEXPECTED = "fichier d’une forme inattendue, illisible par le programme"
_TROUBLES = {
    Kind.ENCRYPTED: "message chiffré",
    Kind.PHOTO: "photo au format HEIC : à regarder par une personne",
    Kind.SOUND: "enregistrement sonore : à écouter par une personne",
    Kind.VIDEO: "vidéo : à regarder par une personne",
    Kind.SILENT: "",
    Kind.UNKNOWN: "format inconnu",
}


def read_document(
    name: str, kind: str, data: bytes, scanner: Scanner | None = None, charset: str | None = None
) -> Document:
    """What a file says. Never raises: what cannot be read is said in ``Document.trouble``.

    ``kind`` is the type that the mail declares. Without a ``scanner`` pictures are not read.
    """
    return _read(Enclosed(name, kind, data), scanner, charset, 0)


def _read(file: Enclosed, scanner: Scanner | None, charset: str | None, depth: int) -> Document:
    if not file.data.strip(b"\0\r\n\t "):
        return Document(trouble="fichier vide")
    try:
        read = _by_kind(file, scanner, charset, depth)
    except Unreadable as error:
        return Document(trouble=str(error))
    except Exception as error:  # noqa: BLE001 - strangers' bytes and others' libraries
        log.info("a file of %s bytes is not read: %s", len(file.data), type(error).__name__)
        return Document(trouble=_UNEXPECTED)
    return Document(read.text[:MOST_TEXT].strip(), read.trouble, read.inside)


def _by_kind(file: Enclosed, scanner: Scanner | None, charset: str | None, depth: int) -> Document:
    data, kind = file.data, kind_of(file.name, file.kind, file.data)
    if kind in _IN_LETTERS:
        return _IN_LETTERS[kind](decode(data, charset).text)
    match kind:
        case Kind.PDF:
            return read_pdf(data, scanner)
        case Kind.IMAGE:
            return read_image(data, scanner)
        case Kind.RTF:
            return read_rtf(data)
        case Kind.ZIP:
            return _zip(data, scanner, depth)
        case Kind.TNEF:
            return _with_inside(read_tnef(data), scanner, depth + 1)
        case Kind.COMPOUND:
            return _with_inside(read_compound(data), scanner, depth + 1)
        case Kind.SIGNED:
            return _signed(file, scanner, depth)
    return Document(trouble=_TROUBLES[kind])


def open_winmail(data: bytes) -> Document:
    """The mail in a winmail.dat: its text, and its files as they are. Never raises."""
    try:
        return read_tnef(data)
    except Unreadable as error:
        return Document(trouble=str(error))
    except Exception as error:  # noqa: BLE001 - strangers' bytes
        log.info("a winmail.dat of %s bytes is not read: %s", len(data), type(error).__name__)
        return Document(trouble=_UNEXPECTED)


def _zip(data: bytes, scanner: Scanner | None, depth: int) -> Document:
    """A letter or a table, if that is what a zip holds; else the files in it."""
    archive = Archive.of(data)
    names = set(archive.names())
    for part, reader in _OFFICE.items():
        if part in names:
            return reader(archive)
    entries = archive.entries()
    if depth >= _DEEPEST:
        raise Unreadable("archive dans une archive")
    if not entries:
        raise Unreadable("archive vide")
    files, trouble = [], ""
    for entry in entries[:_MOST_FILES]:
        try:
            files.append(Enclosed(entry.filename, "", archive.read(entry)))
        except Unreadable as error:
            trouble = str(error)
    if len(entries) > _MOST_FILES:
        trouble = f"seuls {_MOST_FILES} fichiers ont été lus, sur {len(entries)}"
    return _with_inside(Document("", trouble, tuple(files)), scanner, _DEEPEST)


def _signed(file: Enclosed, scanner: Scanner | None, depth: int) -> Document:
    """What stands in a signed envelope, « devis.pdf.p7m » among them."""
    content = signed.content_of(file.data)
    if content is None or depth >= _DEEPEST:
        locked = signed.is_encrypted(file.data)
        raise Unreadable("message chiffré" if locked else _UNEXPECTED)
    name = PurePosixPath(file.name)
    inner = name.stem if name.suffix.lower() == ".p7m" else ""
    return _read(Enclosed(inner, "", content), scanner, None, depth + 1)


def _with_inside(outer: Document, scanner: Scanner | None, depth: int) -> Document:
    """A document with what the files in it say, each under its name; ``depth`` is theirs."""
    texts, troubles = [outer.text], [outer.trouble]
    begun = time.monotonic()
    for file in outer.inside:
        if depth > _DEEPEST or time.monotonic() - begun > _LONGEST:
            troubles.append("tout ce qu’il contient n’a pas été lu")
            break
        read = _read(file, scanner, None, depth)
        texts.append(f"[{file.name}]\n{read.text}" if read.text else "")
        troubles.append(f"« {file.name} » : {read.trouble}" if read.trouble else "")
    return Document("\n\n".join(filter(None, texts)), _joined(troubles))


def _joined(troubles: list[str]) -> str:
    said = list(dict.fromkeys(filter(None, troubles)))
    more = [f"et {len(said) - _MOST_TROUBLES} autres"] if len(said) > _MOST_TROUBLES else []
    return " ; ".join([*said[:_MOST_TROUBLES], *more])
