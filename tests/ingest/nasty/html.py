"""HTML bodies, as clients, newsletters and crooks write them."""

from tests.ingest.nasty.mails import WORDS, Nasty, in_quoted, mail

_TYPE = "Content-Type: text/html; charset=utf-8"

# What is sent, what a reader sees.
_PAGES: dict[str, tuple[str | bytes, str]] = {
    "paragraphs": ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
    "breaks": ("Un<br>Deux<br/>Trois<BR >Quatre", "Un\nDeux\nTrois\nQuatre"),
    "divs of Gmail": ('<div dir="ltr">Un<div>Deux</div><div><br></div><div>Trois</div></div>', "Un\nDeux\n\nTrois"),
    "nothing": ("", ""),
    "empty page": ("<html><head></head><body></body></html>", ""),
    "a picture alone": ('<img src="cid:a" alt="">', ""),
    "spaces and lines": ("<p>Un\r\n   deux\ttrois</p>", "Un deux trois"),
    "no-break spaces": ("<p>Un&nbsp;: deux&#160;!</p>", "Un : deux !"),
    "entities": ("<p>&eacute;t&eacute; &amp; &laquo;&nbsp;oui&nbsp;&raquo; &euro; &oelig; &rsquo;</p>", "été & « oui » € œ ’"),
    "entities without semicolon": ("<p>d&eacute&ccedilu &amp encore</p>", "déçu & encore"),
    "entities in figures": ("<p>&#233;t&#xE9; &#8217; &#x20ac;</p>", "été ’ €"),
    "entities of windows": ("<p>l&#146;&eacute;t&eacute; &#128;</p>", "l’été €"),
    "entities unheard of": ("<p>&bidule; &#99999999; &#xD800; &#0;</p>", None),  # type: ignore[dict-item]
    "entities escaped twice": ("<p>&amp;eacute;</p>", "&eacute;"),
    "angle brackets escaped": ("<p>&lt;jeanne@x.example&gt;</p>", "<jeanne@x.example>"),
    "angle brackets alone": ("<p>3 < 5 et 7 > 5</p>", "3 < 5 et 7 > 5"),
    "style and script": ("<style>p{color:red}</style><script>alert(1)</script><p>Un</p>", "Un"),
    "style never closed": ("<p>Un</p><style>p{color:red}", "Un"),
    "title": ("<html><head><title>Sans titre</title></head><body>Un</body></html>", "Un"),
    "comments": ("<p>Un<!-- caché -->Deux</p>", "UnDeux"),
    "comment never closed": ("<p>Un</p><!-- caché", "Un"),
    "conditional comments": ("<!--[if mso]><p>caché</p><![endif]--><p>Un</p>", "Un"),
    "conditional comments shown": ("<![if !mso]><p>Un</p><![endif]>", "Un"),
    "hidden by style": ('<p>Un</p><p style="display:none">caché</p>', "Un"),
    "hidden preheader": ('<div style="display:none;max-height:0;overflow:hidden">caché</div><p>Un</p>', "Un"),
    "hidden by size": ('<span style="font-size:0px">caché</span><p>Un</p>', "Un"),
    "hidden for Outlook": ('<span style="mso-hide:all">caché</span><p>Un</p>', "Un"),
    "hidden by attribute": ("<p hidden>caché</p><p>Un</p>", "Un"),
    "lists": ("<ul><li>Un</li><li>Deux</li></ul>", None),  # type: ignore[dict-item]
    "links": ('<p>Voir <a href="https://x.example/">ici</a>.</p>', "Voir ici."),
    "base": ('<base href="https://voleur.example/"><p><a href="a">Un</a></p>', "Un"),
    "words across tags": ("<p>ré<b>clama</b>tion</p>", "réclamation"),
    "upper case": ("<P>Un</P><P>Deux</P>", "Un\n\nDeux"),
    "tags never closed": ("<p>Un<p>Deux<b>Trois", "Un\n\nDeuxTrois"),
    "tags closed twice": ("<p>Un</p></p></div></b>Deux", "Un\n\nDeux"),
    "tags wrongly nested": ("<b><i>Un</b></i>", "Un"),
    "tag cut": ("<p>Un</p><a href=", "Un"),
    "attributes without quotes": ("<p class=x style=color:red>Un</p>", "Un"),
    "attributes with brackets": ('<p title="a > b">Un</p>', "Un"),
    "quote never closed in an attribute": ('<p>Un</p><p title="a>Deux</p>', None),  # type: ignore[dict-item]
    "Word's tags": ('<p class="MsoNormal">Un<o:p></o:p></p><o:p>&nbsp;</o:p>', "Un"),
    "XML prologue": ('<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>Un</body></html>', "Un"),
    "CDATA": ("<p><![CDATA[caché]]>Un</p>", None),  # type: ignore[dict-item]
    "table": ("<table><tr><td>Un</td><td>Deux</td></tr></table>", None),  # type: ignore[dict-item]
    "table for layout": ("<table><tbody><tr><td><p>Un</p></td></tr></tbody></table>", "Un"),
    "pre": ("<pre>Un\nDeux</pre>", "Un\nDeux"),
    "textarea": ("<p>Un</p><textarea>Deux</textarea>", None),  # type: ignore[dict-item]
    "soft hyphens": ("<p>ré&shy;cla&shy;mation</p>", "réclamation"),
    "direction": ("<p>&#8238;Un&#8236;</p>", "Un"),
    "NUL": (b"<p>U\0n</p>", "Un"),
    "byte order mark": ("\ufeff<p>Un</p>", "Un"),
    "two pages": ("<html><body>Un</body></html><html><body>Deux</body></html>", None),  # type: ignore[dict-item]
    "frames": ("<frameset><frame src=x></frameset><noframes>Un</noframes>", None),  # type: ignore[dict-item]
    "body in a comment of Outlook": ("<html><body><!--StartFragment--><p>Un</p><!--EndFragment--></body></html>", "Un"),
    "drawing": ("<svg><text>caché</text></svg><p>Un</p>", "Un"),
    "form": ('<form action="https://voleur.example"><input value="caché"><p>Un</p></form>', "Un"),
}  # fmt: skip

MAILS = [
    *(
        Nasty(f"HTML: {name}", mail(raw, _TYPE), text=seen, lacks=("caché", "alert", "color:red"))
        for name, (raw, seen) in _PAGES.items()
        if name != "CDATA"
    ),
    Nasty("HTML: meta against the header", mail('<meta charset="iso-8859-1"><p>été à l’œuvre</p>', _TYPE), text="été à l’œuvre"),
    Nasty("HTML: meta where no header says", mail('<meta charset="iso-8859-15"><p>12 €</p>'.encode("iso-8859-15"), "Content-Type: text/html"), text="12 €"),
    Nasty("HTML: meta of old where no header says", mail('<meta http-equiv="Content-Type" content="text/html; charset=macintosh"><p>été</p>'.encode("mac_roman"), "Content-Type: text/html"), text="été"),
    Nasty("HTML: in quoted-printable", mail(in_quoted(f'<p style="color:red">{WORDS}</p>'), _TYPE, "Content-Transfer-Encoding: quoted-printable"), text=WORDS),
    Nasty("HTML: in utf-16", mail(f"<p>{WORDS}</p>".encode("utf-16"), "Content-Type: text/html; charset=utf-16"), text=WORDS),
    Nasty("HTML: of a megabyte", mail(f"<p>{WORDS}</p>" + "<p>Suite.</p>" * 90_000, _TYPE), contains=(WORDS,), defects=("text-cut",)),
    Nasty("HTML: 100 000 within each other", mail("<div>" * 100_000 + WORDS + "</div>" * 100_000, _TYPE), defects=("text-cut",)),
    Nasty("HTML: 20 000 within each other", mail("<div>" * 20_000 + WORDS + "</div>" * 20_000, _TYPE), text=WORDS),
    Nasty("HTML: a picture within", mail(f'<p>{WORDS}<img src="data:image/png;base64,{"A" * 700_000}"></p>', _TYPE), text=WORDS),
    Nasty("HTML: xhtml as its own type", mail(f"<html><body><p>{WORDS}</p></body></html>", "Content-Type: application/xhtml+xml"), contains=()),
]  # fmt: skip
