"""How the machine fares: the audit of filed mail, agreement with people, recall and precision."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select

from classifier.calibration import interval
from classifier.labels import Label
from classifier.triage import Band
from register.database import Session
from register.model import Lesson, Message, Place, Standing
from register.statistics.period import Moments, Share


@dataclass(frozen=True)
class Audit:
    """The sample of mail that the machine would file, judged by people who did not know.

    ``miss_rate`` is the share of complaints in it, with its exact 95 % interval (Clopper and
    Pearson); None while nothing has been judged.
    """

    filed: int  # messages the machine filed, or would have but for the draw
    drawn: int
    judged: int
    complaints: int

    @property
    def miss_rate(self) -> float | None:
        return self.complaints / self.judged if self.judged else None

    @property
    def miss_interval(self) -> tuple[float, float]:
        return interval(self.complaints, self.judged)


def audit(session: Session) -> Audit:
    """Count the sample. Corrections found otherwise are no part of it: nobody drew them."""
    machine = (Message.band == Band.OTHER) & Message.place.not_in(_UNSEEN)
    decided = Message.decided_at.is_not(None)
    drawn = machine & Message.blind.is_(True)
    filed, sample, judged, complaints = session.execute(
        select(
            count(machine & ((Message.place == Place.FILED) | Message.blind.is_(True))),
            count(drawn),
            count(drawn & decided),
            count(drawn & decided & (Message.label == Label.COMPLAINT)),
        )
    ).one()
    return Audit(filed, sample, judged, complaints)


_UNSEEN = (
    *(Place.UNSORTED, Place.AUTOMATIC, Place.BOUNCE),
    *(Place.OWN, Place.SENT, Place.DUPLICATE),
)


@dataclass(frozen=True)
class Agreement:
    """How often people confirmed what the machine leant to, complaint or not."""

    decided: int
    corrected: int
    doubted: int  # waiting for a second look


def agreement(session: Session) -> Agreement:
    decided, corrected, doubted = session.execute(
        select(
            func.count(),
            count(Lesson.corrected.is_(True)),
            count(Lesson.standing == Standing.DOUBTED),
        ).select_from(Lesson)
    ).one()
    return Agreement(decided, corrected, doubted)


@dataclass(frozen=True)
class Bot:
    """The machine against people, on the messages of which both have said what they are.

    It leant to "complaint" from a probability of one half on; ``shown`` are the complaints that it
    would at least have put before a person.
    """

    judged: int
    recall: Share  # of the complaints, those that it took for one
    shown: Share
    precision: Share  # of what it took for a complaint, what was one
    corrected: Share


def bot(session: Session, between: Moments) -> Bot:
    """Of the messages decided between two moments. Erased ones count too: the decision stays."""
    first, end = between
    complaint, leant = Message.label == Label.COMPLAINT, Message.probability >= LIKELY
    judged, complaints, taken, right, shown = session.execute(
        select(
            func.count(),
            count(complaint),
            count(leant),
            count(complaint & leant),
            count(complaint & (Message.band != Band.OTHER)),
        ).where(
            Message.decided_at >= first, Message.decided_at < end, Message.probability.is_not(None)
        )
    ).one()
    wrong = taken + complaints - 2 * right
    return Bot(
        judged,
        recall=Share(right, complaints),
        shown=Share(shown, complaints),
        precision=Share(right, taken),
        corrected=Share(wrong, judged),
    )


LIKELY = 0.5  # as in ``register.lessons``


def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
