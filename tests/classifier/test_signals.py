"""Signals: what must be heard, and what only sounds like it."""

import pytest

from classifier.signals import SIGNALS, blocks_acknowledgement, signals_in
from classifier.triage import Judged


def heard(text, subject="", name="Anne Collin", email="anne@courriel.example"):
    return set(signals_in(Judged(subject, text, "", name, email)))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("AVOCAT", "Je vais prendre un avocat."),
        ("AVOCAT", "Je suis le conseil de la société Marbot."),
        ("MISE_EN_DEMEURE", "Je vous mets en demeure de payer."),
        ("MISE_EN_DEMEURE", "Le bailleur m'a envoyé une mise en demeure, que faire ?"),
        ("ACTE_CONTENTIEUX", "Vous trouverez l'assignation en référé."),
        ("ACTE_CONTENTIEUX", "Un commissaire de justice est passé."),
        ("ACTE_CONTENTIEUX", "J'irai au tribunal."),
        ("AUTORITE_MEDIATEUR", "À défaut je saisirai le médiateur."),
        ("AUTORITE_MEDIATEUR", "L'UFC m'accompagne."),
        ("AUTORITE_MEDIATEUR", "Je préviens l'ACPR."),
        ("DONNEES_SANTE", "On m'a trouvé un cancer en mars."),
        ("DONNEES_SANTE", "Mon arrêt de travail court jusqu'au 12."),
        ("DONNEES_SANTE", "Je suis opéré du genou lundi."),
        ("DONNEES_SANTE", "Fracture du poignet, six semaines de plâtre."),
        ("VULNERABILITE", "Mon mari est décédé dimanche."),
        ("VULNERABILITE", "Je suis sa curatrice."),
        ("VULNERABILITE", "La Banque de France a retenu mon dossier de surendettement."),
        ("VIOLATION_DONNEES", "J'ai reçu le contrat d'une autre cliente."),
        ("DROIT_RGPD", "J'exerce mon droit d'accès, article 15."),
        ("FRAUDE", "La signature au bas du bulletin n'est pas la mienne."),
        ("FRAUDE", "Quelqu'un a usurpé mon nom."),
        ("MENACE", "Je vais venir et je vais tout casser."),
        ("MENACE", "Vous allez le regretter."),
        ("PRESSE_AVIS_PUBLIC", "Je mets une étoile sur Google et j'en parle sur Facebook."),
        ("PRESSE_AVIS_PUBLIC", "Je vais contacter la presse."),
        ("ANONYME", "Je préfère rester anonyme."),
        ("REITERATION", "Votre réponse du 3 ne me convient pas."),
        ("REITERATION", "Je maintiens ma réclamation."),
        ("RECLAMATION_CITEE", "Avez-vous avancé sur REC-2026-0012 ?"),
    ],
)
def test_a_sign_is_heard(code, text):
    assert code in heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "Je demeure 3 rue des Lilas à Toul.",
        "Le médecin sera en congé.",
        "Mon chien a été opéré de la hanche, voici la facture du vétérinaire.",
        "Mon ordinateur est mort.",
        "La presse agricole a brûlé.",
        "Une dizaine d'euros à tout casser.",
        "Cette société est soumise au contrôle de l'ACPR, 4 place de Budapest.",
        "Je conteste mon amende.",
        "J'ai porté plainte pour vol à la gendarmerie.",
        "L'opération commerciale se termine vendredi.",
        "Ma porte a été fracturée pendant mes vacances.",
        "Merci pour votre réponse, elle me convient.",
        "Pouvez-vous m'envoyer une attestation d'assurance ?",
        "Suivez-nous sur Facebook et LinkedIn.",
        "Je suis tuteur de stage de votre apprentie.",
    ],
)
def test_what_only_sounds_like_a_sign(text):
    assert heard(text) == set()


@pytest.mark.parametrize(
    ("code", "name", "email"),
    [
        ("AVOCAT", "SCP Armand, avocats", "contact@armand.example"),
        ("AUTORITE_MEDIATEUR", "La Médiation", "saisine@mediation-assurance.example"),
        ("ACTE_CONTENTIEUX", "SELARL Vasseur, commissaires de justice", "etude@vasseur.example"),
    ],
)
def test_some_senders_are_a_sign_whatever_they_say(code, name, email):
    assert code in heard("Bonjour, voici la pièce demandée.", name=name, email=email)


def test_the_subject_counts_but_not_the_number_of_our_own_letters():
    assert "MISE_EN_DEMEURE" in heard("Bonjour.", subject="Mise en demeure")
    assert heard("Merci beaucoup.", subject="Re: Votre réclamation REC-2026-0012") == set()


def test_every_signal_has_its_sentence():
    assert all(sentence and sentence[0].islower() for sentence in SIGNALS.values())


def test_health_alone_keeps_no_letter_back():
    """The letters say nothing of health (§4.5); all else waits for a person, unknown codes too."""
    free = {code for code in SIGNALS if not blocks_acknowledgement(code)}
    assert free == {"DONNEES_SANTE", "DROIT_RGPD", "PIECE_ILLISIBLE"}
    assert blocks_acknowledgement("ADRESSE_DOUTEUSE")


def test_few_ordinary_mails_of_the_corpus_show_a_sign(corpus):
    ordinary = [e.judged for e in corpus if e.label in ("service", "information", "thanks")]
    assert sum(bool(signals_in(mail)) for mail in ordinary) < 0.15 * len(ordinary)
