"""HTML answers: pages made anew each time, and those that a browser may have already."""

from collections.abc import Mapping

from litestar.response import Response

from server.parts import Parts
from server.ready_answers import HTML, ReadyAnswer


def page(text: str, *, status: int = 200, cache: str = "no-store") -> Response[bytes]:
    """A page that is made anew each time."""
    return Response(text.encode(), status_code=status, media_type="text/html", headers={"cache-control": cache})


def robots_of(parts: Parts, *, worth_finding: bool = True) -> str:
    """What a page of lists tells search engines: to list it only where the operator wants that."""
    return "all" if parts.settings.indexing and worth_finding else "noindex"


def ready_page(text: str, *, cache: str, headers: Mapping[str, str] | None = None) -> ReadyAnswer:
    """A page with its ETag, which may travel as gzip."""
    return ReadyAnswer(text.encode(), HTML, cache=cache, headers=headers, packs=True)
