"""Who is of the office, as kept at the desk: come, changed, left, away (P-16, P-17, P-26)."""

from collections.abc import Iterable
from datetime import timedelta

from config.rights import Act
from config.sentence import Sentence
from config.staff import Absence, Colleague
from register import accounts as known_accounts
from register import staff
from register.calendar import civil_date
from register.claim import Stale, claim
from register.model import Away, Member
from review import accounts
from review.desk import Desk, Refused
from review.facts import BadFacts


def settle(desk: Desk, known: Colleague, version: int, by: str) -> None:
    """Take somebody into the office, or change what is settled about a colleague. ``version`` of
    what was shown: 0 where the desk had settled nothing yet.

    Raises ``Refused`` where ``by`` could not administer any more, ``Stale``.
    """
    before = colleague(desk, known.email)
    _keep_a_head(desk, [*_others(desk, known.email), known], by)
    row = staff.settled(desk.session, known.email)
    if version != (row.version if row else 0):
        raise Stale
    settled = _as_json(known)
    if row is None:
        desk.session.add(Member(email=known.email, settled=settled, left_on=None))
    else:
        row = claim(desk.session, Member, row.id, version)
        row.settled, row.left_on = settled, None
    payload: dict[str, object] = {"before": _as_json(before) if before else None, "after": settled}
    desk.journal(by, "colleague settled", known.email, payload)


def leave(desk: Desk, email: str, by: str) -> None:
    """Note that somebody is not of the office any more: nothing is given to them, and they cannot
    sign in. What they did stays in their name. Raises ``Refused``.
    """
    before = colleague(desk, email)
    if before is None:
        raise Refused("Cette personne n’est plus de l’équipe : rien n’a été changé.")
    if email == by:
        raise Refused("On ne note pas son propre départ : un autre dirigeant le fera.")
    _keep_a_head(desk, _others(desk, email), by)
    today = civil_date(desk.now, desk.settings.office.zone)
    row = staff.settled(desk.session, email)
    if row is None:
        row = Member(email=email, settled=_as_json(before))
        desk.session.add(row)
    row.left_on, row.version = today, (row.version or 0) + 1
    if known_accounts.named(desk.session, email):
        accounts.disable(desk.session, email, desk.now)
    desk.journal(by, "colleague left", email, {"on": today.isoformat()})


def declare(desk: Desk, email: str, absence: Absence, by: str) -> None:
    """Say that somebody is away, oneself or, for whoever administers, anybody.

    Raises ``Refused``, ``BadFacts`` for days or a substitute that cannot be.
    """
    if email != by:
        desk.refuse_without(Act.ADMINISTER, by)
    known = colleague(desk, email)
    if known is None:
        raise Refused("Seule une personne de l’équipe peut être notée absente.")
    today = civil_date(desk.now, desk.settings.office.zone)
    if absence.last < today:
        raise BadFacts({"last": "Cette absence est déjà finie."})
    if any(meet(one, absence) for one in known.absences):
        raise BadFacts({"first": "Une absence est déjà notée pour une partie de ces jours."})
    if absence.substitute is not None:
        _can_stand_in(desk, absence, email)
    desk.session.add(
        Away(
            email=email,
            first=absence.first,
            last=absence.last,
            substitute=absence.substitute,
            declared_by=by,
            declared_at=desk.now,
        )
    )
    desk.journal(by, "absence declared", email, absence.model_dump(mode="json"))


def withdraw(desk: Desk, number: int, by: str) -> None:
    """Take an absence back; one that has begun ends the day before today. Raises ``Refused``."""
    row = desk.session.get(Away, number)
    if row is None or row.withdrawn_at is not None:
        raise Refused("Cette absence est déjà retirée.")
    if row.email != by:
        desk.refuse_without(Act.ADMINISTER, by)
    today = civil_date(desk.now, desk.settings.office.zone)
    if row.last < today:
        raise Refused("Cette absence est passée : elle reste notée.")
    if row.first < today:
        row.last = today - timedelta(days=1)
    else:
        row.withdrawn_at = desk.now
    payload: dict[str, object] = {"first": row.first.isoformat(), "last": row.last.isoformat()}
    desk.journal(by, "absence withdrawn", row.email, payload)


def colleague(desk: Desk, email: str) -> Colleague | None:
    """Somebody of the office; None for anybody else."""
    return next((one for one in desk.settings.staff if one.email == email), None)


def _others(desk: Desk, email: str) -> list[Colleague]:
    return [one for one in desk.settings.staff if one.email != email]


def _keep_a_head(desk: Desk, people: Iterable[Colleague], by: str) -> None:
    """Whoever changes the office can still do so afterwards: nobody is locked out by mistake."""
    desk.refuse_without(Act.ADMINISTER, by)
    after = desk.settings.model_copy(update={"staff": tuple(people)})
    if not after.may(by, Act.ADMINISTER):
        raise Refused(
            "Après ce changement, vous ne pourriez plus administrer le programme : rien n’a été "
            "changé. Ajoutez-vous d’abord comme dirigeant, ou laissez un autre dirigeant le faire."
        )


def _can_stand_in(desk: Desk, absence: Absence, email: str) -> None:
    other = colleague(desk, absence.substitute or "")
    if other is None or other.email == email:
        raise BadFacts({"substitute": "Choisissez un autre collaborateur de l’équipe."})
    if any(meet(one, absence) for one in other.absences):
        fault = Sentence("{name} est absent une partie de ces jours.", name=other.name)
        raise BadFacts({"substitute": fault})


def meet(one: Absence, other: Absence) -> bool:
    """Whether two absences have a day in common."""
    return one.first <= other.last and other.first <= one.last


def _as_json(known: Colleague) -> dict[str, object]:
    return known.model_dump(mode="json", exclude={"absences"})
