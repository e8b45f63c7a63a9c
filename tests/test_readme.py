"""Documents that cannot lie: what README and .env.example name is there, and what is there they name."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from server.app import create_app
from server.cli import build_parser
from server.commands import outcomes
from server.core.errors import InvalidSetting
from server.settings import Settings
from tests.documented import ROOT, USUAL, commands, setting_names, settings_named
from tests.fakes import MemoryCardStore, MemoryJobQueue, MemoryProgress

README = (ROOT / "README.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURE_BYTES = 250_000
ROW = re.compile(r"(?m)^\| `([A-Z][A-Z0-9_]+)` \| (.+?) \| (.+?) \|$")
ASSIGNMENT = re.compile(r"(?m)^#?([A-Z][A-Z0-9_]*)=(.*)$")
FENCED = re.compile(r"```sh\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def shell_lines() -> list[str]:
    """Every command line README shows."""
    lines = "\n".join(FENCED.findall(README)).splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def threadproof_lines() -> Iterator[list[str]]:
    """The arguments of every `threadproof …` README shows, up to a pipe or a redirection."""
    for line in shell_lines():
        if re.match(r"\S*threadproof\b", line):
            yield shlex.split(re.split(r" [|<>] ", line)[0], comments=True)[1:]


# ---- settings ----------------------------------------------------------------------------------------


def test_readme_names_every_setting_and_no_other() -> None:
    """Each has its row in the table, and nothing that looks like a setting stands anywhere else."""
    rows = [name for name, *_ in ROW.findall(README)]
    assert sorted(rows) == sorted(setting_names())
    assert settings_named(README) <= set(setting_names())


def test_the_example_file_names_every_setting_and_no_other() -> None:
    """Besides them only what docker-compose.yml asks for."""
    named = [name for name, _ in ASSIGNMENT.findall(EXAMPLE)]
    assert len(named) == len(set(named))
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert set(named) - asked <= set(setting_names()) <= set(named)
    assert settings_named(EXAMPLE) <= set(setting_names())


def test_the_example_file_changes_nothing_as_it_stands() -> None:
    """Every line is a comment, so a fresh copy of it is what no file at all would be."""
    assert [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")] == []


def test_the_examples_of_every_setting_are_valid() -> None:
    """With every # taken away the file is one that Settings reads."""
    Settings.from_env(dict(ASSIGNMENT.findall(EXAMPLE)))


@pytest.mark.parametrize("name", [name for name, default in setting_names().items() if isinstance(default, int | str)])
def test_documents_tell_the_real_default(name: str) -> None:
    """Numbers and words in README's table and in the example are those of the code."""
    default = setting_names()[name]
    default = str(default).lower() if isinstance(default, bool) else default
    told = {row: cell for row, _, cell in ROW.findall(README)}[name]
    assert told == f"`{default}`"
    assert dict(ASSIGNMENT.findall(EXAMPLE))[name] == str(default)


def test_a_wrong_setting_points_to_the_example_file() -> None:
    """The error names a file that is there."""
    with pytest.raises(InvalidSetting, match=r"\.env\.example"):
        Settings.from_env({"THREADPROOF_PORT": "many"})


def test_the_names_tested_here_are_those_that_settings_reads() -> None:
    """Each name, set to its example, moves its own field and no other."""
    examples = {name: value for name, value in ASSIGNMENT.findall(EXAMPLE) if name in setting_names()}
    plain = Settings.from_env({})
    for name, value in examples.items():
        field = name.lower().removeprefix("threadproof_")
        assert (field in USUAL) == (not name.startswith("THREADPROOF_"))
        changed = Settings.from_env({name: value or "x"})
        same = [f.name for f in msgspec.structs.fields(Settings) if f.name != field]
        assert all(getattr(changed, other) == getattr(plain, other) for other in same), name


# ---- commands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_two_commands_are_targets_of_the_makefile(target: str) -> None:
    """Shown by themselves in README, and described in `make help`."""
    assert f"```sh\nmake {target}\n```" in README
    assert re.search(rf"(?m)^{target}:.*## \S", MAKEFILE)


def test_every_make_target_that_is_shown_exists() -> None:
    """In any document."""
    for document in DOCUMENTS:
        for target in re.findall(r"`make ([a-z-]+)`", document.read_text()):
            assert re.search(rf"(?m)^{target}:", MAKEFILE), f"{document.name}: make {target}"


def test_ci_runs_what_readme_shows() -> None:
    """Its only work besides installing a browser is `make test`, in a file that can be run."""
    script = ROOT / ".ci" / "run"
    lines = [line.strip() for line in script.read_text().splitlines()]
    assert "make test" in lines
    assert script.stat().st_mode & 0o111


def test_make_run_and_the_readme_agree_on_the_address() -> None:
    """The port a fresh start listens on is the one README tells people to open."""
    plain = Settings.from_env({})
    assert f"<{plain.address}>" in README
    assert set(re.findall(r"127\.0\.0\.1:\d+", README)) == {plain.address.removeprefix("http://")}


@pytest.mark.parametrize("argv", list(threadproof_lines()), ids=" ".join)
def test_every_command_line_that_is_shown_parses(argv: list[str]) -> None:
    """With the parser that the program itself uses, down to the files an option names."""
    args = build_parser().parse_args(argv)
    assert callable(args.run)
    for name in ("web", "capture"):
        path: Path | None = getattr(args, name, None)
        assert path is None or (ROOT / path).exists()


def test_every_command_is_shown() -> None:
    """A command that README forgets is one that nobody finds."""
    assert {argv[0] for argv in threadproof_lines()} == commands()


def test_the_exit_statuses_are_those_of_the_program() -> None:
    """The same words as `threadproof --help` prints."""
    told = re.findall(r"(?m)^\| (\d+) \| (.+) \|$", README)
    assert told == [tuple(pair) for pair in re.findall(r"(?m)^  (\d+) +(.+)$", outcomes.EXPLAINED)]


def test_every_path_of_the_api_that_is_shown_exists() -> None:
    """Each is one that the application has a route for."""
    parts = MemoryCardStore(), MemoryJobQueue(), MemoryProgress()
    app = create_app(Settings.from_env({}), *parts, lambda: datetime.now(UTC))
    shapes = [re.sub(r"\{\w+:int\}", r"\\d+", re.sub(r"\{\w+:str\}", "[^/]+", route.path)) for route in app.routes]
    shown = re.findall(r"127\.0\.0\.1:8321(/[^\s\"?]+)", README) + re.findall(r"`(/[^\s`]+)`", README)
    shown = [path for path in shown if path not in ("/metrics", "/api/v1")]
    assert len(shown) > 10
    assert [path for path in shown if not any(re.fullmatch(shape, path) for shape in shapes)] == []


# ---- links and pictures ------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings_that_exist(document: Path) -> None:
    """Relative to the document they stand in."""
    text = document.read_text()
    headings = {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"(?m)^#+ (.+)$", text)}
    for target in LINK.findall(text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not re.match(r"[a-z]+:", target):
            assert (document.parent / target.partition("#")[0]).exists(), target


def test_every_decision_is_listed() -> None:
    """In the order of their numbers."""
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d\d-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text()) == pages


def test_the_pictures_are_pictures_of_a_decent_size() -> None:
    """PNG files that a slow line loads in a moment, each with a description for those who cannot see it."""
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert "docs/card.png" in [place for _, place in pictures]
    for description, place in pictures:
        raw = (ROOT / place).read_bytes()
        assert raw.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(raw) < PICTURE_BYTES
        assert len(description) > 20


@pytest.mark.parametrize("name", ["README.md", ".env.example", "CHANGELOG.md"])
def test_documents_are_in_plain_lines(name: str) -> None:
    """No tabs, no trailing blanks, and a line break at the end."""
    text = (ROOT / name).read_text()
    assert "\t" not in text
    assert not re.search(r"(?m)[ ]+$", text)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
