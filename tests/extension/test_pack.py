"""`make extension`: one package for each browser's store, the same bytes whenever the folder is the same."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

EXTENSION = Path(__file__).parents[2] / "extension"
MOST_BYTES = 150 * 1024


def packed(folder: Path, source: Path = EXTENSION) -> dict[str, Path]:
    """Both packages, by browser."""
    command = [sys.executable, str(source / "pack.py"), str(folder)]
    subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return {path.stem.rpartition("-")[2]: path for path in folder.glob("*.zip")}


def test_the_same_folder_gives_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    """A copy with other file times, packed later, is no different."""
    copy = tmp_path / "copy"
    shutil.copytree(EXTENSION, copy, ignore=shutil.ignore_patterns("node_modules", "dist"), copy_function=shutil.copy)
    first, second = packed(tmp_path / "first"), packed(tmp_path / "second", copy)
    assert first.keys() == second.keys() == {"chrome", "firefox"}
    for browser, path in first.items():
        assert path.read_bytes() == second[browser].read_bytes()
        assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("browser", ["chrome", "firefox"])
def test_a_package_holds_what_runs_and_nothing_of_the_workshop(browser: str, tmp_path: Path) -> None:
    """Every file that the manifest, the pages and the scripts name; no tools, no tests."""
    with ZipFile(packed(tmp_path)[browser]) as archive:
        names = set(archive.namelist())
        code = {name: archive.read(name).decode() for name in names if name.endswith((".js", ".html"))}
    for name in ("manifest.json", "background.js", "panel/panel.html", "welcome/welcome.html", "look/fonts/OFL.txt"):
        assert name in names
    assert not {name for name in names if name.startswith(("node_modules", "package", "tsconfig", "eslint", "lint"))}
    for name, text in code.items():
        for line in text.splitlines():
            if line.startswith("import ") and " from '" in line:
                target = Path(name).parent / line.rpartition(" from '")[2].rstrip("';")
                assert target.as_posix() in names or _tidy(target) in names, f"{name}: {line}"


def _tidy(path: Path) -> str:
    """Without its way up and down again."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_each_manifest_leaves_out_what_the_other_browser_reads(tmp_path: Path) -> None:
    """The rest is the folder's own."""
    whole = json.loads((EXTENSION / "manifest.json").read_text("utf-8"))
    manifests = {}
    for browser, path in packed(tmp_path).items():
        with ZipFile(path) as archive:
            manifests[browser] = json.loads(archive.read("manifest.json"))
    chrome, firefox = manifests["chrome"], manifests["firefox"]
    assert whole.keys() - chrome.keys() == {"browser_specific_settings", "sidebar_action"}
    assert whole.keys() - firefox.keys() == {"minimum_chrome_version", "side_panel"}
    assert ("service_worker" in chrome["background"], "scripts" in chrome["background"]) == (True, False)
    assert ("service_worker" in firefox["background"], "scripts" in firefox["background"]) == (False, True)
    assert set(chrome["permissions"]) - set(firefox["permissions"]) == {"sidePanel"}
    assert chrome["version"] == firefox["version"] == whole["version"]
