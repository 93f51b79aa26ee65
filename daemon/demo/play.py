"""The play: with a person at the desk, or to the end with decisions written beforehand."""

import socket
from threading import Event, Thread

import click

from classifier.labels import Label
from config.trouble import Trouble
from daemon import service
from daemon.demo.report import Report, report
from daemon.demo.samples import Sample, samples
from daemon.demo.stage import HOST, PASSWORD, USER, stage
from daemon.house import House
from ingest.imap import append
from register import messages, outbox, threads
from register.complaints import Facts
from register.database import Session
from register.model import Complaint, LetterState, Message, Place
from register.parties import Named
from register.threads import Clues
from review import accounts
from review.desk import Choice


def run_open(port: int, stop: Event) -> None:
    """Deliver the mails, run the daemon and wait for a person until ``stop``."""
    if not _is_free(port):
        raise Trouble(f"Le port {port} est déjà pris : choisissez-en un autre avec --port.")
    click.echo("Préparation : boîte IMAP, serveur SMTP, base, modèle…", err=True)
    with stage(port, undo_minutes=1) as open_stage:
        house = open_stage.house
        _ = house.model
        with house.database.begin() as session:
            accounts.add(session, USER, "Claire Humbert", PASSWORD, house.clock())
        mails = samples(house.clock())
        append(house.settings.mailbox[0], "INBOX", [(s.data, at) for s, at in mails])
        daemon = Thread(target=service.run, args=(house, stop), name="daemon")
        daemon.start()
        click.echo(
            f"\n{len(mails)} messages inventés sont dans la boîte.\n\n"
            f"  File de tri   http://{HOST}:{port}/\n"
            f"  Identifiant   {USER}\n"
            f"  Mot de passe  {PASSWORD}\n\n"
            "Les accusés partent une minute après la décision, vers un serveur qui les garde.\n"
            "Ctrl-C arrête et efface tout."
        )
        stop.wait()
        daemon.join()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def run_once() -> Report:
    """The same to the end without a person: the decisions are those of ``expected.json``."""
    with stage(web_port=0, undo_minutes=0) as open_stage:
        house = open_stage.house
        [mailbox] = house.mailboxes
        mails = samples(house.clock())
        append(mailbox.settings, "INBOX", [(sample.data, at) for sample, at in mails])
        service.collect_once(house, mailbox)
        service.sort_all(house)
        found = [sample for sample, _ in mails]
        proposals = _proposals(house, found)
        for sample in found:
            _decide(house, sample)
        _release_withheld(house)
        service.deliver_all(house)
        service.collect_once(house, mailbox)  # the office's copies of its letters
        service.sort_all(house)
        return report(open_stage, found, proposals)


def _proposals(house: House, found: list[Sample]) -> dict[str, str]:
    with house.database.read() as session:
        return {sample.name: _proposal(_row(session, sample)) for sample in found}


def _proposal(message: Message | None) -> str:
    if message is None:
        return "perdu"
    if message.place == Place.QUEUE:
        words = {"complaint": "réclamation", "review": "à vérifier", "other": "suite ?"}
        return f"{words[message.band]} {message.probability:.0%}"
    return Place(message.place).french


def _row(session: Session, sample: Sample) -> Message | None:
    return messages.with_digest(session, sample.digest)


_DECIDABLE = (Place.QUEUE, Place.QUARANTINE, Place.FILED)


def _decide(house: House, sample: Sample) -> None:
    """Confirm or correct as a careful person would, where a person has a say."""
    with house.database.begin() as session:
        message = _row(session, sample)
        if message is None or message.place not in _DECIDABLE:
            return
        if message.place == Place.FILED and message.label == sample.label:
            return
        choice = Choice(
            sample.label,
            USER,
            message.version,
            _facts(sample, message),
            _number(session, message) if sample.label == Label.FOLLOW_UP else "",
        )
        house.desk(session).decide(message.id, choice)


def _facts(sample: Sample, message: Message) -> Facts:
    told = sample.expected.get("fields", {})
    nobody = ["Aucun"]
    others = told.get("third_parties", nobody)
    return Facts(
        client_name=told.get("client_name") or message.sender_name,
        client_email=told.get("client_email") or message.sender_email,
        subject=told.get("subject", ""),
        contract_ref=told.get("contract_ref", ""),
        product=told.get("product", ""),
        service=told.get("service", ""),
        third_parties=() if others == nobody else tuple(map(Named, others)),
        persons_concerned=tuple(map(Named, told.get("persons_concerned", ()))),
        motive=told.get("motive", ""),
    )


def _number(session: Session, message: Message) -> str:
    clues = Clues(message.references)
    thread = threads.forebears(session, [(message, clues)]).thread_of(message, clues)
    return session.get_one(Complaint, thread.complaint).number if thread.complaint else ""


def _release_withheld(house: House) -> None:
    """What the machine may not send alone leaves on a person's word."""
    with house.database.begin() as session:
        desk = house.desk(session)
        for letter, _ in outbox.listing(session, LetterState.WITHHELD):
            if letter.recipient:
                desk.release(letter.id, USER)
