"""Every nasty mail is read as a good mail program would show it, and screened as what it is."""

from datetime import datetime

import pytest

from ingest.parse import parse
from ingest.screening import Own, screen
from tests.ingest.nasty import (
    addresses,
    automatic,
    bounces,
    charsets,
    dates,
    flowed,
    headers,
    hostile,
    html,
    humans,
    mime,
    names,
    transfer,
    words,
)
from tests.ingest.nasty.mails import Nasty

OWN = Own(frozenset({"contact@cabinet.example", "claire@cabinet.example"}), "cabinet.example")
THEMES = (
    headers, charsets, words, names, dates, addresses, mime, transfer, html, flowed, automatic,
    bounces, humans, hostile,
)  # fmt: skip
ROWS = [pytest.param(row, id=row.name) for theme in THEMES for row in theme.MAILS]


@pytest.mark.parametrize("row", ROWS)
def test_a_nasty_mail_is_read(row: Nasty) -> None:
    mail = parse(row.data)
    screening = screen(mail, OWN)
    seen = (mail.subject, mail.text, str(mail.sender))
    assert row.subject in (None, mail.subject)
    assert row.sender in (None, (mail.sender.name, mail.sender.email))
    assert row.to in (None, tuple(each.email for each in mail.to))
    assert row.text in (None, mail.text)
    assert row.new_text in (None, mail.new_text)
    assert [words for words in row.contains if words not in mail.text] == []
    assert [words for words in row.lacks if any(words in each for each in seen)] == []
    assert row.files in (None, tuple(each.filename for each in mail.attachments))
    assert set(row.defects) <= set(mail.defects)
    if row.sent_at is not None:
        assert mail.sent_at == (datetime.fromisoformat(row.sent_at) if row.sent_at else None)
    assert screening.kind == row.kind
    assert row.acknowledge in (None, screening.withheld_because is None)


@pytest.mark.parametrize("row", ROWS)
def test_what_was_read_can_be_kept(row: Nasty) -> None:
    """PostgreSQL refuses NUL and lone surrogates; a page refuses control characters."""
    mail = parse(row.data)
    files = "".join(each.filename + each.text for each in mail.attachments)
    kept = f"{mail.subject}{mail.text}{mail.html}{mail.sender}{mail.to}{mail.headers}{files}"
    assert "\0" not in kept
    kept.encode()


def test_every_name_is_given_once() -> None:
    names = [row.values[0].name for row in ROWS]  # type: ignore[union-attr]
    assert len(names) >= 220
    assert sorted(set(names)) == sorted(names)
