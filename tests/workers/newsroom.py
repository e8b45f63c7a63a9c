"""An office with a model: scripted answers made from the passages that the request itself shows.

The good editor quotes passages nearly as they are, lightly attributed, so whatever a test adds to its answers is the
test's own.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from server.core.dates import find_dates
from server.core.model import ModelRequest
from server.core.ports import Budget, Model
from server.core.words import names, word_count
from tests.fakes import MemoryBudget, Script, ScriptedModel
from tests.workers.test_pipeline import Office
from workers.writers.claude import ClaudeWriter
from workers.writers.claude.writing import LEAD, SCOUT, SECTIONS

CALLS = {call.name: call for call in (SCOUT, *SECTIONS, LEAD)}
STAGES = tuple(CALLS)
_TAG = re.compile(r"<(thread|comment|source)\b([^>]*)>")
_LINE = re.compile(r"\[(\d+)\] (.+)")


class Shown(msgspec.Struct, frozen=True):
    """A passage as the model sees it."""

    n: int
    text: str
    by: str | None  # a commenter's name
    site: str | None  # None: the thread


def shown_in(request: ModelRequest) -> list[Shown]:
    """All passages of a prompt, in order."""
    found: list[Shown] = []
    by: str | None = None
    site: str | None = None
    for line in "\n".join(part.text for part in request.parts).splitlines():
        if tag := _TAG.match(line):
            named = dict(re.findall(r'(\w+)="([^"]*)"', tag[2]))
            by = named.get("by") if tag[1] == "comment" else None
            site = named.get("site", "?") if tag[1] == "source" else None
        elif line.startswith("</comment>"):
            by = None
        elif passage := _LINE.fullmatch(line):
            words = re.sub(r"^\([^)]*\) ", "", passage[2]) if request.stage == "repair" else passage[2]
            found.append(Shown(int(passage[1]), words, by, site))
    return found


def quotable(shown: Sequence[Shown]) -> list[Shown]:
    """Those that are whole sentences of an editor's length and speak for themselves."""
    return [
        each
        for each in shown
        if 10 <= word_count(each.text) <= 32
        and each.text[-1] in ".!"
        and each.text[0].isupper()
        and not re.search(r"[‹›@?]|https?:|\b(?:I|we|my|our)\b", each.text)
    ]


def said(passage: Shown) -> dict[str, Any]:
    """The passage as a claim that cites it."""
    return {"text": passage.text, "cites": [passage.n]}


def voiced(passage: Shown) -> dict[str, Any]:
    """The same in attributed words."""
    return {"text": f"{passage.by} writes: {passage.text}", "cites": [passage.n]}


def answer_well(request: ModelRequest) -> dict[str, Any]:
    """What a careful editor answers to a stage: a sentence of its own for each claim."""
    call = CALLS.get(request.stage)
    if call is None:
        return {"repaired": []}
    return {name: _FIELDS[name](shown_in(request)) for name in call.answer.__struct_fields__}


def _nth(n: int) -> Callable[[Sequence[Shown]], Any]:
    return lambda shown: said(_web(shown)[n % len(_web(shown))]) if _web(shown) else None


def _web(shown: Sequence[Shown]) -> list[Shown]:
    """Of the pages where there are any, else of the thread."""
    good = quotable(shown)
    return [each for each in good if each.site] or good


def _foreseen(shown: Sequence[Shown]) -> list[dict[str, Any]]:
    named = [each for each in _web(shown)[11:] if names(each.text)]
    return [{"prediction": f"{names(e.text)[0]} will probably continue.", "rationale": said(e)} for e in named[:2]]


def _dated(shown: Sequence[Shown]) -> list[dict[str, Any]]:
    dated = [(days[-1].iso, each) for each in _web(shown) if (days := find_dates(each.text))]
    return [{"date": day, **said(each)} for day, each in dated[:4]]


_FIELDS: dict[str, Callable[[Sequence[Shown]], Any]] = {
    "queries": lambda shown: [" ".join(re.findall(r"\w{4,}", shown[0].text)[:6]) if shown else "lamp"],
    "category": lambda _: "Other",
    "headline": _nth(0),
    "hook": _nth(1),
    "what_changed": _nth(2),
    "why_it_matters": lambda _: None,
    "what_to_do_next": lambda _: [],
    "who_should_care": lambda _: ["Developers"],
    "discussion": lambda shown: [voiced(each) for each in quotable(shown) if each.by][:3],
    "takeaways": lambda shown: [said(each) for each in _web(shown)[3:8]],
    "technical": lambda shown: [{"label": "Measurement", **said(each)} for each in _web(shown)[8:11]],
    "implications": _foreseen,
    "timeline": _dated,
    "disputed": lambda _: [],
}


class Newsroom(Office):
    """An office whose writer is the model's. Nothing is searched unless told otherwise: the thread's link is enough."""

    def __init__(
        self,
        script: Sequence[Script] | Callable[[ModelRequest], Script] | Model = answer_well,
        *,
        budget: Budget | None = None,
        card_cap_usd: float = 0.30,
        piece: int = 64,
        judge: bool = False,
        **office: Any,
    ) -> None:
        super().__init__(**{"searchers": (), **office})
        self.model: Any = script if isinstance(script, Model) else ScriptedModel(script, piece=piece)
        self.budget = budget or MemoryBudget()
        settings = self.parts.settings
        writer = ClaudeWriter(
            self.model,
            self.budget,
            models=settings.models,
            prices=settings.price_table,
            card_cap_usd=card_cap_usd,
            most_queries=settings.most_queries,
            judge=judge,
        )
        self.parts = msgspec.structs.replace(self.parts, writer=writer)
