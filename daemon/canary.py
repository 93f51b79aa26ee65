"""A canary: a mail of our own through the whole way, to know that the way is open."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from threading import Event

from daemon import service
from daemon.house import House
from register import messages
from register.model import Place

_LOOK_EVERY = 2.0  # seconds


@dataclass(frozen=True)
class Stage:
    """One stretch of the way: what has come to pass, and when."""

    told: str  # French
    at: datetime


def let_fly(house: House, seconds: float) -> Iterator[Stage]:
    """Send a marked mail to the office and wait for it in the register; each stage as it is done.

    It is never acknowledged, and known again when it comes. What is not reached within so
    many seconds is not yielded. Raises what the sending raises.
    """
    office = house.settings.office
    name = f"<canari.{secrets.token_hex(8)}@{office.domain}>"
    answer = house.postman.send(office.email, [office.email], _mail(house, name))
    yield Stage(f"partie : le serveur d’envoi a répondu « {answer} »", house.clock())
    pause = Event()
    for _ in range(max(1, round(seconds / _LOOK_EVERY))):
        for mailbox in house.mailboxes:
            service.collect_once(house, mailbox)
        service.sort_all(house)
        with house.database.read() as session:
            row = messages.by_message_id(session, name)
        if row and row.place != Place.UNSORTED:
            with house.database.begin() as session:
                house.desk(session).know_again(row.id)
            yield Stage(f"lue, et rangée : {Place.OWN.french}", house.clock())
            return
        pause.wait(_LOOK_EVERY)


def _mail(house: House, name: str) -> bytes:
    office, mail = house.settings.office, EmailMessage(policy=SMTP)
    mail["Message-ID"] = name
    mail["Date"] = house.clock().astimezone(office.zone)
    mail["From"] = mail["To"] = office.email
    mail["Subject"] = "Essai de la chaîne de Doléances"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Doleances"] = "canari"
    mail.set_content(
        "Ce message d’essai vérifie que le courrier du cabinet arrive bien jusqu’au registre.\n"
        "Vous pouvez l’effacer.\n"
    )
    return bytes(mail)
