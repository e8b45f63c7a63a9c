import gzip
import os
import random
from pathlib import Path

import pytest

from server.core.errors import SourceRefused, SourceUnavailable, SourceUnreadable, WorldUnreadable
from tests.workers.adapters.worlds import BAKERY, LIGHTHOUSE, RECORDED_AT, Recorded, article, write_world
from workers.adapters.recorded_web import RecordedWeb
from workers.adapters.recording_fetcher import RecordingFetcher

pytestmark = pytest.mark.anyio
STORY = "https://news.example/lighthouse"
WORLD = (
    Recorded(STORY, article("Corran Point goes dark", *LIGHTHOUSE)),
    Recorded("http://www.shop.example/bread/?b=2&a=%2f%7E", article("Bread from the sea", *BAKERY)),
    Recorded("https://news.example/copy", article("Corran Point goes dark", *LIGHTHOUSE)),
    Recorded("https://news.example/old", status="301 Moved", headers=(("Location", "/lighthouse"),)),
    Recorded("https://news.example/loop", status="302 Found", headers=(("Location", "/loop"),)),
    Recorded("https://news.example/lost", status="302 Found", headers=(("Location", "/nowhere"),)),
    Recorded("https://news.example/gone", article("Gone", "lighthouse"), status="404 Not Found"),
    Recorded("https://news.example/busy", "", status="429 Too Many Requests"),
    Recorded("https://api.example/t.json", '{"text": "lighthouse lighthouse"}', "application/json"),
    Recorded(
        "https://raw.example/notes.md", "---\ntitle: Notes\n---\nDulse is a seaweed.", "text/plain; charset=utf-8"
    ),
    Recorded("https://news.example/photo", b"\xff\xd8\xff", "image/jpeg"),
    Recorded("https://jp.example/", article("灯台の消灯", "東京の灯台は火曜日に消灯された。"), "text/html"),
)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder as `--web` takes it."""
    write_world(tmp_path / "world.warc.gz", WORLD)
    return tmp_path


async def test_a_page_is_answered_as_it_was_recorded(world: Path) -> None:
    """Body, type, charset and the moment of recording."""
    page = await RecordedWeb(world).fetch(STORY + "#part")
    assert (page.url, page.media_type, page.charset, page.retrieved_at) == (STORY, "text/html", "utf-8", RECORDED_AT)
    assert b"Corran Point" in page.body


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.shop.example/bread/?b=2&a=%2f%7E",
        "https://shop.example/bread?a=%2F~&b=2",
        "https://SHOP.example:443/bread/?a=%2F%7e&b=2#top",
    ],
)
async def test_another_spelling_of_an_address_is_the_same_page(world: Path, spelling: str) -> None:
    """Scheme, www, default port, a last slash, percent-encoding and order of parameters are forgiven."""
    assert b"Bread from the sea" in (await RecordedWeb(world).fetch(spelling)).body


@pytest.mark.parametrize(
    "other",
    [
        "https://shop.example/bread",
        "https://shop.example/bread?a=/~&b=2",
        "https://shop.example/bread?a=%2F~&b=3",
        "https://shop.example:8443/bread?a=%2F~&b=2",
        "https://news.example/Lighthouse",
        "https://news.example/lighthouse.html",
        "https://unknown.example/",
    ],
)
async def test_another_page_is_never_taken_for_it(world: Path, other: str) -> None:
    """What was not recorded is a 404, or refused as it would be online."""
    with pytest.raises((SourceUnavailable, SourceRefused)) as caught:
        await RecordedWeb(world).fetch(other)
    assert getattr(caught.value, "status", 404) == 404


async def test_recorded_redirects_are_followed_inside_the_archive(world: Path) -> None:
    """To the page, to a 404 when their end was not recorded, and never in circles."""
    web = RecordedWeb(world)
    assert (await web.fetch("https://news.example/old")).url == STORY
    with pytest.raises(SourceUnavailable) as lost:
        await web.fetch("https://news.example/lost")
    with pytest.raises(SourceUnavailable, match="redirects"):
        await web.fetch("https://news.example/loop")
    assert lost.value.status == 404


async def test_a_recorded_failure_stays_one(world: Path) -> None:
    """Statuses come back, and only those that may pass are worth another try."""
    web = RecordedWeb(world)
    for url, status, again in (("gone", 404, False), ("busy", 429, True)):
        with pytest.raises(SourceUnavailable) as caught:
            await web.fetch(f"https://news.example/{url}")
        assert (caught.value.status, caught.value.retryable) == (status, again)


async def test_what_cannot_be_read_is_refused_as_online(world: Path) -> None:
    """By type and by size."""
    web = RecordedWeb(world)
    for url, limit in (("https://news.example/photo", 100), (STORY, 100)):
        with pytest.raises(SourceUnreadable):
            await web.fetch(url, max_bytes=limit)


async def test_search_finds_pages_by_their_words_title_first(world: Path) -> None:
    """HTML and text pages answered with 200, one of several copies, and no JSON."""
    web = RecordedWeb(world)
    hits = await web.search("Why does the lighthouse at Corran Point go dark?")
    assert [(hit.url, hit.title) for hit in hits] == [(STORY, "Corran Point goes dark")]
    assert "lighthouse" in hits[0].snippet
    assert next(hit.url for hit in await web.search("seaweed bread")).endswith("%2f%7E")
    assert [hit.title for hit in await web.search("dulse", limit=1)] != []
    assert [hit.title for hit in await web.search("消灯")] == ["灯台の消灯"]


@pytest.mark.parametrize(
    "query", ["", "   ", '"', "a AND", "NEAR(", "title:x OR *", "(((", "🙂", "-- ';", "the of and", "\0"]
)
async def test_any_text_is_a_valid_query(world: Path, query: str) -> None:
    """Nothing in a title can break the search."""
    assert isinstance(await RecordedWeb(world).search(query), list)


async def test_an_index_built_before_a_fork_serves_the_child(world: Path) -> None:
    """No SQLite connection crosses; both sides search."""
    web = RecordedWeb(world)
    assert await web.search("lighthouse")
    pid = os.fork()
    if pid == 0:
        found = web._index.search("lighthouse", 5) if web._index else []
        os._exit(0 if found else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert await web.search("lighthouse")


async def test_plain_and_compressed_archives_answer_alike(tmp_path: Path) -> None:
    """A .warc file and a .warc.gz file, named directly."""
    for name, packed in (("a.warc", False), ("a.warc.gz", True)):
        web = RecordedWeb(write_world(tmp_path / name, WORLD, gzip=packed))
        assert (await web.fetch("https://news.example/old")).url == STORY


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no recorded web"),
        (b"", "cannot be read"),
        (b"hello", "no WARC"),
        (gzip.compress(b"hello"), "no WARC records"),
        (b"WARC/1.1\r\nContent-Length: 999\r\n\r\n", "cut off"),
    ],
)
def test_what_is_no_archive_says_so_with_a_next_step(tmp_path: Path, content: bytes | None, says: str) -> None:
    """Missing, empty, something else: never a stack trace."""
    path = tmp_path / "x.warc.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WorldUnreadable, match=says):
        RecordedWeb(path)


@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_cut_off_in_its_middle_is_refused(tmp_path: Path, packed: bool) -> None:
    """Half a download does not become half a web."""
    whole = write_world(tmp_path / "whole", WORLD, gzip=packed).read_bytes()
    for keep in (0.5, 0.9, 0.99):
        part = tmp_path / "part"
        part.write_bytes(whole[: int(len(whole) * keep)])
        with pytest.raises(WorldUnreadable, match="cut off"):
            RecordedWeb(part)


def test_an_archive_compressed_as_a_whole_names_the_remedy(tmp_path: Path) -> None:
    """gzip over the whole file has no members to find records by."""
    plain = write_world(tmp_path / "plain", WORLD, gzip=False).read_bytes()
    (tmp_path / "whole.gz").write_bytes(gzip.compress(plain))
    with pytest.raises(WorldUnreadable, match="warcio recompress"):
        RecordedWeb(tmp_path / "whole.gz")


async def test_opening_an_archive_reads_no_bodies(tmp_path: Path) -> None:
    """A body damaged on the disk is noticed by whoever reads that page; all others are served."""
    noise = Recorded("https://big.example/damaged", random.Random(1).randbytes(200_000), "text/html")
    path = write_world(tmp_path / "big.warc.gz", [noise, *WORLD])
    data = bytearray(path.read_bytes())
    data[100_000:100_016] = bytes(16)
    path.write_bytes(data)
    web = RecordedWeb(path)
    assert (await web.fetch(STORY)).url == STORY
    with pytest.raises(WorldUnreadable, match="damaged"):
        await web.fetch("https://big.example/damaged")


async def test_what_was_recorded_can_be_answered_from(world: Path, tmp_path: Path) -> None:
    """`--record` writes what `--web` reads, under the address asked for and the one it led to."""
    path = tmp_path / "again.warc.gz"
    recorder = RecordingFetcher(RecordedWeb(world), path)
    page = await recorder.fetch("https://news.example/old")
    await recorder.fetch("https://api.example/t.json")
    again = RecordedWeb(path)
    assert (await again.fetch("https://news.example/old")).body == page.body
    assert (await again.fetch(STORY)).retrieved_at == page.retrieved_at
    assert (await again.fetch("https://api.example/t.json")).media_type == "application/json"
