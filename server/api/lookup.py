"""Whether a thread has a card, asked without telling which thread."""

from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Response

from server.api.problems import problems
from server.parts import PartsArgument

KEPT_S = 300  # a browser asks again for the same 4,096th part of all threads only after this


class Match(msgspec.Struct, frozen=True):
    """A public card: the rest of its thread's hash, and its id."""

    suffix: str
    id: str


class LookupAnswer(msgspec.Struct, frozen=True):
    """Every public card whose thread's hash begins with the prefix."""

    prefix: str
    matches: list[Match]


class LookupController(Controller):
    """Under /api/v1/lookup."""

    path = "/api/v1/lookup"
    tags = ("cards",)

    @get("/{prefix:str}", responses={200: ResponseSpec(LookupAnswer), **problems()})
    async def read(
        self, prefix: Annotated[str, Parameter(pattern=r"^[0-9a-f]{3}\Z")], parts: PartsArgument
    ) -> Response[bytes]:
        """Public cards by the first 3 hexadecimal digits of the SHA-256 of their canonical URL.

        Whoever asks compares the suffixes at home: we learn one of 4,096 parts, not the page. Keys change nothing.
        """
        found = await parts.store.lookup_cards(prefix)
        answer = LookupAnswer(prefix, [Match(known.url_sha256[len(prefix) :], known.id) for known in found])
        headers = {"cache-control": f"public, max-age={KEPT_S}"}
        return Response(msgspec.json.encode(answer), media_type="application/json", headers=headers)
