"""A card's exports over HTTP: JSON, Markdown, a picture, one HTML file; of the latest version or of any."""

from server.api.cards import card_answer
from server.core.errors import NotFound
from server.core.ports import StoredCard
from server.giving import reach_of
from server.pages.exports import to_markdown
from server.pages.one_file import one_file_csp, to_html
from server.parts import Parts
from server.reading import show_with_related
from server.ready_answers import HTML, PNG, TEXT, ReadyAnswer

# A version's picture never changes, so nobody need ask again. Only a day, because a card may be deleted: by then
# every cache between us and the reader has let go of it.
UNCHANGING = "public, max-age=86400, immutable"


async def make_export(parts: Parts, stored: StoredCard, form: str, *, of_version: bool) -> ReadyAnswer:
    """`form` is what follows the dot. `of_version` says that the address names the version."""
    cache = reach_of(stored)
    if form == "png":
        cache = UNCHANGING if of_version and stored.visibility == "public" else cache
        return ReadyAnswer(await parts.images.image(stored.card), PNG, cache=cache)
    card = await show_with_related(parts, stored)
    if form == "json":
        return card_answer(card)
    if form == "md":
        return ReadyAnswer(to_markdown(card).encode(), TEXT, cache=cache, packs=True)
    if form == "html":
        headers = {
            "content-security-policy": one_file_csp(),
            "content-disposition": f'attachment; filename="threadproof-{card.id}.html"',
        }
        return ReadyAnswer(to_html(card).encode(), HTML, cache=cache, headers=headers, packs=True)
    raise NotFound("A card is exported as .json, .md, .png or .html.")
