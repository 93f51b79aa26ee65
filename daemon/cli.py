"""The command line: `doleances`. Every command is a function in ``daemon/commands``."""

import importlib
import os
import sys
from pathlib import Path

import click

from config.trouble import Trouble
from daemon import logs
from daemon.context import Context

_HELP = """Doléances, le bureau des réclamations du cabinet.

Le programme lit la boîte aux lettres du cabinet, propose un tri (réclamation ou non), tient le
registre, et envoie les accusés de réception dans les délais de la procédure.

\b
Pour commencer :
  doleances demo          voir toute la chaîne avec des messages inventés
  doleances init          brancher la boîte du cabinet (lecture seule)
  doleances check         vérifier les réglages, la boîte, l’envoi et la base
  doleances rehearse      voir ce qu’il aurait fait des six derniers mois, sans rien faire
  doleances run           lancer le service
"""


_MATTERS = {
    "running": ("run", "poll", "send", "demo", "canary"),
    "administration": ("init", "check", "user"),
    "mailbox": ("mailbox",),
    "mails": ("import", "classify", "reconcile"),
    "keeping": ("backup", "restore", "move"),
    "offices": ("office",),
    "privacy": ("purge", "person"),
    "rehearsing": ("rehearse",),
    "queue": ("queue",),
    "register": ("register", "deadlines"),
    "letters": ("letters",),
    "model": ("train", "evaluate", "model"),
    "stats": ("stats",),
}


class _Commands(click.Group):
    """Loads a command when it is called: learning machinery takes seconds, a listing needs none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in _MATTERS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for matter, names in _MATTERS.items():
            if cmd_name in names:
                module = importlib.import_module(f"daemon.commands.{matter}")
                found: click.Command = next(c for c in module.COMMANDS if c.name == cmd_name)
                return found
        return None


@click.group(cls=_Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="DOLEANCES_CONFIG",
    default=Path("doleances.toml"),
    show_default=True,
    help="Fichier de réglages.",
)
@click.option("-v", "--verbose", is_flag=True, help="Dire davantage dans le journal (stderr).")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Forme du journal : pour une personne, ou un objet JSON par ligne.",
)
@click.version_option(package_name="doleances", message="doleances %(version)s")
@click.pass_context
def commands(context: click.Context, config: Path, verbose: bool, log_format: str) -> None:
    logs.begin(log_format, verbose=verbose)
    context.obj = Context(config)
    context.call_on_close(context.obj.close)


def main() -> None:
    """Run the command line; a trouble that we know is one clear line, never a traceback."""
    try:
        commands(prog_name="doleances")
    except Trouble as error:
        click.echo(f"doleances : {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has left (``| head``): nothing is wrong, nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
