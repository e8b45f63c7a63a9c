"""Having a listing: each of the site's forms in turn, and every refusal explained."""

import msgspec

from server.core.errors import InsightError, SourceError, SourceUnavailable, ThreadError, ThreadUnavailable
from server.core.ports import Fetcher, Page
from server.core.targets import Target
from server.core.thread import Via
from server.core.watching import Listed
from workers.listings import Form, Listing, listing_of

LARGEST = 6_000_000  # bytes
TIMEOUT_S = 15.0
GONE = (404, 410)
TOO_MANY = 429


class Answered(msgspec.Struct, frozen=True):
    """A listing that came, and by which way."""

    threads: list[Listed]
    via: Via


class NoListing(ThreadUnavailable):
    """None of a site's forms gave the list."""


async def fetch_listing(target: Target, top: int, fetcher: Fetcher, reddit: Fetcher | None) -> Answered:
    """The first form that gives the list; NoListing tells why none did.

    A site that says "too many requests" is not asked again in another way.
    """
    site = listing_of(target.kind)
    refusals: list[InsightError] = []
    for form in site.FORMS:
        asked = reddit if form.via == "oauth" else fetcher
        if asked is None:
            continue
        try:
            page = await _fetch_any(form, target, top, asked)
            return Answered(site.parse(page.body, target), form.via)
        except (SourceError, ThreadError) as error:
            refusals.append(error)
            if isinstance(error, SourceUnavailable) and error.status == TOO_MANY:
                break
    raise _refused(target, site, refusals)


async def _fetch_any(form: Form, target: Target, top: int, fetcher: Fetcher) -> Page:
    """Its next spelling only where the one before does not exist."""
    missing: SourceUnavailable | None = None
    for url in form.addresses(target, top):
        try:
            return await fetcher.fetch(url, accept=form.accept, max_bytes=LARGEST, timeout_s=TIMEOUT_S)
        except SourceUnavailable as error:
            if error.status not in GONE:
                raise
            missing = missing or error
    raise missing or ThreadUnavailable(f"{target.name} has no list of that form.")


def _refused(target: Target, site: Listing, refusals: list[InsightError]) -> NoListing:
    reasons = dict.fromkeys(error.message.rstrip(".") for error in refusals)
    error = NoListing(f"{target.name} could not be looked at ({'; '.join(reasons)}). {site.WAY_OUT}")
    waits = [refusal.retry_after_s for refusal in refusals if refusal.retry_after_s is not None]
    error.retry_after_s = max(waits, default=None)
    return error
