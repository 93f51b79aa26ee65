"""Learning from what people decided, and what came of it. When: ``daemon.school``."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from classifier.contest import Contest, contest
from classifier.corpus import judged_from_mail, load, load_frozen
from classifier.doubts import doubtful
from classifier.labels import Label
from classifier.learning import train
from classifier.model import Model
from classifier.shelf import Shelf
from classifier.triage import Band
from daemon.house import House
from ingest.parse import parse
from register import journal, lessons, messages, trainings
from register.database import Database
from register.journal import Act
from register.model import Lesson, Standing

log = logging.getLogger(__name__)

_LOOK_BACK = timedelta(days=60)  # of filed mail, to say what the new model would have shown
_BATCH = 100
_ROBOT = "robot"
BY_HAND = "à la demande"


@dataclass(frozen=True)
class Outcome:
    """What came of a learning."""

    model: Model
    contest: Contest
    lessons: int
    doubted: int
    reconsidered: Sequence[int]  # filed messages that the new model would have shown


def retrain(house: House, because: str) -> Outcome | None:
    """Learn from the corpus and every decision; put the new model in service where it loses
    nothing. None where another learning is under way.
    """
    now = house.clock()
    with house.database.begin() as session:
        begun = trainings.begin(session, because, now)
        training = begun.id if begun else None
    if training is None:
        return None
    try:
        outcome = _learn(house)
    except Exception as error:
        with house.database.begin() as session:
            trainings.end(session, training, house.clock(), trouble=str(error))
        raise
    _note(house, training, outcome)
    return outcome


def _learn(house: House) -> Outcome:
    _keep_earlier_decisions(house)
    champion, corpus = house.model, load()
    taught, fresh = _lessons(house.database, champion)
    known = [*corpus, *map(lessons.example, taught)]
    doubts = doubtful(champion, [lessons.example(row) for row in fresh if _open(row)], known)
    kept = [lesson for row in fresh if (lesson := lessons.example(row)).id not in doubts]
    challenger = train([*known, *kept], target_recall=house.settings.triage.target_recall)
    judged = contest(champion, challenger, load_frozen(), kept)
    with house.database.begin() as session:
        lessons.doubt(session, doubts)
    reconsidered: list[int] = []
    if judged.won:
        Shelf(house.settings.triage.models).put(challenger)
        reconsidered = list(_would_have_shown(house, challenger))
    return Outcome(challenger, judged, len(taught) + len(kept), len(doubts), reconsidered)


def _keep_earlier_decisions(house: House) -> None:
    """Decisions of the time before lessons were kept teach as well."""
    after = 0
    while True:
        with house.database.begin() as session:
            rows = lessons.untaught(session, after, _BATCH)
            for row in rows:
                judged = judged_from_mail(parse(row.data or b""))
                lessons.note(session, row, judged, Label(row.label))
        if not rows:
            return
        after = rows[-1].id


def _lessons(database: Database, champion: Model) -> tuple[list[Lesson], list[Lesson]]:
    """What the champion was taught, and what it has not seen yet."""
    with database.read() as session:
        training = trainings.of_model(session, champion.version)
        rows = lessons.learnable(session)
    if training is None:
        return [], rows
    seen = [row for row in rows if row.at <= training.begun_at]
    return seen, rows[len(seen) :]


def _open(row: Lesson) -> bool:
    """Whether a lesson may still be doubted: a second look is the last word."""
    return row.standing == Standing.LEARNT


def _would_have_shown(house: House, model: Model) -> Iterator[int]:
    """Mails of the last weeks that were filed unseen and that ``model`` would put in the queue."""
    since, after = house.clock() - _LOOK_BACK, 0
    while True:
        with house.database.read() as session:
            rows = messages.filed_unseen(session, since, after, _BATCH)
        if not rows:
            return
        after = rows[-1].id
        triages = model.classify([judged_from_mail(parse(row.data or b"")) for row in rows])
        for row, triage in zip(rows, triages, strict=True):
            if triage.band != Band.OTHER:
                yield row.id


def _note(house: House, training: int, outcome: Outcome) -> None:
    now = house.clock()
    with house.database.begin() as session:
        trainings.end(
            session,
            training,
            now,
            model=outcome.model.version,
            lessons=outcome.lessons,
            promoted=outcome.contest.won,
            contest=outcome.contest.as_json(),
            reconsidered=outcome.reconsidered,
        )
        action = "model promoted" if outcome.contest.won else "model refused"
        payload: dict[str, object] = {
            "lessons": outcome.lessons,
            "doubted": outcome.doubted,
            "faults": list(outcome.contest.faults),
        }
        journal.record(session, Act(_ROBOT, action, outcome.model.version, payload), now)
    log.info("%s: %s (%s lessons)", action, outcome.model.version, outcome.lessons)
