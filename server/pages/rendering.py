"""Templates to text. No framework here: the command line renders cards too."""

import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from server.core.jobs import STAGES
from server.pages import words
from server.pages.linked_data import linked_data
from server.pages.writing_systems import PLAIN, Tongue, direction_of

STYLE = "threadproof.css"


def render(template: str, **values: object) -> str:
    """A template filled in. Everything is escaped; a value that a template misses is an error, not a blank."""
    return _environment().get_template(template).render(**values)


@cache
def static_text(name: str) -> str:
    """A file of the static folder."""
    return (files("server.pages") / "static" / name).read_text("utf-8")


@cache
def static_address(name: str) -> str:
    """Where a static file is served; the address changes with its content, so that it may be cached for long."""
    return f"/static/{name}?v={hashlib.sha256(static_text(name).encode()).hexdigest()[:12]}"


def marks(tongue: Tongue) -> Markup:
    """The attributes that tell a text's language and direction, each with a space before it."""
    if tongue is PLAIN or tongue == PLAIN:
        return Markup()
    told = (("lang", tongue.lang), ("dir", tongue.dir))
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in told if value)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("server.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        web_address=words.web_address,
        site=words.site_of,
        date=words.date_words,
        is_date=words.is_date,
        instant=words.instant_words,
        span=words.span_words,
        marks=marks,
        cost=words.cost_words,
    )
    environment.globals.update(
        static=static_address,
        count=words.count_words,
        kinds=words.KINDS,
        direction=direction_of,
        stages=STAGES,
        linked_data=linked_data,
    )
    return environment
