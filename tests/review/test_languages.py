"""The pages in English: whole, honest about what stays French, and as safe as in French."""

import re
import runpy
from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.requests import Request

from config.rights import Role
from config.sentence import Sentence
from config.trouble import Trouble
from register.database import Database, open_database
from review import languages
from tests.conftest import NOON, an_office
from tests.e2e.test_every_page import NO_PAGE, PIECES, SHOWN, furnish
from tests.offices import STAFF
from tests.review.site import Browser, site

MESSAGES = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "messages"))
SOURCE = MESSAGES["CATALOGUES"] / "en" / "LC_MESSAGES" / "desk.po"
HOLE = re.compile(r"%\(\w+\)s|%%|\{\w+\}")
# No English sentence has them, and hardly any French one does without.
TELLTALE = re.compile(
    r"\b(?:les?|la|des|du|une?|est|sont|vous|votre|pas|dans|pour|avec|sur|aux?|cette?|qui|que)\b"
    r"|\b[dlnsjcq][’'][a-zà-ÿ]",
    re.IGNORECASE,
)
# What people wrote, in the mails of the office that the pages are read in.
THEIRS = re.compile(
    r"d’Assurances|Une attestation|votre (?:dossier|patience)|est complet"
    r"|Deux mois que|j’attends|, c’est"
)


def in_english(browser: Browser) -> Browser:
    """The same person, whose browser was told to show English."""
    other = copy(browser)
    other.cookie = "; ".join(filter(None, (browser.cookie, "langue=en")))
    return other


class Words(HTMLParser):
    """The words of a page, apart from those it marks as French."""

    VOID = frozenset(
        [
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "source",
            "track",
            "wbr",
            "rect",
        ]
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = [("", False)]
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        silent = self.open[-1][1] or tag in ("script", "style", "code", "textarea")
        silent = silent or known.get("lang", "en") != "en"
        if not silent:
            self.said += [
                value
                for name in ("title", "aria-label", "placeholder", "alt", "label")
                if (value := known.get(name))
            ]
        if tag not in self.VOID:
            self.open.append((tag, silent))

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.open[-1][1] and data.strip():
            self.said.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('languages')}/desk.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browsers(register, tmp_path_factory) -> Iterator[tuple[Browser, Browser]]:
    """Somebody who may do everything, and somebody at the door."""
    settings = an_office(tmp_path_factory.mktemp("office"))
    claire = STAFF[1].model_copy(update={"role": Role.MANAGER})
    office = settings.model_copy(update={"staff": (claire, STAFF[0], *STAFF[2:])})
    furnish(register, office)
    with ExitStack() as stack:
        inside = stack.enter_context(site(register, office, lambda: NOON))
        assert inside.sign_in().status == 303
        yield inside, Browser(inside.port)


# --- the catalogue --------------------------------------------------------------------------


def test_every_sentence_is_translated_and_none_has_gone_stale():
    assert MESSAGES["faults"](SOURCE) == []


def test_what_is_shipped_is_what_was_translated():
    whole = MESSAGES["updated"](SOURCE)
    assert SOURCE.with_suffix(".mo").read_bytes() == MESSAGES["compiled"](whole)


def test_a_translation_has_the_same_places_for_values():
    for one in MESSAGES["updated"](SOURCE):
        ids, said = (x if isinstance(x, list | tuple) else (x,) for x in (one.id, one.string))
        wanted = [set(HOLE.findall(each)) for each in ids]
        for each in filter(None, said if one.id else ()):
            assert set(HOLE.findall(each)) in wanted, one.id


# --- the pages ------------------------------------------------------------------------------

PATHS = [path for paths in SHOWN.values() for path in paths if not path.endswith("/forme")]
PATHS += ["/compteurs", "/message/4/present", "/registre/introuvable", "/nulle-part"]
# Letters to clients are in the client's language.
LETTERS = re.compile(r"/registre/[^/]+/apercu")


@pytest.mark.parametrize("path", [path for path in PATHS if not LETTERS.fullmatch(path)])
def test_a_page_speaks_english(browsers, path):
    outside = path in ("/connexion", "/invitation/abc")
    answer = in_english(browsers[outside]).get(path)
    assert answer.status in (200, 404), answer.text
    if "<html" in answer.text:
        assert '<html lang="en">' in answer.text
    said = [THEIRS.sub("", words) for words in Words(answer.text).said]
    assert [words for words in said if TELLTALE.search(words)] == []


def test_every_page_is_among_them():
    from review.web import PAGES

    known = set(SHOWN) | PIECES | NO_PAGE
    assert {page.path for page in PAGES if page.method == "GET"} <= known


def test_without_a_wish_the_pages_are_french(browsers):
    answer = browsers[0].get("/registre")
    assert '<html lang="fr">' in answer.text
    assert "Registre des réclamations" in answer.text
    assert "23/11/2026" in answer.text


def test_days_are_written_as_the_english_write_them(browsers):
    text = in_english(browsers[0]).get("/registre").text
    assert "23 November 2026" in text
    assert "23/11/2026" not in text


def test_a_browser_is_told_once_which_language_it_speaks(browsers):
    browser = browsers[0]
    session = browser.cookie
    browser.get("/compte")
    answer = browser.post("/compte/langue", {"langue": "en"})
    chosen, browser.cookie = browser.cookie, session
    assert answer.status == 303
    assert chosen == "langue=en"
    browser.cookie = f"{session}; {chosen}"
    assert "My account" in browser.get("/compte").text
    browser.cookie = session
    assert "Mon compte" in browser.get("/compte").text


@pytest.mark.parametrize("wanted", ["de", "", "../../etc/passwd"])
def test_a_language_that_we_do_not_speak_is_not_chosen(browsers, wanted):
    browser = browsers[0]
    browser.get("/compte")
    assert browser.post("/compte/langue", {"langue": wanted}).status == 404


WISHES = [
    ({}, "fr"),
    ({"cookie": "langue=en"}, "en"),
    ({"accept-language": "en"}, "fr"),
    ({"cookie": "langue=fr", "accept-language": "en"}, "fr"),
    ({"cookie": "langue=xx"}, "fr"),
    ({"cookie": "langue=../../x"}, "fr"),
]


@pytest.mark.parametrize(("headers", "language"), WISHES)
def test_which_language_a_browser_gets(headers, language):
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert languages.wished(Request({"type": "http", "headers": raw})) == language


# --- what is put into sentences ---------------------------------------------------------------


def test_what_is_typed_stays_text_in_a_translated_sentence(browsers):
    browser = browsers[0]
    browser.get("/registre/nouvelle")
    form = {"product": "<script>x</script>", "received_on": "<b>hier</b>"}
    answer = in_english(browser).post("/registre/nouvelle", form)
    assert answer.status == 422
    assert "“&lt;script&gt;x&lt;/script&gt;” is not" in answer.text
    assert "<script>x" not in answer.text


def test_a_page_that_is_refused_says_so_in_english(browsers):
    browser = browsers[0]
    browser.get("/compte")
    form = {"old": "faux", "password": "un autre secret long", "again": "un autre secret long"}
    answer = in_english(browser).post("/compte/mot-de-passe", form)
    assert "This is not your current password: nothing was changed." in answer.text


def test_a_sentence_is_its_french_and_remembers_the_rest():
    inner = Sentence("en attente")
    said = Sentence("{number} : {state}, le {day} ({which})", number="REC-1", state=inner,
                    day=date(2026, 11, 23), which=("a", inner))  # fmt: skip
    assert said == "REC-1 : en attente, le 23/11/2026 (a ; en attente)"
    error = Trouble(said)
    assert str(error) == said
    assert isinstance(str(error), Sentence)
    assert languages.say("fr", said) is said


def test_values_are_translated_only_where_they_are_sentences():
    pattern = "Aucune réponse n’est notée pour {number}."
    said = Sentence(pattern, number="Autre")
    assert languages.say("en", said) == "No answer has been noted for Autre."
    assert languages.say("en", Sentence(pattern, number=Sentence("Autre"))).endswith("Other.")


def test_french_that_nobody_has_translated_is_marked_where_it_stands():
    assert languages.kept("fr", "<b>") == "<b>"
    assert languages.kept("en", "une <b>boucle") == '<span lang="fr">une &lt;b&gt;boucle</span>'
    assert languages.kept("en", "retenu") == "withheld"
    both = "plusieurs expéditeurs ; déjà passé par un automate (en-tête X-Loop)"
    said = "several senders; has already gone through a robot (X-Loop header)"
    assert languages.kept("en", both) == said
    assert "lang" in languages.kept("en", "plusieurs expéditeurs ; une boucle")
    assert languages.own("en", "Prestataire") == '<span lang="fr">Prestataire</span>'


def test_a_client_may_be_called_like_a_word_of_ours():
    assert languages.named("en", "Autre") == "Autre"
    assert languages.named("en", Sentence("Autre")) == "Other"
