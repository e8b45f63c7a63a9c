"""How a command ends: one table from error code to exit status."""

from server.core.jobs import Problem

DONE, BROKEN, USAGE, NO_THREAD, SERVICE_DOWN, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

EXIT_STATUS = {
    "invalid-request": USAGE,
    "invalid-url": USAGE,
    "invalid-capture": USAGE,
    "payload-too-large": USAGE,
    "unknown-format": USAGE,
    "not-found": USAGE,
    "setup-error": USAGE,
    "data-folder-unusable": USAGE,
    "data-folder-in-use": USAGE,
    "port-in-use": USAGE,
    "world-unreadable": USAGE,
    "invalid-setting": USAGE,
    "gone": NO_THREAD,
    "thread-error": NO_THREAD,
    "unsupported-site": NO_THREAD,
    "thread-unavailable": NO_THREAD,
    "thread-private": NO_THREAD,
    "thread-too-thin": NO_THREAD,
    "thread-unreadable": NO_THREAD,
    "source-error": NO_THREAD,
    "source-unavailable": NO_THREAD,
    "source-unreadable": NO_THREAD,
    "model-error": SERVICE_DOWN,
    "model-unavailable": SERVICE_DOWN,
    "draft-rejected": SERVICE_DOWN,
    "store-error": SERVICE_DOWN,
    "store-unavailable": SERVICE_DOWN,
    "job-error": SERVICE_DOWN,
    "superseded": SERVICE_DOWN,
    "job-parked": NO_THREAD,
    "queue-error": SERVICE_DOWN,
    "queue-unavailable": SERVICE_DOWN,
    "overloaded": SERVICE_DOWN,
    "unauthorized": REFUSED,
    "forbidden": REFUSED,
    "blocked": REFUSED,
    "too-many-requests": REFUSED,
    "quota-spent": REFUSED,
    "source-refused": REFUSED,
}

EXPLAINED = """exit status:
  0    done
  1    a fault of Threadproof's own
  2    wrong usage or set-up: no web address, a bad option, data folder or archive, a port in use
  3    the thread cannot be had: gone, refused, private, unreadable, or too thin for a card
  4    a service we need is down: store, queue, model
  5    refused by policy: an address that is not public, or a blocked site
  130  interrupted

Results go to standard output; progress and errors go to standard error."""


class JobFailed(Exception):
    """The job ended without a card."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def exit_status(code: str) -> int:
    """The exit status that belongs to an error's code."""
    return EXIT_STATUS.get(code, INTERRUPTED if code == "cancelled" else BROKEN)
