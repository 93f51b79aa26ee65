"""The conversation of `doleances init`: from a mailbox's address to a working, tested file."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import click

from config.load import load
from config.settings import Settings
from config.trouble import Trouble
from config.write import settings_file
from daemon.doctor import Finding, examine
from daemon.house import House
from register import breaker
from review import accounts
from review.desk import Refused

_AGAIN = "Corriger et réessayer ?"
_UNREAD = "mise en service : la répétition n’a pas encore été approuvée"
_MAY_LEAVE = (
    "\nUne fois une réclamation confirmée par une personne, son accusé peut-il partir seul ?"
)
_STAYS = (
    "Rien ne part seul pour l’instant : le service lit, trie et attend. Après une répétition "
    "(« doleances rehearse ») qui vous convient, « doleances letters resume --by {by} » ouvre l’envoi."
)


@dataclass
class _Answers:
    """What has been answered so far: dotted key → value, offered again when a question returns."""

    values: dict[str, str | int]

    def ask(self, key: str, question: str, default: str | int | None = None) -> None:
        self.values[key] = str(click.prompt(question, default=self.values.get(key, default)))

    def ask_port(self, key: str, question: str, default: int) -> None:
        self.values[key] = int(
            click.prompt(question, default=self.values.get(key, default), type=int)
        )


INSTALLED = Path("/lib/systemd/system/doleances.service")  # by the Debian package


def converse(path: Path, data: Path | None = None) -> None:
    """Ask, try, write; nothing is sent and the mailbox is only looked at. What the service writes
    lies in ``data``, else beside the settings.
    """
    os.umask(0o077)  # passwords and the register are nobody else's
    click.echo("Branchons la boîte du cabinet. Elle ne sera que lue ; rien ne sera envoyé.\n")
    answers = _Answers(_places(data) if data else {})
    _ask_office(answers)
    _until_well(path, answers, _ask_mailbox, _try_mailbox)
    _until_well(path, answers, _ask_smtp, _try_smtp)
    click.echo(f"\nRéglages écrits dans {path}.")
    settings = load(path)
    by = _first_account(settings)
    _examine(path)
    _rehearse(House(settings), by)
    _conclude(path)


def _places(data: Path) -> dict[str, str | int]:
    return {
        "database.url": f"sqlite:///{data.absolute()}/doleances.db",
        "triage.models": str(data.absolute() / "models"),
        "letters.folder": str(data.absolute() / "modeles"),
    }


def _ask_office(answers: _Answers) -> None:
    click.echo("— Le cabinet (imprimé sur les lettres)")
    answers.ask("office.name", "Nom")
    answers.ask("office.address", "Adresse")
    answers.ask("office.phone", "Téléphone")
    answers.ask("office.email", "Adresse électronique")
    click.echo("— Le médiateur dont relève le cabinet (obligatoire dans les réponses)")
    answers.ask("office.mediator.name", "Nom du médiateur")
    answers.ask("office.mediator.postal", "Son adresse postale")
    answers.ask("office.mediator.url", "Son site (https://…)")


def _ask_mailbox(answers: _Answers) -> None:
    click.echo("\n— La boîte à lire (IMAP)")
    domain = str(answers.values["office.email"]).rpartition("@")[2]
    answers.ask("mailbox.0.host", "Serveur", f"imap.{domain}")
    answers.ask_port("mailbox.0.port", "Port (993 : TLS ; 143 : STARTTLS)", 993)
    answers.values["mailbox.0.tls"] = (
        "tls" if answers.values["mailbox.0.port"] == 993 else "starttls"
    )
    answers.ask("mailbox.0.user", "Identifiant", answers.values["office.email"])
    answers.values["mailbox.0.password"] = click.prompt("Mot de passe", hide_input=True)


def _ask_smtp(answers: _Answers) -> None:
    click.echo("\n— Le serveur d’envoi (SMTP)")
    domain = str(answers.values["office.email"]).rpartition("@")[2]
    answers.ask("smtp.host", "Serveur", f"smtp.{domain}")
    answers.ask_port("smtp.port", "Port (587 : STARTTLS ; 465 : TLS)", 587)
    answers.values["smtp.tls"] = "tls" if answers.values["smtp.port"] == 465 else "starttls"
    answers.ask("smtp.user", "Identifiant", answers.values["mailbox.0.user"])
    answers.values["smtp.password"] = click.prompt(
        "Mot de passe (Entrée : le même)",
        hide_input=True,
        default=answers.values["mailbox.0.password"],
        show_default=False,
    )


def _until_well(
    path: Path,
    answers: _Answers,
    ask: Callable[[_Answers], None],
    attempt: Callable[[Settings], str],
) -> None:
    """Ask and try, until it works or the person goes on without."""
    while True:
        ask(answers)
        _write(path, answers)
        try:
            click.echo("  ✓ " + attempt(load(path)))
            return
        except Trouble as error:
            click.echo(f"  ✗ {error}")
        if click.prompt(_AGAIN, default="o", type=click.Choice(["o", "n"])) == "n":
            return


def _write(path: Path, answers: _Answers) -> None:
    """The file holds passwords: nobody but its owner may read it."""
    path.touch(mode=0o600)
    path.write_text(settings_file(answers.values), encoding="utf-8")


def _try_mailbox(settings: Settings) -> str:
    [mailbox, *_] = House(settings).mailboxes
    with mailbox.open() as opened:
        counts = [(folder.folder, len(folder.uids()[1])) for folder in opened.folders()]
    said = ", ".join(f"{name} : {count} messages" for name, count in counts)
    return f"La boîte s’ouvre en lecture seule ({said})."


def _try_smtp(settings: Settings) -> str:
    House(settings).postman.try_out()
    return "Le serveur d’envoi répond (rien n’a été envoyé)."


def _first_account(settings: Settings) -> str:
    click.echo("\n— Le premier compte, pour trier")
    house = House(settings)
    while True:
        email = click.prompt("Votre adresse électronique", default=settings.office.email)
        name = click.prompt("Votre prénom et votre nom")
        password = click.prompt(
            f"Mot de passe (au moins {accounts.SHORTEST} caractères)",
            hide_input=True,
            confirmation_prompt="Encore une fois",
        )
        try:
            with house.database.begin() as session:
                accounts.add(session, email, name, password, house.clock())
            return str(email)
        except Refused as error:
            click.echo(f"  ✗ {error}")


def _examine(path: Path) -> None:
    click.echo("\n— Vérification d’ensemble")
    for finding in examine(path):
        click.echo(f"  {line_of(finding)}")


def _rehearse(house: House, by: str) -> None:
    """What the service would have done with the real mailbox, before anything may leave: automatic
    mail is stopped until a person has read it and says yes, also if we are killed in between.
    """
    from daemon.commands.rehearsing import look_back  # learning machinery: seconds of imports

    click.echo("\n— Répétition : ce que le service aurait fait des derniers mois de votre boîte")
    with house.database.begin() as session:
        breaker.stop(session, _UNREAD, by, house.clock())
    months = click.prompt("Combien de mois relire", default=6, type=click.IntRange(1, 120))
    try:
        look_back(house, months)
    except Trouble as error:
        click.echo(f"  ✗ {error}")
        click.echo(_STAYS.format(by=by))
        return
    if click.prompt(_MAY_LEAVE, default="n", type=click.Choice(["o", "n"])) == "n":
        click.echo(_STAYS.format(by=by))
        return
    with house.database.begin() as session:
        breaker.lift(session, by, house.clock())


def _conclude(path: Path) -> None:
    if INSTALLED.exists():
        click.echo("\nPour que le service démarre, maintenant et avec la machine :")
        click.echo("  systemctl enable --now doleances")
        return
    click.echo("\n— Pour que le service démarre avec la machine, unité systemd :\n")
    click.echo(systemd_unit(path))
    click.echo("Enregistrez-la dans /etc/systemd/system/doleances.service, puis :")
    click.echo("  systemctl daemon-reload && systemctl enable --now doleances")
    click.echo(f"Ou, pour essayer tout de suite : doleances --config {path} run")


def line_of(finding: Finding) -> str:
    """A point on one line."""
    mark = "✗" if not finding.well else "!" if finding.mind else "✓"
    return f"{mark} {finding.what} : {finding.says}"


def systemd_unit(path: Path) -> str:
    """The unit of the service, for this installation, these settings and whoever owns them."""
    program = shutil.which("doleances") or str(Path(sys.argv[0]).resolve())
    template = files("daemon").joinpath("doleances.service").read_text(encoding="utf-8")
    home = path.absolute().parent
    return template.format(program=program, config=path.absolute(), home=home, user=home.owner())
