"""The shipped corpus is whole, and what is judged is the same for learning and judging."""

import json
import re
from collections import Counter
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from sklearn.feature_extraction.text import HashingVectorizer

from classifier.corpus import (
    BadCorpus,
    corpus_digest,
    judged,
    judged_from_mail,
    load,
    load_frozen,
    read,
)
from classifier.labels import Label
from classifier.signals import signals_in
from classifier.text import fold
from ingest.mail import Attachment
from ingest.parse import parse
from tests.builders import a_mail

FIELDS = {
    "id": str,
    "from_name": str,
    "from_email": str,
    "subject": str,
    "text": str,
    "label": str,
    "doubt": bool,
    "writer": str,
    "batch": str,
    "difficulty": str,
    "note": str,
}
ALIKE = 0.5  # Jaccard of the runs of five letters that few mails have


def attachment(text):
    return Attachment("lettre.pdf", "application/pdf", b"%PDF", text)


LINE = {"subject": "Bonjour", "text": "Merci.", "label": "thanks"}


@pytest.fixture(scope="module")
def lines():
    folder = files("classifier").joinpath("corpus")
    every = [*folder.iterdir(), *folder.joinpath("frozen").iterdir()]
    return [
        (file.name.removesuffix(".jsonl"), json.loads(line))
        for file in sorted(every, key=lambda file: file.name)
        if file.name.endswith(".jsonl")
        for line in file.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]


def test_every_line_has_its_fields(lines):
    wrong = [
        (line.get("id"), name)
        for _, line in lines
        for name, kind in FIELDS.items()
        if not isinstance(line.get(name), kind)
    ]
    assert wrong == []
    assert [line["id"] for _, line in lines if set(line) - {"reproach"} != set(FIELDS)] == []


def test_a_reproach_is_said_in_the_words_of_a_complaint(lines):
    reproached = [line for _, line in lines if "reproach" in line]
    assert {line["label"] for line in reproached} == {Label.COMPLAINT}
    said = [(line["id"], words) for line in reproached for words in line["reproach"]]
    whole = {line["id"]: f"{line['subject']}\n{line['text']}" for line in reproached}
    assert [(id_, words) for id_, words in said if words not in whole[id_]] == []


def test_no_mail_is_both_learnt_and_a_control(lines, corpus):
    frozen = load_frozen()
    assert frozen
    assert {e.writer for e in frozen} & {e.writer for e in corpus} == set()
    assert {e.id for e in frozen} & {e.id for e in corpus} == set()


def test_every_label_and_difficulty_is_one(lines):
    labels = {label.value for label in Label}
    assert [line["id"] for _, line in lines if line["label"] not in labels] == []
    assert {line["difficulty"] for _, line in lines} <= {"easy", "hard"}


def test_ids_are_unique_and_say_where_they_stand(lines):
    counts = Counter(line["id"] for _, line in lines)
    assert [id_ for id_, count in counts.items() if count > 1] == []
    strays = [
        line["id"]
        for name, line in lines
        if not re.fullmatch(rf"{re.escape(name)}-\d{{3}}", line["id"])
    ]
    assert strays == []


def test_writers_and_batches_belong_to_one_hand(lines):
    strays = [
        line["id"]
        for name, line in lines
        for told in (line["writer"], line["batch"])
        if not told.startswith(f"{name.split('-')[0]}-")
    ]
    assert strays == []


def test_every_label_is_there_and_complaints_are_many(lines):
    counts = Counter(line["label"] for _, line in lines)
    assert set(counts) == {label.value for label in Label}
    assert len(lines) >= 500
    assert counts["complaint"] >= 0.3 * len(lines)


def test_no_two_mails_are_nearly_the_same(lines):
    """A template would show here. Short mails may be alike: « merci » is « merci »; so may the two
    of a minimal pair, of which one reproaches.
    """
    said = {line["id"]: (line["batch"], line["label"] == Label.COMPLAINT) for _, line in lines}
    texts = [(line["id"], fold(line["text"])) for _, line in lines if len(line["text"]) >= 80]
    runs = HashingVectorizer(
        analyzer="char", ngram_range=(5, 5), n_features=2**20, norm=None, alternate_sign=False
    ).transform([text for _, text in texts])
    runs.data[:] = 1
    seldom = np.flatnonzero(np.bincount(runs.indices, minlength=runs.shape[1]) <= 60)
    shared = runs[:, seldom].astype(np.int32)
    pairs = (shared @ shared.T).tocoo()
    sizes = np.asarray(shared.sum(axis=1)).ravel()
    near = [
        (texts[one][0], texts[other][0])
        for one, other, common in zip(pairs.row, pairs.col, pairs.data, strict=True)
        if one < other and common > ALIKE * (sizes[one] + sizes[other] - common)
    ]
    assert [pair for pair in near if not _is_minimal(*(said[id_] for id_ in pair))] == []


def _is_minimal(one: tuple[str, bool], other: tuple[str, bool]) -> bool:
    return one[0] == other[0] and one[1] != other[1]


def test_the_corpus_is_always_read_in_the_same_order():
    assert [example.id for example in load()] == [example.id for example in load()]
    assert re.fullmatch(r"[0-9a-f]{64}", corpus_digest())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "ce n’est pas du JSON"),
        ('["text"]', "un objet JSON"),
        ('"text"', "un objet JSON"),
        (json.dumps({"text": "Merci."}), "« label » manque"),
        (json.dumps({"label": "thanks"}), "« text » manque"),
        (json.dumps({"text": "Merci.", "label": "gratitude"}), "« gratitude » n’existe pas"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, fault):
    file = tmp_path / "mails.jsonl"
    file.write_text(f"{json.dumps(LINE)}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(BadCorpus, match=re.escape(f"{file}, ligne 3 :")) as caught:
        read(file)
    assert fault in str(caught.value)


def test_a_file_of_another_charset_is_said(tmp_path):
    file = tmp_path / "mails.jsonl"
    file.write_bytes(b'{"text": "\xe9t\xe9", "label": "other"}')
    with pytest.raises(BadCorpus, match="UTF-8"):
        read(file)


def test_a_line_separator_in_a_mail_is_no_new_line(tmp_path):
    file = tmp_path / "mails.jsonl"
    file.write_text(json.dumps(LINE | {"text": "a\u2028b\u0085c"}, ensure_ascii=False), "utf-8")
    assert read(file)[0].judged.text == "a\u2028b\u0085c"


def test_only_the_newest_words_are_judged():
    mail = judged(
        subject="Re: dossier",
        body="Merci, tout est réglé.\n\n"
        "Le 3 mars 2026 à 10:12, Paul <p@x.example> a écrit :\n> Honteux !",
    )
    assert mail.text == "Merci, tout est réglé."
    assert "Honteux" in mail.quoted


def test_forwarded_words_are_judged_with_the_forwarders():
    mail = judged(
        subject="TR: votre client",
        body="Pour action.\n\n"
        "De : Paul <p@x.example>\nEnvoyé : lundi\nObjet : honte\n\nC'est honteux.",
    )
    assert "Pour action." in mail.text
    assert "C'est honteux." in mail.text
    assert mail.quoted == ""


def test_a_stranger_s_mail_below_a_word_is_judged_with_it():
    text = (
        "Bonjour, pour vous.\n\nDe : Paul Henry <paul@x.example>\nEnvoyé : lundi 3 mars 2025 10:12\n"
        "À : Sophie\nObjet : dossier\n\nC’est honteux."
    )
    mail = judged_from_mail(parse(a_mail(text, "Dossier Henry", "Sophie <s@assureur.example>")))
    assert mail.text == text
    assert (mail.original_name, mail.original_email) == ("Paul Henry", "paul@x.example")


def test_a_mail_and_its_body_alone_are_judged_alike():
    text = "Bonjour,\nOù en est mon dossier ?\nJeanne Mangin"
    sender = "Jeanne Mangin <jeanne.mangin@courriel.example>"
    assert judged_from_mail(parse(a_mail(text, "Dossier", sender))) == judged(
        subject="Dossier",
        body=text,
        from_name="Jeanne Mangin",
        from_email="jeanne.mangin@courriel.example",
    )


def test_attachments_are_read_within_bounds_and_counted():
    mail = replace(
        parse(a_mail("Voir ma lettre.")), attachments=(attachment("Je conteste. " * 4000),)
    )
    found = judged_from_mail(mail)
    assert found.text.startswith("Voir ma lettre.\n\nJe conteste.")
    assert len(found.text) < 10_000
    assert found.attachments == 1


def test_a_mail_of_nothing_but_an_attachment_is_judged_empty():
    found = judged_from_mail(replace(parse(a_mail("")), attachments=(attachment(""),)))
    assert (found.text, found.attachments) == ("", 1)


LETTER = (
    "Madame, Monsieur,\nJe conteste votre refus et j’attends mon remboursement. " + "Suite. " * 30
)
CONTRACT = "CONDITIONS PARTICULIÈRES\nGaranties : incendie, vol. Franchise 150 €. " * 20
OWN = "Bonjour, voici ce que vous m’aviez demandé lundi. " * 6


@pytest.mark.parametrize(
    ("own", "said", "counts"),
    [
        ("Voir courrier joint.", LETTER, True),
        ("", LETTER, True),
        (OWN, LETTER, True),
        ("Ci-joint mon contrat signé.", CONTRACT, False),
        (OWN, CONTRACT, False),
        ("Voir pièce jointe.", f"FORMULAIRE DE RÉCLAMATION\n{CONTRACT}", True),
        (
            "Voir pièce jointe.",
            f"Messieurs,\nNous attendons depuis mai. Notre patience… {CONTRACT}",
            True,
        ),
        (
            "Voir pièce jointe.",
            f"Nous garantissons vos biens selon nos conditions. {CONTRACT}",
            False,
        ),
        ("Voir pièce jointe.", "Remboursez.", True),
    ],
)
def test_letters_are_the_clients_words_contracts_are_not(own, said, counts):
    mail = replace(parse(a_mail(own)), attachments=(attachment(said),))
    assert (said.strip()[:60] in judged_from_mail(mail).text) is counts


def test_a_mail_that_speaks_for_itself_is_not_drowned_in_its_letter():
    long = "Je conteste. " * 4_000
    cover, own = (
        judged_from_mail(replace(parse(a_mail(text)), attachments=(attachment(long),))).text
        for text in ("Voir courrier joint.", OWN)
    )
    assert cover.count("Je conteste.") > 3 * own.count("Je conteste.") > 0


LOCKED, WORDLESS = "protégé par un mot de passe", "image sans texte lisible"


@pytest.mark.parametrize(
    ("own", "trouble", "unread"),
    [
        ("Voir courrier joint.", LOCKED, True),
        ("Bonjour, merci d’en prendre connaissance.", LOCKED, True),
        (f"{OWN} Vous trouverez le détail ci-joint.", LOCKED, True),
        (f"{OWN} Je vous joins les documents.", LOCKED, True),
        (f"{OWN} Voir PJ.", LOCKED, True),
        (f"{OWN} Mon courrier est en annexe.", WORDLESS, True),
        (f"{OWN} Ci-joint les photos des dégâts.", WORDLESS, False),
        ("Photos.", WORDLESS, True),
        (OWN, LOCKED, False),
        ("Voir courrier joint.", "", False),
    ],
)
def test_what_may_stand_in_an_unread_attachment_is_for_a_person(own, trouble, unread):
    file = replace(attachment(""), trouble=trouble)
    found = judged_from_mail(replace(parse(a_mail(own)), attachments=(file,)))
    assert found.unread is unread
    assert ("PIECE_ILLISIBLE" in signals_in(found)) is unread
