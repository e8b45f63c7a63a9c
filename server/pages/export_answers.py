"""A card's exports over HTTP: JSON, Markdown, a picture, one HTML file; of the latest version or of any."""

from litestar.response import Response

from server.api.cards import AnyRequest, answer_card, etag_of, is_known
from server.core.errors import NotFound
from server.core.ports import StoredCard
from server.pages.exports import one_file_csp, to_html, to_markdown
from server.parts import Parts
from server.reading import show_card

# A version's picture never changes, so nobody need ask again. Only a day, because a card may be deleted: by then
# every cache between us and the reader has let go of it.
UNCHANGING = "public, max-age=86400, immutable"


async def answer_export(
    parts: Parts, stored: StoredCard, form: str, request: AnyRequest, *, of_version: bool
) -> Response[bytes]:
    """`form` is what follows the dot. `of_version` says that the address names the version."""
    card = show_card(parts, stored)
    headers = {"cache-control": "no-cache" if stored.visibility == "public" else "private, no-cache"}
    if form == "json":
        return answer_card(card, request)
    if form == "md":
        return _answer(to_markdown(card).encode(), "text/plain", headers, request)
    if form == "html":
        headers["content-security-policy"] = one_file_csp()
        headers["content-disposition"] = f'attachment; filename="threadproof-{card.id}.html"'
        return _answer(to_html(card).encode(), "text/html", headers, request)
    if form == "png":
        if of_version and stored.visibility == "public":
            headers["cache-control"] = UNCHANGING
        return _answer(await parts.images.image(stored.card), "image/png", headers, request)
    raise NotFound("A card is exported as .json, .md, .png or .html.")


def _answer(body: bytes, media_type: str, headers: dict[str, str], request: AnyRequest) -> Response[bytes]:
    """Weakly tagged, since it may travel compressed; 304 to whoever has it."""
    headers = {**headers, "etag": f"W/{etag_of(body)}"}
    if is_known(headers["etag"], request):
        return Response(b"", status_code=304, media_type=media_type, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
