"""train, evaluate, model list: the classifier."""

from pathlib import Path

import click

from classifier.corpus import load as load_corpus
from classifier.corpus import read as read_corpus
from classifier.evaluate import evaluate as evaluate_on
from classifier.model import TARGET_RECALL
from classifier.model import train as train_model
from classifier.shelf import Shelf, default_directory
from config.trouble import Trouble
from daemon.context import Context, as_json, say_json, say_pairs, say_table, with_context


@click.command()
@with_context
def train(context: Context) -> None:
    """Apprendre un modèle du corpus livré, et le mettre en service.

    Sans fichier de réglages, le modèle va dans le dossier commun de cette machine, d’où le prennent
    « demo » et « classify ».
    """
    examples = load_corpus()
    click.echo(f"Apprentissage sur {len(examples)} messages…", err=True)
    target = context.office.triage.target_recall if context.office else TARGET_RECALL
    model = train_model(examples, target_recall=target)
    _shelf(context).put(model)
    click.echo(f"Modèle {model.version} en service.")


def _shelf(context: Context) -> Shelf:
    return Shelf(context.office.triage.models if context.office else default_directory())


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER.jsonl")
@as_json
@with_context
def evaluate(context: Context, file: Path, in_json: bool) -> None:
    """Mesurer le modèle en service sur des messages étiquetés (format du corpus)."""
    try:
        examples = read_corpus(file)
    except (OSError, ValueError) as error:
        raise Trouble(str(error)) from error
    report = evaluate_on(_shelf(context).current(), examples)
    if in_json:
        say_json(report.as_json())
    else:
        say_pairs(
            {
                key: value
                for key, value in report.as_json().items()
                if not isinstance(value, list | dict)
            }
        )


@click.group()
def model() -> None:
    """Les modèles du classement."""


@model.command(name="list")
@as_json
@with_context
def list_(context: Context, in_json: bool) -> None:
    """Les modèles gardés, celui en service d’abord."""
    cards = [entry.card for entry in _shelf(context).list()]
    if in_json:
        say_json(cards)
        return
    say_table(
        ("Version", "Exemples", "Réclamations vues", "dont, à 95 %", "Classés seuls"),
        (
            (
                card["version"],
                card["examples"],
                f"{card['recall']:.1%}",
                f"au moins {card['recall_interval'][0]:.1%}",
                f"{card['filed']:.0%}",
            )
            for card in cards
        ),
        empty="Aucun modèle : « doleances train » en apprend un.",
    )


COMMANDS = (train, evaluate, model)
