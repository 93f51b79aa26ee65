"""Read a mail and prepare it for the model, in the process that reads it.

Nothing here may import what models are made of: reading processes are many, and begin afresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.corpus import judged_from_mail
from classifier.preparing import Prepared, prepare
from ingest.reader import Received, receive
from ingest.screening import Own


@dataclass(frozen=True)
class ReceivedForJudging(Received):
    prepared: Prepared


def receive_for_judging(data: bytes, own: Own, *, staff: Sequence[str], office: str) -> Received:
    """As ``receive``; what a stranger's mail does to the preparation is left to the judge."""
    received = receive(data, own)
    try:
        prepared = prepare(judged_from_mail(received.mail), staff, office)
    except Exception:  # noqa: BLE001 (the judge meets it again, with the mail at hand, and says so)
        return received
    return ReceivedForJudging(received.mail, received.screening, prepared)
