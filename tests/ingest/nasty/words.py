"""Encoded words (RFC 2047) in every broken form, seen in the subject."""

import base64

from tests.ingest.nasty.mails import Nasty, mail


def _b(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset)).decode()


_HALVES = "Réclamé".encode()

# What stands in the header, what a reader sees.
_SUBJECTS: dict[str, tuple[str | bytes, str]] = {
    "Q": ("=?utf-8?Q?R=C3=A9clamation?=", "Réclamation"),
    "q": ("=?UTF-8?q?R=C3=A9clamation?=", "Réclamation"),
    "B": (f"=?utf-8?B?{_b('Réclamation')}?=", "Réclamation"),
    "b": (f"=?utf-8?b?{_b('Réclamation')}?=", "Réclamation"),
    "small hex": ("=?utf-8?q?r=c3=a9clam=c3=a9?=", "réclamé"),
    "underscores": ("=?utf-8?q?Ma_r=C3=A9clamation_du_3?=", "Ma réclamation du 3"),
    "spaces within": ("=?utf-8?q?Ma r=C3=A9clamation du 3?=", "Ma réclamation du 3"),
    "fold within": ("=?utf-8?q?Ma r=C3=A9clamation\r\n du 3?=", "Ma réclamation du 3"),
    "tab within": ("=?utf-8?q?Ma\tr=C3=A9clamation?=", "Ma réclamation"),
    "neighbours": ("=?utf-8?q?R=C3=A9?= =?utf-8?q?clam=C3=A9?=", "Réclamé"),
    "neighbours on two lines": ("=?utf-8?q?R=C3=A9?=\r\n =?utf-8?q?clam=C3=A9?=", "Réclamé"),
    "neighbours on two lines, tab": ("=?utf-8?q?R=C3=A9?=\r\n\t=?utf-8?q?clam=C3=A9?=", "Réclamé"),
    "neighbours without space": ("=?utf-8?q?R=C3=A9?==?utf-8?q?clam=C3=A9?=", "Réclamé"),
    "neighbours with a space inside": ("=?utf-8?q?Ma_?= =?utf-8?q?r=C3=A9clamation?=", "Ma réclamation"),
    "neighbours in two charsets": ("=?utf-8?q?R=C3=A9?= =?iso-8859-1?q?clam=E9?=", "Réclamé"),
    "neighbours in two ways": (f"=?utf-8?q?R=C3=A9?= =?utf-8?b?{_b('clamé')}?=", "Réclamé"),
    "letter split": ("=?utf-8?q?R=C3?= =?utf-8?q?=A9clamation?=", "Réclamation"),
    "letter split in base64": (f"=?utf-8?b?{base64.b64encode(_HALVES[:2]).decode()}?=\r\n =?utf-8?b?{base64.b64encode(_HALVES[2:]).decode()}?=", "Réclamé"),
    "base64 split anywhere": (f"=?utf-8?b?{_b('Réclamation urgente')[:6]}?= =?utf-8?b?{_b('Réclamation urgente')[6:]}?=", "Réclamation urgente"),
    "letter split between charsets of one name": ("=?utf-8?q?R=C3?= =?UTF-8?q?=A9clamation?=", "Réclamation"),
    "words between": ("Ma =?utf-8?q?r=C3=A9clamation?= du 3", "Ma réclamation du 3"),
    "glued before": ("Ma=?utf-8?q?_r=C3=A9clamation?=", "Ma réclamation"),
    "glued after": ("=?utf-8?q?R=C3=A9clamation?=: suite", "Réclamation: suite"),
    "in quotes": ('"=?utf-8?q?R=C3=A9clamation?="', '"Réclamation"'),
    "in brackets": ("[=?utf-8?q?R=C3=A9clamation?=]", "[Réclamation]"),
    "in parentheses": ("(=?utf-8?q?R=C3=A9clamation?=)", "(Réclamation)"),
    "no end": ("=?utf-8?q?R=C3=A9clamation", "Réclamation"),
    "half an end": ("=?utf-8?q?R=C3=A9clamation?", "Réclamation"),
    "no end in base64": (f"=?utf-8?b?{_b('Réclamation')}", "Réclamation"),
    "no padding": (f"=?utf-8?b?{_b('Réclamé').rstrip('=')}?=", "Réclamé"),
    "too much padding": (f"=?utf-8?b?{_b('Réclamé')}===?=", "Réclamé"),
    "padding within": (f"=?utf-8?b?{_b('Réc')}==?= =?utf-8?b?{_b('lamé')}?=", "Réclamé"),
    "padding between two pieces in one": (f"=?utf-8?b?{_b('Réclame')}{_b('r')}?=", "Réclamer"),
    "spaces in base64": (f"=?utf-8?b?{_b('Réclam')} {_b('ation')}?=", "Réclamation"),
    "rubbish in base64": (f"=?utf-8?b?{_b('Réclamé')[:5]}*!{_b('Réclamé')[5:]}?=", "Réclamé"),
    "no base64 at all": ("=?utf-8?b?*?= suite", "suite"),
    "base64 for URLs": ("=?utf-8?b?w6_Dvw==?=", "ïÿ"),
    "cut hex": ("=?utf-8?q?r=C3=A9clam=C3=A?=", None),  # type: ignore[dict-item]
    "wrong hex": ("=?utf-8?q?r=C3=A9clam=ZZ?=", "réclam=ZZ"),
    "raw letters within": ("=?utf-8?q?Réclamation?=", "Réclamation"),
    "raw latin-1 letters within": (b"=?iso-8859-1?q?R\xe9clamation?=", "Réclamation"),
    "question mark within": ("=?utf-8?q?Remboursement_quand?_D=C3=A9j=C3=A0!?=", "Remboursement quand? Déjà!"),
    "equals at the end": ("=?utf-8?q?R=C3=A9clam=?=", None),  # type: ignore[dict-item]
    "empty word": ("=?utf-8?q??= suite", "suite"),
    "empty base64": ("=?utf-8?b??=", ""),
    "with a language": ("=?utf-8*fr?q?R=C3=A9clamation?=", "Réclamation"),
    "in latin-1": ("=?iso-8859-1?q?L=92indemnit=E9?=", "L’indemnité"),
    "in latin-9": ("=?iso-8859-15?q?12_=A4?=", "12 €"),
    "in windows": ("=?windows-1252?q?L=92indemnit=E9_de_12_=80?=", "L’indemnité de 12 €"),
    "in utf-7": ("=?utf-7?q?R+AOk-clamation?=", "Réclamation"),
    "in utf-16": (f"=?utf-16?b?{_b('Réclamé', 'utf-16')}?=", "Réclamé"),
    "in gb2312, really utf-8": ("=?gb2312?q?R=C3=A9clamation?=", "Réclamation"),
    "in gb2312": (f"=?gb2312?b?{_b('保险合同', 'gb2312')}?=", "保险合同"),
    "in iso-2022-jp, twice": (f"=?iso-2022-jp?b?{_b('保険', 'iso-2022-jp')}?= =?iso-2022-jp?b?{_b('契約', 'iso-2022-jp')}?=", "保険契約"),
    "in mac": ("=?macintosh?q?R=8Eclam=8E?=", "Réclamé"),
    "in nothing": ("=??q?R=C3=A9clamation?=", "Réclamation"),
    "in unknown-8bit": ("=?unknown-8bit?q?R=C3=A9clamation?=", "Réclamation"),
    "in x-unknown": ("=?x-unknown?q?R=E9clamation?=", "Réclamation"),
    "in a quoted charset": ('=?"utf-8"?q?R=C3=A9clamation?=', "Réclamation"),
    "in us-ascii with latin-1": ("=?us-ascii?q?R=E9clamation?=", "Réclamation"),
    "in utf-8 with latin-1": ("=?utf-8?q?R=E9clamation?=", "Réclamation"),
    "unknown way": ("=?utf-8?x?Reclamation?=", "=?utf-8?x?Reclamation?="),
    "no way": ("=?utf-8?Reclamation?=", "=?utf-8?Reclamation?="),
    "encoded twice": (f"=?utf-8?b?{_b('=?utf-8?q?R=C3=A9clamation?=')}?=", "=?utf-8?q?R=C3=A9clamation?="),
    "word within a word": ("=?utf-8?q?=?utf-8?q?R=C3=A9clamation?=?=", None),  # type: ignore[dict-item]
    "line end encoded": ("=?utf-8?q?R=C3=A9clam=C3=A9=0D=0ABcc:_x@y.example?=", "Réclamé Bcc: x@y.example"),
    "NUL encoded": ("=?utf-8?q?R=C3=A9=00clam=C3=A9?=", "Ré clamé"),
    "direction override encoded": ("=?utf-8?q?=E2=80=AER=C3=A9clam=C3=A9?=", "Réclamé"),
    "soft hyphen encoded": ("=?utf-8?q?R=C3=A9=C2=ADclam=C3=A9?=", "Réclamé"),
    "no-break space encoded": ("=?utf-8?q?Dossier_n=C2=B0=C2=A012?=", "Dossier n°\u00a012"),
    "plus within": ("=?utf-8?q?R=C3=A9clamation+urgente?=", "Réclamation+urgente"),
    "overlong": (f"=?utf-8?q?{'R=C3=A9clam=C3=A9_' * 60}?=", ("Réclamé " * 60).strip()),
    "space before the end": ("=?utf-8?q?R=C3=A9clamation ?=", "Réclamation"),
    "space after the beginning": ("=?utf-8?q? R=C3=A9clamation?=", "Réclamation"),
    "spaces around the way": ("=?utf-8? q ?R=C3=A9clamation?=", None),  # type: ignore[dict-item]
    "word and raw letters": ("=?utf-8?q?R=C3=A9clamation?= réitérée", "Réclamation réitérée"),
    "word and raw latin-1 letters": (b"=?utf-8?q?R=C3=A9clamation?= r\xe9it\xe9r\xe9e", "Réclamation réitérée"),
    "percent": ("R%C3%A9clamation", "R%C3%A9clamation"),
    "quoted-printable without word": ("R=C3=A9clamation", "R=C3=A9clamation"),
    "a face in two": (f"=?utf-8?b?{base64.b64encode('😡'.encode()[:2]).decode()}?= =?utf-8?b?{base64.b64encode('😡'.encode()[2:]).decode()}?=", "😡"),
}  # fmt: skip

MAILS = [
    Nasty(f"word: {name}", mail(subject=raw), subject=subject, lacks=("\ufffd",))
    for name, (raw, subject) in _SUBJECTS.items()
]
