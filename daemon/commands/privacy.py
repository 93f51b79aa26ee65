"""purge, person: what has outlived its purpose goes; a person sees, or has erased, what is his."""

import json
import zipfile
from pathlib import Path

import click

from config.trouble import Trouble
from daemon.context import Context, as_json, say_json, say_pairs, say_table, with_context
from register import person as people
from register.french import short_date
from register.person import Request
from review import privacy

_by = click.option("--by", default="", metavar="NOM", help="Qui en répond (requis pour effacer).")


@click.command()
@click.option("--dry-run", is_flag=True, help="Montrer seulement ce qui serait effacé.")
@click.option("--yes", is_flag=True, help="Ne pas demander confirmation.")
@_by
@as_json
@with_context
def purge(context: Context, dry_run: bool, yes: bool, by: str, in_json: bool) -> None:
    """Effacer ce dont la durée de conservation est passée.

    Les dossiers gelés ne sont jamais proposés. Le numéro, les dates, les codes et le journal
    restent ; le certificat d’effacement est au journal.
    """
    house = context.house
    with house.database.read() as session:
        what = privacy.due(house.desk(session))
    if dry_run or not what:
        if in_json:
            say_json(
                {
                    "complaints": [number for number, _ in what.complaints],
                    "messages": len(what.messages),
                    "traces": what.traces,
                }
            )
            return
        say_table(
            ("Réclamation", "Durée comptée depuis"),
            ((number, short_date(start)) for number, start in what.complaints),
            empty="Aucune réclamation à effacer.",
        )
        click.echo(f"Messages sans dossier : {len(what.messages)}. Traces : {what.traces}.")
        return
    if not by:
        raise Trouble("Dites qui répond de cet effacement : --by NOM.")
    if not yes:
        click.confirm(
            f"Effacer définitivement {len(what.complaints)} réclamations, "
            f"{len(what.messages)} messages et {what.traces} traces ?",
            abort=True,
        )
    with house.database.begin() as session:
        done = privacy.purge(house.desk(session), what, by)
    certificate = {
        "on": done.on.isoformat(),
        "by": done.by,
        "complaints": list(done.complaints),
        "messages": done.messages,
        "traces": done.traces,
        "digest": done.digest,
    }
    if in_json:
        say_json(certificate)
    else:
        click.echo("Certificat d’effacement (au journal) :")
        say_pairs(certificate)


@click.group()
def person() -> None:
    """Les droits d’une personne sur ses données (RGPD)."""


@person.command()
@click.argument("email", metavar="ADRESSE")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Fichier ZIP.")
@with_context
def export(context: Context, email: str, output: Path) -> None:
    """Tout ce qui est gardé d’une personne, à lui remettre (article 15).

    Sans les notes internes, les personnes visées ni le courrier d’autrui. Vérifiez l’identité du
    demandeur, et relisez avant d’envoyer.
    """
    with context.house.database.read() as session:
        found = people.held(session, email)
        if not found.complaints and not found.messages:
            near = people.known_addresses(session, email)
            hint = f" Peut-être : {', '.join(near)}." if near else ""
            raise Trouble(f"Rien n’est gardé de « {email} ».{hint}")
        document = people.as_document(session, found)
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as pack:
            text = json.dumps(document, ensure_ascii=False, indent=2)
            pack.writestr("donnees.json", text)
            for message in found.messages:
                if message.data:
                    pack.writestr(f"messages/{message.id}.eml", message.data)
    click.echo(
        f"{output} : {len(found.complaints)} réclamations, {len(found.messages)} messages. "
        "Réponse due sous un mois (article 12.3)."
    )


@person.command()
@click.argument("email", metavar="ADRESSE")
@click.option("--because", required=True, metavar="RAISON", help="La demande : date, référence.")
@_by
@as_json
@with_context
def erase(context: Context, email: str, because: str, by: str, in_json: bool) -> None:
    """Effacer ce que rien n’oblige à garder (article 17) ; dire ce qui reste, et pourquoi."""
    if not by:
        raise Trouble("Dites qui répond de cet effacement : --by NOM.")
    house = context.house
    with house.database.begin() as session:
        desk = house.desk(session)
        done = privacy.forget(desk, Request(email, because, by))
    if in_json:
        say_json(
            {
                "complaints": list(done.complaints),
                "messages": done.messages,
                "refused": dict(done.refused),
            }
        )
        return
    click.echo(f"Effacé : {len(done.complaints)} réclamations, {done.messages} messages.")
    say_table(
        ("Conservée", "Raison à donner"), done.refused, empty="Rien n’est conservé de la personne."
    )


COMMANDS = (purge, person)
