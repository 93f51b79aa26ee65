"""Words in pictures: scanned letters, photographs of letters, read by Tesseract where it is there."""

import csv
import io
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice

from PIL import Image, ImageOps

from ingest.documents.document import DAMAGED, NO_WORDS, Document, Unreadable, cleaned

TO_BE_READ = "image : à lire par une personne"
_TOO_LARGE = "image trop grande pour être lue"
_UNSURE = "image mal lue : à relire par une personne"
_NO_TIME = "images trop nombreuses ou trop lentes à lire : à lire par une personne"

MOST_PIXELS = 8_000_000  # given to Tesseract: A4 at 300 dots per inch
_MOST_IN_A_FILE = 80_000_000  # pixels, before they are made fewer
_MOST_PICTURES = 10  # pages of a fax in TIFF
_LONGEST = 25.0  # seconds for one picture
_SMALLEST = 100  # pixels: a letter has more on each side, a logo or a spy less
_SIGN_OF_HOUSE = 200  # what is shown within the text of a mail has more, or is a banner
_SIGN_PIXELS = 250_000
_LANGUAGES = ("fra", "eng", "deu")
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
_HARDLY = 50.0  # of 100: Tesseract's own trust in a line
_SURELY = 80.0  # in all of a page; upside down, letters still look like letters
_PLACE = ("block_num", "par_num", "line_num")
_FEWEST_LETTERS = 15
# Within two gigabytes, and after everything else on this machine.
_TESSERACT = ("/bin/sh", "-c", 'ulimit -v 2000000; exec nice -n 10 tesseract "$@"', "tesseract")
_LAYOUTS = ("3", "1")  # as it lies; then turned upright first, which takes half as long again


@dataclass(frozen=True)
class Picture:
    """A picture in grey, a byte for each point, row by row from the top."""

    width: int
    height: int
    grey: bytes

    @property
    def pgm(self) -> bytes:
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.grey


@dataclass
class Scanner:
    """Reads pictures until its time is used up: one for each mail, so that none holds up the rest."""

    seconds: float = 40.0

    def read(self, picture: Picture) -> Document:
        """The words in a picture; it is turned if they do not stand upright."""
        best, trouble = _Reading("", 0.0), NO_WORDS
        for layout in _LAYOUTS:
            if not (languages := _languages()):
                return Document("", TO_BE_READ)
            if self.seconds <= 0:
                trouble = _NO_TIME
                break
            begun = time.monotonic()
            try:
                table = _tesseract(picture, languages, layout, min(self.seconds, _LONGEST))
            except (subprocess.SubprocessError, OSError) as error:
                trouble = _NO_TIME if isinstance(error, subprocess.TimeoutExpired) else TO_BE_READ
                break
            finally:
                self.seconds -= time.monotonic() - begun
            best = max(best, _reading(table), key=lambda reading: reading.trust)
            if best.trust > _SURELY:
                return Document(best.text)
        # Writing by hand comes out as words that nobody wrote.
        return Document(best.text, _UNSURE) if best.trust else Document("", trouble)


@dataclass(frozen=True)
class _Reading:
    """What Tesseract has read, and how far it trusts it: 0 for nothing … 100."""

    text: str
    trust: float


def read_image(data: bytes, scanner: Scanner | None) -> Document:
    """The words in a photograph or a scan, of every page if it has several."""
    with opened(data) as image:
        if min(image.size) < _SMALLEST:
            return Document()
        if scanner is None:
            return Document("", TO_BE_READ)
        read = [scanner.read(picture) for picture in islice(_pictures(image), _MOST_PICTURES + 1)]
    text = "\n\n".join(page.text for page in read[:_MOST_PICTURES] if page.text)
    troubles = dict.fromkeys(page.trouble for page in read if page.trouble)
    if text:
        troubles.pop(NO_WORDS, None)
    if len(read) > _MOST_PICTURES:
        troubles[f"seules les {_MOST_PICTURES} premières pages ont été lues"] = None
    return Document(text, " ; ".join(troubles))


def is_sign_of_house(data: bytes) -> bool:
    """Whether a picture shown within the text of a mail is a logo, an icon or a banner."""
    try:
        with opened(data) as image:
            width, height = image.size
    except Unreadable:
        return False
    return min(width, height) < _SIGN_OF_HOUSE or width * height < _SIGN_PIXELS


def opened(data: bytes) -> Image.Image:
    """A picture whose size is known, of which no point has been computed yet."""
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise Unreadable(_TOO_LARGE) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable(DAMAGED) from error
    if image.width * image.height > _MOST_IN_A_FILE:
        raise Unreadable(_TOO_LARGE)
    return image


def _pictures(image: Image.Image) -> Iterator[Picture]:
    """Each page upright, in grey, no larger than can be read in time."""
    for number in range(1 if image.format in ("GIF", "WEBP", "PNG") else 10**6):
        try:
            image.seek(number)
            if image.width * image.height > _MOST_IN_A_FILE:
                return
            image.draft("L", (3_000, 3_000))  # a JPEG is made smaller while it is read
            upright = ImageOps.exif_transpose(image)
            yield _greyed(upright)
        except EOFError:
            return
        except (OSError, ValueError, SyntaxError) as error:
            if number == 0:
                raise Unreadable(DAMAGED) from error
            return


def _greyed(image: Image.Image) -> Picture:
    if image.has_transparency_data:  # what is behind it is white, as on paper
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    grey = image.convert("L")
    if grey.width * grey.height > MOST_PIXELS:
        times = (MOST_PIXELS / (grey.width * grey.height)) ** 0.5
        grey = grey.resize((max(int(grey.width * times), 1), max(int(grey.height * times), 1)))
    return Picture(grey.width, grey.height, grey.tobytes())


# --- Tesseract ------------------------------------------------------------------------------


@cache
def _languages() -> str:
    """Those of ours that are installed, as Tesseract takes them; empty where it is not there."""
    if not shutil.which("tesseract"):
        return ""
    try:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, timeout=10, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    known = listed.stdout.decode("utf-8", "replace").split()
    return "+".join(language for language in _LANGUAGES if language in known)


def _tesseract(picture: Picture, languages: str, layout: str, seconds: float) -> str:
    done = subprocess.run(
        [*_TESSERACT, "stdin", "stdout", "-l", languages, "--psm", layout, "tsv"],
        input=picture.pgm,
        capture_output=True,
        timeout=seconds,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
    )
    return done.stdout.decode("utf-8", "replace")


def _reading(table: str) -> _Reading:
    """The lines that Tesseract trusts; an empty one between paragraphs. Photographs of walls and
    cars are full of signs that no letter holds.
    """
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row.get("level") == "5" and (row.get("text") or "").strip()]
    lines: list[str] = []
    length, trusted, paragraph = 0, 0.0, None
    for place, line in groupby(words, lambda row: tuple(row[each] for each in _PLACE)):
        said = [(word["text"], float(word["conf"])) for word in line]
        letters = sum(len(word) for word, _ in said)
        trust = sum(trust * len(word) for word, trust in said)
        if trust < _HARDLY * letters:
            continue
        lines += [""] * (paragraph not in (None, place[:2]))
        lines.append(" ".join(word for word, _ in said))
        length, trusted, paragraph = length + letters, trusted + trust, place[:2]
    text = cleaned("\n".join(lines))
    return _Reading(text, trusted / length if _letters(text) >= _FEWEST_LETTERS else 0.0)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
