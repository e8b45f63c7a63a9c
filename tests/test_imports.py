"""Who may import whom: the shape of the house, by a walk over every import statement in it."""

import ast
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from server.core.jobs import MAKE_CARD

ROOT = Path(__file__).parents[1]
MODULES = sorted([*(ROOT / "server").rglob("*.py"), *(ROOT / "workers").rglob("*.py")])

# A folder or file, and all it may import of ours. The longest path that fits a module decides.
MAY_IMPORT = {
    "server/core": ("server.core",),
    "server/settings.py": ("server.core",),
    "server/http_errors.py": ("server.core",),
    "server/adapters": ("server.core", "server.adapters"),
    "server": ("server",),
    "workers": (
        "workers",
        "server.core",
        "server.adapters",
        "server.settings",
        "server.sample",
        "server.http_errors",
    ),
    "workers/extract": ("server.core", "workers.extract"),
    "workers/readers": ("server.core", "workers.readers", "workers.extract"),
    "workers/listings": ("server.core", "workers.listings", "workers.readers"),
    "workers/prompts": ("workers.prompts",),
    "workers/writers": (
        "server.core",
        "workers.writers",
        "workers.prompts",
        "workers.tracing",
        "workers.readers.as_document",  # which comment a sentence of the thread belongs to
    ),
    "workers/adapters": ("server.core", "server.adapters", "workers.adapters", "workers.extract"),
    "workers/stages": (
        "server.core",
        "server.settings",
        "workers.stages",
        "workers.readers",
        "workers.writers",
        "workers.parts",
        "workers.tracing",
        "workers.adapters.sentences",  # a pure function over a library, so it needs no port
        "server.adapters.logs",  # whom lines of the log are about
    ),
}

# Controllers get the store, the queue and the progress handed in; they neither choose nor start anything.
NOT_FOR_CONTROLLERS = ("server.adapters", "server.app", "server.asgi", "server.cli", "server.commands")
NOT_FOR_CORE = frozenset(
    "asyncio ctypes http importlib multiprocessing os pathlib random secrets select shutil signal socket sqlite3 ssl "
    "subprocess sys tempfile threading time".split()
)
NETWORK = frozenset(
    "aiohttp anthropic anyio asyncio ddgs ftplib granian http httpcore httpx httpx2 redis requests rq select smtplib "
    "socket socketserver ssl urllib3 websockets".split()
)
CLOCKS = frozenset({"now", "utcnow", "today"})


class Import(NamedTuple):
    """One imported module, where, and whether it happens only when a function runs."""

    path: str
    line: int
    name: str
    lazy: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


def list_imports(path: Path) -> Iterator[Import]:
    """Every import of a module. Those for the type checker alone count as well: they tell what a module knows of."""
    yield from _walk(ast.parse(path.read_text()), path.relative_to(ROOT).as_posix(), lazy=False)


def _walk(node: ast.AST, path: str, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(path, child.lineno, alias.name, lazy) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{path}:{child.lineno}: imports are absolute here"
            module = child.module or ""
            below = [f"{module}.{alias.name}" for alias in child.names]
            yield from (Import(path, child.lineno, name if is_module(name) else module, lazy) for name in below)
        yield from _walk(child, path, lazy=lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))


def is_module(name: str) -> bool:
    """Whether a dotted name of ours is a module, not something in one."""
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def is_ours(name: str) -> bool:
    return name.split(".")[0] in ("server", "workers")


def is_under(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


IMPORTS = [found for path in MODULES for found in list_imports(path)]


def imports_of(folder: str) -> list[Import]:
    """All imports in a folder; a folder without any would make a test that tests nothing."""
    found = [each for each in IMPORTS if each.path.startswith(f"{folder}/")]
    assert found
    return found


@pytest.mark.parametrize("place", MAY_IMPORT)
def test_a_folder_imports_only_what_it_may_know_of(place: str) -> None:
    """Imports point inward: core, then adapters, then what is built of them."""
    own = [
        each
        for each in IMPORTS
        if place == max((p for p in MAY_IMPORT if f"{each.path}/".startswith(f"{p}/")), key=len) and is_ours(each.name)
    ]
    allowed = MAY_IMPORT[place]
    if place == "server":  # the one exception has a test of its own
        own = [each for each in own if not is_under(each.name, ("workers",))]
    assert [str(each) for each in own if not is_under(each.name, allowed)] == []


def test_the_server_knows_nothing_of_the_workers() -> None:
    """But for the commands that run parts of the pipeline, which import them when they run, never before."""
    found = [each for each in imports_of("server") if is_under(each.name, ("workers",))]
    assert [str(each) for each in found if not (each.lazy and each.path.startswith("server/commands/"))] == []


def test_controllers_are_handed_their_adapters() -> None:
    """API and pages work on any store, queue and progress, and start nothing."""
    found = imports_of("server/api") + imports_of("server/pages")
    assert [str(each) for each in found if is_under(each.name, NOT_FOR_CONTROLLERS)] == []


def test_core_imports_the_standard_library_and_msgspec_alone() -> None:
    """And of the standard library nothing that reaches a file, a socket, a process or a clock."""
    for each in imports_of("server/core"):
        top = each.name.split(".")[0]
        assert top in sys.stdlib_module_names or top == "msgspec" or is_under(each.name, ("server.core",)), str(each)
        assert top not in NOT_FOR_CORE, str(each)
        assert each.name != "urllib.request", str(each)


@pytest.mark.parametrize("path", sorted((ROOT / "server" / "core").rglob("*.py")), ids=lambda path: path.stem)
def test_core_reads_no_clock(path: Path) -> None:
    """The time is an argument, so that a test may choose it."""
    called = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert [call.lineno for call in called if isinstance(call, ast.Attribute) and call.attr in CLOCKS] == []


@pytest.mark.parametrize("folder", ["workers/readers", "workers/listings", "workers/extract"])
def test_what_parses_pages_cannot_reach_the_network(folder: str) -> None:
    """A reader gets bytes and gives a thread; fetching is somebody else's."""
    for each in imports_of(folder):
        assert each.name.split(".")[0] not in NETWORK, str(each)
        assert each.name != "urllib.request", str(each)


def test_there_is_one_fetcher() -> None:
    """An HTTP client is imported by the workers' adapters and nowhere else."""
    clients = ("httpx", "httpx2", "httpcore", "requests", "aiohttp", "urllib3", "urllib.request")
    found = {each.path for each in IMPORTS if is_under(each.name, clients)}
    assert found
    assert {path for path in found if not path.startswith("workers/adapters/")} == set()


def test_every_module_imports_without_environment_or_services() -> None:
    """Importing does no work: no settings are read, nothing is connected to, nothing is written."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in MODULES]
    # Alembic's own script runs when Alembic loads it, inside a migration.
    names = [name.removesuffix(".__init__") for name in names if name != "server.adapters.migrations.env"]
    program = (
        "import importlib, os, sys\n"
        "os.environ.clear()\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(len(sys.modules), os.listdir())"
    )
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, "-P", "-W", "error::ResourceWarning", "-c", program],
            cwd=empty,
            env={"PATH": os.defpath, "HOME": empty},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" []\n")


def test_the_name_in_the_queue_is_a_function() -> None:
    """RQ resolves the dotted name in the worker; a renamed function would be noticed by nobody else."""
    module, _, function = MAKE_CARD.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
