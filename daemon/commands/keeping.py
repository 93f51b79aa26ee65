"""backup, restore, move: the register in one file, back from it, and into another database."""

from pathlib import Path

import click

from config.load import load
from config.trouble import Trouble
from daemon import backup as backups
from daemon.context import Context, as_json, say_json, say_pairs, with_context
from register import copying
from register.database import open_database


@click.command()
@click.argument("file", required=False, metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--key", default="", metavar="age1…", help="Clef publique : chiffrer pour elle.")
@click.option(
    "--new-key",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Faire une clef, à garder ailleurs que sur ce serveur.",
)
@as_json
@with_context
def backup(
    context: Context, file: Path | None, key: str, new_key: Path | None, in_json: bool
) -> None:
    """Sauvegarder le registre, les modèles et les réglages dans un seul fichier, puis le relire.

    Le programme peut tourner pendant ce temps. Les mots de passe gardés dans des fichiers à part
    ne sont pas dans la sauvegarde.
    """
    if new_key:
        click.echo(f"Clef publique, pour --key : {backups.new_key(new_key)}")
        click.echo(f"Clef secrète : {new_key}. Sans elle, aucune sauvegarde chiffrée ne s’ouvre.")
        return
    if file is None:
        raise Trouble("Dites où écrire la sauvegarde : doleances backup FICHIER.")
    manifest = backups.back_up(context.house, context.config, file, key)
    told = {
        "fichier": str(file),
        "octets": file.stat().st_size,
        "réclamations": manifest.rows["complaint"],
        "messages": manifest.rows["message"],
        "lignes du journal": manifest.rows["journal"],
        "chiffrée": bool(key),
    }
    if in_json:
        say_json(told)
    else:
        click.echo("Sauvegarde écrite et relue :")
        say_pairs(told)


@click.command()
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="Fichier de la clef secrète.")
@click.option("--database", "url", default="", metavar="URL", help="Base d’arrivée (vide).")
@as_json
@with_context
def restore(context: Context, file: Path, key: Path | None, url: str, in_json: bool) -> None:
    """Remettre une sauvegarde en place, sur cette machine ou une autre.

    La base d’arrivée doit être vide. Les lettres qui devaient partir attendent : leur copie est
    cherchée dans la boîte, sinon une personne décide ; rien ne part deux fois. Le courrier arrivé
    depuis la sauvegarde est relu une fois.
    """
    if not url and not context.config.exists():
        backups.settings_of(file, context.config, key)
    settings = load(context.config)
    manifest, held = backups.restore(
        file, url or settings.database.url, settings.triage.models, key
    )
    told = {
        "sauvegarde du": manifest.made_at,
        "réclamations": manifest.rows["complaint"],
        "messages": manifest.rows["message"],
        "lettres en attente de preuve": held,
    }
    if in_json:
        say_json(told)
    else:
        click.echo("Sauvegarde remise en place et vérifiée :")
        say_pairs(told)


@click.command()
@click.argument("url", metavar="URL")
@as_json
@with_context
def move(context: Context, url: str, in_json: bool) -> None:
    """Copier tout le registre dans une autre base, vide (SQLite vers PostgreSQL, ou retour).

    Arrêtez le programme d’abord. L’ancienne base reste telle quelle ; la copie est comparée, puis
    il ne reste qu’à écrire la nouvelle adresse dans [database] url.
    """
    target = open_database(url)
    try:
        held = copying.copy(context.house.database, target)
        with (
            context.house.database.engine.connect() as before,
            target.engine.connect() as after,
        ):
            same = copying.fingerprint(before) == copying.fingerprint(after)
    finally:
        target.close()
    if not same:
        raise Trouble("La copie diffère de l’original : gardez l’ancienne base, recommencez.")
    if in_json:
        say_json({"rows": dict(held.rows), "seal": held.seal})
        return
    click.echo(
        f"Copié et comparé : {held.rows['complaint']} réclamations, {held.rows['message']} "
        f"messages, {held.rows['journal']} lignes de journal, dernier sceau {held.seal[:16]}…"
    )
    click.echo(f'Écrivez maintenant dans les réglages : [database] url = "{url}"')


COMMANDS = (backup, restore, move)
