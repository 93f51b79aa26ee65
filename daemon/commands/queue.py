"""queue list, show, decide, undo: the review queue without the web."""

import click

from classifier.labels import Label
from config.trouble import Trouble
from daemon.context import Context, as_json, pair, say_json, say_pairs, say_table, with_context
from register import messages
from register import queue as queues
from register.database import Session
from register.model import Message
from review.desk import Choice, opened
from review.facts import as_text, proposed, typed
from review.opinion import opinion_of


@click.group()
def queue() -> None:
    """La file de tri : ce qui attend une décision."""


@queue.command(name="list")
@as_json
@with_context
def list_(context: Context, in_json: bool) -> None:
    """Ce qui attend, dans l’ordre du risque."""
    with context.house.database.read() as session:
        waiting = queues.waiting(session, context.house.clock(), queues.Wanted(limit=1000))
    if in_json:
        say_json([_as_json(message) for message in waiting])
        return
    say_table(
        ("N°", "Reçu", "De", "Objet", "Proposition"),
        (
            (
                message.id,
                message.received_at.astimezone(context.settings.office.zone).strftime(
                    "%d/%m %H:%M"
                ),
                message.sender_name or message.sender_email,
                message.subject[:60],
                _proposal(message),
            )
            for message in waiting
        ),
        empty="La file est vide : tout est trié.",
    )


@queue.command()
@click.argument("message_id", type=int, metavar="N°")
@as_json
@with_context
def show(context: Context, message_id: int, in_json: bool) -> None:
    """Un message, la proposition et ses raisons."""
    with context.house.database.read() as session:
        message = _known(session, message_id)
    mail = opened(message)
    facts, opinion = proposed(message), opinion_of(message)
    if in_json:
        triage = None if opinion.hidden else message.triage
        say_json(_as_json(message) | {"text": mail.text, "triage": triage})
        return
    say_pairs(
        {
            "De": mail.sender,
            "Objet": message.subject,
            "Reçu": message.received_at.astimezone(context.settings.office.zone).strftime(
                "%d/%m/%Y %H:%M"
            ),
            "Où": message.place,
            "Proposition": _proposal(message),
            "Signaux": ", ".join(opinion.signals),
            "Accusé retenu": message.withheld_because,
            "Client": facts.client_name,
            "Contrat": facts.contract_ref,
            "Produit": context.settings.words.products.get(facts.product, ""),
            "Objet proposé": facts.subject,
            "Intervenants": as_text(facts.third_parties),
            "Personnes visées": as_text(facts.persons_concerned),
        }
    )
    for reason in opinion.reasons:
        click.echo(f"  {'+' if reason['weight'] > 0 else '−'} « {reason['text']} »")
    click.echo("\n" + mail.text)


@queue.command()
@click.argument("message_id", type=int, metavar="N°")
@click.option(
    "--as",
    "label",
    required=True,
    type=click.Choice([label.value for label in Label]),
    help="Ce que c’est.",
)
@click.option("--by", required=True, metavar="NOM", help="Qui décide.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="CLÉ=VALEUR",
    help="Un champ du registre (répétable).",
)
@click.option(
    "--complaint", "number", default="", metavar="REC-…", help="Pour follow_up : le dossier."
)
@as_json
@with_context
def decide(  # noqa: PLR0913 (click hands each option over by itself)
    context: Context,
    message_id: int,
    label: str,
    by: str,
    fields: tuple[str, ...],
    number: str,
    in_json: bool,
) -> None:
    """Dire ce qu’est un message. Une réclamation entre au registre et son accusé est préparé."""
    house = context.house
    with house.database.begin() as session:
        message = _known(session, message_id)
        facts = typed(
            proposed(message), dict(pair(field) for field in fields), house.settings.words
        )
        choice = Choice(Label(label), by, message.version, facts, number)
        complaint = house.desk(session).decide(message_id, choice)
        entered = complaint.number if complaint else None
    if in_json:
        say_json({"id": message_id, "label": label, "complaint": entered})
    else:
        click.echo(
            f"Message {message_id} : {Label(label).french}" + (f", {entered}." if entered else ".")
        )


@queue.command()
@click.argument("message_id", type=int, metavar="N°")
@click.option("--by", required=True, metavar="NOM", help="Qui annule.")
@with_context
def undo(context: Context, message_id: int, by: str) -> None:
    """Remettre un message dans la file, tant qu’aucune lettre n’est partie."""
    house = context.house
    with house.database.begin() as session:
        message = _known(session, message_id)
        house.desk(session).undo(message_id, message.version, by)
    click.echo(f"Message {message_id} : remis dans la file.")


def _known(session: Session, message_id: int) -> Message:
    message = messages.original(session, message_id)
    if message is None:
        raise Trouble(f"Aucun message n° {message_id} : « doleances queue list » les montre.")
    return message


def _proposal(message: Message) -> str:
    if message.trouble:
        return message.trouble
    opinion = opinion_of(message)
    certainty = f", {opinion.probability:.0%}" if opinion.probability is not None else ""
    return f"{opinion.french}{certainty}"


def _as_json(message: Message) -> dict[str, object]:
    opinion = opinion_of(message)
    return {
        "id": message.id,
        "received_at": message.received_at.isoformat(),
        "from": message.sender_email,
        "from_name": message.sender_name,
        "subject": message.subject,
        "place": message.place,
        "blind": opinion.hidden,
        "band": opinion.band,
        "label": opinion.label,
        "probability": opinion.probability,
        "trouble": message.trouble,
        "withheld_because": message.withheld_because,
        "version": message.version,
    }


COMMANDS = (queue,)
