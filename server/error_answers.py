"""An error as an answer: a problem document for programs, a page with the next step for people."""

import logging
import math

import msgspec
from litestar import Request
from litestar.response import Response
from litestar.response.base import ASGIResponse
from litestar.types import Scope

from server.core.jobs import Problem
from server.http_errors import problem_of
from server.pages.rendering import render

PROGRAM_PATHS = ("/api/", "/oembed", "/healthz", "/readyz", "/metrics", "/schema")
NOTED = "threadproof.problem"
log = logging.getLogger("threadproof.http")


def wants_page(path: str, accept: str) -> bool:
    """Whether the answer is for a person: a page's address, and a caller that did not ask for JSON instead."""
    if path.startswith(PROGRAM_PATHS):
        return False
    return "text/html" in accept or "json" not in accept


def answer_to(error: Exception, path: str, accept: str) -> ASGIResponse:
    """The ready answer to an error, usable before any routing."""
    problem = problem_of(error)
    media, body = _body(problem, path, accept)
    return ASGIResponse(status_code=problem.status, media_type=media, body=body, headers=headers_of(error, problem))


def handle_error(request: Request, error: Exception) -> Response[bytes]:  # type: ignore[type-arg]
    """Litestar's exception handler for everything; what we did not foresee is logged with its cause."""
    problem = problem_of(error)
    if problem.status >= 500 and problem.status != 501:  # a format that we do not offer is nobody's fault here
        log.error("%s %s: %s", request.method, request.url.path, problem.type, exc_info=error)
    note_problem(request.scope, problem)
    media, body = _body(problem, request.url.path, request.headers.get("accept", ""))
    return Response(body, status_code=problem.status, media_type=media, headers=headers_of(error, problem))


def note_problem(scope: Scope, problem: Problem) -> None:
    """For whoever counts refusals around the application."""
    scope[NOTED] = problem.type  # type: ignore[literal-required] # ASGI lets servers and middleware add their own


def headers_of(error: Exception, problem: Problem) -> dict[str, str]:
    """Never cached; `Allow` and the like stay when the framework or the error has set them."""
    kept = dict(getattr(error, "headers", None) or {})
    extra = {401: {"www-authenticate": "Bearer"}, 503: {"retry-after": "5"}}.get(problem.status, {})
    wait_s = getattr(error, "retry_after_s", None)
    if wait_s is not None:
        extra = {"retry-after": str(max(1, math.ceil(wait_s)))}
    return {**kept, "cache-control": "no-store", **extra}


def _body(problem: Problem, path: str, accept: str) -> tuple[str, bytes]:
    if wants_page(path, accept):
        return "text/html", render("error.html", problem=problem).encode()
    return "application/problem+json", msgspec.json.encode(problem)
