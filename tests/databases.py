"""Databases for tests: how to empty one, and a PostgreSQL server of our own.

TEST_DATABASE_URL names a PostgreSQL database that may be EMPTIED; without it a server starts in a temporary folder
when its programs are on this machine. It listens on a Unix socket alone, and refuses to run as root, so root starts
it as the user `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from server.adapters.sql.database import Database
from server.adapters.sql.tables import changes, metadata

POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin")


def empty(url: str) -> None:
    """Delete every row but the one that counts changes."""
    database = Database(url)
    tables = [table for table in reversed(metadata.sorted_tables) if table is not changes]
    database.write(lambda connection: [connection.execute(delete(table)) for table in tables])
    database.close()


def find_postgres() -> Path:
    """The folder with `initdb`; skips the test where there is none."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    folders += [found for pattern in POSTGRES_FOLDERS for found in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    if not folders:
        pytest.skip("no PostgreSQL here: set TEST_DATABASE_URL, or install postgresql (initdb was not found)")
    return folders[0]


class PostgresServer:
    """A PostgreSQL server of our own, as a context whose value is its address."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="tp-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._user = _become_postgres(self._folder)

    def __enter__(self) -> str:
        try:
            self._start(str(self._folder / "cluster"))
        except subprocess.CalledProcessError as error:
            shutil.rmtree(self._folder)
            pytest.skip(f"PostgreSQL would not start here: {Path(error.cmd[0]).name} said {error.output.decode()!r}")
        return f"postgresql://postgres@/postgres?host={self._folder}"

    def _start(self, cluster: str) -> None:
        self._run("initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self.start_again()

    def start_again(self) -> None:
        """With the data it had."""
        cluster = str(self._folder / "cluster")
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-D", cluster, "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """At once, as when its processes are killed."""
        self._run("pg_ctl", "-D", str(self._folder / "cluster"), "-w", "-m", "immediate", "stop")

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        with (self._folder / "said").open("w+b") as said:  # not a pipe: the server would hold it open for good
            finished = subprocess.run(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, **self._user
            )
            said.seek(0)
            if finished.returncode:
                raise subprocess.CalledProcessError(finished.returncode, command, said.read())


def _become_postgres(folder: Path) -> dict[str, Any]:
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL refuses to run as root, and there is no user `postgres` to run it as")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
