"""What people say to the classifier itself: a second look at a decision, and back to a former model."""

from datetime import datetime

from classifier.model import Model
from classifier.shelf import Shelf
from config.settings import Settings
from register import journal, lessons
from register.claim import Stale
from register.database import Session
from register.journal import Act


def look_again(session: Session, message_id: int, by: str, now: datetime, *, right: bool) -> None:
    """Say whether a doubted decision was right and is to be learnt, or is to be left aside.

    Raises ``Stale`` when it is not doubted any more.
    """
    if not lessons.settle(session, message_id, now, right=right):
        raise Stale
    action = "lesson confirmed" if right else "lesson set aside"
    journal.record(session, Act(by, action, f"message {message_id}", {}), now)


def roll_back(session: Session, settings: Settings, by: str, now: datetime) -> Model:
    """Put the model before the present one back in service. Raises ``NoModel``."""
    former = Shelf(settings.triage.models).rollback()
    journal.record(session, Act(by, "model rolled back", former.version, {}), now)
    return former
