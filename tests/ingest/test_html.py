"""HTML bodies: what is read of them, what is shown of them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html import LIMIT, is_cut, remote_pictures, to_safe, to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bonjour,</p><p>Je suis <b>très</b> d&eacute;&ccedil;ue.</p>",
         "Bonjour,\n\nJe suis très déçue."),
        ("Sans balise", "Sans balise"),
        ("un<br>deux<div>trois</div>", "un\ndeux\ntrois"),
        ("<ul><li>un<li>deux</ul>", "* un\n* deux"),
        ("<table><tr><td>Contrat</td><td>A 12</td></tr></table>", "Contrat  A 12"),
        ("<title>T</title><style>p{}</style><script>x()</script><p>vu</p>", "vu"),
        ("<?xml version='1.0' encoding='utf-8'?><html><body>Bonjour</body></html>", "Bonjour"),
        ("<!-- rien --><p>vu</p>", "vu"),
        ("<p>vu", "vu"),
        ("", ""),
        # hidden from readers, hidden from us
        ('<div style="display: none">cache</div>vu', "vu"),
        ('<div style="color:red;visibility:hidden">cache</div>vu', "vu"),
        ('<span style="font-size:0px">cache</span>vu', "vu"),
        ('<p hidden>cache</p><p>vu</p>', "vu"),
        ('<p style="mso-hide:all">cache</p><p>vu</p>', "vu"),
        ('<p style="font-size: 0.9em">vu</p>', "vu"),
        # quotes, as in plain mail; an indent is none
        ('moi<blockquote type="cite">lui<blockquote type="cite">moi avant</blockquote></blockquote>'
         "moi encore", "moi\n> lui\n>> moi avant\nmoi encore"),
        ('<blockquote class="gmail_quote"><div>un</div><div>deux</div></blockquote>',
         "> un\n> deux"),
        ('<blockquote style="border:none;border-left:2px solid">lui</blockquote>', "> lui"),
        ('<blockquote style="margin:0 0 0 40px;border:none">retrait</blockquote>', "retrait"),
    ],
)  # fmt: skip
def test_html_reads_as_its_reader_sees_it(html, text):
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>Bonjour <b>vous</b></p>", "<p>Bonjour <b>vous</b></p>"),
        ("<script>x()</script>vu", "vu"),
        ("<style>p{background:url(//t)}</style>vu", "vu"),
        ('<img src="https://t.example/pixel.gif">vu', "vu"),
        ('<p onclick="x()" style="background:url(//t)" class="c" id="i">vu</p>', "<p>vu</p>"),
        ('<form action="//t"><input value="v"><button>B</button></form>', "B"),
        ("<svg><a href=//t>a</a></svg><iframe src=//t></iframe><object data=//t></object>vu", "vu"),
        ('<a href="https://ok.example/">ok</a>',
         '<a href="https://ok.example/" rel="noopener noreferrer nofollow">ok</a>'),
        ('<a href="mailto:j@x.example">j</a>',
         '<a href="mailto:j@x.example" rel="noopener noreferrer nofollow">j</a>'),
        ('<a href="javascript:x()">j</a>', '<a rel="noopener noreferrer nofollow">j</a>'),
        ('<a href="data:text/html,x">j</a>', '<a rel="noopener noreferrer nofollow">j</a>'),
        ('<a href="/complaints/1">j</a>', '<a rel="noopener noreferrer nofollow">j</a>'),
        ('<base href="//t"><meta http-equiv="refresh" content="0;url=//t"><link href="//t">vu',
         "vu"),
    ],
)  # fmt: skip
def test_only_harmless_html_is_shown(html, safe):
    assert to_safe(html) == safe


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "mot" + "</div>" * 20_000,
        "<table><tr><td>" * 3_000 + "mot",
        "".join(f"<font color='{n}'>" for n in range(99)) + "<p>mot</p>" * 40_000,
        "<table><tr><td>" + "mot " * 5_000 + "</td></tr>" + "<tr><td>b</td></tr>" * 20_000,
        "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">mot",
        '<div style="margin-top:9999em;padding-left:9999em">mot</div>' * 4_000,
        "mot" + "<!--" * 100_000,
        "mot" + "<script" * 60_000,
        "mot" + "<" * 400_000,
    ],
)
def test_bombs_are_read_in_bounded_time_and_space(html):
    begin = time.perf_counter()
    text, safe = to_text(html), to_safe(html)
    assert time.perf_counter() - begin < 15  # a second or two, on a busy machine
    assert "mot" in text
    assert len(text) + len(safe) < 20 * LIMIT


def test_deep_html_still_gives_its_words():
    text = to_text("<p>avant</p>" + "<div>" * 300 + "dedans" + "</div>" * 300 + "<p>après</p>")
    assert text.split() == ["avant", "dedans", "après"]


def test_deep_html_is_escaped():
    safe = to_safe("<div>" * 300 + "a &lt;b <script>x()</script><img src=//t>")
    assert safe == "a &lt;b"


def test_pictures_in_the_text_do_not_count():
    picture = f'<img src="data:image/png;base64,{"A" * 2 * LIMIT}">'
    assert to_text(f"<p>avant</p>{picture}<p>après</p>") == "avant\n\naprès"
    assert not is_cut(picture)


def test_endless_html_is_cut():
    html = "<p>mot</p>" * LIMIT
    assert is_cut(html)
    assert to_text(html).startswith("mot\n\nmot")


@given(st.text(alphabet=st.sampled_from("<>/ab =\"'&;!-pdivtr\n\ue000\ue001"), max_size=200))
def test_any_html_is_read(html):
    assert isinstance(to_text(html), str)
    safe = to_safe(html).lower()
    assert "<script" not in safe
    assert "<img" not in safe


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<img src=https://t.example/a.gif>", 1),
        ("<IMG width=1 SRC = 'HTTP://t.example/a.gif'><img alt='x' src=\"//t.example/b\">", 2),
        ("<img src='cid:logo'><img src='data:image/png;base64,AA'><img src=logo.gif>", 0),
        ("<p>https://t.example/a.gif</p><imgx src=http://t.example/>", 0),
        ("<img src " * 50_000, 0),
    ],
)
def test_pictures_that_would_tell_are_counted(html, count):
    assert remote_pictures(html) == count
