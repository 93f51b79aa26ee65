"""Downloads of the register and of proofs: for whoever may, and each is in the journal."""

import csv
from dataclasses import replace
from hashlib import sha256

import pytest

from register import journal
from tests.ledger import FACTS, enter, enter_whole
from tests.offices import STAFF
from tests.review.site import EMAIL, Answer, Browser, site

ASKED = [
    "/registre.csv",
    "/registre.xlsx?contenu=controle",
    "/registre.pdf",
    "/registre/REC-2026-0001/preuves",
]


def office_of(settings, **changes):
    """An office with somebody in charge, where Claire has a place and rights of her own."""
    claire = next(one for one in STAFF if one.email == EMAIL).model_copy(update=changes)
    others = [one for one in STAFF if one.email != EMAIL]
    return settings.model_copy(update={"staff": (claire, *others)})


@pytest.fixture
def visit(register, settings, now):
    """Sign in at the pages of an office where Claire is what the test says."""

    def signed_in(**changes):
        return _Signed(register, office_of(settings, **changes), lambda: now)

    return signed_in


class _Signed:
    def __init__(self, *office) -> None:
        self.site = site(*office)

    def __enter__(self) -> Browser:
        browser = self.site.__enter__()
        assert browser.sign_in().status == 303
        return browser

    def __exit__(self, *raised) -> None:
        self.site.__exit__(*raised)


@pytest.mark.parametrize(
    ("path", "name", "kind", "begins"),
    [
        ("/registre.csv", "registre-annexe-2026-11-23.csv", "text/csv; charset=utf-8", "\ufeffN°;"),
        (
            "/registre.xlsx?contenu=controle",
            "registre-controle-2026-11-23.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "PK",
        ),
        ("/registre.pdf", "registre-annexe-2026-11-23.pdf", "application/pdf", "%PDF-"),
        (
            "/registre/REC-2026-0001/preuves",
            "preuves-REC-2026-0001-2026-11-23.zip",
            "application/zip",
            "PK",
        ),
    ],
)
def test_an_export_is_a_file_to_keep(visit, register, path, name, kind, begins):
    enter_whole(register)
    with visit(rights=("EXPORT",)) as browser:
        answer = browser.get(path)
    assert answer.status == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith(begins)


def test_each_export_is_in_the_journal_with_its_digest(visit, register):
    enter_whole(register)
    with visit(rights=("EXPORT",)) as browser:
        browser.get("/registre.pdf?contenu=controle")
        browser.get("/registre/REC-2026-0001/preuves")
    with register.read() as session:
        [line] = journal.history(session, "register")
        [proofs] = journal.history(session, "REC-2026-0001")
    assert (line.actor, line.action) == (EMAIL, "exported")
    payload = dict(line.payload)
    assert len(payload.pop("digest")) == 64
    assert payload == {"format": "pdf", "kind": "controle", "count": 1, "sensitive": False}
    assert (proofs.actor, proofs.action, proofs.payload["format"]) == (EMAIL, "proofs", "zip")


@pytest.mark.parametrize(("suffix", "begins"), [("pdf", "%PDF-"), ("csv", "\ufeffRubrique;")])
def test_the_yearly_report_is_a_file_to_keep_and_in_the_journal(visit, register, suffix, begins):
    enter_whole(register)
    with visit(rights=("EXPORT",)) as browser:
        assert f'href="/rapport/2026.{suffix}"' in browser.get("/tableau").text
        answer = browser.get(f"/rapport/2026.{suffix}")
        refused = [
            browser.get(f"/rapport/{it}").status for it in ("2027.pdf", "1.pdf", "2026.xlsx")
        ]
    assert (answer.status, refused) == (200, [404, 404, 404])
    name = f"rapport-2026-2026-11-23.{suffix}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.text.startswith(begins)
    with register.read() as session:
        [line] = journal.history(session, "report 2026")
    assert (line.actor, line.action, line.payload["format"]) == (EMAIL, "reported", suffix)
    if suffix == "csv":
        assert line.payload["digest"] == sha256(answer.text.encode()).hexdigest()


def test_whoever_may_not_export_gets_no_report(visit, register):
    with visit() as browser:
        assert "/rapport/" not in browser.get("/tableau").text
        assert browser.get("/rapport/2026.pdf").status == 403
    with register.read() as session:
        assert journal.history(session, "report 2026") == []


@pytest.mark.parametrize("path", ASKED)
def test_whoever_has_not_the_right_is_told_and_gets_nothing(visit, register, path):
    enter_whole(register)
    with visit() as browser:
        answer = browser.get(path)
        assert "Exporter" not in browser.get("/registre").text
        assert "/preuves" not in browser.get("/registre/REC-2026-0001").text
    assert answer.status == 403
    assert "exporter le registre" in answer.text
    with register.read() as session:
        assert journal.history(session, "register") == []


@pytest.mark.parametrize(
    ("rights", "asked", "proofs"),
    [(("EXPORT",), None, 422), (("EXPORT", "READ_SENSITIVE"), "Cancer", 200)],
)
def test_health_words_want_a_right_of_their_own_and_a_word(visit, register, rights, asked, proofs):
    enter(register, replace(FACTS, subject="Cancer", sensitive=True))
    with visit(rights=rights) as browser:
        assert subject_in(browser.get("/registre.csv")) == "[donnée sensible]"
        with_words = browser.get("/registre.csv?sensibles=1")
        assert (with_words.status == 200) == bool(asked)
        assert asked is None or subject_in(with_words) == asked
        assert browser.get("/registre/REC-2026-0001/preuves").status == proofs


@pytest.mark.parametrize(
    "path", ["/registre.doc", "/registre.csv?contenu=autre", "/registre/REC-2026-0009/preuves"]
)
def test_what_is_not_there_is_not_there(visit, register, path):
    with visit(rights=("EXPORT",)) as browser:
        assert browser.get(path).status == 404


def test_the_page_offers_every_form_to_whoever_may(visit, register):
    enter_whole(register)
    with visit(rights=("EXPORT",)) as browser:
        page = browser.get("/registre").text
        assert "/registre/REC-2026-0001/preuves" in browser.get("/registre/REC-2026-0001").text
    for form in ("csv", "xlsx", "pdf"):
        for kind in ("annexe", "controle"):
            assert f'href="/registre.{form}?contenu={kind}"' in page
    assert "sensibles=1" not in page


def subject_in(answer: Answer) -> str:
    [row] = csv.DictReader(answer.text.removeprefix("\ufeff").splitlines(), delimiter=";")
    return row["Objet de la réclamation"]
