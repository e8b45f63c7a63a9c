"""`npm run lint`: eslint, tsc and web-ext, without a finding that nobody has explained."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

EXTENSION = Path(__file__).parents[2] / "extension"
INSTALL_S = 180
LINT_S = 240


@pytest.fixture
def linted(pytestconfig: pytest.Config) -> Path:
    """The extension's folder with its tools in reach; a skip that says why where npm cannot bring them.

    They are installed as the lock has them, once for as long as it stays the same, and never beside the sources.
    """
    if (EXTENSION / "node_modules" / "web-ext").is_dir():
        return EXTENSION
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine to install eslint, typescript and web-ext with: install the package `npm`")
    lock = (EXTENSION / "package-lock.json").read_bytes()
    cache = pytestconfig.cache
    assert cache is not None
    folder = Path(cache.mkdir(f"extension-tools-{hashlib.sha256(lock).hexdigest()[:12]}"))
    if not (folder / "node_modules" / ".package-lock.json").is_file():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(EXTENSION / name, folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_S, check=False)
        if done.returncode != 0:
            pytest.skip(f"npm could not install the extension's tools: {done.stderr.strip().splitlines()[-1:]}")
    copy = folder / "extension"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(EXTENSION, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    return copy


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the linters say of a folder."""
    npm = shutil.which("npm") or "npm"
    command = [npm, "run", "--silent", "lint"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LINT_S, check=False)


def test_the_linters_find_nothing_that_is_not_explained(linted: Path) -> None:
    """No error, and no warning but those `lint-package.js` gives a reason for."""
    done = lint(linted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors, 0 warnings unexplained" in done.stdout
