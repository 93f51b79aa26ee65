"""Answer a complaint: write, sign, send, or record what was sent otherwise (P-14 … P-18, P-29)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.rights import Act, Role
from config.sentence import Sentence
from config.staff import Colleague, competent
from config.taxonomies import OUTCOMES, REFUSALS
from outbound.write import message_id
from register import answers, outbox, parties
from register.calendar import civil_date
from register.lifecycle import file_of, move
from register.model import Answer, AnswerState, Complaint, Letter, Message, Place, State
from register.outbox import Order
from review.desk import ROBOT, Desk, Refused, Seen
from review.facts import euros

# What a letter of answer says under headings of its own, by the template's names (EIOPA G8).
PARTS = {
    "granted": "Ce qui est accordé",
    "refused": "Ce qui est refusé",
    "reasons": "Pourquoi",
    "execution": "Comment et quand",
    "decided_by": "Qui a pris la décision, si ce n’est pas le cabinet",
}
# Which letter carries which decision; the others are noted, not written by us.
LETTERS = {
    "ACCEPTEE_TOTALEMENT": "answer_accepted",
    "GESTE_COMMERCIAL": "answer_accepted",
    "ACCEPTEE_PARTIELLEMENT": "answer_partial",
    "REJETEE": "answer_rejected",
    "EXPLICATION_DONNEE": "answer_explained",
}


@dataclass(frozen=True)
class Draft:
    """What somebody wrote so far."""

    outcome: str = ""  # code of regulation §5.6
    summary: str = ""  # « réponse apportée » of annexe I
    body: str = ""
    points: tuple[str, ...] = ()  # of the complaint, each to be answered (EIOPA G8)
    points_met: frozenset[int] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)  # parts of the letter of their own
    gesture_cents: int = 0
    compensation_cents: int = 0
    channel: str = "COURRIEL"


@dataclass(frozen=True)
class Elsewhere:
    """An answer that did not leave from the desk: from a mail program, by post, by a third party."""

    on: date | None  # None: the day of the mail that carries it
    outcome: str
    summary: str
    recourse: bool  # the person says that the ways of recourse stand in it
    channel: str = "COURRIEL"
    message_id: int | None = None  # found among the mails sent
    document_id: int | None = None  # or the paper kept
    gesture_cents: int = 0
    compensation_cents: int = 0


def draft(desk: Desk, seen: Seen, words: Draft) -> Answer:
    """Keep what is written so far; a signed answer is not written on. Raises ``Refused``."""
    complaint = desk.known(seen.number, seen.version)
    if words.outcome and words.outcome not in OUTCOMES:
        raise Refused(
            Sentence("« {code} » n’est pas un sens de réponse connu.", code=words.outcome)
        )
    answer = answers.being_written(desk.session, complaint)
    if answer is not None and answer.state == AnswerState.SIGNED:
        raise Refused("La réponse est signée et part : annulez d’abord sa lettre.")
    if answer is None:
        answer = Answer(
            complaint_id=complaint.id,
            state=AnswerState.DRAFT,
            written_by=seen.by,
            written_at=desk.now,
            points=[],
            points_met=[],
        )
        desk.session.add(answer)
    answer.outcome, answer.summary, answer.body = words.outcome, words.summary, words.body
    answer.points, answer.points_met = list(words.points), sorted(words.points_met)
    answer.words = {name: said for name in PARTS if (said := words.words.get(name, "").strip())}
    answer.gesture_cents, answer.compensation_cents = words.gesture_cents, words.compensation_cents
    answer.channel, answer.state = words.channel, AnswerState.DRAFT
    answer.signatory = answer.second_signatory = ""
    answer.written_by, answer.written_at = seen.by, desk.now
    desk.session.flush()
    if complaint.state == State.TO_SIGN:  # what was submitted is being written again
        move(file_of(desk.session, complaint), State.EXAMINED)
    desk.journal(
        seen.by, "drafted", complaint.number, {"answer": answer.id, "outcome": words.outcome}
    )
    return answer


def lacking(answer: Answer) -> list[str]:
    """What an answer still wants before anybody may sign it, in French."""
    open_points = [
        point for at, point in enumerate(answer.points) if at not in set(answer.points_met)
    ]
    wanted = {
        Sentence("choisissez le sens de la réponse"): answer.outcome in LETTERS,
        Sentence("écrivez la réponse"): bool(answer.body.strip()),
        Sentence("résumez-la pour le registre"): bool(answer.summary.strip()),
        Sentence("relevez les points de la réclamation"): bool(answer.points),
        Sentence("répondez à chaque point : {points}", points=tuple(open_points)): not open_points,
        Sentence("dites le montant du geste"): answer.outcome != "GESTE_COMMERCIAL"
        or answer.gesture_cents > 0,
    }
    return [what for what, done in wanted.items() if not done]


def obstacles(desk: Desk, complaint: Complaint, answer: Answer, by: str) -> list[str]:
    """Why this person may not sign this answer (P-16, P-17, X-33), in French; empty if he may."""
    if by == ROBOT:
        return [Sentence("le programme ne répond jamais lui-même")]
    who, today = desk.settings.colleague(by), _today(desk)
    against = list(lacking(answer))
    act = Act.REJECT if answer.outcome in REFUSALS else Act.ACCEPT
    if not who.may(act):
        against.append(_not_entitled(act))
    elif not who.knows(complaint.product, today):
        against.append(_not_qualified(desk, complaint, today))
    if answer.gesture_cents > (ceiling := gesture_ceiling(desk, who)):
        against.append(
            Sentence(
                "le geste de {amount} € dépasse votre plafond ({ceiling} €) : faites signer au-dessus",
                amount=euros(answer.gesture_cents),
                ceiling=euros(ceiling),
            )
        )
    return against


def _not_entitled(act: Act) -> str:
    return Sentence("vous n’êtes pas habilité à {what}", what=Sentence(act.value))


def gesture_ceiling(desk: Desk, who: Colleague) -> int:
    """Up to how many cents somebody may grant (regulation §5.9)."""
    if who.gesture_ceiling is not None:
        return int(who.gesture_ceiling * 100)
    procedure = desk.settings.procedure
    by_role = {
        Role.ADVISER: procedure.gesture_ceiling_adviser * 100,
        Role.OFFICER: procedure.gesture_ceiling_officer * 100,
        Role.MANAGER: 10**15,
    }
    return by_role.get(who.role, 0)


def _not_qualified(desk: Desk, complaint: Complaint, today: date) -> str:
    blamed = parties.of(desk.session, complaint).colleagues
    fit = competent(desk.settings.staff, complaint.product, today, blamed)
    if fit:
        return Sentence(
            "vous n’êtes pas qualifié pour ce produit à ce jour (P-16) : {who} l’est", who=fit.name
        )
    return Sentence("vous n’êtes pas qualifié pour ce produit à ce jour (P-16)")


def submit(desk: Desk, seen: Seen) -> Answer:
    """Put an answer before those who may sign it. Raises ``Refused`` while it wants something."""
    complaint = desk.known(seen.number, seen.version)
    answer = _written(desk, complaint)
    if wanting := lacking(answer):
        raise Refused(Sentence("La réponse n’est pas prête : {wanting}.", wanting=tuple(wanting)))
    answer.state = AnswerState.TO_SIGN
    move(file_of(desk.session, complaint), State.TO_SIGN)
    desk.journal(seen.by, "submitted", complaint.number, {"answer": answer.id})
    return answer


def send_back(desk: Desk, seen: Seen, why: str) -> Answer:
    """Ask for another wording."""
    complaint = desk.known(seen.number, seen.version)
    answer = _written(desk, complaint)
    if answer.state == AnswerState.SIGNED:
        raise Refused("La réponse est signée et part : annulez d’abord sa lettre.")
    answer.state = AnswerState.DRAFT
    answer.signatory = answer.second_signatory = ""
    move(file_of(desk.session, complaint), State.EXAMINED)
    desk.journal(seen.by, "sent back", complaint.number, {"answer": answer.id, "reason": why})
    return answer


def sign(desk: Desk, seen: Seen) -> Answer:
    """Sign; the letter leaves after the time to undo. Somebody aimed at signs, but not alone (X-13).

    Raises ``Refused`` with everything that stands against it, ``Stale``.
    """
    complaint = desk.known(seen.number, seen.version)
    answer = _written(desk, complaint)
    if answer.state == AnswerState.SIGNED:
        raise Refused("La réponse est déjà signée.")
    against = obstacles(desk, complaint, answer, seen.by)
    # The shared block of every letter of answer; which mediator was named is proof.
    answer.recourse, answer.mediator = True, _mediator(desk, complaint)
    if not complaint.client_email and answer.channel == "COURRIEL":
        against.append(Sentence("le client n’a pas d’adresse électronique : répondez par courrier"))
    if against:
        raise Refused(
            Sentence("La réponse ne peut pas être signée : {against}.", against=tuple(against))
        )
    move(file_of(desk.session, complaint), State.TO_SIGN)
    answer.state = AnswerState.TO_SIGN
    blamed = parties.of(desk.session, complaint).colleagues
    if seen.by in blamed:
        answer.signatory = seen.by
        desk.journal(seen.by, "signed first", complaint.number, {"answer": answer.id})
        return answer
    if answer.signatory and answer.signatory != seen.by:
        answer.second_signatory = seen.by
    else:
        answer.signatory = seen.by
    answer.state, answer.signed_at = AnswerState.SIGNED, desk.now
    _queue(desk, complaint, answer)
    signed: dict[str, object] = {"answer": answer.id, "outcome": answer.outcome}
    if answer.gesture_cents:
        signed["gesture"] = euros(answer.gesture_cents)
    desk.journal(seen.by, "signed", complaint.number, signed)
    return answer


def _queue(desk: Desk, complaint: Complaint, answer: Answer) -> Letter:
    kind = LETTERS[answer.outcome]
    by_post = answer.channel != "COURRIEL"
    order = Order(
        kind,
        complaint.client_email,
        message_id(complaint, kind, desk.settings.office),
        desk.now + timedelta(minutes=desk.settings.procedure.undo_minutes),
        withheld_because="à imprimer et à poster : notez ensuite la date d’envoi"
        if by_post
        else None,
        automatic=False,
        answer_id=answer.id,
        language=complaint.language if complaint.language in ("fr", "de", "en") else "fr",
        again=True,
    )
    return outbox.queue(desk.session, complaint, order, desk.now)


def unsign(desk: Desk, seen: Seen) -> Answer:
    """Take a signature back while the letter has not left."""
    complaint = desk.known(seen.number, seen.version)
    answer = _written(desk, complaint)
    for letter in outbox.of_complaint(desk.session, complaint):
        if letter.answer_id == answer.id and letter.state in outbox.PENDING:
            desk.cancel(letter.id, seen.by)
        elif letter.answer_id == answer.id and letter.state != "cancelled":
            raise Refused("La lettre est partie ou en cours d’envoi : elle ne se rappelle plus.")
    answer.state, answer.signed_at = AnswerState.TO_SIGN, None
    answer.signatory = answer.second_signatory = ""
    desk.journal(seen.by, "unsigned", complaint.number, {"answer": answer.id})
    return answer


def record(desk: Desk, seen: Seen, told: Elsewhere) -> Answer:
    """Note an answer that was given otherwise, with its day and its proof (P-10, P-18).

    Raises ``Refused`` for days that cannot be, a refusal without ways of recourse, no proof.
    """
    complaint = desk.known(seen.number, seen.version)
    mail = desk.session.get(Message, told.message_id) if told.message_id else None
    zone = desk.settings.office.zone
    on = civil_date(mail.received_at, zone) if mail else told.on
    against = list(_against_recording(desk, complaint, told, on))
    act = Act.REJECT if told.outcome in REFUSALS else Act.ACCEPT
    if not desk.settings.may(seen.by, act):
        against.append(_not_entitled(act))
    if mail and (mail.place != Place.SENT or mail.complaint_id != complaint.id):
        against.append(
            Sentence("ce message n’est pas un courrier du cabinet rangé dans ce dossier")
        )
    if against or on is None:
        raise Refused(Sentence("La réponse n’est pas notée : {against}.", against=tuple(against)))
    _drop_draft(desk, complaint)
    answer = _as_told(desk, complaint, told, seen.by)
    answers.stand(desk.session, complaint, answer, on)
    said: dict[str, object] = {"on": on.isoformat(), "outcome": told.outcome}
    if mail:
        mail.decided_by, mail.decided_at, mail.version = seen.by, desk.now, mail.version + 1
        said["message"] = mail.id
    desk.journal(seen.by, "answered", complaint.number, said)
    return answer


def _against_recording(
    desk: Desk, complaint: Complaint, told: Elsewhere, on: date | None
) -> Iterator[str]:
    if on is None or not complaint.received_on <= on <= _today(desk):
        yield "sa date doit être entre la réception et aujourd’hui"
    if told.outcome not in OUTCOMES:
        yield "dites le sens de la réponse"
    if told.outcome in REFUSALS and not told.recourse:
        yield (
            "un rejet, même partiel, indique les voies de recours (P-15) : "
            "écrivez-les d’abord au client"
        )
    if not told.summary.strip():
        yield "résumez la réponse apportée (P-18)"


def _drop_draft(desk: Desk, complaint: Complaint) -> None:
    answer = answers.being_written(desk.session, complaint)
    if answer is not None:
        if answer.state == AnswerState.SIGNED:
            raise Refused("Une réponse signée est en train de partir : annulez d’abord sa lettre.")
        answer.state = AnswerState.DROPPED


def _as_told(desk: Desk, complaint: Complaint, told: Elsewhere, by: str) -> Answer:
    answer = Answer(
        complaint_id=complaint.id,
        state=AnswerState.SENT,
        outcome=told.outcome,
        summary=told.summary,
        recourse=told.recourse,
        mediator=_mediator(desk, complaint) if told.recourse else "",
        written_by=by,
        written_at=desk.now,
        signatory=by,
        signed_at=desk.now,
        channel=told.channel,
        message_id=told.message_id,
        document_id=told.document_id,
        gesture_cents=told.gesture_cents,
        compensation_cents=told.compensation_cents,
    )
    desk.session.add(answer)
    return answer


def take_back(desk: Desk, seen: Seen) -> Complaint:
    """Say that what was noted as the answer is none. One that left from the desk stays."""
    complaint = desk.known(seen.number, seen.version)
    file = file_of(desk.session, complaint)
    if file.answer is None or complaint.answered_on is None:
        raise Refused(
            Sentence("Aucune réponse n’est notée pour {number}.", number=complaint.number)
        )
    carried = [one.answer_id for one in outbox.of_complaint(desk.session, complaint)]
    if file.answer.id in carried:
        raise Refused("Cette réponse est partie d’ici : rouvrez plutôt la réclamation.")
    file.answer.state = AnswerState.DROPPED
    complaint.answered_on = complaint.answer_id = None
    if complaint.ack_mode == "SANS_OBJET":
        complaint.ack_mode = ""
    to = State.ACKNOWLEDGED if complaint.acknowledged_on else State.TO_ACKNOWLEDGE
    move(file_of(desk.session, complaint), to)
    desk.journal(seen.by, "unanswered", complaint.number, {})
    desk.acknowledge_again(complaint)
    return complaint


def _written(desk: Desk, complaint: Complaint) -> Answer:
    answer = answers.being_written(desk.session, complaint)
    if answer is None:
        raise Refused(
            Sentence("Aucune réponse n’est écrite pour {number}.", number=complaint.number)
        )
    return answer


def _mediator(desk: Desk, complaint: Complaint) -> str:
    return desk.settings.office.mediator_for(complaint.product, complaint.client_kind).name


def _today(desk: Desk) -> date:
    return civil_date(desk.now, desk.settings.office.zone)
