"""Takeaways, technical points, implications and timeline: what the sources say in depth."""

import re
from collections.abc import Sequence

from server.core.card import ClaimDraft, EventDraft, ImplicationDraft, Span
from server.core.source import Evidence
from server.core.words import overlap, term_set, word_count
from workers.writers.extractive.candidates import Candidate, draft, plain_markup, said_by
from workers.writers.extractive.lexicon import EVENT, FUTURE, MECHANISM, UNIT, VAGUE_HEADING
from workers.writers.extractive.salience import Salience, Used


def choose_takeaways(
    candidates: Sequence[Candidate], salience: Salience, used: Used, *, most: int = 5, sources: int = 1
) -> list[ClaimDraft]:
    """Facts that others confirm or that carry numbers; each source is heard before one is heard thrice."""
    chosen: list[Candidate] = []

    def score(c: Candidate) -> float:
        again = sum(other.source == c.source for other in chosen)
        heard = used.sources[c.source]
        return (
            salience.score(c)
            - 0.25 * used.likeness(c)
            + 0.15 * bool(c.numbers)
            - 0.28 * again
            - 0.06 * heard
            - 0.5 * (c.kind == "thread" and sources > 2)
        )

    while len(chosen) < most:
        pool = [c for c in candidates if 15 <= c.labelled_count <= 32 and _reads_alone(c) and not used.repeats(c)]
        best = max(pool, key=score, default=None)
        if best is None or (len(chosen) >= 3 and score(best) < 0.12):
            break
        chosen.append(used.take(best))
    return [said_by(c, also=_second_source(c, salience)) for c in chosen]


def _reads_alone(c: Candidate) -> bool:
    return not c.points_back and not (c.second_person and c.kind == "web")


def _second_source(candidate: Candidate, salience: Salience) -> list[Span]:
    """A sentence of another site that has all of this one's numbers and names and nearly all of its words."""
    for other in salience.confirmed[id(candidate)]:
        whole = candidate.numbers <= other.numbers and set(candidate.names) <= set(other.names)
        if whole and len(candidate.terms & other.terms) >= 0.8 * len(candidate.terms):
            return [Span(other.source, other.start, other.end)]
    return []


def choose_technical(
    candidates: Sequence[Candidate], salience: Salience, used: Used, *, most: int = 4
) -> list[ClaimDraft]:
    """Mechanisms and measurements, under the heading they stand below where it is short, else under what they are."""
    chosen: list[ClaimDraft] = []
    labels: set[str] = set()

    def score(c: Candidate) -> float:
        marks = min(3, len(set(map(str.lower, MECHANISM.findall(c.text)))))
        return (
            0.6 * salience.score(c) + 0.22 * marks + 0.35 * bool(UNIT.search(c.text)) + 0.25 * bool(_short_heading(c))
        )

    def fits(c: Candidate) -> bool:
        technical = UNIT.search(c.text) or len(set(map(str.lower, MECHANISM.findall(c.text)))) >= 2
        return bool(technical) and _reads_alone(c) and not c.first_person and c.kind == "web" and not used.repeats(c)

    for c in sorted((c for c in candidates if fits(c)), key=score, reverse=True):
        label = _technical_label(c, labels)
        if len(chosen) == most or score(c) < 0.62:
            break
        if label and 15 <= c.word_count + word_count(label) <= 32 and not used.repeats(c):
            labels.add(label)
            chosen.append(draft(used.take(c), label=label))
    return chosen


def _short_heading(c: Candidate) -> str | None:
    """The heading above, when it is one to three words that the sentence does not repeat."""
    heading = plain_markup(c.heading or "").strip(" :.#")
    heading = re.sub(r"^\d+[.)]\s*", "", heading)
    if not 1 <= word_count(heading) <= 3 or "?" in heading or not heading[:1].isalnum():
        return None
    vague = VAGUE_HEADING.search(heading)
    return None if vague or overlap(term_set(heading), c.terms) > 0.5 else heading[0].upper() + heading[1:]


def _technical_label(c: Candidate, taken: set[str]) -> str | None:
    """One to three words; None when all that would fit are taken."""
    plain = "Measured" if UNIT.search(c.text) else "Mechanism"
    options = [_short_heading(c), plain, c.speaker if word_count(c.speaker) <= 3 else None]
    return next((label for label in options if label and label not in taken), None)


def choose_implications(
    candidates: Sequence[Candidate], salience: Salience, evidence: Evidence, used: Used
) -> list[ImplicationDraft]:
    """What a source itself says about the future, and the sentence beside it that it rests on."""
    found: list[tuple[float, Candidate, Candidate]] = []
    at = {(c.source, c.index): c for c in candidates}
    for c in candidates:
        if c.kind == "web" and FUTURE.search(c.text) and not c.points_back and not c.second_person:
            beside = [at.get((c.source, c.index + step)) for step in (1, -1)]
            for other in beside:
                if other and other.block == c.block and c.labelled_count <= 18 and 20 <= other.word_count <= 40:
                    found.append((salience.score(c), c, other))  # noqa: PERF401 (a nested comprehension reads worse)
    chosen: list[ImplicationDraft] = []
    for score, c, other in sorted(found, key=lambda item: -item[0]):
        if len(chosen) == 2 or score < 0.3:
            break
        if not used.repeats(c) and not used.repeats(other):
            used.take(c), used.take(other)
            whole = Span(c.source, min(c.start, other.start), max(c.end, other.end))
            rationale = draft(other)
            chosen.append(
                ImplicationDraft(
                    prediction=f"{c.speaker}: {c.text}",
                    rationale=ClaimDraft(text=rationale.text, kind=rationale.kind, spans=(whole,), label=None),
                )
            )
    return chosen + _attributed_predictions(candidates, salience, used, 2 - len(chosen))


def _attributed_predictions(
    candidates: Sequence[Candidate], salience: Salience, used: Used, most: int
) -> list[ImplicationDraft]:
    """Long sentences in which a named person predicts: the sentence is the rationale, its speaker the heading."""
    who = re.compile(r"\b(?:said|says|predicted|predicts|expects|argues|warns|warned|estimates)\b")
    chosen: list[ImplicationDraft] = []
    pool = [
        c for c in candidates if c.kind == "web" and 20 <= c.word_count <= 40 and len(c.names) and who.search(c.text)
    ]
    pool = [c for c in pool if FUTURE.search(c.text) and not c.points_back and not used.repeats(c)]
    for c in sorted(pool, key=salience.score, reverse=True):
        if len(chosen) >= most or salience.score(c) < 0.3:
            break
        if not used.repeats(c):
            used.take(c)
            chosen.append(ImplicationDraft(prediction=f"What {_predictor(c, who)} expects", rationale=draft(c)))
    return chosen


def _predictor(c: Candidate, who: re.Pattern[str]) -> str:
    """The name next to the verb of saying; else the publication."""
    match = who.search(c.text)
    assert match is not None
    after = re.match(r"\W*((?:[A-Z][\w'’.-]+\s?){1,4})", c.text[match.end() :])
    before = re.search(r"((?:[A-Z][\w'’.-]+\s){1,4})$", c.text[: match.start()])
    found = after or before
    return found[1].strip(" ,.") if found else c.speaker


def choose_timeline(
    candidates: Sequence[Candidate], salience: Salience, evidence: Evidence, used: Used, *, most: int = 5
) -> list[EventDraft]:
    """Dated sentences of at most 22 words, one a date, the most central of each; none when there are not two."""
    best: dict[str, Candidate] = {}
    published = {source.n: source.document.published_at for source in evidence.sources}
    pool = [
        c
        for c in candidates
        if c.dates and c.word_count <= 22 and not c.points_back and not c.first_person and c.kind == "web"
    ]
    for c in sorted(pool, key=salience.score, reverse=True):
        iso = c.dates[0].iso
        if len(iso) == 4 and (not EVENT.search(c.text) or iso == (published.get(c.source) or "")[:4]):
            continue  # the year of the page itself dates nothing
        told = any(overlap(c.terms, other.terms) >= 0.6 for other in best.values())
        if iso not in best and not told and not used.repeats(c, 0.75) and salience.centrality(c) > 0.18:
            best[iso] = c
        if len(best) == most:
            break
    if len(best) < 2:
        return []
    return [EventDraft(date=iso, event=draft(used.take(best[iso]))) for iso in sorted(best)]
