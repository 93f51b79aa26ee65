"""Where models are kept: one file each, read without ever running what is in it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import platformdirs

from classifier.corpus import corpus_digest, load
from classifier.model import TARGET_RECALL, Model, recipe
from classifier.modelfile import BadModel as BadModel
from classifier.modelfile import card_of, put_in_place, read, write
from config.trouble import Trouble

FIRST = "first.npz"  # beside this module, in a built package only
_KEPT = 6  # models: the one in service and those one may go back to
_PROMOTED = "promoted.json"  # versions in the order of their promotion, the newest last


class NoModel(Trouble):
    """Aucun modèle n’est en service : « doleances train » en apprend un."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Entry:
    """A model on the shelf, known by its card."""

    version: str
    card: Mapping[str, Any]
    current: bool


@dataclass(frozen=True)
class Shelf:
    """A folder of models. Files are put in place whole, so that a reader never sees half of one."""

    directory: Path

    def current(self) -> Model:
        """The model in service. Raises ``NoModel`` or ``BadModel``."""
        promoted = self._promoted()
        if not promoted:
            raise NoModel
        return read(self._path(promoted[-1]))

    @property
    def version(self) -> str:
        """The model in service by its name; empty where there is none."""
        promoted = self._promoted()
        return promoted[-1] if promoted else ""

    def put(self, model: Model) -> None:
        """Keep a model and put it in service. Raises ``BadModel`` where it cannot be written."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            write(model, self._path(model.version))
            former = [v for v in self._promoted() if v != model.version]
            self._promote([*former[1 - _KEPT :], model.version])
            for version in former[: 1 - _KEPT]:
                self._path(version).unlink(missing_ok=True)
        except OSError as error:
            raise BadModel(
                f"Le dossier des modèles {self.directory} ne peut pas être écrit "
                f"({error.strerror}). Corrigez triage.models ou ses droits."
            ) from error

    def list(self) -> Sequence[Entry]:
        """Every model that can be read, the one in service first, then the newest promotions."""
        promoted = self._promoted()
        found = []
        for version in reversed(promoted):
            card = card_of(self._path(version))
            if card is not None:
                found.append(Entry(version, card, version == promoted[-1]))
        return found

    def rollback(self) -> Model:
        """Put the model promoted before back in service. Raises ``NoModel`` if there is none."""
        promoted = self._promoted()
        if len(promoted) < 2:
            raise NoModel
        former = read(self._path(promoted[-2]))
        self._promote([promoted[-1], *promoted[:-2], promoted[-2]])
        return former

    def _path(self, version: str) -> Path:
        return self.directory / f"{version}.npz"

    def _promoted(self) -> tuple[str, ...]:
        try:
            versions = json.loads((self.directory / _PROMOTED).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except ValueError as error:
            raise BadModel(
                f"{self.directory / _PROMOTED} est illisible. Effacez-le : le modèle sera réappris."
            ) from error
        return tuple(str(version) for version in versions)

    def _promote(self, versions: Sequence[str]) -> None:
        put_in_place(self.directory / _PROMOTED, json.dumps([*versions]).encode())


def default_directory() -> Path:
    """Where models are kept when there are no settings."""
    return platformdirs.user_cache_path("doleances") / "models"


def ready(
    directory: Path,
    progress: Callable[[str], object],
    target_recall: float = TARGET_RECALL,
) -> Model:
    """The model in service. Where there is none, or where the program came with a newer corpus or
    can no longer read it: the one shipped with the program, else one learnt from the corpus.
    """
    shelf = Shelf(directory)
    learnt = {(entry.card.get("corpus"), entry.card.get("recipe")) for entry in shelf.list()}
    if (corpus_digest(), recipe()) in learnt:
        try:
            return shelf.current().aimed_at(target_recall)
        except BadModel as error:
            progress(str(error))
    if (first := _shipped()) is not None:
        shelf.put(first)
        return first.aimed_at(target_recall)
    # Here only: judging needs nothing of scikit-learn, which takes a second and 60 MB.
    from classifier.learning import train

    examples = load()
    progress(f"Apprentissage du modèle sur {len(examples)} messages…")
    model = train(examples, target_recall=target_recall)
    shelf.put(model)
    progress(f"Modèle {model.version} en service.")
    return model


def _shipped() -> Model | None:
    """What ``make dist`` learnt, so that a small server need not; None where it is not of this
    corpus and this recipe, and in a development tree.
    """
    with as_file(files("classifier") / FIRST) as path:
        card = card_of(path) or {}
        if (card.get("corpus"), card.get("recipe")) != (corpus_digest(), recipe()):
            return None
        try:
            return read(path)
        except BadModel:
            return None


@dataclass
class InService:
    """Keeps the model in service at hand, and looks whether another one was promoted meanwhile."""

    directory: Path
    target_recall: float = TARGET_RECALL
    _kept: Model | None = None

    def model(self, progress: Callable[[str], object]) -> Model:
        """Cheap where nothing has changed. Raises ``BadModel``."""
        if self._kept is None or self._kept.version != Shelf(self.directory).version:
            self._kept = ready(self.directory, progress, self.target_recall)
        return self._kept
