"""A card as one HTML file that needs nothing else: style and fonts inside, no script, no request to anywhere."""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup

from server.core.card import Card
from server.loopback import is_loopback
from server.pages.card_page import CardPage
from server.pages.rendering import STYLE, render, static_text

FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)
FILE = re.compile(r'url\("(fonts/[a-z-]+\.woff2)"\)')
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?")


class Sheet(msgspec.Struct, frozen=True):
    """What stands in a `<style>`, and the letters that call for it; None for any."""

    css: str
    letters: frozenset[int] | None = None

    @property
    def digest(self) -> str:
        """As a Content-Security-Policy names it."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.css.encode()).digest()).decode()


def to_html(card: Card) -> str:
    """The card's page with its style inside, and with those fonts that its letters need."""
    host = urlsplit(card.permalink).hostname or ""
    page = CardPage(card, only_this_machine=is_loopback(host))
    letters = frozenset(map(ord, set(msgspec.json.encode(card).decode())))
    needed = [sheet for sheet in sheets() if sheet.letters is None or sheet.letters & letters]
    styles = [Markup(sheet.css) for sheet in needed]  # noqa: S704 - our own files
    return render("one_file.html", page=page, styles=styles, policy=_policy())


def one_file_csp() -> str:
    """The policy under which the file is served: its own styles, by hash, the fonts in them, and nothing else."""
    return f"{_policy()}; frame-ancestors 'none'"


@cache
def _policy() -> str:
    """What also stands in the file itself, where a browser heeds no frame-ancestors."""
    digests = " ".join(f"'{sheet.digest}'" for sheet in sheets())
    return f"default-src 'none'; style-src {digests}; font-src data:; base-uri 'none'; form-action 'none'"


@cache
def sheets() -> list[Sheet]:
    """All there are: our style, then one a face. The faces for English are in every file."""
    return [Sheet(static_text(STYLE)), *map(_face, FACE.findall(static_text("fonts.css")))]


def _face(css: str) -> Sheet:
    name = FILE.search(css)
    assert name is not None
    font = (files("server.pages") / "static" / name[1]).read_bytes()
    inside = css.replace(name[1], "data:font/woff2;base64," + base64.b64encode(font).decode())
    spans = ((int(first, 16), int(last or first, 16)) for first, last in RANGE.findall(css))
    letters = frozenset(code for first, last in spans for code in range(first, last + 1))
    return Sheet(inside, None if ord("a") in letters else letters)
