"""What we bring along may be brought along, and the list of it is true."""

import importlib.util
import re
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

HOME = Path(__file__).parent.parent
# Would bind the program as a whole; the LGPL, used unchanged, does not.
BINDING = re.compile(r"(?<![L])(?:A?GPL|GNU (?:Affero )?General Public)", re.IGNORECASE)
KNOWN = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser|HPND|0BSD|Unlicense"
    r"|Zlib|CC0|Public Domain",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def licenses() -> ModuleType:
    loader = SourceFileLoader("licenses", str(HOME / "scripts" / "licenses"))
    spec = importlib.util.spec_from_loader("licenses", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def welcome(licence: str) -> bool:
    """Whether one of its alternatives is known and does not bind us."""
    parts = re.split(r"\bOR\b", licence)
    return any(KNOWN.search(part) and not BINDING.search(part) for part in parts)


@pytest.mark.parametrize(
    ("licence", "good"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND MIT", True),
        ("LGPL-3.0-only", True),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", True),
        ("GPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0-or-later", False),
        ("MIT OR GPL-2.0-only", True),
        ("MIT AND GPL-2.0-only", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_which_licences_are_welcome(licence, good):
    assert welcome(licence) == good


def test_no_package_binds_the_program_or_hides_its_licence(licenses):
    found = {name: licenses.licence(package) for name, package in licenses.shipped().items()}
    assert len(found) > 40
    assert {name: said for name, said in found.items() if not welcome(said)} == {}


def test_the_list_names_every_package(licenses):
    listed = set(re.findall(r"^\| ([\w.-]+) \|", (HOME / "LICENSES.md").read_text("utf-8"), re.M))
    assert set(licenses.shipped()) - listed == set()
    assert listed >= {"scikit-learn", "sqlalchemy", "starlette"}
