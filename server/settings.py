"""Environment in, one frozen struct out. Nothing else reads the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

import msgspec

from server.core.errors import InvalidSetting
from server.core.model import Role
from server.core.money import Prices, parse_prices

SHORTEST_SECRET = 6  # a shorter one stands in half of all lines by chance


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting. Names in the environment are THREADPROOF_<FIELD>, but for the usual four at the end."""

    data: Path  # the data folder: SQLite, valkey's log, the lock
    host: str = "127.0.0.1"
    port: int = 8321
    public_address: str | None = None  # scheme://host[:port] as others see it; default http://{host}:{port}
    workers: int | None = None  # worker processes; None: one a processor core
    jobs_at_once: int | None = None  # by all of them together; None: by cores and memory
    grace_s: float = 10.0  # for the jobs at work when told to stop; what is not finished then is handed back
    web: Path | None = None  # a recorded world that answers instead of the internet
    record: Path | None = None  # where to write what was fetched, as a WARC
    indexing: bool = False  # whether search engines may list public cards
    anonymous_posting: bool | None = None  # None: only on a loopback address
    extension_origins: tuple[str, ...] = ("*",)  # browser extensions that may use the API; "*": any
    trusted_proxies: tuple[str, ...] = ()  # addresses and networks whose X-Forwarded-For is believed
    posts_per_minute: int = 20  # by one key, or one address without a key; the operator's own machine has no limits
    cards_per_day: int = 200  # that one of them may have made
    reads_per_minute: int = 1200  # by one key or address, of each API process
    most_waiting: int = 500  # jobs in the queue beyond which no new one is taken
    blocked_communities: tuple[str, ...] = ()  # r/name, or site/community
    max_pages: int = 12  # outside pages fetched for a card
    fetch_deadline_s: float = 8.0  # for all of a card's pages together
    job_timeout_s: int = 180
    fetch_allow: tuple[str, ...] = ()  # host:port pairs the fetcher may reach though they are not public
    contact: str | None = None  # put into the fetcher's user agent
    egress_proxy: str | None = None  # http://[user:password@]host:port that the fetcher goes through
    host_delay_s: float = 0.5  # between two requests to one host, all workers together
    host_requests: int = 2  # at one host at once, all workers together
    blocked_sites: tuple[str, ...] = ()  # hosts that are neither fetched nor cited, their subdomains included
    searxng_url: str | None = None
    brave_api_key: str | None = None
    tavily_api_key: str | None = None
    anthropic_search: bool = False  # search by Anthropic's tool too, which the operator's key pays
    anthropic_search_model: str = "claude-haiku-5-5"
    most_queries: int = 8  # searches for a card, the writer's included
    scout_model: str = "claude-haiku-5-5"  # names the searches and writes the card's head
    writer_model: str = "claude-sonnet-5-5"  # writes the sections and repairs them
    judge: bool = False  # ask a model whether quotes back their claims, besides code
    judge_model: str = "claude-haiku-5-5"
    model_timeout_s: float = 60.0  # for one question to a model, retries included
    card_cap_usd: float = 0.30  # what one card may cost
    day_budget_usd: float = 10.0  # what a day (UTC) may cost in all
    key_budget_usd: float = 2.0  # of that, the cards asked for with one access key
    address_budget_usd: float = 1.0  # and those asked for from one address
    prices: str | None = None  # model=input/output in US dollars per million tokens, over the known ones
    reddit_client_id: str | None = None  # an app's of the operator's; with its secret, Reddit is read through its API
    reddit_client_secret: str | None = None
    watch: tuple[str, ...] = ()  # communities watched from the first start on: r/LocalLLaMA, hn
    watch_every: str = "2h"  # how often these are looked at
    watch_top: int = 5  # how many threads from the top of their lists become cards
    collected_per_day: int = 100  # threads that watching may ask cards of, all communities together
    keep_captures_days: int = 30  # what browsers sent of threads; 0: for ever
    keep_jobs_days: int = 90  # rows of jobs that ended; 0: for ever
    log_level: str = "info"
    log_format: Literal["text", "json"] = "text"
    metrics_from: tuple[str, ...] = ()  # addresses and networks that may read /metrics without a key
    redis_url: str | None = None  # REDIS_URL; None: the embedded valkey
    database_url: str | None = None  # DATABASE_URL; None: SQLite in the data folder
    database_password: str | None = None  # put into DATABASE_URL, so that the address itself holds no secret
    anthropic_api_key: str | None = None  # ANTHROPIC_API_KEY
    anthropic_base_url: str | None = None  # ANTHROPIC_BASE_URL

    @property
    def address(self) -> str:
        """The public address without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_address or f"http://{host}:{self.port}").rstrip("/")

    @property
    def store_url(self) -> str:
        """SQLAlchemy's URL of the store."""
        if self.database_url is None:
            return f"sqlite:///{self.data / 'threadproof.sqlite3'}"
        return _with_password(self.database_url, self.database_password)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log line may hold; the longest first, so that none is cut up by another."""
        plain = (
            self.anthropic_api_key,
            self.brave_api_key,
            self.tavily_api_key,
            self.reddit_client_secret,
            self.database_password,
            *map(_password, (self.database_url, self.redis_url, self.egress_proxy, self.searxng_url)),
        )
        return tuple(sorted({secret for secret in plain if secret and len(secret) >= SHORTEST_SECRET}, key=len))[::-1]

    def __repr__(self) -> str:
        """Without values: some are secrets, and errors quote what they were about."""
        return "Settings(…)"

    @property
    def models(self) -> dict[Role, str]:
        """Which model is asked, by role."""
        return {
            "scout": self.scout_model,
            "write": self.writer_model,
            "repair": self.writer_model,
            "judge": self.judge_model,
        }

    @property
    def price_table(self) -> Prices:
        """The known prices with the operator's over them."""
        return parse_prices(self.prices)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read settings; InvalidSetting names the variable and what it may hold.

        Each may stand in a file instead, which NAME_FILE names: how orchestrators hand secrets over.
        """
        usual = {"redis_url", "database_url", "anthropic_api_key", "anthropic_base_url"}
        found: dict[str, object] = {"data": _default_data(environ)}
        for field in msgspec.structs.fields(cls):
            name = field.name.upper() if field.name in usual else f"THREADPROOF_{field.name.upper()}"
            raw = environ.get(name, "").strip() or _read_file(environ, name)
            if raw:
                try:
                    found[field.name] = _parse(raw, field.type)
                except (ValueError, msgspec.ValidationError) as error:
                    shown = "" if f"{name}_FILE" in environ else f"={raw!r}"
                    raise InvalidSetting(
                        f"{name}{shown} is not valid: {error}. See .env.example for what it may hold."
                    ) from error
        parse_prices(found.get("prices"))  # type: ignore[arg-type]
        return cls(**found)  # type: ignore[arg-type]


def _read_file(environ: Mapping[str, str], name: str) -> str:
    """The setting out of its file, without the line break that editors leave; "" where no file is named."""
    path = environ.get(f"{name}_FILE", "").strip()
    try:
        return Path(path).expanduser().read_text().strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"{name}_FILE={path!r} cannot be read: {error}. Name a file that holds {name}.") from error


def _with_password(url: str, password: str | None) -> str:
    """The address with the password behind its user's name, unless it has one."""
    scheme, mark, rest = url.partition("://")
    user, at, place = rest.partition("@")
    if not password or not at or ":" in user:
        return url
    return f"{scheme}{mark}{user}:{quote(password, safe='')}@{place}"


def _password(url: str | None) -> str | None:
    """The password in an address."""
    try:
        return unquote(urlsplit(url or "").password or "")
    except ValueError:
        return None


def _default_data(environ: Mapping[str, str]) -> Path:
    """`~/.local/share/threadproof`, or under XDG_DATA_HOME (XDG Base Directory Specification)."""
    base = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME", ".")) / ".local" / "share")
    return Path(base) / "threadproof"


def _parse(raw: str, kind: object) -> object:
    if kind == Path or kind == (Path | None):
        return Path(raw).expanduser()
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    if kind in (bool, bool | None):
        return msgspec.convert(raw.lower(), bool, strict=False)
    return msgspec.convert(raw, kind, strict=False)
