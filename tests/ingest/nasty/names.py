"""Names of attached files: RFC 2231, RFC 2047 where it is not allowed, and worse."""

from tests.ingest.nasty.mails import PLAIN, Nasty, lines, made_of


def _file(*headers: str | bytes) -> bytes:
    return made_of("mixed", PLAIN, lines(*headers, "", "x"))


_PDF = "Content-Type: application/pdf"
_AS = "Content-Disposition: attachment; "

_DISPOSITIONS: dict[str, tuple[str | bytes, str]] = {
    "token": ("filename=constat.pdf", "constat.pdf"),
    "spaces without quotes": ("filename=mon constat.pdf", "mon constat.pdf"),
    "single quotes": ("filename='constat.pdf'", "constat.pdf"),
    "quote never closed": ('filename="constat.pdf', "constat.pdf"),
    "quotes escaped": (r'filename="le \"constat\".pdf"', "le _constat_.pdf"),
    "semicolon in quotes": ('filename="constat; suite.pdf"', "constat; suite.pdf"),
    "spaces around equals": ('filename = "constat.pdf"', "constat.pdf"),
    "small and large letters": ('FileName="constat.pdf"', "constat.pdf"),
    "folded": ('\r\n\tfilename="mon\r\n constat.pdf"', "mon constat.pdf"),
    "no semicolon": ('filename="a.pdf" size=12', "a.pdf"),
    "told twice": ('filename="a.pdf"; filename="b.pdf"', "a.pdf"),
    "percent": ("filename*=utf-8''d%C3%A9g%C3%A2ts.pdf", "dégâts.pdf"),
    "percent with a language": ("filename*=UTF-8'fr'd%C3%A9g%C3%A2ts.pdf", "dégâts.pdf"),
    "percent in latin-1": ("filename*=iso-8859-1''d%E9g%E2ts.pdf", "dégâts.pdf"),
    "percent in the wrong charset": ("filename*=utf-8''d%E9g%E2ts.pdf", "dégâts.pdf"),
    "percent in an unknown charset": ("filename*=x-unknown''d%C3%A9g.pdf", "dég.pdf"),
    "percent in no charset": ("filename*=''d%C3%A9g.pdf", "dég.pdf"),
    "percent in quotes": ("filename*=\"utf-8''d%C3%A9g.pdf\"", "dég.pdf"),
    "percent without charset at all": ("filename*=d%C3%A9g.pdf", "dég.pdf"),
    "percent cut": ("filename*=utf-8''d%C3%A9g%.pdf", "dég%.pdf"),
    "percent wrong": ("filename*=utf-8''d%ZZg.pdf", "d%ZZg.pdf"),
    "percent where none belongs": ('filename="d%C3%A9g.pdf"', "d%C3%A9g.pdf"),
    "both forms": ("filename=\"degats.pdf\"; filename*=utf-8''d%C3%A9g%C3%A2ts.pdf", "dégâts.pdf"),
    "both forms, other order": ("filename*=utf-8''d%C3%A9g%C3%A2ts.pdf; filename=\"degats.pdf\"", "dégâts.pdf"),
    "pieces": ('filename*0="const"; filename*1="at.pdf"', "constat.pdf"),
    "pieces in wrong order": ('filename*1="at.pdf"; filename*0="const"', "constat.pdf"),
    "pieces with percent": ("filename*0*=utf-8''d%C3%A9; filename*1*=g%C3%A2ts.pdf", "dégâts.pdf"),
    "pieces partly with percent": ("filename*0*=utf-8''d%C3%A9; filename*1=\"gats.pdf\"", "dégats.pdf"),
    "pieces within a letter": ("filename*0*=utf-8''d%C3; filename*1*=%A9g.pdf", "dég.pdf"),
    "ten pieces": ("; ".join(f'filename*{n}="{n}"' for n in range(11)) + '; filename*11=".pdf"', "012345678910.pdf"),
    "a piece missing": ('filename*0="const"; filename*2="at.pdf"', "constat.pdf"),
    "the first piece missing": ('filename*1="constat.pdf"', None),  # type: ignore[dict-item]
    "a piece numbered badly": ('filename*00="const"; filename*01="at.pdf"', None),  # type: ignore[dict-item]
    "encoded word": ('filename="=?utf-8?q?d=C3=A9g=C3=A2ts.pdf?="', "dégâts.pdf"),
    "encoded word without quotes": ("filename==?utf-8?q?d=C3=A9g=C3=A2ts.pdf?=", "dégâts.pdf"),
    "encoded words on two lines": ('filename="=?utf-8?q?d=C3=A9g?=\r\n =?utf-8?q?=C3=A2ts.pdf?="', "dégâts.pdf"),
    "encoded word in pieces": ('filename*0="=?utf-8?q?d=C3=A9g=C3"; filename*1="=A2ts.pdf?="', "dégâts.pdf"),
    "encoded word in base64": ('filename="=?utf-8?B?ZMOpZ8OidHMucGRm?="', "dégâts.pdf"),
    "encoded word with spaces": ('filename="=?iso-8859-1?Q?d=E9g=E2ts du 3.pdf?="', "dégâts du 3.pdf"),
    "raw utf-8": ('filename="dégâts.pdf"', "dégâts.pdf"),
    "raw latin-1": (b'filename="d\xe9g\xe2ts.pdf"', "dégâts.pdf"),
    "raw without quotes": ("filename=dégâts du 3.pdf", "dégâts du 3.pdf"),
    "path": ('filename="/etc/passwd"', "passwd"),
    "path of windows": (r'filename="C:\\Mes documents\\constat.pdf"', "constat.pdf"),
    "path of windows not escaped": (r'filename="C:\Mes documents\constat.pdf"', "constat.pdf"),
    "path in percent": ("filename*=utf-8''..%2F..%2Fconstat.pdf", "constat.pdf"),
    "path in an encoded word": ('filename="=?utf-8?q?..=2Fconstat.pdf?="', "constat.pdf"),
    "line end in percent": ("filename*=utf-8''a%0D%0Ab.pdf", "a b.pdf"),
    "NUL in percent": ("filename*=utf-8''a%00b.pdf", "ab.pdf"),
    "empty": ('filename=""', "piece-jointe.pdf"),
    "dots": ('filename="..."', "piece-jointe.pdf"),
    "of a device": ('filename="CON"', None),  # type: ignore[dict-item]
    "decomposed": ('filename="de\u0301ga\u0302ts.pdf"', None),  # type: ignore[dict-item]
}  # fmt: skip

MAILS = [
    *(
        Nasty(
            f"file name: {name}",
            _file(_PDF, lines(_AS, raw, end=b"")),
            files=None if seen is None else (seen,),
        )
        for name, (raw, seen) in _DISPOSITIONS.items()
    ),
    Nasty("file name in Content-Type alone", _file('Content-Type: application/pdf; name="constat.pdf"'), files=("constat.pdf",)),
    Nasty("file name in both", _file('Content-Type: application/pdf; name="b.pdf"', f'{_AS}filename="a.pdf"'), files=("a.pdf",)),
    Nasty("file name in percent in Content-Type", _file("Content-Type: application/pdf; name*=utf-8''d%C3%A9g.pdf"), files=("dég.pdf",)),
    Nasty("file name in neither", _file(_PDF, "Content-Disposition: attachment"), files=("piece-jointe.pdf",)),
    Nasty("file name without disposition", _file(_PDF, 'Content-Disposition: ; filename="a.pdf"'), files=("a.pdf",)),
    Nasty("unknown disposition", _file(_PDF, 'Content-Disposition: annexe; filename="a.pdf"'), files=("a.pdf",)),
    Nasty("disposition told twice", _file(_PDF, 'Content-Disposition: attachment; filename="a.pdf"', "Content-Disposition: inline"), files=("a.pdf",)),
    Nasty("type without subtype", _file('Content-Type: application; name="a.pdf"'), files=("a.pdf",)),
    Nasty("no type", _file(f'{_AS}filename="a.pdf"'), files=("a.pdf",)),
    Nasty("name in Content-Description", _file(_PDF, "Content-Description: constat.pdf"), files=None),
    Nasty("two files of one name", made_of("mixed", PLAIN, *[lines(f"{_PDF}; name=a.pdf", "", "x")] * 2), files=("a.pdf", "a.pdf")),
]  # fmt: skip
