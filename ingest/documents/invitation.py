"""Invitations (iCalendar, RFC 5545): what a person reads of them."""

import re
from collections.abc import Iterator
from datetime import datetime

from ingest.documents.moments import day, hour

_MOST_EVENTS = 50
_MOST_LINES = 20_000
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;(?:[^:\";]|\"[^\"]*\")*)*):(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_NAME = re.compile(r";CN=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)
_METHODS = {
    "REQUEST": "Invitation",
    "CANCEL": "Annulation",
    "REPLY": "Réponse à une invitation",
    "COUNTER": "Autre proposition",
}
_ANSWERS = {"ACCEPTED": "accepté", "DECLINED": "refusé", "TENTATIVE": "provisoire"}
_ANSWER = re.compile(r";PARTSTAT=([A-Z-]+)", re.IGNORECASE)
_SHOWN = {
    "SUMMARY": "Objet",
    "DTSTART": "Début",
    "DTEND": "Fin",
    "LOCATION": "Lieu",
    "ORGANIZER": "Organisateur",
    "ATTENDEE": "Réponse",
    "DESCRIPTION": "",
}


def read_invitation(text: str) -> str:
    """What the events in a calendar say, in French, one paragraph each."""
    method, events = "", []
    event: dict[str, str] | None = None
    for name, parameters, value in _lines(text):
        if name == "METHOD":
            method = _METHODS.get(value.upper(), "")
        elif (name, value.upper()) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value.upper()) == ("END", "VEVENT") and event is not None:
            events.append(event)
            event = None
        elif event is not None and name in _SHOWN and (said := _said(name, parameters, value)):
            event.setdefault(name, said)
    paragraphs = ["\n".join(_paragraph(one)) for one in events[:_MOST_EVENTS]]
    return "\n\n".join(filter(None, [method, *paragraphs]))


def _paragraph(event: dict[str, str]) -> Iterator[str]:
    for name, label in _SHOWN.items():
        if name in event:
            yield f"{label} : {event[name]}" if label else event[name]


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    """The lines unfolded (3.1): name, parameters, value."""
    for line in _FOLD.sub("", text).splitlines()[:_MOST_LINES]:
        if parted := _LINE.fullmatch(line):
            yield parted[1].upper(), parted[2], parted[3].strip()


def _said(name: str, parameters: str, value: str) -> str:
    if name in ("DTSTART", "DTEND"):
        return _moment(value)
    if name == "ATTENDEE":
        answer = _ANSWER.search(parameters)
        return _ANSWERS.get(answer[1].upper(), "") if answer else ""
    if name == "ORGANIZER":
        named = _NAME.search(parameters)
        address = re.sub("^mailto:", "", value, flags=re.IGNORECASE)
        return f"{(named[1] or named[2]).strip()} ({address})" if named else address
    return _ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], value).strip()


def _moment(value: str) -> str:
    """« 3 mars 2025 à 10:12 », as the writer's clock shows it (3.3.5)."""
    utc = " UTC" if value.endswith("Z") else ""
    for form, shown in (("%Y%m%dT%H%M%S", hour), ("%Y%m%dT%H%M", hour), ("%Y%m%d", day)):
        try:
            then = datetime.strptime(value.rstrip("Z"), form)  # noqa: DTZ007 - only shown
        except ValueError:
            continue
        return shown(then) + utc
    return ""
