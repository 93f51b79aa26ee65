"""When it is time to learn, and learning in a process of its own. Nothing here loads what learning
needs: the service would hold it for ever.
"""

import logging
import os
from datetime import UTC, datetime
from multiprocessing import get_context
from threading import Event

from classifier.shelf import Shelf
from config.settings import Settings
from daemon.loop import last_struck
from register import lessons, trainings
from register.database import Session

_GLANCE = 0.5  # seconds between looks at the child and at ``stop``
_PATIENCE = 10  # of the child (nice)
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def due(session: Session, settings: Settings, now: datetime) -> str | None:
    """Why it is time to learn, in French; None while it is not."""
    last = trainings.latest(session)
    since = last.begun_at if last else _BEFORE_ALL
    fresh = lessons.count(session, since, now)
    if fresh >= settings.triage.retrain_after:
        return f"{fresh} nouvelles décisions"
    night = last_struck(settings.triage.retrain_hour, now, settings.office.zone)
    if lessons.count(session, since, night):
        return "chaque nuit"
    if since < night and _forgotten(session, settings):
        return "le modèle livré ne connaît pas encore les décisions du cabinet"
    return None


def _forgotten(session: Session, settings: Settings) -> bool:
    """Whether what was learnt from decisions is lost: the program is new, or the folder of models
    was. Where a model of this way of learning knows them, somebody went back from it on purpose.
    """
    if not trainings.ever_promoted(session):
        return False
    entries = Shelf(settings.triage.models).list()
    alike = [e for e in entries if e.card.get("recipe") == entries[0].card.get("recipe")]
    return bool(alike) and not any(trainings.of_model(session, e.version) for e in alike)


def in_background(settings: Settings, because: str, stop: Event) -> None:
    """Learn in a process of its own, at low priority, so that mail goes on being sorted; the
    memory it took is given back. Ends early, without a trace in service, when ``stop`` is set.
    """
    child = get_context("spawn").Process(target=_alone, args=(settings, because), name="learn")
    child.start()
    while child.is_alive() and not stop.is_set():
        child.join(_GLANCE)
    if child.is_alive():
        child.terminate()
        child.join()
    elif child.exitcode:
        raise RuntimeError(f"learning ended with code {child.exitcode}")


def _alone(settings: Settings, because: str) -> None:
    # Here only, in the child: see the head of this module.
    from daemon.house import House
    from daemon.retraining import retrain

    os.nice(_PATIENCE)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(message)s")
    house = House(settings)
    retrain(house, because)
    house.database.close()
