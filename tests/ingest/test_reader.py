"""Whatever a mail does to the programs that read it, it costs that mail alone (DESIGN §3.3)."""

import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from ingest.reader import Reader, Received, Unread, receive
from ingest.screening import Own
from tests.builders import a_mail
from tests.servers.process import wait_until

OWN = Own(frozenset({"contact@cabinet.example"}), "cabinet.example")


def fragile(data: bytes, own: Own) -> Received:
    """A parser with the worst of faults."""
    if b"tourne sans fin" in data:
        time.sleep(600)
    if b"s'effondre" in data:
        os._exit(9)
    if b"mange tout" in data:
        bytearray(8_000_000_000)
    return receive(data, own)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    opened = Reader(OWN, seconds=3, read_one=fragile)
    yield opened
    opened.close()


def subjects(reader: Reader, *mails: bytes) -> list[str]:
    """Of each mail its subject, or why it could not be read."""
    return [
        one.reason if isinstance(one, Unread) else one.mail.subject for one in reader(list(mails))
    ]


def test_many_are_read_in_their_order(reader):
    mails = [a_mail(f"Bonjour n° {n}" * (n % 7) * 900, f"N° {n}") for n in range(90)]
    assert subjects(reader, *mails) == [f"N° {n}" for n in range(90)]


def test_what_is_read_is_screened(reader):
    [read] = reader([a_mail(Auto_Submitted="auto-replied")])
    assert read.screening.kind == "automatic"


@pytest.mark.parametrize(
    ("evil", "word"),
    [("tourne sans fin", "temps"), ("s'effondre", "interrompu"), ("mange tout", "mémoire")],
)
def test_an_evil_mail_among_good_ones_is_found_out(reader, evil, word):
    said = subjects(reader, a_mail(subject="un"), a_mail(evil, "deux"), a_mail(subject="trois"))
    assert (said[0], said[2]) == ("un", "trois")
    assert word in said[1]


def test_two_evil_mails_at_once_and_reading_goes_on(reader):
    heavy = "s'effondre " * 50_000  # each too large to travel with another
    said = subjects(reader, a_mail(heavy, "un"), a_mail(heavy, "deux"), a_mail(subject="trois"))
    assert said[2] == "trois"
    assert "interrompu" in said[0]
    assert "interrompu" in said[1]
    assert subjects(reader, a_mail(subject="quatre")) == ["quatre"]


def test_reading_goes_on_when_somebody_killed_its_idle_processes():
    reader = Reader(OWN)
    assert subjects(reader, a_mail(subject="un")) == ["un"]
    for process in multiprocessing.active_children():
        process.kill()
    wait_until(lambda: not reader._pool.active, "the pool does not see it")
    assert subjects(reader, a_mail(subject="deux")) == ["deux"]
    reader.close()


def test_nothing_is_begun_for_nothing():
    unused = Reader(OWN)
    assert list(unused([])) == []
    unused.close()
