"""What the office decides, typed: read once at start, never changed afterwards.

Every key is explained in ``example.toml``; a test checks that none is missing there.
"""

import os
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    model_validator,
)

Port = Annotated[int, Field(ge=1, le=65535)]
Text = Annotated[str, Field(min_length=1)]
Encryption = Literal["tls", "starttls", "none"]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _from_home(path: Path, info: ValidationInfo) -> Path:
    """A relative path counts from the folder of the settings file."""
    return _home(info) / path


def _home(info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("home", ""))


def _email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not (local and at and "." in domain) or any(c.isspace() or c in "<>,;" for c in value):
        raise ValueError("n’est pas une adresse électronique (attendu : nom@domaine.fr)")
    return value.lower()


def _web_address(value: str) -> str:
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
        raise ValueError("n’est pas une adresse de site (attendu : https://…)")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("n’est pas un fuseau horaire connu (attendu : Europe/Paris)") from error
    return value


HomePath = Annotated[Path, AfterValidator(_from_home)]
Email = Annotated[str, AfterValidator(_email)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Table(BaseModel):
    """A table of the settings file: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Secret(Table):
    """A password, written in the file, in another file, or in a systemd credential."""

    password: SecretStr | None = None
    password_file: HomePath | None = None

    def secret(self) -> str:
        """The password, or an empty string. Raises ``OSError`` if its file cannot be read."""
        if self.password is not None:
            return self.password.get_secret_value()
        if self.password_file is None:
            return ""
        credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) / self.password_file.name
        source = credential if credential.is_file() else self.password_file
        return source.read_text(encoding="utf-8").rstrip("\r\n")


class Mediator(Table):
    """The mediator of consumption (L.616-1 C. conso.): all three are mandatory."""

    name: Text
    postal: Text
    url: WebAddress


class Office(Table):
    name: Text
    address: Text
    phone: Text
    email: Email
    mediator: Mediator
    aliases: tuple[Email, ...] = ()
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Paris"
    region: Literal["METROPOLE", "ALSACE_MOSELLE"] = "METROPOLE"
    orias: str = ""
    complaint_contact: Text = "Le service des réclamations"
    privacy_url: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class MailboxSettings(Secret):
    name: Text
    host: Text
    user: Text
    port: Port = 993
    tls: Encryption = "tls"
    ca_file: HomePath | None = None
    folders: Annotated[tuple[Text, ...], Field(min_length=1)] = ("INBOX",)
    junk_folder: str = "auto"
    sent_folder: str = "auto"
    starts_on: date | None = None
    idle: bool = True
    poll_seconds: Annotated[int, Field(ge=1)] = 60
    timeout_seconds: Annotated[int, Field(ge=1)] = 30
    max_bytes: Annotated[int, Field(ge=10_000)] = 30_000_000
    after: Literal["nothing", "keyword", "move"] = "nothing"
    after_folder: Text = "Doléances"


class SmtpSettings(Secret):
    host: Text
    port: Port = 587
    tls: Encryption = "starttls"
    ca_file: HomePath | None = None
    user: str = ""
    timeout_seconds: Annotated[int, Field(ge=1)] = 30


class DatabaseSettings(Table):
    url: Text = "sqlite:///doleances.db"

    @model_validator(mode="after")
    def _resolve(self, info: ValidationInfo) -> Self:
        """``sqlite:///name`` lies beside the settings file; four slashes are an absolute path."""
        scheme, found, path = self.url.partition(":///")
        if scheme == "sqlite" and found and not path.startswith("/"):
            object.__setattr__(self, "url", f"sqlite:///{(_home(info) / path).absolute()}")
        return self


class Procedure(Table):
    """Time limits of the office's procedure (P-09, P-14) and the time to undo."""

    ack_days: Annotated[int, Field(ge=1, le=60)] = 10
    ack_unit: Literal["calendar", "ouvrables"] = "calendar"
    answer_months: Annotated[int, Field(ge=1, le=12)] = 2
    undo_minutes: Annotated[int, Field(ge=0, le=1440)] = 15
    acks_per_hour: Annotated[int, Field(ge=1)] = 60
    acks_per_domain: Annotated[int, Field(ge=1)] = 20


class TriageSettings(Table):
    models: HomePath = Field(default=Path("models"), validate_default=True)
    target_recall: Annotated[float, Field(gt=0.5, lt=1)] = 0.995
    auto_file: bool = True
    audit_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    retrain_after: Annotated[int, Field(ge=1)] = 50
    retrain_hour: Annotated[int, Field(ge=0, le=23)] = 3


class Retry(Table):
    """When a letter that was refused for now is tried again, and when a person must look."""

    first_minutes: Annotated[int, Field(ge=1)] = 5
    attempts: Annotated[int, Field(ge=1)] = 12


class Colleague(Table):
    name: Text
    email: Email


class WebSettings(Table):
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8025
    public_url: str = ""
    session_hours: Annotated[int, Field(ge=1, le=720)] = 12


class Settings(Table):
    """The whole file."""

    office: Office
    smtp: SmtpSettings
    mailbox: tuple[MailboxSettings, ...] = ()
    staff: tuple[Colleague, ...] = ()
    database: DatabaseSettings = Field(default=DatabaseSettings(), validate_default=True)
    procedure: Procedure = Procedure()
    triage: TriageSettings = Field(default_factory=TriageSettings)
    retry: Retry = Retry()
    web: WebSettings = WebSettings()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [mailbox.name for mailbox in self.mailbox]
        if len(set(names)) < len(names):
            raise ValueError("deux boîtes portent le même nom : donnez-leur des noms différents")
        return self

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours, lower case: we never acknowledge ourselves."""
        users = (box.user.lower() for box in self.mailbox if "@" in box.user)
        staff = (colleague.email for colleague in self.staff)
        return frozenset({self.office.email, *self.office.aliases, *users, *staff})
