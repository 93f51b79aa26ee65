"""stats: what the register counts, the indicators of a period among it, and how the machine fares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from config.settings import Settings
from config.taxonomies import CAUSES, CHANNELS, CLIENTS, NATURES, OUTCOMES, PARTIES
from config.trouble import Trouble
from daemon.commands.exports import hand_over
from daemon.context import Context, as_json, say_json, say_pairs, say_table, with_context
from register import mailboxes, messages, statistics
from register.calendar import civil_date
from register.export import Format
from register.model import Mailbox, Place
from register.statistics import Audit, Indicators, Period, Share
from review import exports
from review.exports import Asked

_NOTHING = "—"


@click.command()
@click.option(
    "--year", type=click.IntRange(1950, 2099), help="L’année ; celle qui court, par défaut."
)
@click.option("--quarter", type=click.IntRange(1, 4), help="Un trimestre de cette année seulement.")
@click.option(
    "--pdf",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Écrire le rapport annuel, à imprimer ou à transmettre (.csv : ses chiffres).",
)
@as_json
@with_context
def stats(
    context: Context, year: int | None, quarter: int | None, pdf: Path | None, in_json: bool
) -> None:
    """Compter : où sont les messages, les indicateurs d’une année ou d’un trimestre, le contrôle
    au hasard, le modèle en service.
    """
    if pdf:
        _report(context, year, quarter, pdf)
        return
    zone, now = context.settings.office.zone, context.house.clock()
    today = civil_date(now, zone)
    if quarter and year is None:
        raise Trouble("Un trimestre de quelle année ? Ajoutez --year, par exemple --year 2026.")
    period = Period(year or today.year, quarter)
    with context.house.database.read() as session:
        places = messages.counts(session)
        audit = statistics.audit(session)
        agreement = statistics.agreement(session)
        boxes = mailboxes.states(session)
        found = statistics.indicators(session, period, today, zone)
    current = context.house.model
    if in_json:
        say_json(
            {
                "messages": places,
                "mailboxes": [_mailbox_json(box, now) for box in boxes.values()],
                "audit": _audit_json(audit),
                "decisions": asdict(agreement),
                "model": dict(current.card),
                "register": statistics.as_json(found),
            }
        )
        return
    say_pairs(
        {
            "Messages": sum(places.values()),
            **{f"… {place}": count for place, count in _named_places(places)},
            **{f"Boîte {box.name}": _mailbox_french(box, now) for box in boxes.values()},
            "Décisions apprises": agreement.decided,
            "… qui corrigeaient la machine": agreement.corrected,
            "… à revoir avant d’apprendre": agreement.doubted,
            "Contrôle au hasard": _audit_french(audit),
            "Modèle": current.version,
        }
    )
    click.echo(current.guarantee.french)
    click.echo(f"\nRéclamations reçues, {period.french}, au {today:%d/%m/%Y}")
    say_table(("Indicateur", "Valeur"), _lines(found), empty="")
    counts = _counts(found, context.settings)
    say_table(("Répartition", "", "Nombre"), counts, empty="Néant : aucune réclamation à répartir.")


def _report(context: Context, year: int | None, quarter: int | None, path: Path) -> None:
    if quarter:
        raise Trouble("Le rapport est annuel : enlevez --quarter.")
    house = context.house
    now = house.clock()
    year = year or civil_date(now, context.settings.office.zone).year
    form = Format.CSV if path.suffix.lower() == ".csv" else Format.PDF
    asked = Asked("administration", "administration", now, form=form)
    hand_over(
        path,
        lambda out: exports.yearly_report(house.database, house.settings, asked, year, out),
    )
    click.echo(f"Rapport annuel {year} écrit dans {path}.")


def _lines(found: Indicators) -> Iterable[tuple[str, object]]:
    volumes, outcomes, mending, bot = found.volumes, found.outcomes, found.mending, found.bot
    acknowledgement, answer = found.delays.acknowledgement, found.delays.answer
    yield "Reçues", volumes.received
    yield "… requalifiées, hors des comptes qui suivent", volumes.requalified
    yield "… doublons fusionnés, hors des comptes qui suivent", volumes.merged
    yield "Réclamations", volumes.qualified
    yield "… à confirmer", volumes.provisional
    yield "… d’un client qui avait déjà réclamé", volumes.repeated
    yield "… transmises au cabinet par un assureur ou une autorité", volumes.through_others
    yield "… transmises dans le cabinet à la personne compétente", volumes.handed_on
    yield "… réorientées vers un autre organisme", volumes.redirected
    yield "Accusés dans le délai du cabinet", _share(acknowledgement.in_time_office)
    yield "Accusés dans le délai de l’ACPR", _share(acknowledgement.in_time_acpr)
    yield (
        "Délai des accusés : médian, le plus long",
        _days(acknowledgement.median, acknowledgement.longest),
    )
    yield "Accusés partis d’eux-mêmes", _share(found.delays.automatic)
    yield "Réponses dans le délai du cabinet", _share(answer.in_time_office)
    yield "Réponses dans le délai de l’ACPR", _share(answer.in_time_acpr)
    yield (
        "Délai des réponses : médian, 9 sur 10, le plus long",
        _days(answer.median, answer.p90, answer.longest),
    )
    yield "Informations en cours de traitement", found.delays.informed
    yield "Gestes commerciaux", _euros(outcomes.gesture_cents)
    yield "Indemnités", _euros(outcomes.compensation_cents)
    yield "Rejets qui disent les voies de recours", _share(outcomes.refusals_with_recourse)
    yield "Médiations ouvertes, avis rendus", f"{outcomes.mediations}, {outcomes.opinions}"
    yield "Constats", outcomes.findings
    yield (
        "Actions décidées, faites, en retard, efficaces",
        (f"{mending.decided}, {mending.done}, {mending.late}, {mending.effective}"),
    )
    yield "Réclamations que la machine a reconnues (rappel)", _share(bot.recall)
    yield "Réclamations qu’elle a montrées à une personne", _share(bot.shown)
    yield "Ce qu’elle a pris pour une réclamation en était une (précision)", _share(bot.precision)
    yield "Messages où une personne l’a corrigée", _share(bot.corrected)


def _counts(found: Indicators, settings: Settings) -> Iterable[tuple[str, str, int]]:
    volumes, outcomes, words = found.volumes, found.outcomes, settings.words
    tables: tuple[tuple[str, Mapping[str, int], Mapping[str, str]], ...] = (
        ("Motif", volumes.by_motive, words.motives),
        ("Produit", volumes.by_product, words.products),
        ("Assureur", volumes.by_insurer, {}),
        ("Visé", volumes.by_party, PARTIES),
        ("Voie d’arrivée", volumes.by_channel, CHANNELS),
        ("Client", volumes.by_client, CLIENTS),
        ("Sens de la réponse", outcomes.by_outcome, OUTCOMES),
        ("Constat", outcomes.findings_by_nature, NATURES),
        ("Cause", outcomes.findings_by_cause, CAUSES),
    )
    for title, counts, french in tables:
        for n, (code, count) in enumerate(counts.items()):
            yield "" if n else title, french.get(code, code) or "non précisé", count


def _share(share: Share) -> str:
    if share.share is None:
        return _NOTHING
    return f"{_percent(share.share)} ({share.count} sur {share.of})"


def _days(*days: float | None) -> str:
    if days[0] is None:
        return _NOTHING
    return ", ".join(f"{one:g}".replace(".", ",") for one in days if one is not None) + " jours"


def _euros(cents: int) -> str:
    return f"{cents / 100:,.2f} €".replace(",", "\u202f").replace(".", ",")


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")


def _mailbox_json(box: Mailbox, now: datetime) -> dict[str, object]:
    """How a mailbox is; its health is the age of its last whole pass, in seconds."""
    age = (now - box.passed_at).total_seconds() if box.passed_at else None
    return {
        "name": box.name,
        "age_seconds": None if age is None else round(age),
        "passed_at": box.passed_at,
        "failing_since": box.failing_since,
        "trouble": box.trouble,
        "reconciled_at": box.reconciled_at,
        "missing": box.missing,
    }


def _mailbox_french(box: Mailbox, now: datetime) -> str:
    if box.passed_at is None:
        return f"jamais relevée. {box.trouble or ''}"
    minutes = round((now - box.passed_at).total_seconds() / 60)
    return f"relevée il y a {minutes} min{f' ; en panne : {box.trouble}' if box.trouble else ''}"


def _named_places(places: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return [(Place(name).french, count) for name, count in places.items() if count]


def _audit_json(audit: Audit) -> dict[str, object]:
    return {
        **asdict(audit),
        "miss_rate": audit.miss_rate,
        "miss_interval": [round(end, 4) for end in audit.miss_interval],
    }


def _audit_french(audit: Audit) -> str:
    if not audit.judged:
        return f"{audit.drawn} messages tirés, aucun encore jugé"
    low, high = audit.miss_interval
    return (
        f"{audit.complaints} réclamations parmi {audit.judged} messages tirés et jugés "
        f"(entre {_percent(low)} et {_percent(high)} des messages classés, à 95 %)"
    )


COMMANDS = (stats,)
