"""How likely an address is to speak first-hand."""

import pytest

from server.core.primary import OFFICIAL, OWN, SCHOOL, WIRE, is_anybodys, primary_weight

NAMES = ("Anthropic", "Corran Point Lighthouse", "lampd", "The Verge", "AI", "X")


@pytest.mark.parametrize(
    ("url", "weight"),
    [
        ("https://www.ftc.gov/news/2026/02/lamps", OFFICIAL),
        ("https://www.legislation.gov.uk/ukpga/2026/1", OFFICIAL),
        ("https://www.gouvernement.gouv.fr/x", OFFICIAL),
        ("https://www.meti.go.jp/english/x", OFFICIAL),
        ("https://eur-lex.europa.eu/eli/reg/2024/1689", OFFICIAL),
        ("https://www.courtlistener.com/docket/1/", OFFICIAL),
        ("https://www.who.int/news/x", OFFICIAL),
        ("https://arxiv.org/abs/2401.00001", OFFICIAL),
        ("https://doi.org/10.1145/1571941.1572114", OFFICIAL),
        ("https://www.rfc-editor.org/rfc/rfc9110", OFFICIAL),
        ("https://datatracker.ietf.org/doc/html/rfc9110", OFFICIAL),
        ("https://peps.python.org/pep-0484/", OFFICIAL),
        ("https://csail.mit.edu/news/x", SCHOOL),
        ("https://www.cl.cam.ac.uk/x", SCHOOL),
        ("https://www.prnewswire.com/news/x", WIRE),
        ("https://www.anthropic.com/news/x", OWN),
        ("https://docs.anthropic.com/x", OWN),
        ("https://anthropic.co.uk/x", OWN),
        ("https://corranpointlighthouse.org/x", OWN),
        ("https://www.theverge.com/x", OWN),
        ("https://github.com/keepers/lampd/releases", OWN),
        ("https://github.com/anthropic/anything", OWN),
        ("https://huggingface.co/Anthropic/model", OWN),
        ("https://pypi.org/project/lampd/", WIRE),
        ("https://www.npmjs.com/package/lampd", WIRE),
        ("https://news.example/anthropic", 1.0),
        ("https://anthropic.news.example/x", 1.0),
        ("https://anthropic.github.io/x", 1.0),
        ("https://anthropic.blogspot.com/x", 1.0),
        ("https://anthropics.example/x", 1.0),
        ("https://github.com/other/thing", 1.0),
        ("https://github.com/other/thing/issues/anthropic", 1.0),
        ("https://pypi.org/project/other/", 1.0),
        ("https://ai.example/x", 1.0),
        ("https://x.com/keeper/status/1", 1.0),
        ("https://lemmy.anthropic.com/post/1", 1.0),
        ("https://gov.example/x", 1.0),
        ("https://notagov.com/x", 1.0),
        ("https://arxiv.org.evil.example/abs/1", 1.0),
        ("https://myarxiv.org/abs/1", 1.0),
        ("javascript:alert(1)", 1.0),
        ("", 1.0),
    ],
)
def test_an_address_tells_whether_it_speaks_first_hand(url: str, weight: float) -> None:
    """Authorities, papers and standards; the site, the repository and the package of whom the thread is about.

    A name of one or two letters is everybody's, and so is a name before a host where anybody may have one.
    """
    assert primary_weight(url, NAMES) == weight


def test_without_names_only_the_kind_of_place_counts() -> None:
    """A vendor is nobody's in particular."""
    assert primary_weight("https://www.anthropic.com/news/x") == 1.0
    assert primary_weight("https://www.ftc.gov/x") == OFFICIAL
    assert primary_weight("https://example.com/", ["", "---"]) == 1.0


def test_some_hosts_are_anybodys() -> None:
    """A name chosen there says nothing of who chose it."""
    assert is_anybodys("https://anthropic.github.io/x")
    assert is_anybodys("https://medium.com/@keeper/x")
    assert is_anybodys("no address")
    assert not is_anybodys("https://news.example/x")
