"""What to ask the web about a thread, before any model has said a word."""

import re
import unicodedata
from collections import Counter
from urllib.parse import unquote, urlsplit

from server.core.thread import Comment, Thread
from server.core.words import STOPWORDS, names, term_set, terms, words

MAX_QUERIES = 6

_NOISE = re.compile(
    r"^(?:(?:ask|show|tell|launch) hn:|\[[^\]]{1,24}\]|\([^)]{1,12}\)|"
    r"(?:til|psa|eli5|cmv|lpt|ama|discussion|question|help)\b:?\s*(?:that\b)?)\s*"
    r"|\s*(?:\[[^\]]{1,24}\]|\((?:19|20)\d\d\)|--\s*ama)$",
    re.IGNORECASE,
)


def plain_title(title: str) -> str:
    """The title without forum tags ("Ask HN:", "[D]", "TIL that"), emoji and quotation marks around the whole."""
    text = "".join(" " if _is_picture(ch) else ch for ch in title).strip()
    while (shorter := _NOISE.sub("", text).strip()) != text and shorter:
        text = shorter
    inner = text.strip('"“” ')
    around = text[:1] in '"“' and text[-1:] in '"”' and not set('"“”') & set(inner)
    return " ".join((inner if around else text).split())


def _is_picture(ch: str) -> bool:
    """Emoji, trade marks and invisible characters; not signs that carry meaning, as in "~24 °C", "<5%" or "x^2"."""
    kind = unicodedata.category(ch)
    invisible = kind in ("Cc", "Cf", "Cs", "Co", "Cn") and ch != "\u200c"  # which parts words in Persian
    return invisible or (kind == "So" and ch != "°") or (kind == "Sk" and ord(ch) > 0xFFFF) or ch == "\ufe0f"


def heuristic_queries(thread: Thread) -> list[str]:
    """Queries in order of promise: the title, the linked page's own words, names, works that comments name."""
    title = plain_title(thread.title)
    said = f"{thread.title}. {thread.text}"
    proposals = [title, *(slug_words(link) for link in thread.links[:2])]
    named = frequent_names(thread)
    if named:
        proposals.append(" ".join(named[:4]))
        proposals.append(f"{named[0]} {' '.join(key_terms(said, 5))}")
    if "?" in thread.title:
        proposals += [name for name in mentioned_works(thread) if name not in title][:4]
    if thread.text:
        proposals.append(" ".join(key_terms(said, 8)))
    proposals.append(" ".join([title, *key_terms(" ".join(c.text for c in best_comments(thread, 30)), 4)]))
    return _distinct(proposals)[:MAX_QUERIES]


def best_comments(thread: Thread, limit: int) -> list[Comment]:
    """Readable comments, the best-liked and the shallowest first; the site's own order where it shows no scores."""
    comments = thread.readable_comments()
    order = {comment.id: place for place, comment in enumerate(comments)}
    return sorted(comments, key=lambda c: (-(c.score or 0), c.depth, order[c.id]))[:limit]


def slug_words(url: str) -> str:
    """The words of an address's last path segment, which news sites and blogs make from the title; "" where there are
    none."""
    try:
        path = urlsplit(url).path
    except ValueError:  # "http://[::1/x"
        return ""
    segments = [part for part in unquote(path).split("/") if part]
    for part in reversed(segments):
        found = [
            word
            for word in words(re.sub(r"\.\w{2,5}$", "", part).replace("-", " ").replace("_", " "))
            if not word.isdigit()
        ]
        if len(found) >= 3 and not any(len(word) > 24 for word in found):
            return " ".join(found[:12])
    return ""


def frequent_names(thread: Thread, limit: int = 8) -> list[str]:
    """Names said in the title and text, then by several commenters, most often named first."""
    counts: Counter[str] = Counter()
    for name in names(f"{thread.title}. {thread.text}"):
        counts[name] += 3
    for comment in best_comments(thread, 60):
        for name in set(names(comment.text)):
            counts[name] += 1
    return [name for name, count in counts.most_common(40) if count > 1 and not name.isdigit()][:limit]


def mentioned_works(thread: Thread) -> list[str]:
    """Longer titles that comments name or put in quotation marks: papers, books, products; best-liked comment first."""
    found: list[str] = []
    for comment in best_comments(thread, 80):
        quoted = re.findall(r"[\"“]([A-Z][^\"“”\n]{12,90})[\"”]", comment.text)
        found += [text for text in quoted if 3 <= len(text.split()) <= 14]
        found += [name for name in names(comment.text) if len(name.split()) >= 4]
    return _distinct(found)


def key_terms(text: str, limit: int) -> list[str]:
    """The words said most often, in their own spelling, longer ones first among equals."""
    spelled: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for word in words(re.sub(r"https?://\S+", " ", text)):
        if word not in STOPWORDS and len(word) > 2 and not word.isdigit():
            for term in terms(word):
                spelled.setdefault(term, word)
                counts[term] += 1
    ranked = sorted(counts, key=lambda term: (-counts[term], -len(term)))
    return [spelled[term] for term in ranked[:limit]]


def _distinct(texts: list[str]) -> list[str]:
    """Without empty ones and those whose words another already has."""
    kept: list[str] = []
    seen: list[frozenset[str]] = []
    for text in texts:
        mine = term_set(text)
        if mine and not any(mine <= other for other in seen):
            kept.append(text)
            seen.append(mine)
    return kept
