"""Who sits at the desk: accounts, sign-in, and slowing down whoever guesses."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from register import accounts, journal
from register.database import Database, Session
from register.journal import Act
from register.model import Account
from review.desk import Refused

SHORTEST = 10
GUESSES, WINDOW = 8, timedelta(minutes=15)
_hasher = PasswordHasher()


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, at one browser."""

    account_id: int
    email: str
    name: str
    csrf: str


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
    """Argon2id with the library's own parameters (RFC 9106)."""
    if len(password) < SHORTEST:
        raise Refused(f"Mot de passe trop court : au moins {SHORTEST} caractères.")
    return _hasher.hash(password)


def sign_in(database: Database, email: str, password: str, now: datetime, hours: int) -> str | None:
    """Open a session for the right password and return its token; None when refused.

    Raises ``Refused`` after too many wrong guesses for an address. The slow hash is computed
    outside any transaction.
    """
    with database.read() as session:
        if accounts.refusals(session, email, now - WINDOW) >= GUESSES:
            raise Refused(
                "Trop d’essais pour ce compte. Attendez un quart d’heure, puis réessayez."
            )
        account = accounts.named(session, email)
    if not _matches(account, password):
        with database.begin() as session:
            accounts.refuse(session, email, now)
        return None
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with database.begin() as session:
        assert account is not None
        accounts.sign_in(session, account, token, csrf, now + timedelta(hours=hours))
    return token


def visitor(session: Session, token: str, now: datetime) -> Visitor | None:
    found = accounts.signed_in(session, token, now)
    if found is None:
        return None
    account, signed = found
    return Visitor(account.id, account.email, account.name, signed.csrf)


def _matches(account: Account | None, password: str) -> bool:
    """Unknown and disabled accounts cost as much time as known ones: nothing to be learnt."""
    usable = account is not None and account.disabled_at is None
    try:
        _hasher.verify(account.password_hash if account and usable else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return usable


def _known(session: Session, email: str) -> Account:
    account = accounts.named(session, email)
    if account is None:
        raise Refused(f"Aucun compte au nom de {email}. « doleances user list » les montre.")
    return account


@cache
def _nobody() -> str:
    """A hash that no password matches."""
    return _hasher.hash(secrets.token_urlsafe(16))
