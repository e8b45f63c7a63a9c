"""`python -m workers.collecting`: look at every community that is due, once, and end."""

import asyncio
import os
import sys

from server.adapters.logs import set_up_log
from server.core.errors import InsightError, InvalidSetting
from server.settings import Settings
from workers.collecting.opening import open_collecting
from workers.collecting.running import collect_due


def main() -> int:
    """0 when all were looked at, whatever their sites answered; 4 when the store or the queue is away."""
    try:
        settings = Settings.from_env(os.environ)
        set_up_log(settings.log_level, settings.log_format, settings.secrets)
        if settings.redis_url is None:
            raise InvalidSetting("Collecting needs REDIS_URL. `threadproof serve` does it by itself.")
        asyncio.run(_collect(settings))
    except InsightError as error:
        print(f"threadproof collecting: {error.message}", file=sys.stderr)
        return 2 if isinstance(error, InvalidSetting) else 4
    return 0


async def _collect(settings: Settings) -> None:
    async with open_collecting(settings) as desk:
        await collect_due(desk)


if __name__ == "__main__":
    sys.exit(main())
