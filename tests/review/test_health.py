"""What machines that watch over the program are told, and whom it is not told."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from classifier.shelf import Shelf
from config.load import load
from config.settings import Settings
from config.write import settings_file
from register import mailboxes
from register.model import Letter, Message, Place
from tests.review.site import site
from tests.test_procedure import Case


@pytest.fixture
def watched(tmp_path: Path, model) -> Settings:
    """An office with one mailbox and a model in service."""
    path = tmp_path / "doleances.toml"
    values: dict[str, str | int] = {
        "office.email": "contact@cabinet.example",
        "mailbox.0.name": "contact",
    }
    values |= {"mailbox.0.host": "127.0.0.1", "mailbox.0.user": "u", "mailbox.0.password": "p"}
    path.write_text(settings_file(values), encoding="utf-8")
    settings = load(path, {})
    Shelf(settings.triage.models).put(model)
    return settings


def behind(settings: Settings, **web: object) -> Settings:
    return settings.model_copy(update={"web": settings.web.model_copy(update=web)})


def passed(database, now, minutes: int) -> None:
    with database.begin() as session:
        mailboxes.passed(session, "contact", now - timedelta(minutes=minutes))


@pytest.mark.parametrize("path", ["/health", "/healthz"])
def test_it_lives(database, watched, now, path):
    with site(database, watched, lambda: now) as browser:
        assert (browser.get(path).status, browser.get(path).text) == (200, '{"ok":true}')


def test_ready_when_mail_is_read_and_judged(database, watched, now):
    passed(database, now, 3)
    with site(database, watched, lambda: now) as browser:
        answer = browser.get("/readyz")
    assert (answer.status, json.loads(answer.text)) == (200, {"ready": True, "reasons": []})


@pytest.mark.parametrize(
    ("minutes", "with_model", "reason"),
    [
        (None, True, "boîte « contact » : jamais lue"),
        (42, True, "boîte « contact » : pas lue depuis 42 minutes"),
        (3, False, "aucun modèle n’est en service"),
    ],
)
def test_not_ready_and_why(database, watched, now, minutes, with_model, reason):
    if minutes is not None:
        passed(database, now, minutes)
    if not with_model:
        (watched.triage.models / "promoted.json").unlink()
    with site(database, watched, lambda: now) as browser:
        answer = browser.get("/readyz")
    assert (answer.status, json.loads(answer.text)["reasons"]) == (503, [reason])


def test_a_database_that_is_gone_is_said(watched, now, postgresql):
    from register.database import open_database

    name = postgresql.create_database()
    database = open_database(postgresql.url(name))
    with site(database, watched, lambda: now) as browser:
        with database.begin() as session:
            session.connection().exec_driver_sql("DROP TABLE mailbox CASCADE")
        answer = browser.get("/readyz")
    database.close()
    assert answer.status == 503
    assert json.loads(answer.text)["reasons"] == ["la base de données ne répond pas"]


def test_metrics_count_what_is_there(database, watched, now):
    case = Case(database, watched, now - timedelta(days=12))
    passed(database, now, 2)
    with database.begin() as session:
        letters = session.query(Letter).count()
        [queued] = {row.state for row in session.query(Letter)} or {""}
        session.add(
            Message(
                digest="d",
                size=1,
                truncated=False,
                received_at=now,
                collected_at=now,
                imported=False,
                place=Place.QUEUE,
                band="complaint",
                subject="Sujet secret",
                sender_email="client@ailleurs.example",
            )
        )
    with site(database, watched, lambda: now) as browser:
        answer = browser.get("/metrics")
    lines = answer.text.splitlines()
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in (
        'doleances_mailbox_pass_age_seconds{mailbox="contact"} 120.0',
        'doleances_mailbox_failing{mailbox="contact"} 0.0',
        'doleances_queue_messages{band="complaint"} 1.0',
        'doleances_queue_messages{band="review"} 0.0',
        f'doleances_letters{{state="{queued}"}} {float(letters)}',
        'doleances_nearest_deadline_days{duty="acknowledge"} -2.0',
    ):
        assert line in lines, line
    for name in (
        "process_resident_memory_bytes",
        "doleances_model_info{",
        "doleances_model_recall",
    ):
        assert any(line.startswith(name) for line in lines), name
    assert not any(word in answer.text for word in ("secret", "client@", case.number))


@pytest.mark.parametrize(
    ("web", "authorization", "status"),
    [
        ({}, "", 200),
        ({"public_url": "https://reclamations.cabinet.example"}, "", 403),
        ({"public_url": "https://reclamations.cabinet.example"}, "Bearer ", 403),
        (
            {"public_url": "https://r.example", "metrics_token": SecretStr("jeton")},
            "Bearer jeton",
            200,
        ),
        (
            {"public_url": "https://r.example", "metrics_token": SecretStr("jeton")},
            "Bearer autre",
            403,
        ),
        ({"public_url": "https://r.example", "metrics_token": SecretStr("jeton")}, "", 403),
        ({"public_url": "https://r.example", "metrics_token": SecretStr("")}, "Bearer ", 403),
    ],
)
def test_figures_are_for_this_machine_or_for_whoever_has_the_token(
    database, watched, now, web, authorization, status
):
    passed(database, now, 3)
    with site(database, behind(watched, **web), lambda: now) as browser:
        assert browser.get("/metrics", Authorization=authorization).status == status
        ready = browser.get("/readyz", Authorization=authorization)
    assert ready.status == 200
    assert ("reasons" in json.loads(ready.text)) == (status == 200)


def test_whoever_comes_through_another_server_is_not_of_this_machine(database, watched, now):
    with site(database, watched, lambda: now) as browser:
        assert browser.get("/metrics", X_Forwarded_For="192.0.2.7").status == 403
