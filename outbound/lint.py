"""What a letter must say and must not (regulation §6), seen in letters written for sample cases.

One table: the code of the checklist, its level, and how it is seen. A fault of level S, R or X keeps
a template from being approved; O and T are advice.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from html.parser import HTMLParser
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from config.settings import Office
from outbound.templates import (
    KINDS,
    LAYOUTS,
    Facts,
    Signatory,
    Template,
    TemplateTrouble,
    Written,
    dates_of,
    example,
    render,
    unknown,
)

LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "S": "obligatoire (procédure)",
        "R": "obligatoire (réglementation)",
        "X": "interdit",
        "O": "conseil",
        "T": "typographie",
    }
)
_BLOCKING: Final = frozenset({"S", "R", "X"})
ANSWERS: Final = frozenset(kind for kind in KINDS if kind.startswith("answer_"))
_REFUSALS: Final = frozenset({"answer_partial", "answer_rejected"})


@dataclass(frozen=True)
class Fault:
    """What a template lacks or has too much of, in French."""

    code: str
    level: str
    says: str

    @property
    def blocks(self) -> bool:
        return self.level in _BLOCKING

    def __str__(self) -> str:
        return f"{self.code} – {self.says}"


@dataclass(frozen=True)
class Form:
    """One form of a letter as a client reads it: spaces made plain, so that words can be looked for."""

    name: str  # « texte », « HTML »
    words: str
    raw: str


@dataclass(frozen=True)
class Case:
    """A letter written for a sample case."""

    kind: str
    language: str
    french: str  # what is special about the case
    facts: Facts
    subject: str
    form: Form

    @property
    def office(self) -> Office:
        office: Office = self.facts["office"]
        return office

    @cached_property
    def tags(self) -> "list[tuple[str, dict[str, str]]]":
        return _read(self.form.raw).tags

    @cached_property
    def own_words(self) -> str:
        """What the template itself says: without the office's names and what the case brings."""
        brought = [value for value in self.facts.values() if isinstance(value, str)]
        office = self.office
        brought += [office.name, office.address, office.phone, office.email, office.privacy_url]
        brought += [office.complaint_contact, *office.mediator.model_dump().values()]
        words = f"{self.form.words} \n {self.subject}"
        for one in sorted((one for one in brought if len(one) > 3), key=len, reverse=True):
            words = words.replace(_plain(one), " ")
        return words

    def says(self, *wanted: str) -> bool:
        """Every one of these stands in it."""
        return all(_plain(one) in self.form.words for one in wanted)

    def speaks_of(self, meaning: str) -> bool:
        """One of the ways to say something, in the letter's language."""
        return bool(re.search(_MEANINGS[meaning][self.language], self.form.words, re.IGNORECASE))

    def dates(self, *names: str) -> bool:
        """Every one of these days stands in it, in figures or at length."""
        long, short = dates_of(self.language)
        days = [self.facts[name] for name in names]
        return all(self.says(short(day)) or self.says(long(day)) for day in days)


def lint(template: Template, office: Office) -> tuple[Fault, ...]:
    """Every fault of a template as this office would send it, each told once."""
    return _lint(template, office)


@lru_cache(maxsize=128)
def _lint(template: Template, office: Office) -> tuple[Fault, ...]:
    if unread := [Fault("M", "X", fault) for fault in unknown(template)]:
        return tuple(unread)
    faults: dict[tuple[str, str], Fault] = {}
    try:
        for case in _cases(template, office):
            for rule in RULES:
                if rule.concerns(case) and not rule.holds(case):
                    said = f"{rule.french} ({case.form.name}, {case.french})"
                    faults.setdefault((rule.code, rule.french), Fault(rule.code, rule.level, said))
    except TemplateTrouble as error:
        faults[("M", str(error))] = Fault("M", "X", str(error))
    return tuple(faults.values())


# --- sample cases --------------------------------------------------------------------------

_PLAIN: Final[Mapping[str, Any]] = MappingProxyType({"automatic": False})
_SAMPLES: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("cas complet", _PLAIN),
    ("envoi automatique", {"automatic": True, "signatories": ()}),
    ("reçue le jour de l’envoi, sans heure", {"sent": date(2026, 11, 23), "received_time": ""}),
    ("sans contrat", {"about": ""}),
    ("client professionnel", {"professional": True}),
    ("par la poste", {"by_post": True, "received_time": ""}),
    ("délai dépassé", {"today": date(2027, 3, 1), "new_date": date(2027, 3, 20)}),
    ("délai dépassé, sans nouvelle date", {"today": date(2027, 3, 1), "new_date": None}),
    ("plus d’un an après", {"today": date(2027, 12, 1), "new_date": date(2027, 12, 20)}),
    ("dans le délai", {"new_date": None, "cause": ""}),
    ("deux signataires", {"signatories": (Signatory("Marie Colin", "référent"),
                                          Signatory("Henri Klein", "dirigeant"))}),
)  # fmt: skip


def _cases(template: Template, office: Office) -> Iterator[Case]:
    whole = example(template.kind, office)
    bare = dict.fromkeys(_OPTIONAL & whole.keys(), "")
    for french, changes in (*_SAMPLES, ("rien de facultatif", bare)):
        facts = {**whole, **_PLAIN, **{k: v for k, v in changes.items() if k in whole}}
        facts["layout"] = LAYOUTS[facts["by_post"]]
        yield from _forms(template, french, facts)
    poor = office.model_copy(update={"orias": "", "privacy_url": ""})
    yield from _forms(
        template, "sans ORIAS ni page de données", {**whole, **_PLAIN, "office": poor}
    )


_OPTIONAL: Final = frozenset(
    {"granted", "refused", "reasons", "execution", "decided_by", "gesture", "compensation"}
    | {"address", "why", "still_done", "their_mediator", "said", "cause"}
)


def _forms(template: Template, french: str, facts: Facts) -> Iterator[Case]:
    written: Written = render(template, facts)
    text = Form("texte", _plain(written.text), written.text)
    html = Form("HTML", _plain(_read(written.html).words), written.html)
    case = Case(template.kind, template.language, french, facts, written.subject, text)
    yield case
    yield replace(case, form=html)


def _plain(words: str) -> str:
    return " ".join(words.split())


class _Reader(HTMLParser):
    """What an HTML letter says, and what it would make a mail program do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._hidden = 0

    @property
    def words(self) -> str:
        return "".join(self.said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._hidden += tag in ("style", "script", "head")
        self.said.append(" " if tag in _BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "head") and self._hidden > 0
        self.said.append(" " if tag in _BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)


_BLOCKS = frozenset(
    {"p", "br", "li", "ol", "ul", "h1", "h2", "h3", "h4", "div", "td", "tr", "table", "address"}
)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


# --- what is meant, in each language -------------------------------------------------------

_MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "greeting": {"fr": r"Madame|Monsieur|Bonjour", "de": r"Guten Tag|Sehr geehrte", "en": r"Dear |Good "},
    "complaint": {"fr": r"réclamation", "de": r"Beschwerde", "en": r"complaint"},
    "steps": {"fr": r"assureur|intervenant", "de": r"Versicherer", "en": r"insurer"},
    "pieces": {"fr": r"pièce|document|justificatif", "de": r"Unterlagen", "en": r"document"},
    "answer": {"fr": r"réponse écrite|par écrit", "de": r"schriftlich", "en": r"written|in writing"},
    "soon": {"fr": r"plus tôt|dès que possible|sans attendre|en priorité", "de": r"früher|ohne weiteren|vorrangig",
             "en": r"sooner|without further|first"},
    "informed": {"fr": r"informé|au courant", "de": r"auf dem Laufenden", "en": r"informed"},
    "machine": {"fr": r"automatique", "de": r"automatisch", "en": r"automatic"},
    "person": {"fr": r"personne vous (?:lira|répondra)|une personne", "de": r"ein Mensch", "en": r"a person"},
    "late": {"fr": r"passé|dépassé|échu", "de": r"verstrichen", "en": r"passed"},
    "free": {"fr": r"gratuit", "de": r"kostenlos", "en": r"free of charge"},
    "court": {"fr": r"tribuna[lu]x?|en justice|juge compétent"},
    "written": {"fr": r"réclamation écrite|par écrit"},
    "again": {"fr": r"nouvel examen|réexam"},
    "confidential": {"fr": r"confidentiel"},
    "business": {"fr": r"professionnel", "de": r"beruflich", "en": r"business"},
    "passed_on": {"fr": r"transmis"},
    "why_not_us": {"fr": r"se prononcer|de notre (?:ressort|compétence)|décider à (?:sa|leur) place"},
    "follow": {"fr": r"suivons|assistons|répondons"},
    "unchanged": {"fr": r"n’y change rien|inchangé|ne change pas"},
    "minimum": {"fr": r"nécessaires|utiles à son examen"},
    "no_condition": {"fr": r"pas une condition|sans écrit|même sans"},
    "clock": {"fr": r"fait partir|partent|court à compter"},
    "in_writing": {"fr": r"courriel|répondez à ce message"},
    "by_letter": {"fr": r"poste|courrier"},
    "misread": {"fr": r"à tort|par erreur"},
    "apology": {"fr": r"excus|désolé"},
}  # fmt: skip


# --- the table -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """``holds`` says of a letter written for a case whether all is well."""

    code: str
    level: str
    french: str
    holds: Callable[[Case], bool]
    kinds: frozenset[str] = frozenset(KINDS)
    when: Callable[[Case], bool] = lambda _: True

    def concerns(self, case: Case) -> bool:
        return case.kind in self.kinds and self.when(case)


def _only(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


def _given(*names: str) -> Callable[[Case], bool]:
    return lambda case: all(bool(case.facts[name]) for name in names)


def _fact(*names: str) -> Callable[[Case], bool]:
    return lambda case: all(case.says(*paragraph(case.facts[name])) for name in names)


def paragraph(value: Any) -> list[str]:
    """What must be found of a value: each line of a text, each one of a list."""
    return [one for one in (value.splitlines() if isinstance(value, str) else value) if one]


def _means(*meanings: str) -> Callable[[Case], bool]:
    return lambda case: all(case.speaks_of(meaning) for meaning in meanings)


def _never(pattern: str) -> Callable[[Case], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda case: not compiled.search(case.own_words)


def _in_time(case: Case) -> bool:
    return bool(case.facts["answer_by"] >= case.facts["today"])


def _late(case: Case) -> bool:
    return not _in_time(case)


def _promised(case: Case) -> bool:
    """A new date that is given, and does not hold to the limit."""
    new = case.facts.get("new_date")
    return new is not None and new > case.facts["answer_by"]


def _identity(case: Case) -> bool:
    office = case.office
    return case.says(office.name, office.address, office.phone, office.email)


def _mediator(part: str) -> Callable[[Case], bool]:
    return lambda case: case.says(getattr(case.office.mediator, part))


def _signed(case: Case) -> bool:
    return case.says(*(f"{one.name}, {one.function}" for one in case.facts["signatories"]))


def _no_foreign_date(case: Case) -> bool:
    """A day that is none of the case's was written in the template: it will be past one day."""
    long, short = dates_of(case.language)
    days = [value for value in case.facts.values() if isinstance(value, date)]
    words = case.own_words
    for day in days:
        words = words.replace(long(day), " ").replace(short(day), " ")
    return not _DATE.search(words)


_DATE = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:20)?\d\d\b|\b\d{1,2}(?:er)? (?:janvier|février|mars|avril|mai|juin|juillet"
    r"|août|septembre|octobre|novembre|décembre)\b|\b20\d\d-\d\d-\d\d\b",
    re.IGNORECASE,
)


def _no_past_promise(case: Case) -> bool:
    """No limit that is past is promised: « au plus tard le » a day gone by."""
    long, short = dates_of(case.language)
    found = re.findall(_PROMISE[case.language], case.form.words, re.IGNORECASE)
    late = case.facts["answer_by"]
    return not any(one.startswith((short(late), long(late))) for one in found)


_PROMISE = {
    "fr": r"(?:au plus tard|avant|d’ici|répondrons) le (.{0,40})",
    "de": r"(?:spätestens|bis) (?:am|zum) (.{0,40})",
    "en": r"(?:answer|reply)(?: you)? by (.{0,40})",
}


def _http(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


# 08 1x, 08 2x and 08 9x cost more than a call; 08 05 and the like are free.
_PREMIUM = re.compile(r"(?:\b0|\+33[  .-]?)[  .-]?8[  .-]?[129](?:[  .-]?\d){7}\b")


def _links(case: Case) -> bool:
    """Links lead to the mediator, the office, its privacy page, or a mail to the office."""
    office = case.office
    hosts = {_http(office.mediator.url), _http(office.privacy_url), office.domain} - {""}
    addresses = [where for _, attrs in case.tags for where in [attrs.get("href")]]
    addresses += re.findall(r"https?://[^\s<>\"»]+", case.form.raw)
    return all(
        _http(one) in hosts
        if one.lower().startswith(("http:", "https:"))
        else one.lower().startswith((f"mailto:{office.email}", "tel:"))
        for one in addresses
        if one
    )


def _alone(case: Case) -> bool:
    """Nothing is fetched from elsewhere and nobody is told that the letter was opened."""
    fetching = {"img", "iframe", "object", "embed", "link", "audio", "video", "source", "input"}
    if any(tag in fetching or attrs.keys() & {"src", "background"} for tag, attrs in case.tags):
        return False
    return not re.search(r"url\s*\(|@import|@font-face", case.form.raw, re.IGNORECASE)


def _still(case: Case) -> bool:
    """No script, no form."""
    return not any(
        tag in ("script", "form", "meta-refresh")
        or any(name.startswith("on") for name in attrs)
        or attrs.get("http-equiv", "").lower() == "refresh"
        or any("javascript:" in value.lower() for value in attrs.values())
        for tag, attrs in case.tags
    )


def _accessible(case: Case) -> bool:
    """The language, a title, one first heading and no level skipped."""
    tags = case.tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h[1-6]", tag)]
    steps = all(after - before <= 1 for before, after in pairwise(levels))
    lang = next((attrs.get("lang") for tag, attrs in tags if tag == "html"), None)
    titled = bool(re.search(r"<title>[^<]*\S[^<]*</title>", case.form.raw))
    return lang == case.language and titled and levels[:1] == [1] and levels.count(1) == 1 and steps


def _is_html(case: Case) -> bool:
    return case.form.name == "HTML"


def _is_french(case: Case) -> bool:
    return case.language == "fr"


def _apostrophes(case: Case) -> bool:
    return not re.search(r"[^\W\d]'[^\W\d]", case.own_words)


def _punctuation(case: Case) -> bool:
    words = case.own_words
    return not re.search(r"[^\W\d][;:!?»](?!\w)|«\w|\w[;!?]\w", words)


_DUE = ANSWERS | _only("progress", "redirect", "acknowledgement")
_RECEIPT = _only("acknowledgement", "redirect")

RULES: Final[tuple[Rule, ...]] = (
    # §6.1, what every letter has in common
    Rule("A1", "S", "nom, adresse, téléphone et courriel du cabinet", _identity),
    Rule("A2", "R", "formule d’appel, neutre ou juste", _means("greeting")),
    Rule("A3", "S", "date de la lettre", lambda case: case.dates("today")),
    Rule("A4", "S", "le mot « réclamation » et sa date de réception",
         lambda case: case.speaks_of("complaint") and case.dates("received")),
    Rule("A4", "R", "date d’envoi de la réclamation, si elle diffère", lambda case: case.dates("sent"),
         _RECEIPT, lambda case: bool(case.facts["sent"] != case.facts["received"])),
    Rule("A4", "R", "numéro du dossier, dans la lettre et dans l’objet",
         lambda case: case.says(case.facts["number"])
         and case.facts["number"] in case.subject),
    Rule("X-05", "R", "heure de réception",
         lambda case: case.says(case.facts["received_time"])
         or case.says(case.facts["received_time"].replace(" h ", ":")),
         _only("acknowledgement"), _given("received_time")),
    Rule("A5", "O", "produit ou contrat, en mots neutres", _fact("about"),
         frozenset(KINDS) - _only("false_alarm"), _given("about")),
    Rule("A6", "S", "déroulement : qui examine",
         lambda case: case.says(case.office.complaint_contact), _RECEIPT),
    Rule("A6", "S", "déroulement : assureur consulté, pièces demandées, réponse écrite",
         _means("steps", "pieces", "answer"), _only("acknowledgement")),
    Rule("A7", "S", "date limite de la réponse, en toutes lettres ou JJ/MM/AAAA (P-30)",
         lambda case: case.dates("answer_by"), _RECEIPT | _only("invitation"), _in_time),
    Rule("A7", "S", "réponse plus tôt si possible", _means("soon"), _only("acknowledgement")),
    Rule("A8", "S", "le client sera tenu informé", _means("informed"), _RECEIPT),
    Rule("A9", "R", "à qui s’adresser : service nommé et adresse où l’on répond",
         lambda case: case.says(case.office.email, case.office.phone)
         and not re.search(r"no-?reply|ne[-_. ]?pas[-_. ]?repondre", case.form.words, re.IGNORECASE)),
    Rule("A10", "O", "médiateur : nom, adresse, site, depuis quand et jusqu’à quand",
         lambda case: all(_mediator(one)(case) for one in ("name", "postal", "url"))
         and case.dates("mediation_opens", "mediation_ends"), _only("acknowledgement")),
    Rule("A12", "R", "phrase « message automatique » et comment joindre une personne",
         _means("machine", "person"), when=_given("automatic")),
    Rule("A12", "X", "se dit automatique alors qu’une personne l’écrit",
         lambda case: not case.speaks_of("machine"), when=lambda case: not case.facts["automatic"]),
    Rule("A13", "R", "lien vers la page sur les données personnelles",
         lambda case: case.says(case.office.privacy_url),
         when=lambda case: bool(case.office.privacy_url)),
    # §6.1, X: what no letter says
    Rule("A11", "X", "délai présenté comme suspendu ou allongé", _never(
         r"suspen(?:d|s)|interrom(?:p|t)|(?:délai|il)s? (?:court|courra|commence|part)\w* à compter de la réception"
         r" (?:de la totalité|de l’ensemble|de tou)|prolong(?:e|é|ation du délai)|Frist ruht|clock stops")),
    Rule("A15", "X", "promesse, aveu, blâme, conseil juridique ou publicité", _never(
         r"nous reconnaissons (?:notre|avoir|que nous)|notre (?:faute|responsabilité est|négligence)"
         r"|nous nous engageons à (?:rembours|indemnis)|vous serez (?:remboursé|indemnisé)"
         r"|(?:offre|promotion)s? (?:spéciale|exceptionnelle|commerciale)|profitez|parrain(?:age|ez)"
         r"|nous vous conseillons d’assigner|par la faute de")),
    Rule("A16", "X", "numéro surtaxé (08 1x, 08 2x, 08 9x)",
         lambda case: not _PREMIUM.search(case.form.words)),
    Rule("A16", "X", "frais demandés au client",
         _never(r"frais de (?:dossier|traitement|réclamation)|moyennant|\bpayante?s?\b")),
    Rule("A16", "X", "plateforme européenne de règlement en ligne, fermée",
         _never(r"ec\.europa\.eu|\bODR\b|\bRLL\b|règlement en ligne des litiges")),
    Rule("A16", "X", "service du cabinet nommé « médiateur » (X-29)", lambda case:
         "diateur" not in case.office.complaint_contact.lower()
         and _never(r"(?:notre|nos) (?:service (?:de )?)?média(?:teur|tion)|médiat(?:eur|rice|ion) interne"
                    r"|média(?:teur|tion) d[ue] (?:notre )?cabinet|service (?:de )?médiation")(case)),
    Rule("I1", "X", "« irrecevable »", _never(r"irrecevab|unzulässig|inadmissible")),
    Rule("I2", "X", "rejet sans raison (« non fondée »)",
         _never(r"(?:non|pas|mal) fondée?s?\b|infondée?s?\b|unbegründet|unfounded")),
    Rule("I3", "X", "médiation découragée, ou soumise à une condition", _never(
         r"avoir épuisé|épuisement des (?:recours|voies)|après avoir (?:saisi|sollicité) notre"
         r"|inutile de saisir|déconseill|seulement si nous|obligatoirement (?:d’abord|au préalable)")),
    Rule("I4", "X", "mot de santé", _never(
         r"malad(?:ie|e)\b|médica(?:l|ux|ment)|hospitalis|diagnosti|handicap|grossesse|cancer|dépressi"
         r"|invalidité|arrêt de travail|patholog|chirurg|\bpsy(?:ch|\b)")),
    Rule("I5", "X", "blanchiment, soupçon (L.561-18 CMF)",
         _never(r"tracfin|blanchiment|déclaration de soupçon")),
    Rule("I6", "X", "date écrite en dur : elle sera un jour passée", _no_foreign_date),
    Rule("I7", "X", "promet pour une date déjà passée", _no_past_promise, when=_late),
    # §6.2, progress (B1 and B7 are A4 and A9)
    Rule("B2", "S", "ce qui a été fait", _fact("done"), _only("progress")),
    Rule("B3", "S", "ce qui reste, qui est attendu", _fact("remaining"), _only("progress")),
    Rule("B4", "R", "cause du retard", _fact("cause"), _only("progress"), _given("cause")),
    Rule("B5", "R", "nouvelle date de réponse", lambda case: case.dates("new_date"),
         _only("progress"), _given("new_date")),
    Rule("B5", "R", "date limite, tant qu’elle tient", lambda case: case.dates("answer_by"),
         _only("progress"), lambda case: _in_time(case) and case.facts["new_date"] is None),
    Rule("B6", "R", "médiateur : nom, adresse, site, depuis quand et jusqu’à quand",
         lambda case: all(_mediator(one)(case) for one in ("name", "postal", "url"))
         and case.dates("mediation_opens", "mediation_ends"), _only("progress")),
    Rule("B8", "O", "excuse quand la date n’est pas tenue", _means("apology"),
         _only("progress"), _promised),
    # §6.3 and §6.4, answers (C8 is D3, C10 is A9, C11 is A3)
    Rule("C1", "R", "date de la réclamation et son sujet", _fact("about"), ANSWERS, _given("about")),
    Rule("C2", "R", "chaque point de la réclamation", _fact("points"), ANSWERS),
    Rule("C4", "R", "le texte de la réponse, en entier", _fact("body"), ANSWERS),
    Rule("C5", "R", "comment et quand elle est exécutée", _fact("execution"), ANSWERS, _given("execution")),
    Rule("C5", "R", "montant de l’indemnisation", _fact("compensation"), ANSWERS, _given("compensation")),
    Rule("C6", "S", "montant du geste commercial", _fact("gesture"), ANSWERS, _given("gesture")),
    Rule("C9", "S", "signataires avec leur fonction", _signed, ANSWERS),
    Rule("D1", "R", "ce qui est accordé", _fact("granted"), ANSWERS - _only("answer_rejected"),
         _given("granted")),
    Rule("D1", "R", "ce qui est refusé, à part", _fact("refused"),
         ANSWERS - _only("answer_accepted"), _given("refused")),
    Rule("D2", "R", "les raisons", _fact("reasons"), ANSWERS, _given("reasons")),
    Rule("D3a", "S", "voies de recours : nom du médiateur", _mediator("name"), ANSWERS),
    Rule("D3b", "R", "voies de recours : adresse postale du médiateur", _mediator("postal"), ANSWERS),
    Rule("D3c", "R", "voies de recours : site du médiateur", _mediator("url"), ANSWERS),
    Rule("D3d", "O", "médiation gratuite et confidentielle", _means("free", "confidential"), ANSWERS),
    Rule("D3e", "R", "médiateur : depuis quand et jusqu’à quand",
         lambda case: case.dates("mediation_opens", "mediation_ends"), ANSWERS),
    Rule("D3e", "R", "médiateur : après une réclamation écrite, sans tribunal saisi",
         _means("written", "court"), ANSWERS),
    Rule("D3f", "R", "le tribunal reste ouvert", _means("court"), ANSWERS),
    Rule("D3g", "O", "nouvel examen possible, sans obligation", _means("again"), ANSWERS),
    Rule("D4", "R", "texte pour les professionnels (X-30)", _means("business"),
         ANSWERS, _given("professional")),
    Rule("D5", "R", "qui a décidé, son service, son médiateur", _fact("decided_by"),
         ANSWERS, _given("decided_by")),
    # §6.5, redirection
    Rule("E2", "R", "pourquoi le cabinet n’est pas le seul destinataire", _means("why_not_us"),
         _only("redirect")),
    Rule("E2", "R", "la raison écrite par une personne", _fact("why"), _only("redirect"), _given("why")),
    Rule("E3", "R", "nom de l’organisme compétent", _fact("to"), _only("redirect")),
    Rule("E3", "R", "son service des réclamations", _fact("address"), _only("redirect"), _given("address")),
    Rule("E4", "R", "fait et date de la transmission",
         lambda case: case.speaks_of("passed_on") and case.dates("redirected_on"), _only("redirect")),
    Rule("E5", "R", "ce que le cabinet fait encore",
         lambda case: _fact("still_done")(case) if case.facts["still_done"] else case.speaks_of("follow"),
         _only("redirect")),
    Rule("E6", "R", "le délai ne change pas", _means("unchanged"), _only("redirect")),
    Rule("E7", "R", "le médiateur de l’autre organisme", _fact("their_mediator"),
         _only("redirect"), _given("their_mediator")),
    Rule("E7", "R", "le médiateur du cabinet", lambda case: all(
         _mediator(one)(case) for one in ("name", "postal", "url")), _only("redirect")),
    Rule("E8", "R", "seules les données nécessaires sont transmises", _means("minimum"), _only("redirect")),
    # §6.6, invitation
    Rule("F1", "R", "ce qui a été dit", _fact("said"), _only("invitation"), _given("said")),
    Rule("F3", "R", "comment écrire : courriel et poste", _means("in_writing", "by_letter"), _only("invitation")),
    Rule("F4", "R", "c’est gratuit", _means("free"), _only("invitation")),
    Rule("F5", "R", "la date de l’écrit fait partir les délais de l’ACPR", _means("clock"), _only("invitation")),
    Rule("F6", "R", "l’écrit n’est pas une condition", _means("no_condition"), _only("invitation")),
    Rule("G1", "R", "l’accusé était une erreur, avec une excuse", _means("misread", "apology"),
         _only("false_alarm")),
    # §6.7, the form
    Rule("H1", "X", "script, formulaire ou rechargement", _still, when=_is_html),
    Rule("H2", "X", "image, feuille ou police prise ailleurs : elle trahit l’ouverture", _alone, when=_is_html),
    Rule("H3", "X", "lien ailleurs que le cabinet, le médiateur ou les données personnelles", _links),
    Rule("H4", "R", "langue, titre et suite des intertitres (accessibilité)", _accessible, when=_is_html),
    Rule("T1", "T", "apostrophe droite (') au lieu de ’", _apostrophes, when=_is_french),
    Rule("T2", "T", "espace manquante devant ; : ! ? ou près de « »", _punctuation, when=_is_french),
)  # fmt: skip


def blocking(faults: Iterable[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.blocks]
