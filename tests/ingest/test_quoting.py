"""How the mailers of France quote. All texts are invented."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html import to_text
from ingest.quoting import split
from tests.ingest.quotes import ROWS

NEW = "Bonjour,\n\nToujours rien reçu.\n\nJeanne Mangin"
OLD = "Nous avons bien reçu votre demande.\nCordialement,\nClaire"
CITED = "> Nous avons bien reçu votre demande.\n> Cordialement,\n> Claire"

# Each: what stands between the author's words and the history.
ANNOUNCEMENTS = {
    "gmail": (
        "Le lun. 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a écrit :",
        CITED,
    ),
    "gmail wrapped": (
        "Le lun. 3 mars 2025 à 10:12, Claire Petit du cabinet <\nclaire@cabinet.example> a écrit :",
        CITED,
    ),
    "gmail wrapped in the verb": (
        "Le lun. 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a\nécrit :",
        CITED,
    ),
    "gmail, from HTML": (
        "Le lun. 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a écrit :\n",
        OLD,
    ),
    "gmail without accents": (
        "Le lun. 3 mars 2025 à 10:12, Claire <c@cabinet.example> a ecrit :",
        CITED,
    ),
    "gmail, decomposed": (
        "Le lun. 3 mars 2025 à 10:12, Claire <c@cabinet.example> a e\u0301crit :",
        CITED,
    ),
    "gmail, hard spaces": (
        "Le lun. 3 mars 2025 à 10:12, Claire <c@cabinet.example> a écrit\u00a0:",
        CITED,
    ),
    "apple": ("Le 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a écrit :\n", CITED),
    "apple on a telephone": (
        "Envoyé de mon iPhone\n\n> Le 3 mars 2025 à 10:12, Claire <c@cabinet.example> a écrit :\n>",
        CITED,
    ),
    "thunderbird": ("Le 03/03/2025 à 10:12, Claire Petit a écrit :", CITED),
    "thunderbird, first of the month": ("Le 1er mars 2025 à 10h12, Claire a écrit :", CITED),
    "yahoo": (
        "    Le lundi 3 mars 2025 à 10:12:33 UTC+1, Claire <c@cabinet.example> a écrit :  \n ",
        OLD,
    ),
    "open-xchange": ("> Le 03/03/2025 10:12 CET, Claire <c@cabinet.example> a écrit :\n> ", CITED),
    "zoho": (
        "---- Le lun., 03 mars 2025 10:12:00 +0100 Claire <c@cabinet.example> a écrit ----\n",
        OLD,
    ),
    "outlook": (
        "De : Claire Petit <claire@cabinet.example>\nEnvoyé : lundi 3 mars 2025 10:12\n"
        "À : Jeanne Mangin <jeanne@x.example>\nObjet : RE: Dossier\n",
        OLD,
    ),
    "outlook, bold": (
        "*De :* Claire Petit [mailto:claire@cabinet.example]\n*Envoyé :* lundi 3 mars 2025 10:12\n"
        "*À :* jeanne@x.example\n*Cc :* paul@x.example\n*Objet :* RE: Dossier\n",
        OLD,
    ),
    "outlook, in one line": (
        "De : Claire Petit Envoyé : lundi 3 mars 2025 10:12 À : Jeanne Objet : RE: Dossier",
        OLD,
    ),
    "outlook on a telephone": (
        "Obtenir Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\n"
        "De : Claire <claire@cabinet.example>\nEnvoyé : lundi, mars 3, 2025 10:12 AM\n"
        "À : Jeanne <jeanne@x.example>\nObjet : Re: Dossier\n",
        OLD,
    ),
    "outlook, with a wrapped list of people": (
        "De : Claire Petit\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne Mangin; Paul Mangin;\n"
        "Sophie Mangin\nObjet : RE: Dossier\n",
        OLD,
    ),
    "old outlook": (
        "-----Message d'origine-----\nDe : Claire Petit [mailto:c@cabinet.example]\n"
        "Envoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet : Dossier\n",
        OLD,
    ),
    "windows mail": (
        "De : Claire Petit\nEnvoyé le :lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet :Dossier\n",
        OLD,
    ),
    "zimbra": (
        '----- Mail original -----\nDe: "Claire" <c@cabinet.example>\nÀ: "Jeanne" <j@x.example>\n'
        "Envoyé: Lundi 3 Mars 2025 10:12:00\nObjet: Dossier\n",
        OLD,
    ),
    "samsung": (
        "Envoyé depuis mon appareil Galaxy\n\n-------- Message d’origine --------\nDe : Claire "
        "<c@cabinet.example>\nDate : 03/03/2025 10:12 (GMT+01:00)\nÀ : jeanne@x.example\n"
        "Objet : Dossier\n",
        OLD,
    ),
    "orange": (
        '> Message du 03/03/25 10:12\n> De : "Claire" <c@cabinet.example>\n> A : jeanne@x.example\n'
        "> Copie à : \n> Objet : Dossier\n> ",
        CITED,
    ),
    "orange, body unquoted": (
        '> Message du 03/03/25 10:12\n> De : "Claire" <c@cabinet.example>\n> A : jeanne@x.example\n'
        "> Copie à : \n> Objet : Dossier\n> \n",
        OLD,
    ),
    "la poste": (
        "Message du 03/03/25 10:12\nDe : Claire\nA : jeanne@x.example\nCopie à :\n"
        "Objet : Dossier\n",
        OLD,
    ),
    "sfr": (
        "envoyé : 3 mars 2025 à 10:12\nde : Claire <c@cabinet.example>\nà : jeanne@x.example\n"
        "objet : Dossier\n",
        OLD,
    ),
    "english gmail": (
        "On Mon, Mar 3, 2025 at 10:12 AM Claire Petit <claire@cabinet.example>\nwrote:\n",
        CITED,
    ),
    "english apple": ("On 3 Mar 2025, at 10:12, Claire <c@cabinet.example> wrote:\n", CITED),
    "english outlook": (
        "-----Original Message-----\nFrom: Claire\nSent: Monday, March 3, 2025 10:12 AM\n"
        "To: Jeanne\n"
        "Subject: Dossier\n",
        OLD,
    ),
    "german gmail": (
        "Am Mo., 3. März 2025 um 10:12 Uhr schrieb Claire Petit <\nclaire@cabinet.example>:\n",
        CITED,
    ),
    "german thunderbird": ("Am 03.03.2025 um 10:12 schrieb Claire Petit:", CITED),
    "german outlook": (
        "-----Ursprüngliche Nachricht-----\nVon: Claire\nGesendet: Montag, 3. März 2025 10:12\n"
        "An: Jeanne\nBetreff: Dossier\n",
        OLD,
    ),
    "german outlook, new": (
        "Von: Claire\nGesendet: Montag, 3. März 2025 10:12\nAn: Jeanne\nBetreff: Dossier\n",
        OLD,
    ),
    "forward by gmail": (
        "---------- Forwarded message ---------\nDe : Claire <c@cabinet.example>\n"
        "Date: lun. 3 mars 2025 à 10:12\nSubject: Dossier\nTo: <jeanne@x.example>\n\n",
        OLD,
    ),
    "forward by apple": (
        "Début du message transféré :\n\nDe: Claire <c@cabinet.example>\nObjet: Dossier\n"
        "Date: 3 mars 2025 à 10:12:00 UTC+1\nÀ: jeanne@x.example\n",
        OLD,
    ),
    "forward by thunderbird": (
        "-------- Message transféré --------\nSujet : Dossier\n"
        "Date : Mon, 3 Mar 2025 10:12:00 +0100\n"
        "De : Claire <c@cabinet.example>\nPour : jeanne@x.example\n",
        OLD,
    ),
    "quotes alone": ("", CITED),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}{' (html)' * row.html}")
def test_each_program_quotes_in_its_own_way(row):
    new, quoted = split(to_text(row.body) if row.html else row.body)
    assert new.strip() == row.new
    assert [words for words in row.history if words not in quoted or words in new] == []
    assert bool(quoted) == bool(row.history)


FOOTERS = ("Envoyé de mon iPhone\n\n", "Envoyé depuis mon appareil Galaxy\n\n")
OUTLOOK_FOOTER = "Obtenir Outlook pour iOS<https://aka.ms/o0ukef>\n"


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_the_answer_stands_above_the_history(name):
    announcement, history = ANNOUNCEMENTS[name]
    new, quoted = split(f"{NEW}\n\n{announcement}\n{history}")
    footer = next((f for f in (*FOOTERS, OUTLOOK_FOOTER) if announcement.startswith(f)), "")
    assert new == f"{NEW}\n\n{footer}".strip("\n")
    assert quoted == f"{announcement.removeprefix(footer)}\n{history}".strip("\n")


# With nothing above it, an unquoted text below Orange's header may as well be the answer.
@pytest.mark.parametrize("name", sorted(ANNOUNCEMENTS.keys() - {"orange, body unquoted"}))
def test_a_mail_of_history_alone_has_no_new_words(name):
    announcement, history = ANNOUNCEMENTS[name]
    text = f"{announcement}\n{history}".strip("\n")
    new, quoted = split(text)
    assert (new, quoted) == ("", text)


@pytest.mark.parametrize(
    "footer",
    [
        "Envoyé de mon iPhone",
        "Envoyé à partir de Outlook pour Android",
        "Envoyé depuis l’application Mail Orange",
        "Sent from my iPad",
        "Von meinem iPhone gesendet",
        "Télécharger Outlook pour Android",
        "Provenance : Courrier pour Windows",
        "-- \nJeanne Mangin\n06 00 00 00 00",
    ],
)
def test_a_footer_alone_is_nothing_new(footer):
    text = f"{footer}\n\nDébut du message transféré :\n\n{OLD}"
    assert split(text) == ("", text)


@pytest.mark.parametrize(
    "text",
    [
        NEW,
        "Non.",
        f"{NEW}\n\nEnvoyé de mon iPhone",
        f"{NEW}\n-- \nJeanne Mangin\nContrat n° 12",
        # stories, letters, ornaments: not history
        "Le 3 mars 2025, votre collègue m’a écrit :\n« rien à faire ».\nJe conteste.",
        "Le 3 mars à 10:12 je vous appelle, personne.\nLe 4 mars vous avez écrit :\nnon.",
        "De : Jeanne Mangin\nÀ : Cabinet\nDate : 3 mars 2025\nObjet : réclamation\n\nMadame,",
        "Objet : réclamation\n\nMadame,\nDe : quoi parle-t-on ?",
        "Le point\n________________________________\nest clair.",
        "Je joins mon message original : il est clair.",
        "On verra.\nOn a dit 10:12.\nOn wrote nothing.",
        "De :\nDe :\nDe :",
    ],
)
def test_what_the_author_wrote_stays_hers(text):
    assert split(text) == (text, "")


def test_answers_between_quoted_lines_are_new_and_in_order():
    text = (
        "Bonjour, voyez ci-dessous.\n\nLe 03/03/2025 à 10:12, Claire a écrit :\n"
        "> Avez-vous le constat ?\nOui, joint.\n\n> Et la facture ?\n>\nNon, jamais reçue.\n"
        "C’est inadmissible.\n\n> Cordialement\n\nJeanne"
    )
    new, quoted = split(text)
    assert new == (
        "Bonjour, voyez ci-dessous.\n\nOui, joint.\n\nNon, jamais reçue.\n"
        "C’est inadmissible.\n\nJeanne"
    )
    assert quoted == (
        "Le 03/03/2025 à 10:12, Claire a écrit :\n> Avez-vous le constat ?\n> Et la facture ?\n>\n"
        "> Cordialement\n"
    ).strip("\n")


def test_an_answer_below_the_quote_is_new():
    text = f"Le 03/03/2025 à 10:12, Claire a écrit :\n{CITED}\n\nToujours rien."
    assert split(text)[0] == "Toujours rien."


def test_an_answer_below_an_orange_header_is_new_when_nothing_stands_above():
    header = "> Message du 03/03/25 10:12\n> De : Claire\n> Objet : Dossier\n> "
    assert split(f"{header}\n\nToujours rien.") == ("Toujours rien.", header)


def test_older_history_stays_history():
    older = (
        "De : Jeanne\nEnvoyé : samedi 1 mars 2025 09:00\nÀ : Claire\nObjet : Dossier\n\n"
        "Où en est-on ?"
    )
    text = f"{NEW}\n\nLe 03/03/2025 à 10:12, Claire a écrit :\n{CITED}\n\n{older}"
    new, quoted = split(text)
    assert new == NEW
    assert quoted.endswith("Où en est-on ?")


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_nothing_is_nothing(text):
    assert split(text) == ("", "")


PIECES = st.sampled_from(
    [
        *(line for row in ROWS for line in row.body.split("\n") if not row.html),
        *(line for announcement, _ in ANNOUNCEMENTS.values() for line in announcement.split("\n")),
        *(
            "",
            ">",
            "> a",
            ">> b",
            "c",
            "-- ",
            "Le 3 mars 2025 à 10:12,",
            "a écrit :",
            "De :",
            "___",
        ),
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=40).map("\n".join))
def test_no_word_is_lost(text):
    new, quoted = split(text)
    letters = Counter("".join(text.split()))
    assert Counter("".join((new + quoted).split())) == letters
    assert bool(new.strip() or quoted.strip()) == bool(letters)


@pytest.mark.parametrize(
    "line",
    [
        "Le 3 mars 2025 à 10:12,",
        "De : a",
        ">",
        "> Message du 03/03/25 10:12",
        "-" * 300,
        "Am schrieb ",
        "x <a@b.example> a écrit :",
        "Le <a@b.example ",
        "mes réponses ",
    ],
)
def test_long_mails_are_split_in_bounded_time(line):
    text = "\n".join([line] * 50_000)
    assert sum(map(len, split(text))) > len(text) / 2


@pytest.mark.parametrize(
    "piece", ["Le ", "-", "> ", "De : a ", "Le <a@b.example ", "a écrit : ", " "]
)
def test_a_line_of_a_megabyte_is_split_in_bounded_time(piece):
    line = piece * (1_000_000 // len(piece))
    assert "".join("".join(split(line)).split()) == "".join(line.split())
