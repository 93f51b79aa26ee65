"""The header block: how it begins, ends, breaks and contradicts itself."""

from tests.ingest.nasty.mails import JEANNE, WORDS, Nasty, lines, mail

_SENDER = ("Jeanne Mangin", "jeanne.mangin@courriel.example")
_PROPER = mail()


def _read(name: str, data: bytes, **others: object) -> Nasty:
    """A mail that must be read as if nothing were wrong with it."""
    usual: dict[str, object] = {"subject": "Remboursement", "sender": _SENDER, "text": WORDS}
    return Nasty(name, data, **{**usual, **others})  # type: ignore[arg-type]


def _with(line: str | bytes, **others: object) -> bytes:
    return lines(line, f"From: {JEANNE}", "Subject: Remboursement", "", WORDS)


def _between(*odd: str | bytes) -> bytes:
    return lines(f"From: {JEANNE}", *odd, "Subject: Remboursement", "", WORDS)


MAILS = [
    # --- the beginning
    _read("proper", _PROPER, acknowledge=True),
    _read("mbox line on top", _with("From jeanne@courriel.example Mon Mar  3 10:12:00 2025")),
    _read("mozilla line on top", _with("From - Mon Mar 03 10:12:00 2025")),
    _read("quoted mbox line on top", _with(">From jeanne@courriel.example Mon Mar  3 10:12 2025")),
    _read("quoted mbox line within", _between(">From jeanne@courriel.example Mon Mar  3 2025")),
    _read("blank line on top", b"\r\n" + _PROPER),
    _read("blank lines on top", b"\n\r\n  \r\n\n" + _PROPER),
    _read("byte order mark on top", b"\xef\xbb\xbf" + _PROPER),
    _read("byte order mark and mbox line", b"\xef\xbb\xbf" + _with("From - Mon Mar 03 2025")),
    _read("saved as utf-16", b"\xff\xfe" + _PROPER.decode().encode("utf-16-le")),
    _read("saved as utf-16, big end first", b"\xfe\xff" + _PROPER.decode().encode("utf-16-be")),
    _read("continuation on top", _with("  reste d’un en-tête perdu")),
    _read("NULs on top", b"\0\0\0" + _PROPER),
    _read("dialogue on top", _with("X-Sieve: CMU Sieve 3.0")),
    # --- the lines
    _read("bare LF", _PROPER.replace(b"\r\n", b"\n")),
    _read("bare CR", _PROPER.replace(b"\r\n", b"\r")),
    _read("CR CR LF", _PROPER.replace(b"\r\n", b"\r\r\n")),
    _read("LF CR", _PROPER.replace(b"\r\n", b"\n\r")),
    _read("LF in the head, CRLF in the body", lines(f"From: {JEANNE}\nSubject: Remboursement\n\n{WORDS}", "")),
    _read("CRLF in the head, LF in the body", lines(f"From: {JEANNE}", "Subject: Remboursement", "", f"{WORDS}\n")),
    _read("line without colon", _between("ceci n’est pas un en-tête")),
    _read("two lines without colon", _between("ni ceci", "ni cela")),
    _read("line of dashes", _between("--------------------")),
    _read("8-bit header name", _between("Priorité: haute")),
    _read("latin-1 header name", _between(b"Priorit\xe9: haute")),
    _read("header without name", _between(": rien")),
    _read("header name with a space", _between("X Mailer: Courrielleur")),
    _read("header name with a tab", _between("X-Mailer\t: Courrielleur")),
    _read("header name of 10 000 letters", _between(f"X-{'a' * 10_000}: a")),
    _read("space before the colon", lines(f"From : {JEANNE}", "Subject : Remboursement", "", WORDS)),
    _read("no space after the colon", lines(f"From:{JEANNE}", "Subject:Remboursement", "", WORDS)),
    _read("names in capitals", lines(f"FROM: {JEANNE}", "SUBJECT: Remboursement", "", WORDS)),
    _read("names in small letters", lines(f"from: {JEANNE}", "subject: Remboursement", "", WORDS)),
    _read("tab after the colon", lines(f"From:\t{JEANNE}", "Subject:\tRemboursement", "", WORDS)),
    _read("value on the next line", lines("From:", f" {JEANNE}", "Subject:", "\tRemboursement", "", WORDS)),
    _read("continuation of nothing but spaces", lines(f"From: {JEANNE}", "Subject: Remboursement", "   ", "", WORDS)),
    _read("spaces within a fold", lines(f"From: {JEANNE}", "X-A: a", "  ", " b", "Subject: Remboursement", "", WORDS)),
    Nasty("fold within the subject", mail(subject="Mon\r\n remboursement\r\n\tattendu"), subject="Mon remboursement attendu"),
    Nasty("bare CR in the subject", mail(subject=b"Remboursement\rBcc: voleur@x.example"), subject="Remboursement Bcc: voleur@x.example"),
    Nasty("NUL in the subject", mail(subject=b"Rembour\0sement"), subject="Rembour sement"),
    Nasty("escape codes in the subject", mail(subject=b"\x1b[31mRemboursement\x07"), lacks=("\x1b", "\x07")),
    Nasty("vertical tab in the subject", mail(subject=b"Mon\x0bremboursement"), subject="Mon remboursement"),
    Nasty("no-break spaces around the subject", mail(subject="\u00a0Remboursement\u00a0"), subject="Remboursement"),
    Nasty("subject of spaces", mail(subject=b"   "), subject="", text=WORDS),
    Nasty("no subject", mail(subject=b""), subject="", text=WORDS, acknowledge=True),
    Nasty("utf-8 subject", mail(subject="Réclamation – œuvre"), subject="Réclamation – œuvre"),
    Nasty("latin-1 subject", mail(subject=b"R\xe9clamation"), subject="Réclamation"),
    Nasty("windows subject", mail(subject=b"L\x92indemnit\xe9 de 12 \x80"), subject="L’indemnité de 12 €"),
    Nasty("utf-8 subject cut within a letter", mail(subject="Réclamation écrit".encode()[:-4] + b"\xc3"), contains=()),
    Nasty("utf-8 subject folded within a letter", mail(subject=b"R\xc3\r\n \xa9clamation"), lacks=("\ufffd",)),
    # --- the end
    _read("no separator", lines(f"From: {JEANNE}", "Subject: Remboursement", WORDS)),
    _read("separator of spaces", lines(f"From: {JEANNE}", "Subject: Remboursement", "  ", WORDS)),
    _read("no separator but lines of text", lines(f"From: {JEANNE}", "Subject: Remboursement", "Bonjour,", "", WORDS), text=f"Bonjour,\n\n{WORDS}"),
    _read("text that looks like a header", lines(f"From: {JEANNE}", "Subject: Remboursement", "", "Objet: mon dossier", WORDS), text=f"Objet: mon dossier\n{WORDS}"),
    _read("no body", lines(f"From: {JEANNE}", "Subject: Remboursement", "", ""), text=""),
    _read("no separator and no body", lines(f"From: {JEANNE}", "Subject: Remboursement"), text=""),
    _read("nothing but blank lines", lines(f"From: {JEANNE}", "Subject: Remboursement", *[""] * 50), text=""),
    _read("cut within a header", lines(f"From: {JEANNE}", "Subject: Remboursement", "Content-Ty"), text=None),
    _read("cut after a CR", lines(f"From: {JEANNE}", "Subject: Remboursement") + b"\r", text=""),
    _read("dots doubled on the wire", mail(f"{WORDS}\r\n..\r\n."), text=f"{WORDS}\n..\n."),
    _read("NULs in the body", mail("\0".join(WORDS)), text=WORDS),
    _read("form feed in the body", mail("Bonjour.\x0cAu revoir."), text="Bonjour.\nAu revoir."),
    _read("end of file sign", mail(f"{WORDS}\x1a"), text=WORDS),
    # --- no mail at all
    Nasty("nothing", b"", subject="", sender=("", ""), text="", acknowledge=False),
    Nasty("a blank line", b"\r\n", subject="", text="", acknowledge=False),
    Nasty("words alone", WORDS.encode(), text=WORDS, acknowledge=False),
    Nasty("words with a blank line", f"{WORDS}\r\n\r\nMerci.".encode(), text=f"{WORDS}\n\nMerci.", acknowledge=False),
    Nasty("a picture", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20, acknowledge=False),
    Nasty("a PDF", b"%PDF-1.4\r\n1 0 obj\r\n<< /Type: /Catalog >>\r\nendobj\r\n\r\n%%EOF", acknowledge=False),
    Nasty("an archive", b"PK\x03\x04" + b"\0" * 300, acknowledge=False),
    Nasty("a page", b"<!DOCTYPE html>\r\n<html><body><p>Bonjour</p></body></html>", text="Bonjour", acknowledge=False),
    Nasty("colons", b":" * 1_000, acknowledge=False),
    # --- twice, or not at all
    Nasty("two subjects", mail(WORDS, "Subject: Autre"), subject="Remboursement"),
    Nasty("an empty subject, then another", mail(WORDS, "Subject:", "Subject: Autre", subject=b""), subject="Autre"),
    Nasty("two senders", mail(WORDS, "From: Paul <paul@x.example>"), sender=_SENDER, defects=("several-senders",), acknowledge=False),
    Nasty("the same sender twice", mail(WORDS, f"From: {JEANNE}"), sender=_SENDER, acknowledge=False),
    Nasty("no sender", mail(sender=b""), sender=("", ""), defects=("sender-unusable",), acknowledge=False),
    Nasty("sender in Sender", mail(WORDS, f"Sender: {JEANNE}", sender=b""), sender=_SENDER, acknowledge=True),
    Nasty("empty sender, then Sender", lines("From:", f"Sender: {JEANNE}", "", WORDS), sender=_SENDER),
    Nasty("another in Sender", mail(WORDS, "Sender: secretariat@courriel.example"), sender=_SENDER),
    Nasty("sender resent", mail(WORDS, "Resent-From: Paul <paul@x.example>", "Resent-Date: Tue, 4 Mar 2025 10:00:00 +0100"), sender=_SENDER, sent_at="2025-03-03T10:12:00+01:00"),
    Nasty("two dates", mail(WORDS, "Date: Tue, 4 Mar 2025 10:12:00 +0100"), sent_at="2025-03-03T10:12:00+01:00"),
    Nasty("recipients told twice", mail(WORDS, "To: claire@cabinet.example"), to=("contact@cabinet.example", "claire@cabinet.example")),
    Nasty("header of a megabyte", _between("X-A: " + "a" * 1_000_000), sender=_SENDER, defects=("headers-cut",), text=WORDS),
    Nasty("subject of a megabyte", mail(subject="Remboursement " * 70_000), sender=_SENDER, text=WORDS),
    Nasty("5 000 headers", lines(f"From: {JEANNE}", *["X-A: a"] * 5_000, "Subject: Remboursement", "", WORDS), subject="Remboursement", text=WORDS),
    Nasty("100 hops", lines(*["Received: from a.example by b.example; Mon, 3 Mar 2025 10:12:00 +0100"] * 100, f"From: {JEANNE}", "", WORDS), sender=_SENDER, text=WORDS),
    Nasty("broken hops", lines("Received: (((", "Received:", "Received: from by with ; hier", f"From: {JEANNE}", "", WORDS), sender=_SENDER, text=WORDS),
]  # fmt: skip
