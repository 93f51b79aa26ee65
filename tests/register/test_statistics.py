"""The audit of filed mail: drawn by lot, judged blind, counted with an interval (DESIGN §3.4)."""

from classifier.labels import Label
from classifier.triage import Band
from register import queue, statistics
from register.model import Message, Place
from review.opinion import opinion_of
from tests.arrivals import COMPLAINT, DOUBT, REQUEST, arrive, decide
from tests.builders import a_mail


def with_share(settings, share):
    triage = settings.triage.model_copy(update={"audit_share": share})
    return settings.model_copy(update={"triage": triage})


def mail(n: int) -> bytes:
    return a_mail(f"Bonjour, voici ma demande numéro {n}. Merci.", sender=f"c{n}@courriel.example")


def row(database, message_id) -> Message:
    with database.read() as session:
        return session.get_one(Message, message_id)


def audit(database):
    with database.read() as session:
        return statistics.audit(session)


def test_without_a_share_nothing_comes_back(database, settings, now):
    message = row(database, arrive(database, settings, now, mail(1), REQUEST))
    assert (message.place, message.blind) == (Place.FILED, False)


def test_what_is_drawn_waits_for_a_person(database, settings, now):
    message = row(database, arrive(database, with_share(settings, 1), now, mail(1), REQUEST))
    assert (message.place, message.blind, message.band) == (Place.QUEUE, True, Band.OTHER)


def test_about_the_share_is_drawn(database, settings, now):
    half = with_share(settings, 0.5)
    drawn = [row(database, arrive(database, half, now, mail(n), REQUEST)).blind for n in range(60)]
    assert 15 <= sum(drawn) <= 45


def test_doubtful_mail_is_drawn_too_and_sure_complaints_never(database, settings, now):
    always = with_share(settings, 1)
    assert row(database, arrive(database, always, now, mail(1), DOUBT)).blind
    assert not row(database, arrive(database, always, now, mail(2), COMPLAINT)).blind


def test_nothing_of_the_opinion_is_shown_before_the_decision(database, settings, now):
    always = with_share(settings, 1)
    message_id = arrive(database, always, now, mail(1), REQUEST)
    seen = opinion_of(row(database, message_id))
    assert (seen.band, seen.label, seen.probability, seen.reasons) == ("", None, None, [])
    with database.begin() as session:
        decide(session, always, now, message_id, Label.SERVICE)
    assert opinion_of(row(database, message_id)).band == Band.OTHER


def test_what_is_drawn_does_not_stand_apart_in_the_queue(database, settings, now):
    always = with_share(settings, 1)
    drawn = arrive(database, always, now, mail(1), REQUEST)
    doubt = arrive(database, settings, now, mail(2), DOUBT)
    sure = arrive(database, settings, now, mail(3), COMPLAINT)
    with database.read() as session:
        assert [one.id for one in queue.waiting(session, now)] == [sure, drawn, doubt]


def test_the_miss_rate_counts_what_was_drawn_and_judged(database, settings, now):
    always = with_share(settings, 1)
    drawn = [arrive(database, always, now, mail(n), REQUEST) for n in range(4)]
    doubt = arrive(database, always, now, mail(5), DOUBT)
    filed = arrive(database, settings, now, mail(6), REQUEST)
    with database.begin() as session:
        decide(session, always, now, drawn[0], Label.COMPLAINT)
        decide(session, always, now, drawn[1], Label.SERVICE)
        decide(session, always, now, doubt, Label.COMPLAINT)  # in doubt, not filed
        decide(session, always, now, filed, Label.COMPLAINT)  # found otherwise: nobody drew it
    found = audit(database)
    assert (found.filed, found.drawn, found.judged, found.complaints) == (4, 4, 2, 1)
    assert found.miss_rate == 0.5
    low, high = found.miss_interval
    assert 0.01 < low < 0.02 < 0.98 < high < 0.99


def test_before_anything_was_judged_nothing_is_claimed(database):
    found = audit(database)
    assert found.miss_rate is None
    assert found.miss_interval == (0.0, 1.0)
