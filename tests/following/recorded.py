"""Recorded webs with listings in them: the worlds there are, and what their communities would list."""

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from server.core.urls import canonical_url

SHARED_WORLDS = Path(__file__).parents[3] / "shared" / "worlds"
SEEN_AT = "2026-11-20T08:00:00Z"


def record_world(path: Path, pages: Mapping[str, bytes], worlds: Iterable[Path] = ()) -> Path:
    """One archive of these pages and of all the worlds', which are gzip members that may follow one another."""
    with path.open("wb") as file:
        for world in worlds:
            file.write((world / "world.warc.gz").read_bytes())
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for url, body in pages.items():
            kind = "application/atom+xml" if body.startswith(b"<?xml") else "application/json"
            http = StatusAndHeaders("200 OK", [("Content-Type", f"{kind}; charset=utf-8")], protocol="HTTP/1.1")
            headers = {"WARC-Date": SEEN_AT}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict=headers
                )
            )
    return path


def threads_of(world: Path) -> list[dict[str, Any]]:
    """What a world's manifest says of its threads."""
    return list(json.loads((world / "world.json").read_text("utf-8")).get("threads", []))


def listings_of(threads: Iterable[Mapping[str, Any]]) -> tuple[dict[str, bytes], list[str]]:
    """The lists that would name these threads, each in its site's own form, and the communities to watch for them."""
    by_place: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for thread in threads:
        if place := _place_of(thread):
            by_place[place].append(thread)
    pages: dict[str, bytes] = {}
    for place, found in by_place.items():
        url, body = _list(place, found)
        pages[url] = body
    return pages, sorted(by_place)


def _place_of(thread: Mapping[str, Any]) -> str | None:
    canonical = canonical_url(str(thread["url"]))
    if canonical.kind == "reddit":
        segments = canonical.asked.split("/")
        return f"r/{segments[4]}" if segments[3] == "r" else None
    names = {"hackernews": "hn", "lobsters": "lobsters", "discourse": f"discourse:{canonical.site}"}
    return names.get(canonical.kind)


def _list(place: str, threads: list[Mapping[str, Any]]) -> tuple[str, bytes]:
    if place.startswith("r/"):
        children = [{"kind": "t3", "data": _reddit_post(thread)} for thread in threads]
        body = {"kind": "Listing", "data": {"children": children}}
        return f"https://www.reddit.com/{place}/hot.json", msgspec.json.encode(body)
    if place == "hn":
        ids = [canonical_url(str(thread["url"])).thread_id for thread in threads]
        hits = [
            {
                "objectID": number,
                "title": _title(thread),
                "points": thread.get("score"),
                "_tags": ["story", "front_page"],
            }
            for number, thread in zip(ids, threads, strict=True)
        ]
        return "https://hn.algolia.com/api/v1/search?tags=front_page", msgspec.json.encode({"hits": hits})
    if place == "lobsters":
        stories = [
            {"short_id": canonical_url(str(thread["url"])).thread_id, "title": _title(thread)} for thread in threads
        ]
        return "https://lobste.rs/hottest.json", msgspec.json.encode(stories)
    topics = [
        {"id": int(canonical_url(str(thread["url"])).thread_id or 0), "slug": "topic", "title": _title(thread)}
        for thread in threads
    ]
    host = place.removeprefix("discourse:")
    return f"https://{host}/latest.json", msgspec.json.encode({"topic_list": {"topics": topics}})


def _reddit_post(thread: Mapping[str, Any]) -> dict[str, Any]:
    path = "/" + str(thread["url"]).split("/", 3)[3]
    return {
        "permalink": path,
        "title": _title(thread),
        "score": thread.get("score"),
        "num_comments": thread.get("comment_count"),
        "over_18": thread.get("over_18") is True,
        "created_utc": datetime(2026, 11, 20, 7, tzinfo=UTC).timestamp(),
    }


def _title(thread: Mapping[str, Any]) -> str:
    return str(thread.get("post_title") or thread.get("title") or "")
