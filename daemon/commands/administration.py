"""init, check, user: setting up and keeping well."""

from dataclasses import asdict
from pathlib import Path

import click

from config.trouble import Trouble
from daemon import doctor, sentences, setup
from daemon.context import Context, as_json, say_json, say_table, with_context
from register import accounts as known_accounts
from review import accounts


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="STATE_DIRECTORY",
    help="Dossier du registre et des modèles (sinon, celui des réglages).",
)
@with_context
def init(context: Context, data: Path | None) -> None:
    """Brancher la boîte du cabinet, en dix minutes.

    Pose les questions, essaie la boîte en lecture seule et le serveur d’envoi, écrit le fichier de
    réglages, ouvre le premier compte et montre l’unité systemd. Rien n’est envoyé à personne.
    """
    if context.config.exists():
        raise Trouble(
            f"{context.config} existe déjà. Corrigez-le à la main, ou choisissez un autre fichier "
            "avec --config."
        )
    setup.converse(context.config, data)


@click.command()
@click.option(
    "--lang",
    type=click.Choice(sentences.LANGUAGES),
    default="fr",
    show_default=True,
    help="Langue des constats (en : anglais).",
)
@as_json
@with_context
def check(context: Context, lang: str, in_json: bool) -> None:
    """Examiner les réglages, les serveurs, la base, le modèle, l’horloge et le reste.

    Une ligne par point : ✓ bon, ! à savoir, ✗ en défaut avec son remède. Le code de sortie n’est
    pas nul si l’un d’eux est en défaut.
    """
    findings = doctor.examine(context.config, lang)
    if in_json:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            click.echo(setup.line_of(finding))
    faults = [finding for finding in findings if not finding.well]
    if faults:
        plural = "s" if len(faults) > 1 else ""
        french = f"{len(faults)} point{plural} en défaut."
        raise Trouble(french if lang == "fr" else f"{len(faults)} fault{plural}.")


@click.group()
def user() -> None:
    """Les comptes des personnes qui trient."""


def _ask_password() -> str:
    return str(click.prompt("Mot de passe", hide_input=True, confirmation_prompt="Encore une fois"))


_password = click.option(
    "--password",
    envvar="DOLEANCES_PASSWORD",
    help="Mot de passe (sinon il est demandé ; ou variable DOLEANCES_PASSWORD).",
)


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="Prénom et nom, tels que l’équipe les lit.")
@_password
@with_context
def add(context: Context, email: str, name: str, password: str | None) -> None:
    """Ouvrir un compte."""
    secret = password or _ask_password()
    with context.house.database.begin() as session:
        accounts.add(session, email, name, secret, context.house.clock())
    click.echo(f"Compte ouvert : {email}.")


@user.command()
@click.argument("email")
@click.option("--name", default="", help="Prénom et nom, pour un compte nouveau.")
@with_context
def invite(context: Context, email: str, name: str) -> None:
    """Donner un lien par lequel une personne choisit elle-même son mot de passe.

    Il sert une fois, pendant un jour ; le remettre de vive voix ou par un courriel interne. Pour qui
    a oublié son mot de passe, inviter de nouveau.
    """
    house = context.house
    with house.database.begin() as session:
        token = accounts.invite(session, email, name, house.clock())
    web = house.settings.web
    click.echo(
        f"{web.public_url.rstrip('/') or f'http://{web.host}:{web.port}'}/invitation/{token}"
    )


@user.command()
@click.argument("email")
@_password
@with_context
def passwd(context: Context, email: str, password: str | None) -> None:
    """Changer un mot de passe ; la personne est déconnectée partout."""
    secret = password or _ask_password()
    with context.house.database.begin() as session:
        accounts.change_password(session, email, secret, context.house.clock())
    click.echo(f"Mot de passe changé : {email}.")


@user.command()
@click.argument("email")
@click.option("--off", is_flag=True, required=True, help="Ne plus demander de code.")
@with_context
def totp(context: Context, email: str, off: bool) -> None:
    """Ne plus demander de code à qui a perdu son téléphone."""
    with context.house.database.begin() as session:
        accounts.forget_telephone(session, email, context.house.clock())
    click.echo(f"Plus de code demandé : {email}. La personne peut en activer un autre.")


@user.command()
@click.argument("email")
@with_context
def disable(context: Context, email: str) -> None:
    """Fermer un compte ; ce que la personne a décidé reste au journal."""
    with context.house.database.begin() as session:
        accounts.disable(session, email, context.house.clock())
    click.echo(f"Compte fermé : {email}.")


@user.command(name="list")
@as_json
@with_context
def list_(context: Context, in_json: bool) -> None:
    """Les comptes."""
    with context.house.database.read() as session:
        found = known_accounts.every(session)
    if in_json:
        say_json([{"email": a.email, "name": a.name, "disabled_at": a.disabled_at} for a in found])
        return
    say_table(
        ("Adresse", "Nom", "État"),
        ((a.email, a.name, "fermé" if a.disabled_at else "ouvert") for a in found),
        empty="Aucun compte : « doleances user add » en ouvre un.",
    )


COMMANDS = (init, check, user)
