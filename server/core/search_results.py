"""One list from many: what several providers and queries found, merged, each page and each text once.

Ranks are fused by their reciprocals (Cormack, Clarke and Büttcher 2009): no provider's scores are comparable with
another's, and a page that several lists have beats one that a single list has first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

import msgspec

from server.core.addresses import judge_url
from server.core.errors import InsightError
from server.core.ports import Hit
from server.core.primary import is_anybodys, primary_weight
from server.core.setting_aside import set_aside
from server.core.urls import canonical_url
from server.core.words import words

__all__ = ["Merged", "fuse_hits", "merge_hits", "order_hits", "page_key", "primary_weight", "set_aside"]

RRF_K = 60  # the paper's; it found results to change little between 10 and 100
Shingle = tuple[str, ...]
SHINGLE = 4  # words in a row
SAME_SNIPPET = 0.6  # of the shorter snippet's runs of words; two reports of one event share almost none
MOST_HOLDERS = 8  # of one run of words; what more pages say is a phrase of theirs all, and no sign of a copy
FEWEST_SHINGLES = 6  # fewer say nothing: "Subscribe to read more" stands on a thousand sites

_PHONE_HOST = re.compile(r"^(?:m|mobile|amp|touch|wap)\.(?=[^.]+\.)|(?<=\.)m\.(?=[^.]+\.)")  # m.site.org, en.m.site.org
_VARIANT = re.compile(r"(?<=/)(?:amp|print|mobile)(?:/|\Z)|\.amp(?=\.html?\Z|\Z)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)\Z", re.IGNORECASE)
_VIEW = re.compile(r"(?:print|printable|mobile|m)=(?:1|true|yes|)|(?:view|format|action)=(?:print|amp)", re.IGNORECASE)


class Merged(msgspec.Struct, frozen=True):
    """A page found, how strongly, and the same text at other addresses, which can stand in when it cannot be read."""

    hit: Hit
    score: float
    copies: tuple[Hit, ...] = ()


class _Text(NamedTuple):
    title: frozenset[str]
    shingles: frozenset[Shingle]


def merge_hits(answers: Sequence[Sequence[Hit]], *, allow: AbstractSet[str] = frozenset()) -> list[Hit]:
    """The hits of all answers, best first: each page once, each text once, none whose address nobody may fetch.

    An answer is one provider's to one query. `allow` holds the operator's exceptions, as `judge_url` takes them.
    """
    return [merged.hit for merged in fuse_hits(answers, allow=allow)]


def fuse_hits(answers: Sequence[Sequence[Hit]], *, allow: AbstractSet[str] = frozenset()) -> list[Merged]:
    """As `merge_hits`, with scores, and copies beside the one that is kept."""
    scores: dict[str, float] = {}
    seen: dict[str, list[Hit]] = {}
    for answer in answers:
        ranked: dict[str, list[Hit]] = {}
        for hit in answer:
            if _may_fetch(hit.url, allow):
                ranked.setdefault(page_key(hit.url), []).append(hit)
        for rank, (key, hits) in enumerate(ranked.items(), start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (RRF_K + rank)
            seen.setdefault(key, []).extend(hits)
    best_first = sorted(scores, key=lambda key: -scores[key])
    return _without_copies([Merged(_best_of(seen[key]), scores[key]) for key in best_first])


def order_hits(merged: Iterable[Merged], *, linked: Iterable[str] = (), names: Iterable[str] = ()) -> list[Merged]:
    """Pages that the thread links to first, then by score times `primary_weight`."""
    posted, named = {page_key(url) for url in linked}, tuple(names)

    def worth(found: Merged) -> tuple[bool, float]:
        return page_key(found.hit.url) not in posted, -found.score * primary_weight(found.hit.url, named)

    return sorted(merged, key=worth)


@lru_cache(maxsize=4_096)
def page_key(url: str) -> str:
    """One spelling for a page, its phone, AMP and print versions; the address itself where it is none.

    For comparing alone: nobody promises that a page answers at it.
    """
    try:
        found = canonical_url(url)
    except InsightError:
        return url
    return _plain(found.key) if found.kind == "page" else found.key


def _plain(key: str) -> str:
    scheme, _, rest = key.partition("://")
    place, _, query = rest.partition("?")
    host, _, path = place.partition("/")
    path = _INDEX.sub("", _VARIANT.sub("", f"/{path}")).rstrip("/")
    kept = "&".join(pair for pair in query.split("&") if pair and not _VIEW.fullmatch(pair))
    return f"{scheme}://{_PHONE_HOST.sub('', host)}{path}{f'?{kept}' if kept else ''}"


def _may_fetch(url: str, allow: AbstractSet[str]) -> bool:
    try:
        judge_url(url, allow)
    except InsightError:
        return False
    return True


def _best_of(hits: Sequence[Hit]) -> Hit:
    """One hit of several for a page: the plainest address, the longest snippet, the first title and date."""
    plainest = min(hits, key=lambda hit: (page_key(hit.url) != _key_of(hit.url), not hit.url.startswith("https:")))
    return Hit(
        url=plainest.url,
        title=plainest.title or next((hit.title for hit in hits if hit.title), ""),
        snippet=max((hit.snippet for hit in hits), key=len),
        published_at=next((hit.published_at for hit in hits if hit.published_at), None),
    )


def _key_of(url: str) -> str:
    try:
        return canonical_url(url).key.rstrip("/")
    except InsightError:
        return url


def _without_copies(found: Sequence[Merged]) -> list[Merged]:
    """Each text once, its copies beside it."""
    kept: list[Merged] = []
    texts: list[_Text] = []
    holding: dict[Shingle, list[int]] = {}
    for merged in found:
        text = _Text(_title_words(merged.hit.title), _shingles(merged.hit.snippet))
        shared = Counter(n for shingle in text.shingles for n in holding.get(shingle, ()))
        first = min((n for n, count in shared.items() if _is_copy(text, texts[n], count)), default=None)
        if first is None:
            for shingle in text.shingles:
                if len(holding.setdefault(shingle, [])) < MOST_HOLDERS:
                    holding[shingle].append(len(kept))
            kept.append(merged)
            texts.append(text)
        else:
            kept[first] = _with_copy(kept[first], merged.hit)
    return kept


def _with_copy(merged: Merged, copy: Hit) -> Merged:
    """The better-ranked stays in front, unless it lies where anybody may post what others have written."""
    if is_anybodys(merged.hit.url) and not is_anybodys(copy.url):
        return Merged(copy, merged.score, (merged.hit, *merged.copies))
    return msgspec.structs.replace(merged, copies=(*merged.copies, copy))


def _is_copy(one: _Text, two: _Text, shared: int) -> bool:
    """The same title, but for the site's name in it, and a snippet that is mostly the same words in the same order."""
    said = min(len(one.shingles), len(two.shingles))
    if said < FEWEST_SHINGLES or shared < SAME_SNIPPET * said:
        return False
    title, other = sorted((one.title, two.title), key=len)
    return bool(title) and len(title & other) >= 0.8 * len(title) and len(title) >= 0.5 * len(other)


def _title_words(title: str) -> frozenset[str]:
    return frozenset(words(title)[:40])


def _shingles(snippet: str) -> frozenset[Shingle]:
    said = words(snippet)[:200]
    return frozenset(tuple(said[i : i + SHINGLE]) for i in range(len(said) - SHINGLE + 1))
