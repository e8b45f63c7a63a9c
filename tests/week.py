"""A week of invented cards from several places, as a reader's front page would have them."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from server.core.card import Card, CardId, Claim
from tests.server.api.served import NOW, Served, load_case

# Site, community, category, headline, hook, comments; the newest first.
LINES: tuple[tuple[str, str, str, str, str | None, int], ...] = (
    (
        "reddit.com",
        "r/LocalLLaMA",
        "Release",
        "Harbour Labs releases Tern-2, a 9-billion-parameter model under Apache-2.0",
        "It runs on a phone, and commenters say it answers slower than its makers claim.",
        412,
    ),
    (
        "news.ycombinator.com",
        "Hacker News",
        "Security",
        "Researchers say a backdoored pickle file ran code in 40 model hubs",
        "Scanners passed the file because it looked like an ordinary checkpoint.",
        288,
    ),
    (
        "reddit.com",
        "r/selfhosted",
        "Release",
        "Openquill 3.9 drops the licence check that broke offline installs",
        "Users without a network waited eleven days for a one-line fix.",
        96,
    ),
    (
        "lemmy.world",
        "!technology@lemmy.world",
        "Policy",
        "Kestrel Point council votes 7 to 2 to publish its camera register",
        "The police chief calls it a map for burglars; the council calls it overdue.",
        57,
    ),
    (
        "github.com",
        "quillbase/quillbase",
        "Incident",
        "Quillbase confirms that version 4.1 lost writes on full disks",
        "The bug was reported twice before it was believed.",
        143,
    ),
    (
        "reddit.com",
        "r/LocalLLaMA",
        "Research",
        "A preprint claims that shorter prompts beat longer ones on nine of ten tasks",
        "Its authors work for the company whose product shortens prompts.",
        201,
    ),
    (
        "discuss.kestrel.example",
        "Announcements",
        "Tutorial",
        "A forum admin shows how to move 14 years of threads in one night",
        None,
        22,
    ),
    (
        "reddit.com",
        "r/de",
        "Policy",
        "Bundesnetzagentur prüft laut Bericht die Abschaltung alter Kupferanschlüsse ab 2027",
        "Anbieter nennen den Termin ehrgeizig, Verbraucherschützer nennen ihn unvollständig.",
        318,
    ),
    (
        "reddit.com",
        "r/Lighthouses",
        "Culture",
        "Kestrel Point relights its lamp after 38 years",
        "Nine keepers came back to see it.",
        38,
    ),
    (
        "v2ex.com",
        "分享创造",
        "Release",
        "开发者发布离线翻译工具灯塔，称其无需联网即可运行",
        "评论者发现它首次启动时仍会下载模型。",
        74,
    ),
    (
        "reddit.com",
        "r/programming",
        "Discussion",
        "Maintainer says he will stop reading issues that a model wrote",
        "Half of the commenters offer to write him a filter, with a model.",
        1204,
    ),
    (
        "lobste.rs",
        "Lobsters",
        "Research",
        "A measurement finds that one cache line explains half of a database's tail latency",
        "The fix is four bytes of padding.",
        61,
    ),
    (
        "reddit.com",
        "r/arabs",
        "Culture",
        "مجلس كسترل يصوّت لإعادة إضاءة منارة Kestrel بعد 38 عامًا",
        "المعارضون يقولون إن المال كان يكفي لمدرسة.",
        45,
    ),
    (
        "reddit.com",
        "r/LocalLLaMA",
        "Industry",
        "Harbour Labs accuses a rival of training on its outputs",
        "The rival says it used only what anyone could buy.",
        633,
    ),
    (
        "stackoverflow.com",
        "Stack Overflow",
        "Tutorial",
        "An answer from 2011 explains why the build breaks on leap days",
        None,
        9,
    ),
    (
        "reddit.com",
        "r/netsec",
        "Security",
        "Vendor patches a router flaw 14 months after it was told",
        "Its first reply asked the researcher to buy a support contract.",
        87,
    ),
    (
        "news.ycombinator.com",
        "Hacker News",
        "Industry",
        "Quillbase moves version 4 to a licence that bars hosted resale",
        "Its chief executive says three clouds earned more from Quillbase than its makers did.",
        540,
    ),
    (
        "reddit.com",
        "r/selfhosted",
        "Discussion",
        "Users compare the power bills of nine home servers",
        "The cheapest is a laptop with a broken screen.",
        164,
    ),
)
APART = timedelta(hours=9, minutes=20)


def week_of_cards() -> Iterator[Card]:
    """Newest first; the last is a week old."""
    case = load_case()
    for number, (site, community, category, headline, hook, comments) in enumerate(LINES):
        at = NOW - timedelta(minutes=25) - number * APART
        yield msgspec.structs.replace(
            case,
            id=CardId(f"week-{number:011}"),
            lang={"r/de": "de", "r/arabs": "ar", "分享创造": "zh"}.get(community or "", "en"),
            thread=msgspec.structs.replace(
                case.thread, url=f"https://{site}/thread/{number}", site=site, community=community,
                title=headline, comment_count=comments, language=None,
            ),
            headline=_saying(case.headline, headline),
            hook=_saying(case.headline, hook) if hook else None,
            category=category,
            generated_at=at,
            sources=case.sources[: 2 + number % 5],
        )  # fmt: skip


def save_week(served: Served) -> None:
    """All of them, oldest first; the third in two versions."""
    for card in reversed(list(week_of_cards())):
        served.save(card)
    refreshed = list(week_of_cards())[2]
    served.save(msgspec.structs.replace(refreshed, generated_at=NOW - timedelta(minutes=5)))


def _saying(claim: Claim, text: str) -> Claim:
    return msgspec.structs.replace(claim, text=text, label=None)
