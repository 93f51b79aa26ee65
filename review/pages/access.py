"""Sign-in, sign-out, and whether the server lives."""

from starlette.responses import JSONResponse, Response

from register import accounts as browsers
from review import accounts
from review.desk import Refused
from review.visit import Visit

COOKIE = "doleances"


def ask(visit: Visit) -> Response:
    if visit.visitor:
        return visit.see("/")
    return visit.page("sign_in.html", email="", said="")


def sign_in(visit: Visit) -> Response:
    email, hours = visit.form.get("email", ""), visit.settings.web.session_hours
    try:
        token = accounts.sign_in(
            visit.database, email, visit.form.get("password", ""), visit.now, hours
        )
    except Refused as error:
        return visit.page("sign_in.html", 429, email=email, said=str(error))
    if token is None:
        said = "Adresse ou mot de passe inconnus. Vérifiez l’un et l’autre."
        return visit.page("sign_in.html", 401, email=email, said=said)
    answer = visit.see("/")
    answer.set_cookie(
        COOKIE,
        token,
        max_age=hours * 3600,
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


def health(visit: Visit) -> Response:
    return JSONResponse({"ok": True})
