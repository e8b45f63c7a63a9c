"""The extension's own tests, run by Node as part of `make test`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_the_extensions_modules_pass_their_own_tests() -> None:
    """`node --test` is green on every test file beside this one."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node on this machine: install Node 20 or newer to run the extension's own tests")
    files = sorted(map(str, HERE.glob("*.test.js")))
    run = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
