"""What the documents name, and what there really is to name."""

import argparse
import re
from pathlib import Path

import msgspec

from server.cli import build_parser
from server.settings import Settings

ROOT = Path(__file__).parents[1]
USUAL = ("redis_url", "database_url", "anthropic_api_key", "anthropic_base_url")  # without our prefix


def setting_names() -> dict[str, object]:
    """Every setting's name in the environment, with its default; those without one have `msgspec.NODEFAULT`."""
    return {
        field.name.upper() if field.name in USUAL else f"THREADPROOF_{field.name.upper()}": field.default
        for field in msgspec.structs.fields(Settings)
    }


def settings_named(text: str) -> set[str]:
    """Everything in a text that looks like a setting of ours."""
    return set(re.findall(r"\bTHREADPROOF_[A-Z0-9_]+\b", text))


def commands() -> set[str]:
    """What can follow `threadproof`."""
    actions = build_parser()._actions
    return {name for action in actions if isinstance(action, argparse._SubParsersAction) for name in action.choices}
