// Runs inside a Reddit thread page in today's markup: custom elements whose
// facts are attributes and whose text stands in their light DOM. The result is
// the same elements with the facts that make a thread, and nothing else: lists
// name what is kept, so what Reddit adds tomorrow stays behind.

(() => {
  const { escape, attributes, content } = /** @type {any} */ (globalThis).threadproofLightHtml;

  const POST_FACTS = [
    'id', 'post-title', 'author', 'subreddit-name', 'subreddit-prefixed-name', 'permalink', 'content-href',
    'created-timestamp', 'score', 'comment-count', 'post-type', 'post-language', 'domain',
    'nsfw', 'spoiler', 'archived', 'locked',
  ];
  const COMMENT_FACTS = [
    'thingid', 'author', 'created', 'created-timestamp', 'score', 'depth', 'parentid', 'postid', 'permalink',
    'is-comment-deleted', 'is-author-deleted', 'deleted', 'collapsed', 'content-type',
  ];
  // The server takes 4 MiB; what surrounds the HTML needs a little of it.
  const MAX_BYTES = 4 * 1024 * 1024 - 64 * 1024;
  const encoder = new TextEncoder();

  /** The post this page is about: recommendations may bring others along. */
  function findPost() {
    const id = /\/(?:comments|gallery)\/([a-z0-9]+)/i.exec(location.pathname)?.[1]?.toLowerCase();
    const posts = [...document.querySelectorAll('shreddit-post')];
    return posts.find((post) => id && (post.id === `t3_${id}` || post.getAttribute('permalink')?.includes(`/comments/${id}/`)))
      ?? (posts.length === 1 ? posts[0] : null);
  }

  /** The element's own part, not one of a comment nested in it. @param {Element} owner @param {string} selector */
  function own(owner, selector) {
    return [...owner.querySelectorAll(selector)].find((part) => part.closest('shreddit-comment, shreddit-post') === owner) ?? null;
  }

  /** @param {Element} post */
  function postHtml(post) {
    const title = own(post, '[slot="title"]')?.textContent ?? post.getAttribute('post-title') ?? '';
    const flair = own(post, 'shreddit-post-flair, [slot="post-flair"]')?.textContent ?? '';
    const removed = own(post, '[slot="post-removed-banner"]')?.textContent ?? '';
    return `<shreddit-post${attributes(post, POST_FACTS)}>`
      + `<h1 slot="title">${escape(tidy(title))}</h1>`
      + (tidy(flair) && `<shreddit-post-flair slot="post-flair">${escape(tidy(flair))}</shreddit-post-flair>`)
      + (tidy(removed) && `<div slot="post-removed-banner">${escape(tidy(removed))}</div>`)
      + `<div slot="text-body">${content(own(post, '[slot="text-body"]'))}</div></shreddit-post>`;
  }

  /** @param {Element} comment */
  function commentParts(comment) {
    const body = own(comment, '[slot="comment"]')
      ?? own(comment, '[id$="-comment-rtjson-content"], [id$="-post-rtjson-content"]');
    return {
      open: `<shreddit-comment${attributes(comment, COMMENT_FACTS)}${writtenAt(comment)}><div slot="comment">${content(body)}</div>`,
      close: '</shreddit-comment>',
    };
  }

  /** Where the element does not say when it was written, its own clock does. @param {Element} comment */
  function writtenAt(comment) {
    if (comment.hasAttribute('created') || comment.hasAttribute('created-timestamp')) return '';
    const time = own(comment, 'time[datetime]')?.getAttribute('datetime');
    return time ? ` created="${escape(time)}"` : '';
  }

  /**
   * The comments, nested as the page nests them. Past the limit the rest is
   * left out, with their replies: the count says so.
   *
   * @param {Iterable<Element>} comments  in document order
   * @param {number} budget  bytes
   */
  function commentsHtml(comments, budget) {
    /** @type {{element: Element, close: string}[]} */
    const open = [];
    let html = '';
    let count = 0;
    for (const comment of comments) {
      const parts = commentParts(comment);
      budget -= jsonBytes(parts.open + parts.close);
      if (budget < 0) break;
      while (open.length > 0 && !open[open.length - 1].element.contains(comment)) html += open.pop()?.close;
      html += parts.open;
      open.push({ element: comment, close: parts.close });
      count += 1;
    }
    while (open.length > 0) html += open.pop()?.close;
    return { html, count };
  }

  /** @param {string} text */
  const jsonBytes = (text) => encoder.encode(JSON.stringify(text)).length;

  /** @param {string} text */
  const tidy = (text) => text.replace(/\s+/g, ' ').trim();

  const post = findPost();
  if (!post) return null;
  const head = postHtml(post);
  const { html, count } = commentsHtml(document.querySelectorAll('shreddit-comment'), MAX_BYTES - jsonBytes(head));
  const total = Number.parseInt(post.getAttribute('comment-count') ?? '', 10);
  return {
    url: location.href.split('#')[0],
    html: `${head}<shreddit-comment-tree>${html}</shreddit-comment-tree>`,
    comments: count,
    total: Number.isNaN(total) ? null : total,
  };
})();
