"""register attach: put a paper into a file, so that it stands among its proofs."""

from pathlib import Path

import click

from config.trouble import Trouble
from daemon.context import Context, with_context
from register import complaints
from review import conduct
from review.conduct import Paper
from review.desk import Seen


@click.command()
@click.argument("number", metavar="REC-…")
@click.argument(
    "path", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--by", required=True, metavar="ADRESSE", help="Qui verse le document.")
@click.option("--kind", default="", metavar="MOTS", help="Ce que c’est : « lettre du client »…")
@with_context
def attach(context: Context, number: str, path: Path, by: str, kind: str) -> None:
    """Verser au dossier un document qui n’est pas venu par courriel : lettre numérisée, recommandé."""
    house = context.house
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Trouble(f"{path} ne se lit pas ({error.strerror}) : rien n’a été versé.") from error
    with house.database.begin() as session:
        entry = complaints.named(session, number)
        version = entry.version if entry else 0
        desk = house.desk(session)
        kept = conduct.keep_paper(desk, Seen(number, version, by), Paper(path.name, data, kind))
    click.echo(f"{kept.name} est versé au dossier {number.upper()}. SHA-256 : {kept.digest}")
