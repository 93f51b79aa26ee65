"""The settings: every fault is named with its mend, all at once."""

from pathlib import Path

import pytest

from config.load import SettingsTrouble, load
from config.settings import Settings
from config.write import example, settings_file

GOOD = settings_file({})


def faults(tmp_path: Path, text: str, **environ: str) -> list[str]:
    path = tmp_path / "doleances.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsTrouble) as caught:
        load(path, environ)
    return caught.value.faults


def good(tmp_path: Path, **environ: str) -> Settings:
    path = tmp_path / "doleances.toml"
    path.write_text(GOOD, encoding="utf-8")
    return load(path, environ)


def test_the_example_is_good(tmp_path):
    settings = good(tmp_path)
    assert settings.procedure.ack_days == 10
    assert settings.own_addresses == {"contact@cabinet.example"}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("host =", "hosst =", ["« mailbox[1].hosst »", "« host »"]),
        ("[smtp]", "[smpt]", ["« smpt »", "« smtp »"]),
        ("[database]", "[database]\nulr = 'x'", ["« database.ulr »", "« url »"]),
        ("# port = 993", "port = 'abc'", ["mailbox[1].port", "nombre entier"]),
        ("# port = 993", "port = 99999", ["mailbox[1].port", "au plus 65535"]),
        ('# tls = "tls"', 'tls = "ssl"', ["mailbox[1].tls", "'tls', 'starttls' ou 'none'"]),
        ('email = "contact@', 'email = "contact', ["office.email", "nom@domaine.fr"]),
        ('url = "https://www', 'url = "www', ["office.mediator.url", "https://"]),
        ('name = "La Médiation', 'nom = "La Médiation', ["office.mediator.name", "manque"]),
        ('# timezone = "Europe/Paris"', 'timezone = "Paris"', ["office.timezone", "Europe/Paris"]),
    ],
)
def test_a_fault_is_named_with_its_mend(tmp_path, before, after, words):
    assert before in GOOD
    said = " ".join(faults(tmp_path, GOOD.replace(before, after, 1)))
    for word in words:
        assert word in said


def test_all_faults_are_said_at_once(tmp_path):
    text = GOOD.replace("[smtp]", "[smtp]\nfoo = 1", 1).replace("phone", "fone", 1)
    assert len(faults(tmp_path, text)) == 3  # fone unknown, phone missing, foo unknown


def test_broken_toml_names_the_line(tmp_path):
    assert "line 1" in faults(tmp_path, "office = = 3")[0]


def test_a_missing_file_says_how_to_get_one(tmp_path):
    with pytest.raises(SettingsTrouble, match="doleances init"):
        load(tmp_path / "nowhere.toml", {})


def test_the_environment_wins(tmp_path):
    settings = good(
        tmp_path,
        DOLEANCES_SMTP__PORT="2525",
        DOLEANCES_MAILBOX__0__USER="autre",
        DOLEANCES_CONFIG="not a setting",
    )
    assert settings.smtp.port == 2525
    assert settings.mailbox[0].user == "autre"


def test_an_unknown_key_in_the_environment_is_a_fault(tmp_path):
    assert "smtp.prot" in faults(tmp_path, GOOD, DOLEANCES_SMTP__PROT="1")[0]


def test_a_password_never_shows(tmp_path):
    settings = good(tmp_path, DOLEANCES_SMTP__PASSWORD="s3cret")
    assert settings.smtp.secret() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_a_password_may_lie_in_a_file_or_a_credential(tmp_path, monkeypatch):
    (tmp_path / "mot-de-passe-envoi").write_text("du fichier\n")
    settings = good(tmp_path)
    assert settings.smtp.secret() == "du fichier"
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "mot-de-passe-envoi").write_text("de systemd\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert settings.smtp.secret() == "de systemd"


def test_relative_paths_lie_beside_the_file(tmp_path):
    settings = good(tmp_path)
    assert settings.database.url == f"sqlite:///{tmp_path}/doleances.db"
    assert settings.triage.models == tmp_path / "models"


def test_every_key_is_explained_in_the_example():
    missing = [key for key in _keys(Settings) if f"{key} = " not in example()]
    assert missing == []


def _keys(table: type) -> list[str]:
    keys = []
    for name, field in table.model_fields.items():
        inner = next(
            (
                t
                for t in (field.annotation, *getattr(field.annotation, "__args__", ()))
                if hasattr(t, "model_fields")
            ),
            None,
        )
        keys += _keys(inner) if inner else [name]
    return keys


OWN_WORDS = """
[taxonomies]
products = { DRONE = "Drones", AUTO = "Automobile", CREDIT = "" }
"""


def test_an_office_has_its_own_words_beside_the_shipped_ones(tmp_path):
    path = tmp_path / "doleances.toml"
    path.write_text(GOOD.replace("[taxonomies]", OWN_WORDS), encoding="utf-8")
    words = load(path, {}).words
    assert (words.products["DRONE"], words.products["AUTO"]) == ("Drones", "Automobile")
    assert "CREDIT" not in words.products
    assert words.motives["M09"] == "Délai, absence de réponse"


@pytest.mark.parametrize(
    ("staff", "words"),
    [
        ('role = "chef"', "staff[1].role"),
        ('rights = ["TOUT"]', "n’est pas un droit"),
        ("qualifications = [{ products = ['VOITURE'] }]", "n’est pas un code de produit"),
        ("absences = [{ first = 2026-12-24, last = 2026-12-20 }]", "avant de commencer"),
        ("gesture_ceiling = -1", "gesture_ceiling"),
    ],
)
def test_what_cannot_be_said_of_a_colleague(tmp_path, staff, words):
    text = f"{GOOD}\n[[staff]]\nname = 'Marie'\nemail = 'marie@cabinet.example'\n{staff}\n"
    assert words in " ".join(faults(tmp_path, text))
