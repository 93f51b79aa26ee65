"""What the office decides, typed: read once at start, never changed afterwards.

Every key is explained in ``example.toml``; a test checks that none is missing there.
"""

import os
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
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


def _token_address(value: str) -> str:
    """Secrets go there: in clear only within this machine (RFC 6749, 3.2)."""
    address = urlsplit(value)
    here = address.scheme == "http" and address.hostname in LOOPBACK
    if value and not (address.hostname and (here or address.scheme == "https")):
        raise ValueError("doit commencer par https:// (http:// : sur cette machine seulement)")
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
TokenAddress = Annotated[str, AfterValidator(_token_address)]


class Table(BaseModel):
    """A table of the settings file: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _revealed(secret: SecretStr | None, file: Path | None) -> str:
    """What is written, or lies in the file or in the systemd credential of its name."""
    if secret is not None:
        return secret.get_secret_value()
    if file is None:
        return ""
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) / file.name
    source = credential if credential.is_file() else file
    return source.read_text(encoding="utf-8").rstrip("\r\n")


class Secret(Table):
    """A password, written in the file, in another file, or in a systemd credential."""

    password: SecretStr | None = None
    password_file: HomePath | None = None

    def secret(self) -> str:
        """The password, or an empty string. Raises ``OSError`` if its file cannot be read."""
        return _revealed(self.password, self.password_file)


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


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
_ANYBODY = frozenset({"organizations", "common", "consumers"})  # no directory of one's own
_PROVIDERS: dict[object, dict[str, str]] = {
    "microsoft": {
        "token_url": f"{_MICROSOFT}/token",
        "device_url": f"{_MICROSOFT}/devicecode",
        "authorize_url": f"{_MICROSOFT}/authorize",
        "scope": "https://outlook.office365.com/IMAP.AccessAsUser.All offline_access",
    },
    "google": {
        "flow": "browser",
        "token_url": "https://oauth2.googleapis.com/token",
        "device_url": "https://oauth2.googleapis.com/device/code",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "scope": "https://mail.google.com/",
    },
}


class OAuth2Settings(Table):
    """How access is granted where passwords are no longer taken (RFC 6749).

    What is not given is what the provider documents. ``flow`` says who agrees, and how: a person
    who enters a code (RFC 8628), a person who is sent back to this machine (RFC 8252), or nobody,
    the administrator having agreed beforehand (RFC 6749, 4.4).
    """

    provider: Literal["microsoft", "google", "other"] = "microsoft"
    tenant: Annotated[str, Field(pattern=r"^[\w.-]+$")] = "organizations"
    client_id: Text
    client_secret: SecretStr | None = None
    client_secret_file: HomePath | None = None
    flow: Literal["device", "browser", "client_credentials"] = "device"
    sends: bool = False
    scope: str = ""
    token_url: TokenAddress = ""
    device_url: TokenAddress = ""
    authorize_url: TokenAddress = ""
    tokens: HomePath = Field(default=Path("tokens"), validate_default=True)

    def secret(self) -> str:
        """The application's, or an empty string. Raises ``OSError`` if its file cannot be read."""
        return _revealed(self.client_secret, self.client_secret_file)

    @model_validator(mode="before")
    @classmethod
    def _as_the_provider_documents(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        known = dict(_PROVIDERS.get(str(given.get("provider", "microsoft")), {}))
        if known and given.get("flow") == "client_credentials":
            known["scope"] = "https://outlook.office365.com/.default"
        elif given.get("sends") and given.get("provider", "microsoft") == "microsoft":
            known["scope"] = f"https://outlook.office365.com/SMTP.Send {known['scope']}"
        tenant = given.get("tenant") or "organizations"
        filled = {key: value.format(tenant=tenant) for key, value in known.items()}
        return filled | {key: value for key, value in given.items() if value != ""}

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        # Google refuses the scope of mail to codes (« Invalid device flow scope »), and lets no
        # application read mail in its own name without a key of another kind.
        if self.provider == "google" and self.flow != "browser":
            raise ValueError('Google ne donne accès au courrier qu’avec flow = "browser"')
        asked = {"device": "device_url", "browser": "authorize_url"}.get(self.flow)
        for key in ("token_url", asked):
            if key and not getattr(self, key):
                raise ValueError(f"{key} manque : donnez l’adresse que documente le fournisseur")
        if self.flow == "client_credentials":
            if not (self.client_secret or self.client_secret_file):
                raise ValueError('flow = "client_credentials" demande client_secret_file')
            if self.provider == "microsoft" and self.tenant in _ANYBODY:
                raise ValueError('flow = "client_credentials" demande votre tenant')
        return self


class MailboxSettings(Secret):
    name: Text
    host: Text
    user: Text
    port: Port = 993
    tls: Encryption = "tls"
    ca_file: HomePath | None = None
    auth: Literal["password", "oauth2"] = "password"
    oauth2: OAuth2Settings | None = None
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

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        if self.auth == "oauth2" and self.oauth2 is None:
            raise ValueError('auth = "oauth2" demande une table [mailbox.oauth2]')
        if self.auth == "password" and self.oauth2 is not None:
            raise ValueError('la table [mailbox.oauth2] ne sert qu’avec auth = "oauth2"')
        return self


class SmtpSettings(Secret):
    host: Text
    token_of: str = ""
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


class Notices(Table):
    """Who is told by mail that something stands still; nobody unless the office says so."""

    to: tuple[Email, ...] = ()
    after_minutes: Annotated[int, Field(ge=1, le=1440)] = 15


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
    notices: Notices = Notices()
    web: WebSettings = WebSettings()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [mailbox.name for mailbox in self.mailbox]
        if len(set(names)) < len(names):
            raise ValueError("deux boîtes portent le même nom : donnez-leur des noms différents")
        return self

    @model_validator(mode="after")
    def _agreement_serves_sending(self) -> Self:
        name = self.smtp.token_of
        box = next((box for box in self.mailbox if box.name == name), None)
        if name and (box is None or box.oauth2 is None):
            raise ValueError(
                f'smtp.token_of : aucune boîte « {name} » avec auth = "oauth2" dans les réglages'
            )
        return self

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours, lower case: we never acknowledge ourselves."""
        users = (box.user.lower() for box in self.mailbox if "@" in box.user)
        staff = (colleague.email for colleague in self.staff)
        return frozenset({self.office.email, *self.office.aliases, *users, *staff})
