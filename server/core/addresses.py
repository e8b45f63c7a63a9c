"""Where the fetcher may go, decided from a URL and from addresses alone; nothing is resolved or dialled here.

A URL is read as the WHATWG URL standard has browsers read it, because an attacker writes for the reader that differs:
"http://0x7f.1/" is loopback, "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/" is localhost, "http://1.1.1.1 &@2.2.2.2/" is one host to one parser
and another to the next. What two parsers could read differently is refused instead of repaired.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import msgspec

from server.core.errors import SourceRefused
from server.core.hosts import to_ascii
from server.core.url_paths import spell_path

LONGEST_URL = 8192
LONGEST_SHOWN = 80  # of what somebody else wrote, in a sentence of ours
PORTS = {"http": 80, "https": 443}
# IANA's special-purpose registries (RFC 6890 and its updates) as of 2025-10, multicast, and one public address that is
# a control interface wherever it answers: Azure's wire server.
SPECIAL_V4 = tuple(
    (int(network.network_address), int(network.broadcast_address))
    for network in map(
        ip_network,
        ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
         "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
         "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)  # fmt: skip
# Only 2000::/3 is global unicast, which leaves out ::/8 (loopback, IPv4-mapped and -compatible, NAT64), fc00::/7 (ULA),
# fe80::/10, fec0::/10 and ff00::/8. Inside it: protocol assignments with Teredo, ORCHID and benchmarking;
# documentation; 6to4; the returned 6bone.
GLOBAL_V6 = ip_network("2000::/3")
SPECIAL_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20")))
ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: the interface identifier that ends in an IPv4 address

HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
LOCAL_SUFFIXES = ("localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan",
                  "home.arpa", "svc", "onion")  # fmt: skip


class Target(msgspec.Struct, frozen=True):
    """A URL that may be asked for, as far as the URL itself tells."""

    scheme: str
    host: str  # lower-case ASCII; an IPv6 address without its brackets
    port: int
    address: str | None  # the host when it is an address, spelled the usual way
    allowed: bool  # the operator's exception: neither port nor address is judged
    url: str  # what to ask for: the host in ASCII, no fragment

    @property
    def authority(self) -> str:
        """Host and port as the operator writes them in THREADPROOF_FETCH_ALLOW."""
        return join_authority(self.host, self.port)


def read_exceptions(allow: Iterable[str]) -> frozenset[str]:
    """The operator's exceptions, as `judge_url` compares them."""
    return frozenset(entry.strip().lower() for entry in allow)


def read_blocked(sites: Iterable[str]) -> frozenset[str]:
    """The operator's blocked sites, as `judge_url` compares them; what is no host name blocks nothing."""
    return frozenset(name for site in sites if (name := _read_site(site)))


def _read_site(site: str) -> str:
    try:
        return normalize_host(site.strip()).lstrip(".")
    except ValueError:
        return ""


def join_authority(host: str, port: int) -> str:
    """`host:port`, an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


# ---- addresses --------------------------------------------------------------------------------


def is_public_address(ip: str) -> bool:
    """Whether an address is global unicast; False for anything that is no address.

    An IPv6 form that carries an IPv4 address is refused whatever it carries: who translates it is not known here.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(low <= int(address) <= high for low, high in SPECIAL_V4)
    return _is_public_v6(address)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id or address not in GLOBAL_V6:
        return False
    carries_v4 = (int(address) >> 32) & 0xFFFFFFFF in ISATAP
    return not carries_v4 and not any(address in network for network in SPECIAL_V6)


def judge_answers(target: Target, addresses: Iterable[str]) -> tuple[str, ...]:
    """The addresses a target may be dialled at. SourceRefused when any is not public, or there is none."""
    found = tuple(addresses)
    bad = [address for address in found if not is_public_address(address)]
    if bad and not target.allowed:
        raise _refused(f"{target.host} leads to {bad[0]}, which is not a public address")
    if not found:
        raise _refused(f"{target.host} has no address")
    return found


# ---- URLs -------------------------------------------------------------------------------------


def judge_url(url: str, allow: AbstractSet[str] = frozenset(), blocked: AbstractSet[str] = frozenset()) -> Target:
    """What a URL asks for. SourceRefused, naming why, when policy or good sense forbids it.

    `allow` holds the operator's exceptions, "host:port", `blocked` hosts that are out of bounds with everything below
    them. A name still has to be resolved and its addresses judged.
    """
    if len(url) > LONGEST_URL:
        raise _refused(f"the address is longer than {LONGEST_URL} characters")
    # The standard's first step: control characters and spaces at the ends, tabs and line breaks anywhere.
    text = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(0x21)))))
    parts = re.fullmatch(r"(?is)(https?)://([^/?#]*)([^#]*)(?:#.*)?", text)
    if not parts:
        raise _refused("only addresses that begin with http:// or https:// are fetched")
    scheme, (host, port) = parts[1].lower(), _split_authority(parts[2])
    host, address = _read_host(host)
    number = PORTS[scheme] if port is None else port
    if blocked and any(part in blocked for part in _walk_up(host)):
        raise _refused(f"{host} is on this server's list of blocked sites")
    allowed = join_authority(host, number) in allow
    if not allowed:
        _judge_place(host, address, number)
    shown = join_authority(host, number) if number != PORTS[scheme] else join_authority(host, 0)[:-2]
    return Target(scheme, host, number, address, allowed, f"{scheme}://{shown}{spell_path(parts[3])}")


def _refused(reason: str) -> SourceRefused:
    return SourceRefused(f"Not fetched: {reason}.")


def _split_authority(authority: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise _refused("the address carries a user name")
    split = re.fullmatch(r"(\[[^\[\]]*\]|[^\[\]:\\]*)(?::([0-9]*))?", authority)
    if not split or not split[1]:
        raise _refused("the address names no host that all programs read alike")
    digits = (split[2] or "").lstrip("0")
    if len(digits) > 5 or int(digits or "0") > 65535:
        raise _refused("there is no such port")
    return split[1], int(digits or "0") if split[2] else None


def _read_host(host: str) -> tuple[str, str | None]:
    """The host in ASCII, and its address when it is one however spelled."""
    if host.startswith("["):
        return _read_v6(host[1:-1])
    try:
        name = normalize_host(host)
    except ValueError as error:
        raise _refused(f"{_show(host)} is no host name") from error
    if NUMBER.fullmatch(name.rpartition(".")[2]):
        address = _read_v4(name)
        return address, address
    if not HOST.fullmatch(name) or len(name) > 253:
        raise _refused(f"{_show(host)} is no host name")
    return name, None


def _read_v6(text: str) -> tuple[str, str]:
    try:
        address = IPv6Address(text)
    except ValueError as error:
        raise _refused(f"{_show(text)} is no IPv6 address") from error
    if address.scope_id is not None:
        raise _refused("the address names a network interface")
    return str(address), str(address)


def normalize_host(host: str) -> str:
    """A host name in ASCII without a dot at its end. ValueError when it is none."""
    name = to_ascii(host)
    return name.removesuffix(".") if len(name) > 1 else name


def _read_v4(name: str) -> str:
    """An IPv4 address in any spelling a browser takes: decimal, octal and hexadecimal parts, one to four of them."""
    parts = name.split(".")
    try:
        numbers = [_read_number(part) for part in parts]
        last = numbers.pop()
        if len(numbers) > 3 or any(number > 255 for number in numbers) or last >= 256 ** (4 - len(numbers)):
            raise ValueError(name)
    except ValueError as error:
        raise _refused(f"{_show(name)} is neither a host name nor an IPv4 address") from error
    whole = sum(number << (24 - 8 * place) for place, number in enumerate(numbers))
    return str(IPv4Address(whole + last))


def _read_number(part: str) -> int:
    if not NUMBER.fullmatch(part):
        raise ValueError(part)
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)


def _judge_place(host: str, address: str | None, port: int) -> None:
    if port not in PORTS.values():
        raise _refused(f"port {port} is not a web server's; an operator may allow {join_authority(host, port)}")
    if address and not is_public_address(address):
        raise _refused(f"{address} is not a public address")
    local = "." not in host or host.endswith(tuple(f".{suffix}" for suffix in LOCAL_SUFFIXES))
    if not address and local:
        raise _refused(f"{host} is a name of private networks")


def _walk_up(host: str) -> Iterator[str]:
    """A host and all it belongs to: a.b.c, b.c, c."""
    while host:
        yield host
        host = host.partition(".")[2]


def _show(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
