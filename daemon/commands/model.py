"""train, evaluate, model: the classifier, and how it fares."""

from collections.abc import Mapping
from pathlib import Path

import click

from classifier.corpus import load as load_corpus
from classifier.corpus import read as read_corpus
from classifier.evaluate import Error, Report
from classifier.evaluate import evaluate as evaluate_on
from classifier.labels import Label
from classifier.learning import train as train_model
from classifier.shelf import Shelf, default_directory
from config.trouble import Trouble
from daemon import retraining
from daemon.context import Context, as_json, say_json, say_pairs, say_table, with_context
from register import messages, trainings
from review import learning


@click.command()
@as_json
@with_context
def train(context: Context, in_json: bool) -> None:
    """Apprendre un modèle du corpus livré et des décisions du cabinet.

    Le nouveau modèle n’entre en service que s’il ne perd ni sur les messages de contrôle, ni sur
    les décisions récentes. Sans fichier de réglages, il est appris du corpus seul, dans le dossier
    commun de cette machine, d’où le prennent « demo » et « classify ».
    """
    if context.office is None:
        _train_plain(in_json)
        return
    click.echo("Apprentissage…", err=True)
    outcome = retraining.retrain(context.house, retraining.BY_HAND)
    if outcome is None:
        raise Trouble("Un apprentissage est déjà en cours : attendez qu’il se termine.")
    if in_json:
        say_json(
            {
                "version": outcome.model.version,
                "promoted": outcome.contest.won,
                "lessons": outcome.lessons,
                "doubted": outcome.doubted,
                "contest": outcome.contest.as_json(),
                "reconsidered": list(outcome.reconsidered),
                "guarantee": outcome.model.guarantee.french,
            }
        )
        return
    _tell(outcome)


def _train_plain(in_json: bool) -> None:
    examples = load_corpus()
    click.echo(f"Apprentissage sur {len(examples)} messages…", err=True)
    model = train_model(examples)
    Shelf(default_directory()).put(model)
    if in_json:
        say_json(dict(model.card))
    else:
        click.echo(f"Modèle {model.version} en service. {model.guarantee.french}")


def _tell(outcome: retraining.Outcome) -> None:
    version = outcome.model.version
    click.echo(f"Modèle {version}, appris du corpus et de {outcome.lessons} décisions.")
    if outcome.contest.won:
        click.echo(f"Il est en service. {outcome.model.guarantee.french}")
    else:
        click.echo("Il n’entre pas en service, l’ancien reste :")
        for fault in outcome.contest.faults:
            click.echo(f"  – {fault}")
    if outcome.doubted:
        click.echo(f"{outcome.doubted} décisions à revoir avant de les apprendre (page Modèle).")
    if outcome.reconsidered:
        click.echo(
            f"{len(outcome.reconsidered)} messages classés depuis 60 jours vous auraient été "
            "montrés : « doleances model reconsidered »."
        )


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
    if not examples:
        raise Trouble(
            f"{file} ne contient aucun message : une ligne JSON par message est attendue."
        )
    model = _shelf(context).current()
    if context.office:
        model = model.aimed_at(context.office.triage.target_recall)
    report = evaluate_on(model, examples)
    if in_json:
        say_json(report.as_json())
    else:
        _show(report, {example.id: example.judged.subject for example in examples})


_SAID = {
    "complaints": "Réclamations",
    "missed": "dont classées sans être montrées",
    "recall": "Montrées à une personne",
    "recall_interval": "… à 95 %",
    "filed": "Autres messages classés seuls",
    "filed_human": "… parmi ceux d’une personne",
    "precision": "Bande « réclamation » : justesse",
    "sure": "… réclamations qu’elle trouve",
    "average_precision": "Précision moyenne",
    "calibration_error": "Erreur de calibration",
}


def _show(report: Report, subjects: Mapping[str, str]) -> None:
    say_pairs(
        {"Modèle": report.model, "Messages": report.mails}
        | {said: _figure(key, report.figures[key]) for key, said in _SAID.items()}
    )
    click.echo("\nCe que c’était (lignes), ce que le modèle en a dit (colonnes) :")
    proposed = [label for label in Label if any(label in row for row in report.confusion.values())]
    say_table(
        ("", *(_SHORT[label] for label in proposed)),
        (
            (Label(name).french, *(row.get(label) or "·" for label in proposed))
            for name, row in report.confusion.items()
        ),
        empty="",
    )
    click.echo("Les plus grandes erreurs, réclamations manquées d’abord :")
    say_table(
        ("Message", "Objet", "C’était", "Proposé", "Réclamation ?"),
        (
            (
                e.id,
                subjects.get(e.id, "")[:40],
                Label(e.label).french,
                _proposed(e),
                _percent(e.probability),
            )
            for e in report.worst
        ),
        empty="Aucune.",
    )


def _proposed(error: Error) -> str:
    return Label(error.proposed).french


_SHORT = dict(
    zip(
        Label,
        [
            "Récl.",
            "Serv.",
            "Info",
            "Clar.",
            "Avis",
            "Sin.",
            "Suite",
            "Merci",
            "Pro",
            "Lég.",
            "Auto",
            "Pub",
            "Autre",
        ],
        strict=True,
    )
)


def _figure(key: str, value: object) -> str:
    if key in ("average_precision", "calibration_error"):
        return f"{value:.3f}".replace(".", ",")
    if isinstance(value, list):
        return " – ".join(_percent(end) for end in value)
    return _percent(value) if isinstance(value, float) else str(value)


def _percent(share: float) -> str:
    return f"{share:.1%}".replace(".", ",").replace("%", " %")


@click.group()
def model() -> None:
    """Les modèles du classement."""


@model.command(name="list")
@as_json
@with_context
def list_(context: Context, in_json: bool) -> None:
    """Les modèles gardés, celui en service d’abord, et ce qu’ils garantissent."""
    cards = [dict(entry.card) | {"current": entry.current} for entry in _shelf(context).list()]
    if in_json:
        say_json(cards)
        return
    say_table(
        ("", "Version", "Exemples", "Réclamations montrées", "dont, à 95 %", "Classés seuls"),
        (
            (
                "▶" if card["current"] else "",
                card["version"],
                card["examples"],
                _percent(card["recall"]),
                f"au moins {_percent(card['recall_interval'][0])}",
                _percent(card["filed"]),
            )
            for card in cards
        ),
        empty="Aucun modèle : « doleances train » en apprend un.",
    )
    for card in cards[:1]:
        click.echo(card.get("guarantee", ""))


@model.command()
@click.option("--by", default="", metavar="NOM", help="Qui le demande, pour le journal.")
@with_context
def rollback(context: Context, by: str) -> None:
    """Remettre en service le modèle d’avant."""
    if context.office:
        house = context.house
        with house.database.begin() as session:
            former = learning.roll_back(
                session, house.settings, by or "administrateur", house.clock()
            )
    else:
        former = _shelf(context).rollback()
    click.echo(f"Modèle {former.version} de nouveau en service. {former.guarantee.french}")


@model.command()
@as_json
@with_context
def reconsidered(context: Context, in_json: bool) -> None:
    """Les messages classés depuis 60 jours que le modèle en service vous aurait montrés."""
    with context.house.database.read() as session:
        training = trainings.of_model(session, context.house.model.version)
        rows = messages.named(session, training.reconsidered or ()) if training else []
    if in_json:
        say_json([{"id": row.id, "subject": row.subject, "place": row.place} for row in rows])
        return
    say_table(
        ("N°", "Reçu", "De", "Objet"),
        (
            (
                row.id,
                row.received_at.astimezone(context.settings.office.zone).strftime("%d/%m/%Y"),
                row.sender_name or row.sender_email,
                row.subject[:60],
            )
            for row in rows
        ),
        empty="Aucun.",
    )


COMMANDS = (train, evaluate, model)
