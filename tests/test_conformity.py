"""The table of conformity is complete, and everything that it names exists."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
TABLE = (HOME / "docs/conformity.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells
    for line in TABLE.splitlines()
    if (cells := [cell.strip() for cell in line.strip("| ").split(" | ")])
    and re.fullmatch(r"[PX]-\d\d", cells[0])
}
TESTS = "\n".join(
    (HOME / name).read_text(encoding="utf-8")
    for name in ("tests/test_procedure.py", "tests/test_regulation.py")
)
CLAUSES = [f"P-{n:02}" for n in range(31)] + [f"X-{n:02}" for n in range(1, 40)]


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_has_a_row_and_a_test_or_a_reason(clause):
    cells = ROWS[clause]
    assert len(cells) == (4 if clause.startswith("P") else 5)
    proof = cells[-1]
    if clause.startswith("P"):
        assert f"def test_{clause.lower().replace('-', '')}_" in TESTS
        return
    named = "`tests/" in proof or "`test_" in proof
    assert (
        named
        or proof.startswith("not the program’s".replace("’", "'"))
        or (cells[1] == "OPT" and proof == "optional")
    )


def test_there_is_no_other_clause():
    assert list(ROWS) == CLAUSES


@pytest.mark.parametrize("clause", CLAUSES)
def test_everything_named_exists(clause):
    text = " ".join(ROWS.get(clause, []))
    for path in re.findall(
        r"`((?:config|ingest|classifier|register|outbound|review|daemon|tests|docs)/[^`]*)`", text
    ):
        assert (HOME / path).exists() or (HOME / f"{path}.py").exists(), path
    for name in re.findall(r"`(test_\w+)`", text):
        assert f"def {name}_" in TESTS, name


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_function_named_stands_in_its_file(clause):
    text = " ".join(ROWS.get(clause, []))
    for path, names in re.findall(r"`([\w/]+\.py)` \(([^)]*)\)", text):
        source = (HOME / path).read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"\b{name}\b", source), (path, name)
