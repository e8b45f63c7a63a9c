"""Cards that a model writes: whole, verified, signed, paid for, and left off at any moment."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.card import Card, list_claims
from server.core.errors import QueueUnavailable
from server.core.jobs import SectionEvent, StageEvent
from server.core.model import ModelRequest
from server.core.money import Payer, Reservation
from server.pages.exports import to_markdown, to_text
from server.pages.one_file import to_html
from tests.evidence import make_comment, make_thread
from tests.fakes import NOON, MemoryBudget, Script, Scripted, ScriptedModel, make_job
from tests.hands import work
from tests.workers.newsroom import STAGES, Newsroom, answer_well, shown_in
from tests.workers.test_pipeline import KEY, SAMPLE, Office, assert_quotes_stand
from workers.adapters.recorded_web import RecordedWeb
from workers.pipeline import make_card
from workers.stages.desk import with_language
from workers.writers.claude import NO_BUDGET, OVER_BUDGET

pytestmark = pytest.mark.anyio
SHARED = Path(__file__).parents[2].parent / "shared"
CHECKER, WORLDS = SHARED / "tools" / "check_card.py", SHARED / "worlds"
NAMES = ("anubis", "ask-hn-papers", "distillation", "obama-ama", "pickle", "reddit-api-terms")


async def check(office: Office, card: Card, folder: Path, world: Path | None) -> str:
    """What the shared checker says of it."""
    (folder / "card.json").write_bytes(msgspec.json.encode(card))
    for n, text in (await office.stored_texts(card)).items():
        (folder / f"{n}.txt").write_text(text, "utf-8", newline="")
    options = ["--texts", str(folder), *(["--world", str(world)] if world else [])]
    done = subprocess.run(
        [sys.executable, str(CHECKER), str(folder / "card.json"), *options], capture_output=True, text=True, check=False
    )
    return done.stdout


# ---- a good answer ------------------------------------------------------------------------------------


async def test_a_good_answers_claims_are_on_the_card_with_quotes_that_stand() -> None:
    """Signed by the model, with its tokens and cost by stage."""
    office = Newsroom()
    card = await office.make()
    await assert_quotes_stand(office, card)
    made = card.provenance
    assert (made.writer, made.model) == ("claude", "scripted-model")
    assert made.tokens == dict.fromkeys(STAGES, 1_200)
    assert made.cost_usd == pytest.approx(len(STAGES) * 0.004)
    assert {request.stage for request in office.model.asked} == set(STAGES)
    sections = {section for section, _ in list_claims(card)}
    assert sections >= {"headline", "hook", "what_changed", "takeaways", "technical", "discussion", "implications"}
    assert card.verification.method.endswith("against it.")


async def test_sections_are_shown_as_they_are_verified_none_of_them_whole() -> None:
    """The growing card is partial until the last; the lead of the thread alone comes first."""
    office = Newsroom()
    card = await office.make()
    parts = [event for event in await office.events() if isinstance(event, SectionEvent)]
    assert {part.card.status for part in parts} == {"partial"}
    assert parts[0].section == "lead"
    assert {part.section for part in parts} >= {"takeaways", "technical", "discussion"}
    assert card.status == "complete"


@pytest.mark.skipif(not CHECKER.is_file(), reason=f"the shared checker is not at {CHECKER}")
async def test_the_shared_checker_finds_no_error_in_a_card_of_the_sample(tmp_path: Path) -> None:
    """Shape, numbering, and every quotation where it is said to be."""
    office = Newsroom(searchers=(SAMPLE,))
    told = await check(office, await office.make(), tmp_path, None)
    assert "ERROR" not in told, told


@pytest.mark.skipif(not WORLDS.is_dir(), reason=f"the recorded worlds are not at {WORLDS}")
@pytest.mark.parametrize("name", NAMES)
async def test_the_shared_checker_finds_no_error_in_a_card_of_a_recorded_world(name: str, tmp_path: Path) -> None:
    """With the quotations looked up in the recorded pages themselves."""
    world = RecordedWeb(WORLDS / name)
    url = json.loads((WORLDS / name / "world.json").read_text())["threads"][0]["url"]
    office = Newsroom(fetcher=world, searchers=(world,), url=url, max_pages=3)
    card = await office.make()
    await assert_quotes_stand(office, card)
    assert card.provenance.writer in ("claude", "mixed")
    told = await check(office, card, tmp_path, WORLDS / name)
    assert "ERROR" not in told, told


# ---- planted claims -------------------------------------------------------------------------------------

PLANTED = (
    "Fennmark will close on 1 January 2027.",
    "Fennmark paid 4 million dollars to the people behind Saltmoth.",
    "The hold lasts 96 hours for every package.",
    "Fennmark did not hold any new release.",
    "Mara Quist of Fennmark resigned over the hold.",
)


def plant(request: ModelRequest) -> dict[str, Any]:
    """The good answer with false sentences among its takeaways, all citing real passages."""
    answer = answer_well(request)
    if request.stage == "takeaways":
        cites = [each.n for each in shown_in(request) if "72" in each.text][:1]
        answer["takeaways"] = [*({"text": text, "cites": cites} for text in PLANTED), *answer["takeaways"]][:5]
    return answer


async def test_planted_claims_are_gone_and_counted() -> None:
    """The card says how many were dropped, and its quotations all stand."""
    honest, office = await Newsroom().make(), Newsroom(plant)
    card = await office.make()
    await assert_quotes_stand(office, card)
    shown = {claim.text for _, claim in list_claims(card)}
    assert not shown & set(PLANTED)
    assert card.verification.dropped == honest.verification.dropped + len(PLANTED)
    counts = card.verification
    assert counts.claims == counts.supported + counts.partial + counts.dropped
    (note,) = [e.note for e in await office.events() if isinstance(e, StageEvent) and e.stage == "verify" and e.note]
    assert note == f"{counts.dropped} claims dropped"


async def test_sentences_thrown_away_for_their_form_are_counted_too() -> None:
    """A link among the claims is no claim, but it was said."""

    def link(request: ModelRequest) -> dict[str, Any]:
        answer = answer_well(request)
        for claim in answer.get("takeaways", [])[:2]:
            claim["text"] += " See https://elsewhere.test/."
        return answer

    honest, card = await Newsroom().make(), await Newsroom(link).make()
    assert card.verification.dropped == honest.verification.dropped + 2
    assert b"elsewhere" not in msgspec.json.encode(card)


async def test_what_was_refused_is_given_back_once_and_may_be_mended() -> None:
    """A mended sentence is on the card and counts as dropped no more."""

    def mended(request: ModelRequest) -> dict[str, Any]:
        if request.stage == "repair":
            passage = next(each for each in shown_in(request) if "72 hours" in each.text)
            return {"repaired": [{"text": passage.text, "cites": [passage.n]}, None, None, None, None]}
        return plant(request)

    office = Newsroom(mended)
    card = await office.make()
    assert [request.stage for request in office.model.asked].count("repair") == 1
    assert card.verification.dropped < (await Newsroom(plant).make()).verification.dropped
    assert card.insight is not None
    assert any("72 hours" in claim.text for claim in card.insight.takeaways)


async def test_two_sections_do_not_say_the_same() -> None:
    """Writers side by side do not know of one another."""

    def echo(request: ModelRequest) -> dict[str, Any]:
        answer = answer_well(request)
        if request.stage == "technical":
            first = answer_well(msgspec.structs.replace(request, stage="takeaways"))["takeaways"]
            answer["technical"] = [{"label": "Measurement", **claim} for claim in first]
        return answer

    card = await Newsroom(echo).make()
    assert card.insight is not None
    assert len(card.insight.takeaways) == 5
    assert not {c.text for c in card.insight.takeaways} & {c.text for c in card.insight.technical}


# ---- money ------------------------------------------------------------------------------------------------


class Watched(MemoryBudget):
    """A budget that tells what was asked of it."""

    def __init__(self, **limits: Any) -> None:
        super().__init__(**limits)
        self.asked: list[tuple[float, str | None, str | None]] = []

    async def reserve(self, usd: float, *, key: str | None, address: str | None) -> Reservation | None:
        self.asked.append((usd, key, address))
        return await super().reserve(usd, key=key, address=address)


async def test_a_card_is_paid_by_whoever_asked_first() -> None:
    """The cap is put aside in their name; what was not spent is free again."""
    budget = Watched()
    office = Newsroom(budget=budget)
    office.job = msgspec.structs.replace(office.job, payer=Payer(key="key-1", address="digest"))
    card = await office.make()
    assert budget.asked == [(0.30, "key-1", "digest")]
    assert await budget.left() == pytest.approx(10.0 - (card.provenance.cost_usd or 0))


@pytest.mark.parametrize(
    ("limits", "payer"),
    [
        ({"day_usd": 0.1}, Payer()),
        ({"key_usd": 0.1}, Payer(key="key-1")),
        ({"address_usd": 0.1}, Payer(address="digest")),
    ],
)
async def test_beyond_a_budget_a_card_is_quoted_and_says_so_wherever_it_is_shown(
    limits: dict[str, float], payer: Payer
) -> None:
    """Nobody is asked, nothing is spent, and the card is whole."""
    office = Newsroom(budget=MemoryBudget(**limits))
    office.job = msgspec.structs.replace(office.job, payer=payer)
    card = await office.make()
    await assert_quotes_stand(office, card)
    made = card.provenance
    assert (made.writer, made.model, made.tokens, made.cost_usd) == ("extractive", None, None, None)
    assert office.model.asked == []
    assert card.verification.method.endswith(OVER_BUDGET)
    for shown in (to_html(card), to_markdown(card), to_text(card)):
        assert "today's budget for model writing is used up" in shown.replace("&#39;", "'")
    plain = await Office(searchers=()).make()
    assert list_claims(card) == list_claims(plain)


async def test_another_payers_budget_is_not_touched() -> None:
    """One key's spending leaves the other's card to the model."""
    budget = MemoryBudget(key_usd=0.31)
    await budget.reserve(0.3, key="key-1", address=None)
    office = Newsroom(budget=budget)
    office.job = msgspec.structs.replace(office.job, payer=Payer(key="key-2"))
    assert (await office.make()).provenance.writer == "claude"


async def test_a_budget_that_cannot_be_asked_pays_for_nothing() -> None:
    """The card is quoted, and says why."""

    class Away(MemoryBudget):
        async def reserve(self, usd: float, *, key: str | None, address: str | None) -> Reservation | None:
            raise QueueUnavailable("Redis is away.")

    office = Newsroom(budget=Away())
    card = await office.make()
    assert (card.provenance.writer, office.model.asked) == ("extractive", [])
    assert card.verification.method.endswith(NO_BUDGET)


async def test_a_budget_that_goes_away_meanwhile_costs_no_card() -> None:
    """What was put aside is free again after ten minutes."""

    class Leaving(MemoryBudget):
        async def settle(self, reservation: Reservation, usd: float) -> None:
            raise QueueUnavailable("Redis is away.")

    assert (await Newsroom(budget=Leaving()).make()).provenance.writer == "claude"


async def test_a_cards_cap_is_never_crossed() -> None:
    """What could cross it is not asked, and quoted instead."""
    office = Newsroom(lambda request: Scripted(value=answer_well(request), usd=0.005), card_cap_usd=0.03)
    card = await office.make()
    assert card.provenance.cost_usd is not None
    assert 0 < card.provenance.cost_usd <= 0.03
    assert len(office.model.asked) < len(STAGES)
    assert card.provenance.writer == "mixed"
    assert "Quoted instead of written:" in card.verification.method


# ---- left off -----------------------------------------------------------------------------------------------


def others() -> set["asyncio.Task[Any]"]:
    """Tasks beside the test's own."""
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def started(office: Newsroom, count: int) -> "asyncio.Task[Card]":
    """The card under way, `count` questions already asked."""
    task = asyncio.create_task(office.make())
    while len(office.model.asked) < count:
        await asyncio.sleep(0.005)
        assert not task.done()
    return task


@pytest.mark.parametrize("asked", [1, 3, 6])
async def test_a_cancelled_card_leaves_nothing_under_way_and_its_money_is_settled(asked: int) -> None:
    """While the scout streams, while sections do. What had been used by then is booked."""
    budget, before = MemoryBudget(), others()
    slow = Newsroom(lambda request: Scripted(value=answer_well(request), wait_s=0.05), budget=budget, piece=40)
    task = await started(slow, asked)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert others() == before
    count = len(slow.model.asked)
    await asyncio.sleep(0.15)
    assert len(slow.model.asked) == count
    assert await budget.left() == pytest.approx(10.0 - 0.004 * count)
    assert await slow.store.find_card(KEY) is None


async def test_a_job_that_was_cancelled_meanwhile_stops_asking() -> None:
    """The row says so, the next sign of life finds it, and the model is left alone."""
    budget, before = MemoryBudget(), others()
    office = Newsroom(lambda request: Scripted(value=answer_well(request), wait_s=0.05), budget=budget, piece=40)
    await office.store.join_job(office.job)
    working = asyncio.create_task(work(office.job, office.parts, make_card, heartbeat_s=0.02))
    while not office.model.asked:
        await asyncio.sleep(0.005)
    row = await office.store.load_job(office.job.id)
    assert row is not None
    await office.store.save_job(msgspec.structs.replace(row, state="cancelled", finished_at=NOON))
    await asyncio.wait_for(working, 5)
    assert others() == before
    assert await budget.left() == pytest.approx(10.0 - 0.004 * len(office.model.asked))
    assert await office.store.find_card(KEY) is None


async def test_a_worker_that_died_takes_no_money_with_it() -> None:
    """Its hold ends by itself."""
    now = NOON
    budget = MemoryBudget(day_usd=0.5, clock=lambda: now)
    office = Newsroom(lambda request: Scripted(value=answer_well(request), wait_s=30), budget=budget)
    task = await started(office, 1)
    assert await budget.left() == pytest.approx(0.2)
    assert await budget.reserve(0.3, key=None, address=None) is None
    now += timedelta(minutes=11)  # as if nothing had been settled until then
    assert await budget.left() == pytest.approx(0.5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_stream_that_cannot_be_told_of_ends_the_attempt_and_every_question() -> None:
    """Redis going away is a failure that may pass; nothing goes on behind its back."""
    office, before = Newsroom(lambda request: Scripted(value=answer_well(request), wait_s=0.02), piece=40), others()
    publish = office.progress.publish

    async def fail_later(*told: Any) -> str:
        if len(office.model.asked) > 2:
            raise QueueUnavailable("Redis is away.")
        return await publish(*told)

    office.progress.publish = fail_later  # type: ignore[method-assign]
    with pytest.raises(QueueUnavailable):
        await office.make()
    assert others() == before
    assert await office.budget.left() == pytest.approx(10.0 - 0.004 * len(office.model.asked))


# ---- languages ------------------------------------------------------------------------------------------------


async def test_the_model_is_told_the_language_that_was_asked_for() -> None:
    """In every question that has an answer to read; the thread's own where none was asked for."""
    for lang, name in (("de", "German"), ("auto", "English")):
        office = Newsroom()
        office.job = make_job(key=msgspec.structs.replace(KEY, lang=lang), url=office.job.url, attempt=1)
        card = await office.make()
        assert card.lang == ("en" if lang == "auto" else lang)
        for request in office.model.asked:
            assert f"Answer in {name}." in request.parts[-1].text
    assert isinstance(office.model, ScriptedModel)


def abroad(request: ModelRequest, verdict: Callable[[int], str] = lambda _: "yes") -> Script:
    """A good answer in a language that spells small words backwards, and a judge who reads it."""
    if request.stage == "judge":
        asked = request.parts[0].text.count("Sentence ")
        return {"judged": [{"n": n, "verdict": verdict(n), "quote": None} for n in range(1, asked + 1)]}
    return in_another_language(answer_well(request))


def in_another_language(value: Any) -> Any:
    """All texts of an answer so written; dates stay, and magnitudes, which are a word that code knows."""
    if isinstance(value, dict):
        return {key: value[key] if key in ("date", "category") else in_another_language(value[key]) for key in value}
    if isinstance(value, list):
        return [in_another_language(item) for item in value]
    return (
        re.sub(r"(?<!\S)(?!million)[a-z]{3,}", lambda word: word[0][::-1], value) if isinstance(value, str) else value
    )


async def make_in_german(script: Callable[[ModelRequest], Script], **office: Any) -> tuple[Newsroom, Card]:
    """A card in a language that none of its sources is in."""
    room = Newsroom(script, **office)
    room.job = make_job(key=msgspec.structs.replace(KEY, lang="de"), url=room.job.url, attempt=1)
    return room, await room.make()


async def test_sentences_in_another_language_than_their_sources_stand_by_a_judges_word() -> None:
    """Each with the quotation in its own language; the judge is asked though no setting asks for one."""
    office, card = await make_in_german(abroad)
    await assert_quotes_stand(office, card)
    english = await Newsroom().make()
    assert card.provenance.writer == "claude"
    left_out = ("discussion", "implications")  # the voices' own names; predictions, which cite nothing that translates
    told = {claim.text for section, claim in list_claims(card) if section not in left_out}
    assert told == {in_another_language(c.text) for section, c in list_claims(english) if section not in left_out}
    assert english.insight.implications
    assert not card.insight.implications
    assert not any(claim.label for claim in card.insight.technical)
    assert "judge" in {request.stage for request in office.model.asked}
    assert "compared with it by a model" in card.verification.method
    assert "compared with it by a model" not in english.verification.method


async def test_a_thread_whose_site_tells_no_language_is_in_that_of_its_words() -> None:
    """A card of it is made in that language, and quotations of it need no translation."""
    said = "Der Rat hat gestern beschlossen, dass die Lampe am Kap wieder brennt, und das ist gut für die Fischer hier."
    thread = make_thread(make_comment(said), title="Die Lampe am Kap wird nicht mehr für die Schiffe angezündet")
    for stated in ("en", None):
        assert with_language(msgspec.structs.replace(thread, language=stated)).language == "de"
    short = make_thread(title="Die Lampe am Kap")
    assert with_language(short).language == "en"  # as the site says, since few words tell nothing


async def test_a_translation_that_is_not_backed_is_not_shown() -> None:
    """Nor one that nobody judged: what then remains is quoted in the sources' own words, and the card says so."""
    for silent in (lambda r: abroad(r, lambda n: "partly"), lambda r: "no" if r.stage == "judge" else abroad(r)):
        office, card = await make_in_german(silent)
        await assert_quotes_stand(office, card)
        assert card.provenance.writer == "extractive"
        assert card.verification.dropped > 5
        assert not {c.text for _, c in list_claims(card)} & set(map(str, in_another_language([answer_well])))


async def test_a_judge_who_agrees_to_everything_lets_no_figure_or_name_through() -> None:
    """What reads alike in every language is held against the quotation by code."""

    def sharpened(request: ModelRequest) -> Script:
        answer = abroad(request)
        if request.stage == "takeaways":
            first, second, *_ = answer["takeaways"]
            first["text"] += " 87,5 Prozent."
            second["text"] += " OpenAI."
        return answer

    _, card = await make_in_german(sharpened)
    assert "87,5" not in str(card)
    assert "OpenAI" not in str(card)
    assert card.insight.takeaways


async def test_a_card_in_its_sources_language_asks_no_judge() -> None:
    """It would cost a call a section."""
    office = Newsroom()
    await office.make()
    assert "judge" not in {request.stage for request in office.model.asked}


async def test_the_scouts_questions_are_searched_and_made_harmless() -> None:
    """Its words go out while it still writes; operators and addresses do not."""
    searched: list[str] = []

    class Listening:
        name = "listening"

        async def search(self, query: str, *, limit: int = 10) -> list[Any]:
            searched.append(query)
            return []

    def curious(request: ModelRequest) -> dict[str, Any]:
        asked = ["Saltmoth worm autopsy", "site:evil.test saltmoth ledger", "saltmoth https://evil.test/?q=1 minutes"]
        return {**answer_well(request), "queries": asked} if request.stage == "scout" else answer_well(request)

    await Newsroom(curious, searchers=[Listening()]).make()
    assert "Saltmoth worm autopsy" in searched
    assert not any("evil" in query or ":" in query for query in searched)
    assert 0 < len(searched) <= 8


# ---- a second opinion ---------------------------------------------------------------------------------


async def test_a_judge_drops_what_it_denies_and_is_booked() -> None:
    """One question for all claims; each shows its sentence, its quotation and what stands around that."""

    def answer(request: ModelRequest) -> Script:
        if request.stage != "judge":
            return answer_well(request)
        asked = request.parts[0].text
        assert asked.count("Sentence ") == asked.count("Surroundings: ") > 5
        denied = {n: ("no" if n == 3 else "yes") for n in range(1, 60)}
        return {"judged": [{"n": n, "verdict": verdict, "quote": None} for n, verdict in denied.items()]}

    plain, judged = await Newsroom().make(), await Newsroom(answer, judge=True).make()
    third = list_claims(plain)[2][1].text
    assert third not in {claim.text for _, claim in list_claims(judged)}
    assert judged.verification.dropped == plain.verification.dropped + 1
    assert judged.provenance.tokens is not None
    assert "judge" in judged.provenance.tokens


async def test_a_judge_that_does_not_answer_changes_nothing() -> None:
    """Nor does one that answers something else."""
    plain = await Newsroom().make()
    for silly in ({"judged": [{"n": "x"}, None, 7]}, {"other": 1}, {"judged": []}):
        card = await Newsroom(lambda r, s=silly: s if r.stage == "judge" else answer_well(r), judge=True).make()
        assert list_claims(card) == list_claims(plain)
