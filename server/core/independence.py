"""Whether two pages know a thing by themselves, or have it from one another or from one third.

Ten reports of one announcement are one origin. So it takes little to call two pages dependent: what they share, whom
they name, where they link. Only then are two quotations of one fact a corroboration.
"""

import re
from functools import lru_cache

import msgspec

from server.core.card import Span
from server.core.errors import InvalidUrl
from server.core.primary import is_anybodys
from server.core.source import Document, Evidence
from server.core.urls import canonical_url
from server.core.words import UPPER, fold, term_set, words

COPY = 0.8  # of the words of two quotations
SHINGLE = 8  # words in a row
SHARED_TEXT = 0.1  # of the shorter page's shingles: the same release, cut and pasted
QUOTED_WORDS = 6  # within quotation marks; fewer are a phrase that anybody may use
TELLING_NAME = 5  # letters of a site's first word by which it may be called
LOOKED_AT = 40_000  # code points of a page

# Publishers of several sites each that the web's news is full of. What is not here is told by its author or its host.
_GROUPS = tuple(
    frozenset(line.split())
    for line in """
    theverge.com vox.com polygon.com eater.com nymag.com thecut.com
    wired.com arstechnica.com newyorker.com vanityfair.com teenvogue.com
    zdnet.com cnet.com pcmag.com mashable.com ign.com lifehacker.com extremetech.com
    techradar.com tomshardware.com tomsguide.com pcgamer.com livescience.com space.com itpro.com
    wsj.com nypost.com marketwatch.com barrons.com thetimes.com thesun.co.uk
    techcrunch.com engadget.com yahoo.com aol.com
    nbcnews.com cnbc.com msnbc.com
    politico.com politico.eu businessinsider.com insider.com bild.de welt.de
    gizmodo.com kotaku.com jalopnik.com theroot.com
    theguardian.com observer.co.uk
    """.strip().splitlines()
)
_FORGES = frozenset(
    "github.com raw.githubusercontent.com gitlab.com codeberg.org medium.com dev.to huggingface.co".split()
)
_SECOND_LEVEL = frozenset("co com net org ac edu gov go or ne".split())
_VERB = (
    r"(?:said|says|saying|told|announc\w+|accus\w+|alleg\w+|claim\w*|report(?:s|ed)|estimat(?:es|ed)|disclos\w+|"
    r"reveal\w+|publish(?:es|ed)|wrote|writes|confirm(?:s|ed)|detected|identified|found|argues|argued|believes|"
    r"warn(?:s|ed)|stat(?:es|ed))"
)
_WORD = rf"[{UPPER}][\w&\-]*(?:\.\w+)*"
_NAME = rf"{_WORD}(?:\s+(?:(?:of|the|and|for)\s+)?{_WORD}){{0,4}}"
_SPEAKS = re.compile(
    rf"(?P<who>{_NAME})(?:['’]s)?(?:,[^,.;]{{1,60}},)?\s+(?:has |had |have |also |is |was |just )?{_VERB}\b"
)
_SPOKEN = re.compile(rf"(?:\b[Aa]ccording to|,[\"”’]?\s+{_VERB})\s+(?:the\s+)?(?P<who>{_NAME})")
_SOMEBODY = re.compile(
    rf"\b(?:according to|(?:the|a|its|their|his|her|an?)\s+(?:\w+\s){{1,2}}{_VERB}|(?:he|she|they|it|who)\s+{_VERB})\b",
    re.I,
)
_QUOTATION = re.compile(r"[“\"]([^“”\"\n]{20,400})[”\"]")
_SHARING = re.compile(r"/(?:intent|share|sharer|submit|login|subscribe|newsletter|privacy|terms|about|contact)\b", re.I)


def are_independent(spans: tuple[Span, ...], evidence: Evidence) -> bool:
    """Whether the first two passages have two origins: pages of different publishers and authors, neither a copy of,
    linking to or naming the other, without a common link, quotation or release, and not resting on one party's word.

    A passage that says only that somebody said so never corroborates, unless the other one names another witness.
    """
    if len(spans) < 2 or spans[0].source == spans[1].source:
        return False
    one, two = (evidence.source(span.source).document for span in spans[:2])
    first, second = (one.text[spans[0].start : spans[0].end], two.text[spans[1].start : spans[1].end])
    if (
        _one_publisher(one, two)
        or _linked(one, two)
        or _name_each_other(one, two)
        or _one_text(one, two, first, second)
    ):
        return False
    witnesses = witnesses_of(first), witnesses_of(second)
    if all(witnesses):
        return not _meet(*witnesses)
    if any(witnesses) or _SOMEBODY.search(first) or _SOMEBODY.search(second):
        return False
    return not _meet(_read(one).rests_on, _read(two).rests_on)


def witnesses_of(text: str) -> frozenset[frozenset[str]]:
    """Whom a text names as saying what it tells, each by the terms of the name."""
    found = (match["who"] for pattern in (_SPEAKS, _SPOKEN) for match in pattern.finditer(text))
    return frozenset(terms for who in found if (terms := term_set(who)))


class _Page(msgspec.Struct, frozen=True):
    """What two pages can have in common."""

    shingles: frozenset[int]
    quotations: frozenset[str]
    rests_on: frozenset[frozenset[str]]


def _read(document: Document) -> _Page:
    return _read_text(document.text[:LOOKED_AT])


@lru_cache(maxsize=64)
def _read_text(text: str) -> _Page:
    said = words(text)
    quotations = (fold(match[1]).strip(" .,") for match in _QUOTATION.finditer(text))
    return _Page(
        shingles=frozenset(hash(tuple(said[i : i + SHINGLE])) for i in range(len(said) - SHINGLE + 1)),
        quotations=frozenset(quotation for quotation in quotations if quotation.count(" ") + 1 >= QUOTED_WORDS),
        rests_on=witnesses_of(text),
    )


def _meet(one: frozenset[frozenset[str]], two: frozenset[frozenset[str]]) -> bool:
    """Whether some name is in both, if only by a part of it: "Moonshot" and "Moonshot AI"."""
    return any(a and b and (a <= b or b <= a) for a in one for b in two)


def _one_publisher(one: Document, two: Document) -> bool:
    if one.site == two.site or (one.author and two.author and fold(one.author) == fold(two.author)):
        return True
    first, second = _publisher(one.url), _publisher(two.url)
    return first == second or any(first in group and second in group for group in _GROUPS)


def _publisher(url: str) -> str:
    """The name that a page's host is registered by; where anybody may have a page, the page's owner."""
    try:
        found = canonical_url(url)
    except InvalidUrl:
        return url
    host, path = found.site.partition(":")[0], found.key.partition("://")[2].split("/")[1:]
    if host in _FORGES:
        return "/".join(["github.com" if "github" in host else host, *path[:1]])
    if is_anybodys(url):
        return host
    parts = host.split(".")
    return ".".join(parts[-3 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL else -2 :])


def _linked(one: Document, two: Document) -> bool:
    """Whether one links to the other, or both to one third page."""
    mine, theirs = _links(one), _links(two)
    if _key(two.url) in mine or _key(one.url) in theirs:
        return True
    own = {_publisher(one.url), _publisher(two.url)}
    return any(link for link in mine & theirs if _publisher(link) not in own and not _SHARING.search(link))


def _links(document: Document) -> frozenset[str]:
    """The pages it links to; sites' front pages are no source of anything."""
    return frozenset(key for link in document.links[:400] if (key := _key(link)).rstrip("/").count("/") > 2)


def _key(url: str) -> str:
    try:
        return canonical_url(url).key
    except InvalidUrl:
        return url


def _name_each_other(one: Document, two: Document) -> bool:
    """Whether either page names the other's site or author, or rests on its word, as a page does that has it from
    there. "Fennmark" stands for "Fennmark Engineering"."""
    for page, other in ((one, two), (two, one)):
        known = [name for name in (other.site, other.author or "", _short(other.site)) if len(name) > 2]
        if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", page.text[:LOOKED_AT]) for name in known):
            return True
        if _meet(_read(page).rests_on, frozenset([term_set(other.site.split(".")[0])])):
            return True
    return False


def _short(site: str) -> str:
    """The first word of a site's name, where it may stand for the whole."""
    first, _, rest = site.partition(" ")
    return first if rest and len(first) >= TELLING_NAME and first[0].isupper() else ""


def _one_text(one: Document, two: Document, first: str, second: str) -> bool:
    """Whether the passages are one, or the pages share a release or somebody's words."""
    mine, theirs = term_set(first), term_set(second)
    if len(mine & theirs) > COPY * len(mine | theirs):
        return True
    a, b = _read(one), _read(two)
    shorter = min(len(a.shingles), len(b.shingles))
    return bool(a.quotations & b.quotations) or (shorter > 0 and len(a.shingles & b.shingles) > SHARED_TEXT * shorter)
