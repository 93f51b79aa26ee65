"""The people of the office, as the settings file names them and the desk has settled since."""

from collections.abc import Sequence

from sqlalchemy import select

from config.settings import Settings
from config.staff import Absence, Colleague
from register.database import Session
from register.model import Away, Member


def staffed(session: Session, settings: Settings) -> Settings:
    """The settings with everybody who is of the office now. What was settled at the desk prevails
    over the settings file, address by address; absences of both are joined.
    """
    members = session.scalars(select(Member).order_by(Member.id)).all()
    absences = _absences(session)
    if not members and not absences:
        return settings
    people = {one.email: one for one in settings.staff}
    for member in members:
        if member.left_on is None:
            people[member.email] = Colleague.model_validate(member.settled)
        else:
            people.pop(member.email, None)
    staff = tuple(
        one.model_copy(update={"absences": (*one.absences, *absences.get(one.email, ()))})
        for one in people.values()
    )
    return settings.model_copy(update={"staff": staff})


def _absences(session: Session) -> dict[str, list[Absence]]:
    found: dict[str, list[Absence]] = {}
    for row in declared(session):
        absence = Absence(first=row.first, last=row.last, substitute=row.substitute)
        found.setdefault(row.email, []).append(absence)
    return found


def declared(session: Session) -> Sequence[Away]:
    """The absences declared at the desk and not withdrawn, the first to come first."""
    wanted = select(Away).where(Away.withdrawn_at.is_(None)).order_by(Away.first, Away.id)
    return session.scalars(wanted).all()


def settled(session: Session, email: str) -> Member | None:
    """What the desk has settled about somebody, even if no longer there."""
    return session.scalar(select(Member).where(Member.email == email))


def former(session: Session) -> Sequence[Member]:
    """Who has left, the latest first."""
    return session.scalars(
        select(Member).where(Member.left_on.is_not(None)).order_by(Member.left_on.desc())
    ).all()
