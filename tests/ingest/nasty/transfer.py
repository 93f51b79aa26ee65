"""Content-Transfer-Encoding: missing, wrong, unknown, broken half-way."""

import base64
import binascii

from tests.ingest.nasty.mails import WORDS, Nasty, in_base64, in_quoted, made_of, mail, part

_TYPE = "Content-Type: text/plain; charset=utf-8"
_LONG = "Je conteste votre décision du 3 mars. " * 40
_B = base64.b64encode(WORDS.encode()).decode()


def _sent(
    name: str, way: str, body: str | bytes, text: str | None = WORDS, **more: object
) -> Nasty:
    return Nasty(name, mail(body, _TYPE, f"Content-Transfer-Encoding: {way}"), text=text, **more)  # type: ignore[arg-type]


def _uu(data: bytes) -> bytes:
    rows = [binascii.b2a_uu(data[n : n + 45]).rstrip(b"\n") for n in range(0, len(data), 45)]
    return b"\r\n".join([b"begin 644 lettre.txt", *rows, b"`", b"end", b""])


MAILS = [
    *(_sent(f"way: {way}", way, WORDS) for way in ("7bit", "8bit", "8BIT", "binary", "8bit;", '"8bit"', "8 bit", "utf-8", "none", "inconnu", "7-bit", "", "x-yenc", "quoted_printable")),
    *(_sent(f"base64 as {way}", way, in_base64(WORDS)) for way in ("base64", "BASE64", "Base64;", '"base64"', "base64 (RFC)", "base64 ; x", "base-64", " base64 ", "x-base64")),
    *(_sent(f"quoted as {way}", way, in_quoted(WORDS)) for way in ("quoted-printable", "QUOTED-PRINTABLE", "Quoted-Printable;", '"quoted-printable"', "quoted-printable (x)")),
    Nasty("told twice", mail(in_base64(WORDS), _TYPE, "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: 8bit"), text=WORDS),
    Nasty("told twice, the second right", mail(in_base64(WORDS), _TYPE, "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64"), text=None),
    # --- base64
    _sent("base64 without padding", "base64", _B.rstrip("=")),
    _sent("base64 with too much padding", "base64", f"{_B}===="),
    _sent("base64 with one letter too much", "base64", f"{_B}A" if not _B.endswith("=") else _B.rstrip("=") + "=A"),
    _sent("base64 in one line", "base64", base64.b64encode(_LONG.encode()), _LONG.strip()),
    _sent("base64 in lines of one", "base64", "\r\n".join(_B)),
    _sent("base64 in lines padded each", "base64", "\r\n".join(base64.b64encode(each.encode()).decode() for each in ("Je ", "réclame", " encore")), "Je réclame encore"),
    _sent("base64 with spaces", "base64", " ".join(_B)),
    _sent("base64 with rubbish", "base64", f"{_B[:7]}*!é{_B[7:]}"),
    _sent("base64 with LF", "base64", in_base64(_LONG).replace(b"\r\n", b"\n"), _LONG.strip()),
    _sent("base64 with CR", "base64", in_base64(_LONG).replace(b"\r\n", b"\r"), _LONG.strip()),
    _sent("base64 with blank lines", "base64", in_base64(_LONG).replace(b"\r\n", b"\r\n\r\n"), _LONG.strip()),
    Nasty("base64 with a footer after", mail(in_base64(WORDS) + b"\r\n_______\r\nListe des voisins", _TYPE, "Content-Transfer-Encoding: base64"), contains=(WORDS,)),
    _sent("base64 for URLs", "base64", base64.urlsafe_b64encode("ïÿ>? ?~".encode()), "ïÿ>? ?~"),
    _sent("base64 said, words sent", "base64", "J'attends mon remboursement.", "J'attends mon remboursement."),
    _sent("base64 said, accents sent", "base64", WORDS),
    _sent("base64 said, quoted sent", "base64", in_quoted(WORDS), None),
    _sent("base64 said, nothing sent", "base64", "", ""),
    _sent("base64 cut", "base64", base64.b64encode(_LONG.encode())[:41], _LONG.encode()[:30].decode()),
    _sent("base64 twice", "base64", in_base64(in_base64(WORDS)), None),
    _sent("base64 not said", "7bit", in_base64(WORDS), None),
    # --- quoted-printable
    _sent("quoted with soft ends", "quoted-printable", "J=E2=80=99att=\r\nends.", "J’attends."),
    _sent("quoted with soft ends and spaces", "quoted-printable", "J'att=  \r\nends.", "J'attends."),
    _sent("quoted with soft ends in LF", "quoted-printable", b"J'att=\nends.", "J'attends."),
    _sent("quoted with soft ends in CR", "quoted-printable", b"J'att=\rends.", "J'attends."),
    _sent("quoted with a soft end at the end", "quoted-printable", "J'attends.=", "J'attends."),
    _sent("quoted with a soft end at the end of lines", "quoted-printable", "J'attends.=\r\n", "J'attends."),
    _sent("quoted in small letters", "quoted-printable", "d=c3=a9=c3=a7ue", "déçue"),
    _sent("quoted with rubbish", "quoted-printable", "d=C3=A9=XYu = a=", None, contains=("dé=XYu",)),
    _sent("quoted with half a code", "quoted-printable", "d=C3=A9=4", "dé=4"),
    _sent("quoted with raw letters", "quoted-printable", "déçue et d=C3=A9=C3=A7ue", "déçue et déçue"),
    _sent("quoted with addresses of pages", "quoted-printable", "https://x.example/?a=zz&b=3Dc", "https://x.example/?a=zz&b=c"),
    _sent("quoted said, words sent", "quoted-printable", "a = b", "a = b"),
    _sent("quoted line of 10 000", "quoted-printable", "=C3=A9" * 10_000, "é" * 10_000),
    _sent("quoted line ends encoded", "quoted-printable", "a=0D=0Ab=0Ac=0Dd", "a\nb\nc\nd"),
    _sent("quoted NUL", "quoted-printable", "a=00b", "ab"),
    _sent("quoted spaces at the ends of lines", "quoted-printable", "a=20=20\r\nb   \r\nc", "a  \nb\nc"),
    _sent("quoted equals at the end of the line", "quoted-printable", "a=3D\r\nb", "a=\nb"),
    _sent("quoted letter over a soft end", "quoted-printable", "d=C3=\r\n=A9j=C3=A0", "déjà"),
    _sent("quoted underscores", "quoted-printable", "a_b", "a_b"),
    _sent("quoted, not said", "7bit", "d=C3=A9=C3=A7ue", "d=C3=A9=C3=A7ue"),
    # --- the old ways
    _sent("uuencode", "x-uuencode", _uu(WORDS.encode())),
    _sent("uuencode by its other name", "uuencode", _uu(WORDS.encode())),
    _sent("uuencode without end", "x-uuencode", _uu(WORDS.encode()).partition(b"`")[0]),
    _sent("uuencode without beginning", "x-uuencode", "rien de tel", "rien de tel"),
    Nasty("uuencode in the text", mail(b"Voir ci-joint.\r\n\r\n" + _uu(b"x" * 100), "Content-Type: text/plain"), contains=("Voir ci-joint.",)),
    _sent("binhex", "binhex", "(This file must be converted with BinHex 4.0)\r\n:$f*TEQKPH#jdH\"4[9!:", None, contains=("BinHex",)),
    _sent("yenc", "x-yenc", b"=ybegin line=128 size=4 name=a.txt\r\n\x8b\x8c\x8d\x8e\r\n=yend size=4", None, contains=("=ybegin",)),
    Nasty("encoding in a part", made_of("mixed", part("text/plain; charset=utf-8", in_base64(WORDS), "Content-Transfer-Encoding: BASE64")), text=WORDS),
    Nasty("encoding before the type", made_of("mixed", part("", in_base64(WORDS), "Content-Transfer-Encoding: base64", "Content-Type: text/plain; charset=utf-8")), text=WORDS),
]  # fmt: skip
