"""What the extension keeps of a thread's own `.json`, read by the server as the whole answer is."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from server.core.thread import Thread
from server.core.urls import canonical_url
from tests.extension.conftest import THREAD_URL
from tests.extension.reddit_pages import own_json
from tests.server.api.served import Served
from tests.workers.readers.test_worlds import NOW, WORLDS, list_forms, open_world
from workers.readers import reddit_json

ROOT = Path(__file__).parents[3]
MODULE = (ROOT / "extension/core/own-json.js").as_uri()
KEEP = f"""
import {{ readOwnJson }} from '{MODULE}';
const threads = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));
console.log(JSON.stringify(threads.map(([text, key]) => readOwnJson(text, key))));
"""


def keep(answers: list[tuple[str, str]]) -> list[dict[str, object] | None]:
    """What the extension's module makes of answers, each with its thread's key."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node on this machine: install Node 20 or newer to run the extension's own tests")
    command = [node, "--input-type=module", "--eval", KEEP]
    run = subprocess.run(command, input=json.dumps(answers), capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    kept: list[dict[str, object] | None] = json.loads(run.stdout)
    return kept


def check(answers: list[tuple[str, str]]) -> None:
    """Kept and whole give the same thread, and the extension counts as the server does."""
    for (whole, key), kept in zip(answers, keep(answers), strict=True):
        assert kept is not None, key
        told, expected = read(json.dumps(kept["json"]), key), read(whole, key)
        assert msgspec.to_builtins(told) == msgspec.to_builtins(expected)
        receipt = expected.capture
        assert kept["comments"] == receipt.comments_read, key
        if kept["total"] is not None:
            assert max(int(str(kept["total"])), receipt.comments_read) == receipt.comments_total, key


def read(text: str, key: str) -> Thread:
    return reddit_json.parse(text.encode(), "application/json", canonical_url(key), NOW)


def test_an_answer_whitelisted_field_by_field_gives_the_same_thread() -> None:
    """Removed and deleted, folded and distinguished, with polls, links and quotations."""
    listing = (ROOT / "tests/cases/pages/reddit-listing.json").read_text()
    check([(listing, "https://www.reddit.com/comments/1abcde/")])


def test_the_server_takes_what_is_kept_as_a_capture() -> None:
    """In the body that the panel posts, from either browser's kind of origin."""
    (kept,) = keep([(own_json(), "https://www.reddit.com/comments/1zk2brw/")])
    assert kept is not None
    served = Served()
    capture = {
        "v": 1,
        "url": THREAD_URL,
        "captured_at": "2026-11-24T09:00:00.000Z",
        "via": "json",
        "json": kept["json"],
    }
    for origin in ("chrome-extension://abc", "moz-extension://0b1c"):
        body = {"url": THREAD_URL, "capture": capture}
        answer = served.client.post("/api/v1/cards", json=body, headers={"origin": origin})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (202, origin)


@pytest.mark.skipif(not WORLDS.is_dir(), reason="the recorded worlds are not on this machine")
def test_recorded_answers_give_the_same_threads() -> None:
    """Every thread of the worlds that Reddit's JSON tells, galleries, crossposts and removed posts among them."""
    answers: dict[str, str] = {}
    for form in list_forms():
        world, told, address = form.values
        key = canonical_url(told["url"]).key
        if told["kind"] == "reddit" and ".json" in address:
            answers.setdefault(key, asyncio.run(open_world(world).fetch(address)).body.decode())
    assert len(answers) > 10
    check([(text, key) for key, text in answers.items()])
