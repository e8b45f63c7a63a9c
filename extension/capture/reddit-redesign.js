// The redesign of 2018 to 2023: comments one after another, each with its
// level. Class names changed by the week; what stayed are `Comment t1_…`,
// `Post t3_…` and the test ids.

/** @type {any} */ (globalThis).threadproof.redditRedesign = (/** @type {string | null} */ id) => {
  const { escape, attributes, content, words, tag, isGone, isSaid, commentsHtml, shownNumber } = /** @type {any} */ (globalThis).threadproof;

  // Of the first level, and more of each level below, in pixels.
  const FIRST_PADDING = 16;
  const PADDING = 21;
  const SORRY = [
    'this post was deleted by the person who originally posted it', 'this post has been removed', 'this post was removed',
  ];
  const HEAD = /Comment (?:deleted by user|removed by moderator)|\[ ?(?:deleted|removed)[\w ]*\]/i;

  function findPost() {
    const named = id && (document.getElementById(`t3_${id}`) ?? [...document.querySelectorAll(`.t3_${id}`)].find((part) => part.querySelector('h1')));
    return named || document.querySelector('[data-test-id="post-content"]');
  }

  /** Where the page says it lives; else where the post's own link to its comments leads. @param {Element} post */
  function ownAddress(post) {
    const told = document.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? '';
    return told.includes('/comments/') ? told : post.querySelector('a[href*="/comments/"]')?.getAttribute('href') ?? '';
  }

  /** What the reader's own vote may have moved by one, as the page shows it to them. @param {Element} part @param {string} name */
  const score = (part, name) => tag('div', { id: `vote-arrows-${name}` }, escape(words(part.querySelector('[id^="vote-arrows-"]'))));

  /** Somebody's name, once behind a picture that is a link too. @param {Element} part @param {string} mark */
  function author(part, mark) {
    const link = part.querySelector(`[data-testid="${mark}"]`)
      ?? [...part.querySelectorAll('a[href*="/user/"]')].find((each) => words(each) && !each.querySelector('img'));
    return tag('a', { 'data-testid': mark }, escape(words(link)));
  }

  /** @param {Element} post */
  function postHtml(post) {
    const text = post.querySelector('[class*="RichTextJSON-root"]') ?? post.querySelector('[data-click-id="text"]');
    const outside = post.querySelector('a[data-testid="outbound-link"]') ?? post.querySelector('a[href^="http"][target="_blank"]');
    const flair = post.querySelector('a[href*="flair_name"]');
    const shown = words(post).toLowerCase();
    const marks = new Set([...post.querySelectorAll('span')].filter((mark) => mark.children.length === 0).map((mark) => words(mark).toLowerCase()));
    const name = id ?? '';
    return `<link rel="canonical" href="${escape(ownAddress(post))}">`
      + `<div class="Post t3_${escape(name)} " id="t3_${escape(name)}"><div data-test-id="post-content">`
      + score(post, `t3_${name}`)
      + author(post, 'post_author_link')
      + `<h1>${escape(words(post.querySelector('h1') ?? post.querySelector('h2')))}</h1>`
      + (flair ? `<a href="?f=flair_name">${escape(words(flair))}</a>` : '')
      + ['nsfw', 'spoiler'].filter((mark) => marks.has(mark)).map((mark) => `<span>${mark}</span>`).join('')
      + SORRY.filter((sorry) => shown.includes(sorry)).slice(0, 1).map((sorry) => `<p>${sorry}</p>`).join('')
      + (outside ? `<a data-testid="outbound-link"${attributes(outside, ['href'])}></a>` : '')
      + tag('div', { 'data-click-id': 'text', class: 'RichTextJSON-root' }, content(text))
      + tag('span', { 'data-test-id': 'comments-page-link-num-comments' }, escape(words(post.querySelector('[data-test-id="comments-page-link-num-comments"]'))))
      + '</div></div>';
  }

  function* comments() {
    const seen = new Set();
    for (const element of document.querySelectorAll('.Comment')) {
      const name = /(?:^|\s)(t1_[0-9a-z]{1,13})(?:\s|$)/.exec(element.className)?.[1];
      if (!name || seen.has(name)) continue;
      seen.add(name);
      const text = element.querySelector('[data-testid="comment"], [data-test-id="comment"]');
      yield { element, open: commentHtml(element, name, text), close: '', isRead: isSaid(text) };
    }
  }

  /** @param {Element} element @param {string} name @param {Element | null} text */
  function commentHtml(element, name, text) {
    const head = element.querySelector('[data-testid^="post-comment-header"]') ?? (text ? null : element);
    const shown = words(head);
    return `<div class="Comment ${name} "><span>level ${level(element, name)}</span>`
      + '<div data-testid="post-comment-header">'
      + (isGone(shown) ? '' : author(element, 'comment_author_link'))
      + (shown.includes('MOD') && isMarked(head ?? element) ? '<span>MOD</span>' : '')
      + tag('span', {}, escape(text ? '' : HEAD.exec(shown)?.[0] ?? ''))
      + (/· ?edited\b/.test(shown) ? '<span>· edited</span>' : '')
      + '</div>'
      + (text ? `<div data-testid="comment">${content(text)}</div>${score(element, name)}` : '')
      + '</div>';
  }

  /** The mark itself, not somebody who is called that. @param {Element} head */
  const isMarked = (head) => [...head.querySelectorAll(':not(a)')].some((mark) => mark.children.length === 0 && words(mark) === 'MOD');

  /** From 1, by its own words or by how far it is moved in. @param {Element} element @param {string} name */
  function level(element, name) {
    for (const mark of element.querySelectorAll('span')) {
      const told = mark.children.length === 0 && /^\s*level (\d{1,4})/.exec(mark.textContent ?? '');
      if (told) return told[1];
    }
    const padding = Number.parseInt(/** @type {HTMLElement | null} */ (element.closest(`#${CSS.escape(name)}`))?.style.paddingLeft ?? '', 10) || 0;
    return String(Math.max(0, Math.trunc((padding - FIRST_PADDING) / PADDING)) + 1);
  }

  const post = findPost();
  if (!post || !words(post.querySelector('h1') ?? post.querySelector('h2'))) return null;
  const head = postHtml(post);
  const { html, comments: read } = commentsHtml(head, comments());
  return { html: head + html, comments: read, total: shownNumber(words(post.querySelector('[data-test-id="comments-page-link-num-comments"]'))) };
};
