"""What the office has settled, as the program understands it: people, letters, words, mailboxes,
what is due to be erased. People are changed here (``review.pages.staff``); the rest is the settings
file's, and is tried and shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from config.mailboxes import MailboxSettings
from config.rights import Act
from config.sentence import Sentence
from config.taxonomies import Words
from config.trouble import Trouble
from ingest.imap import ImapMailbox
from outbound import approval
from outbound.approval import Standing
from outbound.lint import LEVELS, blocking
from outbound.templates import KINDS, TemplateTrouble, Written, example, render
from register import figures
from register import staff as kept
from review import privacy
from review.desk import Desk
from review.pages import letters, staff
from review.pages.mail import framed
from review.pages.mailboxes import healths
from review.visit import NotThere, Visit

_SHOWN = 200  # files to be erased that a page names; the certificate names them all


@dataclass(frozen=True)
class Tried:
    """What came of opening a mailbox for reading: its folders and how much they hold, or why not."""

    folders: tuple[tuple[str, int], ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Known:
    """A product, service or motive of the office."""

    code: str
    french: str
    own: bool  # added or renamed by the office
    entries: int  # of the register that bear it


def show(visit: Visit) -> Response:
    return _hub(visit, {})


def try_out(visit: Visit) -> Response:
    """Open one mailbox for reading, now, and say what is there; nothing is changed or read."""
    boxes = visit.settings.mailbox
    if visit.id() >= len(boxes):
        raise NotThere
    box = boxes[visit.id()]
    return _hub(visit, {box.name: _tried(box)})


def _tried(box: MailboxSettings) -> Tried:
    try:
        with ImapMailbox(box).open() as opened:
            folders = opened.folders()
            return Tried(tuple((one.folder, len(one.uids()[1])) for one in folders))
    except (Trouble, OSError) as error:
        return Tried(trouble=str(error))


def _hub(visit: Visit, tried: Mapping[str, Tried]) -> Response:
    settings, today = visit.settings, visit.now.astimezone(visit.settings.office.zone).date()
    with visit.database.read() as session:
        used = figures.words_in_use(session)
        away, gone = staff.absences(visit, session), kept.former(session)
        standings = tuple(approval.every(session, settings.letters.folder, settings.office))
        boxes = healths(session, settings, visit.now)
    return visit.page(
        "administration.html",
        colleagues=[(one, list(staff.qualified(one, today))) for one in settings.staff],
        staff=settings.staff,
        absences=away,
        former=gone,
        done=_DONE.get(visit.asked("fait"), ""),
        acts=Act,
        letters=standings,
        kinds=letters.KINDS,
        blocking=blocking,
        lists=_lists(settings.words, used, settings.taxonomies.model_dump()),
        boxes=boxes,
        tried=tried,
        folder=settings.letters.folder,
    )


_DONE = {
    "equipe": "L’équipe est enregistrée.",
    "depart": "Le départ est noté.",
    "absence": "L’absence est notée. Les nouveaux dossiers vont au remplaçant ; ceux qui sont déjà "
    "confiés le restent.",
    "retour": "L’absence est retirée.",
}


def _lists(
    words: Words, used: Mapping[str, Mapping[str, int]], own: Mapping[str, Mapping[str, str]]
) -> dict[str, list[Known]]:
    """Every list with how often each word stands in the register; words that were withdrawn and
    still stand there come last.
    """
    found = {}
    for name in ("products", "motives", "services"):
        offered: Mapping[str, str] = getattr(words, name)
        rows = [
            Known(code, french, code in own[name], used[name].get(code, 0))
            for code, french in offered.items()
        ]
        gone = (code for code in used[name] if code and code not in offered)
        found[name] = rows + [Known(code, "", True, used[name][code]) for code in gone]
    return found


def letter(visit: Visit) -> Response:
    """A letter's version that would serve, or wait for approval, with an invented case."""
    found = _standing(visit)
    written, trouble = _preview(visit, found)
    return visit.page(
        "administration_letter.html",
        found=found,
        name=letters.KINDS[found.kind],
        written=written,
        trouble=trouble,
        levels=LEVELS,
        blocked=bool(blocking(found.faults)),
        folder=visit.settings.letters.folder,
    )


def formatted(visit: Visit) -> Response:
    written, trouble = _preview(visit, _standing(visit))
    return framed(written.html if written else trouble)


def approve(visit: Visit) -> Response:
    """Put the office's own version in service as it stands now. Raises ``NotApproved``, or
    ``Trouble`` if it was changed since it was shown.
    """
    kind, language = _named(visit)
    with visit.database.begin() as session:
        desk = Desk(session, visit.settings, visit.now)
        desk.refuse_without(Act.APPROVE_TEMPLATE, visit.by)
        own = approval.to_approve(
            visit.settings.letters.folder, visit.settings.office, kind, language
        )
        if own.version != visit.form.get("version"):
            raise Trouble(
                Sentence(
                    "Le modèle a changé depuis que vous l’avez relu (version {version} maintenant) : "
                    "rien n’est approuvé. Relisez-le, puis approuvez.",
                    version=own.version,
                )
            )
        payload: dict[str, object] = {"version": own.version, "files": sorted(own.own)}
        desk.journal(visit.by, approval.APPROVED, approval.about(kind, own.language), payload)
    return visit.see(f"/administration/lettres/{kind}/{own.language}")


def _named(visit: Visit) -> tuple[str, str]:
    """The kind and the language that the address names."""
    kind, language = visit.request.path_params["kind"], visit.request.path_params["language"]
    if kind not in KINDS or language not in KINDS[kind].languages:
        raise NotThere
    return kind, language


def _standing(visit: Visit) -> Standing:
    kind, language = _named(visit)
    settings = visit.settings
    with visit.database.read() as session:
        return approval.standing(session, settings.letters.folder, settings.office, kind, language)


def _preview(visit: Visit, found: Standing) -> tuple[Written | None, str]:
    """The office's own version if there is one, else what serves."""
    try:
        case = {**example(found.kind, visit.settings.office), "by_post": False}
        return render(found.own or found.template, case), ""
    except TemplateTrouble as error:
        return None, str(error)


def retention(visit: Visit) -> Response:
    """What has outlived its period today; the purge itself is a command, which asks twice."""
    with visit.database.read() as session:
        desk = Desk(session, visit.settings, visit.now)
        due, periods = privacy.due(desk), privacy.periods(desk)
        held = figures.held(session)
    return visit.page(
        "administration_retention.html", due=due, periods=periods, held=held, shown=_SHOWN
    )
