"""From a TOML file and the environment to Settings, or every fault at once, in French."""

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.settings import Settings
from config.trouble import Trouble

PREFIX = "DOLEANCES_"
DEFAULT_FILE = Path("doleances.toml")
NOT_SETTINGS = frozenset({"DOLEANCES_CONFIG", "DOLEANCES_PASSWORD"})  # ours, but no keys


class SettingsTrouble(Trouble):
    """The settings cannot be used; ``faults`` names each key and its mend, in French."""

    def __init__(self, source: str, faults: list[str]) -> None:
        super().__init__(f"Réglages « {source} » : " + " · ".join(faults))
        self.faults = faults


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings file, let the environment override it. Raises ``SettingsTrouble``."""
    raw = _with_environment(_read(path), environ)
    try:
        return Settings.model_validate(raw, context={"home": path.parent.absolute()})
    except ValidationError as error:
        raise SettingsTrouble(str(path), [_french(fault) for fault in error.errors()]) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mend = "le fichier n’existe pas ; « doleances init » l’écrit, --config en désigne un autre"
        raise SettingsTrouble(str(path), [mend]) from None
    except OSError as error:
        raise SettingsTrouble(str(path), [f"lecture impossible ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise SettingsTrouble(str(path), ["le fichier n’est pas en UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsTrouble(str(path), [f"ce n’est pas du TOML valable : {error}"]) from None


def _with_environment(raw: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """``DOLEANCES_SMTP__PORT=25`` sets ``smtp.port``; ``DOLEANCES_MAILBOX__0__USER`` the first box."""
    for name, value in sorted(environ.items()):
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            _place(raw, name.removeprefix(PREFIX).lower().split("__"), value)
    return raw


def _place(table: Any, keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        if isinstance(table, list):
            table = table[int(key)] if key.isdigit() and int(key) < len(table) else {}
        else:
            table = table.setdefault(key, {})
    if isinstance(table, dict):
        table[keys[-1]] = value


def _french(fault: ErrorDetails) -> str:
    key = _key(fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"« {key} » est une clé inconnue{_suggestion(fault['loc'])}"
    return f"« {key} » {_COMPLAINTS.get(fault['type'], _otherwise)(fault)}"


def _key(location: tuple[int | str, ...]) -> str:
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(words).lstrip(".") or "fichier"


def _suggestion(location: tuple[int | str, ...]) -> str:
    known = _known_keys(location[:-1])
    close = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
    return f" ; vouliez-vous dire « {close[0]} » ?" if close else " ; ôtez-la ou corrigez-la"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Names of the keys that the table at ``location`` may hold."""
    table: type[BaseModel] = Settings
    for part in location:
        if isinstance(part, str):
            table = _table_in(table.model_fields[part].annotation)
    return list(table.model_fields)


def _table_in(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return _table_in(annotation.__args__[0])  # tuple[MailboxSettings, ...]


def _otherwise(fault: ErrorDetails) -> str:
    return f"n’est pas valable : {fault['msg']}"


_COMPLAINTS: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _: "manque : cette clé est obligatoire (voir example.toml)",
    "value_error": lambda fault: str(fault["ctx"]["error"]),
    "literal_error": lambda fault: f"attend {fault['ctx']['expected'].replace(' or ', ' ou ')}",
    "int_parsing": lambda _: "attend un nombre entier",
    "int_type": lambda _: "attend un nombre entier",
    "bool_parsing": lambda _: "attend true ou false",
    "float_parsing": lambda _: "attend un nombre",
    "string_type": lambda _: "attend un texte entre guillemets",
    "string_too_short": lambda _: "ne peut pas être vide",
    "tuple_type": lambda _: "attend une liste : [ … ]",
    "model_type": lambda _: "attend une table de réglages",
    "greater_than_equal": lambda fault: f"doit être au moins {fault['ctx']['ge']}",
    "less_than_equal": lambda fault: f"doit être au plus {fault['ctx']['le']}",
    "greater_than": lambda fault: f"doit être plus grand que {fault['ctx']['gt']}",
    "less_than": lambda fault: f"doit être plus petit que {fault['ctx']['lt']}",
}
