"""An export on its way to a file: its head, and its rows, counted and hashed as they go by."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from register.export import as_csv
from register.export.cells import NONE, Column, Edition, Row


@dataclass(frozen=True)
class Sheet:
    title: str
    columns: tuple[Column, ...]
    edition: Edition


class Rows:
    """Rows to be gone through once; ``count`` and ``digest`` hold for those gone by.

    The digest is the SHA-256 of the CSV file of the same rows, whatever the form: it can be
    recomputed with any tool. An empty register has one row that says so: absence must be provable.
    """

    def __init__(self, columns: tuple[Column, ...], rows: Iterable[Row]) -> None:
        self.count = 0
        self._rows = rows
        self._hash = hashlib.sha256(as_csv.head(columns))

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            self._hash.update(as_csv.line(row))
            yield row
        if not self.count:
            self._hash.update(as_csv.line((NONE,)))
            yield (NONE,)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    @property
    def counted(self) -> str:
        if not self.count:
            return "Néant : aucune réclamation."
        return f"{self.count} réclamation{'s' if self.count > 1 else ''}."
