"""Versions of letters: the office's own, once approved; and how letters look to who reads them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.load import load
from config.write import settings_file
from daemon.cli import commands
from outbound import approval
from outbound.approval import NotApproved
from outbound.deliver import Round
from outbound.templates import (
    KINDS,
    LARGEST,
    LAYOUTS,
    TemplateTrouble,
    Variable,
    example,
    of_office,
    render,
    shipped,
    wrapped,
)
from outbound.write import enclose
from register import complaints, outbox
from register.complaints import Facts, Opening
from register.database import open_database
from register.deadlines import Rules, compute
from register.model import Letter
from register.outbox import Order
from review.desk import Desk
from tests.outbound.cases import an_answer
from tests.servers.chromium import chromium

ACK = "acknowledgement"
BODY = "acknowledgement/body.txt"


def source(kind: str, name: str) -> str:
    return dict(shipped(kind).sources)[name]


@pytest.fixture
def folder(settings) -> Path:
    settings.letters.folder.mkdir()
    return settings.letters.folder


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def own_ack(folder: Path, word: str = "Chère cliente, cher client, Madame, Monsieur,") -> None:
    put(folder, BODY, source(ACK, BODY).replace("Madame, Monsieur,", word))


def stands(database, settings, kind: str = ACK) -> approval.Standing:
    with database.read() as session:
        return approval.standing(session, settings.letters.folder, settings.office, kind)


def approve(database, settings, now, kind: str = ACK) -> str:
    with database.begin() as session:
        own = approval.to_approve(settings.letters.folder, settings.office, kind, "fr")
        desk = Desk(session, settings, now)
        desk.journal(
            "marie", approval.APPROVED, approval.about(kind, "fr"), {"version": own.version}
        )
        return own.version


# --- versions ------------------------------------------------------------------------------


def test_the_folder_lies_beside_the_settings(tmp_path):
    path = tmp_path / "doleances.toml"
    for text in (settings_file({}), settings_file({}).replace("[letters]", "")):
        path.write_text(text, encoding="utf-8")
        assert load(path, {}).letters.folder == tmp_path / "modeles"
    path.write_text(settings_file({"letters.folder": "lettres"}), encoding="utf-8")
    assert load(path, {}).letters.folder == tmp_path / "lettres"


def test_without_a_folder_the_shipped_ones_serve(database, settings):
    found = stands(database, settings)
    assert (found.template, found.own, found.because) == (shipped(ACK), None, "")


def test_a_version_is_named_by_all_that_it_is_made_from(folder):
    names = {shipped(kind).version for kind in KINDS}
    assert len(names) == len(KINDS)
    assert all(re.fullmatch(r"[0-9a-f]{12}", name) for name in names)
    put(folder, "parts/recourse.txt", source("answer_partial", "parts/recourse.txt") + "\n")
    changed = {
        k for k in KINDS if (own := of_office(folder, k)) and own.version != shipped(k).version
    }
    assert changed == {kind for kind in KINDS if kind.startswith("answer_")}


def test_an_own_template_serves_once_approved_and_until_changed(
    database, settings, now, folder, caplog
):
    own_ack(folder)
    found = stands(database, settings)
    assert found.template == shipped(ACK)
    assert "pas approuvée" in found.because
    version = approve(database, settings, now)
    found = stands(database, settings)
    assert found.because == ""
    assert found.template.version == version
    assert found.template.own == {BODY}
    assert (found.approval.by, found.approval.at) == ("marie", now)
    own_ack(folder, "Bonjour Madame, bonjour Monsieur,")
    assert stands(database, settings).template == shipped(ACK)
    with database.read() as session:
        approval.in_service(session, folder, settings.office, ACK, "fr")
    assert "la version livrée sert" in caplog.text


def test_a_letter_without_a_mandatory_content_is_not_approved(database, settings, folder):
    put(folder, BODY, source(ACK, BODY).replace("{{ answer_by | short_date }}", "bientôt"))
    with pytest.raises(NotApproved, match="A7"):
        approval.to_approve(folder, settings.office, ACK, "fr")
    found = stands(database, settings)
    assert found.template == shipped(ACK)
    assert "défaut" in found.because


def test_an_approved_template_that_the_settings_spoil_serves_no_more(
    database, settings, now, folder
):
    own_ack(folder)
    approve(database, settings, now)
    office = settings.office.model_copy(update={"phone": "08 99 12 34 56"})
    with database.read() as session:
        found = approval.standing(session, folder, office, ACK)
    assert found.template == shipped(ACK)


def test_nothing_to_approve(settings, folder):
    with pytest.raises(NotApproved, match="livrée"):
        approval.to_approve(folder, settings.office, ACK, "fr")


@pytest.mark.parametrize("data", ["Re\u00e7u".encode("latin-1"), b"x" * (LARGEST + 1)])
def test_a_file_that_cannot_be_read_stops_no_letter(database, settings, folder, data):
    (folder / ACK).mkdir()
    (folder / BODY).write_bytes(data)
    found = stands(database, settings)
    assert found.template == shipped(ACK)
    assert "body.txt" in found.because


def test_a_letter_leaves_with_the_name_of_its_version(database, settings, now, folder):
    own_ack(folder)
    version = approve(database, settings, now)
    day = now.date()
    with database.begin() as session:
        opening = Opening(Facts(client_name="Jeanne"), compute(day, day, Rules()))
        complaint = complaints.enter(session, opening, "marie", now)
        order = Order(ACK, "jeanne@x.example", "<1@cabinet.example>", now)
        letter_id = outbox.queue(session, complaint, order, now).id

    class Postman:
        def send(self, *_: object) -> str:
            return "250 OK"

    assert Round(database, Postman(), settings, lambda: now).deliver_one()
    with database.read() as session:
        letter = outbox.as_sent(session, letter_id)
        assert letter.template == version
        assert b"Ch=C3=A8re cliente" in letter.data


def test_who_signed_is_named_with_the_function(database, settings, now):
    day = now.date()
    with database.begin() as session:
        opening = Opening(Facts(client_name="Jeanne"), compute(day, day, Rules()))
        complaint = complaints.enter(session, opening, "marie", now)
        signed = {"signatory": "marie@cabinet.example", "second_signatory": "henri@cabinet.example"}
        answer = an_answer(complaint_id=complaint.id, state="signed", written_by="paul@x.example",
                           written_at=now, **signed)  # fmt: skip
        session.add(answer)
        session.flush()
        letter = Letter(kind="answer_partial", complaint_id=complaint.id, answer_id=answer.id)
        enclosure = enclose(session, letter, settings)
    assert [one.name for one in enclosure.signatories] == list(signed.values())
    assert all(one.function for one in enclosure.signatories)


# --- writing -------------------------------------------------------------------------------


def test_a_variable_is_of_its_type():
    date_or_not = Variable("new_date", type(None), "", None)
    assert date_or_not.fits(None)
    assert not Variable("number", str, "", "").fits(None)
    assert Variable("number", str, "", "", optional=True).fits(None)


def test_a_template_sees_no_more_than_its_variables(settings):
    told = example(ACK, settings.office)
    for word in ("{{ ''.__class__ }}", "{{ office.model_copy().name }}", "{{ [].append(1) }}"):
        sources = dict(shipped(ACK).sources) | {BODY: word}
        bad = replace(shipped(ACK), sources=tuple(sorted(sources.items())))
        if "office" not in word:
            with pytest.raises(TemplateTrouble, match="ligne 1"):
                render(bad, told)
        assert approval.lint(bad, settings.office)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a " * 60, ["a " * 38 + "a", "a " * 20 + "a"]),
        ("1. " + "mot " * 30, ["1. " + ("mot " * 19).strip(), "   " + ("mot " * 11).strip()]),
        ("https://x.example/" + "y" * 100, ["https://x.example/" + "y" * 100]),
        ("x" * 70 + " 03 83 00 00 00", ["x" * 70, "03 83 00 00 00"]),
        ("a\n\n\n\nb", ["a", "", "b"]),
    ],
)
def test_lines_are_wrapped(text, lines):
    assert wrapped(text).splitlines() == lines


def test_french_spaces_do_not_break(settings):
    written = render(shipped(ACK), example(ACK, settings.office))
    for form in (written.text, written.html):
        assert "traitement\u202f;" in form.replace("\n", " ")
    style = re.search(r"<style>.*?</style>", written.html, re.DOTALL)
    assert style
    assert not {"\u00a0", "\u202f"} & set(style[0])


# --- as they are seen ----------------------------------------------------------------------

_CONTRASTS = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => {
    v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 });
    return .2126 * r + .7152 * g + .0722 * b };
  const behind = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c } return "rgb(255, 255, 255)" };
  return [...document.querySelectorAll("body *")].filter(e => e.innerText).map(e => {
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) }) }"""
# What is seen through the window, in millimetres, however the sheet slides in its envelope.
_WINDOW = (100, 45, 190, 79)
_PLACE = """() => { const r = document.querySelector(".to").getBoundingClientRect(), mm = 25.4 / 96;
  return [r.left * mm, r.top * mm, r.right * mm, r.bottom * mm] }"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize(("width", "scheme"), [(600, "light"), (360, "dark"), (320, "light")])
def test_a_letter_is_read_on_any_screen(browser, settings, width, scheme):
    office = settings.office.model_copy(
        update={"privacy_url": "https://www.cabinet.example/" + "d" * 60}
    )
    asked: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    for kind, about in KINDS.items():
        for language in about.languages:
            page.set_content(render(shipped(kind, language), example(kind, office)).html)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert min(page.evaluate(_CONTRASTS)) >= 4.5
            assert page.evaluate("document.querySelector('.letter').offsetWidth") <= 600
    page.close()
    assert asked == []


def test_the_address_is_in_the_window_and_nothing_else(browser, settings):
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    long = (
        "MADAME MARIE-CHRISTINE VANDENBROUCKE-L",
        *["12 bis avenue du Général-de-Gaulle, B4"] * 5,
    )
    told = {**example("answer_partial", settings.office), "by_post": True, "recipient": long}
    page.set_content(render(shipped("answer_partial"), told | {"layout": LAYOUTS[True]}).html)
    left, top, right, bottom = page.evaluate(_PLACE)
    assert _WINDOW[0] <= left < right <= _WINDOW[2]
    assert _WINDOW[1] <= top < bottom <= _WINDOW[3]
    heights = page.evaluate(
        "(() => { const e = document.querySelector('.to'); return [e.scrollHeight, e.clientHeight] })()"
    )
    assert heights[0] <= heights[1]
    others = page.evaluate(
        "[...document.querySelectorAll('.from, h1')].map(e => { const r = e.getBoundingClientRect();"
        " return [r.left, r.top, r.right, r.bottom].map(v => v * 25.4 / 96) })"
    )
    for other in others:
        assert other[2] <= _WINDOW[0] or other[3] <= _WINDOW[1] or other[1] >= _WINDOW[3]
    page.close()


# --- the commands --------------------------------------------------------------------------


@pytest.fixture
def run(settings, tmp_path):
    def run(*words: str) -> tuple[int, str]:
        given = ["--config", str(tmp_path / "doleances.toml"), "letters", *words]
        result = CliRunner().invoke(commands, given)
        if result.exception and not isinstance(result.exception, SystemExit):
            return 1, str(result.exception)
        return result.exit_code, result.output

    return run


def test_the_list_tells_each_letter(run, folder):
    own_ack(folder)
    code, said = run("templates", "--json")
    rows = {(row["kind"], row["language"]): row for row in json.loads(said)}
    assert code == 0
    assert len(rows) == sum(len(about.languages) for about in KINDS.values())
    assert rows[ACK, "fr"]["source"] == "shipped"
    assert rows[ACK, "fr"]["own_version"] in rows[ACK, "fr"]["not_used_because"]
    assert "n’est pas approuvée" in run("templates")[1]


def test_approving_and_looking(run, folder, tmp_path):
    own_ack(folder)
    assert run("approve", ACK, "--by", "marie@cabinet.example")[0] == 0
    [row] = [
        r
        for r in json.loads(run("templates", "--json")[1])
        if (r["kind"], r["language"]) == (ACK, "fr")
    ]
    assert (row["source"], row["approved_by"]) == ("office", "marie@cabinet.example")
    assert run("preview", ACK, "-o", str(tmp_path / "vue.html"))[0] == 0
    assert "REC-2026-0001" in (tmp_path / "vue.html").read_text(encoding="utf-8")


def test_who_may_not_approve_is_refused(run, folder, tmp_path):
    own_ack(folder)
    staff = (
        '\n[[staff]]\nname = "Paul"\nemail = "paul@cabinet.example"\n'
        '[[staff]]\nname = "Marie"\nemail = "marie@cabinet.example"\nrole = "referent"\n'
    )
    path = tmp_path / "doleances.toml"
    path.write_text(path.read_text(encoding="utf-8") + staff, encoding="utf-8")
    assert "habilité" in run("approve", ACK, "--by", "paul@cabinet.example")[1]
    assert run("approve", ACK, "--by", "marie@cabinet.example")[0] == 0


def test_faults_are_told_and_the_code_says_so(run, folder):
    assert run("lint")[0] == 0
    put(folder, BODY, source(ACK, BODY).replace("{{ number }}", "{{ numero }}"))
    code, said = run("lint", ACK)
    assert code == 1
    assert "body.txt, ligne 3" in said
    assert "« numero »" in said
    (folder / BODY).write_bytes(b"Re\xe7u")
    code, said = run("lint")
    assert (code, "UTF-8" in said, "✓ progress (fr)" in said) == (1, True, True)
    put(folder, BODY, source(ACK, BODY).replace("{{ number }}", "{{ numero }}"))
    assert "numero" in run("approve", ACK, "--by", "marie@cabinet.example")[1]


def test_a_letter_is_printed(run, settings, now, tmp_path):
    database = open_database(settings.database.url)
    day = now.date()
    with database.begin() as session:
        known = Facts(client_name="Jeanne Mangin", client_address="3 rue du Moulin, 54000 Nancy")
        complaint = complaints.enter(
            session, Opening(known, compute(day, day, Rules())), "marie", now
        )
        order = Order(ACK, "", "<1@cabinet.example>", now, withheld_because="à poster")
        letter_id = outbox.queue(session, complaint, order, now).id
    database.close()
    page = tmp_path / "lettre.html"
    assert run("print", str(letter_id), "-o", str(page))[0] == 0
    assert "Jeanne Mangin<br>3 rue du Moulin<br>54000 Nancy" in page.read_text(encoding="utf-8")
    assert "n’existe pas" in run("print", "99", "-o", str(page))[1]
    assert "ne peut pas être écrit" in run("print", str(letter_id), "-o", str(tmp_path / "a/b"))[1]


def test_the_guide_names_every_letter_and_variable():
    guide = (Path(__file__).parents[2] / "docs/guide/lettres.md").read_text(encoding="utf-8")
    for kind, about in KINDS.items():
        assert f"`{kind}`" in guide
        for one in about.variables:
            assert f"`{one.name}`" in guide
