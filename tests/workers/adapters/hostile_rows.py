"""What a stranger's server may do, as rows of the same shape as the shared list's: kind, spec, must, why.

`must` begins with "allow", "refuse", or "allow or refuse"; `says` is what the reason has to tell.
"""

from typing import Any

GIB = 2**30


def row(kind: str, must: str, why: str, says: str = "", **spec: Any) -> dict[str, Any]:
    return {"kind": kind, "must": must, "why": why, "says": says, "spec": spec}


def to(location: str, why: str, *, status: int = 302) -> dict[str, Any]:
    """A redirect that has to be refused."""
    return row("redirect", "refuse", f"{status} {why}", chain=[{"status": status, "location": location}])


REDIRECTS = [
    *(to("http://127.0.0.1:{SECRET}/", "to loopback", status=status) for status in (301, 302, 303, 307, 308)),
    to("http://[::1]:{SECRET}/", "to loopback, version 6"),
    to("http://[::ffff:127.0.0.1]:{SECRET}/", "to loopback, mapped"),
    to("http://2130706433:{SECRET}/", "to loopback, as a number"),
    to("http://0x7f.1:{SECRET}/", "to loopback, in parts"),
    to("http://localhost:{SECRET}/", "to loopback, by name"),
    to("http://localhost/", "to loopback, by name, port 80"),
    to("http://private.example/", "to a name that leads to a private address"),
    to("http://169.254.169.254/latest/meta-data/", "to metadata"),
    to("https://10.0.0.1/", "to a private address over TLS"),
    to("http://shop.example:6379/", "to a port that is not the web's"),
    to("//127.0.0.1:{SECRET}/", "to loopback, the scheme kept"),
    to("/\\127.0.0.1:{SECRET}/", "with a slash and a backslash"),
    to("http:\\\\127.0.0.1:{SECRET}\\", "with backslashes only"),
    to("http:127.0.0.1:{SECRET}", "without slashes"),
    to("http://shop.example@127.0.0.1:{SECRET}/", "with a user name that looks like a host"),
    to("http://127.0.0.1:{SECRET}\t/", "with a tab in its end"),
    to("file:///etc/passwd", "to a file"),
    to("ftp://shop.example/a", "to FTP"),
    to("javascript:alert(1)", "to a script"),
    to("about:blank", "to nothing"),
    to("http://", "to no host"),
    to("http://shop.example:99999/", "to no port"),
    to(f"http://shop.example/{'a' * 100_000}", "to an address of 100 KB"),
    row("redirect", "refuse", "private at the third hop", chain=[
        {"status": 301, "location": "/2"}, {"status": 307, "location": "http://shop.example/3"},
        {"status": 302, "location": "http://192.168.1.1/"}]),
    row("redirect", "refuse", "to itself for ever", "redirects", loop=True, chain=[{"status": 302, "location": "/"}]),
    row("redirect", "refuse", "to nowhere, for ever", "redirects", loop=True, chain=[{"status": 302, "location": ""}]),
    row("redirect", "refuse", "twenty hops", "redirects",
        chain=[{"status": 302, "location": f"/{n}"} for n in range(20)]),
    row("redirect", "refuse", "no location", "302", chain=[{"status": 302, "location": None}]),
    row("redirect", "refuse", "two locations",
        chain=[{"status": 302, "locations": ["http://127.0.0.1:{SECRET}/", "/a"]}, {"status": 404, "location": None}]),
    row("redirect", "refuse", "a choice that is no redirect", "300",
        chain=[{"status": 300, "location": "http://127.0.0.1:{SECRET}/"}]),
    row("redirect", "refuse", "not modified, unasked", "304", chain=[{"status": 304, "location": None}]),
    row("redirect", "allow", "three hops on public hosts", chain=[
        {"status": 303, "location": "/a?b=c"}, {"status": 308, "location": "http://other.example/"},
        {"status": 301, "location": "http://shop.example/größe"}]),
    row("redirect", "allow", "a Refresh header is no redirect", header="Refresh: 0; url=http://127.0.0.1:{SECRET}/"),
    row("redirect", "allow", "a Location with 200 is no redirect", header="Location: http://127.0.0.1:{SECRET}/"),
    row("redirect", "allow", "a meta refresh is not followed",
        html="<meta http-equiv=refresh content='0;url=http://127.0.0.1:{SECRET}/'><p>a page</p>"),
    row("redirect", "allow", "a frame is not loaded", html="<iframe src='http://127.0.0.1:{SECRET}/'></iframe>"),
]  # fmt: skip

REBINDS = [
    row("rebind", "refuse", why, host="turn.example", answers=answers)
    for why, answers in (
        ("loopback from the start", [["127.0.0.1"]]),
        ("one private answer among public ones", [["93.184.215.14", "10.1.2.3"]]),
        ("loopback of version 6 first", [["::1", "93.184.215.14"]]),
        ("private in IPv6 clothes", [["::ffff:192.168.0.1"]]),
        ("NAT64", [["64:ff9b::7f00:1"]]),
        ("unspecified", [["0.0.0.0"]]),
        ("no address", [[]]),
    )
] + [
    row("rebind", "allow", "private the second time, which never comes", host="turn.example",
        answers=[["93.184.215.14"], ["127.0.0.1"]]),
]  # fmt: skip

BODIES = [
    *(row("body", "refuse", f"a bomb of 1 GiB in {name}", "too large", content_encoding=name, decoded_bytes=GIB)
      for name in ("gzip", "deflate", "br", "zstd")),
    *(row("body", "refuse", f"a bomb in {name}", "more than once", content_encoding=name, decoded_bytes=2**26)
      for name in ("gzip, gzip", "br, gzip", "zstd, br")),
    row("body", "refuse", "endless", "too large", endless=True),
    row("body", "refuse", "endless in chunks", "too large", endless=True, chunked=True, chunk=4096),
    row("body", "refuse", "endless in crumbs", "crumbs", endless=True, chunked=True, chunk=1),
    row("body", "refuse", "chunks with endless extensions", "HTTP|headers", endless=True, chunked=True, chunk=1,
        extension=700_000),
    row("body", "refuse", "declared as 1 TB", "too large", content_length=10**12, sent=100),
    row("body", "refuse", "declared as more than numbers hold", "too large|HTTP", content_length="9" * 30, sent=100),
    row("body", "refuse", "shorter than declared", "breaks off", content_length=5000, sent=100),
    row("body", "refuse", "of negative length", "HTTP", content_length=-5, sent=100),
    row("body", "refuse", "of two lengths", "HTTP", content_length="10, 20", sent=20),
    row("body", "refuse", "of no known encoding", "not asked for", content_encoding="lzma"),
    row("body", "refuse", "plain, though it says gzip", "not compressed", content_encoding="gzip"),
    row("body", "refuse", "plain, though it says br", "not compressed|breaks off", content_encoding="br"),
    row("body", "refuse", "chunks that are none", "HTTP|breaks off", transfer_encoding="chunked"),
    row("body", "refuse", "a transfer encoding of its own", "HTTP", transfer_encoding="gzip, chunked"),
    row("body", "allow", "longer than declared", content_length=15, body="<p>page one</p>", then="<p>smuggled</p>"),
    row("body", "allow", "an end that is sent as two", raw="HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
        "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n4\r\npage\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
    row("body", "allow", "HTTP of 1996", raw="HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n<p>old</p>"),
    *(row("body", "refuse", f"one byte a second in its {part}", "within", drip_bytes_per_s=1, part=part)
      for part in ("status", "headers", "body", "chunk", "trailers")),
    row("body", "refuse", "silence", "within", silent=True),
    row("body", "refuse", "hangs up", "hangs up", silent="hang up"),
    row("body", "refuse", "a body without an answer", "HTTP|breaks off", raw="<p>HTTP of 1991</p>\r\n"),
    row("body", "refuse", "another protocol", "HTTP|breaks off", raw="SSH-2.0-OpenSSH_9.9\r\n"),
    row("body", "refuse", "zeros", "HTTP|headers|breaks", raw="\0" * 600_000),
    row("body", "refuse", "a line without end", "headers", raw="HTTP/1.1 200 " + "a" * 600_000),
    row("body", "refuse", "a status of no class", "HTTP", raw="HTTP/1.1 000 OK\r\n\r\n"),
    row("body", "refuse", "a status beyond all", "999", raw="HTTP/1.1 999 OK\r\ncontent-length: 0\r\n\r\n"),
    row("body", "refuse", "a protocol nobody asked to switch to", "HTTP", raw="HTTP/1.1 101 Switch\r\n\r\nwhatever"),
]  # fmt: skip

HEADERS = [
    *(row("headers", "refuse", f"a flood of {status}", "does not come to its answer",
          informational={"status": status, "count": 10**7}) for status in (100, 102, 103)),
    row("headers", "allow", "a few hints", informational={"status": 103, "count": 5}),
    row("headers", "allow", "a cookie flood", set_cookie_count=5000),
    row("headers", "allow", "many headers", header_count=500),
    row("headers", "allow", "a long header", header_bytes=60_000),
    row("headers", "refuse", "far too many headers", "headers are too large", header_count=200_000),
    row("headers", "refuse", "far too long a header", "headers are too large", header_bytes=10_000_000),
    row("headers", "refuse", "a header without a colon", "HTTP", lines=["no colon"]),
    row("headers", "refuse", "a header with a zero in it", "HTTP", lines=["x: a\0b"]),
    row("headers", "refuse", "a space before the colon", "HTTP", lines=["transfer-encoding : chunked"]),
    row("headers", "allow", "folded lines, letters beyond ASCII", lines=["x: a", " b", "x-y: ü"]),
]  # fmt: skip

TYPES = [
    *(row("type", "allow", f"charset {charset!r}", content_type=f"text/html; charset={charset}")
      for charset in ("nonsense", "utf-7", "", '"utf-8', "base64", "idna", "utf-8; charset=latin-1", "a" * 5000)),
    row("type", "allow", "odd spelling", content_type=' TEXT/HTML ;Charset="UTF-8" ; x'),
    row("type", "allow", "plain text", content_type="text/plain; charset=utf-16le", encoding="utf-16le"),
    row("type", "refuse", "a big PDF", "too large", content_type="application/pdf", bytes=50_000_000),
    *(row("type", "refuse", f"{kind!r}, endless", "not a page", content_type=kind, endless=True)
      for kind in ("image/png", "video/mp4", "application/zip", "application/octet-stream", "text/event-stream",
                   "multipart/x-mixed-replace; boundary=x", "text", "/", ";", "*/*", "text/html/x", "a" * 9000, None)),
]  # fmt: skip

HTML = [
    row("html", "allow or refuse within the budget", generate, generate=generate, n=n)
    for generate, n in (
        ("attributes-on-one-tag", 200_000), ("one-attribute-bytes", 4_000_000), ("sibling-comments", 400_000),
        ("sibling-paragraphs", 300_000), ("entities", 900_000), ("combining marks on one letter", 1_000_000),
        ("nested-divs", 100_000), ("nested-tables", 50_000), ("nested-lists", 100_000), ("nested-quotes", 100_000),
        ("unclosed-tags", 250_000), ("formatting-that-crosses", 5_000), ("links", 90_000), ("one-word", 4_000_000),
        ("one-sentence", 400_000), ("spaces", 2_000_000), ("line-breaks", 300_000), ("zero-width", 500_000),
        ("right-to-left", 500_000), ("script", 1_000_000), ("style-rules", 150_000), ("json-ld", 1_000_000),
        ("meta", 50_000),
    )
]  # fmt: skip

OTHERS = [
    *(row("json", "allow or refuse; ends", thread, thread=thread) for thread in (
        "comment whose replies point to itself", "two comments that answer each other", "replies within replies",
        "values of other types", "numbers without end", "the same comment again and again")),
    *(row("xml", "allow or refuse; ends", feed, feed=feed) for feed in (
        "billion laughs", "one long entity", "a file of ours", "an address of ours")),
    row("robots", "parse the first 500 KiB only", "robots.txt of 50 MB", status=200, note="robots.txt of 50 MB"),
    row("robots", "refuse", "no robots.txt", "404", status=404, note="none"),
    row("robots", "refuse", "a robots.txt that is broken", "500", status=500, note="broken"),
    row("private", "refuse", "private", "403", status=403, json={"reason": "private"}),
    row("private", "refuse", "quarantined", "403", status=403, json={"reason": "quarantined"}),
    row("private", "refuse", "banned", "404", status=404, json={"reason": "banned"}),
]  # fmt: skip

ROWS = [*REDIRECTS, *REBINDS, *BODIES, *HEADERS, *TYPES, *HTML, *OTHERS]
