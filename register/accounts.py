"""Who may sign in at the desk, and where they are signed in."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update

from register.database import Session
from register.model import Account, Attempt, Invitation, SignIn


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


def of_calendar(session: Session, token: str) -> Account | None:
    """Whose feed of deadlines lies behind a secret, unless the account was disabled."""
    query = select(Account).where(Account.calendar == token, Account.disabled_at.is_(None))
    return session.scalar(query) if token.isprintable() and token else None


def sign_in(session: Session, account: Account, signed: SignIn) -> None:
    session.add(signed)
    session.execute(delete(SignIn).where(SignIn.expires_at <= signed.opened_at))
    session.execute(delete(Attempt).where(Attempt.email == account.email))


def signed_in(
    session: Session, token: str, now: datetime, idle: timedelta
) -> tuple[Account, SignIn] | None:
    """The account behind a browser's token, unless it has expired, was left alone for longer than
    ``idle``, or was disabled.
    """
    found = session.execute(
        select(Account, SignIn)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(SignIn.token_digest == digest(token), *_good(now, idle))
    ).one_or_none()
    return (found[0], found[1]) if found else None


def still_signed_in(
    session: Session, digests: Collection[str], now: datetime, idle: timedelta
) -> set[str]:
    """Those among the digests of browsers' tokens that still are good."""
    known = select(SignIn.token_digest).join(Account, SignIn.account_id == Account.id)
    known = known.where(SignIn.token_digest.in_(digests), *_good(now, idle))
    return set(session.scalars(known))


def _good(now: datetime, idle: timedelta) -> tuple[ColumnElement[bool], ...]:
    return (
        SignIn.expires_at > now,
        SignIn.seen_at > now - idle,
        Account.disabled_at.is_(None),
    )


def seen(session: Session, token_digest: str, now: datetime) -> None:
    """Note a sign of the person at a browser."""
    session.execute(update(SignIn).where(SignIn.token_digest == token_digest).values(seen_at=now))


def browsers(session: Session, account_id: int, now: datetime) -> list[SignIn]:
    """Where somebody is signed in, the latest first."""
    query = select(SignIn).where(SignIn.account_id == account_id, SignIn.expires_at > now)
    return list(session.scalars(query.order_by(SignIn.seen_at.desc())))


def close_browser(session: Session, account_id: int, token_digest: str) -> None:
    """Sign somebody out of one of the browsers that are theirs."""
    session.execute(
        delete(SignIn).where(SignIn.account_id == account_id, SignIn.token_digest == token_digest)
    )


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(SignIn).where(SignIn.token_digest == digest(token)))


def sign_out_everywhere(session: Session, account: Account, but: str = "") -> None:
    """``but``: the digest of the token of a browser that stays."""
    session.execute(
        delete(SignIn).where(SignIn.account_id == account.id, SignIn.token_digest != but)
    )


def refuse(session: Session, email: str, client: str, now: datetime) -> None:
    session.add(Attempt(email=email.strip().lower(), client=client, at=now))


def refusals(session: Session, email: str, since: datetime) -> int:
    """How often an account was refused since a moment."""
    counted = select(func.count()).where(
        Attempt.email == email.strip().lower(), Attempt.at >= since
    )
    return session.scalar(counted) or 0


def refusals_from(session: Session, client: str, since: datetime) -> int:
    """How often a machine was refused since a moment, whatever the account."""
    counted = select(func.count()).where(Attempt.client == client, Attempt.at >= since)
    return session.scalar(counted) or 0


def invite(session: Session, token: str, email: str, name: str, until: datetime) -> None:
    """Let whoever has a token choose a password; what was sent before serves no more."""
    email = email.strip().lower()
    session.execute(delete(Invitation).where(Invitation.email == email))
    session.add(Invitation(token_digest=digest(token), email=email, name=name, expires_at=until))


def invited(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation behind a token, unless it was used or has expired."""
    return session.scalar(
        select(Invitation).where(
            Invitation.token_digest == digest(token),
            Invitation.expires_at > now,
            Invitation.used_at.is_(None),
        )
    )


def awaited(session: Session, email: str, now: datetime) -> Invitation | None:
    """The invitation of an address, unless it was used or has expired."""
    return session.scalar(
        select(Invitation).where(
            Invitation.email == email.strip().lower(),
            Invitation.expires_at > now,
            Invitation.used_at.is_(None),
        )
    )


def digest(token: str) -> str:
    """A stolen database must not sign anybody in: only the digest of a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
