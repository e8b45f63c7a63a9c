"""The other places where people answer one another. Lemmy, Discourse and Mastodon are known by their paths:
anyone may run an instance."""

import re
from urllib.parse import unquote

from server.core.urls.address import Address
from server.core.urls.canonical import CanonicalUrl, SiteKind
from server.core.urls.pages import asked

_HN_ITEM_ELSEWHERE = (
    ("hn.algolia.com", re.compile(r"/(?:api/v1/items|story)/(\d{1,12})(?:/.*)?")),
    ("hacker-news.firebaseio.com", re.compile(r"/v0/item/(\d{1,12})\.json")),
)
_HN_ID = re.compile(r"[0-9]{1,12}")
_LOBSTERS = re.compile(r"/(s|c)/([0-9a-z]{4,12})(?:[./].*)?", re.IGNORECASE)
_LOBSTERS_COMMENT = re.compile(r"c_([0-9a-z]{4,12})", re.IGNORECASE)

_STACK_HOST = re.compile(
    r"(?:.+\.)?(?:stackoverflow\.com|stackexchange\.com|serverfault\.com|superuser\.com|askubuntu\.com|"
    r"mathoverflow\.net|stackapps\.com)"
)
_STACK_QUESTION = re.compile(r"/(?:questions|q)/(\d{1,12})(?:/([^/]*))?(?:/(\d{1,12}))?(?:/.*)?")
_STACK_ANSWER = re.compile(r"/a/(\d{1,12})(?:/.*)?")
_STACK_FRAGMENT = re.compile(r"(?:answer-)?(\d{1,12})|(comment\d{1,12})_\d{1,12}")
_STACK_OLD_META = re.compile(r"meta\.(.+)\.stackexchange\.com")

_GITHUB = re.compile(r"/([\w.-]+)/([\w.-]+)/(issues?|pulls?|discussions)/(\d{1,10})(?:[/.].*)?", re.ASCII)
_GITHUB_HOSTS = {"github.com", "redirect.github.com", "togithub.com"}
_GITHUB_FRAGMENT = re.compile(r"(?:issuecomment|discussioncomment)-(\d+)|discussion_(r\d+)|pullrequestreview-(\d+)")

_MASTODON = re.compile(
    r"/(?:web/|deck/)?@([\w.-]+)(@[\w.-]+)?/(?:posts/|statuses/)?(\d{5,20}|[0-9A-HJKMNP-TV-Z]{26})(?:/embed)?/?",
    re.ASCII,
)
_MASTODON_ACTOR = re.compile(r"/users/([\w.-]+)/statuses/(\d{5,20}|[0-9A-HJKMNP-TV-Z]{26})(?:/.*)?", re.ASCII)
_MASTODON_BARE = re.compile(r"/(?:web/|deck/)?statuses/(\d{5,20})/?")

_LEMMY = re.compile(r"/post/(\d{1,12})(?:/(\d{1,12}))?/?")
_LEMMY_COMMENT = re.compile(r"/comment/(\d{1,12})/?")
_LEMMY_API = re.compile(r"/api/v[34]/post")
_TUMBLR = re.compile(r"(?:.+\.)?tumblr\.com")  # has /post/{number} too

_DISCOURSE = re.compile(
    r"((?:/(?:forums?|community|discuss|talk))?)/t/(?:(?!\d+/)[^/]+/)?(\d{1,10})(?:/(\d{1,7}))?(?:[/.].*)?"
)


def hackernews(address: Address) -> CanonicalUrl | None:
    """A Hacker News item. Its address cannot tell a comment from a story; the page does (see `workers.stages.read`)."""
    for host, path in _HN_ITEM_ELSEWHERE:
        if address.host == host and (match := path.fullmatch(address.path)):
            return _hn(address, match[1], None)
    if address.site not in ("news.ycombinator.com", "hackerne.ws"):
        return None
    word = "".join(address.segments).lower()
    item = address.parameter("id") or ""
    if word == "reply" and (story := re.match(r"item\?id=(\d{1,12})", unquote(address.parameter("goto") or ""))):
        return _hn(address, story[1], item)
    if not _HN_ID.fullmatch(item):
        return None
    if word == "item":
        return _hn(address, item, address.fragment if _HN_ID.fullmatch(address.fragment) else None)
    if word in ("context", "reply"):
        key = f"https://news.ycombinator.com/context?id={int(item)}"
        return _found(address, "hackernews", key, "news.ycombinator.com", None, str(int(item)), lookup=True)
    return None


def _hn(address: Address, item: str, comment: str | None) -> CanonicalUrl:
    thread = str(int(item))
    key = f"https://news.ycombinator.com/item?id={thread}"
    return _found(address, "hackernews", key, "news.ycombinator.com", thread, comment if comment != thread else None)


def lobsters(address: Address) -> CanonicalUrl | None:
    """A Lobsters story; a comment's short link needs a look-up."""
    match = _LOBSTERS.fullmatch(address.path) if address.site == "lobste.rs" else None
    if match is None:
        return None
    token = match[2].lower()
    if match[1].lower() == "c":
        return _found(address, "lobsters", f"https://lobste.rs/c/{token}", "lobste.rs", None, token, lookup=True)
    comment = _LOBSTERS_COMMENT.fullmatch(address.fragment)
    key = f"https://lobste.rs/s/{token}"
    return _found(address, "lobsters", key, "lobste.rs", token, comment[1].lower() if comment else None)


def stackexchange(address: Address) -> CanonicalUrl | None:
    """A question with its answers; an answer's short link needs a look-up."""
    if address.host == "api.stackexchange.com" or not _STACK_HOST.fullmatch(address.host):
        return None
    site = _STACK_OLD_META.sub(r"\1.meta.stackexchange.com", address.site)
    if match := _STACK_QUESTION.fullmatch(address.path):
        fragment = _STACK_FRAGMENT.fullmatch(address.fragment)
        part = match[3] or (fragment and (fragment[1] or fragment[2]))
        thread = str(int(match[1]))
        return _found(address, "stackexchange", f"https://{site}/questions/{thread}", site, thread, part or None)
    if match := _STACK_ANSWER.fullmatch(address.path):
        return _found(address, "stackexchange", f"https://{site}/a/{match[1]}", site, None, match[1], lookup=True)
    return None


def github(address: Address) -> CanonicalUrl | None:
    """An issue, pull request or discussion. Issues and pull requests share their numbers and redirect to each other."""
    path = address.path
    if address.host == "api.github.com" and path.startswith("/repos/"):
        path = path.removeprefix("/repos")
    elif address.site not in _GITHUB_HOSTS:
        return None
    match = _GITHUB.fullmatch(path)
    if match is None:
        return None
    owner, repository, word, number = (part.lower() for part in match.groups())
    shown = "discussions" if word == "discussions" else "issues"
    fragment = _GITHUB_FRAGMENT.fullmatch(address.fragment)
    comment = next((part for part in fragment.groups() if part), None) if fragment else None
    thread = f"{owner}/{repository}#{int(number)}"
    key = f"https://github.com/{owner}/{repository}/{shown}/{int(number)}"
    return _found(address, "github", key, "github.com", thread, comment)


def mastodon(address: Address) -> CanonicalUrl | None:
    """A post on any Mastodon instance. Another instance's copy of it needs a look-up for the original."""
    path = address.path.replace("%40", "@")
    site = _place(address)
    if match := _MASTODON.fullmatch(path):
        name, remote, post = match[1].lower(), (match[2] or "").lower(), match[3]
        home = remote in ("", f"@{address.site}")
        key = f"https://{site}/@{name}{'' if home else remote}/{post}"
        return _found(address, "mastodon", key, site, post, None, lookup=not home)
    if match := _MASTODON_ACTOR.fullmatch(path):
        return _found(address, "mastodon", f"https://{site}/@{match[1].lower()}/{match[2]}", site, match[2], None)
    if match := _MASTODON_BARE.fullmatch(path):
        return _found(address, "mastodon", f"https://{site}/statuses/{match[1]}", site, None, None, lookup=True)
    return None


def lemmy(address: Address) -> CanonicalUrl | None:
    """A post on any Lemmy instance; a comment alone needs a look-up. The same post elsewhere is another thread."""
    site = _place(address)
    if _TUMBLR.fullmatch(address.host):
        return None
    if match := _LEMMY.fullmatch(address.path):
        return _found(address, "lemmy", f"https://{site}/post/{int(match[1])}", site, str(int(match[1])), match[2])
    if match := _LEMMY_COMMENT.fullmatch(address.path):
        return _found(address, "lemmy", f"https://{site}/comment/{match[1]}", site, None, match[1], lookup=True)
    if _LEMMY_API.fullmatch(address.path) and re.fullmatch(r"\d{1,12}", post := address.parameter("id") or ""):
        return _found(address, "lemmy", f"https://{site}/post/{int(post)}", site, str(int(post)), None)
    return None


def discourse(address: Address) -> CanonicalUrl | None:
    """A topic on any Discourse; the number of a reply is remembered as its comment."""
    match = _DISCOURSE.fullmatch(address.path)
    if match is None:
        return None
    folder, topic, reply = match.groups()
    site = _place(address)
    key = f"https://{site}{folder}/t/{int(topic)}"
    return _found(address, "discourse", key, site, str(int(topic)), reply if reply and int(reply) > 1 else None)


def _place(address: Address) -> str:
    """An instance: host without "www.", and its port when it has one."""
    return f"{address.site}:{address.port}" if address.port else address.site


def _found(
    address: Address,
    kind: SiteKind,
    key: str,
    site: str,
    thread: str | None,
    comment: str | None,
    *,
    lookup: bool = False,
) -> CanonicalUrl:
    return CanonicalUrl(
        key=key, site=site, kind=kind, thread_id=thread, comment=comment, needs_lookup=lookup, asked=asked(address)
    )
