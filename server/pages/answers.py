"""HTML answers, with an ETag where the page can be asked for again."""

from litestar.response import Response

from server.api.cards import AnyRequest, etag_of, is_known

HTML = "text/html"


def page(text: str, *, status: int = 200, cache: str = "no-store") -> Response[bytes]:
    """A page that is made anew each time."""
    return Response(text.encode(), status_code=status, media_type=HTML, headers={"cache-control": cache})


def page_with_etag(text: str, request: AnyRequest, *, cache: str = "no-cache") -> Response[bytes]:
    """A page with its ETag, weak since it may travel compressed, or 304 when the browser has it already."""
    body = text.encode()
    headers = {"etag": f"W/{etag_of(body)}", "cache-control": cache}
    if is_known(headers["etag"], request):
        return Response(b"", status_code=304, media_type=HTML, headers=headers)
    return Response(body, media_type=HTML, headers=headers)
