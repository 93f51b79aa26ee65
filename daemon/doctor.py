"""The doctor: looks at every part that may be wrong, and says how to mend it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from config.load import SettingsTrouble, load
from config.rights import Role
from config.settings import Settings
from config.trouble import Trouble
from config.values import LOOPBACK
from config.write import example_mediator
from daemon import lines, school
from daemon.house import House
from daemon.lines import Line
from daemon.sentences import point, said
from ingest.imap import ImapMailbox
from ingest.mail import Role as FolderRole
from ingest.oauth.tokens import Tokens
from ingest.signin import tokens_of
from outbound import approval, domain
from outbound.domain import Verdict
from register import accounts
from register.alone import somebody_works
from register.database import DatabaseTrouble

_BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # no clock may be before the program was written
_ROOM = 500_000_000  # bytes free below which a mailbox may fill the disk
_ASTRAY = timedelta(minutes=5)  # by which two honest clocks may differ
_LEARNT = timedelta(days=7)  # within which what is due to be learnt should have been
_WORKS = ("collect", "sort", "deliver", "watch", "learn", "web")


@dataclass(frozen=True)
class Finding:
    """One point looked at. ``says`` is a sentence: how it stands, or fault and mend.

    ``kind`` is the same in every language. What is well may still be worth minding.
    """

    what: str
    well: bool
    says: str
    kind: str = ""
    mind: bool = False


@dataclass(frozen=True)
class _Said:
    """How a point stands: a sentence of ``daemon.sentences`` and what it tells of."""

    kind: str
    facts: dict[str, object] = field(default_factory=dict)
    mind: bool = False


class _Unwell(Exception):
    """A point that is not as it should be."""

    def __init__(self, kind: str, **facts: object) -> None:
        super().__init__(kind)
        self.said = _Said(kind, facts)


@dataclass(frozen=True)
class _Doctor:
    house: House
    language: str

    def look(self, what: str, examine_it: Callable[[], _Said], name: str = "") -> Finding:
        """A fault in one point does not hide the others."""
        try:
            found, well = examine_it(), True
        except _Unwell as fault:
            found, well = fault.said, False
        except (Trouble, OSError) as error:
            found, well = _Said("otherwise", {"said": str(error)}), False
        return Finding(
            point(what, self.language, {"name": name}),
            well,
            said(found.kind, self.language, found.facts),
            found.kind,
            found.mind,
        )


def examine(config: Path, language: str = "fr") -> list[Finding]:
    """Look at everything; faults of the settings file itself are told in French only."""
    title = point("settings", language, {})
    try:
        settings = load(config)
    except SettingsTrouble as error:
        return [Finding(title, False, fault, "settings_fault") for fault in error.faults]
    house = House(settings)
    doctor = _Doctor(house, language)
    try:
        read = Finding(title, True, str(config), "settings_read")
        return [read, *_lines(doctor), *_memory(doctor), *_office(doctor)]
    finally:
        house.close()


def _lines(doctor: _Doctor) -> Iterator[Finding]:
    """What depends on the servers of others."""
    house = doctor.house
    for mailbox in house.mailboxes:
        yield doctor.look("mailbox", partial(_mailbox, mailbox), mailbox.name)
        if tokens := tokens_of(mailbox.settings, house.clock):
            yield doctor.look("token", partial(_token, house, tokens), mailbox.name)
    if not house.mailboxes:
        yield doctor.look("mailboxes", _no_mailbox)
    yield doctor.look("smtp", partial(_smtp, house))
    yield from _domain(doctor)
    yield doctor.look("clock", partial(_clock, house))


def _memory(doctor: _Doctor) -> Iterator[Finding]:
    """What is kept on this machine."""
    house = doctor.house
    database = doctor.look("database", partial(_database, house))
    yield database
    if database.well:
        yield doctor.look("accounts", partial(_accounts, house))
        yield doctor.look("letters", partial(_letters, house))
    yield doctor.look("model", partial(_model, house, database.well))
    yield doctor.look("disk", partial(_disk, house.settings))


def _office(doctor: _Doctor) -> Iterator[Finding]:
    """What the office has decided."""
    settings = doctor.house.settings
    yield doctor.look("mediator", partial(_mediator, settings))
    yield doctor.look("staff", partial(_staff, settings))
    yield doctor.look("notices", partial(_notices, settings))
    yield doctor.look("zone", partial(_zone, settings))
    yield doctor.look("web", partial(_web, settings))


# --- servers ----------------------------------------------------------------------------------


def try_out(mailbox: ImapMailbox) -> str:
    """Sign in, count, change nothing. Raises ``MailboxTrouble``."""
    found = _mailbox(mailbox)
    return said(found.kind, "fr", found.facts)


def _mailbox(mailbox: ImapMailbox) -> _Said:
    line = Line("mailbox", mailbox.settings)
    try:
        with mailbox.open() as opened:
            known = [name for _, _, name in opened.server.list_folders()]
            folders = opened.folders()
            for folder in folders:
                if folder.folder not in known and folder.folder.upper() != "INBOX":
                    raise _missing(folder.folder, known)
            counts = ", ".join(f"{one.folder} : {len(one.uids()[1])} messages" for one in folders)
    except (Trouble, OSError) as error:
        raise _of(line, error) from error
    if any(one.role == FolderRole.SENT for one in folders) or not mailbox.settings.sent_folder:
        return _Said("mailbox_open", {"counts": counts})
    return _Said("no_sent_folder", {"counts": counts}, mind=True)


def _missing(folder: str, known: list[str]) -> _Unwell:
    if near := lines.nearest(folder, known):
        return _Unwell("folder_near", folder=folder, near=near)
    return _Unwell("folder_missing", folder=folder, known=", ".join(known))


def _of(line: Line, error: Exception) -> Exception:
    """The fault by its kind; one that we cannot tell by more than its own words stays as it is."""
    kind = lines.kind_of(error)
    if kind is None:
        return error
    return _Unwell(kind, **line.facts)


def _no_mailbox() -> _Said:
    raise _Unwell("no_mailbox")


def _token(house: House, tokens: Tokens) -> _Said:
    saved = tokens.standing()
    if saved is None:
        return _Said("token_none")
    zone = house.settings.office.zone
    until, since = (at.astimezone(zone) for at in (saved.expires_at, saved.received_at))
    return _Said("token_good", {"since": f"{since:%d/%m/%Y %H:%M}", "until": f"{until:%H:%M}"})


def _smtp(house: House) -> _Said:
    smtp = house.settings.smtp
    try:
        house.postman.try_out()
    except (Trouble, OSError) as error:
        raise _of(Line("smtp", smtp), error) from error
    return _Said("smtp_answers", {"host": smtp.host, "port": smtp.port})


def _domain(doctor: _Doctor) -> Iterator[Finding]:
    """What the DNS says of the domain that letters come from: one finding a record, in French."""
    settings = doctor.house.settings
    title = point("domain", doctor.language, {"name": settings.office.domain})
    try:
        remarks = domain.examine(settings.office.domain, settings.smtp.host, domain.texts_of())
    except domain.NoDns as error:
        yield Finding(title, True, str(error), "no_dns", mind=True)
        return
    for remark in remarks:
        kind = f"domain_{remark.about.lower()}"
        well, weak = remark.verdict != Verdict.BAD, remark.verdict == Verdict.WEAK
        yield Finding(title, well, f"{remark.about} : {remark.says}", kind, mind=weak)


def _clock(house: House) -> _Said:
    now = house.clock()
    local = f"{now.astimezone(house.settings.office.zone):%d/%m/%Y %H:%M}"
    if now < _BUILT:
        raise _Unwell("clock_early", now=local)
    theirs = lines.clock_of(house.settings.smtp)
    if theirs is not None and abs(theirs - now) > _ASTRAY:
        minutes = round(abs(theirs - now) / timedelta(minutes=1))
        raise _Unwell("clock_off", minutes=minutes, host=house.settings.smtp.host)
    return _Said("clock_good", {"now": local})


# --- this machine -----------------------------------------------------------------------------


def _database(house: House) -> _Said:
    try:
        with house.database.begin():
            pass
    except DatabaseTrouble as error:
        if "locked" in str(error):
            raise _Unwell("database_locked") from error
        raise
    except Exception as error:
        if "locked" in str(error):  # taken between the opening and now
            raise _Unwell("database_locked") from error
        raise
    served = somebody_works(house.database, _WORKS)
    return _Said("database_served" if served else "database_good")


def _accounts(house: House) -> _Said:
    with house.database.read() as session:
        opened = [account for account in accounts.every(session) if not account.disabled_at]
    if not opened:
        raise _Unwell("no_account")
    return _Said("accounts_open", {"count": len(opened)})


def _letters(house: House) -> _Said:
    settings = house.settings
    with house.database.read() as session:
        standing = list(approval.every(session, settings.letters.folder, settings.office))
    bad = [f"{one.kind} ({one.language})" for one in standing if one.because]
    if bad:
        raise _Unwell("letters_bad", letters=", ".join(bad))
    return _Said("letters_good")


def _model(house: House, with_database: bool) -> _Said:
    version = house.model.version
    file = house.settings.triage.models / f"{version}.npz"
    since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    now = house.clock()
    if with_database and now - since > _LEARNT:
        with house.database.read() as session:
            because = school.due(session, house.settings, now - _LEARNT)
        if because:
            facts = {"version": version, "since": f"{since:%d/%m/%Y}", "because": because}
            return _Said("model_due", {**facts, "days": _LEARNT.days}, mind=True)
    return _Said("model_good", {"version": version})


def _disk(settings: Settings) -> _Said:
    folder = _existing(settings.triage.models)
    free = shutil.disk_usage(folder).free
    if free < _ROOM:
        raise _Unwell("disk_full", free=free // 1_000_000, folder=folder)
    return _Said("disk_good", {"free": free // 1_000_000_000})


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


# --- settings ---------------------------------------------------------------------------------


def _mediator(settings: Settings) -> _Said:
    """The settings want one; but the example's has never answered anybody."""
    mediator = settings.office.mediator
    if mediator.url == example_mediator():
        raise _Unwell("mediator_missing")
    return _Said("mediator_good", {"name": mediator.name})


def _staff(settings: Settings) -> _Said:
    managers = [one for one in settings.staff if one.role == Role.MANAGER]
    if not settings.staff:
        return _Said("staff_nobody_listed")
    if not managers:
        raise _Unwell("no_manager", count=len(settings.staff))
    return _Said("staff_good", {"count": len(managers)})


def _notices(settings: Settings) -> _Said:
    if not settings.notices.to:
        return _Said("no_notices", mind=True)
    return _Said("notices_good", {"to": ", ".join(settings.notices.to)})


def _zone(settings: Settings) -> _Said:
    zone = settings.office.timezone
    odd = zone.upper() in ("UTC", "GMT", "ZULU") or zone.startswith("Etc/")
    return _Said("zone_odd" if odd else "zone_good", {"zone": zone}, mind=odd)


def _web(settings: Settings) -> _Said:
    web = settings.web
    if web.host in LOOPBACK:
        return _Said("web_here", {"host": web.host, "port": web.port})
    if web.public_url.startswith("https://"):
        return _Said("web_public", {"url": web.public_url})
    raise _Unwell("web_open", host=web.host, port=web.port)
