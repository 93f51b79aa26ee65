"""Documents given with a form: kept byte for byte, read back safely, refused with their reason."""

import hashlib
import io
import socket
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection
from urllib.parse import unquote

import pypdfium2
import pytest
from sqlalchemy import select

from config.rights import Role
from config.settings import Settings
from config.staff import Colleague
from register import complaints, journal
from register.complaints import Facts
from register.database import Database, open_database
from register.model import Answer as Given
from register.model import Complaint, Document, State
from review import accounts
from review.desk import Desk, Told
from tests.conftest import NOON, an_office
from tests.review.site import EMAIL, PASSWORD, Answer, Browser, site

CLERK = "paul@cabinet.example"
LETTER = b"%PDF-1.4 une lettre"
EDGE = "----8c1e"


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Settings:
    staff = (
        Colleague(name="Claire Humbert", email=EMAIL, role=Role.MANAGER),
        Colleague(name="Paul Petit", email=CLERK, role=Role.CLERK),
    )
    return an_office(tmp_path_factory.mktemp("office")).model_copy(update={"staff": staff})


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('papers')}/desk.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(register, office) -> Iterator[Browser]:
    with site(register, office, lambda: NOON) as opened:
        with register.begin() as session:
            accounts.add(session, CLERK, "Paul Petit", PASSWORD, NOON)
        assert opened.sign_in().status == 303
        yield opened


@pytest.fixture
def number(register, office) -> str:
    return entered(register, office)


def entered(register: Database, office: Settings, **facts: object) -> str:
    said = Facts(client_name="Jeanne Mangin", channel="COURRIER", **facts)  # type: ignore[arg-type]
    day = (NOON - timedelta(days=2)).date()
    with register.begin() as session:
        return Desk(session, office, NOON).enter(Told(said, day, day, ""), EMAIL).number


def body(form: dict[str, str], name: str | None, data: bytes) -> bytes:
    """A form as a browser writes it (RFC 7578)."""
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in form.items()
    ]
    if name is not None:
        quoted = name.replace('"', "%22")
        head = (
            f'--{EDGE}\r\nContent-Disposition: form-data; name="document"; filename="{quoted}"\r\n'
        )
        parts.append(head.encode() + b"Content-Type: application/pdf\r\n\r\n" + data + b"\r\n")
    return b"".join([*parts, f"--{EDGE}--\r\n".encode()])


def send(
    browser: Browser, path: str, form: dict[str, str], name: str | None, data: bytes
) -> Answer:
    whole = body({"csrf": browser.csrf} | form, name, data)
    connection = HTTPConnection("127.0.0.1", browser.port, timeout=30)
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}", "Cookie": browser.cookie}
    connection.request("POST", path, whole, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, unescape(text))


def version(register: Database, number: str) -> str:
    with register.read() as session:
        return str(complaints.named(session, number).version)


def kept(register: Database, number: str) -> list[Document]:
    with register.read() as session:
        entry = complaints.named(session, number)
        rows = complaints.rows_of(session, Document, Document.complaint_id == entry.id)
        [row.data for row in rows]
        session.expunge_all()
        return rows


def join(browser, register, number, name="lettre.pdf", data=LETTER, **form: str) -> Answer:
    said = {"version": version(register, number), "kind": "lettre du client"} | form
    return send(browser, f"/registre/{number}/joindre", said, name, data)


def test_a_document_is_kept_shown_saved_and_proved(browser, register, number):
    said = {"document_on": "2026-11-20", "document_said": "Reçue <b>déchirée</b>."}
    answer = join(browser, register, number, "Lettre de Mme Roÿ.pdf", LETTER, **said)
    assert (answer.status, answer.headers["location"]) == (
        303,
        f"/registre/{number}?fait=joindre#documents",
    )
    [document] = kept(register, number)
    digest = hashlib.sha256(LETTER).hexdigest()
    assert (document.data, document.digest, document.kind) == (LETTER, digest, "lettre du client")
    with register.read() as session:
        line = journal.history(session, number)[-1]
    assert (line.action, line.actor) == ("paper kept", EMAIL)
    told = dict(line.payload)
    del told["entry"]  # the seal of the entry, as on every line
    assert told == {
        "document": document.id,
        "name": "Lettre de Mme Roÿ.pdf",
        "digest": digest,
        "kind": "lettre du client",
        "on": "2026-11-20",
        "said": "Reçue <b>déchirée</b>.",
    }
    page = browser.get(f"/registre/{number}").text
    assert digest in page
    assert "Reçue &lt;b&gt;déchirée" in page
    shown = unescape(page)
    assert "a versé un document au dossier — lettre du client — Lettre de Mme Roÿ.pdf" in shown
    assert "daté du 20/11/2026" in shown
    saved = browser.get(f"/registre/{number}/document/{document.id}")
    assert saved.text == LETTER.decode()
    assert saved.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in saved.headers["content-security-policy"]
    assert "Lettre de Mme Roÿ.pdf" in unquote(saved.headers["content-disposition"])
    assert "SHA-256" in page


def test_it_is_in_the_proofs(browser, register, number):
    join(browser, register, number)
    connection = HTTPConnection("127.0.0.1", browser.port, timeout=30)
    connection.request("GET", f"/registre/{number}/preuves", headers={"Cookie": browser.cookie})
    pack = zipfile.ZipFile(io.BytesIO(connection.getresponse().read()))
    connection.close()
    assert pack.read("documents/001-lettre.pdf") == LETTER


def test_a_page_of_it_is_drawn(browser, register, number):
    drawn, sheet = io.BytesIO(), pypdfium2.PdfDocument.new()
    sheet.new_page(200, 100)
    sheet.save(drawn)
    join(browser, register, number, "plan.pdf", drawn.getvalue())
    [document] = kept(register, number)
    page = browser.get(f"/registre/{number}/document/{document.id}/apercu")
    assert page.status == 200
    assert "data:image/png;base64," in page.text
    assert f"/registre/{number}#documents" in page.text


NAMES = {
    "../../etc/passwd": "passwd",
    "C:\\Documents\\lettre.pdf": "lettre.pdf",
    "a\x00b\x1fc\x7f.pdf": "a b c .pdf",
    "\u202efdp.exe.pdf": "fdp.exe.pdf",
    "<i>x</i>": "i_",
    "..": "piece-jointe.bin",
    "x" * 4000 + ".pdf": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_no_path_and_no_command(browser, register, number, name):
    assert join(browser, register, number, name).status == 303
    [document] = kept(register, number)
    assert not set(document.name) & set("/\\\0\r\n<>\u202e")
    assert len(document.name) <= 200
    if NAMES[name]:
        assert document.name == NAMES[name]


REFUSED = {
    "nothing chosen": ("", b"", "aucun fichier n’est venu"),
    "no part for it": (None, b"", "aucun fichier n’est venu"),
    "an empty file": ("vide.pdf", b"", "Le document est vide"),
    "one byte too many": ("gros.pdf", b"x" * 20_000_001, "dépasse 20 Mo"),
    "a program by its name": ("facture.pdf.exe", b"rien", "est un programme"),
    "a program by its bytes": ("facture.pdf", b"MZ\x90\0", "est un programme"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_kept_is_said_beside_its_field(browser, register, number, case):
    name, data, said = REFUSED[case]
    answer = join(browser, register, number, name, data, document_said="Ma remarque")
    assert answer.status == 422
    assert said in answer.text
    assert "Ma remarque" in answer.text
    assert kept(register, number) == []


@pytest.mark.parametrize(("day", "said"), [("2026-11-31", "jour"), ("2027-01-01", "avenir")])
def test_a_day_that_cannot_be_is_refused(browser, register, number, day, said):
    answer = join(browser, register, number, document_on=day)
    assert (answer.status, kept(register, number)) == (422, [])
    assert said in answer.text


def test_a_stale_page_a_wrong_token_and_a_stranger_keep_nothing(browser, register, number):
    assert join(browser, register, number, version="99").status == 409
    assert join(browser, register, number, csrf="faux").status == 403
    stranger = Browser(browser.port)
    assert join(stranger, register, number).status == 303  # to the sign-in
    assert kept(register, number) == []


def test_ten_gigabytes_announced_are_not_waited_for(browser, number):
    answer = announced(browser, number, 10_000_000_000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"20 Mo" in answer


def test_who_is_not_signed_in_brings_nothing_heavy(browser, number):
    assert announced(Browser(browser.port), number, 1_000_001).startswith(b"HTTP/1.1 413")


def announced(browser: Browser, number: str, length: int) -> bytes:
    """What is answered to a form of which only the beginning is sent."""
    with socket.create_connection(("127.0.0.1", browser.port), timeout=30) as line:
        line.sendall(begun(browser, number, f"Content-Length: {length}") + b"x" * 1000)
        answer = b""
        while b"</html>" not in answer and (more := line.recv(65536)):
            answer += more
    return answer


def test_nor_is_more_read_than_allowed_of_what_announces_nothing(browser, register, number):
    """An upload in chunks, without a length and without an end."""
    with socket.create_connection(("127.0.0.1", browser.port), timeout=30) as line:
        line.sendall(begun(browser, number, "Transfer-Encoding: chunked"))
        part = body({"csrf": browser.csrf}, "a.pdf", b"").partition(b"application/pdf")[0]
        part += b"application/pdf\r\n\r\n"
        line.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        chunk, sent = b"100000\r\n" + b"x" * 0x100000 + b"\r\n", 0
        try:
            for _ in range(64):
                line.sendall(chunk)
                sent += 1
        except OSError:
            pass
    assert 20 <= sent < 64  # the line was closed while we were still talking
    assert kept(register, number) == []


def test_a_cut_upload_leaves_nothing(browser, register, number):
    whole = body({"csrf": browser.csrf, "version": version(register, number)}, "a.pdf", LETTER)
    with socket.create_connection(("127.0.0.1", browser.port), timeout=30) as line:
        line.sendall(begun(browser, number, f"Content-Length: {len(whole)}") + whole[:-40])
    # Announced whole, yet its last part never ends.
    path = f"/registre/{number}/joindre"
    connection = HTTPConnection("127.0.0.1", browser.port, timeout=30)
    headers = {"Content-Type": "multipart/form-data", "Cookie": browser.cookie}
    connection.request("POST", path, whole, headers)
    answer = connection.getresponse()
    assert answer.status == 400
    assert "pas arrivé en entier" in unescape(answer.read().decode())
    connection.close()
    assert kept(register, number) == []
    assert browser.get(f"/registre/{number}").status == 200


def begun(browser: Browser, number: str, length: str) -> bytes:
    return (
        f"POST /registre/{number}/joindre HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: multipart/form-data; boundary={EDGE}\r\nCookie: {browser.cookie}\r\n"
        f"{length}\r\n\r\n"
    ).encode()


def test_a_closed_file_takes_a_paper_an_erased_one_none(browser, register, number):
    with register.begin() as session:
        complaints.named(session, number).state = State.CLOSED
    assert join(browser, register, number, "recommande.pdf").status == 303
    with register.begin() as session:
        entry = complaints.named(session, number)
        assert entry.state == State.CLOSED
        entry.purged_on = NOON.date()
    answer = join(browser, register, number)
    assert answer.status == 422
    assert "a été effacé" in answer.text
    assert len(kept(register, number)) == 1


def test_a_paper_is_read_by_whoever_may_read_its_file(browser, register, office):
    number, other = entered(register, office, sensitive=True), entered(register, office)
    join(browser, register, number)
    [document] = kept(register, number)
    clerk = Browser(browser.port)
    assert clerk.sign_in(email=CLERK).status == 303
    for path in (f"document/{document.id}", f"document/{document.id}/apercu"):
        assert clerk.get(f"/registre/{number}/{path}").status == 403
        assert browser.get(f"/registre/{number}/{path}").status == 200
        assert browser.get(f"/registre/{other}/{path}").status == 404
    assert join(clerk, register, number).status == 403
    assert browser.get(f"/registre/{number}/document/99999999999999999999").status == 404


ANSWER = {"on": "2026-11-23", "outcome": "EXPLICATION_DONNEE", "channel": "COURRIER"}


def test_an_answer_by_post_and_its_proof_are_one(browser, register, number):
    path, seen = f"/registre/{number}/reponse", {"version": version(register, number)}
    # Without a summary no answer is noted, and then no document is kept either.
    answer = send(browser, path, seen | ANSWER, "reponse.pdf", LETTER)
    assert (answer.status, kept(register, number)) == (422, [])
    whole = seen | ANSWER | {"summary": "Remboursé."}
    answer = send(browser, path, whole, "reponse.pdf", LETTER)
    assert answer.status == 303, answer.text
    [document] = kept(register, number)
    assert document.kind == "réponse au client"
    with register.read() as session:
        entry = complaints.named(session, number)
        [given] = session.scalars(select(Given).where(Given.complaint_id == entry.id))
        assert given.document_id == document.id
    assert "c’est la réponse" in unescape(browser.get(f"/registre/{number}").text)


def test_an_answer_needs_no_document(browser, register, number):
    form = {"version": version(register, number), "summary": "Remboursé."} | ANSWER
    assert send(browser, f"/registre/{number}/reponse", form, "", b"").status == 303
    assert kept(register, number) == []


def test_a_complaint_by_post_is_entered_with_its_letter_or_not_at_all(browser, register):
    form = {"channel": "COURRIER", "client_name": "Luc Noël", "received_on": "2026-11-23"}
    with register.read() as session:
        before = session.scalars(select(Complaint.number)).all()
    answer = send(browser, "/registre/nouvelle", form, "lettre.exe", LETTER)
    assert answer.status == 422
    assert "est un programme" in answer.text
    assert "Luc Noël" in answer.text
    with register.read() as session:
        assert session.scalars(select(Complaint.number)).all() == before
    answer = send(browser, "/registre/nouvelle", form, "lettre.pdf", LETTER)
    assert answer.status == 303
    number = answer.headers["location"].split("/")[2].partition("?")[0]
    [document] = kept(register, number)
    assert (document.name, document.kind) == ("lettre.pdf", "lettre du client")
