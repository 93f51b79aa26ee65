"""The outbox: what has left, what waits, what is withheld and why."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from starlette.responses import Response

from outbound.write import draft, enclose
from register import breaker, outbox
from register.model import Complaint, Letter, LetterState
from review.confidential import admit
from review.desk import Desk
from review.pages.mail import framed
from review.visit import NotThere, Visit

# What each letter is to staff.
KINDS = {
    "acknowledgement": "Accusé de réception",
    "progress": "Point d’avancement",
    "answer_accepted": "Réponse : acceptée",
    "answer_partial": "Réponse : acceptée en partie",
    "answer_rejected": "Réponse : rejetée",
    "answer_explained": "Réponse : explication",
    "redirect": "Réorientation",
    "invitation": "Invitation à écrire",
    "false_alarm": "Ce n’était pas une réclamation",
}


def listing(visit: Visit) -> Response:
    state = visit.asked("etat")
    with visit.database.read() as session:
        found = outbox.listing(session, state)
        stopped = breaker.stopped(session)
    return visit.page(
        "letters.html",
        letters=[(letter, entry, LetterState(letter.state)) for letter, entry in found],
        states=list(LetterState),
        state=state,
        pending=outbox.PENDING,
        stopped=stopped,
        kinds=KINDS,
    )


def show(visit: Visit) -> Response:
    letter, entry, mail = _written(visit)
    body = mail.get_body(("plain",))
    return visit.page(
        "letter.html",
        letter=letter,
        entry=entry,
        state=LetterState(letter.state).french,
        mail=mail,
        text=body.get_content() if body else "",
        pending=outbox.PENDING,
    )


def formatted(visit: Visit) -> Response:
    _, _, mail = _written(visit)
    body = mail.get_body(("html",))
    return framed(body.get_content() if body else "")


def release(visit: Visit) -> Response:
    with visit.database.begin() as session:
        Desk(session, visit.settings, visit.now).release(visit.id(), visit.by)
    return visit.see("/lettres")


def cancel(visit: Visit) -> Response:
    with visit.database.begin() as session:
        Desk(session, visit.settings, visit.now).cancel(visit.id(), visit.by)
    return visit.see("/lettres")


def _written(visit: Visit) -> tuple[Letter, Complaint, EmailMessage]:
    """A letter as it left, or as it would leave now."""
    with visit.database.read() as session:
        letter = outbox.as_sent(session, visit.id())
        if letter is None:
            raise NotThere
        entry = session.get_one(Complaint, letter.complaint_id)
        unsent = letter.state in outbox.PENDING and letter.state != LetterState.UNCERTAIN
        data = letter.data
        if data is None or unsent:
            enclosure = enclose(session, letter, visit.settings)
            data = draft(enclosure, visit.settings.office, visit.now)
    admit(visit, entry)
    return letter, entry, message_from_bytes(data, policy=default)
