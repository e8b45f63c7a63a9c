"""`threadproof export` and `import`, as one types them."""

from pathlib import Path

import pytest

from server.adapters.migrations import migrate
from server.adapters.sql_store import SqlCardStore
from server.cli import main
from server.core.jobs import CardKey
from tests.fakes import THREAD_URL, make_new_card

pytestmark = pytest.mark.anyio


@pytest.fixture
async def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a card in it."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "data"
    folder.mkdir()
    url = f"sqlite:///{folder / 'threadproof.sqlite3'}"
    migrate(url)
    store = SqlCardStore(url)
    await store.save_card(make_new_card())
    await store.close()
    return folder


async def test_a_backup_is_made_and_read_elsewhere(data: Path, tmp_path: Path) -> None:
    """A file for its owner alone; the other folder is made."""
    backup, elsewhere = tmp_path / "backup.jsonl", tmp_path / "elsewhere"
    assert main(["export", str(backup), "--data", str(data)]) == 0
    assert backup.stat().st_mode & 0o777 == 0o600
    assert main(["import", str(backup), "--data", str(elsewhere)]) == 0
    store = SqlCardStore(f"sqlite:///{elsewhere / 'threadproof.sqlite3'}")
    assert await store.find_card(CardKey(THREAD_URL))
    await store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.jsonl", "data", "elsewhere"]


async def test_what_cannot_be_is_told_with_a_next_step(
    data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """No store, no file, no room for the file, a store that is not empty."""
    backup = tmp_path / "backup.jsonl"
    assert main(["export", str(backup), "--data", str(tmp_path / "nothing")]) == 2
    assert main(["import", str(backup), "--data", str(tmp_path / "new")]) == 2
    assert main(["export", str(tmp_path / "no" / "such" / "folder"), "--data", str(data)]) == 2
    assert main(["export", str(backup), "--data", str(data)]) == 0
    assert main(["import", str(backup), "--data", str(data)]) == 2
    told = capfd.readouterr().err
    assert all(word in told for word in ("--data DIR", "Name a file that exists", "Name another file", "not empty"))
    assert not list(tmp_path.glob("*.part"))
