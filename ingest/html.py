"""HTML bodies: as text to be judged, and as HTML that is safe to show.

Libraries meet a stranger's HTML only within bounds: nh3 takes time by the square of the depth and
of the number of attributes, inscriptis pads every line of a table to its widest.
"""

import html as entities
import re
from collections import Counter

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from ingest.text import tidy

LIMIT = 500_000  # characters, pictures within the text not counted; what follows is cut
_DEEPEST = 100  # elements within each other: libxml2 gives up at 256, five for each table
_TANGLED = 1_000_000  # elements that stay open, summed over all tags: what badly closed HTML costs
_PAPER = 5_000_000  # characters a table may need once it is padded

_PICTURE = re.compile(r"data:image/[a-z+.-]+;base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_REMOTE = re.compile(
    r"<(?:img|input|image)\b[^<>]*\bsrc\s*=\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)([^<>]*)>")
_QUOTE_TAG = re.compile(r"<(/?)blockquote([^<>]*)>")
_TABLE_TAG = re.compile(r"</?(?:table|tbody|tr|td|th)[^<>]*>")
_SPAN_TAG = re.compile(r"</?span[^<>]*>")
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![\d.])"
)
_RULED_STYLE = re.compile(r"border(?:-left)?(?:-width|-style)?\s*:\s*(?!none|0|medium none)\S")

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
# Their end may be left out (HTML, 13.1.2.4): they never lie in each other without another between.
_CLOSED_BY_THEMSELVES = {
    "p",
    "li",
    "td",
    "th",
    "tr",
    "dt",
    "dd",
    "tbody",
    "thead",
    "tfoot",
    "colgroup",
}
_SILENT = {"script", "style", "title", "template", "svg", "math", "iframe", "object", "noembed"}

_LAYOUT = {
    *("p", "div", "span", "br", "hr", "blockquote", "pre", "center", "address"),
    *("table", "tbody", "tr", "td", "th", "ul", "ol", "li", "dl", "dt", "dd"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"),
}
_SHOWN = _LAYOUT | {
    *("a", "b", "strong", "i", "em", "u", "s", "del", "ins", "small", "sub", "sup", "mark"),
    *("code", "kbd", "abbr", "cite", "q", "font", "caption", "thead", "tfoot"),
}
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start"},
    "font": {"color"},
}

# Signs of our own in the text, to find quotes again once it is laid out; Unicode promises that
# nobody else means anything by them. Removed from what comes in.
_OPENS, _CLOSES = "\ue000", "\ue001"
_PLAIN = ParserConfig(css=CSS_PROFILES["strict"])


def to_safe(html: str) -> str:
    """HTML without script, style, form, picture or foreign scheme; links lead out, never in."""
    html = _bounded(html)
    if _is_tangled(html):
        return entities.escape(_folded(_stripped(html)), quote=False).replace("\n", "<br>\n")
    clean = nh3.clean(
        html,
        tags=_SHOWN,
        clean_content_tags=_SILENT,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
    return tidy(clean)  # entities may have hidden signs that turn words round


def to_text(html: str) -> str:
    """The text a reader sees, quotes (``blockquote``) marked with ``>`` as in plain mail."""
    html = _bounded(html)
    if _is_tangled(html):
        return _folded(_stripped(html))
    lean = _lean(html)
    text = _laid_out(lean)
    if len(text.strip()) < 10 < len(_stripped(lean).strip()):
        text = _stripped(lean)
    return _folded(_with_quote_signs(text))


def remote_pictures(html: str) -> int:
    """How many pictures would tell their sender that they were looked at."""
    return len(_REMOTE.findall(html[:LIMIT]))


def is_cut(html: str) -> bool:
    """Say whether only the beginning of this HTML is read."""
    return len(_PICTURE.sub("", html)) > LIMIT


def _bounded(html: str) -> str:
    html = html.replace(_OPENS, "").replace(_CLOSES, "").replace("\0", "")
    return _PICTURE.sub("", html)[:LIMIT]


def _is_tangled(html: str) -> bool:
    """Say whether parsing as browsers do would cost too much: too deep, or too much left open."""
    depth = total = 0
    still_open: Counter[str] = Counter()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _VOID or name in _CLOSED_BY_THEMSELVES:
            total += depth
        elif not tag[1]:
            depth += 1
            still_open[name] += 1
        elif still_open[name]:
            depth -= 1
            still_open[name] -= 1
        total += depth
        if depth > _DEEPEST or total > _TANGLED:
            return True
    return False


def _lean(html: str) -> str:
    """Well-formed HTML of nothing but layout: what is hidden and what is quoted stays marked."""
    lean = nh3.clean(
        html,
        tags=_LAYOUT,
        clean_content_tags=_SILENT,
        attributes={"*": {"style", "hidden"}, "blockquote": {"style", "hidden", "type", "class"}},
        attribute_filter=_what_matters,
        url_schemes=set(),
    )
    lean = _signed_quotes(lean.replace(' hidden="display:none"', ' style="display:none"'))
    return _without_tables(lean) if _paper_for(lean) > _PAPER else lean


def _what_matters(tag: str, attribute: str, value: str) -> str | None:
    value = value.lower()
    if attribute == "hidden" or (attribute == "style" and _HIDDEN_STYLE.search(value)):
        return "display:none"
    if tag != "blockquote":
        return None
    # Mailers also indent with blockquote; a quote is cited, classed as one, or ruled at its left.
    quoted = {
        "type": value == "cite",
        "class": "quote" in value or "cite" in value,
        "style": bool(_RULED_STYLE.search(value)),
    }
    return "cite" if quoted.get(attribute) else None


def _signed_quotes(lean: str) -> str:
    """Put our signs where quotes open and close; indents get none."""
    signed: list[bool] = []

    def sign(tag: re.Match[str]) -> str:
        if not tag[1]:
            signed.append('"cite"' in tag[2])
            return f"{tag[0]}<div>{_OPENS}</div>" if signed[-1] else tag[0]
        return f"<div>{_CLOSES}</div>{tag[0]}" if signed and signed.pop() else tag[0]

    return _QUOTE_TAG.sub(sign, lean)


def _paper_for(lean: str) -> int:
    """How many characters the tables may need at most: lines times columns times widest cell."""
    if "<table" not in lean:
        return 0
    runs = re.split(r"<[^<>]*>", _SPAN_TAG.sub("", lean))
    columns = max(row.count("<td") + row.count("<th") for row in lean.split("<tr"))
    return len(runs) * max(columns, 1) * max(map(len, runs))


def _without_tables(lean: str) -> str:
    lean = re.sub(r"</t[dh]>", "&nbsp; ", lean).replace("</tr>", "<br>")
    return _TABLE_TAG.sub("", lean)


def _laid_out(lean: str) -> str:
    once_more = lean.replace("&amp;", "&amp;amp;")  # inscriptis reads entities twice
    try:
        text: str = get_text(once_more, _PLAIN)
    except (ValueError, ArithmeticError, LookupError, AttributeError, RecursionError):
        return ""  # the words are taken without layout then
    return text


def _stripped(html: str) -> str:
    """The words between the tags, for HTML that no parser should be troubled with."""
    for name in ("script", "style", "title"):
        html = _without_element(html, name)
    html = "".join(
        piece.partition("-->")[2] or "" if n else piece
        for n, piece in enumerate(html.split("<!--"))
    )
    lines = _TAG.sub(lambda tag: "\n" if tag[2].lower() in _LAYOUT - {"span"} else "", html)
    return entities.unescape(lines)


def _without_element(html: str, name: str) -> str:
    end = re.compile(rf"</{name}\s*>", re.IGNORECASE)
    first, *others = re.split(rf"<{name}\b", html, flags=re.IGNORECASE)
    return first + "".join(
        end.split(piece, maxsplit=1)[-1] for piece in others if end.search(piece)
    )


def _with_quote_signs(text: str) -> str:
    """Turn our signs into ``>`` before each line between them, as deep as they lie."""
    depth = 0
    lines = []
    for line in text.split("\n"):
        depth += line.count(_OPENS)
        content = line.replace(_OPENS, "").replace(_CLOSES, "").strip()
        if content or line == "":
            lines.append(f"{'>' * depth} {content}".rstrip() if depth else content)
        depth = max(depth - line.count(_CLOSES), 0)
    return "\n".join(lines)


def _folded(text: str) -> str:
    lines = (line.rstrip() for line in tidy(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
