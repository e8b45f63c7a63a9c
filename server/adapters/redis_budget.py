"""The day's budget in Redis, where all workers see it."""

from server.core.money import Reservation


class RedisBudget:
    """Budget in a hash per day. Opening it does not connect."""

    def __init__(self, redis_url: str, *, day_usd: float, key_usd: float, address_usd: float) -> None:
        raise NotImplementedError

    async def reserve(self, usd: float, *, key: str | None, address: str | None) -> Reservation | None:
        """The port's promise."""
        raise NotImplementedError

    async def settle(self, reservation: Reservation, usd: float) -> None:
        """The port's promise."""

    async def left(self) -> float:
        """The port's promise."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close the connections."""
