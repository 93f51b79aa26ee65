"""The examples a model learns from, and what of a mail is judged: the same for both."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from classifier.gate import hides_words
from classifier.labels import Label
from classifier.text import fold
from classifier.triage import Judged
from ingest.forwards import forwarded_in
from ingest.mail import Attachment, Forwarded, Mail
from ingest.quoting import split

LONGEST = 20_000  # characters judged of a mail: what follows is annexes, and costs time
_FROM_ATTACHMENTS = 6_000  # characters, where the mail is but a note that covers them
_BESIDES = 1_500  # where it speaks for itself: contracts and invoices would drown what it says
_COVER_NOTE = 40  # words, greeting and name included

_MYSELF = re.compile(r"\b(?:je|moi|mon|ma|mes|me)\b|\b[jm]'")
_OURSELVES = re.compile(r"\b(?:nous|notre|nos)\b")
_ADDRESSED = re.compile(r"\b(?:madame|mesdames|monsieur|messieurs|bonjour)\b")
_HEADED = re.compile(
    r"\breclam|\bmise en demeure|\bcontest|\bmecontent|\bplainte|\blitige|\bmediat"
)
_HEAD = 600  # characters
_TOO_SHORT_TO_TELL = 30  # words
_MAILS = ("message/rfc822", "message/global")


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
    original = forwarded_in(subject, body[:LONGEST])
    text, history = _apart(new, quoted, original)
    return Judged(
        subject=subject,
        text=text,
        quoted=history,
        from_name=from_name,
        from_email=from_email,
        original_name=original.name if original else "",
        original_email=original.email if original else "",
    )


def judged_from_mail(mail: Mail) -> Judged:
    """What is judged of a mail: its author's newest words, then what its attachments say. Where he
    only covers a letter with a note, the letter is what he says.
    """
    new, quoted = mail.new_text[:LONGEST], mail.quoted_text[:LONGEST]
    text, history = _apart(new, quoted, mail.original)
    is_cover = len(text.split()) <= _COVER_NOTE
    said = _letters_in(mail.attachments)[: _FROM_ATTACHMENTS if is_cover else _BESIDES]
    troubles = [one.trouble for one in mail.attachments if one.trouble]
    return Judged(
        subject=mail.subject,
        text="\n\n".join(part for part in (text, said) if part.strip()),
        quoted=history,
        from_name=mail.sender.name,
        from_email=mail.sender.email,
        original_name=mail.original.name if mail.original else "",
        original_email=mail.original.email if mail.original else "",
        attachments=len(mail.attachments),
        unread=hides_words(mail.subject, text, troubles),
    )


def _apart(new: str, quoted: str, original: Forwarded | None) -> tuple[str, str]:
    """What is judged, and what is only history. Forwarded words are judged with the forwarder's:
    they are somebody's who has not been heard yet (regulation R1).
    """
    if not new.strip():
        return quoted, ""
    if original and original.how == "inline":
        return f"{new}\n\n{quoted}".strip(), ""
    return new, quoted


def _letters_in(attachments: Iterable[Attachment]) -> str:
    """What people say in attachments. Contracts, invoices and conditions are nobody's words: beside
    them, what a mail says would be drowned.
    """
    return "\n\n".join(one.text.strip() for one in attachments if _is_said_by_somebody(one))


def _is_said_by_somebody(attachment: Attachment) -> bool:
    """A mail; else a text that speaks of its writer or is addressed to somebody, or is headed as
    complaints are.
    """
    text = attachment.text.strip()
    if attachment.content_type in _MAILS or len(text.split()) < _TOO_SHORT_TO_TELL:
        return bool(text)
    folded = fold(text[:_FROM_ATTACHMENTS])
    head = folded[:_HEAD]
    return (
        len(_MYSELF.findall(folded)) > 1
        or (len(_OURSELVES.findall(folded)) > 1 and _ADDRESSED.search(head) is not None)
        or _HEADED.search(head) is not None
    )


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
