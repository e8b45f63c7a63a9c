"""Which adapters a job gets by which settings."""

from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from server.settings import Settings
from tests.workers.adapters.worlds import Recorded, write_world
from workers.adapters.recording_fetcher import RecordingFetcher
from workers.adapters.reddit_oauth import RedditOauth
from workers.adapters.shelf import OwnShelf, RedisShelf
from workers.bootstrap import open_reddit, open_web, warm_up

pytestmark = pytest.mark.anyio
KEYS = {"THREADPROOF_REDDIT_CLIENT_ID": "an-id", "THREADPROOF_REDDIT_CLIENT_SECRET": "a-secret"}


async def test_reddits_api_is_asked_where_both_keys_are_set() -> None:
    """Its token is shared where there is a Redis."""
    async with AsyncExitStack() as stack:
        for given in ({}, dict.fromkeys(list(KEYS)[:1], "x"), dict.fromkeys(list(KEYS)[1:], "x")):
            assert open_reddit(Settings.from_env(given), stack) is None
        alone = open_reddit(Settings.from_env(KEYS), stack)
        shared = open_reddit(Settings.from_env({**KEYS, "REDIS_URL": "redis://127.0.0.1:9/0"}), stack)
        assert isinstance(alone, RedditOauth)
        assert isinstance(shared, RedditOauth)
        assert isinstance(alone._shelf, OwnShelf)
        assert isinstance(shared._shelf, RedisShelf)


async def test_what_reddits_api_says_is_recorded_and_answered_from(tmp_path: Path) -> None:
    """A world without it does not pretend to have the API, keys or none."""
    settings = Settings.from_env(KEYS)
    async with AsyncExitStack() as stack:
        recording = msgspec.structs.replace(settings, record=tmp_path / "new.warc.gz")
        assert isinstance((await open_web(recording, warm_up(recording), stack)).reddit, RecordingFetcher)
        for url, is_there in (
            ("https://oauth.reddit.com/comments/1abcde?raw_json=1", True),
            ("https://a.example/", False),
        ):
            world = write_world(tmp_path / f"{is_there}.warc.gz", [Recorded(url, "[]", "application/json")])
            replaying = msgspec.structs.replace(settings, web=world)
            web = await open_web(replaying, warm_up(replaying), stack)
            assert (web.reddit is not None) is is_there
