"""A visit: who asks for what, and the page that answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from classifier.labels import Label
from config.rights import Act
from config.settings import Settings
from register.database import Database
from review import languages
from review.accounts import Visitor
from review.opinion import opinion_of


@cache
def _pages(language: str) -> Environment:
    """The templates in one of ``LANGUAGES``."""
    pages = Environment(
        loader=PackageLoader("review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    languages.equip(pages, language)
    pages.globals.update(labels=list(Label), opinion_of=opinion_of, language=language)
    return pages


class NotThere(Exception):
    """There is no such page, message or entry."""


@dataclass(frozen=True)
class Upload:
    """A file that came with a form, under the name that its sender gave it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Visit:
    """One request, as a page function sees it: plain values, nothing asynchronous."""

    request: Request
    form: Mapping[str, str]
    visitor: Visitor | None
    database: Database
    settings: Settings
    now: datetime
    document: Upload | None = None

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

    @property
    def language(self) -> str:
        """In which the pages speak to this browser."""
        return languages.wished(self.request)

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        html = (
            _pages(self.language)
            .get_template(template)
            .render(
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
        )
        return HTMLResponse(html, status_code=status)

    @staticmethod
    def piece(template: str, language: str, **facts: Any) -> str:
        """A part of a page that is the same for everybody who reads a language."""
        return _pages(language).get_template(template).render(**facts)

    @staticmethod
    def see(address: str) -> Response:
        """After a change: show another page, so that going back repeats nothing."""
        return RedirectResponse(address, status_code=303)


def number(text: str) -> int | None:
    """A row's number in a form or an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
