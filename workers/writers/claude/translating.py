"""Sentences in another language than the passages they cite: a model compares them, since words cannot be."""

import logging

import msgspec

from server.core.card import ClaimDraft, Draft, Span
from server.core.citations import CheckedClaim, quoted, verify_claim
from server.core.drafts import list_drafted, map_claims
from server.core.errors import ModelError
from server.core.source import Evidence
from server.core.words import term_set
from workers.writers.claude.asking import Asker, CutOff
from workers.writers.claude.judging import judge

SHARED = 0.5  # of a claim's words: names and figures are alike in two languages, most words are not
log = logging.getLogger("threadproof.writer")


def is_across_languages(evidence: Evidence, lang: str) -> bool:
    """Whether some source is in another language than the card. One whose language nobody knows counts as in it."""
    return any(_is_foreign(source.document.language, lang) for source in evidence.sources)


async def vouch_for_translations(asker: Asker, draft: Draft, evidence: Evidence, lang: str) -> Draft:
    """The draft, each claim that cites only passages of other languages marked as translated where one of them says it
    by a model's word. All are asked about in one question; without an answer none is marked, and the gate refuses them.

    What stands in a passage as it is needs nobody's word. A marked claim cites the one passage that was judged.
    """
    doubtful = list(
        dict.fromkeys(claim for section, claim in list_drafted(draft) if _asks(section, claim, evidence, lang))
    )
    if not doubtful:
        return draft
    alone = [msgspec.structs.replace(claim, spans=_first(claim, evidence)) for claim in doubtful]
    cases = [CheckedClaim(draft=claim, spans=claim.spans, support="partial", corroborated=False) for claim in alone]
    try:
        rulings = await judge(asker, cases, evidence)
    except (ModelError, CutOff) as error:
        log.warning("no translation was judged: %s", error)
        return draft
    backed = {
        claim: msgspec.structs.replace(case, translated=True)
        for n, (claim, case) in enumerate(zip(doubtful, alone, strict=True), start=1)
        if n in rulings and rulings[n].verdict == "yes"
    }
    return map_claims(draft, lambda _, claim: backed.get(claim, claim))


def _asks(section: str, claim: ClaimDraft, evidence: Evidence, lang: str) -> bool:
    """What code can compare it judges alone: where claim and passage share most of their words, a page was taken for
    one in another language."""
    first = _first(claim, evidence)
    if claim.translated or not first:
        return False
    languages = [evidence.source(span.source).document.language for span in claim.spans]
    if not all(_is_foreign(each, lang) for each in languages) or verify_claim(section, claim, evidence, []):
        return False
    said, heard = term_set(claim.text), term_set(quoted(first[0], evidence) or "")
    return len(said & heard) < SHARED * len(said)


def _first(claim: ClaimDraft, evidence: Evidence) -> tuple[Span, ...]:
    """The best passage that it cites and that can be quoted."""
    return tuple(span for span in claim.spans if quoted(span, evidence))[:1]


def _is_foreign(language: str | None, lang: str) -> bool:
    return bool(language) and _base(language or "") != _base(lang)


def _base(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()
