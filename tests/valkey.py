"""A real valkey for tests: 60 ms to start, on a socket in the test's own folder."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.adapters.embedded_valkey import EmbeddedValkey, find_binary


@contextmanager
def running_valkey() -> Iterator[str]:
    """Its address. Under /tmp, since a socket's path may take 104 bytes and pytest's folders are long."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as name:
        folder = Path(name)
        valkey = EmbeddedValkey(folder, folder, find_binary())
        process = subprocess.Popen(valkey.command())
        try:
            assert valkey.wait(lambda: process.poll() is None), valkey.last_words()
            yield valkey.url
        finally:
            process.kill()
            process.wait()
