"""What the extension's own tests bring: a real Chromium with the extension in it."""

from tests.extension.conftest import browser

__all__ = ["browser"]
