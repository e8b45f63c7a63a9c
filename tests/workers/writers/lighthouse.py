"""An invented event as four pages tell it, each with something that the others have not."""

from typing import Any

from server.core.source import Document, Evidence
from server.core.thread import Thread
from tests.evidence import make_comment, make_evidence, make_page, make_thread

COUNCIL = """Kestrel Point council votes to relight its lighthouse lamp

On 23 February 2026, the Kestrel Point council voted 7 to 2 to relight the lamp of its lighthouse after 28 dark years.

However, the council will pay 41,000 crowns over three years for oil, a keeper and a new lens from Osprey Lines.

Ferries and 1,200 fishing crews who pass Kestrel Point at night will no longer need to stop at the outer harbour.

Report every failure of the lamp to the Kestrel Point harbour board within one hour.

Detection

A light sensor on the lighthouse tower measures the lamp every 40 seconds and sends a signal to the harbour server."""

COURIER = """Kestrel Point brings back its lighthouse lamp

The Kestrel Point council voted 7 to 2 on Monday to relight the lamp of its lighthouse, dark since March 1998.

Nine ships have been lost off Kestrel Point since the lamp of the lighthouse went dark, according to the harbour board.

But critics on the council doubt that the old lighthouse tower can carry the weight of a new lamp.

The harbour board counted 412 ships that passed Kestrel Point lighthouse last winter.

In May 2019, the Kestrel Point council rejected a first plan to relight the lighthouse lamp."""

TIDEWIRE = """What the relit lamp means for Kestrel Point

Osprey Lines built the new lamp for the Kestrel Point lighthouse in nine months and will maintain it for three years.

Kestrel Point will likely be the busiest harbour before 2030 because of its lamp, said Ines Okerveld of Osprey Lines.

Tidewire counted 398 ships that passed Kestrel Point lighthouse last winter.

On 14 July 2025, Osprey Lines offered the Kestrel Point council a lamp for its lighthouse."""

PILOTS = """Pilots of the coast welcome the lighthouse lamp

The Coast Pilots measured a range of 19 miles for the lamp of the Kestrel Point lighthouse in a trial in January 2026.

For twenty years the pilots of Kestrel Point lighthouse steered by the lamps of the bakery beside the church."""

COMMENTS = (
    "The lamp should stay dark because its light kills thousands of birds at Kestrel Point every year.",
    "Pilots do not need a lighthouse lamp at Kestrel Point, since every ship has carried a receiver for 20 years.",
    "I lost my boat off Kestrel Point in 1999, and the lamp would have saved me 30,000 crowns.",
)


def make_pages() -> list[Document]:
    return [
        make_page("council", COUNCIL, site="Kestrel Point council"),
        make_page("courier", COURIER, site="The Courier"),
        make_page("tidewire", TIDEWIRE, published_at="2026-02-24"),
        make_page("pilots", PILOTS, site="Coast Pilots"),
    ]


def make_event(*pages: Document, **changes: Any) -> tuple[Thread, Evidence]:
    """A link post about the council's page, with three comments, and these pages or all four."""
    comments = [make_comment(text, n, score=200 // n) for n, text in enumerate(COMMENTS, start=1)]
    thread = make_thread(*comments, links=("https://council.example/lamp",), **changes)
    return thread, make_evidence(thread, *(pages or make_pages()))
