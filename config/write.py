"""Write a settings file: the documented example with an office's answers put in."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import tomlkit


def settings_file(values: Mapping[str, str | int]) -> str:
    """The text of ``example.toml`` with each dotted key set (``mailbox.0.host``), comments kept."""
    document: Any = tomlkit.parse(example())
    for key, value in values.items():
        *path, last = key.split(".")
        table = document
        for name in path:
            table = table[int(name)] if name.isdigit() else table.setdefault(name, {})
        table[last] = value
        if last == "password":
            table.pop("password_file", None)
    return tomlkit.dumps(document)


def example() -> str:
    return files("config").joinpath("example.toml").read_text(encoding="utf-8")


def example_mediator() -> str:
    """The site of the mediator that the example names: nobody's."""
    document: Any = tomlkit.parse(example())
    return str(document["office"]["mediator"]["url"])
