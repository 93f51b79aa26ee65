"""A letter came back: its row, the register and the journal say so (P-11)."""

from typing import TYPE_CHECKING

from ingest.bounces import Bounce, Verdict, read, same_address
from ingest.mail import Mail
from register import outbox
from register.model import Complaint, Letter, Message
from register.outbox import Returned

if TYPE_CHECKING:
    from review.desk import Desk

ROBOT = "robot"
_SAYS = {
    Verdict.HARD: "non remise",
    Verdict.SOFT: "pas encore remise (difficulté passagère)",
    Verdict.DELAYED: "retardée, le serveur du client réessaie",
}


def returned(desk: "Desk", message: Message, mail: Mail) -> list[Letter]:
    """Act on a mail that was sorted as a bounce: the letters that it marks.

    Anybody may write a bounce. Only one that names a letter of ours by its Message-ID, which nobody
    can guess, and the very address that it went to, changes anything; one for the office's own copy
    is not the client's.
    """
    marked = []
    for bounce in read(mail):
        letter = outbox.named(desk.session, bounce.original) if bounce.original else None
        if letter is None or not _is_for_the_client(bounce, letter):
            continue
        # Without an address it may be about our own copy: shown, but nothing is annulled.
        for_good = bounce.verdict == Verdict.HARD and bool(bounce.recipient)
        if outbox.returned(desk.session, letter, Returned(for_good, _said(bounce)), desk.now):
            marked.append(letter)
            _note(desk, message, letter, bounce)
    return marked


def _is_for_the_client(bounce: Bounce, letter: Letter) -> bool:
    return not bounce.recipient or same_address(bounce.recipient, letter.recipient)


def _said(bounce: Bounce) -> str:
    codes = bounce.status if bounce.status not in bounce.diagnostic else ""
    words = " ".join(filter(None, (codes, bounce.diagnostic)))
    return f"{_SAYS[bounce.verdict]} : {words}" if words else _SAYS[bounce.verdict]


def _note(desk: "Desk", message: Message, letter: Letter, bounce: Bounce) -> None:
    complaint = desk.session.get_one(Complaint, letter.complaint_id)
    payload: dict[str, object] = {
        "letter": letter.kind,
        "state": letter.state,
        "verdict": bounce.verdict,
        "because": _said(bounce),
        "message": message.id,
    }
    desk.journal(ROBOT, "returned", complaint.number, payload)
