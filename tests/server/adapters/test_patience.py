"""A store that waits out its database's absence."""

import pytest

from server.adapters.patience import patient
from server.core.errors import StoreUnavailable, Superseded
from server.core.jobs import Job, JobId
from tests.fakes import MemoryCardStore, make_job

pytestmark = pytest.mark.anyio


class Restarting(MemoryCardStore):
    """Away for its first calls."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors, self.asked = list(errors), 0

    async def load_job(self, job_id: JobId) -> Job | None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return await super().load_job(job_id)


AWAY = StoreUnavailable("The database server does not answer.")


async def test_a_database_that_restarts_costs_a_wait_and_nothing_else() -> None:
    """Work that has cost a model's answers is not thrown away for it."""
    store = Restarting(AWAY, AWAY)
    await store.join_job(make_job())
    assert await patient(store, 5.0).load_job(make_job().id) == make_job()
    assert store.asked == 3


async def test_patience_has_an_end() -> None:
    """Whoever waits hears what is wrong."""
    store = Restarting(*[AWAY] * 50)
    with pytest.raises(StoreUnavailable):
        await patient(store, 0.3).load_job(make_job().id)
    assert 1 < store.asked < 10


@pytest.mark.parametrize("error", [StoreUnavailable("Wrong tables.", retryable=False), Superseded("Taken over.")])
async def test_what_will_not_pass_is_said_at_once(error: Exception) -> None:
    """Waiting helps nobody there."""
    store = Restarting(error)
    with pytest.raises(type(error)):
        await patient(store, 5.0).load_job(make_job().id)
    assert store.asked == 1
