"""What we bring along may be brought along, and the list of it is true."""

import importlib.util
import os
import re
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.metadata import PathDistribution
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


def test_only_what_is_locked_is_judged_wherever_the_list_is_written(licenses):
    shipped = set(licenses.shipped())
    assert "numpy" in shipped
    assert shipped.isdisjoint({"pytest", "ruff", "hatchling", "colorama", "uv"})
    lock = (HOME / "requirements.lock").read_text("utf-8")
    assert {f"{name}==" for name in shipped} <= set(re.findall(r"^[\w.-]+==", lock, re.M))


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ("License-Expression: MIT\nLicense: GPL", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License", "BSD License"),
        ("Classifier: License :: OSI Approved\nLicense: ISC License", "ISC License"),
        ("License: Apache 2.0\n        and a whole text", "Apache 2.0"),
        ("", ""),
    ],
)
def test_a_licence_is_what_the_package_says(licenses, tmp_path, headers, said):
    folder = tmp_path / "paquet-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: paquet\n{headers}\n", "utf-8")
    assert licenses.licence(PathDistribution(folder)) == said


UNKNOWN = "scipy  Dependency not found on PyPI and could not be audited: scipy (1.17.1)"
FLAW = "Found 1 known vulnerability in 1 package\njinja2  3.0.0  PYSEC-2026-1  3.1.6"


@pytest.mark.parametrize(
    ("said", "status", "without_network", "ends", "word"),
    [
        ("No known vulnerabilities found", 0, "1", 0, "No known"),
        (FLAW, 1, "0", 1, "PYSEC-2026-1"),
        ("requests.exceptions.ConnectionError: …", 1, "0", 0, "not audited"),
        ("requests.exceptions.ConnectionError: …", 1, "1", 1, "not audited"),
        (UNKNOWN, 0, "0", 0, "not audited: 1 packages"),
        (UNKNOWN, 0, "1", 1, "not audited: 1 packages"),
    ],
)
def test_an_audit_that_could_not_be_made_is_not_called_well(
    tmp_path, said, status, without_network, ends, word
):
    tool = tmp_path / "pip-audit"
    tool.write_text(f"#!/bin/sh\ncat <<'SAID'\n{said}\nSAID\nexit {status}\n", encoding="utf-8")
    tool.chmod(0o755)
    environment = {
        "BIN": str(tmp_path),
        "WITHOUT_NETWORK": without_network,
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [HOME / "scripts" / "audit"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, word in done.stdout + done.stderr) == (ends, True)
