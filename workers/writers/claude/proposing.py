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
from server.core.source import Evidence, Sentence
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
LONGEST_TEXT = 400  # characters of a sentence
LONGEST_LABEL = 40
INTERPRETED = frozenset({"why_it_matters", "what_to_do_next", "implications"})
_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_ACTIVE = re.compile(
    r"<[a-z!/?]|(?<!:)//\w|\]\(|\]: |https?:|\bwww\.|\b[a-z][a-z0-9+.-]*://|javascript:|\bdata:\w|```|&(?:#\w+|[a-z]+);|@[\w-]+\.[a-z]",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?<![/\w.-])((?:[a-z0-9-]+\.)+([a-z]{2,24}))\b(?!\()", re.IGNORECASE)
# Ends of file and library names ("Node.js", "setup.py"), of which some are top-level domains too.
_FILES = frozenset(
    "js ts py rs go md txt json css html php java cpp rb sh exe dll yml yaml toml net ai pdf zip".split()
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
        prediction, rationale = clean(item.prediction, evidence), _claim(name, item.rationale, evidence)
        return ImplicationDraft(prediction=prediction, rationale=rationale) if prediction and rationale else None
    if isinstance(item, Dated):
        event = _claim(name, Said(item.text, item.cites), evidence)
        return EventDraft(date=item.date, event=event) if event and _DATE.fullmatch(item.date) else None
    if isinstance(item, Contested):
        sides = tuple(side for said in item.sides[:4] if (side := _claim(name, said, evidence)))
        about = clean(item.about, evidence)
        note = _claim(name, item.note, evidence) if item.note else None
        return DisputeDraft(about=about, sides=sides, note=note) if about and len(sides) > 1 else None
    if isinstance(item, Labelled):
        return _claim(name, Said(item.text, item.cites), evidence, clean(item.label, evidence)[:LONGEST_LABEL] or None)
    return _claim(name, item, evidence)


def _claim(name: str, said: Said, evidence: Evidence, label: str | None = None) -> ClaimDraft | None:
    text = clean(said.text, evidence)
    if not text or len(text) > LONGEST_TEXT:
        return None
    spans = read_cites(said.cites, evidence)
    return ClaimDraft(text=text, kind=_kind(name, spans), spans=spans, label=label)


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
        if before and before.source == sentence.source and abs(before.index - sentence.index) == 1:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return tuple(Span(run[0].source, min(s.start for s in run), max(s.end for s in run)) for run in runs)


def find_passage(number: int, evidence: Evidence) -> Sentence | None:
    """The sentence with a number, counted from 1 over all sources in their order."""
    for source in evidence.sources:
        if 1 <= number <= len(source.sentences):
            return source.sentences[number - 1]
        number -= len(source.sentences)
    return None


def clean(text: str, evidence: Evidence) -> str:
    """The text as one plain line; "" for what carries a link, markup, or a host that none of the sources has."""
    seen = "".join(ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    if _ACTIVE.search(seen) or _names_strange_host(seen, evidence):
        return ""
    line = _INLINE_MARKS.sub("", re.sub(r"\s+", " ", seen)).strip()
    return re.sub(r"\s*\[\d+(?:, ?\d+)*\]", "", line).strip()


def _names_strange_host(text: str, evidence: Evidence) -> bool:
    """A planted address need not be a link to lead somewhere; the sources' own hosts are part of the story."""
    found = {(match[1].lower(), match[2].lower()) for match in _HOST.finditer(text)}
    if not any(end not in _FILES or host.count(".") > 1 for host, end in found):
        return False
    known = {
        part for source in evidence.sources for part in (source.document.url.lower(), source.document.site.lower())
    }
    return any(
        not any(host.removeprefix("www.") in part for part in known)
        for host, end in found
        if end not in _FILES or host.count(".") > 1
    )
