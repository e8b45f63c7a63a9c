"""Whether only this machine can reach an address."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from server.settings import Settings


def is_local(settings: Settings) -> bool:
    """Whether only this machine can reach us, so that whoever asks is the operator.

    Both names must be loopback: a reverse proxy binds us to 127.0.0.1 as well, and lets strangers in.
    """
    return is_loopback(settings.host) and is_loopback(urlsplit(settings.address).hostname or "")


def is_loopback(host: str) -> bool:
    """`localhost`, anything under it (RFC 6761), or a loopback address."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
