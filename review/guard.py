"""The guard: what nobody has looked at in time is told, then, on the last day, acknowledged.

Every warning is one line of a table: from which day on, to whom, how urgently. A warning is told
once; a day that passes unheeded brings the next line, and the limit itself the journal.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from classifier.signals import blocks_acknowledgement
from config.rights import Role
from config.settings import Procedure
from ingest.mail import Role as FolderRole
from register import (
    breaker,
    complaints,
    findings,
    journal,
    mailboxes,
    notices,
    outbox,
    overview,
    queue,
)
from register.calendar import Region, add_months, civil_date, is_business_day
from register.deadlines import Deadlines
from register.french import short_date
from register.model import Complaint, Letter, LetterState, Message, Notice, State
from register.outbox import ACKNOWLEDGEMENT
from review.desk import ROBOT, Desk, limits

_OPEN = tuple(
    state
    for state in State
    if state
    not in (State.CLOSED, State.REQUALIFIED, State.MERGED, State.MEDIATION, State.LITIGATION)
)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """What warnings about a complaint depend on."""

    entry: Complaint
    told_since: date | None  # when the client last heard of his complaint
    region: Region
    procedure: Procedure

    @property
    def unacknowledged(self) -> bool:
        return self.entry.acknowledged_on is None and self.entry.answered_on is None

    @property
    def unanswered(self) -> bool:
        return self.entry.answered_on is None

    @property
    def reopened(self) -> bool:
        return overview.reopened(self.entry)


@dataclass(frozen=True)
class Rule:
    """A line of the table. ``day``: from when on; ``to``: the responsible, or roles above."""

    name: str
    applies: Callable[[Facts], bool]
    day: Callable[[Facts], date]
    to: str  # "responsible", "officers" or "managers"
    urgent: bool
    said: str  # with {number}, {ack}, {answer}, {aim}, {responsible}


def back(day: date, count: int, region: Region) -> date:
    """So many working days (Monday to Friday, no holiday) before a day."""
    while count:
        day -= _DAY
        count -= is_business_day(day, region)
    return day


def ahead(day: date, count: int, region: Region) -> date:
    """So many working days after a day."""
    while count:
        day += _DAY
        count -= is_business_day(day, region)
    return day


def _received(days: int) -> Callable[[Facts], date]:
    return lambda facts: facts.entry.received_on + timedelta(days=days)


def _redirected(days: int) -> Callable[[Facts], date]:
    return lambda facts: (facts.entry.redirected_on or date(2999, 1, 1)) + timedelta(days=days)


def _handed(facts: Facts) -> date:
    return (facts.entry.handed_at or facts.entry.registered_at).date()


COMPLAINTS = (
    Rule(
        "nobody",
        lambda f: not f.entry.responsible,
        _received(0),
        "officers",
        True,
        "{number} n’a pas de responsable : confiez-la. Accusé au plus tard le {ack}, "
        "réponse le {answer}.",
    ),
    Rule(
        "untaken",
        lambda f: (
            bool(f.entry.responsible) and f.entry.taken_at is None and (f.unanswered or f.reopened)
        ),
        lambda f: ahead(_handed(f), f.procedure.taken_within_days, f.region),
        "managers",
        True,
        "{number} n’est pas prise en charge par {responsible} : le temps prévu a passé (P-26).",
    ),
    Rule(
        "ack7",
        lambda f: f.unacknowledged,
        _received(7),
        "responsible",
        True,
        "L’accusé de {number} n’est pas parti : au plus tard le {ack}.",
    ),
    Rule(
        "ack9",
        lambda f: f.unacknowledged,
        _received(9),
        "officers",
        True,
        "L’accusé de {number} n’est toujours pas parti : au plus tard le {ack}.",
    ),
    Rule(
        "ack eve",
        lambda f: f.unacknowledged,
        lambda f: back(f.entry.ack_due, 1, f.region),
        "managers",
        True,
        "Dernier jour ouvré avant l’échéance de l’accusé de {number}, le {ack}.",
    ),
    Rule(
        "ack passed",
        lambda f: f.unacknowledged,
        lambda f: f.entry.ack_due + _DAY,
        "managers",
        True,
        "L’accusé de {number} est en retard depuis le {ack} : écrivez au client aujourd’hui.",
    ),
    Rule(
        "inform",
        lambda f: f.unanswered,
        lambda f: (
            (f.told_since or f.entry.received_on) + timedelta(days=f.procedure.informed_after_days)
        ),
        "responsible",
        False,
        "{number} : le client est sans nouvelle. Tenez-le informé (P-13).",
    ),
    Rule(
        "aim",
        lambda f: f.unanswered and complaints.aim(f.entry) is not None,
        lambda f: back(complaints.aim(f.entry) or f.entry.answer_due, 3, f.region),
        "responsible",
        False,
        "{number} : le sujet demande une réponse avant la limite, vers le {aim} (X-07).",
    ),
    Rule(
        "answer45",
        lambda f: f.unanswered,
        _received(45),
        "responsible",
        False,
        "{number} : réponse au plus tard le {answer}.",
    ),
    Rule(
        "answer50",
        lambda f: f.unanswered,
        _received(50),
        "officers",
        True,
        "{number} : dix jours pour répondre (le {answer}), ou pour dire au client la cause du "
        "retard et la nouvelle date.",
    ),
    Rule(
        "answer eve",
        lambda f: f.unanswered,
        lambda f: back(f.entry.answer_due, 3, f.region),
        "managers",
        True,
        "{number} : dernier appel, réponse au plus tard le {answer}.",
    ),
    Rule(
        "answer passed",
        lambda f: f.unanswered,
        lambda f: f.entry.answer_due + _DAY,
        "managers",
        True,
        "{number} : le délai de réponse est passé depuis le {answer}. Le client peut saisir "
        "le médiateur ; dites-lui la cause et la nouvelle date.",
    ),
    Rule(
        "reopened",
        lambda f: f.reopened,
        lambda f: overview.again_due(f.entry),
        "officers",
        False,
        "{number} : rouverte, toujours sans nouvelle réponse. Le client attend.",
    ),
    Rule(
        "unclosed",
        lambda f: f.entry.state == State.ANSWERED,
        lambda f: (f.entry.answered_on or f.entry.received_on) + timedelta(days=30),
        "responsible",
        False,
        "{number} : répondue depuis trente jours, pas encore close. Dites les "
        "dysfonctionnements identifiés, ou « aucun » (P-19), puis clôturez.",
    ),
    *(
        Rule(
            f"redirected{days}",
            lambda f: f.entry.redirected_on is not None and f.unanswered,
            _redirected(days),
            "responsible",
            False,
            "{number} : réorientée, relancez le tiers ; sa réponse est attendue.",
        )
        for days in (15, 30, 45)
    ),
    Rule(
        "mediation",
        lambda f: f.entry.mediation_on is None,
        lambda f: add_months(f.entry.sent_on, 11),
        "officers",
        False,
        "{number} : dans un mois, le client ne pourra plus saisir le médiateur.",
    ),
)
BREACHES = ("ack passed", "answer passed")  # noted in the journal, too


@dataclass(frozen=True)
class Stage:
    """When a message that nobody has judged is told of: days after its arrival, to whom."""

    name: str
    day: Callable[[Deadlines, Region], date]
    to: str
    urgent: bool


MESSAGES = (
    Stage("day1", lambda d, region: ahead(d.received, 1, region), "desk", False),
    Stage("day3", lambda d, region: d.received + timedelta(days=3), "desk", False),
    Stage("day7", lambda d, region: d.received + timedelta(days=7), "officers", True),
    Stage("eve", lambda d, region: back(d.ack.operational, 1, region), "managers", True),
    Stage("passed", lambda d, region: d.ack.operational + _DAY, "managers", True),
)


def watch(desk: Desk) -> int:
    """Tell what is due today and, on the last day, acknowledge; count what was told or done."""
    entered = _last_day(desk)
    warnings = [
        *_about_messages(desk),
        *_about_complaints(desk),
        *_about_actions(desk),
        *_about_letters(desk),
        *_about_the_ways(desk),
    ]
    return entered + notices.queue(desk.session, warnings)


def _waiting(desk: Desk) -> list[Message]:
    """What may be a complaint and nobody has judged."""
    return queue.undecided(desk.session)


def _last_day(desk: Desk) -> int:
    """Enter, provisionally, and acknowledge what is surely a complaint and still unread on the
    last working day before its limit. What is doubtful is never: it went to the managers the day
    before.
    """
    if desk.settings.procedure.acknowledge_unreviewed == "never":
        return 0
    today = civil_date(desk.now, desk.settings.office.zone)
    due = [
        message
        for message in _waiting(desk)
        if _may_be_acknowledged(message) and limits(message, desk.settings).ack.target <= today
    ]
    for message in due:
        desk.enter_for_now(message)
    return len(due)


def _may_be_acknowledged(message: Message) -> bool:
    signals = (message.triage or {}).get("signals", ())
    return (
        message.band == "complaint"
        and not message.blind
        and message.complaint_id is None
        and message.withheld_because is None
        and not message.imported
        and message.role == FolderRole.INBOX
        and not any(map(blocks_acknowledgement, signals))
    )


def _about_messages(desk: Desk) -> Iterator[Notice]:
    region = Region(desk.settings.office.region)
    today = civil_date(desk.now, desk.settings.office.zone)
    for message in _waiting(desk):
        if message.imported or message.complaint_id is not None:
            continue
        due = limits(message, desk.settings)
        reached = [stage for stage in MESSAGES if stage.day(due, region) <= today]
        if not reached:
            continue
        stage = reached[-1]
        limit = short_date(due.ack.operational)
        late = "aurait dû être accusé" if stage.name == "passed" else "à accuser au plus tard"
        said = f"Le message n° {message.id} attend d’être trié ; si c’est une réclamation, {late} le {limit}."
        if message.band == "review":
            said += " Le programme doute : il ne l’accusera pas de lui-même."
        for person in _people(desk, stage.to, message.passed_to):
            told = _Told(said, f"message {message.id}", stage.urgent)
            yield _notice(desk, f"{stage.name} message {message.id}", person, told)


def _about_complaints(desk: Desk) -> Iterator[Notice]:
    today, told = civil_date(desk.now, desk.settings.office.zone), notices.keys(desk.session)
    for facts in _open_files(desk):
        entry = facts.entry
        for rule in COMPLAINTS:
            if not rule.applies(facts) or rule.day(facts) > today:
                continue
            # Of a new day (limits counted anew, the client told meanwhile) people are told anew.
            key = f"{rule.name} {entry.number} {rule.day(facts).isoformat()}"
            people = _people(desk, rule.to, entry.responsible)
            new = [person for person in people if f"{key} {person}" not in told]
            if not new:  # looked at every few minutes, for as long as a file lies
                continue
            said = rule.said.format(
                number=entry.number,
                ack=short_date(entry.ack_due),
                answer=short_date(entry.answer_due),
                aim=short_date(complaints.aim(entry) or entry.answer_due),
                responsible=desk.settings.colleague(entry.responsible).name,
            )
            if rule.name in BREACHES:
                _note_breach(desk, entry, rule)
            for person in new:
                yield _notice(desk, key, person, _Told(said, entry.number, rule.urgent))


def _open_files(desk: Desk) -> Iterator[Facts]:
    region = Region(desk.settings.office.region)
    told = complaints.last_told(desk.session)
    for entry in complaints.in_states(desk.session, _OPEN):
        yield Facts(entry, told.get(entry.id), region, desk.settings.procedure)


def _note_breach(desk: Desk, entry: Complaint, rule: Rule) -> None:
    lines = journal.history(desk.session, entry.number)
    if not any(line.action == rule.name for line in lines):
        desk.journal(ROBOT, rule.name, entry.number, {})


def _about_actions(desk: Desk) -> Iterator[Notice]:
    today = civil_date(desk.now, desk.settings.office.zone)
    for one in findings.board(desk.session, today):
        if one.late:
            said = f"L’action corrective n° {one.action.id} est en retard : {one.action.owner} en a la charge."
            for person in _people(desk, "officers", ""):
                told = _Told(said, f"action {one.action.id}", urgent=False)
                key = f"action {one.action.id} {one.action.due_on}"
                yield _notice(desk, key, person, told)


def _about_letters(desk: Desk) -> Iterator[Notice]:
    """What came back, was refused, or is in doubt. It is read from the letters' rows, so that no
    bounce of a notice, which is no letter, ever causes one.
    """
    for letter, entry in outbox.troubled(desk.session):
        happened, at = _happened(letter)
        said = f"{entry.number}, {_KINDS.get(letter.kind, 'lettre')} : {happened}"
        if letter.kind == ACKNOWLEDGEMENT and entry.acknowledged_on is None:
            said += f" L’accusé reste dû, au plus tard le {short_date(entry.ack_due)}."
        key = f"letter {letter.id} {letter.state} {at.isoformat()}"
        for person in _people(desk, "responsible", entry.responsible):
            yield _notice(desk, key, person, _Told(said, entry.number, urgent=True))


_KINDS = {ACKNOWLEDGEMENT: "accusé de réception"}


def _happened(letter: Letter) -> tuple[str, datetime]:
    """What became of a letter and since when, without the other server's words: they may quote."""
    at = letter.bounced_at or letter.begun_at or letter.queued_at
    if letter.state == LetterState.UNCERTAIN:
        return (
            "nul ne sait si elle est partie. Cherchez-la dans les messages envoyés, puis "
            "laissez-la repartir ou annulez-la.",
            at,
        )
    if letter.bounced_at:
        return (
            "revenue, le client ne l’a pas reçue. Écrivez-lui par la poste, ou corrigez son "
            "adresse et laissez-la repartir.",
            at,
        )
    return "elle n’a pas pu partir. La page Lettres dit pourquoi.", at


def _about_the_ways(desk: Desk) -> Iterator[Notice]:
    """What mail comes and goes by: the breaker, the mailboxes. That no letter leaves any more cannot
    be told by mail: the pages say it (``outbox.held_up``).
    """
    stopped = breaker.stopped(desk.session)
    if stopped is not None:
        said = (
            f"Le courrier automatique est arrêté : {stopped.because}. Les accusés attendent, leurs "
            "délais courent. Regardez ce qui arrive, puis laissez repartir (page Lettres)."
        )
        for person in _people(desk, "officers", ""):
            told = _Told(said, "lettres", urgent=True)
            yield _notice(desk, f"breaker {stopped.id}", person, told)
    if desk.settings.notices.to:
        return  # whom the settings name is told by the collector itself, every day anew
    longest = timedelta(minutes=desk.settings.notices.after_minutes)
    for name, box in mailboxes.states(desk.session).items():
        if box.failing_since is None or desk.now - box.failing_since < longest:
            continue
        said = (
            f"La boîte « {name} » n’est plus relevée : {box.trouble} Rien n’est perdu, ce qui "
            "arrive attend sur le serveur ; mais les délais courent."
        )
        for person in _people(desk, "managers", ""):
            told = _Told(said, "boîtes", urgent=True)
            yield _notice(desk, f"mailbox {name} {box.failing_since.isoformat()}", person, told)


def _people(desk: Desk, to: str, responsible: str) -> Iterable[str]:
    """Whom a warning goes to; where the office has named nobody, its own address."""
    staff = desk.settings.staff
    managers = [one.email for one in staff if one.role == Role.MANAGER]
    officers = [one.email for one in staff if one.role == Role.OFFICER] or managers
    wanted = {
        "responsible": [responsible] if responsible else officers,
        "desk": [responsible] if responsible else officers,
        "officers": officers,
        "managers": managers or officers,
    }[to]
    return wanted or [desk.settings.office.email]


def _notice(desk: Desk, key: str, person: str, told: "_Told") -> Notice:
    about = told.about
    return Notice(
        key=f"{key} {person}",
        recipient=person,
        subject=f"Doléances : {about}" if about.startswith("REC-") else "Doléances : à voir",
        said=told.said,
        about=about,
        urgent=told.urgent,
        queued_at=desk.now,
    )


@dataclass(frozen=True)
class _Told:
    said: str
    about: str
    urgent: bool
