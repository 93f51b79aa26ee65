"""The account of a demonstration: what became of each mail, and every promise not kept."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from classifier.labels import Label
from daemon.context import say_json, say_table
from daemon.demo.samples import Sample
from daemon.demo.stage import Sink, Stage
from register import complaints, messages, outbox
from register.database import Session
from register.model import Complaint, Place


@dataclass(frozen=True)
class Line:
    """What became of one mail."""

    mail: str
    proposal: str
    place: str
    label: str
    complaint: str
    acknowledged: str


@dataclass(frozen=True)
class Report:
    """What became of all of them, and every promise that was not kept."""

    lines: list[Line]
    faults: list[str]

    def show(self, *, in_json: bool) -> None:
        if in_json:
            say_json({"mails": [vars(line) for line in self.lines], "faults": self.faults})
            return
        say_table(
            ("Message", "Le tri propose", "Il est", "Étiquette", "Dossier", "Accusé le"),
            (tuple(vars(line).values()) for line in self.lines),
            empty="Aucun message.",
        )
        numbers = {line.complaint for line in self.lines if line.place == "réclamation"}
        click.echo(
            f"{len(self.lines)} messages, chacun à sa place ; {len(numbers)} réclamations au "
            "registre, accusés remis et datés."
            if not self.faults
            else f"{len(self.faults)} promesses non tenues :"
        )


def report(stage: Stage, found: list[Sample], proposals: dict[str, str]) -> Report:
    with stage.house.database.read() as session:
        lines = [_line(session, sample, proposals[sample.name]) for sample in _firsts(found)]
        lines += [
            Line(copy.name, "le même message", f"doublon de {first.name[:2]}", "", "", "")
            for copy, first in _copies(found)
        ]
        lines.sort(key=lambda line: line.mail)
        faults = [
            f"{sample.name} : absent de la base ou non trié"
            for sample in found
            if (row := messages.with_digest(session, sample.digest)) is None
            or row.place == Place.UNSORTED
        ]
        faults += list(_unacknowledged(session, stage.sink))
    return Report(lines, faults)


def _firsts(found: list[Sample]) -> list[Sample]:
    return list({sample.digest: sample for sample in reversed(found)}.values())


def _copies(found: list[Sample]) -> Iterator[tuple[Sample, Sample]]:
    """The very same bytes delivered again are one message in two places of the folder."""
    firsts = {sample.digest: sample for sample in _firsts(found)}
    for sample in found:
        if firsts[sample.digest] is not sample:
            yield sample, firsts[sample.digest]


def _line(session: Session, sample: Sample, proposal: str) -> Line:
    message = messages.with_digest(session, sample.digest)
    if message is None:
        return Line(sample.name, proposal, "perdu", "", "", "")
    complaint = session.get(Complaint, message.complaint_id) if message.complaint_id else None
    mine = complaint if complaint and message.place == Place.REGISTERED else None
    return Line(
        mail=sample.name,
        proposal=proposal,
        place=Place(message.place).french,
        label=Label(message.label).french if message.label else "",
        complaint=complaint.number if complaint else "",
        acknowledged=f"{mine.acknowledged_on:%d/%m/%Y}" if mine and mine.acknowledged_on else "",
    )


def _unacknowledged(session: Session, sink: Sink) -> Iterator[str]:
    for complaint in complaints.every(session):
        letters = outbox.of_complaint(session, complaint)
        if not complaint.acknowledged_on:
            yield f"{complaint.number} : pas d’accusé daté"
        elif not any(sink.delivered(letter.recipient, letter.message_id) for letter in letters):
            yield f"{complaint.number} : accusé daté mais pas remis"
