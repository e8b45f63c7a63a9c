"""Children that end with their parent, whatever ends it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.adapters import leash
from tests.processes import is_alive, soon

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def parent_of(body: str) -> "subprocess.Popen[str]":
    """A process running the body, which prints its child's pid and then sleeps."""
    program = f"import os, subprocess, sys, time\nfrom server.adapters import leash\nSLEEP = {SLEEP!r}\n{body}\n"
    return subprocess.Popen(
        [sys.executable, "-c", program + "time.sleep(60)"], stdout=subprocess.PIPE, text=True, process_group=0
    )


def kill_parent(parent: "subprocess.Popen[str]") -> int:
    """Kill it with -9 once its child runs; the child's pid."""
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    return child


def test_a_launched_child_ends_when_its_parent_is_killed() -> None:
    """The leash survives exec, so it holds programs we did not write."""
    child = kill_parent(parent_of("print(subprocess.Popen(leash.leashed(SLEEP)).pid, flush=True)"))
    assert soon(lambda: not is_alive(child))


def test_a_fork_that_asks_for_it_ends_when_its_parent_is_killed() -> None:
    """As RQ's work-horses and granian's workers do."""
    body = """
pid = os.getpid()
if os.fork() == 0:
    leash.die_with_parent(pid)
    print(os.getpid(), flush=True)
"""
    child = kill_parent(parent_of(body))
    assert soon(lambda: not is_alive(child))


def test_without_a_leash_a_child_lives_on() -> None:
    """What the leash is for."""
    child = kill_parent(parent_of("print(subprocess.Popen(SLEEP).pid, flush=True)"))
    assert is_alive(child)
    subprocess.run(["kill", "-9", str(child)], check=True)


def test_a_program_whose_parent_is_gone_already_does_not_start(tmp_path: Path) -> None:
    """The parent may die between our start and our asking for the leash."""
    mark = tmp_path / "started"
    command = leash.leashed(["touch", str(mark)])
    command[command.index("--") - 1] = "1"
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not mark.exists()


def test_where_the_kernel_keeps_no_leash_the_launcher_stays_and_watches() -> None:
    """The way of macOS, which works here too."""
    launcher = f"import sys; from server.adapters import leash; sys.exit(leash._stay_beside({SLEEP!r}, PARENT, 9))"
    body = f"""
launcher = subprocess.Popen([sys.executable, "-c", {launcher!r}.replace("PARENT", str(os.getpid()))])
while not (children := open(f"/proc/{{launcher.pid}}/task/{{launcher.pid}}/children").read()):
    time.sleep(0.02)
print(children, flush=True)
"""
    child = kill_parent(parent_of(body))
    assert soon(lambda: not is_alive(child))


def test_a_watching_launcher_passes_signals_on() -> None:
    """Stopping it politely stops the program politely."""
    program = (
        "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); print('up', flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys; from server.adapters import leash;"
            f"sys.exit(leash._stay_beside([sys.executable, '-c', {program!r}], os.getppid(), 9))",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    assert launcher.stdout.readline() == "up\n"
    launcher.terminate()
    assert launcher.wait(timeout=10) == 7
    launcher.stdout.close()


def test_a_wrong_call_of_the_launcher_is_explained() -> None:
    """It is a program too."""
    done = subprocess.run([sys.executable, leash.__file__, "12"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "usage: leash.py [--signal N] PARENT_PID -- argv…\n")
