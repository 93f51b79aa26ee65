"""A built package carries a model: the first start needs no learning."""

from dataclasses import replace

import pytest

from classifier import learning, shelf
from classifier.modelfile import write
from classifier.shelf import Shelf, ready


@pytest.fixture
def first(tmp_path, monkeypatch):
    path = tmp_path / "first.npz"
    monkeypatch.setattr(shelf, "FIRST", str(path))
    return path


def never(*_: object, **__: object) -> None:
    raise AssertionError("learnt although a model was shipped")


def test_the_shipped_model_serves_and_aims_where_the_office_wants(
    first, model, tmp_path, monkeypatch
):
    write(model, first)
    monkeypatch.setattr(learning, "train", never)
    told = []
    found = ready(tmp_path / "models", told.append, target_recall=0.9)
    assert (found.version, found.target_recall, told) == (model.version, 0.9, [])
    assert Shelf(tmp_path / "models").version == model.version


@pytest.mark.parametrize("fault", ["missing", "damaged", "of another corpus"])
def test_a_shipped_model_that_does_not_fit_is_left_aside(
    first, model, tmp_path, monkeypatch, fault
):
    if fault == "damaged":
        write(model, first)
        first.write_bytes(first.read_bytes()[:-100])
    elif fault == "of another corpus":
        write(model, first)
        monkeypatch.setattr(shelf, "corpus_digest", lambda: "another")
    learnt = replace(model, target_recall=0.9)
    monkeypatch.setattr(shelf, "load", lambda: [])
    monkeypatch.setattr(learning, "train", lambda *_, **__: learnt)
    assert ready(tmp_path / "models", lambda _: None, target_recall=0.9) is learnt
