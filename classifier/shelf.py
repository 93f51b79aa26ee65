"""Where models are kept: one file each, read without ever running what is in it."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from classifier.calibration import HeldOut
from classifier.corpus import corpus_digest, load
from classifier.features import KINDS, Block, Kind, Space
from classifier.labels import Label
from classifier.learning import Linear
from classifier.model import RECIPE, TARGET_RECALL, Model, train
from config.trouble import Trouble

_FORMAT = 1
_PROMOTED = "promoted.json"  # versions in the order of their promotion, the newest last
# What a file that is damaged, or no model at all, makes numpy and zip say.
_UNREADABLE = (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)
Arrays = dict[str, NDArray[Any]]


class NoModel(Trouble):
    """Aucun modèle n’est en service : « doleances train » en apprend un."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class BadModel(Trouble):
    """A model that cannot be used: what is wrong with its file and the mend, in French."""


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

    def put(self, model: Model) -> None:
        """Keep a model and put it in service."""
        self.directory.mkdir(parents=True, exist_ok=True)
        write(model, self._path(model.version))
        self._promote([*(v for v in self._promoted() if v != model.version), model.version])

    def list(self) -> Sequence[Entry]:
        """Every model that can be read, the one in service first, then the newest promotions."""
        promoted = self._promoted()
        found = []
        for version in reversed(promoted):
            card = _card(self._path(version))
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
            raise BadModel(_sentence(self.directory / _PROMOTED, "il est illisible")) from error
        return tuple(str(version) for version in versions)

    def _promote(self, versions: Sequence[str]) -> None:
        _replace(self.directory / _PROMOTED, json.dumps([*versions]).encode())


def default_directory() -> Path:
    """Where models are kept when there are no settings."""
    return platformdirs.user_cache_path("doleances") / "models"


def ready(
    directory: Path,
    progress: Callable[[str], object],
    target_recall: float = TARGET_RECALL,
) -> Model:
    """The model in service; learnt from the shipped corpus where there is none, or where the
    program came with a newer corpus or can no longer read it.
    """
    shelf = Shelf(directory)
    known = {(entry.card.get("corpus"), entry.version.partition(".")[0]) for entry in shelf.list()}
    if (corpus_digest(), RECIPE) in known:
        try:
            return shelf.current().aimed_at(target_recall)
        except BadModel as fault:  # nothing is lost: what was learnt can be learnt again
            progress(str(fault))
    examples = load()
    progress(f"Apprentissage du modèle sur {len(examples)} messages…")
    model = train(examples, target_recall=target_recall)
    shelf.put(model)
    progress(f"Modèle {model.version} en service.")
    return model


# --- one model, one file ---------------------------------------------------------------------


def write(model: Model, path: Path) -> None:
    """Write a model as arrays and one JSON document, with a digest over all of it."""
    arrays = _arrays(model)
    arrays["about"] = _as_array(_about(model))
    arrays["digest"] = np.frombuffer(_digest(arrays), dtype=np.uint8)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # names are ours
    temporary.replace(path)


def read(path: Path) -> Model:
    """The model of a file, checked. Raises ``BadModel``."""
    arrays = _opened(path)
    digest = arrays.pop("digest", None)
    if digest is None or digest.tobytes() != _digest(arrays):
        raise BadModel(_sentence(path, "son empreinte n’est pas la bonne"))
    try:
        return _model(json.loads(arrays["about"].tobytes()), arrays)
    except (KeyError, ValueError, TypeError) as error:
        raise BadModel(_sentence(path, "il vient d’une autre version du programme")) from error


def _opened(path: Path) -> Arrays:
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError as error:
        raise BadModel(_sentence(path, "il manque")) from error
    except _UNREADABLE as error:
        raise BadModel(_sentence(path, "ce n’est pas un modèle, ou il est abîmé")) from error


def _sentence(path: Path, fault: str) -> str:
    return f"Modèle {path} : {fault}. « doleances train » en apprend un nouveau."


def _card(path: Path) -> Mapping[str, Any] | None:
    """The card of a file, without reading the rest; None where it cannot be read."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            card: Mapping[str, Any] = json.loads(file["about"].tobytes())["card"]
            return card
    except (*_UNREADABLE, KeyError):
        return None


def _about(model: Model) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "version": model.version,
        "corpus": model.corpus,
        "target_recall": model.target_recall,
        "card": dict(model.card),
        "terms": {block.kind.name: block.terms.tolist() for block in model.space.blocks},
    }


def _arrays(model: Model) -> Arrays:
    idf = {f"idf {block.kind.name}": block.idf for block in model.space.blocks}
    held = model.held_out
    return {
        **idf,
        "coefficients": model.linear.coefficients,
        "intercepts": model.linear.intercepts,
        "held scores": held.scores,
        "held complaint": held.complaint,
        "held human": held.human,
        "held seen": held.seen,
        "held fold": held.fold,
    }


def _model(about: Mapping[str, Any], arrays: Arrays) -> Model:
    if about["format"] != _FORMAT:
        raise ValueError("format")
    space = Space(tuple(_block(kind, about, arrays) for kind in KINDS))
    if arrays["coefficients"].shape != (len(Label), sum(len(b.terms) for b in space.blocks)):
        raise ValueError("coefficients")
    return Model(
        version=str(about["version"]),
        corpus=str(about["corpus"]),
        target_recall=float(about["target_recall"]),
        space=space,
        linear=Linear(arrays["coefficients"], arrays["intercepts"]),
        held_out=HeldOut(
            arrays["held scores"],
            arrays["held complaint"],
            arrays["held human"],
            arrays["held seen"],
            arrays["held fold"],
        ),
    )


def _block(kind: Kind, about: Mapping[str, Any], arrays: Arrays) -> Block:
    terms = np.array(about["terms"][kind.name], dtype=np.object_)
    idf = arrays[f"idf {kind.name}"]
    if len(terms) != len(idf):
        raise ValueError(kind.name)
    return Block(kind, terms, idf)


def _digest(arrays: Arrays) -> bytes:
    """SHA-256 over names, shapes, types and contents."""
    whole = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        whole.update(f"{name} {array.shape} {array.dtype.str}\0".encode())
        whole.update(array.tobytes())
    return whole.digest()


def _as_array(document: Mapping[str, Any]) -> NDArray[np.uint8]:
    written = json.dumps(document, ensure_ascii=False).encode()
    return np.frombuffer(written, dtype=np.uint8)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)
