import pytest

from server.core.errors import SourceUnreadable
from server.core.source import Document
from tests.workers.adapters.worlds import LIGHTHOUSE, page
from workers.extract.charset import decode_page
from workers.extract.layout import LONGEST_BLOCK, MOST_CHARACTERS
from workers.extract.markdown import read_markdown
from workers.extract.markdown_blocks import find_blocks
from workers.extract.tags import strip_tags

RAW = "https://raw.githubusercontent.com/ada/lamps/abc123/_posts/2026-02-24-corran.md"
LONG = " ".join(LIGHTHOUSE)


def read(text: str, url: str = RAW) -> Document:
    return read_markdown(page(text, url, "text/plain"))


def cut(text: str, *, plain: bool = False) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in find_blocks(text, plain=plain)]


def test_the_stored_text_is_the_page_as_it_came() -> None:
    """Quotations are checked against the raw page, so nothing in it is moved."""
    text = f"---\ntitle: 'The lamp'\ndate: 2026-02-23 12:21 -0700\nauthor: Ada Keel\nlang: en\n---\n\n{LONG}\n\n[more](https://a.example/b)\n"
    document = read(text)
    assert document.text == text
    assert [block.kind for block in document.blocks] == ["paragraph", "paragraph"]
    assert (document.title, document.author, document.language) == ("The lamp", "Ada Keel", "en")
    assert (document.published_at, document.site) == ("2026-02-23T12:21-07:00", "ada/lamps on GitHub")
    assert document.links == ("https://a.example/b",)


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    """And the file's name gives the date, where it begins with one."""
    document = read(f"# The lamp #\n\n{LONG}\n")
    assert (document.title, document.blocks[0].kind, document.published_at) == ("The lamp", "title", "2026-02-24")
    assert read(f"{LONG}\n", "https://host.example/notes/lamp.txt").title == "lamp.txt"


@pytest.mark.parametrize(
    ("matter", "title", "author", "date"),
    [
        ('+++\ntitle = "The lamp"\ndate = 2026-02-23T08:00:00Z\n+++', "The lamp", None, "2026-02-23T08:00:00Z"),
        ("---\ntitle: Off # draft\nauthors: [Ada Keel, 'Ben Mast']\n---", "Off", "Ada Keel and Ben Mast", None),
        ("---\ntitle: >-\n  The lamp\n  is off\nauthor:\n  - name: Ada Keel\n---", "The lamp is off", "Ada Keel", None),
        ("---\nTitle: 'Off'\npubDate: Feb 23, 2026\nauthor: ada@point.example\n---", "Off", None, "2026-02-23"),
        ("---\nauthors:\n- Ada Keel\n- Ben Mast\ncreated: 2026-02\n---", "lamp.md", "Ada Keel and Ben Mast", "2026-02"),
        ("---\ntitle:\ndate: soon\n...", "lamp.md", None, None),
        ("--- no matter\ntitle: x\n---", "lamp.md", None, None),
    ],
)  # fmt: skip
def test_front_matter_is_read_in_the_ways_posts_write_it(
    matter: str, title: str, author: str | None, date: str | None
) -> None:
    """YAML and TOML, folded titles, lists of authors, several names for the date."""
    document = read(f"{matter}\n\n{LONG}\n", "https://host.example/notes/lamp.md")
    assert (document.title, document.author, document.published_at) == (title, author, date)


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# **The** lamp of [the *point*](https://a.example)", "The lamp of the point"),
        ("# `lamp_off`: an option &amp; its use", "lamp_off: an option & its use"),
        ("The 5 * 3 lamp\n==============", "The 5 * 3 lamp"),
        ("# snake_case_names <small>x</small>", "snake_case_names x"),
    ],
)
def test_a_title_has_no_marks(heading: str, title: str) -> None:
    """In its block they stay, since the text is quoted as it stands."""
    assert read(f"{heading}\n\n{LONG}\n").title == title


def test_plain_text_may_begin_with_its_title() -> None:
    """A line alone, as memos and standards have it; a sentence is none."""
    memo = "Harbour Board         A. Keel\nMemo: 7                 2026\n\n     Of Lamps and Keepers\n\n"
    document = read(f"{memo}{LONG}\n", "https://host.example/memo7.txt")
    assert (document.title, document.blocks[1].kind) == ("Of Lamps and Keepers", "title")
    assert read(f"It went out.\n\n{LONG}\n", "https://host.example/memo7.txt").title == "memo7.txt"


def test_the_language_of_a_text_is_told_by_its_words() -> None:
    """Files have no other place to say it."""
    assert read(f"# The lamp\n\n{LONG}\n").language == "en"


def test_a_long_text_is_kept_to_its_beginning_and_cut_where_words_end() -> None:
    """Megabytes of one paragraph are nobody's source."""
    document = read("# The lamp\n\n" + "The lamp is off. " * 100_000)
    assert len(document.text) == MOST_CHARACTERS
    assert max(block.end - block.start for block in document.blocks) <= LONGEST_BLOCK


def test_markdown_is_cut_into_its_blocks_without_their_marks() -> None:
    """Headings, items, quotes, code and rows; line breaks inside a paragraph stay."""
    text = """
Setext heading
==============

A paragraph
of two lines.
* one
* two
  goes on

1. first
2. second

> quoted
> on

```python
code = 1
```

    indented = 2

| a | b |
|---|---|
| 1 | 2 |
## Marked heading ##
last
"""
    assert cut(text) == [
        ("heading", "Setext heading"),
        ("paragraph", "A paragraph\nof two lines."),
        ("item", "one"),
        ("item", "two\n  goes on"),
        ("item", "first"),
        ("item", "second"),
        ("quote", "quoted\n> on"),
        ("code", "code = 1"),
        ("code", "indented = 2"),
        ("row", "a | b"),
        ("row", "1 | 2"),
        ("heading", "Marked heading"),
        ("paragraph", "last"),
    ]


def test_what_the_rendered_page_does_not_show_is_no_block() -> None:
    """Comments, imports, tags, templates, badges, link definitions, tables of contents, rules."""
    text = """---
title: x
---
<!-- a comment
over lines -->
import Tabs from '@theme/Tabs';
export const x = 1;
<img
  src="a.png"
/>
<center>

kept one

</center>
{% include setup %}
[![badge](a.svg)](b) ![image](c.png)
[ref]: https://a.example
- [Contents](#contents)
:::note
kept two
:::
> [!TIP]
> kept three
***
{% highlight python %}
kept = 4
{% endhighlight %}
"""
    assert cut(text) == [
        ("paragraph", "kept one"),
        ("paragraph", "kept two"),
        ("quote", "kept three"),
        ("code", "kept = 4"),
    ]


def test_restructured_text_is_understood_as_far_as_needed() -> None:
    """Adorned headings, directives, literal blocks."""
    text = """.. _top:

########
 Title
########

.. image:: a.png
    :alt: no

.. code-block:: python

    kept = 1

.. note::

    A kept note.

Section
-------

Words that stay.
"""
    assert cut(text) == [
        ("heading", "Title"),
        ("code", "kept = 1"),
        ("paragraph", "A kept note."),
        ("heading", "Section"),
        ("paragraph", "Words that stay."),
    ]


def test_plain_text_has_paragraphs_only() -> None:
    """Indentation and dashes mean nothing there."""
    assert cut("   1.  Scope\n\n   - a dash\n     goes on\n", plain=True) == [
        ("paragraph", "1.  Scope"),
        ("paragraph", "- a dash\n     goes on"),
    ]


@pytest.mark.parametrize(
    "text", ["", "```", "|", "> ", "# ", "---\n", "- ", "....\n", "<!--", "\ufeff---\nx: 1\n---\n", "====\n===="]
)
def test_crumbs_of_markup_make_no_blocks(text: str) -> None:
    """And no accident."""
    assert [words for _, words in cut(text) if words.isalnum()] == []
    with pytest.raises(SourceUnreadable, match="no main text"):
        read(text)


def test_tags_left_open_cost_no_more_than_others() -> None:
    """Two megabytes of "<a<a" are read in one pass; a pattern would take hours."""
    assert strip_tags("<a" * 1_000_000) == ""
    assert strip_tags("<!--" * 500_000 + "x") == ""
    assert strip_tags("a < b &amp; c <b>d</b>e<p>f<script>g</script ><!-- <p> -->h") == "a < b & c de f h"


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("caf\u00e9".encode(), None, "caf\u00e9"),
        ("caf\u00e9".encode("latin-1"), None, "caf\u00e9"),
        (b"\x93quoted\x94", "iso-8859-1", "\u201cquoted\u201d"),
        ("\ufeffx".encode("utf-16"), "utf-8", "\ufeffx"),
        (b"<meta charset=shift_jis>\x93\x94", None, "<meta charset=shift_jis>\u706f"),
        (b"ok", "nonsense", "ok"),
        (b"ok", "base64", "ok"),
        (b"\xff\xfe\xfd", "utf-8", "\ufffd"),
    ],
)
def test_bytes_are_decoded_as_browsers_decode_them(body: bytes, charset: str | None, text: str) -> None:
    """By byte order mark, header, the page itself, and at last by trying; never an error."""
    assert text.replace("\ufffd", "") in decode_page(body, charset)
