"""rehearse: the last months of the mailboxes, judged and thrown away."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import click

from daemon.context import Context, as_json, say_json, say_pairs, say_table, with_context
from daemon.house import House
from daemon.rehearsal import Play, Rehearsal, rehearse
from ingest.imap import ImapMailbox
from register.french import short_date
from register.model import Place

_SHOWN = 40


@click.command(name="rehearse")
@click.option("--months", default=6, show_default=True, type=click.IntRange(1, 120))
@as_json
@with_context
def rehearse_(context: Context, months: int, in_json: bool) -> None:
    """Répéter à blanc : ce que le programme aurait fait des derniers mois.

    Les boîtes sont lues sans y rien changer ; rien n’est enregistré, rien n’est envoyé.
    """
    house = context.house
    if not in_json:
        look_back(house, months)
        return
    since = _since(house, months)
    for mailbox in house.mailboxes:
        say_json(_as_json(mailbox.name, _whole(house, mailbox, since)))


def look_back(house: House, months: int) -> None:
    """Rehearse the last months of every mailbox and print what comes of it. Raises ``MailboxTrouble``."""
    since = _since(house, months)
    for mailbox in house.mailboxes:
        rehearsal = _whole(house, mailbox, since)
        click.echo(f"\nBoîte « {mailbox.name} », depuis le {short_date(since)}")
        _tell(rehearsal, house.settings.office.zone)


def _since(house: House, months: int) -> date:
    return (house.clock() - timedelta(days=round(months * 30.44))).date()


def _whole(house: House, mailbox: ImapMailbox, since: date) -> Rehearsal:
    rehearsal = Rehearsal()
    for rehearsal in rehearse(house, mailbox, since):
        click.echo(f"\r{mailbox.name} : {len(rehearsal.plays)} messages lus", nl=False, err=True)
    click.echo("", err=True)
    return rehearsal


def _as_json(name: str, rehearsal: Rehearsal) -> dict[str, object]:
    return {
        "mailbox": name,
        "read": len(rehearsal.plays),
        "places": {place.value: count for place, count in rehearsal.places.items()},
        "filed": {label.value: count for label, count in rehearsal.labels.items()},
        "complaints": [
            {
                "received": play.received.isoformat(),
                "sender": play.sender,
                "subject": play.subject,
                "probability": round(play.probability, 4),
                "withheld_because": play.withheld,
                "ack_due": play.deadlines.ack.operational.isoformat() if play.deadlines else None,
            }
            for play in rehearsal.complaints
        ],
    }


def _tell(rehearsal: Rehearsal, zone: ZoneInfo) -> None:
    places, total = rehearsal.places, len(rehearsal.plays)
    if not total:
        click.echo("Aucun message sur cette période.")
        return
    say_pairs(
        {
            "messages lus": total,
            "plutôt des réclamations": _share(len(rehearsal.complaints), total),
            "à vérifier par une personne": _share(rehearsal.doubtful, total),
            "classés sans vous": _share(places[Place.FILED], total),
            "automatiques et avis de non-remise": places[Place.AUTOMATIC] + places[Place.BOUNCE],
            "doublons": places[Place.DUPLICATE],
            "illisibles, à regarder": places[Place.QUARANTINE],
        }
    )
    for label, count in rehearsal.labels.most_common():
        click.echo(f"    classés « {label.french} » : {count}")
    click.echo("\nCe qui aurait été proposé comme réclamation :")
    say_table(
        ("Reçu", "De", "Objet", "", "Accusé au plus tard", "L’accusé partirait…"),
        (
            (
                short_date(play.received.astimezone(zone).date()),
                _short(play.sender.partition(" <")[0], 28),
                _short(play.subject, 44),
                f"{play.probability:.0%}",
                _limit(play),
                "une fois confirmée"
                if play.withheld is None
                else _short(f"non, {play.withheld}", 44),
            )
            for play in rehearsal.complaints[-_SHOWN:]
        ),
        empty="Aucune.",
    )
    if len(rehearsal.complaints) > _SHOWN:
        click.echo(f"… et {len(rehearsal.complaints) - _SHOWN} plus anciennes (--json les donne).")
    click.echo("Rien n’a été enregistré ni envoyé.")


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _limit(play: Play) -> str:
    return short_date(play.deadlines.ack.operational) if play.deadlines else ""


def _share(count: int, total: int) -> str:
    return f"{count} ({count / total:.0%})"


COMMANDS = (rehearse_,)
