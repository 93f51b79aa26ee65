"""A visit: who asks for what, and the page that answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from classifier.labels import Label
from config.rights import Act
from config.settings import Settings
from register.database import Database
from register.french import long_date, short_date
from review.accounts import Visitor
from review.opinion import opinion_of

_pages = Environment(
    loader=PackageLoader("review", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{short_date(local.date())} à {local:%H} h {local:%M}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return short_date(at.astimezone(zone).date())


def _percent(probability: float) -> str:
    return f"{min(99, max(1, round(probability * 100)))} %"


def _count(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _share(share: float) -> str:
    return f"{share * 100:.1f}\u00a0%".replace(".", ",")


_pages.filters.update(
    share=_share,
    count=_count,
    day=_day,
    long_date=long_date,
    short_date=short_date,
    moment=_moment,
    percent=_percent,
)
_pages.globals.update(labels=list(Label), opinion_of=opinion_of)


class NotThere(Exception):
    """There is no such page, message or entry."""


@dataclass(frozen=True)
class Visit:
    """One request, as a page function sees it: plain values, nothing asynchronous."""

    request: Request
    form: Mapping[str, str]
    visitor: Visitor | None
    database: Database
    settings: Settings
    now: datetime

    @property
    def by(self) -> str:
        """Who decides, for the journal."""
        return self.visitor.email if self.visitor else ""

    def may(self, act: Act) -> bool:
        """Whether the visitor has a right (regulation §5.9)."""
        return self.visitor is not None and self.settings.may(self.visitor.email, act)

    def id(self, name: str = "id") -> int:
        return int(self.request.path_params[name])

    def asked(self, name: str, default: str = "") -> str:
        """A parameter of the address."""
        return self.request.query_params.get(name, default)

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        html = _pages.get_template(template).render(
            visitor=self.visitor,
            may={act.name for act in Act if self.may(act)},
            office=self.settings.office,
            zone=self.settings.office.zone,
            today=self.now.astimezone(self.settings.office.zone).date(),
            path=self.request.url.path,
            products=self.settings.words.products,
            motives=self.settings.words.motives,
            **facts,
        )
        return HTMLResponse(html, status_code=status)

    @staticmethod
    def piece(template: str, **facts: Any) -> str:
        """A part of a page that is the same for everybody."""
        return _pages.get_template(template).render(**facts)

    @staticmethod
    def see(address: str) -> Response:
        """After a change: show another page, so that going back repeats nothing."""
        return RedirectResponse(address, status_code=303)


def number(text: str) -> int | None:
    """A row's number in a form or an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
