"""Whose tokens they are, and how people are told what is wrong with them."""

import shlex
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from config.mailboxes import MailboxSettings, OAuth2Settings
from config.trouble import Trouble
from ingest.oauth.endpoint import Refused


class OAuthTrouble(Trouble):
    """No access without a password: what happened, what it means, what to do, in French.

    ``passing`` when it may well mend itself.
    """

    def __init__(self, says: str, *, passing: bool = False) -> None:
        super().__init__(says)
        self.passing = passing


@dataclass(frozen=True)
class Account:
    """What the tokens open, in the words that people read: « la boîte … », what is lost without
    it, and the command that mends it.
    """

    key: str
    what: str
    loss: str
    mend: str
    user: str
    settings: OAuth2Settings

    @property
    def file(self) -> Path:
        return self.settings.tokens / f"{self.key}.json"

    @property
    def terms(self) -> str:
        """What was agreed to: tokens given for other terms are worth nothing."""
        settings = self.settings
        return " ".join((self.user, settings.client_id, settings.token_url, settings.scope))

    @property
    def provider(self) -> str:
        known = {"microsoft": "Microsoft", "google": "Google"}
        name = known.get(self.settings.provider)
        return name or f"Le fournisseur ({urlsplit(self.settings.token_url).hostname})"


def of_mailbox(settings: MailboxSettings, oauth2: OAuth2Settings) -> Account:
    return Account(
        key=f"mailbox-{quote(settings.name, safe='')}",
        what=f"la boîte « {settings.name} »",
        loss="son courrier n’est plus lu, il attend sur le serveur",
        mend=f"doleances mailbox authorize {shlex.quote(settings.name)}",
        user=settings.user,
        settings=oauth2,
    )


# The agreement itself is void: only a person can give it anew (RFC 6749, 5.2; OpenID Core, 3.1.2.6).
_AGREE_ANEW = frozenset(
    {"invalid_grant", "interaction_required", "consent_required", "login_required"}
)
_UNKNOWN_APPLICATION = frozenset({"invalid_client", "unauthorized_client"})


def refused(account: Account, refusal: Refused) -> OAuthTrouble:
    head = (
        f"{account.provider} refuse de donner accès à {account.what} ({refusal}) : {account.loss}."
    )
    if refusal.code in _AGREE_ANEW and account.settings.flow != "client_credentials":
        mend = f"Lancez « {account.mend} » pour redonner l’accord."
    elif refusal.code in _UNKNOWN_APPLICATION:
        mend = (
            "L’application n’est pas reconnue : vérifiez client_id et tenant, et si son secret "
            "(client_secret) est juste et n’a pas expiré."
        )
    else:
        mend = "Vérifiez scope, tenant et les droits de l’application chez le fournisseur."
    return OAuthTrouble(f"{head} {mend}")


def unreachable(account: Account, reason: object) -> OAuthTrouble:
    return OAuthTrouble(
        f"{account.provider} ne répond pas comme attendu pour {account.what} ({reason}) : tant que "
        f"cela dure, {account.loss}. Le service réessaie seul ; si cela dure, vérifiez le réseau "
        "et token_url.",
        passing=True,
    )


def not_agreed(account: Account) -> OAuthTrouble:
    return OAuthTrouble(
        f"L’accès à {account.what} n’a pas été accordé, ou l’a été pour d’autres réglages : "
        f"{account.loss}. Lancez « {account.mend} »."
    )


def forgotten(account: Account, last: datetime) -> OAuthTrouble:
    return OAuthTrouble(
        f"L’accès à {account.what} n’a pas été renouvelé depuis le {last:%d/%m/%Y} : l’accord est "
        f"sans doute perdu, et {account.loss}. Lancez « {account.mend} »."
    )


def unusable_file(account: Account, reason: object) -> OAuthTrouble:
    return OAuthTrouble(
        f"Les jetons de {account.what} ne peuvent pas être lus ou gardés dans {account.file} "
        f"({reason}) : {account.loss}. Vérifiez les droits du dossier et la place sur le disque, "
        f"puis lancez « {account.mend} »."
    )
