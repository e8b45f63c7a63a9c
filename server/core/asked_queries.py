"""Which proposed queries are asked: never more than a set number, none twice, and nothing that a model was talked into.

A model reads what strangers wrote. One of them may tell it to search for their own site, or to carry what it read out
into a query. So of its words are kept only words: no addresses but those that the thread itself links to, no operators
of search engines, no line breaks, and few of them.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from server.core.errors import InsightError
from server.core.thread import Thread
from server.core.urls import canonical_url
from server.core.words import term_set

LONGEST_QUERY = 200  # characters; Brave and Tavily take 400
MOST_WORDS = 24
LONGEST_READ = 4_000  # of what is proposed
LONGEST_WORD = 40  # longer ones are tokens, hashes and encoded text
ALIKE = 0.75  # of all terms of two queries; what differs in a number alone is not alike

_OPERATOR = re.compile(
    r"(?i)(?<!\w)(?:site|inurl|allinurl|intitle|allintitle|intext|allintext|inanchor|filetype|ext|cache|related|link|"
    r"info|define|source|before|after|daterange|loc|location|lang|language|region|feed|contains|imagesize|ip|url|"
    r"domain|host):\s*"
)
_CONNECTIVES = frozenset({"AND", "OR", "NOT", "NEAR", "AROUND"})
_ADDRESS = re.compile(
    r"(?i)(?:[a-z][a-z0-9+.-]{1,15}:)?//\S*|www\d?\.\S+|\S+@\S+\.\S+|[^\s/]*\.[^\s/.]+/\S*|\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\]?|"
    r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|(?:[\w-]+\.)+(?:xn--[\w-]+|[^\W\d_]{2,24})(?::\d+)?"
)
# What programs call their files. Of these endings some are countries too, so there the dot goes, and the words stay.
_FILES = frozenset(
    "js ts jsx tsx css html json toml yaml yml txt pdf exe dll cpp java php xml csv sql cfg ini conf".split()
)
_FILES_OR_PLACES = frozenset("py rs md so sh pl cc".split())


def admit_queries(seen: Sequence[str], new: Iterable[str], most: int, *, sites: Iterable[str] = ()) -> list[str]:
    """Those of `new` that are to be asked now, made harmless: nothing like one of `seen`, and `most` with them at most.

    `sites` may be named in a query: see `linked_sites`.
    """
    known = frozenset(sites)
    admitted: list[str] = []
    for proposed in new:
        if len(seen) + len(admitted) >= most:
            break
        query = harmless(proposed, known)
        if term_set(query) and not any(is_alike(query, other) for other in (*seen, *admitted)):
            admitted.append(query)
    return admitted


def linked_sites(thread: Thread) -> frozenset[str]:
    """Sites that a thread links to or names in its title: these a query about it may name."""
    found = {_site(link) for link in thread.links}
    found.update(_site(match) for match in _ADDRESS.findall(thread.title))
    return frozenset(found - {""})


def harmless(query: str, sites: Iterable[str] = ()) -> str:
    """A model's query as plain words on one line."""
    # Browsers take full-width letters and the ideographic full stop in a host for plain ones (UTS 46).
    text = re.sub(r"(?<=[!-~])[\u3002\uff0e\uff61](?=[!-~])", ".", unicodedata.normalize("NFKC", query[:LONGEST_READ]))
    text = _OPERATOR.sub(" ", text)
    words = (_plain_word(run, frozenset(sites)) for run in text.split())
    return fit(" ".join(word for word in words if word))


def _plain_word(run: str, sites: frozenset[str]) -> str:
    word = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\"“”„«»`|*~^<>{}\\]", "", run)
    word = word.strip("()[],;!?").lstrip("+-:=@#!").rstrip(".:\u3002")
    if word in _CONNECTIVES or len(word) > LONGEST_WORD:
        return ""
    if not _ADDRESS.fullmatch(word) and not re.search(r"://|@\S+\.", word):
        return word
    site, (name, _, ending) = _site(word), word.lower().rpartition(".")
    if site and site in sites:
        return site
    if "." not in name and "/" not in word and "@" not in word:
        if ending in _FILES:
            return word
        if ending in _FILES_OR_PLACES:
            return word.replace(".", " ")
    return ""


def fit(query: str) -> str:
    """On one line and no longer than is asked, cut between words where it has any."""
    words = query.split()[:MOST_WORDS]
    while len(words) > 1 and len(" ".join(words)) > LONGEST_QUERY:
        words.pop()
    return " ".join(words)[:LONGEST_QUERY].strip()


def is_alike(one: str, two: str) -> bool:
    """Whether two queries would find the same: nearly all their terms are shared, and every number."""
    first, second = term_set(one), term_set(two)
    differ = first ^ second
    if any(ch.isdigit() for term in differ for ch in term):
        return False
    return len(first & second) >= ALIKE * len(first | second)


def _site(address: str) -> str:
    try:
        return canonical_url(address).site
    except InsightError:
        return ""
