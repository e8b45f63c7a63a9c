"""HTML to plain text."""

import pytest

from workers.readers.prose import join_prose, prose_of_html, prose_of_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<p>two<p>three", "one\n\ntwo\n\nthree"),
        ("<p>a\n  b&nbsp;c</p>", "a b c"),
        ("<p>a<br>b<br/>\nc</p>", "a\nb\nc"),
        ("<p>so<em>me</em>, <b>one</b></p>", "some, one"),
        ('<p>see <a href="https://x.example">this</a>.</p>', "see this."),
        ("<p>3 < 4 and <3</p>", "3 < 4 and <3"),
        ("<p>a &lt;b&gt; &amp;amp;</p>", "a <b> &amp;"),
        ("<pre><code>if x:\n    y = 1\n</code></pre>", "if x:\n    y = 1"),
        ("<p>a</p><script>bad()</script><style>p{}</style><p>b</p>", "a\n\nb"),
        ("<p>a<!-- no > comment -->b</p>", "ab"),
        ("<p>&#x200B;</p><p>x</p>", "x"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ('<p title="a &gt; b">x</p>', "x"),
        ("<p>👩‍👩‍👧 שלום</p>", "👩‍👩‍👧 שלום"),
    ],
)
def test_html_becomes_its_words(html: str, text: str) -> None:
    """Paragraphs kept, marks gone, nothing invented."""
    assert prose_of_html(html).text == text


def test_what_is_set_apart_is_marked() -> None:
    """Quotes, code, items, headings and rows, each where it stands."""
    prose = prose_of_html(
        "<h2>H</h2><p>p</p><blockquote><p>q1</p><p>q2</p></blockquote><ul><li>i</li></ul><pre>c</pre>"
        "<table><tr><td>r</td></tr></table><p>end</p>"
    )
    marked = [(mark.kind, prose.text[mark.start : mark.end]) for mark in prose.marks]
    assert marked == [
        ("heading", "H"), ("quote", "q1"), ("quote", "q2"), ("item", "i"), ("code", "c"), ("row", "r"),
    ]  # fmt: skip


def test_links_are_absolute_web_addresses_once_each() -> None:
    """Relative ones, other schemes and repetitions are left out; entities in them are decoded."""
    prose = prose_of_html(
        '<a href="https://a.example/?x=1&amp;y=2">1</a><a href=\'http://b.example\'>2</a><a href="/r/x">3</a>'
        '<a href="javascript:alert(1)">4</a><a href="https://a.example/?x=1&amp;y=2">5</a><a>6</a>'
    )
    assert prose.links == ("https://a.example/?x=1&y=2", "http://b.example")


def test_joined_texts_keep_their_marks_in_place() -> None:
    """Marks move with the text they belong to."""
    joined = join_prose(prose_of_text("one\n\ntwo"), prose_of_html(""), prose_of_html("<blockquote>three</blockquote>"))
    assert [joined.text[mark.start : mark.end] for mark in joined.marks] == ["three"]
