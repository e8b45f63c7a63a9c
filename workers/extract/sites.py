"""The name readers know a site by."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

# Sites whose pages do not name them, or only in capitals, with a slogan, or by a section.
SITE_NAMES = {
    "apnews.com": "AP News", "arstechnica.com": "Ars Technica", "arxiv.org": "arXiv", "bbc.co.uk": "BBC News",
    "bbc.com": "BBC News", "bloomberg.com": "Bloomberg", "businessinsider.com": "Business Insider",
    "cbc.ca": "CBC News", "cnbc.com": "CNBC", "cnn.com": "CNN", "economist.com": "The Economist",
    "en.wikipedia.org": "Wikipedia", "faz.net": "Frankfurter Allgemeine", "forbes.com": "Forbes",
    "ft.com": "Financial Times", "github.com": "GitHub", "huffingtonpost.com": "HuffPost",
    "huffpost.com": "HuffPost", "latimes.com": "Los Angeles Times", "lemonde.fr": "Le Monde",
    "lobste.rs": "Lobsters", "msnbc.com": "MSNBC", "nature.com": "Nature", "news.ycombinator.com": "Hacker News",
    "npr.org": "NPR", "nydailynews.com": "New York Daily News", "nytimes.com": "The New York Times",
    "people.com": "People", "reddit.com": "Reddit", "reuters.com": "Reuters", "science.org": "Science",
    "spiegel.de": "Der Spiegel", "stackoverflow.com": "Stack Overflow", "theguardian.com": "The Guardian",
    "theverge.com": "The Verge", "time.com": "Time", "twitter.com": "X", "usatoday.com": "USA Today",
    "washingtonpost.com": "The Washington Post", "wikipedia.org": "Wikipedia", "wired.com": "Wired",
    "wsj.com": "The Wall Street Journal", "x.com": "X", "youtube.com": "YouTube", "zeit.de": "Die Zeit",
}  # fmt: skip
LONGEST = 40
SEPARATOR = r"\s+[|·•»–—:-]\s+|\s+::\s+"
_MARK = re.compile(r"[^a-z0-9]")


def host_of(url: str) -> str:
    """The host without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def find_site(url: str, stated: Sequence[str], titles: Sequence[str]) -> str:
    """The site's known name, else the first that the page states or puts beside its title, else its host.

    What is no more than the host in small letters yields to a better spelling of it.
    """
    host = host_of(url)
    known = SITE_NAMES.get(host) or SITE_NAMES.get(host.partition(".")[2])
    if known:
        return known
    names = [name for text in stated if (name := _clean(text)) and text not in titles]
    names += [name for title in titles for name in _beside(title, host)]
    proper = [name for name in names if not name.islower() or not _is_host(name, host)]
    return next(iter([*proper, *names]), host)


def _clean(stated: str) -> str:
    name = re.split(r"\s[|·–—-]\s", stated)[0].strip().lstrip("@")
    return name if re.fullmatch(rf"[^{{}}<>]{{2,{LONGEST}}}", name) and not name.startswith(("http:", "https:")) else ""


def _beside(title: str, host: str) -> list[str]:
    """Parts of a title, at either end, that name the host."""
    parts = re.split(SEPARATOR, title)
    ends = [parts[-1], parts[0]] if len(parts) > 1 else []
    return [part.strip() for part in ends if len(part) <= LONGEST and _is_host(part, host)]


def _is_host(name: str, host: str) -> bool:
    """Whether a name is spelled as the host is: "The San Diego Union-Tribune", "CBC News", "MDR.DE"."""
    plain = _plain(name)
    if not plain:
        return False
    labels = [
        _plain(label) for label in host.split(".")[:-1] if label not in ("www", "blog", "news", "en", "co", "com")
    ]
    if plain in (_plain(host), *labels) or plain.removeprefix("the") in labels:
        return True
    words = {_plain(word) for word in name.split()}
    return len(words) <= 4 and any(
        label in words or (len(plain) >= 5 and label.startswith(plain)) for label in labels if len(label) > 2
    )


def _plain(text: str) -> str:
    return _MARK.sub("", text.lower())
