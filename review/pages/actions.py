"""Corrective actions: what is decided, late, done and found to help (P-20, P-21)."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from config.rights import Act
from register import findings
from register.calendar import civil_date
from register.claim import Stale
from register.model import Action, ActionState
from review import closing
from review.closing import Step
from review.desk import Desk, Refused
from review.facts import BadFacts, day
from review.pages.acts import read
from review.pages.journal import ACTION_STATES
from review.visit import Visit, number

# In which order the states are read: what waits for somebody before what is over.
_ORDER = (
    ActionState.PROPOSED,
    ActionState.DECIDED,
    ActionState.PLANNED,
    ActionState.RUNNING,
    ActionState.DONE,
    ActionState.INEFFECTIVE,
    ActionState.SUSPENDED,
    ActionState.EFFECTIVE,
    ActionState.GIVEN_UP,
)
_STEPS: Mapping[str, str] = {
    ActionState.PROPOSED: "Proposer de nouveau",
    ActionState.DECIDED: "Décider",
    ActionState.PLANNED: "Planifier",
    ActionState.RUNNING: "Commencer",
    ActionState.DONE: "Noter qu’elle est réalisée",
    ActionState.EFFECTIVE: "Vérifiée : efficace",
    ActionState.INEFFECTIVE: "Vérifiée : inefficace, à revoir",
    ActionState.SUSPENDED: "Suspendre",
    ActionState.GIVEN_UP: "Abandonner",
}
_STALE = (
    "Quelqu’un vient de modifier cette action : votre changement n’a pas été enregistré. "
    "Voici où elle en est."
)


def board(visit: Visit) -> Response:
    """Corrective actions, findings that still want one, and what comes back."""
    return _board(visit)


def advance(visit: Visit) -> Response:
    """Take a corrective action a step further; what stands against it is said beside its form."""
    row, form = visit.id(), visit.form
    try:
        read(form)
        if form.get("to") not in _STEPS:
            raise BadFacts({"to": "Choisissez l’étape suivante."})
        step = Step(
            ActionState(form["to"]),
            day(form, "on", needed=False),
            form.get("proof", ""),
            form.get("checked", ""),
            form.get("because", ""),
        )
        with visit.database.begin() as session:
            desk = Desk(session, visit.settings, visit.now)
            closing.advance(desk, row, number(form.get("version", "")) or 0, step, visit.by)
    except BadFacts as error:
        return _board(visit, 422, row=row, faults=error.faults, said=str(error))
    except Refused as error:
        return _board(visit, 422, row=row, said=str(error))
    except Stale:
        return _board(visit, 409, row=row, said=_STALE)
    return visit.see(f"/actions?fait={row}#action-{row}")


def steps(action: Action) -> list[tuple[str, str]]:
    """The states that an action may go to, with what the button says."""
    allowed = closing.onward(ActionState(action.state))
    return [(state.value, _STEPS[state]) for state in _ORDER if state in allowed]


def _board(visit: Visit, status: int = 200, **more: Any) -> Response:
    today = civil_date(visit.now, visit.settings.office.zone)
    with visit.database.read() as session:
        shown = findings.board(session, today)
        return visit.page(
            "actions.html",
            status,
            late=[one for one in shown if one.late],
            groups=[
                (ACTION_STATES[state], [one for one in shown if _stands(one, state)])
                for state in _ORDER
            ],
            total=len(shown),
            pending=findings.pending(session),
            recurrences=findings.recurrences(session, today),
            steps=steps,
            states=ACTION_STATES,
            may_decide=visit.settings.may(visit.by, Act.DECIDE_ACTION),
            colleague=lambda email: visit.settings.colleague(email).name,
            form=visit.form,
            row=more.get("row", 0),
            faults=more.get("faults", {}),
            said=more.get("said", ""),
            done=number(visit.asked("fait")) or 0,
        )


def _stands(one: findings.Board, state: ActionState) -> bool:
    return one.action.state == state and not one.late
