"""The staff's pages: the table of routes, the way in, and the server."""

import hmac
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple, cast

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.rights import RIGHTS, Act, Role
from config.sentence import Sentence
from config.settings import Settings
from config.trouble import Trouble
from register import accounts as browsers
from register.claim import Stale
from register.database import Database
from register.staff import staffed
from review import accounts
from review.conduct import HEAVIEST
from review.confidential import Restricted
from review.pages import (
    access,
    account,
    actions,
    administration,
    breaker,
    calendar,
    case,
    dashboard,
    events,
    exports,
    health,
    letters,
    mail,
    mailboxes,
    model,
    openid,
    papers,
    register,
    reviews,
    staff,
    triage,
)
from review.reading import LONGEST_FORM, Garbled, Sent, TooLong, read
from review.visit import NotThere, Visit

log = logging.getLogger(__name__)

WITH_DOCUMENT = HEAVIEST + LONGEST_FORM  # of a form that may bring a document
_LET_PASS = 10 * HEAVIEST  # bytes
_NOTED = timedelta(minutes=1)  # at most so often is it noted that somebody is there
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
View = Callable[[Visit], Response]


class Page(NamedTuple):
    """One route. Everything but ``PUBLIC`` needs a sign-in, and the right named here; where none
    is, the page itself asks for what each of its deeds needs, or it is anybody's.
    """

    path: str
    method: str
    view: View
    act: Act | None = None
    brings: bool = False  # its form may bring a document


PUBLIC = (
    "/connexion",
    "/connexion/openid",
    "/connexion/retour",
    "/health",
    "/healthz",
    "/readyz",
    "/metrics",
    "/echeances/{token}.ics",
    "/invitation/{token}",
)
_LETTER = "/administration/lettres/{kind}/{language}"
PAGES: tuple[Page, ...] = (
    Page("/", "GET", triage.queue),
    Page("/compteurs", "GET", events.counters),
    Page("/evenements", "GET", events.listen),
    Page("/message/{id:int}", "GET", triage.message),
    Page("/message/{id:int}/decider", "POST", triage.decide, Act.LABEL),
    Page("/message/{id:int}/annuler", "POST", triage.undo, Act.LABEL),
    Page("/message/{id:int}/semblables", "POST", triage.decide_alike, Act.LABEL),
    Page("/message/{id:int}/passer", "POST", triage.pass_on, Act.LABEL),
    Page("/message/{id:int}/plus-tard", "POST", triage.put_off, Act.LABEL),
    Page("/message/{id:int}/note", "POST", triage.remark, Act.LABEL),
    Page("/message/{id:int}/present", "GET", triage.present),
    Page("/message/{id:int}/forme", "GET", mail.formatted),
    Page("/message/{id:int}/original", "GET", mail.original),
    Page("/message/{id:int}/piece/{n:int}", "GET", mail.attachment),
    Page("/message/{id:int}/piece/{n:int}/apercu", "GET", mail.look_into),
    Page("/courrier", "GET", mail.listing),
    Page("/registre", "GET", register.listing),
    Page("/registre.{format}", "GET", exports.register, Act.EXPORT),
    Page("/registre/nouvelle", "GET", register.blank, Act.ENTER),
    Page("/registre/nouvelle", "POST", register.enter, Act.ENTER, brings=True),
    Page("/registre/{number}", "GET", case.show),
    Page("/registre/{number}/apercu", "GET", case.preview),
    Page("/registre/{number}/preuves", "GET", exports.proof, Act.EXPORT),
    Page("/registre/{number}/document/{id:int}", "GET", papers.original),
    Page("/registre/{number}/document/{id:int}/apercu", "GET", papers.look_into),
    Page("/registre/{number}/{act}", "POST", case.act, brings=True),
    Page("/actions", "GET", actions.board),
    Page("/actions/{id:int}", "POST", actions.advance, Act.PROPOSE_ACTION),
    Page("/revue", "GET", reviews.board),
    Page("/revue", "POST", reviews.hold, Act.DECIDE_ACTION),
    Page("/tableau", "GET", dashboard.show),
    Page("/tableau/{name}.svg", "GET", dashboard.picture),
    Page("/rapport/{year:int}.{format}", "GET", exports.yearly_report, Act.EXPORT),
    Page("/echeances", "POST", calendar.renew),
    Page("/echeances/{token}.ics", "GET", calendar.feed),
    Page("/boites", "GET", mailboxes.listing),
    Page("/lettres", "GET", letters.listing),
    Page("/lettres/{id:int}", "GET", letters.show),
    Page("/lettres/{id:int}/forme", "GET", letters.formatted),
    Page("/lettres/{id:int}/envoyer", "POST", letters.release, Act.ACKNOWLEDGE),
    Page("/lettres/{id:int}/annuler", "POST", letters.cancel, Act.ACKNOWLEDGE),
    Page("/lettres/arreter", "POST", breaker.stop),
    Page("/lettres/reprendre", "POST", breaker.resume),
    Page("/modele", "GET", model.show),
    Page("/administration", "GET", administration.show, Act.APPROVE_TEMPLATE),
    Page("/administration/boites/{id:int}", "POST", administration.try_out, Act.ADMINISTER),
    Page("/administration/conservation", "GET", administration.retention, Act.APPROVE_TEMPLATE),
    Page(_LETTER, "GET", administration.letter, Act.APPROVE_TEMPLATE),
    Page(_LETTER, "POST", administration.approve, Act.APPROVE_TEMPLATE),
    Page(f"{_LETTER}/forme", "GET", administration.formatted, Act.APPROVE_TEMPLATE),
    Page("/administration/personne", "GET", staff.show, Act.ADMINISTER),
    Page("/administration/personne", "POST", staff.settle, Act.ADMINISTER),
    Page("/administration/depart", "POST", staff.leave, Act.ADMINISTER),
    Page("/administration/invitation", "POST", staff.invite, Act.ADMINISTER),
    Page("/absence", "POST", staff.declare_absence),
    Page("/absence/{id:int}/retirer", "POST", staff.withdraw_absence),
    Page("/modele/revu/{id:int}", "POST", model.look_again, Act.LABEL),
    Page("/modele/retour", "POST", model.roll_back, Act.ADMINISTER),
    Page("/connexion", "GET", access.ask),
    Page("/connexion", "POST", access.sign_in),
    Page("/connexion/openid", "GET", openid.leave),
    Page("/connexion/retour", "GET", openid.come_back),
    Page("/deconnexion", "POST", access.sign_out),
    Page("/invitation/{token}", "GET", access.invited),
    Page("/invitation/{token}", "POST", access.choose),
    Page("/compte", "GET", account.show),
    Page("/compte/mot-de-passe", "POST", account.change_password),
    Page("/compte/code", "POST", account.ask_code),
    Page("/compte/sans-code", "POST", account.ask_no_code),
    Page("/compte/langue", "POST", account.choose_language),
    Page("/compte/fermer", "POST", account.close),
    Page("/health", "GET", health.alive),
    Page("/healthz", "GET", health.alive),
    Page("/readyz", "GET", health.ready),
    Page("/metrics", "GET", health.metrics),
)


def create_app(
    database: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    closing: Event | None = None,
) -> Starlette:
    """The whole site over one database. Pages are plain functions of a ``Visit``. Whoever listens
    for news is sent away when ``closing`` is set.
    """
    desk = _Door(database, settings, clock)
    routes: list[BaseRoute] = [
        Route(page.path, desk.opens(page), methods=[page.method]) for page in PAGES
    ]
    routes.append(Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(_Headers)],
        exception_handlers={404: desk.not_there, 405: desk.not_there},
    )
    app.state.news = events.News(database, settings, clock, closing or Event())
    return app


@dataclass(frozen=True)
class _Door:
    """The one adapter from an asynchronous request to a page, and what every visit must show."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime]

    def opens(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.method != "POST":
                return await run_in_threadpool(self._visit, page, request, Sent())
            longest = LONGEST_FORM
            if page.brings and await run_in_threadpool(self._may_bring, request):
                longest = WITH_DOCUMENT
            try:
                sent = await read(request, longest)
            except TooLong:
                return await run_in_threadpool(self._unread, request, _TOO_LONG)
            except Garbled:
                return await run_in_threadpool(self._unread, request, _GARBLED)
            return await run_in_threadpool(self._visit, page, request, sent)

        return endpoint

    async def not_there(self, request: Request, error: Exception) -> Response:
        return await run_in_threadpool(self._not_there, self._comes(request, Sent()))

    def _may_bring(self, request: Request) -> bool:
        """A document comes in parts, from somebody who is signed in."""
        in_parts = request.headers.get("content-type", "").startswith("multipart/form-data")
        return in_parts and self._comes(request, Sent()).visitor is not None

    def _unread(self, request: Request, said: str) -> Response:
        """What is not read is let pass as far as its end is in sight, so that a browser shows this
        page; else the line is closed.
        """
        status = 413 if said == _TOO_LONG else 400
        visit = self._comes(request, Sent())
        answer = visit.page("trouble.html", status, said=said, title="Rien n’a été reçu")
        announced = request.headers.get("content-length", "")
        if not announced.isdigit() or int(announced) > _LET_PASS:
            answer.headers["Connection"] = "close"
        return answer

    def _visit(self, page: Page, request: Request, sent: Sent) -> Response:
        visit, public = self._comes(request, sent), page.path in PUBLIC
        if not public and visit.visitor is None:
            return RedirectResponse("/connexion", status_code=303)
        if request.method == "POST" and not _is_meant(visit, public):
            return visit.page("trouble.html", 403, said=_NOT_MEANT, title="Envoi refusé")
        if page.act and not visit.may(page.act):
            return visit.page("trouble.html", 403, said=_reserved(page.act), title="Réservé")
        try:
            return page.view(visit)
        except Restricted as error:
            return visit.page("restricted.html", 403, number=str(error))
        except NotThere:
            return self._not_there(visit)
        except Stale as error:
            return visit.page("trouble.html", 409, said=str(error), title="Déjà fait")
        except Trouble as error:
            return visit.page("trouble.html", 422, said=str(error), title="Ce n’est pas possible")
        except Exception:  # a person must not be shown a traceback; whoever minds the log is
            log.exception("page %s failed", request.url.path)
            return visit.page("trouble.html", 500, said=_OURS, title="Une erreur de notre part")

    def _comes(self, request: Request, sent: Sent) -> Visit:
        now, settings = self.clock(), self.settings
        token = request.cookies.get(access.COOKIE, "")
        visitor = None
        if token:
            idle = timedelta(minutes=settings.web.idle_minutes)
            with self.database.read() as session:
                visitor = accounts.visitor(session, token, now, idle)
                settings = staffed(session, settings)
            if visitor and _by_a_person(request) and now - visitor.seen_at > _NOTED:
                with self.database.begin() as session:
                    browsers.seen(session, visitor.browser, now)
        house = (self.database, settings, now)
        return Visit(request, sent.form, visitor, *house, sent.document)

    def _not_there(self, visit: Visit) -> Response:
        if visit.visitor is None:
            return RedirectResponse("/connexion", status_code=303)
        return visit.page("trouble.html", 404, said=_NOT_THERE, title="Rien à cette adresse")


_NOT_MEANT = "Cette page était ouverte depuis trop longtemps, ou l’envoi vient d’ailleurs. Rien n’a été changé. Rechargez la page et recommencez."
_TOO_LONG = "Ce que vous envoyez est trop lourd : un document pèse au plus 20 Mo. Rien n’a été enregistré. Numérisez-le en moins fin, ou en plusieurs fichiers, et recommencez."
_GARBLED = "Le formulaire n’est pas arrivé en entier. Rien n’a été enregistré. Revenez à la page et recommencez."
_NOT_THERE = "Il n’y a rien à cette adresse. Le message ou le dossier a peut-être un autre numéro."
_OURS = "Rien n’a été changé. Réessayez ; si cela revient, prévenez la personne qui s’occupe du serveur : le journal dit ce qui s’est passé."


def _reserved(act: Act) -> str:
    return Sentence(
        "Votre rôle ne permet pas de faire cela ({what}) : rien n’a été changé. "
        "Le peuvent : {who}. Demandez à l’un d’eux, ou au dirigeant de changer votre rôle.",
        what=Sentence(act.value),
        who=tuple(Sentence(role.french) for role in Role if role in RIGHTS[act]),
    )


def _by_a_person(request: Request) -> bool:
    """A page left open asks for news by itself: that is no sign of life."""
    listens = request.headers.get("accept") == events.STREAM
    return "hx-request" not in request.headers and not listens


def _is_meant(visit: Visit, public: bool) -> bool:
    """A change comes from our own page: same site, and the token that only our page knows."""
    if visit.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    if public or visit.visitor is None:
        return True
    return hmac.compare_digest(visit.form.get("csrf", ""), visit.visitor.csrf)


class _Headers:
    """Headers of every answer; a page may be stricter than this, never laxer by forgetting."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", STRICT)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                if not str(scope.get("path", "")).startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, cast(Send, sending))


def serve(
    database: Database, settings: Settings, clock: Callable[[], datetime], stop: Event
) -> None:
    """Serve the pages until ``stop`` is set. Raises ``Trouble`` when the port cannot be had."""
    web = settings.web
    try:
        listening = socket.create_server((web.host, web.port))
    except OSError as error:
        raise Trouble(
            f"Les pages ne peuvent pas s’ouvrir sur {web.host}:{web.port} ({error.strerror}). "
            "Choisissez un autre web.port."
        ) from error
    app = create_app(database, settings, clock, stop)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    )
    watcher = Thread(target=_stop_with, args=(server, stop), daemon=True)
    watcher.start()
    log.info("pages on http://%s:%s/", *listening.getsockname()[:2])
    with listening:
        server.run(sockets=[listening])


def _stop_with(server: uvicorn.Server, stop: Event) -> None:
    stop.wait()
    server.should_exit = True
