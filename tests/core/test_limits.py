"""Buckets, quotas, and whose request it is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from server.core.errors import InvalidSetting
from server.core.limits import Bucket, Networks, client_address, day_of, draw, estimate_wait_s, until_tomorrow_s

BUCKET = Bucket("posts", 6, 60.0)
PROXIES = Networks(("127.0.0.1", "10.0.0.0/8", "fd00::/8"), "X")


def test_a_full_bucket_may_be_emptied_at_once_and_not_further() -> None:
    """Six in a moment; the seventh is told when its token will be there."""
    tokens, standings = 6.0, []
    for _ in range(7):
        tokens, standing = draw(BUCKET, tokens, 0.0)
        standings.append(standing)
    assert [each.allowed for each in standings] == [True] * 6 + [False]
    assert [each.remaining for each in standings] == [5, 4, 3, 2, 1, 0, 0]
    assert standings[-1].wait_s == pytest.approx(10.0)


def test_a_bucket_fills_evenly_and_never_over_its_brim() -> None:
    """A token in ten seconds; an hour brings no more than six."""
    assert draw(BUCKET, 0.0, 9.9)[1].allowed is False
    assert draw(BUCKET, 0.0, 10.1)[1].allowed is True
    assert draw(BUCKET, 0.0, 3600.0)[1].remaining == 5
    assert draw(BUCKET, 2.0, -5.0)[0] == 1.0  # a clock that was set back takes nothing away


def test_knocking_while_refused_costs_nothing() -> None:
    """Whoever hammers is let in exactly as soon as whoever waits."""
    tokens, allowed = 0.0, 0
    for _ in range(200):
        tokens, standing = draw(BUCKET, tokens, 0.1)
        allowed += standing.allowed
    assert allowed == 2  # in 20 s at a token each ten


def test_an_answer_tells_the_policy_and_the_standing() -> None:
    """As structured fields."""
    assert draw(BUCKET, 1.0, 0.0)[1].headers == {
        "ratelimit-policy": '"posts";q=6;w=60',
        "ratelimit": '"posts";r=0;t=10',
    }


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["1.2.3.4", "203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        ("127.0.0.1", ["10.9.9.9, 10.1.1.1"], "10.9.9.9"),
        ("127.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("127.0.0.1", ["2001:DB8:0::1"], "2001:db8::1"),
        ("fd00::5", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:10.0.0.3", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["<script>, "], "127.0.0.1"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_a_client_is_the_last_address_that_no_trusted_proxy_is(peer: str, forwarded: list[str], client: str) -> None:
    """What a client writes in front of it is not believed; neither is anybody who is no proxy of ours."""
    assert client_address(peer, forwarded, PROXIES) == client


@pytest.mark.parametrize("wrong", ["proxy.example", "10.0.0.0/33", "300.1.1.1"])
def test_a_network_that_is_none_is_named_with_its_setting(wrong: str) -> None:
    """At the start, before anything is limited wrongly."""
    with pytest.raises(InvalidSetting, match="THREADPROOF_TRUSTED_PROXIES"):
        Networks((wrong,), "THREADPROOF_TRUSTED_PROXIES")


def test_days_begin_at_midnight_in_utc() -> None:
    """Wherever the clock's zone is."""
    evening = datetime(2026, 11, 24, 23, 30, tzinfo=timezone(-timedelta(hours=5)))
    assert day_of(evening) == "2026-11-25"
    assert until_tomorrow_s(evening) == 19.5 * 3600
    assert until_tomorrow_s(datetime(2026, 11, 24, tzinfo=UTC)) == 24 * 3600


def test_a_wait_is_estimated_by_rounds() -> None:
    """Nobody ahead: one job's time. Seven ahead of two workers: three rounds and one's own."""
    assert estimate_wait_s(0, 2, 10.0) == 10.0
    assert estimate_wait_s(7, 2, 10.0) == 40.0
    assert estimate_wait_s(3, 0, 10.0) == 40.0
