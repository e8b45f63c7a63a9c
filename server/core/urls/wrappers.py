"""Redirectors and viewers that carry the real address inside their own."""

import re
from urllib.parse import unquote

from server.core.errors import InvalidUrl
from server.core.urls.address import Address, parse_address

# (host, path, the parameter with the target)
_REDIRECTORS = (
    (r"out\.reddit\.com", r"/.*", ("url",)),
    (r"(?:\w+\.)?reddit\.com", r"/(?:login|register|over18|quarantine|account/login|media)/?", ("dest", "url")),
    (r"(?:www\.)?google\.[a-z.]{2,6}", r"/url", ("q", "url")),
    (r"lm?\.facebook\.com", r"/l\.php", ("u",)),
    (r"(?:\w+\.)?duckduckgo\.com", r"/l/?", ("uddg",)),
    (r"(?:www\.)?youtube\.com", r"/redirect", ("q",)),
)
_AMP_VIEWERS = (
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), re.compile(r"/amp/(s/)?(.+)")),
    (re.compile(r"[\w-]+\.cdn\.ampproject\.org"), re.compile(r"/[cv]/(s/)?(.+)")),
)


def wrapped_address(address: Address) -> Address | None:
    """The address a redirector or an AMP viewer would lead to; None when this is neither."""
    target = _target(address)
    if target is None:
        return None
    try:
        inner = parse_address(target)
    except InvalidUrl:
        return None
    return inner


def _target(address: Address) -> str | None:
    for viewer, carried in _AMP_VIEWERS:
        if viewer.fullmatch(address.host) and (match := carried.fullmatch(address.path)):
            return f"https://{match[2]}" + (f"?{'&'.join(address.query)}" if address.query else "")
    for host, path, names in _REDIRECTORS:
        if re.fullmatch(host, address.host) and re.fullmatch(path, address.path):
            return next((_absolute(address, value) for name in names if (value := address.parameter(name))), None)
    return None


def _absolute(address: Address, value: str) -> str:
    target = unquote(value)
    return f"https://{address.host}{target}" if target.startswith("/") and not target.startswith("//") else target
