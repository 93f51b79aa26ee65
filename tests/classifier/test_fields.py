"""Proposals for the register, from invented mails."""

import json
from pathlib import Path

import pytest

from classifier.corpus import load_frozen
from classifier.fields import propose
from classifier.labels import Label
from classifier.matters import neutral_subject
from classifier.motives import MATTERS, MOTIVE_WORDS
from classifier.products import CONTRACTS, PRODUCT_WORDS
from classifier.text import fold
from classifier.triage import Judged
from config.taxonomies import MOTIVES, PRODUCTS

STAFF = ["Claire Humbert", "Thomas Weber", "Sandrine Gérard", "Claire Antoine"]


def of(text, subject="", name="", email="", **known):
    return propose(Judged(subject, text, "", name, email), **known)


@pytest.mark.parametrize(
    ("text", "name", "email", "client"),
    [
        ("Bonjour,\nmerci.\nBrigitte Mougenot", "brigitte m.", "bm@x.example", "Brigitte Mougenot"),
        ("Bonjour,\nmerci.\nM. Paul DE LA TOUR", "", "paul@x.example", "Paul DE LA TOUR"),
        (
            "Bonjour.\nCordialement,\nJean-Luc Ferrero\nGérant",
            "",
            "x@x.example",
            "Jean-Luc Ferrero",
        ),
        ("Bonjour.\nA. Keller", "Arnaud Keller", "ak@x.example", "Arnaud Keller"),
        ("ok merci", "kevin schmitt", "kev@x.example", "Kevin Schmitt"),
        ("ok merci", "", "jean.dupont54@x.example", "Jean Dupont"),
        ("ok merci", "", "pitchoune54@x.example", ""),
        ("Bonjour\nMerci Claire Humbert\nSabine Wernert", "Librairie", "x@x.example", "Librairie"),
        (
            "Nom : Lorrette\nPrénom : Bastien\nE-mail : b.lorrette@prive.example\nMessage : stop",
            "Formulaire site",
            "no-reply@site.example",
            "Bastien Lorrette",
        ),
        (
            "Pour info.\n\nDe : Xavier Munier <x.munier@prive.example>\nObjet : refus\n\nNon.",
            "Mirabel IARD",
            "contact@mirabel.example",
            "Xavier Munier",
        ),
        ("Bonjour,\nEnvoyé de mon iPhone", "Anne Collin", "a@x.example", "Anne Collin"),
    ],
)
def test_the_client_is_named(text, name, email, client):
    assert of(text, name=name, email=email).client_name == client


def test_the_address_is_the_authors():
    form = "Nom : Lorrette\nE-mail : B.Lorrette@prive.example"
    assert of(form, email="no-reply@site.example").client_email == "b.lorrette@prive.example"
    forwarded = "Voir.\nDe : X <x.munier@prive.example>\nObjet : refus"
    assert of(forwarded, email="contact@mirabel.example").client_email == "x.munier@prive.example"
    assert of("Bonjour", email="anne@x.example").client_email == "anne@x.example"


@pytest.mark.parametrize(
    ("sender", "original", "client"),
    [
        # an insurer or a colleague hands on a client's mail; a client, a business's
        (("Mirabel IARD", "contact@mirabel.example"), ("Paul Henry", "p@x.example"), "p@x.example"),
        (("Claire Humbert", "claire@y.example"), ("Paul Henry", "p@x.example"), "p@x.example"),
        (("Anne Collin", "a@x.example"), ("Mirabel", "sinistres@mirabel.example"), "a@x.example"),
        (("Anne Collin", "a@x.example"), ("Mutuelle du Lac", ""), "a@x.example"),
    ],
)
def test_the_client_is_who_was_forwarded_unless_a_client_forwards(sender, original, client):
    name, email = original
    judged = Judged(
        "TR: dossier", "Voyez ci-dessous.", "", *sender, original_name=name, original_email=email
    )
    assert propose(judged).client_email == client


def test_a_forwarded_name_without_address_is_proposed():
    judged = Judged(
        "TR: x", "Pour vous.", "", "Mirabel", "c@mirabel.example", original_name="Paul Henry"
    )
    assert propose(judged).client_name == "Paul Henry"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("mon contrat n° 4 117 552 à compter de demain", "4 117 552"),
        ("Contrat habitation 54-HAB-20917", "54-HAB-20917"),
        ("contrat MRB 0091-20266", "MRB 0091-20266"),
        ("contrat auto Mobilis 4471209.", "4471209"),
        ("police n°22-88190", "22-88190"),
        ("mon numéro de sociétaire : 1234567A", "1234567A"),
        ("(GCP-M-007712)", "GCP-M-007712"),
        ("dossier (contrat VM-4352266)", "VM-4352266"),
        ("n° client 88014227", "88014227"),
        ("Appelez-moi au 06 12 34 56 78", ""),
        ("le contrat du 12/03/2025", ""),
        ("un contrat de 1996", ""),
        ("mon contrat me coûte 1200 € par an", ""),
        ("sinistre n° 26-197802", ""),
        ("ma Clio AB-123-CD", ""),
        ("54000 Nancy", ""),
        ("REC-2026-0012", ""),
    ],
)
def test_contract_references(text, reference):
    assert of(text).contract_ref == reference


@pytest.mark.parametrize(
    ("subject", "text", "product"),
    [
        ("", "ma voiture et ma carte verte", "AUTO"),
        ("Moto", "je vends la moto", "MOTO"),
        ("", "un dégât des eaux dans mon appartement", "MRH"),
        ("Mutuelle", "mes lunettes", "SANTE_IND"),
        ("", "la mutuelle de mon entreprise, la mutuelle obligatoire des salariés", "SANTE_COLL"),
        ("", "assurance de prêt immobilier, quotité 50 %", "EMPRUNTEUR"),
        ("attestation décennale", "pour le chantier", "DECENNALE"),
        ("", "mon taxi est au garage, la voiture roule mal, mes taxis", "TPV_VTC"),
        ("", "mon chien, facture du vétérinaire", "ANIMAUX"),
        ("", "capital de l'assurance vie de mon père, clause bénéficiaire", "VIE"),
        ("", "mes loyers impayés depuis mars", "GLI"),
        ("", "Bonjour, merci.", ""),
    ],
)
def test_products(subject, text, product):
    assert of(text, subject).product == product


@pytest.mark.parametrize(
    ("text", "motive"),
    [
        ("Deux prélèvements en octobre, débité en double.", "M06"),
        ("Votre standard est injoignable, on me raccroche au nez.", "M10"),
        ("Résiliation de mai non traitée.", "M11"),
        ("18 % d'augmentation cette année.", "M05"),
        ("L'expert est venu cinq minutes.", "M16"),
        ("Le garage agréé a rayé la portière.", "M17"),
        ("Arrêtez de m'appeler, ce démarchage est pénible.", "M01"),
        ("Votre réponse à ma réclamation ne me convient pas.", "M23"),
        ("Bonjour.", ""),
    ],
)
def test_motives(text, motive):
    assert of(text).motive == motive


@pytest.mark.parametrize(
    ("text", "concerned"),
    [
        ("Bonjour Madame Humbert,\nmerci.", ()),
        ("Bonjour Thomas\nmerci.", ()),
        ("Madame Humbert,\nM. Weber m'avait promis un rappel.", ("Thomas Weber",)),
        ("Sandrine a été désagréable.", ("Sandrine Gérard",)),
        ("Claire ne répond pas.", ()),
        ("Mme Antoine ne répond pas.", ("Claire Antoine",)),
        ("Rien à redire.", ()),
    ],
)
def test_colleagues_who_are_spoken_of(text, concerned):
    assert of(text, staff=STAFF).persons_concerned == concerned


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("La MAIF et Generali se renvoient la balle.", {"MAIF", "Generali"}),
        ("Valmeuse Assurances refuse.", {"Valmeuse Assurances"}),
        ("C'est chez Grand Couronné Prévoyance.", {"Grand Couronné Prévoyance"}),
        ("La Carrosserie du Vieux Pont a rayé ma portière.", {"Carrosserie du Vieux Pont"}),
        ("L'expert n'a rien noté.", {"Expert"}),
        ("Le dépanneur n'est jamais venu.", {"Assistance"}),
        ("Je suis en avril chez ma sœur.", set()),
        ("Le Cabinet Lorrain d’Assurances ne répond pas.", set()),
        ("Bonjour, merci.", set()),
    ],
)
def test_third_parties(text, parties):
    found = of(text, office="Cabinet Lorrain d’Assurances").third_parties
    assert set(found) == parties


def test_the_subject_is_the_offices_words():
    fields = of("Mon cancer, ma mutuelle ne rembourse rien, bande de voleurs !", "scandale")
    assert fields.subject == "Versement de prestations – contrat santé"


def test_every_subject_is_short_and_neutral():
    for motive in MOTIVES:
        for product in PRODUCTS:
            assert 0 < len(neutral_subject(motive, product)) <= 120
    assert neutral_subject("", "") == ""


def test_codes_are_those_of_the_office():
    assert set(PRODUCT_WORDS) <= set(PRODUCTS)
    assert set(CONTRACTS) == set(PRODUCTS) - {"AUTRE_PRODUIT"}
    assert set(MOTIVE_WORDS) | {"M99"} == set(MATTERS) == set(MOTIVES)


def test_nothing_found_is_empty_and_nothing_breaks(corpus):
    assert of("") == of("", "")
    for example in corpus[:300]:
        fields = propose(example.judged, staff=STAFF)
        assert len(fields.subject) <= 120
        assert not fields.product or fields.product in PRODUCTS
        assert not fields.motive or fields.motive in MOTIVES


def test_most_complaints_of_the_corpus_have_a_name_and_a_motive(corpus):
    told = [e for e in corpus if len(e.judged.text.split()) > 30]  # a line says less than it means
    fields = [propose(e.judged) for e in told if e.label == Label.COMPLAINT]
    assert sum(bool(f.client_name) for f in fields) > 0.9 * len(fields)
    assert sum(bool(f.motive) for f in fields) > 0.7 * len(fields)


_READ = Path(__file__).parents[2] / "bench/fields.jsonl"


@pytest.mark.parametrize(
    ("field", "precise", "found"), [("client_name", 0.85, 0.84), ("product", 0.62, 0.48)]
)
def test_what_a_reader_wrote_down_is_proposed_as_often_as_measured(corpus, field, precise, found):
    """Floors, a little under what was measured on 310 mails that a reader annotated by hand."""
    read = [json.loads(line) for line in _READ.read_text(encoding="utf-8").splitlines()]
    assert len(read) >= 300
    by_id = {example.id: example.judged for example in [*corpus, *load_frozen()]}
    pairs = [
        (fold(line[field]), fold(str(getattr(propose(by_id[line["id"]]), field)))) for line in read
    ]
    right = sum(
        bool(said) and (said in told or told in said) and bool(told) for said, told in pairs
    )
    assert right / sum(bool(told) for _, told in pairs) >= precise
    assert right / sum(bool(said) for said, _ in pairs) >= found
