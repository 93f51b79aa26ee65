"""The templates of letters: which there are, what each may speak of, and how they become text.

A letter is a folder: subject.txt, body.txt and body.html; what letters share lies in ``parts``. An
office's own folder goes before the shipped one, file by file. A version is all the files that a
letter is made from, and is named by their digest: whatever changes a letter changes its name.
"""

import hashlib
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from config.settings import Office
from config.trouble import Trouble
from register.french import long_date, short_date

FORMS: Final = ("subject.txt", "body.txt", "body.html")
LAYOUTS: Final = MappingProxyType({False: "parts/screen.html", True: "parts/post.html"})
WIDTH: Final = 78  # characters a line of the text form (RFC 5322, 2.1.1)
LARGEST: Final = 100_000  # bytes of one file: a letter is a page or two

Facts = Mapping[str, Any]


class TemplateTrouble(Trouble):
    """A template cannot be used; says where and why, in French."""


@dataclass(frozen=True)
class Signatory:
    """Who signs a letter (P-17)."""

    name: str
    function: str


@dataclass(frozen=True)
class Variable:
    """Something that a template may say. ``kind`` is what it is, ``example`` one such."""

    name: str
    kind: type
    french: str
    example: Any
    optional: bool = False  # None where it is not known

    def fits(self, value: object) -> bool:
        return (self.optional and value is None) or type(value) is self.kind


@dataclass(frozen=True)
class Kind:
    """A kind of letter, its languages and what it may speak of beside what all may."""

    french: str
    variables: tuple[Variable, ...] = ()
    languages: tuple[str, ...] = ("fr",)


OFFICE: Final = MappingProxyType(
    {
        "office.name": "nom du cabinet",
        "office.address": "son adresse postale",
        "office.phone": "son téléphone",
        "office.email": "son adresse électronique",
        "office.orias": "son numéro ORIAS, ou rien",
        "office.complaint_contact": "qui traite les réclamations",
        "office.privacy_url": "page sur les données personnelles, ou rien",
        "office.mediator.name": "nom du médiateur",
        "office.mediator.postal": "adresse postale du médiateur",
        "office.mediator.url": "site du médiateur",
    }
)

_PARAGRAPHS = "Un premier paragraphe, avec l’article 3 & un <signe>.\n\nUn second paragraphe."

COMMON: Final = (
    Variable("language", str, "langue de la lettre", "fr"),
    Variable("layout", str, "mise en page, choisie par le programme", LAYOUTS[False]),
    Variable("by_post", bool, "la lettre part par la poste", False),
    Variable("automatic", bool, "aucune personne n’y a mis un mot", False),
    Variable("number", str, "numéro de la réclamation", "REC-2026-0001"),
    Variable("today", date, "date de la lettre", date(2026, 11, 25)),
    Variable("received", date, "jour de réception", date(2026, 11, 23)),
    Variable("received_time", str, "heure de réception d’un courriel, ou rien", "12 h 05"),
    Variable("sent", date, "jour d’envoi de la réclamation", date(2026, 11, 22)),
    Variable("about", str, "produit et contrat, ou rien", "Automobile, contrat n° AB-123"),
    Variable("professional", bool, "le client n’est pas un particulier (X-30)", False),
    Variable("answer_by", date, "date limite de la réponse", date(2027, 1, 22)),
    Variable("mediation_opens", date, "le médiateur peut être saisi dès", date(2027, 1, 23)),
    Variable("mediation_ends", date, "… et jusqu’à", date(2027, 11, 22)),
    Variable("recipient", tuple, "nom et adresse, ligne par ligne (lettres postées)",
             ("Jeanne Mangin", "3 rue du Moulin", "54000 Nancy")),
    Variable(
        "signatories", tuple, "signataires : name, function", (Signatory("Marie Colin", "référent"),)
    ),
)  # fmt: skip

_ANSWER: Final = (
    Variable("body", str, "texte de la réponse, écrit par une personne", _PARAGRAPHS),
    Variable(
        "points",
        tuple,
        "points de la réclamation auxquels il est répondu",
        ("Le délai de réponse", "Le montant <prélevé>"),
    ),
    Variable("granted", str, "ce qui est accordé, ou rien", "La cotisation de mars est rendue."),
    Variable("refused", str, "ce qui est refusé, ou rien", "Les frais d’avril restent dus."),
    Variable("reasons", str, "les raisons, ou rien", "L’article 12 du contrat prévoit ces frais."),
    Variable("execution", str, "comment et quand, ou rien", "Virement le mois prochain."),
    Variable("decided_by", str, "l’assureur qui a décidé, son service, son médiateur, ou rien",
             "Assurances Exemple, service des réclamations, 2 rue du Pont, 75000 Paris"),
    Variable("gesture", str, "geste commercial, ou rien", "150,00 €"),
    Variable("compensation", str, "indemnisation, ou rien", "80,00 €"),
)  # fmt: skip

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "acknowledgement": Kind("accusé de réception", languages=("fr", "de", "en")),
        "progress": Kind(
            "point d’avancement",
            (
                Variable("done", str, "ce qui a été fait", "Nous avons écrit à l’assureur."),
                Variable("remaining", str, "ce qui reste, qui est attendu", "Sa réponse."),
                Variable("cause", str, "cause du retard, ou rien", "L’expert est indisponible."),
                Variable("new_date", date, "nouvelle date", date(2027, 2, 12), optional=True),
            ),
        ),
        "answer_accepted": Kind("réponse : acceptée", _ANSWER),
        "answer_partial": Kind("réponse : acceptée en partie", _ANSWER),
        "answer_rejected": Kind("réponse : rejetée", _ANSWER),
        "answer_explained": Kind("réponse : explication", _ANSWER),
        "redirect": Kind(
            "réorientation",
            (
                Variable("to", str, "organisme compétent", "Assurances Exemple"),
                Variable("address", str, "son service des réclamations, ou rien",
                         "Service des réclamations, 2 rue du Pont, 75000 Paris"),
                Variable("why", str, "pourquoi lui, ou rien", "L’assureur fixe l’indemnité."),
                Variable("still_done", str, "ce que fait encore le cabinet, ou rien",
                         "Nous suivons votre dossier jusqu’à sa réponse."),
                Variable("their_mediator", str, "son médiateur, ou rien",
                         "Le médiateur d’Assurances Exemple, 3 rue du Pont, 75000 Paris"),
                Variable("redirected_on", date, "jour de la transmission", date(2026, 11, 25)),
            ),
        ),
        "invitation": Kind(
            "invitation à écrire",
            (Variable("said", str, "ce qui a été dit, ou rien", "L’attente au téléphone."),),
        ),
        "false_alarm": Kind(
            "ce n’était pas une réclamation",
            (Variable("why", str, "pourquoi, ou rien", "Vous demandiez une attestation."),),
        ),
    }
)  # fmt: skip


def variables(kind: str) -> tuple[Variable, ...]:
    return COMMON + KINDS[kind].variables


def example(kind: str, office: Office) -> Facts:
    """A whole case, everything filled in: what previews show and the linter begins with."""
    return {"office": office} | {one.name: one.example for one in variables(kind)}


# --- versions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Template:
    """A version of a letter in one language: its files with their words."""

    kind: str
    language: str
    sources: tuple[tuple[str, str], ...]  # name → words, parts too
    own: frozenset[str] = frozenset()  # which of them are the office's

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 over every file and its name."""
        words = "".join(f"{len(n)}:{n}{len(text)}:{text}" for n, text in sorted(self.sources))
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    def name(self, form: str) -> str:
        return f"{_folder(self.kind, self.language)}/{form}"


def shipped(kind: str, language: str = "fr") -> Template:
    """The template that comes with the program; French where the language has none."""
    known = language if language in KINDS[kind].languages else "fr"
    return _shipped(kind, known)


@cache
def _shipped(kind: str, language: str) -> Template:
    return _gather(kind, language, _in_package)


def of_office(folder: Path, kind: str, language: str = "fr") -> Template | None:
    """The office's own version; None where none of its files is the office's.

    Raises ``TemplateTrouble`` for a file that cannot be read as text.
    """
    known = language if language in KINDS[kind].languages else "fr"
    if not folder.is_dir():
        return None
    own: set[str] = set()

    def read(name: str) -> str | None:
        text = _in_folder(folder, name)
        if text is None:
            return _in_package(name)
        own.add(name)
        return text

    found = _gather(kind, known, read)
    return Template(found.kind, found.language, found.sources, frozenset(own)) if own else None


def _folder(kind: str, language: str) -> str:
    return kind if language == "fr" else f"{kind}/{language}"


@cache
def _in_package(name: str) -> str | None:
    path = files("outbound") / "letters" / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _in_folder(folder: Path, name: str) -> str | None:
    path = folder / name
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > LARGEST:
            raise TemplateTrouble(f"{path} : plus de {LARGEST // 1000} ko, trop pour une lettre")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateTrouble(f"{path} : le fichier n’est pas en UTF-8") from None
    except OSError as error:
        raise TemplateTrouble(f"{path} : lecture impossible ({error.strerror})") from None


def _gather(kind: str, language: str, read: Callable[[str], str | None]) -> Template:
    """A letter's files and all that they lead to."""
    sources: dict[str, str] = {}
    wanted = [f"{_folder(kind, language)}/{form}" for form in FORMS] + list(LAYOUTS.values())
    while wanted:
        name = wanted.pop()
        text = read(name) if name not in sources else None
        if text is not None:
            sources[name] = text
            wanted += _PART.findall(text)
    return Template(kind, language, tuple(sorted(sources.items())))


_PART = re.compile(r"""["'](parts/[\w-]+\.(?:txt|html))["']""")


# --- writing -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A letter's words in its three forms."""

    subject: str
    text: str
    html: str


def render(template: Template, facts: Facts) -> Written:
    """Write a letter. Raises ``TemplateTrouble`` with file and line."""
    by_post = bool(facts["by_post"])
    told = {**facts, "language": template.language, "layout": LAYOUTS[by_post]}
    subject, text, html = (_render(template, form, told) for form in FORMS)
    french = template.language == "fr"
    return Written(
        subject=_typeset(subject) if french else subject,
        text=wrapped(_typeset(text) if french else text),
        html=_typeset_html(html) if french else html,
    )


def _render(template: Template, form: str, facts: Facts) -> str:
    name = template.name(form)
    try:
        words = _environment(template, form.endswith(".html")).get_template(name).render(facts)
    except Exception as error:  # whatever an office's template does
        raise TemplateTrouble(where_and_why(error, name)) from error
    return " ".join(plain(words).split()) if form == "subject.txt" else words


@lru_cache(maxsize=128)
def _environment(template: Template, html: bool) -> ImmutableSandboxedEnvironment:
    sources = dict(template.sources)
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: _named(sources, name)),
        undefined=StrictUndefined,
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    long, short = dates_of(template.language)
    environment.filters.update(long_date=long, short_date=short, paragraphs=paragraphs, lines=lines)
    return environment


def _named(sources: Mapping[str, str], name: str) -> tuple[str, str, None] | None:
    """A file with its name, so that a trouble while writing says in which file it is."""
    return (sources[name], name, None) if name in sources else None


_ENGLISH = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December")  # fmt: skip
_DATES: Final[Mapping[str, tuple[Callable[[date], str], Callable[[date], str]]]] = {
    "de": (lambda day: f"{day:%d.%m.%Y}", lambda day: f"{day:%d.%m.%Y}"),
    # In words: 03/12 is March to some readers of English, December to others.
    "en": (lambda day: f"{day.day} {_ENGLISH[day.month - 1]} {day.year}",) * 2,
}


def dates_of(language: str) -> tuple[Callable[[date], str], Callable[[date], str]]:
    """How a language writes a date, at length and in short."""
    return _DATES.get(language, (long_date, short_date))


def paragraphs(text: str) -> list[str]:
    """What a person wrote, cut where she left a line free."""
    return [one.strip() for one in re.split(r"\n\s*\n", plain(text)) if one.strip()]


def lines(text: str) -> Markup:
    """A paragraph as HTML, with the ends of lines that a person meant."""
    return Markup("<br>\n").join(escape(line) for line in text.splitlines())


def plain(text: str) -> str:
    """Without control characters: no mail and no page is made to carry them."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def wrapped(text: str) -> str:
    """Lines of 78 characters at most, lists with a hanging indent; addresses stay whole."""
    kept = (line.rstrip() for line in text.strip().splitlines())
    return "\n".join(_wrapped(line) for line in _without_gaps(kept)) + "\n"


@lru_cache(maxsize=512)  # most lines are the template's own, the same in every letter
def _wrapped(line: str) -> str:
    if len(line) <= WIDTH and "\t" not in line:
        return line
    mark = re.match(r"(\s*)(?:\d+\.|[-–•]) ", line)
    filled = textwrap.fill(
        _TELEPHONE.sub(lambda found: found[0].replace(" ", "\0"), line),
        WIDTH,
        subsequent_indent=" " * len(mark[0]) if mark else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace("\0", " ")


_TELEPHONE = re.compile(r"\b\d\d(?: \d\d){4}\b")  # stays on one line


def _without_gaps(kept: Iterable[str]) -> Iterator[str]:
    """Never two free lines on end: conditions leave some."""
    before = ""
    for line in kept:
        if line or before:
            yield line
        before = line


@lru_cache(maxsize=512)
def _typeset(text: str) -> str:
    """French spacing that cannot break: thin before ; ! ?, full before : » and after «."""
    thin = re.sub(r"(?<=\S) (?=[;!?])", "\u202f", text)
    return re.sub(r"(?<=\S) (?=[:»])|(?<=«) (?=\S)", "\u00a0", thin)


def _typeset_html(html: str) -> str:
    """The same between tags, never within them or in a style sheet."""
    pieces = re.split(r"(<style\b.*?</style>|<[^>]*>)", html, flags=re.DOTALL | re.IGNORECASE)
    return "".join(_typeset(one) if at % 2 == 0 else one for at, one in enumerate(pieces))


# --- faults --------------------------------------------------------------------------------


def unknown(template: Template) -> Iterator[str]:
    """Every fault that is seen without writing: syntax, unknown variables, absent parts."""
    known = {one.name for one in variables(template.kind)}
    for form in FORMS:
        if template.name(form) not in dict(template.sources):
            yield f"{template.name(form)} : le fichier manque"
    for name, text in template.sources:
        try:
            tree = _environment(template, name.endswith(".html")).parse(text, name, name)
        except TemplateError as error:
            yield where_and_why(error, name)
            continue
        yield from _unknown(tree, name, known)
        for part in _PART.findall(text):
            if part not in dict(template.sources):
                yield f"{name} : la partie « {part} » n’existe pas"


def _unknown(tree: nodes.Template, name: str, known: set[str]) -> Iterator[str]:
    spoken = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    spoken |= {macro.name for macro in tree.find_all(nodes.Macro)}
    spoken |= _imported(tree) | {"loop", "self", "caller", "super", "range"}
    chains = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all((nodes.Name, nodes.Getattr)):
        chain = _chain(node) if id(node) not in chains else None
        if chain is None or chain.partition(".")[0] in spoken:
            continue
        if chain not in known and chain not in OFFICE:
            yield f"{name}, ligne {node.lineno} : la variable « {chain} » n’existe pas pour cette lettre"


def _imported(tree: nodes.Template) -> set[str]:
    return {node.target for node in tree.find_all(nodes.Import)}


def _chain(node: nodes.Node) -> str | None:
    """``office.mediator.name`` as it is written; None for anything more than names and dots."""
    if isinstance(node, nodes.Getattr):
        before = _chain(node.node)
        return f"{before}.{node.attr}" if before else None
    return node.name if isinstance(node, nodes.Name) and node.ctx == "load" else None


def where_and_why(error: Exception, name: str) -> str:
    """A trouble of a template in French: file, line, what it is."""
    file = getattr(error, "name", None) or name
    line = getattr(error, "lineno", None)
    if isinstance(error, TemplateNotFound):
        return f"{name} : le fichier « {error.name} » n’existe pas"
    if line is not None:
        return f"{file}, ligne {line} : le modèle ne se lit pas, vérifiez accolades et balises ({error})"
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith((".txt", ".html")):
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    place = f"{file}, ligne {line}" if line else file
    return f"{place} : le modèle ne peut pas être écrit ({error})"
