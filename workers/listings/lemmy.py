"""A Lemmy community's hot posts by its instance's API, version 3 or 4."""

from server.core.errors import ThreadUnreadable
from server.core.targets import Target, TargetKind
from server.core.watching import Listed, Skipped
from workers.listings.listing import Form
from workers.readers.reader import JSON
from workers.readers.values import count, decode_json, field, instant, line, rows, text, whole

KIND: TargetKind = "lemmy"
WANTED = "a Lemmy community's posts"
WAY_OUT = "Check the community's name and that its instance is public."
MOST = 50  # the API's own bound


def addresses(target: Target, most: int) -> list[str]:
    """Asked of the community's own instance, where it has its short name."""
    query = f"sort=Hot&limit={min(MOST, most + 10)}&community_name={target.place}"
    return [f"https://{target.host}/api/v3/post/list?{query}", f"https://{target.host}/api/v4/post/list?{query}"]


FORMS: tuple[Form, ...] = (Form("api", JSON, addresses),)


def parse(body: bytes, target: Target) -> list[Listed]:
    """See `Listing.parse`."""
    answer = decode_json(body, WANTED)
    told = text(field(answer, "error"))
    if told:
        raise ThreadUnreadable(f"The instance answered “{told[:80]}” instead of {WANTED}. {WAY_OUT}")
    if type(field(answer, "posts")) is not list:
        raise ThreadUnreadable(f"What came is not {WANTED}.")
    return [listed for view in rows(field(answer, "posts")) if (listed := _of_view(view, target)) is not None]


def _of_view(view: object, target: Target) -> Listed | None:
    post = field(view, "post")
    number = whole(field(post, "id"))
    if number is None or number < 1:
        return None
    counts = field(view, "counts") or post
    return Listed(
        url=f"https://{target.host}/post/{number}",
        title=line(field(post, "name")) or "",
        score=whole(field(counts, "score")),
        comment_count=count(field(counts, "comments")),
        posted_at=instant(field(post, "published") or field(post, "published_at")),
        set_aside=_flag(post, field(view, "community")),
    )


def _flag(post: object, community: object) -> Skipped | None:
    def holds(*names: str) -> bool:
        return any(field(post, name) is True for name in names)

    if holds("featured_community", "featured_local", "stickied"):
        return "pinned"
    if holds("removed", "deleted"):
        return "removed"
    return "adult" if holds("nsfw") or field(community, "nsfw") is True else None
