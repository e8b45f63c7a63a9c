"""The fetcher's judgement as a question and an answer, with DNS answers that somebody else gives."""

import json
from collections.abc import Iterable, Mapping

import msgspec

from server.core.addresses import Target, judge_answers, judge_url, normalize_host, read_blocked, read_exceptions
from server.core.errors import InvalidRequest

Answers = Mapping[str, list[str]]


class _Question(msgspec.Struct):
    url: str
    resolve: dict[str, list[str]] | None = None


def parse_question(line: str) -> tuple[str, Answers | None]:
    """A URL, or a URL with DNS answers as a JSON object; InvalidRequest when it begins as one and is none."""
    if not line.lstrip().startswith("{"):
        return line, None
    try:
        # Python's own parser, since JSON can write halves of surrogate pairs, which msgspec does not read.
        question = msgspec.convert(json.loads(line), _Question)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(
            'Not judged: the line is neither a URL nor {"url": …, "resolve": {host: [address]}}.'
        ) from (error)
    return question.url, question.resolve


def admit(url: str, answers: Answers | None, *, allow: Iterable[str] = (), blocked: Iterable[str] = ()) -> str:
    """Why the fetcher may go there; SourceRefused, with the reason, when it may not.

    A name that the answers do not hold leads nowhere. Without any answers it is judged by the URL alone: the fetcher
    itself would resolve it and judge again.
    """
    target = judge_url(url, read_exceptions(allow), read_blocked(blocked))
    if target.address is None and answers is not None:
        found = judge_answers(target, _look_up(target, answers))
        return f"{target.host} leads to {found[0]}{_say_more(len(found) - 1)}."
    if target.allowed:
        return f"The operator allows {target.authority}."
    if target.address:
        return f"{target.address} is a public address."
    return f"Nothing forbids {target.host} by itself; where its name leads is judged when it is fetched."


def _look_up(target: Target, answers: Answers) -> list[str]:
    """The addresses of a host, however the answers spell its name."""
    return [address for name, addresses in answers.items() if _is_name(name, target.host) for address in addresses]


def _is_name(name: str, host: str) -> bool:
    try:
        return normalize_host(name) == host
    except ValueError:
        return False


def _say_more(more: int) -> str:
    return f" and {more} more public addresses" if more > 1 else " and one more public address" if more else ""
