"""Parts, boundaries and kinds of text: what is the body of a mail?"""

from tests.ingest.nasty.mails import (
    HTML,
    PLAIN,
    WORDS,
    Nasty,
    in_base64,
    lines,
    made_of,
    mail,
    multipart,
    part,
)

_OTHER = "Merci de me répondre."
_SECOND = part("text/plain; charset=utf-8", _OTHER)
_BOTH = f"{WORDS}\n{_OTHER}"
_PICTURE = part("image/png; name=logo.png", "PNG", "Content-ID: <logo>")
_LETTER = part(
    "text/plain; charset=utf-8", _OTHER, 'Content-Disposition: attachment; filename="lettre.txt"'
)
_ENCLOSED = lines(
    "Content-Type: message/rfc822",
    "",
    "From: Paul <paul@x.example>",
    "Subject: Ancien",
    "",
    "Ancien message.",
)


def _declared(kind: str, *headers: str) -> bytes:
    return mail(WORDS, f"Content-Type: {kind}", *headers)


def _parts(boundary_line: str, *body: str | bytes) -> bytes:
    return mail(lines(*body), boundary_line)


_MIXED = "Content-Type: multipart/mixed; boundary="

MAILS = [
    # --- the type of a simple mail
    *(
        Nasty(f"type: {said}", _declared(said), text=WORDS, files=())
        for said in (
            "text/plain", "TEXT/PLAIN", "text", "text/", "plain", "/", "", ";", "text/plain;", "text/plain;;;;",
            "text/plain charset=utf-8", "text/plain, charset=utf-8", "text/plain; charset", "text/plain; =utf-8",
            "text /plain", '"text/plain"', "text/plain; charset=utf-8; format", "text/plain (simple)", "text/x-unknown-thing",
            "text/plain; charset=utf-8\r\n\tformat=fixed", "text/plain; charset=\"utf-8\"format=fixed", "foo/bar/baz", "X-unknown",
        )
    ),
    Nasty("no MIME-Version", _declared("text/plain; charset=utf-8"), text=WORDS),
    Nasty("MIME-Version 2", _declared("text/plain; charset=utf-8", "MIME-Version: 2.0"), text=WORDS),
    Nasty("two types, the first counts", mail(WORDS, "Content-Type: text/plain; charset=utf-8", "Content-Type: application/pdf"), text=WORDS),
    Nasty("plain said to be HTML", _declared("text/html; charset=utf-8"), text=WORDS),
    Nasty("HTML said to be plain", mail(f"<html><body><p>{WORDS}</p></body></html>", "Content-Type: text/plain; charset=utf-8"), text=WORDS),
    Nasty("HTML with a comment said to be plain", mail(f"<!-- x -->\r\n<!DOCTYPE html><html><body>{WORDS}</body></html>"), text=WORDS),
    Nasty("single body as an attachment", _declared("text/plain; charset=utf-8", "Content-Disposition: attachment; filename=a.txt"), text=WORDS),
    Nasty("single PDF", mail("%PDF", "Content-Type: application/pdf; name=a.pdf"), text="", files=("a.pdf",)),
    Nasty("text/enriched", mail("<bold>Bonjour</bold> <<tous>>", "Content-Type: text/enriched"), contains=("Bonjour",)),
    Nasty("text/markdown", _declared("text/markdown; charset=utf-8"), contains=(WORDS,)),
    # --- boundaries
    Nasty("two texts", made_of("mixed", PLAIN, _SECOND), text=_BOTH),
    Nasty("boundary without quotes", _parts(f"{_MIXED}b", "--b", PLAIN, "--b", _SECOND, "--b--"), text=_BOTH),
    Nasty("boundary in single quotes", _parts(f"{_MIXED}'b'", "--'b'", PLAIN, "--'b'--"), text=WORDS),
    Nasty("boundary in capitals", _parts("CONTENT-TYPE: MULTIPART/MIXED; BOUNDARY=B", "--B", PLAIN, "--B--"), text=WORDS),
    Nasty("boundary with spaces", _parts(f'{_MIXED}"une limite"', "--une limite", PLAIN, "--une limite--"), text=WORDS),
    Nasty("boundary with spaces and no quotes", _parts(f"{_MIXED}une limite", "--une limite", PLAIN, "--une limite--"), text=WORDS),
    Nasty("boundary with spaces at its end", _parts(f'{_MIXED}"b  "', "--b", PLAIN, "--b--"), text=WORDS),
    Nasty("boundary lines with spaces", _parts(f"{_MIXED}b", "--b   ", PLAIN, "--b \t", _SECOND, "--b--  "), text=_BOTH),
    Nasty("boundary with a colon and no quotes", _parts(f"{_MIXED}a:b/c=d", "--a:b/c=d", PLAIN, "--a:b/c=d--"), text=WORDS),
    Nasty("boundary with a semicolon", _parts(f'{_MIXED}"a;b"', "--a;b", PLAIN, "--a;b--"), text=WORDS),
    Nasty("boundary with signs of regexes", _parts(f'{_MIXED}"(.*)[b]+"', "--(.*)[b]+", PLAIN, "--(.*)[b]+--"), text=WORDS),
    Nasty("boundary in 8 bits", _parts(f'{_MIXED}"é"', "--é", PLAIN, "--é--"), contains=(WORDS,)),
    Nasty("boundary of 200 letters", _parts(f"{_MIXED}{'b' * 200}", "--" + "b" * 200, PLAIN, "--" + "b" * 200 + "--"), text=WORDS),
    Nasty("boundary folded", _parts("Content-Type: multipart/mixed;\r\n\tboundary=\r\n\tb", "--b", PLAIN, "--b--"), text=WORDS),
    Nasty("boundary continued", _parts('Content-Type: multipart/mixed; boundary*0="a"; boundary*1="b"', "--ab", PLAIN, "--ab--"), text=WORDS),
    Nasty("boundary told twice", _parts(f"{_MIXED}b; boundary=c", "--b", PLAIN, "--b--"), text=WORDS),
    Nasty("boundary quote never closed", _parts(f'{_MIXED}"b', "--b", PLAIN, "--b--"), text=WORDS),
    Nasty("boundary with dashes of its own", _parts(f"{_MIXED}--b", "----b", PLAIN, "----b--"), text=WORDS),
    Nasty("boundary missing", _parts("Content-Type: multipart/mixed", "--b", PLAIN, "--b--"), contains=(WORDS,), lacks=("Content-Type",)),
    Nasty("boundary empty", _parts(f'{_MIXED}""', "--", PLAIN, "----"), contains=(WORDS,)),
    Nasty("boundary wrong", _parts(f"{_MIXED}c", "--b", PLAIN, "--b--"), contains=(WORDS,), lacks=("Content-Type",)),
    Nasty("boundary never closed", _parts(f"{_MIXED}b", "--b", PLAIN, "--b", _SECOND), text=_BOTH),
    Nasty("boundary closed at once", _parts(f"{_MIXED}b", "--b--"), text=""),
    Nasty("boundary cut", _parts(f"{_MIXED}b", "--b", PLAIN, "--"), contains=(WORDS,)),
    Nasty("boundary within the text", _parts(f"{_MIXED}b", "--b", part("text/plain", "a --b c\r\n --b\r\n--bc\r\nd"), "--b--"), contains=("a --b c", " --b", "--bc", "d")),
    Nasty("parts after the end", _parts(f"{_MIXED}b", "--b", PLAIN, "--b--", "--b", _SECOND, "--b--"), contains=(WORDS,)),
    Nasty("words before and after", _parts(f"{_MIXED}b", "Ceci est un message MIME.", "--b", PLAIN, "--b--", "Pied de page"), text=WORDS),
    Nasty("no parts but words", _parts(f"{_MIXED}b", WORDS), text=WORDS),
    Nasty("empty part", _parts(f"{_MIXED}b", "--b", "--b", PLAIN, "--b--"), text=WORDS),
    Nasty("part without headers", _parts(f"{_MIXED}b", "--b", "", WORDS, "--b--"), text=WORDS),
    Nasty("part without blank line", _parts(f"{_MIXED}b", "--b", "Content-Type: text/plain; charset=utf-8", WORDS, "--b--"), text=WORDS),
    Nasty("part that begins with words", _parts(f"{_MIXED}b", "--b", WORDS, "--b--"), text=WORDS),
    Nasty("LF boundaries", _parts(f"{_MIXED}b", b"--b\n" + PLAIN.replace(b"\r\n", b"\n") + b"\n--b--\n"), text=WORDS),
    Nasty("CR boundaries", mail(lines("--b", PLAIN, "--b--"), f"{_MIXED}b").replace(b"\r\n", b"\r"), text=WORDS),
    Nasty("CR CR LF boundaries", made_of("mixed", PLAIN, _SECOND).replace(b"\r\n", b"\r\r\n"), contains=(WORDS, _OTHER)),
    Nasty("transfer encoding of the whole", mail(multipart("mixed", PLAIN).partition(b"\r\n\r\n")[2], f"{_MIXED}b", "Content-Transfer-Encoding: quoted-printable"), text=WORDS),
    Nasty("whole in base64", mail(in_base64(multipart("mixed", PLAIN).partition(b"\r\n\r\n")[2]), f"{_MIXED}b", "Content-Transfer-Encoding: base64"), text=WORDS),
    # --- within each other
    Nasty("same boundary for both", mail(lines("--b", f'{_MIXED}"b"', "", "--b", PLAIN, "--b--", "--b--"), f"{_MIXED}b"), contains=(WORDS,)),
    Nasty("inner boundary begins like the outer", made_of("mixed", multipart("alternative", PLAIN, HTML, boundary="bb"), _SECOND), text=_BOTH),
    Nasty("outer boundary begins like the inner", mail(lines("--bb", multipart("alternative", PLAIN, HTML, boundary="b"), "--bb", _SECOND, "--bb--"), f"{_MIXED}bb"), text=_BOTH),
    Nasty("inner never closed", mail(lines("--b", f"{_MIXED}c", "", "--c", PLAIN, "--b", _SECOND, "--b--"), f"{_MIXED}b"), text=_BOTH),
    Nasty("ten deep", made_of("mixed", *[multipart("mixed", multipart("mixed", multipart("mixed", PLAIN, boundary="e"), boundary="d"), boundary="c")]), text=WORDS),
    Nasty("alternative", made_of("alternative", PLAIN, HTML), text=WORDS),
    Nasty("alternative the wrong way round", made_of("alternative", HTML, PLAIN), text=WORDS),
    Nasty("alternative with empty plain", made_of("alternative", part("text/plain", ""), HTML), text=WORDS),
    Nasty("alternative with plain of blanks", made_of("alternative", part("text/plain", "\r\n \u00a0\r\n"), HTML), text=WORDS),
    Nasty("alternative with empty HTML", made_of("alternative", PLAIN, part("text/html", "")), text=WORDS),
    Nasty("alternative with HTML alone", made_of("alternative", HTML), text=WORDS),
    Nasty("alternative with two plains", made_of("alternative", PLAIN, PLAIN), contains=(WORDS,)),
    Nasty("alternative with AMP", made_of("alternative", PLAIN, part("text/x-amp-html", "<html amp4email>x</html>"), HTML), text=WORDS),
    Nasty("alternative with a calendar", made_of("alternative", PLAIN, part("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")), text=WORDS),
    Nasty("alternative of nothing", made_of("alternative"), text=""),
    Nasty("related", made_of("related", HTML, _PICTURE), text=WORDS, files=("logo.png",)),
    Nasty("related with its root last", made_of("related", _PICTURE, HTML), text=WORDS, files=("logo.png",)),
    Nasty("alternative within related", made_of("related", multipart("alternative", PLAIN, HTML, boundary="c"), _PICTURE), text=WORDS),
    Nasty("related within alternative", made_of("alternative", PLAIN, multipart("related", HTML, _PICTURE, boundary="c")), text=WORDS, files=("logo.png",)),
    Nasty("unknown kind of multipart", made_of("x-bizarre", PLAIN, _SECOND), text=_BOTH),
    Nasty("multipart without kind", made_of("", PLAIN, _SECOND), contains=(WORDS,)),
    # --- body and files
    Nasty("letter as a file", made_of("mixed", PLAIN, _LETTER), text=WORDS, files=("lettre.txt",)),
    Nasty("text after a file", made_of("mixed", PLAIN, part("application/pdf; name=a.pdf", "x"), _SECOND), text=_BOTH, files=("a.pdf",)),
    Nasty("file before the text", made_of("mixed", part("application/pdf; name=a.pdf", "x"), PLAIN), text=WORDS, files=("a.pdf",)),
    Nasty("file alone", made_of("mixed", part("application/pdf; name=a.pdf", "x")), text="", files=("a.pdf",)),
    Nasty("plain, then HTML", made_of("mixed", PLAIN, part("text/html; charset=utf-8", f"<p>{_OTHER}</p>")), text=_BOTH),
    Nasty("inline text with a name comes first", made_of("mixed", part("text/plain; charset=utf-8; name=corps.txt", WORDS)), text=WORDS),
    Nasty("signed", made_of('signed; protocol="application/pgp-signature"', PLAIN, part("application/pgp-signature; name=signature.asc", "x")), text=WORDS, files=("signature.asc",)),
    Nasty("signed with S/MIME", made_of('signed; protocol="application/pkcs7-signature"', PLAIN, part("application/pkcs7-signature; name=smime.p7s", "x")), text=WORDS, files=("smime.p7s",)),
    Nasty("encrypted", made_of("encrypted", part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream; name=encrypted.asc", "x")), defects=("encrypted",)),
    Nasty("apple double", made_of("mixed", PLAIN, multipart("appledouble", part("application/applefile; name=a.pdf", "x"), part("application/pdf; name=a.pdf", "x"), boundary="c")), text=WORDS),
    Nasty("digest", made_of("digest", lines("", "From: a@x.example", "Subject: Un", "", "Premier."), lines("", "From: b@x.example", "Subject: Deux", "", "Second.")), contains=("Premier.", "Second.")),
    Nasty("enclosed mail", made_of("mixed", PLAIN, _ENCLOSED), text=WORDS, new_text=WORDS),
    Nasty("enclosed mail in base64", made_of("mixed", part("message/rfc822", in_base64(lines("From: paul@x.example", "Subject: Ancien", "", "Ancien message.")), "Content-Transfer-Encoding: base64")), contains=("Ancien message.",)),
    Nasty("enclosed mail in quoted-printable", made_of("mixed", part("message/rfc822", "From: paul@x.example\r\nSubject: Ancien\r\nContent-Type: text/plain; charset=3Dutf-8\r\n\r\nAncien =C3=A9crit.", "Content-Transfer-Encoding: quoted-printable")), contains=("Ancien écrit.",)),
    Nasty("enclosed mail without headers", made_of("mixed", part("message/rfc822", "\r\nAncien message.")), contains=("Ancien message.",)),
    Nasty("enclosed mail of nothing", made_of("mixed", PLAIN, part("message/rfc822", "")), text=WORDS),
    Nasty("whole is an enclosed mail", mail(lines("From: paul@x.example", "Subject: Ancien", "", "Ancien message."), "Content-Type: message/rfc822"), contains=("Ancien message.",)),
    Nasty("partial", mail(WORDS, 'Content-Type: message/partial; id="a@x.example"; number=1; total=2'), contains=()),
    Nasty("external body", made_of("mixed", PLAIN, part('message/external-body; access-type=URL; URL="https://x.example/a.pdf"', "Content-Type: application/pdf\r\n\r\n")), text=WORDS),
    Nasty("feedback report inside", made_of("mixed", PLAIN, part("message/feedback-report", "Feedback-Type: abuse")), text=WORDS),
    Nasty("winmail", made_of("mixed", PLAIN, part("application/ms-tnef; name=winmail.dat", "x")), text=WORDS),
    Nasty("PGP in the text", mail(f"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n{WORDS}\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n-----END PGP SIGNATURE-----"), contains=(WORDS,)),
    Nasty("visiting card", made_of("mixed", PLAIN, part("text/vcard; name=jeanne.vcf", "BEGIN:VCARD\r\nFN:Jeanne\r\nEND:VCARD")), text=WORDS),
    Nasty("RTF letter", made_of("mixed", PLAIN, part("text/rtf; name=a.rtf", "{\\rtf1 Bonjour}")), text=WORDS, files=("a.rtf",)),
    Nasty("HTML as a file", made_of("mixed", PLAIN, part("text/html; name=a.html", "<p>x</p>", "Content-Disposition: attachment; filename=a.html")), text=WORDS, files=("a.html",)),
    Nasty("delivery status in a person’s mail", made_of("mixed", PLAIN, part("text/plain", "Action: failed", "Content-Disposition: attachment; filename=rapport.txt")), text=WORDS),
    Nasty("content headers twice in a part", made_of("mixed", lines("Content-Type: text/plain; charset=utf-8", "Content-Type: application/pdf", "", WORDS)), text=WORDS),
    Nasty("footer of a list", made_of("mixed", PLAIN, part("text/plain; charset=utf-8", "_______\r\nListe des voisins", "Content-Disposition: inline")), contains=(WORDS, "Liste des voisins")),
]  # fmt: skip
