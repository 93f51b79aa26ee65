"""What every command is given: the settings and the house, opened when first needed."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.load import load
from config.settings import Settings

# Loaded when a command asks for them: every process that reads mail runs the head of the command
# line again, and needs nothing of the house.
if TYPE_CHECKING:
    from daemon.house import House
    from ingest.reader import Reader


@dataclass(frozen=True)
class Context:
    """Hands a command its settings and house. ``--json`` output goes through ``say``."""

    config: Path

    @cached_property
    def settings(self) -> Settings:
        return load(self.config)

    @property
    def office(self) -> Settings | None:
        """The settings where there are any: some commands do without."""
        return self.settings if self.config.exists() else None

    @cached_property
    def house(self) -> "House":
        from daemon.house import House

        return House(self.settings)

    @cached_property
    def reader(self) -> "Reader":
        """For mails from outside the house."""
        from ingest.reader import Reader
        from ingest.screening import Own

        own = Own(self.office.own_addresses, self.office.office.domain) if self.office else None
        return Reader(own or Own(frozenset(), ""))

    def close(self) -> None:
        for part in ("house", "reader"):
            if part in self.__dict__:
                self.__dict__[part].close()


with_context = click.make_pass_decorator(Context)
as_json = click.option("--json", "in_json", is_flag=True, help="Sortie en JSON.")


def pair(field: str) -> tuple[str, str]:
    """A field given as ``CLÉ=VALEUR``."""
    name, found, value = field.partition("=")
    if not found:
        raise click.BadParameter(f"« {field} » : attendu CLÉ=VALEUR.", param_hint="--field")
    return name.strip(), value


def say_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, default=str))


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table as wide as the terminal; where there is nothing to show, a sentence says so."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    if not table.row_count:
        click.echo(empty)
        return
    width = None if sys.stdout.isatty() else 160
    # Plain text, never markup: subjects and names come from strangers.
    Console(width=width, markup=False, highlight=False).print(table)


def say_pairs(pairs: Mapping[str, object]) -> None:
    longest = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        click.echo(f"{name:>{longest}}  {'' if value is None else value}")
