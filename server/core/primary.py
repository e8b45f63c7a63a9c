"""How likely an address is to be where others have it from: the law, the paper, the standard, the maker's own page."""

import re
from collections.abc import Iterable

from server.core.errors import InsightError
from server.core.urls import canonical_url

OFFICIAL = 1.5  # authorities, courts, standards bodies, papers
OWN = 1.6  # the site or the repository of somebody the thread names
WIRE = 1.3  # announcements in their own words; packages in their registry
SCHOOL = 1.2

_AUTHORITY = re.compile(
    r"(?:.+\.)?(?:gov|mil|int)(?:\.[a-z]{2})?|(?:.+\.)?(?:go|gob|gouv|govt|gub)\.[a-z]{2}|"
    r"(?:.+\.)?(?:europa\.eu|gc\.ca|canada\.ca|admin\.ch|bund\.de|un\.org|courtlistener\.com)"
)
_SCHOOL = re.compile(r"(?:.+\.)?(?:edu(?:\.[a-z]{2})?|ac\.[a-z]{2})")
_RECORD = frozenset(
    """
    arxiv.org doi.org biorxiv.org medrxiv.org openreview.net aclanthology.org usenix.org eprint.iacr.org dl.acm.org
    ieeexplore.ieee.org rfc-editor.org ietf.org w3.org whatwg.org iso.org itu.int ecma-international.org unicode.org
    tc39.es peps.python.org open-std.org cve.org kernel.org
    """.split()
)
_WIRES = frozenset("prnewswire.com businesswire.com globenewswire.com".split())
_FORGES = frozenset("github.com gitlab.com codeberg.org huggingface.co sourceforge.net bitbucket.org sr.ht".split())
_REGISTRIES = frozenset("pypi.org npmjs.com crates.io docs.rs rubygems.org pkg.go.dev packagist.org hex.pm".split())
# Where anybody may have a name: it proves nothing about whose page it is.
_FOR_ALL = frozenset(
    """
    github.io gitlab.io blogspot.com wordpress.com medium.com substack.com tumblr.com vercel.app netlify.app pages.dev
    web.app firebaseapp.com herokuapp.com wixsite.com weebly.com neocities.org notion.site hashnode.dev dev.to
    """.split()
)
_SECOND_LEVEL = frozenset("co com net org ac edu gov go or ne".split())


def primary_weight(url: str, names: Iterable[str] = ()) -> float:
    """What to multiply a page's score by: 1.0 for most, more where its address says that it speaks first-hand.

    `names` are those the thread is about. An address is a sign and no proof: anybody may buy a name like another's.
    """
    try:
        found = canonical_url(url)
    except InsightError:
        return 1.0
    host = found.site.partition(":")[0]
    named = {plain for name in names if len(plain := _plain(name)) >= 3}
    segments = [_plain(part) for part in found.key.partition("://")[2].split("/")[1:4]]
    if _is_under(host, _FORGES) and named.intersection(segments[:2]):
        return OWN
    if _is_under(host, _REGISTRIES):
        return WIRE if named.intersection(segments) else 1.0
    if found.kind != "page":  # a thread: whoever wrote it, it is not the site's own word
        return 1.0
    if not _is_under(host, _FOR_ALL) and _plain(_label(host)) in named:
        return OWN
    if _AUTHORITY.fullmatch(host) or _is_under(host, _RECORD):
        return OFFICIAL
    if _is_under(host, _WIRES):
        return WIRE
    return SCHOOL if _SCHOOL.fullmatch(host) else 1.0


def is_anybodys(url: str) -> bool:
    """Whether an address lies where anybody may have a page under a name of their choice."""
    try:
        return _is_under(canonical_url(url).site.partition(":")[0], _FOR_ALL)
    except InsightError:
        return True


def _label(host: str) -> str:
    """The part of a host that its owner chose: "example" of "blog.example.co.uk"."""
    parts = host.split(".")
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL:
        parts = parts[:-1]
    return parts[-2] if len(parts) > 1 else host


def _is_under(host: str, sites: frozenset[str]) -> bool:
    return any(".".join(host.split(".")[n:]) in sites for n in range(host.count(".") + 1))


def _plain(name: str) -> str:
    return "".join(ch for ch in name.casefold() if ch.isalnum())
