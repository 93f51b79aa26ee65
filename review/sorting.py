"""What people do with the queue besides deciding: pass on, put off, decide several at once."""

from collections.abc import Sequence
from datetime import timedelta

from classifier.labels import Label
from config.sentence import Sentence
from register.claim import claim
from register.model import Message, Notice, Place
from review.desk import Choice, Desk, Refused

PUT_OFF = timedelta(hours=4)


def pass_on(desk: Desk, message_id: int, version: int, to: str, by: str) -> Message:
    """Give a message to a colleague to judge; he is told with the next digest."""
    if to and to not in {one.email for one in desk.settings.staff}:
        raise Refused(Sentence("« {to} » n’est pas un collaborateur des réglages.", to=to))
    message = claim(desk.session, Message, message_id, version)
    _refuse_unless_waiting(message)
    message.passed_to = to
    if to and to != by:
        desk.session.add(
            Notice(
                key=f"passed {message_id} {to} {desk.now.isoformat()}",
                recipient=to,
                subject="Un message à trier vous est passé",
                said=f"Le message n° {message_id} vous est passé par {by} : à vous de dire ce "
                "qu’il est.",
                about=f"message {message_id}",
                urgent=False,
                queued_at=desk.now,
            )
        )
    desk.journal(by, "passed", f"message {message_id}", {"to": to})
    return message


def put_off(desk: Desk, message_id: int, version: int, by: str) -> Message:
    """See a message again later: it goes to the end of the queue. No clock stops for it."""
    message = claim(desk.session, Message, message_id, version)
    _refuse_unless_waiting(message)
    message.skipped_until = desk.now + PUT_OFF
    desk.journal(by, "put off", f"message {message_id}", {})
    return message


def decide_alike(desk: Desk, seen: Sequence[tuple[int, int]], label: Label, by: str) -> int:
    """Say the same of several messages, each as it was shown (id, version); all or none.

    Never for complaints: each has a client and limits of its own.
    """
    if label in (Label.COMPLAINT, Label.FOLLOW_UP):
        raise Refused("Une réclamation ou une suite se décide message par message.")
    for message_id, version in seen:
        desk.decide(message_id, Choice(label, by, version))
    return len(seen)


def _refuse_unless_waiting(message: Message) -> None:
    if message.place not in (Place.QUEUE, Place.QUARANTINE):
        raise Refused("Ce message est déjà décidé : il n’attend plus dans la file.")
