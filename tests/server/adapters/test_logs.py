"""The log: what a line tells, and what no line may."""

import io
import logging
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from server.adapters.logs import JsonLines, PlainLines, about
from server.settings import Settings

CANARY = "cAnArY-0123456789"
Write = Callable[..., str]


@pytest.fixture(params=["text", "json"])
def write(request: pytest.FixtureRequest) -> Write:
    """Logs one line as the server would, and returns it."""
    environ = {
        "ANTHROPIC_API_KEY": f"sk-{CANARY}-model",
        "DATABASE_URL": f"postgresql://tp:{CANARY}-store@h/db",
        "REDIS_URL": f"redis://:{CANARY}-queue@h/0",
        "THREADPROOF_REDDIT_CLIENT_SECRET": f"{CANARY}-reddit",
        "THREADPROOF_EGRESS_PROXY": f"http://me:{CANARY}-proxy@h:3128",
    }
    secrets = Settings.from_env(environ).secrets
    stream, logger = io.StringIO(), logging.Logger("threadproof.test")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(secrets) if request.param == "json" else PlainLines(secrets))
    logger.addHandler(handler)

    def line(message: str, *args: object, **options: Any) -> str:
        logger.warning(message, *args, **options)
        return stream.getvalue()

    return line


@pytest.mark.parametrize(
    "said",
    [
        f"401 for sk-{CANARY}-model",
        f"no answer: {CANARY}-store",
        f"redis://:{CANARY}-queue@h/0 is away",
        f"fetching https://ada:{CANARY}@a.example/x?y=1",
        f"fetching https://a.example/x?share={CANARY}&id=3",
        f"Authorization: Bearer {CANARY}",
        "key tp_0123456789ab_" + "c" * 32 + " was sent",
    ],
)
def test_no_line_holds_a_secret(write: Write, said: str) -> None:
    """Of the settings, of an address, of a header; neither in the message nor in its arguments."""
    assert CANARY not in write(said)
    assert CANARY not in write("told: %s", said)
    assert "c" * 32 not in write("told: %s", said)


def test_no_traceback_holds_a_secret(write: Write) -> None:
    """What an exception was raised with is in its message, and in those of its causes."""
    try:
        try:
            raise KeyError(f"https://a.example/?q={CANARY}")
        except KeyError as error:
            raise RuntimeError(f"sk-{CANARY}-model") from error
    except RuntimeError:
        line = write("it broke", exc_info=True)
    assert "RuntimeError" in line
    assert CANARY not in line


def test_a_line_tells_which_request_job_and_card_it_is_about(write: Write) -> None:
    """From what its task is about, and from what the line itself was given."""
    about(request_id="r-1", job_id="j-1", secret=CANARY)
    line = write("made", extra={"card_id": "c-1"})
    assert all(word in line for word in ("r-1", "j-1", "c-1"))
    assert CANARY not in line


def test_json_lines_are_json_whatever_they_hold() -> None:
    """One object a line: quotes, line breaks and half a character in the message break nothing."""
    record = logging.LogRecord("threadproof.x", logging.ERROR, "", 0, 'a "quoted"\nline \ud800', None, None)
    line = JsonLines(()).format(record)
    told = msgspec.json.decode(line)
    assert "\n" not in line
    assert (told["level"], told["logger"]) == ("error", "threadproof.x")
    assert told["message"].startswith('a "quoted"\nline')
    assert told["at"].endswith("Z")


def test_settings_never_tell_their_values() -> None:
    """Not even when an error quotes them."""
    settings = Settings.from_env({"ANTHROPIC_API_KEY": CANARY, "DATABASE_URL": f"postgresql://x:{CANARY}@h/d"})
    assert CANARY not in f"{settings!r} {settings}"
