"""Reading an address as browsers do (WHATWG URL), so that nobody can make us see another host than they do.

`urllib.parse` follows RFC 3986 instead: to it, `https://a.example\\@b.example/` is on b.example, to every
browser on a.example.
"""

import ipaddress
import re
import unicodedata

import msgspec

from server.core.errors import InvalidUrl

LONGEST = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_PORT_NEXT = re.compile(r"\d{1,5}(?:[/?#\\]|$)")  # "example.com:8080/a" is a host and a port, no scheme
_AUTHORITY = re.compile(r"([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.DOTALL)
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_UNRESERVED = re.compile(rb"[A-Za-z0-9\-._~]")
_IGNORED_IN_HOSTS = re.compile("[\u00ad\u200b\u2060\ufeff\ufe00-\ufe0f]")
_BAD_IN_HOSTS = re.compile(r"[\x00-\x20\x7f\"#%/:<>?@\[\\\]^`{|}]")
_NUMBER = re.compile(r"0x[0-9a-f]*|\d+")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An http(s) address in parts. Host in lower-case ASCII; path and query percent-encoded one way only."""

    scheme: str
    host: str
    port: int | None = None  # None when it is the scheme's own
    path: str = "/"
    query: tuple[str, ...] = ()  # "name=value" or "name", in the order given
    fragment: str = ""

    @property
    def site(self) -> str:
        """The host without "www."."""
        return self.host.removeprefix("www.")

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's segments without the empty ones."""
        return tuple(part for part in self.path.split("/") if part)

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter, still percent-encoded."""
        return next((pair[len(name) + 1 :] for pair in self.query if pair.startswith(f"{name}=")), None)


def parse_address(url: str) -> Address:
    """The parts of an address; a missing scheme is taken for https. InvalidUrl when it is none."""
    text = _cleaned(url)
    scheme, rest = _split_scheme(text)
    match = _AUTHORITY.match(rest)
    if match is None:
        raise _invalid(url)
    authority, path, query, fragment = match.groups(default="")
    host, port = _split_port(authority.rpartition("@")[2], url)
    name = _host(host, url)
    if "." not in name and ":" not in name and not _has_scheme(text):
        raise _invalid(url)
    return Address(
        scheme=scheme,
        host=name,
        port=None if port == DEFAULT_PORTS[scheme] else port,
        path=_without_dots(encode_once(path.replace("\\", "/"))) or "/",
        query=tuple(encode_once(pair) for pair in query.split("&") if pair),
        fragment=fragment,
    )


def encode_once(text: str) -> str:
    """Percent-encoding in its one form: unreserved characters bare, upper-case digits, UTF-8."""
    return _PERCENT.sub(_encode, text.encode()).decode("ascii")


def _encode(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if len(found) == 3:
        byte = bytes([int(found[1:], 16)])
        return byte if _UNRESERVED.fullmatch(byte) else found.upper()
    return b"%%%02X" % found[0]


def _cleaned(url: str) -> str:
    if len(url) > LONGEST:
        raise InvalidUrl(f"That address has {len(url):,} characters; we read up to {LONGEST:,}. Shorten it.")
    whole = url.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"[\t\n\r]", "", re.sub(r"^[\x00-\x20\s]+|[\x00-\x20\s]+\Z", "", whole))


def _has_scheme(text: str) -> bool:
    return text[:2] in ("//", "\\\\") or re.match(r"https?:", text, re.IGNORECASE) is not None


def _split_scheme(text: str) -> tuple[str, str]:
    match = _SCHEME.match(text)
    if match and (scheme := match[1].lower()) in DEFAULT_PORTS:
        return scheme, text[match.end() :].lstrip("/\\")
    if match and not _PORT_NEXT.match(text, match.end()):
        raise _invalid(text)
    return "https", text[2:] if text[:2] in ("//", "\\\\") else text


def _split_port(authority: str, url: str) -> tuple[str, int | None]:
    host, colon, digits = authority.rpartition(":")
    if not colon or (authority.startswith("[") and authority.endswith("]")):
        return authority, None
    if not digits:
        return host, None
    if not re.fullmatch(r"[0-9]{1,5}", digits) or int(digits) > 65535:
        raise _invalid(url)
    return host, int(digits)


def _host(text: str, url: str) -> str:
    """The host as it goes into a DNS question: lower case, IDNA, no trailing dot; numbers as IP addresses."""
    try:
        if text.startswith("[") and text.endswith("]"):
            return f"[{ipaddress.IPv6Address(text[1:-1]).compressed}]"
        name = _ascii_host(text)
        return str(ipaddress.IPv4Address(_ipv4_number(name))) if _ends_in_number(name) else name
    except (ValueError, OverflowError) as error:
        raise _invalid(url) from error


def _ascii_host(text: str) -> str:
    """UTS 46 without transition, as far as the standard library reaches (its `idna` codec turns ß into ss)."""
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode()).decode()
    folded = unicodedata.normalize("NFKC", _IGNORED_IN_HOSTS.sub("", raw).lower()).lower().replace("\u3002", ".")
    name = ".".join(_ascii_label(label) for label in folded.removesuffix(".").split("."))
    if not name or len(name) > 253 or _BAD_IN_HOSTS.search(name):
        raise ValueError(name)
    return name


def _ascii_label(label: str) -> str:
    plain = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
    if not 0 < len(plain) <= 63:
        raise ValueError(label)
    return plain


def _ends_in_number(name: str) -> bool:
    return _NUMBER.fullmatch(name.rpartition(".")[2]) is not None


def _ipv4_number(name: str) -> int:
    """`127.1`, `0x7f.1` and `2130706433` are one address to every browser and most resolvers."""
    parts = [_part(part) for part in name.split(".")]
    *high, last = parts
    if len(parts) > 4 or any(part > 255 for part in high) or last >= 256 ** (5 - len(parts)):
        raise ValueError(name)
    return sum(part << (24 - 8 * place) for place, part in enumerate(high)) + last


def _part(text: str) -> int:
    if len(text) > 16 or not _NUMBER.fullmatch(text):
        raise ValueError(text)
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8 if len(text) > 1 and text.startswith("0") else 10)


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _invalid(url: str) -> InvalidUrl:
    shown = url if len(url) <= 80 else url[:79] + "…"
    return InvalidUrl(f"“{shown}” is no web address. Give a thread's full address, such as https://www.reddit.com/r/…")
