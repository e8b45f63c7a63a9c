"""`threadproof serve` and `card` as real processes: starting, stopping, dying, and starting again."""

import os
import signal
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from server.adapters.embedded_valkey import runtime_base
from server.sample import THREAD_URL, world_path
from tests.e2e.servers import Server, SlowSite, all_gone, run_cli, slow_site, start_cli
from tests.processes import connected_to, descendants, soon

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes"),
]
SAMPLE = ("--web", str(world_path()))
Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers on one data folder; whatever still runs at the end is killed."""
    servers: list[Server] = []

    def begin(*argv: str, **settings: str) -> Server:
        servers.append(Server(tmp_path / "data", *argv, log=tmp_path / "log", **settings))
        return servers[-1]

    yield begin
    for server in servers:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture
def site() -> Iterator[SlowSite]:
    """A page that answers when told to."""
    with slow_site() as running:
        yield running


def begin_job(server: Server, url: str) -> str:
    """The id of a new job."""
    status, answer = server.ask("POST", "/api/v1/cards", {"url": url})
    assert status == 202, answer
    return str(answer["job"]["id"])


# ---- starting and stopping --------------------------------------------------------------------------


def test_an_open_event_stream_does_not_hold_up_the_end(start: Start, site: SlowSite) -> None:
    """A reader may stay for hours; the job at work gets its grace and no more."""
    server = start(**site.settings).wait_until_ready()
    job_id = begin_job(server, site.url)
    with urllib.request.urlopen(f"{server.address}/api/v1/jobs/{job_id}/events", timeout=60) as stream:
        assert stream.readline()
        assert soon(lambda: site.asked == 1), server.said
        family = server.family()
        assert 9 < server.stop() < 20
    assert all_gone(family)
    assert f"job {job_id} was handed back" in server.said


def test_ctrl_c_stops_everything_too(start: Start) -> None:
    """The terminal signals the whole group at once; nobody prints a traceback."""
    server = start(*SAMPLE).wait_until_ready()
    family = server.family()
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(timeout=15) == 0
    assert all_gone(family)
    assert "Traceback" not in server.said


def test_after_kill_9_nothing_is_left_and_the_next_start_just_works(start: Start) -> None:
    """No process, no lock, no socket folder."""
    before = set(runtime_base().glob("threadproof-run-*"))
    server = start(*SAMPLE).wait_until_ready()
    mine = set(runtime_base().glob("threadproof-run-*")) - before
    assert all_gone(server.kill())
    server = start(*SAMPLE).wait_until_ready()
    assert not [folder for folder in mine if folder.exists()]
    assert server.finish(begin_job(server, THREAD_URL))["state"] == "done"
    server.stop()


@pytest.mark.parametrize("processes", range(1, 8))
def test_a_kill_at_any_moment_of_the_start_leaves_nothing(start: Start, processes: int) -> None:
    """As soon as so many run. A leash that is put on late leaves a gap; 6 of 40 kills once fell into one."""
    server = start(*SAMPLE)
    assert soon(lambda: len(server.family()) >= processes or "is ready" in server.said, within_s=60)
    assert all_gone(server.kill())


def test_parts_that_die_are_started_again(start: Start) -> None:
    """Valkey, a worker and the API, each killed with -9."""
    server = start(*SAMPLE).wait_until_ready()
    for name in ("valkey-server", "workers", "api"):
        victim = next(pid for pid in server.family() if name in command_of(pid))
        os.kill(victim, signal.SIGKILL)
        assert soon(lambda name=name, victim=victim: any(
            name in command_of(pid) for pid in server.family() if pid != victim
        ))  # fmt: skip
    assert soon(lambda: is_serving(server))
    assert server.finish(begin_job(server, THREAD_URL))["state"] == "done"
    server.stop()


def command_of(pid: int) -> str:
    """Its program and arguments."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def is_serving(server: Server) -> bool:
    """Whether it says it can do its work."""
    try:
        return server.ask("GET", "/readyz")[0] == 200
    except OSError:
        return False


# ---- unfinished jobs --------------------------------------------------------------------------------


def test_a_job_cut_off_by_kill_9_is_found_and_finished_at_the_next_start(start: Start, site: SlowSite) -> None:
    """It is a second attempt at the same job."""
    server = start(**site.settings).wait_until_ready()
    job_id = begin_job(server, site.url)
    assert soon(lambda: site.asked == 1), server.said
    assert all_gone(server.kill())
    site.let_go()
    server = start(**site.settings).wait_until_ready()
    job = server.finish(job_id)
    assert (job["state"], job["attempt"]) == ("done", 2), server.said
    server.stop()


def test_a_job_at_work_is_finished_before_the_server_stops(start: Start, site: SlowSite) -> None:
    """Its grace is ten seconds."""
    server = start(**site.settings).wait_until_ready()
    job_id = begin_job(server, site.url)
    assert soon(lambda: site.asked == 1), server.said
    server.process.terminate()
    site.let_go()
    assert server.process.wait(timeout=15) == 0
    assert f"job {job_id} made card" in server.said


def test_a_job_whose_process_is_killed_is_started_again(start: Start, site: SlowSite) -> None:
    """As the kernel does when memory runs out."""
    server = start(**site.settings).wait_until_ready()
    job_id = begin_job(server, site.url)
    assert soon(lambda: site.asked == 1), server.said
    (pool,) = connected_to(site.server.server_port, server.family())
    os.kill(pool, signal.SIGKILL)
    assert soon(lambda: site.asked == 2), server.said
    site.let_go()
    job = server.finish(job_id)
    assert (job["state"], job["attempt"]) == ("done", 2), server.said
    server.stop()


def test_a_job_that_is_called_off_lets_go_of_its_worker(start: Start, site: SlowSite) -> None:
    """It hangs up at once; the worker takes the next job."""
    server = start("--workers", "1", THREADPROOF_JOBS_AT_ONCE="1", **site.settings).wait_until_ready()
    job_id = begin_job(server, site.url)
    assert soon(lambda: site.asked == 1), server.said
    assert connected_to(site.server.server_port, server.family())
    server.ask("DELETE", f"/api/v1/jobs/{job_id}")
    assert soon(lambda: not connected_to(site.server.server_port, server.family()), within_s=3)
    assert server.job(job_id)["state"] == "cancelled"
    site.let_go()
    assert server.finish(begin_job(server, site.url))["state"] == "done"
    server.stop()


# ---- what cannot start ------------------------------------------------------------------------------


def test_a_second_server_on_the_same_folder_is_turned_away(start: Start, tmp_path: Path) -> None:
    """It says who has the folder and what to do; the first goes on."""
    server = start(*SAMPLE).wait_until_ready()
    second = run_cli("serve", "--port", "0", "--data", str(tmp_path / "data"), *SAMPLE)
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert f"process {server.process.pid}" in second.stderr
    assert "--data" in second.stderr
    assert is_serving(server)
    server.stop()


def test_a_port_in_use_is_said_before_anything_is_written(tmp_path: Path) -> None:
    """The data folder is not even made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_cli("serve", "--port", str(port), "--data", str(tmp_path / "data"), *SAMPLE)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Port {port}" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["card", THREAD_URL]])
def test_a_data_folder_that_cannot_be_written_is_named(command: list[str]) -> None:
    """/proc takes no folders from anybody, root included."""
    done = run_cli(*command, "--data", "/proc/threadproof", *SAMPLE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "/proc/threadproof" in done.stderr
    assert done.stderr.count("\n") == 1


# ---- card -------------------------------------------------------------------------------------------


def test_a_card_is_made_without_a_server_and_nothing_is_left(tmp_path: Path) -> None:
    """In a temporary folder, with a queue and a worker for as long as it takes; piped, it prints the card alone."""
    argv = ("card", THREAD_URL, "--format", "json", "--texts", str(tmp_path / "texts"), *SAMPLE)
    done = run_cli(*argv, TMPDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    card = msgspec.json.decode(done.stdout)
    assert card["status"] == "complete"
    for source in card["sources"]:
        text = (tmp_path / "texts" / f"{source['n']}.txt").read_bytes().decode()
        assert all(text[quote["start"] : quote["end"]] == quote["text"] for quote in source["quotes"])
    assert [path.name for path in tmp_path.iterdir()] == ["texts"]


def test_a_card_is_found_again_in_its_data_folder(tmp_path: Path) -> None:
    """And made anew when that is asked for."""
    place = ("--format", "json", "--data", str(tmp_path / "data"), *SAMPLE)
    first, again, anew = (
        msgspec.json.decode(run_cli("card", THREAD_URL, *place, *more).stdout) for more in ([], [], ["--refresh"])
    )
    assert (first["id"], first["version"]) == (again["id"], again["version"])
    assert anew["id"] == first["id"]


def test_a_card_is_made_by_the_server_that_has_the_folder(start: Start, tmp_path: Path) -> None:
    """Its permalink is the server's, and the server knows it."""
    server = start(*SAMPLE).wait_until_ready()
    done = run_cli("card", THREAD_URL, "--format", "json", "--data", str(tmp_path / "data"))
    card = msgspec.json.decode(done.stdout)
    assert card["permalink"].startswith(server.address)
    assert server.ask("GET", f"/api/v1/cards/{card['id']}")[0] == 200
    other = run_cli("card", THREAD_URL, "--data", str(tmp_path / "data"), "--web", str(tmp_path))
    assert other.returncode == 2
    server.stop()


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_card_comes_in_every_form(form: str) -> None:
    """The headline is in each."""
    done = run_cli("card", THREAD_URL, "--format", form, *SAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Fennmark" in done.stdout


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://unrecorded.example/thread", 3),  # 404 in the recorded web
        ("https://news.ycombinator.com/item?id=1", 3),
    ],
)
def test_a_thread_that_cannot_be_had_is_said_in_one_line(url: str, status: int) -> None:
    """With the next step and its own exit status."""
    done = run_cli("card", url, *SAMPLE)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("threadproof: ")
    assert "Traceback" not in done.stderr


def test_an_address_that_is_not_public_is_refused(tmp_path: Path) -> None:
    """By policy, with its own exit status."""
    done = run_cli("card", "http://127.0.0.1:9/", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (5, ""), done.stderr


def test_a_card_that_is_killed_leaves_nothing_running(tmp_path: Path, site: SlowSite) -> None:
    """Neither its queue nor its worker; the next card on the folder just works."""
    argv = ["card", site.url, "--format", "json", "--data", str(tmp_path / "data")]
    card = start_cli(*argv, **site.settings)
    assert soon(lambda: site.asked == 1, within_s=60)
    family = descendants(card.pid)
    card.kill()
    card.communicate()
    assert all_gone(family)
    site.let_go()
    done = run_cli(*argv, **site.settings)
    assert done.returncode == 0, done.stderr
    assert msgspec.json.decode(done.stdout)["thread"]["title"] == "Kestrel Point relights its lamp"


def test_an_interrupted_card_ends_quietly(tmp_path: Path, site: SlowSite) -> None:
    """Ctrl-C is no error to explain; the wish is withdrawn, so the next start does not take it up."""
    card = start_cli("card", site.url, "--data", str(tmp_path / "data"), **site.settings)
    assert soon(lambda: site.asked == 1, within_s=60)
    family = descendants(card.pid)
    os.killpg(card.pid, signal.SIGINT)
    said, complained = card.communicate(timeout=20)
    assert (card.returncode, said, complained) == (130, "", "")
    assert all_gone(family)
