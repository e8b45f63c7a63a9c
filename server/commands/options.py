"""Options that several commands share, and the settings that come of them."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from server.core.errors import DataFolderUnusable, InvalidCapture
from server.core.jobs import Capture
from server.settings import Settings

MOST_CAPTURE_BYTES = 4 * 1024 * 1024


def add_place(parser: argparse.ArgumentParser) -> None:
    """--data, --web and --record."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: THREADPROOF_DATA)")
    add_web(parser)
    parser.add_argument(
        "--record", type=Path, metavar="FILE.warc.gz", help="also write everything fetched to this archive"
    )


def add_web(parser: argparse.ArgumentParser) -> None:
    """--web."""
    parser.add_argument(
        "--web", type=Path, metavar="WORLD", help="answer every outside request from this recorded web; no network"
    )


def add_capture(parser: argparse.ArgumentParser) -> None:
    """--capture."""
    parser.add_argument("--capture", type=Path, metavar="FILE", help="the page as a browser captured it (JSON)")


@contextmanager
def settings_in_place(args: argparse.Namespace, environ: Mapping[str, str]) -> Iterator[Settings]:
    """Settings with the options applied; a recorded web without a data folder works in a temporary one.

    There neither a shared queue nor a shared store is used: what is made from a recording stays apart.
    """
    settings = Settings.from_env(environ)
    chosen: dict[str, Any] = {
        name: getattr(args, name) for name in ("host", "port", "workers") if getattr(args, name, None) is not None
    }
    if args.web is not None:
        chosen["web"] = args.web.expanduser().absolute()
    if getattr(args, "record", None) is not None:
        chosen["record"] = args.record.expanduser().absolute()
    if getattr(args, "data", None) is not None:
        chosen["data"] = args.data.expanduser().absolute()
    settings = msgspec.structs.replace(settings, **chosen)
    if settings.web is None or "data" in chosen or environ.get("THREADPROOF_DATA", "").strip():
        yield settings
        return
    from server.adapters.private_folder import private_folder

    try:
        with private_folder("web") as folder:
            yield msgspec.structs.replace(settings, data=folder / "data", redis_url=None, database_url=None)
    except PermissionError as error:
        raise DataFolderUnusable(f"No temporary folder can be made ({error}). Name one with --data DIR.") from error


def settings_with_data(data: Path | None, environ: Mapping[str, str]) -> Settings:
    """Settings with the data folder that an option names."""
    settings = Settings.from_env(environ)
    return settings if data is None else msgspec.structs.replace(settings, data=data.expanduser().absolute())


def make_data_folder(path: Path) -> None:
    """For its owner alone; DataFolderUnusable where it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DataFolderUnusable(
            f"The data folder {path} cannot be made: {error.strerror}. Choose another with --data DIR."
        ) from error


def read_capture(path: Path | None, url: str) -> Capture | None:
    """The capture in a file: our extension's document, or a page saved as HTML or JSON, taken to be that of `url`.

    InvalidCapture says what is wrong with it.
    """
    if path is None:
        return None
    try:
        raw = path.read_bytes()
        saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise InvalidCapture(
            f"The capture {path} cannot be read: {error.strerror}. Name a file that exists."
        ) from error
    if len(raw) > MOST_CAPTURE_BYTES:
        raise InvalidCapture(f"The capture {path} is larger than 4 MiB. Capture the page without its images.")
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return Capture(v=1, url=url, captured_at=saved_at, via="dom", html=raw.decode("utf-8-sig", "replace"))
    return _json_capture(raw, path, url, saved_at)


def _json_capture(raw: bytes, path: Path, url: str, saved_at: datetime) -> Capture:
    try:
        document = msgspec.json.decode(raw)
        if isinstance(document, dict) and "v" in document:
            return msgspec.convert(document, Capture)
    except msgspec.MsgspecError as error:
        raise InvalidCapture(f"The capture {path} is neither HTML nor a capture in JSON: {error}.") from error
    return Capture(v=1, url=url, captured_at=saved_at, via="json", json=document)


def check_world(settings: Settings) -> None:
    """WorldUnreadable before anything starts, rather than in a worker."""
    if settings.web is not None:
        from workers.adapters.recorded_web import RecordedWeb

        RecordedWeb(settings.web)


def log_to_stderr(settings: Settings) -> None:
    """Our own log at the level and in the form that are set, other people's warnings."""
    from server.adapters.logs import set_up_log

    set_up_log(settings.log_level, settings.log_format, settings.secrets)
