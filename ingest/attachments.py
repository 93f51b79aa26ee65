"""Parts that are not the body: their names made safe, and what can be read of them."""

import mimetypes
import re
from pathlib import PurePosixPath

from ingest import html
from ingest.mail import Attachment
from ingest.text import decode, one_line

_NAME_LENGTH = 120
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/jpeg": ".jpg",
}
_TEXTS = (".txt", ".csv", ".md", ".log", ".ics", ".vcf")
_PAGES = (".htm", ".html")


def attachment(name: str, content_type: str, data: bytes, charset: str | None = None) -> Attachment:
    """A part that came with a mail; ``name`` is what the sender calls it, perhaps nothing."""
    filename = _safe(name) or f"piece-jointe{_extension(content_type)}"
    return Attachment(filename, content_type, data, _readable(filename, content_type, data, charset))


def _safe(name: str) -> str:
    """A file name without path, control character, or sign that a system forbids."""
    base = one_line(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    base = _NOT_IN_NAMES.sub("_", base).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 10:
        return base[:_NAME_LENGTH]
    return f"{stem[: _NAME_LENGTH - len(extension) - 1]}.{extension}"


def _extension(content_type: str) -> str:
    known = _EXTENSIONS.get(content_type)
    return known or mimetypes.guess_extension(content_type, strict=False) or ".bin"


def _readable(filename: str, content_type: str, data: bytes, charset: str | None) -> str:
    suffix = PurePosixPath(filename.lower()).suffix
    untold = content_type == "application/octet-stream"
    if content_type == "text/html" or (untold and suffix in _PAGES):
        return html.to_text(decode(data, charset).text)
    if content_type.startswith("text/") and content_type != "text/rtf":
        return decode(data, charset).text.strip()
    if content_type == "message/delivery-status" or (untold and suffix in _TEXTS):
        return decode(data, charset).text.strip()
    return ""
