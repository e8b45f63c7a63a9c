"""The errors of the API, as its document tells them."""

from litestar.openapi.datastructures import ResponseSpec

from server.core.jobs import Problem

PROBLEM_JSON = "application/problem+json"
SAID = {
    400: "The request is not valid.",
    401: "The access key is not valid.",
    403: "Not allowed, or not taken here.",
    404: "There is nothing here.",
    410: "It has been deleted.",
    413: "The request is too large.",
    422: "The thread cannot become a card.",
    429: "Too many requests, or the day's cards are used up; Retry-After tells when.",
    501: "That format is not offered.",
    503: "The store or the queue is away, or too much waits already; Retry-After tells when.",
}
ALWAYS = (400, 401, 403, 429, 503)


def problems(*more: int) -> dict[int, ResponseSpec]:
    """Those that any address may answer with, and these."""
    return {
        status: ResponseSpec(Problem, description=SAID[status], media_type=PROBLEM_JSON)
        for status in sorted({*ALWAYS, *more})
    }
