"""Moments keep their zone on every database, and naive ones are refused."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from register.model import Attempt


def test_a_moment_comes_back_as_it_was(database, now):
    elsewhere = now.astimezone(timezone(timedelta(hours=5)))
    with database.begin() as session:
        session.add(Attempt(email="a@x.example", at=elsewhere))
    with database.read() as session:
        found = session.query(Attempt).one().at
    assert found == now
    assert found.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(database):
    with pytest.raises((StatementError, ValueError)), database.begin() as session:
        session.add(Attempt(email="a@x.example", at=datetime(2026, 1, 1)))  # noqa: DTZ001
