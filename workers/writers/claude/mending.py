"""Giving refused sentences back to the model once, with the passages that may support them."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import msgspec

from server.core.card import ClaimDraft, Draft
from server.core.drafts import map_claims
from server.core.model import PromptPart
from server.core.passages import PassageFinder
from server.core.source import Evidence, Sentence
from server.core.support import Reason
from server.core.writing import Refused
from workers.writers.claude.asking import Asker, Call
from workers.writers.claude.cleaning import clean
from workers.writers.claude.material import number_of, plain
from workers.writers.claude.proposing import read_cites
from workers.writers.claude.shapes import RepairAnswer, Said

REPAIR = Call(name="repair", role="repair", answer=RepairAnswer, max_tokens=900)
MOST_MENDED = 6
PASSAGES = 5  # shown with each sentence, besides those it cited

REASONS: dict[Reason, str] = {
    "number": "a number, unit or date in it is not in the cited passage",
    "name": "a name in it is not in the cited passage",
    "negation": 'a "not" more or less than the passage has',
    "certainty": "it states as fact what the passage only alleges, plans or expects",
    "direction": "it says the opposite: a rise for a fall, before for after",
    "degree": '"more than" for "less than" or for the figure itself, or a superlative of its own',
    "quantity": '"all" for "some", "most" for "many", "only" for one of several',
    "speaker": "it puts the passage's words into somebody else's mouth",
    "quote": "the words between its quotation marks do not stand in the passage",
    "order": "who did it and to whom are exchanged",
    "coverage": "its wording is too far from the passage, or it tells more than the passage",
    "span": "it cites no passage that exists",
    "unattributed": "the passage supports only a part of it, and it does not say whose words they are",
    "instruction": "it says what only an order to machines says, which is evidence for nothing",
    "kind": "it has to cite the thread",
}

LENGTHS = {
    "headline": "6 to 12",
    "hook": "8 to 16",
    "what_changed": "12 to 25",
    "why_it_matters": "12 to 25",
    "what_to_do_next": "8 to 16",
    "takeaways": "15 to 32",
    "technical": "15 to 32",
    "discussion": "12 to 25",
    "implications": 'a cited fact, then "Inference:" and what follows, 20 to 40',
    "timeline": "at most 22, no date inside",
    "disputed": "at most 20",
}


async def mend(
    asker: Asker, proposed: Draft, refused: Sequence[Refused], evidence: Evidence, *, language: str
) -> Draft:
    """The draft with the mended sentences in place of the refused; those that nobody could mend stay as they were.

    ModelError when no answer came.
    """
    refused = list({each.claim: each for each in refused if each.reason != "empty"}.values())[:MOST_MENDED]
    finder = PassageFinder(evidence)
    shown = "\n\n".join(_case(n, each, finder) for n, each in enumerate(refused, start=1))
    request = asker.request(REPAIR, (PromptPart(shown),), language=language)
    answers: list[Any] = []
    async with aclosing(asker.members(request)) as members:
        async for name, value in members:
            if name == "repaired" and isinstance(value, list):
                answers = value
    new = {
        each.claim: claim
        for each, answer in zip(refused, answers, strict=False)
        if (claim := _rewritten(each.claim, answer, evidence))
    }
    return map_claims(proposed, lambda _, claim: new.get(claim, claim))


def _case(n: int, refused: Refused, finder: PassageFinder) -> str:
    evidence = finder.evidence
    cited = [
        s
        for span in refused.claim.spans
        for s in evidence.source(span.source).sentences
        if s.start < span.end and s.end > span.start
    ]
    found = finder.find(refused.claim.text, only=1 if refused.section == "discussion" else None, limit=PASSAGES)
    passages = {(s.source, s.index): s for s in (*cited, *found)}
    lines = [f"[{number_of(s, evidence)}] ({_origin(s, evidence)}) {plain(s.text)}" for s in passages.values()]
    why = REASONS.get(refused.reason, refused.reason)
    head = (
        f"Sentence {n} ({refused.section.replace('_', ' ')}): {plain(refused.claim.text)}\nRefused: {why}.\n<passages>"
    )
    return "\n".join([head, *lines, "</passages>"])


def _origin(sentence: Sentence, evidence: Evidence) -> str:
    """Who says it where and when, since the sentence has to tell."""
    document = evidence.source(sentence.source).document
    published = (document.published_at or "")[:10]
    said_by = sentence.by or document.author
    return plain(", ".join(part for part in (said_by, document.site, document.title, published) if part), 160)


def _rewritten(claim: ClaimDraft, answer: Any, evidence: Evidence) -> ClaimDraft | None:
    """The claim in its new words; None where the model gave it up or answered something else."""
    try:
        said = msgspec.convert(answer, Said | None)
    except msgspec.ValidationError:
        return None
    text = clean(said.text, evidence) if said else ""
    spans = read_cites(said.cites, evidence) if said else ()
    return msgspec.structs.replace(claim, text=text, spans=spans, translated=False) if text and spans else None
