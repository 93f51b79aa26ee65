"""All mail, wherever it is; the safe view of a mail, its original and its attachments."""

import re
from base64 import b64encode
from html import unescape
from unicodedata import normalize
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from classifier.labels import Label
from config.sentence import Sentence
from ingest import preview
from ingest.documents.document import Unreadable
from ingest.mail import Attachment
from register import messages
from register.messages import Wanted
from register.model import Message, Place
from register.search import extract_of
from review.confidential import admit_to_mail, hidden
from review.desk import opened
from review.visit import NotThere, Visit, number

PAGE = 50
MANY = 10_000  # messages; nobody needs to know how many more
# A stranger's HTML, made safe already, may still not run, fetch, post or go anywhere.
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
)
SAVED = "default-src 'none'; sandbox; frame-ancestors 'none'"
# The page that shows a document: its picture lies within.
PICTURED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TOLD = 'a[href]:not(.same)::after{content:" (" attr(href) ")";font-size:smaller;overflow-wrap:anywhere}'
_PLAIN_LINK = re.compile(r'<a href="([^"<>]*)"([^<>]*)>([^<]*)</a>')


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
        counted = messages.counts_up_to(session, MANY)
        covered = hidden(visit, session, found.rows)
    return visit.page(
        "mail.html",
        rows=found.rows,
        extracts={row.id: extract_of(row, wanted.words) for row in found.rows},
        hidden=covered,
        after=found.after,
        wanted=wanted,
        places=[(place, _about(counted[place])) for place in Place],
        total=_about(sum(counted.values())),
        label_names={label.value: label.french for label in Label},
    )


def _about(count: int) -> str:
    return Sentence("plus de 10 000") if count > MANY else str(count)


def formatted(visit: Visit) -> Response:
    mail = opened(_known(visit))
    return framed(mail.html or "<p>Ce message n’a pas de mise en forme.</p>")


def framed(html: str) -> Response:
    """A stranger's or a letter's HTML for a sandboxed frame; a link says where it leads."""
    page = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Message</title>'
        f"<style>{_TOLD}</style>{_PLAIN_LINK.sub(_same, html)}</html>"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": FRAMED})


def _same(link: re.Match[str]) -> str:
    """Mark a link whose text is its very address: it needs no telling."""
    address, rest, text = unescape(link[1]), link[2], unescape(link[3]).strip()
    bare = re.sub(r"^(https?://|mailto:)", "", address)
    if text not in (address, address.rstrip("/"), bare, bare.rstrip("/")):
        return link[0]
    return f'<a class="same" href="{link[1]}"{rest}>{link[3]}</a>'


def original(visit: Visit) -> Response:
    row = _known(visit)
    return download(row.data or b"", f"message-{row.id}.eml")


def attachment(visit: Visit) -> Response:
    found = _piece(visit)
    return download(found.data, found.filename)


def look_into(visit: Visit) -> Response:
    message = f"/message/{visit.id()}"
    piece = f"{message}/piece/{visit.id('n')}"
    return looked_into(visit, _piece(visit), saved=piece, back=message)


def looked_into(visit: Visit, found: Attachment, *, saved: str, back: str) -> Response:
    """A file without opening it: a page of it drawn anew, and the words read in it. Its original is
    ``saved`` from that address.
    """
    page = number(visit.asked("page", "1")) or 0
    drawn, trouble = None, found.trouble
    if preview.can_be_drawn(found):
        try:
            drawn = preview.draw(found, page)
        except Unreadable as error:
            trouble = str(error)
        except IndexError as error:
            raise NotThere from error
    answer = visit.page(
        "piece.html",
        piece=found,
        saved=saved,
        back=back,
        page=page,
        pages=drawn.pages if drawn else 0,
        picture=b64encode(drawn.png).decode() if drawn else "",
        trouble=trouble,
    )
    answer.headers["Content-Security-Policy"] = PICTURED
    return answer


def _piece(visit: Visit) -> Attachment:
    found = opened(_known(visit)).attachments
    n = visit.id("n")
    if not 1 <= n <= len(found):
        raise NotThere
    return found[n - 1]


def _known(visit: Visit) -> Message:
    with visit.database.read() as session:
        row = messages.original(session, visit.id())
    if row is None:
        raise NotThere
    admit_to_mail(visit, row)
    return row


def download(data: bytes, name: str) -> Response:
    """Saved, never shown: the browser must not guess what a stranger sent. Its name in both ways
    (RFC 6266, 4.3; RFC 8187).
    """
    ascii_name = normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_. -]", "_", ascii_name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": SAVED}
    return Response(data, media_type="application/octet-stream", headers=headers)
