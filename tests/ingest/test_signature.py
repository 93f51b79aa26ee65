"""The author's signature is told apart from what she says. All texts are invented."""

import pytest

from ingest.parse import parse
from ingest.signature import signature_of

SAID = "Bonjour,\n\nToujours aucune nouvelle de l’expert."


@pytest.mark.parametrize(
    "signature",
    [
        "Cordialement,\n\nJeanne Mangin\n3 rue des Lilas, 54000 Nancy\n06 00 00 00 00",
        "Bien cordialement\nJeanne",
        "Très cordialement,\nMme Mangin",
        "Salutations distinguées.\n\nP. Mangin",
        "Cdlt\nPM",
        "Bonne journée,\nJeanne Mangin",
        "Merci d’avance.\nJeanne Mangin",
        "-- \nJeanne Mangin\nGérante – Boulangerie des Lilas\nTél. : 03 00 00 00 00",
        "--\nJeanne",
        "Envoyé de mon iPhone",
        "Envoyé à partir de Outlook pour Android",
        "Cordialement,\nJeanne\n\nEnvoyé de mon iPhone",
        "Cordialement,\nJ. Mangin\nCe message et ses pièces jointes sont confidentiels.\n"
        "Toute utilisation par un tiers est interdite.",
        "Cordialement\nJeanne\nPensez à l’environnement avant d’imprimer ce courriel.",
        "Kind regards,\nJane Mangin\nwww.mangin.example",
        "Best regards\nJane\n\nThis email and any attachments are confidential. Delete it if it is not "
        "for you.",
        "Mit freundlichen Grüßen\nJohanna Mangin\nTel. 0681 000000",
        "Viele Grüße\nJohanna",
        "MfG\nMangin\nVon meinem iPhone gesendet",
        "Garanti sans virus. www.antivirus.example",
    ],
)
def test_the_last_lines_sign(signature):
    assert signature_of(f"{SAID}\n\n{signature}") == signature


def test_a_sentence_of_politeness_stays_above_the_name():
    polite = "Je vous prie d’agréer, Madame, mes salutations distinguées."
    assert signature_of(f"{SAID}\n\n{polite}\n\nJeanne Mangin") == "Jeanne Mangin"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Merci.",
        "Cordialement,\nJeanne",
        SAID,
        f"{SAID}\nMerci de me rembourser",
        f"{SAID}\n\nCordialement\nJeanne\n\nPS : sans réponse je saisis le médiateur",
        f"{SAID}\n\nCordialement mais fermement.\nJe saisirai le médiateur.",
        f"{SAID}\n\nSans réponse sous huit jours je saisirai le médiateur",
    ],
)
def test_what_is_said_is_no_signature(text):
    assert signature_of(text) == ""


def test_the_signature_stays_part_of_the_words():
    mail = parse(f"From: jeanne@x.example\n\n{SAID}\n\nCordialement,\nJeanne Mangin\n".encode())
    assert mail.signature == "Cordialement,\nJeanne Mangin"
    assert mail.new_text.endswith(mail.signature)


@pytest.mark.parametrize("piece", ["a ", "- ", "ce message ", "merci ", "\n", "a\n", "--\n"])
def test_long_words_are_looked_at_in_bounded_time(piece):
    signature_of(piece * 300_000)
