"""The command line without a server: parsing, exit statuses, small commands."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from server import cli
from server.commands.options import read_capture
from server.commands.outcomes import EXIT_STATUS
from server.core.errors import InsightError, InvalidCapture
from tests.fakes import make_capture

URL = "https://www.reddit.com/r/Lighthouses/comments/1kestrel/"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test touches the user's own data folder or Redis."""
    for name in ("REDIS_URL", "DATABASE_URL", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("THREADPROOF_DATA", str(tmp_path / "data"))


class Ran:
    """A command that ran in this process, its streams caught."""

    def __init__(self, *argv: str, stdin: str = "") -> None:
        self.out, self.err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        before = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(stdin), self.out, self.err
        try:
            self.status = cli.main(list(argv))
        finally:
            sys.stdin, sys.stdout, sys.stderr = before
        for stream in (self.out, self.err):
            stream.seek(0)
        self.said, self.complained = self.out.read(), self.err.read()


def all_errors(kind: type[InsightError] = InsightError) -> Iterator[type[InsightError]]:
    """Every error below a kind."""
    for below in kind.__subclasses__():
        yield below
        yield from all_errors(below)


def test_every_error_has_its_exit_status() -> None:
    """A new error cannot be forgotten, and the table names none that is gone."""
    assert {error.code for error in all_errors()} == set(EXIT_STATUS)
    assert set(EXIT_STATUS.values()) <= {2, 3, 4, 5}


def test_help_explains_commands_and_exit_statuses() -> None:
    """In one screen, without loading what only work needs."""
    program = (
        "import sys; from server import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'redis', 'rq', 'sqlalchemy', 'litestar', 'granian', 'httpx', 'trafilatura', 'lxml', 'rich'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "loaded: []" in done.stdout
    for word in (
        "serve",
        "api",
        "worker",
        "scheduler",
        "card",
        "read",
        "canonical",
        "doctor",
        "exit status",
        "refused",
    ):
        assert word in done.stdout


def test_canonical_answers_a_line_for_each_address() -> None:
    """From arguments or stdin; `?` where only a look-up can tell; an empty line where it is no address."""
    lookup = "https://www.reddit.com/r/x/s/AbCdEf"
    done = Ran("canonical", stdin=f"{URL}\n\nnot an address\n{lookup}\n")
    assert done.said.splitlines() == ["https://www.reddit.com/comments/1kestrel/", "", f"? {lookup}"]
    assert done.status == 2
    assert "not an address" in done.complained
    assert Ran("canonical", URL).status == 0


@pytest.mark.parametrize(
    "argv", [["card", "not an address"], ["read", "ftp://example.com/"], ["card", URL, "--capture", "/nope"]]
)
def test_wrong_usage_is_said_in_one_line(argv: list[str], tmp_path: Path) -> None:
    """With status 2, no traceback, and nothing started or written."""
    done = Ran(*argv)
    assert (done.status, done.said) == (2, "")
    assert len(done.complained.splitlines()) == 1
    assert done.complained.startswith("threadproof: ")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("content", [None, b"", b"not gzip", b"WARC/1.1\r\nbroken"])
def test_an_archive_that_is_none_is_said_before_anything_starts(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty, truncated or something else."""
    world = tmp_path / "world.warc.gz"
    if content is not None:
        world.write_bytes(content)
    for command in ("card", "read"):
        done = Ran(command, URL, "--web", str(world))
        assert (done.status, done.said) == (2, "")
        assert str(world) in done.complained


def test_a_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """And where to read what it may hold."""
    monkeypatch.setenv("THREADPROOF_PORT", "many")
    done = Ran("doctor")
    assert done.status == 2
    assert "THREADPROOF_PORT" in done.complained


@pytest.mark.parametrize("command", ["api", "worker", "scheduler"])
def test_a_part_alone_needs_a_queue(command: str) -> None:
    """It cannot own one that others are to share."""
    done = Ran(command)
    assert done.status == 2
    assert "REDIS_URL" in done.complained


def test_doctor_finds_a_bare_machine_able_to_run() -> None:
    """No key, no Redis, no data folder yet."""
    done = Ran("doctor")
    assert (done.status, done.complained) == (0, "")
    for word in ("python", "data folder", "store", "valkey", "web search", "reddit", "writer"):
        assert word in done.said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("ID", "SECRET"), "id and secret are set"),
        (("ID",), "Set THREADPROOF_REDDIT_CLIENT_SECRET too"),
        (("SECRET",), "Set THREADPROOF_REDDIT_CLIENT_ID too"),
    ],
)
def test_doctor_tells_whether_reddits_keys_are_set(
    monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], says: str
) -> None:
    """Not what they are."""
    for half in given:
        monkeypatch.setenv(f"THREADPROOF_REDDIT_CLIENT_{half}", f"sesame-{half}")
    done = Ran("doctor")
    assert done.status == 0
    assert says in done.said
    assert "sesame" not in done.said + done.complained


def test_doctor_tells_how_hosts_are_treated(monkeypatch: pytest.MonkeyPatch) -> None:
    """And that they should learn whom to write to."""
    assert "THREADPROOF_CONTACT" in Ran("doctor").said
    for name, value in (("CONTACT", "keeper@kestrel.example"), ("HOST_DELAY_S", "2.5"), ("HOST_REQUESTS", "1")):
        monkeypatch.setenv(f"THREADPROOF_{name}", value)
    said = Ran("doctor").said
    assert "1 at a host at once, 2.5 s between two; sites may write to keeper@kestrel.example" in said


def test_doctor_says_what_is_down_and_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With status 4; passwords stay out of the report."""
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/nobody.sock")
    monkeypatch.setenv("THREADPROOF_WEB", str(tmp_path / "nowhere"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:sesame@127.0.0.1:1/none")
    done = Ran("doctor")
    assert done.status == 4
    assert [line.split()[1] for line in done.said.splitlines() if line.startswith("down")] == ["store", "queue", "web"]
    assert "sesame" not in done.said


# ---- captures -------------------------------------------------------------------------------------


def test_a_capture_is_read_from_the_extensions_document(tmp_path: Path) -> None:
    """As the POST body has it."""
    path = tmp_path / "capture.json"
    path.write_bytes(msgspec.json.encode(make_capture()))
    assert read_capture(path, URL) == make_capture()


def test_a_saved_page_is_a_capture_of_the_address_asked_for(tmp_path: Path) -> None:
    """HTML or a site's own JSON, captured when the file was saved."""
    page, data = tmp_path / "page.html", tmp_path / "thread.json"
    page.write_bytes(b"\xef\xbb\xbf  <!doctype html><title>t</title>")
    data.write_text('[{"kind": "Listing"}]')
    html, json = read_capture(page, URL), read_capture(data, URL)
    assert html is not None
    assert json is not None
    assert (html.url, html.via, html.html) == (URL, "dom", "  <!doctype html><title>t</title>")
    assert (json.via, json.json) == ("json", [{"kind": "Listing"}])


@pytest.mark.parametrize("content", [b"", b"{", b'{"v": 2}', b'{"v": 1, "url": "u"}', b"plain words"])
def test_what_is_no_capture_is_refused(tmp_path: Path, content: bytes) -> None:
    """Naming the file."""
    path = tmp_path / "capture.json"
    path.write_bytes(content)
    with pytest.raises(InvalidCapture, match=r"capture\.json"):
        read_capture(path, URL)
