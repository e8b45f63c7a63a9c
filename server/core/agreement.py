"""What two people's readings of one thread both contain. Nothing that stands in only one of them passes.

Two honest readings differ: votes move, comments come and go, one browser shows typographic quotes where the other
shows Markdown's own signs. So texts are compared a paragraph at a time, as plain words. Where two spellings of a
paragraph differ, what is kept is that plain form: a function of what both contain, and of nothing else.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from server.core.errors import InvalidUrl
from server.core.thread import CaptureReceipt, Comment, Mark, Thread, fingerprint
from server.core.urls import CanonicalUrl, canonical_url
from server.core.words import TYPOGRAPHY

ENOUGH = 0.5  # of the longer text must stand in both, else they are two texts and not one that was edited
NEAR = 0.2  # votes and counts that differ by more are not two looks at one number
GAP = "\n\n"
READABLE = ("ok", "collapsed")

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|^-])")
_BULLET = re.compile(r"[-*+•]|\d{1,3}[.)]|>+|#{1,6}")
_SIGN = r"(?:\*{1,3}|_{1,3}|~~|`+)"
_EMPHASIS = re.compile(rf"(?<![^\W_]){_SIGN}(?=[^\W_]|[(\[\"'$£€#@])|(?<=[\w.,:;!?)\]\"'%]){_SIGN}(?![^\W_])")
T = TypeVar("T")


class Piece(msgspec.Struct, frozen=True):
    """One paragraph: as it was written, as plain words, and what its site marks it as."""

    raw: str
    plain: str
    kind: str | None


def common_thread(one: Thread, two: Thread) -> Thread | None:
    """The thread that both readings tell; None when their posts are not one post, or either is private."""
    canonical = _same_address(one, two)
    title = _same_line(one.title, two.title)
    text = _common_text(one.text, one.marks, two.text, two.marks)
    if canonical is None or title is None or text is None or one.private or two.private:
        return None
    if one.author and two.author and one.author != two.author:
        return None
    comments = tuple(_common_comments(one.comments, two.comments))
    links = set(two.links)
    return Thread(
        url=_same(one.url, two.url) or canonical.key,  # an address may hold words: "…/comments/1abcde/some_words/"
        site=canonical.site,
        community=_same(one.community, two.community),
        title=title,
        author=_same(one.author, two.author),
        posted_at=_instant(one.posted_at, two.posted_at),
        score=_near(one.score, two.score),
        comment_count=_near(one.comment_count, two.comment_count),
        language=_same(one.language, two.language),
        text=text[0],
        marks=text[1],
        links=tuple(link for link in one.links if link in links),
        comments=comments,
        flair=_same(one.flair, two.flair),
        labels=tuple(label for label in one.labels if label in two.labels),
        capture=_receipt(one, two, title, text[0], comments),
    )


def _receipt(one: Thread, two: Thread, title: str, text: str, comments: tuple[Comment, ...]) -> CaptureReceipt:
    """As old as the older reading: later than that only one of them can speak."""
    total = _near(one.capture.comments_total, two.capture.comments_total)
    return CaptureReceipt(
        via=_same(one.capture.via, two.capture.via) or "browser",
        captured_at=min(one.capture.captured_at, two.capture.captured_at),
        comments_read=len(comments),
        comments_total=None if total is None else max(total, len(comments)),
        fingerprint=fingerprint(title, text, comments),
        verified="corroborated",
    )


# ---- values -----------------------------------------------------------------------------------------


def _same(one: T, two: T) -> T | None:
    return one if one == two else None


def _instant(one: datetime | None, two: datetime | None) -> datetime | None:
    """To the minute: markup tells what JSON rounds."""
    return min(one, two) if one and two and abs(one - two) < timedelta(minutes=1) else None


def _near(one: int | None, two: int | None) -> int | None:
    """What both numbers amount to at least, where they may be two looks at one."""
    if one is None or two is None or abs(one - two) > max(5, NEAR * max(abs(one), abs(two))):
        return None
    return min(one, two)


def _same_address(one: Thread, two: Thread) -> CanonicalUrl | None:
    try:
        first, second = canonical_url(one.url), canonical_url(two.url)
    except InvalidUrl:
        return None
    return first if first.key == second.key else None


def _same_line(one: str, two: str) -> str | None:
    if one == two:
        return one
    return _plain(one) if _plain(one) == _plain(two) else None


# ---- texts ------------------------------------------------------------------------------------------


def _common_text(
    one: str, one_marks: Sequence[Mark], two: str, two_marks: Sequence[Mark]
) -> tuple[str, tuple[Mark, ...]] | None:
    """The paragraphs of both in the order of the first; None when too little of the longer text is common."""
    mine, theirs = list(_pieces(one, one_marks)), list(_pieces(two, two_marks))
    waiting: dict[str, list[Piece]] = {}
    for piece in theirs:
        waiting.setdefault(piece.plain, []).append(piece)
    kept = [_merged(piece, waiting[piece.plain].pop(0)) for piece in mine if waiting.get(piece.plain)]
    if _length(kept) < ENOUGH * max(_length(mine), _length(theirs)):
        return None
    return _joined(kept)


def _merged(one: Piece, two: Piece) -> Piece:
    """A quotation in either is one: whoever quotes is not taken for the speaker."""
    kind = "quote" if "quote" in (one.kind, two.kind) else _same(one.kind, two.kind)
    return Piece(one.raw if one.raw == two.raw else one.plain, one.plain, kind)


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.plain) for piece in pieces)


def _joined(pieces: Sequence[Piece]) -> tuple[str, tuple[Mark, ...]]:
    marks: list[Mark] = []
    start = 0
    for piece in pieces:
        if piece.kind is not None:
            marks.append(msgspec.convert({"start": start, "end": start + len(piece.raw), "kind": piece.kind}, Mark))
        start += len(piece.raw) + len(GAP)
    return GAP.join(piece.raw for piece in pieces), tuple(marks)


def _pieces(text: str, marks: Sequence[Mark]) -> Iterator[Piece]:
    """Cut at blank lines and at the borders of what is marked."""
    start = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.start < start:
            continue
        yield from _cut(text[start : mark.start], None)
        yield from _cut(text[mark.start : mark.end], mark.kind)
        start = mark.end
    yield from _cut(text[start:], None)


def _cut(text: str, kind: str | None) -> Iterator[Piece]:
    for part in text.split(GAP):
        raw = part.strip()
        if plain := _plain(raw):
            yield Piece(raw, plain, kind)


def _plain(text: str) -> str:
    """Words and their order without Markdown's signs at their edges and without typography.

    Case, digits and signs within words stay: "10²" is not "102", and "C#" is not "C".
    """
    shown = _EMPHASIS.sub("", _ESCAPED.sub(r"\1", text.translate(TYPOGRAPHY)))
    words = shown.split()
    while words and _BULLET.fullmatch(words[0]):
        words = words[1:]
    return " ".join(words)


# ---- comments ---------------------------------------------------------------------------------------


def _common_comments(one: Sequence[Comment], two: Sequence[Comment]) -> Iterator[Comment]:
    """Each with the parent that both name, if that one is common too; at the top otherwise."""
    depths: dict[str, int] = {}
    partner: dict[str, str] = {}
    for mine, other in _pairs(one, two):
        merged = _common_comment(mine, other)
        if merged is None or mine.id in depths:
            continue
        is_reply = mine.parent in depths and partner[mine.parent] == other.parent
        depth = depths[mine.parent] + 1 if is_reply and mine.parent else 0
        depths[mine.id], partner[mine.id] = depth, other.id
        yield msgspec.structs.replace(merged, parent=mine.parent if is_reply else None, depth=depth)


def _pairs(one: Sequence[Comment], two: Sequence[Comment]) -> Iterator[tuple[Comment, Comment]]:
    """By id where both have one; else by author and words. None of either twice."""
    by_id = {comment.id: number for number, comment in enumerate(two) if _is_named(comment)}
    anyone = _by_words(two, range(len(two)))
    unnamed = _by_words(two, [number for number, comment in enumerate(two) if not _is_named(comment)])
    taken: set[int] = set()
    for comment in one:
        alike = [by_id[comment.id]] if _is_named(comment) and comment.id in by_id else []
        if not alike:
            alike = (unnamed if _is_named(comment) else anyone).get(_words(comment), [])
        while alike and alike[-1] in taken:
            alike.pop()
        if alike:
            taken.add(alike[-1])
            yield comment, two[alike[-1]]


def _by_words(comments: Sequence[Comment], numbers: Iterable[int]) -> dict[tuple[str | None, str], list[int]]:
    """The last first, so that taking from the end takes them in their order."""
    found: dict[tuple[str | None, str], list[int]] = {}
    for number in sorted(numbers, reverse=True):
        found.setdefault(_words(comments[number]), []).append(number)
    return found


def _is_named(comment: Comment) -> bool:
    """Readers number comments to which the site gives no id."""
    return not comment.id.startswith("unnamed-")


def _words(comment: Comment) -> tuple[str | None, str]:
    return comment.author, _plain(comment.text.replace(GAP, " "))


def _common_comment(one: Comment, two: Comment) -> Comment | None:
    """None for different people's words, for different words, and where either reading shows none."""
    if one.state not in READABLE or two.state not in READABLE or not one.text:
        return None
    if one.author and two.author and one.author != two.author:
        return None
    text = _common_text(one.text, one.marks, two.text, two.marks)
    if text is None or not text[0]:
        return None
    return Comment(
        id=one.id,
        author=_same(one.author, two.author),
        posted_at=_instant(one.posted_at, two.posted_at),
        score=_near(one.score, two.score),
        permalink=_same(one.permalink, two.permalink),
        text=text[0],
        marks=text[1],
        state="collapsed" if "collapsed" in (one.state, two.state) else "ok",
        edited=one.edited or two.edited,
        by_poster=one.by_poster and two.by_poster,
        by_moderator=one.by_moderator and two.by_moderator,
    )
