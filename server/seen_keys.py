"""Which access keys were lately seen to be valid: enough to tell whose requests they are, never to let them in."""

import hashlib
from collections import OrderedDict

MOST = 10_000


class SeenKeys:
    """Digests of `Authorization` headers and the owners that they were last found to belong to."""

    def __init__(self) -> None:
        self._owners: OrderedDict[bytes, str] = OrderedDict()

    def see(self, header: str, owner: str) -> None:
        """The key has just been looked up and is one."""
        self._owners[_digest(header)] = owner
        if len(self._owners) > MOST:
            self._owners.popitem(last=False)

    def owner_of(self, header: str) -> str | None:
        """Whose it was when it was last seen."""
        return self._owners.get(_digest(header))


def _digest(header: str) -> bytes:
    return hashlib.sha256(header.encode("utf-8", "surrogatepass")).digest()
