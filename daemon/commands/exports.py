"""register export, register proof: what leaves the house, for a control or as proof."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from config.trouble import Trouble
from daemon.context import Context, with_context
from register.export import Format, Kind
from review import exports
from review.exports import Asked

_output = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Fichier à écrire (défaut : sortie standard).",
)
_by = click.option(
    "--by",
    default="administration",
    show_default=True,
    metavar="NOM",
    help="Qui exporte, pour le journal.",
)


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice([f.value for f in Format]),
    default="csv",
    show_default=True,
    help="Format.",
)
@click.option(
    "--kind",
    type=click.Choice([k.value for k in Kind]),
    default="annexe",
    show_default=True,
    help="Les 14 colonnes de l’annexe I, ou toutes pour un contrôle.",
)
@click.option("--sensitive", is_flag=True, help="Montrer aussi les données sensibles (santé).")
@_by
@_output
@with_context
def export(  # noqa: PLR0913 (click hands each option over by itself)
    context: Context, form: str, kind: str, sensitive: bool, by: str, output: Path | None
) -> None:
    """Le registre, pour un contrôle ou pour un tableur. Chaque export est noté au journal."""
    if form != Format.CSV:
        _refuse_a_terminal(output, f"registre.{form}")
    house = context.house
    asked = Asked(by, by, house.clock(), Kind(kind), Format(form), sensitive)
    hand_over(
        output,
        lambda out: exports.register(house.database, house.settings, asked, out),
    )
    if output:
        click.echo(f"Registre écrit dans {output}.")


@click.command()
@click.argument("number", metavar="REC-…")
@_by
@_output
@with_context
def proof(context: Context, number: str, by: str, output: Path | None) -> None:
    """Toutes les preuves d’un dossier dans un ZIP : courriels, lettres, réponses SMTP, journal."""
    _refuse_a_terminal(output, "preuves.zip")
    house = context.house
    asked = Asked(by, by, house.clock())
    hand_over(
        output,
        lambda out: exports.proofs(house.database, house.settings, asked, number, out),
    )
    if output:
        click.echo(
            f"Preuves écrites dans {output}. Données personnelles : à remettre en main sûre."
        )


def _refuse_a_terminal(output: Path | None, name: str) -> None:
    if output is None and sys.stdout.isatty():
        raise Trouble(
            f"Ce fichier ne s’affiche pas dans un terminal. Rien n’a été exporté : ajoutez « -o {name} »."
        )


def hand_over(output: Path | None, write: Callable[[BinaryIO], object]) -> None:
    """Written whole before anything is handed over: what fails leaves no half a file."""
    with tempfile.TemporaryFile() as whole:
        write(whole)
        whole.seek(0)
        if output is None:
            shutil.copyfileobj(whole, sys.stdout.buffer)
            return
        try:
            with output.open("wb") as file:
                shutil.copyfileobj(whole, file)
        except OSError as error:
            raise Trouble(f"{output} ne peut pas être écrit ({error.strerror}).") from error
