"""The triage screen: what waits, the mail, the proposal, and one key for each decision."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from classifier.corpus import judged_from_mail
from classifier.labels import Label
from config.sentence import Sentence
from ingest.mail import Mail
from register import complaints, messages, outbox
from register import queue as queues
from register.claim import Stale
from register.complaints import Facts
from register.database import Session
from register.model import Complaint, Message, Place, Remark, State
from register.queue import Wanted
from review import conduct, sorting
from review.confidential import admit_to_mail, hidden
from review.desk import Choice, Desk, limits, opened
from review.facts import BadFacts, as_form, proposed, typed
from review.opinion import Opinion, opinion_of
from review.visit import NotThere, Visit, number

SHOWN = 100  # messages of the queue beside the mail
LATELY = 5  # other mails of the same sender
VIEWS = {
    "complaint": "Plutôt des réclamations",
    "review": "À vérifier",
    "other": "Plutôt autre chose",
    "blind": "À l’aveugle",
    "unread": "Illisibles",
}

# The keys of the desk: one for each label.
KEYS = {
    Label.COMPLAINT: "r",
    Label.SERVICE: "s",
    Label.INFORMATION: "i",
    Label.CLARIFICATION: "c",
    Label.ADVICE: "a",
    Label.CLAIM_DECLARATION: "d",
    Label.FOLLOW_UP: "u",
    Label.THANKS: "m",
    Label.BUSINESS: "p",
    Label.LEGAL: "l",
    Label.AUTOMATIC: "t",
    Label.SPAM: "x",
    Label.OTHER: "o",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of the client's words; ``weight`` says how it spoke, 0 when it said nothing."""

    text: str
    weight: float = 0.0


def highlighted(text: str, reasons: list[dict[str, Any]]) -> list[Piece]:
    """The text cut where reasons begin and end. Reasons that do not fit the text are left out."""
    pieces, at = [], 0
    for reason in sorted(reasons, key=lambda reason: int(reason["start"])):
        start, end = int(reason["start"]), int(reason["end"])
        if start < at or text[start:end] != reason["text"]:
            continue
        pieces += [Piece(text[at:start]), Piece(text[start:end], float(reason["weight"]))]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]


def queue(visit: Visit) -> Response:
    wanted = _wanted(visit)
    with visit.database.read() as session:
        waiting = queues.waiting(session, visit.now, wanted)
        first = messages.original(session, waiting[0].id) if waiting else None
        done = _done(session, visit)
        others = queues.count(session) if first is None else 0
    if first is None:
        return visit.page("queue_empty.html", done=done, others=others, view=wanted)
    return _screen(visit, first, waiting, done)


def message(visit: Visit) -> Response:
    row, waiting = _row_and_queue(visit)
    with visit.database.read() as session:
        done = _done(session, visit)
    return _screen(visit, row, waiting, done)


def _wanted(visit: Visit) -> Wanted:
    """The view of the queue asked for; it stays in the address of every page of it."""
    mine = visit.by if visit.asked("vue") == "moi" else ""
    band = visit.asked("vue") if visit.asked("vue") in VIEWS else ""
    return Wanted(band, mine, SHOWN)


def _row_and_queue(visit: Visit) -> tuple[Message, list[Message]]:
    with visit.database.read() as session:
        row = messages.original(session, visit.id())
        if row is None:
            raise NotThere
        waiting = queues.waiting(session, visit.now, _wanted(visit))
    admit_to_mail(visit, row)
    return row, waiting


def present(visit: Visit) -> Response:
    """Say that one has a message open, and hear who else has."""
    with visit.database.begin() as session:
        if session.get(Message, visit.id()) is None:
            raise NotThere
        queues.look(session, visit.id(), visit.by, visit.now)
        names = [
            visit.settings.colleague(one).name
            for one in queues.onlookers(session, visit.id(), visit.by, visit.now)
        ]
    return visit.page("onlookers.html", names=names)


def pass_on(visit: Visit) -> Response:
    with visit.database.begin() as session:
        desk = Desk(session, visit.settings, visit.now)
        sorting.pass_on(desk, visit.id(), _version(visit), visit.form.get("to", ""), visit.by)
    return _next(visit)


def put_off(visit: Visit) -> Response:
    with visit.database.begin() as session:
        desk = Desk(session, visit.settings, visit.now)
        sorting.put_off(desk, visit.id(), _version(visit), visit.by)
    return _next(visit)


def remark(visit: Visit) -> Response:
    with visit.database.begin() as session:
        desk = Desk(session, visit.settings, visit.now)
        conduct.remark(desk, f"message {visit.id()}", visit.form.get("said", ""), visit.by)
    return visit.see(f"/message/{visit.id()}{_view(visit)}")


def decide_alike(visit: Visit) -> Response:
    """Say the same of this message and of those like it that were ticked."""
    label = visit.form.get("label", "")
    if label not in {known.value for known in Label}:
        raise NotThere
    seen = [(visit.id(), _version(visit))]
    for name, value in visit.form.items():
        found, version = number(name.removeprefix("alike-")), number(value)
        if name.startswith("alike-") and found and version is not None:
            seen.append((found, version))
    with visit.database.begin() as session:
        desk = Desk(session, visit.settings, visit.now)
        sorting.decide_alike(desk, seen, Label(label), visit.by)
    return visit.see(f"/{_view(visit) or '?'}&fait={visit.id()}".replace("?&", "?"))


def _version(visit: Visit) -> int:
    return number(visit.form.get("version", "")) or 0


def _view(visit: Visit) -> str:
    """The view of the queue, to be kept from page to page."""
    view = visit.form.get("vue", "") or visit.asked("vue")
    return f"?vue={view}" if view in VIEWS or view == "moi" else ""


def _next(visit: Visit, done: str = "") -> Response:
    following = number(visit.form.get("next", ""))
    view = _view(visit)
    told = (f"&{done}" if view else f"?{done}") if done else ""
    return visit.see(f"/message/{following}{view}{told}" if following else f"/{view}{told}")


def decide(visit: Visit) -> Response:
    """Take the decision; what was typed is kept when it cannot stand."""
    try:
        with visit.database.begin() as session:
            row = messages.original(session, visit.id())
            if row is None:
                raise NotThere
            Desk(session, visit.settings, visit.now).decide(row.id, _choice(visit, row))
    except BadFacts as error:
        return _again(visit, error.faults)
    except Stale:
        return _shown_as_it_is(visit)
    return _next(visit, f"fait={visit.id()}")


def undo(visit: Visit) -> Response:
    version = number(visit.form.get("version", ""))
    if version is None:
        raise NotThere
    with visit.database.begin() as session:
        Desk(session, visit.settings, visit.now).undo(visit.id(), version, visit.by)
    return visit.see(f"/message/{visit.id()}")


def _choice(visit: Visit, row: Message) -> Choice:
    label = visit.form.get("label", "")
    if label not in {known.value for known in Label}:
        raise NotThere
    facts = (
        typed(proposed(row), visit.form, visit.settings.words) if label == Label.COMPLAINT else None
    )
    return Choice(
        Label(label),
        visit.by,
        number(visit.form.get("version", "")) or 0,
        facts,
        visit.form.get("number", "").strip(),
    )


def _again(visit: Visit, faults: dict[str, str]) -> Response:
    return _screen(visit, *_row_and_queue(visit), None, status=422, faults=faults)


def _shown_as_it_is(visit: Visit) -> Response:
    """Somebody was faster: nothing was written, and the message is shown as it is now."""
    row, waiting = _row_and_queue(visit)
    who = visit.settings.colleague(row.decided_by).name if row.decided_by else Sentence("Quelqu’un")
    said = Sentence(
        "{who} vient de modifier ce message : votre décision n’a pas été enregistrée.", who=who
    )
    return _screen(visit, row, waiting, None, status=409, said=said)


def _screen(
    visit: Visit,
    row: Message,
    waiting: list[Message],
    done: "_Done | None",
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    mail = opened(row)
    judged = judged_from_mail(mail)
    opinion = opinion_of(row)
    before, after = queues.around(waiting, row.id)
    return visit.page(
        "triage.html",
        status,
        row=row,
        place=Place(row.place),
        mail=mail,
        opinion=opinion,
        pieces=highlighted(judged.text, opinion.reasons),
        quoted=_rest(mail, judged.text),
        proposed=(row.triage or {}).get("thread"),
        limits=limits(row, visit.settings),
        waiting=waiting,
        view=visit.asked("vue"),
        views=VIEWS,
        alike=queues.alike(waiting, row) if _waits(row) else [],
        staff=visit.settings.staff,
        before=before,
        after=after,
        similar=_similar(visit, opinion),
        keys=KEYS,
        done=done,
        faults=more.get("faults", {}),
        said=more.get("said", ""),
        **_beside(visit, row, len(waiting)),
    )


def _beside(visit: Visit, row: Message, shown: int) -> dict[str, Any]:
    """What the register knows that belongs beside a mail."""
    with visit.database.read() as session:
        entry = session.get(Complaint, row.complaint_id) if row.complaint_id else None
        files = complaints.of_client(session, row.sender_email)
        known = entry is not None and entry.origin_id == row.id
        facts = complaints.facts_of(session, entry) if entry and known else proposed(row)
        mails = messages.from_sender(session, row, LATELY)
        covered = hidden(visit, session, mails)
        return {
            "entry": entry,
            "files": [
                (file, State(file.state).french) for file in files if file.origin_id != row.id
            ],
            "fields": _fields(visit, facts),
            "more_waiting": max(0, queues.count(session, _wanted(visit)) - shown),
            "notes": complaints.rows_of(session, Remark, Remark.about == f"message {row.id}"),
            "mails": [(mail, Place(mail.place)) for mail in mails],
            "hidden": covered,
        }


def _rest(mail: Mail, shown: str) -> str:
    """The quoted history, unless it is what is shown already."""
    quoted = mail.quoted_text.strip()
    return "" if quoted and quoted in shown else quoted


def _fields(visit: Visit, facts: Facts) -> dict[str, str]:
    """What stands in the form: what was just typed, else what is known."""
    return as_form(facts) | {k: v for k, v in visit.form.items() if k in Facts.names()}


def _waits(row: Message) -> bool:
    return row.place in (Place.QUEUE, Place.QUARANTINE)


@dataclass(frozen=True)
class Neighbour:
    """A mail decided before that says nearly the same."""

    label: str  # French
    said: str
    message_id: int | None = None  # None: of the shipped corpus


def _similar(visit: Visit, opinion: Opinion) -> list[Neighbour]:
    """The nearest decided cases; the office's own as they stand today."""
    ids = {case["id"]: number(case["id"].removeprefix("message ")) for case in opinion.similar}
    with visit.database.read() as session:
        rows = messages.named(session, [found for found in ids.values() if found])
    own = {row.id: row for row in rows if row.label}
    neighbours = []
    for case in opinion.similar:
        row = own.get(ids[case["id"]] or 0)
        if row:
            said = f"{row.subject or 'Sans objet'} – {row.sender_name or row.sender_email}"
            neighbours.append(Neighbour(Label(row.label).french, said, row.id))
        elif case["excerpt"]:
            neighbours.append(Neighbour(Label(case["label"]).french, case["excerpt"]))
    return neighbours


@dataclass(frozen=True)
class _Done:
    """The decision just taken, to be told and taken back."""

    row: Message
    complaint: Complaint | None
    letter_state: str
    letter_trouble: str
    letter_due: Any

    @property
    def label(self) -> str:
        return Label(self.row.label).french


def _done(session: Session, visit: Visit) -> _Done | None:
    decided = number(visit.asked("fait"))
    row = session.get(Message, decided) if decided else None
    if row is None or row.decided_at is None:
        return None
    entry = session.get(Complaint, row.complaint_id) if row.complaint_id else None
    letters = outbox.of_complaint(session, entry) if entry else []
    if entry is None or not letters:
        return _Done(row, entry, "", "", None)
    return _Done(row, entry, letters[0].state, letters[0].trouble or "", letters[0].due_at)
