"""Where a case stands: the one thing to do next, and how much of each limit is used up. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from config.sentence import Sentence
from register.model import AnswerState, LetterState, State

_SENDABLE = (LetterState.WITHHELD, LetterState.FAILED)
_BEFORE_ACK = (State.TO_ACKNOWLEDGE, State.PROVISIONAL)


@dataclass(frozen=True)
class Standing:
    """What the next step depends on."""

    state: State
    responsible: str = ""  # a name
    taken: bool = True
    acknowledged: bool = True
    ack: LetterState | None = None  # of the letter of acknowledgement, if there is one
    ack_letter: int = 0  # its row
    address: bool = True  # whether the client has an electronic address
    answer: AnswerState | None = None  # of the answer being written
    lacking: tuple[str, ...] = ()  # what that one still wants
    may_sign: bool = False
    signers: tuple[str, ...] = ()  # names of those who may
    by_post: bool = False  # the signed answer is to be printed and posted
    letter: LetterState | None = None  # that carries the signed answer
    to_close: tuple[str, ...] = ()  # what stands against closing
    wants_findings: bool = False  # … among it that nobody has said what went wrong (P-19, P-21)
    may_close: bool = True
    elsewhere: str = ""  # to whom it was redirected
    kept: str = ""  # of one merged: the number that stays
    opinion: bool = False  # the mediator has given his
    origin: int = 0  # the mail by which it came


@dataclass(frozen=True)
class Step:
    """What to do next: in words, why, and the button that does it or leads to it."""

    words: str
    why: str
    button: str = ""
    act: str = ""  # posted at once …
    where: str = ""  # … or a place on the page, or another page
    value: str = ""  # what the act needs besides


def next_step(case: Standing) -> Step:
    """The one thing to do. Nothing to do is said too: then the step has no button."""
    if case.state == State.PROVISIONAL:
        return Step(
            "Confirmer ou requalifier",
            "Le programme a inscrit ce message le dernier jour du délai ; une personne dit si "
            "c’est bien une réclamation.",
            "Regarder le message",
            where=f"/message/{case.origin}" if case.origin else "#autres",
        )
    if case.state in _ENDED:
        return _ended(case)
    if case.answer == AnswerState.SIGNED:
        return _leaving(case)
    if not case.acknowledged and case.state in _BEFORE_ACK and case.ack != LetterState.QUEUED:
        return _acknowledge(case)
    if case.state == State.ANSWERED:
        return _close(case)
    if not case.taken:
        why = Sentence(
            "Confiée à {who}. Qui prend le dossier en charge répond du délai.",
            who=case.responsible,
        )
        return Step(
            "Prendre en charge",
            why if case.responsible else _NOBODYS,
            "Prendre en charge",
            act="prendre",
        )
    if case.answer is not None:
        return _sign(case)
    return _ASIDE_STEPS[case.state](case) if case.state in _ASIDE_STEPS else _WRITE


_WRITE = Step(
    "Écrire la réponse",
    "Relevez chaque point de la réclamation, puis répondez-y.",
    "Écrire la réponse",
    where="#reponse",
)
_WRITE_AFTER = Step(
    "Répondre après l’avis du médiateur",
    "Dites au client ce que le cabinet en fait, puis clôturez.",
    "Écrire la réponse",
    where="#reponse",
)
_NOBODYS = Sentence("Personne n’en est chargé. Qui prend le dossier en charge répond du délai.")
_RESUME = Sentence(
    "Le délai court toujours. Dès que la réponse attendue est là, reprenez l’instruction."
)
_ASIDE_STEPS: Mapping[State, Callable[[Standing], Step]] = {
    State.AWAITING_CLIENT: lambda case: Step(
        "Attendre le client, ou le relancer", _RESUME, "Reprendre l’instruction", act="attendre"
    ),
    State.AWAITING_THIRD_PARTY: lambda case: Step(
        "Attendre le tiers, ou le relancer", _RESUME, "Reprendre l’instruction", act="attendre"
    ),
    State.REDIRECTED: lambda case: Step(
        Sentence(
            "Obtenir la réponse de {whom}",
            whom=case.elsewhere or Sentence("l’organisme compétent"),
        ),
        "Le cabinet suit le dossier et relance : le délai n’est pas suspendu, et le dossier se "
        "clôt avec la réponse connue.",
        "Noter la réponse donnée",
        where="#autrement",
    ),
    State.MEDIATION: lambda case: (
        _WRITE_AFTER
        if case.opinion
        else Step(
            "Attendre l’avis du médiateur",
            "Transmettez-lui les pièces qu’il demande ; le dossier est gelé.",
            "Noter son avis",
            where="#mediation",
        )
    ),
    State.LITIGATION: lambda case: Step(
        "Suivre le contentieux",
        "Le dossier est gelé. Ne répondez plus au client sans l’avis du conseil du cabinet.",
    ),
}
_ENDED = (State.CLOSED, State.REQUALIFIED, State.MERGED)


def _ended(case: Standing) -> Step:
    if case.state == State.CLOSED:
        return Step("Rien à faire", "Le dossier est clos. Si le client insiste, rouvrez-le.")
    if case.state == State.MERGED:
        return Step(
            "Rien à faire ici",
            "Ce doublon est fusionné : la suite est dans l’autre dossier.",
            Sentence("Ouvrir {number}", number=case.kept) if case.kept else "",
            where=f"/registre/{case.kept}" if case.kept else "",
        )
    return Step("Rien à faire", "Ce n’était pas une réclamation ; le numéro et la raison restent.")


def _acknowledge(case: Standing) -> Step:
    if case.ack in _SENDABLE and case.address:
        why = Sentence("Il est retenu : lisez pourquoi avant de l’envoyer.")
        if case.ack == LetterState.FAILED:
            why = Sentence("Il n’a pas pu partir : vérifiez l’adresse du client.")
        return Step(
            "Envoyer l’accusé de réception",
            why,
            "Envoyer l’accusé",
            act="envoyer",
            value=str(case.ack_letter),
        )
    if case.ack == LetterState.UNCERTAIN:
        return Step(
            "Vérifier si l’accusé est parti",
            "L’envoi a été coupé : cherchez sa copie dans la boîte du cabinet.",
            "Voir la lettre",
            where=f"/lettres/{case.ack_letter}",
        )
    if case.ack == LetterState.SENDING:
        return Step("Rien à faire pour l’instant", "L’accusé est en cours d’envoi.")
    why = Sentence(
        "Aucun accusé n’est en route : donnez-le par courrier ou en main propre, puis notez-le."
    )
    if not case.address:
        why = Sentence("Le client n’a pas d’adresse électronique : accusez réception par courrier.")
    return Step("Accuser réception", why, "Noter l’accusé donné", where="#accuse")


def _leaving(case: Standing) -> Step:
    """The answer is signed: what becomes of its letter."""
    if case.by_post and case.letter in _SENDABLE:
        return Step(
            "Imprimer et poster la réponse",
            "Elle est signée. Le délai est tenu le jour où elle part.",
            "Noter l’envoi par la poste",
            where="#postee",
        )
    if case.letter in (LetterState.FAILED, LetterState.UNCERTAIN, LetterState.WITHHELD):
        return Step(
            "Voir pourquoi la réponse n’est pas partie",
            "Elle est signée, mais sa lettre attend quelqu’un.",
            "Voir les lettres",
            where="#lettres",
        )
    return Step("Rien à faire pour l’instant", "La réponse est signée et part d’elle-même.")


def _sign(case: Standing) -> Step:
    if case.lacking:
        return Step(
            "Finir la réponse",
            Sentence("Il manque encore : {what}.", what=case.lacking),
            "Reprendre le brouillon",
            where="#reponse",
        )
    if case.may_sign:
        return Step(
            "Signer la réponse",
            "Elle est complète. Relisez-la : signée, elle part après le temps d’annulation.",
            "Relire et signer",
            where="#reponse",
        )
    who = _or(case.signers[:3]) if case.signers else Sentence("quelqu’un qui y est habilité")
    if case.answer == AnswerState.TO_SIGN:
        return Step("Attendre la signature", Sentence("À signer par {who}.", who=who))
    return Step(
        "Soumettre la réponse à la signature",
        Sentence("Elle est complète ; {who} peut la signer.", who=who),
        "Relire et soumettre",
        where="#reponse",
    )


def _or(names: tuple[str, ...]) -> str:
    """Several names as a choice."""
    said = names[0]
    for name in names[1:]:
        said = Sentence("{one} ou {other}", one=said, other=name)
    return said


def _close(case: Standing) -> Step:
    if not case.to_close and case.may_close:
        return Step(
            "Clôturer le dossier",
            "Le client a sa réponse et le registre est complet.",
            "Clôturer",
            where="#cloture",
        )
    if not case.to_close:
        return Step(
            "Faire clôturer le dossier", "Tout est réuni ; un conseiller ou un référent clôt."
        )
    return Step(
        "Compléter avant de clôturer",
        Sentence("Il manque : {what}.", what=case.to_close),
        "Compléter",
        where="#constats" if case.wants_findings else "#registre",
    )


# --- limits --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limit:
    """One of the two limits as people look at it: in words first, the bar only repeats them."""

    name: str
    due: date
    done_on: date | None
    words: str
    tone: str  # good, near, late or calm
    used: int  # hundredths of the time from receipt to the limit


def limit(name: str, since: date, due: date, done_on: date | None, today: date) -> Limit:
    """How a limit stands on a day. ``near`` is its last quarter, or its last three days."""
    whole = max((due - since).days, 1)
    end = done_on or today
    used = min(100, max(0, round(100 * (end - since).days / whole)))
    left = (due - end).days
    if done_on:
        after = -left
        words = Sentence("fait le {day}, dans le délai", day=done_on)
        if after > 0:
            words = Sentence(
                "fait le {day}, {time} après la limite", day=done_on, time=_days(after)
            )
        return Limit(name, due, done_on, words, "good" if left >= 0 else "late", used)
    if left < 0:
        words = Sentence("en retard de {time}", time=_days(-left))
        return Limit(name, due, None, words, "late", 100)
    soon = {0: Sentence("aujourd’hui, dernier jour"), 1: Sentence("demain")}
    words = soon.get(left, Sentence("encore {time}", time=_days(left)))
    near = left <= max(3, whole // 4)
    return Limit(name, due, None, words, "near" if near else "calm", used)


def _days(count: int) -> str:
    return Sentence("{n} jours", n=count) if count > 1 else Sentence("{n} jour", n=count)
