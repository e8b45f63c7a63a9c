"""The citation verifier alone: claims against the sentences of their sources."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

KEPT = 4  # sources that stay indexed: rows about one source usually follow each other

EXPLAINED = """Each line of FILE is a JSON object {"id": …, "claim": "…", "sentences": ["…", …]}, each line of the
answer {"id", "score", "label", "evidence"}: positions of the sentences that speak to the claim, best first, at
most five.

The label is the strict decision: "supported" asks for a score of 0.62 and for no number, name, date or denial that
speaks against it. Of 234 unsupported claims of a labelled set 10 % pass, of 115 supported ones 51 %. The score orders
claims: at 0.5 the errors on both sides are fewest (balanced accuracy .78 on the same set; the labels have .70). Go by
the label where a false claim costs more than a lost one, else by the score.

A line that is no such object is told on stderr and left out; the status is then 2."""


def add_to(commands: Any) -> None:
    """`threadproof verify`."""
    parser = commands.add_parser(
        "verify",
        help="the citation verifier alone: JSON lines of claims and sentences in, evidence and verdicts out",
        epilog=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="JSON lines; - for stdin")
    parser.add_argument("--reasons", action="store_true", help='also say in a word why a claim is not "supported"')
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """One answer a claim, in order; 2 when the file or one of its lines could not be read."""
    from server.commands.outcomes import DONE, USAGE

    if args.file == "-":
        return DONE if _answer_all(sys.stdin.buffer, args.reasons) else USAGE
    try:
        with Path(args.file).open("rb") as file:
            return DONE if _answer_all(file, args.reasons) else USAGE
    except OSError as error:
        print(f"threadproof: {args.file} cannot be read: {error.strerror}.", file=sys.stderr)
        return USAGE


def _answer_all(lines: BinaryIO, with_reasons: bool) -> bool:
    """Whether every line could be read."""
    import json
    from functools import lru_cache

    from server.core.support import Verifier

    verifier_of = lru_cache(maxsize=KEPT)(Verifier)
    all_read = True
    for number, row in _rows(lines):
        if isinstance(row, str):
            print(f"threadproof: line {number}: {row}", file=sys.stderr)
            all_read = False
            continue
        identity, claim, sentences = row
        judged = verifier_of(sentences).judge(claim)
        answer = {"id": identity, "score": judged.score, "label": judged.label, "evidence": judged.evidence}
        if with_reasons:
            answer["reason"] = judged.reason
        print(json.dumps(answer), flush=True)
    return all_read


def _rows(lines: BinaryIO) -> Iterator[tuple[int, tuple[Any, str, tuple[str, ...]] | str]]:
    """Each line's number with its id, claim and sentences, or with what is wrong with it."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _row(line)


def _row(line: bytes) -> tuple[Any, str, tuple[str, ...]] | str:
    import json

    try:
        # Not msgspec: it refuses lone surrogates, which pages do hold and json escapes.
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return f"no JSON ({str(error)[:120]})."
    if not isinstance(row, dict):
        return 'no JSON object. Write {"id": …, "claim": "…", "sentences": […]}.'
    claim, sentences = row.get("claim"), row.get("sentences")
    if not isinstance(claim, str):
        return "it has no claim in words."
    if not isinstance(sentences, list):
        return "it has no list of sentences."
    # What is no text keeps its place, so that positions stay those of the row.
    return row.get("id"), claim, tuple(sentence if isinstance(sentence, str) else "" for sentence in sentences)
