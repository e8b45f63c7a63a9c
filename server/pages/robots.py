"""What robots may fetch. What they may list, each page says of itself.

Pages that must not be listed may be fetched all the same: a crawler that may not fetch a page never reads its
"noindex" and may list the bare address (RFC 9309 governs fetching alone), and those that draw previews of links for
people heed this file too.
"""

from litestar import Controller, get
from litestar.response import Response

from server.parts import PartsArgument

TEXT = """User-agent: *
Disallow: /api/
Disallow: /jobs/
"""


class RobotsController(Controller):
    """At /robots.txt."""

    include_in_schema = False

    @get("/robots.txt", sync_to_thread=False)
    def read(self, parts: PartsArgument) -> Response[str]:
        """The same for all; where the operator lets engines list cards, it names the sitemap too."""
        sitemap = f"\nSitemap: {parts.address}/sitemap.xml\n" if parts.settings.indexing else ""
        return Response(
            TEXT + sitemap, media_type="text/plain; charset=utf-8", headers={"cache-control": "public, max-age=3600"}
        )
