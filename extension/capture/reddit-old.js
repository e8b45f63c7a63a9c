// old.reddit, and all of Reddit before 2018: posts and comments are `thing`s,
// replies stand inside their parents. A page shows three scores, one for each
// way its reader may have voted; the one that is kept is the unvoted one.

/** @type {any} */ (globalThis).threadproof.redditOld = (/** @type {string | null} */ id) => {
  const { escape, attributes, content, words, tag, classes, isSaid, commentsHtml, shownNumber } = /** @type {any} */ (globalThis).threadproof;

  const POST_FACTS = [
    'data-fullname', 'data-author', 'data-subreddit', 'data-subreddit-prefixed', 'data-timestamp', 'data-url', 'data-permalink',
    'data-score', 'data-comments-count', 'data-nsfw', 'data-spoiler',
  ];
  const COMMENT_FACTS = ['data-fullname', 'data-author', 'data-permalink'];
  const POST_CLASSES = ['thing', 'link', 'over18', 'spoiler', 'locked', 'archived'];
  const COMMENT_CLASSES = ['thing', 'comment', 'deleted', 'collapsed'];
  const AUTHOR_CLASSES = ['author', 'submitter', 'moderator', 'admin'];

  /** "t3_…" or "t1_…", by attribute or, before 2014, by class. @param {Element} thing */
  const nameOf = (thing) => thing.getAttribute('data-fullname') ?? /\bid-(t[13]_[0-9a-z]+)\b/.exec(thing.className)?.[1] ?? '';

  function findPost() {
    const posts = [...document.querySelectorAll('.thing')].filter((thing) => nameOf(thing).startsWith('t3_') && !thing.classList.contains('promoted'));
    return posts.find((post) => id && nameOf(post) === `t3_${id}`) ?? (posts.length === 1 ? posts[0] : null);
  }

  /** @param {Element} thing @param {readonly string[]} kept @param {readonly string[]} facts */
  function opening(thing, kept, facts) {
    const name = nameOf(thing);
    return `<div class="${classes(thing, kept)} id-${escape(name)}" id="thing_${escape(name)}"${attributes(thing, facts)}>`;
  }

  /** Who, when and how many points. @param {Element} part */
  function tagline(part) {
    const author = part.querySelector('a.author');
    const edited = part.querySelector('time.edited-timestamp, em[title^="last edited"]');
    const score = part.querySelector('span.score.unvoted') ?? part.querySelector('span.score:not(.likes, .dislikes)');
    const gone = [...part.querySelectorAll('em')].find((mark) => words(mark) === '[deleted]');
    return (author ? `<a class="${classes(author, AUTHOR_CLASSES)}">${escape(words(author))}</a>` : '')
      + tag('em', {}, escape(words(gone)))
      + (score ? `<span class="score unvoted"${attributes(score, ['title'])}>${escape(words(score))}</span>` : '')
      + [...part.querySelectorAll('time[datetime]:not(.edited-timestamp)')].slice(0, 1).map((time) => `<time${attributes(time, ['datetime'])}></time>`).join('')
      + (edited ? '<time class="edited-timestamp"></time>' : '');
  }

  /** @param {Element | null} text */
  const usertext = (text) => `<div class="usertext-body"><div class="md">${content(text)}</div></div>`;

  /** @param {Element} post */
  function postHtml(post) {
    const title = post.querySelector('a.title');
    const comments = post.querySelector('a.comments');
    const voted = post.querySelector('.score.unvoted');
    const beside = document.querySelector('.linkinfo .number');
    return tag('div', { class: 'linkinfo' }, tag('span', { class: 'number' }, escape(words(beside))))
      + ['quarantine-notice', 'archived-infobar', 'locked-infobar'].filter((name) => document.querySelector(`[class*="${name}"]`)).map((name) => `<div class="${name}"></div>`).join('')
      + `<div id="siteTable">${opening(post, POST_CLASSES, POST_FACTS)}<div class="entry">`
      + `<a class="title"${outward(title)}>${escape(words(title))}</a>`
      + tag('span', { class: 'linkflairlabel' }, escape(words(post.querySelector('.linkflairlabel'))))
      + tagline(post)
      + (voted && !beside ? `<div class="score unvoted">${escape(words(voted))}</div>` : '')
      + `<div class="expando">${usertext(post.querySelector('.usertext-body .md'))}</div>`
      + (comments ? `<a class="comments"${attributes(comments, ['href'])}>${escape(words(comments))}</a>` : '')
      + '</div></div></div>';
  }

  /** @param {Element | null} link */
  const outward = (link) => (link && /^https?:/.test(link.getAttribute('href') ?? '') ? attributes(link, ['href']) : '');

  function* comments() {
    for (const element of document.querySelectorAll('.thing.comment')) {
      const entry = element.querySelector(':scope > .entry');
      if (!entry || !nameOf(element).startsWith('t1_') || element.classList.contains('morechildren')) continue;
      const text = entry.querySelector('.usertext-body .md');
      const link = entry.querySelector('a.bylink');
      yield {
        element,
        open: `${opening(element, COMMENT_CLASSES, COMMENT_FACTS)}<div class="entry">${tagline(entry)}${usertext(text)}`
          + (link ? `<a class="bylink"${attributes(link, ['href'])}></a>` : '')
          + '</div><div class="child">',
        close: '</div></div>',
        isRead: isSaid(text),
      };
    }
  }

  const post = findPost();
  if (!post || !words(post.querySelector('a.title'))) return null;
  const head = postHtml(post);
  const { html, comments: read } = commentsHtml(head, comments());
  return {
    html: `${head}<div class="commentarea">${html}</div>`,
    comments: read,
    total: shownNumber(post.getAttribute('data-comments-count') || words(post.querySelector('a.comments'))),
  };
};
