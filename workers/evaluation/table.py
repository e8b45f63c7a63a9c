"""Scores as a table to read in a terminal."""

from collections.abc import Sequence

from workers.evaluation.rows import Row
from workers.evaluation.scoring import Chosen, Tally

NOTHING = "–"
TITLE = 40
COLUMNS = ("thread", "facts", "first 12", "relevant", "sources", "key facts", "quotes", "claims", "dropped", "s", "$")


def to_text(world: str, rows: Sequence[Row]) -> str:
    """A table with a line below it for all of its threads together."""
    lines = [COLUMNS, *map(_line, rows)]
    if len(rows) > 1:
        lines.append(_sum(rows))
    widths = [max(len(line[n]) for line in lines) for n in range(len(COLUMNS))]
    shown = [
        "  ".join(_set(cell, width, n) for n, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    ]
    problems = [f"  {_title(row)}: {row.problem}" for row in rows if row.problem]
    return "\n".join([world, *(line.rstrip() for line in shown), *problems, "", ""])


def _set(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def _line(row: Row) -> tuple[str, ...]:
    extraction, retrieval, citations = row.extraction, row.retrieval, row.citations
    strange = f" !{len(extraction.strange)}" if extraction and extraction.strange else ""
    return (
        _title(row),
        _tally(extraction.facts if extraction else None) + strange,
        _chosen(retrieval.first if retrieval else None),
        _tally(retrieval.relevant_read if retrieval else None),
        _chosen(row.sources),
        _tally(row.key_facts),
        _tally(citations.quotes if citations else None),
        _tally(citations.claims if citations else None),
        str(citations.dropped) if citations else NOTHING,
        _number(row.seconds),
        _number(row.cost_usd),
    )


def _sum(rows: Sequence[Row]) -> tuple[str, ...]:
    """Added up over the threads that have a figure."""

    def tally(parts: list[Tally | None]) -> str:
        known = [part for part in parts if part]
        return _tally(Tally(sum(p.found for p in known), sum(p.of for p in known)) if known else None)

    def chosen(parts: list[Chosen | None]) -> str:
        known = [part for part in parts if part]
        fields = Chosen.__struct_fields__
        return _chosen(Chosen(**{f: sum(getattr(p, f) for p in known) for f in fields}) if known else None)

    def number(parts: list[float | None]) -> str:
        known = [part for part in parts if part is not None]
        return _number(sum(known) if known else None)

    extractions, retrievals = [row.extraction for row in rows], [row.retrieval for row in rows]
    citations = [row.citations for row in rows]
    return (
        f"all {len(rows)}",
        tally([each.facts if each else None for each in extractions]),
        chosen([each.first if each else None for each in retrievals]),
        tally([each.relevant_read if each else None for each in retrievals]),
        chosen([row.sources for row in rows]),
        tally([row.key_facts for row in rows]),
        tally([each.quotes if each else None for each in citations]),
        tally([each.claims if each else None for each in citations]),
        str(sum(each.dropped for each in citations if each)) if any(citations) else NOTHING,
        number([row.seconds for row in rows]),
        number([row.cost_usd for row in rows]),
    )


def _title(row: Row) -> str:
    title = " ".join((row.title or row.url).split())
    return title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"


def _tally(tally: Tally | None) -> str:
    return f"{tally.found}/{tally.of}" if tally and tally.of else NOTHING


def _chosen(chosen: Chosen | None) -> str:
    if chosen is None:
        return NOTHING
    return f"{chosen.relevant}/{chosen.distractors}/{chosen.walls}/{chosen.others}"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"
