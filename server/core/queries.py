"""What to ask the web about a thread, before any model has said a word."""

import re
import unicodedata
from collections import Counter
from urllib.parse import unquote, urlsplit

from server.core.asked_queries import fit, is_alike
from server.core.errors import InsightError
from server.core.thread import Comment, Thread
from server.core.urls import canonical_url
from server.core.words import STOPWORDS, names, term_set, terms, words

MAX_QUERIES = 6
LONG_TITLE = 12  # words; what is longer is asked in short as well
SHORT_TITLE = 9
SHORTER = 0.6
FEWEST_TERMS = 3  # a title of fewer says little, unless one of them is a name

_NOISE = re.compile(
    r"^(?:(?:ask|show|tell|launch) hn:|\[[^\]]{1,24}\]:?|\([^)]{1,12}\)|"
    r"(?:til|psa|eli5|cmv|lpt|ama|discussion|question|help)\b:?\s*(?:that\b)?)\s*"
    r"|\s*(?:\[[^\]]{1,24}\]|\((?:19|20)\d\d\)|--\s*ama)$",
    re.IGNORECASE,
)

_USUAL_TAGS = frozenset(
    """
    discussion research project news question help meta serious spoiler spoilers image video gif xpost x-post updated
    update solved request showcase rant official megathread weekly daily announcement poll article tutorial other misc
    resource""".split()
)
_FORUM_WORDS = frozenset(
    """
    ama btw cmv edit eli5 eta faq fwiw fyi hello hey hi hn imho imo itt lol lpt op ops psa reddit redditors thanks til
    tl tldr tl;dr update utc gmt view poll ymmv""".split()
)
_FORGES = frozenset("github.com gitlab.com codeberg.org huggingface.co".split())
_PLATFORMS = frozenset(
    """
    x.com twitter.com youtube.com reddit.com i.redd.it v.redd.it imgur.com i.imgur.com facebook.com instagram.com
    tiktok.com linkedin.com bsky.app threads.net t.me discord.com medium.com archive.org web.archive.org archive.is
    archive.ph example.com""".split()
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")  # Japanese, Chinese, Thai


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
    """Queries in order of promise: the title, the linked page's own words, names, works that are named."""
    title = _without_links(_title_words(thread.title))
    said = f"{title}. {_without_links(thread.text)}"
    vague = is_vague(title)
    named = frequent_names(thread, least=1 if vague else 2)
    proposals = [_title_query(title, named, thread), *(slug_words(link) for link in thread.links[:2])]
    proposals += _quoted(f"{thread.title} {thread.text[:2_000] if vague else ''}")[:2]
    if len(title.split()) > LONG_TITLE:
        proposals.append(_shortened(title))
    if len(" ".join(named).split()) > 1:
        proposals.append(" ".join(content_words(" ".join(named[:4]))))
    if named and thread.text:
        about = [term for term in key_terms(said, 8) if term not in words(named[0])]
        proposals.append(" ".join([named[0], *about[:5]]))
    if "?" in thread.title:
        proposals += [name for name in mentioned_works(thread) if name not in title][:4]
    proposals.append(_where_linked(thread, title))
    if thread.text:
        proposals.append(_gist(thread.text))
    if thread.comments:
        proposals.append(" ".join([title, *key_terms(_comments_text(thread), 4)]))
    return _distinct([fit(query) for query in proposals])[:MAX_QUERIES]


def is_vague(title: str) -> bool:
    """Whether a title names nothing and says little: "It's getting worse", "Hypocrisy?". In one whose every word is
    capital, capitals name nobody."""
    said = title[:1].lower() + title[1:]
    tells_names = any(word[:1].islower() for word in content_words(title)[1:]) or len(title.split()) == 1
    return len(term_set(title)) < FEWEST_TERMS and not (tells_names and names(f"- {said}"))


def _title_query(title: str, named: list[str], thread: Thread) -> str:
    """The title; a vague one with whom and what the post and its comments are about, else with where it stands."""
    if not is_vague(title):
        return title
    more = named[:3] or key_terms(f"{thread.text} {_comments_text(thread)}", 4)
    if not more and not thread.links and thread.community:
        more = [thread.community.removeprefix("r/")]
    new = [words_of for words_of in more if not term_set(words_of) <= term_set(title)]
    return " ".join([title, *new])


def _comments_text(thread: Thread) -> str:
    return _without_links(" ".join(comment.text for comment in best_comments(thread, 30)))


def _shortened(title: str) -> str:
    """A long title's names, figures and longest words, in their order."""
    found = content_words(title)
    most = min(SHORT_TITLE, int(SHORTER * len(found)))
    weighty = sorted(found, key=lambda word: (word.islower() and word.isalpha(), -len(word)))[:most]
    return " ".join(word for word in found if word in weighty)


def _where_linked(thread: Thread, title: str) -> str:
    """The linked page's site, or the repository, with the title's first words; "" for sites that anybody writes on."""
    try:
        found = canonical_url(thread.links[0]) if thread.links else None
    except InsightError:
        return ""
    if found is None or found.site == thread.site or found.site in _PLATFORMS:
        return ""
    place = found.site
    if found.site in _FORGES:
        place = " ".join(found.key.partition("://")[2].split("/")[1:3])
    return " ".join(content_words(f"{place} {' '.join(content_words(title)[:4])}"))


def _title_words(title: str) -> str:
    """The title as it is asked: a tag that is no usual one names the subject, as in "[PRAW 4]: Fetch replies"."""
    tags = [tag for tag in re.findall(r"^\[([^\]]{2,24})\]", title) if tag.lower() not in _USUAL_TAGS and len(tag) > 3]
    return " ".join([*tags, plain_title(title)])


def content_words(text: str) -> list[str]:
    """The words that mean something, each once, in their order and spelling; numbers among them."""
    found: dict[str, str] = {}
    for run in text.split():
        word = run.strip(".,;:!?\"'“”‘’()[]…")
        if term_set(word):
            found.setdefault(word.casefold(), word)
    return list(found.values())


def _gist(text: str) -> str:
    """What a text is about in a few words. One without spaces between words has no words to count: its beginning."""
    plain = _without_links(text)
    return fit(plain.strip()[:40]) if _UNSPACED.search(plain[:200]) else " ".join(key_terms(plain, 8))


def _quoted(text: str) -> list[str]:
    """Names in quotation marks, of two to eight words: books, films, laws, products."""
    found = re.findall(r"[\"“„«]([A-ZÀ-Þ\d][^\"“”„«»\n]{3,80})[\"”“»]", text)
    return [name.strip(" .,!?") for name in found if 2 <= len(name.split()) <= 8]


def _without_links(text: str) -> str:
    return re.sub(r"https?://\S+", " ", text)


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


def frequent_names(thread: Thread, limit: int = 8, least: int = 2) -> list[str]:
    """Names said in the title and text, then by several commenters, most often named first."""
    counts: Counter[str] = Counter()
    for name in _names(f"{plain_title(thread.title)}. {thread.text}"):
        counts[name] += 3
    for comment in best_comments(thread, 60):
        for name in set(_names(comment.text)):
            counts[name] += 1
    common = [name for name, count in counts.most_common(40) if count >= least and not name.isdigit()]
    return common[:limit]


def _names(text: str) -> list[str]:
    """Names without the words of forums in front ("Hey Reddit", "EDIT"), each on one line."""
    found: list[str] = []
    for name in names(_without_links(text)):
        parts = name.split()
        while parts and parts[0].lower() in _FORUM_WORDS:
            del parts[0]
        if parts:
            found.append(" ".join(parts))
    return found


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
    """Without empty ones and those whose words another already has, unless it is much shorter and so asks for more."""
    kept: list[str] = []
    seen: list[frozenset[str]] = []
    for text in texts:
        mine = term_set(text)
        repeats = any(mine <= other and len(mine) > SHORTER * len(other) for other in seen)
        if mine and not repeats and not any(is_alike(text, other) for other in kept):
            kept.append(text)
            seen.append(mine)
    return kept
