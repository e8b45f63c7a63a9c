"""Settings out of the environment, and out of files that it names."""

from pathlib import Path

import pytest

from server.core.errors import InvalidSetting
from server.settings import Settings
from server.supervisor import child_environment


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """Without the line break at its end; the variable itself is stronger; an empty file is no setting."""
    file, blank = tmp_path / "key", tmp_path / "blank"
    file.write_text("sk-from-a-file\n")
    blank.write_text("\n")
    assert Settings.from_env({"ANTHROPIC_API_KEY_FILE": str(file)}).anthropic_api_key == "sk-from-a-file"
    both = {"ANTHROPIC_API_KEY_FILE": str(file), "ANTHROPIC_API_KEY": "sk-itself"}
    assert Settings.from_env(both).anthropic_api_key == "sk-itself"
    assert Settings.from_env({"ANTHROPIC_API_KEY_FILE": str(blank)}).anthropic_api_key is None
    assert Settings.from_env({"THREADPROOF_PORT_FILE": ""}).port == 8321


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Starting without the secret would be worse than not starting."""
    with pytest.raises(InvalidSetting, match="REDIS_URL_FILE"):
        Settings.from_env({"REDIS_URL_FILE": str(tmp_path / "nothing")})


def test_a_wrong_value_out_of_a_file_is_not_shown(tmp_path: Path) -> None:
    """It may be a secret in the wrong file."""
    (tmp_path / "x").write_text("sk-secret")
    with pytest.raises(InvalidSetting) as caught:
        Settings.from_env({"THREADPROOF_PORT_FILE": str(tmp_path / "x")})
    assert "sk-secret" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "password", "store_url"),
    [
        ("postgresql://tp@h/db", "p@ss/w:rd", "postgresql://tp:p%40ss%2Fw%3Ard@h/db"),
        ("postgresql://tp:own@h/db", "other", "postgresql://tp:own@h/db"),
        ("postgresql://h/db", "p", "postgresql://h/db"),
        ("postgresql://tp@h/db", None, "postgresql://tp@h/db"),
    ],
)
def test_the_stores_password_is_put_into_its_address(url: str, password: str | None, store_url: str) -> None:
    """Whatever signs it holds; an address that has one keeps it."""
    assert Settings(data=Path("x"), database_url=url, database_password=password).store_url == store_url


def test_what_starts_others_hands_every_setting_on(tmp_path: Path) -> None:
    """Those that came from files too."""
    (tmp_path / "password").write_text("secret-of-the-store")
    environ = {
        "THREADPROOF_DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
        "DATABASE_URL": "postgresql://tp@h/db",
        "THREADPROOF_TRUSTED_PROXIES": "10.0.0.0/8,127.0.0.1",
        "THREADPROOF_LOG_FORMAT": "json",
    }
    settings = Settings.from_env(environ)
    assert Settings.from_env(child_environment(settings, environ)) == settings


def test_secrets_are_known_to_the_log() -> None:
    """All that a setting may hold, the longest first; a short word is left alone, or half of every line would go."""
    secrets = Settings.from_env(
        {
            "ANTHROPIC_API_KEY": "sk-long-and-secret",
            "REDIS_URL": "rediss://:queue-pw@h:1/0",
            "THREADPROOF_DATABASE_PASSWORD": "store-password",
            "THREADPROOF_BRAVE_API_KEY": "short",
        }
    ).secrets
    assert secrets == ("sk-long-and-secret", "store-password", "queue-pw")
