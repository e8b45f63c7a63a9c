"""What every listing declares."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from server.core.targets import Target, TargetKind
from server.core.thread import Via
from server.core.watching import Listed


class Form(msgspec.Struct, frozen=True):
    """One form of a listing and the addresses that may hold it, tried in turn where one answers 404."""

    via: Via
    accept: str
    addresses: Callable[[Target, int], Sequence[str]]  # for the place, and for about so many threads


class Listing(Protocol):
    """A module that knows how one site lists threads."""

    KIND: TargetKind
    FORMS: tuple[Form, ...]  # in order of preference
    WAY_OUT: str  # what the operator can do when every form is barred

    def parse(self, body: bytes, target: Target) -> list[Listed]:
        """The threads in the site's order. Pure and total: ThreadUnreadable for what is no listing, nothing else."""
