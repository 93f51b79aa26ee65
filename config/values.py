"""The kinds of values that settings are made of, each refused with a French sentence."""

import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo

Port = Annotated[int, Field(ge=1, le=65535)]
Text = Annotated[str, Field(min_length=1)]
Encryption = Literal["tls", "starttls", "none"]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _from_home(path: Path, info: ValidationInfo) -> Path:
    """A relative path counts from the folder of the settings file."""
    return home(info) / path


def home(info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("home", ""))


def email_address(value: str) -> str:
    """An address in lower case. Raises ``ValueError``, in French."""
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
Email = Annotated[str, AfterValidator(email_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
TokenAddress = Annotated[str, AfterValidator(_token_address)]


Zone = Annotated[str, AfterValidator(_zone)]


class Table(BaseModel):
    """A table of the settings file: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def revealed(secret: SecretStr | None, file: Path | None) -> str:
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
        return revealed(self.password, self.password_file)
