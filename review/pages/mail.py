"""All mail, wherever it is; the safe view of a mail, its original and its attachments."""

from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from classifier.labels import Label
from register import messages
from register.messages import Wanted
from register.model import Message, Place
from register.search import extract_of
from review.confidential import admit_to_mail, hidden
from review.desk import opened
from review.visit import NotThere, Visit

PAGE = 50
# A stranger's HTML, made safe already, may still not run, fetch, post or go anywhere.
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
)
_TOLD = 'a[href]::after{content:" (" attr(href) ")";font-size:smaller;overflow-wrap:anywhere}'


def listing(visit: Visit) -> Response:
    wanted = Wanted(
        place=visit.asked("lieu"),
        label=visit.asked("etiquette"),
        words=visit.asked("mots")[:200],
        after=visit.asked("suite"),
        limit=PAGE,
    )
    with visit.database.read() as session:
        found = messages.listing(session, wanted)
        counted = messages.counts(session)
        covered = hidden(visit, session, found.rows)
    return visit.page(
        "mail.html",
        rows=found.rows,
        extracts={row.id: extract_of(row, wanted.words) for row in found.rows},
        hidden=covered,
        after=found.after,
        wanted=wanted,
        places=[(place, counted[place]) for place in Place],
        total=sum(counted.values()),
        label_names={label.value: label.french for label in Label},
    )


def formatted(visit: Visit) -> Response:
    mail = opened(_known(visit))
    return framed(mail.html or "<p>Ce message n’a pas de mise en forme.</p>")


def framed(html: str) -> Response:
    """A stranger's or a letter's HTML for a sandboxed frame; a link says where it leads."""
    page = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Message</title>'
        f"<style>{_TOLD}</style>{html}</html>"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": FRAMED})


def original(visit: Visit) -> Response:
    row = _known(visit)
    return _download(row.data or b"", f"message-{row.id}.eml")


def attachment(visit: Visit) -> Response:
    found = opened(_known(visit)).attachments
    n = visit.id("n")
    if not 1 <= n <= len(found):
        raise NotThere
    return _download(found[n - 1].data, found[n - 1].filename)


def _known(visit: Visit) -> Message:
    with visit.database.read() as session:
        row = messages.original(session, visit.id())
    if row is None:
        raise NotThere
    admit_to_mail(visit, row)
    return row


def _download(data: bytes, name: str) -> Response:
    """Saved, never shown: the browser must not guess what a stranger sent (RFC 6266)."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        data, media_type="application/octet-stream", headers={"Content-Disposition": disposition}
    )
