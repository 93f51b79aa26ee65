"""Bytes become the text their writer meant, whatever the labels say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import decode, encoded_words, header, one_line, tidy, unflow, words

FRENCH = "L’été dernier, j’ai été déçu : « rien » à 10 € près, cœur brisé."


@pytest.mark.parametrize(
    ("data", "declared", "text", "guessed"),
    [
        # declared right
        (FRENCH.encode(), "utf-8", FRENCH, False),
        (FRENCH.encode("cp1252"), "windows-1252", FRENCH, False),
        ("réglé à 5 €, cœur".encode("iso-8859-15"), "iso-8859-15", "réglé à 5 €, cœur", False),
        ("ça, déjà".encode("mac_roman"), "macintosh", "ça, déjà", False),
        ("привет".encode("koi8-r"), "koi8-r", "привет", False),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本", False),
        ("été".encode("utf-16"), "utf-16", "été", False),
        (b"+AOk-t+AOk-", "utf-7", "été", False),
        (b"m\x92\xe9tablir", "windows-1258", "m’établir", False),
        # what everybody means by these labels
        (b"l\x92indemnit\xe9", "iso-8859-1", "l’indemnité", False),
        (b"d\xe9\xe7u", "us-ascii", "déçu", False),
        # declared wrongly
        (FRENCH.encode(), "iso-8859-1", FRENCH, True),
        (FRENCH.encode(), "gb2312", FRENCH, True),
        (FRENCH.encode("cp1252"), "utf-8", FRENCH, True),
        (b"l\x92indemnit\xe9", "iso-8859-15", "l’indemnité", True),
        (b"\xe9t\xe9", "utf-16", "été", True),
        # unknown or impossible
        (b"m\xe9content", "foo", "mécontent", True),
        (b"m\xe9content", "unicode_escape", "mécontent", True),
        (b"m\xe9content", "base64", "mécontent", True),
        (b"m\xe9content", "\0", "mécontent", True),
        (b"simple", "foo", "simple", False),
        # absent
        (FRENCH.encode(), None, FRENCH, False),
        (FRENCH.encode("cp1252"), None, FRENCH, True),
        (b"\x81\xe9", None, "\ufffdé", True),
        # one foreign byte does not spoil the rest
        (b"caf\xe9, " + FRENCH.encode(), "utf-8", f"café, {FRENCH}", True),
        (b"\xef\xbb\xbfBonjour", None, "Bonjour", False),
    ],
)
def test_bytes_are_read_as_they_were_meant(data, declared, text, guessed):
    assert decode(data, declared) == (text, guessed)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("a\r\nb\rc\nd\u2028e", "a\nb\nc\nd\ne"),
        ("a\0b\x07c\x9fd\x7f", "abcd"),
        ("a\tb", "a\tb"),
        ("\ufeffdé\u00addommage\u200bment", "dédommagement"),
        ("a\ud800b", "ab"),
    ],
)
def test_text_is_tidy(text, tidied):
    assert tidy(text) == tidied


@given(st.binary(), st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["utf-7", "hz"])))
def test_any_bytes_become_text_that_a_database_takes(data, declared):
    text = decode(data, declared).text
    assert "\0" not in text
    assert "\r" not in text
    text.encode("utf-8")


@given(st.text())
def test_a_line_is_one_line(text):
    assert one_line(text).splitlines() in ([], [one_line(text)])


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("R\udce9clamation", "Réclamation"),  # raw latin-1
        ("R\udcc3\udca9clamation", "Réclamation"),  # raw UTF-8
        ("=?utf-8?q?R=C3=A9clamation?=", "Réclamation"),
        ("=?UTF-8?B?UsOpY2xhbWF0aW9u?=", "Réclamation"),
        ("=?iso-8859-1*fr?q?d=E9=E7u?=", "déçu"),
        ("=?windows-1252?q?l=92indemnit=E9?=", "l’indemnité"),
        # folded, and cut in the middle of a character
        ("=?utf-8?q?R=C3?=\r\n =?utf-8?q?=A9clamation_urgente?=", "Réclamation urgente"),
        ("=?utf-8?q?un?= =?iso-8859-1?q?_d=E9?= trois", "un dé trois"),
        # broken, but plain what was meant
        ("Re:=?utf-8?q?d=C3=A9=C3=A7u?=!", "Re:déçu!"),
        ("=?utf-8?q?Pourquoi ? =C3=A9tonnant?=", "Pourquoi ? étonnant"),
        ("=?utf-8?B?w6k?=", "é"),
        ("=?utf-8?B?w6 k=?=", "é"),
        ("=?foo?q?d=E9=E7u?=", "déçu"),
        ("=?utf-8?x?quoi?=", "=?utf-8?x?quoi?="),
        # hostile
        ("=?utf-8?q?R=C3=A9cla=0D=0ABcc:_v@x.example?=", "Récla Bcc: v@x.example"),
        ("a\0b\x1b[31m", "a b [31m"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("un\r\n deux", "un deux"),
    ],
)
def test_headers_are_read(raw, text):
    assert header(raw) == text


@pytest.mark.parametrize(
    "bomb", ["=?x?q?" * 40_000, "=?x?q?a?=" * 25_000, "=?" * 120_000, "=?x?b?" + "?a" * 120_000]
)
def test_hostile_headers_take_no_time(bomb):
    assert isinstance(header(bomb), str)


def test_covered_words_come_back():
    text = "=?utf-8?q?Dupont,_J?= <j@x.example>, \ue000 7\ue001 =?utf-8?q?b?="
    covered, uncovered = encoded_words(text)
    assert "," not in covered.partition("<")[0]
    assert uncovered(covered) == text.replace("\ue000", "").replace("\ue001", "")


@given(st.text())
def test_text_without_encoded_words_stays(text):
    if "=?" not in text:
        assert words(text) == text


@pytest.mark.parametrize(
    ("flowed", "delete_space", "text"),
    [
        ("Je suis \ntrès \ndéçu.\nJeanne", False, "Je suis très déçu.\nJeanne"),
        ("inaccep \ntable", True, "inacceptable"),
        ("> Un deux \n> trois\n>> vieux \nmoi", False, "> Un deux trois\n>> vieux \nmoi"),
        ("fin \n-- \nJeanne", False, "fin \n-- \nJeanne"),
        (" > pas cité", False, "> pas cité"),
        ("", False, ""),
    ],
)
def test_flowed_lines_are_joined(flowed, delete_space, text):
    assert unflow(flowed, delete_space=delete_space) == text
