"""GitHub's issues and pull requests by its API; the same and discussions by their pages (see `github_html`)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from server.core.errors import ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, Label, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers import github_html
from workers.readers.assemble import Post, Said, in_reading_order, make_thread
from workers.readers.markdown import prose_of_markdown
from workers.readers.prose import Prose, prose_of_html
from workers.readers.reader import HTML, Way
from workers.readers.values import count, decode_documents, field, instant, line, rows, text, whole

API = "https://api.github.com/repos"
RENDERED = "application/vnd.github.html+json"  # comments as HTML beside the usual fields
WANTED = "a GitHub issue"
PER_PAGE, MOST_PAGES = 100, 10
_OFFICIAL = ("OWNER", "MEMBER", "COLLABORATOR")


def api_addresses(canonical: CanonicalUrl) -> list[str]:
    """The issue or pull request. Discussions have no such document."""
    return [_api(canonical, "issues")] if "/issues/" in canonical.key else []


def further_addresses(canonical: CanonicalUrl, told: Sequence[Any]) -> list[str]:
    """The comments, a hundred a page; of a pull request what was said in reviews and on its lines, too."""
    claimed = min(count(field(told[0], "comments")) or 0, PER_PAGE * MOST_PAGES)
    pages = range(1, -(-claimed // PER_PAGE) + 1)
    found = [f"{_api(canonical, 'issues')}/comments?per_page={PER_PAGE}&page={page}" for page in pages]
    if field(told[0], "pull_request"):
        found += [f"{_api(canonical, 'pulls')}/{part}?per_page={PER_PAGE}" for part in ("reviews", "comments")]
    return found


def _api(canonical: CanonicalUrl, kind: str) -> str:
    repository, _, number = (canonical.thread_id or "").partition("#")
    return f"{API}/{repository}/{kind}/{number}"


KINDS: tuple[SiteKind, ...] = ("github",)
WAYS: tuple[Way, ...] = (
    Way("api", RENDERED, api_addresses, further_addresses),
    Way("html", HTML, lambda canonical: list(dict.fromkeys([canonical.key, canonical.asked]))),
)
WAY_OUT = "GitHub lets a server ask sixty times an hour. Try later, or use the Threadproof extension on the page."


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The issue, pull request or discussion. See `Reader.parse`."""
    if body.lstrip()[:1] == b"<":
        return github_html.parse(body, canonical, captured_at)
    documents = decode_documents(body, "GitHub's JSON of an issue")
    issue = documents[0] if documents else None
    _refuse_error(issue)
    title, number = line(field(issue, "title")), whole(field(issue, "number"))
    if not title or number is None:
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no title or no number.")
    said = in_reading_order(_comments(documents[1:]))
    in_reviews = sum(1 for part in said if "#issuecomment-" not in (part.comment.permalink or ""))
    return make_thread(_post(issue, title, in_reviews, canonical), said, canonical, captured_at, "api")


def _refuse_error(issue: Any) -> None:
    told = line(field(issue, "message"))
    if told and not line(field(issue, "title")):
        raise ThreadUnavailable(
            f"GitHub answered “{told}” instead of the issue.", retryable="rate limit" in told.lower()
        )


def _post(issue: Any, title: str, in_reviews: int, canonical: CanonicalUrl) -> Post:
    repository = (canonical.thread_id or "").partition("#")[0]
    return Post(
        url=text(field(issue, "html_url")) or canonical.key,
        title=title,
        author=_user(issue),
        posted_at=instant(field(issue, "created_at")),
        score=_thumbs(issue),
        comment_count=(count(field(issue, "comments")) or 0) + in_reviews,
        community=_repository(text(field(issue, "html_url"))) or repository,
        labels=_labels(issue),
        prose=_prose(issue),
    )


def _repository(address: str) -> str | None:
    parts = address.removeprefix("https://github.com/").split("/")
    return "/".join(parts[:2]) if len(parts) == 4 else None


def _labels(issue: Any) -> tuple[Label, ...]:
    found: list[Label] = ["closed"] if text(field(issue, "state")) == "closed" else []
    return (*found, "locked") if field(issue, "locked") is True else tuple(found)


def _comments(documents: Sequence[Any]) -> Iterator[Said]:
    """In order of time, as the page has them."""
    found = [part for document in documents for part in rows(document) if whole(field(part, "id"))]
    for part in sorted(found, key=lambda part: text(_time(part))):
        prose = _prose(part)
        if prose.text:  # a review may be a verdict without words
            yield _comment(part, prose)


def _time(part: Any) -> Any:
    return field(part, "created_at") or field(part, "submitted_at")


def _comment(part: dict[str, Any], prose: Prose) -> Said:
    on_a_line, answered = "diff_hunk" in part or "path" in part, whole(part.get("in_reply_to_id"))
    comment = Comment(
        id=f"r{part['id']}" if on_a_line else str(part["id"]),
        author=_user(part),
        posted_at=instant(_time(part)),
        score=_thumbs(part),
        parent=f"r{answered}" if answered else None,
        permalink=text(part.get("html_url")) or None,
        text=prose.text,
        marks=prose.marks,
        by_moderator=text(part.get("author_association")) in _OFFICIAL,
    )
    return Said(comment, prose.links)


def _prose(part: Any) -> Prose:
    rendered = text(field(part, "body_html"))
    return prose_of_html(rendered) if rendered else prose_of_markdown(text(field(part, "body")))


def _user(part: Any) -> str | None:
    """A login; "ghost" stands for an account that is gone."""
    login = line(field(field(part, "user"), "login"))
    return None if login == "ghost" else login


def _thumbs(part: Any) -> int | None:
    """Thumbs up less thumbs down; GitHub has no votes."""
    reactions = field(part, "reactions")
    up, down = count(field(reactions, "+1")), count(field(reactions, "-1"))
    return up - (down or 0) if up is not None else None
