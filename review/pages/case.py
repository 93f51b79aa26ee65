"""A case file: what is known, what is done, and what a person may do next."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from config.taxonomies import CHANNELS
from register import answers, complaints, findings, journal, outbox
from register.claim import Stale
from register.complaints import Facts, missing
from register.lifecycle import MOVES, Forbidden, file_of, needs
from register.model import (
    ActionState,
    Complaint,
    Information,
    LetterState,
    Place,
    Remark,
    State,
)
from review import answering, closing, conduct
from review.answering import Draft, Elsewhere
from review.closing import Found, Remedy, Step
from review.conduct import Told
from review.desk import Desk, Proof, Refused, Seen
from review.facts import BadFacts, as_form, cents, day, typed
from review.pages.journal import told
from review.visit import NotThere, Visit, number

_STALE = (
    "Quelqu’un vient de modifier ce dossier : votre changement n’a pas été enregistré. "
    "Voici ce qu’il est devenu."
)
Form = Mapping[str, str]


def show(visit: Visit) -> Response:
    return _case(visit)


def act(visit: Visit) -> Response:
    """Do what a form of the page asks for; what stands against it is said on the page."""
    do = _ACTS.get(str(visit.request.path_params["act"]))
    if do is None:
        raise NotThere
    name = str(visit.request.path_params["number"])
    seen = Seen(name, number(visit.form.get("version", "")) or 0, visit.by)
    try:
        with visit.database.begin() as session:
            do(Desk(session, visit.settings, visit.now), seen, visit.form)
    except BadFacts as error:
        return _case(visit, status=422, faults=error.faults, said=str(error))
    except (Refused, Forbidden) as error:
        return _case(visit, status=422, said=str(error))
    except Stale:
        return _case(visit, status=409, said=_STALE)
    return visit.see(f"/registre/{name}?fait=1")


def _amend(desk: Desk, seen: Seen, form: Form) -> None:
    entry = complaints.named(desk.session, seen.number)
    if entry is None:
        raise NotThere
    facts = typed(complaints.facts_of(desk.session, entry), form, desk.settings.words)
    desk.amend(seen.number, seen.version, facts, seen.by)


def _acknowledged(desk: Desk, seen: Seen, form: Form) -> None:
    said = form.get("proof", "").strip()
    if not said:
        raise BadFacts({"proof": "Dites ce qui prouve l’accusé."})
    desk.acknowledged(seen.number, seen.version, Proof(_day(form, "on"), said[:300]), seen.by)


def _hand_over(desk: Desk, seen: Seen, form: Form) -> None:
    conduct.hand_over(desk, seen, form.get("to", ""))


def _inform(desk: Desk, seen: Seen, form: Form) -> None:
    new = day(form, "new_date", needed=False)
    said = Told(_day(form, "on"), form.get("channel", "TELEPHONE"), form.get("said", ""), new)
    conduct.inform(desk, seen, said)


def _write_to(desk: Desk, seen: Seen, form: Form) -> None:
    words = {
        name: form[name] for name in ("done", "remaining", "cause", "new_date") if form.get(name)
    }
    conduct.write_to(desk, seen, form.get("kind", ""), words)


def _redirect(desk: Desk, seen: Seen, form: Form) -> None:
    words = {name: form[name] for name in ("why", "address", "still_done") if form.get(name)}
    conduct.redirect(desk, seen, form.get("to", ""), words)


def _draft(desk: Desk, seen: Seen, form: Form) -> None:
    points = tuple(line.strip() for line in form.get("points", "").splitlines() if line.strip())
    met = frozenset(at for at in range(len(points)) if form.get(f"met-{at}"))
    for name in ("body", "summary"):
        if len(form.get(name, "")) > 20_000:
            raise BadFacts({name: "Plus de 20 000 caractères : merci d’abréger."})
    answering.draft(
        desk,
        seen,
        Draft(
            outcome=form.get("outcome", ""),
            summary=form.get("summary", "").strip(),
            body=form.get("body", "").strip(),
            points=points[:50],
            points_met=met,
            gesture_cents=_amount(form, "gesture"),
            compensation_cents=_amount(form, "compensation"),
            channel=form.get("channel", "COURRIEL"),
        ),
    )


def _draft_and(then: Callable[[Desk, Seen], object]) -> Callable[[Desk, Seen, Form], None]:
    """What stands in the form is kept, and what is asked for is done with it."""

    def both(desk: Desk, seen: Seen, form: Form) -> None:
        if "body" in form:
            _draft(desk, seen, form)
            seen = Seen(seen.number, seen.version + 1, seen.by)
        then(desk, seen)

    return both


def _record(desk: Desk, seen: Seen, form: Form) -> None:
    answering.record(
        desk,
        seen,
        Elsewhere(
            on=day(form, "on", needed=False),
            outcome=form.get("outcome", ""),
            summary=form.get("summary", "").strip()[:2000],
            recourse=bool(form.get("recourse")),
            channel=form.get("channel", "COURRIEL"),
            message_id=number(form.get("message", "")),
            gesture_cents=_amount(form, "gesture"),
        ),
    )


def _find(desk: Desk, seen: Seen, form: Form) -> None:
    closing.find(
        desk,
        seen,
        Found(
            nature=form.get("nature", ""),
            said=form.get("said", ""),
            process=form.get("process", ""),
            cause=form.get("cause", ""),
            gravity=number(form.get("gravity", "2")) or 2,
            recurrence=form.get("recurrence") or "ISOLE",
            due_to=form.get("due_to", ""),
        ),
    )


def _propose(desk: Desk, seen: Seen, form: Form) -> None:
    desk.known(seen.number, seen.version)
    found = tuple(
        int(name[8:]) for name in form if name.startswith("finding-") and name[8:].isdigit()
    )
    closing.propose(
        desk,
        Remedy(
            kind=form.get("kind", ""),
            said=form.get("said", ""),
            owner=form.get("owner", ""),
            due_on=day(form, "due_on", needed=False),
            criterion=form.get("criterion", ""),
            check_on=day(form, "check_on", needed=False),
            findings=found,
        ),
        seen.by,
    )


def _day(form: Form, name: str) -> date:
    found = day(form, name, needed=True)
    assert found is not None
    return found


def _amount(form: Form, name: str) -> int:
    try:
        return cents(form.get(name, "")) or 0
    except ValueError as error:
        raise BadFacts({name: "Ce montant ne se lit pas : écrivez 1 234,56."}) from error


# What a form's address asks for. Every act is one transaction.
_ACTS: Mapping[str, Callable[[Desk, Seen, Form], object]] = {
    "corriger": _amend,
    "accuse": _acknowledged,
    "prendre": lambda desk, seen, form: conduct.take(desk, seen),
    "confier": _hand_over,
    "attendre": lambda desk, seen, form: conduct.wait_for(desk, seen, form.get("whom", "")),
    "noter": lambda desk, seen, form: conduct.remark(
        desk, seen.number, form.get("said", ""), seen.by
    ),
    "informer": _inform,
    "ecrire": _write_to,
    "ecrite": lambda desk, seen, form: conduct.formalised(desk, seen, _day(form, "on")),
    "reorienter": _redirect,
    "mediation": lambda desk, seen, form: conduct.seized(desk, seen, _day(form, "on")),
    "avis": lambda desk, seen, form: conduct.opinion(
        desk, seen, _day(form, "on"), form.get("said", "")
    ),
    "contentieux": lambda desk, seen, form: conduct.litigation(desk, seen, _day(form, "on")),
    "geler": lambda desk, seen, form: conduct.hold(desk, seen, form.get("because", "")),
    "requalifier": lambda desk, seen, form: conduct.requalify(desk, seen, form.get("because", "")),
    "fusionner": lambda desk, seen, form: conduct.merge(desk, seen, form.get("into", "")),
    "rouvrir": lambda desk, seen, form: conduct.reopen(desk, seen, form.get("because", "")),
    "brouillon": _draft,
    "soumettre": _draft_and(answering.submit),
    "signer": _draft_and(answering.sign),
    "renvoyer": lambda desk, seen, form: answering.send_back(desk, seen, form.get("why", "")),
    "retirer-signature": lambda desk, seen, form: answering.unsign(desk, seen),
    "reponse": _record,
    "sans-reponse": lambda desk, seen, form: answering.take_back(desk, seen),
    "constat": _find,
    "aucun-constat": lambda desk, seen, form: closing.none_found(desk, seen),
    "retirer-constat": lambda desk, seen, form: closing.withdraw(
        desk, seen, number(form.get("finding", "")) or 0
    ),
    "action": _propose,
    "sans-action": lambda desk, seen, form: closing.no_action(desk, seen, form.get("because", "")),
    "cloturer": lambda desk, seen, form: closing.close(desk, seen, form.get("because", "")),
}


def advance(visit: Visit) -> Response:
    """Take a corrective action a step further."""
    form = visit.form
    try:
        to = ActionState(form.get("to", ""))
        step = Step(
            to,
            day(form, "on", needed=False),
            form.get("proof", ""),
            form.get("checked", ""),
            form.get("because", ""),
        )
        with visit.database.begin() as session:
            desk = Desk(session, visit.settings, visit.now)
            version = number(form.get("version", "")) or 0
            closing.advance(desk, visit.id(), version, step, visit.by)
    except (ValueError, BadFacts) as error:
        raise Refused(str(error)) from error
    return visit.see("/actions")


def board(visit: Visit) -> Response:
    """Corrective actions, findings that still want one, and what comes back."""
    today = visit.now.astimezone(visit.settings.office.zone).date()
    with visit.database.read() as session:
        return visit.page(
            "actions.html",
            actions=findings.board(session, today),
            pending=findings.pending(session),
            recurrences=findings.recurrences(session, today),
            moves={state.value: sorted(closing.MOVES[state]) for state in ActionState},
        )


def _case(visit: Visit, status: int = 200, **more: Any) -> Response:
    today = visit.now.astimezone(visit.settings.office.zone).date()
    with visit.database.read() as session:
        entry = complaints.named(session, str(visit.request.path_params["number"]))
        if entry is None:
            raise NotThere
        desk = Desk(session, visit.settings, visit.now)
        mails = complaints.mails_of(session, entry)
        letters = outbox.of_complaint(session, entry)
        lines = journal.history(session, entry.number)
        facts = complaints.facts_of(session, entry)
        origin = complaints.origin(session, entry)
        if origin:
            lines = [*journal.history(session, f"message {origin.id}"), *lines]
        file = file_of(session, entry)
        draft = answers.being_written(session, entry)
        remarks = complaints.rows_of(session, Remark, Remark.about == entry.number)
        informed = complaints.rows_of(session, Information, Information.complaint_id == entry.id)
        linked = session.get(Complaint, entry.linked_id) if entry.linked_id else None
        return visit.page(
            "case.html",
            status,
            entry=entry,
            state=State(entry.state),
            moves={to.name for to in MOVES[State(entry.state)]},
            missing=missing(entry),
            to_close=needs(file, State.CLOSED),
            fields=as_form(facts) | {k: v for k, v in visit.form.items() if k in Facts.names()},
            channel=CHANNELS.get(entry.channel, entry.channel),
            mails=[mail for mail in mails if mail.place != Place.SENT],
            sent=[mail for mail in mails if mail.place == Place.SENT],
            letters=[(letter, LetterState(letter.state).french) for letter in letters],
            answers=answers.history(session, entry),
            draft=draft,
            lacking=answering.lacking(draft) if draft else [],
            obstacles=answering.obstacles(desk, entry, draft, visit.by) if draft else [],
            findings=findings.of_complaint(session, entry),
            actions=findings.actions_of(session, entry),
            remarks=remarks,
            informed=informed,
            linked=linked,
            staff=visit.settings.staff,
            late=entry.answered_on is None and entry.answer_due < today,
            lines=[(line, told(line)) for line in sorted(lines, key=lambda line: line.seq)],
            form=visit.form,
            faults=more.get("faults", {}),
            said=more.get("said", ""),
            saved=bool(visit.asked("fait")),
        )
