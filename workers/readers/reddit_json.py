"""Reddit's `.json`: two listings, the post and a tree of comments.

Without `raw_json=1` every text field has `&`, `<` and `>` escaped once more, HTML fields included. The rendered HTML
is read rather than the Markdown beside it, which shows marks that no visitor sees.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from server.core.errors import ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, CommentState, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers.assemble import MOST_COMMENTS, Post, Said, make_thread
from workers.readers.markdown import prose_of_markdown
from workers.readers.prose import Prose, join_prose, lay_out, prose_of_html
from workers.readers.reader import JSON, Way
from workers.readers.values import count, decode_json, epoch, field, line, rows, text, whole
from workers.readers.walls import refuse_page

Json = dict[str, Any]
SITE = "https://www.reddit.com"
WANTED = "Reddit's JSON of a thread"
_GONE = {"[removed]": "removed", "[ removed by reddit ]": "removed", "[deleted]": "deleted"}
_PRIVATE_REASONS = {"private", "quarantined", "gated", "gold_only"}
_PRIVATE_TYPES = {"private", "employees_only", "gold_only"}
_RAW = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")


def addresses(canonical: CanonicalUrl) -> list[str]:
    """The thread's `.json`, under the spellings that Reddit and recorded webs know it by; its comment's view last."""
    post, asked = canonical.thread_id, canonical.asked.partition("?")[0].removesuffix("/").removesuffix(".json")
    spelled = [
        f"{SITE}/comments/{post}.json?raw_json=1&limit=500",
        f"{SITE}/comments/{post}.json?raw_json=1",
        f"{SITE}/comments/{post}.json",
        f"{asked}.json",
        f"{asked}.json?raw_json=1",
        f"{SITE}/comments/{post}.json?sort=top",
    ]
    if canonical.comment:
        spelled.append(f"{SITE}/comments/{post}/_/{canonical.comment}.json?context=100&raw_json=1")
    return list(dict.fromkeys(spelled))


KINDS: tuple[SiteKind, ...] = ("reddit",)
WAYS: tuple[Way, ...] = (Way("json", JSON, addresses),)
WAY_OUT = (
    "Reddit turns servers away: open the thread in your browser and use the Threadproof extension there, "
    "or save the page and name it with --capture FILE."
)


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread in a `.json` answer, `more` stubs counted as unread. See `Reader.parse`."""
    if body.lstrip()[:1] == b"<":
        refuse_page(body, WANTED)
    document = decode_json(body, WANTED)
    _refuse_error(document)
    listings = document if isinstance(document, list) else [document]
    post = _find_post(listings, canonical)
    tree = _children(listings[1]) if len(listings) > 1 else []
    spelling = _Spelling.of(post, tree)
    said = [spelling.comment(data, parent, depth, post) for data, parent, depth in _walk(tree)]
    return make_thread(spelling.post(post), said, canonical, captured_at, "json")


def _refuse_error(document: Any) -> None:
    reason, error = text(field(document, "reason")), field(document, "error")
    if reason in _PRIVATE_REASONS:
        raise ThreadPrivate(f"Reddit says the community is {reason}; only its members may read it. {WAY_OUT}")
    if reason or error is not None:
        raise ThreadUnavailable(f"Reddit answered {error or reason} instead of the thread.", retryable=error == 429)


def _find_post(listings: list[Any], canonical: CanonicalUrl) -> Json:
    """The post asked for; any other only where it stands alone."""
    posts = [data for data in map(_post_data, _children(listings[0] if listings else None)) if data]
    wanted = [data for data in posts if data.get("id") == canonical.thread_id]
    if not wanted and len(posts) != 1:
        raise ThreadUnreadable(f"What came is not {WANTED}: it holds {len(posts)} posts, none of them this one.")
    return (wanted or posts)[0]


def _post_data(thing: Any) -> Json | None:
    data = field(thing, "data")
    return data if field(thing, "kind") == "t3" and type(data) is dict and line(data.get("title")) else None


def _children(listing: Any) -> list[Any]:
    return rows(field(field(listing, "data"), "children"))


def _walk(tree: list[Any]) -> Iterator[tuple[Json, str | None, int]]:
    """Comments with their parent and depth, in reading order, without recursion: hostile trees are deep."""
    seen: set[str] = set()
    waiting: list[tuple[Any, str | None, int]] = [(thing, None, 0) for thing in reversed(tree)]
    while waiting and len(seen) < MOST_COMMENTS:
        thing, parent, depth = waiting.pop()
        data = field(thing, "data")
        if field(thing, "kind") != "t1" or type(data) is not dict:
            continue
        name = text(data.get("id")) or f"unnamed-{len(seen)}"
        if name not in seen:
            seen.add(name)
            data["id"] = name
            yield data, parent, depth
            waiting += [(reply, name, depth + 1) for reply in reversed(_children(data.get("replies")))]


class _Spelling:
    """How this answer spells its text: escaped once more or not."""

    def __init__(self, escaped: bool) -> None:
        self.escaped = escaped

    @classmethod
    def of(cls, post: Json, tree: list[Any]) -> "_Spelling":
        """Rendered fields give it away; without any, a bare `&`, `<` or `>` does."""
        comments = [field(thing, "data") for thing in tree[:20]]
        rendered = [post.get("selftext_html"), *(field(data, "body_html") for data in comments)]
        for html in rendered:
            if type(html) is str and html:
                return cls(html.lstrip().startswith("&lt;"))
        return cls(not any(_RAW.search(text(post.get(name))) for name in ("title", "selftext", "url")))

    def plain(self, value: Any) -> str:
        """The text itself."""
        found = text(value)
        if self.escaped and "&" in found:
            found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        return found

    def prose(self, data: Json, html: str, markdown: str) -> Prose:
        """A text from its rendered field, or from its Markdown where that is all there is."""
        rendered = self.plain(data.get(html))
        return prose_of_html(rendered) if rendered else prose_of_markdown(self.plain(data.get(markdown)))

    def comment(self, data: Json, parent: str | None, depth: int, post: Json) -> Said:
        """One comment; of a removed or deleted one only its place is left."""
        name = data["id"]
        gone = _GONE.get(text(data.get("body")).strip().lower())
        prose = Prose() if gone else self.prose(data, "body_html", "body")
        state: CommentState = gone or ("collapsed" if data.get("collapsed") is True else "ok")  # type: ignore[assignment]
        said = Comment(
            id=name,
            author=_author(data),
            posted_at=epoch(data.get("created_utc")),
            score=None if data.get("score_hidden") is True else whole(data.get("score")),
            parent=parent,
            depth=depth,
            permalink=permalink(data.get("permalink")) or f"{SITE}/comments/{text(post.get('id'))}/_/{quote(name)}/",
            text=prose.text,
            marks=prose.marks,
            state=state,
        )
        return Said(said, prose.links)

    def post(self, data: Json) -> Post:
        """What opened the thread, its crossposted original, poll and gallery captions included."""
        gone = text(data.get("selftext")).strip().lower() in _GONE
        own = Prose() if gone else self.prose(data, "selftext_html", "selftext")
        return Post(
            url=permalink(data.get("permalink")) or f"{SITE}/comments/{text(data.get('id'))}/",
            title=line(self.plain(data.get("title"))) or "",
            author=_author(data),
            posted_at=epoch(data.get("created_utc")),
            score=None if data.get("hide_score") is True else whole(data.get("score")),
            comment_count=count(data.get("num_comments")),
            community=_community(data),
            flair=line(self.plain(data.get("link_flair_text"))),
            prose=join_prose(own, self._poll(data), self._captions(data), self._original(data)),
            linked=self._linked(data),
            private=data.get("quarantine") is True or text(data.get("subreddit_type")) in _PRIVATE_TYPES,
        )

    def _linked(self, data: Json) -> tuple[str, ...]:
        """The page a link post is about; a crosspost is about its original's."""
        original = next(iter(rows(data.get("crosspost_parent_list"))), None)
        addresses = (
            self.plain(field(post, name)) for post in (data, original) for name in ("url_overridden_by_dest", "url")
        )
        return tuple(address for address in addresses if address.startswith(("http://", "https://")))

    def _poll(self, data: Json) -> Prose:
        options = rows(field(data.get("poll_data"), "options"))
        return lay_out([("item", told) for option in options if (told := line(self.plain(field(option, "text"))))], ())

    def _captions(self, data: Json) -> Prose:
        items = rows(field(data.get("gallery_data"), "items"))
        told = [("item", caption) for item in items if (caption := line(self.plain(field(item, "caption"))))]
        return lay_out(told, tuple(url for item in items if (url := self.plain(field(item, "outbound_url")))))

    def _original(self, data: Json) -> Prose:
        """A crosspost's original text: somebody else's words."""
        original = next(iter(rows(data.get("crosspost_parent_list"))), None)
        if type(original) is not dict:
            return Prose()
        prose = self.prose(original, "selftext_html", "selftext")
        return lay_out([("quote", part) for part in prose.text.split("\n\n") if part], prose.links)


def _author(data: Json) -> str | None:
    name = line(data.get("author"))
    return None if name == "[deleted]" else name


def _community(data: Json) -> str | None:
    name = line(data.get("subreddit"))
    if name and name.startswith("u_"):
        return f"u/{name[2:]}"
    return line(data.get("subreddit_name_prefixed")) or (f"r/{name}" if name else None)


def permalink(value: Any) -> str | None:
    """The address of a path that Reddit gives; None for anything that is no such path."""
    path = text(value)
    return f"{SITE}{path}" if re.fullmatch(r"/[\w/%~.-]+", path) else None
