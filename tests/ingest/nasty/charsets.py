"""Every charset that French mail comes in, as it should be and as it is declared."""

from tests.ingest.nasty.mails import Nasty, in_base64, in_quoted, mail

_SAID = "Réclamation : l’été, Noël, çà et là, où ? « œuvre » à 12 €"
_LATIN = "Réclamation : l'été, Noël, çà et là, où ? « oeuvre »"
_DOS = "Réclamation : l'été, Noël, çà et là, où ?"
_ASCII = "Rien que des lettres simples"


def _in(
    name: str, declared: str | None, body: bytes, text: str, *headers: str, **more: object
) -> Nasty:
    kind = [] if declared is None else [f"Content-Type: text/plain; charset={declared}"]
    return Nasty(name, mail(body, *kind, *headers), text=text, **more)  # type: ignore[arg-type]


_QP = "Content-Transfer-Encoding: quoted-printable"
_B64 = "Content-Transfer-Encoding: base64"

MAILS = [
    # --- as declared
    *(_in(f"utf-8 as {said}", said, _SAID.encode(), _SAID) for said in ("utf-8", "UTF8", '"utf-8"', "utf_8", "Utf-8", "'utf-8'", "unicode-1-1-utf-8", "utf-8-sig")),
    _in("utf-8 with a mark", "utf-8", b"\xef\xbb\xbf" + _SAID.encode(), _SAID),
    _in("utf-8 in base64", "utf-8", in_base64(_SAID), _SAID, _B64),
    _in("utf-8 in quoted-printable", "utf-8", in_quoted(_SAID), _SAID, _QP),
    _in("latin-1", "iso-8859-1", _LATIN.encode("latin-1"), _LATIN),
    *(_in(f"windows as {said}", said, _SAID.encode("cp1252"), _SAID) for said in ("windows-1252", "cp1252", "iso-8859-1", "us-ascii", "latin1", "x-ansi", "cp-1252", "windows1252", "ANSI", "x-cp1252")),
    *(_in(f"latin-9 as {said}", said, "12 € cœur".encode("iso-8859-15"), "12 € cœur") for said in ("iso-8859-15", "ISO8859-15", "latin-9", "iso_8859-15", "latin9")),
    *(_in(f"mac as {said}", said, _SAID.replace("€", "F").encode("mac_roman"), _SAID.replace("€", "F")) for said in ("macintosh", "x-mac-roman", "MacRoman", "x-macroman")),
    *(_in(f"dos as {said}", said, _DOS.encode("cp850"), _DOS) for said in ("cp850", "ibm850")),
    _in("dos of America", "cp437", "Déjà à l'été".encode("cp437"), "Déjà à l'été"),
    _in("utf-16 with a mark", "utf-16", in_base64(_SAID, "utf-16"), _SAID, _B64),
    _in("utf-16, little end first", "utf-16le", in_base64(_SAID, "utf-16-le"), _SAID, _B64),
    _in("utf-16, big end first", "utf-16be", in_base64(_SAID, "utf-16-be"), _SAID, _B64),
    _in("utf-16 without mark", "utf-16", in_base64(_SAID, "utf-16-be"), _SAID, _B64),
    _in("utf-16 not declared", None, in_base64(_SAID, "utf-16"), _SAID, _B64),
    _in("utf-32", "utf-32", in_base64(_SAID, "utf-32"), _SAID, _B64),
    _in("utf-7", "utf-7", _SAID.encode("utf-7"), _SAID),
    _in("utf-7 as unicode-1-1", "unicode-1-1-utf-7", _SAID.encode("utf-7"), _SAID),
    _in("japanese", "iso-2022-jp", "保険".encode("iso-2022-jp"), "保険"),
    _in("chinese", "gb2312", "保险合同".encode("gb2312"), "保险合同"),
    _in("chinese of windows", "gb2312", "保險€".encode("gbk", "ignore"), "保險"),
    _in("korean of windows", "ks_c_5601-1987", "보험 똠".encode("cp949"), "보험 똠"),
    _in("russian", "koi8-r", "договор".encode("koi8-r"), "договор"),
    _in("hebrew", "iso-8859-8-i", "ביטוח".encode("iso-8859-8"), "ביטוח"),
    _in("vietnamese quotes", "windows-1258", b"L=92indemnit=E9", "L’indemnité", _QP),
    _in("turkish", "iso-8859-9", "Çok güzel, été".encode("iso-8859-9"), "Çok güzel, été"),
    _in("turkish with windows quotes", "iso-8859-9", b"L\x92\xe9t\xe9", "L’été"),
    _in("central european", "iso-8859-2", "Dvořák".encode("iso-8859-2"), "Dvořák"),
    _in("decomposed accents", "utf-8", "E\u0301te\u0301 a\u0300 Noe\u0308l".encode(), "E\u0301te\u0301 a\u0300 Noe\u0308l"),
    # --- wrongly declared
    *(_in(f"utf-8 as {said}", said, _SAID.encode(), _SAID) for said in ("iso-8859-1", "us-ascii", "windows-1252", "gb2312", "koi8-r", "iso-8859-15", "macintosh", "big5")),
    *(_in(f"unknown {said}", said, _SAID.encode("cp1252"), _SAID, defects=("charset-guessed",)) for said in ("unknown-8bit", "x-unknown", "x-user-defined", "default", "_autodetect", "binary", "8bit", '""', "utf-8")),
    *(_in(f"utf-8 as unknown {said}", said, _SAID.encode(), _SAID) for said in ("unknown-8bit", "_iso-2022-jp$ESC", "utf-88", "utf-8http-equivcontent-type", '"utf-8', "utf-8'", "=utf-8", "?utf-8?Q", "%charset%", "{$charset}")),
    *(_in(f"python’s own {said}", said, b"d\\xe9\xc3\xa9", "d\\xe9é") for said in ("unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "rot13", "base64", "hex", "zlib", "mbcs", "oem", "string-escape")),
    _in("not declared, utf-8", None, _SAID.encode(), _SAID),
    _in("not declared, windows", None, _SAID.encode("cp1252"), _SAID, defects=("charset-guessed",)),
    _in("declared twice", "iso-8859-15; charset=utf-8", _SAID.encode(), _SAID),
    _in("declared twice, first right", "utf-8; charset=iso-8859-1", in_quoted(_SAID), _SAID, _QP),
    _in("declared with spaces", " utf-8 ", _SAID.encode(), _SAID),
    _in("declared with a language", "utf-8; charset*=us-ascii'fr'utf-8", _SAID.encode(), _SAID),
    _in("declared on the next line", "\r\n utf-8", _SAID.encode(), _SAID),
    _in("declared with a comment", "iso-8859-15 (euro)", "12 €".encode("iso-8859-15"), "12 €"),
    _in("declared translit", "iso-8859-15//TRANSLIT", "12 €".encode("iso-8859-15"), "12 €"),
    _in("declared in extended form", "x; charset*=utf-8''iso-8859-15", _SAID.encode(), _SAID),
    _in("utf-16 declared, ascii sent", "utf-16", _ASCII.encode(), _ASCII),
    _in("utf-16 declared, utf-8 sent", "utf-16", _SAID.encode(), _SAID),
    _in("utf-7 declared, utf-8 sent", "utf-7", _SAID.encode(), _SAID),
    _in("japanese declared, french sent", "iso-2022-jp", _SAID.encode("cp1252"), _SAID),
    _in("dutch bytes in utf-8", "utf-8", "Réclamé ".encode() + b"l\x92\xe9t\xe9 " + "à l’été, Noël".encode(), "Réclamé l’été à l’été, Noël"),
    _in("utf-8 cut at its end", "utf-8", _SAID.encode()[:-1], _SAID[:-2], defects=("charset-guessed",)),
    _in("utf-8 in overlong form", "utf-8", b"d\xc0\xafx", "dÀ¯x"),
    _in("utf-8 with surrogates", "utf-8", b"a\xed\xa0\x80b", "aí\u00a0€b", lacks=("\ud800",)),
    _in("utf-7 with surrogates", "utf-7", b"a+2AA-b", "a+2AA-b"),
    _in("letters read twice", "utf-8", "RÃ©clamation".encode(), "RÃ©clamation"),
    _in("invisible signs", "utf-8", "ré\u00adcla\u200bma\u2060tion\ufeff".encode(), "réclamation"),
    _in("direction overrides", "utf-8", "\u202eréclamation\u202c".encode(), "réclamation"),
    _in("faces", "utf-8", "Merci 😡👨‍👩‍👧".encode(), "Merci 😡👨‍👩‍👧"),
    _in("faces as surrogates", "utf-8", "Merci \ud83d\ude21".encode("utf-8", "surrogatepass"), None, lacks=("\ud83d",)),  # type: ignore[arg-type]
    _in("line ends of Unicode", "utf-8", "a\u2028b\u2029c\x85d".encode(), "a\nb\nc\nd"),
]  # fmt: skip
