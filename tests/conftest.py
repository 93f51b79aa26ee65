"""Fixtures of all tests: a real database on both engines, an office, a frozen moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load
from config.settings import Settings
from config.write import settings_file
from register.database import Database, open_database
from tests.servers.postgresql import PostgreSQL

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # a Monday, 12 h in Paris


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An office of Nancy whose acknowledgements leave at once."""
    path = tmp_path / "doleances.toml"
    values: dict[str, str | int] = {
        "office.name": "Cabinet Lorrain d’Assurances",
        "office.email": "contact@cabinet.example",
        "procedure.undo_minutes": 0,
        "triage.audit_share": 0,
    }
    path.write_text(settings_file(values), encoding="utf-8")
    return load(path, {})


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with PostgreSQL() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty register, once on each engine."""
    url = f"sqlite:///{tmp_path}/register.db"
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.url(server.create_database())
    opened = open_database(url)
    yield opened
    opened.close()
