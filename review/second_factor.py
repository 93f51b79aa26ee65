"""The second factor: codes of six figures that a telephone makes, each good once (RFC 6238)."""

import hmac
import re
from datetime import datetime

import pyotp
import segno

from register import journal
from register.database import Session
from register.journal import Act
from register.model import Account

SECONDS = 30
_AROUND = (-1, 0, 1)  # a telephone's clock may be half a minute early or late


def new_secret() -> str:
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether a text has the form of ours: what comes back from a page may be anything."""
    return bool(re.fullmatch("[A-Z2-7]{32}", text))


def picture(secret: str, email: str, office: str) -> str:
    """What the telephone photographs, as SVG to stand in a page."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=office)
    return segno.make(address, error="m").svg_inline(
        scale=5, border=3, title="Code à photographier"
    )


def step_of(secret: str, code: str, now: datetime, last: int = 0) -> int | None:
    """The step of time whose code this is, if it is one of about now and after the last used."""
    typed = "".join(code.split())
    here = int(now.timestamp()) // SECONDS
    codes = pyotp.HOTP(secret)
    for step in (here + away for away in _AROUND):
        if step > last and hmac.compare_digest(codes.at(step), typed):
            return step
    return None


def use(account: Account, code: str, now: datetime) -> bool:
    """Whether an account that asks for a code got it; a code is used up by this."""
    if not account.totp_secret:
        return True
    step = step_of(account.totp_secret, code, now, account.totp_step)
    if step is None:
        return False
    account.totp_step = step
    return True


def turn_on(session: Session, account: Account, secret: str, step: int, now: datetime) -> None:
    account.totp_secret, account.totp_step = secret, step
    journal.record(session, Act(account.email, "second factor on", account.email, {}), now)


def turn_off(session: Session, account: Account, by: str, now: datetime) -> None:
    account.totp_secret = None
    journal.record(session, Act(by, "second factor off", account.email, {}), now)
