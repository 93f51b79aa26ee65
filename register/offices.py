"""Several offices on one PostgreSQL: each a schema that a role of its own owns.

Nothing else of the program knows: a role's search path leads it to its own tables, and to no others.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import sleep

from sqlalchemy import URL, Connection, create_engine, make_url, select, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from config.trouble import Trouble
from register import copying
from register.copying import Contents
from register.model import Mailbox, Table
from register.wall import PREFIX, UNWALLED

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
AT_ONCE = 20  # connections: no office takes those of the others; a daemon at rest holds three
_PATIENCE = "10s"  # for a lock, before giving up
_LOOKS, _BETWEEN_LOOKS = 20, 0.1  # seconds
_DRIVER = "postgresql+psycopg"


class OfficeTrouble(Trouble):
    """An office cannot be added, looked at or removed: what happened, what to do, in French."""


@dataclass(frozen=True)
class Standing:
    """How an office fares on the server."""

    bytes: int  # of its tables and indexes
    version: str  # of its schema; nothing if it has no tables
    passed_at: datetime | None  # when one of its mailboxes was last read to its end
    unwalled: tuple[str, ...]  # tables without the second wall: there should be none


def create(admin_url: str, name: str) -> str:
    """Make an office's role and its empty schema in the administrator's database; the address at
    which the role finds it, password included. All of it or nothing. Raises ``OfficeTrouble``.
    """
    role, password = _role(name), secrets.token_urlsafe(32)
    with _connected(admin_url) as connection:
        if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": role}):
            raise OfficeTrouble(
                f"Ce serveur PostgreSQL connaît déjà un cabinet « {name} » : prenez un autre nom."
            )
        url = connection.engine.url
        quote = connection.dialect.identifier_preparer.quote
        base = quote(url.database or "")
        for statement in (
            f"REVOKE ALL ON DATABASE {base} FROM PUBLIC",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            # NOINHERIT: made a member of another role by mistake, it still has no rights of it.
            f"CREATE ROLE {role} LOGIN NOINHERIT CONNECTION LIMIT {AT_ONCE} "
            f"PASSWORD '{_verifier(connection, role, password)}'",
            f"GRANT CONNECT ON DATABASE {base} TO {role}",
            f"ALTER ROLE {role} IN DATABASE {base} SET search_path = {role}",
            f"GRANT {role} TO CURRENT_USER",
            f"CREATE SCHEMA {role} AUTHORIZATION {role}",
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {role} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
            f"REVOKE {role} FROM CURRENT_USER",
        ):
            connection.exec_driver_sql(statement)
    return _address(url, role, password)


def drop(admin_url: str, name: str, held: Contents | None = None) -> None:
    """Remove an office's role, schema and all that is in it, if it holds what ``held`` says (where
    that is given: what was backed up) and nobody works on it. Raises ``OfficeTrouble``; then
    nothing is removed.
    """
    role = _role(name)
    _wait_until_left(admin_url, name)
    with _connected(admin_url) as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
        connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")
        if held is not None:
            _hold_still(connection, role)
            if copying.contents(connection) != held:
                raise OfficeTrouble(
                    "Le registre a changé depuis la sauvegarde : rien n’a été supprimé. "
                    "Arrêtez le service du cabinet, puis recommencez."
                )
        connection.exec_driver_sql(f"DROP OWNED BY {role} CASCADE")
        connection.exec_driver_sql(f"DROP ROLE {role}")


def standing(url: str) -> Standing:
    """Look at an office with its own rights, and change nothing, not even an old schema.

    Raises ``OfficeTrouble`` when it cannot be reached.
    """
    with _connected(url) as connection:
        size = connection.scalar(
            text(
                "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
                "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
            )
        )
        unwalled = tuple(connection.scalars(text(UNWALLED)))
        version = passed_at = None
        if connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL")):
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
            passed = select(Mailbox.passed_at).where(Mailbox.passed_at.is_not(None))
            passed_at = connection.scalar(passed.order_by(Mailbox.passed_at.desc()).limit(1))
        return Standing(int(size or 0), version or "", passed_at, unwalled)


def is_office(url: str, name: str) -> bool:
    """Whether an address is that of the office of this name."""
    return make_url(url).username == _role(name)


def _role(name: str) -> str:
    """An office's role and schema. The name is safe in SQL, a file's name and a unit's."""
    if not _NAME.fullmatch(name):
        raise OfficeTrouble(
            f"« {name} » ne peut pas nommer un cabinet : une lettre minuscule, puis des minuscules "
            "sans accent, des chiffres ou « _ », 40 au plus. Exemple : cabinet_martin."
        )
    return PREFIX + name


def _wait_until_left(admin_url: str, name: str) -> None:
    """The server takes a moment to see that somebody has left."""
    busy = text("SELECT count(*) FROM pg_stat_activity WHERE usename = :role")
    for _ in range(_LOOKS):
        with _connected(admin_url) as connection:
            if not connection.scalar(busy, {"role": _role(name)}):
                return
        sleep(_BETWEEN_LOOKS)
    raise OfficeTrouble(
        f"Le service du cabinet « {name} » tourne encore : rien n’a été supprimé. "
        f"Arrêtez-le (systemctl disable --now doleances@{name}), puis recommencez."
    )


def _hold_still(connection: Connection, role: str) -> None:
    """Nobody writes between the last look and the end."""
    connection.exec_driver_sql(f"SET LOCAL search_path = {role}")
    quote = connection.dialect.identifier_preparer.quote
    tables = ", ".join(quote(table.name) for table in Table.metadata.sorted_tables)
    connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")


def _verifier(connection: Connection, role: str, password: str) -> str:
    """What the server keeps instead of the password (RFC 5803): the server's log may show it."""
    driver = connection.connection.driver_connection
    sealed: bytes = driver.pgconn.encrypt_password(  # type: ignore[union-attr]
        password.encode(), role.encode(), b"scram-sha-256"
    )
    return sealed.decode()


def _address(admin: URL, role: str, password: str) -> str:
    """By the network: through a local socket PostgreSQL asks for a system user of the same name."""
    query = {key: value for key, value in admin.query.items() if key != "host"}
    url = admin.set(username=role, password=password, host=admin.host or "127.0.0.1", query=query)
    return url.render_as_string(hide_password=False)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """One transaction."""
    try:
        address = make_url(url)
        if address.get_backend_name() != "postgresql":
            raise OfficeTrouble("Plusieurs cabinets demandent PostgreSQL : donnez postgresql://…")
        engine = create_engine(address.set(drivername=_DRIVER), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection
    except (SQLAlchemyError, ArgumentError, ModuleNotFoundError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise OfficeTrouble(
            f"PostgreSQL refuse ou ne répond pas ({reason}). Vérifiez l’adresse, le serveur et les "
            "droits : ajouter ou supprimer un cabinet demande le propriétaire de la base, avec CREATEROLE."
        ) from error
