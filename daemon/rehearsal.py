"""A rehearsal: what the program would have done with the last months of a mailbox. Writes nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from classifier.labels import Label
from classifier.triage import Band
from daemon.house import House
from daemon.judging import Judge, Original, Unreadable
from ingest.imap import ImapMailbox
from ingest.mail import RawMail, Role
from outbound.permission import Case, withheld_because
from register.calendar import civil_date
from register.deadlines import Deadlines, compute, plausible_sent
from register.model import Place
from register.threads import Thread
from review.desk import Read, place_for, rules


@dataclass(frozen=True)
class Play:
    """What one mail would have become."""

    received: datetime
    place: Place
    sender: str = ""
    subject: str = ""
    band: Band | None = None
    label: Label | None = None
    probability: float = 0.0
    withheld: str | None = None  # why no acknowledgement would leave by itself, French
    deadlines: Deadlines | None = None  # if it is a complaint
    trouble: str = ""


@dataclass
class Rehearsal:
    """All of it, as it grows."""

    plays: list[Play] = field(default_factory=list)

    @property
    def places(self) -> Counter[Place]:
        return Counter(play.place for play in self.plays)

    @property
    def labels(self) -> Counter[Label]:
        """Of what would have been filed without being shown."""
        return Counter(p.label for p in self.plays if p.place == Place.FILED and p.label)

    @property
    def complaints(self) -> list[Play]:
        return [play for play in self.plays if play.band == Band.COMPLAINT]

    @property
    def doubtful(self) -> int:
        return sum(play.place == Place.QUEUE and play.band == Band.REVIEW for play in self.plays)


def rehearse(house: House, mailbox: ImapMailbox, since: date) -> Iterator[Rehearsal]:
    """Read what arrived since a day, and judge it; yields the whole again after each batch."""
    rehearsal, judge, known = Rehearsal(), house.judge, set[str]()
    with mailbox.open() as opened:
        for folder in opened.folders():
            if folder.role == Role.SENT:
                continue
            for batch in folder.since(None, since):
                rehearsal.plays += _played(house, judge, batch, known)
                yield rehearsal


def _played(
    house: House, judge: Judge, batch: Sequence[RawMail], known: set[str]
) -> Iterator[Play]:
    reads = judge([Original(raw.data, raw.truncated, raw.trouble) for raw in batch])
    for raw, read in zip(batch, reads, strict=True):
        received = raw.arrived_at or house.clock()
        if isinstance(read, Read):
            yield _play(house, read, received, raw.role, known)
        else:
            yield _unread(read, received)


def _play(house: House, read: Read, received: datetime, role: Role, known: set[str]) -> Play:
    settings, mail, screening = house.settings, read.mail, read.screening
    twin = 1 if screening.fingerprint and screening.fingerprint in known else None
    known.add(screening.fingerprint)
    place = place_for(
        read, Thread(twin), ours=False, known_sender=False, auto_file=settings.triage.auto_file
    )
    zone = settings.office.zone
    sent, doubt = plausible_sent(mail.sent_at, received, zone)
    case = Case(
        mail.sender.email,
        screening.withheld_because,
        read.triage.signals,
        imported=False,
        written_recently=False,
        junk=role == Role.JUNK,
    )
    return Play(
        received=received,
        place=place,
        sender=str(mail.sender),
        subject=mail.subject,
        band=read.triage.band if place == Place.QUEUE else None,
        label=read.triage.label,
        probability=read.triage.probability,
        withheld=withheld_because(case),
        deadlines=compute(civil_date(received, zone), sent, rules(settings), doubt=doubt),
    )


def _unread(read: Unreadable, received: datetime) -> Play:
    sender, subject = (str(read.mail.sender), read.mail.subject) if read.mail else ("", "")
    return Play(received, Place.QUARANTINE, sender, subject, trouble=read.reason)
