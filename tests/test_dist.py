"""What is built is whole, and the same bytes each time."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from classifier.shelf import FIRST

HOME = Path(__file__).parent.parent
ROOMS = ["config", "ingest", "classifier", "register", "outbound", "review", "daemon"]


def build(tree: Path, into: Path) -> Path:
    """A wheel of a copied tree, as ``make dist`` makes it."""
    script = (
        "import sys; from hatchling.build import build_wheel; "
        "print(build_wheel(sys.argv[1]), file=sys.stderr)"
    )
    into.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script, str(into)],
        cwd=tree,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1764000000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [wheel] = into.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    copied = tmp_path_factory.mktemp("tree")
    for name in [*ROOMS, "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSES.md"]:
        source = HOME / name
        if source.is_dir():
            shutil.copytree(source, copied / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, copied / name)
    (copied / "classifier" / FIRST).write_bytes(b"a model")
    return copied


def test_two_builds_are_the_same_bytes_and_hold_all_a_start_needs(tree, tmp_path):
    first = build(tree, tmp_path / "first")
    for path in tree.rglob("*"):  # as a fresh checkout on another day would have them
        os.utime(path, (1_700_000_000, 1_700_000_000))
    second = build(tree, tmp_path / "second")
    digests = [hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in (first, second)]
    assert digests[0] == digests[1]
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert first.name == f"doleances-{project['version']}-py3-none-any.whl"
    held = set(zipfile.ZipFile(first).namelist())
    wanted = {
        path.relative_to(tree).as_posix()
        for room in ROOMS
        for path in (tree / room).rglob("*")
        if path.is_file()
    }
    assert wanted - held == set()
    assert not [name for name in held if name.startswith("tests/")]


def test_the_version_is_said_from_one_place():
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = subprocess.run(
        [sys.executable, "-m", "daemon", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"doleances {project['version']}\n"
    others = [
        path
        for room in ROOMS
        for path in (HOME / room).rglob("*.py")
        if f'"{project["version"]}"' in path.read_text(encoding="utf-8")
    ]
    assert others == []
