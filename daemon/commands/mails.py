"""import, classify, reconcile: mails outside the daily round."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import click

from classifier.corpus import judged as judged_from_text
from classifier.labels import Label
from classifier.shelf import default_directory, ready
from classifier.triage import Band, Fields, Triage
from config.trouble import Trouble
from daemon import service
from daemon.context import Context, as_json, say_json, say_table, with_context
from daemon.judging import Judge, Original, Unreadable, judge
from ingest.files import read_mails
from ingest.imap import ImapFolder
from ingest.mail import Cursor, RawMail
from ingest.screening import Kind
from outbound.permission import Case, withheld_because
from register import mailboxes
from review.desk import Read

_BATCH = 200
Item = TypeVar("Item")


@click.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
@with_context
def import_(context: Context, paths: tuple[Path, ...], in_json: bool) -> None:
    """Reprendre des archives : fichiers .eml, mbox, dossiers Maildir.

    Les messages sont triés comme les autres, mais rien n’est jamais envoyé à leur sujet sans
    qu’une personne le demande. Reprendre deux fois la même archive ne change rien.
    """
    house = context.house
    seen = kept = 0
    for path in paths:
        for batch in _batches(_raw_mails(path)):
            with house.database.begin() as session:
                kept += mailboxes.keep(session, batch, house.clock(), imported=True)
            seen += len(batch)
            click.echo(f"\r{seen} messages lus", nl=False, err=True)
    click.echo("", err=True)
    count = service.sort_all(house)
    if in_json:
        say_json({"read": seen, "new": kept, "sorted": count})
    else:
        click.echo(f"{seen} messages lus, {kept} nouveaux, {count} triés. Rien n’a été envoyé.")


def _raw_mails(path: Path) -> Iterator[RawMail]:
    """A file has no UIDs: its place in the reading and its own digest stand for them."""
    validity = int(hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:7], 16)
    for number, (_, data, arrived) in enumerate(read_mails(path), start=1):
        yield RawMail("import", str(path), Cursor(validity, number), arrived, data, len(data))


def _batches(mails: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(mails, _BATCH)):
        yield batch


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--jsonl",
    type=click.Path(path_type=Path),
    help="Lignes JSON : id, from_name, from_email, subject, body.",
)
@as_json
@with_context
def classify(context: Context, paths: tuple[Path, ...], jsonl: Path | None, in_json: bool) -> None:
    """Dire ce que seraient des messages, sans rien enregistrer ni envoyer."""
    if not paths and jsonl is None:
        raise click.UsageError("Donnez des fichiers, ou --jsonl FICHIER.")
    judge = _judge(context)
    results = [*_of_files(judge, paths), *(_of_lines(judge, jsonl) if jsonl else ())]
    if in_json:
        for result in results:
            say_json(result)
        return
    say_table(
        ("Message", "Bande", "Étiquette", "Réclamation ?", "Parce que"),
        (
            (
                result["id"],
                _BANDS[str(result["band"])],
                result["label"],
                f"{result['probability']:.0%}",
                _first_reason(result),
            )
            for result in results
        ),
        empty="Aucun message.",
    )


_BANDS = {"complaint": "réclamation", "review": "à vérifier", "other": "autre"}


def _first_reason(result: dict[str, object]) -> str:
    reasons = result["reasons"]
    return str(reasons[0]["text"])[:60] if isinstance(reasons, list) and reasons else ""


def _judge(context: Context) -> Judge:
    """Knows the office where there are settings; else the plain model, and nobody."""

    def tell(line: str) -> None:
        click.echo(line, err=True)

    if context.office is None:
        return Judge(ready(default_directory(), tell), context.reader)
    triage = context.office.triage
    return judge(ready(triage.models, tell, triage.target_recall), context.reader, context.office)


def _of_files(judge: Judge, paths: tuple[Path, ...]) -> Iterator[dict[str, object]]:
    """What each mail would be in the queue. One that cannot be read is for a person."""
    named = ((name, data) for path in paths for name, data, _ in read_mails(path))
    for batch in _batches(named):
        for (name, _), read in zip(batch, judge([Original(d) for _, d in batch]), strict=True):
            yield _unreadable(name, read) if isinstance(read, Unreadable) else _of_mail(name, read)


def _of_mail(name: str, read: Read) -> dict[str, object]:
    screening, triage = read.screening, read.triage
    automatic = screening.kind != Kind.HUMAN
    case = Case(read.mail.sender.email, screening.withheld_because, triage.signals, False, False)
    because = screening.reason if automatic else withheld_because(case)
    return _result(name, triage, automatic=automatic, because=because)


def _unreadable(name: str, read: Unreadable) -> dict[str, object]:
    """Nothing is known of its words: a person looks, and no machine answers."""
    nothing = Triage(Label.OTHER, 0.5, Band.REVIEW, reasons=(), signals=(), fields=Fields())
    return _result(name, nothing, automatic=False, because=read.reason)


def _of_lines(judge: Judge, path: Path) -> Iterator[dict[str, object]]:
    for lines in _batches(_json_lines(path)):
        judged = [
            judged_from_text(
                subject=str(line.get("subject") or ""),
                body=str(line.get("body") or ""),
                from_name=str(line.get("from_name") or ""),
                from_email=str(line.get("from_email") or ""),
            )
            for line in lines
        ]
        triages = judge.model.classify(judged, staff=judge.staff, office=judge.office)
        for line, triage in zip(lines, triages, strict=True):
            case = Case(str(line.get("from_email") or ""), None, triage.signals, False, False)
            because = withheld_because(case)
            yield _result(str(line.get("id", "")), triage, automatic=False, because=because)


def _json_lines(path: Path) -> Iterator[dict[str, object]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"{path} ne peut pas être lu ({error}).") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except ValueError as error:
            raise Trouble(f"{path}, ligne {number} : ce n’est pas du JSON ({error}).") from error
        if not isinstance(document, dict):
            raise Trouble(f"{path}, ligne {number} : un objet JSON {{…}} est attendu.")
        yield document


def _result(
    name: str, triage: Triage, *, automatic: bool, because: str | None
) -> dict[str, object]:
    """One message in the words of the contract (DESIGN §5)."""
    acknowledge = triage.band == Band.COMPLAINT and not automatic and because is None
    if not acknowledge and because is None:
        because = "ce n’est pas, à coup sûr, une réclamation : une personne doit confirmer"
    fields = triage.fields
    return {
        "id": name,
        "band": triage.band.value,
        "label": triage.label.value,
        "probability": round(triage.probability, 4),
        "reasons": [{"text": r.text, "weight": round(r.weight, 3)} for r in triage.reasons],
        "signals": list(triage.signals),
        "fields": {
            "client_name": fields.client_name,
            "client_email": fields.client_email,
            "contract_ref": fields.contract_ref,
            "product": fields.product,
            "persons_concerned": list(fields.persons_concerned),
            "third_parties": list(fields.third_parties),
            "motive": fields.motive,
            "subject": fields.subject,
        },
        "language": triage.language,
        "automatic": automatic,
        "acknowledge": acknowledge,
        "withheld_because": because,
    }


@click.command()
@as_json
@with_context
def reconcile(context: Context, in_json: bool) -> None:
    """Prouver que rien ne manque : chaque message des boîtes est dans la base.

    Ne change rien, ni dans la boîte ni dans la base.
    """
    counts = []
    for mailbox in context.house.mailboxes:
        with mailbox.open() as opened:
            counts += [_count(context, folder) for folder in opened.folders()]
    if in_json:
        say_json([asdict(count) for count in counts])
    else:
        say_table(
            ("Boîte", "Dossier", "Sur le serveur", "Dans la base", "Manquants"),
            (
                (c.mailbox, c.folder, c.on_server, c.in_database, len(c.missing_uids))
                for c in counts
            ),
            empty="Aucune boîte dans les réglages.",
        )
    lacking = sum(len(count.missing_uids) for count in counts)
    if lacking:
        raise Trouble(
            f"{lacking} messages ne sont pas encore dans la base : « doleances poll --once »."
        )


@dataclass(frozen=True)
class _Count:
    """One folder: what the server holds, and what of it we have."""

    mailbox: str
    folder: str
    on_server: int
    in_database: int
    missing_uids: list[int]
    gone_from_server: int


def _count(context: Context, folder: ImapFolder) -> _Count:
    with context.house.database.read() as session:
        reach = mailboxes.reach(session, folder.name, folder.folder)
    validity, there = folder.uids(reach.starts_on if reach else None)
    with context.house.database.read() as session:
        here = mailboxes.known_uids(session, folder.name, folder.folder, validity)
    return _Count(
        folder.name,
        folder.folder,
        len(there),
        len(there & here),
        sorted(there - here),
        len(here - there),
    )


COMMANDS = (import_, classify, reconcile)
