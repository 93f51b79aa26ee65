"""What the worst mails cost to read, each in a process of its own: time, memory, and what was said.

Run it by hand: ``python -m tests.fuzz.limits [NAME…]``. It asserts nothing: machines differ.
"""

import base64
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HEAD = b"From: j@x.example\r\nSubject: S\r\n"


def _multipart(parts: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


def _file(size: int) -> bytes:
    line = base64.b64encode(bytes(range(57))) + b"\r\n"
    head = b"--b\r\nContent-Type: text/plain\r\n\r\nVoir ci-joint.\r\n--b\r\n"
    head += b"Content-Type: application/octet-stream; name=a.bin\r\n"
    head += b"Content-Transfer-Encoding: base64\r\n\r\n"
    return _multipart(head + line * (size // len(line)))


def _html(body: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body


def _nested(depth: int) -> bytes:
    level = "Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"
    return HEAD + "".join(level.format(n=n) for n in range(depth)).encode() + b"\r\nau fond"


MAILS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: HEAD + b"\r\nmot",
    "file of 150 MB": lambda: _file(150_000_000),
    "10 000 parts": lambda: _multipart(b"--b\r\nContent-Type: text/plain\r\n\r\nmot\r\n" * 10_000),
    "10 000 files": lambda: _multipart(
        b"--b\r\nContent-Type: image/png; name=a.png\r\n\r\nmot\r\n" * 10_000
    ),
    "100 000 parts": lambda: _multipart(b"--b\r\n\r\nmot\r\n" * 100_000),
    "1 000 deep": lambda: _nested(1_000),
    "50 deep": lambda: _nested(50),
    "1 000 enclosed": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"\r\nx",
    "100 enclosed": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100 + b"\r\nx",
    "one header of 10 MB": lambda: HEAD + b"X-A: " + b"a" * 10_000_000 + b"\r\n\r\nmot",
    "headers of 10 MB": lambda: HEAD + b"X-A: aaaaaaa\r\n" * 700_000 + b"\r\nmot",
    "folded header of 10 MB": lambda: (
        HEAD + b"X-A: a\r\n" + b" aaaaaaaaaaaa\r\n" * 700_000 + b"\r\nmot"
    ),
    "60 000 headers": lambda: (
        HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(60_000)) + b"\r\nmot"
    ),
    "20 000 recipients": lambda: (
        HEAD
        + b"To: "
        + b",\r\n ".join(b"client%d@courriel.example" % n for n in range(20_000))
        + b"\r\n\r\nmot"
    ),
    "To repeated": lambda: HEAD + b"To: a@x.example\r\n" * 14_000 + b"\r\nmot",
    "brackets": lambda: HEAD + b"To: " + b"<(" * 120_000 + b"\r\n\r\nmot",
    "quotes": lambda: HEAD + b'To: "' + b'\\"' * 120_000 + b"\r\n\r\nmot",
    "encoded words": lambda: HEAD + b"To: " + b"=?utf-8?q?=C3=A9?= " * 12_000 + b"\r\n\r\nmot",
    "encoded subject": lambda: HEAD + b"X: " + b"=?utf-8?q?=C3=A9?= " * 12_000 + b"\r\n\r\nmot",
    "parameters": lambda: HEAD + b"Content-Type: text/plain; " + b"a=b; " * 48_000 + b"\r\n\r\nmot",
    "name in pieces": lambda: (
        HEAD
        + b"Content-Type: text/plain"
        + b"".join(b"; name*%d*=a" % n for n in range(15_000))
        + b"\r\n\r\nmot"
    ),
    "received": lambda: (
        HEAD + b"Received: from a by b; 1 Jan 2026 00:00 +0000\r\n" * 5_000 + b"\r\nmot"
    ),
    "received in one": lambda: HEAD + b"Received: " + b"from a (b) by " * 17_000 + b"\r\n\r\nmot",
    "references": lambda: HEAD + b"References: " + b"<a@b> " * 42_000 + b"\r\n\r\nmot",
    "20 MB of plain text": lambda: HEAD + b"\r\n" + b"Bonjour, j'attends. \r\n" * 900_000,
    "20 MB in one line": lambda: HEAD + b"\r\n" + b"Bonjour, j'attends. " * 1_000_000,
    "20 MB of 8-bit text": lambda: HEAD + b"\r\n" + b"D\xe9\xe7u, j'attends. \r\n" * 900_000,
    "20 MB of HTML": lambda: _html(b"<p>Bonjour, <b>j'attends</b>.</p>\r\n" * 570_000),
    "20 MB of tags": lambda: _html(b"<b>" * 6_600_000),
    "100 000 nested": lambda: _html(b"<div>" * 100_000 + b"mot" + b"</div>" * 100_000),
    "90 nested, often": lambda: _html((b"<div>" * 90 + b"mot" + b"</div>" * 90) * 500),
    "unclosed tags": lambda: _html(b"<p><b>mot" * 50_000),
    "brackets in HTML": lambda: _html(b"<" * 500_000),
    "attributes": lambda: _html(b"<p " + b"a='b' " * 80_000 + b">mot</p>"),
    "attribute names": lambda: _html(
        b"<p " + b" ".join(b"a%d=1" % n for n in range(50_000)) + b">mot</p>"
    ),
    "comments": lambda: _html(b"<!--" * 120_000),
    "entities": lambda: _html(b"&eacute" * 70_000 + b"&" * 10_000),
    "styles": lambda: _html(b"<p style='" + b"display : " * 40_000 + b"'>mot</p>"),
    "pictures": lambda: _html(b"data:image/png;base64," * 20_000),
    "tables": lambda: _html(b"<table><tr>" + b"<td>a" * 5_000 + b"<tr><td>a" * 5_000),
    "10 MB of quoted-printable": lambda: (
        HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=C3=A9=\r\n" * 1_100_000
    ),
    "10 MB of base64 rubbish": lambda: (
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"!=*\r\n" * 2_000_000
    ),
    "10 MB of uuencode": lambda: (
        HEAD
        + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a.txt\r\n"
        + b"#0V%T\r\n" * 1_400_000
        + b"end\r\n"
    ),
    "quotes in quotes": lambda: HEAD + b"\r\n" + b">" * 1_000_000,
    "quoted lines": lambda: HEAD + b"\r\n" + b"> mot\r\n" * 140_000,
    "attributions": lambda: HEAD + b"\r\n" + b"Le 3 mars 2025 \r\n" * 60_000,
    "headers in the text": lambda: HEAD + b"\r\n" + b"De : a\r\nDate : b\r\n" * 50_000,
    "blank lines": lambda: HEAD + b"\r\nmot" + b"\r\n" * 500_000 + b"mot",
    "flowed lines": lambda: (
        HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"mot \r\n" * 170_000
    ),
    "boundaries": lambda: _multipart(b"--b\r\n" * 200_000),
    "boundaries never right": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--c\r\n" * 2_000_000
    ),
    "carriage returns": lambda: HEAD + b"\r\n" + b"\r" * 10_000_000,
    "new lines": lambda: HEAD + b"\r\n" + b"\n" * 10_000_000,
    "NUL": lambda: b"\0" * 10_000_000,
    "colons": lambda: b":" * 250_000 + b"\r\n\r\nmot",
    "spaces": lambda: HEAD + b"X-A:" + b" " * 250_000 + b"a\r\n\r\nmot",
}


def _peak() -> int:
    """Kilobytes held at most since the program was begun; getrusage counts its parent's too."""
    said = Path("/proc/self/status").read_text()
    return int(said.partition("VmHWM:")[2].split()[0])


def _measure(name: str, file: str) -> None:
    """Print one row. Imports and the mail itself are not counted."""
    from ingest.parse import parse
    from ingest.screening import Own, screen

    own = Own(frozenset({"contact@cabinet.example"}), "cabinet.example")
    screen(parse(MAILS["nothing"]()), own)
    data = Path(file).read_bytes()
    resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))
    before = _peak()
    begin = time.perf_counter()
    mail = parse(data)
    read = time.perf_counter()
    screen(mail, own)
    end = time.perf_counter()
    held = (_peak() - before) * 1024
    size = len(data) / 1e6
    sys.stdout.write(
        f"{name:26} {size:7.1f} MB  {read - begin:6.2f} + {end - read:5.2f} s  "
        f"{held / 1e6:6.0f} MB ({held / len(data):6.1f} x)  {' '.join(mail.defects)}\n"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _measure(*sys.argv[2:])
    else:
        for each in sys.argv[1:] or MAILS:
            with tempfile.NamedTemporaryFile() as file:
                file.write(MAILS[each]())
                file.flush()
                one = [sys.executable, "-m", "tests.fuzz.limits", "--one", each, file.name]
                if subprocess.run(one, check=False, timeout=300).returncode:
                    sys.stdout.write(f"{each:26} failed\n")
            sys.stdout.flush()
