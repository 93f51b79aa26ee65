"""The doctor: looks at every part that may be wrong, and says how to mend it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from config.load import SettingsTrouble, load
from config.settings import Settings
from config.trouble import Trouble
from config.values import LOOPBACK
from daemon.house import House
from ingest.imap import ImapMailbox
from ingest.oauth.tokens import Tokens
from ingest.signin import tokens_of
from register import accounts

_BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # no clock may be before the program was written
_ROOM = 500_000_000  # bytes free below which a mailbox may fill the disk


@dataclass(frozen=True)
class Finding:
    """One point looked at. ``says`` is a French sentence: how it stands, or fault and mend."""

    what: str
    well: bool
    says: str


def examine(config: Path) -> list[Finding]:
    """Look at everything; a fault in one point does not hide the others."""
    try:
        settings = load(config)
    except SettingsTrouble as error:
        return [Finding("Réglages", False, fault) for fault in error.faults]
    house = House(settings)
    try:
        return [Finding("Réglages", True, str(config)), *_points(house)]
    finally:
        if "database" in house.__dict__:
            house.database.close()


def _points(house: House) -> Iterator[Finding]:
    for mailbox in house.mailboxes:
        yield _look(f"Boîte {mailbox.name}", partial(try_out, mailbox))
        if tokens := tokens_of(mailbox.settings, house.clock):
            yield _look(f"Jeton {mailbox.name}", partial(_token, house, tokens))
    if not house.mailboxes:
        yield Finding("Boîtes", False, "aucune : ajoutez une table [[mailbox]] aux réglages")
    yield _look("Envoi", partial(_smtp, house))
    database = _look("Base de données", partial(_database, house))
    yield database
    if database.well:
        yield _look("Comptes", partial(_accounts, house))
    yield _look("Modèle", partial(_model, house))
    yield _look("Horloge", partial(_clock, house))
    yield _look("Disque", partial(_disk, house.settings))
    yield _web(house.settings)


def _look(what: str, examine_it: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, examine_it())
    except (Trouble, OSError) as error:
        return Finding(what, False, str(error))


class _Unwell(Trouble):
    """A point that is not as it should be."""


def try_out(mailbox: ImapMailbox) -> str:
    """Sign in, count, change nothing. Raises ``MailboxTrouble``."""
    with mailbox.open() as opened:
        counts = [(folder.folder, len(folder.uids()[1])) for folder in opened.folders()]
    said = ", ".join(f"{name} : {count} messages" for name, count in counts)
    return f"ouverte en lecture seule ({said})"


def _token(house: House, tokens: Tokens) -> str:
    saved = tokens.standing()
    if saved is None:
        return "aucun encore : il est demandé à la première relève"
    zone = house.settings.office.zone
    until, since = (at.astimezone(zone) for at in (saved.expires_at, saved.received_at))
    return f"renouvelé le {since:%d/%m/%Y à %H:%M}, bon jusqu’au {until:%d/%m/%Y à %H:%M}"


def _smtp(house: House) -> str:
    house.postman.try_out()
    smtp = house.settings.smtp
    return f"{smtp.host}:{smtp.port} répond (rien n’a été envoyé)"


def _database(house: House) -> str:
    with house.database.begin():
        return "ouverte, à jour, inscriptible"


def _accounts(house: House) -> str:
    with house.database.read() as session:
        opened = [account for account in accounts.every(session) if not account.disabled_at]
    if not opened:
        raise _Unwell("personne ne peut trier : « doleances user add » ouvre un compte")
    return f"{len(opened)} ouvert{'s' if len(opened) > 1 else ''}"


def _model(house: House) -> str:
    return f"version {house.model.version}"


def _clock(house: House) -> str:
    now = house.clock()
    if now < _BUILT:
        raise _Unwell(
            f"la machine se croit le {now:%d/%m/%Y} : réglez son horloge, les délais en dépendent"
        )
    return now.astimezone(house.settings.office.zone).strftime("%d/%m/%Y %H:%M")


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings.triage.models)).free
    if free < _ROOM:
        raise _Unwell(f"{free // 1_000_000} Mo libres seulement : faites de la place")
    return f"{free // 1_000_000_000} Go libres"


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _web(settings: Settings) -> Finding:
    web = settings.web
    if web.host in LOOPBACK:
        return Finding("Pages", True, f"http://{web.host}:{web.port}, sur cette machine seulement")
    if web.public_url.startswith("https://"):
        return Finding("Pages", True, web.public_url)
    mend = (
        f"ouvertes au réseau sur {web.host}:{web.port} sans HTTPS : mettez un serveur HTTPS devant "
        'et donnez son adresse dans web.public_url, ou revenez à web.host = "127.0.0.1"'
    )
    return Finding("Pages", False, mend)
