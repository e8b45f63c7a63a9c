"""`threadproof keys`: shown once, kept as a hash, taken back."""

import sqlite3
from pathlib import Path

import pytest

from server.core.access import parse_token
from tests.server.test_cli import Ran


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder of this test's own, not made yet."""
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("THREADPROOF_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_key_is_printed_once_and_kept_as_a_hash(data: Path) -> None:
    """Alone on standard output; no file of the data folder holds its secret."""
    done = Ran("keys", "add", " Ada  Lovelace ", "--trusted")
    parsed = parse_token(done.said.strip())
    assert parsed is not None
    key_id, secret = parsed
    assert (done.status, done.said.count("\n")) == (0, 1)
    assert key_id in done.complained
    assert not [path for path in data.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    listed = Ran("keys", "list").said
    assert secret not in listed
    assert listed.rstrip("\n").split("\t")[0::2] == [key_id, "trusted", "Ada Lovelace"]


def test_a_key_has_the_scopes_it_was_given() -> None:
    """Post and delete when none was named."""
    Ran("keys", "add", "Ada")
    Ran("keys", "add", "Bo", "--scope", "post")
    Ran("keys", "add", "Cy", "--scope", "admin", "--scope", "post", "--scope", "admin")
    lines = [line.split("\t") for line in Ran("keys", "list").said.splitlines()]
    assert {line[4]: line[3] for line in lines} == {"Ada": "post,delete", "Bo": "post", "Cy": "admin,post"}


def test_a_key_is_taken_back_by_its_id_or_by_itself() -> None:
    """Once; a second time it says that there is none."""
    for whole in (False, True):
        token = Ran("keys", "add", "Ada").said.strip()
        parsed = parse_token(token)
        assert parsed is not None
        assert Ran("keys", "revoke", token if whole else parsed[0]).status == 0
        again = Ran("keys", "revoke", parsed[0])
        assert (again.status, "keys list" in again.complained) == (2, True)
    assert Ran("keys", "list").said.count("revoked") == 2


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[31m", "x" * 101])
def test_a_name_is_a_line_of_text(name: str) -> None:
    """It is shown in terminals."""
    done = Ran("keys", "add", name)
    assert (done.status, done.said) == (2, "")
    assert Ran("keys", "list").said == ""


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """With the option that names another."""
    (tmp_path / "file").write_text("")
    done = Ran("keys", "list", "--data", str(tmp_path / "file" / "data"))
    assert done.status == 2
    assert "--data" in done.complained


def test_two_keys_of_one_person_are_two_rows(data: Path) -> None:
    """Each can be revoked alone."""
    Ran("keys", "add", "Ada")
    Ran("keys", "add", "Ada")
    with sqlite3.connect(data / "threadproof.sqlite3") as connection:
        assert connection.execute("SELECT count(DISTINCT id), count(DISTINCT secret_sha256) FROM keys").fetchone() == (
            2, 2,
        )  # fmt: skip
    connection.close()
