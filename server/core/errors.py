"""Everything that can go wrong, named once.

InsightError                 code, message, retryable
├── RequestError             InvalidUrl, InvalidRequest, InvalidCapture, NotFound, Gone, Unauthorized, Forbidden,
│                            PayloadTooLarge, UnknownFormat, TooManyRequests, QuotaSpent, Blocked
├── ThreadError              UnsupportedSite, ThreadUnavailable, ThreadPrivate, ThreadTooThin, ThreadUnreadable
├── SourceError              SourceUnavailable, SourceRefused, SourceUnreadable
├── ModelError               ModelUnavailable, DraftRejected
├── StoreError               StoreUnavailable
├── JobError                 Superseded, Parked
├── QueueError               QueueUnavailable, Overloaded
└── SetupError               DataFolderUnusable, DataFolderInUse, PortInUse, WorldUnreadable, InvalidSetting

`code` is for programs and is stable, `message` is for the person and names the next step, the cause
(`raise … from`) is for the log. `retryable` decides whether a job is tried again.
"""

from collections.abc import Mapping
from typing import ClassVar


class InsightError(Exception):
    """Base of all our errors."""

    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"
    retryable: bool = False
    retry_after_s: float | None = None  # when it is worth another try, where we know

    def __init__(self, message: str, *, retryable: bool | None = None) -> None:
        super().__init__(message)
        self.message = message
        if retryable is not None:
            self.retryable = retryable


class RequestError(InsightError):
    """What was asked cannot be answered as asked."""

    code = "invalid-request"
    title = "The request is not valid"


class InvalidUrl(RequestError):
    """The text is not an address we can read: no URL, or neither http nor https."""

    code = "invalid-url"
    title = "Not a web address we can read"


class InvalidRequest(RequestError):
    """The body or a parameter does not have the documented shape."""


class InvalidCapture(RequestError):
    """The capture does not follow the documented form, or is about another page."""

    code = "invalid-capture"
    title = "The capture could not be used"


class PayloadTooLarge(RequestError):
    """The body is larger than we take."""

    code = "payload-too-large"
    title = "The request is too large"


class UnknownFormat(RequestError):
    """The answer cannot be had in that form."""

    code = "unknown-format"
    title = "That format is not offered"


class NotFound(RequestError):
    """There is no such card, job, source or page."""

    code = "not-found"
    title = "There is nothing here"


class Gone(RequestError):
    """It was here and has been deleted."""

    code = "gone"
    title = "This has been deleted"


class Unauthorized(RequestError):
    """The access key that came is none of ours, or no longer."""

    code = "unauthorized"
    title = "The access key is not valid"


class Forbidden(RequestError):
    """The caller may not do this: wrong key, foreign origin or foreign host name."""

    code = "forbidden"
    title = "Not allowed"


class Blocked(Forbidden):
    """The operator takes no threads from this site or community."""

    code = "blocked"
    title = "Not taken here"


class TooManyRequests(RequestError):
    """The client asks more often than it may. `headers` tell HTTP clients how it stands."""

    code = "too-many-requests"
    title = "Too many requests"
    retryable = True

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.headers = dict(headers or {})


class QuotaSpent(TooManyRequests):
    """The client has had all its cards of the day."""

    code = "quota-spent"
    title = "The day's cards are used up"


class ThreadError(InsightError):
    """The thread itself cannot become a card."""

    code = "thread-error"
    title = "The thread cannot be read"


class UnsupportedSite(ThreadError):
    """No reader knows this kind of page."""

    code = "unsupported-site"


class ThreadUnavailable(ThreadError):
    """The site did not give us the thread: gone, refused, rate-limited, or out of reach."""

    code = "thread-unavailable"


class ThreadPrivate(ThreadError):
    """The thread stands behind a login, a quarantine or an age gate."""

    code = "thread-private"


class ThreadTooThin(ThreadError):
    """Neither the thread nor the web tells anything that could be cited."""

    code = "thread-too-thin"
    title = "There is not enough to tell"


class ThreadUnreadable(ThreadError):
    """An answer came, but it is no thread: truncated, a wall page, or another site's markup."""

    code = "thread-unreadable"


class SourceError(InsightError):
    """An outside page could not become a source."""

    code = "source-error"
    title = "A page could not be read"


class SourceUnavailable(SourceError):
    """The page did not answer in time, or not with a page. `status` is the HTTP status, where one came."""

    code = "source-unavailable"
    retryable = True

    def __init__(self, message: str, *, retryable: bool | None = None, status: int | None = None) -> None:
        super().__init__(message, retryable=retryable)
        self.status = status


class SourceRefused(SourceError):
    """Our own policy forbids the address: not public, not http, wrong port, blocked."""

    code = "source-refused"


class SourceUnreadable(SourceError):
    """The page came, but holds no text we can quote: wrong type, too large, a wall, an empty shell."""

    code = "source-unreadable"


class ModelError(InsightError):
    """The writing model let us down."""

    code = "model-error"


class ModelUnavailable(ModelError):
    """The model's server is out of reach, overloaded, or refuses the key."""

    code = "model-unavailable"
    retryable = True


class DraftRejected(ModelError):
    """The model answered, but not with a draft."""

    code = "draft-rejected"


class StoreError(InsightError):
    """The store failed."""

    code = "store-error"
    title = "The card store failed"


class StoreUnavailable(StoreError):
    """The store is out of reach, locked or full."""

    code = "store-unavailable"
    retryable = True


class JobError(InsightError):
    """What becomes of a job."""

    code = "job-error"
    title = "The job cannot go on"


class Superseded(JobError):
    """The job is in other hands or finished: nothing more of this attempt counts."""

    code = "superseded"


class Parked(JobError):
    """The job took so many workers with it that it is left alone until the operator says otherwise."""

    code = "job-parked"
    title = "This card could not be made"


class QueueError(InsightError):
    """The queue failed."""

    code = "queue-error"
    title = "The work queue failed"


class QueueUnavailable(QueueError):
    """Redis or Valkey is out of reach."""

    code = "queue-unavailable"
    retryable = True


class Overloaded(QueueError):
    """So many jobs wait that another would only make all of them later."""

    code = "overloaded"
    title = "Too much is waiting already"
    retryable = True

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SetupError(InsightError):
    """This machine or its settings keep us from starting."""

    code = "setup-error"
    title = "Threadproof cannot start"


class DataFolderUnusable(SetupError):
    """The data folder cannot be created or written."""

    code = "data-folder-unusable"


class DataFolderInUse(SetupError):
    """Another server owns the data folder."""

    code = "data-folder-in-use"


class PortInUse(SetupError):
    """Something else listens on the port."""

    code = "port-in-use"


class WorldUnreadable(SetupError):
    """The recorded web is missing, truncated or no WARC."""

    code = "world-unreadable"


class InvalidSetting(SetupError):
    """A setting's value cannot be understood."""

    code = "invalid-setting"
