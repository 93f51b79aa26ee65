"""The staff's pages: the table of routes, the way in, and the server."""

import hmac
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import cast

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

from config.settings import Settings
from config.trouble import Trouble
from register.claim import Stale
from register.database import Database
from review import accounts
from review.pages import (
    access,
    actions,
    breaker,
    case,
    dashboard,
    exports,
    health,
    letters,
    mail,
    mailboxes,
    model,
    register,
    triage,
)
from review.visit import NotThere, Visit

log = logging.getLogger(__name__)

LONGEST_FORM = 1_000_000  # bytes
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
View = Callable[[Visit], Response]

# path, methods, page; everything but PUBLIC needs a sign-in
PUBLIC = ("/connexion", "/health", "/healthz", "/readyz", "/metrics")
PAGES: tuple[tuple[str, str, View], ...] = (
    ("/", "GET", triage.queue),
    ("/compteurs", "GET", triage.counters),
    ("/message/{id:int}", "GET", triage.message),
    ("/message/{id:int}/decider", "POST", triage.decide),
    ("/message/{id:int}/annuler", "POST", triage.undo),
    ("/message/{id:int}/semblables", "POST", triage.decide_alike),
    ("/message/{id:int}/passer", "POST", triage.pass_on),
    ("/message/{id:int}/plus-tard", "POST", triage.put_off),
    ("/message/{id:int}/note", "POST", triage.remark),
    ("/message/{id:int}/present", "GET", triage.present),
    ("/message/{id:int}/forme", "GET", mail.formatted),
    ("/message/{id:int}/original", "GET", mail.original),
    ("/message/{id:int}/piece/{n:int}", "GET", mail.attachment),
    ("/courrier", "GET", mail.listing),
    ("/registre", "GET", register.listing),
    ("/registre.{format}", "GET", exports.register),
    ("/registre/nouvelle", "GET", register.blank),
    ("/registre/nouvelle", "POST", register.enter),
    ("/registre/{number}", "GET", case.show),
    ("/registre/{number}/apercu", "GET", case.preview),
    ("/registre/{number}/preuves", "GET", exports.proof),
    ("/registre/{number}/{act}", "POST", case.act),
    ("/actions", "GET", actions.board),
    ("/actions/{id:int}", "POST", actions.advance),
    ("/tableau", "GET", dashboard.show),
    ("/tableau/{name}.svg", "GET", dashboard.picture),
    ("/boites", "GET", mailboxes.listing),
    ("/lettres", "GET", letters.listing),
    ("/lettres/{id:int}", "GET", letters.show),
    ("/lettres/{id:int}/forme", "GET", letters.formatted),
    ("/lettres/{id:int}/envoyer", "POST", letters.release),
    ("/lettres/{id:int}/annuler", "POST", letters.cancel),
    ("/lettres/arreter", "POST", breaker.stop),
    ("/lettres/reprendre", "POST", breaker.resume),
    ("/modele", "GET", model.show),
    ("/modele/revu/{id:int}", "POST", model.look_again),
    ("/modele/retour", "POST", model.roll_back),
    ("/connexion", "GET", access.ask),
    ("/connexion", "POST", access.sign_in),
    ("/deconnexion", "POST", access.sign_out),
    ("/health", "GET", health.alive),
    ("/healthz", "GET", health.alive),
    ("/readyz", "GET", health.ready),
    ("/metrics", "GET", health.metrics),
)


def create_app(database: Database, settings: Settings, clock: Callable[[], datetime]) -> Starlette:
    """The whole site over one database. Pages are plain functions of a ``Visit``."""
    desk = _Door(database, settings, clock)
    routes: list[BaseRoute] = [
        Route(path, desk.opens(view, public=path in PUBLIC), methods=[method])
        for path, method, view in PAGES
    ]
    routes.append(Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")))
    return Starlette(
        routes=routes,
        middleware=[Middleware(_Headers)],
        exception_handlers={404: desk.not_there, 405: desk.not_there},
    )


@dataclass(frozen=True)
class _Door:
    """The one adapter from an asynchronous request to a page, and what every visit must show."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime]

    def opens(self, view: View, *, public: bool) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if int(request.headers.get("content-length", "0") or 0) > LONGEST_FORM:
                return Response("Formulaire trop long.", status_code=413)
            form = await request.form() if request.method == "POST" else {}
            typed = {name: value for name, value in form.items() if isinstance(value, str)}
            return await run_in_threadpool(self._visit, view, request, typed, public)

        return endpoint

    async def not_there(self, request: Request, error: Exception) -> Response:
        return await run_in_threadpool(self._not_there, self._comes(request, {}))

    def _visit(self, view: View, request: Request, form: dict[str, str], public: bool) -> Response:
        visit = self._comes(request, form)
        if not public and visit.visitor is None:
            return RedirectResponse("/connexion", status_code=303)
        if request.method == "POST" and not _is_meant(visit, public):
            return visit.page("trouble.html", 403, said=_NOT_MEANT, title="Envoi refusé")
        try:
            return view(visit)
        except NotThere:
            return self._not_there(visit)
        except Stale as error:
            return visit.page("trouble.html", 409, said=str(error), title="Déjà fait")
        except Trouble as error:
            return visit.page("trouble.html", 422, said=str(error), title="Ce n’est pas possible")
        except Exception:  # a person must not be shown a traceback; whoever minds the log is
            log.exception("page %s failed", request.url.path)
            return visit.page("trouble.html", 500, said=_OURS, title="Une erreur de notre part")

    def _comes(self, request: Request, form: dict[str, str]) -> Visit:
        now = self.clock()
        token = request.cookies.get(access.COOKIE, "")
        visitor = None
        if token:
            with self.database.read() as session:
                visitor = accounts.visitor(session, token, now)
        return Visit(request, form, visitor, self.database, self.settings, now)

    def _not_there(self, visit: Visit) -> Response:
        if visit.visitor is None:
            return RedirectResponse("/connexion", status_code=303)
        return visit.page("trouble.html", 404, said=_NOT_THERE, title="Rien à cette adresse")


_NOT_MEANT = "Cette page était ouverte depuis trop longtemps, ou l’envoi vient d’ailleurs. Rien n’a été changé. Rechargez la page et recommencez."
_NOT_THERE = "Il n’y a rien à cette adresse. Le message ou le dossier a peut-être un autre numéro."
_OURS = "Rien n’a été changé. Réessayez ; si cela revient, prévenez la personne qui s’occupe du serveur : le journal dit ce qui s’est passé."


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
    app = create_app(database, settings, clock)
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
