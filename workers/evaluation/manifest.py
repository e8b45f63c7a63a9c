"""What a recorded world's `world.json` says is there: its threads, what must be read of them, which pages are on the
subject. Every field may be missing, and what is missing is not scored."""

from pathlib import Path

import msgspec

from server.core.errors import WorldUnreadable
from server.core.search_results import page_key


class Listed(msgspec.Struct, frozen=True):
    """A page as some manifests list it, among much else."""

    url: str


class Snippet(msgspec.Struct, frozen=True):
    """Words that stand in a comment, and whose they are where that is known."""

    text: str
    author: str | None = None


class ThreadEntry(msgspec.Struct, frozen=True):
    """A thread of the world, with what its reading must and must not give."""

    url: str
    kind: str = ""
    post_text_must_contain: list[str] = []
    comments_must_contain: list[str | Snippet] = []
    must_not_contain: list[str] = []
    facts: list[str] = []  # "title: …", "points: 120", "comment: …", "somebody: what they said"


class KeyFact(msgspec.Struct, frozen=True):
    """Something about the event, and how pages of the world word it."""

    fact: str
    matched: dict[str, str] = {}


class Manifest(msgspec.Struct, frozen=True):
    """A world's own account."""

    name: str = ""
    threads: list[ThreadEntry] = []
    relevant: list[str | Listed] = []
    distractors: list[str | Listed] = []
    walls: list[str | Listed] = []
    key_facts: list[KeyFact] = []

    def keys(self, listed: str) -> frozenset[str]:
        """The pages of one list ("relevant", "distractors", "walls"), to compare with `page_key`."""
        pages = getattr(self, listed)
        return frozenset(page_key(page if isinstance(page, str) else page.url) for page in pages)


def load_manifest(world: Path) -> Manifest:
    """The manifest beside a world's archive. WorldUnreadable when there is none, or none that can be read."""
    path = world / "world.json"
    if world.is_file():
        path = world.parent / "world.json"
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise WorldUnreadable(
            f"{path} cannot be read ({error.strerror}). A world is evaluated by the manifest beside its archive."
        ) from error
    except msgspec.MsgspecError as error:
        raise WorldUnreadable(f"{path} is no manifest of a recorded world: {error}.") from error
    if not manifest.name:
        manifest = msgspec.structs.replace(manifest, name=path.parent.name)
    if not manifest.threads:
        raise WorldUnreadable(f"{path} lists no threads, so there is nothing to evaluate.")
    return manifest
