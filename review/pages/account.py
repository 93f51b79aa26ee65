"""One's own account: the password, the second factor, and where one is signed in."""

from starlette.responses import Response

from register import accounts as browsers
from review import accounts, languages, second_factor
from review.desk import Refused
from review.pages import staff
from review.pages.access import chosen
from review.visit import NotThere, Visit

_A_YEAR = 365 * 24 * 3600  # seconds for which a browser remembers its language


def show(visit: Visit) -> Response:
    return _page(visit)


def change_password(visit: Visit) -> Response:
    if visit.visitor is None:
        raise NotThere
    try:
        password = chosen(visit)
        accounts.change_own(
            visit.database, visit.visitor, visit.form.get("old", ""), password, visit.now
        )
    except Refused as error:
        return _page(visit, 422, str(error))
    return visit.see("/compte?fait=1")


def choose_language(visit: Visit) -> Response:
    """In which language the pages speak to this browser from now on."""
    wanted = visit.form.get(languages.COOKIE, "")
    if wanted not in languages.LANGUAGES:
        raise NotThere
    answer = visit.see("/compte")
    answer.set_cookie(
        languages.COOKIE,
        wanted,
        max_age=_A_YEAR,
        httponly=True,
        samesite="lax",
        secure=visit.settings.web.public_url.startswith("https://"),
    )
    return answer


def close(visit: Visit) -> Response:
    """Sign out of a browser that one has left somewhere."""
    if visit.visitor is None:
        raise NotThere
    with visit.database.begin() as session:
        browsers.close_browser(session, visit.visitor.account_id, visit.form.get("browser", ""))
    return visit.see("/compte")


def ask_code(visit: Visit) -> Response:
    """Turn the second factor on, once the telephone has shown that it knows the secret."""
    if visit.visitor is None:
        raise NotThere
    secret, code = visit.form.get("secret", ""), visit.form.get("code", "")
    try:
        accounts.ask_code(visit.database, visit.visitor, secret, code, visit.now)
    except Refused as error:
        return _page(visit, 422, str(error), secret)
    return visit.see("/compte")


def ask_no_code(visit: Visit) -> Response:
    if visit.visitor is None:
        raise NotThere
    try:
        password = visit.form.get("password", "")
        accounts.ask_no_code(visit.database, visit.visitor, password, visit.now)
    except Refused as error:
        return _page(visit, 422, str(error))
    return visit.see("/compte")


def _page(visit: Visit, status: int = 200, said: str = "", secret: str = "") -> Response:
    if visit.visitor is None:
        raise NotThere
    with visit.database.read() as session:
        known = browsers.named(session, visit.visitor.email)
        places = browsers.browsers(session, visit.visitor.account_id, visit.now)
        away = staff.absences(visit, session, visit.by)
    if not second_factor.is_secret(secret):
        secret = second_factor.new_secret()
    return visit.page(
        "account.html",
        status,
        said=said,
        languages=languages.LANGUAGES,
        role=visit.settings.colleague(visit.by).role.french,
        places=places,
        absences=away,
        staff=visit.settings.staff,
        one_of_us=visit.by in {one.email for one in visit.settings.staff},
        done=visit.asked("fait"),
        shortest=accounts.SHORTEST,
        asks_code=bool(known and known.totp_secret),
        secret=secret,
        picture=second_factor.picture(secret, visit.by, visit.settings.office.name),
    )
