"""What a browser sends, read within bounds: the fields of a form and the document it may bring.

Forms come urlencoded or, with a file, as multipart/form-data (RFC 7578). What is announced too long
is not read at all; what proves longer than allowed is read no further. A file is spooled to disk
until the form is whole, and held in memory only then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from review.visit import Upload

LONGEST_FORM = 1_000_000  # bytes of all that is typed
DOCUMENT = "document"  # the one field that may hold a file
_MOST_FIELDS = 1_000


class TooLong(Exception):
    """More is sent than the page takes."""


class Garbled(Exception):
    """What was sent is no form, or not a whole one."""


@dataclass(frozen=True)
class Sent:
    """A form as it was sent; nothing, for a page that is only asked for."""

    form: Mapping[str, str] = field(default_factory=dict)
    document: Upload | None = None


async def read(request: Request, longest: int) -> Sent:
    """Read the form of a request. Raises ``TooLong`` and ``Garbled``."""
    announced = request.headers.get("content-length", "0") or "0"
    if not announced.isdigit():
        raise Garbled
    if int(announced) > longest:
        raise TooLong
    bounded = Request(request.scope, _bounded(request.receive, longest))
    try:
        async with bounded.form(
            max_files=1, max_fields=_MOST_FIELDS, max_part_size=LONGEST_FORM
        ) as form:
            typed = {name: value for name, value in form.items() if isinstance(value, str)}
            found = form.get(DOCUMENT)
            # A browser sends a nameless empty file where none was chosen.
            if not isinstance(found, UploadFile) or not found.filename:
                return Sent(typed)
            return Sent(typed, Upload(found.filename, await found.read()))
    except (HTTPException, ClientDisconnect) as error:
        raise Garbled from error


def _bounded(receive: Receive, longest: int) -> Receive:
    come = 0

    async def receiving() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > longest:
            raise TooLong
        return message

    return receiving
