"""The servers of the tests are real: each does what the tests expect of it."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import psycopg
import pytest
from imapclient.exceptions import IMAPClientError

from tests.servers.chromium import chromium, visit
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from tests.servers.postgresql import PostgreSQL
from tests.servers.smtp import Cut, Delay, Received, Refuse, SilentServer, SmtpSink

OFFICE = "courtier@cabinet.test"
ANNA = "anna@client.test"
FULL = "pleine@client.test"
LETTER = b"Subject: Votre courrier\r\n\r\nBonjour,\r\n.\r\nCordialement\r\n"


def send(server: SmtpSink | Exim, recipient: str, letter: bytes = LETTER) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.sendmail(OFFICE, recipient, letter)


def test_dovecot_keeps_its_mails_when_it_is_killed() -> None:
    with Dovecot() as dovecot:
        dovecot.append("plaintes", "INBOX", [LETTER])
        client = dovecot.connect("plaintes")
        client.select_folder("INBOX", readonly=True)
        dovecot.kill()
        with pytest.raises((IMAPClientError, OSError)):
            client.noop()
        client.shutdown()
        dovecot.start()
        with dovecot.connect("plaintes") as client:
            client.select_folder("INBOX", readonly=True)
            assert client.fetch([1], [b"BODY[]"])[1][b"BODY[]"] == LETTER


def test_dovecot_serves_dropped_mails_in_order_and_numbers_them_anew() -> None:
    with Dovecot() as dovecot:
        dovecot.drop("plaintes", [b"Subject: %d\n\n" % number for number in range(150)])
        with dovecot.connect("plaintes") as client:
            before = client.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"]
            found = client.fetch(client.search(), [b"BODY[]"])
        assert [found[uid][b"BODY[]"] for uid in sorted(found)] == [
            b"Subject: %d\r\n\r\n" % number for number in range(150)
        ]
        after = dovecot.new_uidvalidity("plaintes", "INBOX")
        with dovecot.connect("plaintes") as client:
            assert client.select_folder("INBOX")[b"UIDVALIDITY"] == after != before


def test_the_sink_takes_a_message_over_an_encrypted_signed_in_connection() -> None:
    with SmtpSink(encryption="starttls", users={"anna": "secret"}) as sink:
        trust = ssl.create_default_context(cafile=str(sink.ca_file))
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
            client.starttls(context=trust)
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("anna", "faux")
            client.login("anna", "secret")
            client.sendmail("", [ANNA, FULL], LETTER)
        assert sink.received == [Received("", (ANNA, FULL), LETTER)]


def test_the_sink_refuses_who_has_not_signed_in() -> None:
    with SmtpSink(encryption="tls", users={"anna": "secret"}) as sink:
        trust = ssl.create_default_context(cafile=str(sink.ca_file))
        with (
            smtplib.SMTP_SSL("127.0.0.1", sink.port, timeout=10, context=trust) as client,
            pytest.raises(smtplib.SMTPSenderRefused, match="530"),
        ):
            client.sendmail(OFFICE, ANNA, LETTER)


def test_the_sink_refuses_by_its_script() -> None:
    script = (Refuse("RCPT", 550, FULL), Refuse("DATA", 451, times=1))
    with SmtpSink(*script) as sink:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(sink, FULL)
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            send(sink, ANNA)
        assert sink.received == []
        send(sink, ANNA)
        assert sink.received == [Received(OFFICE, (ANNA,), LETTER)]


def test_the_sink_stores_a_message_and_cuts_the_line() -> None:
    with SmtpSink(Cut()) as sink:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(sink, ANNA)
        assert len(sink.received) == 1


def test_the_sink_ends_in_the_middle_of_a_slow_answer_and_starts_again() -> None:
    with SmtpSink(Delay("DATA", 3600)) as sink:
        with (
            pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"),
            smtplib.SMTP("127.0.0.1", sink.port, timeout=0.2) as client,
        ):
            client.sendmail(OFFICE, ANNA, LETTER)
        sink.stop()
        with pytest.raises(ConnectionRefusedError):
            send(sink, ANNA)
        sink.play()
        sink.start()
        send(sink, ANNA)
        assert len(sink.received) == 2


def test_the_silent_server_says_nothing() -> None:
    with (
        SilentServer() as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=0.2) as client,
        pytest.raises(TimeoutError),
    ):
        client.recv(1)


def test_exim_delivers_refuses_and_bounces() -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = OFFICE, ANNA, "Votre réclamation"
    letter.set_content("Bonjour.")
    with Exim([OFFICE, ANNA], bouncing=FULL) as exim:
        send(exim, ANNA, letter.as_bytes(policy=SMTP))
        (delivered,) = exim.wait_for(ANNA)
        assert delivered.startswith(b"Return-path: <%s>\n" % OFFICE.encode())
        assert delivered.endswith(b"\n\nBonjour.\n")
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(exim, "personne@client.test")
        assert refused.value.recipients["personne@client.test"][0] == 550
        send(exim, FULL, letter.as_bytes(policy=SMTP))
        (bounce,) = exim.wait_for(OFFICE)
        assert bounce.startswith(b"Return-path: <>\n")
        assert message_from_bytes(bounce).get_content_type() == "multipart/report"
        assert b"Final-Recipient: rfc822;" + FULL.encode() in bounce


def test_exim_speaks_tls() -> None:
    with Exim([ANNA]) as exim, smtplib.SMTP("127.0.0.1", exim.port, timeout=10) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(exim.ca_file)))
        client.sendmail("", ANNA, LETTER)
        assert exim.wait_for(ANNA)[0].startswith(b"Return-path: <>\n")


def test_postgresql_keeps_a_row_when_it_is_killed() -> None:
    with PostgreSQL() as server:
        database = server.create_database()
        url = server.url(database).replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE complaint AS SELECT 'Réclamation'::text AS subject")
        server.kill()
        server.start()
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT subject FROM complaint").fetchone()
        assert row == ("Réclamation",)
        server.drop_database(database)


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write("<title>Réclamations</title>".encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_chromium_shows_a_page_to_a_french_visitor(site: str) -> None:
    with chromium() as browser, visit(browser, site) as visitor:
        page = visitor.new_page()
        page.goto("/")
        assert page.title() == "Réclamations"
        assert page.evaluate("navigator.language") == "fr-FR"
        assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/Paris"
