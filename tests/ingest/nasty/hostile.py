"""Mails made to stop a program: too deep, too many, too long. Kept small enough for every day;
``python -m tests.fuzz.limits`` measures the large ones.
"""

from tests.ingest.nasty.mails import JEANNE, WORDS, Nasty, lines, mail

_HEAD = lines(f"From: {JEANNE}", "Subject: Remboursement", "")
_SENDER = ("Jeanne Mangin", "jeanne.mangin@courriel.example")


def _bomb(name: str, data: bytes, *defects: str, text: str | None = None) -> Nasty:
    return Nasty(
        f"hostile: {name}",
        data,
        sender=_SENDER,
        subject="Remboursement",
        defects=defects,
        text=text,
    )


def _nested(depth: int) -> bytes:
    level = "Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"
    return _HEAD + "".join(level.format(n=n) for n in range(depth)).encode() + WORDS.encode()


_MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

MAILS = [
    _bomb("50 deep", _nested(50)),
    _bomb("1 000 deep", _nested(1_000)),
    _bomb("5 000 deep, never closed", _nested(5_000)),
    _bomb("1 000 deep with one boundary", _HEAD + (_MIXED + b"--b\r\n") * 1_000 + WORDS.encode()),
    _bomb("1 000 enclosed mails", _HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + WORDS.encode()),
    _bomb("10 000 parts", _HEAD + _MIXED + b"--b\r\nContent-Type: text/plain\r\n\r\nmot\r\n" * 10_000, "too-many-parts"),
    _bomb("10 000 files", _HEAD + _MIXED + b"--b\r\nContent-Type: image/png\r\n\r\nmot\r\n" * 10_000, "too-many-parts"),
    _bomb("100 000 boundaries", _HEAD + _MIXED + b"--b\r\n" * 100_000),
    _bomb("a header of ten megabytes", lines(f"From: {JEANNE}", "Subject: Remboursement", "X-A: " + "a" * 10_000_000, "", WORDS), "headers-cut", text=WORDS),
    _bomb("ten megabytes of headers", lines(f"From: {JEANNE}", "Subject: Remboursement", *["X-A: aaaaaaaaaaaaaaaaaaaa"] * 400_000, "", WORDS), "headers-cut", text=WORDS),
    _bomb("parameters", mail(WORDS, "Content-Type: text/plain; " + "a=b; " * 40_000), text=WORDS),
    _bomb("a name in 10 000 pieces", mail(WORDS, "Content-Type: text/plain" + "".join(f"; name*{n}*=a" for n in range(10_000))), text=WORDS),
    _bomb("encoded words", mail(WORDS, "Cc: " + "=?utf-8?q?=C3=A9?= " * 10_000), text=WORDS),
    _bomb("an encoded word without end", mail(WORDS, "X-A: =?utf-8?q?" + "=?utf-8?q?" * 20_000), text=WORDS),
    _bomb("brackets", mail(WORDS, "Cc: " + "<" * 100_000), text=WORDS),
    _bomb("parentheses", mail(WORDS, "Cc: " + "(" * 100_000), text=WORDS),
    _bomb("quotes in the recipients", mail(WORDS, "Cc: " + '"\\' * 100_000), text=WORDS),
    _bomb("references", mail(WORDS, "References: " + "<a@b>" * 40_000), text=WORDS),
    _bomb("references never closed", mail(WORDS, "References: " + "<" * 200_000), text=WORDS),
    _bomb("hops", mail(WORDS, *["Received: from a by b; Mon, 3 Mar 2025 10:12:00 +0100"] * 3_000), text=WORDS),
    _bomb("one hop without end", mail(WORDS, "Received: " + "from a (b) by " * 15_000), text=WORDS),
    _bomb("a line of a megabyte", mail("a" * 999_000), text="a" * 999_000),
    _bomb("a line of quotes", mail(">" * 100_000 + WORDS)),
    _bomb("a line of spaces", mail(" " * 100_000 + WORDS), text=WORDS),
    _bomb("blank lines", mail("Un" + "\r\n" * 200_000 + "deux")),
    _bomb("attributions", mail("Le 3 mars 2025 à 10:12, \r\n" * 20_000)),
    _bomb("header blocks in the text", mail("De : a\r\nEnvoyé : b\r\n" * 20_000)),
    _bomb("unclosed tags", mail("<p><b>" * 50_000 + WORDS, "Content-Type: text/html")),
    _bomb("HTML brackets", mail("<" * 200_000, "Content-Type: text/html")),
    _bomb("HTML attributes", mail("<p " + " ".join(f"a{n}=1" for n in range(20_000)) + f">{WORDS}</p>", "Content-Type: text/html; charset=utf-8")),
    _bomb("HTML entities", mail("&#x" * 100_000, "Content-Type: text/html")),
    _bomb("HTML tables within tables", mail("<table><tr><td>" * 3_000 + WORDS, "Content-Type: text/html; charset=utf-8")),
    _bomb("injected second head", mail(f"{WORDS}\r\n\r\nFrom: voleur@x.example\r\nSubject: Autre")),
    _bomb("formulas", mail("=cmd|' /C calc'!A0"), text="=cmd|' /C calc'!A0"),
    _bomb("template", mail("{{ 7*7 }} ${7*7} <%= 7*7 %> %s %n {0}"), text="{{ 7*7 }} ${7*7} <%= 7*7 %> %s %n {0}"),
]  # fmt: skip
