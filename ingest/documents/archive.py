"""Files within a zip, and never more of them than we have room and time for (APPNOTE.TXT 6.3)."""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ingest.documents.document import (
    DAMAGED,
    LOCKED,
    MOST_ENTRIES,
    MOST_INFLATED,
    TOO_LARGE,
    Unreadable,
)

_CENTRAL = b"PK\x01\x02"
_ENCRYPTED = 0x1
_CHUNK = 65_536
_HOW = (ZIP_STORED, ZIP_DEFLATED)  # the others inflate without bound in one step


@dataclass
class Archive:
    """An open zip with what may still be inflated of it. Raises ``Unreadable`` throughout."""

    file: ZipFile
    left: int = MOST_INFLATED

    @classmethod
    def of(cls, data: bytes) -> "Archive":
        if data.count(_CENTRAL) > MOST_ENTRIES:  # before an object is made for each of them
            raise Unreadable(TOO_LARGE)
        try:
            return cls(ZipFile(io.BytesIO(data)))
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(DAMAGED) from error

    def entries(self) -> list[ZipInfo]:
        return [entry for entry in self.file.infolist() if not entry.is_dir()]

    def names(self) -> list[str]:
        return [entry.filename for entry in self.entries()]

    def chunks(self, entry: ZipInfo | str) -> Iterator[bytes]:
        """What an entry really holds, piece by piece: what it declares may be a lie."""
        try:
            info = self.file.getinfo(entry) if isinstance(entry, str) else entry
            if info.flag_bits & _ENCRYPTED:
                raise Unreadable(LOCKED)
            if info.compress_type not in _HOW:
                raise Unreadable("compression inconnue")
            with self.file.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    self.left -= len(chunk)
                    if self.left < 0:
                        raise Unreadable(TOO_LARGE)
                    yield chunk
        except (BadZipFile, zlib.error, EOFError, OSError, KeyError, RuntimeError) as error:
            raise Unreadable(DAMAGED) from error

    def read(self, entry: ZipInfo | str) -> bytes:
        return b"".join(self.chunks(entry))
