"""The people of the office, who of them may sign in, and where they are signed in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from register.model.table import Table


class Member(Table):
    """Somebody of the office as settled at the desk, which prevails over the settings file."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    email: Mapped[str] = mapped_column(unique=True)
    settled: Mapped[dict[str, Any]]  # a ``config.staff.Colleague`` without absences
    left_on: Mapped[date | None]  # None: still there


class Away(Table):
    """An absence declared at the desk, beside those of the settings file."""

    __tablename__ = "away"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    first: Mapped[date]
    last: Mapped[date]  # still away on it
    substitute: Mapped[str | None]  # address of a colleague
    declared_by: Mapped[str]
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Account(Table):
    """A person who may sign in at the desk."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None]  # base 32 (RFC 6238); None: no second factor
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)  # last used: never twice
    subject: Mapped[str | None] = mapped_column(
        index=True, unique=True
    )  # of OpenID Connect: issuer and name
    calendar: Mapped[str | None] = mapped_column(
        index=True, unique=True
    )  # secret part of the address of the feed of deadlines; None: no feed


class SignIn(Table):
    """A browser where somebody is signed in; the token itself is never stored."""

    __tablename__ = "sign_in"
    token_digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # last sign of the person, not of a page that asks by itself
    browser: Mapped[str] = mapped_column(default="")  # as it names itself


class Invitation(Table):
    """A link that lets somebody choose a password once; the token itself is never stored."""

    __tablename__ = "invitation"
    token_digest: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Table):
    """A refused sign-in, counted to slow down whoever guesses passwords."""

    __tablename__ = "sign_in_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    client: Mapped[str] = mapped_column(index=True, default="")  # address of the machine
    at: Mapped[datetime]
