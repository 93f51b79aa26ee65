"""run, poll, send, demo: setting the work going."""

import signal
from threading import Event

import click

from config.trouble import Trouble
from daemon import logs, service
from daemon.canary import let_fly
from daemon.context import Context, as_json, say_json, with_context
from ingest.mailbox import MailboxTrouble


@click.command()
@click.option(
    "--only",
    type=click.Choice(["collect", "sort", "deliver", "watch", "learn", "web"]),
    multiple=True,
    help="Ne lancer que cette partie (répétable).",
)
@with_context
def run(context: Context, only: tuple[str, ...]) -> None:
    """Lancer le service : relever, trier, envoyer, et les pages de tri.

    S’arrête proprement sur Ctrl-C ou SIGTERM ; rien n’est perdu si on le tue.
    """
    logs.into_file(context.settings.log)
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    service.run(context.house, stop, only)


@click.command()
@click.option("--once", is_flag=True, help="Une seule passe (toujours vrai pour cette commande).")
@as_json
@with_context
def poll(context: Context, once: bool, in_json: bool) -> None:
    """Relever les boîtes et trier, une fois."""
    kept, faults = 0, []
    for mailbox in context.house.mailboxes:
        try:
            kept += service.collect_once(context.house, mailbox)
        except MailboxTrouble as error:
            faults.append(str(error))  # the other mailboxes are read all the same
    sorted_ = service.sort_all(context.house)
    if in_json:
        say_json({"collected": kept, "sorted": sorted_, "faults": faults})
    else:
        click.echo(f"{kept} nouveaux messages relevés, {sorted_} triés.")
    if faults:
        raise Trouble(" · ".join(faults))


@click.command()
@click.option("--once", is_flag=True, help="Une seule passe (toujours vrai pour cette commande).")
@as_json
@with_context
def send(context: Context, once: bool, in_json: bool) -> None:
    """Envoyer les lettres dont l’heure est venue, une fois."""
    report = service.deliver_all(context.house)
    if in_json:
        say_json(report)
        return
    click.echo(
        f"{report['sent']} lettres envoyées, {report['waiting']} en attente, "
        f"{report['failed']} en échec, {report['uncertain']} d’envoi incertain."
    )


@click.command()
@click.option("--once", is_flag=True, help="Aller au bout sans personne, et montrer le bilan.")
@click.option("--port", default=8025, show_default=True, help="Port des pages de tri.")
@as_json
def demo(once: bool, port: int, in_json: bool) -> None:
    """Voir toute la chaîne sur des messages inventés, sans rien brancher.

    Une boîte IMAP, un serveur SMTP et une base s’ouvrent dans un dossier temporaire, sur cette
    machine seulement. Rien ne sort.
    """
    from daemon.demo import play  # the service does without its servers and its story

    if once:
        report = play.run_once()
        report.show(in_json=in_json)
        if report.faults:
            raise Trouble(" · ".join(report.faults))
        return
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    play.run_open(port, stop)


@click.command()
@click.option("--wait", default=120, show_default=True, help="Secondes d’attente au plus.")
@as_json
@with_context
def canary(context: Context, wait: int, in_json: bool) -> None:
    """Envoyer un message d’essai au cabinet et vérifier qu’il arrive jusqu’ici.

    Il part par le serveur d’envoi, revient dans la boîte, est relevé et rangé. Personne ne lui
    répond, et il n’encombre pas la file.
    """
    stages = []
    for stage in let_fly(context.house, wait):
        stages.append(stage)
        if not in_json:
            click.echo(f"{stage.at:%H:%M:%S}  {stage.told}")
    arrived = len(stages) > 1
    if in_json:
        told = [{"told": stage.told, "at": stage.at.isoformat()} for stage in stages]
        say_json({"arrived": arrived, "stages": told})
    if not arrived:
        raise Trouble(
            f"Le message d’essai n’est pas arrivé en {wait} s. L’envoi a réussi : regardez s’il est "
            "dans la boîte (ou ses indésirables), puis « doleances check »."
        )


COMMANDS = (run, poll, send, demo, canary)
