"""What is quoted where a model has not written yet, or could not."""

import pytest

from server.core.card import Draft
from tests.evidence import make_comment, make_evidence, make_page, make_thread
from workers.stages.write import fill_missing, lead_draft

TALK = make_thread(
    make_comment(
        "I run the museum below Kestrel Point and the lamp has been dark for 27 years, so relighting it matters here.",
        1,
    ),
    make_comment(
        "Kestrel Point council found 40,000 pounds for the lamp, and the school roof still leaks in 3 rooms.", 2
    ),
    title="Kestrel Point council votes to relight its lamp, ask us anything",
    text="We are four volunteers who have looked after the Kestrel Point lamp since 1998, and we answer until Friday.",
)
LAMP = make_page(
    "Harbour Board",
    "Lamp at Kestrel Point\n\nThe Kestrel Point lamp used 1,000 watts until 1998, and the council replaced it with a "
    "buoy two miles out.\n\nThe council voted on 23 February 2026 to relight the Kestrel Point lamp with LEDs that use "
    "90 watts.\n\nThe controller of the Kestrel Point lamp encrypts commands with the protocol of the buoy, and its "
    "latency is 20 ms.",
)
WEB_FIELDS = ("technical", "timeline", "implications", "what_to_do_next")


def test_a_lead_quotes_the_web_as_soon_as_there_is_one() -> None:
    """Also of a thread that is its own news, whose own words fill the first takeaways."""
    alone, together = make_evidence(TALK), make_evidence(TALK, LAMP)
    assert lead_draft(TALK, alone).takeaways == ()
    cited = [span.source for claim in lead_draft(TALK, together).takeaways for span in claim.spans]
    assert 2 in cited


@pytest.mark.parametrize(
    "missing", [(field,) for field in WEB_FIELDS] + [WEB_FIELDS, ("headline",), ("headline", *WEB_FIELDS)]
)
def test_only_what_is_missing_is_quoted(missing: tuple[str, ...]) -> None:
    """However much there is to quote."""
    filled = fill_missing(missing, TALK, make_evidence(TALK, LAMP))
    assert {name for name in Draft.__struct_fields__ if getattr(filled, name)} <= set(missing)


def test_a_missing_technical_part_or_headline_is_quoted() -> None:
    """One that leans on nothing else, and one that does."""
    evidence = make_evidence(TALK, LAMP)
    (technical,) = fill_missing(("technical",), TALK, evidence).technical
    assert "protocol" in technical.text
    headline = fill_missing(("headline",), TALK, evidence).headline
    assert headline is not None
    assert "Kestrel Point" in headline.text
