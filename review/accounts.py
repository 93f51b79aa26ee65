"""Who sits at the desk: accounts, sign-in, and slowing down whoever guesses."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.sentence import Sentence
from register import accounts, journal
from register.database import Database, Session
from register.journal import Act
from register.model import Account, SignIn
from review import second_factor
from review.desk import Refused

SHORTEST = 10
GUESSES, WINDOW = 8, timedelta(minutes=15)
FROM_ONE = 40  # guesses from one machine: a whole office may be behind one address
INVITED = timedelta(days=1)
hasher = PasswordHasher()  # with the library's own parameters (RFC 9106)


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, at one browser."""

    account_id: int
    email: str
    name: str
    csrf: str
    browser: str  # digest of its token
    seen_at: datetime


def add(session: Session, email: str, name: str, password: str, now: datetime) -> Account:
    """Open an account. Raises ``Refused`` for a bad password or an address already known."""
    if accounts.named(session, email):
        raise Refused(
            f"Le compte {email} existe déjà : « doleances user passwd » change son mot de passe."
        )
    account = accounts.open_account(session, email, name, hashed(password), now)
    journal.record(session, Act("administration", "account opened", account.email, {}), now)
    return account


def change_password(session: Session, email: str, password: str, now: datetime) -> None:
    account = _known(session, email)
    account.password_hash = hashed(password)
    accounts.sign_out_everywhere(session, account)
    journal.record(session, Act("administration", "password changed", account.email, {}), now)


def disable(session: Session, email: str, now: datetime) -> None:
    account = _known(session, email)
    account.disabled_at = now
    accounts.sign_out_everywhere(session, account)
    journal.record(session, Act("administration", "account disabled", account.email, {}), now)


def hashed(password: str) -> str:
    """Argon2id of a password. Raises ``Refused`` for one that is too short."""
    if len(password) < SHORTEST:
        raise Refused(Sentence("Mot de passe trop court : au moins {n} caractères.", n=SHORTEST))
    return hasher.hash(password)


@dataclass(frozen=True)
class Attempt:
    """Somebody who wants to come in."""

    email: str
    password: str
    code: str = ""  # of the second factor, where there is one
    client: str = ""  # address of the machine
    browser: str = ""  # as it names itself


def sign_in(database: Database, attempt: Attempt, now: datetime, hours: int) -> str | None:
    """Open a session for the right password and code, and return its token; None when refused.

    Raises ``Refused`` after too many wrong guesses for an account or from a machine. The slow hash
    is computed outside any transaction.
    """
    with database.read() as session:
        _refuse_guessing(session, attempt, now - WINDOW)
        account = accounts.named(session, attempt.email)
    if not _matches(account, attempt.password):
        with database.begin() as session:
            accounts.refuse(session, attempt.email, attempt.client, now)
        return None
    with database.begin() as session:
        account = _known(session, attempt.email)  # again: two at once do not use one code twice
        if second_factor.use(account, attempt.code, now):
            return _open(session, account, attempt.browser, now, now + timedelta(hours=hours))
        accounts.refuse(session, attempt.email, attempt.client, now)
    return None


def sign_in_vouched(database: Database, attempt: Attempt, now: datetime, hours: int) -> str | None:
    """Open a session for whoever the office's provider vouches for, and return its token; None
    where there is neither an account that is open nor an invitation. Passwords and codes of ours
    are not asked for; whoever was invited enters by this, and has no password.
    """
    with database.begin() as session:
        account = accounts.named(session, attempt.email)
        if account is None and (invitation := accounts.awaited(session, attempt.email, now)):
            invitation.used_at = now
            name = invitation.name or invitation.email
            account = accounts.open_account(session, invitation.email, name, "", now)
            line = Act(account.email, "account opened", account.email, {})
            journal.record(session, line, now)
        if account is None or account.disabled_at is not None:
            return None
        return _open(session, account, attempt.browser, now, now + timedelta(hours=hours))


def slow_down(database: Database, attempt: Attempt, now: datetime) -> None:
    """Raises ``Refused`` after too many refusals from a machine."""
    with database.read() as session:
        _refuse_guessing(session, attempt, now - WINDOW)


def refused(database: Database, attempt: Attempt, now: datetime) -> None:
    with database.begin() as session:
        accounts.refuse(session, attempt.email, attempt.client, now)


def _refuse_guessing(session: Session, attempt: Attempt, since: datetime) -> None:
    if attempt.email and accounts.refusals(session, attempt.email, since) >= GUESSES:
        raise Refused("Trop d’essais pour ce compte. Attendez un quart d’heure, puis réessayez.")
    if attempt.client and accounts.refusals_from(session, attempt.client, since) >= FROM_ONE:
        raise Refused("Trop d’essais depuis ce poste. Attendez un quart d’heure, puis réessayez.")


def _open(session: Session, account: Account, browser: str, now: datetime, until: datetime) -> str:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    signed = SignIn(
        token_digest=accounts.digest(token),
        account_id=account.id,
        csrf=csrf,
        expires_at=until,
        opened_at=now,
        seen_at=now,
        browser=browser[:200],
    )
    accounts.sign_in(session, account, signed)
    return token


def visitor(session: Session, token: str, now: datetime, idle: timedelta) -> Visitor | None:
    found = accounts.signed_in(session, token, now, idle)
    if found is None:
        return None
    account, signed = found
    return Visitor(
        account.id, account.email, account.name, signed.csrf, signed.token_digest, signed.seen_at
    )


def invite(session: Session, email: str, name: str, now: datetime) -> str:
    """The token of a link that lets somebody choose a password, once, within a day."""
    token = secrets.token_urlsafe(32)
    accounts.invite(session, token, email, name, now + INVITED)
    line = Act("administration", "invited", email.strip().lower(), {})
    journal.record(session, line, now)
    return token


def accept(database: Database, token: str, password: str, now: datetime) -> None:
    """Open the account of whoever was invited, or give it the password that they have chosen.

    Raises ``Refused`` for a link that serves no more or a bad password.
    """
    chosen = hashed(password)
    with database.begin() as session:
        invitation = accounts.invited(session, token, now)
        if invitation is None:
            raise Refused("Ce lien a déjà servi ou date de plus d’un jour : demandez-en un autre.")
        invitation.used_at = now
        account = accounts.named(session, invitation.email)
        if account is None:
            name = invitation.name or invitation.email
            account = accounts.open_account(session, invitation.email, name, chosen, now)
        account.password_hash, account.disabled_at = chosen, None
        accounts.sign_out_everywhere(session, account)
        journal.record(session, Act(account.email, "password chosen", account.email, {}), now)


def change_own(
    database: Database, visitor: Visitor, old: str, password: str, now: datetime
) -> None:
    """Change one's own password; one is signed out everywhere but here.

    Raises ``Refused`` for a wrong old one or a bad new one.
    """
    with database.read() as session:
        account = _known(session, visitor.email)
    if not _matches(account, old):
        raise Refused("Ce n’est pas votre mot de passe actuel : rien n’a été changé.")
    chosen = hashed(password)
    with database.begin() as session:
        account = _known(session, visitor.email)
        account.password_hash = chosen
        accounts.sign_out_everywhere(session, account, but=visitor.browser)
        journal.record(session, Act(visitor.email, "password changed", visitor.email, {}), now)


def ask_code(database: Database, visitor: Visitor, secret: str, code: str, now: datetime) -> None:
    """Ask for a code at every sign-in from now on. Raises ``Refused`` for a code that is not the
    secret's: the telephone does not have it.
    """
    step = second_factor.step_of(secret, code, now) if second_factor.is_secret(secret) else None
    if step is None:
        raise Refused(
            "Ce code n’est pas le bon : vérifiez l’heure du téléphone, attendez le suivant et "
            "réessayez. Rien n’a été changé."
        )
    with database.begin() as session:
        second_factor.turn_on(session, _known(session, visitor.email), secret, step, now)


def ask_no_code(database: Database, visitor: Visitor, password: str, now: datetime) -> None:
    """Raises ``Refused`` without the right password: a browser left open is not enough."""
    with database.read() as session:
        account = _known(session, visitor.email)
    if not _matches(account, password):
        raise Refused("Ce n’est pas votre mot de passe : le second facteur reste demandé.")
    with database.begin() as session:
        second_factor.turn_off(session, _known(session, visitor.email), visitor.email, now)


def forget_telephone(session: Session, email: str, now: datetime) -> None:
    """For somebody who has lost it. Raises ``Refused`` where there is no such account."""
    second_factor.turn_off(session, _known(session, email), "administration", now)


def _matches(account: Account | None, password: str) -> bool:
    """Unknown and disabled accounts cost as much time as known ones: nothing to be learnt."""
    usable = account is not None and account.disabled_at is None
    try:
        hasher.verify(account.password_hash if account and usable else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return usable


def _known(session: Session, email: str) -> Account:
    account = accounts.named(session, email)
    if account is None:
        raise Refused(
            Sentence(
                "Aucun compte au nom de {email}. « doleances user list » les montre.", email=email
            )
        )
    return account


@cache
def _nobody() -> str:
    """A hash that no password matches."""
    return hasher.hash(secrets.token_urlsafe(16))
