"""The documents of a file that did not come by mail: saved as they are, looked at without opening."""

import mimetypes

from starlette.responses import Response

from ingest.mail import Attachment
from register import complaints
from register.model import Document
from review.confidential import admit
from review.pages.mail import download, looked_into
from review.visit import NotThere, Visit


def original(visit: Visit) -> Response:
    found = _piece(visit)
    return download(found.data, found.filename)


def look_into(visit: Visit) -> Response:
    number = str(visit.request.path_params["number"])
    return looked_into(
        visit,
        _piece(visit),
        saved=f"/registre/{number}/document/{visit.id()}",
        back=f"/registre/{number}#documents",
    )


def _piece(visit: Visit) -> Attachment:
    """A document of this very file, which is admitted as a whole. Raises ``NotThere``, also of what
    has been erased.
    """
    with visit.database.read() as session:
        entry = complaints.named(session, str(visit.request.path_params["number"]))
        if entry is None:
            raise NotThere
        admit(visit, entry)
        kept = session.get(Document, visit.id()) if visit.id() < 2**31 else None
        if kept is None or kept.complaint_id != entry.id or kept.data is None:
            raise NotThere
        kind = mimetypes.guess_type(kept.name)[0] or "application/octet-stream"
        return Attachment(kept.name, kind, kept.data)
