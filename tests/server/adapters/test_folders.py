"""The data folder and its one owner; private folders and what the dead leave behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.adapters.data_folder import DataFolder, claim, find_owner
from server.adapters.private_folder import private_folder, sweep
from server.core.errors import DataFolderInUse, DataFolderUnusable
from tests.processes import soon

HOLD_DATA = "import sys, time; from pathlib import Path; from server.adapters.data_folder import claim\n"
HOLD_DATA += "held = claim(Path(sys.argv[1]), 'serve'); print('held', flush=True); time.sleep(60)"
HOLD_PRIVATE = "import sys, time; from pathlib import Path; from server.adapters.private_folder import private_folder\n"
HOLD_PRIVATE += "with private_folder('run', Path(sys.argv[1])) as f: print(f, flush=True); time.sleep(60)"


def run_holder(program: str, folder: Path) -> tuple["subprocess.Popen[str]", str]:
    """Another process that holds a folder, and what it said."""
    holder = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, holder.stdout.readline().strip()


def kill(holder: "subprocess.Popen[str]") -> None:
    """With -9."""
    holder.kill()
    holder.wait()
    assert holder.stdout is not None
    holder.stdout.close()


def test_a_claimed_folder_tells_its_owner_and_how_to_reach_it(tmp_path: Path) -> None:
    """First the pid, later the addresses; after its release nobody owns it."""
    folder = claim(tmp_path / "new" / "data", "serve")
    owner = find_owner(folder.path)
    assert owner is not None
    assert (owner.pid, owner.kind, owner.ready) == (os.getpid(), "serve", False)
    announce(folder)
    again = find_owner(folder.path)
    assert again is not None
    assert (again.ready, again.redis_url) == (True, "unix:///run/valkey.sock")
    folder.release()
    assert find_owner(folder.path) is None


def announce(folder: DataFolder) -> None:
    """What `serve` tells once it is ready."""
    import msgspec

    folder.announce(msgspec.structs.replace(folder.owner, ready=True, redis_url="unix:///run/valkey.sock"))


def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    """The second is told who has it and what to do."""
    holder, _ = run_holder(HOLD_DATA, tmp_path)
    with pytest.raises(DataFolderInUse, match=rf"serve \(process {holder.pid}\).*--data"):
        claim(tmp_path, "card")
    kill(holder)


def test_the_folder_of_a_killed_owner_is_free(tmp_path: Path) -> None:
    """The kernel lets go of the lock; what the file still says does not matter."""
    holder, _ = run_holder(HOLD_DATA, tmp_path)
    kill(holder)
    assert (tmp_path / "lock").read_text()
    assert find_owner(tmp_path) is None
    claim(tmp_path, "serve").release()


def test_a_killed_owners_last_children_are_waited_for(tmp_path: Path) -> None:
    """The embedded valkey inherits the lock; it must be gone before another writes the same files."""
    child = "import subprocess; subprocess.Popen(['sleep', '0.6'], pass_fds=[held.held]); print('held'"
    program = HOLD_DATA.replace("print('held'", child)
    holder, _ = run_holder(program, tmp_path)
    kill(holder)
    claim(tmp_path, "serve").release()


@pytest.mark.parametrize("spoil", ["a file where the folder should be", "a folder below a file"])
def test_a_folder_that_cannot_be_made_is_named_with_the_next_step(tmp_path: Path, spoil: str) -> None:
    """Root writes anywhere, so what cannot be made stands in for what may not be written."""
    blocked = tmp_path / "data"
    blocked.touch()
    with pytest.raises(DataFolderUnusable, match="--data DIR"):
        claim(blocked if spoil.startswith("a file") else blocked / "deep", "serve")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named_with_the_next_step(tmp_path: Path) -> None:
    """Nothing is left in it."""
    tmp_path.chmod(0o500)
    with pytest.raises(DataFolderUnusable, match="Permission denied"):
        claim(tmp_path, "serve")


def test_a_private_folder_is_ours_alone_and_gone_at_the_end(tmp_path: Path) -> None:
    """Mode 0700: a socket in it needs no password."""
    with private_folder("run", tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert sweep(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_private_folder_of_a_killed_owner_is_swept_by_the_next(tmp_path: Path) -> None:
    """One that is alive, and folders of others, stay."""
    stranger = tmp_path / "somebody-elses"
    being_made, half_made = tmp_path / "threadproof-run-new", tmp_path / "threadproof-run-old"
    for folder in (stranger, being_made, half_made):
        folder.mkdir()
    os.utime(half_made, (0, 0))
    dead, dead_folder = run_holder(HOLD_PRIVATE, tmp_path)
    kill(dead)
    alive, alive_folder = run_holder(HOLD_PRIVATE, tmp_path)
    with private_folder("run", tmp_path):
        assert not Path(dead_folder).exists()
        assert Path(alive_folder).exists()
        assert stranger.exists()
        assert being_made.exists()
        assert not half_made.exists()
    kill(alive)
    assert soon(lambda: sweep(tmp_path) == [Path(alive_folder)])
