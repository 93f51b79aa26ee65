"""What no probability may hide from a person (regulation R8, §4.5, rows 74 and 75)."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.labels import Label
from classifier.language import language_of
from classifier.signals import signals_in
from classifier.text import any_of, fold
from classifier.triage import Judged
from ingest.documents.document import NO_WORDS

# Other languages are beyond what the corpus teaches: a person reads them.
_READ = "fr"
_FEW_WORDS = 30
_HARDLY_ANY = 15
_LETTER = any_of(r"""
    (?:courriers?|lettres?|reclamations?)\b.{0,60}\b(?:joint|pj\b|piece|annexe|fichier|photo)
    (?:joint|pj\b|piece|annexe|fichier|photo|voir)\b.{0,60}\b(?:courriers?|lettres?|reclamations?)
""")
_ENCLOSED = any_of(r"""
    \bci[- ](?:joint|inclus|annexe)|\bjoins\b|\bjointe?s? (?:a (?:ce|mon|notre)\b|au present)
    \b(?:documents?|fichiers?|pieces?|dossiers?|copies?|scans?|pdf|courriels?|mails?) (?:joint|annexe)
    \bpj\b|\bp\.j\.|\b(?:en|voir) (?:l'|les? |la |mon |ma )?(?:annexe|piece|fichier|document)
""")


@dataclass(frozen=True)
class Signs:
    """What a mail shows whatever its words weigh."""

    signals: tuple[str, ...]
    language: str
    speaks_elsewhere: bool

    def must_be_seen(self, likeliest: Label) -> bool:
        return (
            bool(self.signals)
            or self.language != _READ
            or self.speaks_elsewhere
            or likeliest == Label.COMPLAINT
        )


def signs_of(mail: Judged) -> Signs:
    language = language_of(f"{mail.subject}\n{mail.text}")
    return Signs(signals_in(mail), language, _speaks_elsewhere(mail))


def _speaks_elsewhere(mail: Judged) -> bool:
    """Whether what is meant stands in an attachment: « voir ma lettre ci-jointe »."""
    if not mail.text.strip():
        return mail.attachments > 0
    short = len(mail.text.split()) <= _FEW_WORDS
    return short and _LETTER.search(fold(f"{mail.subject}\n{mail.text}")) is not None


def hides_words(subject: str, own: str, troubles: Sequence[str]) -> bool:
    """Whether what a mail has to say may stand in files that could not be read, for the troubles
    told: it says hardly anything itself, or that one should look there. A photograph without words
    may be of a damage as well as of a letter by hand: then a letter must be spoken of.
    """
    if not troubles:
        return False
    said = fold(f"{subject}\n{own}")
    if len(own.split()) < _HARDLY_ANY or _LETTER.search(said):
        return True
    return any(trouble != NO_WORDS for trouble in troubles) and bool(_ENCLOSED.search(said))
