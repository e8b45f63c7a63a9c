// Today's markup: custom elements whose facts are attributes and whose text
// stands in their light DOM. The capture is the same elements with the facts
// that make a thread: lists name what is kept, so what Reddit adds tomorrow
// stays behind.

/** @type {any} */ (globalThis).threadproof.redditShreddit = (/** @type {string | null} */ id) => {
  const { escape, attributes, content, words, isSaid, commentsHtml } = /** @type {any} */ (globalThis).threadproof;

  const POST_FACTS = [
    'id', 'post-title', 'author', 'subreddit-name', 'subreddit-prefixed-name', 'permalink', 'content-href',
    'created-timestamp', 'score', 'comment-count', 'post-type', 'post-language', 'domain',
    'nsfw', 'spoiler', 'archived', 'locked', 'quarantined', 'is-quarantined', 'private',
  ];
  const COMMENT_FACTS = [
    'thingid', 'author', 'created', 'created-timestamp', 'score', 'depth', 'parentid', 'postid', 'permalink',
    'is-comment-deleted', 'is-author-deleted', 'deleted', 'collapsed', 'content-type',
  ];
  const TEXT = '[slot="comment"], [id*="-comment-rtjson-content"], [id*="-post-rtjson-content"]';
  const PRIVATE = 'shreddit-subreddit-header[community-type="private" i], [data-community-type="private" i], [subreddit-type="private" i]';
  const MARK = 'shreddit-comment-author-modifier-icon[distinguished-as]';

  /** The post this page is about: recommendations may bring others along. */
  function findPost() {
    const posts = [...document.querySelectorAll('shreddit-post')];
    return posts.find((post) => id && (post.id === `t3_${id}` || post.getAttribute('permalink')?.includes(`/comments/${id}/`)))
      ?? (posts.length === 1 ? posts[0] : null);
  }

  /** Each comment's own part: the nearest comment around it has it. @param {string} selector */
  function ownParts(selector) {
    const found = new Map();
    for (const part of document.querySelectorAll(selector)) {
      const owner = part.closest('shreddit-comment, shreddit-post');
      if (owner && !found.has(owner)) found.set(owner, part);
    }
    return found;
  }

  /** @param {Element} post */
  function postHtml(post) {
    const title = words(post.querySelector('[slot="title"]')) || (post.getAttribute('post-title') ?? '').replace(/\s+/g, ' ').trim();
    const flair = words(post.querySelector('shreddit-post-flair, [slot="post-flair"]'));
    const removed = words(post.querySelector('[slot="post-removed-banner"]'));
    const isPrivate = document.querySelector(PRIVATE) && !post.hasAttribute('private');
    return `<shreddit-post${attributes(post, POST_FACTS)}${isPrivate ? ' private=""' : ''}>`
      + `<h1 slot="title">${escape(title)}</h1>`
      + (flair && `<shreddit-post-flair slot="post-flair">${escape(flair)}</shreddit-post-flair>`)
      + (removed && `<div slot="post-removed-banner">${escape(removed)}</div>`)
      + `<div slot="text-body">${content(post.querySelector('[slot="text-body"]'))}</div></shreddit-post>`;
  }

  function* comments() {
    const texts = ownParts(TEXT);
    const marks = ownParts(MARK);
    const clocks = ownParts('time[datetime]');
    for (const element of document.querySelectorAll('shreddit-comment')) {
      // Reddit moves between posts without loading; what is left of the last one is not of this one.
      if ((element.getAttribute('postid') ?? post?.id) !== post?.id) continue;
      const text = texts.get(element);
      const mark = marks.get(element);
      yield {
        element,
        open: `<shreddit-comment${attributes(element, COMMENT_FACTS)}${writtenAt(element, clocks.get(element))}>`
          + (mark ? `<shreddit-comment-author-modifier-icon${attributes(mark, ['distinguished-as'])}></shreddit-comment-author-modifier-icon>` : '')
          + `<div slot="comment">${content(text)}</div>`,
        close: '</shreddit-comment>',
        isRead: isSaid(text) && !isSet(element, 'is-comment-deleted') && !isSet(element, 'deleted'),
      };
    }
  }

  /** Where the element does not say when it was written, its own clock does. @param {Element} comment @param {Element | undefined} clock */
  function writtenAt(comment, clock) {
    if (comment.hasAttribute('created') || comment.hasAttribute('created-timestamp')) return '';
    const time = clock?.getAttribute('datetime');
    return time ? ` created="${escape(time)}"` : '';
  }

  /** A bare attribute is true; Reddit also writes "true" and "false". @param {Element} comment @param {string} name */
  const isSet = (comment, name) => (comment.getAttribute(name) ?? 'false').toLowerCase() !== 'false';

  const post = findPost();
  if (!post) return null;
  const head = postHtml(post);
  const { html, comments: read } = commentsHtml(head, comments());
  const total = Number.parseInt(post.getAttribute('comment-count') ?? '', 10);
  return {
    html: `${head}<shreddit-comment-tree>${html}</shreddit-comment-tree>`,
    comments: read,
    total: Number.isNaN(total) ? null : total,
  };
};
