"""What models are told, as text files beside this one; their digest is a card's `prompts`."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def load_prompts() -> Mapping[str, str]:
    """Each file's text by its name without ".md"."""
    found = (file for file in files(__name__).iterdir() if file.name.endswith(".md"))
    return {file.name.removesuffix(".md"): file.read_text("utf-8") for file in sorted(found, key=lambda f: f.name)}


@cache
def prompts_version() -> str:
    """Twelve hexadecimal digits of the SHA-256 of all prompts: another word anywhere is another version."""
    whole = "\0".join(f"{name}\0{text}" for name, text in load_prompts().items())
    return hashlib.sha256(whole.encode()).hexdigest()[:12]
