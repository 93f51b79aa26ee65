"""Tokens of an account in a file: renewed in time, once, and kept before they are used.

Microsoft gives a new refresh token with every access token and lets the old one die after 90 days:
a program that does not keep the new one falls silent one morning.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingest.oauth import account as told
from ingest.oauth.account import Account, OAuthTrouble
from ingest.oauth.endpoint import Refused, Unreachable, post

Clock = Callable[[], datetime]

_MARGIN = timedelta(minutes=5)  # before its expiry an access token is renewed
_YOUNG = timedelta(minutes=10)  # a token of this age that a server refuses: another will not help
_AGAIN = timedelta(hours=1)  # a provider that said no is not asked before
_DEAD = timedelta(days=90)  # Microsoft's refresh tokens live no longer unused
_UNTOLD = 3600  # seconds an access token is taken to last where nothing is said
_LONGEST = 30 * 86_400
_PATIENCE = 60.0  # seconds to wait for somebody else's renewal


@dataclass(frozen=True)
class Saved:
    """What lies in the file. ``refused`` is the provider's no to ``refresh_token``."""

    terms: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    received_at: datetime
    expires_at: datetime
    refused: str = ""
    refused_words: str = ""
    refused_at: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        return not self.refused and now < self.expires_at - _MARGIN


@dataclass(frozen=True)
class Tokens:
    """The tokens of one account, for any number of threads and processes."""

    account: Account
    clock: Clock

    def access_token(self) -> str:
        """One that is good for some minutes at least. Raises ``OAuthTrouble``."""
        saved = self.saved()
        if saved and saved.is_fresh(self.clock()):
            return saved.access_token
        with self._alone():
            saved = self.saved()  # somebody may have renewed it while we waited
            if saved and saved.is_fresh(self.clock()):
                return saved.access_token
            try:
                return self._renewed(saved).access_token
            except OAuthTrouble as trouble:
                if trouble.passing and saved and self.clock() < saved.expires_at:
                    return saved.access_token  # it has some minutes left
                raise

    def instead_of(self, rejected: str) -> str | None:
        """Another access token than the one a server would not take; None when it is so young
        that another would fare no better. Raises ``OAuthTrouble``.
        """
        with self._alone():
            saved = self.saved()
            if saved and not saved.refused:
                if saved.access_token != rejected:
                    return saved.access_token
                if self.clock() < saved.received_at + _YOUNG:
                    return None
            return self._renewed(saved).access_token

    def receive(self, answer: Mapping[str, Any]) -> None:
        """Keep what the provider gives after a person agreed. Raises ``OAuthTrouble``."""
        with self._alone():
            try:
                fresh = self._read(answer, former="")
            except Unreachable as error:
                raise told.unreachable(self.account, error) from error
            if not fresh.refresh_token:
                raise OAuthTrouble(
                    f"{self.account.provider} n’a pas donné de jeton de renouvellement pour "
                    f"{self.account.what} : l’accès cesserait dans l’heure. Ajoutez offline_access "
                    f"à scope s’il y manque, puis relancez « {self.account.mend} »."
                )
            self._save(fresh)

    def saved(self) -> Saved | None:
        """What is kept, without asking anybody. Raises ``OAuthTrouble`` for a file that is none."""
        try:
            saved = _from_json(self.account.file.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise told.unusable_file(self.account, error.strerror) from error
        except (ValueError, TypeError, RecursionError) as error:
            if self.account.settings.flow == "client_credentials":
                return None  # nothing in it that could not be had again
            reason = "ce n’est pas un fichier de jetons"
            raise told.unusable_file(self.account, reason) from error
        return saved if saved.terms == self.account.terms else None

    def standing(self) -> Saved | None:
        """How access stands as far as it is known here: nobody is asked. None: nothing yet, and
        nothing needed. Raises ``OAuthTrouble`` where a person must act.
        """
        saved = self.saved()
        if self.account.settings.flow == "client_credentials":
            return saved
        if saved is None:
            raise told.not_agreed(self.account)
        if saved.refused:
            raise told.refused(self.account, Refused(saved.refused, saved.refused_words))
        if self.clock() > saved.received_at + _DEAD:
            raise told.forgotten(self.account, saved.received_at)
        return saved

    def _renewed(self, saved: Saved | None) -> Saved:
        now = self.clock()
        if saved and saved.refused_at and now < saved.refused_at + _AGAIN:
            raise told.refused(self.account, Refused(saved.refused, saved.refused_words))
        try:
            answer = post(self.account.settings.token_url, self._form(saved))
            fresh = self._read(answer, former=saved.refresh_token if saved else "")
        except Refused as refusal:
            self._remember(saved, refusal)
            raise told.refused(self.account, refusal) from refusal
        except Unreachable as error:
            raise told.unreachable(self.account, error) from error
        self._save(fresh)
        return fresh

    def _form(self, saved: Saved | None) -> dict[str, str]:
        settings = self.account.settings
        if settings.flow == "client_credentials":  # RFC 6749, 4.4.2
            grant = {"grant_type": "client_credentials", "scope": settings.scope}
        elif saved is None:
            raise told.not_agreed(self.account)
        else:  # RFC 6749, 6
            grant = {"grant_type": "refresh_token", "refresh_token": saved.refresh_token}
        return application(self.account) | grant

    def _read(self, answer: Mapping[str, Any], former: str) -> Saved:
        """RFC 6749, 5.1. A refresh token that is not named anew stays the one it was."""
        access = answer.get("access_token")
        if not isinstance(access, str) or not access.isascii() or not access.isprintable():
            raise Unreachable("réponse sans jeton")
        refresh = answer.get("refresh_token")
        now = self.clock()
        return Saved(
            terms=self.account.terms,
            access_token=access,
            refresh_token=refresh if isinstance(refresh, str) and refresh else former,
            received_at=now,
            expires_at=now + timedelta(seconds=_lifetime(answer.get("expires_in"))),
        )

    def _remember(self, saved: Saved | None, refusal: Refused) -> None:
        """Only a refused agreement stays refused: settings may be mended at any moment."""
        if saved and refusal.code == "invalid_grant":
            self._save(
                replace(
                    saved,
                    refused=refusal.code,
                    refused_words=refusal.words,
                    refused_at=self.clock(),
                )
            )

    def _save(self, saved: Saved) -> None:
        """Whole or not at all, for its owner's eyes only."""
        try:
            _replace(self.account.file, json.dumps(asdict(saved), default=datetime.isoformat))
        except OSError as error:
            raise told.unusable_file(self.account, error.strerror) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One renewal at a time, whoever asks; who waits finds it done."""
        file = self.account.file
        lock = FileLock(file.with_name(f"{file.name}.lock"), _PATIENCE, mode=0o600)
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
        except TimeoutError as error:
            raise told.unreachable(self.account, "un renouvellement est déjà en cours") from error
        except OSError as error:
            raise told.unusable_file(self.account, error.strerror) from error
        try:
            yield
        finally:
            lock.release()


def application(account: Account) -> dict[str, str]:
    """How the application names itself (RFC 6749, 2.3.1). Raises ``OAuthTrouble``."""
    try:
        secret = account.settings.secret()
    except (OSError, UnicodeDecodeError) as error:
        raise OAuthTrouble(
            f"Le secret de l’application pour {account.what} ne peut pas être lu ({error}) : "
            f"{account.loss}. Corrigez client_secret_file."
        ) from error
    named = {"client_id": account.settings.client_id}
    return named | {"client_secret": secret} if secret else named


def _lifetime(seconds: object) -> int:
    """Some providers write the number as text, and some say nothing (RFC 6749, 5.1)."""
    if not isinstance(seconds, int | str) or not str(seconds).isdecimal() or len(str(seconds)) > 9:
        return _UNTOLD
    return min(int(seconds), _LONGEST)


def _from_json(data: bytes) -> Saved:
    """Raises ``ValueError`` or ``TypeError`` for what is not ours."""
    fields = json.loads(data)
    if not isinstance(fields, dict):
        raise ValueError("not tokens")
    moments = {
        name: datetime.fromisoformat(value)
        for name, value in fields.items()
        if name.endswith("_at") and value is not None
    }
    saved = Saved(**{**fields, **moments})
    texts = (saved.terms, saved.access_token, saved.refresh_token, saved.refused)
    if not all(isinstance(text, str) for text in texts) or any(
        m.tzinfo is None for m in moments.values()
    ):
        raise ValueError("not tokens")
    return saved


def _replace(path: Path, text: str) -> None:
    """The old file or the new one is there whatever happens, power cuts included."""
    new = path.with_suffix(".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """The rename itself outlives a power cut, where folders can be opened at all."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
