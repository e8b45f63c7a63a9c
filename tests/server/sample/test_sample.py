"""The sample world is what its sources make, says that it is invented, and can be read."""

import gzip
import json
import re
import zlib
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from server.sample import THREAD_URL, world_path
from server.sample.build import addresses, build_archive, build_manifest, load_manifest

MARK = "This page is invented. It is part of Threadproof's sample world."
THREAD_MARK = MARK.replace("page", "thread")

FOLDER = world_path()
SHIPPED = (FOLDER / "world.warc.gz").read_bytes()
PAGES = load_manifest(FOLDER)["pages"]
WEB_PAGES = [page for page in PAGES if page["role"] != "thread"]


def read_responses(archive: bytes) -> dict[str, tuple[int, str, bytes]]:
    """Address to status, content type and body."""
    return {
        record.rec_headers.get_header("WARC-Target-URI"): (
            int(record.http_headers.get_statuscode()),
            record.http_headers.get_header("Content-Type"),
            record.content_stream().read(),
        )
        for record in ArchiveIterator(BytesIO(archive), check_digests="raise")
        if record.rec_type == "response"
    }


RESPONSES = read_responses(SHIPPED)
(THREAD,) = (page for page in PAGES if page["role"] == "thread")


def load_thread() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The post and its comments, depth first, `more` stubs left out."""
    post, comments = json.loads(RESPONSES[addresses(THREAD)[0]][2])

    def walk(listing: Any) -> list[dict[str, Any]]:
        told = [child["data"] for child in listing["data"]["children"] if child["kind"] == "t1"] if listing else []
        return [each for comment in told for each in (comment, *walk(comment["replies"]))]

    return post["data"]["children"][0]["data"], walk(comments)


@pytest.mark.skipif("ng" in zlib.ZLIB_RUNTIME_VERSION, reason="zlib-ng packs the same records into other bytes")
def test_the_archive_is_byte_for_byte_what_build_makes():
    """Whoever runs the build gets the file that ships."""
    assert build_archive(FOLDER) == SHIPPED


def test_the_archive_holds_the_records_that_build_makes():
    """Unpacked, the shipped archive equals a fresh build on every machine."""
    assert gzip.decompress(build_archive(FOLDER)) == gzip.decompress(SHIPPED)


def test_the_manifest_is_what_build_makes():
    """`world.json` cannot drift from the pages it describes."""
    assert build_manifest(FOLDER) == (FOLDER / "world.json").read_text("utf-8")


def test_the_archive_stays_small():
    """The sample travels in every wheel, so it keeps below 150 KB."""
    assert len(SHIPPED) < 150_000


def test_every_record_parses_and_matches_the_manifest():
    """Digests hold, and each listed address answers with its status and type, and no other address does."""
    listed = {url: (page["status"], page["content_type"]) for page in PAGES for url in addresses(page)}
    assert {url: (status, kind) for url, (status, kind, _) in RESPONSES.items()} == listed


def test_every_record_is_a_gzip_member_of_its_own():
    """A reader may seek to any record without unpacking those before it."""
    members, rest = 0, SHIPPED
    while rest:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        assert unpacker.decompress(rest).startswith(b"WARC/1.1\r\n")
        members, rest = members + 1, unpacker.unused_data
    assert members == 1 + len(RESPONSES)


@pytest.mark.parametrize("page", WEB_PAGES, ids=lambda page: page["file"])
def test_every_page_says_that_it_is_invented(page):
    """The mark is there to be seen, and outside the article."""
    text = RESPONSES[page["url"]][2].decode()
    article = re.search(r"<(article|main)\b.*</\1>", text, re.DOTALL)
    assert text.count(MARK) == 1
    assert article is None or MARK not in article[0]


def test_the_thread_says_that_it_is_invented():
    """The flair stands beside the title, the moderator's notice on top of the comments."""
    post, comments = load_thread()
    assert "Invented" in post["link_flair_text"]
    assert comments[0]["body"] == THREAD_MARK
    assert comments[0]["stickied"]


@pytest.mark.parametrize("page", WEB_PAGES, ids=lambda page: page["file"])
def test_every_web_host_is_reserved(page):
    """RFC 2606 keeps `.example` free, so no page here can be taken for a real site's."""
    assert urlsplit(page["url"]).hostname.endswith(".example")


def test_the_thread_is_recorded_under_each_json_address_with_one_body():
    """A replay finds the thread however the fetcher spells its address."""
    assert THREAD["url"] == THREAD_URL
    assert f"{THREAD_URL}.json" in RESPONSES
    assert len({RESPONSES[url] for url in addresses(THREAD)}) == 1


def test_the_thread_has_the_shapes_reddit_has():
    """Replies nest under their parents, one comment is deleted, one removed, and a stub counts the rest."""
    post, comments = load_thread()
    names = {post["name"]: -1} | {comment["name"]: comment["depth"] for comment in comments}
    stub = json.loads(RESPONSES[addresses(THREAD)[0]][2])[1]["data"]["children"][-1]
    assert all(comment["depth"] == names[comment["parent_id"]] + 1 for comment in comments)
    assert {comment["body"] for comment in comments if comment["author"] == "[deleted]"} == {"[deleted]", "[removed]"}
    assert stub["kind"] == "more"
    assert post["num_comments"] == len(comments) + stub["data"]["count"]


def test_text_fields_are_escaped_as_without_raw_json():
    """Reddit escapes `&`, `<` and `>` in text, and HTML fields twice."""
    _, comments = load_thread()
    bodies = " ".join(comment["body"] for comment in comments)
    assert {"&amp; written", "&lt; 2 hours", "&gt; moves"} <= set(
        re.findall(r"&\w+; (?:written|2 hours|moves)", bodies)
    )
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", bodies)
    assert all(comment["body_html"].startswith('&lt;div class="md"&gt;') for comment in comments)


def test_the_copy_repeats_the_article_word_for_word():
    """A syndicated article is one source, however many sites print it."""
    body = (FOLDER / "pages" / "tidewire-body.html").read_text("utf-8").strip()
    printed_by = [page["file"] for page in WEB_PAGES if body in RESPONSES[page["url"]][2].decode()]
    assert printed_by == ["tidewire.html", "harbourdigest.html"]
