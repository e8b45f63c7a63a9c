"""What a written text says of itself above its first line: YAML between dashes, TOML between pluses, a line a field.

Read as far as posts use them. A parser of YAML would be one more for strangers to feed.
"""

import re

from workers.extract.dates import read_date, spell_date

FRONT_MATTER = re.compile(
    r"\A\ufeff?(?:---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n(.*?\n)\+\+\+)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
LONGEST = 20_000  # characters
DATES = ("date", "published", "publishdate", "publish_date", "pubdate", "published_at", "datepublished", "created")
_FIELD = re.compile(r"(?m)^(\w[\w-]*)[ \t]*[:=][ \t]*(.*?)[ \t]*\r?$")
_FOLDED = re.compile(r"[>|][+-]?\d?$")
_NAMED = re.compile(r"(?m)^[ \t]+(?:-[ \t]+)?(?:name:[ \t]*)?([^\s:#][^:\r\n]*?)[ \t]*\r?$")


class FrontMatter:
    """The fields of a text, by their lower-case names; empty where it has none."""

    def __init__(self, text: str) -> None:
        matter = FRONT_MATTER.match(text[:LONGEST])
        self._matter = (matter[1] or matter[2] or "") if matter else ""
        self._fields = {name.lower(): value for name, value in reversed(_FIELD.findall(self._matter))}

    def get(self, *names: str) -> str:
        """The first of these fields that says something, without quotation marks."""
        return next((value for name in names if (value := self._value(name))), "")

    def names(self, *names: str) -> list[str]:
        """A field that may be a list: `[a, b]`, or one a line below it."""
        for name in names:
            value = self._fields.get(name, "")
            if value.startswith("["):
                return [part for each in value.strip("[]").split(",") if (part := _unquote(each))]
            if value:
                return [_unquote(value)]
            if name in self._fields:
                return [_unquote(match) for match in _NAMED.findall(self._below(name))]
        return []

    def date(self) -> str | None:
        """When it was published, as precisely as it says."""
        return next((date for name in DATES if (date := _date(self._value(name)))), None)

    def _value(self, name: str) -> str:
        value = self._fields.get(name, "")
        if _FOLDED.fullmatch(value):
            return " ".join(self._below(name).split())
        return _unquote(value)

    def _below(self, name: str) -> str:
        """The indented lines below a field."""
        found = re.search(rf"(?mi)^{re.escape(name)}[ \t]*:.*\r?\n((?:(?:[ \t]+.*|-[ \t].*)?\r?\n)*)", self._matter)
        return re.sub(r"(?m)^-", " -", found[1]) if found else ""


def _unquote(value: str) -> str:
    value = value.strip()
    if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1:
        return value[1:-1]
    return re.split(r"\s#\s", value)[0].strip("\"'")


def _date(value: str) -> str | None:
    return spell_date(value) or read_date(value)
