"""The wheel holds what the program opens at run time, not only its Python files. Nothing is downloaded."""

import email
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OPENED = (
    "server/pages/templates/card.html",
    "server/pages/static/threadproof.css",
    "server/adapters/migrations/env.py",
    "server/adapters/migrations/versions/v0001_cards_and_jobs.py",
    "server/sample/world.warc.gz",
    "server/sample/world.json",
    "workers/__main__.py",
)
TRY_OUT = """
import sys
from importlib.resources import files
from pathlib import Path
import server, workers
home = Path(sys.argv[1])
for package in (server, workers):
    assert Path(package.__file__).is_relative_to(home), package.__file__
for name in ("card.html", "base.html"):
    assert (files("server.pages") / "templates" / name).read_text()
from server.adapters.migrations import migrate
migrate(f"sqlite:///{home / 'store.sqlite3'}")
from server.sample import world_path
from workers.adapters.recorded_web import RecordedWeb
RecordedWeb(world_path()).preload()
print("all there")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout by the build tool that the lock pins."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def unpacked(wheel: Path, tmp_path: Path) -> Path:
    """What an installer would put among the other packages."""
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def names_in(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_runs_on_any_machine(wheel: Path) -> None:
    """Pure Python, under the name and version of pyproject.toml."""
    assert wheel.name == f"threadproof-{PROJECT['version']}-py3-none-any.whl"


@pytest.mark.parametrize("name", OPENED)
def test_the_wheel_holds_what_the_program_opens(wheel: Path, name: str) -> None:
    """Templates, static files, migrations and the sample world."""
    assert name in names_in(wheel)


def test_the_wheel_holds_both_packages_whole_and_nothing_else(wheel: Path) -> None:
    """Every file of `server` and `workers`; no tests, no extension."""
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in ("server", "workers")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    information = f"threadproof-{PROJECT['version']}.dist-info/"
    assert {name for name in names_in(wheel) if not name.startswith(information)} == expected


def test_the_wheel_says_what_it_is(unpacked: Path) -> None:
    """Command, licence, Python and README."""
    information = unpacked / f"threadproof-{PROJECT['version']}.dist-info"
    assert "threadproof = server.cli:main" in (information / "entry_points.txt").read_text()
    assert (information / "licenses" / "LICENSE").is_file()
    metadata = email.message_from_string((information / "METADATA").read_text())
    assert metadata["License-Expression"] == PROJECT["license"]
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    assert str(metadata.get_payload()).lstrip().startswith("# Threadproof")


def test_the_wheel_works_away_from_the_checkout(unpacked: Path) -> None:
    """Unpacked alone it finds its templates, makes its tables and opens its sample world."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", TRY_OUT, str(unpacked)],
        cwd=unpacked,
        env={"PATH": os.defpath, "HOME": str(unpacked), "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("all there", "", 0)
