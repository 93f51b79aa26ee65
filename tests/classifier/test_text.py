"""Folding, clauses and pieces of words."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifier.text import any_of, clauses, fold, pieces, words


def cut(text):
    return [text[start:end] for start, end in clauses(text)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Réclamé", "reclame"),
        ("L’ŒUVRE", "l'oeuvre"),
        ("ÇA", "ca"),
        ("Straße", "strasse"),
        ("fin…", "fin..."),
        ("deja vu", "deja vu"),
        ("İ", "i"),
    ],
)
def test_accents_and_case_do_not_count(written, folded):
    assert fold(written) == folded


def test_words_keep_the_marks_of_emotion():
    assert words(fold("Ça fait 3 mois !! 20€ ?")) == [
        "ca",
        "fait",
        "3",
        "mois",
        "!",
        "!",
        "20",
        "€",
        "?",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n ", []),
        ("Bonjour", ["Bonjour"]),
        ("Bonjour M. Henry, merci. À bientôt", ["Bonjour M. Henry, merci.", "À bientôt"]),
        ("Contrat n. 12.500,00 payé", ["Contrat n. 12.500,00 payé"]),
        ("Quoi ?! Rien…", ["Quoi ?!", "Rien…"]),
        ("une ligne\nqui continue", ["une ligne\nqui continue"]),
        ("Bonjour,\nJ'attends.\n\nPaul", ["Bonjour,", "J'attends.", "Paul"]),
    ],
)
def test_a_text_is_cut_where_people_pause(text, found):
    assert cut(text) == found


def test_a_long_sentence_is_cut_at_its_joints():
    text = (
        "Je vous ai envoyé les pièces demandées au mois de mars, mais personne ne m'a jamais "
        "répondu depuis, alors que vous aviez promis de le faire sous huit jours."
    )
    assert len(cut(text)) == 3


@given(st.text(alphabet=st.sampled_from("aé .!?,;\n-M:…\u00a0\u2028"), max_size=200))
@example("a" * 300)
def test_clauses_stand_in_order_and_lose_only_blanks_and_joints(text):
    spans = clauses(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(piece == piece.strip() and piece for piece in cut(text))
    kept = sum(end - start for start, end in spans)
    assert len([c for c in text if not c.isspace() and c not in ",:–—-"]) <= kept


def test_pieces_of_a_word_know_its_borders():
    assert pieces("le") == (" le ",)
    assert set(pieces("retard")) & set(pieces("retards")) >= {" ret", "etar", "tard"}


def test_a_pattern_of_many_lines():
    pattern = any_of(
        r"""
    un WORD
    deux \
        mots
    """,
        WORD="(?:mot|terme)",
    )
    assert [pattern.search(text) is not None for text in ("un terme", "deux mots", "WORD")] == [
        True,
        True,
        False,
    ]
