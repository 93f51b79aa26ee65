"""Settings of access without a password: what the provider documents, and what cannot work."""

import pytest

from config.load import SettingsTrouble, load
from config.mailboxes import OAuth2Settings
from config.write import settings_file

BOX = {"mailbox.0.auth": "oauth2", "mailbox.0.oauth2.client_id": "doleances"}


def oauth2(folder, **values: str) -> OAuth2Settings:
    path = folder / "doleances.toml"
    keys = {f"mailbox.0.oauth2.{key}": value for key, value in values.items()}
    path.write_text(settings_file(BOX | keys), encoding="utf-8")
    found = load(path, {}).mailbox[0].oauth2
    assert found
    return found


def test_a_client_id_is_enough_for_microsoft(tmp_path):
    found = oauth2(tmp_path)
    home = "https://login.microsoftonline.com/organizations/oauth2/v2.0"
    assert (found.token_url, found.device_url) == (f"{home}/token", f"{home}/devicecode")
    assert found.scope == "https://outlook.office365.com/IMAP.AccessAsUser.All offline_access"
    assert found.flow == "device"
    assert found.tokens == tmp_path / "tokens"


def test_the_administrator_of_microsoft_agrees_for_all(tmp_path):
    secret = {"client_secret": "secret", "flow": "client_credentials", "tenant": "cabinet.example"}
    found = oauth2(tmp_path, **secret)
    assert found.scope == "https://outlook.office365.com/.default"
    assert found.token_url.startswith("https://login.microsoftonline.com/cabinet.example/")
    assert "secret" not in repr(found).replace("client_secret", "")


def test_google_gives_mail_to_browsers_only(tmp_path):
    found = oauth2(tmp_path, provider="google")
    assert (found.flow, found.scope) == ("browser", "https://mail.google.com/")
    assert found.token_url == "https://oauth2.googleapis.com/token"


def test_an_address_of_ones_own_wins_and_an_empty_one_is_none(tmp_path):
    found = oauth2(tmp_path, token_url="https://jetons.example/t", device_url="")
    assert found.token_url == "https://jetons.example/t"
    assert found.device_url.startswith("https://login.microsoftonline.com/")


@pytest.mark.parametrize("url", ["http://127.0.0.1:80/t", "http://[::1]/t", "https://a.example/t"])
def test_where_secrets_may_go(tmp_path, url):
    assert oauth2(tmp_path, token_url=url).token_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/t",
        "http://127.0.0.1@a.example/t",
        "http://127.0.0.1.a.example/",
        "ftp://a.example",
        "https:///t",
        "file:///etc/passwd",
        "jetons",
    ],
)
def test_where_secrets_may_not_go(tmp_path, url):
    with pytest.raises(SettingsTrouble, match="token_url » doit commencer par https"):
        oauth2(tmp_path, token_url=url)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"provider": "google", "flow": "device"}, 'flow = "browser"'),
        ({"provider": "google", "flow": "client_credentials"}, 'flow = "browser"'),
        ({"provider": "other"}, "token_url manque"),
        ({"provider": "other", "token_url": "https://a.example"}, "device_url manque"),
        (
            {"provider": "other", "token_url": "https://a.example", "flow": "browser"},
            "authorize_url manque",
        ),
        ({"flow": "client_credentials"}, "client_secret_file"),
        ({"flow": "client_credentials", "client_secret": "x"}, "votre tenant"),
        ({"provider": "microsft"}, "'microsoft', 'google' ou 'other'"),
        ({"tenant": "a/b"}, "tenant"),
        ({"client": "x"}, "vouliez-vous dire « client_id »"),
    ],
)
def test_what_cannot_work_is_said(tmp_path, values, words):
    with pytest.raises(SettingsTrouble, match=words):
        oauth2(tmp_path, **values)


@pytest.mark.parametrize(
    "values",
    [{"mailbox.0.auth": "oauth2"}, {"mailbox.0.oauth2.client_id": "doleances"}],
)
def test_the_way_to_sign_in_and_its_table_belong_together(tmp_path, values):
    path = tmp_path / "doleances.toml"
    path.write_text(settings_file(values), encoding="utf-8")
    with pytest.raises(SettingsTrouble, match=r"mailbox\.oauth2"):
        load(path, {})


def test_the_environment_may_hold_the_secret(tmp_path):
    path = tmp_path / "doleances.toml"
    path.write_text(settings_file(BOX), encoding="utf-8")
    settings = load(path, {"DOLEANCES_MAILBOX__0__OAUTH2__CLIENT_SECRET": "s3cret"})
    assert settings.mailbox[0].oauth2
    assert settings.mailbox[0].oauth2.secret() == "s3cret"


def test_one_agreement_may_serve_reading_and_sending(tmp_path):
    path = tmp_path / "doleances.toml"
    values = BOX | {"mailbox.0.oauth2.sends": True, "smtp.token_of": "contact"}
    path.write_text(settings_file(values), encoding="utf-8")
    found = load(path, {})
    assert "SMTP.Send" in found.mailbox[0].oauth2.scope
    assert "IMAP.AccessAsUser.All" in found.mailbox[0].oauth2.scope


@pytest.mark.parametrize("name", ["inconnue", "contact"])
def test_letters_need_an_agreement_that_exists(tmp_path, name):
    path = tmp_path / "doleances.toml"
    path.write_text(settings_file({"smtp.token_of": name}), encoding="utf-8")
    with pytest.raises(SettingsTrouble, match="token_of"):
        load(path, {})
