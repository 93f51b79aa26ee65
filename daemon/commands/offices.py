"""office: several offices on one PostgreSQL, each with its settings, its schema and its role."""

from datetime import UTC
from pathlib import Path

import click

from config.load import SettingsTrouble, load
from config.settings import Settings
from config.trouble import Trouble
from config.write import settings_file
from daemon import backup as backups
from daemon.context import as_json, say_json, say_table
from daemon.house import House
from register import offices
from register.copying import Contents
from register.database import open_database

_FIRST_PORT = 8025


@click.group()
def office() -> None:
    """Plusieurs cabinets sur une même base PostgreSQL, chacun chez soi."""


_folder = click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/etc/doleances"),
    show_default=True,
    metavar="DOSSIER",
    help="Dossier des réglages, un fichier par cabinet.",
)
_admin = click.option(
    "--admin-url",
    required=True,
    metavar="postgresql://…",
    help="La base, vue par son propriétaire. Mot de passe : PGPASSWORD ou ~/.pgpass.",
)


@office.command("add")
@click.argument("name", metavar="NOM")
@_admin
@_folder
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="STATE_DIRECTORY",
    help="Dossier sous lequel chaque cabinet a ses modèles (sinon, celui des réglages).",
)
def add(name: str, admin_url: str, folder: Path, data: Path | None) -> None:
    """Ouvrir un cabinet : son rôle et son schéma dans la base, ses tables, son fichier de réglages.

    Il reste à remplir [office], [[mailbox]] et [smtp] dans ce fichier, que son propriétaire seul
    peut lire : il contient un mot de passe.
    """
    path = folder / f"{name}.toml"
    if path.exists():
        raise Trouble(f"{path} existe déjà : rien n’a été fait. Prenez un autre nom.")
    url = offices.create(admin_url, name)
    try:
        open_database(url).close()
        _write(path, _values(name, url, folder, data or folder))
    except BaseException:
        offices.drop(admin_url, name)
        path.unlink(missing_ok=True)
        raise
    click.echo(f"Cabinet « {name} » ouvert. Remplissez {path}, puis :")
    click.echo(f"  doleances --config {path} check")
    click.echo(f"  doleances --config {path} user add …")
    click.echo(f"  systemctl enable --now doleances@{name}")


@office.command("list")
@_folder
@as_json
def listing(folder: Path, in_json: bool) -> None:
    """Les cabinets du dossier : place prise, forme du schéma, dernière relève."""
    rows = [_row(path) for path in sorted(folder.glob("*.toml"))]
    if in_json:
        say_json(rows)
        return
    heads = ("cabinet", "Mo", "schéma", "dernière relève", "en défaut")
    say_table(heads, [tuple(row.values()) for row in rows], empty=f"Aucun cabinet dans {folder}.")


@office.command("remove")
@click.argument("name", metavar="NOM")
@_admin
@_folder
@click.option(
    "--backup",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FICHIER",
    help="Où écrire la dernière sauvegarde, relue avant toute suppression.",
)
@click.option("--key", default="", metavar="age1…", help="Clef publique : chiffrer pour elle.")
def remove(name: str, admin_url: str, folder: Path, target: Path, key: str) -> None:
    """Fermer un cabinet : sauvegarder, relire la sauvegarde, puis supprimer son schéma et son rôle.

    Arrêtez son service d’abord. Le registre est une mémoire légale : gardez la sauvegarde.
    """
    path = folder / f"{name}.toml"
    settings = load(path)
    if not offices.is_office(settings.database.url, name):
        raise Trouble(f"{path} ne mène pas au schéma du cabinet « {name} » : rien n’a été fait.")
    if target.exists():
        raise Trouble(f"{target} existe déjà : une dernière sauvegarde n’en écrase pas une autre.")
    house = House(settings)
    try:
        manifest = backups.back_up(house, path, target, key)
    finally:
        house.close()
    complaints, mails = manifest.rows["complaint"], manifest.rows["message"]
    click.echo(
        f"Sauvegarde écrite et relue : {target} ({complaints} réclamations, {mails} messages)."
    )
    typed = click.prompt("Pour supprimer le cabinet de cette base, écrivez son nom", default="")
    if typed != name:
        raise Trouble("Le nom écrit n’est pas celui du cabinet : rien n’a été supprimé.")
    offices.drop(admin_url, name, Contents(manifest.rows, manifest.seal))
    path.unlink()
    click.echo(f"Cabinet « {name} » supprimé de la base ; {path} aussi, il est dans la sauvegarde.")
    click.echo(
        f"Restent, à effacer vous-même : ses modèles ({settings.triage.models}) et ses secrets."
    )


def _values(name: str, url: str, folder: Path, data: Path) -> dict[str, str | int]:
    """What differs from one office to the next; the rest is for the administrator to fill in.

    Secrets and models lie in folders of the office's own: a unit may show it these and no others.
    """
    home = data.absolute() / name
    return {
        "database.url": url,
        "triage.models": str(home / "models"),
        "letters.folder": str(home / "modeles"),
        "mailbox.0.password_file": f"{name}/mot-de-passe-boite",
        "smtp.password_file": f"{name}/mot-de-passe-envoi",
        "web.port": _free_port(folder),
    }


def _write(path: Path, values: dict[str, str | int]) -> None:
    """Nobody but their owner may read settings or secrets."""
    for home in (path.parent / path.stem, Path(str(values["triage.models"])).parent):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(settings_file(values), encoding="utf-8")


def _free_port(folder: Path) -> int:
    """The first that no office of the folder has for its pages."""
    taken = {_settings(path).web.port for path in folder.glob("*.toml")}
    return next(port for port in range(_FIRST_PORT, 65536) if port not in taken)


def _settings(path: Path) -> Settings:
    return load(path, {})  # what the environment sets is no office's own


def _row(path: Path) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(("office", "megabytes", "schema", "passed_at", "fault"))
    row["office"] = path.stem
    try:
        found = offices.standing(_settings(path).database.url)
    except (SettingsTrouble, offices.OfficeTrouble) as error:
        return row | {"fault": str(error)}
    at = found.passed_at.astimezone(UTC).isoformat(timespec="seconds") if found.passed_at else ""
    open_to_all = f"sans cloison : {', '.join(found.unwalled)}" if found.unwalled else ""
    return row | {
        "megabytes": round(found.bytes / 1e6, 1),
        "schema": found.version,
        "passed_at": at,
        "fault": open_to_all,
    }


COMMANDS = (office,)
