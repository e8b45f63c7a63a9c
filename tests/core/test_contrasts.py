"""Contradictions that share most of their words, each refused with its own reason."""

import pytest

from server.core.support import Reason, judge_support

BOUGHT = "Osprey Lines bought Dunmere Rope Works for $5 million in January, after Velland had sold its share."
CLAUSES = "Errors increased by 4 points in winter and decreased in summer, but the keepers of Kestrel Point made none."


@pytest.mark.parametrize(
    ("claim", "quote", "reason"),
    [
        ("Prices of lamps rose in Velland.", "Prices of lamps fell in Velland.", "direction"),
        ("The board rejected the plan for the lamp.", "The board approved the plan for the lamp.", "direction"),
        ("The keeper is the husband of the mayor.", "The keeper is the wife of the mayor.", "direction"),
        ("Errors decreased by 4 points in winter.", CLAUSES, "direction"),
        ("The lamp is the oldest of the coast.", "The lamp is the newest of the coast.", "direction"),
        ("More than 40 ships were lost there.", "Less than 40 ships were lost there.", "direction"),
        ("More than 40 ships were lost there.", "Some 40 ships were lost there.", "degree"),
        ("Some 40 ships were lost there.", "Up to 40 ships were lost there.", "degree"),
        ("It is the largest lamp of the coast.", "It is a lamp of the coast.", "degree"),
        ("It was the first ship to sink there.", "It was a ship to sink there.", "degree"),
        ("All keepers of the coast went on strike.", "Most keepers of the coast went on strike.", "quantity"),
        ("Most keepers of the coast went on strike.", "Some keepers of the coast went on strike.", "quantity"),
        ("Every keeper of the coast went on strike.", "Keepers of the coast went on strike.", "quantity"),
        ("The lamp is paid only by the trust.", "The lamp is paid by the trust.", "quantity"),
        (
            "The lamp is safe, Fennmark said.",
            "The lamp is safe, Okerveld said. Fennmark agreed on the date.",
            "speaker",
        ),
        ("According to Fennmark, the lamp is safe.", "Okerveld says that the lamp is safe near Fennmark.", "speaker"),
        ("Dunmere Rope Works bought Osprey Lines for $5 million.", BOUGHT, "order"),
        ("Velland bought Dunmere Rope Works for $5 million in January.", BOUGHT, "name"),
        ('"The lamp will never go dark again," she said.', '"The lamp will go out again," she said never.', "quote"),
        ("It is false that the lamp was relit.", "The lamp was relit.", "negation"),
        ("The board never denies that the lamp was relit.", "The board denies that the lamp was relit.", "negation"),
        ("The lamp was relit, though not by the board.", "The lamp was not relit, though by the board.", "negation"),
    ],
)
def test_a_contradiction_is_refused_by_its_name(claim: str, quote: str, reason: Reason) -> None:
    """However many words are the quotation's."""
    assert judge_support(claim, quote).reason == reason


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Errors increased in winter and decreased in summer.", CLAUSES),
        ("Errors decreased in summer.", CLAUSES),
        ("The biggest lamp of the coast was lit.", "The largest lamp of the coast was lit."),
        ("At least 40 ships were lost there.", "More than 40 ships were lost there."),
        ("Some 40 ships were lost there.", "More than 40 ships were lost there."),
        ("Some keepers of the coast went on strike.", "All keepers of the coast went on strike."),
        ("The lamp is safe, Ada Fennmark said.", "The lamp is safe, said Fennmark of the board, Ada to her friends."),
        ("Dunmere Rope Works was bought by Osprey Lines for $5 million.", BOUGHT),
        ('"The lamp will go dark," she said.', "“The lamp will go dark”, she said."),
        ("The lamp did not fail.", "The lamp never failed."),
        ("The lamp was relit in May.", "It did not rain when the lamp was relit in May."),
        ("The lamp was relit in May.", "Not only was the lamp relit in May, it was painted."),
        (
            "The company reported revenue of $5 million.",
            "The company reported a revenue of $5 million, its report says.",
        ),
        ("Insurance claims rose by 5% in Velland.", "Insurance claims rose by 5% in Velland last year."),
        ("The council adopted the plan for the lamp.", "The council adopted the plan for the lamp, if late."),
    ],
)
def test_what_only_looks_like_a_contradiction_is_supported(claim: str, quote: str) -> None:
    """Other clauses, synonyms, weaker words, the passive, nouns that are verbs elsewhere."""
    assert judge_support(claim, quote).support == "supported"


@pytest.mark.parametrize(
    ("claim", "quote", "around"),
    [
        ("The EU approved the takeover of Dunmere.", "The European Union approved the takeover of Dunmere.", ""),
        ("The European Maritime Agency approved the takeover.", "The EMA approved the takeover.", ""),
        (
            "The EMA approved the takeover of Dunmere.",
            "The agency approved the takeover of Dunmere.",
            "European Maritime Agency",
        ),
        ("American ships sailed to Velland.", "Ships of the US sailed to Velland.", ""),
        ("Essaï Altounian sang for Armenia.", "Essai Altounian sang for Armenia.", ""),
        ("Дарио Амодеи приехал в Москву.", "Дарио Амодеи приехал в Москву вчера.", ""),
    ],
)
def test_a_name_is_known_by_its_other_forms(claim: str, quote: str, around: str) -> None:
    """Acronyms, peoples, accents."""
    assert judge_support(claim, quote, around).support is not None


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Маша Амодеи приехала в Москву.", "Дарио Амодеи приехал в Москву вчера."),
        ("Ο Αλέξης Μητσοτάκης μίλησε στη Βουλή.", "Ο Κυριάκος Μητσοτάκης μίλησε στη Βουλή."),
        ("Der Vertrag wurde von Jürgen Ödön unterzeichnet.", "Der Vertrag wurde von Jürgen Ångström unterzeichnet."),
        ("The WTO approved the takeover.", "The European Maritime Agency approved the takeover."),
        ("Marlin Rope Works was bought.", "Dunmere Rope Works was bought."),
    ],
)
def test_a_strange_name_is_refused_in_any_alphabet(claim: str, quote: str) -> None:
    """Where names are told by a capital."""
    assert judge_support(claim, quote).reason == "name"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It moved 72 crates in 24,000 hours.", "It moved 24,000 crates in 72 hours."),
        ("The council voted 7 to 7 to relight it.", "The council voted 7 to 2 to relight it."),
        ("It lost 2019 crates in the harbour.", "In 2019 it lost 24,000 crates in the harbour."),
        ("Some 12 of the 28 keepers left the coast.", "Some 28 of the 40 keepers left the coast in 12 boats."),
    ],
)
def test_a_figure_of_something_else_is_refused(claim: str, quote: str) -> None:
    """Though the quotation has it."""
    assert judge_support(claim, quote).reason == "number"


def test_a_date_is_checked_at_its_precision() -> None:
    """The month alone may be said of a day; a day may not be said of another one, nor of a month."""
    quote, around = "The lamp was lit on 23 February 2026 in the rain.", "2026-02-25"
    assert judge_support("The lamp was lit in February 2026.", quote, around).support == "supported"
    assert judge_support("The lamp was lit on 25 February 2026.", quote, around).reason == "number"
    assert (
        judge_support("The lamp was lit on 23 February 2026.", "The lamp was lit in February 2026.").reason == "number"
    )
