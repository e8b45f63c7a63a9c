"""Recaps: the cards of a week or a day by weight, each told by one verified claim.

A card's weight is 100 at most, and depends on the card alone:

    30 · discussion      ln(1 + comments) / ln(1001), at most 1: a thousand comments are as many as count
    45 · corroboration   (2 · claims with two independent origins + web sources cited) / 12, at most 1
    25 · novelty         1 / (1 + days from the posting to the card / 7); a half where the posting's day is not known

A recap tells a subject once, by its heaviest card, behind which the others on it are named. Equals stand in the order
of their ids. So the same cards give the same recap, whenever and wherever it is made.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from server.core.card import CATEGORIES, Card, CardId, ClaimKind, Support
from server.core.periods import Period, day_of, week_of
from server.core.topics import WHOLE, topics_of

DISCUSSION, CORROBORATION, NOVELTY = 30.0, 45.0, 25.0
MANY_COMMENTS, MANY_ORIGINS, WEEK_DAYS = 1000, 12, 7.0
GRAIN = 1000  # weights are kept as whole thousandths: both databases order them alike
SAME_SUBJECT = (
    0.5  # the cosine of two topics; in a week of recorded threads those on one had 0.64 and more, others 0.26
)
MOST = {"week": 24, "day": 12}  # cards in a recap
COUNTED = 300  # cards of a period, as far as they are counted: each takes 10 µs
LOOKED_AT = 3  # for each that is told: others may be on its subject
OTHER = "Other"


class Cite(msgspec.Struct, frozen=True):
    """Where a line's claim stands: the card's source, what a reader calls it, and the address of the passage."""

    n: int
    name: str
    url: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A card as a recap tells it."""

    card_id: CardId
    version: int
    lang: str
    headline: str
    headline_by: str | None  # whom its headline is attributed to
    said: str  # what changed, the claim's own words
    said_by: str | None
    kind: ClaimKind
    support: Support
    corroborated: bool
    cites: tuple[Cite, ...]
    category: str
    site: str
    community: str | None
    web_sources: int
    comment_count: int | None
    made_at: datetime  # when the card was first made
    changed_at: datetime  # when this version was
    weight: int  # in thousandths
    topics: dict[str, int]


class Weighed(msgspec.Struct, frozen=True):
    """A line and where it belongs."""

    week: str
    day: str
    line: Line


class Told(msgspec.Struct, frozen=True):
    """A line, and the lighter cards on the same subject."""

    line: Line
    echoes: tuple[Line, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """What is told of one category, heaviest first."""

    category: str
    told: tuple[Told, ...]


class Recap(msgspec.Struct, frozen=True, kw_only=True):
    """A period told: the heaviest card in front, then the others by category, the heaviest category first."""

    period: Period
    lead: Told | None
    groups: tuple[Group, ...]
    total: int  # cards of the period, those that are not told included

    @property
    def told(self) -> list[Told]:
        """All that is told, in reading order."""
        return [*([self.lead] if self.lead else []), *(told for group in self.groups for told in group.told)]

    @property
    def named(self) -> int:
        """Cards that are told, or named behind one."""
        return sum(1 + len(told.echoes) for told in self.told)


# ---- a card's line ---------------------------------------------------------------------------------------


def weigh(card: Card, made_at: datetime) -> Weighed:
    """The line of a card that was first made then."""
    claim = card.tldr.what_changed
    line = Line(
        card_id=card.id,
        version=card.version,
        lang=card.lang,
        headline=card.headline.text,
        headline_by=card.headline.label,
        said=claim.text,
        said_by=claim.label,
        kind=claim.kind,
        support=claim.support,
        corroborated=claim.corroborated,
        cites=tuple(_cites(card)),
        category=card.category if card.category in CATEGORIES else OTHER,
        site=card.thread.site,
        community=card.thread.community,
        web_sources=_web_sources(card),
        comment_count=card.thread.comment_count,
        made_at=made_at,
        changed_at=card.generated_at,
        weight=round(GRAIN * weight_of(card, made_at)),
        topics=topics_of(card),
    )
    return Weighed(week_of(made_at).name, day_of(made_at).name, line)


def weight_of(card: Card, made_at: datetime) -> float:
    """By the formula above."""
    comments = max(0, card.thread.comment_count or card.capture.comments_read)
    discussion = min(1.0, math.log1p(comments) / math.log1p(MANY_COMMENTS))
    origins = 2 * max(0, card.verification.corroborated) + _web_sources(card)
    corroboration = min(1.0, origins / MANY_ORIGINS)
    return DISCUSSION * discussion + CORROBORATION * corroboration + NOVELTY * _novelty(card.thread.posted_at, made_at)


def _novelty(posted_at: datetime | None, made_at: datetime) -> float:
    if posted_at is None:
        return 0.5
    days = max(0.0, (made_at - posted_at).total_seconds() / 86_400)
    return 1 / (1 + days / WEEK_DAYS)


def _web_sources(card: Card) -> int:
    return sum(source.n != 1 for source in card.sources)


def _cites(card: Card) -> Iterable[Cite]:
    """Each source of the claim once; a citation that points nowhere is left out."""
    sources = {source.n: source for source in card.sources}
    seen: set[int] = set()
    for citation in card.tldr.what_changed.citations:
        source = sources.get(citation.source)
        quote = next((q for q in source.quotes if q.id == citation.quote), None) if source else None
        if source is None or quote is None or source.n in seen:
            continue
        seen.add(source.n)
        speaker = quote.by if source.n == 1 else None
        yield Cite(source.n, speaker or source.site or _host(source.url), quote.url or source.url)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url


# ---- a period's recap ------------------------------------------------------------------------------------


def compose(period: Period, lines: Sequence[Line], *, total: int) -> Recap:
    """The recap of a period out of its heaviest lines."""
    told = _once_each(lines, MOST[period.kind])
    lead, rest = (told[0], told[1:]) if told else (None, [])
    by_category: dict[str, list[Told]] = {}
    for each in rest:
        by_category.setdefault(each.line.category, []).append(each)
    groups = tuple(Group(category, tuple(found)) for category, found in by_category.items())
    return Recap(period=period, lead=lead, groups=groups, total=max(total, len(told)))


def _once_each(lines: Sequence[Line], most: int) -> list[Told]:
    """By weight; what is on the subject of a heavier card follows that one."""
    told: list[tuple[Line, list[Line]]] = []
    for line in sorted(lines, key=lambda line: (-line.weight, line.card_id)):
        echoes = next((echoes for other, echoes in told if is_same_subject(other.topics, line.topics)), None)
        if echoes is not None:
            echoes.append(line)
        elif len(told) < most:
            told.append((line, []))
    return [Told(line, tuple(echoes)) for line, echoes in told]


def is_same_subject(ours: Mapping[str, int], theirs: Mapping[str, int]) -> bool:
    """Whether two cards share two topics at least, and those tell enough of both."""
    shared = ours.keys() & theirs.keys()
    return len(shared) > 1 and sum(ours[term] * theirs[term] for term in shared) >= SAME_SUBJECT * WHOLE**2
