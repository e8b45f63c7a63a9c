"""Make the sample world's archive and manifest from its pages.

    python -m server.sample.build

The same pages give the same bytes on every run: dates are fixed, record
ids are derived from addresses, and each record is its own gzip member
with an empty time stamp. (`zlib-ng` packs the same records differently.)
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from server.sample import world_path
from server.sample.reddit_listing import Json, count_comments, render_thread

RECORDED_AT = "2026-09-14T08:00:00Z"
SERVED_AT = "Mon, 14 Sep 2026 08:00:00 GMT"
REASONS = {200: "OK"}


def build_archive(folder: Path) -> bytes:
    """The bytes of `world.warc.gz`."""
    manifest = load_manifest(folder)
    writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
    records = [_info_record(writer, manifest)]
    for page in manifest["pages"]:
        body = load_body(folder / "pages", page)
        records += [_response_record(writer, url, page, body) for url in addresses(page)]
    return b"".join(map(_pack, records))


def build_manifest(folder: Path) -> str:
    """The text of `world.json`, in the form of the other recorded worlds."""
    manifest = load_manifest(folder)
    by_role = {
        role: [page["url"] for page in manifest["pages"] if page["role"] == role]
        for role in ("relevant", "copy", "distractor")
    }
    world = {
        "name": manifest["name"],
        "description": manifest["description"],
        "warc": "world.warc.gz",
        "threads": [_describe_thread(folder, page) for page in manifest["pages"] if page["role"] == "thread"],
        "relevant": by_role["relevant"],
        "copies": by_role["copy"],
        "distractors": by_role["distractor"],
        "walls": [],
    }
    return json.dumps(world, indent=2, ensure_ascii=False) + "\n"


def load_manifest(folder: Path) -> Json:
    manifest: Json = json.loads((folder / "manifest.json").read_text("utf-8"))
    return manifest


def load_body(pages: Path, page: Json) -> bytes:
    """What the page's address answers: JSON made by us, or the file, its `{{inclusions}}` filled in."""
    text = (pages / page["file"]).read_text("utf-8")
    if page["role"] == "thread":
        return render_thread(json.loads(text))
    return re.sub(r"\{\{(.+?)\}\}", lambda found: (pages / found[1]).read_text("utf-8").rstrip(), text).encode()


def addresses(page: Json) -> list[str]:
    """Where the body is recorded; a thread's is found under its JSON addresses alone."""
    recorded: list[str] = page.get("recorded_at") or [page["url"]]
    return recorded


def _info_record(writer: WARCWriter, manifest: Json) -> ArcWarcRecord:
    fields = {
        "software": "python -m server.sample.build",
        "format": "WARC File Format 1.1",
        "description": manifest["description"],
    }
    payload = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    headers = _warc_headers("urn:threadproof:sample-world") | {"WARC-Filename": "world.warc.gz"}
    return writer.create_warc_record("", "warcinfo", BytesIO(payload), len(payload), warc_headers_dict=headers)


def _response_record(writer: WARCWriter, url: str, page: Json, body: bytes) -> ArcWarcRecord:
    answer = StatusAndHeaders(
        f"{page['status']} {REASONS[page['status']]}",
        [("Date", SERVED_AT), ("Content-Type", page["content_type"]), ("Content-Length", str(len(body)))],
        protocol="HTTP/1.1",
    )
    return writer.create_warc_record(
        url, "response", BytesIO(body), len(body), warc_headers_dict=_warc_headers(url), http_headers=answer
    )


def _warc_headers(url: str) -> dict[str, str]:
    return {"WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, url)}>", "WARC-Date": RECORDED_AT}


def _pack(record: ArcWarcRecord) -> bytes:
    """One gzip member, its header free of time, name and operating system (zlib's own names the last)."""
    plain, packed = BytesIO(), BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as member:
        member.write(plain.getvalue())
    return packed.getvalue()


def _describe_thread(folder: Path, page: Json) -> Json:
    thread = json.loads((folder / "pages" / page["file"]).read_text("utf-8"))
    post = json.loads(render_thread(thread))[0]["data"]["children"][0]["data"]
    comments = list(_flatten(thread["comments"]))
    return {
        "url": page["url"],
        "kind": "reddit",
        "representations": {"json": page["recorded_at"], "html": []},
        "post_title": thread["title"],
        "author": thread["author"],
        "subreddit": thread["subreddit"],
        "score": thread["score"],
        "upvote_ratio": thread["upvote_ratio"],
        "created_utc": int(post["created_utc"]),
        "over_18": post["over_18"],
        "is_self": post["is_self"],
        "link_url": thread["link"],
        "linked_page": {"url": thread["link"], "recorded": True},
        "comment_count": count_comments(thread["comments"]),
        "comment_count_claimed_by_site": post["num_comments"],
        "more_stubs": 1,
        "comments_behind_more_stubs": thread["more"]["count"],
        "deleted_or_removed_comments": sum(comment["author"] == "[deleted]" for _, comment in comments),
        "max_depth": max(depth for depth, _ in comments),
        "top_level_comments": len(thread["comments"]),
        "post_text_must_contain": ["Ask me anything about how the trial went."],
        "comments_must_contain": [
            {"text": comment["text"][-1], "depth": depth}
            | {field: comment[field] for field in ("author", "id", "score")}
            for depth, comment in comments
            if comment["author"] not in ("[deleted]", "AutoModerator")
        ],
        "must_not_contain": ["author_flair_text", "body_html", "SC_OFF", "&lt;div class", "subreddit_id"],
    }


def _flatten(comments: list[Json], depth: int = 0) -> Iterator[tuple[int, Json]]:
    for comment in comments:
        yield depth, comment
        yield from _flatten(comment.get("replies", []), depth + 1)


def main() -> None:
    folder = world_path()
    (folder / "world.warc.gz").write_bytes(build_archive(folder))
    (folder / "world.json").write_text(build_manifest(folder), "utf-8", newline="\n")
    print(f"wrote world.warc.gz and world.json in {folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
