"""Sign in to an IMAP server, with a password or with a token."""

from datetime import UTC, datetime

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, LoginError

from config.mailboxes import MailboxSettings
from ingest.mailbox import MailboxTrouble
from ingest.oauth.account import Account, OAuthTrouble, of_mailbox
from ingest.oauth.tokens import Clock, Tokens


def _utc_now() -> datetime:
    return datetime.now(UTC)


def sign_in(server: IMAPClient, settings: MailboxSettings, clock: Clock = _utc_now) -> None:
    """Raises ``LoginError`` for a refused password, ``MailboxTrouble`` for what is wrong with
    tokens, and what a broken line raises.
    """
    tokens = tokens_of(settings, clock)
    if tokens is None:
        server.login(settings.user, settings.secret())
        return
    try:
        _with_token(server, settings, tokens)
    except OAuthTrouble as trouble:
        raise MailboxTrouble(str(trouble)) from trouble


def tokens_of(settings: MailboxSettings, clock: Clock) -> Tokens | None:
    """None for a mailbox with a password."""
    return Tokens(of_mailbox(settings, settings.oauth2), clock) if settings.oauth2 else None


def _with_token(server: IMAPClient, settings: MailboxSettings, tokens: Tokens) -> None:
    token = tokens.access_token()
    try:
        _present(server, settings, token)
    except LoginError as refusal:
        other = tokens.instead_of(token)  # it may have been revoked before its time
        if other is None:
            raise _rejected(settings, tokens.account, refusal) from refusal
    else:
        return
    try:
        _present(server, settings, other)
    except LoginError as refusal:
        raise _rejected(settings, tokens.account, refusal) from refusal


def _present(server: IMAPClient, settings: MailboxSettings, token: str) -> None:
    """Microsoft knows the first mechanism only, the second is the standard (RFC 7628)."""
    try:
        if server.has_capability("AUTH=XOAUTH2"):
            server.oauth2_login(settings.user, token)
        elif server.has_capability("AUTH=OAUTHBEARER"):
            server.oauthbearer_login(settings.user, token)
        else:
            raise MailboxTrouble(
                f"Boîte « {settings.name} » : le serveur {settings.host} ne prend pas de jetons "
                "(ni XOAUTH2 ni OAUTHBEARER) : le courrier n’est pas lu. Vérifiez mailbox.host, ou "
                'revenez à auth = "password".'
            )
    except LoginError as error:
        # imapclient calls a line that breaks meanwhile a refusal, too
        if isinstance(error.__context__, IMAPClientAbortError):
            raise error.__context__ from None
        raise


def _rejected(settings: MailboxSettings, account: Account, refusal: LoginError) -> MailboxTrouble:
    return MailboxTrouble(
        f"Boîte « {settings.name} » ({settings.host}:{settings.port}) : le serveur n’accepte pas le "
        f"jeton de {settings.user}, pourtant neuf ({str(refusal)[:200]}) : {account.loss}. Vérifiez "
        "que mailbox.user est la boîte même et que l’accès IMAP lui est ouvert chez le "
        f"fournisseur, puis lancez « {account.mend} »."
    )
