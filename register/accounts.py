"""Who may sign in at the desk, and where they are signed in."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, func, select

from register.database import Session
from register.model import Account, Attempt, SignIn


def named(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def every(session: Session) -> list[Account]:
    return list(session.scalars(select(Account).order_by(Account.email)))


def open_account(
    session: Session, email: str, name: str, password_hash: str, now: datetime
) -> Account:
    account = Account(
        email=email.strip().lower(), name=name, password_hash=password_hash, created_at=now
    )
    session.add(account)
    session.flush()
    return account


def sign_in(session: Session, account: Account, token: str, csrf: str, until: datetime) -> None:
    session.add(
        SignIn(token_digest=_digest(token), account_id=account.id, csrf=csrf, expires_at=until)
    )
    session.execute(delete(Attempt).where(Attempt.email == account.email))


def signed_in(session: Session, token: str, now: datetime) -> tuple[Account, SignIn] | None:
    """The account behind a browser's token, unless it has expired or was disabled."""
    found = session.execute(
        select(Account, SignIn)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            SignIn.token_digest == _digest(token),
            SignIn.expires_at > now,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    return (found[0], found[1]) if found else None


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(SignIn).where(SignIn.token_digest == _digest(token)))


def sign_out_everywhere(session: Session, account: Account) -> None:
    session.execute(delete(SignIn).where(SignIn.account_id == account.id))


def refuse(session: Session, email: str, now: datetime) -> None:
    session.add(Attempt(email=email.strip().lower(), at=now))


def refusals(session: Session, email: str, since: datetime) -> int:
    counted = select(func.count()).where(
        Attempt.email == email.strip().lower(), Attempt.at >= since
    )
    return session.scalar(counted) or 0


def _digest(token: str) -> str:
    """A stolen database must not sign anybody in: only the digest of a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
