"""Languages of the border, and what is none."""

import pytest

from classifier.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, je voudrais une attestation pour ma voiture. Merci", "fr"),
        ("bjr c pour mon contra svp", "fr"),
        ("merci", "fr"),
        ("Résilié en mai, prélevé en août.", "fr"),
        ("Guten Tag, ich habe noch keine Antwort auf meinen Brief erhalten.", "de"),
        ("Hello, could you please send me a copy of the policy?", "en"),
        ("Moien, ech hunn nach ëmmer keng Äntwert kritt, merci fir Är Hëllef.", "lb"),
        (
            "Dzień dobry, proszę o przesłanie kopii umowy ubezpieczenia na mój adres domowy.",
            "other",
        ),
        ("Добрый день, пришлите мне, пожалуйста, копию договора.", "other"),
        ("您好，请寄给我一份保险合同的副本，谢谢您的帮助。", "other"),
        ("", ""),
        ("???", ""),
        ("06 12 34 56 78", ""),
        ("xqz", ""),
    ],
)
def test_language(text, language):
    assert language_of(text) == language


def test_the_corpus_is_mostly_french(corpus):
    found = [language_of(f"{e.judged.subject}\n{e.judged.text}") for e in corpus]
    assert found.count("fr") > 0.9 * len(corpus)
    assert found.count("") + found.count("other") < 0.01 * len(corpus)
