"""Access keys and callers: who somebody is to us, and what that lets them do and read.

A key is `tp_{id}_{secret}`. Its id is no secret: it names the owner's own cards (`CardKey.scope`). Of the secret only
the SHA-256 is kept, which is enough for 192 random bits: there is no dictionary to try.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Literal

import msgspec

from server.core.card import Visibility

KeyScope = Literal["post", "delete", "admin"]
KEY_SCOPES: tuple[KeyScope, ...] = ("post", "delete", "admin")
USUAL_SCOPES: tuple[KeyScope, ...] = ("post", "delete")
LOCAL_OWNER = "local"  # the operator on this machine, who needs no key

_TOKEN = re.compile(r"tp_([0-9a-f]{12})_([A-Za-z0-9_-]{32})")
_NOBODYS = "0" * 64


class AccessKey(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the store's key table."""

    id: str
    name: str  # the person's; two keys of one name belong to one person
    secret_sha256: str
    trusted: bool = False  # what this person's browser saw is believed at once
    scopes: tuple[KeyScope, ...] = USUAL_SCOPES
    created_at: datetime
    revoked_at: datetime | None = None


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever sent a request."""

    owner: str | None = None  # the key's id, or LOCAL_OWNER; a stranger owns nothing
    trusted: bool = False
    scopes: tuple[KeyScope, ...] = ()
    is_operator: bool = False  # only this machine can reach us, so it is the operator

    def may_read(self, visibility: Visibility, scope: str) -> bool:
        """Public and unlisted cards are anyone's who has the address, a private one its owner's alone."""
        return visibility != "private" or self.is_operator or (self.owner is not None and self.owner == scope)

    def may_delete(self, scope: str) -> bool:
        """The operator anything, an owner what only they find."""
        return self.is_operator or "admin" in self.scopes or ("delete" in self.scopes and self.owner == scope)


OPERATOR = Caller(owner=LOCAL_OWNER, trusted=True, scopes=KEY_SCOPES, is_operator=True)
STRANGER = Caller()


def person_of(name: str) -> str:
    """The one spelling of a person's name: whether two keys are independent is decided by it."""
    return " ".join(name.split()).casefold()


def write_token(key_id: str, secret: str) -> str:
    """What the person keeps."""
    return f"tp_{key_id}_{secret}"


def parse_token(token: str) -> tuple[str, str] | None:
    """A token's id and secret; None when it has not the shape of one."""
    match = _TOKEN.fullmatch(token)
    return (match[1], match[2]) if match else None


def hash_secret(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(key: AccessKey | None, secret: str) -> bool:
    """Whether the secret is the key's and the key still stands.

    Both digests are compared to their ends, and against nobody's where there is no key: time tells nothing.
    """
    is_same = hmac.compare_digest(hash_secret(secret), key.secret_sha256 if key else _NOBODYS)
    return is_same and key is not None and key.revoked_at is None
