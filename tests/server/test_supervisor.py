"""The supervisor's own decisions; whole starts and stops are in tests/e2e/test_serve.py."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from server.adapters.data_folder import claim
from server.children import Child
from server.core.errors import InvalidSetting, PortInUse, SetupError
from server.settings import Settings
from server.supervisor import Stack, child_environment, free_port, is_ready


def test_children_read_back_the_very_settings_they_were_given() -> None:
    """Whatever the parent's own environment says."""
    settings = Settings(
        data=Path("/data"),
        host="::1",
        port=9,
        web=Path("/world"),
        anonymous_posting=False,
        fetch_deadline_s=2.5,
        fetch_allow=("127.0.0.1:18099", "intranet:80"),
        redis_url="unix:///run/valkey.sock",
        anthropic_api_key="key",
    )
    parents = {
        "THREADPROOF_RECORD": "/old.warc.gz",
        "DATABASE_URL": "postgresql://old",
        "HOME": "/root",
        "PATH": "/bin",
    }
    child = child_environment(settings, parents)
    assert Settings.from_env(child) == settings
    assert child["PATH"] == "/bin"


def test_a_port_that_is_taken_is_found_before_anything_starts() -> None:
    """The message names the next step."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} on 127.0.0.1 is taken.*--port"):
            free_port("127.0.0.1", port)
    assert free_port("127.0.0.1", port) == port


def test_port_0_is_any_free_port() -> None:
    """For tests, and for people who do not care."""
    assert free_port("127.0.0.1", 0) > 1023


@pytest.mark.parametrize("host", ["nowhere.invalid", "not a host"])
def test_a_host_that_is_no_address_here_is_a_wrong_setting(host: str) -> None:
    """Not a port in use."""
    with pytest.raises(InvalidSetting, match="--host"):
        free_port(host, 8321)


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    """192.0.2.1 belongs to nobody (RFC 5737)."""
    with pytest.raises((PortInUse, InvalidSetting)):
        free_port("192.0.2.1", 8321)


def test_where_nobody_listens_nothing_is_ready() -> None:
    """Asking does not raise."""
    assert not is_ready(Settings(data=Path("/data"), port=free_port("127.0.0.1", 0)))


def test_a_part_that_never_comes_up_is_said_with_its_last_words(tmp_path: Path) -> None:
    """Rather than tried for ever."""
    broken = Child("worker", [sys.executable, "-c", "raise SystemExit('no such module')"], {}, output=tmp_path / "said")
    broken.start()
    folder = claim(tmp_path / "data", "card")
    stack = Stack(Settings(data=tmp_path / "data"), folder, [broken])
    with pytest.raises(SetupError, match="worker process ends as soon as it starts: no such module"):
        asyncio.run(asyncio.wait_for(stack.keep_watch(), 20))
    folder.release()
