"""Speed of a large register: a page, a search, a case, the chain; as ratios to one row by its key.

One register on SQLite in a temporary folder, of MESSAGES, ENTRIES and LINES of the journal, written in bulk
with its index of search. Each figure is a median in milliseconds and, as machines
differ, its ratio to a bare SELECT by primary key timed between the others. Give a smaller size to look
quickly: ``python bench/register.py 20000``. Give a file to keep the register there and find it again the
next time: ``python bench/register.py 1000000 register.db``.
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import insert, select, text

from register import answers, complaints, findings, journal, listing, messages, search, statistics
from register.database import Database, Session, open_database
from register.deadlines import Rules, as_json, compute
from register.journal import FIRST
from register.listing import Wanted
from register.model import Answer, Complaint, Counter, Entry, Message, Party
from register.outbox import of_complaint
from register.statistics import Period

MESSAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
ENTRIES, LINES = MESSAGES // 20, MESSAGES // 2
TIMES = 15
NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
TODAY = NOW.date()
LOT = random.Random(7)
_NAMES = [f"{name}{end}" for name in ("Mang", "Humb", "Lamb", "Thi", "Kle", "Rous", "Gér", "Noë")
          for end in ("in", "ert", "sel", "é", "mann", "sat", "ard", "l", "ault", "et")]  # fmt: skip
_WORDS = ["contrat", "sinistre", "dégât", "eaux", "garantie", "cotisation", "assureur", "expert"]
_RARE = [f"{a}{b}{c}" for a in ("bar", "col", "dru", "fen", "gal", "mer", "pon", "ver")
         for b in ("ti", "lo", "ma", "cu", "de", "ra") for c in ("re", "ne", "sse", "té", "x", "lle")]  # fmt: skip


def said(count: int) -> str:
    """Words as a language has them: a few everywhere, most seldom."""
    words = LOT.choices(_WORDS, k=count // 3) + LOT.choices(_RARE, k=count - count // 3)
    return "Bonjour, " + " ".join(words)


def mails() -> Iterator[dict[str, Any]]:
    texts = [said(60) for _ in range(2000)]
    for n in range(1, MESSAGES + 1):
        name, at = LOT.choice(_NAMES), NOW - timedelta(minutes=MESSAGES - n)
        yield {
            "digest": f"{n:064x}", "size": 4000, "truncated": False, "imported": False,
            "received_at": at, "collected_at": at, "version": 1, "references": [],
            "place": "filed" if n % 50 else "queue", "label": "service" if n % 20 else "complaint",
            "band": "other", "probability": 0.1, "message_id": f"{n}@courriel.example",
            "sender_name": name, "sender_email": f"{name.lower()}{n % 9973}@courriel.example",
            "subject": f"{LOT.choice(_WORDS)} {LOT.choice(_RARE)} dossier {n % 30011}",
            "excerpt": texts[n % 2000][:240], "text": f"{texts[n % 2000]} {LOT.choice(_RARE)}",
            "decided_at": at if n % 2 else None, "complaint_id": None,
        }  # fmt: skip


def entries() -> Iterator[dict[str, Any]]:
    days = [TODAY - timedelta(days=n) for n in range(1800)]
    limits = {day: compute(day, day, Rules()) for day in days}
    for n in range(1, ENTRIES + 1):
        day = days[-1 - n * 1799 // ENTRIES]
        found, name, closed = limits[day], LOT.choice(_NAMES), n % 40 != 0
        yield {
            "number": f"REC-{day.year}-{n:05}", "state": "CLOTUREE" if closed else "EN_INSTRUCTION",
            "channel": "COURRIEL", "client_name": name, "client_kind": "PARTICULIER",
            "client_email": f"{name.lower()}{n % 9973}@courriel.example",
            "received_on": day, "sent_on": day, "subject": said(6), "contract_ref": f"C-{n % 7919}",
            "product": LOT.choice(["AUTO", "MRH", "SANTE_IND"]), "service": "", "motive": LOT.choice(["M09", "M12", "M13"]),
            "language": "fr", "note": said(20), "deadlines": as_json(found), "signals": [],
            "ack_due": found.ack.operational, "answer_due": found.answer.operational,
            "acknowledged_on": day + timedelta(days=LOT.randrange(14)), "ack_mode": "AUTO",
            "answered_on": day + timedelta(days=LOT.randrange(70)) if closed else None,
            "registered_at": NOW, "registered_by": "", "responsible": LOT.choice(["claire", "marc"]),
        }  # fmt: skip


def parties() -> Iterator[dict[str, Any]]:
    for n in range(1, ENTRIES + 1):
        yield {"complaint_id": n, "aimed": True, "name": LOT.choice(_NAMES), "role": "ASSUREUR"}


def replies() -> Iterator[dict[str, Any]]:
    for n in range(1, ENTRIES + 1):
        yield {
            "complaint_id": n, "state": "sent", "outcome": "REJETEE", "summary": said(10),
            "written_by": "", "written_at": NOW, "points": [], "points_met": [],
        }  # fmt: skip


def lines() -> Iterator[dict[str, Any]]:
    seal, salt = FIRST, "5a" * 16
    for seq in range(1, LINES + 1):
        payload = {"complaint": f"REC-2026-{seq:05}", "entry": "a" * 64, "label": "complaint"}
        digest = journal._digest(salt, payload)
        line = (seq, NOW.timestamp(), "claire@cabinet.example", "decided", f"message {seq}", digest)
        seal = journal._seal(seal, line)
        yield {
            "seq": seq, "at": NOW, "actor": line[2], "action": line[3], "about": line[4],
            "payload": payload, "salt": salt, "payload_digest": digest, "seal": seal,
        }  # fmt: skip


def write(database: Database, table: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    start, count = perf_counter(), 0
    while some := list(islice(rows, 20_000)):
        with database.begin() as session:
            session.execute(insert(table), some)
        count += len(some)
    print(f"wrote {count:>9,} {table.__tablename__:<10} {perf_counter() - start:6.1f} s")


@contextmanager
def in_bulk(database: Database) -> Iterator[None]:
    """The indexes of search are filled once, in the end, and not row by row."""
    with database.begin() as session:
        kept = session.execute(
            text(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%search%'"
            )
        ).all()
        for name, _ in kept:
            session.execute(text(f"DROP TRIGGER {name}"))
    yield
    start = perf_counter()
    with database.begin() as session:
        for part, columns in (
            ("names", "who"),
            ("heading", "who, what"),
            ("all", "who, what, said"),
        ):
            session.execute(
                text(
                    f"INSERT INTO complaint_search_{part} (rowid, {columns}) "
                    f"SELECT id, {columns} FROM complaint_words"
                )
            )
            index = f"message_search_{part}"
            session.execute(text(f"INSERT INTO {index} ({index}) VALUES ('rebuild')"))
        for _, sql in kept:
            session.connection().exec_driver_sql(sql)
    print(f"indexed all for search         {perf_counter() - start:6.1f} s")


def deep(session: Session, pages: int) -> str:
    """Where the page after so many begins."""
    rows = select(Complaint.id).order_by(Complaint.id.desc()).offset(pages * listing.PAGE - 1)
    found = session.scalar(rows.limit(1))
    return f"0.{found}" if found else ""


def a_case(session: Session, number: str) -> None:
    entry = complaints.named(session, number)
    assert entry is not None
    complaints.facts_of(session, entry)
    complaints.mails_of(session, entry)
    answers.history(session, entry)
    findings.of_complaint(session, entry)
    findings.actions_of(session, entry)
    of_complaint(session, entry)
    journal.history(session, number)


def timed(database: Database, work: Callable[[Session], object]) -> float:
    """Milliseconds, on a session of its own as a page has."""
    with database.read() as session:
        session.connection()
        start = perf_counter()
        work(session)
        return 1000 * (perf_counter() - start)


def works(database: Database) -> dict[str, Callable[[Session], object]]:
    with database.read() as session:
        after = deep(session, min(500, ENTRIES // listing.PAGE - 1))
        number = session.get_one(Complaint, ENTRIES // 2).number
        far = f"0.{MESSAGES // 2}"
    entries, mails = listing.listing, messages.listing
    asked = messages.Wanted

    def found(words: str) -> Callable[[Session], object]:
        def look(session: Session) -> None:
            rows = entries(session, Wanted(words=words), TODAY).rows
            search.extracts(session, rows, words)

        return look

    return {
        "register, first page": lambda s: entries(s, Wanted(), TODAY),
        "register, 500th page": lambda s: entries(s, Wanted(after=after), TODAY),
        "register, late ones": lambda s: entries(s, Wanted(late=True), TODAY),
        "register, nothing so filtered": lambda s: entries(s, Wanted(product="X"), TODAY),
        "mail, first page": lambda s: mails(s, asked()),
        "mail, in the middle": lambda s: mails(s, asked(after=far)),
        "mail, one place, in the middle": lambda s: mails(s, asked("queue", after=far)),
        "mail, counted by place": lambda s: messages.counts_up_to(s, 10_000),
        "mail, counted to the unit": messages.counts,
        "search entries, a number": found(number),
        "search entries, two words": found("noël garan"),
        "search mail, a rare pair": lambda s: mails(s, asked(words="mangin dossier 4711")),
        "search mail, a common word": lambda s: mails(s, asked(words="bonjour")),
        "search mail, common words, begun": lambda s: mails(s, asked(words="sinistre gar")),
        "search mail, two letters begun": lambda s: mails(s, asked(words="co")),
        "search mail, nothing": lambda s: mails(s, asked(words="introuvable contrat")),
        "a case": lambda s: a_case(s, number),
        "indicators of a year": lambda s: statistics.indicators(s, Period(2025), TODAY, UTC),  # type: ignore[arg-type]
    }


def fill(database: Database) -> None:
    with in_bulk(database):
        write(database, Complaint, entries())
        write(database, Party, parties())
        write(database, Answer, replies())
        write(database, Message, mails())
        write(database, Entry, lines())
    with database.begin() as session:
        session.add(Counter(series="journal", last=LINES))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "register.db"
        kept = path.exists()
        database = open_database(f"sqlite:///{path.resolve()}")
        if not kept:
            fill(database)
        print(f"{path.stat().st_size / 1e6:,.0f} MB\n")
        measured(database)
        start, worked = perf_counter(), process_time()
        with database.read() as session:
            held, faults = journal.verify(session)
        assert (held, faults) == (LINES, [])
        print(
            f"\nverify {held:,} lines: {perf_counter() - start:.1f} s "
            f"({process_time() - worked:.1f} s of processor)"
        )
        database.close()


def measured(database: Database) -> None:
    every = works(database)
    bare: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in every}
    for _ in range(TIMES):
        for name, work in every.items():
            key = LOT.randrange(1, ENTRIES)
            bare.append(timed(database, lambda s, key=key: s.get(Complaint, key)))  # type: ignore[misc]
            taken[name].append(timed(database, work))
    reference = median(bare[len(every) :])
    print(f"{'one entry by its key':<34} {reference:9.2f} ms")
    for name, times in taken.items():
        found = median(times)
        print(f"{name:<34} {found:9.2f} ms  × {found / reference:,.0f}")


if __name__ == "__main__":
    main()
