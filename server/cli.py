"""`threadproof`: its commands. Parsing stays under 0.3 s, so each command imports what it needs itself."""

import argparse
import os
import sys
from collections.abc import Sequence

from server.commands import (
    admits,
    api,
    canonical,
    card,
    doctor,
    evaluate,
    export,
    import_,
    jobs,
    keys,
    read,
    scheduler,
    serve,
    verify,
    watch,
    worker,
)
from server.commands.display import printable
from server.commands.outcomes import EXPLAINED, INTERRUPTED, JobFailed, exit_status
from server.core.errors import InsightError

COMMANDS = (
    serve,
    api,
    worker,
    scheduler,
    card,
    read,
    canonical,
    admits,
    verify,
    evaluate,
    jobs,
    keys,
    export,
    import_,
    watch,
    doctor,
)


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(
        prog="threadproof",
        description="Turn a discussion thread into an insight card whose every sentence has its quotation.",
        epilog=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status tells how it ended."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # results are UTF-8 whatever the locale
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except InsightError as error:
        return _complain(error.message, error.code)
    except JobFailed as error:
        return _complain(error.problem.detail, error.problem.type)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who read us has gone, as `threadproof card … | head` does; keep the interpreter from flushing into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(message: str, code: str) -> int:
    print(f"threadproof: {printable(message)}", file=sys.stderr)
    return exit_status(code)


if __name__ == "__main__":
    sys.exit(main())
