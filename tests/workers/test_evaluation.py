"""Evaluation: scores of what is given, and of the sample world's card as the command prints it."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from server import cli
from server.core.errors import WorldUnreadable
from server.sample import THREAD_URL, world_path
from server.settings import Settings
from tests.evidence import make_comment, make_evidence, make_page, make_thread
from tests.fakes import THREAD_URL as LIGHTHOUSE
from tests.fakes import make_card
from workers.evaluation import Maker, load_manifest, score
from workers.evaluation.manifest import KeyFact, Manifest, Snippet, ThreadEntry
from workers.evaluation.noting import RunBudget
from workers.evaluation.scoring import (
    is_told,
    score_choice,
    score_citations,
    score_extraction,
    score_key_facts,
    score_retrieval,
    states,
)

pytestmark = pytest.mark.anyio
WORLD = world_path()
THREAD = make_thread(
    make_comment("The lamp “burned” for 28 years…", author="keeper"),
    make_comment("Nobody forgot *the colour* of its light.", 2, author="gull"),
    text="A post about Kestrel Point's lamp.",
    links=("https://harbour.example/notice?utm_source=x",),
    score=120,
    comment_count=117,
)


@pytest.fixture(autouse=True)
def nobody_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model writes, whatever this machine's environment has a key for."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


# ---- extraction ----------------------------------------------------------------------------------------


def test_what_a_manifest_expects_of_a_thread_is_counted_and_what_is_missing_is_named() -> None:
    """Post, comments and facts together; typography decides nothing."""
    entry = ThreadEntry(
        url=LIGHTHOUSE,
        post_text_must_contain=["about Kestrel Point’s lamp ."],
        comments_must_contain=[Snippet('The lamp "burned" for 28 years', author="Keeper"), "the colour of its light"],
        facts=["points: 120", "points: 121"],
        must_not_contain=["author_flair", "*the colour*"],
    )
    extraction = score_extraction(THREAD, entry)
    assert extraction is not None
    assert (extraction.facts.found, extraction.facts.of) == (4, 5)
    assert extraction.facts.missing == ("points: 121",)
    assert extraction.strange == ("*the colour*",)
    assert score_extraction(THREAD, ThreadEntry(url=LIGHTHOUSE)) is None


@pytest.mark.parametrize(
    "fact",
    [
        f"title: {THREAD.title}",
        "linked address: http://www.harbour.example/notice",
        "points: 120",
        "comments: 117",
        "subreddit: Lighthouses",
        "permalink: /r/Lighthouses/comments/1kestrel/",
        "author: keeper_of_logs",
        "comment: Nobody forgot … its light",
        "keeper: The lamp burned",
        "seen: about Kestrel Point",
    ],
)
def test_facts_name_what_they_are_of(fact: str) -> None:
    """A fact whose name is none of a thread's fields is what somebody said, or stands in the post."""
    assert states(THREAD, fact)
    assert not states(THREAD, fact.partition(":")[0] + ": something else")


def test_a_comment_is_whose_it_is() -> None:
    """Where both know of an author."""
    assert not states(THREAD, "gull: The lamp burned")
    nameless = make_thread(make_comment("The lamp burned.", author=None))
    assert states(nameless, "gull: The lamp burned")


# ---- pages ---------------------------------------------------------------------------------------------

MANIFEST = Manifest(
    relevant=[f"https://r{n}.example/lamp" for n in range(3)],
    distractors=["https://bread.example/loaf"],
    walls=["https://wall.example/login"],
)


def test_the_first_twelve_pages_read_are_counted_by_what_the_manifest_says_of_them() -> None:
    """Addresses are compared as pages, not as they are spelled; of those on the subject, all that were read count."""
    read = ["http://www.r0.example/lamp/", "https://bread.example/loaf", "https://wall.example/login"]
    read += [f"https://other{n}.example/" for n in range(9)] + ["https://r1.example/lamp"]
    retrieval = score_retrieval(read, MANIFEST)
    assert retrieval is not None
    first = retrieval.first
    assert (first.pages, first.relevant, first.distractors, first.walls, first.others) == (12, 1, 1, 1, 9)
    assert (retrieval.relevant_read.found, retrieval.relevant_read.of) == (2, 3)
    assert retrieval.relevant_read.missing == ("https://r2.example/lamp",)
    assert score_retrieval(read, Manifest()) is None
    assert score_choice([], MANIFEST).pages == 0


# ---- facts and citations -------------------------------------------------------------------------------


def test_a_key_fact_is_told_where_one_claim_has_its_figures_and_longest_words() -> None:
    """Of one of its wordings; not spread over two claims."""
    fact = KeyFact("28 years", {"a": "dark for 28 years", "b": "lighthouse silent since 1998"})
    assert is_told(fact, ["it was dark for 28 long years"])
    assert is_told(fact, ["the lighthouse, silent since 1998"])
    assert not is_told(fact, ["it was dark for long years", "28 of them"])
    assert not is_told(KeyFact("nothing", {}), ["anything"])
    assert score_key_facts(make_card(), []) is None


def test_a_quotation_that_is_not_where_the_card_says_is_counted_as_astray() -> None:
    """And a claim that its quotation does not bear fails the gate."""
    page = make_page("news", "Lamp relit\n\nThe council of Kestrel Point voted 7 to 2 to relight the lamp.")
    evidence = make_evidence(make_thread(), page)
    card = make_card()
    texts = {source.n: "other text" for source in card.sources}
    citations = score_citations(card, texts, evidence, {"number": 2})
    assert citations.quotes.found == 0
    assert len(citations.quotes.missing) == citations.quotes.of > 0
    assert citations.claims.found < citations.claims.of
    assert citations.reasons["number"] == 2


# ---- making --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> Any:
    """The sample's card and its scores."""

    async def make() -> Any:
        manifest = load_manifest(WORLD)
        async with Maker(Settings(data=Path("/nowhere"), web=WORLD)) as maker:
            made = await maker.make(THREAD_URL)
            missing = await maker.make("https://www.reddit.com/r/x/comments/nothere/")
        return made, score(made, manifest.threads[0], manifest), score(missing, manifest.threads[0], manifest)

    return asyncio.run(make())


def test_a_card_is_made_by_the_pipeline_and_scored(sample: Any) -> None:
    """All that the sample's manifest expects is read, and each claim holds."""
    made, row, _ = sample
    assert row.problem is None
    assert row.extraction.facts.missing == ()
    assert row.retrieval.first.relevant >= 8
    assert row.sources.relevant == row.sources.pages > 3
    assert row.citations.quotes.missing == row.citations.claims.missing == ()
    assert row.key_facts is None  # the sample names none
    assert (row.writer, row.cost_usd) == ("extractive", None)
    assert row.seconds > 0
    assert set(row.retrieval.read) == set(made.read)


def test_pages_are_noted_in_the_order_they_were_asked_for(sample: Any) -> None:
    """The page that the post links to is the first."""
    made, _, _ = sample
    assert made.read[0] == "https://engineering.fennmark.example/2026/09/08/72-hour-hold/"
    assert len(made.read) == len(set(made.read)) >= 8


def test_a_thread_that_cannot_be_had_is_a_row_that_says_why(sample: Any) -> None:
    """And stops nothing."""
    _, _, row = sample
    assert row.problem
    assert row.extraction is row.citations is row.seconds is None


async def test_a_run_spends_no_more_than_its_money() -> None:
    """What was put aside and not spent can be put aside again."""
    budget = RunBudget(1.0)
    first = await budget.reserve(0.6, key=None, address=None)
    assert first is not None
    assert await budget.reserve(0.6, key=None, address=None) is None
    await budget.settle(first, 0.1)
    assert await budget.left() == pytest.approx(0.9)
    assert await budget.reserve(0.6, key=None, address=None) is not None


# ---- manifests -----------------------------------------------------------------------------------------


def write_manifest(folder: Path, manifest: object) -> Path:
    """A world with the sample's archive and this manifest."""
    folder.mkdir(exist_ok=True)
    shutil.copy(WORLD / "world.warc.gz", folder)
    (folder / "world.json").write_text(json.dumps(manifest))
    return folder


def test_manifests_of_either_shape_are_read(tmp_path: Path) -> None:
    """Pages as addresses or as entries, comments as words or as entries; what else they say is passed over."""
    given = {
        "threads": [{"url": THREAD_URL, "comments_must_contain": ["a", {"text": "b", "id": 7}], "shape": "odd"}],
        "relevant": ["https://a.example/1", {"url": "https://b.example/2", "why": "near"}],
    }
    manifest = load_manifest(write_manifest(tmp_path / "odd", given))
    assert manifest.name == "odd"
    assert manifest.keys("relevant") == {"https://a.example/1", "https://b.example/2"}
    assert manifest.threads[0].comments_must_contain == ["a", Snippet("b")]


@pytest.mark.parametrize("given", [[], {"threads": []}, {"threads": [{"link": "x"}]}, {"threads": 7}, "text"])
def test_a_manifest_that_lists_no_threads_is_refused(tmp_path: Path, given: object) -> None:
    """With its name, and what is wrong."""
    folder = write_manifest(tmp_path / "bad", given)
    with pytest.raises(WorldUnreadable, match=r"world\.json"):
        load_manifest(folder)


def test_a_world_without_a_manifest_is_refused(tmp_path: Path) -> None:
    """Whether it is a folder or an archive."""
    for world in (tmp_path, tmp_path / "world.warc.gz"):
        with pytest.raises(WorldUnreadable, match="manifest"):
            load_manifest(world)


# ---- the command ---------------------------------------------------------------------------------------


def test_the_command_prints_a_row_a_thread(capsys: pytest.CaptureFixture[str]) -> None:
    """In columns, with a dash where there is nothing to compare."""
    assert cli.main(["eval", str(WORLD)]) == 0
    told = capsys.readouterr()
    name, head, row = told.out.splitlines()[:3]
    assert name == "sample"
    assert head.split()[0] == "thread"
    assert len(row) <= 140
    assert "Fennmark" in row
    assert "–" in row
    assert f"{THREAD_URL}: made" in told.err


def test_the_command_prints_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """With all that the table leaves out."""
    assert cli.main(["eval", "--format", "json", str(WORLD)]) == 0
    (world,) = json.loads(capsys.readouterr().out)
    (row,) = world["threads"]
    assert (world["world"], row["url"], row["cost_usd"], row["key_facts"]) == ("sample", THREAD_URL, None, None)
    assert row["retrieval"]["read"][0].startswith("https://engineering.fennmark.example/")
    assert row["citations"]["reasons"] == {}


def test_several_threads_are_added_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where one cannot be read, and where the manifest says nothing but their addresses."""
    threads = [{"url": THREAD_URL}, {"url": "https://www.reddit.com/r/x/comments/nothere/"}, {"url": THREAD_URL}]
    assert cli.main(["eval", str(write_manifest(tmp_path / "three", {"threads": threads}))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "three"
    assert lines[5].startswith("all 3")
    assert "nothere" in lines[6]


@pytest.mark.parametrize("argv", [["eval"], ["eval", "--format", "html", str(WORLD)]])
def test_wrong_usage_is_told(argv: list[str]) -> None:
    """As the parser does."""
    with pytest.raises(SystemExit) as ended:
        cli.main(argv)
    assert ended.value.code == 2


def test_a_world_that_cannot_be_read_ends_it_before_any_card_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a message that names it."""
    assert cli.main(["eval", str(WORLD), str(tmp_path / "nowhere")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "nowhere" in told.err
