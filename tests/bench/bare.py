"""The least an ASGI application can do: one answer, whatever is asked. The measure for `serving.py`."""

import os
import sys
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An ASGI application."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY, "more_body": False})


if __name__ == "__main__":
    from functools import partial

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "bare",
        port=int(sys.argv[1]),
        interface=Interfaces.ASGI,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve(target_loader=partial(lambda: answer), wrap_loader=False)
