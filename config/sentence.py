"""What the program says to people: French sentences that can be said again in another language."""

from datetime import date


class Sentence(str):
    """A French sentence that remembers its pattern and what was put in it.

    ``Sentence("Aucun compte au nom de {email}.", email=email)`` is the finished French text wherever
    text is wanted; a page in another language translates the pattern and puts the values in anew. A
    value may be a sentence itself, or a tuple of them, which is a list set apart by semicolons.
    """

    pattern: str
    values: dict[str, object]

    def __new__(cls, pattern: str, /, **values: object) -> "Sentence":
        said = super().__new__(cls, filled(pattern, values))
        said.pattern, said.values = pattern, values
        return said

    def __str__(self) -> "Sentence":
        """Itself: the text of an error raised with it is the sentence, not a copy that forgot."""
        return self


def filled(pattern: str, values: dict[str, object]) -> str:
    """A pattern with its values: of several each is set apart by a semicolon, days are the office's."""
    return pattern.format_map({name: _shown(value) for name, value in values.items()})


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return " ; ".join(map(str, value))
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value
