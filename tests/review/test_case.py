"""The case file through the site: every act works, is refused with its reason, and is never stale."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest

from classifier.labels import Label
from config.load import load
from config.rights import Role
from config.settings import Settings
from config.staff import Colleague
from config.write import settings_file
from outbound.templates import KINDS
from register import answers, complaints, findings, outbox
from register.complaints import Facts
from register.database import Database, open_database
from register.model import Action, AnswerState, LetterState, Remark, State
from review.desk import Desk, Told
from review.pages.acts import ACTS
from review.pages.case import _BACK_TO, _DONE
from review.pages.journal import LETTERS
from tests.arrivals import arrive, decide
from tests.builders import a_mail
from tests.conftest import NOON
from tests.review.site import EMAIL, Answer, Browser, site

MARC = "marc@cabinet.example"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
DRAFT = {
    "outcome": "REJETEE",
    "body": "La franchise est celle de votre contrat.",
    "summary": "Franchise confirmée.",
    "points": "Franchise",
    "met-0": "Franchise",
    "channel": "COURRIEL",
}
ELSEWHERE = {
    "on": "2026-11-23",
    "outcome": "EXPLICATION_DONNEE",
    "summary": "Expliqué au téléphone.",
    "channel": "TELEPHONE",
}
FINDING = {"nature": "MANQUEMENT", "said": "Attestation non envoyée"}
REMEDY = {"finding-<finding>": "oui", "kind": "CORRECTIVE", "said": "Relire", "owner": "Odile"}
WHOLE = {
    "subject": "Délai",
    "product": "AUTO",
    "third_parties": "Aucun",
    "persons_concerned": "Non précisé",
}
Step = tuple[str, dict[str, str]]
NOW = {"on": "2026-11-23"}

# act → what has to happen before, and what is typed
WORKS: dict[str, tuple[list[Step], dict[str, str]]] = {
    "corriger": ([], {"subject": "Autre objet", "claimed_cents": "1 234,56 €"}),
    "accuse": ([], NOW | {"proof": "recommandé 1A"}),
    "envoyer": ([], {"letter": "<letter>"}),
    "retirer-lettre": ([], {"letter": "<letter>"}),
    "postee": ([], {"letter": "<letter>", "proof": "recommandé 1A"} | NOW),
    "prendre": ([], {}),
    "confier": ([], {"to": MARC}),
    "attendre": ([], {"whom": "client"}),
    "noter": ([], {"said": "Relancer la compagnie."}),
    "informer": ([], NOW | {"channel": "TELEPHONE", "said": "Rapport attendu lundi."}),
    "ecrire": ([], {"kind": "progress", "done": "Expertise faite.", "new_date": "2026-12-10"}),
    "reorienter": ([], {"to": "Mutuelle de l’Exemple", "why": "Elle seule indemnise."}),
    "mediation": ([], NOW),
    "avis": ([("mediation", NOW)], NOW | {"said": "Favorable au client."}),
    "contentieux": ([], NOW),
    "assureur-rc": ([("contentieux", NOW)], NOW),
    "geler": ([], {"because": "Plainte pénale annoncée"}),
    "requalifier": ([], {"because": "Simple demande de relevé"}),
    "fusionner": ([], {"into": "<other>"}),
    "rouvrir": ([("attendre", {"whom": "client"})], {"because": "Le client insiste"}),
    "brouillon": ([], DRAFT),
    "soumettre": ([], DRAFT),
    "signer": ([], DRAFT),
    "renvoyer": ([("soumettre", DRAFT)], {"why": "Citez l’article."}),
    "retirer-signature": ([("signer", DRAFT)], {}),
    "reponse": ([], ELSEWHERE),
    "sans-reponse": ([("reponse", ELSEWHERE)], {}),
    "constat": ([], FINDING),
    "aucun-constat": ([], {}),
    "retirer-constat": ([("constat", FINDING)], {"finding": "<finding>"}),
    "action": ([("constat", FINDING)], REMEDY),
    "sans-action": ([("constat", FINDING)], {"because": "Erreur isolée"}),
    "cloturer": ([("corriger", WHOLE), ("reponse", ELSEWHERE), ("aucun-constat", {})], {}),
    "ecrite": ([], NOW),  # of the oral one
}
UNVERSIONED = {"noter"}  # a note stands beside whatever else was changed


class Case:
    """One complaint before somebody at the site; ``<letter>`` and ``<finding>`` in a form are its own."""

    def __init__(self, browser: Browser, register: Database, number: str) -> None:
        self.browser, self.register, self.number = browser, register, number

    def do(self, act: str, form: dict[str, str], **more: str) -> Answer:
        with self.register.read() as session:
            entry = complaints.named(session, self.number)
            own = {
                "<letter>": [one.id for one in outbox.of_complaint(session, entry)][:1],
                "<finding>": [one.id for one in findings.of_complaint(session, entry)][-1:],
            }
        said = {"version": self.version} | form | more
        said = {name: text.replace("<self>", self.number) for name, text in said.items()}
        for mark, ids in own.items():
            row = str(ids[0] if ids else 999_999)
            said = {name.replace(mark, row): text.replace(mark, row) for name, text in said.items()}
        return self.browser.post(f"/registre/{self.number}/{act}", said)

    def prepare(self, steps: list[Step]) -> None:
        for act, form in steps:
            answer = self.do(act, form)
            assert answer.status == 303, answer.text

    def page(self) -> str:
        return unescape(self.browser.get(f"/registre/{self.number}").text)

    @property
    def version(self) -> str:
        with self.register.read() as session:
            return str(complaints.named(session, self.number).version)

    @property
    def state(self) -> State:
        with self.register.read() as session:
            return State(complaints.named(session, self.number).state)


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Settings:
    path = tmp_path_factory.mktemp("office") / "doleances.toml"
    values: dict[str, str | int] = {
        "office.name": "Cabinet Lorrain d’Assurances",
        "office.email": "contact@cabinet.example",
        "procedure.undo_minutes": 0,
        "procedure.acks_per_hour": 10_000,
        "procedure.acks_per_domain": 10_000,
        "triage.audit_share": 0,
    }
    path.write_text(settings_file(values), encoding="utf-8")
    staff = (
        Colleague(name="Claire Humbert", email=EMAIL, role=Role.OFFICER),
        Colleague(name="Marc Thiriet", email=MARC, role=Role.ADVISER),
        Colleague(name="Odile Perrin", email="odile@cabinet.example", role=Role.MANAGER),
    )
    return load(path, {}).model_copy(update={"staff": staff})


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Iterator[Database]:
    """One for all: a server for each of so many tests would take minutes."""
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('case')}/case.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(register, office) -> Iterator[Browser]:
    """Claire, who answers for complaints, signed in."""
    with site(register, office, lambda: NOON) as opened:
        assert opened.sign_in().status == 303
        yield opened


def by_mail(register: Database, office: Settings) -> str:
    """A complaint that came by mail yesterday, with an acknowledgement in the outbox."""
    yesterday = NOON - timedelta(days=1)
    sender = f"Jeanne Mangin <{uuid4().hex}@courriel.example>"
    message_id = arrive(register, office, yesterday, a_mail(sender=sender))
    with register.begin() as session:
        number = decide(session, office, yesterday, message_id, Label.COMPLAINT)
        assert number
        return number


def by_other(act: str, register: Database, office: Settings) -> str:
    """Into which other complaint a double is merged."""
    return by_telephone(register, office) if act == "fusionner" else ""


def by_telephone(register: Database, office: Settings, **facts: str) -> str:
    with register.begin() as session:
        said = Facts(**{"client_name": "Paul Thiry", "channel": "TELEPHONE"} | facts)
        told = Told(said, (NOON - timedelta(days=1)).date(), None, "Jamais rappelé.")
        return Desk(session, office, NOON).enter(told, EMAIL).number


@pytest.fixture
def case(browser, register, office) -> Case:
    return Case(browser, register, by_mail(register, office))


@pytest.fixture
def oral(browser, register, office) -> Case:
    return Case(browser, register, by_telephone(register, office))


@pytest.fixture
def about(case, request) -> Callable[[str], Case]:
    """The complaint that an act is tried on: only an oral one can be put in writing."""
    return lambda act: request.getfixturevalue("oral") if act == "ecrite" else case


# --- every act ------------------------------------------------------------------------------------


def test_every_act_is_tried_and_says_what_it_did():
    with_a_file = {"joindre"}  # see test_papers
    assert WORKS.keys() | with_a_file == ACTS.keys() == _DONE.keys() - {"1"}
    assert _BACK_TO.keys() <= ACTS.keys()
    assert LETTERS.keys() == KINDS.keys()


@pytest.mark.parametrize("act", WORKS)
def test_an_act_works_and_is_not_done_twice(about, register, office, act):
    before, form = WORKS[act]
    case = about(act)
    other = by_other(act, register, office)
    form = {name: text.replace("<other>", other) for name, text in form.items()}
    case.prepare(before)
    seen = case.version
    done = case.do(act, form)
    assert done.status == 303, done.text
    shown = case.browser.get(done.headers["location"].partition("#")[0])
    assert shown.status == 200
    assert _DONE[act] in unescape(shown.text)
    if act not in UNVERSIONED:
        again = case.do(act, form, version=seen)
        assert again.status == 409
        assert "Quelqu’un vient de modifier ce dossier" in again.text


@pytest.mark.parametrize(
    ("act", "before", "form", "words"),
    [
        ("corriger", [], {"client_email": "pas une adresse"}, "n’est pas une adresse"),
        ("corriger", [], {"product": "FUSEE"}, "n’est pas un code de produit connu"),
        ("corriger", [], {"claimed_cents": "beaucoup"}, "Ce montant ne se lit pas"),
        ("corriger", [], {"language": "xx" * 50}, "en français, en allemand ou en anglais"),
        ("accuse", [], NOW, "Dites ce qui prouve l’accusé"),
        ("accuse", [], {"on": "2026-11-24", "proof": "x"}, "entre la réception et aujourd’hui"),
        ("envoyer", [], {"letter": "999999"}, "n’est pas de ce dossier"),
        ("envoyer", [], {"letter": "9" * 15}, "n’est pas de ce dossier"),
        ("retirer-lettre", [], {"letter": ""}, "n’est pas de ce dossier"),
        ("postee", [], NOW | {"letter": "<letter>"}, "Dites ce qui prouve l’envoi"),
        ("confier", [], {"to": "inconnu@x.example"}, "n’est pas un collaborateur"),
        ("attendre", [], {"whom": "Godot"}, "Dites qui est attendu"),
        ("noter", [], {"said": "  "}, "La note est vide"),
        ("informer", [], NOW | {"said": "x", "channel": "PIGEON"}, "une des voies proposées"),
        ("informer", [], NOW | {"said": ""}, "Dites ce qui a été dit"),
        ("ecrire", [], {"kind": "../../etc"}, "n’est pas une lettre connue"),
        ("ecrire", [], {"kind": "invitation"}, "est déjà écrite"),
        ("ecrite", [], {"on": "2026-01-01"}, "ne peut pas précéder"),
        ("reorienter", [], {"to": " "}, "Dites à qui"),
        ("avis", [], NOW, "Notez d’abord la saisine"),
        ("requalifier", [], {"because": ""}, "Dites pourquoi"),
        ("fusionner", [], {"into": "REC-1999-0001"}, "n’a pas d’autre réclamation"),
        ("fusionner", [], {"into": "<self>"}, "n’a pas d’autre réclamation"),
        ("rouvrir", [], {"because": "x"}, "on ne passe pas de là à"),
        ("brouillon", [], DRAFT | {"outcome": "GAGNE"}, "n’est pas un sens de réponse connu"),
        ("brouillon", [], DRAFT | {"gesture": "99 999 999 999,00"}, "dépasse ce que le registre"),
        ("brouillon", [], DRAFT | {"channel": "TELEPHONE"}, "une des voies proposées"),
        ("brouillon", [("signer", DRAFT)], DRAFT, "La réponse est signée et part"),
        ("soumettre", [], {}, "Aucune réponse n’est écrite"),
        ("renvoyer", [], {"why": "x"}, "Aucune réponse n’est écrite"),
        ("retirer-signature", [], {}, "Aucune réponse n’est écrite"),
        ("reponse", [], ELSEWHERE | {"on": ""}, "sa date doit être"),
        ("reponse", [], ELSEWHERE | {"outcome": "REJETEE"}, "indique les voies de recours"),
        ("reponse", [], ELSEWHERE | {"summary": ""}, "résumez la réponse"),
        ("reponse", [], ELSEWHERE | {"message": "1"}, "n’est pas un courrier du cabinet"),
        ("sans-reponse", [], {}, "Aucune réponse n’est notée"),
        ("constat", [], {"nature": "X", "said": ""}, "dites en quoi il consiste"),
        ("constat", [], FINDING | {"gravity": "9"}, "la gravité va de 1 à 4"),
        ("aucun-constat", [("constat", FINDING)], {}, "retirez-les d’abord"),
        ("retirer-constat", [], {"finding": "999999"}, "n’est pas de ce dossier"),
        ("action", [], REMEDY, "un des dysfonctionnements n’existe pas"),
        ("action", [("constat", FINDING)], {"finding-²": "oui"}, "à quel dysfonctionnement"),
        ("sans-action", [], {"because": ""}, "Dites pourquoi"),
        ("cloturer", [], {}, "on ne passe pas de là à"),
        ("cloturer", [("reponse", ELSEWHERE)], {}, "dites les dysfonctionnements identifiés"),
    ],
)
def test_an_act_is_refused_with_its_reason(about, act, before, form, words):
    case = about(act)
    case.prepare(before)
    seen = case.version
    refused = case.do(act, form)
    assert refused.status == 422
    assert words in unescape(refused.text)
    assert 'role="alert"' in refused.text
    assert case.version == seen


DATES = [
    ("accuse", "on", {"proof": "x"}),
    ("postee", "on", {"letter": "<letter>", "proof": "x"}),
    ("informer", "on", {"said": "x"}),
    ("informer", "new_date", NOW | {"said": "x"}),
    ("ecrire", "new_date", {"kind": "progress", "done": "x"}),
    ("ecrite", "on", {}),
    ("mediation", "on", {}),
    ("avis", "on", {}),
    ("contentieux", "on", {}),
    ("reponse", "on", ELSEWHERE),
    ("action", "due_on", REMEDY),
    ("action", "check_on", REMEDY),
]


@pytest.mark.parametrize(("act", "name", "form"), DATES)
@pytest.mark.parametrize(
    "value", ["2026-02-30", "31/11/2026", "0000-00-00", "demain", "9999-12-31"]
)
def test_an_impossible_date_is_said_beside_its_field(about, act, name, form, value):
    refused = about(act).do(act, form | {name: value})
    assert refused.status == 422
    assert f"« {value} » n’est pas une date" in unescape(refused.text)
    if act not in (
        "action",
        "avis",
        "postee",
    ):  # forms that show once there is something to fill them
        assert f'id="{act}-{name}-aide"' in refused.text
        field = re.search(rf'<input id="{act}-{name}"[^>]*>', refused.text)
        assert field
        assert 'aria-invalid="true"' in field[0]
        assert f'value="{value}"' in field[0]


@pytest.mark.parametrize("act", WORKS)
def test_what_is_far_too_long_breaks_nothing(about, act):
    before, form = WORKS[act]
    case = about(act)
    case.prepare(before)
    seen = case.version
    for name in (*form, "extra"):
        answer = case.do(act, form, **{name: "x" * 25_000})
        assert answer.status == 422
        assert "merci d’abréger" in unescape(answer.text)
    assert case.version == seen


def notes(case: Case, about: str) -> list[Remark]:
    with case.register.read() as session:
        return complaints.rows_of(session, Remark, Remark.about == about)


def test_ten_megabytes_are_not_even_read(case):
    assert case.do("noter", {"said": "x" * 10_000_000}).status == 413
    assert notes(case, case.number) == []


def test_what_there_is_not_cannot_be_asked_for(case):
    assert case.do("inconnu", {}).status == 404
    form = {"said": "x", "version": "0"}
    assert case.browser.post("/registre/REC-1999-0001/noter", form).status == 404
    assert notes(case, "REC-1999-0001") == []


# --- what comes back ------------------------------------------------------------------------------


def test_what_was_typed_comes_back_with_the_fault_beside_it(case):
    form = {"client_email": "pas une adresse", "client_name": "Ce que j’ai tapé"}
    refused = case.do("corriger", form)
    assert "Ce que j’ai tapé" in unescape(refused.text)
    field = re.search(r'<input id="client_email"[^>]*>', refused.text)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="client_email-aide"' in field[0]


def test_a_refused_form_is_open_and_the_others_keep_their_own(case):
    refused = case.do("informer", {"on": "hier", "said": "Rappel promis"})
    text = unescape(refused.text)
    assert "Rappel promis" in text
    assert re.search(r"<details open><summary>Noter que le client a été informé", text)
    assert re.search(r'<input id="accuse-on"[^>]*value="2026-11-23"', text)


def test_an_answer_not_ready_to_be_signed_is_kept_all_the_same(case):
    refused = case.do("signer", DRAFT | {"summary": "", "points": "Un\nDeux"})
    assert refused.status == 422
    text = unescape(refused.text)
    assert "Le brouillon est enregistré. La réponse ne peut pas être signée" in text
    with case.register.read() as session:
        entry = complaints.named(session, case.number)
        kept = answers.being_written(session, entry)
        assert (kept.state, kept.body, kept.points) == (
            AnswerState.DRAFT,
            DRAFT["body"],
            ["Un", "Deux"],
        )
        assert {letter.kind for letter in outbox.of_complaint(session, entry)} == {
            "acknowledgement"
        }
    page = case.page()  # the version shown is the one that counts
    assert f'name="version" value="{case.version}"' in page


def test_ticks_stay_with_their_points(case):
    case.prepare([("brouillon", DRAFT | {"points": "A\nB", "met-0": "B"})])
    moved = DRAFT | {"points": "Nouveau\nA\nB\nB\n\n", "met-0": "B"}
    case.prepare([("brouillon", moved)])
    with case.register.read() as session:
        kept = answers.being_written(session, complaints.named(session, case.number))
        assert (kept.points, kept.points_met) == (["Nouveau", "A", "B"], [2])


def test_who_comes_second_sees_what_changed_and_loses_nothing(case):
    page = case.page()
    seq = re.search(r'name="seq" value="(\d+)"', page)[1]
    seen = case.version
    typed = {"seq": seq, "subject": "Le mien", "contract_ref": "", "insurer": "Ma compagnie"}
    case.prepare([("corriger", {"subject": "Le sien", "contract_ref": "AU-1"})])
    second = case.do("corriger", typed, version=seen)
    text = unescape(second.text)
    assert second.status == 409
    assert "objet : « vide » est devenu « Le sien »" in text
    assert "a écrit « Le sien » entre-temps" in text  # both changed it: said beside the field
    assert re.search(r'id="subject"[^>]*value="Le mien"', text)
    assert re.search(r'id="contract_ref"[^>]*value="AU-1"', text)  # only the other changed it
    assert re.search(r'id="insurer"[^>]*value="Ma compagnie"', text)  # only this one did
    assert f'name="version" value="{case.version}"' in text
    with case.register.read() as session:
        assert complaints.named(session, case.number).subject == "Le sien"


def test_a_strangers_words_stay_words(case):
    case.prepare(
        [
            ("corriger", {"subject": HOSTILE, "persons_concerned": HOSTILE, "note": HOSTILE}),
            ("noter", {"said": HOSTILE}),
            ("informer", NOW | {"said": HOSTILE}),
            ("constat", FINDING | {"said": HOSTILE}),
            ("action", REMEDY | {"said": HOSTILE, "owner": HOSTILE}),
            ("brouillon", DRAFT | {"points": HOSTILE, "met-0": HOSTILE, "body": HOSTILE}),
        ],
    )
    here = f"/registre/{case.number}"
    for path in (here, f"{here}/apercu", "/actions"):
        text = case.browser.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text or path.endswith("apercu")


# --- what the page answers ------------------------------------------------------------------------


def next_of(text: str) -> str:
    found = re.search(r'class="what">([^<]+)', text)
    assert found
    return unescape(found[1])


def test_one_thing_to_do_from_the_first_day_to_the_last(case):
    def page() -> str:
        return next_of(case.page())

    assert page() == "Prendre en charge"
    case.prepare([("prendre", {})])
    assert page() == "Écrire la réponse"
    case.prepare([("brouillon", DRAFT | {"summary": ""})])
    assert page() == "Finir la réponse"
    case.prepare([("soumettre", DRAFT)])
    assert page() == "Signer la réponse"
    case.prepare([("signer", {})])
    assert page() == "Rien à faire pour l’instant"
    with case.register.begin() as session:  # the letter leaves
        entry = complaints.named(session, case.number)
        letter = outbox.of_complaint(session, entry)[-1]
        outbox.settle(session, letter, outbox.Sent(NOON, NOON.date(), "250 ok"))
    assert page() == "Compléter avant de clôturer"
    case.prepare([("corriger", WHOLE), ("constat", FINDING), ("action", REMEDY)])
    assert page() == "Clôturer le dossier"
    case.prepare([("cloturer", {})])
    assert page() == "Rien à faire"
    assert case.state == State.CLOSED


@contextmanager
def elsewhere(tmp_path: Path, office: Settings, days: int = 0) -> Iterator[Case]:
    """The same at an office of its own, some days later."""
    opened = open_database(f"sqlite:///{tmp_path}/elsewhere.db")
    number = by_mail(opened, office)
    with site(opened, office, lambda: NOON + timedelta(days=days)) as browser:
        browser.sign_in()
        yield Case(browser, opened, number)
    opened.close()


def test_a_limit_that_is_over_is_said_in_words(tmp_path, office):
    with elsewhere(tmp_path, office, days=100) as case:
        assert "en retard de 91 jours" in case.page()


def test_who_may_not_sign_is_told_why_and_who_may(tmp_path, office):
    staff = (office.staff[0].model_copy(update={"role": Role.ADVISER}), *office.staff[1:])
    with elsewhere(tmp_path, office.model_copy(update={"staff": staff})) as case:
        case.prepare([("prendre", {}), ("brouillon", DRAFT)])
        text = case.page()
        assert next_of(text) == "Soumettre la réponse à la signature"
        assert "Vous n’êtes pas habilité à rejeter une demande" in text
        assert "Peut signer : Odile Perrin" in text
        assert case.do("signer", {}).status == 422
        assert case.do("requalifier", {"because": "x"}).status == 422


def test_the_letter_is_seen_before_it_is_signed(case):
    empty = case.browser.get(f"/registre/{case.number}/apercu")
    assert "enregistrez le brouillon" in empty.text
    case.prepare([("brouillon", DRAFT)])
    shown = case.browser.get(f"/registre/{case.number}/apercu")
    assert shown.status == 200
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "La franchise est celle de votre contrat." in unescape(shown.text)
    assert "médiateur" in unescape(shown.text).lower()


def test_a_client_without_an_address_is_written_to_by_post(case):
    """Signed, printed, posted: the day of the post is the answer's."""
    case.prepare([("corriger", {"client_email": ""}), ("prendre", {})])
    assert "adresse électronique" in case.do("signer", DRAFT).text
    case.prepare([("signer", DRAFT | {"channel": "LRAR"})])
    text = case.page()
    assert next_of(text) == "Imprimer et poster la réponse"
    assert 'id="postee"' in text
    with case.register.read() as session:
        entry = complaints.named(session, case.number)
        letter = outbox.of_complaint(session, entry)[-1]
        assert letter.state == LetterState.WITHHELD
    posted = NOW | {"letter": str(letter.id), "proof": "recommandé 1A 234"}
    case.prepare([("postee", posted)])
    assert case.state == State.ANSWERED


def test_a_code_no_longer_offered_stays_until_it_is_changed(case):
    with case.register.begin() as session:
        complaints.named(session, case.number).product = "ANCIEN"
    assert "ANCIEN (n’est plus proposé)" in case.page()
    case.prepare([("corriger", {"product": "ANCIEN", "subject": "Autre"})])


# --- corrective actions ---------------------------------------------------------------------------


def an_action(case: Case, **more: str) -> int:
    case.prepare([("constat", FINDING), ("action", REMEDY | more)])
    with case.register.read() as session:
        return findings.actions_of(session, complaints.named(session, case.number))[-1].id


def advance(case: Case, row: int, **form: str) -> Answer:
    with case.register.read() as session:
        seen = str(session.get_one(Action, row).version)
    return case.browser.post(f"/actions/{row}", {"version": seen} | form)


def board(case: Case) -> str:
    return unescape(case.browser.get("/actions").text)


def test_an_empty_board_says_what_it_is_for(tmp_path, office):
    with elsewhere(tmp_path, office) as case:
        assert "Aucune action corrective." in board(case)
        assert "Constats et actions" in board(case)


def test_an_action_from_its_finding_to_its_effect(tmp_path, office):
    with elsewhere(tmp_path, office) as case:
        case.prepare([("constat", FINDING)])
        assert "Constats sans action" in board(case)
        case.prepare([("action", REMEDY)])
        assert "Constats sans action" not in board(case)
        for step in (
            {"to": "DECIDEE", "on": "2026-11-30"},
            {"to": "EN_COURS"},
            {"to": "REALISEE", "proof": "Note du 23"},
            {"to": "VERIFIEE_EFFICACE", "checked": "Aucun oubli en un mois"},
        ):
            done = advance(case, 1, **step)
            assert done.status == 303, done.text
        assert "vérifiée, efficace" in board(case)
        assert "Aucun oubli en un mois" in board(case)
        with case.register.read() as session:
            assert session.get_one(Action, 1).due_on.isoformat() == "2026-11-30"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"to": "DECIDEE"}, "échéance"),
        ({"to": "REALISEE"}, "ne devient pas"),
        ({"to": "PARFAITE"}, "Choisissez l’étape suivante"),
        ({"to": "ABANDONNEE"}, "dites pourquoi"),
        ({"to": "DECIDEE", "on": "2026-02-30"}, "n’est pas une date"),
        ({"to": "ABANDONNEE", "because": "x" * 25_000}, "merci d’abréger"),
    ],
)
def test_a_step_is_refused_beside_its_form(case, form, words):
    row = an_action(case)
    refused = advance(case, row, **form | {"proof": "Ce que j’ai tapé"})
    assert refused.status == 422
    text = unescape(refused.text)
    assert words in text
    assert "Ce que j’ai tapé" in text
    with case.register.read() as session:
        assert session.get_one(Action, row).state == "PROPOSEE"


def test_a_step_comes_second(case):
    row = an_action(case)
    assert advance(case, row, to="DECIDEE", on="2026-11-30").status == 303
    form = {"version": "0", "to": "ABANDONNEE", "because": "x"}
    late = case.browser.post(f"/actions/{row}", form)
    assert late.status == 409
    assert "Quelqu’un vient de modifier cette action" in late.text


def test_what_is_late_comes_first_and_is_said(tmp_path, office):
    with elsewhere(tmp_path, office) as case:
        an_action(case)
        case.prepare([("action", REMEDY | {"said": "En souffrance", "due_on": "2026-11-01"})])
        text = board(case)
        assert "en retard de 22 jours" in text
        assert text.index("En souffrance</h3>") < text.index("Relire</h3>")


def test_what_comes_back_is_shown(tmp_path, office):
    with elsewhere(tmp_path, office) as case:
        numbers = [case.number, *(by_mail(case.register, office) for _ in range(2))]
        with case.register.begin() as session:
            for number in numbers:
                complaints.named(session, number).motive = "M12"
        assert "3 réclamations" in board(case)


# --- the form for what did not come by mail -------------------------------------------------------


def test_the_usual_products_come_first(tmp_path, office):
    with elsewhere(tmp_path, office) as case:
        for product in ("AUTO", "MOTO", "MOTO"):
            by_telephone(case.register, office, product=product)
        with case.register.read() as session:
            assert complaints.usual_products(session) == ["MOTO", "AUTO"]
        text = case.browser.get("/registre/nouvelle").text
    assert re.search(r'<optgroup label="Les plus fréquents"><option value="MOTO"', text)
    assert re.search(r'value="TELEPHONE" checked autofocus', text)
    assert 'value="2026-11-23"' in text
