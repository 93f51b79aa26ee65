"""Originals → what the machine makes of them: read, screened, judged. Pure over bytes."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from classifier.corpus import judged_from_mail
from classifier.model import Model
from classifier.preparing import Prepared, prepare
from classifier.triage import Triage
from config.settings import Settings
from daemon.preparing import ReceivedForJudging
from ingest.mail import Mail
from ingest.reader import Reading, Received, Unread
from review.desk import Read

_TOGETHER = 100  # judged in one go, while those after them are still being read

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Original:
    """A mail as it was kept."""

    data: bytes
    truncated: bool = False
    trouble: str = ""  # why the source could not give it


@dataclass(frozen=True)
class Unreadable:
    """The machine could not make enough of a mail: a person looks at the original."""

    reason: str  # French
    mail: Mail | None = None  # what could be read all the same, to show who wrote


@dataclass(frozen=True)
class Judge:
    """Reads with ``reading`` and judges with a model, knowing the office's own people."""

    model: Model
    reading: Reading
    staff: Sequence[str] = ()
    office: str = ""

    def __call__(self, originals: Sequence[Original]) -> Iterator[Read | Unreadable]:
        """One reading for each original, in their order, as soon as it is there."""
        received = self.reading([original.data for original in originals])
        each = (_legible(*pair) for pair in zip(originals, received, strict=True))
        while some := list(islice(each, _TOGETHER)):
            yield from self._judged(some)

    def _judged(self, legible: Sequence[Received | Unreadable]) -> list[Read | Unreadable]:
        opinions = self._opinions([one for one in legible if isinstance(one, Received)])
        return [one if isinstance(one, Unreadable) else _read(one, opinions) for one in legible]

    def _opinions(self, mails: Sequence[Received]) -> Iterator[Triage | Unreadable]:
        """One opinion for each mail. If a batch fails, each is judged alone to find the culprit."""
        try:
            yield from self.model.classify_prepared([self._prepared(mail) for mail in mails])
        except Exception:  # whatever a stranger's mail did to the model, a person looks at it
            log.exception("a batch of %s mails could not be judged", len(mails))
            if len(mails) == 1:
                yield Unreadable("le classement automatique a échoué sur ce message")
            else:
                for mail in mails:
                    yield from self._opinions([mail])

    def _prepared(self, received: Received) -> Prepared:
        """Done by the process that read it, or here."""
        if isinstance(received, ReceivedForJudging):
            return received.prepared
        return prepare(judged_from_mail(received.mail), self.staff, self.office)


def judge(model: Model, reading: Reading, settings: Settings) -> Judge:
    """A judge who knows the office."""
    staff = [colleague.name for colleague in settings.staff]
    return Judge(model, reading, staff, settings.office.name)


def _legible(original: Original, received: Received | Unread) -> Received | Unreadable:
    if original.trouble:
        return Unreadable(original.trouble)
    if isinstance(received, Unread):
        return Unreadable(received.reason)
    mail = received.mail
    if original.truncated:
        reason = "message plus grand que la limite : seuls ses en-têtes ont été lus"
        return Unreadable(reason, mail)
    if not (mail.sender.email or mail.subject or mail.message_id):
        return Unreadable("aucun en-tête lisible : ce n’est peut-être pas un courriel")
    return received


def _read(received: Received, opinions: Iterator[Triage | Unreadable]) -> Read | Unreadable:
    opinion = next(opinions)
    if isinstance(opinion, Unreadable):
        return opinion
    return Read(received.mail, received.screening, opinion)
