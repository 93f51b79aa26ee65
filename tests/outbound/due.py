"""Letters that are due, as many as a test wants, and what a server has received of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from email import message_from_bytes

from config.settings import Settings
from outbound.write import message_id
from register import complaints, outbox
from register.complaints import Facts, Opening
from register.database import Database
from register.deadlines import compute
from register.outbox import ACKNOWLEDGEMENT, Order
from review.desk import rules
from tests.servers.smtp import Received

BATCH = 500


def letters_due(
    database: Database, settings: Settings, now: datetime, count: int, host: str = "client.example"
) -> None:
    """Complaints of so many clients, client0@… and on, each with its acknowledgement in the outbox."""
    day = (now - timedelta(days=1)).date()
    limits = compute(day, day, rules(settings))
    for first in range(0, count, BATCH):
        with database.begin() as session:
            for number in range(first, min(count, first + BATCH)):
                facts = Facts(
                    client_name=f"Client {number}",
                    client_email=f"client{number}@{host}",
                    subject="Délai",
                    product="AUTO",
                )
                complaint = complaints.enter(session, Opening(facts, limits), "claire", now)
                name = message_id(complaint, ACKNOWLEDGEMENT, settings.office)
                order = Order(ACKNOWLEDGEMENT, facts.client_email, name, now)
                outbox.queue(session, complaint, order, now)


def arrivals(received: Iterable[Received]) -> Counter[str]:
    """How often each letter, by its Message-ID, has reached its client."""
    return Counter(message_from_bytes(one.data)["Message-ID"] for one in received)
