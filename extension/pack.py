"""Write the packages for Chrome's and Firefox's stores: the folder as it is, the manifest without the other's parts.

The same folder gives the same bytes: names are sorted, times and modes fixed. `python extension/pack.py [FOLDER]`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).parent
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can tell
SHIPPED = (".js", ".html", ".css", ".json", ".svg", ".png", ".woff2", ".txt")
TOOLS = ("package.json", "package-lock.json", "tsconfig.json", "eslint.config.js", "lint-package.js")


def main() -> None:
    """Write both and say how large they are."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    folder.mkdir(parents=True, exist_ok=True)
    for browser in ("chrome", "firefox"):
        print(f"{(path := pack(browser, folder))}: {path.stat().st_size:,} bytes")


def pack(browser: str, folder: Path) -> Path:
    """One browser's package."""
    manifest = json.loads((ROOT / "manifest.json").read_text("utf-8"))
    path = folder / f"threadproof-{manifest['version']}-{browser}.zip"
    with ZipFile(path, "w") as archive:
        for file in shipped():
            name = file.relative_to(ROOT).as_posix()
            content = file.read_bytes()
            if name == "manifest.json":
                content = (json.dumps(prune(manifest, browser), ensure_ascii=False, indent=2) + "\n").encode()
            elif name.startswith("_locales/"):
                content = words_alone(content)
            info = ZipInfo(name, EPOCH)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, content, ZIP_DEFLATED, 9)
    return path


def shipped() -> Iterator[Path]:
    """Every file that belongs to the extension, in one order."""
    for file in sorted(ROOT.rglob("*"), key=lambda path: path.relative_to(ROOT).as_posix()):
        name = file.relative_to(ROOT)
        hidden = any(part.startswith((".", "__")) or part in ("node_modules", "dist") for part in name.parts)
        if file.is_file() and file.suffix in SHIPPED and not hidden and str(name) not in TOOLS:
            yield file


def words_alone(messages: bytes) -> bytes:
    """A locale without what is for translators."""
    words = {key: {"message": entry["message"]} for key, entry in json.loads(messages).items()}
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def prune(manifest: dict[str, Any], browser: str) -> dict[str, Any]:
    """The manifest without what only the other browser reads: each store's check is clean then."""
    pruned = dict(manifest)
    if browser == "chrome":
        others = ("browser_specific_settings", "sidebar_action")
        pruned["background"] = {key: value for key, value in manifest["background"].items() if key != "scripts"}
    else:
        others = ("minimum_chrome_version", "side_panel")
        pruned["background"] = {key: value for key, value in manifest["background"].items() if key != "service_worker"}
        pruned["permissions"] = [name for name in manifest["permissions"] if name != "sidePanel"]
    return {key: value for key, value in pruned.items() if key not in others}


if __name__ == "__main__":
    main()
