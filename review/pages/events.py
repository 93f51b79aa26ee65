"""News for pages that stay open, by server-sent events (HTML, 9.2): what waits, what is in trouble.

One look at the register every few seconds serves everybody who listens, one more whoever comes. A stream ends when its
reader leaves, signs out or is signed out, and when the house closes.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from config.settings import Settings
from register import accounts, breaker, outbox, queue
from register.database import Database, Session
from register.model import LetterState
from register.queue import Wanted
from review.languages import LANGUAGES
from review.pages.mailboxes import healths
from review.pages.triage import VIEWS
from review.visit import Visit

STREAM = "text/event-stream"
MOST = 100  # streams at once; who comes later asks now and then, as a page without streams does
_TO_BE_SEEN = (LetterState.WITHHELD, LetterState.FAILED, LetterState.UNCERTAIN)
_EVERY = 2.0  # seconds between two looks
_HEED = 0.25  # seconds after which a stream ends that is to end


def counters(visit: Visit) -> Response:
    """The same figures once, for a browser without streams."""
    with visit.database.read() as session:
        figures = _counted(session, visit.settings, visit.now)
    return HTMLResponse(Visit.piece("counters.html", visit.language, **figures))


def _counted(session: Session, settings: Settings, now: datetime) -> dict[str, Any]:
    longest = timedelta(minutes=settings.notices.after_minutes)
    return {
        "queued": queue.count(session),
        "pending": sum(len(outbox.listing(session, state)) for state in _TO_BE_SEEN),
        "ill": sum(not box.well for box in healths(session, settings, now)),
        "stopped": breaker.stopped(session),
        "held_up": outbox.held_up(session, now - longest),
    }


@dataclass(frozen=True)
class _Look:
    """What a look at the register has shown."""

    said: Mapping[str, bytes] = field(default_factory=dict)  # language → news
    signed_in: frozenset[str] = frozenset()  # digests of the readers' tokens
    at: float = float("-inf")  # on the monotonic clock


@dataclass
class News:
    """What is told to whoever listens, and who does."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime]
    closing: Event
    readers: list[str] = field(default_factory=list)  # digests of their tokens
    _last: _Look = field(default_factory=_Look)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def latest(self, reader: str, since: float) -> Mapping[str, bytes] | None:
        """The newest news, no older than a moment of the monotonic clock: who has just decided
        must not be told what was before. None for somebody who is no longer signed in.
        """
        async with self._looking:
            if self._last.at < max(since, monotonic() - _EVERY):
                self._last = await run_in_threadpool(self._look, frozenset(self.readers))
        return self._last.said if reader in self._last.signed_in else None

    def _look(self, readers: Collection[str]) -> _Look:
        now, at = self.clock(), monotonic()
        idle = timedelta(minutes=self.settings.web.idle_minutes)
        with self.database.read() as session:
            known = accounts.still_signed_in(session, readers, now, idle)
            figures = _counted(session, self.settings, now)
            views = {view: queue.count(session, Wanted(view)) for view in ("", *VIEWS)}
            said = {language: _told(language, figures, views) for language in LANGUAGES}
        return _Look(said, frozenset(known), at)


def _told(language: str, figures: dict[str, Any], views: dict[str, int]) -> bytes:
    counters = Visit.piece("counters.html", language, **figures)
    said = json.dumps({"counters": counters, "views": views}, ensure_ascii=False)
    return f"data: {said}\n\n".encode()


class _Stream(Response):
    """An answer that goes on until its reader has left or may read no longer."""

    media_type = STREAM

    def __init__(self, news: News, reader: str, language: str) -> None:
        super().__init__()
        del self.headers["content-length"]
        self.news, self.reader, self.language = news, reader, language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        leaving = asyncio.ensure_future(_left(receive))
        self.news.readers.append(self.reader)
        try:
            await self._tell(send, leaving)
        finally:
            self.news.readers.remove(self.reader)
            leaving.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, send: Send, leaving: "asyncio.Future[None]") -> None:
        told, since = b"", monotonic()
        while not (leaving.done() or self.news.closing.is_set()):
            said = await self.news.latest(self.reader, since)
            if said is None:
                return
            if said[self.language] != told:
                told = said[self.language]
                await send({"type": "http.response.body", "body": told, "more_body": True})
            await asyncio.wait([leaving], timeout=_HEED)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def listen(visit: Visit) -> Response:
    news: News = visit.request.app.state.news
    if visit.visitor is None or len(news.readers) >= MOST or news.closing.is_set():
        return Response(status_code=204)  # a browser does not ask again (HTML, 9.2.3)
    return _Stream(news, visit.visitor.browser, visit.language)
