"""The proofs of a file: whole, the same twice, and checked here as a stranger would check them."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select, text

from register import journal, mailboxes, proof
from register.journal import Act
from register.model import Document, Letter, Message, Remark
from register.proof import safe_name
from tests.builders import a_mail, raw
from tests.ledger import CLAIRE, EDITION, FACTS, NOON, enter, enter_whole

NUMBER = "REC-2026-0001"
PAPER = b"%PDF-1.4 a letter that was scanned"


@pytest.fixture
def filed(database):
    """A whole file with two mails, a letter that left, a document; and another file beside it."""
    entry_id = enter_whole(database)
    enter(database, replace(FACTS, client_name="Quelqu’un d’autre"))
    with database.begin() as session:
        for n, mail in enumerate((a_mail("Premier"), a_mail("Second")), 1):
            mailboxes.keep(session, [raw(mail, n, NOON + timedelta(hours=n))], NOON)
        for row in session.scalars(select(Message)):
            row.complaint_id, row.place = entry_id, "registered"
        session.add(
            Document(
                complaint_id=entry_id,
                name="../../C:\\lettre\u202efdp.exe\x1f",
                digest=hashlib.sha256(PAPER).hexdigest(),
                data=PAPER,
                at=NOON,
                by=CLAIRE,
            )
        )
        session.add(Remark(about=NUMBER, said="entre nous", at=NOON, by=CLAIRE))
    with database.begin() as session:
        journal.record(session, Act(CLAIRE, "decided", "message 1", {"label": "complaint"}), NOON)
        journal.record(session, Act(CLAIRE, "decided", "message 99", {"label": "thanks"}), NOON)
        journal.record(session, Act(CLAIRE, "registered", NUMBER, {"é": "à"}), NOON)
        journal.record(session, Act(CLAIRE, "registered", "REC-2026-0002", {}), NOON)
    return database


def packed(database, edition=EDITION) -> bytes:
    out = io.BytesIO()
    with database.read() as session:
        proof.pack(session, NUMBER, edition, out)
    return out.getvalue()


def opened(database, edition=EDITION) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(packed(database, edition)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def vouched(files: dict[str, bytes]) -> str:
    return files["VERIFICATION.txt"].decode()


def test_everything_is_in_it_and_nothing_of_anybody_else(filed):
    files = opened(filed)
    assert sorted(files) == [
        "VERIFICATION.txt",
        "courriels/001-recu-message-1.eml",
        "courriels/002-recu-message-2.eml",
        "documents/001-C-lettrefdp.exe",
        "dossier.json",
        "dossier.txt",
        "journal.jsonl",
        "lettres/001-redirect.eml",
        "lettres/001-redirect.envoi.txt",
    ]
    whole = b"".join(files.values())
    assert "Quelqu’un d’autre".encode() not in whole
    assert b"entre nous" not in whole


def test_mails_stand_in_the_order_of_their_arrival_and_not_of_their_rows(filed):
    with filed.begin() as session:
        session.get_one(Message, 2).received_at = NOON - timedelta(days=2)
    files = opened(filed)
    assert [name for name in files if name.startswith("courriels/")] == [
        "courriels/001-recu-message-2.eml",
        "courriels/002-recu-message-1.eml",
    ]
    assert [one["id"] for one in json.loads(files["dossier.json"])["courriels"]] == [2, 1]


def test_originals_are_byte_for_byte_and_answers_of_servers_stand_beside(filed):
    files = opened(filed)
    with filed.read() as session:
        [letter] = session.scalars(select(Letter.data))
        mails = session.scalars(select(Message.data).order_by(Message.id)).all()
    assert [
        files["courriels/001-recu-message-1.eml"],
        files["courriels/002-recu-message-2.eml"],
    ] == mails
    assert files["lettres/001-redirect.eml"] == letter
    assert files["documents/001-C-lettrefdp.exe"] == PAPER
    assert message_from_bytes(letter)["Subject"]
    told = files["lettres/001-redirect.envoi.txt"].decode()
    assert "Réponse du serveur : 250 2.0.0 OK 1abc" in told
    assert "Partie : 11/09/2026 à 00:30:00 (+0200)" in told


def test_the_entry_is_there_to_read_and_for_a_program(filed):
    files = opened(filed)
    readable = files["dossier.txt"].decode()
    assert "Réponse apportée : Moitié de la franchise remboursée" in readable
    assert "Madame, la moitié de votre franchise vous est remboursée." in readable
    assert "Réclamation reçue le lundi 7 septembre 2026 (jour non compté)." in readable
    whole = json.loads(files["dossier.json"])
    assert whole["reclamation"]["number"] == NUMBER
    assert [one["name"] for one in whole["parties"]] == ["Thomas Weber", "Garage Martin"]
    assert {key: len(rows) for key, rows in whole.items() if key != "reclamation"} == {
        "parties": 2,
        "reponses": 2,
        "informations": 2,
        "dysfonctionnements": 2,
        "actions": 1,
        "courriels": 2,
        "decisions": 0,
        "lettres": 1,
        "documents": 1,
    }


def test_every_file_has_its_digest_on_the_page_that_vouches(filed):
    files = opened(filed)
    for name, data in files.items():
        if name != "VERIFICATION.txt":
            assert name in vouched(files)
            assert hashlib.sha256(data).hexdigest() in vouched(files)
    assert vouched(files).count("tel qu’il est arrivé") == 2


def test_the_seals_can_be_computed_again_without_this_program(filed):
    lines = [json.loads(line) for line in opened(filed)["journal.jsonl"].splitlines()]
    assert [line["about"] for line in lines] == ["message 1", NUMBER]
    for line in lines:
        payload = json.dumps(line["payload"], sort_keys=True)
        digest = hashlib.sha256((line["salt"] + payload).encode()).hexdigest()
        assert digest == line["payload_digest"]
        sealed = [line[key] for key in ("previous", "seq", "timestamp", "actor", "action", "about")]
        seal = hashlib.sha256(json.dumps([*sealed, digest]).encode()).hexdigest()
        assert seal == line["seal"]


def test_a_whole_chain_is_said_to_be_whole_with_its_head(filed):
    with filed.read() as session:
        head = journal.history(session, "REC-2026-0002")[-1].seal
    said = vouched(opened(filed))
    assert f"Lignes du journal : 4. Sceau de la dernière : {head}." in said
    assert "intacts" in said


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE journal SET actor = 'x' WHERE seq = 2", "ligne 2 : chaîne rompue"),
        ("UPDATE complaint SET subject = 'x' WHERE id = 1", "REC-2026-0001 : modifié"),
        ("UPDATE message SET data = NULL WHERE id = 1", "l’original manque"),
    ],
)
def test_what_was_changed_behind_the_program_s_back_is_said(filed, tampering, said):
    with filed.begin() as session:
        session.execute(text(tampering))
    assert said in vouched(opened(filed))


def test_a_mail_that_is_not_the_one_that_came_is_said_to_be_another(filed):
    with filed.begin() as session:
        session.get_one(Message, 1).data = b"Subject: autre\r\n\r\n"
    assert "CE N’EST PAS le courriel qui est arrivé" in vouched(opened(filed))


def test_what_was_erased_is_named_with_its_day(filed):
    with filed.begin() as session:
        row = session.get_one(Message, 2)
        row.data, row.erased_on, digest = None, date(2026, 11, 20), row.digest
    files = opened(filed)
    assert "courriels/002-recu-message-2.eml" not in files
    assert f"effacé le 20/11/2026 ; SHA-256 à l’arrivée : {digest}" in vouched(files)


def test_the_same_data_and_moment_give_the_same_bytes(filed):
    assert packed(filed) == packed(filed)
    assert packed(filed) != packed(filed, replace(EDITION, at=NOON + timedelta(minutes=1)))


def test_files_bear_the_moment_of_the_edition(filed):
    archive = zipfile.ZipFile(io.BytesIO(packed(filed)))
    assert {info.date_time for info in archive.infolist()} == {(2026, 11, 23, 12, 0, 0)}


def test_an_entry_that_is_not_there_has_no_proofs(database):
    with database.read() as session, pytest.raises(LookupError):
        proof.pack(session, NUMBER, EDITION, io.BytesIO())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("lettre.pdf", "lettre.pdf"),
        ("Relevé d’expertise (cœur).PDF", "Releve-dexpertise-coeur.PDF"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\C:\\x.exe", "C-x.exe"),
        ("a/b\x00c", "a-b-c"),
        ("\u202e\u2066", "sans-nom"),
        ("漢字", "sans-nom"),
        ("", "sans-nom"),
        ("...", "sans-nom"),
        ("-rf", "rf"),
        ("x" * 300 + ".pdf", "x" * 76 + ".pdf"),
        ("x" * 300, "x" * 80),
    ],
)
def test_no_name_is_a_path_a_device_or_a_command(name, safe):
    assert safe_name(name) == safe
    assert len(safe) <= 80


def test_moments_are_the_office_s(filed):
    evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    said = vouched(opened(filed, replace(EDITION, at=evening)))
    assert "Édité le 24/11/2026 à 00 h 30 par Henri Klein (Europe/Paris)." in said
