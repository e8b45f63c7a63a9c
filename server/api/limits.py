"""May this client ask now? Its bucket, its day's quota, and what waits in the queue already."""

from server.core.errors import Overloaded, QueueUnavailable, QuotaSpent, TooManyRequests
from server.core.jobs import QueueEstimate
from server.core.limits import Bucket, Standing, day_of, estimate_wait_s, until_tomorrow_s
from server.core.money import THE_DAY_ALONE, Payer
from server.parts import Parts

USUAL_JOB_S = 12.0  # a card's seconds while nothing was measured yet


async def take_turn(parts: Parts, payer: Payer) -> dict[str, str]:
    """The answer's RateLimit headers, one token being taken; TooManyRequests where there is none.

    The operator on this machine has no limits, and no headers.
    """
    if payer == THE_DAY_ALONE:
        return {}
    bucket = Bucket("posts", max(1, parts.settings.posts_per_minute))
    standing = await parts.limits.take(client_of(payer), bucket)
    if not standing.allowed:
        raise too_many(standing)
    return standing.headers


def too_many(standing: Standing) -> TooManyRequests:
    """The refusal, with when to come again."""
    bucket = standing.bucket
    return TooManyRequests(
        f"{bucket.size} {bucket.name} in {bucket.window_s:g} s are what one client may have here. Wait "
        f"{max(1, round(standing.wait_s))} s, then try again; Retry-After says when.",
        retry_after_s=standing.wait_s,
        headers=standing.headers,
    )


def client_of(payer: Payer) -> str:
    """The name a client's buckets go by."""
    return f"key:{payer.key}" if payer.key else f"address:{payer.address}"


class ClientGate:
    """Lets a client have a new job while its day's quota and the queue have room."""

    def __init__(self, parts: Parts, payer: Payer) -> None:
        self._parts, self._payer = parts, payer
        self._day = day_of(parts.clock())

    async def admit(self) -> None:
        """Overloaded, QueueUnavailable or QuotaSpent, with when to come again."""
        most = self._parts.settings.most_waiting
        if await self._parts.queue.ahead() >= most:
            wait_s = (await estimate_queue(self._parts)).wait_s
            raise Overloaded(
                f"{most} cards wait to be made, which is all this server takes. Known cards are to be had as ever; "
                "ask for this one again in some minutes.",
                retry_after_s=max(5.0, wait_s / 2),
            )
        if self._payer == THE_DAY_ALONE:
            return
        most = self._parts.settings.cards_per_day
        if not await self._parts.limits.book(client_of(self._payer), self._day, most):
            raise QuotaSpent(
                f"{most} new cards a day are what one client may have here. Known cards are to be had as ever; new "
                "ones again after midnight (UTC).",
                retry_after_s=until_tomorrow_s(self._parts.clock()),
            )

    async def give_back(self) -> None:
        """No job came of it."""
        if self._payer != THE_DAY_ALONE:
            await self._parts.limits.give_back(client_of(self._payer), self._day)


async def estimate_queue(parts: Parts) -> QueueEstimate:
    """How many jobs stand before a new one, and about how long it takes to be made."""
    ahead, workers = await parts.queue.ahead(), await parts.queue.workers()
    return QueueEstimate(ahead, estimate_wait_s(ahead, workers, await parts.meter.usual_job_s() or USUAL_JOB_S))


async def try_estimate(parts: Parts) -> QueueEstimate | None:
    """None where the queue cannot be asked just now: the job itself has been taken."""
    try:
        return await estimate_queue(parts)
    except QueueUnavailable:
        return None
