"""Search results that are not worth a fetch, told by their address alone, and why.

The lists are short on purpose: what is on them is never a source, whoever searches. What is merely poor is told by its
text, once it was read.
"""

import re
from collections.abc import Iterable

from server.core.errors import InsightError
from server.core.ports import Hit
from server.core.urls import canonical_url

OWN_SITE = "the thread's own site"
BLOCKED = "blocked by the operator"
NO_ADDRESS = "no address that can be read"
RESULT_PAGE = "a page of search results"
LISTING = "a list of pages, not one"
LOGIN = "a page to sign in at"
SHARE = "a page to share another with"
SHORTENER = "a short link that hides where it leads"
MIRROR = "a copy of another site's pages"

_SHORTENERS = frozenset(
    "bit.ly t.co tinyurl.com goo.gl ow.ly buff.ly is.gd v.gd lnkd.in dlvr.it ift.tt trib.al rb.gy cutt.ly t.ly "
    "shorturl.at rebrand.ly tiny.cc s.id fb.me amzn.to nyti.ms wapo.st bbc.in econ.st on.wsj.com".split()
)
# Sites made of other sites' questions, issues and articles, often machine-translated; readers keep a list of them for
# their search engines (quenhus/uBlock-Origin-dev-filter), and these are on it. Whoever quotes them quotes a copy.
_MIRRORS = frozenset(
    """
    stackoom.com stackovergo.com newbedev.com exchangetuts.com itecnote.com coderoad.ru codegrepper.com py4u.net
    it-swarm.dev it-mure.jp.net answer-id.com issueexplorer.com giters.com gitmemory.com
    githubhot.com issuehint.com bleepcoder.com githubplus.com wikiwand.com wikizero.com piped.video xcancel.com
    """.split()
)
# Other doors to Reddit, X and YouTube, run on hosts without number, are named for their programs; the last is a mirror
# with as many endings as there are countries.
_FRONT_END = re.compile(r"(?:redlib|libreddit|teddit|nitter|invidious|qastack)\d*\..+")
_ENGINE = re.compile(
    r"(?:.+\.)?(?:google\.[a-z.]{2,6}|bing\.com|duckduckgo\.com|yahoo\.(?:com|co\.jp)|yandex\.[a-z.]{2,6}|baidu\.com|"
    r"ecosia\.org|startpage\.com|qwant\.com|search\.brave\.com|kagi\.com|naver\.com)"
)
_ENGINE_PATH = re.compile(r"/?|/(?:search|html|s|web|images|videos|news|do/.*|sp/.*)/?")
_QUERY = re.compile(r"(?:q|query|p|wd|text|s|search|keyword|keywords)=.*")
_SEARCH_PATH = re.compile(r"(?:/[a-z]{2}(?:-[a-z]{2})?)?/search(?:/.*)?", re.IGNORECASE)
_LOGIN = re.compile(r".*/(?:(?:wp-)?log-?in|sign[-_]?in|sign[-_]?up|register)(?:\.\w{2,5})?/?", re.IGNORECASE)
_LOGIN_HOST = re.compile(r"(?:login|accounts?|signin|auth|sso)\..+")
_SHARE = re.compile(
    r"(?:twitter|x)\.com/(?:intent|share)(?:/.*)?|facebook\.com/(?:sharer?(?:\.php)?|dialog)(?:/.*)?|"
    r"linkedin\.com/(?:shareArticle|sharing)(?:/.*)?|(?:.+\.)?reddit\.com/(?:r/[^/]+/)?submit/?|"
    r"pinterest\.[a-z.]{2,6}/pin/create(?:/.*)?|t\.me/share(?:/.*)?|api\.whatsapp\.com/send/?|"
    r"news\.ycombinator\.com/submit(?:link)?|tumblr\.com/(?:widgets/)?share(?:/.*)?|bsky\.app/intent(?:/.*)?",
    re.IGNORECASE,
)
# Only at the front: ".../releases/tag/v1.2" is a primary document, "/category/post-name" below two is often a post.
_LISTING = re.compile(
    r"(?:/(?:blog|news|[a-z]{2}(?:-[a-z]{2})?))?/(?:tags?|categor(?:y|ies)|authors?|contributors?|tagged)/[^/]+"
    r"(?:/page/\d+|/feed)?/?|/topics/[^/]+/?|/questions/tagged/.*|.*/page/\d{1,4}/?|/(?:archives?|sitemap)(?:\.\w{2,5})?/?",
    re.IGNORECASE,
)


def set_aside(hit: Hit, thread_site: str = "", blocked: Iterable[str] = ()) -> str | None:
    """Why a hit is not to be fetched, in words for a card's `unread`; None for one that may be worth it.

    `thread_site` is the site of the thread's canonical URL; "" sets none of its pages aside. A host in `blocked` means
    its subdomains too.
    """
    try:
        found = canonical_url(hit.url)
    except InsightError:
        return NO_ADDRESS
    place, _, query = found.asked.partition("://")[2].partition("?")
    host, slash, path = place.partition("/")
    host, path = host.partition(":")[0].removeprefix("www."), slash + path
    if is_blocked(found.site, blocked) or is_blocked(host, blocked):
        return BLOCKED
    if thread_site and found.site == thread_site:
        return OWN_SITE
    return _by_place(host, path, query) if found.kind == "page" else None


def is_blocked(host: str, blocked: Iterable[str]) -> bool:
    """Whether a host is one of these or below one of them."""
    names = (name.strip().lower().removeprefix("*.").removeprefix("www.").strip(".") for name in blocked)
    return any(name and (host == name or host.endswith(f".{name}")) for name in names)


def _by_place(host: str, path: str, query: str) -> str | None:
    asks = any(_QUERY.fullmatch(pair) for pair in query.split("&"))
    if is_blocked(host, _SHORTENERS):
        return SHORTENER
    if is_blocked(host, _MIRRORS) or _FRONT_END.fullmatch(host):
        return MIRROR
    if _ENGINE.fullmatch(host) and asks and _ENGINE_PATH.fullmatch(path):
        return RESULT_PAGE
    if path in ("", "/") and query.startswith(("s=", "q=")):  # WordPress's own search, and many others'
        return RESULT_PAGE
    if _SEARCH_PATH.fullmatch(path) and (asks or path.strip("/").count("/")):
        return RESULT_PAGE
    if _SHARE.fullmatch(f"{host}{path}"):
        return SHARE
    if _LOGIN_HOST.fullmatch(host) or _LOGIN.fullmatch(path):
        return LOGIN
    return LISTING if _LISTING.fullmatch(path) else None
