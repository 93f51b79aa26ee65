"""The linter: shipped letters have no fault, and each rule, broken once, is seen."""

from dataclasses import replace

import pytest

from outbound.lint import RULES, Fault, blocking, lint
from outbound.templates import KINDS, Template, shipped

ACK = "acknowledgement"
PARTIAL = "answer_partial"
END = "</body>"

_STILL = (
    "Nous suivons votre dossier jusqu’à la réponse, nous relançons si elle tarde et nous "
    "répondons nous-mêmes à ce qui relève de notre cabinet."
)

# code, letter, what stands in a template, what somebody makes of it
BROKEN = [
    ("A1", ACK, "{{ office.phone }}", ""),
    ("A2", ACK, "Madame, Monsieur,", ""),
    ("A3", ACK, "Le {{ today | long_date }}", ""),
    ("A4", ACK, "{{ received | long_date }}", "récemment"),
    ("A4", ACK, "(envoyée le {{ sent | long_date }})", ""),
    ("A4", ACK, "{{ number }}", "dessous"),
    ("X-05", ACK, "à {{ received_time }}", ""),
    ("A5", ACK, "({{ about }})", ""),
    ("A6", ACK, "{{ office.complaint_contact }}", "Quelqu’un"),
    ("A6", ACK, "l’assureur ou les autres intervenants", "qui de droit"),
    ("A7", ACK, "{{ answer_by | short_date }}", "bientôt"),
    ("A7", ACK, "plus tôt si nous le pouvons", "c’est tout"),
    ("A8", ACK, "tiendrons informé", "écrirons"),
    ("A9", ACK, "{{ office.email }}", "no-reply@cabinet.example"),
    ("A10", ACK, "{{ office.mediator.postal }}", ""),
    ("A11", ACK, "Cela n’allonge pas le délai ci-dessous.", "Le délai est alors suspendu."),
    ("A11", ACK, "Cela n’allonge", "Il court à compter de la réception de toutes les pièces. Cela n’"),
    ("A12", ACK, "Ce message part automatiquement ; si vous y répondez, une personne vous lira.", ""),
    ("A12", ACK, "{% if automatic %}", "{% if 1 %}"),
    ("A13", ACK, "Vos données personnelles : {{ office.privacy_url }}", ""),
    ("A15", ACK, "Madame, Monsieur,", "Madame, nous reconnaissons notre erreur."),
    ("A16", ACK, "{{ office.phone }}", "0 892 12 34 56"),
    ("A16", ACK, "Notre délai", "Frais de dossier"),
    ("A16", ACK, "Le médiateur", "ec.europa.eu/odr"),
    ("A16", ACK, "Le médiateur", "Notre médiateur"),
    ("I1", PARTIAL, "Madame, Monsieur,", "Madame, votre demande est irrecevable."),
    ("I2", PARTIAL, "Madame, Monsieur,", "Madame, votre réclamation n’est pas fondée."),
    ("I3", PARTIAL, "Ce n’est pas une obligation", "Il faut avoir épuisé nos voies internes"),
    ("I4", ACK, "Madame, Monsieur,", "Madame, au sujet de votre arrêt de travail,"),
    ("I5", ACK, "Madame, Monsieur,", "Madame, Tracfin nous interroge."),
    ("I6", ACK, "Notre délai", "Fermeture le 24/12/2025"),
    ("I6", ACK, "Notre délai", "Fermeture le 24 décembre"),
    ("I7", ACK, "{% if answer_by >= today %}", "{% if 1 %}"),
    ("B2", "progress", "{{ done }}", ""),
    ("B3", "progress", "{{ remaining }}", ""),
    ("B4", "progress", "{{ cause }}", ""),
    ("B5", "progress", "{{ new_date | short_date }}", "plus tard"),
    ("B5", "progress", "{{ answer_by | short_date }}", "bientôt"),
    ("B6", "progress", "{{ office.mediator.url }}", ""),
    ("B8", "progress", "nous vous prions de nous en excuser", "voilà"),
    ("C1", PARTIAL, "({{ about }})", ""),
    ("C2", PARTIAL, "{{ point }}", ""),
    ("C4", PARTIAL, "{{ body }}", ""),
    ("C4", PARTIAL, "{{ blocks.words(body) }}", "{{ body | safe }}"),
    ("C5", PARTIAL, "{{ execution }}", ""),
    ("C5", PARTIAL, "{{ compensation }}", "une somme"),
    ("C6", PARTIAL, "{{ gesture }}", "une somme"),
    ("C9", PARTIAL, "{{ one.name }}, {{ one.function }}", "{{ one.name }}"),
    ("D1", PARTIAL, "{{ granted }}", ""),
    ("D1", PARTIAL, "{{ refused }}", ""),
    ("D2", PARTIAL, "{{ reasons }}", ""),
    ("D3a", PARTIAL, "{{ office.mediator.name }}", ""),
    ("D3b", PARTIAL, "{{ office.mediator.postal }}", ""),
    ("D3c", PARTIAL, "{{ office.mediator.url }}", ""),
    ("D3d", PARTIAL, "gratuite et confidentielle", "utile"),
    ("D3e", PARTIAL, "{{ mediation_ends | short_date }}", "ensuite"),
    ("D3e", PARTIAL, "votre réclamation écrite", "votre lettre"),
    ("D3f", PARTIAL, "tribunal", "voisin"),
    ("D3g", PARTIAL, "nouvel examen", "avis"),
    ("D4", PARTIAL, "{% if professional %}", "{% if 0 %}"),
    ("D5", PARTIAL, "{{ decided_by }}", ""),
    ("E2", "redirect", "c’est à cet organisme de se prononcer, et nous", "nous"),
    ("E2", "redirect", "{{ why }}", ""),
    ("E3", "redirect", "{{ to }}", "un autre"),
    ("E3", "redirect", "{{ address }}", ""),
    ("E4", "redirect", "{{ redirected_on | short_date }}", "hier"),
    ("E5", "redirect", "{{ still_done }}", ""),
    ("E5", "redirect", _STILL, "Voilà."),
    ("E6", "redirect", "n’y change rien", "est faite"),
    ("E7", "redirect", "{{ their_mediator }}", ""),
    ("E7", "redirect", "{{ office.mediator.name }}", ""),
    ("E8", "redirect", "avec les seules informations nécessaires à son examen", "en entier"),
    ("F1", "invitation", "{{ said }}", ""),
    ("F3", "invitation", "par la poste", "ici"),
    ("F4", "invitation", "C’est gratuit.", ""),
    ("F5", "invitation", "sa date fait partir les délais que recommande l’ACPR", "gardez-le"),
    ("F6", "invitation", "Ce n’est pas une condition : nous traitons votre réclamation même sans écrit.", ""),
    ("G1", "false_alarm", "à tort", "bien"),
    ("H1", ACK, END, f"<script>1</script>{END}"),
    ("H1", ACK, "<h1 ", '<h1 onclick="x()" '),
    ("H1", ACK, END, f'<a href="javascript:x">x</a>{END}'),
    ("H2", ACK, END, f'<img alt="" src="https://x.example/1.gif">{END}'),
    ("H2", ACK, END, f"<style>p {{ background: url(//x.example) }}</style>{END}"),
    ("H3", ACK, "Madame, Monsieur,", "Madame, voyez https://x.example/a"),
    ("H3", ACK, END, f'<a href="ftp://x.example">x</a>{END}'),
    ("H4", ACK, 'lang="{{ language }}"', ""),
    ("H4", ACK, "<h1 ", "<h3 "),
    ("T1", ACK, "l’assureur", "l'assureur"),
    ("T2", ACK, "traitement ;", "traitement;"),
    ("M", ACK, "{{ number }}", "{{ numero }}"),
    ("M", ACK, "{{ number }}", "{{ office.siret }}"),
    ("M", ACK, "{{ number }}", "{{ number[99] }}"),
    ("M", ACK, "{% if automatic %}", "{% if %}"),
    ("M", ACK, '"parts/mediator.txt"', '"parts/absent.txt"'),
    ("M", ACK, "{{ number }}", "{{ done }}"),  # of another letter
]  # fmt: skip


def broken(kind: str, before: str, after: str, language: str = "fr") -> Template:
    whole = shipped(kind, language)
    sources = tuple((name, text.replace(before, after)) for name, text in whole.sources)
    assert sources != whole.sources, f"nothing to break: {before}"
    return replace(whole, sources=sources)


@pytest.fixture
def office(settings):
    return settings.office.model_copy(
        update={"privacy_url": "https://www.cabinet.example/donnees", "orias": "07000000"}
    )


@pytest.mark.parametrize(
    ("kind", "language"), [(kind, one) for kind in KINDS for one in KINDS[kind].languages]
)
def test_a_shipped_letter_has_no_fault(office, settings, kind, language):
    assert lint(shipped(kind, language), office) == ()
    assert lint(shipped(kind, language), settings.office) == ()


@pytest.mark.parametrize(
    ("code", "kind", "before", "after"), BROKEN, ids=lambda word: str(word)[:24]
)
def test_a_broken_rule_is_seen(office, code, kind, before, after):
    codes = {fault.code for fault in lint(broken(kind, before, after), office)}
    assert code in codes


def test_every_rule_is_broken_once(office):
    seen: list[Fault] = []
    for _, kind, before, after in BROKEN:
        seen += lint(broken(kind, before, after), office)
    unseen = [
        (rule.code, rule.french)
        for rule in RULES
        if not any(one.code == rule.code and one.says.startswith(rule.french) for one in seen)
    ]
    assert unseen == []


def test_advice_keeps_nobody_from_approving(office):
    faults = lint(broken(ACK, "l’assureur", "l'assureur"), office)
    assert [fault.code for fault in faults] == ["T1"]
    assert blocking(faults) == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("{{ numero }}", "acknowledgement/body.txt, ligne 3 : la variable « numero » n’existe pas"),
        ("{{ number }", "acknowledgement/body.txt, ligne 3 : le modèle ne se lit pas"),
        (
            "{{ number[99] }}",
            "acknowledgement/body.txt, ligne 3 : le modèle ne peut pas être écrit",
        ),
    ],
)
def test_a_fault_is_told_with_file_and_line(office, after, said):
    whole = shipped(ACK)
    sources = tuple(
        (
            name,
            text.replace("{{ number }}", after, 1) if name == "acknowledgement/body.txt" else text,
        )
        for name, text in whole.sources
    )
    assert said in " ".join(map(str, lint(replace(whole, sources=sources), office)))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone": "08 99 12 34 56"}, "A16"),
        ({"complaint_contact": "Le médiateur du cabinet"}, "A16"),
        ({"email": "no-reply@cabinet.example"}, "A9"),
    ],
)
def test_what_the_settings_say_is_looked_at_too(office, changes, code):
    faults = lint(shipped(ACK), office.model_copy(update=changes))
    assert code in {fault.code for fault in faults}


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": "03-83-40-29-13"},  # no date
        {"phone": "0 805 12 34 56"},  # free of charge
        {"name": "Cabinet d'Assurances Santé, maladie & médical"},
        {"privacy_url": "https://donnees.courtage.example/2025/12/24"},
    ],
)
def test_an_office_may_be_called_as_it_is(office, changes):
    assert lint(shipped(ACK), office.model_copy(update=changes)) == ()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("A4", "{{ received | long_date }}", ""),
        ("A7", "{{ answer_by | short_date }}", ""),
        ("A10", "{{ office.mediator.url }}", ""),
        ("A12", "{% if automatic %}", "{% if 0 %}"),
        ("A12", "{% if automatic %}", "{% if 1 %}"),
        ("I7", "{% if answer_by >= today %}", "{% if 1 %}"),
        ("M", "{{ number }}", "{{ numero }}"),
    ],
)
def test_other_languages_are_read_as_closely(office, language, code, before, after):
    codes = {fault.code for fault in lint(broken(ACK, before, after, language), office)}
    assert code in codes
