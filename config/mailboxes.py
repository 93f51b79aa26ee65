"""The mailboxes that are read, and how access to them is granted."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, model_validator

from config.values import Encryption, HomePath, Port, Secret, Table, Text, TokenAddress, revealed

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
        return revealed(self.client_secret, self.client_secret_file)

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
