"""The printed register, read back: every word of it, on pages that say what they belong to."""

import io
import re
from dataclasses import replace

import pypdfium2
import pytest

from register.export import Format, Kind
from register.export.annexe import ANNEXE
from register.export.as_pdf import BOLD, HEAD_SIZE, MARGIN, PAD, WIDTH, _width, fitted, wrap
from register.export.control import CONTROL
from tests.ledger import EDITION, FACTS, enter, enter_whole, exported

HOSTILE = "facture\u202efdp.exe\t=1+1 😡 漢字"


def pages(database, kind=Kind.ANNEXE, edition=EDITION) -> list[str]:
    document, _ = exported(database, kind, Format.PDF, edition)
    opened = pypdfium2.PdfDocument(io.BytesIO(document))
    return [page.get_textpage().get_text_range() for page in opened]


def squeezed(text: str) -> str:
    """Without the places where lines end, which are the page's and not the text's."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_page_says_what_it_belongs_to(database, kind):
    for _ in range(15):
        enter_whole(database)
    printed = pages(database, kind)
    digest = exported(database, kind, Format.CSV)[1].digest
    assert len(printed) > 1
    for n, text in enumerate(printed, 1):
        assert kind.french in text
        assert "Cabinet Lorrain d’Assurances" in text
        assert "Édité le 23/11/2026 à 12 h 00 par Henri Klein." in text
        assert f"page {n} sur {len(printed)}" in text.replace("\r\n", " ").replace("  ", " ")
        assert "15 réclamations." in text
        assert digest in text


def test_the_header_is_on_each_page_of_the_table(database):
    for _ in range(15):
        enter_whole(database)
    for text in pages(database):
        for column in ANNEXE:
            assert squeezed(column.name.split()[0]) in squeezed(text)


def test_nothing_of_a_control_is_left_out(database):
    enter_whole(database)
    text = squeezed("".join(pages(database, Kind.CONTROL)))
    for column in CONTROL:
        assert squeezed(column.name) in text
    assert "1250,50" in text


@pytest.mark.parametrize("kind", list(Kind))
def test_a_text_longer_than_a_page_goes_on_on_the_next(database, kind):
    words = " ".join(f"mot{n}" for n in range(2400))
    enter(database, replace(FACTS, subject=words))
    enter(database, replace(FACTS, subject="x" * 5000))
    printed = pages(database, kind)
    assert len(printed) > 2
    text = squeezed("".join(printed))
    assert all(f"mot{n}" in text for n in range(2400))
    assert text.count("x") >= 5000
    assert squeezed("REC-2026-0001 (suite)") in squeezed(printed[1])


def test_signs_that_the_font_lacks_are_seen_to_lack_and_the_rest_stays(database):
    enter(database, replace(FACTS, client_name="Mehmet Yıldırım, 12 €", subject=HOSTILE))
    text = squeezed("".join(pages(database)))
    assert "MehmetYıldırım,12€" in text
    assert "facturefdp.exe=1+1\ufffd\ufffd\ufffdcontrat" in text


def test_an_empty_register_says_so(database):
    [text] = pages(database)
    assert "Néant" in text
    assert "Néant : aucune réclamation." in text


def test_an_office_of_a_long_name_is_not_cut(database):
    name = (
        "Société de courtage en assurances des professionnels du bâtiment de Lorraine et d’Alsace"
    )
    [text] = pages(database, edition=replace(EDITION, office=name))
    assert squeezed(name) in squeezed(text)


def test_fourteen_columns_fill_the_page_and_no_name_of_one_is_broken():
    widths = fitted([column.width for column in ANNEXE])
    assert sum(widths) == pytest.approx(WIDTH - 2 * MARGIN)
    for column, width in zip(ANNEXE, widths, strict=True):
        for word in column.name.split():
            assert _width(word, BOLD, HEAD_SIZE) <= width - 2 * PAD


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("un deux trois", ["un deux", "trois"]),
        ("Jean-François", ["Jean-", "François"]),
        ("a" * 12, ["aaaaaaaaa", "aaa"]),
        ("pour moitié ; et", ["pour", "moitié\u00a0; et"]),
    ],
)
def test_lines_break_where_a_french_reader_expects_it(text, lines):
    assert [line.text for line in wrap(text, 40.0)] == lines
