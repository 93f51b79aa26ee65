"""letters list, send, cancel: the outbox."""

import click

from daemon.context import Context, as_json, say_json, say_table, with_context
from register import outbox
from register.model import LetterState
from review.desk import Desk


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
        letter = Desk(session, house.settings, house.clock()).release(letter_id, by)
    click.echo(f"Lettre {letter.id} : elle part à la prochaine levée.")


@letters.command()
@click.argument("letter_id", type=int, metavar="N°")
@click.option("--by", required=True, metavar="NOM", help="Qui le demande.")
@with_context
def cancel(context: Context, letter_id: int, by: str) -> None:
    """Empêcher une lettre de partir."""
    house = context.house
    with house.database.begin() as session:
        letter = Desk(session, house.settings, house.clock()).cancel(letter_id, by)
    click.echo(f"Lettre {letter.id} : annulée.")


COMMANDS = (letters,)
