"""The pages: who may see them, what they show, and that a stranger's text stays text."""

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import pytest
from PIL import Image

from classifier.labels import Label
from classifier.shelf import Shelf
from classifier.triage import Case, Reason
from ingest.html import to_safe
from register import complaints, journal, lessons, messages, outbox, parties
from register.model import LetterState, Message, Place
from review.pages.mail import framed
from review.web import PAGES, PUBLIC
from tests.arrivals import COMPLAINT, DOUBT, REQUEST, arrive, decide, replace
from tests.builders import CLIENT, a_mail
from tests.review.site import EMAIL, Browser, site

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def visitor(register, settings, now) -> Iterator[Browser]:
    with site(register, settings, lambda: now) as browser:
        yield browser


@pytest.fixture
def browser(visitor) -> Browser:
    assert visitor.sign_in().status == 303
    return visitor


def version_of(register, message_id) -> str:
    with register.read() as session:
        return str(session.get_one(Message, message_id).version)


def entered(register, settings, now, mail=None) -> tuple[int, str]:
    message_id = arrive(register, settings, now, mail or a_mail())
    with register.begin() as session:
        number = decide(session, settings, now, message_id, Label.COMPLAINT)
    assert number
    return message_id, number


# --- the door -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "method"), [(one.path, one.method) for one in PAGES if one.path not in PUBLIC]
)
def test_nothing_is_shown_without_signing_in(visitor, path, method):
    path = re.sub(r"\{\w+(:\w+)?\}", "1", path)
    answer = visitor.get(path) if method == "GET" else visitor.post(path, {"csrf": "x"})
    assert answer.status == 303
    assert answer.headers["location"] == "/connexion"


@pytest.mark.parametrize("path", ["/connexion", "/health", "/static/desk.css", "/static/desk.js"])
def test_the_door_itself_is_open(visitor, path):
    assert visitor.get(path).status == 200


def test_a_wrong_password_and_too_many_of_them(visitor):
    for _ in range(8):
        answer = visitor.sign_in("faux")
        assert answer.status == 401
    assert "Adresse ou mot de passe" in answer.text
    assert visitor.sign_in().status == 429  # even the right one has to wait now


def test_signing_out_ends_the_session(browser):
    cookie = browser.cookie
    assert browser.post("/deconnexion", {}).status == 303
    browser.cookie = cookie
    assert browser.get("/registre").status == 303


def test_a_session_ends_by_itself(register, settings, now):
    moments = [now]
    with site(register, settings, lambda: moments[0]) as browser:
        browser.sign_in()
        assert browser.get("/registre").status == 200
        moments[0] = now + timedelta(hours=settings.web.session_hours, seconds=1)
        assert browser.get("/registre").status == 303


def test_the_cookie_holds_nothing_and_no_script_reads_it(visitor):
    cookie = visitor.sign_in().headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "claire" not in cookie.lower()


@pytest.mark.parametrize("path", ["/", "/registre", "/static/desk.js", "/nulle-part", "/connexion"])
def test_every_answer_is_strict(browser, path):
    headers = browser.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("form", "headers"), [({"csrf": "faux"}, {}), ({}, {"Sec_Fetch_Site": "cross-site"})]
)
def test_a_change_that_comes_from_elsewhere_is_refused(
    browser, register, settings, now, form, headers
):
    message_id = arrive(register, settings, now, a_mail())
    choice = {"label": "complaint", "version": version_of(register, message_id)}
    answer = browser.post(f"/message/{message_id}/decider", choice | form, **headers)
    assert answer.status == 403
    with register.read() as session:
        assert complaints.every(session) == []


def test_what_is_not_there(browser):
    for path in ("/message/999", "/registre/REC-1999-0001", "/lettres/9", "/nulle-part"):
        assert browser.get(path).status == 404


# --- triage ---------------------------------------------------------------------------------------


def test_the_riskiest_is_shown_first(browser, register, settings, now):
    arrive(register, settings, now, a_mail("Peut-être.", "Douteux"), DOUBT)
    arrive(register, settings, now, a_mail("Inadmissible.", "Clair"), COMPLAINT)
    page = browser.get("/").text
    assert re.findall(r'class="about">(\w+)', page) == ["Clair", "Douteux"]
    assert "<h1>Clair</h1>" in page
    assert "Plutôt une réclamation" in page


def test_an_empty_queue_says_so(browser):
    assert "Tout est trié" in browser.get("/").text


def test_reasons_are_marked_in_the_clients_words(browser, register, settings, now):
    text = "Bonjour, deux mois sans réponse, c’est inadmissible. Merci."
    start = text.index("deux mois")
    reason = Reason("deux mois sans réponse", 1.5, start, start + 22)
    arrive(register, settings, now, a_mail(text), replace(COMPLAINT, reasons=(reason,)))
    page = browser.get("/").text
    assert re.search(r'<mark class="for"[^>]*>deux mois sans réponse</mark>', page)


def test_a_decision_shows_the_next_and_can_be_taken_back(browser, register, settings, now):
    first = arrive(register, settings, now, a_mail("un", "Premier"))
    second = arrive(register, settings, now, a_mail("deux", "Second"))
    choice = {
        "label": "complaint",
        "version": version_of(register, first),
        "next": str(second),
        "client_name": "Jeanne  Mangin ",
        "third_parties": "Aucun",
        "product": "AUTO",
    }
    answer = browser.post(f"/message/{first}/decider", choice)
    assert answer.status == 303
    page = browser.get(answer.headers["location"]).text
    assert "<h1>Second</h1>" in page
    assert "REC-2026-0001" in page
    with register.read() as session:
        [entry] = complaints.every(session)
        assert (entry.client_name, entry.registered_by) == ("Jeanne Mangin", EMAIL)
        assert parties.of(session, entry).others == ()
    undone = browser.post(f"/message/{first}/annuler", {"version": version_of(register, first)})
    assert undone.status == 303
    with register.read() as session:
        assert session.get_one(Message, first).place == Place.QUEUE


def test_what_cannot_stand_is_said_beside_the_field_and_nothing_is_lost(
    browser, register, settings, now
):
    message_id = arrive(register, settings, now, a_mail())
    choice = {
        "label": "complaint",
        "version": version_of(register, message_id),
        "client_email": "pas une adresse",
        "client_name": "Ce que j’ai tapé",
    }
    answer = browser.post(f"/message/{message_id}/decider", choice)
    assert answer.status == 422
    assert "n’est pas une adresse électronique" in answer.text
    assert "Ce que j’ai tapé" in answer.text
    with register.read() as session:
        assert complaints.every(session) == []


def test_who_comes_second_is_shown_what_happened(browser, register, settings, now):
    message_id = arrive(register, settings, now, a_mail())
    seen = version_of(register, message_id)
    with register.begin() as session:
        decide(session, settings, now, message_id, Label.THANKS)
    answer = browser.post(f"/message/{message_id}/decider", {"label": "complaint", "version": seen})
    assert answer.status == 409
    assert "claire vient de modifier" in answer.text
    with register.read() as session:
        assert complaints.every(session) == []


def test_a_filed_mail_is_found_and_opened(browser, register, settings, now):
    message_id = arrive(register, settings, now, a_mail("Une attestation.", "École"), REQUEST)
    page = browser.get("/courrier?mots=%C3%A9cole").text
    assert f'href="/message/{message_id}"' in page
    assert browser.get(f"/message/{message_id}").status == 200
    assert f'href="/message/{message_id}"' not in browser.get("/courrier?lieu=queue").text


# --- a stranger's text stays text -----------------------------------------------------------------


def test_hostile_text_is_shown_and_never_run(browser, register, settings, now):
    mail = a_mail(
        HOSTILE, f"Objet {HOSTILE}", sender=f'"x <script>y" <{CLIENT}>', Message_ID="<1@x.example>"
    )
    message_id, number = entered(register, settings, now, mail)
    pages = [f"/message/{message_id}", "/courrier", "/registre", f"/registre/{number}", "/lettres"]
    for path in pages:
        page = browser.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "onerror=alert(2)>" not in page.text


def test_html_is_framed_without_rights(browser, register, settings, now):
    html = (
        a_mail("x")
        .replace(b"text/plain", b"text/html")
        .replace(
            b"x\r\n",
            b"<p onclick=a()>Bonjour</p><script>b()</script><img src='http://x.example/p.gif'>\r\n",
        )
    )
    message_id = arrive(register, settings, now, html)
    answer = browser.get(f"/message/{message_id}/forme")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "Bonjour" in answer.text
    for poison in ("<script", "onclick", "x.example/p.gif"):
        assert poison not in answer.text


def test_attachments_and_originals_are_saved_never_shown(browser, register, settings, now):
    data = (
        b"From: a@x.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n--b\r\n"
        b"Content-Type: text/html\r\nContent-Disposition: attachment; "
        b'filename="../../e\xc3\xa9vil\x22.html"\r\n\r\n<script>1</script>\r\n--b--\r\n'
    )
    message_id = arrive(register, settings, now, data)
    for path in (f"/message/{message_id}/piece/1", f"/message/{message_id}/original"):
        answer = browser.get(path)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert ".." not in answer.headers["content-disposition"]
    assert browser.get(f"/message/{message_id}/original").text == data.decode()
    assert browser.get(f"/message/{message_id}/piece/2").status == 404


def test_an_attachment_is_looked_into_without_being_opened(browser, register, settings, now):
    """Drawn anew, with the words read in it; what cannot be drawn is said, never handed out."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = f"J. Mangin <{CLIENT}>", "Pièces"
    mail.set_content("Ci-joint.")
    written = BytesIO()
    Image.new("RGB", (300, 300), "red").save(written, "PNG", pnginfo=None)
    mail.add_attachment(written.getvalue(), maintype="image", subtype="png", filename="é.png")
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>"
    mail.add_attachment(svg, maintype="image", subtype="svg+xml", filename="plan.svg")
    mail.add_attachment(b"%PDF-1.4 rien", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment("<b>Délai", subtype="plain", filename="note.txt")
    message_id = arrive(register, settings, now, bytes(mail))
    drawn, unknown, damaged, note = (
        browser.get(f"/message/{message_id}/piece/{n}/apercu") for n in (1, 2, 3, 4)
    )
    [png] = re.findall(r'src="data:image/png;base64,([^"]+)"', drawn.text)
    assert Image.open(BytesIO(b64decode(png))).size == (300, 300)
    assert drawn.headers["content-security-policy"].startswith("default-src 'none'; script-src 's")
    assert "ne sait rien montrer" in unknown.text
    assert "<svg" not in unknown.text
    assert "fichier abîmé" in damaged.text
    assert "&lt;b&gt;Délai" in note.text
    assert browser.get(f"/message/{message_id}/piece/1/apercu?page=2").status == 404
    saved = browser.get(f"/message/{message_id}/piece/1").headers
    assert saved["content-disposition"] == (
        "attachment; filename=\"e.png\"; filename*=UTF-8''%C3%A9.png"
    )
    assert "sandbox" in saved["content-security-policy"]


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<a href="https://a.example/">https://a.example</a>', False),
        ('<a href="https://a.example/x?a=1&amp;b=2">https://a.example/x?a=1&amp;b=2</a>', False),
        ('<a href="mailto:j@a.example">j@a.example</a>', False),
        ('<a href="https://a.example/">a.example</a>', False),
        ('<a href="https://voleur.example/">https://a.example</a>', True),
        ('<a href="https://voleur.example/">ici</a>', True),
        ('<a href="https://a.example/"><b>https://a.example</b></a>', True),
        ('<a class="same" href="https://voleur.example/">ici</a>', True),
    ],
)
def test_a_link_says_where_it_leads_unless_its_words_do(html, told):
    assert ('class="same"' not in framed(to_safe(html)).body.decode()) is told


def test_pictures_from_elsewhere_are_counted(browser, register, settings, now):
    body = "<p>Bonjour</p>" + "<img src='https://t.example/p.gif'>" * 3 + "<img src='cid:1'>"
    mail = a_mail(body).replace(b"text/plain", b"text/html")
    message_id = arrive(register, settings, now, mail)
    assert "3 images distantes non chargées" in browser.get(f"/message/{message_id}").text


# --- register and letters -------------------------------------------------------------------------


def test_a_case_shows_dates_letters_and_journal(browser, register, settings, now):
    _, number = entered(register, settings, now)
    page = browser.get(f"/registre/{number}").text
    for words in ("3 décembre 2026", "jour non compté", "a inscrit la réclamation", "en attente"):
        assert words in page


def test_a_case_is_corrected_and_a_second_correction_is_shown(browser, register, settings, now):
    _, number = entered(register, settings, now)
    with register.read() as session:
        version = str(complaints.named(session, number).version)
    first = browser.post(f"/registre/{number}/corriger", {"version": version, "subject": "Délai"})
    assert first.status == 303
    second = browser.post(f"/registre/{number}/corriger", {"version": version, "subject": "Autre"})
    assert second.status == 409
    with register.read() as session:
        assert complaints.named(session, number).subject == "Délai"
        assert journal.history(session, number)[-1].actor == EMAIL


def test_the_export_is_annexe_one_and_is_in_the_journal(browser, register, settings, now):
    entered(register, settings, now)
    answer = browser.get("/registre.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeffN°;Nom du client;")
    with register.read() as session:
        assert [line.actor for line in journal.history(session, "register")] == [EMAIL]


def test_a_withheld_letter_explains_itself_and_leaves_on_one_word(browser, register, settings, now):
    entered(register, settings, now, a_mail(List_Id="<x.example>"))
    with register.read() as session:
        [(letter, _)] = outbox.listing(session)
    assert "List-Id" in browser.get("/lettres").text
    assert "votre réclamation" in browser.get(f"/lettres/{letter.id}").text
    assert "votre réclamation" in browser.get(f"/lettres/{letter.id}/forme").text
    assert browser.post(f"/lettres/{letter.id}/envoyer", {}).status == 303
    with register.read() as session:
        [(letter, _)] = outbox.listing(session)
    assert letter.state == LetterState.QUEUED
    assert browser.post(f"/lettres/{letter.id}/annuler", {}).status == 303
    assert browser.post(f"/lettres/{letter.id}/annuler", {}).status == 422  # said, not crashed


def test_counters(browser, register, settings, now):
    arrive(register, settings, now, a_mail())
    assert "1 à trier" in browser.get("/compteurs").text
    with register.read() as session:
        assert messages.counts(session)[Place.QUEUE] == 1


# --- the model ------------------------------------------------------------------------------------


def test_the_model_page_says_what_is_guaranteed_and_what_was_drawn(browser, settings, model):
    assert "Aucun modèle n’est en service" in browser.get("/modele").text
    Shelf(settings.triage.models).put(model)
    shown = browser.get("/modele").text
    assert "réclamations sur 1 000 classées sans être montrées, avec 95 % de confiance" in shown
    assert "Rien n’a encore été tiré au hasard" in shown


def test_a_doubted_decision_is_looked_at_again(register, browser, settings, now):
    message_id = arrive(register, settings, now, a_mail())
    with register.begin() as session:
        decide(session, settings, now, message_id, Label.SERVICE)
        lessons.doubt(session, {f"message {message_id}": "le programme était sûr du contraire"})
    assert "Le programme était sûr du contraire." in browser.get("/modele").text
    assert browser.post(f"/modele/revu/{message_id}", {"dit": "juste"}).status == 303
    assert "sûr du contraire" not in browser.get("/modele").text
    assert browser.post(f"/modele/revu/{message_id}", {"dit": "ecarter"}).status == 409
    assert browser.post(f"/modele/revu/{message_id}", {"dit": "autre"}).status == 404


def test_one_goes_back_to_the_model_before(browser, settings, model):
    shelf = Shelf(settings.triage.models)
    assert browser.get("/modele").status == 200
    assert browser.post("/modele/retour", {}).status == 422
    shelf.put(model)
    shelf.put(replace(model, version="autre"))
    assert "Revenir au modèle d’avant" in browser.get("/modele").text
    assert browser.post("/modele/retour", {}).status == 303
    assert shelf.version == model.version


def test_a_message_drawn_by_lot_is_judged_blind(register, browser, settings, now):
    always = settings.triage.model_copy(update={"audit_share": 1})
    blind = settings.model_copy(update={"triage": always})
    message_id = arrive(register, blind, now, a_mail(), REQUEST)
    shown = browser.get(f"/message/{message_id}").text
    assert "À l’aveugle" in shown
    assert "Plutôt :" not in shown
    assert "proposed" not in shown


def test_the_nearest_decided_cases_are_shown_as_they_stand_today(register, browser, settings, now):
    known = arrive(register, settings, now, a_mail("Où en est mon dossier ?", subject="Avant"))
    with register.begin() as session:
        decide(session, settings, now, known, Label.INFORMATION)
    cases = (
        Case(f"message {known}", Label.COMPLAINT, "", 0.8),
        Case("a-01-001", Label.THANKS, "Merci – Parfait, merci", 0.5),
    )
    new = arrive(register, settings, now, a_mail("Autre"), replace(DOUBT, similar=cases))
    shown = browser.get(f"/message/{new}").text
    assert re.search(r"Demande d’information</strong> <a href=\"/message/1\">Avant", shown)
    assert "Merci – Parfait, merci" in shown


def test_a_telephone_call_is_entered_in_the_browser(browser, register):
    form = {
        "channel": "TELEPHONE",
        "received_on": "20/11/2026",
        "client_name": "Paul Thiry",
        "note": "<b>Personne</b> ne rappelle.",
        "third_parties": "Aucun",
    }
    browser.get("/registre/nouvelle")
    done = browser.post("/registre/nouvelle", form)
    assert done.status == 303, done.text
    shown = browser.get(done.headers["location"]).text
    assert "Paul Thiry" in shown
    assert "&lt;b&gt;Personne&lt;/b&gt;" in shown
    assert "vendredi 20 novembre 2026, par téléphone" in shown


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("received_on", "31/02/2026", "n’est pas une date"),
        ("received_on", "2031-01-01", "dans l’avenir"),
        ("received_on", "", "n’est pas une date"),
        ("channel", "PIGEON", "voie connue"),
        ("sent_on", "hier", "n’est pas une date"),
        ("note", "x" * 6000, "merci d’abréger"),
    ],
)
def test_what_cannot_be_entered_is_said_and_kept_in_the_form(
    browser, register, field, value, words
):
    form = {"channel": "VISITE", "received_on": "2026-11-20", "client_name": "Paul Thiry"}
    browser.get("/registre/nouvelle")
    refused = browser.post("/registre/nouvelle", form | {field: value})
    assert refused.status == 422
    assert words in refused.text
    assert "Paul Thiry" in refused.text
    with register.read() as session:
        assert complaints.every(session) == []


def test_an_acknowledgement_by_post_is_noted_in_the_browser(browser, register):
    form = {"channel": "LRAR", "received_on": "2026-11-20", "client_name": "Paul Thiry"}
    browser.get("/registre/nouvelle")
    address = browser.post("/registre/nouvelle", form).headers["location"].partition("?")[0]
    bad = browser.post(f"{address}/accuse", {"version": "0", "on": "2026-11-01", "proof": "reçu"})
    assert bad.status == 422
    done = browser.post(
        f"{address}/accuse", {"version": "0", "on": "2026-11-21", "proof": "recommandé 1A"}
    )
    assert done.status == 303, done.text
    assert "recommandé 1A" in browser.get(address).text


FORWARDED = (
    "Claire, pour toi.\n\nDe : Jeanne Mangin <jeanne@x.example>\nEnvoyé : vendredi 20 novembre 2026 10:12"
    "\nÀ : Paul\nObjet : réclamation\n\nC’est inadmissible."
)


def test_a_forward_by_a_colleague_shows_whose_it_is(browser, register, settings, now):
    data = a_mail(FORWARDED, "TR : réclamation", "Claire Humbert <contact@cabinet.example>")
    message_id = arrive(register, settings, now, data)
    text = browser.get(f"/message/{message_id}").text
    assert "Transféré par Claire Humbert ; message d’origine de Jeanne Mangin" in text
    assert "du 20/11/2026 à 10 h 12 : à confirmer." in text
    assert 'value="jeanne@x.example"' in text
    with register.read() as session:
        forwarded = session.get_one(Message, message_id).triage["forwarded"]
    assert forwarded == {
        "name": "Jeanne Mangin",
        "email": "jeanne@x.example",
        "sent_at": "2026-11-20T10:12:00+01:00",
        "how": "inline",
        "by_office": True,
    }


def test_a_relay_shows_the_day_of_the_client_s_letter(browser, register, settings, now):
    data = a_mail(
        "Voici la réclamation de votre client reçue le 2 novembre 2026.",
        "Dossier 118",
        "Mirabel <c@mirabel.example>",
    )
    message_id = arrive(register, settings, now, data)
    text = browser.get(f"/message/{message_id}").text
    assert "Transmis par Mirabel ; courrier du client du 02/11/2026 : à confirmer." in text


def test_automatic_mail_is_stopped_and_let_go_in_the_browser(browser, register, settings, now):
    browser.get("/lettres")
    assert browser.post("/lettres/arreter", {"because": "une boucle"}).status == 303
    page = browser.get("/lettres").text
    assert "une boucle" in page
    assert "arrêté" in browser.get("/compteurs").text
    assert browser.post("/lettres/reprendre", {}).status == 303
    assert "une boucle" not in browser.get("/lettres").text
