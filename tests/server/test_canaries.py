"""Canary keys and secrets, planted wherever one may stand: in settings, in headers, in addresses.

Everything that the server then says or keeps is searched for them: answers and pages, errors, the log in both forms
with tracebacks and at its most talkative, job rows, an export, metrics.
"""

import asyncio
import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.adapters.logs import JsonLines, PlainLines
from server.adapters.sql.database import Database
from server.adapters.sql.transfer import dump
from server.settings import Settings
from server.supervisor import child_environment
from tests.server.captured import House, Told

CANARY = "cAnArY"
SETTINGS = {
    "ANTHROPIC_API_KEY": f"sk-ant-{CANARY}-1-0123456789",
    "REDIS_URL": f"redis://:{CANARY}-2-pw@127.0.0.1:1/0",
    "DATABASE_URL": f"postgresql://tp:{CANARY}-3-pw@127.0.0.1:1/tp",
    "THREADPROOF_DATABASE_PASSWORD": f"{CANARY}-4-password",
    "THREADPROOF_BRAVE_API_KEY": f"{CANARY}-5-brave-key",
    "THREADPROOF_TAVILY_API_KEY": f"{CANARY}-6-tavily-key",
    "THREADPROOF_REDDIT_CLIENT_SECRET": f"{CANARY}-7-reddit",
    "THREADPROOF_EGRESS_PROXY": f"http://me:{CANARY}-8-pw@proxy.example:3128",
}
HEADERS = {
    "authorization": f"Bearer {CANARY}-9-0123456789",
    "cookie": f"session={CANARY}-10",
    "x-api-key": f"{CANARY}-11",
    "x-request-id": f"{CANARY}-12",
    "referer": f"https://ada:{CANARY}-13@a.example/?token={CANARY}-14",
    "x-forwarded-for": f"{CANARY}-15",
}
ADDRESSES = (
    f"https://ada:{CANARY}-20@www.reddit.com/r/x/comments/1abcde/?session_token={CANARY}-21",
    f"https://{CANARY}-22@a.example/thread?access_token={CANARY}-23&id=3",
    f"https://a.example/thread?sig={CANARY}-24-0123456789#id_token={CANARY}-25",
    f"https://news.ycombinator.com/item?id=8863&api_key={CANARY}-26",
    f"https://out.example/?url=https%3A%2F%2Fa.example%2F%3Fpassword%3D{CANARY}-27",
    f"ftp://ada:{CANARY}-28@a.example/",
    f"https://ada:{CANARY}-29@[::1/x?token={CANARY}-30",
    f"https://ada:{CANARY}-31@127.0.0.1/?secret={CANARY}-32",
)


class Ears:
    """Two handlers at the root that hear everything, in both forms."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.streams = [io.StringIO(), io.StringIO()]
        self.handlers = [logging.StreamHandler(stream) for stream in self.streams]
        for handler, lines in zip(self.handlers, (PlainLines(secrets), JsonLines(secrets)), strict=True):
            handler.setFormatter(lines)

    @property
    def heard(self) -> str:
        """All of it."""
        return "\n".join(stream.getvalue() for stream in self.streams)


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Listening at the lowest level, to every library."""
    root, ours = logging.getLogger(), logging.getLogger("threadproof")
    before = root.level, ours.level
    listening = Ears(Settings.from_env(SETTINGS).secrets)
    for handler in listening.handlers:
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    yield listening
    for handler in listening.handlers:
        root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


@pytest.fixture
def house(sqlite_url: str) -> House:
    """API and worker with every secret set; the store itself is a real one."""
    secret = Settings.from_env(SETTINGS)
    names = (
        "anthropic_api_key",
        "brave_api_key",
        "tavily_api_key",
        "reddit_client_secret",
        "egress_proxy",
        "redis_url",
    )
    return House(sqlite_url, database_password=secret.database_password, **{n: getattr(secret, n) for n in names})


def rows(url: str) -> str:
    """The whole store as an export tells it; job rows are in it."""
    database = Database(url)
    lines = database.read(lambda connection: b"\n".join(dump(connection)))
    database.close()
    return lines.decode()


def asked_in_every_way(house: House, url: str) -> list[str]:
    """An address in the API, in a capture, in the form, in the form's field, with headers that hold secrets."""
    capture: dict[str, Any] = Told(id="1canary").as_html() | {"url": url}
    answers = [
        house.client.post("/api/v1/cards", json={"url": url}),
        house.client.post("/api/v1/cards", json={"url": url, "refresh": True}, headers=HEADERS),
        house.client.post("/api/v1/cards", json={"url": url, "capture": capture}),
        house.client.post("/", data={"url": url}),
        house.client.get("/", params={"url": url}),
    ]
    return [f"{answer.headers} {answer.text}" for answer in answers]


def told_of_jobs(house: House) -> list[str]:
    """Every job, its page and its stream."""
    jobs = asyncio.run(house.store.list_jobs())
    assert jobs
    paths = [f"{base}/{job.id}{end}" for job in jobs for base, end in (("/api/v1/jobs", ""), ("/jobs", ""))]
    return [house.client.get(path).text for path in paths]


def test_no_canary_is_seen_again(house: House, ears: Ears, sqlite_url: str) -> None:
    """Not in an answer, a page, an error, a line of the log, a job, an export or a metric."""
    said: list[str] = []
    for url in ADDRESSES:
        said += asked_in_every_way(house, url)
        asyncio.run(house.work())
    for path in ("/api/v1/cards", "/nothing", f"/c/x?token={CANARY}-40", "/metrics", "/readyz"):
        said.append(house.client.get(path, headers=HEADERS).text)
    said += told_of_jobs(house)
    assert "answered 403" in "".join(said)  # the jobs ran, and failed at the web that refuses everything
    assert ears.heard.count("\n") > 20
    for where, text in (("answers", "\n".join(said)), ("log", ears.heard), ("store", rows(sqlite_url))):
        at = text.find(CANARY)
        assert at < 0, f"{where}: …{text[max(0, at - 150) : at + 50]}…"


def test_no_canary_is_in_a_traceback(house: House, ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of our own, raised with what it was about; and a store that fails on somebody's address."""

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{ADDRESSES[0]} with {SETTINGS['ANTHROPIC_API_KEY']}")

    monkeypatch.setattr(house.store, "list_cards", fail)
    answer = house.client.get("/api/v1/cards")
    assert answer.status_code == 500
    assert "Traceback" in ears.heard
    assert CANARY not in answer.text + ears.heard


def test_an_error_of_the_store_does_not_tell_what_it_was_about(
    house: House, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLAlchemy's own messages end with every parameter: captures and pages' texts among them."""
    database = house.store._database
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE jobs")
    answer = house.client.post("/api/v1/cards", json={"url": f"https://a.example/a-very-private-{CANARY}-thread"})
    assert answer.status_code == 503
    assert "Traceback" in ears.heard
    assert CANARY not in ears.heard


def test_no_canary_is_in_what_a_wrong_set_up_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`doctor` and commands that find nothing at these addresses, on both streams."""
    from server.cli import main

    for name, value in (SETTINGS | {"THREADPROOF_DATA": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 4
    for command in (["keys", "list"], ["export"], ["api"], ["worker"]):
        assert main(command) != 0
    told = "".join(capfd.readouterr())
    assert "DATABASE_URL" in told
    assert CANARY not in told


def test_a_child_process_is_handed_secrets_by_its_environment_alone() -> None:
    """Command lines can be read by everybody on a machine."""
    environment = child_environment(Settings.from_env(SETTINGS), os.environ)
    assert environment["ANTHROPIC_API_KEY"] == SETTINGS["ANTHROPIC_API_KEY"]
