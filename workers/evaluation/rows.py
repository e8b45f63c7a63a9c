"""One thread's scores beside one another."""

import msgspec

from workers.evaluation.making import Made
from workers.evaluation.manifest import Manifest, ThreadEntry
from workers.evaluation.scoring import (
    Chosen,
    Citations,
    Extraction,
    Retrieval,
    Tally,
    score_choice,
    score_citations,
    score_extraction,
    score_key_facts,
    score_retrieval,
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A thread's scores. None: the manifest does not say what to expect, or it did not come so far; see `problem`."""

    url: str
    title: str | None = None
    problem: str | None = None
    extraction: Extraction | None = None
    retrieval: Retrieval | None = None
    sources: Chosen | None = None  # web sources cited
    key_facts: Tally | None = None
    citations: Citations | None = None
    writer: str | None = None
    seconds: float | None = None
    cost_usd: float | None = None


def score(made: Made, entry: ThreadEntry, manifest: Manifest) -> Row:
    """All that can be scored of what was made."""
    thread, card = made.thread, made.card
    extraction = score_extraction(thread, entry) if thread else None
    if card is None:
        return Row(url=entry.url, title=thread.title if thread else None, problem=made.problem, extraction=extraction)
    cited = [source.url for source in card.sources[1:]]
    return Row(
        url=entry.url,
        title=card.thread.title,
        problem=made.problem,
        extraction=extraction,
        retrieval=score_retrieval(made.read, manifest),
        sources=score_choice(cited, manifest) if manifest.relevant else None,
        key_facts=score_key_facts(card, manifest.key_facts),
        citations=score_citations(card, made.texts, made.evidence, made.refused) if made.evidence else None,
        writer=card.provenance.writer,
        seconds=made.seconds,
        cost_usd=card.provenance.cost_usd,
    )
