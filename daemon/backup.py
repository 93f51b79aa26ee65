"""Backups: one file that holds the register, the models and the settings, proved by opening it.

The register travels as an SQLite file whatever database it comes from, so that it can be restored
on either. Encrypted, where a key is given, in the age format, which other programs read too.
"""

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, cast

import pyrage

from config.trouble import Trouble
from daemon.house import House
from register import copying, journal
from register.database import Database, open_database

_MAGIC = b"age-encryption.org/"
_REGISTER, _SETTINGS, _MODELS, _MANIFEST = (
    "register.db",
    "doleances.toml",
    "models",
    "manifest.json",
)


class BackupTrouble(Trouble):
    """A backup that cannot be made, read or put back: what happened, what to do, in French."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    program: str
    made_at: str
    rows: dict[str, int]
    seal: str  # the journal's last
    fingerprint: str
    register_sha256: str


def new_key(path: Path) -> str:
    """Write a new secret key, for whoever restores; give the public one, which encrypts."""
    if path.exists():
        raise BackupTrouble(f"{path} existe déjà : une clef ne s’écrase pas. Donnez un autre nom.")
    identity = pyrage.x25519.Identity.generate()
    path.touch(mode=0o600)
    path.write_text(f"{identity}\n", encoding="ascii")
    return str(identity.to_public())


def back_up(house: House, config: Path, target: Path, key: str = "") -> Manifest:
    """Write a backup while the daemon works on, then open it to see that it can be restored.

    The passwords in files of their own are not in it. Raises ``BackupTrouble``; then no file, or
    the one that was there before, is at ``target``.
    """
    with _workshop(target) as shop:
        register = shop / _REGISTER
        _copy_register(house.database, register)
        with _opened(register) as copied, copied.engine.connect() as connection:
            held = copying.contents(connection)
            mark = copying.fingerprint(connection)
        manifest = Manifest(
            version("doleances"),
            house.clock().isoformat(),
            dict(held.rows),
            held.seal,
            mark,
            _sha256(register),
        )
        (shop / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
        packed = shop / "packed"
        with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
            for name in (_MANIFEST, _REGISTER):
                archive.add(shop / name, name)
            if config.exists():
                archive.add(config, _SETTINGS)
            if house.settings.triage.models.is_dir():
                archive.add(house.settings.triage.models, _MODELS)
        ready = _encrypted(packed, shop / "sealed", key) if key else packed
        if not key:
            _proved(ready)
        ready.replace(target)
    return manifest


def _proved(packed: Path) -> Manifest:
    """Open a backup as a restoration would. Raises ``BackupTrouble``."""
    with tempfile.TemporaryDirectory(dir=packed.parent) as room:
        return _unpacked(packed, Path(room))


def restore(
    source: Path, url: str, models: Path, identity: Path | None = None
) -> tuple[Manifest, int]:
    """Put a backup in the place of an empty register, and the models where there are none.

    Letters that were to leave wait for our copies or a person; count them. Raises
    ``BackupTrouble`` or ``CopyTrouble``; then nothing was written.
    """
    with _workshop(models) as shop:
        manifest = _unpacked(_decrypted(source, shop / "packed", identity), shop)
        target = open_database(url)
        try:
            with _opened(shop / _REGISTER) as kept:
                copying.copy(kept, target)
            held = copying.hold_letters(target)
        finally:
            target.close()
        if not models.exists() and (shop / _MODELS).is_dir():
            shutil.copytree(shop / _MODELS, models)
        return manifest, held


def settings_of(source: Path, config: Path, identity: Path | None = None) -> None:
    """Write the settings that a backup holds, where there are none. Raises ``BackupTrouble``."""
    with _workshop(config) as shop:
        _unpacked(_decrypted(source, shop / "packed", identity), shop)
        if not (shop / _SETTINGS).exists():
            raise BackupTrouble(
                "La sauvegarde ne contient pas de réglages : écrivez-les d’abord "
                "(« doleances init »), puis recommencez."
            )
        shutil.copyfile(shop / _SETTINGS, config)
        config.chmod(0o600)


def _copy_register(database: Database, target: Path) -> None:
    """SQLite copies itself page by page; any other database row by row."""
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection, sqlite3.connect(target) as copy:
            raw = cast(sqlite3.Connection, connection.connection.driver_connection)
            raw.backup(copy)  # in one go: writers go on beside it, and do not make it begin again
            copy.execute("PRAGMA journal_mode=delete")
        copy.close()
        return
    with _opened(target) as kept:
        copying.copy(database, kept)


def _unpacked(packed: Path, room: Path) -> Manifest:
    """Unpack and check everything against the manifest."""
    try:
        with tarfile.open(packed, "r:gz") as archive:
            _unpack(archive, room)
        told = json.loads((room / _MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**told)
    except (OSError, tarfile.TarError, EOFError, ValueError, TypeError) as error:
        raise BackupTrouble(
            "Ce fichier n’est pas une sauvegarde lisible. S’il est chiffré, donnez la clef ; "
            f"sinon, prenez une autre sauvegarde ({error})."
        ) from error
    register = room / _REGISTER
    if _sha256(register) != manifest.register_sha256:
        raise BackupTrouble(
            "La sauvegarde est abîmée : son registre a changé. Prenez-en une autre."
        )
    with _opened(register) as kept, kept.read() as session:
        found = copying.contents(session.connection())
        faults = journal.verify(session)[1]
    if found.seal != manifest.seal or dict(found.rows) != manifest.rows or faults:
        raise BackupTrouble(
            "La sauvegarde est abîmée : son journal ne se vérifie pas. Prenez-en une autre."
        )
    return manifest


def _unpack(archive: tarfile.TarFile, room: Path) -> None:
    """Plain files that we pack, and nothing else, whoever wrote the archive.

    A journal beside the register would change it when it is opened. ``extractall(filter=…)`` came
    with Python 3.11.4; Debian 12 has 3.11.2.
    """
    for member in archive:
        packed = archive.extractfile(member) if member.isreg() else None
        if packed is None or not _is_ours(member.name):
            continue
        path = room / member.name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file)


def _is_ours(name: str) -> bool:
    folder, *rest = name.split("/")
    known = folder == _MODELS if rest else name in (_MANIFEST, _REGISTER, _SETTINGS)
    return known and ".." not in rest


def _encrypted(packed: Path, sealed: Path, key: str) -> Path:
    try:
        recipient = pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError as error:
        raise BackupTrouble(
            "La clef de chiffrement ne se lit pas : attendu « age1… », que donne "
            "« doleances backup --new-key FICHIER »."
        ) from error
    _proved(packed)  # once encrypted, nobody here can open it any more
    with packed.open("rb") as plain, sealed.open("wb") as secret:
        pyrage.encrypt_io(plain, secret, [recipient])
    packed.unlink()
    return sealed


def _decrypted(source: Path, packed: Path, identity: Path | None) -> Path:
    with _readable(source) as file:
        secret = file.read(len(_MAGIC)) == _MAGIC
        file.seek(0)
        if not secret:
            return source
        if identity is None:
            raise BackupTrouble("Cette sauvegarde est chiffrée : donnez la clef (--key FICHIER).")
        try:
            key = pyrage.x25519.Identity.from_str(identity.read_text(encoding="ascii").strip())
            with packed.open("wb") as plain:
                pyrage.decrypt_io(file, plain, [key])
        except (OSError, UnicodeDecodeError, pyrage.IdentityError, pyrage.DecryptError) as error:
            raise BackupTrouble(
                f"La clef {identity} n’ouvre pas cette sauvegarde : prenez celle avec laquelle "
                "elle fut faite."
            ) from error
    return packed


def _readable(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise BackupTrouble(f"{source} ne se lit pas ({error.strerror}).") from error


@contextmanager
def _workshop(beside: Path) -> Iterator[Path]:
    """A room on the same disk, so that the finished file is put in its place in one move."""
    try:
        with tempfile.TemporaryDirectory(
            dir=beside.absolute().parent, prefix=".sauvegarde-"
        ) as room:
            yield Path(room)
    except OSError as error:
        raise BackupTrouble(
            f"La sauvegarde ne peut pas être écrite dans {beside.absolute().parent} "
            f"({error.strerror}) : vérifiez le dossier, ses droits et la place sur le disque."
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{path.absolute()}")
    try:
        yield database
    finally:
        database.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
