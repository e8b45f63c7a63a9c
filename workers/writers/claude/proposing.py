"""From a model's words to a draft: items that have the shape, passages that exist, text that is only text.

What it says is checked afterwards, like every draft.
"""

import re
from collections.abc import Iterable
from typing import Any, get_args, get_origin

import msgspec

from server.core.card import ClaimDraft, ClaimKind, DisputeDraft, Draft, EventDraft, ImplicationDraft, Span
from server.core.source import Evidence, Sentence
from server.core.writing import Refused
from workers.writers.claude.cleaning import LONGEST_TEXT, clean
from workers.writers.claude.shapes import ITEMS, Contested, Dated, Foreseen, Labelled, Said

MOST = {
    "what_to_do_next": 2,
    "who_should_care": 2,
    "discussion": 3,
    "takeaways": 5,
    "technical": 4,
    "implications": 3,
    "timeline": 6,
    "disputed": 2,
}
MOST_CITES = 4
LONGEST_LABEL = 40
INTERPRETED = frozenset({"why_it_matters", "what_to_do_next", "implications"})
_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


class Proposal(msgspec.Struct, frozen=True):
    """What of a member of an answer can be proposed, and the sentences in it that are more than sentences."""

    draft: Draft = Draft()
    unfit: tuple[Refused, ...] = ()


def propose_draft(name: str, value: Any, evidence: Evidence) -> Proposal:
    """The draft's field of this name, as far as the answer has its shape."""
    kind = ITEMS.get(name)
    if kind is None:
        return Proposal()
    reader = _Reader(name, evidence)
    if get_origin(kind) is tuple:
        items = _convert_each(value, get_args(kind)[0])
        drafts = [draft for item in items if (draft := reader.read(item)) is not None]
        found: Any = tuple(drafts[: MOST[name]])
    else:
        item = _convert(value, kind)
        found = item if isinstance(item, str) or item is None else reader.read(item)
    fields: dict[str, Any] = {name: found}
    return Proposal(Draft(**fields), tuple(reader.unfit))


def _convert(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError):
        return None


def _convert_each(value: Any, kind: Any) -> list[Any]:
    """The items of the right shape among the first hundred."""
    if not isinstance(value, list):
        return []
    return [item for raw in value[:100] if (item := _convert(raw, kind)) is not None]


class _Reader:
    """From one field's items to its drafts."""

    def __init__(self, name: str, evidence: Evidence) -> None:
        self._name, self._evidence = name, evidence
        self.unfit: list[Refused] = []

    def read(self, item: Any) -> Any:
        """None for what has the shape and is no draft all the same."""
        if isinstance(item, str):  # an audience
            return item
        if isinstance(item, Foreseen):
            prediction, rationale = self._clean(item.prediction), self._claim(item.rationale)
            return ImplicationDraft(prediction=prediction, rationale=rationale) if prediction and rationale else None
        if isinstance(item, Dated):
            event = self._claim(Said(item.text, item.cites))
            return EventDraft(date=item.date, event=event) if event and _DATE.fullmatch(item.date) else None
        if isinstance(item, Contested):
            sides = tuple(side for said in (item.one, item.other) if (side := self._claim(said)))
            about = self._clean(item.about)
            return DisputeDraft(about=about, sides=sides) if about and len(sides) > 1 else None
        if isinstance(item, Labelled):
            label = clean(item.label, self._evidence)
            return self._claim(Said(item.text, item.cites), label if len(label) <= LONGEST_LABEL else "")
        return self._claim(item)

    def _claim(self, said: Said, label: str = "") -> ClaimDraft | None:
        text = self._clean(said.text)
        if not text:
            return None
        spans = read_cites(said.cites, self._evidence)
        return ClaimDraft(text=text, kind=_kind(self._name, spans), spans=spans, label=label or None)

    def _clean(self, text: str) -> str:
        cleaned = clean(text, self._evidence)
        if text.strip() and not cleaned:
            self.unfit.append(Refused(self._name, ClaimDraft(text=text[:LONGEST_TEXT], kind="web"), "form"))
        return cleaned


def _kind(name: str, spans: tuple[Span, ...]) -> ClaimKind:
    if name in INTERPRETED:
        return "interpretation"
    return "thread" if name == "discussion" or (spans and all(span.source == 1 for span in spans)) else "web"


def read_cites(cites: Iterable[int], evidence: Evidence) -> tuple[Span, ...]:
    """The runs of text that passage numbers name, best first; neighbours make one run, numbers of nothing make none."""
    runs: list[list[Sentence]] = []
    for cite in list(cites)[:MOST_CITES]:
        sentence = find_passage(cite, evidence)
        if sentence is None:
            continue
        before = runs[-1][-1] if runs else None
        if before and _are_neighbours(before, sentence):
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return tuple(Span(run[0].source, min(s.start for s in run), max(s.end for s in run)) for run in runs)


def _are_neighbours(one: Sentence, two: Sentence) -> bool:
    """Nothing stands between them, not even what was left out as an order."""
    return one.source == two.source and abs(one.index - two.index) == 1 and abs(one.block - two.block) <= 1


def find_passage(number: int, evidence: Evidence) -> Sentence | None:
    """The sentence with a number, counted from 1 over all sources in their order."""
    for source in evidence.sources:
        if 1 <= number <= len(source.sentences):
            return source.sentences[number - 1]
        number -= len(source.sentences)
    return None
