"""How many complaints, about what, aimed at whom, and by which way they came."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from register.database import Session
from register.model import Complaint, Party, State
from register.statistics.machine import count
from register.statistics.period import Period

OUT = (State.REQUALIFIED, State.MERGED)
Counts = Mapping[str, int]  # by code, "" where nothing is said; the most frequent first


@dataclass(frozen=True)
class Volumes:
    """Complaints received in a period. All but the first four count the ``qualified`` ones."""

    received: int
    requalified: int  # no complaint after all
    merged: int  # the same complaint once more
    qualified: int
    provisional: int  # entered by the guard of the last day, not confirmed yet
    by_motive: Counts
    by_product: Counts
    by_insurer: Counts  # as it was written
    by_party: Counts  # aimed at somebody of that role; never by name
    by_channel: Counts
    by_client: Counts
    repeated: int  # of a client who had complained before, or tied to an earlier complaint
    through_others: int  # an insurer, an authority or a mediator sent it on to the office
    handed_on: int  # whoever was told of it first handed it to whom it concerned (P-26)
    redirected: int  # the office sent it on to whom it concerned


def received_in(period: Period) -> ColumnElement[bool]:
    return Complaint.received_on.between(period.first, period.last)


def qualified_in(period: Period) -> ColumnElement[bool]:
    """What the indicators count: what was received in the period, requalified and merged apart."""
    return and_(received_in(period), Complaint.state.not_in(OUT))


def volumes(session: Session, period: Period) -> Volumes:
    received, requalified, merged = session.execute(
        select(
            func.count(),
            count(Complaint.state == State.REQUALIFIED),
            count(Complaint.state == State.MERGED),
        ).where(received_in(period))
    ).one()
    provisional, through_others, handed_on, redirected, repeated = session.execute(
        select(
            count(Complaint.state == State.PROVISIONAL),
            count(Complaint.channel.in_(["VIA_ASSUREUR", "VIA_AUTORITE"])),
            count(Complaint.handed_at.is_not(None)),
            count(Complaint.redirected_on.is_not(None)),
            count(_repeated()),
        ).where(qualified_in(period))
    ).one()
    by_motive, by_product, by_insurer, by_channel, by_client = _by_each(
        session,
        period,
        Complaint.motive,
        Complaint.product,
        Complaint.insurer,
        Complaint.channel,
        Complaint.client_kind,
    )
    return Volumes(
        received=received,
        requalified=requalified,
        merged=merged,
        qualified=received - requalified - merged,
        provisional=provisional,
        by_motive=by_motive,
        by_product=by_product,
        by_insurer=by_insurer,
        by_party=_by_party(session, period),
        by_channel=by_channel,
        by_client=by_client,
        repeated=repeated,
        through_others=through_others,
        handed_on=handed_on,
        redirected=redirected,
    )


def _repeated() -> ColumnElement[bool]:
    earlier = aliased(Complaint)
    before = (
        select(earlier.id)
        .where(
            earlier.client_email == Complaint.client_email,
            Complaint.client_email != "",
            earlier.id < Complaint.id,
            earlier.state.not_in(OUT),
        )
        .exists()
    )
    return or_(Complaint.linked_id.is_not(None), before)


def _by_each(
    session: Session, period: Period, *columns: InstrumentedAttribute[str]
) -> Iterator[Counts]:
    """By each column apart; the entries, heavy with their derivations, are read once."""
    query = select(*columns, func.count()).where(qualified_in(period)).group_by(*columns)
    rows = session.execute(query).all()
    for at, _ in enumerate(columns):
        counted: Counter[str] = Counter()
        for row in rows:
            counted[row[at]] += int(row[-1])
        yield ordered(counted.items())


def _by_party(session: Session, period: Period) -> Counts:
    """A complaint aimed at two garages counts once."""
    query = (
        select(Party.role, func.count(Party.complaint_id.distinct()))
        .join(Complaint, Complaint.id == Party.complaint_id)
        .where(qualified_in(period), Party.aimed)
        .group_by(Party.role)
    )
    return ordered(session.execute(query).all())


def ordered(counts: Iterable[tuple[str, int]]) -> Counts:
    return dict(sorted(counts, key=lambda one: (-one[1], one[0])))
