"""Listings: how a community's site lists its threads, one site a file, from bytes to `Listed`, without network.

A new site is one file here that follows `listing.Listing`, one line in `LISTINGS`, a saved answer under
`tests/cases/listings/`, and its name in `server/core/targets.py`.
"""

from server.core.targets import TargetKind
from workers.listings import discourse, hackernews, lemmy, lobsters, reddit
from workers.listings.listing import Form, Listing

__all__ = ["LISTINGS", "Form", "Listing", "listing_of"]

LISTINGS: tuple[Listing, ...] = (reddit, hackernews, lobsters, lemmy, discourse)


def listing_of(kind: TargetKind) -> Listing:
    """The one that knows a kind of place."""
    return next(listing for listing in LISTINGS if kind == listing.KIND)
