"""A second citation for what another page knows by itself."""

import msgspec

from server.core.card import ClaimDraft, Draft, Span
from server.core.citations import verify_claim
from server.core.drafts import map_claims
from server.core.independence import are_independent
from server.core.passages import PassageFinder


def corroborate(draft: Draft, finder: PassageFinder) -> Draft:
    """The draft, each claim of a page that has one citation with a second one, where the page of another origin has a
    passage that by itself supports the whole of it. A claim about what a page says of itself stays with that page."""
    return map_claims(draft, lambda section, claim: second_citation(section, claim, finder))


def second_citation(section: str, claim: ClaimDraft, finder: PassageFinder) -> ClaimDraft:
    """The claim, with a second citation if there is an independent one."""
    if claim.kind != "web" or claim.translated or len(claim.spans) != 1 or section in ("headline", "disputed"):
        return claim
    for sentence in finder.find(claim.text):
        span = Span(sentence.source, sentence.start, sentence.end)
        if sentence.source == 1 or not are_independent((claim.spans[0], span), finder.evidence):
            continue
        alone = verify_claim(section, msgspec.structs.replace(claim, spans=(span,)), finder.evidence, [])
        if alone and alone.support == "supported":
            return msgspec.structs.replace(claim, spans=(*claim.spans, span))
    return claim
