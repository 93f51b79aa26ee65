"""letters list, send, cancel, print: the outbox. letters templates, lint, approve, preview."""

import sys
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

import click

from config.rights import Act
from config.trouble import Trouble
from daemon.context import Context, as_json, say_json, say_table, with_context
from outbound import approval
from outbound.approval import Standing
from outbound.lint import LEVELS, Fault, blocking, lint
from outbound.templates import (
    KINDS,
    LAYOUTS,
    Template,
    TemplateTrouble,
    example,
    of_office,
    render,
    shipped,
)
from outbound.write import enclose, sheet
from register import breaker, outbox
from register.model import LetterState

_KIND = click.Choice(list(KINDS))
_FILE = click.Path(dir_okay=False, path_type=Path)
_LANGUAGE = click.option(
    "--language",
    type=click.Choice(["fr", "de", "en"]),
    default="fr",
    show_default=True,
    help="Langue.",
)


@click.group()
def letters() -> None:
    """Les lettres : parties, en attente, retenues, en échec."""


@letters.command(name="list")
@click.option(
    "--state",
    type=click.Choice([s.value for s in LetterState]),
    default=None,
    help="Seulement cet état.",
)
@as_json
@with_context
def list_(context: Context, state: str | None, in_json: bool) -> None:
    """Toutes les lettres, la plus récente d’abord."""
    with context.house.database.read() as session:
        found = outbox.listing(session, state or "")
    if in_json:
        say_json(
            [
                {
                    "id": letter.id,
                    "complaint": complaint.number,
                    "kind": letter.kind,
                    "recipient": letter.recipient,
                    "message_id": letter.message_id,
                    "state": letter.state,
                    "due_at": letter.due_at,
                    "sent_at": letter.sent_at,
                    "attempts": letter.attempts,
                    "trouble": letter.trouble,
                    "answer": letter.answer,
                }
                for letter, complaint in found
            ]
        )
        return
    zone = context.settings.office.zone
    say_table(
        ("N°", "Dossier", "À", "État", "Partie", "Remarque"),
        (
            (
                letter.id,
                complaint.number,
                letter.recipient or "sans adresse",
                LetterState(letter.state).french,
                letter.sent_at.astimezone(zone).strftime("%d/%m/%Y %H:%M")
                if letter.sent_at
                else "—",
                letter.trouble or letter.answer,
            )
            for letter, complaint in found
        ),
        empty="Aucune lettre.",
    )


@letters.command()
@click.argument("letter_id", type=int, metavar="N°")
@click.option("--by", required=True, metavar="NOM", help="Qui le demande.")
@with_context
def send(context: Context, letter_id: int, by: str) -> None:
    """Laisser partir une lettre retenue, en attente, en échec ou incertaine."""
    house = context.house
    with house.database.begin() as session:
        letter = house.desk(session).release(letter_id, by)
    click.echo(f"Lettre {letter.id} : elle part à la prochaine levée.")


@letters.command()
@click.argument("letter_id", type=int, metavar="N°")
@click.option("--by", required=True, metavar="NOM", help="Qui le demande.")
@with_context
def cancel(context: Context, letter_id: int, by: str) -> None:
    """Empêcher une lettre de partir."""
    house = context.house
    with house.database.begin() as session:
        letter = house.desk(session).cancel(letter_id, by)
    click.echo(f"Lettre {letter.id} : annulée.")


@letters.command()
@click.option("--by", required=True, metavar="NOM", help="Qui le demande.")
@click.option("--because", default="arrêté à la main", metavar="RAISON", help="Pourquoi.")
@with_context
def stop(context: Context, by: str, because: str) -> None:
    """Arrêter tout le courrier automatique ; ce qu’une personne signe part encore."""
    house = context.house
    with house.database.begin() as session:
        done = breaker.stop(session, because, by, house.clock())
    click.echo("Courrier automatique arrêté." if done else "Il était déjà arrêté.")


@letters.command()
@click.option("--by", required=True, metavar="NOM", help="Qui le demande.")
@with_context
def resume(context: Context, by: str) -> None:
    """Laisser repartir le courrier automatique."""
    house = context.house
    with house.database.begin() as session:
        done = breaker.lift(session, by, house.clock())
    click.echo("Le courrier automatique repart." if done else "Il n’était pas arrêté.")


@letters.command(name="print")
@click.argument("letter_id", type=int, metavar="N°")
@click.option("-o", "--output", type=_FILE, required=True, help="Page HTML à écrire.")
@with_context
def print_(context: Context, letter_id: int, output: Path) -> None:
    """Mettre une lettre en page pour la poste (enveloppe DL, fenêtre à droite)."""
    house = context.house
    with house.database.read() as session:
        letter = outbox.as_sent(session, letter_id)
        if letter is None:
            raise Trouble(f"La lettre {letter_id} n’existe pas : voyez « doleances letters list ».")
        enclosure = enclose(session, letter, house.settings)
        page = sheet(enclosure, house.settings.office, house.clock())
    _write(output, page)
    if not enclosure.complaint.client_address.strip():
        click.echo("L’adresse postale du client manque : complétez le dossier.", err=True)
    click.echo(f"{output} : ouvrez-la dans un navigateur et imprimez-la, puis notez l’envoi.")


# --- templates -----------------------------------------------------------------------------


@letters.command()
@as_json
@with_context
def templates(context: Context, in_json: bool) -> None:
    """Les modèles de lettre : version en service, source, approbation, défauts."""
    house = context.house
    with house.database.read() as session:
        found = list(approval.every(session, house.settings.letters.folder, house.settings.office))
    if in_json:
        say_json([_as_json(one) for one in found])
        return
    say_table(
        ("Lettre", "Nom", "Langue", "Version", "Source", "Approuvé", "Remarque"),
        (
            (
                one.kind,
                KINDS[one.kind].french,
                one.language,
                one.template.version,
                "cabinet" if one.template.own else "livré",
                _approved(one, house.settings.office.zone),
                " ; ".join(filter(None, (one.because, *map(str, one.faults)))),
            )
            for one in found
        ),
        empty="Aucun modèle.",
    )


def _approved(one: Standing, zone: tzinfo) -> str:
    if one.approval is None:
        return "—"
    return f"{one.approval.by}, {one.approval.at.astimezone(zone):%d/%m/%Y %H:%M}"


def _as_json(one: Standing) -> dict[str, object]:
    approved = one.approval
    return {
        "kind": one.kind,
        "language": one.language,
        "version": one.template.version,
        "source": "office" if one.template.own else "shipped",
        "own_version": one.own.version if one.own else None,
        "approved_by": approved.by if approved else None,
        "approved_at": approved.at if approved else None,
        "not_used_because": one.because or None,
        "faults": [
            {"code": fault.code, "level": fault.level, "says": fault.says} for fault in one.faults
        ],
    }


@letters.command(name="lint")
@click.argument("kind", type=_KIND, required=False)
@with_context
def lint_(context: Context, kind: str | None) -> None:
    """Relire les modèles : ce qui manque, ce qui est interdit. Code de sortie 1 s’il y a un défaut."""
    settings, blocked = context.settings, False
    for name in [kind] if kind else KINDS:
        for language in KINDS[name].languages:
            try:
                faults = lint(_version(settings.letters.folder, name, language), settings.office)
            except TemplateTrouble as error:  # a file that is no text; the others are read on
                faults = (Fault("M", "X", str(error)),)
            blocked |= bool(blocking(faults))
            _say_faults(f"{name} ({language})", faults)
    if blocked:
        sys.exit(1)


def _say_faults(what: str, faults: Sequence[Fault]) -> None:
    click.echo(f"{'✗' if blocking(faults) else '✓'} {what}")
    for fault in faults:
        click.echo(f"    {LEVELS[fault.level]} : {fault}")


@letters.command()
@click.argument("kind", type=_KIND)
@_LANGUAGE
@click.option("--by", required=True, metavar="COURRIEL", help="Qui approuve.")
@with_context
def approve(context: Context, kind: str, language: str, by: str) -> None:
    """Approuver le modèle du cabinet tel qu’il est : c’est lui qui servira ensuite."""
    house, settings = context.house, context.settings
    with house.database.begin() as session:
        desk = house.desk(session)
        desk.refuse_without(Act.APPROVE_TEMPLATE, by)
        own = approval.to_approve(settings.letters.folder, settings.office, kind, language)
        payload: dict[str, object] = {"version": own.version, "files": sorted(own.own)}
        desk.journal(by, approval.APPROVED, approval.about(kind, own.language), payload)
    click.echo(f"{kind} ({own.language}) : la version {own.version} est approuvée et sert.")


@letters.command()
@click.argument("kind", type=_KIND)
@_LANGUAGE
@click.option("--post", is_flag=True, help="Mise en page postale.")
@click.option("-o", "--output", type=_FILE, required=True, help="Page HTML à écrire.")
@with_context
def preview(context: Context, kind: str, language: str, post: bool, output: Path) -> None:
    """Voir un modèle rempli d’un exemple, approuvé ou non."""
    settings = context.settings
    template = _version(settings.letters.folder, kind, language)
    told = {**example(kind, settings.office), "by_post": post, "layout": LAYOUTS[post]}
    written = render(template, told)
    _write(output, written.html)
    click.echo(f"{output} : version {template.version}, objet « {written.subject} ».")


def _version(folder: Path, kind: str, language: str) -> Template:
    """The office's own version, approved or not, else the shipped one."""
    return of_office(folder, kind, language) or shipped(kind, language)


def _write(output: Path, page: str) -> None:
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Trouble(f"{output} ne peut pas être écrit ({error.strerror}).") from None


COMMANDS = (letters,)
