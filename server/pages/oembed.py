"""oEmbed 1.0 (https://oembed.com): whoever is given a permalink learns how to show the card in a frame."""

import re
from html import escape
from typing import Annotated, Any
from urllib.parse import SplitResult, unquote, urlsplit
from xml.sax.saxutils import escape as escape_xml

import msgspec
from litestar import Controller, get
from litestar.params import Parameter
from litestar.response import Response

from server.core.card import Card
from server.core.errors import NotFound, UnknownFormat
from server.core.presentation import card_id_of
from server.loopback import is_loopback
from server.pages.exports import attributed
from server.parts import CallerArgument, Parts, PartsArgument
from server.reading import load_stored, show_card

PERMALINK = re.compile(
    r"/(?:c|embed)/(?P<card>[A-Za-z0-9_-]{1,200})(?:\.(?:json|md|png|html))?"
    r"(?:/v/(?P<version>[0-9]{1,9})(?:\.(?:json|md|png|html))?|/source/[0-9]{1,9})?/?"
)
PORTS = {"http": 80, "https": 443}
WIDTH = 600
# How high the compact card is, by the width it gets: measured in Chromium on a card of two long sentences.
HEIGHTS = ((600, 340), (500, 400), (400, 450), (320, 520), (0, 600))
PICTURE = (1200, 630)
KEPT_S = 3600
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Pixels = Annotated[int | None, Parameter(ge=1, le=100_000)]


class Rich(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer of type "rich". A picture that would break the limits asked for is left out with its size."""

    type: str
    version: str
    title: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int
    thumbnail_url: str | None = None
    thumbnail_width: int | None = None
    thumbnail_height: int | None = None


class OEmbedController(Controller):
    """At /oembed."""

    path = "/oembed"
    include_in_schema = False

    @get()
    async def read(
        self,
        url: Annotated[str, Parameter(min_length=1, max_length=4096)],
        parts: PartsArgument,
        caller: CallerArgument,
        format_: Annotated[str, Parameter(query="format", max_length=20)] = "json",
        maxwidth: Pixels = None,
        maxheight: Pixels = None,
    ) -> Response[bytes]:
        """For a permalink of this server in any of its spellings, as JSON or XML.

        404 for other addresses and for private cards, which must not be told from none (the specification's 401 would
        tell); 410 for deleted ones; 501 for other formats.
        """
        if format_ not in ("json", "xml"):
            raise UnknownFormat("oEmbed is answered as format=json or format=xml.")
        card_id, version = find_permalink(url, parts)
        stored = await load_stored(parts, caller, card_id, version)
        rich = describe(show_card(parts, stored), parts.address, maxwidth, maxheight)
        # A shared cache must not keep what only whoever knows the address may see.
        reach = "public" if stored.visibility == "public" and caller.owner is None else "private"
        headers = {"cache-control": f"{reach}, max-age={KEPT_S if reach == 'public' else 0}"}
        if format_ == "xml":
            return Response(to_xml(rich).encode(), media_type="text/xml", headers=headers)
        return Response(msgspec.json.encode(rich), media_type="application/json", headers=headers)


def find_permalink(url: str, parts: Parts) -> tuple[str, int | None]:
    """The card and version that an address of ours names; NotFound for any other address."""
    try:
        asked, here = urlsplit(url.strip()), urlsplit(parts.address)
        is_ours = asked.scheme in PORTS and _place(asked) in {_place(here), _place(here._replace(scheme=asked.scheme))}
    except ValueError:  # "http://[::1", "http://a:b"
        is_ours = False
    match = PERMALINK.fullmatch(unquote(asked.path)) if is_ours else None
    if match is None:
        raise NotFound(f"That is no card of this server's. Its permalinks begin with {parts.address}/c/.")
    return card_id_of(match["card"]), int(match["version"]) if match["version"] else None


def _place(address: SplitResult) -> tuple[str, int | None]:
    """Host and port; this machine's names are one."""
    host = (address.hostname or "").rstrip(".")
    return "localhost" if is_loopback(host) else host, address.port or PORTS.get(address.scheme)


def describe(card: Card, address: str, most_width: int | None, most_height: int | None) -> Rich:
    """What a page needs to show the card, within the limits it named."""
    width = min(WIDTH, most_width or WIDTH)
    usual = next(height for least, height in HEIGHTS if width >= least)
    height = min(usual, most_height or usual)
    title = attributed(card.headline)
    picture: dict[str, Any] = {}
    fits = (most_width or PICTURE[0]) >= PICTURE[0] and (most_height or PICTURE[1]) >= PICTURE[1]
    if fits and card.visibility == "public":
        picture = {
            "thumbnail_url": f"{address}/c/{card.id}/v/{card.version}.png",
            "thumbnail_width": PICTURE[0],
            "thumbnail_height": PICTURE[1],
        }
    return Rich(
        type="rich",
        version="1.0",
        title=title,
        provider_name="Threadproof",
        provider_url=f"{address}/",
        cache_age=KEPT_S,
        html=f'<iframe src="{escape(address)}/embed/{card.id}" width="{width}" height="{height}" '
        f'title="{escape(title)}" loading="lazy" style="border:0;max-width:100%"></iframe>',
        width=width,
        height=height,
        **picture,
    )


def to_xml(rich: Rich) -> str:
    """The same as XML, without the characters that XML 1.0 cannot hold."""
    fields = msgspec.to_builtins(rich).items()
    rows = "".join(f"<{name}>{escape_xml(NOT_XML.sub('', str(value)))}</{name}>" for name, value in fields)
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>{rows}</oembed>'
