"""Our plain thread file, told the way Reddit tells a thread.

Reddit answers `/comments/{id}.json` with two listings: the post, then the
comments, whose replies are listings again. Without `raw_json=1` it escapes
`&`, `<` and `>` in every text field, and HTML fields come escaped twice.
"""

import json
import re
from datetime import datetime
from html import escape
from typing import Any

Json = dict[str, Any]


def render_thread(thread: Json) -> bytes:
    """The body of the thread's `.json` address."""
    listings = [_listing([_post(thread)]), _listing(_comments(thread))]
    return json.dumps(listings, ensure_ascii=False, separators=(",", ":")).encode()


def _listing(children: list[Json]) -> Json:
    return {
        "kind": "Listing",
        "data": {"after": None, "dist": None, "modhash": "", "geo_filter": "", "children": children, "before": None},
    }


def _post(thread: Json) -> Json:
    permalink = f"/r/{thread['subreddit']}/comments/{thread['id']}/{thread['slug']}/"
    return {
        "kind": "t3",
        "data": {
            "id": thread["id"],
            "name": f"t3_{thread['id']}",
            "subreddit": thread["subreddit"],
            "subreddit_name_prefixed": f"r/{thread['subreddit']}",
            "subreddit_id": "t5_sample",
            "subreddit_type": "public",
            "title": _escape(thread["title"]),
            "author": thread["author"],
            "author_fullname": f"t2_{thread['author']}",
            "link_flair_text": _escape(thread["flair"]),
            "link_flair_type": "text",
            "selftext": _escape(_markdown(thread["text"])),
            "selftext_html": _escape(f"<!-- SC_OFF -->{_html(thread['text'])}<!-- SC_ON -->"),
            "is_self": False,
            "domain": thread["link"].split("/")[2],
            "url": _escape(thread["link"]),
            "url_overridden_by_dest": _escape(thread["link"]),
            "permalink": permalink,
            "score": thread["score"],
            "ups": thread["score"],
            "downs": 0,
            "upvote_ratio": thread["upvote_ratio"],
            "num_comments": count_comments(thread["comments"]) + thread["more"]["count"],
            **_times(thread["posted_at"]),
            "edited": False,
            "over_18": False,
            "spoiler": False,
            "locked": False,
            "archived": False,
            "stickied": False,
            "quarantine": False,
            "hide_score": False,
            "is_video": False,
            "media": None,
            "distinguished": None,
            "removed_by_category": None,
            "num_crossposts": 0,
        },
    }


def _comments(thread: Json) -> list[Json]:
    post = f"t3_{thread['id']}"
    more = {**thread["more"], "name": f"t1_{thread['more']['id']}", "parent_id": post, "depth": 0}
    told = [_comment(comment, thread, parent=post, depth=0) for comment in thread["comments"]]
    return [*told, {"kind": "more", "data": more}]


def _comment(comment: Json, thread: Json, parent: str, depth: int) -> Json:
    name = f"t1_{comment['id']}"
    author = comment["author"]
    replies = [_comment(reply, thread, parent=name, depth=depth + 1) for reply in comment.get("replies", [])]
    stickied = comment.get("stickied", False)
    return {
        "kind": "t1",
        "data": {
            "id": comment["id"],
            "name": name,
            "link_id": f"t3_{thread['id']}",
            "parent_id": parent,
            "depth": depth,
            "subreddit": thread["subreddit"],
            "subreddit_name_prefixed": f"r/{thread['subreddit']}",
            "subreddit_id": "t5_sample",
            "author": author,
            **({} if author == "[deleted]" else {"author_fullname": f"t2_{author}"}),
            "author_flair_text": comment.get("flair"),
            "is_submitter": author == thread["author"],
            "body": _escape(_markdown(comment["text"])),
            "body_html": _escape(_html(comment["text"])),
            "permalink": f"/r/{thread['subreddit']}/comments/{thread['id']}/{thread['slug']}/{comment['id']}/",
            "score": comment["score"],
            "ups": comment["score"],
            "downs": 0,
            "score_hidden": False,
            "controversiality": 0,
            **_times(comment["at"]),
            "edited": False,
            "collapsed": author == "[deleted]",
            "collapsed_reason": None,
            "collapsed_reason_code": "DELETED" if author == "[deleted]" else None,
            "stickied": stickied,
            "distinguished": "moderator" if stickied else None,
            "locked": False,
            "archived": False,
            "replies": _listing(replies) if replies else "",
        },
    }


def count_comments(comments: list[Json]) -> int:
    """How many comments stand in the file, replies, deleted and removed ones included."""
    return sum(1 + count_comments(comment.get("replies", [])) for comment in comments)


def _times(moment: str) -> Json:
    seconds = datetime.fromisoformat(moment).timestamp()
    return {"created": seconds, "created_utc": seconds}


def _markdown(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


def _html(paragraphs: list[str]) -> str:
    return '<div class="md">' + "\n\n".join(map(_html_paragraph, paragraphs)) + "\n</div>"


def _html_paragraph(paragraph: str) -> str:
    """The three marks our thread uses: a quoted line, a link and code."""
    if paragraph.startswith("> "):
        return f"<blockquote>\n{_html_paragraph(paragraph[2:])}\n</blockquote>"
    text = escape(paragraph).replace("&#x27;", "&#39;")
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    return f"<p>{text}</p>"


def _escape(text: str) -> str:
    return escape(text, quote=False)
