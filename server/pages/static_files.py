"""Style, scripts and fonts: few and small, so all of them lie ready.

Litestar's own static files would be packed anew for everyone, and are sent again to browsers that have them (2.25).
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from litestar import Controller, get
from litestar.types import ASGIApp

from server.core.errors import NotFound
from server.ready_answers import ReadyAnswer

MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
}
PACKED_ALREADY = ("png", "woff2")
KEPT = "public, max-age=604800"  # pages ask for them under an address that changes with the content


class StaticController(Controller):
    """Under /static."""

    path = "/static"
    include_in_schema = False

    @get("/{name:path}", sync_to_thread=False)
    def read(self, name: str) -> ASGIApp:
        """A file by its path; a folder is none."""
        found = _ready_files().get(name.lstrip("/"))
        if found is None:
            raise NotFound("There is no such file.")
        return found


@cache
def _ready_files() -> dict[str, ReadyAnswer]:
    return dict(_files(files("server.pages") / "static", ""))


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, ReadyAnswer]]:
    for entry in folder.iterdir():
        ending = entry.name.rpartition(".")[2]
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        elif ending in MEDIA_TYPES:
            packs = ending not in PACKED_ALREADY
            yield f"{path}{entry.name}", ReadyAnswer(entry.read_bytes(), MEDIA_TYPES[ending], cache=KEPT, packs=packs)
