"""The thread as source number 1."""

from datetime import UTC, datetime
from pathlib import Path

from server.core.source import Block, Document
from server.core.urls import canonical_url
from workers.readers import hackernews, reddit_json
from workers.readers.article import thread_of_document
from workers.readers.as_document import thread_document

PAGES = Path(__file__).parents[2] / "cases/pages"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
REDDIT = canonical_url("https://www.reddit.com/comments/1abcde/")
HN = canonical_url("https://news.ycombinator.com/item?id=5001")


def told(document: Document) -> list[tuple[str, str, str | None]]:
    return [(block.kind, document.text[block.start : block.end], block.by) for block in document.blocks]


def test_a_thread_is_its_peoples_words_in_order() -> None:
    """Title, post, then comments with their speakers; deleted and removed ones are not there."""
    thread = reddit_json.parse((PAGES / "reddit-listing.json").read_bytes(), "", REDDIT, NOW)
    document = thread_document(thread)
    assert told(document)[:2] == [
        ("title", 'Cone 6 drifts by 14 °C after the "R&D" firmware <2.1>', None),
        ("paragraph", "Since 2.1 my kiln overshoots.", "clay_fern"),
    ]
    assert ("code", "t = t + offset + offset", "glaze_bot_not") in told(document)
    assert ("paragraph", "That & nothing else.\nThanks!", "clay_fern") in told(document)
    assert "[deleted]" not in document.text
    assert "\n\n".join(text for _, text, _ in told(document)) == document.text


def test_quoted_words_have_no_speaker() -> None:
    """Who quotes a sentence did not say it."""
    thread = reddit_json.parse((PAGES / "reddit-listing.json").read_bytes(), "", REDDIT, NOW)
    assert ("quote", "the offset twice", None) in told(thread_document(thread))
    page = hackernews.parse((PAGES / "hackernews-item.html").read_bytes(), "", HN, NOW)
    assert ("quote", "keeps every firing", None) in told(thread_document(page))
    assert all(text != ">" for _, text, _ in told(thread_document(page)))


def test_a_comment_of_a_deleted_account_still_has_a_speaker() -> None:
    """Nobody else, the page least of all, may be taken for who said it."""
    thread = reddit_json.parse((PAGES / "reddit-listing.json").read_bytes(), "", REDDIT, NOW)
    assert ("paragraph", "I measured 13.6 °C, not 14.", "A commenter") in told(thread_document(thread))


def test_a_comments_blocks_carry_its_permalink() -> None:
    """So that a citation opens at the comment."""
    thread = reddit_json.parse((PAGES / "reddit-listing.json").read_bytes(), "", REDDIT, NOW)
    urls = {block.by: block.url for block in thread_document(thread).blocks if block.by}
    assert urls["wheel_tide"] == "https://www.reddit.com/r/kilnlog/comments/1abcde/cone_6_drifts/k9/"


def test_the_document_knows_where_and_when() -> None:
    """Site is the community, the date is the post's, the kind is thread."""
    document = thread_document(hackernews.parse((PAGES / "hackernews-item.html").read_bytes(), "", HN, NOW))
    assert (document.site, document.kind, document.author) == ("Hacker News", "thread", "fern")
    assert document.published_at == "2026-03-04T09:00:00+00:00"


def test_an_article_is_a_thread_and_a_document_again() -> None:
    """Text, marks, date and links survive both ways; its comments are none."""
    text = "Title\n\nFirst.\n\nQuoted.\nItem"
    blocks = (Block(0, 5, "title"), Block(7, 13, "paragraph"), Block(15, 22, "quote"), Block(23, 27, "item"))
    page = Document(
        url="https://a.example/x", title="Title", site="A Paper", author="Ann", published_at="2026-02-23",
        retrieved_at=NOW, text=text, blocks=blocks, links=("https://b.example/1", "https://a.example/y"),
    )  # fmt: skip
    thread = thread_of_document(page, canonical_url("https://a.example/x"), NOW)
    assert (thread.community, thread.site, thread.links) == (None, "a.example", ("https://b.example/1",))
    assert (thread.posted_at, thread.capture.comments_total) == (datetime(2026, 2, 23, tzinfo=UTC), None)
    assert told(thread_document(thread)) == [
        ("title", "Title", None), ("paragraph", "First.", "Ann"), ("quote", "Quoted.", None), ("item", "Item", "Ann"),
    ]  # fmt: skip
