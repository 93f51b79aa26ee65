"""Whom a complaint aims at (P-08) and who else takes part in its matter (P-07), row by row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from config.taxonomies import PARTIES
from register.database import Session
from register.model import Complaint, Party


@dataclass(frozen=True)
class Named:
    """Somebody as the register names him. ``email`` is a colleague's, empty for anybody else."""

    name: str
    role: str = ""  # code of regulation §5.3
    ref: str = ""
    email: str = ""

    def __str__(self) -> str:
        more = ", ".join(word for word in (PARTIES.get(self.role, ""), self.ref) if word)
        return f"{self.name} ({more})" if more else self.name


@dataclass(frozen=True)
class Parties:
    """Both lists of an entry. None means "not yet said", the empty tuple "none" (P-07)."""

    aimed: tuple[Named, ...] | None = None
    others: tuple[Named, ...] | None = None

    @property
    def colleagues(self) -> frozenset[str]:
        """Addresses of those of the office who are aimed at: they may not sign alone (X-13)."""
        return frozenset(one.email for one in self.aimed or () if one.email)


def of(session: Session, complaint: Complaint) -> Parties:
    return of_all(session, [complaint])[complaint.id]


def of_all(session: Session, complaints: Iterable[Complaint]) -> Mapping[int, Parties]:
    """The parties of many entries at once, by the id of the entry."""
    entries = list(complaints)
    rows: dict[int, _Lists] = defaultdict(_Lists)
    wanted = select(Party).where(Party.complaint_id.in_([entry.id for entry in entries]))
    for row in session.scalars(wanted.order_by(Party.id)):
        rows[row.complaint_id].add(row)
    return {
        entry.id: Parties(
            tuple(rows[entry.id].aimed) if entry.aimed_said else None,
            tuple(rows[entry.id].others) if entry.parties_said else None,
        )
        for entry in entries
    }


@dataclass
class _Lists:
    aimed: list[Named] = field(default_factory=list)
    others: list[Named] = field(default_factory=list)

    def add(self, row: Party) -> None:
        into = self.aimed if row.aimed else self.others
        into.append(Named(row.name, row.role, row.ref, row.email))


def write(session: Session, complaint: Complaint, parties: Parties) -> None:
    """Put both lists of an entry in the place of those before."""
    session.execute(delete(Party).where(Party.complaint_id == complaint.id))
    complaint.aimed_said = parties.aimed is not None
    complaint.parties_said = parties.others is not None
    for aimed, named in ((True, parties.aimed), (False, parties.others)):
        session.add_all(
            Party(
                complaint_id=complaint.id,
                aimed=aimed,
                name=one.name,
                role=one.role,
                ref=one.ref,
                email=one.email,
            )
            for one in named or ()
        )
    session.flush()
