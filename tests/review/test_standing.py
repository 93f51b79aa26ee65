"""What to do next with a case, and how its limits stand."""

from datetime import date

import pytest

from register.model import AnswerState, LetterState, State
from review.standing import Standing, limit, next_step

EXAMINED = State.EXAMINED
WANTING = ("écrivez la réponse",)


@pytest.mark.parametrize(
    ("case", "words", "leads"),
    [
        (Standing(State.PROVISIONAL, origin=7), "Confirmer ou requalifier", "/message/7"),
        (Standing(State.PROVISIONAL), "Confirmer ou requalifier", "#autres"),
        (
            Standing(
                State.TO_ACKNOWLEDGE, acknowledged=False, ack=LetterState.WITHHELD, ack_letter=3
            ),
            "Envoyer l’accusé",
            "envoyer 3",
        ),
        (
            Standing(
                State.TO_ACKNOWLEDGE, acknowledged=False, ack=LetterState.FAILED, ack_letter=3
            ),
            "Envoyer l’accusé",
            "envoyer 3",
        ),
        (
            Standing(
                State.TO_ACKNOWLEDGE, acknowledged=False, ack=LetterState.UNCERTAIN, ack_letter=3
            ),
            "Vérifier si l’accusé est parti",
            "/lettres/3",
        ),
        (
            Standing(
                State.TO_ACKNOWLEDGE, acknowledged=False, ack=LetterState.WITHHELD, address=False
            ),
            "Accuser réception",
            "#accuse",
        ),
        (
            Standing(State.TO_ACKNOWLEDGE, acknowledged=False, ack=LetterState.CANCELLED),
            "Accuser réception",
            "#accuse",
        ),
        (Standing(State.TO_ACKNOWLEDGE, acknowledged=False), "Accuser réception", "#accuse"),
        (
            Standing(State.TO_ACKNOWLEDGE, acknowledged=False, ack=LetterState.SENDING),
            "Rien à faire pour l’instant",
            "",
        ),
        (  # it leaves by itself: what comes next is somebody in charge
            Standing(State.TO_ACKNOWLEDGE, taken=False, acknowledged=False, ack=LetterState.QUEUED),
            "Prendre en charge",
            "prendre",
        ),
        (Standing(State.ACKNOWLEDGED, taken=False), "Prendre en charge", "prendre"),
        (Standing(State.REOPENED, taken=False), "Prendre en charge", "prendre"),
        (Standing(State.ACKNOWLEDGED), "Écrire la réponse", "#reponse"),
        (Standing(EXAMINED), "Écrire la réponse", "#reponse"),
        (
            Standing(EXAMINED, answer=AnswerState.DRAFT, lacking=WANTING),
            "Finir la réponse",
            "#reponse",
        ),
        (Standing(EXAMINED, answer=AnswerState.DRAFT, may_sign=True), "Signer", "#reponse"),
        (
            Standing(EXAMINED, answer=AnswerState.DRAFT, signers=("Odile",)),
            "Soumettre la réponse",
            "#reponse",
        ),
        (Standing(State.TO_SIGN, answer=AnswerState.TO_SIGN, may_sign=True), "Signer", "#reponse"),
        (
            Standing(State.TO_SIGN, answer=AnswerState.TO_SIGN, signers=("Odile",)),
            "Attendre la signature",
            "",
        ),
        (
            Standing(State.TO_SIGN, answer=AnswerState.SIGNED, letter=LetterState.QUEUED),
            "Rien à faire pour l’instant",
            "",
        ),
        (
            Standing(
                State.TO_SIGN, answer=AnswerState.SIGNED, letter=LetterState.WITHHELD, by_post=True
            ),
            "Imprimer et poster",
            "#postee",
        ),
        (
            Standing(State.TO_SIGN, answer=AnswerState.SIGNED, letter=LetterState.FAILED),
            "Voir pourquoi la réponse",
            "#lettres",
        ),
        (Standing(State.AWAITING_CLIENT), "Attendre le client", "attendre"),
        (Standing(State.AWAITING_THIRD_PARTY), "Attendre le tiers", "attendre"),
        (Standing(State.REDIRECTED, elsewhere="Mutuelle"), "Mutuelle", "#autrement"),
        (Standing(State.MEDIATION), "Attendre l’avis", "#mediation"),
        (Standing(State.MEDIATION, opinion=True), "Répondre après l’avis", "#reponse"),
        (Standing(State.LITIGATION), "Suivre le contentieux", ""),
        (Standing(State.ANSWERED), "Clôturer", "#cloture"),
        (Standing(State.ANSWERED, may_close=False), "Faire clôturer", ""),
        (
            Standing(State.ANSWERED, to_close=("dites…",), wants_findings=True),
            "Compléter avant de clôturer",
            "#constats",
        ),
        (Standing(State.ANSWERED, to_close=("objet",)), "Compléter avant", "#registre"),
        (Standing(State.CLOSED), "Rien à faire", ""),
        (Standing(State.REQUALIFIED), "Rien à faire", ""),
        (Standing(State.MERGED, kept="REC-2026-0001"), "Rien à faire ici", "/registre/REC-"),
    ],
)
def test_the_next_step(case, words, leads):
    step = next_step(case)
    assert words in step.words
    assert step.why
    to = f"{step.act} {step.value}".strip() or step.where
    assert to.startswith(leads)
    assert bool(step.button) == bool(leads)


@pytest.mark.parametrize("state", State)
def test_every_state_has_one(state):
    for taken in (True, False):
        assert next_step(Standing(state, taken=taken)).words


FROM, DUE = date(2026, 11, 1), date(2026, 11, 11)


@pytest.mark.parametrize(
    ("done", "today", "words", "tone", "used"),
    [
        (None, date(2026, 11, 1), "encore 10 jours", "calm", 0),
        (None, date(2026, 11, 6), "encore 5 jours", "calm", 50),
        (None, date(2026, 11, 8), "encore 3 jours", "near", 70),
        (None, date(2026, 11, 10), "demain", "near", 90),
        (None, DUE, "aujourd’hui, dernier jour", "near", 100),
        (None, date(2026, 11, 12), "en retard de 1 jour", "late", 100),
        (None, date(2027, 11, 12), "en retard de 366 jours", "late", 100),
        (DUE, date(2027, 1, 1), "dans le délai", "good", 100),
        (date(2026, 11, 13), date(2027, 1, 1), "2 jours après la limite", "late", 100),
        (date(2026, 10, 1), date(2026, 11, 1), "dans le délai", "good", 0),
    ],
)
def test_a_limit_in_words(done, today, words, tone, used):
    shown = limit("Accusé", FROM, DUE, done, today)
    assert words in shown.words
    assert (shown.tone, shown.used) == (tone, used)


def test_a_limit_that_was_over_at_receipt():
    assert limit("Accusé", DUE, FROM, None, DUE).words == "en retard de 10 jours"
