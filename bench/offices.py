"""How far one machine goes: memory, connections and processor of many offices and of many mailboxes.

python -m bench.offices [offices N …] [mailboxes N …]    Linux only (/proc). RESTING seconds (30) of rest.

Offices: one process each, its pages open, its model loaded, its reading processes begun, on one
PostgreSQL and one Dovecot. Mailboxes: one process that reads them all. Memory is PSS: pages that
processes share count once.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import psycopg

from classifier.shelf import default_directory
from config.write import settings_file
from register import offices
from register.database import open_database
from tests.builders import a_mail
from tests.e2e.office import PROGRAM, until
from tests.servers.dovecot import Dovecot
from tests.servers.postgresql import PostgreSQL
from tests.servers.process import free_port

RESTING = float(os.environ.get("RESTING", "30"))
SETTLING = 10.0  # seconds after the last mail is judged: what was needed once is given back
TICKS = os.sysconf("SC_CLK_TCK")
PASSWORD = "mot-de-passe"


def main(arguments: Sequence[str]) -> None:
    wanted = list(arguments) or ["offices", "1", "5", "10", "mailboxes", "1", "20", "100"]
    with PostgreSQL() as postgresql:
        measure = measure_offices
        for word in wanted:
            if word in ("offices", "mailboxes"):
                measure = measure_offices if word == "offices" else measure_mailboxes
            else:
                measure(postgresql, int(word))


def measure_offices(postgresql: PostgreSQL, number: int) -> None:
    names = [f"bureau{n}" for n in range(number)]
    with Dovecot(dict.fromkeys(names, PASSWORD)) as dovecot, _home() as home:
        admin_url = postgresql.url(postgresql.create_database())
        urls = [offices.create(admin_url, name) for name in names]
        for url in urls:
            open_database(url).close()
        with ExitStack() as running:
            pids = []
            for name, url in zip(names, urls, strict=True):
                pids.append(running.enter_context(_started(home, [name], url, dovecot)))
            _report(f"{number} offices", pids, admin_url, dict.fromkeys(urls, 1))
        _end(admin_url, names)


def measure_mailboxes(postgresql: PostgreSQL, number: int) -> None:
    names = [f"boite{n}" for n in range(number)]
    with Dovecot(dict.fromkeys(names, PASSWORD)) as dovecot, _home() as home:
        admin_url = postgresql.url(postgresql.create_database())
        url = offices.create(admin_url, "bureau")
        open_database(url).close()
        with _started(home, names, url, dovecot) as pid:
            _report(f"{number} mailboxes", [pid], admin_url, {url: number})
        _end(admin_url, ["bureau"])


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _end(admin_url: str, names: Sequence[str]) -> None:
    for name in names:
        offices.drop(admin_url, name)


@contextmanager
def _started(home: Path, boxes: Sequence[str], url: str, dovecot: Dovecot) -> Iterator[int]:
    """A daemon, one mail in each of its mailboxes."""
    config = home / f"{boxes[0]}.toml"
    models = home / boxes[0] / "models"
    shutil.copytree(default_directory(), models)
    values = {"database.url": url, "triage.models": str(models), "web.port": free_port()}
    text = settings_file(values | {"smtp.user": "", "smtp.password": ""})
    before, _, rest = text.partition("[[mailbox]]")
    _, _, after = rest.partition("[smtp]")
    text = before + "".join(_box(name, dovecot) for name in boxes) + "[smtp]" + after
    config.write_text(text, encoding="utf-8")
    for name in boxes:
        mail = a_mail("Deux mois que j’attends, c’est inadmissible.", f"Dossier {name}")
        dovecot.append(name, "INBOX", [mail])
    with (home / f"{boxes[0]}.log").open("wb") as log:
        process = subprocess.Popen([*PROGRAM, "--config", str(config), "run"], stderr=log)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _box(name: str, dovecot: Dovecot) -> str:
    return (
        f'[[mailbox]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {dovecot.tls_port}\n'
        f'user = "{name}"\npassword = "{PASSWORD}"\nca_file = "{dovecot.ca_file}"\n\n'
    )


def _report(what: str, pids: list[int], admin_url: str, boxes: dict[str, int]) -> None:
    begun = monotonic()
    for url, number in boxes.items():
        until(partial(_idle, url, number), 600)
    first = monotonic() - begun
    sleep(SETTLING)
    every = [one for pid in pids for one in _family(pid)]
    before, begun = {one: _busy(one) for one in every}, monotonic()
    sleep(RESTING)
    used = sum(_busy(one) - before[one] for one in every if Path(f"/proc/{one}").exists())
    memory = [_memory(one) for one in every]
    mains = sorted(_memory(pid) for pid in pids)
    print(
        f"{what:14} all read and judged after {first:5.1f} s; {sum(memory):5.0f} MB in {len(every)} "
        f"processes (main ones {mains[0]:.0f}-{mains[-1]:.0f}), "
        f"{sum(_threads(pid) for pid in pids)} threads, {_connections(admin_url)} connections to "
        f"PostgreSQL, at rest {used / (monotonic() - begun):.1%} of one core",
        flush=True,
    )


def _idle(url: str, boxes: int) -> bool:
    """Whether every mailbox was read to its end and every mail judged."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        question = (
            "SELECT (SELECT count(*) FROM mailbox WHERE passed_at IS NOT NULL), "
            "(SELECT count(*) FROM message WHERE place <> 'unsorted')"
        )
        return connection.execute(question.encode()).fetchone() == (boxes, boxes)


def _connections(admin_url: str) -> int:
    with psycopg.connect(admin_url.replace("+psycopg", "")) as connection:
        question = b"SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'office%'"
        row = connection.execute(question).fetchone()
        return int(row[0]) if row else 0


def _family(pid: int) -> Iterator[int]:
    """A process and all that it began."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _memory(pid: int) -> float:
    """Megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def _busy(pid: int) -> float:
    """Seconds of processor that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


if __name__ == "__main__":
    main(sys.argv[1:])
