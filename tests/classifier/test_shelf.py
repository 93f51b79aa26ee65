"""Models on disk: whole, checked, and never code."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

from classifier.modelfile import BadModel, read, write
from classifier.shelf import NoModel, Shelf, ready
from classifier.triage import Judged

MAILS = [
    Judged("Relance", "Bonjour, toujours rien reçu depuis deux mois, c'est long.", "", "Éva"),
    Judged("", "ok merci"),
    Judged("Sinistre", "Un arbre est tombé sur ma clôture cette nuit, que dois-je faire ?"),
]


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "models")


@pytest.fixture(scope="module")
def file(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "one.npz"
    write(model, path)
    return path


def test_a_model_comes_back_as_it_went(model, file, rest):
    mails = [*MAILS, *(example.judged for example in rest[:100])]
    again = read(file)
    assert again.classify(mails) == model.classify(mails)
    assert (again.version, again.card) == (model.version, model.card)


def test_a_model_loads_at_once(file):
    started = perf_counter()
    read(file).classify(MAILS[:1])
    assert perf_counter() - started < 1


def test_writing_leaves_one_file(model, file):
    assert [path.name for path in file.parent.iterdir()] == ["one.npz"]


def refused(path):
    with pytest.raises(BadModel) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize("place", [0, 1000, 50_000, -2000])
def test_one_changed_byte_is_refused(file, tmp_path, place):
    data = bytearray(file.read_bytes())
    data[place] ^= 0xFF
    changed = tmp_path / "changed.npz"
    changed.write_bytes(data)
    assert "doleances train" in refused(changed)


def test_half_a_file_is_refused(file, tmp_path):
    half = tmp_path / "half.npz"
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert "abîmé" in refused(half)


@pytest.mark.parametrize("content", [b"", b"bonjour", b"PK\x03\x04 rien", b"\x80\x04K\x01."])
def test_a_foreign_file_is_refused(tmp_path, content):
    foreign = tmp_path / "foreign.npz"
    foreign.write_bytes(content)
    assert str(foreign) in refused(foreign)


def test_a_file_that_would_run_code_is_refused(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("code of a model file was run",))

    trap = tmp_path / "trap.npz"
    objects = np.array([Trap()], dtype=object)
    with trap.open("wb") as target:
        np.savez(target, about=objects, digest=np.zeros(32, dtype=np.uint8))
    refused(trap)


def test_a_model_of_another_shape_is_refused(model, tmp_path):
    path = tmp_path / "short.npz"
    block = model.space.blocks[0]
    cut = replace(block, terms=block.terms[:-1])
    write(replace(model, space=replace(model.space, blocks=(cut, *model.space.blocks[1:]))), path)
    assert "autre version" in refused(path)


def test_a_missing_file_is_said(tmp_path):
    assert "manque" in refused(tmp_path / "none.npz")


def test_an_empty_shelf_has_no_model(shelf):
    with pytest.raises(NoModel):
        shelf.current()
    assert list(shelf.list()) == []


def test_the_last_one_put_is_in_service_and_can_be_rolled_back(shelf, model):
    other = replace(model, version="2026-11-23.00000000")
    shelf.put(model)
    shelf.put(other)
    assert shelf.current().version == other.version
    assert [(entry.version, entry.current) for entry in shelf.list()] == [
        (other.version, True),
        (model.version, False),
    ]
    assert shelf.rollback().version == model.version
    assert shelf.current().version == model.version
    assert shelf.list()[0].card["examples"] == model.card["examples"]


def test_without_a_former_model_nothing_is_rolled_back(shelf, model):
    shelf.put(model)
    with pytest.raises(NoModel):
        shelf.rollback()
    assert shelf.current().version == model.version


def test_a_shelf_that_has_learnt_the_shipped_corpus_is_ready(shelf, model):
    shelf.put(model)
    told = []
    found = ready(shelf.directory, told.append, target_recall=0.9)
    assert (found.version, found.target_recall, told) == (model.version, 0.9, [])


def test_a_broken_model_in_service_is_refused(shelf, model):
    shelf.put(model)
    [file] = shelf.directory.glob("*.npz")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    with pytest.raises(BadModel):
        shelf.current()


def test_a_folder_that_cannot_be_written_is_said(tmp_path, model):
    (tmp_path / "models").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(BadModel, match="ne peut pas être écrit"):
        Shelf(tmp_path / "models").put(model)


def test_an_unreadable_list_of_promotions_is_said(shelf, model):
    shelf.put(model)
    (shelf.directory / "promoted.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadModel, match="illisible"):
        shelf.current()
