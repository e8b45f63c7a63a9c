import re

import pytest

from server.core.errors import SourceUnreadable
from workers.extract.media import require_readable
from workers.readers import reddit_atom, reddit_json
from workers.stages.ground.harvest import FETCH_TYPES

URL = "https://news.example/story"


@pytest.mark.parametrize(
    "media_type",
    ["text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown", "text/x-rst", "text/org",
     "text/asciidoc", "application/pdf"],
)  # fmt: skip
def test_pages_of_text_are_read_whoever_asks(media_type: str) -> None:
    """Under their unregistered names as well."""
    require_readable(media_type, URL)
    require_readable(media_type, URL, FETCH_TYPES)


@pytest.mark.parametrize(
    "media_type",
    ["image/png", "video/mp4", "application/octet-stream", "application/zip", "text/css", "text/csv", "text/javascript",
     "text/calendar", "multipart/related", "application/msword", "application/x-shockwave-flash", "x" * 300],
)  # fmt: skip
def test_what_is_no_text_is_refused_before_its_body_is_read(media_type: str) -> None:
    """The reason names the type, a long one in words."""
    shown = "of an unknown type" if len(media_type) > 100 else media_type
    with pytest.raises(SourceUnreadable, match=f"Not read: {URL} is {shown}, not a page of text"):
        require_readable(media_type, URL)


def test_a_type_that_is_not_declared_is_refused() -> None:
    """Nobody guesses from a stranger's bytes."""
    with pytest.raises(SourceUnreadable, match="of no declared type"):
        require_readable("", URL)


@pytest.mark.parametrize("media_type", ["application/json", "application/ld+json", "application/atom+xml", "text/xml"])
def test_data_are_for_those_who_ask_for_them(media_type: str) -> None:
    """A reader of threads asks for JSON or a feed; found pages that turn out to be data are no sources."""
    for accept in (reddit_json.WAYS[0].accept, reddit_atom.WAYS[0].accept, "*/*", "text/html;q=0.9,*/*;q=0.5"):
        require_readable(media_type, URL, accept)
    with pytest.raises(SourceUnreadable, match=re.escape(media_type)):
        require_readable(media_type, URL, FETCH_TYPES)
