"""Sign-in by the office's provider: a real one on loopback, and everything it must not be believed."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie

import jwt
import pytest
from pydantic import SecretStr, ValidationError

from config.settings import OpenIdSettings, WebSettings
from register import accounts as kept
from register import journal
from register.database import open_database
from review import accounts, openid
from review.pages.openid import NOBODY
from tests.conftest import NOON, an_office
from tests.offices import STAFF
from tests.review.site import EMAIL, site
from tests.servers.openid import CLIENT, SECRET, Key, Provider, provider, signed

CLAIRE = {"email": EMAIL, "email_verified": True}
MARIE = "marie@cabinet.example"
TENANT = "https://login.microsoftonline.com/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/v2.0"
OTHER = Key("k1")  # another key under the same name


class Browser:
    """Keeps cookies by name, follows nothing by itself."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, where to go next, text."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request("GET", path, headers={"Cookie": sent})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        connection.close()
        return answer.status, answer.headers.get("Location", ""), unescape(text)

    def comes_back(self, there: Provider) -> tuple[int, str, str]:
        status, address, _ = self.get("/connexion/openid")
        assert status == 303
        return self.get(f"/connexion/retour?{there.agrees(address)}")

    @property
    def inside(self) -> bool:
        return self.get("/registre")[0] == 200


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[tuple[Provider, int, object]]:
    folder = tmp_path_factory.mktemp("openid")
    database = open_database(f"sqlite:///{folder}/desk.db")
    with provider(NOON.timestamp) as there:
        web = WebSettings(
            public_url="http://127.0.0.1:8025",
            openid=OpenIdSettings(
                issuer=there.issuer,
                client_id=CLIENT,
                client_secret=SecretStr(SECRET),
                name="votre compte Microsoft",
            ),
        )
        office = an_office(folder).model_copy(update={"web": web, "staff": STAFF})
        with site(database, office, lambda: NOON) as known:
            yield there, known.port, database
    database.close()


@pytest.fixture
def there(running, monkeypatch) -> Provider:
    """The provider, honest; nobody was refused yet, and nothing that it said is remembered."""
    here = running[0]
    here.person, here.lies, here.documents = dict(CLAIRE), {}, {}
    here.sign, here.silent, here.keys = None, False, [here.keys[0]]
    openid._discovered.cache_clear()
    monkeypatch.setattr(accounts, "FROM_ONE", 10_000)
    return here


@pytest.fixture
def browser(running) -> Browser:
    return Browser(running[1])


def test_whoever_the_provider_vouches_for_enters(there, browser):
    assert "Entrer avec votre compte Microsoft" in browser.get("/connexion")[2]
    status, address, _ = browser.comes_back(there)
    assert (status, address) == (303, "/")
    assert browser.inside
    assert set(browser.cookies) == {"doleances"}


def test_the_cookie_of_the_way_is_for_its_end_alone(there, browser, running):
    connection = HTTPConnection("127.0.0.1", running[1], timeout=30)
    connection.request("GET", "/connexion/openid")
    answer = connection.getresponse()
    said = answer.headers["Set-Cookie"]
    connection.close()
    for part in ("HttpOnly", "Path=/connexion/retour", "SameSite=lax", "Max-Age=600"):
        assert part in said
    secret = SimpleCookie(said)["doleances-retour"].value
    assert secret not in answer.headers["Location"]
    assert answer.headers["Location"].startswith(f"{there.issuer}/authorize?")


LIES = {
    "another issuer": {"iss": "https://accounts.example"},
    "no issuer": {"iss": None},
    "another application": {"aud": "autre"},
    "several applications": {"aud": [CLIENT, "autre"]},
    "made for another": {"azp": "autre"},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": ["x"]},
    "nobody": {"sub": None},
    "dates that are none": {"exp": "demain"},
    "infinitely long": {"exp": None},
}


@pytest.mark.parametrize("lies", LIES.values(), ids=LIES)
def test_what_does_not_prove_it_is_not_believed(there, browser, lies):
    there.lies = lies
    status, _, text = browser.comes_back(there)
    assert (status, "ne prouve pas qui vous êtes" in text) == (401, True)
    assert not browser.inside


HERE = NOON.timestamp()


@pytest.mark.parametrize(
    ("lies", "enters"),
    [
        ({"exp": HERE - 119}, True),
        ({"exp": HERE - 120}, False),
        ({"iat": HERE + 120}, True),
        ({"iat": HERE + 121}, False),
        ({"iat": HERE - 600}, True),
        ({"iat": HERE - 721}, False),
        ({"nbf": HERE + 121}, False),
    ],
)
def test_clocks_may_differ_by_two_minutes(there, browser, lies, enters):
    there.lies = lies
    status, _, text = browser.comes_back(there)
    assert status == (303 if enters else 401)
    assert ("l’heure de ce serveur" in text) is not enters
    assert browser.inside is enters


def unsigned(there: Provider, claims) -> str:
    parts = ({"alg": "none", "kid": "k1"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts]
    return b".".join((*coded, b"")).decode()


def shared(there: Provider, claims) -> str:
    """Signed with what everybody knows, as if it were a secret (CVE-2015-9235)."""
    return jwt.encode(claims, there.keys[0].public["n"], "HS256", {"kid": "k1"})


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        shared,
        lambda _, claims: signed(OTHER, claims),
        lambda there, claims: signed(there.keys[0], claims, "inconnue"),
        lambda there, claims: signed(there.keys[0], claims)[:-4] + "AAAA",
        lambda *_: "rien",
        lambda *_: "a.b.c",
        lambda *_: "",
        lambda *_: "x" * 20_000,
        lambda *_: 7,
        lambda *_: None,
    ],
)
def test_what_no_key_of_the_provider_signed_is_not_believed(there, browser, sign):
    there.sign = sign
    status, _, text = browser.comes_back(there)
    assert (status, "ne prouve pas qui vous êtes" in text) == (401, True)
    assert not browser.inside


@pytest.mark.parametrize(
    "person",
    [
        {"email": EMAIL},
        {"email": EMAIL, "email_verified": False},
        {"email": EMAIL, "email_verified": "true"},
        {"preferred_username": EMAIL},
        {"email_verified": True},
        {"email": [EMAIL], "email_verified": True},
    ],
)
def test_an_address_that_is_not_vouched_for_is_nobodys(there, browser, person):
    there.person = person
    status, _, text = browser.comes_back(there)
    assert (status, "ne garantit pas l’adresse" in text) == (401, True)
    assert not browser.inside


@pytest.mark.parametrize("email", [MARIE, "etranger@ailleurs.example", f"{EMAIL}.example"])
def test_whoever_has_no_account_gets_none(there, browser, running, email):
    there.person = {"email": email, "email_verified": True}
    status, _, text = browser.comes_back(there)
    assert (status, NOBODY in text) == (403, True)
    with running[2].read() as session:
        assert kept.named(session, email) is None


def test_an_account_of_nobody_of_the_staff_does_not_serve(there, browser, running):
    email = "ancien@cabinet.example"
    with running[2].begin() as session:
        accounts.add(session, email, "Ancien", "un long secret", NOON)
    there.person = {"email": email, "email_verified": True}
    assert browser.comes_back(there)[0] == 403


def test_whoever_was_invited_enters_once_the_provider_vouches(there, browser, running):
    database, email = running[2], STAFF[2].email
    there.person = {"email": email.upper(), "email_verified": True}
    with database.begin() as session:
        accounts.invite(session, email, "Quelqu’un", NOON)
        token = accounts.invite(session, email, "Quelqu’un", NOON - timedelta(days=2))
    assert browser.comes_back(there)[0] == 403  # it has expired
    with database.begin() as session:
        token = accounts.invite(session, email, "Quelqu’un", NOON)
    assert browser.comes_back(there)[0] == 303
    assert browser.inside
    with database.read() as session:
        assert kept.invited(session, token, NOON) is None
        actions = [line.action for line in journal.history(session, email)]
    assert actions[-1] == "account opened"
    no_password = accounts.Attempt(email, "")
    assert accounts.sign_in(database, no_password, NOON, 12) is None
    with database.begin() as session:
        accounts.disable(session, email, NOON)
    assert not browser.inside
    assert browser.comes_back(there)[0] == 403


def test_a_way_that_was_not_begun_here_leads_nowhere(there, browser, running):
    _, address, _ = browser.get("/connexion/openid")
    query, exchanged = there.agrees(address), there.asked.count("/token")
    stranger = Browser(running[1])
    assert stranger.get(f"/connexion/retour?{query}")[0] == 401
    stranger.get("/connexion/openid")  # begun, but another one
    status, _, text = stranger.get(f"/connexion/retour?{query}")
    assert (status, "pas été commencée dans ce navigateur" in text) == (401, True)
    assert there.asked.count("/token") == exchanged
    assert browser.get(f"/connexion/retour?{query}")[0] == 303


def test_a_code_is_good_once(there, browser):
    _, address, _ = browser.get("/connexion/openid")
    query, way = there.agrees(address), dict(browser.cookies)
    assert browser.get(f"/connexion/retour?{query}")[0] == 303
    assert browser.get(f"/connexion/retour?{query}")[0] == 401  # its cookie is gone
    browser.cookies = way
    status, _, text = browser.get(f"/connexion/retour?{query}")
    assert (status, "a déjà servi" in text) == (401, True)
    assert not browser.inside


@pytest.mark.parametrize("more", ["&error=access_denied", "&iss=https%3A%2F%2Faccounts.example"])
def test_a_no_and_a_stranger_are_no_yes(there, browser, more):
    _, address, _ = browser.get("/connexion/openid")
    assert browser.get(f"/connexion/retour?{there.agrees(address)}{more}")[0] == 401
    assert not browser.inside


def test_a_new_key_is_known_and_a_withdrawn_one_serves_no_more(there, browser):
    old = there.keys[0]
    there.keys = [Key("k2"), old]
    assert browser.comes_back(there)[0] == 303
    there.keys = [there.keys[0]]
    there.sign = lambda _, claims: signed(old, claims)
    assert Browser(browser.port).comes_back(there)[0] == 401
    there.keys = [old]


def test_a_silent_provider_is_said_and_the_password_remains(there, browser):
    there.silent = True
    status, _, text = browser.get("/connexion/openid")
    assert (status, "ne répond pas" in text) == (502, True)
    assert 'name="password"' in text
    there.silent = False
    _, address, _ = browser.get("/connexion/openid")
    query = there.agrees(address)
    there.silent = True
    assert browser.get(f"/connexion/retour?{query}")[0] == 502


@pytest.mark.parametrize(
    "documents",
    [
        {"issuer": "https://accounts.example"},
        {"token_endpoint": "http://ailleurs.example/token"},
        {"jwks_uri": ""},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_is_another_is_not_followed(there, browser, documents):
    there.documents = documents
    status, address, text = browser.get("/connexion/openid")
    assert (status, address) == (502, "")
    assert "web.openid.issuer" in text


def test_refusals_from_one_machine_slow_it_down(there, browser, running, monkeypatch):
    with running[2].read() as session:
        so_far = kept.refusals_from(session, "127.0.0.1", NOON - accounts.WINDOW)
    monkeypatch.setattr(accounts, "FROM_ONE", so_far + 1)
    there.lies = {"nonce": "x"}
    assert browser.comes_back(there)[0] == 401
    status, _, text = browser.comes_back(there)
    assert (status, "Trop d’essais" in text) == (429, True)


def test_without_the_setting_there_is_no_such_way(tmp_path, settings, now):
    database = open_database(f"sqlite:///{tmp_path}/none.db")
    with site(database, settings, lambda: now) as known:
        assert "Entrer avec" not in known.get("/connexion").text
        for path in ("/connexion/openid", "/connexion/retour"):
            assert known.get(path).headers["location"] == "/connexion"
    database.close()


# --- Microsoft, and the settings ------------------------------------------------------------


def microsoft(**changes: object) -> OpenIdSettings:
    given = {"issuer": TENANT, "client_id": CLIENT, "client_secret": SecretStr(SECRET)}
    return OpenIdSettings(**(given | changes))


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"preferred_username": "Claire@Cabinet.example"}, EMAIL),
        ({"preferred_username": EMAIL, "email": "autre@cabinet.example"}, EMAIL),
        ({"email": EMAIL, "email_verified": True}, None),
        ({"preferred_username": EMAIL, "tid": "autre"}, None),
        ({"preferred_username": EMAIL, "idp": "https://sts.windows.net/autre/"}, None),
        ({"preferred_username": "claire_x.example#EXT#@cabinet.example"}, None),
        ({"preferred_username": "claire"}, None),
    ],
)
def test_microsoft_vouches_for_the_name_to_sign_in_with(claims, address):
    said = {"tid": TENANT.split("/")[3]} | claims
    if address:
        assert openid._address(microsoft(), said) == address
        return
    with pytest.raises(openid.NotVouched, match="ne garantit pas"):
        openid._address(microsoft(), said)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://login.microsoftonline.com/common/v2.0"},
        {"issuer": "https://login.microsoftonline.com/organizations/v2.0"},
        {"issuer": "https://login.microsoftonline.com"},
        {"issuer": "http://accounts.example"},
        {"issuer": ""},
        {"client_secret": None},
        {"client_id": ""},
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(changes):
    with pytest.raises(ValidationError):
        microsoft(**changes)


@pytest.mark.parametrize("address", ["", "http://bureau.example", "bureau.example"])
def test_the_way_back_is_https_or_this_machine(address):
    with pytest.raises(ValidationError, match="public_url"):
        WebSettings(public_url=address, openid=microsoft())
