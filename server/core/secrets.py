"""Secrets in addresses and messages: what must reach neither a row, an answer nor a log.

People paste what stands in their address bar: a session, a signature, a password before the "@". A card is public and
its thread is fetched by us, as nobody in particular, so none of that is needed, and all of it would be kept.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

HIDDEN = "…"

# Names that mean a secret whatever the value, and those that do only with a value that nobody would type.
_SURE = re.compile(
    r"token|secret|passw(?:or)?d|passphrase|pwd|api[_-]?key|access[_-]?key|private[_-]?key|signature|credential|jwt"
    r"|sess(?:ion)?[_-]?id|bearer|authorization",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"(?:key|code|auth|sig|session|sid|pass)", re.IGNORECASE)
LONG = 16

_USERINFO = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:)?([/\\]{2,})[^/\\?#]*@|^(https?:)([/\\]*)[^/\\?#]*@", re.IGNORECASE)
_BARE_USERINFO = re.compile(r"^[^/\\?#@:]*:[^/\\?#@]*@(?=[^/\\?#@]*\.)")
_IN_TEXT = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s\"'<>“”]+")
_KEY = re.compile(r"\btp_([0-9a-f]{12})_[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])")
_HEADER = re.compile(r"\b(bearer|basic|x-api-key:?|api-key:?)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,12}")
_SPACES = re.compile(r"[\t\r\n]")


def without_secrets(url: str) -> str:
    """An address without name and password, and without parameters that look like secrets, in query and fragment.

    Anything else, and any text that is no address, comes back as it was.
    """
    bare = _SPACES.sub("", url.strip()) if "@" in url else url
    if "@" in bare:
        bare = _USERINFO.sub(lambda found: f"{found[1] or found[3] or ''}{found[2] or found[4] or ''}", bare, count=1)
        bare = _BARE_USERINFO.sub("", bare, count=1)
    whole, mark, fragment = bare.partition("#")
    place, asks, query = whole.partition("?")
    kept, told = _kept(query), _kept(fragment)
    return place + (asks + kept if kept or not query else "") + (mark + told if told or not fragment else "")


def _kept(pairs: str) -> str:
    return "&".join(_cleaned(pair) for pair in pairs.split("&") if not _is_secret(pair))


def _is_secret(pair: str) -> bool:
    name, equals, value = pair.partition("=")
    name = unquote(name)
    if not equals or not value:
        return False
    return _SURE.search(name) is not None or (_PERHAPS.fullmatch(name) is not None and len(value) >= LONG)


def _cleaned(pair: str) -> str:
    """Redirectors carry a whole address inside one of their parameters."""
    name, equals, value = pair.partition("=")
    inner = unquote(value)
    if not inner.startswith(("http://", "https://")) or (clean := without_secrets(inner)) == inner:
        return pair
    return f"{name}{equals}{quote(clean, safe='')}"


def tell_without_secrets(text: str) -> str:
    """A message for people whose addresses carry no secrets, and that holds no access key."""
    return _KEY.sub(rf"tp_\1_{HIDDEN}", _IN_TEXT.sub(lambda found: without_secrets(found[0]), text))


def hide_secrets(text: str, known: Iterable[str] = ()) -> str:
    """A line for the log: no known secret, no access key, no credentials, and of addresses' queries only numbers.

    What an address asks for may be anything, so it is not judged by its name here: the job's id leads to the rest.
    """
    for secret in known:
        text = text.replace(secret, HIDDEN)
    text = _IN_TEXT.sub(lambda found: _place_of(found[0]), text)
    return _HEADER.sub(rf"\1 {HIDDEN}", _KEY.sub(rf"tp_\1_{HIDDEN}", text))


def _place_of(url: str) -> str:
    place, asks, query = without_secrets(url).partition("#")[0].partition("?")
    return place + asks + "&".join(_named(pair) for pair in query.split("&")) if asks else place


def _named(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return name if len(name) < LONG else HIDDEN
    return pair if _NUMBER.fullmatch(value) else f"{name}={HIDDEN}"
