"""A blocked community whose name shows only when the thread is read: the worker refuses what the door could not."""

import pytest

from tests.server.captured import House, Told


@pytest.fixture(params=[("r/LIGHTHOUSES",), ("reddit.com/r/lighthouses",), ()], ids=str)
def house(request: pytest.FixtureRequest, sqlite_url: str) -> House:
    """One machine's own, with this blocklist."""
    return House(sqlite_url, blocked_communities=request.param)


def test_no_card_is_made_of_a_thread_in_a_blocked_community(house: House) -> None:
    """The address without a community in it is taken; the job ends with the refusal, and nothing is public."""
    told = Told(id="1block")
    page = told.as_html()
    url = "https://www.reddit.com/comments/1block/"
    answer = house.post(url, {}, page)
    assert answer.status_code == 202, answer.text
    job = house.client.get(f"/api/v1/jobs/{answer.json()['job']['id']}").json()
    if house.settings.blocked_communities:
        assert (job["state"], job["error"]["type"], job["error"]["status"]) == ("failed", "blocked", 403)
        assert house.looked_up(told.url) == []
    else:
        assert job["state"] == "done", job
