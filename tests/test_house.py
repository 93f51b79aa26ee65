"""The house reads at a glance: small functions, a purpose for each module, pages that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
ROOMS = ["config", "ingest", "classifier", "register", "outbound", "review", "daemon"]
MODULES = [
    path
    for room in ROOMS
    for path in sorted((HOME / room).rglob("*.py"))
    if "versions" not in path.parts
]
PAGES = [HOME / "README.md", *sorted((HOME / "docs").rglob("*.md"))]
LONGEST = 50


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_says_its_purpose_and_its_functions_are_small(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert path.stem not in {"utils", "helpers", "misc", "common"}
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= LONGEST]
    assert long == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_what_a_page_points_to_exists(page):
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]+)", text)
    named = re.findall(
        r"`((?:docs|tests|daemon|config|register|review|outbound|ingest|classifier|bench)/[\w./-]+)`",
        text,
    )
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [name for name in named if not (HOME / name).exists()]
    assert missing == []
