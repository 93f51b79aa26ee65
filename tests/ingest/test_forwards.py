"""Forwards: the first author, her date and her words are found again. All mails are invented."""

import re
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from ingest.dates import told_at
from ingest.forwards import forwarded_in
from ingest.parse import parse
from tests.ingest.quotes import ROWS

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2025, 3, 3, 10, 12, tzinfo=PARIS)
SAID = "Bonjour,\n\nVotre refus d’indemniser est inadmissible.\n\nJeanne Mangin"
SAID_HTML = "<p>Bonjour,</p><p>Votre refus d’indemniser est inadmissible.</p><p>Jeanne Mangin</p>"
WHO = "Jeanne Mangin <Jeanne@x.example>"
COVER = "Claire, peux-tu t’en occuper ? Merci, Paul"

# Each: the subject, and the lines above the forwarded words. « 10:12 » on 3 March 2025, in Paris.
HEADERS = {
    "outlook": (
        "TR : réclamation",
        f"De : {WHO}\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Paul\nObjet : réclamation\n",
    ),
    "outlook, sans espace": (
        "TR: réclamation",
        "De: Jeanne Mangin [mailto:jeanne@x.example]\nEnvoyé: lundi 3 mars 2025 10:12\nÀ: Paul\n"
        "Objet: réclamation\n",
    ),
    "outlook, espaces insécables": (
        "TR\u00a0: réclamation",
        f"De\u00a0: {WHO}\nEnvoyé\u00a0: lundi 3 mars 2025 10:12\nÀ\u00a0: Paul\n"
        "Objet\u00a0: réclamation\n",
    ),
    "outlook, étoiles": (
        "TR: réclamation",
        f"*De :* {WHO}\n*Envoyé :* lundi 3 mars 2025 10:12\n*À :* Paul\n*Objet :* réclamation\n",
    ),
    "outlook, étiquette du serveur": (
        "[EXTERNE] TR : réclamation",
        f"De : {WHO}\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Paul\nObjet : réclamation\n",
    ),
    "outlook, de la part de": (
        "TR: réclamation",
        "De : accueil@x.example [mailto:jeanne@x.example] De la part de Jeanne Mangin\n"
        "Envoyé : lundi 3 mars 2025 10:12\nÀ : Paul\nObjet : réclamation\n",
    ),
    "outlook 2003": (
        "TR: réclamation",
        f"-----Message d'origine-----\nDe : {WHO}\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Paul\n"
        "Objet : réclamation\n",
    ),
    "outlook pour mac": (
        "Tr : réclamation",
        f"De : {WHO}\nDate : lundi, 3 mars 2025 à 10:12\nÀ : Paul\nObjet : réclamation\n",
    ),
    "outlook pour iOS": (
        "Tr : réclamation",
        f"________________________________\nDe : {WHO}\nEnvoyé : Monday, March 3, 2025 10:12:00 AM\n"
        "À : Paul\nObjet : réclamation\n",
    ),
    "outlook, en une ligne": (
        "TR: réclamation",
        f"De : {WHO} Envoyé : lundi 3 mars 2025 10:12 À : Paul Objet : réclamation",
    ),
    "outlook anglais": (
        "FW: réclamation",
        f"From: {WHO}\nSent: Monday, March 3, 2025 10:12 AM\nTo: Paul\nSubject: réclamation\n",
    ),
    "outlook anglais de Londres": (
        "Fw: réclamation",
        f"From: {WHO}\nSent: 03 March 2025 10:12\nTo: Paul\nSubject: réclamation\n",
    ),
    "outlook allemand": (
        "WG: réclamation",
        f"Von: {WHO}\nGesendet: Montag, 3. März 2025 10:12\nAn: Paul\nBetreff: réclamation\n",
    ),
    "outlook allemand, ancien": (
        "WG: réclamation",
        f"-----Ursprüngliche Nachricht-----\nVon: {WHO}\nGesendet: Montag, 3. März 2025 10:12\n"
        "An: Paul\nBetreff: réclamation\n",
    ),
    "outlook italien": (
        "I: réclamation",
        f"Da: {WHO}\nInviato: 03/03/2025 10:12\nA: Paul\nOggetto: réclamation\n",
    ),
    "gmail": (
        "Fwd: réclamation",
        f"---------- Forwarded message ---------\nDe : {WHO}\nDate: lun. 3 mars 2025 à 10:12\n"
        "Subject: réclamation\nTo: <paul@cabinet.example>\n\n",
    ),
    "gmail, étoiles": (
        "Fwd: réclamation",
        "---------- Forwarded message ---------\nDe : *Jeanne Mangin* <jeanne@x.example>\n"
        "Date: lun. 3 mars 2025 à 10:12\nSubject: réclamation\nTo: <paul@cabinet.example>\n\n",
    ),
    "gmail anglais": (
        "Fwd: réclamation",
        f"---------- Forwarded message ---------\nFrom: {WHO}\nDate: Mon, Mar 3, 2025 at "
        "10:12\u202fAM\nSubject: réclamation\nTo: <paul@cabinet.example>\n\n",
    ),
    "gmail allemand": (
        "Fwd: réclamation",
        f"---------- Forwarded message ---------\nVon: {WHO}\nDate: Mo., 3. März 2025 um 10:12 Uhr\n"
        "Subject: réclamation\nTo: <paul@cabinet.example>\n\n",
    ),
    "apple": (
        "Fwd: réclamation",
        f"Début du message transféré :\n\nDe: {WHO}\nObjet: réclamation\n"
        "Date: 3 mars 2025 à 10:12:00 UTC+1\nÀ: paul@cabinet.example\n",
    ),
    "apple anglais": (
        "Fwd: réclamation",
        f"Begin forwarded message:\n\nFrom: {WHO}\nSubject: réclamation\n"
        "Date: 3 March 2025 at 10:12:00 CET\nTo: paul@cabinet.example\n",
    ),
    "apple allemand": (
        "Fwd: réclamation",
        f"Anfang der weitergeleiteten Nachricht:\n\nVon: {WHO}\nBetreff: réclamation\n"
        "Datum: 3. März 2025 um 10:12:00 MEZ\nAn: paul@cabinet.example\n",
    ),
    "thunderbird": (
        "Fwd: réclamation",
        "-------- Message transféré --------\nSujet : \tréclamation\n"
        f"Date : \tMon, 3 Mar 2025 10:12:00 +0100\nDe : \t{WHO}\nPour : \tpaul@cabinet.example\n",
    ),
    "thunderbird allemand": (
        "Fwd: réclamation",
        "-------- Weitergeleitete Nachricht --------\nBetreff: \tréclamation\n"
        f"Datum: \tMon, 3 Mar 2025 10:12:00 +0100\nVon: \t{WHO}\nAn: \tpaul@cabinet.example\n",
    ),
    "yahoo": (
        "Tr : réclamation",
        f"----- Message transféré -----\nDe : {WHO}\nÀ : Paul\n"
        "Envoyé : lundi 3 mars 2025 à 10:12:00 UTC+1\nObjet : réclamation\n",
    ),
    "free, zimbra": (
        "Fwd: réclamation",
        '----- Mail transféré -----\nDe: "Jeanne Mangin" <jeanne@x.example>\nÀ: "Paul"\n'
        "Envoyé: Lundi 3 Mars 2025 10:12:00\nObjet: réclamation\n",
    ),
    "free, mail original": (
        "Fwd: réclamation",
        '----- Mail original -----\nDe: "Jeanne Mangin" <jeanne@x.example>\nÀ: "Paul"\n'
        "Envoyé: Lundi 3 Mars 2025 10:12:00\nObjet: réclamation\n",
    ),
    "samsung": (
        "Tr : réclamation",
        f"-------- Message d’origine --------\nDe : {WHO}\nDate : 03/03/2025  10:12  (GMT+01:00)\n"
        "À : Paul\nObjet : réclamation\n",
    ),
    "samsung, en une ligne": (
        "Tr : réclamation",
        f"-------- Message d'origine --------De : {WHO} Date : 03/03/2025  10:12  (GMT+01:00) À : "
        "Paul Objet : réclamation",
    ),
    "orange": (
        "TR: réclamation",
        "> Message du 03/03/25 10:12\n> De : Jeanne Mangin <jeanne@x.example>\n> A : Paul\n"
        "> Copie à : \n> Objet : réclamation\n> \n",
    ),
    "orange, nouveau": (
        "TR: réclamation",
        f"envoyé : 3 mars 2025 à 10:12\nde : {WHO}\nà : Paul\nobjet : réclamation\n",
    ),
    "sfr": (
        "TR : réclamation",
        f"========================================\n\nMessage du : 03/03/2025 10:12\nDe : {WHO}\n"
        "A : Paul\nCopie à :\nSujet : réclamation\n",
    ),
    "gmx": (
        "Fw: réclamation",
        "Gesendet: Montag, 03. März 2025 um 10:12 Uhr\n"
        'Von: "Jeanne Mangin" <jeanne@x.example>\nAn: Paul\nBetreff: réclamation\n',
    ),
    "em client": (
        "Fwd: réclamation",
        '------ Message transféré ------\nDe : "Jeanne Mangin" <jeanne@x.example>\nÀ : Paul\n'
        "Envoyé : 03/03/2025 10:12:00\nObjet : réclamation\n",
    ),
    "proton": (
        "Fw: réclamation",
        f"------- Message transféré -------\nDe : {WHO}\nDate : Le lundi 3 mars 2025 à 10:12\n"
        "Objet : réclamation\nÀ : Paul\n",
    ),
    "t-online": (
        "WG: réclamation",
        "-----Original-Nachricht-----\nBetreff: réclamation\nDatum: 2025-03-03T10:12:00+0100\n"
        f"Von: {WHO}\nAn: Paul\n",
    ),
    "notes": (
        "Tr : réclamation",
        f"----- Transféré par Paul -----\n\nDe :    {WHO}\nA :     Paul\nDate :  03/03/2025 10:12\n"
        "Objet : réclamation\n",
    ),
    "mailo": (
        "TR: réclamation",
        f"De : {WHO}\nÀ : Paul\nSujet : réclamation\nDate : 03/03/2025 10:12:00 Europe/Paris\n",
    ),
    "roundcube": (
        "Fwd: réclamation",
        "-------- Message original --------\nObjet: réclamation\nDate: 2025-03-03 10:12\n"
        f"De: {WHO}\nÀ: Paul\n",
    ),
}
# A reply sent on, or an attribution alone: it says no subject.
ATTRIBUTIONS = {
    "gmail": f"Le lun. 3 mars 2025 à 10:12, {WHO} a écrit :\n",
    "gmail, coupé": "Le lun. 3 mars 2025 à 10:12, Jeanne Mangin <\njeanne@x.example> a écrit :\n",
    "yahoo": f"Le lundi 3 mars 2025 à 10:12:00 UTC+1, {WHO} a écrit :\n",
    "thunderbird allemand": f"Am 03.03.25 um 10:12 schrieb {WHO}:\n",
    "gmail anglais": f"On Mon, Mar 3, 2025 at 10:12 AM {WHO} wrote:\n",
    "mutt": f"On Mon, Mar 03, 2025 at 10:12:00AM +0100, {WHO} wrote:\n",
    "l’auteur d’abord": f"{WHO} a écrit le 03/03/2025 à 10:12 :\n",
}


def a_mail(subject: str, body: str, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Paul Henry <paul@cabinet.example>"
    mail["To"] = "claire@cabinet.example"
    mail["Subject"] = subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail


def original(mail: EmailMessage):
    return parse(mail.as_bytes()).original


@pytest.mark.parametrize("cover", [COVER, ""], ids=["un mot", "rien"])
@pytest.mark.parametrize("name", HEADERS)
def test_the_first_author_is_found(name, cover):
    subject, header = HEADERS[name]
    found = original(a_mail(subject, f"{cover}\n\n{header}\n{SAID}"))
    assert (found.name, found.email) == ("Jeanne Mangin", "jeanne@x.example")
    assert (found.sent_at, found.subject) == (AT, "réclamation")
    assert (found.text, found.how) == (SAID, "inline")
    assert found.cover.removesuffix("----- Transféré par Paul -----").strip() == cover


@pytest.mark.parametrize("name", HEADERS)
def test_the_header_proves_it_without_the_subject(name):
    _, header = HEADERS[name]
    found = original(a_mail("réclamation de Mme Mangin", f"{COVER}\n\n{header}\n{SAID}"))
    assert (found.email, found.sent_at) == ("jeanne@x.example", AT)


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_an_attribution_tells_who_and_when(name):
    cited = "> " + SAID.replace("\n", "\n> ")
    found = original(a_mail("TR: réclamation", f"{COVER}\n\n{ATTRIBUTIONS[name]}{cited}"))
    assert (found.name, found.email) == ("Jeanne Mangin", "jeanne@x.example")
    assert (found.sent_at, found.text) == (AT, SAID)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Mon, Mar 3, 2025 at 10:12 PM", "2025-03-03T22:12:00+01:00"),
        ("Mon, Mar 3, 2025 at 12:12 AM", "2025-03-03T00:12:00+01:00"),
        ("Monday, March 3rd, 2025 at 12:12 PM", "2025-03-03T12:12:00+01:00"),
        ("mar. 4 mars 2025 à 10:12", "2025-03-04T10:12:00+01:00"),
        ("1er avril 2025 à 9 h 05", "2025-04-01T09:05:00+02:00"),
        ("3 août 2025 à 10:12:13 UTC+2", "2025-08-03T10:12:13+02:00"),
        ("3 déc. 2025 10h12", "2025-12-03T10:12:00+01:00"),
        ("03/04/25 10:12", "2025-04-03T10:12:00+02:00"),
        ("03.04.2025 10:12", "2025-04-03T10:12:00+02:00"),
        ("2025-03-04 10:12", "2025-03-04T10:12:00+01:00"),
        ("2025-03-03T10:12:00+0400", "2025-03-03T10:12:00+04:00"),
        ("Mittwoch, 5. März 2025 um 10:12:00 MEZ", "2025-03-05T10:12:00+01:00"),
        ("03/03/2025 10:12 (GMT-05:00)", "2025-03-03T10:12:00-05:00"),
        ("3 mars 2025", ""),
        ("41/03/2025 10:12", ""),
        ("3 mars 1025 à 10:12", ""),
        ("", ""),
    ],
)
def test_dates_are_read_as_people_of_here_write_them(told, meant):
    found = told_at(told, PARIS)
    assert (found.isoformat() if found else "") == meant


def test_a_forward_quoted_by_apple_loses_its_signs():
    lines = [
        *("De: Jeanne Mangin <jeanne@x.example>", "Objet: réclamation"),
        *("Date: 3 mars 2025 à 10:12:00 UTC+1", "À: paul@cabinet.example", "", *SAID.split("\n")),
    ]
    cited = "\n".join(f"> {line}".rstrip() for line in lines)
    found = original(
        a_mail("Fwd: réclamation", f"{COVER}\n\nDébut du message transféré :\n\n{cited}")
    )
    assert (found.email, found.sent_at, found.text) == ("jeanne@x.example", AT, SAID)
    assert found.cover == COVER


HTML = {
    "outlook": (
        "TR: réclamation",
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>De&nbsp;:</b> Jeanne Mangin "
        "&lt;jeanne@x.example&gt;<br><b>Envoyé&nbsp;:</b> lundi 3 mars 2025 10:12<br><b>À&nbsp;:</b> "
        "Paul<br><b>Objet&nbsp;:</b> réclamation</p></div>",
    ),
    "outlook.com": (
        "Tr : réclamation",
        '<hr><div id="divRplyFwdMsg"><b>De :</b> Jeanne Mangin &lt;jeanne@x.example&gt;<br><b>Envoyé :'
        "</b> lundi 3 mars 2025 10:12<br><b>À :</b> Paul<br><b>Objet :</b> réclamation</div>",
    ),
    "gmail": (
        "Fwd: réclamation",
        '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        'De : <strong>Jeanne Mangin</strong> <span>&lt;<a href="mailto:jeanne@x.example">'
        "jeanne@x.example</a>&gt;</span><br>Date: lun. 3 mars 2025 à 10:12<br>Subject: réclamation<br>"
        "To: Paul<br></div><br></div>",
    ),
    "apple": (
        "Fwd: réclamation",
        '<blockquote type="cite"><div>Début du message transféré :</div><br><div><b>De: </b>Jeanne '
        "Mangin &lt;jeanne@x.example&gt;<br></div><div><b>Objet: réclamation</b></div><div><b>Date: "
        "</b>3 mars 2025 à 10:12:00 UTC+1</div><div><b>À: </b>Paul</div></blockquote>",
    ),
    "thunderbird": (
        "Fwd: réclamation",
        "<div>-------- Message transféré --------<table><tr><th>Sujet : </th><td>réclamation</td></tr>"
        "<tr><th>Date : </th><td>Mon, 3 Mar 2025 10:12:00 +0100</td></tr><tr><th>De : </th><td>Jeanne "
        "Mangin &lt;jeanne@x.example&gt;</td></tr><tr><th>Pour : </th><td>Paul</td></tr></table></div>",
    ),
}


@pytest.mark.parametrize("name", HTML)
def test_the_first_author_is_found_in_html(name):
    subject, header = HTML[name]
    mail = a_mail(subject, "")
    mail.set_content(f"<html><p>{COVER}</p>{header}{SAID_HTML}</html>", subtype="html")
    found = original(mail)
    assert (found.name, found.email) == ("Jeanne Mangin", "jeanne@x.example")
    assert (found.sent_at, found.subject, found.cover) == (AT, "réclamation", COVER)
    assert found.text == SAID


def test_the_first_of_forwards_within_forwards_counts():
    _, first = HEADERS["gmail"]
    second = (
        "De : Luc Petit <luc@cabinet.example>\nEnvoyé : mardi 4 mars 2025 09:00\nÀ : Paul\n"
        "Objet : TR: réclamation\n\nPour vous.\n"
    )
    found = original(a_mail("TR: TR: réclamation", f"{COVER}\n\n{second}\n{first}\n{SAID}"))
    assert (found.email, found.sent_at, found.text) == ("jeanne@x.example", AT, SAID)
    assert found.cover == COVER


def test_what_a_forwarded_mail_quotes_is_not_forwarded_once_more():
    older = "De : Luc Petit <luc@cabinet.example>\nEnvoyé : lundi 3 mars 2025 09:00\nÀ : Jeanne\n"
    _, header = HEADERS["outlook"]
    text = f"{COVER}\n\n{header}\n{SAID}\n\n{older}Objet : dossier\n\nNous regrettons."
    found = original(a_mail("TR : réclamation", text))
    assert found.email == "jeanne@x.example"
    assert found.text.endswith("Nous regrettons.")


def enclosing(cover: str, *mails: EmailMessage) -> EmailMessage:
    mail = a_mail("TR: réclamation", cover)
    for inner in mails:
        mail.add_attachment(inner)
    return mail


def theirs() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = WHO
    mail["Date"] = "Mon, 3 Mar 2025 10:12:00 +0100"
    mail["Subject"] = "réclamation"
    mail.set_content(SAID)
    return mail


@pytest.mark.parametrize("cover", [COVER, ""])
def test_an_attached_mail_is_the_original(cover):
    found = original(enclosing(cover, theirs()))
    assert (found.name, found.email) == ("Jeanne Mangin", "jeanne@x.example")
    assert (found.sent_at, found.subject, found.text) == (AT, "réclamation", SAID)
    assert (found.how, found.cover) == ("attached", cover)


def test_the_innermost_of_attached_mails_counts():
    found = original(enclosing(COVER, enclosing("Pour suite.", theirs())))
    assert (found.email, found.how, found.cover) == ("jeanne@x.example", "attached", COVER)


def test_several_attached_mails_are_no_forward():
    assert original(enclosing(COVER, theirs(), theirs())) is None


@pytest.mark.parametrize(
    ("subject", "body", "headers"),
    [
        ("réclamation", SAID, {}),
        ("TR: réclamation", SAID, {}),
        ("RE: dossier", f"{SAID}\n\n{HEADERS['outlook'][1]}\nRefusé.", {}),
        (
            "dossier",
            f"{SAID}\n\n{HEADERS['outlook'][1]}\nRefusé.",
            {"In_Reply_To": "<a@b.example>"},
        ),
        (
            "dossier",
            f"{SAID}\n\nDe : Claire <claire@cabinet.example>\nEnvoyé : lundi 3 mars 2025 10:12\n"
            "À : Jeanne\nObjet : dossier\n\nRefusé.",
            {},
        ),
        ("dossier", "mot " * 100 + f"\n\n{HEADERS['outlook'][1]}\nRefusé.", {}),
        ("Question", f"{SAID}\n\n{ATTRIBUTIONS['gmail']}> Refusé.", {}),
        ("Dossier", "Votre courrier du 3 mars 2025 est bien reçu.", {}),
        ("Lettre", "De : Jeanne Mangin\nObjet : réclamation\n\nMadame, je conteste.", {}),
        ("Trottoir : chute", SAID, {}),
    ],
)
def test_answers_and_letters_are_no_forwards(subject, body, headers):
    assert original(a_mail(subject, body, **headers)) is None


def test_a_report_that_encloses_our_mail_is_no_forward():
    mail = enclosing("Delivery failed.", theirs())
    mail.replace_header(
        "Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"'
    )
    data = mail.as_bytes()
    boundary = mail.get_boundary()
    assert boundary == "b" and parse(data).original is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}{' (html)' * row.html}")
def test_no_way_of_quoting_breaks_it(row):
    found = forwarded_in("TR: dossier", row.body)
    words = re.sub("[>|]", " ", found.text if found else "").split()
    assert set(words) <= set(re.sub("[>|]", " ", row.body).split())


@pytest.mark.parametrize(
    "relay",
    [
        "Nous avons reçu la réclamation de votre client M. Mangin, datée du 3 mars 2025.",
        "Veuillez trouver le courrier de notre assurée reçu le 03/03/2025 au siège.",
        "La lettre de ce sociétaire, adressée le 3 mars 2025, vous revient.",
    ],
)
def test_the_day_that_a_relay_tells_is_kept(relay):
    found = original(a_mail("Dossier 118", f"Bonjour,\n{relay}\nBien à vous"))
    assert (found.how, found.email, found.sent_at.date()) == ("relayed", "", AT.date())


def test_bare_quotes_are_forwarded_where_the_subject_says_so():
    cited = "> " + SAID.replace("\n", "\n> ")
    found = original(a_mail("TR: réclamation", f"{COVER}\n\n{cited}"))
    assert (found.name, found.email, found.text, found.cover) == ("", "", SAID, COVER)


@pytest.mark.parametrize(
    "line", ["> De : a", "De : a", "> Le 3 mars 2025 à 10:12,", "-" * 300, "> "]
)
def test_long_mails_are_read_in_bounded_time(line):
    forwarded_in("TR: x", "\n".join([line] * 50_000))
    forwarded_in("TR: x", line * 50_000)


@pytest.mark.parametrize(
    "piece", ["----- Message transféré -----\nDe : a\nEnvoyé : 10:12\nObjet : TR: b\n"]
)
def test_forwards_within_forwards_are_bounded(piece):
    assert forwarded_in("TR: x", piece * 5_000).name == "a"
