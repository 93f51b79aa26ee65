"""mailbox: the office's mailboxes, and the agreement to read those without a password."""

import sys
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from config.mailboxes import MailboxSettings
from config.trouble import Trouble
from daemon import doctor
from daemon.context import Context, as_json, say_json, say_table, with_context
from daemon.house import House
from ingest.imap import ImapMailbox
from ingest.oauth import consent
from ingest.oauth.account import Account, OAuthTrouble
from ingest.signin import tokens_of
from register import mailboxes
from register.model import Mailbox


@click.group()
def mailbox() -> None:
    """Les boîtes du cabinet : où elles en sont, et l’accord pour lire celles sans mot de passe."""


@mailbox.command()
@click.argument("name", metavar="BOÎTE")
@with_context
def authorize(context: Context, name: str) -> None:
    """Accorder l’accès à une boîte Microsoft 365 ou Google.

    Montre la page où se connecter, attend l’accord, garde les jetons, puis ouvre la boîte en
    lecture seule et compte ses messages. À refaire si l’accord a été retiré.
    """
    house = context.house
    chosen = _named(house, name)
    tokens = tokens_of(chosen.settings, house.clock)
    if tokens is None:
        raise Trouble(
            f"La boîte « {name} » se lit avec un mot de passe : il n’y a rien à accorder. Pour "
            'Microsoft 365 ou Google, mettez auth = "oauth2" et une table [mailbox.oauth2].'
        )
    flow = tokens.account.settings.flow
    click.echo(f"Boîte « {name} » ({chosen.settings.user})\n")
    if flow == "device":
        tokens.receive(_by_code(tokens.account, house))
    elif flow == "browser":
        tokens.receive(_by_browser(tokens.account))
    if flow != "client_credentials":
        click.echo("Accord reçu et gardé.")
    click.echo(f"Boîte {doctor.try_out(chosen)}.")


def _named(house: House, name: str) -> ImapMailbox:
    for known in house.mailboxes:
        if known.name == name:
            return known
    names = ", ".join(f"« {known.name} »" for known in house.mailboxes) or "aucune"
    raise Trouble(f"Aucune boîte ne s’appelle « {name} ». Celles des réglages : {names}.")


def _by_code(account: Account, house: House) -> Mapping[str, Any]:
    invitation = consent.invite(account, house.clock)
    click.echo(
        f"1. Ouvrez, sur n’importe quel appareil :  {invitation.page}\n"
        f"2. Entrez le code :                       {invitation.code}\n"
        f"3. Connectez-vous avec un compte qui ouvre {account.user}, et acceptez.\n"
    )

    def wait(seconds: float) -> None:
        left = (invitation.expires_at - house.clock()).total_seconds()
        _progress(f"En attente de votre accord, encore {max(left, 0) / 60:.0f} min…")
        time.sleep(seconds)

    answer = consent.await_agreement(account, invitation, house.clock, wait)
    click.echo("", err=True)
    return answer


def _progress(words: str) -> None:
    """One line that changes on a terminal, a dot elsewhere."""
    click.echo(f"\r{words}  " if sys.stderr.isatty() else ".", nl=False, err=True)


def _by_browser(account: Account) -> Mapping[str, Any]:
    sent = consent.errand(account)
    click.echo(
        f"1. Ouvrez dans un navigateur :\n\n{sent.page}\n\n"
        f"2. Connectez-vous avec un compte qui ouvre {account.user}, et acceptez.\n"
        "3. Le navigateur finit sur une page qui ne s’affiche pas (« localhost ») : c’est voulu.\n"
        "   Copiez l’adresse entière de cette page.\n"
    )
    return consent.come_back(account, sent, click.prompt("Collez-la ici"))


@mailbox.command(name="list")
@as_json
@with_context
def list_(context: Context, in_json: bool) -> None:
    """Les boîtes : serveur, connexion, dossiers, dernière relève, jeton."""
    house = context.house
    with house.database.read() as session:
        states = mailboxes.states(session)
    rows = [_row(house, box.settings, states.get(box.name)) for box in house.mailboxes]
    if in_json:
        say_json(rows)
        return
    say_table(
        ("Boîte", "Serveur", "Connexion", "Dossiers", "Dernière relève", "Jeton bon jusqu’au"),
        (
            (
                row["name"],
                row["host"],
                {"password": "mot de passe", "oauth2": "OAuth2"}[row["auth"]],
                ", ".join(row["folders"]),
                _moment(row["passed_at"], house),
                "en défaut : doleances check"
                if row["token_trouble"]
                else _moment(row["token_expires_at"], house),
            )
            for row in rows
        ),
        empty="Aucune boîte : ajoutez une table [[mailbox]] aux réglages.",
    )


def _row(house: House, box: MailboxSettings, state: Mailbox | None) -> dict[str, Any]:
    tokens, saved, trouble = tokens_of(box, house.clock), None, None
    try:
        saved = tokens.standing() if tokens else None
    except OAuthTrouble as error:
        trouble = str(error)
    return {
        "name": box.name,
        "host": f"{box.host}:{box.port}",
        "auth": box.auth,
        "folders": [*box.folders],
        "passed_at": state.passed_at if state else None,
        "trouble": state.trouble if state else None,
        "token_expires_at": saved.expires_at if saved else None,
        "token_trouble": trouble,
    }


def _moment(at: datetime | None, house: House) -> str:
    return f"{at.astimezone(house.settings.office.zone):%d/%m/%Y %H:%M}" if at else ""


COMMANDS = (mailbox,)
