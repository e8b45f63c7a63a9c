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

STAGES = ("scout", "takeaways", "technical", "outlook", "history", "lead")
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
    """What a careful editor answers to a stage."""
    shown = shown_in(request)
    good = quotable(shown)
    web = [each for each in good if each.site] or good
    if request.stage == "scout":
        return {
            "queries": [" ".join(re.findall(r"\w{4,}", shown[0].text)[:6]) if shown else "lamp"],
            "category": "Other",
            "headline": said(good[0]) if good else None,
            "hook": None,
            "what_changed": said(good[-1]) if good else None,
            "why_it_matters": None,
            "who_should_care": ["Developers"],
            "discussion": [voiced(each) for each in good if each.by][:3],
        }
    if request.stage == "lead":
        return {"headline": said(web[0]), "hook": said(web[1 % len(web)]), "what_changed": said(web[2 % len(web)]),
                "why_it_matters": None}  # fmt: skip
    if request.stage == "takeaways":
        return {"takeaways": [said(each) for each in web[3:8]]}
    if request.stage == "technical":
        return {"technical": [{"label": "Measurement", **said(each)} for each in web[8:11]]}
    if request.stage == "outlook":
        named = [each for each in web[11:] if names(each.text)]
        foreseen = [
            {"prediction": f"{names(e.text)[0]} will probably continue.", "rationale": said(e)} for e in named[:2]
        ]
        return {"what_to_do_next": [], "implications": foreseen}
    if request.stage == "history":
        dated = [(days[-1].iso, each) for each in web if (days := find_dates(each.text))]
        return {"timeline": [{"date": day, **said(each)} for day, each in dated[:4]], "disputed": []}
    return {"repaired": []}


class Newsroom(Office):
    """An office whose writer is the model's."""

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
        super().__init__(**office)
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
