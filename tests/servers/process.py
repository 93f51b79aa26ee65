"""A server started as a process: on a free port, in a private folder, ended with its children."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypedDict

PATIENCE = 15.0
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3


class Process:
    """Starts one server and ends it: that process and its group, never another one."""

    def __init__(self, command: Sequence[str | Path], folder: Path, port: int, user: str) -> None:
        self._command = command
        self._folder = folder
        self._port = port
        self._user = user
        self._running: subprocess.Popen[bytes] | None = None

    def start(self, is_ready: Callable[[], bool]) -> None:
        """Return once the server answers; if it dies or stays silent, raise with what it said."""
        # the children of a killed server may still hold its port for an instant
        wait_until(lambda: is_free(self._port), f"port {self._port} is still taken")
        with (self._folder / "output.log").open("ab") as output:
            self._running = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **identity(self._user),
            )
        try:
            wait_until(lambda: self._has_ended() or is_ready(), "the server does not answer")
            if self._has_ended():
                raise RuntimeError("the server ended at once")
        except Exception as trouble:
            self.kill()
            raise RuntimeError(f"{trouble}\n{logs(self._folder)}") from trouble

    def stop(self, polite: signal.Signals = signal.SIGTERM) -> None:
        """Ask the server to end, and wait for it. It may have ended already."""
        if self._running is None:
            return
        self._running.send_signal(polite)
        try:
            self._running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
        self._running = None

    def kill(self) -> None:
        """End the server and its children without any warning, as a power cut would."""
        if self._running is None:
            return
        if self._running.returncode is None:  # not waited for: its number is still ours
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()
        self._running = None

    def _has_ended(self) -> bool:
        return self._running is None or self._running.poll() is not None


def environment() -> dict[str, str]:
    """Nothing of the developer's own set-up reaches a server."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


def run(command: Sequence[str | Path], folder: Path, user: str) -> str:
    """What a tool of the server prints; if it fails, an error with its complaint."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        **identity(user),
    )
    if done.returncode != 0:
        asked = " ".join(map(str, command))
        raise RuntimeError(f"{asked} answered {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout


class Identity(TypedDict, total=False):
    """Whom a program runs as, in the words of ``subprocess``."""

    user: int
    group: int
    extra_groups: list[int]


def identity(user: str) -> Identity:
    """How to run as this person: only root can become somebody else, the others stay themselves."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def private_folder(name: str, user: str) -> Path:
    """A new folder of this person, in memory where there is plenty: ten times as fast as a disk.

    Not below pytest's ``tmp_path``, which is closed to others than root, and whose long names do
    not fit in the address of a Unix socket.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=MEMORY if roomy else "/tmp"))
    folder.chmod(0o755)
    hand_over([folder], user)
    return folder


def discard(folder: Path) -> None:
    """Remove the folder; a process that is just ending may still write there."""

    def is_gone() -> bool:
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()

    wait_until(is_gone, f"{folder} cannot be removed")


def hand_over(paths: Iterable[Path], user: str) -> None:
    """Make this person the owner."""
    if os.getuid() == 0:
        account = pwd.getpwnam(user)
        for path in paths:
            os.chown(path, account.pw_uid, account.pw_gid)


def logs(folder: Path) -> str:
    """Everything the server has written about itself."""
    return "\n".join(
        f"--- {path.name}\n{path.read_text(errors='replace')}"
        for path in sorted((*folder.glob("*.log"), *folder.glob("log/*")))
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def greets(port: int, greeting: bytes) -> bool:
    """Does a server answer there, and as it should?"""
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as connection:
            return connection.recv(100).startswith(greeting)
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    """Wait for something that is about to come true; the error says what did not."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(otherwise)
        time.sleep(0.01)
