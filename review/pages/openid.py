"""Sign-in by the office's provider of accounts: off to it, and back."""

from starlette.responses import RedirectResponse, Response

from config.sentence import Sentence
from config.trouble import Trouble
from register.staff import staffed
from review import accounts, openid
from review.pages import access
from review.visit import NotThere, Visit

_COOKIE = "doleances-retour"


def leave(visit: Visit) -> Response:
    """Send the browser to the provider. A link, not a form: whatever a form leads to must lie
    within ``form-action`` of our policy.
    """
    if visit.settings.web.openid is None:
        raise NotThere
    secret = openid.new_secret()
    try:
        there = openid.departure(visit.settings.web, secret, visit.now)
    except openid.Silent as error:
        return access.door(visit, 502, str(error))
    answer = RedirectResponse(there, status_code=303)
    answer.set_cookie(
        _COOKIE,
        secret,
        max_age=openid.MINUTES * 60,
        path=openid.BACK,
        httponly=True,
        samesite="lax",  # it must come along when the provider sends the browser back
        secure=visit.settings.web.public_url.startswith("https://"),
    )
    return answer


def come_back(visit: Visit) -> Response:
    """Let in whoever the provider vouches for, if they are of the office and have an account."""
    if visit.settings.web.openid is None:
        raise NotThere
    secret = visit.request.cookies.get(_COOKIE, "")
    given = dict(visit.request.query_params)
    attempt = access.attempt(visit)
    try:
        accounts.slow_down(visit.database, attempt, visit.now)
        try:
            email = openid.vouched(visit.settings.web, secret, given, visit.now)
        except openid.NotVouched:
            accounts.refused(visit.database, attempt, visit.now)
            raise
        answer = _let_in(visit, email)
    except openid.Silent as error:
        answer = access.door(visit, 502, str(error))
    except openid.NotVouched as error:
        answer = access.door(visit, 401, str(error))
    except Trouble as error:
        answer = access.door(visit, 429, str(error))
    answer.delete_cookie(_COOKIE, path=openid.BACK)
    return answer


def _let_in(visit: Visit, email: str) -> Response:
    attempt = access.attempt(visit, email)
    hours = visit.settings.web.session_hours
    with visit.database.read() as session:
        ours = email in {one.email for one in staffed(session, visit.settings).staff}
    token = accounts.sign_in_vouched(visit.database, attempt, visit.now, hours) if ours else None
    if token is None:
        accounts.refused(visit.database, attempt, visit.now)
        return access.door(visit, 403, NOBODY)
    return access.welcome(visit, token)


NOBODY = Sentence(
    "Ce compte est bien celui que le fournisseur connaît, mais le cabinet ne l’a pas invité, ou l’a "
    "fermé. Demandez une invitation à un dirigeant (« Réglages », « Équipe »)."
)
