"""Annexe I and the export for a control: what stands in each column, and CSV as it is opened."""

import csv
import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from register.complaints import Facts
from register.export import Format, Kind, as_csv, cases
from register.export.annexe import ANNEXE
from register.export.cells import clean, euros, said
from register.export.control import CONTROL
from register.model import Answer, Complaint
from tests.ledger import EDITION, FACTS, NOON, change, enter, enter_whole, exported

NAMES = [
    "N°",
    "Nom du client",
    "Date de réception",
    "Objet de la réclamation",
    "Contrat, produit ou service visé",
    "Intervenants autres que le professionnel",
    "Personnes visées par la réclamation",
    "Date de l’accusé de réception",
    "Date de la réponse",
    "Réponse apportée",
    "Voies de recours indiquées",
    "Dysfonctionnements identifiés",
    "Actions correctives",
    "Observations",
]


def rows(database, kind=Kind.ANNEXE, edition=EDITION) -> list[dict[str, str]]:
    document, _ = exported(database, kind, Format.CSV, edition)
    text = document.decode("utf-8-sig").splitlines()
    return list(csv.DictReader(text, delimiter=";", restval=""))


# --- the columns ----------------------------------------------------------------------------------


def test_the_columns_of_the_procedure_in_their_order():
    assert [column.name for column in ANNEXE] == NAMES


def test_a_control_sees_annexe_one_and_all_the_rest_each_under_its_own_name():
    names = [column.name for column in CONTROL]
    assert [name for name in names if name in NAMES] == [
        *NAMES[:13],
        "Observations",
    ]
    assert len(set(names)) == len(names) == 54


def test_a_file_that_has_been_all_the_way(database):
    enter_whole(database)
    assert rows(database) == [
        {
            "N°": "REC-2026-0001",
            "Nom du client": "Jeanne Mangin",
            "Date de réception": "07/09/2026",
            "Objet de la réclamation": "Délai de remboursement",
            "Contrat, produit ou service visé": "contrat AB-123, Auto, Sinistre",
            "Intervenants autres que le professionnel": "Garage Martin (Garage agréé)",
            "Personnes visées par la réclamation": "Thomas Weber (Conseiller du cabinet)",
            "Date de l’accusé de réception": "16/09/2026",
            "Date de la réponse": "06/11/2026",
            "Réponse apportée": "Moitié de la franchise remboursée",
            "Voies de recours indiquées": "O",
            "Dysfonctionnements identifiés": "Dysfonctionnement (Sinistre) : Dossier sans suite "
            "pendant les congés ; Manquement (Sinistre) : Rappel au client oublié",
            "Actions correctives": "Corrective : Boîte de relève partagée (responsable Marie Colin, "
            "échéance 15/11/2026, décidée (en retard))",
            "Observations": "",
        }
    ]


def test_what_a_control_sees_besides(database):
    enter_whole(database)
    [row] = rows(database, Kind.CONTROL)
    assert {name: row[name] for name in row if name not in NAMES} == {
        "Statut": "clôturée",
        "Base (cabinet/ACPR)": "Procédure du cabinet et ACPR",
        "Qualité du réclamant": "Assuré",
        "Canal": "Courriel",
        "Date d’envoi": "05/09/2026",
        "Reçue par": "Marie Colin",
        "Personne en charge": "Claire Weber",
        "Motif (code et libellé)": "M12 Sinistre – délai",
        "Compagnie": "Mutuelle de l’Est",
        "N° de contrat": "AB-123",
        "N° de sinistre": "S-77",
        "Entité compétente": "Le cabinet",
        "Réorientée vers": "Mutuelle de l’Est, réclamations",
        "Réorientée le": "10/09/2026",
        "Client informé de la réorientation le": "11/09/2026",
        "Échéance AR (cabinet)": "17/09/2026",
        "Échéance AR (ACPR)": "17/09/2026",
        "AR dans le délai du cabinet (O/N)": "O",
        "AR dans le délai de l’ACPR (O/N)": "O",
        "Échéance réponse (cabinet)": "07/11/2026",
        "Échéance réponse (ACPR)": "05/11/2026",
        "Réponse dans le délai du cabinet (O/N)": "O",
        "Réponse dans le délai de l’ACPR (O/N)": "N",
        "Informations intermédiaires (dates)": "05/10/2026 ; 28/10/2026",
        "Sens de la réponse": "Acceptée en partie",
        "Geste commercial (€)": "1250,50",
        "Signataire": "Claire Weber ; Marie Colin",
        "Médiateur indiqué": "La Médiation de l’Assurance",
        "Médiation saisie le": "10/11/2026",
        "Avis du médiateur": "20/11/2026 ; Favorable au cabinet",
        "Nature du dysfonctionnement": "Dysfonctionnement ; Manquement",
        "Cause": "Organisation ; Organisation",
        "Récurrent (O/N)": "N ; O",
        "Action : responsable": "Marie Colin",
        "Action : échéance": "15/11/2026",
        "Action : statut": "décidée (en retard)",
        "Action : réalisée le": "—",
        "Action : efficacité": "—",
        "Date de clôture": "21/11/2026",
        "Date de purge prévue": "22/11/2031",
    }


def test_what_is_not_yet_said_is_empty_not_none(database):
    enter(database, Facts())
    [row] = rows(database)
    assert {name for name, cell in row.items() if cell} == {"N°", "Date de réception"}


@pytest.mark.parametrize(
    ("column", "changes", "cell"),
    [
        ("Intervenants autres que le professionnel", {"parties_said": False}, ""),
        ("Date de l’accusé de réception", {"ack_mode": "SANS_OBJET"}, "sans objet"),
        ("Dysfonctionnements identifiés", {"no_findings_by": "x"}, "Aucun"),
        (
            "Actions correctives",
            {"no_findings_by": "x"},
            "Aucune — pas de dysfonctionnement identifié",
        ),
        ("Actions correctives", {"no_actions_because": "Cas isolé"}, "Aucune — Cas isolé"),
        ("Voies de recours indiquées", {}, ""),
        ("Voies de recours indiquées", {"state": "REQUALIFIEE"}, "sans objet"),
        ("Observations", {"state": "REQUALIFIEE"}, "Requalifiée : n’est pas une réclamation"),
        (
            "Observations",
            {"purged_on": date(2026, 11, 1), "note": "au téléphone"},
            "Données personnelles effacées le 01/11/2026 ; au téléphone",
        ),
        ("Observations", {"held_because": "contentieux"}, "Conservation gelée : contentieux"),
        ("Date de la réponse", {"answered_on": date(2026, 10, 1)}, "01/10/2026"),
    ],
)
def test_a_cell_says_what_is_known(database, column, changes, cell):
    change(database, enter(database), **changes)
    [row] = rows(database)
    assert row[column] == cell


@pytest.mark.parametrize(
    ("outcome", "recourse", "cell"),
    [
        ("REJETEE", True, "O"),
        ("REJETEE", False, "N"),
        ("ACCEPTEE_PARTIELLEMENT", False, "N"),
        ("ACCEPTEE_TOTALEMENT", False, "sans objet"),
        ("ACCEPTEE_TOTALEMENT", True, "O"),
    ],
)
def test_ways_of_recourse_are_held_against_the_sense_of_the_answer(
    database, outcome, recourse, cell
):
    answer(database, enter(database), date(2026, 10, 1), outcome=outcome, recourse=recourse)
    assert rows(database)[0]["Voies de recours indiquées"] == cell


# --- limits kept ----------------------------------------------------------------------------------

# Received on 7 September, sent on the 5th: 17 September by both; 7 November, 5 by the ACPR.
AR, REPONSE = "AR dans le délai", "Réponse dans le délai"


@pytest.mark.parametrize(
    ("duty", "changes", "kept"),
    [
        (AR, {"acknowledged_on": date(2026, 9, 17)}, ("O", "O")),
        (AR, {"acknowledged_on": date(2026, 9, 18)}, ("N", "N")),
        (AR, {}, ("N", "N")),  # nothing, and the day has passed
        (AR, {"state": "REQUALIFIEE"}, ("", "")),
        (AR, {"answered_on": date(2026, 9, 17), "ack_mode": "SANS_OBJET"}, ("O", "O")),
        (AR, {"answered_on": date(2026, 9, 18), "ack_mode": "SANS_OBJET"}, ("N", "N")),
        (REPONSE, {"answered_on": date(2026, 11, 5)}, ("O", "O")),
        (REPONSE, {"answered_on": date(2026, 11, 6)}, ("O", "N")),
        (REPONSE, {"answered_on": date(2026, 11, 8)}, ("N", "N")),
        (REPONSE, {"state": "DOUBLON_FUSIONNE"}, ("", "")),
    ],
)
def test_a_limit_is_kept_or_not_by_the_dates(database, duty, changes, kept):
    change(database, enter(database), **changes)
    [row] = rows(database, Kind.CONTROL)
    assert (row[f"{duty} du cabinet (O/N)"], row[f"{duty} de l’ACPR (O/N)"]) == kept


def test_a_limit_that_still_runs_is_neither(database):
    enter(database, received=date(2026, 11, 20))
    [row] = rows(database, Kind.CONTROL)
    assert not [name for name in row if "délai" in name and "(O/N)" in name and row[name]]


def test_after_a_reopening_the_last_answer_stands_and_the_first_kept_the_limit(database):
    entry_id = enter(database, state="REPONDUE", answered_on=date(2026, 11, 20))
    answer(database, entry_id, date(2026, 10, 1), summary="Refus")
    answer(database, entry_id, date(2026, 11, 20), summary="Accord")
    [row] = rows(database, Kind.CONTROL)
    assert (row["Date de la réponse"], row["Réponse apportée"]) == ("20/11/2026", "Accord")
    assert row["Réponse dans le délai du cabinet (O/N)"] == "O"


# --- whose eyes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_health_words_are_for_whoever_may_read_them_and_asks(database, kind):
    enter(database, replace(FACTS, subject="Cancer", sensitive=True), note="en chimiothérapie")
    [row] = rows(database, kind)
    assert row["Objet de la réclamation"] == row["Observations"] == "[donnée sensible]"
    [row] = rows(database, kind, replace(EDITION, sensitive=True))
    assert (row["Objet de la réclamation"], row["Observations"]) == ("Cancer", "en chimiothérapie")


@pytest.mark.parametrize("kind", list(Kind))
def test_what_people_wrote_of_a_sensitive_file_is_hidden_like_the_client_s_words(database, kind):
    entry_id = enter_whole(database)
    with database.begin() as session:
        session.get_one(Complaint, entry_id).sensitive = True
    [hidden] = rows(database, kind)
    [shown] = rows(database, kind, replace(EDITION, sensitive=True))
    told = {name for name in shown if shown[name] != hidden[name]}
    wanted = {"Objet de la réclamation", "Réponse apportée", "Dysfonctionnements identifiés"}
    assert told >= wanted | ({"Avis du médiateur"} if kind == Kind.CONTROL else set())
    assert "Moitié de la franchise" not in str(hidden)
    assert "Favorable au cabinet" not in str(hidden)


# --- the whole of it ------------------------------------------------------------------------------


def test_an_empty_register_says_so(database):
    document, written = exported(database, Kind.ANNEXE, Format.CSV)
    assert document.decode("utf-8-sig").splitlines()[1:] == ["Néant"]
    assert written.count == 0


def test_the_digest_is_the_one_of_the_csv_file_in_every_form(database):
    enter_whole(database)
    document, written = exported(database, Kind.CONTROL, Format.CSV)
    assert written.digest == hashlib.sha256(document).hexdigest()
    for form in Format:
        assert exported(database, Kind.CONTROL, form)[1] == written
    change(database, 1, subject="Autre")
    assert exported(database, Kind.CONTROL, Format.CSV)[1].digest != written.digest


def test_more_than_a_batch_comes_in_the_order_of_the_numbers_each_once(database, monkeypatch):
    monkeypatch.setattr(cases, "BATCH", 3)
    for _ in range(7):
        enter_whole(database)
    numbers = [row["N°"] for row in rows(database)]
    assert numbers == [f"REC-2026-000{n}" for n in range(1, 8)]


def test_no_query_for_each_row(database):
    def queries() -> int:
        seen = []
        event.listen(database.engine, "before_cursor_execute", lambda *_: seen.append(1))
        exported(database, Kind.CONTROL, Format.CSV)
        return len(seen)

    enter_whole(database)
    one = queries()
    for _ in range(5):
        enter_whole(database)
    assert queries() == one


# --- CSV ------------------------------------------------------------------------------------------


def test_csv_as_a_french_spreadsheet_opens_it(database):
    enter_whole(database)
    document, _ = exported(database, Kind.ANNEXE, Format.CSV)
    assert document.startswith("\ufeffN°;Nom du client;".encode())
    assert document.count(b"\r\n") == document.count(b"\n") == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u200b=", "＝"])
def test_no_cell_is_a_formula(database, start):
    enter(database, replace(FACTS, client_name=f"{start}cmd|' /C calc'!A0", subject='a";=1+1'))
    [row] = rows(database)
    assert row["Nom du client"].startswith("'")
    assert row["Objet de la réclamation"] == 'a";=1+1'


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("deux\r\n\tlignes \u2028 ici", "deux lignes ici"),
        ("« ici »\u202f: 1\u202f250\u00a0€", "« ici »\u202f: 1\u202f250\u00a0€"),
        ("\ud800\ufffe\ufeffété", "été"),
        ("colère 😡 👩\u200d🔧", "colère 😡 👩\u200d🔧"),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_a_stranger_s_text_breaks_no_file_and_deceives_no_reader(text, cleaned):
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("cell", "text"),
    [(date(2026, 1, 9), "09/01/2026"), (Decimal("1250.50"), "1250,50"), ("-5", "-5")],
)
def test_dates_and_amounts_are_french(cell, text):
    assert said(cell) == text


@pytest.mark.parametrize(("cents", "cell"), [(0, ""), (5, Decimal("0.05")), (-100, Decimal("-1"))])
def test_cents_are_euros(cents, cell):
    assert euros(cents) == cell


def test_an_amount_below_nothing_is_a_number_not_a_formula():
    assert as_csv.line((Decimal("-1.00"), "-1")) == b"-1,00;'-1\r\n"


def answer(database, entry_id: int, on: date, **changes) -> None:
    facts = {"outcome": "REJETEE", "summary": "", "recourse": True} | changes
    with database.begin() as session:
        session.add(
            Answer(
                complaint_id=entry_id,
                state="sent",
                written_by="x",
                written_at=NOON,
                signed_at=None,
                sent_on=on,
                message_id=None,
                document_id=None,
                **facts,
            )
        )
