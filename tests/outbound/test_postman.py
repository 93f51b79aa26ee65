"""What the postman knows after each way a dialogue can end. A real server on loopback."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import SmtpSettings
from ingest.oauth.account import OAuthTrouble
from outbound.postman import SmtpPostman, Uncertain, Undelivered
from tests.builders import a_mail
from tests.servers.process import free_port
from tests.servers.smtp import Cut, Delay, Garble, Refuse, SilentServer, SmtpSink

OFFICE, CLIENT = "contact@cabinet.example", "jeanne@courriel.example"


def postman(port: int, **changes: object) -> SmtpPostman:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "timeout_seconds": 2,
    }
    return SmtpPostman(SmtpSettings(**(values | changes)))


def send(port: int, **changes: object) -> str:
    return postman(port, **changes).send(OFFICE, [CLIENT, OFFICE], a_mail("Bonjour."))


def test_a_letter_arrives_with_its_copy():
    with SmtpSink() as sink:
        assert send(sink.port).startswith("250")
        [letter] = sink.received
    assert (letter.sender, letter.recipients) == (OFFICE, (CLIENT, OFFICE))
    assert b"Bonjour." in letter.data


@pytest.mark.parametrize(
    ("misdeed", "hopeless"),
    [
        (Refuse("RCPT", 450), False),
        (Refuse("RCPT", 550), True),
        (Refuse("MAIL", 451), False),
        (Refuse("DATA", 452), False),
        (Refuse("DATA", 554), True),
    ],
)
def test_a_refusal_is_surely_not_sent(misdeed, hopeless):
    with SmtpSink(misdeed) as sink:
        with pytest.raises(Undelivered) as caught:
            send(sink.port)
        assert sink.received == []
    assert caught.value.hopeless is hopeless


def test_a_refused_copy_does_not_keep_the_letter():
    with SmtpSink(Refuse("RCPT", 550, address=OFFICE)) as sink:
        send(sink.port)
        assert [letter.recipients for letter in sink.received] == [(CLIENT,)]


def test_a_cut_after_the_hand_over_is_uncertain():
    with SmtpSink(Cut("DATA")) as sink:
        with pytest.raises(Uncertain):
            send(sink.port)
        assert len(sink.received) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
def test_a_cut_before_is_surely_not_sent(stage):
    with SmtpSink(Cut(stage)) as sink:
        with pytest.raises(Undelivered) as caught:
            send(sink.port)
        assert sink.received == []
    assert not caught.value.hopeless


def test_nobody_there():
    with pytest.raises(Undelivered, match=r"smtp\.host"):
        send(free_port())


def test_a_server_that_never_answers():
    with SilentServer() as server, pytest.raises(Undelivered) as caught:
        send(server.port, timeout_seconds=1)
    assert not caught.value.hopeless


def test_starttls_is_demanded_and_checked(tmp_path: Path):
    with SmtpSink() as clear, pytest.raises(Undelivered):
        send(clear.port, tls="starttls")  # never in clear when TLS was asked for
    with SmtpSink(encryption="starttls") as sink:
        with pytest.raises(Undelivered, match="certificat"):
            send(sink.port, tls="starttls")
        send(sink.port, tls="starttls", ca_file=sink.ca_file)
        assert len(sink.received) == 1


def test_implicit_tls():
    with SmtpSink(encryption="tls") as sink:
        assert send(sink.port, tls="tls", ca_file=sink.ca_file).startswith("250")


def test_signing_in():
    with SmtpSink(users={"cabinet": "secret"}, encryption="starttls") as sink:
        account = {"tls": "starttls", "ca_file": sink.ca_file, "user": "cabinet"}
        with pytest.raises(Undelivered, match="mot de passe") as caught:
            send(sink.port, **account, password="faux")
        assert not caught.value.hopeless  # the letter waits for the password to be mended
        send(sink.port, **account, password="secret")
        assert len(sink.received) == 1


def test_signing_in_with_the_agreement_of_a_mailbox():
    with SmtpSink(tokens={"cabinet": "jeton"}, encryption="starttls") as sink:
        account = {"tls": "starttls", "ca_file": sink.ca_file, "user": "cabinet"}
        good = replace(postman(sink.port, **account), token=lambda: "jeton")
        assert good.send(OFFICE, [CLIENT], a_mail()).startswith("250")
        old = replace(good, token=lambda: "périmé")
        with pytest.raises(Undelivered, match="jeton refusé") as caught:
            old.send(OFFICE, [CLIENT], a_mail())
        assert not caught.value.hopeless


def test_an_agreement_that_is_lost_keeps_the_letter():
    def lost() -> str:
        raise OAuthTrouble("Microsoft refuse. Lancez « doleances mailbox authorize cabinet ».")

    with SmtpSink(tokens={"cabinet": "jeton"}) as sink:
        asker = replace(postman(sink.port, user="cabinet"), token=lost)
        with pytest.raises(Undelivered, match="authorize cabinet") as caught:
            asker.send(OFFICE, [CLIENT], a_mail())
    assert not caught.value.hopeless
    assert sink.received == []


# --- what offices' servers say ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("misdeed", "hopeless", "closed"),
    [
        (Refuse("RCPT", 450), False, False),  # greylisted: this letter waits, the others do not
        (Refuse("RCPT", 550), True, False),
        (Refuse("MAIL", 451), False, True),
        (Refuse("MAIL", 553), False, True),  # not our sender: no letter is at fault
        (Refuse("MAIL", 552), True, False),  # this one is too large
        (Refuse("MAIL", 421), False, True),
        (Refuse("RCPT", 421), False, True),
        (Refuse("DATA", 421), False, True),
        (Garble("RCPT", "450 4.7.1 Too many messages, slow down"), False, True),
        (Garble("RCPT", "550 5.4.5 Daily user sending limit exceeded"), False, True),
        (Garble("RCPT", "552 5.2.2 Mailbox over quota"), True, False),
        (Garble("RCPT", "451 4.7.1 Greylisting in action"), False, False),
    ],
)
def test_whose_fault_a_refusal_is(misdeed, hopeless, closed):
    with SmtpSink(misdeed) as sink, pytest.raises(Undelivered) as caught:
        send(sink.port)
    assert (caught.value.hopeless, caught.value.closed) == (hopeless, closed)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("line", ["bonjour", "999 what", "199 wait", "250-\x07open", "-12 no"])
def test_an_answer_that_is_none_proves_nothing(line):
    """After the hand-over only a clear refusal means that the letter did not leave."""
    with SmtpSink(Garble("DATA", line)) as sink:
        with pytest.raises(Uncertain):
            send(sink.port)
        assert len(sink.received) == 1


def test_a_slow_answer_after_the_hand_over_is_uncertain():
    with SmtpSink(Delay("DATA", 3)) as sink, pytest.raises(Uncertain):
        send(sink.port, timeout_seconds=1)


def test_what_the_server_says_is_kept_on_one_line():
    with SmtpSink(Garble("DATA", "250 2.0.0 OK \x00\x1b[31mid=1abCdE")) as sink:
        assert send(sink.port) == "250 2.0.0 OK [31mid=1abCdE"


def test_the_refusal_of_the_copy_is_told():
    with SmtpSink(Refuse("RCPT", 550, address=OFFICE)) as sink:
        answer = send(sink.port)
        assert len(sink.received) == 1
    assert answer.startswith("250")
    assert "copie au cabinet est refusée" in answer


def test_without_the_client_nothing_leaves():
    with SmtpSink(Refuse("RCPT", 550, address=CLIENT)) as sink:
        with pytest.raises(Undelivered):
            send(sink.port)
        assert sink.received == []


def test_too_large_is_known_before_it_is_sent():
    with SmtpSink(size=10_000) as sink:
        with pytest.raises(Undelivered, match="0,0 Mo") as caught:
            postman(sink.port).send(OFFICE, [CLIENT], a_mail("x" * 70 + "\n" + "y " * 10_000))
        assert caught.value.hopeless
        assert postman(sink.port).send(OFFICE, [CLIENT], a_mail()).startswith("250")


def test_an_address_with_accents():
    strange = "hélène@courriel.example"
    with SmtpSink() as plain:
        with pytest.raises(Undelivered, match="lettres accentuées") as caught:
            postman(plain.port).send(OFFICE, [strange], a_mail())
        assert caught.value.hopeless
    with SmtpSink(utf8=True) as modern:
        postman(modern.port).send(OFFICE, [strange, OFFICE], a_mail())
        assert modern.received[0].recipients == (strange, OFFICE)


def test_a_domain_with_accents_needs_nothing_of_the_server():
    with SmtpSink() as sink:
        postman(sink.port).send(OFFICE, ["anne@société.example"], a_mail())
        assert sink.received[0].recipients == ("anne@xn--socit-esab.example",)


@pytest.mark.parametrize(
    "address", ["", "a\r\nRCPT TO:<b@x.example>", "x@" + "é" * 80 + ".example"]
)
def test_an_address_that_is_none_harms_nobody(address):
    with SmtpSink() as sink, postman(sink.port).burst() as line:
        with pytest.raises(Undelivered) as caught:
            line.send(OFFICE, [address], a_mail())
        assert not caught.value.closed
        assert line.send(OFFICE, [CLIENT], a_mail()).startswith("250")
        assert len(sink.received) == 1


# --- one connection for many letters --------------------------------------------------------------


def test_a_burst_is_one_connection():
    with SmtpSink() as sink:
        with postman(sink.port).burst() as line:
            for _ in range(5):
                line.send(OFFICE, [CLIENT, OFFICE], a_mail())
        assert (len(sink.received), sink.greeted) == (5, 1)


def test_a_burst_without_letters_calls_nobody():
    with SmtpSink() as sink:
        with postman(sink.port).burst():
            pass
        assert sink.greeted == 0


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_after_a_refusal_the_next_letter_goes_over_the_same_line(stage):
    with SmtpSink(Refuse(stage, 552, times=1)) as sink:
        with postman(sink.port).burst() as line:
            with pytest.raises(Undelivered):
                line.send(OFFICE, [CLIENT, OFFICE], a_mail())
            line.send(OFFICE, ["paul@autre.example", OFFICE], a_mail())
        assert [one.recipients for one in sink.received] == [("paul@autre.example", OFFICE)]
        assert sink.greeted == 1


@pytest.mark.parametrize(
    "misdeed", [Cut("MAIL", times=1), Cut("RCPT", times=1), Refuse("MAIL", 421, times=1)]
)
def test_a_line_that_the_server_ended_is_made_anew(misdeed):
    with SmtpSink() as sink:
        with postman(sink.port).burst() as line:
            line.send(OFFICE, [CLIENT], a_mail())
            sink.play(misdeed)
            line.send(OFFICE, [CLIENT], a_mail())
        assert (len(sink.received), sink.greeted) == (2, 2)


def test_a_cut_in_the_hand_over_is_never_tried_again():
    with SmtpSink() as sink:
        with postman(sink.port).burst() as line:
            line.send(OFFICE, [CLIENT], a_mail())
            sink.play(Cut("DATA", times=1))
            with pytest.raises(Uncertain):
                line.send(OFFICE, [CLIENT], a_mail())
            line.send(OFFICE, [CLIENT], a_mail())
        assert len(sink.received) == 3


def test_a_server_that_was_restarted_between_two_letters():
    with SmtpSink() as sink:
        with postman(sink.port).burst() as line:
            line.send(OFFICE, [CLIENT], a_mail())
            sink.stop()
            with pytest.raises(Undelivered) as caught:
                line.send(OFFICE, [CLIENT], a_mail())
            assert caught.value.closed
            sink.start()
            line.send(OFFICE, [CLIENT], a_mail())
        assert len(sink.received) == 2


def test_no_connection_carries_letters_for_ever():
    with SmtpSink() as sink:
        with postman(sink.port).burst() as line:
            for _ in range(101):
                line.send(OFFICE, [CLIENT], a_mail())
        assert sink.greeted == 2
