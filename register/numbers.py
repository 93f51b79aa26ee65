"""Numbers without gaps: given in the transaction that uses them."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from register.database import Session
from register.model import Counter


def next_number(session: Session, series: str, how_many: int = 1) -> int:
    """Give the next number of a series, or the first of so many; whoever comes second waits for
    the first.

    Counted in a row, not by ``max() + 1``: two openings at once would meet.
    """
    take = (
        update(Counter)
        .where(Counter.series == series)
        .values(last=Counter.last + how_many)
        .returning(Counter.last)
    )
    last = session.scalar(take)
    if last is None:
        _begin(session, series)
        last = session.scalars(take).one()
    return last - how_many + 1


def _begin(session: Session, series: str) -> None:
    try:
        with session.begin_nested():
            session.add(Counter(series=series, last=0))
    except IntegrityError:
        pass  # somebody else has just begun the series
