"""The technical journal: what the program does, never whom it is about.

Names, addresses, subjects and words of mails have no place in it; messages and letters are told by
their numbers. A test plays the demo and looks.
"""

import json
import logging
import sys
from datetime import UTC, date, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from config.settings import LogSettings
from config.trouble import Trouble

_CHATTY = ("alembic", "asyncio", "mail.log", "mailparser", "aiosmtplib")
_MOST = 1000  # files: far more than days and sizes should ever leave
_TEXT = "%(asctime)s %(levelname)-7s %(name)s %(message)s"


class LogTrouble(Trouble):
    """The file of the journal cannot be written."""


def begin(form: str, *, verbose: bool) -> None:
    """Log to stderr, as ``text`` or as one JSON object a line; journald keeps what comes there."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form))
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    root.handlers[:] = [handler]
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)


def into_file(settings: LogSettings) -> None:
    """From now on log to the file of the settings instead, if they name one. Raises ``LogTrouble``."""
    if settings.file is None:
        return
    try:
        settings.file.parent.mkdir(parents=True, exist_ok=True)
        handler = File(settings.file, settings.megabytes * 1_000_000, settings.days)
    except OSError as error:
        raise LogTrouble(
            f"Le journal {settings.file} ne peut pas être écrit ({error.strerror}). Corrigez "
            "log.file ou ses droits ; sans log.file, le journal va à la machine."
        ) from error
    root = logging.getLogger()
    [before, *_] = root.handlers
    handler.setFormatter(before.formatter)
    root.handlers[:] = [handler]


def formatter(form: str) -> logging.Formatter:
    return _Json() if form == "json" else logging.Formatter(_TEXT)


class _Json(logging.Formatter):
    """One object a line: when (UTC, RFC 3339), how grave, who says what, in which part."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "part": record.threadName,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


class File(RotatingFileHandler):
    """A new file each day, and beyond a size; those that are too old are deleted."""

    def __init__(self, path: Path, size: int, days: int) -> None:
        self._days = days
        self._day = _day_of(path)
        super().__init__(path, maxBytes=size, backupCount=_MOST, encoding="utf-8")
        self._forget()

    def _open(self) -> TextIOWrapper:
        opened = super()._open()
        Path(self.baseFilename).chmod(0o640)
        return opened

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        today = datetime.fromtimestamp(record.created, UTC).date()
        return self._day < today or bool(super().shouldRollover(record))

    def doRollover(self) -> None:
        super().doRollover()
        self._day = datetime.now(UTC).date()
        self._forget()

    def _forget(self) -> None:
        path = Path(self.baseFilename)
        today = datetime.now(UTC).date()
        for old in path.parent.glob(f"{path.name}.*"):
            if (today - _day_of(old)).days > self._days:
                old.unlink(missing_ok=True)


def _day_of(path: Path) -> date:
    """The day a file was last written; today for one that is not there."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except OSError:
        return datetime.now(UTC).date()
