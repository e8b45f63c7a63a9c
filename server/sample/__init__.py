"""The sample world: an invented thread and invented pages that ship with Threadproof.

They let the main job run without a network or a key, and the front page
offers the thread to try. Every page says that it is invented, and every
web host in it lies under `.example`, which RFC 2606 reserves, so that
no address here can ever be somebody's.

`pages/` and `manifest.json` are the sources; `python -m server.sample.build`
makes `world.warc.gz` and `world.json` from them.
"""

from importlib.resources import files
from pathlib import Path

THREAD_URL = (
    "https://www.reddit.com/r/ThreadproofSample/comments/sample1/fennmark_just_turned_on_the_72hour_hold_for_every/"
)


def world_path() -> Path:
    """The folder to name as `--web WORLD`; it holds `world.warc.gz` and `world.json`."""
    return Path(str(files(__name__)))
