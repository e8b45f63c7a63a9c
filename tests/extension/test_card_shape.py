"""The extension's idea of a card is the server's: its shapes are held to the structs, and both refuse the same."""

import json
import shutil
import subprocess
import types
import typing
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.card import Card

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/cases"
SHAPES = json.loads((CASES / "card-shapes.json").read_text("utf-8"))
PLAIN = {str: "text", int: "integer", float: "number", bool: "boolean", datetime: "instant", Any: "any"}


def changed(path: list[str | int], **put: Any) -> bytes:
    """The invented card with something else at one place, or with nothing."""
    card = json.loads((CASES / "card.json").read_text("utf-8"))
    holder = card
    for key in path[:-1]:
        holder = holder[key]
    if "value" in put:
        holder[path[-1]] = put["value"]
    else:
        del holder[path[-1]]
    return json.dumps(card).encode()


def name_of(kind: Any) -> str:
    """A Python type as `card-schema.js` writes it."""
    kind = getattr(kind, "__supertype__", kind)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin in (types.UnionType, typing.Union):
        (other,) = (each for each in inner if each is not types.NoneType)
        return f"{name_of(other)}?"
    if origin is typing.Literal:
        return "|".join(inner)
    if origin is tuple:
        return f"[{name_of(inner[0])}]"
    if origin is dict:
        return f"{{{name_of(inner[1])}}}"
    return str(kind.__name__)


def shapes_of(struct: type[msgspec.Struct], found: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Every struct that a card is made of, field by field; a field with a default may be missing."""
    hints = typing.get_type_hints(struct)
    fields = msgspec.structs.fields(struct)
    found[struct.__name__] = {
        field.name: name_of(hints[field.name]) + ("?" if field.default is None else "") for field in fields
    }
    for hint in hints.values():
        for part in (hint, *typing.get_args(hint)):
            if isinstance(part, type) and issubclass(part, msgspec.Struct) and part.__name__ not in found:
                shapes_of(part, found)
    return found


def test_the_extension_knows_every_field_and_type_of_a_card() -> None:
    """A field that is added here is added there: cards come to be shown by what checks them."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node on this machine: install Node 20 or newer to read the extension's shapes")
    say = "import('./extension/core/card-schema.js').then(({SHAPES}) => console.log(JSON.stringify(SHAPES)))"
    run = subprocess.run([node, "-e", say], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(run.stdout) == shapes_of(Card, {})


@pytest.mark.parametrize("change", SHAPES["cards"], ids=lambda change: change["what"])
def test_what_is_still_a_card_is_decoded(change: dict[str, Any]) -> None:
    """The same table as the extension's."""
    msgspec.json.decode(changed(**{key: value for key, value in change.items() if key != "what"}), type=Card)


@pytest.mark.parametrize("change", SHAPES["no_cards"], ids=lambda change: change["what"])
def test_what_is_no_card_is_refused(change: dict[str, Any]) -> None:
    """The same table as the extension's."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(changed(**{key: value for key, value in change.items() if key != "what"}), type=Card)
