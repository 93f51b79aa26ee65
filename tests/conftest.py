"""Fixtures of all tests: a database on both engines, an office, a frozen moment, a learnt model."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from classifier.corpus import Example
from classifier.corpus import load as load_corpus
from classifier.learning import train
from classifier.model import Model
from config.load import load
from config.settings import Settings
from config.write import settings_file
from register.database import Database, open_database
from review import accounts
from tests.servers.postgresql import PostgreSQL

_PART = 700  # examples: enough for every label, few enough to learn from in seconds
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # a Monday, 12 h in Paris


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first: no process is left alone with it at the end."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return an_office(tmp_path)


def an_office(folder: Path) -> Settings:
    """An office of Nancy whose acknowledgements leave at once."""
    path = folder / "doleances.toml"
    path.write_text(_settings_of_an_office(), encoding="utf-8")
    return load(path, {})


@cache
def _settings_of_an_office() -> str:
    return settings_file(
        {
            "office.name": "Cabinet Lorrain d’Assurances",
            "office.email": "contact@cabinet.example",
            "procedure.undo_minutes": 0,
            "triage.audit_share": 0,
        }
    )


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords cost a moment rather than a tenth of a second: thousands of tests sign in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with its tables and nothing in them: copied, since making one takes longer than
    most tests.
    """
    path = tmp_path_factory.mktemp("empty") / "register.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def empty_there(postgresql: PostgreSQL) -> str:
    """The same on PostgreSQL: the name of its database."""
    name = postgresql.create_database()
    open_database(postgresql.url(name)).close()
    return name


@pytest.fixture
def register(tmp_path: Path, empty: Path) -> Iterator[Database]:
    """An empty register, on SQLite alone."""
    opened = open_database(f"sqlite:///{shutil.copy(empty, tmp_path / 'register.db')}")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty register, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("register")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = server.create_database(request.getfixturevalue("empty_there"))
    opened = open_database(server.url(name))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpus() -> list[Example]:
    return load_corpus()


@pytest.fixture(scope="session")
def part(corpus: list[Example]) -> list[Example]:
    """Whole batches, spread over the hands, so that honest splits stay possible."""
    batches = sorted({example.batch for example in corpus})
    kept = set(batches[:: max(1, len(corpus) // _PART)])
    return [example for example in corpus if example.batch in kept]


@pytest.fixture(scope="session")
def rest(corpus: list[Example], part: list[Example]) -> list[Example]:
    """Mails whose batches the model has not seen."""
    known = {example.batch for example in part}
    return [example for example in corpus if example.batch not in known][:400]


@pytest.fixture(scope="session")
def model(part: list[Example]) -> Model:
    return train(part, target_recall=0.98)
