"""What the office decides, typed: read once at start, never changed afterwards.

Every key is explained in ``example.toml``; a test checks that none is missing there.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, SecretStr, ValidationInfo, model_validator

from config.mailboxes import MailboxSettings
from config.rights import Act, Role
from config.staff import EVERYTHING, Colleague
from config.taxonomies import Words
from config.values import (
    LOOPBACK,
    Email,
    Encryption,
    HomePath,
    Port,
    Secret,
    Table,
    Text,
    TokenAddress,
    WebAddress,
    Zone,
    home,
    revealed,
)


class Mediator(Table):
    """The mediator of consumption (L.616-1 C. conso.): all three are mandatory."""

    name: Text
    postal: Text
    url: WebAddress


class SpecialMediator(Mediator):
    """Another mediator for some products (credit, X-38) or some kinds of clients (X-30)."""

    products: tuple[Text, ...] = ()
    clients: tuple[Text, ...] = ()

    def serves(self, product: str, client_kind: str) -> bool:
        of_product = not self.products or product in self.products
        of_client = not self.clients or client_kind in self.clients
        return of_product and of_client and bool(self.products or self.clients)


class Office(Table):
    name: Text
    address: Text
    phone: Text
    email: Email
    mediator: Mediator
    mediators: tuple[SpecialMediator, ...] = ()
    aliases: tuple[Email, ...] = ()
    timezone: Zone = "Europe/Paris"
    region: Literal["METROPOLE", "ALSACE_MOSELLE"] = "METROPOLE"
    orias: str = ""
    complaint_contact: Text = "Le service des réclamations"
    privacy_url: str = ""

    def mediator_for(self, product: str, client_kind: str) -> Mediator:
        """Who is competent for this product and kind of client: the first that says so."""
        special = (one for one in self.mediators if one.serves(product, client_kind))
        return next(special, self.mediator)

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class SmtpSettings(Secret):
    host: Text
    token_of: str = ""
    port: Port = 587
    tls: Encryption = "starttls"
    ca_file: HomePath | None = None
    user: str = ""
    timeout_seconds: Annotated[int, Field(ge=1)] = 30
    per_minute: Annotated[int, Field(ge=0, le=10_000)] = 30


class DatabaseSettings(Table):
    url: Text = "sqlite:///doleances.db"

    @model_validator(mode="after")
    def _resolve(self, info: ValidationInfo) -> Self:
        """``sqlite:///name`` lies beside the settings file; four slashes are an absolute path."""
        scheme, found, path = self.url.partition(":///")
        if scheme == "sqlite" and found and not path.startswith("/"):
            object.__setattr__(self, "url", f"sqlite:///{(home(info) / path).absolute()}")
        return self


class Procedure(Table):
    """Time limits of the office's procedure (P-09, P-14) and the time to undo."""

    ack_days: Annotated[int, Field(ge=1, le=60)] = 10
    ack_unit: Literal["calendar", "ouvrables"] = "calendar"
    answer_months: Annotated[int, Field(ge=1, le=12)] = 2
    undo_minutes: Annotated[int, Field(ge=0, le=1440)] = 15
    acks_per_hour: Annotated[int, Field(ge=1)] = 60
    acks_per_domain: Annotated[int, Field(ge=1)] = 20
    acknowledge_unreviewed: Literal["last_day", "never"] = "last_day"
    gesture_ceiling_adviser: Annotated[int, Field(ge=0)] = 0
    gesture_ceiling_officer: Annotated[int, Field(ge=0)] = 0
    informed_after_days: Annotated[int, Field(ge=1, le=60)] = 30
    taken_within_days: Annotated[int, Field(ge=1, le=10)] = 1


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
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 8


Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,29}$")]


class Taxonomies(Table):
    """The office's own words beside the shipped ones (regulation §5.1 and §5.2)."""

    products: dict[Code, str] = {}  # noqa: RUF012 (pydantic copies defaults)
    services: dict[Code, str] = {}  # noqa: RUF012
    motives: dict[Code, str] = {}  # noqa: RUF012


class Retention(Table):
    """How long data are kept (regulation §8.2); the purge itself waits for a person."""

    complaint_years: Annotated[int, Field(ge=1, le=30)] = 5
    prospect_years: Annotated[int, Field(ge=1, le=30)] = 3
    mail_months: Annotated[int, Field(ge=1, le=120)] = 6
    access_months: Annotated[int, Field(ge=1, le=36)] = 12


class LettersSettings(Table):
    """Where the office keeps its own templates of letters, if it has any."""

    # A default is read again with the settings file at hand: it lies beside it, not where we run.
    model_config = ConfigDict(revalidate_instances="always")

    folder: HomePath = Field(default=Path("modeles"), validate_default=True)


class OpenIdSettings(Table):
    """Sign-in by the office's Microsoft 365 or Google accounts (OpenID Connect Core 1.0)."""

    issuer: Annotated[TokenAddress, Field(min_length=1)]
    client_id: Text
    client_secret: SecretStr | None = None
    client_secret_file: HomePath | None = None
    name: Text = "votre compte professionnel"

    def secret(self) -> str:
        """The application's. Raises ``OSError`` if its file cannot be read."""
        return revealed(self.client_secret, self.client_secret_file)

    @property
    def tenant(self) -> str | None:
        """The directory of Microsoft whose people come in; None with another provider."""
        address = urlsplit(self.issuer)
        return address.path.strip("/").split("/")[0] if address.hostname == _MICROSOFT else None

    @model_validator(mode="after")
    def _one_office(self) -> Self:
        """Anybody can be anybody in a directory of their own: only the office's says who is who."""
        if self.tenant is not None and not _TENANT.fullmatch(self.tenant):
            raise ValueError(
                "issuer : donnez celui de votre annuaire, "
                "https://login.microsoftonline.com/ID-DE-L-ANNUAIRE/v2.0 (ni common, ni organizations)"
            )
        if not (self.client_secret or self.client_secret_file):
            raise ValueError("client_secret_file manque : le secret de l’application")
        return self


_MICROSOFT = "login.microsoftonline.com"
_TENANT = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class WebSettings(Table):
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8025
    public_url: str = ""
    session_hours: Annotated[int, Field(ge=1, le=720)] = 12
    idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    metrics_token: SecretStr | None = None
    openid: OpenIdSettings | None = None

    @model_validator(mode="after")
    def _comes_back(self) -> Self:
        address = urlsplit(self.public_url)
        here = address.scheme == "http" and address.hostname in LOOPBACK
        if self.openid and not (address.hostname and (here or address.scheme == "https")):
            raise ValueError(
                "openid demande public_url, en https:// : l’adresse où le fournisseur renvoie"
            )
        return self


class LogSettings(Table):
    """Where the service tells what it does, when not to whoever started it (journald)."""

    file: HomePath | None = None
    megabytes: Annotated[int, Field(ge=1, le=1000)] = 10
    days: Annotated[int, Field(ge=1, le=3650)] = 90


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
    retention: Retention = Retention()
    taxonomies: Taxonomies = Taxonomies()
    letters: LettersSettings = Field(default=LettersSettings(), validate_default=True)
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()

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

    @cached_property
    def words(self) -> Words:
        """Products, services and motives as this office calls them."""
        own = self.taxonomies
        return Words().changed(own.products, own.services, own.motives)

    @model_validator(mode="after")
    def _qualifications_are_for_known_products(self) -> Self:
        for one in self.staff:
            for code in (code for held in one.qualifications for code in held.products):
                if code != EVERYTHING and code not in self.words.products:
                    raise ValueError(
                        f"{one.name} : « {code} » n’est pas un code de produit (ou « * » pour tous)"
                    )
        return self

    def colleague(self, email: str) -> Colleague:
        """Somebody of the office by address. While nobody is said to be in charge of anything,
        everybody is: a broker who works alone has no table of rights to fill in.
        """
        known = {one.email: one for one in self.staff}
        if not any(one.role in (Role.OFFICER, Role.MANAGER) for one in self.staff):
            name = known[email].name if email in known else email
            return Colleague.model_construct(name=name, email=email, role=Role.MANAGER)
        return known.get(email) or Colleague.model_construct(name=email, email=email)

    def may(self, email: str, act: Act) -> bool:
        return self.colleague(email).may(act)
