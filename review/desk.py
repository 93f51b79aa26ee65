"""The desk: where it is decided what a message is. Web, command line and daemon decide here."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from classifier.corpus import judged_from_mail
from classifier.labels import Label
from classifier.signals import blocks_acknowledgement
from classifier.text import fold
from classifier.triage import Band, Triage
from config.rights import Act as Right
from config.sentence import Sentence
from config.settings import Settings
from config.taxonomies import ORAL
from config.trouble import Trouble
from ingest.mail import Mail, Role
from ingest.parse import glimpse, parse
from ingest.screening import Kind, Screening
from outbound.permission import Case, withheld_because
from outbound.write import message_id
from register import breaker, complaints, journal, lessons, messages, outbox, threads
from register.calendar import Region, civil_date
from register.claim import claim
from register.complaints import Facts
from register.database import Session
from register.deadlines import Deadlines, Rules, compute, plausible_sent
from register.journal import Act
from register.model import Complaint, Decision, Letter, LetterState, Message, Place, State
from register.outbox import ACKNOWLEDGEMENT, Order, Sent
from register.threads import Clues, Thread
from review.assignment import assign
from review.facts import proposed
from review.returned import returned

ROBOT = "robot"


class Refused(Trouble):
    """The desk does not do this: what stands against it and what to do, in French."""


@dataclass(frozen=True)
class Read:
    """A message as far as the machine could read it."""

    mail: Mail
    screening: Screening
    triage: Triage


@dataclass(frozen=True)
class Choice:
    """What a person says a message is."""

    label: Label
    by: str
    version: int  # of the message as it was shown: a stale decision is refused
    facts: Facts | None = None  # for a complaint
    number: str = ""  # for a follow-up: the complaint it goes on


@dataclass(frozen=True)
class Told:
    """A complaint that did not come by mail, as a person takes it down."""

    facts: Facts  # the channel among them
    received_on: date
    sent_on: date | None = None  # of a letter; None: unknown, or only spoken
    note: str = ""  # the client's words


@dataclass(frozen=True)
class Seen:
    """An entry as somebody saw it who now changes it: a change made meanwhile is not overwritten."""

    number: str
    version: int
    by: str


@dataclass(frozen=True)
class Proof:
    """That a client was acknowledged otherwise than by our letter: when, and what shows it."""

    on: date
    said: str  # French: « lettre recommandée 1A 234… », « remis en main propre »


_SPOKEN = "réclamation orale : invitez d’abord le client à l’écrire"


def place_for(
    read: Read, thread: Thread, *, ours: bool, known_sender: bool, auto_file: bool
) -> Place:
    """Where a message belongs before a person looks (regulation R0, R2, R8). Pure."""
    kinds = {Kind.BOUNCE: Place.BOUNCE, Kind.AUTOMATIC: Place.AUTOMATIC}
    if read.screening.kind in kinds:
        return kinds[read.screening.kind]
    if read.screening.kind == Kind.OWN:  # anybody may write our mark, only our letters' names prove
        return Place.OWN if thread.letter else Place.QUEUE
    if thread.twin:
        return Place.DUPLICATE
    if ours:
        return Place.SENT
    if read.triage.band != Band.OTHER:
        return Place.QUEUE
    if thread.complaint:
        return Place.FOLLOW_UP if known_sender else Place.QUEUE
    return Place.FILED if auto_file else Place.QUEUE


@dataclass(frozen=True)
class Desk:
    """One transaction at one moment, under the rules of the office."""

    session: Session
    settings: Settings
    now: datetime

    # --- the machine proposes -------------------------------------------------------------

    def suggest(self, pairs: Sequence[tuple[Message, Read]]) -> None:
        """Put messages in their places with the model's opinion; people confirm or correct."""
        for message, read in pairs:
            messages.describe(message, read.mail)
            _explain(message, read, self.settings.own_addresses)
        known = threads.forebears(self.session, [(row, _clues(read)) for row, read in pairs])
        for message, read in pairs:
            self._place(message, read, known.thread_of(message, _clues(read)))
            known.note(message)

    def _place(self, message: Message, read: Read, thread: Thread) -> None:
        message.sorted_at = self.now
        known = self._belongs(thread.complaint, message.sender_email)
        place = place_for(
            read,
            thread,
            ours=self._is_ours(message, read.mail, thread),
            known_sender=known,
            auto_file=self.settings.triage.auto_file,
        )
        message.blind = self._by_lot(message, place, read.triage.band)
        message.place = place = Place.QUEUE if message.blind else place
        message.twin_id = thread.twin if place == Place.DUPLICATE else None
        if known or place in (Place.OWN, Place.BOUNCE, Place.FOLLOW_UP, Place.SENT):
            message.complaint_id = thread.complaint
        elif thread.complaint:
            self._propose(message, thread)
        if place == Place.BOUNCE:
            returned(self, message, read.mail)
        if place != Place.SENT:
            self._remember(message, read.triage.label, ROBOT, by_person=False)
        if place == Place.OWN and thread.letter:
            self._found_our_copy(thread.letter, message)

    def _is_ours(self, message: Message, mail: Mail, thread: Thread) -> bool:
        """Whether somebody of the office wrote it to somebody outside. Outside the folder of sent
        mail only a known thread proves it: the forms of web sites write in our name, too.
        """
        own = self.settings.own_addresses
        outside = any(one.email and one.email not in own for one in (*mail.to, *mail.cc))
        answers = message.sender_email in own and outside and thread.complaint is not None
        return message.role == Role.SENT or answers

    def _propose(self, message: Message, thread: Thread) -> None:
        """A stranger's mail is not let into a file, but a person is told where it may belong."""
        number = self.session.get_one(Complaint, thread.complaint).number
        message.triage = {
            **(message.triage or {}),
            "thread": {"number": number, "because": thread.because},
        }

    def _by_lot(self, message: Message, place: Place, band: Band) -> bool:
        """Whether a person is to judge this one without the machine's opinion: a share of what
        would be filed, to know how much is missed there (DESIGN §3.4), and the same share of what
        waits in doubt, so that being shown no opinion betrays none.
        """
        if place not in (Place.FILED, Place.QUEUE) or band == Band.COMPLAINT:
            return False
        drawn = int(message.digest[:8], 16) / 16**8  # uniform, and the same however often sorted
        return drawn < self.settings.triage.audit_share

    def know_again(self, message_id: int) -> None:
        """A mail that we ourselves sent to try the way has come back: it is nobody's to decide."""
        message = self.session.get_one(Message, message_id)
        message.place, message.version = Place.OWN, message.version + 1
        self.journal(ROBOT, "canary", f"message {message_id}", {})

    def give_up(self, message: Message, trouble: str, mail: Mail | None = None) -> None:
        """A mail that could not be read is for a person: the original stays as it came."""
        if mail:
            messages.describe(message, mail)
        message.place, message.trouble, message.sorted_at = Place.QUARANTINE, trouble, self.now
        self.journal(ROBOT, "quarantined", f"message {message.id}", {"reason": trouble})

    def enter_for_now(self, message: Message) -> Complaint:
        """Enter what nobody has judged in time and acknowledge it (``guard``): until a person
        confirms it or says otherwise, the entry is provisional. The message goes on waiting.
        """
        complaint = self._enter(message, self._with_colleagues(proposed(message)), ROBOT)
        complaint.state = State.PROVISIONAL
        complaint.signals = list(((message.triage or {}).get("signals")) or [])
        message.complaint_id, message.version = complaint.id, message.version + 1
        self.journal(ROBOT, "guarded", complaint.number, {"message": message.id})
        self._acknowledge(message, complaint, by_guard=True)
        return complaint

    # --- people decide --------------------------------------------------------------------

    def decide(self, message_id: int, choice: Choice) -> Complaint | None:
        """Say what a message is, and do what follows from it; the complaint if it is one.

        Raises ``Stale`` when somebody was faster, ``Refused`` when it cannot be done.
        """
        message = claim(self.session, Message, message_id, choice.version)
        if message.place == Place.UNSORTED:
            raise Refused("Ce message n’a pas encore été lu. Réessayez dans un instant.")
        complaint = self._consequences(message, choice)
        message.label = choice.label
        message.decided_by, message.decided_at = choice.by, self.now
        self._remember(message, choice.label, choice.by, by_person=True)
        lessons.note(self.session, message, judged_from_mail(opened(message)), choice.label)
        payload: dict[str, object] = {"label": choice.label.value}
        if complaint:
            payload["complaint"] = complaint.number
        self.journal(choice.by, "decided", f"message {message.id}", payload)
        return complaint

    def undo(self, message_id: int, version: int, by: str) -> None:
        """Put a decided message back in the queue, while no letter has left on its account."""
        message = claim(self.session, Message, message_id, version)
        if message.decided_at is None:
            raise Refused("Personne n’a encore décidé de ce message : il n’y a rien à annuler.")
        if message.place == Place.REGISTERED:
            self._refuse_if_gone(message)
            self._withdraw(message, by, "décision annulée")
        message.place, message.decided_by, message.decided_at = Place.QUEUE, None, None
        lessons.forget(self.session, message.id)
        self.journal(by, "undone", f"message {message.id}", {})

    def amend(self, number: str, version: int, facts: Facts, by: str) -> Complaint:
        """Correct an entry of the register; what changed is in the journal."""
        complaint = self.known(number, version)
        changes = complaints.amend(self.session, complaint, self._with_colleagues(facts))
        if changes:
            self.journal(by, "amended", complaint.number, {"changes": changes})
        return complaint

    def release(self, letter_id: int, by: str) -> Letter:
        """Let a letter leave now: withheld, waiting, failed or uncertain, on a person's word."""
        letter = outbox.claim(self.session, letter_id, outbox.PENDING)
        if letter is None:
            raise Refused("Cette lettre est partie, en cours d’envoi ou annulée.")
        signals = self.session.get_one(Complaint, letter.complaint_id).signals
        if letter.kind == ACKNOWLEDGEMENT and any(map(blocks_acknowledgement, signals)):
            self.refuse_without(Right.ACKNOWLEDGE_SIGNALLED, by)
        if not letter.recipient:
            raise Refused("Cette lettre n’a pas d’adresse : complétez l’adresse du client d’abord.")
        letter.state, letter.due_at, letter.attempts = LetterState.QUEUED, self.now, 0
        self._journal_letter(by, "released", letter)
        return letter

    def cancel(self, letter_id: int, by: str) -> Letter:
        """Keep a letter from leaving, as long as it has not."""
        letter = outbox.claim(self.session, letter_id, outbox.PENDING)
        if letter is None:
            raise Refused("Cette lettre est partie, en cours d’envoi ou déjà annulée.")
        letter.state = LetterState.CANCELLED
        self._journal_letter(by, "cancelled", letter)
        return letter

    # --- what did not come by mail ----------------------------------------------------------

    def enter(self, told: Told, by: str) -> Complaint:
        """Write a complaint into the register that came by telephone, visit or post (P-25).

        Its acknowledgement waits for a person where the client only spoke: he is first invited to
        write (X-04). Raises ``Refused`` for days that cannot be.
        """
        today = civil_date(self.now, self.settings.office.zone)
        if told.received_on > today:
            raise Refused("La réception est dans l’avenir : vérifiez la date de réception.")
        if told.sent_on and told.sent_on > told.received_on:
            raise Refused("L’envoi est après la réception : vérifiez les deux dates.")
        oral = told.facts.channel in ORAL
        deadlines = compute(told.received_on, told.sent_on, rules(self.settings), oral=oral)
        facts = self._with_colleagues(told.facts)
        opening = complaints.Opening(facts, deadlines, note=told.note)
        complaint = complaints.enter(self.session, opening, by, self.now)
        payload: dict[str, object] = {
            "channel": told.facts.channel,
            "received": told.received_on.isoformat(),
            "answer_due": deadlines.answer.operational.isoformat(),
        }
        self.journal(by, "registered", complaint.number, payload)
        assign(self.session, self.settings, complaint, self.now)
        self._acknowledge(None, complaint)
        return complaint

    def acknowledged(self, number: str, version: int, proof: Proof, by: str) -> Complaint:
        """Note an acknowledgement that a person gave otherwise: by post, by hand (P-11).

        What of ours has not left does not leave any more. Raises ``Stale``, ``Refused``.
        """
        complaint = self.known(number, version)
        today = civil_date(self.now, self.settings.office.zone)
        if not complaint.received_on <= proof.on <= today:
            raise Refused("L’accusé doit dater d’entre la réception et aujourd’hui.")
        if complaint.acknowledged_on:
            raise Refused(Sentence("L’accusé de {number} est déjà noté.", number=complaint.number))
        self.keep_letters_back(complaint, by)
        complaint.acknowledged_on, complaint.ack_mode = proof.on, "MANUEL"
        if complaint.state == State.TO_ACKNOWLEDGE:
            complaint.state = State.ACKNOWLEDGED
        payload: dict[str, object] = {"on": proof.on.isoformat(), "proof": proof.said}
        self.journal(by, "acknowledged", complaint.number, payload)
        return complaint

    def refuse_without(self, act: Right, by: str) -> None:
        """Raise ``Refused`` where somebody has not the right (regulation §5.9)."""
        if not self.settings.may(by, act):
            raise Refused(
                Sentence(
                    "Vous n’êtes pas habilité à {what}. Demandez à un référent.",
                    what=Sentence(act.value),
                )
            )

    def known(self, number: str, version: int) -> Complaint:
        known = complaints.named(self.session, number)
        if known is None:
            raise Refused(Sentence("Le registre n’a pas de réclamation {number}.", number=number))
        return claim(self.session, Complaint, known.id, version)

    # --- what follows from a decision -----------------------------------------------------

    def _consequences(self, message: Message, choice: Choice) -> Complaint | None:
        if choice.label == Label.COMPLAINT:
            return self._register(message, choice)
        if self._is_provisional(message):
            self._withdraw(message, choice.by, f"requalifié : {choice.label.french}")
            self._take_back_politely(message)
        elif message.place == Place.REGISTERED:
            self.refuse_without(Right.REQUALIFY, choice.by)
            self._withdraw(message, choice.by, f"requalifié : {choice.label.french}")
        if choice.label == Label.FOLLOW_UP and choice.number:
            return self._attach(message, choice.number)
        message.place = Place.FILED
        return None

    def _is_provisional(self, message: Message) -> bool:
        entry = self._former_entry(message)
        return entry is not None and entry.state == State.PROVISIONAL

    def _take_back_politely(self, message: Message) -> None:
        """A client whom the guard acknowledged in error is told so, if a person agrees."""
        complaint = self.session.get_one(Complaint, message.complaint_id)
        if not complaint.acknowledged_on or not complaint.client_email:
            return
        kind = "false_alarm"
        name = message_id(complaint, kind, self.settings.office)
        why = "l’accusé était parti sans relecture : relisez ce mot avant de l’envoyer"
        order = Order(kind, complaint.client_email, name, self.now, why, automatic=False)
        self._journal_letter(
            ROBOT, "queued", outbox.queue(self.session, complaint, order, self.now)
        )

    def _register(self, message: Message, choice: Choice) -> Complaint:
        facts = choice.facts or Facts(
            client_name=message.sender_name, client_email=message.sender_email
        )
        facts = self._with_colleagues(facts)
        signals = ((message.triage or {}).get("signals")) or []
        if "DONNEES_SANTE" in signals:
            facts = replace(facts, sensitive=True)
        complaint = self._former_entry(message)
        if complaint:
            gone = complaint.acknowledged_on is not None
            complaint.state = State.ACKNOWLEDGED if gone else State.TO_ACKNOWLEDGE
            complaint.version += 1
            complaints.amend(self.session, complaint, facts)
        else:
            complaint = self._enter(message, facts, choice.by)
        complaint.signals = list(signals)
        message.place, message.complaint_id = Place.REGISTERED, complaint.id
        self._acknowledge(message, complaint)
        return complaint

    def _former_entry(self, message: Message) -> Complaint | None:
        """The entry this very message had before a decision was undone: it keeps its number."""
        if message.complaint_id is None:
            return None
        complaint = self.session.get_one(Complaint, message.complaint_id)
        return complaint if complaint.origin_id == message.id else None

    def _enter(self, message: Message, facts: Facts, by: str) -> Complaint:
        deadlines = limits(message, self.settings)
        complaint = complaints.enter(
            self.session, complaints.Opening(facts, deadlines, message.id), by, self.now
        )
        payload: dict[str, object] = {
            "message": message.id,
            "answer_due": deadlines.answer.operational.isoformat(),
        }
        self.journal(by, "registered", complaint.number, payload)
        assign(self.session, self.settings, complaint, self.now)
        return complaint

    def _with_colleagues(self, facts: Facts) -> Facts:
        """People aimed at who are of the office are known by their address: they may not sign
        alone (X-13).
        """
        if not facts.persons_concerned:
            return facts
        ours = {fold(one.name): one.email for one in self.settings.staff}
        known = (
            replace(one, email=one.email or ours.get(fold(one.name), ""))
            for one in facts.persons_concerned
        )
        return replace(facts, persons_concerned=tuple(known))

    def _acknowledge(
        self, message: Message | None, complaint: Complaint, *, by_guard: bool = False
    ) -> None:
        """Queue the acknowledgement with its time to undo, or withhold it with the reason."""
        if complaint.acknowledged_on:
            return
        recipient = complaint.client_email
        spoken = _SPOKEN if complaint.channel in ORAL else None
        since = self.now - timedelta(hours=24)
        reason = withheld_because(
            Case(
                recipient,
                message.withheld_because if message else spoken,
                ((message and message.triage) or {}).get("signals", ()),
                message is not None and message.imported,
                outbox.written_to(self.session, recipient, since),
                message is not None and message.role == Role.JUNK,
                self._crowd(recipient),
            )
        )
        undo = timedelta(minutes=self.settings.procedure.undo_minutes)
        name = message_id(complaint, ACKNOWLEDGEMENT, self.settings.office)
        order = Order(
            ACKNOWLEDGEMENT,
            recipient,
            name,
            self.now + undo,
            reason,
            by_guard=by_guard,
            language=_spoken(complaint),
        )
        letter = outbox.queue(self.session, complaint, order, self.now)
        self._journal_letter(ROBOT, "queued", letter)
        self._mind_the_flood()

    def acknowledge_again(self, complaint: Complaint) -> None:
        """What stood for the acknowledgement does so no more: it is due again."""
        self._acknowledge(complaints.origin(self.session, complaint), complaint)

    def _mind_the_flood(self) -> None:
        """Stop automatic mail where more acknowledgements leave in an hour than ever should: what
        is queued waits for a person, who lifts it for all of them (peers 14).
        """
        most = self.settings.procedure.acks_per_hour
        since = breaker.counted_from(self.session, self.now - timedelta(hours=1))
        if outbox.written_since(self.session, since) > most:
            because = f"plus de {most} accusés en une heure : une boucle est à craindre"
            breaker.stop(self.session, because, ROBOT, self.now)

    def _crowd(self, recipient: str) -> str:
        """Whether so many acknowledgements leave to one domain that a loop must be feared."""
        hour = self.now - timedelta(hours=1)
        procedure, domain = self.settings.procedure, recipient.rpartition("@")[2]
        if domain and outbox.written_since(self.session, hour, domain) >= procedure.acks_per_domain:
            return (
                f"plus de {procedure.acks_per_domain} accusés en une heure vers {domain} : "
                "une boucle est à craindre"
            )
        return ""

    def _attach(self, message: Message, number: str) -> Complaint:
        complaint = complaints.named(self.session, number)
        if complaint is None:
            raise Refused(Sentence("Le registre n’a pas de réclamation {number}.", number=number))
        message.place, message.complaint_id = Place.FOLLOW_UP, complaint.id
        return complaint

    def _withdraw(self, message: Message, by: str, reason: str) -> None:
        """The entry stays with its number, requalified; a letter not yet gone does not leave."""
        complaint = self.session.get_one(Complaint, message.complaint_id)
        self.keep_letters_back(complaint, by)
        complaint.state = State.REQUALIFIED
        complaint.version += 1
        self.journal(by, "requalified", complaint.number, {"reason": reason})

    def keep_letters_back(self, complaint: Complaint, by: str) -> None:
        """What has not left to a client does not leave any more."""
        for letter in outbox.of_complaint(self.session, complaint):
            if letter.state in outbox.PENDING and letter.state != LetterState.UNCERTAIN:
                letter.state = LetterState.CANCELLED
                self._journal_letter(by, "cancelled", letter)

    def _refuse_if_gone(self, message: Message) -> None:
        complaint = self.session.get_one(Complaint, message.complaint_id)
        gone = {LetterState.SENDING, LetterState.SENT, LetterState.UNCERTAIN}
        if gone & {letter.state for letter in outbox.of_complaint(self.session, complaint)}:
            raise Refused(
                Sentence(
                    "L’accusé de {number} est déjà parti : la décision ne s’annule plus. "
                    "Donnez au message un autre classement : l’entrée sera requalifiée.",
                    number=complaint.number,
                )
            )

    def _belongs(self, complaint_id: int | None, sender: str) -> bool:
        """A stranger who quotes a number is not let into another person's file (peers 21)."""
        if complaint_id is None:
            return False
        complaint = self.session.get_one(Complaint, complaint_id)
        mails = complaints.mails_of(self.session, complaint)
        return sender in {complaint.client_email, *(mail.sender_email for mail in mails)} - {""}

    def _found_our_copy(self, letter_id: int, message: Message) -> None:
        """Our own copy in the mailbox proves that a letter left whose sending was cut short."""
        letter = outbox.claim(self.session, letter_id, [LetterState.SENDING, LetterState.UNCERTAIN])
        if letter is None:
            return
        day = civil_date(message.received_at, self.settings.office.zone)
        answer = "copie retrouvée dans la boîte du cabinet"
        outbox.settle(self.session, letter, Sent(message.received_at, day, answer))
        self._journal_letter(ROBOT, "found", letter)

    def _remember(self, message: Message, label: Label, by: str, *, by_person: bool) -> None:
        self.session.add(
            Decision(message_id=message.id, label=label, by=by, by_person=by_person, at=self.now)
        )

    def journal(self, by: str, action: str, about: str, payload: dict[str, object]) -> None:
        journal.record(self.session, Act(by, action, about, payload), self.now)

    def _journal_letter(self, by: str, action: str, letter: Letter) -> None:
        number = self.session.get_one(Complaint, letter.complaint_id).number
        payload: dict[str, object] = {"letter": letter.kind, "state": letter.state}
        if letter.trouble:
            payload["because"] = letter.trouble
        self.journal(by, action, number, payload)


def _spoken(complaint: Complaint) -> str:
    """The language of our letters to a client: his, where we have it."""
    return complaint.language if complaint.language in ("de", "en") else "fr"


def opened(message: Message) -> Mail:
    """A kept message as people may see it: of one in quarantine, or that no reading process has
    stood yet, the headers and first words.
    """
    data = message.data or b""
    unsafe = message.trouble or message.place == Place.UNSORTED
    return glimpse(data) if unsafe else parse(data)


def limits(message: Message, settings: Settings) -> Deadlines:
    """The limits of a message if it is a complaint: they run from its arrival (P-04)."""
    zone = settings.office.zone
    sent, doubt = plausible_sent(message.sent_at, message.received_at, zone)
    return compute(civil_date(message.received_at, zone), sent, rules(settings), doubt=doubt)


def rules(settings: Settings) -> Rules:
    """The office's time limits as the calendar understands them."""
    procedure = settings.procedure
    return Rules(
        ack_days=procedure.ack_days,
        ack_unit=procedure.ack_unit,
        answer_months=procedure.answer_months,
        region=Region(settings.office.region),
    )


def _clues(read: Read) -> Clues:
    return Clues(read.screening.refers_to, f"{read.mail.subject}\n{read.mail.text}")


def _explain(message: Message, read: Read, ours: Collection[str]) -> None:
    """Write the machine's opinion and its grounds onto a message's row."""
    screening, triage = read.screening, read.triage
    message.fingerprint = screening.fingerprint
    message.screening, message.withheld_because = screening.reason, screening.withheld_because
    message.label, message.probability, message.band = triage.label, triage.probability, triage.band
    message.triage = {
        "reasons": [dict(vars(reason)) for reason in triage.reasons],
        "signals": list(triage.signals),
        "fields": asdict(triage.fields),
        "similar": [dict(vars(case)) for case in triage.similar],
        "language": triage.language,
        "model": triage.model,
        **_forwarded(read.mail, ours),
    }


def _forwarded(mail: Mail, ours: Collection[str]) -> dict[str, object]:
    """Whose mail a mail forwards, for a person to confirm; nothing where it forwards none."""
    first = mail.original
    if first is None or not (first.name or first.email or first.sent_at):
        return {}
    return {
        "forwarded": {
            "name": first.name,
            "email": first.email,
            "sent_at": first.sent_at.isoformat() if first.sent_at else None,
            "how": first.how,
            "by_office": mail.sender.email in ours,
        }
    }
