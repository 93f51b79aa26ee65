"""One model, one file: arrays and one JSON document, read without ever running what is in it."""

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifier.calibration import HeldOut, Slope
from classifier.cases import Cases
from classifier.features import Block, Space
from classifier.labels import Label
from classifier.linear import Linear
from classifier.model import Model
from classifier.terms import KINDS, Kind
from config.trouble import Trouble

_FORMAT = 3
# What a file that is damaged, or no model at all, makes numpy and zip say.
_UNREADABLE = (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)
Arrays = dict[str, NDArray[Any]]


class BadModel(Trouble):
    """A model that cannot be used: what is wrong with its file and the mend, in French."""


def write(model: Model, path: Path) -> None:
    """Write a model with a digest over all of it."""
    arrays = _arrays(model)
    arrays["about"] = _as_array(_about(model))
    arrays["digest"] = np.frombuffer(_digest(arrays), dtype=np.uint8)
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)  # type: ignore[arg-type]  # names are ours
    put_in_place(path, content.getvalue())


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


def card_of(path: Path) -> Mapping[str, Any] | None:
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
        "recipe": model.recipe,
        "corpus": model.corpus,
        "target_recall": model.target_recall,
        "slope": [model.slope.steep, model.slope.shift],
        "card": dict(model.card),
        "terms": {block.kind.name: block.terms.tolist() for block in model.space.blocks},
        "cases": [model.cases.ids, model.cases.labels, model.cases.excerpts],
    }


def _arrays(model: Model) -> Arrays:
    idf = {f"idf {block.kind.name}": block.idf for block in model.space.blocks}
    held = model.held_out
    return {
        **idf,
        "coefficients": model.linear.coefficients,
        "intercepts": model.linear.intercepts,
        "cases data": model.cases.vectors.data,
        "cases indices": model.cases.vectors.indices,
        "cases indptr": model.cases.vectors.indptr,
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
        recipe=str(about["recipe"]),
        corpus=str(about["corpus"]),
        target_recall=float(about["target_recall"]),
        space=space,
        linear=Linear(arrays["coefficients"], arrays["intercepts"]),
        cases=_cases(about, arrays, len(space.blocks[0].terms)),
        held_out=HeldOut(
            arrays["held scores"],
            arrays["held complaint"],
            arrays["held human"],
            arrays["held seen"],
            arrays["held fold"],
        ),
        slope=Slope(*map(float, about["slope"])),
    )


def _block(kind: Kind, about: Mapping[str, Any], arrays: Arrays) -> Block:
    terms = np.array(about["terms"][kind.name], dtype=np.object_)
    idf = arrays[f"idf {kind.name}"]
    if len(terms) != len(idf):
        raise ValueError(kind.name)
    return Block(kind, terms, idf)


def _cases(about: Mapping[str, Any], arrays: Arrays, width: int) -> Cases:
    ids, labels, excerpts = about["cases"]
    whole = (arrays["cases data"], arrays["cases indices"], arrays["cases indptr"])
    vectors = sparse.csr_matrix(whole, (len(ids), width))
    return Cases(tuple(ids), tuple(map(Label, labels)), tuple(excerpts), vectors)


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


def put_in_place(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never sees half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)
