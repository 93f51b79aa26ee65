"""The examples a model learns from, and what of a mail is judged: the same for both."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from classifier.labels import Label
from classifier.triage import Judged
from ingest.mail import Attachment, Mail
from ingest.quoting import split

LONGEST = 20_000  # characters judged of a mail: what follows is annexes, and costs time
_FROM_ATTACHMENTS = 6_000


class BadCorpus(ValueError):
    """A line of a corpus that cannot be used: the file, the line and the fault, in French."""


@dataclass(frozen=True)
class Example:
    """A mail with the label it has been given.

    No writer and no batch may stand on both sides of an honest split.
    """

    judged: Judged
    label: Label
    writer: str = ""
    batch: str = ""
    doubt: bool = False  # a careful colleague would want to look (regulation R8)
    difficulty: str = ""
    id: str = ""
    reproach: tuple[str, ...] = ()  # the author's words that make it a complaint
    weight: float = 1.0  # how much it counts in learning; what the office decided counts more


def load() -> list[Example]:
    """The shipped corpus, always in the same order. Raises ``BadCorpus``."""
    return [example for file in _shipped() for example in _examples(file.name, _lines(file))]


def load_frozen() -> list[Example]:
    """Shipped mails that no model ever learns from: one judges them by it. Raises ``BadCorpus``."""
    files_ = _shipped("frozen")
    return [example for file in files_ for example in _examples(file.name, _lines(file))]


def read(path: Path) -> list[Example]:
    """The examples of one file. Raises ``BadCorpus``, or ``OSError``."""
    return list(_examples(str(path), _lines(path)))


def corpus_digest() -> str:
    """SHA-256 of the shipped corpus, in hex."""
    whole = hashlib.sha256()
    for file in _shipped():
        whole.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()


def judged(*, subject: str, body: str, from_name: str = "", from_email: str = "") -> Judged:
    """What is judged of a mail that is known by its body alone."""
    new, quoted = split(body[:LONGEST])
    text, history = _apart(subject, new, quoted)
    return Judged(subject, text, history, from_name, from_email)


def judged_from_mail(mail: Mail) -> Judged:
    """What is judged of a mail: its author's newest words, then what its attachments say."""
    new, quoted = mail.new_text[:LONGEST], mail.quoted_text[:LONGEST]
    text, history = _apart(mail.subject, new, quoted)
    said = _text_of(mail.attachments)
    return Judged(
        subject=mail.subject,
        text="\n\n".join(part for part in (text, said) if part.strip()),
        quoted=history,
        from_name=mail.sender.name,
        from_email=mail.sender.email,
        attachments=len(mail.attachments),
    )


_FORWARDED_SUBJECT = re.compile(r"\s*(?:tr|fwd?|wg)\s*:", re.IGNORECASE)
_FORWARDED = re.compile(
    r"[\s>_*-]*(?:(?:d[ée]but du )?message (?:transf|r[ée]exp)|forwarded message|begin forwarded)",
    re.IGNORECASE,
)


def _apart(subject: str, new: str, quoted: str) -> tuple[str, str]:
    """What is judged, and what is only history. Forwarded words are judged with the forwarder's:
    they are somebody's who has not been heard yet (regulation R1).
    """
    if not new.strip():
        return quoted, ""
    if _FORWARDED_SUBJECT.match(subject) or _FORWARDED.match(quoted):
        return f"{new}\n\n{quoted}".strip(), ""
    return new, quoted


def _text_of(attachments: Iterable[Attachment]) -> str:
    texts = (attachment.text.strip() for attachment in attachments)
    return "\n\n".join(text for text in texts if text)[:_FROM_ATTACHMENTS]


def _shipped(*below: str) -> list[Traversable]:
    folder = files("classifier").joinpath("corpus", *below)
    found = [file for file in folder.iterdir() if file.name.endswith(".jsonl")]
    return sorted(found, key=lambda file: file.name)


def _lines(file: Traversable) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise BadCorpus(f"{file.name} n’est pas en UTF-8 ({error.reason}).") from error


def _examples(name: str, lines: Iterable[str]) -> Iterator[Example]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _example(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            raise BadCorpus(f"{name}, ligne {number} : {_fault(error)}.") from error


def _example(fields: dict[str, object]) -> Example:
    def text(name: str) -> str:
        return str(fields.get(name) or "")

    body = fields["text"] if "text" in fields else fields["body"]
    return Example(
        judged=judged(
            subject=text("subject"),
            body=str(body or ""),
            from_name=text("from_name"),
            from_email=text("from_email"),
        ),
        label=_label(fields["label"]),
        writer=text("writer"),
        batch=text("batch"),
        doubt=fields.get("doubt") is True,
        difficulty=text("difficulty"),
        id=text("id"),
        reproach=_texts(fields.get("reproach")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _label(name: object) -> Label:
    try:
        return Label(str(name))
    except ValueError:
        raise ValueError(f"l’étiquette « {name} » n’existe pas") from None


def _fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"ce n’est pas du JSON ({error.msg}, colonne {error.colno})"
    if isinstance(error, KeyError):
        field = "text" if error.args[0] == "body" else error.args[0]
        return f"le champ « {field} » manque"
    if isinstance(error, TypeError):
        return "un objet JSON {…} est attendu"
    return str(error)
