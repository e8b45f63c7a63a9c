"""The front page, and the page where a card grows."""

import msgspec
import pytest

from server.core.jobs import CardEvent, Problem, SectionEvent, StageEvent
from server.sample import THREAD_URL
from tests.server.api.served import NOW, Served, load_case, run
from tests.server.pages.hostile import find_live, parse, words

CASE = load_case()


@pytest.fixture
def served() -> Served:
    """A server on loopback."""
    return Served()


def test_the_front_page_offers_the_sample(served: Served) -> None:
    """One form for an address, one for the sample, and the latest cards."""
    served.save(CASE)
    tree = parse(served.client.get("/").text)
    assert tree.xpath("//form[@class='sample']//input/@value") == [THREAD_URL]
    assert "Try the sample thread" in tree.text_content()
    assert CASE.headline.text in tree.text_content()
    assert find_live(tree) == []


def test_asking_leads_to_the_growing_card_or_the_known_one(served: Served) -> None:
    """303, so that a reload does not post again."""
    first = served.client.post("/", data={"url": CASE.thread.url}, follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, f"/jobs/{served.queue.waiting[0]}")
    served.save(CASE)
    second = served.client.post("/", data={"url": CASE.thread.url}, follow_redirects=False)
    assert second.headers["location"].startswith(f"http://127.0.0.1:8321/c/{CASE.id}-")


@pytest.mark.parametrize("asked", ["", "   ", "not an address", "ftp://a.example/"])
def test_a_bad_address_stays_in_its_field_with_the_reason(served: Served, asked: str) -> None:
    """400 and the front page again, told to screen readers."""
    answer = served.client.post("/", data={"url": asked})
    tree = parse(answer.text)
    assert answer.status_code == 400
    assert tree.xpath("//*[@role='alert']/@id") == tree.xpath("//input[@id='url']/@aria-describedby")


def test_strangers_see_no_form() -> None:
    """Where posting needs a key, the page says so; posting all the same is refused."""
    served = Served(public_address="https://cards.example")
    assert parse(served.client.get("/").text).xpath("//form") == []
    assert served.client.post("/", data={"url": CASE.thread.url}).status_code == 403


def test_the_checklist_and_the_partial_card_grow(served: Served) -> None:
    """Done, working and waiting stages with their notes, and the card so far without its absent parts."""
    job = served.job(state="working", attempt=1)
    partial = msgspec.structs.replace(CASE, status="partial", insight=None, discussion=None, disputed=())
    for event in (
        StageEvent("read", "started"), StageEvent("read", "done", "84 comments"), StageEvent("search", "started"),
        SectionEvent("tldr", partial),
    ):  # fmt: skip
        run(served.progress.publish(job.id, 1, event))
    tree = parse(served.client.get(f"/jobs/{job.id}").text)
    assert [item.get("class") for item in tree.xpath("//ol[@class='stages']/li")][:3] == ["done", "working", "waiting"]
    assert "84 comments" in tree.text_content()
    assert CASE.tldr.what_changed.text in tree.text_content()
    assert "Takeaways" not in tree.text_content()
    assert "claims supported" not in tree.text_content()


def test_a_fragment_goes_no_further_than_the_reader(served: Served) -> None:
    """`seen` names the event up to which the page is drawn."""
    job = served.job(state="working", attempt=1)
    ids = [run(served.progress.publish(job.id, 1, StageEvent("read", state))) for state in ("started", "done")]
    tree = parse(served.client.get(f"/jobs/{job.id}/fragment", params={"seen": ids[0]}).text)
    assert tree.xpath("//ol[@class='stages']/li/@class")[0] == "working"


def test_without_scripts_the_page_reloads_itself(served: Served) -> None:
    """And stops reloading once the job has ended."""
    job = served.job()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in served.client.get(f"/jobs/{job.id}").text
    problem = Problem(type="x", title="Closed", status=422, detail="Use the extension.", retryable=False)
    run(served.store.save_job(msgspec.structs.replace(job, state="failed", finished_at=NOW, error=problem)))
    assert "refresh" not in served.client.get(f"/jobs/{job.id}").text


def test_a_failed_job_tells_why_and_offers_another_try(served: Served) -> None:
    """The problem's next step, and a form that asks again."""
    problem = Problem(type="x", title="Closed", status=422, detail="Use the extension.", retryable=False)
    job = served.job(state="failed", finished_at=NOW, error=problem)
    tree = parse(served.client.get(f"/jobs/{job.id}").text)
    assert "Use the extension." in words(tree.xpath("//*[@role='alert']")[0].text_content())
    assert tree.xpath("//form//input/@value") == [job.url]


def test_a_done_job_leads_to_its_card(served: Served) -> None:
    """Without a script this is how the reader gets there."""
    served.save(CASE)
    job = served.job(state="done", finished_at=NOW, card_id=CASE.id)
    run(served.progress.publish(job.id, 1, CardEvent(CASE)))
    answer = served.client.get(f"/jobs/{job.id}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/c/{CASE.id}-")
