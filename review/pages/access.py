"""Sign-in, sign-out, and the link that lets somebody choose a password."""

from starlette.responses import Response

from register import accounts as browsers
from review import accounts
from review.desk import Refused
from review.visit import Visit

COOKIE = "doleances"


def ask(visit: Visit) -> Response:
    if visit.visitor:
        return visit.see("/")
    return door(visit, 200, "")


def door(visit: Visit, status: int, said: str, email: str = "") -> Response:
    """The page of sign-in; ``said`` is why one is still before it."""
    return visit.page(
        "sign_in.html", status, email=email, said=said, openid=visit.settings.web.openid
    )


def attempt(visit: Visit, email: str = "", password: str = "", code: str = "") -> accounts.Attempt:
    client = visit.request.client.host if visit.request.client else ""
    browser = visit.request.headers.get("user-agent", "")
    return accounts.Attempt(email, password, code, client, browser)


def sign_in(visit: Visit) -> Response:
    email, hours = visit.form.get("email", ""), visit.settings.web.session_hours
    typed = attempt(visit, email, visit.form.get("password", ""), visit.form.get("code", ""))
    try:
        token = accounts.sign_in(visit.database, typed, visit.now, hours)
    except Refused as error:
        return door(visit, 429, str(error), email)
    if token is None:
        said = (
            "Adresse ou mot de passe inconnus. Vérifiez l’un et l’autre, et le code si vous en avez "
            "activé un."
        )
        return door(visit, 401, said, email)
    return welcome(visit, token)


def welcome(visit: Visit, token: str) -> Response:
    """To the desk, with a session's token."""
    answer = visit.see("/")
    answer.set_cookie(
        COOKIE,
        token,
        max_age=visit.settings.web.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=visit.settings.web.public_url.startswith("https://"),
    )
    return answer


def sign_out(visit: Visit) -> Response:
    with visit.database.begin() as session:
        browsers.sign_out(session, visit.request.cookies.get(COOKIE, ""))
    answer = visit.see("/connexion")
    answer.delete_cookie(COOKIE)
    return answer


def invited(visit: Visit) -> Response:
    """Where the link of an invitation leads."""
    return visit.page("invitation.html", said="", shortest=accounts.SHORTEST)


def choose(visit: Visit) -> Response:
    try:
        password = chosen(visit)
        token = str(visit.request.path_params["token"])
        accounts.accept(visit.database, token, password, visit.now)
    except Refused as error:
        return visit.page("invitation.html", 422, said=str(error), shortest=accounts.SHORTEST)
    return visit.see("/connexion")


def chosen(visit: Visit) -> str:
    """A new password, typed twice alike. Raises ``Refused``."""
    password = visit.form.get("password", "")
    if password != visit.form.get("again", ""):
        raise Refused("Les deux mots de passe ne sont pas les mêmes : rien n’a été changé.")
    return password
