"""register, deadlines: the register and its dates."""

from datetime import date

import click

from config.settings import Office
from config.taxonomies import CHANNELS
from config.trouble import Trouble
from daemon.commands.exports import export, proof
from daemon.commands.papers import attach
from daemon.context import Context, as_json, pair, say_json, say_pairs, say_table, with_context
from register import complaints, integrity, journal, parties
from register.calendar import Region
from register.complaints import Facts, missing
from register.deadlines import Rules, compute
from register.deadlines import as_json as deadlines_as_json
from register.export import about
from register.french import short_date
from register.model import Complaint, State
from register.parties import Named, Parties
from review.desk import Told
from review.facts import as_text, typed


@click.group(name="register")
def register_() -> None:
    """Le registre des réclamations."""


@register_.command(name="list")
@as_json
@with_context
def list_(context: Context, in_json: bool) -> None:
    """Les réclamations, dans l’ordre des numéros."""
    with context.house.database.read() as session:
        entries = complaints.every(session)
        named = parties.of_all(session, entries) if in_json else {}
    if in_json:
        say_json([_as_json(entry, named[entry.id]) for entry in entries])
        return
    say_table(
        ("N°", "Reçue", "Client", "Objet", "État", "Accusé", "Répondre au plus tard"),
        (
            (
                entry.number,
                short_date(entry.received_on),
                entry.client_name,
                entry.subject[:50],
                State(entry.state).french,
                short_date(entry.acknowledged_on) if entry.acknowledged_on else "—",
                short_date(entry.answer_due),
            )
            for entry in entries
        ),
        empty="Néant : aucune réclamation au registre.",
    )


@register_.command()
@click.argument("number", metavar="REC-…")
@as_json
@with_context
def show(context: Context, number: str, in_json: bool) -> None:
    """Une réclamation, ses dates expliquées et son journal."""
    with context.house.database.read() as session:
        entry = _known(complaints.named(session, number), number)
        lines = journal.history(session, entry.number)
        named = parties.of(session, entry)
    if in_json:
        log = [
            {
                "at": line.at.isoformat(),
                "by": line.actor,
                "action": line.action,
                "payload": line.payload,
            }
            for line in lines
        ]
        say_json(_as_json(entry, named) | {"deadlines": entry.deadlines, "journal": log})
        return
    say_pairs(
        {
            "N°": entry.number,
            "État": State(entry.state).french,
            "Client": f"{entry.client_name} <{entry.client_email}>",
            "Objet": entry.subject,
            "Visé": about(entry),
            "Intervenants": as_text(named.others),
            "Personnes visées": as_text(named.aimed, "Non précisé"),
            "À compléter": ", ".join(missing(entry)) or "rien",
            "Accusé": short_date(entry.acknowledged_on) if entry.acknowledged_on else "pas encore",
        }
    )
    for line in entry.deadlines["explanation"]:
        click.echo(f"  {line}")
    for line in lines:
        at = line.at.astimezone(context.settings.office.zone)
        click.echo(f"  {at:%d/%m/%Y %H:%M}  {line.actor} : {line.action} {line.payload or ''}")


@register_.command()
@click.option("--by", required=True, metavar="NOM", help="Qui inscrit.")
@click.option(
    "--channel", required=True, type=click.Choice(list(CHANNELS)), help="Comment elle est arrivée."
)
@click.option("--received", metavar="AAAA-MM-JJ", help="Jour de réception (défaut : aujourd’hui).")
@click.option("--sent", metavar="AAAA-MM-JJ", help="Jour d’envoi, si le client a écrit.")
@click.option("--note", default="", help="Ce que dit le client.")
@click.option(
    "--field", "fields", multiple=True, metavar="CLÉ=VALEUR", help="Un champ (répétable)."
)
@as_json
@with_context
def add(  # noqa: PLR0913 (click hands each option over by itself)
    context: Context,
    by: str,
    channel: str,
    received: str | None,
    sent: str | None,
    note: str,
    fields: tuple[str, ...],
    in_json: bool,
) -> None:
    """Inscrire une réclamation venue par téléphone, visite ou courrier."""
    house = context.house
    today = house.clock().astimezone(house.settings.office.zone).date()
    facts = typed(
        Facts(), dict(pair(field) for field in fields) | {"channel": channel}, house.settings.words
    )
    told = Told(facts, _day(received) if received else today, _day(sent) if sent else None, note)
    with house.database.begin() as session:
        complaint = house.desk(session).enter(told, by)
        entered = _as_json(complaint, parties.of(session, complaint))
    if in_json:
        say_json(entered)
    else:
        click.echo(
            f"{entered['number']} au registre. À compléter : {entered['missing'] or 'rien'}."
        )


@register_.command()
@click.option("--mails", is_flag=True, help="Relire aussi tout le courrier gardé (long).")
@as_json
@with_context
def verify(context: Context, mails: bool, in_json: bool) -> None:
    """Vérifier que personne n’a changé, ôté ou ajouté une ligne au journal ni au registre.

    La chaîne du journal, la suite des numéros, chaque réclamation telle qu’elle fut écrite.
    """
    with context.house.database.read() as session:
        lines, faults = journal.verify(session)
        faults += integrity.faults(session, mails=mails)
    if in_json:
        say_json({"lines": lines, "faults": faults})
    elif not faults:
        click.echo(f"Journal et registre intacts : {lines} lignes vérifiées.")
    if faults:
        raise Trouble("Le registre n’est pas intact : " + " · ".join(faults[:10]))


register_.add_command(attach)
register_.add_command(export)
register_.add_command(proof)


@click.group()
def deadlines() -> None:
    """Les délais, et comment ils se comptent."""


@deadlines.command()
@click.argument("number", metavar="REC-…")
@as_json
@with_context
def explain(context: Context, number: str, in_json: bool) -> None:
    """Expliquer ligne par ligne les délais d’une réclamation."""
    with context.house.database.read() as session:
        entry = _known(complaints.named(session, number), number)
    if in_json:
        say_json(entry.deadlines)
    else:
        click.echo("\n".join(entry.deadlines["explanation"]))


@deadlines.command(name="compute")
@click.option("--received", required=True, metavar="AAAA-MM-JJ", help="Jour de réception.")
@click.option("--sent", metavar="AAAA-MM-JJ", help="Jour d’envoi du premier écrit.")
@click.option(
    "--region",
    type=click.Choice([r.value for r in Region]),
    default=Office.model_fields["region"].default,
    show_default=True,
    help="Jours fériés.",
)
@as_json
def compute_(received: str, sent: str | None, region: str, in_json: bool) -> None:
    """Calculer les délais d’une réclamation reçue un jour donné."""
    limits = compute(_day(received), _day(sent) if sent else None, Rules(region=Region(region)))
    if in_json:
        say_json(deadlines_as_json(limits))
    else:
        click.echo("\n".join(limits.explanation))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Trouble(f"« {text} » n’est pas une date : écrivez AAAA-MM-JJ.") from error
    if not 1950 <= day.year <= 2099:
        raise Trouble(f"« {text} » : les jours fériés ne sont connus que de 1950 à 2099.")
    return day


def _known(entry: Complaint | None, number: str) -> Complaint:
    if entry is None:
        raise Trouble(f"Le registre n’a pas de réclamation {number} : « doleances register list ».")
    return entry


def _as_json(entry: Complaint, named: Parties) -> dict[str, object]:
    return {
        "number": entry.number,
        "state": entry.state,
        "client_name": entry.client_name,
        "client_email": entry.client_email,
        "received_on": entry.received_on,
        "sent_on": entry.sent_on,
        "subject": entry.subject,
        "contract_ref": entry.contract_ref,
        "product": entry.product,
        "service": entry.service,
        "third_parties": _names(named.others),
        "persons_concerned": _names(named.aimed),
        "motive": entry.motive,
        "ack_due": entry.ack_due,
        "answer_due": entry.answer_due,
        "acknowledged_on": entry.acknowledged_on,
        "registered_by": entry.registered_by,
        "missing": missing(entry),
    }


def _names(named: tuple[Named, ...] | None) -> list[str] | None:
    return None if named is None else [str(one) for one in named]


COMMANDS = (register_, deadlines)
