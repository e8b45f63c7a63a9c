"""The machine's resolver, asked in a way that cannot hold anybody else up.

asyncio's own look-up shares a handful of threads with the whole process and is waited for when the loop closes: six
names whose servers keep silent would stop every other look-up for ten seconds, and the end of the job too. A thread of
its own costs 0.1 ms and is left behind when it is not needed any more; the resolver's own timeouts end it.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence

import httpcore

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
LOOK_UP_S = 5.0


class Unresolved(httpcore.ConnectError):
    """There is no such name, or nobody who knows. The message tells a person which: "its name …"."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name in the resolver's order, each once. OSError when it has none."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found: list[str] | OSError
        try:
            places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(address[0]) for *_, address in places))
        except OSError as error:
            found = error
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return await answer


async def look_up(resolver: Resolver, host: str, port: int) -> Sequence[str]:
    """What the resolver says in time; Unresolved when it does not."""
    try:
        async with asyncio.timeout(LOOK_UP_S):
            return await resolver(host, port)
    except TimeoutError as error:
        raise Unresolved(f"its name could not be looked up within {LOOK_UP_S:g} s") from error
    except OSError as error:  # socket.gaierror: no such name, or no resolver
        raise Unresolved("its name cannot be looked up") from error
