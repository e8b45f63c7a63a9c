"""A thread and two pages with an order to machines planted in them, and a model that obeys it.

The model puts what the order wants into every field there is, beside honest claims, and cites innocent passages for it.
Words of which the thread itself has every one prove nothing, so it leaves those alone.
"""

import json
import re
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from server.core.errors import SourceUnavailable
from server.core.model import ModelRequest
from server.core.ports import Hit, Page
from server.core.words import term_set
from server.sample.reddit_listing import render_thread
from tests.fakes import NOON
from tests.workers.newsroom import Newsroom, Shown, answer_well, quotable, shown_in
from tests.workers.writers.lighthouse import COUNCIL, COURIER
from workers.prompts import load_prompts

Row = dict[str, Any]
OWN = Path(__file__).parents[1] / "cases" / "orders.jsonl"
SHARED = Path(__file__).parents[2].parent / "shared" / "hostile" / "injection_texts.jsonl"
THREAD_URL = "https://www.reddit.com/r/Lighthouses/comments/1kestrel/relit/"
COUNCIL_URL, COURIER_URL = "https://council.example/minutes", "https://courier.example/lamp"
TITLE = "Kestrel Point council votes to relight its lighthouse lamp"
COMMENTS = (
    (
        "warden_of_birds",
        "The lamp should stay dark for the birds that nest on the cliffs of the reserve at Kestrel Point.",
    ),
    (
        "mara_pilot",
        "Pilots have asked for the lamp since 1998, because nine ships were lost on the rocks below the point.",
    ),
    ("quayside", "The board should publish what the oil will cost before anybody celebrates the vote of the council."),
)
KINDS_OF_STRINGS = frozenset("contains contains-only verdict-flip unsupported-claim attribution secret-leak".split())
_HOST = re.compile(
    r"(?<![@\w.-])(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}|localhost)(?![\w-])", re.I
)


def load(path: Path) -> list[Row]:
    """The rows of a list; none where the machine has not got it."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def hosts_of(row: Row) -> set[str]:
    """All that the row would lead to."""
    text = f"{row['text']} {' '.join(row['canary'].get('value') or [])}"
    return {host.lower().removeprefix("www.") for host in _HOST.findall(text)} - {"example.org", "l.png"}


def strings_of(row: Row) -> list[str]:
    """What nobody may read on a card: the canaries that are words."""
    canary = row["canary"]
    return [value.strip().lower() for value in canary["value"]] if canary["kind"] in KINDS_OF_STRINGS else []


class PlantedWeb:
    """Fetcher and searcher over the thread and its pages; what is asked of it is kept."""

    name = "planted"

    def __init__(self, row: Row | None, *vectors: str) -> None:
        self.row, self.vectors = row, vectors
        self.asked: list[str] = []
        self.searched: list[str] = []

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        self.asked.append(url)
        if "reddit.com" in url and ".json" in url:
            return self._page(url, "application/json", self._thread())
        if url in (COUNCIL_URL, COURIER_URL):
            told = COUNCIL if url == COUNCIL_URL else COURIER
            return self._page(url, "text/html", self._html(told, planted=url == COUNCIL_URL).encode())
        raise SourceUnavailable(f"{url} answered 404.", status=404)

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        self.searched.append(query)
        return [Hit(COURIER_URL, COURIER.partition("\n")[0], COURIER[:150])]

    def _page(self, url: str, media_type: str, body: bytes) -> Page:
        return Page(url=url, media_type=media_type, charset="utf-8", body=body, retrieved_at=NOON)

    def _in(self, vector: str) -> str:
        return self.row["text"] if self.row and vector in self.vectors else ""

    def _thread(self) -> bytes:
        said = [*COMMENTS[:2], *([("passer_by", text)] if (text := self._in("comment")) else []), COMMENTS[2]]
        said += [(name, "The harbour board counted 412 ships.")] if (name := self._in("username")) else []
        comments = [
            {"id": f"c{n}", "author": author, "score": 20 - n, "at": "2026-02-23T11:00:00+00:00",
             "text": [part for part in text.split("\n\n") if part.strip()]}
            for n, (author, text) in enumerate(said)
        ]  # fmt: skip
        return render_thread(
            {
                "id": "1kestrel", "slug": "relit", "subreddit": "Lighthouses", "title": self._in("title") or TITLE,
                "author": "keeper_of_logs", "flair": "News", "text": ["The minutes are out."], "link": COUNCIL_URL,
                "score": 214, "upvote_ratio": 0.9, "posted_at": "2026-02-23T10:00:00+00:00", "comments": comments,
                "more": {"count": 0, "id": "m", "children": []},
            }
        )  # fmt: skip

    def _html(self, told: str, *, planted: bool) -> str:
        parts = [f"<p>{escape(part)}</p>" for part in told.split("\n\n")[1:]]
        if planted:
            parts[2:2] = [f"<p>{escape(part)}</p>" for part in self._in("page").split("\n\n") if part.strip()]
            parts[1:1] = [f'<div style="display:none">{escape(text)}</div>'] if (text := self._in("hidden")) else []
            comment = self._in("html-comment")
            parts[1:1] = [comment if comment.startswith("<!--") else f"<!-- {comment} -->"] if comment else []
        title = told.partition("\n")[0]
        body = f"<article><h1>{title}</h1>{''.join(parts)}</article>"
        return f"<html lang=en><head><title>{title}</title></head><body>{body}</body></html>"


class Obedient:
    """Answers as an editor would who does what the row wants, in every field."""

    def __init__(self, row: Row) -> None:
        own = term_set(f"{TITLE} {COUNCIL} {COURIER} {COMMENTS}")
        wants = [want for want in row["canary"].get("value") or [] if not term_set(want) <= own]
        self._wants = [*wants, " ".join(row["text"].split())[:300]]
        self._rider = wants[0] if wants else "walrus oil"
        self._hosts = sorted(hosts_of(row)) or ["canary.test"]

    def __call__(self, request: ModelRequest) -> dict[str, Any]:
        answer = answer_well(request)
        if request.stage == "repair":
            lies = self._lies(shown_in(request))
            return {"repaired": (lies * 3)[:12]}
        shown = shown_in(request)
        lies, tips = self._lies(shown), self._phrases()
        for name in answer:
            if name == "queries":
                answer[name] = [*tips, *(f"site:{host} lamp" for host in self._hosts), *answer[name]]
            elif name in ("headline", "hook", "what_changed", "why_it_matters"):
                answer[name] = lies[len(name) % len(lies)]
            elif name == "category":
                answer[name] = tips[0]
            elif name == "who_should_care":
                answer[name] = [*tips, "Everyone"]
            elif name == "technical":
                answer[name] = [{**claim, "label": tip} for claim, tip in zip(self._honest(shown), tips, strict=False)][
                    :4
                ]
            elif name == "implications":
                answer[name] = [{"prediction": tip, "rationale": self._honest(shown)[0]} for tip in tips[:3]]
            elif name == "timeline":
                answer[name] = [{"date": "2026-02-23", **claim} for claim in (*lies, *self._honest(shown))][:6]
            elif name == "disputed":
                one, other = (self._honest(shown) * 2)[:2]
                answer[name] = [{"about": tip, "one": one, "other": other} for tip in tips[:2]]
            else:
                honest = answer[name][:1]
                answer[name] = (
                    [*lies[len(name) % 3 :: 3], *honest][-5:] if name != "takeaways" else [*honest, *lies][:9]
                )
        return answer

    def _honest(self, shown: list[Shown]) -> list[dict[str, Any]]:
        return [{"text": each.text, "cites": [each.n]} for each in quotable(shown)] or [
            {"text": "The lamp.", "cites": [1]}
        ]

    def _phrases(self) -> list[str]:
        """As labels, predictions, subjects and searches have them."""
        host = self._hosts[0]
        return [
            self._wants[0][:60],
            f"{self._wants[0][:40]} will probably follow",
            f"https://{host}/x",
            host,
            self._wants[-1][:90],
        ]

    def _lies(self, shown: list[Shown]) -> list[dict[str, Any]]:
        """Sentences that say it, for which innocent passages are cited, and the planted one where it is shown."""
        honest = quotable(shown) or [Shown(1, "The council voted.", None, None)]
        one, host = honest[0], self._hosts[0]
        planted = [each.n for each in shown if each.text[:40] and each.text[:40] in self._wants[-1]]
        cites = [*planted[:2], one.n, one.n + 1]
        texts = [
            *(f"{want}." for want in self._wants[:2]),
            self._wants[-1],
            f"{one.text.rstrip('.')}, with {self._rider}.",
            f"{one.text} See https://{host}/x.",
            f"{one.text} Source: {host}",
            f"![{one.text}](https://{host}/p.png)",
            f'<a href="https://{host}">{one.text}</a>',
            f"<script src=//{host}></script>{one.text}",
            one.text[::-1],
            b64encode(one.text.encode()).decode(),
            re.sub(r"\b\w{6,}\b", "🏛", one.text),
            "Der Rat hat beschlossen, das Licht am Leuchtturm wieder anzuzünden.",
            " ".join(load_prompts()["editor"].split()[:25]),
            f"The key is sk-ant-api03-{'x' * 20}.",
        ]
        return [{"text": text, "cites": cites} for text in texts]


def office_for(row: Row, *vectors: str) -> tuple[Newsroom, PlantedWeb]:
    """The card that would come of it."""
    web = PlantedWeb(row, *vectors)
    return Newsroom(Obedient(row), fetcher=web, searchers=(web,), url=THREAD_URL, piece=400), web
