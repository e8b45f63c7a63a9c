"""How much one client may ask for: a bucket of tokens, a day's quota, and how answers tell of them.

A bucket holds `size` tokens and fills evenly within `window_s`: somebody who was quiet may ask for many things at
once, nobody for many for long. A quota counts from midnight to midnight (UTC).
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import msgspec

from server.core.errors import InvalidSetting

MINUTE_S = 60.0


class Bucket(msgspec.Struct, frozen=True):
    """A kind of request, and how often one client may make it."""

    name: str
    size: int
    window_s: float = MINUTE_S


class Standing(msgspec.Struct, frozen=True):
    """What a client may still do, just after it asked."""

    bucket: Bucket
    allowed: bool
    remaining: int
    wait_s: float  # until the next token; 0.0 where one is left

    @property
    def headers(self) -> dict[str, str]:
        """draft-ietf-httpapi-ratelimit-headers-10: the policy, and where the client stands in it."""
        name, size, window_s = self.bucket.name, self.bucket.size, round(self.bucket.window_s)
        return {
            "ratelimit-policy": f'"{name}";q={size};w={window_s}',
            "ratelimit": f'"{name}";r={self.remaining};t={math.ceil(self.wait_s)}',
        }


def draw(bucket: Bucket, tokens: float, passed_s: float) -> tuple[float, Standing]:
    """One token out of a bucket that held `tokens` so long ago: what it holds now, and how the client stands.

    A refusal costs nothing, so that a client which keeps knocking is let in as soon as one that waits.
    """
    per_s = bucket.size / bucket.window_s
    filled = min(float(bucket.size), tokens + max(0.0, passed_s) * per_s)
    left = filled - 1.0 if filled >= 1.0 else filled
    wait_s = 0.0 if left >= 1.0 else (1.0 - left) / per_s
    return left, Standing(bucket, filled >= 1.0, int(left), wait_s)


def day_of(now: datetime) -> str:
    """The day in UTC, by which quotas and budgets count."""
    return now.astimezone(UTC).date().isoformat()


def until_tomorrow_s(now: datetime) -> float:
    """Seconds to the next midnight in UTC."""
    at = now.astimezone(UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - at).total_seconds()


def estimate_wait_s(ahead: int, workers: int, job_s: float) -> float:
    """About how long a job waits behind others, and then takes; never a promise."""
    return round((ahead // max(1, workers) + 1) * job_s, 1)


# ---- whose request it is --------------------------------------------------------------------------


class Networks:
    """Addresses and networks that a setting names, such as "127.0.0.1,10.0.0.0/8,fd00::/8"."""

    def __init__(self, named: Iterable[str], setting: str) -> None:
        """InvalidSetting names the setting."""
        try:
            self._networks = tuple(ip_network(entry, strict=False) for entry in named)
        except ValueError as error:
            raise InvalidSetting(
                f"{setting}: {error}. Name addresses or networks such as 127.0.0.1,10.0.0.0/8, with commas between."
            ) from error

    def __contains__(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(mapped in network for network in self._networks)


def client_address(peer: str, forwarded: Sequence[str], trusted: Networks) -> str:
    """Who sent a request: the peer, unless it is a proxy of the operator's; then whoever that proxy names.

    `forwarded` are the values of X-Forwarded-For in order. It is read from its end, each proxy vouching for the one
    before it, and no further than the first address that is not trusted: what stands before that anybody may have
    written. An entry that is no address ends the reading too.
    """
    address = peer
    named = [entry.strip() for value in forwarded for entry in value.split(",")]
    while address in trusted and named:
        candidate = _without_port(named.pop())
        try:
            address = str(ip_address(candidate))
        except ValueError:
            break
    return address


def _without_port(entry: str) -> str:
    """Some proxies write a port behind: "198.51.100.7:4711", "[2001:db8::1]:4711"."""
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry
