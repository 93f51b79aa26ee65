"""Settings → everything that runs. The only place where the parts are put together."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from config.settings import Settings
from daemon.preparing import receive_for_judging
from ingest.imap import ImapMailbox
from ingest.reader import Reader
from ingest.screening import Own
from ingest.signin import tokens_of
from outbound.deliver import Round
from outbound.postman import SmtpPostman
from register.database import Database, Session, open_database
from register.staff import staffed

if TYPE_CHECKING:
    from classifier.model import Model
    from classifier.shelf import InService
    from daemon.judging import Judge
    from review.desk import Desk

Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The machine’s clock: read here, in ``review.web`` and at a sign-in with tokens only."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """The office's machine, put together; parts are opened when they are first asked for."""

    settings: Settings
    clock: Clock = utc_now

    @cached_property
    def database(self) -> Database:
        return open_database(self.settings.database.url)

    @property
    def model(self) -> "Model":
        """The model in service, also when another one was promoted meanwhile; learnt from the
        shipped corpus where there is none yet.
        """
        return self._models.model(log.info)

    @cached_property
    def _models(self) -> "InService":
        from classifier.shelf import InService  # seconds of imports that most commands do without

        return InService(self.settings.triage.models, self.settings.triage.target_recall)

    @cached_property
    def mailboxes(self) -> tuple[ImapMailbox, ...]:
        return tuple(ImapMailbox(box) for box in self.settings.mailbox)

    @cached_property
    def reader(self) -> Reader:
        """Reads strangers' mails in processes of its own."""
        settings = self.settings
        known = [colleague.name for colleague in settings.staff]
        read = partial(receive_for_judging, staff=known, office=settings.office.name)
        return Reader(self.own, read_one=read, preload=("daemon.cli", "daemon.preparing"))

    @property
    def judge(self) -> "Judge":
        from daemon.judging import judge

        return judge(self.model, self.reader, self.settings)

    def desk(self, session: Session) -> "Desk":
        """The desk as it is staffed now."""
        from review.desk import Desk

        return Desk(session, staffed(session, self.settings), self.clock())

    @property
    def own(self) -> Own:
        return Own(self.settings.own_addresses, self.settings.office.domain)

    @property
    def postman(self) -> SmtpPostman:
        smtp = self.settings.smtp
        boxes = {box.name: box for box in self.settings.mailbox}
        tokens = tokens_of(boxes[smtp.token_of], self.clock) if smtp.token_of else None
        return SmtpPostman(smtp, tokens.access_token if tokens else None)

    @property
    def round(self) -> Round:
        return Round(self.database, self.postman, self.settings, self.clock)

    def close(self) -> None:
        """Let go of what was opened."""
        for part in ("reader", "database"):
            if part in self.__dict__:
                self.__dict__[part].close()
