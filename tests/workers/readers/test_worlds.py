"""Every thread of the recorded worlds that our readers know, in every recorded form."""

import asyncio
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import ThreadError
from server.core.ports import Page
from server.core.source import Document
from server.core.thread import Comment, Thread
from server.core.urls import canonical_url
from workers.adapters.recorded_web import RecordedWeb
from workers.readers import READERS, readers_of
from workers.readers.as_document import thread_document
from workers.readers.values import shown_number
from workers.stages.read import read_thread

WORLDS = Path(__file__).parents[3] / "../shared/worlds"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
Told = dict[str, Any]
HOMES = (  # an address of each kind of thread
    "https://www.reddit.com/comments/2np69/",
    "https://news.ycombinator.com/item?id=1",
    "https://lobste.rs/s/ab12cd",
    "https://forum.example/t/77",
    "https://crafts.stackexchange.com/questions/77",
    "https://github.com/kilnlog/pyrolog/issues/77",
    "https://lemmy.example/post/77",
    "https://toot.example/@fern/114000000000000077",
)

pytestmark = pytest.mark.skipif(not WORLDS.is_dir(), reason="the recorded worlds are not on this machine")


def list_forms() -> list[Any]:
    """(world, what its manifest tells, an address of one recorded form)."""
    found = []
    for manifest in sorted(WORLDS.glob("*/world.json")):
        for told in json.loads(manifest.read_text())["threads"]:
            forms = told.get("representations") or {"json": told.get("json_urls", [])}
            known = [urls[0] for urls in forms.values() if urls and readers_of(told["kind"])]
            found += [pytest.param(manifest.parent.name, told, url, id=url) for url in known]
    return found


@cache
def open_world(name: str) -> RecordedWeb:
    return RecordedWeb(WORLDS / name)


def parse(world: str, told: Told, address: str) -> Thread:
    page = asyncio.run(open_world(world).fetch(address))
    canonical = canonical_url(told["url"])
    for reader in readers_of(told["kind"]):
        try:
            return reader.parse(page.body, page.media_type, canonical, page.retrieved_at)
        except ThreadError:
            continue
    raise AssertionError(f"no reader makes a thread of {address}")


class NoExtractor:
    async def extract(self, page: Page) -> Document:
        raise AssertionError(f"{page.url} has a reader of its own")


def squeeze(text: str) -> str:
    return " ".join(text.split())


def bare(text: str) -> str:
    """Without any space: manifests have one between a link's last word and the stop behind it."""
    return "".join(text.split())


def find(thread: Thread, wanted: Told) -> Comment:
    if wanted["id"] is None:
        return next(comment for comment in thread.comments if squeeze(wanted["text"]) in squeeze(comment.text))
    name = str(wanted["id"]).removeprefix("c_").removeprefix("t1_").removeprefix("answer-")
    return next(comment for comment in thread.comments if comment.id == name)


@pytest.mark.parametrize(("world", "told", "address"), list_forms())
def test_a_recorded_thread_is_read_whole(world: str, told: Told, address: str) -> None:
    """Title, author, score and community are as the manifest says, and no page furniture comes along."""
    thread = parse(world, told, address)
    assert thread.title == squeeze(told.get("post_title") or told["title"])
    assert told.get("author") in (None, thread.author)
    assert "score" not in told or thread.score == told["score"]
    if told["kind"] == "reddit":
        assert thread.community == (told.get("community") or f"r/{told['subreddit']}")
    assert all(bare(text) in bare(thread.text) for text in told.get("post_text_must_contain", []))
    shown = thread_document(thread).text
    assert not [text for text in told.get("must_not_contain", []) if text in shown]


@pytest.mark.parametrize(("world", "told", "address"), list_forms())
def test_its_comments_are_all_there(world: str, told: Told, address: str) -> None:
    """Each comment has its author, depth, score and text; removed ones keep their place without words."""
    thread = parse(world, told, address)
    for wanted in told.get("comments_must_contain", []):
        comment = find(thread, wanted)
        assert squeeze(wanted["text"]) in squeeze(comment.text)
        if wanted["author"] is not None:  # null where the manifest's makers found no name in the markup
            assert comment.author == (None if wanted["author"] == "[deleted]" else wanted["author"])
        assert "score" not in wanted or comment.score == wanted["score"]
        # The Lobsters JSON of 2021 counts depth from 1, and the manifest with it.
        assert wanted["depth"] in (None, comment.depth, comment.depth + ("d9ucpe" in address))
    if "comment_count" in told and "facts" not in told:
        gone = [comment for comment in thread.comments if comment.state in ("removed", "deleted")]
        assert told["comment_count"] in (len(thread.comments), len(thread.comments) - len(gone))
    assert all(comment.text == "" for comment in thread.comments if comment.state in ("removed", "deleted"))
    assert thread.capture.comments_read == len(thread.readable_comments())
    claimed = told.get("comment_count_claimed_by_site")
    if isinstance(claimed, str):  # as the page rounds it: "2.8k comments"
        claimed = shown_number(claimed)
    assert claimed is None or thread.capture.comments_total == max(claimed, thread.capture.comments_read)


@pytest.mark.parametrize(("world", "told", "address"), list_forms())
def test_its_facts_stand_in_its_document(world: str, told: Told, address: str) -> None:
    """What the manifest of `distillation` lists as facts is in the evidence, speakers included."""
    document = thread_document(parse(world, told, address))
    for fact in told.get("facts", []):
        name, _, value = fact.partition(": ")
        if name not in ("title", "linked address", "points", "comments", "subreddit", "permalink", "author"):
            words = [squeeze(document.text[b.start : b.end]) for b in document.blocks if b.by == name]
            assert "firebase" in address or any(squeeze(value) in said for said in words), fact


@pytest.mark.parametrize(("world", "told", "address"), list_forms())
def test_it_is_found_by_the_address_a_person_has(world: str, told: Told, address: str) -> None:
    """The read stage finds a recorded form among the spellings it tries, and the thread keeps its own address."""
    canonical = canonical_url(told["url"])
    reading = read_thread(
        canonical, fetcher=open_world(world), extractor=NoExtractor(), capture=None, now=NOW, private_too=True
    )
    assert canonical_url(asyncio.run(reading).url).key == canonical.key


def list_walls() -> list[Any]:
    """(world, address) of every recorded gate, error answer and challenge."""
    told = [(path.parent.name, json.loads(path.read_text())) for path in sorted(WORLDS.glob("*/world.json"))]
    return [pytest.param(name, wall["url"], id=wall["url"]) for name, world in told for wall in world.get("walls", [])]


@pytest.mark.parametrize(("world", "address"), list_walls())
def test_a_recorded_wall_is_nobodys_thread(world: str, address: str) -> None:
    """Whatever its status was, no reader makes a thread of its body, and each says why by name."""
    records = {entry.url: entry for entry in open_world(world)._archive.entries}
    body = open_world(world)._archive.read(records[address]).body
    for reader in READERS:
        canonical = next(canonical_url(url) for url in HOMES if canonical_url(url).kind in reader.KINDS)
        with pytest.raises(ThreadError) as caught:
            reader.parse(body, "text/html", canonical, NOW)
        assert caught.value.code.startswith("thread-")
