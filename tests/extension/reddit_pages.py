"""Pages in Reddit's markup of today and of old, invented, with somebody signed in to them."""

import json
from typing import Any

READER = "quiet_heron_42"
SIGNED_IN = (READER, "5f3c0de1a7b24c69", "t2_reader", "Modhash77", "reader's note")
OTHER_THREAD = "https://www.reddit.com/r/BrewlineKettles/comments/2other/another_kettle/"
_PATH = "/r/BrewlineKettles/comments/1zk2brw/brewline_k2_firmware_41_refuses_thirdparty/"


def _post(path: str, title: str, share: str, light: str = "") -> str:
    """A post whose actions stand in its shadow, as today's pages have them."""
    return f"""<shreddit-post id="t3_{path.split("/")[4]}" permalink="{path}" post-title="{title}" author="mira_holt"
      comment-count="5" current-user-vote-state="UP" user-id="t2_reader">
      <template shadowrootmode="open"><slot name="title"></slot><slot name="text-body"></slot>
        <div data-testid="action-row"><button upvote aria-pressed="true">Upvote</button>
          <slot name="share-button"></slot>{share}</div>
      </template>
      <a slot="full-post-link" href="{path}" style="position:absolute;inset:0"></a><h1 slot="title">{title}</h1>
      <div slot="text-body"><p>It will not boil.</p></div>{light}</shreddit-post>"""


_IN_SHADOW = "<shreddit-post-share-button><button>Share</button></shreddit-post-share-button>"
_IN_LIGHT = '<shreddit-post-share-button slot="share-button"><button>Share</button></shreddit-post-share-button>'
_HEAD = f"""<!doctype html><html><head><title>{READER} reads</title><meta name="csrf" content="5f3c0de1a7b24c69">
  <style>shreddit-post, shreddit-ad-post {{ display: block; position: relative; padding: 20px }}
  [data-testid=action-row] {{ position: relative; z-index: 1 }}</style></head>
  <body><header>Signed in as {READER}</header>"""

POST_PAGE = f"""{_HEAD}{_post(_PATH, "Brewline K2 firmware 4.1 refuses third-party descalers", _IN_SHADOW)}
  <shreddit-comment-tree>
    <shreddit-comment thingid="t1_aa1" author="slab_otter" depth="0" created="2026-11-02T10:00:00Z" score="9"
      permalink="{_PATH}aa1/" vote-state="UP" user-id="t2_reader"><div slot="commentMeta">
      <shreddit-comment-author-modifier-icon distinguished-as="MODERATOR"></shreddit-comment-author-modifier-icon></div>
      <div slot="comment"><p>Mine refuses too.</p></div>
      <shreddit-comment thingid="t1_aa2" author="iron_tide" depth="1" created="2026-11-02T11:00:00Z" score="1">
      <div slot="comment"><p>Roll back.</p></div>
      <shreddit-comment-action-row vote-state="DOWN"></shreddit-comment-action-row></shreddit-comment>
    </shreddit-comment>
    <shreddit-comment thingid="t1_aa3" author="[deleted]" depth="0" is-comment-deleted>
      <div slot="comment"><p>[removed]</p></div></shreddit-comment>
  </shreddit-comment-tree></body></html>"""

_PARTS = json.dumps({"post": POST_PAGE.partition("</header>")[2].partition("</body>")[0]}).replace("</", "<\\/")
FEED = f"""{_HEAD}<main>{_post(_PATH, "Brewline K2 firmware", _IN_SHADOW)}
  {_post(OTHER_THREAD.removeprefix("https://www.reddit.com"), "Another kettle", "", _IN_LIGHT)}
  <shreddit-ad-post permalink="/r/ads/comments/3advert/buy/"><h1 slot="title">Buy a kettle</h1></shreddit-ad-post>
  </main>
  <script>
    const parts = {_PARTS};
    function goTo() {{
      document.querySelector('main').setHTMLUnsafe(parts.post);
      history.pushState(null, '', {json.dumps(_PATH)});
    }}
  </script></body></html>"""

OLD_FEED = f"""<!doctype html><html><body><div id="header">{READER}</div><div id="siteTable">
  <div class="thing link promoted" data-fullname="t3_ad" data-permalink="/r/ads/comments/3advert/buy/">
    <div class="entry"><ul class="flat-list buttons"><li class="share"><a>share</a></li></ul></div></div>
  <div class="thing link" data-fullname="t3_1zk2brw" data-permalink="{_PATH}">
    <div class="midcol likes"></div><div class="entry likes">
    <a class="title" href="{_PATH}">Brewline K2 firmware</a>
    <ul class="flat-list buttons">
    <li class="first"><a class="comments" href="https://old.reddit.com{_PATH}">14 comments</a></li>
    <li class="share"><a class="post-sharing-button" href="#">share</a></li>
    <li class="link-save-button"><a>save</a></li></ul>
  </div></div></div></body></html>"""


def _comment(name: str, body: str, *replies: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {
        "id": name, "author": "slab_otter", "body": body, "body_html": f"<div class=\"md\"><p>{body}</p></div>",
        "created_utc": 1793613600.0, "score": 9, "parent_id": "t3_1zk2brw", "likes": True, "saved": True,
        "user_reports": [], "mod_note": "reader's note", "author_is_blocked": False, "permalink": f"{_PATH}{name}/",
        "replies": {"kind": "Listing", "data": {"modhash": "Modhash77", "children": list(replies)}} if replies else "",
    }  # fmt: skip
    return {"kind": "t1", "data": told | more}


def own_json() -> str:
    """The thread's `.json` as somebody signed in gets it: four comments with words, one gone, more to load."""
    post = {
        "id": "1zk2brw", "title": "Brewline K2 firmware 4.1 refuses third-party descalers", "author": "mira_holt",
        "num_comments": 7, "permalink": _PATH, "subreddit": "BrewlineKettles", "selftext": "It will not boil.",
        "likes": False, "saved": True, "selftext_html": "<div class=\"md\"><p>It will not boil.</p></div>",
        "created_utc": 1793610000.0, "score": 12,
        "poll_data": {"options": [{"text": "Yes", "id": "1"}], "user_selection": "1"},
        "clicked": True, "user_name": READER,
    }  # fmt: skip
    comments = [
        _comment("aa1", "Mine refuses too.", _comment("aa2", "Roll back."), distinguished="moderator"),
        _comment("aa3", "[removed]"),
        _comment("aa4", "A tag costs 14.90 euros."),
        _comment("aa5", "I asked Brewline and they said no."),
        {"kind": "more", "data": {"count": 2, "children": ["aa6", "aa7"]}},
    ]
    listings = [[{"kind": "t3", "data": post}], comments]
    return json.dumps([{"kind": "Listing", "data": {"modhash": "Modhash77", "children": each}} for each in listings])
