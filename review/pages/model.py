"""The model: what it guarantees, what it was taught, what it doubts, and the way back."""

from starlette.responses import Response

from classifier.labels import Label
from classifier.shelf import Shelf
from register import lessons, messages, statistics, trainings
from review import learning
from review.visit import NotThere, Visit

_SHOWN = 200  # messages reconsidered


def show(visit: Visit) -> Response:
    entries = Shelf(visit.settings.triage.models).list()
    current = entries[0].card if entries else None
    with visit.database.read() as session:
        audit = statistics.audit(session)
        agreement = statistics.agreement(session)
        doubted = lessons.doubted(session)
        history = trainings.history(session)
        training = trainings.of_model(session, str(current["version"])) if current else None
        again = messages.named(session, (training.reconsidered or ())[:_SHOWN] if training else ())
    return visit.page(
        "model.html",
        current=current,
        former=entries[1].card if len(entries) > 1 else None,
        audit=audit,
        agreement=agreement,
        doubted=[(one.lesson, one.message, Label(one.lesson.label)) for one in doubted],
        history=history,
        retrain_after=visit.settings.triage.retrain_after,
        again=[row for row in again if row.decided_at is None],
    )


def look_again(visit: Visit) -> Response:
    said = visit.form.get("dit", "")
    if said not in ("juste", "ecarter"):
        raise NotThere
    with visit.database.begin() as session:
        learning.look_again(session, visit.id(), visit.by, visit.now, right=said == "juste")
    return visit.see("/modele")


def roll_back(visit: Visit) -> Response:
    with visit.database.begin() as session:
        learning.roll_back(session, visit.settings, visit.by, visit.now)
    return visit.see("/modele")
