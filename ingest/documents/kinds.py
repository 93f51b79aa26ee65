"""What a file is: by its bytes first, then by its name, last by what the mail declares.

Outlook sends letters as application/octet-stream, and many a program declares what it likes.
"""

import re
from enum import Enum, auto
from pathlib import PurePosixPath

from ingest.documents import outlook, tnef


class Kind(Enum):
    """How a file is to be read."""

    PDF = auto()
    ZIP = auto()  # letters of Word among them: what a zip holds tells
    RTF = auto()
    COMPOUND = auto()  # Outlook's .msg, and Office before 2007
    TNEF = auto()
    IMAGE = auto()
    PHOTO = auto()  # in a form that nothing here reads
    SIGNED = auto()
    MAIL = auto()
    INVITATION = auto()
    HTML = auto()
    TEXT = auto()
    ENCRYPTED = auto()
    SOUND = auto()
    VIDEO = auto()
    SILENT = auto()  # nothing in it is for people to read
    UNKNOWN = auto()


_BY_BYTES = (
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (rb"{\rtf", Kind.RTF),
    (outlook.SIGNATURE, Kind.COMPOUND),
    (tnef.SIGNATURE, Kind.TNEF),
    (b"\x89PNG\r\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"II*\0", Kind.IMAGE),
    (b"MM\0*", Kind.IMAGE),
    (b"-----BEGIN PGP MESSAGE-----", Kind.ENCRYPTED),
    (b"-----BEGIN PGP SIGNATURE-----", Kind.SILENT),
    (b"-----BEGIN PGP PUBLIC KEY", Kind.SILENT),
    (b"BEGIN:VCALENDAR", Kind.INVITATION),
    (b"BEGIN:VCARD", Kind.SILENT),
    (b"ID3", Kind.SOUND),
    (b"#!AMR", Kind.SOUND),
    (b"OggS", Kind.SOUND),
)
# Within RIFF and ISO base media files, the kind stands a little further on.
_BRANDS = (
    (re.compile(rb"RIFF....WEBP", re.DOTALL), Kind.IMAGE),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), Kind.SOUND),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), Kind.VIDEO),
    (re.compile(rb"....ftyp(?:hei|hev|mif1|msf1|avif)", re.DOTALL), Kind.PHOTO),
    (re.compile(rb"....ftyp(?:M4A|M4B)", re.DOTALL), Kind.SOUND),
    (re.compile(rb"....ftyp", re.DOTALL), Kind.VIDEO),
    (re.compile(rb"BM.{8}..\0\0", re.DOTALL), Kind.IMAGE),
)
_BY_NAME = {
    kind: suffixes.split()
    for kind, suffixes in {
        Kind.PDF: "pdf",
        Kind.ZIP: "zip docx docm dotx odt ott xlsx xlsm ods pptx odp pages",
        Kind.RTF: "rtf",
        Kind.COMPOUND: "msg doc xls ppt dot",
        Kind.IMAGE: "jpg jpeg jpe jfif png gif bmp tif tiff webp",
        Kind.PHOTO: "heic heif avif",
        Kind.SIGNED: "p7m",
        Kind.MAIL: "eml",
        Kind.INVITATION: "ics",
        Kind.HTML: "html htm xhtml",
        Kind.TEXT: "txt csv md log text",
        Kind.SILENT: "vcf p7s asc sig cer crt",
        Kind.SOUND: "mp3 wav m4a amr ogg opus wma aac 3ga",
        Kind.VIDEO: "mp4 mov avi mkv 3gp wmv webm mpg mpeg",
    }.items()
}
_SUFFIXES = {suffix: kind for kind, suffixes in _BY_NAME.items() for suffix in suffixes}
_DECLARED = {
    "application/pdf": Kind.PDF,
    "application/x-pdf": Kind.PDF,
    "application/zip": Kind.ZIP,
    "application/x-zip-compressed": Kind.ZIP,
    "application/rtf": Kind.RTF,
    "text/rtf": Kind.RTF,
    "text/richtext": Kind.TEXT,
    "application/msword": Kind.COMPOUND,
    "application/vnd.ms-outlook": Kind.COMPOUND,
    "application/ms-tnef": Kind.TNEF,
    "application/vnd.ms-tnef": Kind.TNEF,
    "image/heic": Kind.PHOTO,
    "image/heif": Kind.PHOTO,
    "image/svg+xml": Kind.SILENT,
    "application/pkcs7-mime": Kind.SIGNED,
    "application/x-pkcs7-mime": Kind.SIGNED,
    "application/pkcs7-signature": Kind.SILENT,
    "application/x-pkcs7-signature": Kind.SILENT,
    "application/pgp-signature": Kind.SILENT,
    "application/pgp-keys": Kind.SILENT,
    "application/pgp-encrypted": Kind.SILENT,  # says that the next part is encrypted, no more
    "application/x-microsoft-rpmsg-message": Kind.ENCRYPTED,
    "application/applefile": Kind.SILENT,  # what a Macintosh knows of the file beside it
    "text/x-amp-html": Kind.SILENT,  # says the same as the body
    "text/watch-html": Kind.SILENT,
    "message/rfc822": Kind.MAIL,
    "text/calendar": Kind.INVITATION,
    "application/ics": Kind.INVITATION,
    "text/vcard": Kind.SILENT,
    "text/x-vcard": Kind.SILENT,
    "text/directory": Kind.SILENT,
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
}
_BY_MAIN_TYPE = {
    "image": Kind.IMAGE,
    "audio": Kind.SOUND,
    "video": Kind.VIDEO,
    "text": Kind.TEXT,
}
_BEGINNING = 1_024  # within which a PDF may begin (ISO 32000, annex H)
_SAMPLE = 4_096
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def kind_of(name: str, declared: str, data: bytes) -> Kind:
    """How to read a file."""
    begun = data[:_BEGINNING].lstrip(b"\xef\xbb\xbf \r\n\t")
    known = _by_bytes(begun)
    if known:
        return known
    suffix = PurePosixPath(name.lower()).suffix.lstrip(".")
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    declared = declared.lower()
    if declared in _DECLARED:
        return _DECLARED[declared]
    main = _BY_MAIN_TYPE.get(declared.partition("/")[0])
    if main:
        return main
    return Kind.TEXT if _is_text(data[:_SAMPLE]) else Kind.UNKNOWN


def _by_bytes(begun: bytes) -> Kind | None:
    for sign, kind in _BY_BYTES:
        if begun.startswith(sign):
            return kind
    for brand, kind in _BRANDS:
        if brand.match(begun):
            return kind
    return Kind.PDF if b"%PDF-" in begun else None


def _is_text(sample: bytes) -> bool:
    return bool(sample.strip()) and not _NOT_IN_TEXT.search(sample)
