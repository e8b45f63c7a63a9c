"""Full text over recorded pages, as the bytes of an SQLite database.

SQLite forbids carrying a connection over a fork, and workers fork for each job: the index is kept serialized and each
process that searches opens its own connection on a copy (a memcpy of about the texts' size).
"""

import os
import re
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from server.core.ports import Hit
from server.core.words import STOPWORDS

TITLE_WEIGHT = 5.0
MOST_TERMS = 40
SNIPPET_WORDS = 32
# Words too common to choose a page by. bm25 gives them little weight, but they cost time and let a long page win.
COMMON = STOPWORDS | {"actually", "s", "t"}
# unicode61 keeps a run of these letters as one word, so each is set apart, in pages and queries alike.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


class IndexedPage(NamedTuple):
    url: str
    title: str
    text: str


class PageIndex:
    """Best pages for a query by bm25, a word in the title counting five times one in the text."""

    def __init__(self, pages: Iterable[IndexedPage]) -> None:
        connection = sqlite3.connect(":memory:")
        connection.execute("PRAGMA page_size=16384")
        connection.execute(
            "CREATE VIRTUAL TABLE pages USING"
            " fts5(url UNINDEXED, name UNINDEXED, title, text, tokenize='porter unicode61')"
        )
        rows = ((page.url, page.title, _space(page.title), _space(page.text)) for page in pages)
        connection.executemany("INSERT INTO pages VALUES (?, ?, ?, ?)", rows)
        connection.commit()
        self._bytes = connection.serialize()
        connection.close()
        self._owner = 0
        self._connection: sqlite3.Connection | None = None

    def search(self, query: str, limit: int) -> list[Hit]:
        """Pages holding any of the query's words, best first. Any text is a valid query; most just find nothing."""
        terms = query_terms(query)
        if not terms:
            return []
        rows = self._open().execute(
            "SELECT url, name, snippet(pages, 3, '', '', '…', ?) FROM pages WHERE pages MATCH ?"
            " ORDER BY bm25(pages, 0, 0, ?, 1.0) LIMIT ?",
            (SNIPPET_WORDS, " OR ".join(f'"{term}"' for term in terms), TITLE_WEIGHT, limit),
        )
        return [Hit(url, name, _close_up(snippet)) for url, name, snippet in rows]

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._owner != os.getpid():
            self._connection = sqlite3.connect(":memory:", check_same_thread=False)
            self._connection.deserialize(self._bytes)
            self._owner = os.getpid()
        return self._connection


def query_terms(query: str) -> list[str]:
    """The words to look for, each once; common words only where there are no others."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", _space(query).casefold())))
    rare = [word for word in words if word not in COMMON]
    return (rare or words)[:MOST_TERMS]


def _space(text: str) -> str:
    return UNSPACED.sub(r" \g<0> ", text)


def _close_up(snippet: str) -> str:
    return re.sub(rf" ?({UNSPACED.pattern}) ?", r"\1", " ".join(snippet.split()))
