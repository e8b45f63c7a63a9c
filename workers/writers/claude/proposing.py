"""From a model's words to a draft: items that have the shape, passages that exist, text that is only text.

A model may obey the page it reads. So whatever could act or mislead by its form never gets as far as a claim: links,
addresses, markup, control characters. What it says is checked afterwards, like every draft.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, get_args, get_origin

import msgspec

from server.core.card import ClaimDraft, ClaimKind, DisputeDraft, Draft, EventDraft, ImplicationDraft, Span
from server.core.source import Evidence
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
MOST_CITES = 3
MOST_SENTENCES = 3  # that one citation may join
LONGEST_TEXT = 400  # characters of a sentence
LONGEST_LABEL = 40
INTERPRETED = frozenset({"why_it_matters", "what_to_do_next", "implications"})
_CITE = re.compile(r"\[?(\d{1,3})\.(\d{1,5})(?:\s*[-–]\s*(?:\1\.)?(\d{1,5}))?\]?")
_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_ACTIVE = re.compile(
    r"<[a-z!/?]|\]\(|https?:|www\.|\b[a-z][a-z0-9+.-]*://|javascript:|data:|```|&(?:#\w+|[a-z]+);"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|dev|example|test|invalid|evil|xyz|ru|cn|info|biz|top)/",
    re.IGNORECASE,
)
_INLINE_MARKS = re.compile(r"(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")


def propose(name: str, value: Any, evidence: Evidence) -> dict[str, Any]:
    """The draft's field of this name as keyword arguments; {} where nothing of the answer can be used."""
    kind = ITEMS.get(name)
    if kind is None:
        return {}
    if get_origin(kind) is tuple:
        items = _convert_each(value, get_args(kind)[0])
        drafts = [draft for item in items if (draft := _draft(name, item, evidence)) is not None]
        return {name: tuple(drafts[: MOST[name]])} if drafts else {}
    item = _convert(value, kind)
    draft = item if isinstance(item, str) else _draft(name, item, evidence) if item is not None else None
    return {name: draft} if draft is not None else {}


def propose_draft(members: Iterable[tuple[str, Any]], evidence: Evidence) -> Draft:
    """A draft of all members that can be used."""
    fields: dict[str, Any] = {}
    for name, value in members:
        fields |= propose(name, value, evidence)
    return Draft(**fields)


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


def _draft(name: str, item: Any, evidence: Evidence) -> Any:
    if isinstance(item, str):  # an audience
        return item
    if isinstance(item, Foreseen):
        prediction, rationale = clean(item.prediction), _claim(name, item.rationale, evidence)
        return ImplicationDraft(prediction=prediction, rationale=rationale) if prediction and rationale else None
    if isinstance(item, Dated):
        event = _claim(name, Said(item.text, item.cites), evidence)
        return EventDraft(date=item.date, event=event) if event and _DATE.fullmatch(item.date) else None
    if isinstance(item, Contested):
        sides = tuple(side for said in item.sides[:4] if (side := _claim(name, said, evidence)))
        about = clean(item.about)
        note = _claim(name, item.note, evidence) if item.note else None
        return DisputeDraft(about=about, sides=sides, note=note) if about and len(sides) > 1 else None
    if isinstance(item, Labelled):
        return _claim(name, Said(item.text, item.cites), evidence, clean(item.label)[:LONGEST_LABEL] or None)
    return _claim(name, item, evidence)


def _claim(name: str, said: Said, evidence: Evidence, label: str | None = None) -> ClaimDraft | None:
    text = clean(said.text)
    if not text or len(text) > LONGEST_TEXT:
        return None
    spans = tuple(span for cite in said.cites[:MOST_CITES] if (span := read_cite(cite, evidence)))
    return ClaimDraft(text=text, kind=_kind(name, spans), spans=spans, label=label)


def _kind(name: str, spans: tuple[Span, ...]) -> ClaimKind:
    if name in INTERPRETED:
        return "interpretation"
    return "thread" if name == "discussion" or (spans and all(span.source == 1 for span in spans)) else "web"


def read_cite(cite: str, evidence: Evidence) -> Span | None:
    """The run of text that "2.14" or "2.14-15" names; None where there is no such passage."""
    match = _CITE.fullmatch(cite.strip())
    if not match:
        return None
    n, first = int(match[1]), int(match[2])
    last = int(match[3]) if match[3] else first
    if not 1 <= n <= len(evidence.sources) or not first <= last < first + MOST_SENTENCES:
        return None
    sentences = evidence.source(n).sentences
    if last >= len(sentences):
        return None
    return Span(n, sentences[first].start, sentences[last].end)


def clean(text: str) -> str:
    """The text as one plain line; "" for what carries a link, an address or markup."""
    seen = "".join(ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    if _ACTIVE.search(seen):
        return ""
    line = _INLINE_MARKS.sub("", re.sub(r"\s+", " ", seen)).strip()
    return re.sub(r"\s*\[\d+\.\d+(?:[-–]\d+)?\]", "", line).strip()
