"""Mail kept in files: .eml, mbox, Maildir, and folders of .eml."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from config.trouble import Trouble
from ingest.parse import received_at

# The line that mbox writers put before each mail: sender, then a date as asctime writes it. The
# standard library cuts at every « From  », also in « From then on… » within a mail.
_SEPARATOR = re.compile(rb"From \S.{0,200}\d{1,2}:\d{2}(?::\d{2})?\s.{0,20}\d{4}\b|From -? ?\r?\n")
_ESCAPED = re.compile(rb">+From ")
_BLANK = (b"\n", b"\r\n")


class UnreadableSource(Trouble):
    """A file or folder of mails could not be read: which one and why, in French."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} : {why}.")
        self.path = path


def read_mails(path: Path) -> Iterator[tuple[str, bytes, datetime | None]]:
    """Every mail kept at a path, in a fixed order: its name, its bytes, when it had arrived.

    A file that is no mail is yielded too: ``parse`` says what it is. Raises ``UnreadableSource``.
    """
    try:
        for name, data in _named_mails(path):
            yield name, data, received_at(data)
    except OSError as error:
        raise UnreadableSource(Path(error.filename or path), _french(error)) from error


def _french(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "ce fichier ou ce dossier n’existe pas"
    if isinstance(error, PermissionError):
        return "l’accès est refusé, vérifiez les droits de lecture"
    return f"lecture impossible ({error.strerror or error})"


def _named_mails(path: Path) -> Iterator[tuple[str, bytes]]:
    if not path.is_dir():
        return _in_file(path)
    if any((path / kind).is_dir() for kind in ("cur", "new")):
        return _in_maildir(path)
    return _in_folder(path)


def _in_file(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        if path.suffix.lower() != ".eml" and _SEPARATOR.match(file.readline(1000)):
            file.seek(0)
            for number, mail in enumerate(_in_mbox(file), start=1):
                yield f"{path.name}#{number}", mail
            return
    yield path.name, path.read_bytes()


def _in_mbox(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Cut an mbox at its separators, and take back what its writer escaped (mboxrd)."""
    mail: list[bytes] = []
    begun = False
    for line in lines:
        if not _SEPARATOR.match(line):
            mail.append(line[1:] if _ESCAPED.match(line) else line)
            continue
        if begun:
            yield _without_last_blank(mail)
        mail, begun = [], True
    yield _without_last_blank(mail)


def _without_last_blank(mail: list[bytes]) -> bytes:
    """The blank line before a separator belongs to the mbox, not to the mail."""
    return b"".join(mail[:-1] if len(mail) > 1 and mail[-1] in _BLANK else mail)


def _in_maildir(path: Path) -> Iterator[tuple[str, bytes]]:
    found = [file for kind in ("cur", "new") for file in (path / kind).glob("*") if file.is_file()]
    for file in sorted(found, key=lambda file: file.name):
        if not file.name.startswith("."):
            yield file.name, file.read_bytes()


def _in_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(file for file in path.rglob("*") if file.suffix.lower() == ".eml"):
        if file.is_file():
            yield file.relative_to(path).as_posix(), file.read_bytes()
