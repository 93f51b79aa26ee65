"""PDF, object by object (ISO 32000)."""

import hashlib
import zlib

_PAD = bytes.fromhex(
    "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a"
)  # ISO 32000-1, 7.6.3.3


def stream(data: bytes, head: str = "") -> bytes:
    return f"<<{head}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def assembled(objects: dict[int, bytes], trailer: str = "") -> bytes:
    """The objects with their table."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += f"{places.get(number, 0):010} 00000 {'n' if number in places else 'f'} \n".encode()
    out += f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\n".encode()
    return bytes(out) + f"startxref\n{start}\n%%EOF".encode()


def written(*pages: str, compress: bool = False) -> bytes:
    """Pages of text, a line for each line."""
    return assembled(_pages([_shown(page) for page in pages], compress=compress))


def form(**fields: str) -> bytes:
    """One page with text fields that were filled in."""
    objects = _pages([_shown("Formulaire")])
    notes = []
    for number, (name, value) in enumerate(fields.items(), start=100):
        said = f"({name})/V<feff{value.encode('utf-16-be').hex()}>"
        objects[number] = (
            f"<</Type/Annot/Subtype/Widget/FT/Tx/T{said}/Rect[10 10 200 30]/P 10 0 R>>".encode()
        )
        notes.append(f"{number} 0 R")
    listed = " ".join(notes)
    objects[1] = f"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{listed}]>>>>".encode()
    objects[10] = objects[10].replace(b"/Contents", f"/Annots[{listed}]/Contents".encode())
    return assembled(objects)


def annotated(words: str) -> bytes:
    """A page over which somebody typed."""
    objects = _pages([_shown("Devis")])
    said = f"feff{words.encode('utf-16-be').hex()}"
    objects[100] = f"<</Type/Annot/Subtype/FreeText/Contents<{said}>/Rect[1 1 9 9]>>".encode()
    objects[10] = objects[10].replace(b"/Contents", b"/Annots[100 0 R]/Contents")
    return assembled(objects)


def scanned(width: int, height: int, grey: bytes, over: str = "") -> bytes:
    """A page that is one picture, as scanners make them; ``over`` is what a fax writes on it."""
    objects = _pages([b"q 595 0 0 842 0 0 cm /Im Do Q " + _shown(over)])
    head = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}"
    head += "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    objects[100] = stream(zlib.compress(grey), head)
    objects[10] = objects[10].replace(b"/Font", b"/XObject<</Im 100 0 R>>/Font")
    return assembled(objects)


def locked(password: str, words: str = "Je conteste.") -> bytes:
    """Encrypted by the oldest way, RC4 with 40 bits (ISO 32000-1, 7.6.3); ``""`` opens for all."""
    identity, permissions = b"0123456789abcdef", -4
    user = (password.encode() + _PAD)[:32]
    owner = _rc4(hashlib.md5((b"owner" + _PAD)[:32]).digest()[:5], user)
    key = hashlib.md5(user + owner + permissions.to_bytes(4, "little", signed=True) + identity)
    objects = _pages([_shown(words)])
    file_key = key.digest()[:5]
    of_object = hashlib.md5(file_key + (50).to_bytes(3, "little") + b"\0\0").digest()[:10]
    objects[50] = stream(_rc4(of_object, _shown(words)))
    check = _rc4(file_key, _PAD).hex()
    objects[90] = (
        f"<</Filter/Standard/V 1/R 2/O<{owner.hex()}>/U<{check}>/P {permissions}>>".encode()
    )
    return assembled(objects, f"/Encrypt 90 0 R/ID[<{identity.hex()}><{identity.hex()}>]")


def endless() -> bytes:
    """A tree of pages that is its own branch."""
    return assembled(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>",
            3: b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>",
        }
    )


def drawing_itself(times: int = 1) -> bytes:
    """A drawing that draws itself; more than once, it takes for ever."""
    objects = _pages([b"/Fm Do"])
    head = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</Fm 100 0 R>>>>"
    objects[100] = stream(b"/Fm Do " * times, head)
    objects[10] = objects[10].replace(b"/Font", b"/XObject<</Fm 100 0 R>>/Font")
    return assembled(objects)


def huge_page() -> bytes:
    """A page as large as a field, with nothing but a line on it."""
    objects = _pages([b"0 0 m 100000 100000 l S"])
    objects[10] = objects[10].replace(b"595 842", b"9000000 9000000")
    return assembled(objects)


def _pages(contents: list[bytes], *, compress: bool = False) -> dict[int, bytes]:
    first = 10 if len(contents) < 40 else 1_000  # other objects have numbers of their own
    base = 50 if len(contents) < 40 else 2_000
    kids = " ".join(f"{first + number} 0 R" for number in range(len(contents)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    for number, content in enumerate(contents):
        objects[first + number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {base + number} 0 R>>".encode()
        )
        packed = zlib.compress(content)
        objects[base + number] = (
            stream(packed, "/Filter/FlateDecode") if compress else stream(content)
        )
    return objects


def _shown(text: str) -> bytes:
    lines = b" T* ".join(
        b"<" + line.encode("cp1252").hex().encode() + b"> Tj" for line in text.split("\n")
    )
    return b"BT /F 11 Tf 14 TL 60 780 Td " + lines + b" ET"


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
