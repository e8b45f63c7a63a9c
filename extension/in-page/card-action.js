// Runs in Reddit's pages while the reader wants it there: a "Card" action
// beside each post's Share, in the feed and on the post's page. It reads
// nothing; a click says which post is meant and the background does the rest.

(() => {
  const IN_PAGE_OFF = 'in-page-off';
  const OPEN_CARD = 'open-card';
  const MARK = 'data-threadproof-card';
  // The button itself where there is one, else the place it will come to.
  const SHARE = ['shreddit-post-share-button', '[data-post-click-location="share"]', '[slot="share-button"]', 'slot[name="share-button"]', 'slot[name="ssr-share-button"]'];
  const browser = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;
  const t = (/** @type {string} */ key) => browser.i18n.getMessage(key);
  if (/** @type {any} */ (globalThis).threadproofCardAction) return;
  /** @type {any} */ (globalThis).threadproofCardAction = true;

  const pause = new AbortController();
  let isWaiting = false;
  const observer = new MutationObserver(lookSoon);

  function start() {
    browser.runtime.onMessage.addListener(onMessage);
    // Reddit moves on without loading: posts come and go in the same document.
    observer.observe(document.body, { childList: true, subtree: true });
    look();
  }

  /** @param {any} message */
  function onMessage(message) {
    if (message?.type === IN_PAGE_OFF) stop();
  }

  function stop() {
    observer.disconnect();
    pause.abort();
    for (const action of actions()) action.remove();
    /** @type {any} */ (globalThis).threadproofCardAction = false;
    // Gone with the extension when it was updated under an open page.
    browser.runtime?.onMessage?.removeListener(onMessage);
  }

  /** Once a frame at most, however much the page changes. */
  function lookSoon() {
    if (isWaiting || pause.signal.aborted) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      look();
    });
  }

  function look() {
    if (pause.signal.aborted) return;
    for (const post of document.querySelectorAll('shreddit-post')) putBesideShare(post);
    for (const post of document.querySelectorAll('.thing.link:not(.promoted)')) putInOldList(post);
  }

  /** @returns {Element[]} */
  function actions() {
    const inShadows = [...document.querySelectorAll('shreddit-post')].flatMap((post) => [...(post.shadowRoot?.querySelectorAll(`[${MARK}]`) ?? [])]);
    return [...document.querySelectorAll(`[${MARK}]`), ...inShadows];
  }

  /** Today's markup: Share stands in the post's shadow, or in its light under a slot of that name. @param {Element} post */
  function putBesideShare(post) {
    const address = post.getAttribute('permalink');
    if (!address || post.querySelector(`[${MARK}]`) || post.shadowRoot?.querySelector(`[${MARK}]`)) return;
    const share = SHARE.map((selector) => post.querySelector(selector) ?? post.shadowRoot?.querySelector(selector)).find(Boolean);
    const row = post.shadowRoot?.querySelector('[data-testid="action-row"]');
    if (!share && !row) return;
    const action = button(address);
    if (share) {
      if (share.slot) action.slot = share.slot;
      share.after(action);
      // A row that keeps its parts apart needs no help.
      if (share.parentElement && Number.parseFloat(getComputedStyle(share.parentElement).columnGap) > 0) action.style.setProperty('margin-inline-start', '0');
    } else {
      row?.append(action);
    }
  }

  /** old.reddit: one more item in the list of links below the post. @param {Element} post */
  function putInOldList(post) {
    const list = post.querySelector('.entry ul.flat-list.buttons, .entry .flat-list.buttons');
    const address = post.getAttribute('data-permalink') ?? post.querySelector('a.comments')?.getAttribute('href');
    if (!list || !address || list.querySelector(`[${MARK}]`)) return;
    const share = list.querySelector('.share, .post-sharing-button')?.closest('li');
    const item = document.createElement('li');
    item.setAttribute(MARK, '');
    const link = document.createElement('a');
    link.href = address;
    link.textContent = t('cardAction');
    link.title = t('cardActionTitle');
    link.addEventListener('click', (event) => openCard(event, address), { signal: pause.signal });
    item.append(link);
    if (share) share.after(item);
    else list.append(item);
  }

  /** Looks like Reddit's own: its colours where it names them, the page's otherwise. @param {string} address */
  function button(address) {
    const action = document.createElement('button');
    action.type = 'button';
    action.setAttribute(MARK, '');
    action.textContent = t('cardAction');
    action.title = t('cardActionTitle');
    // One property at a time: a style attribute would be refused by the page's policy.
    const look = {
      font: '600 12px/16px system-ui, sans-serif', color: 'var(--color-secondary-plain, currentColor)', background: 'var(--color-secondary-background, transparent)',
      border: '0', 'border-radius': '999px', padding: '8px 12px', 'margin-inline-start': '8px', 'min-height': '32px', cursor: 'pointer', 'white-space': 'nowrap',
    };
    for (const [name, value] of Object.entries(look)) action.style.setProperty(name, value);
    action.addEventListener('click', (event) => openCard(event, address), { signal: pause.signal });
    return action;
  }

  /** @param {Event} event @param {string} address */
  function openCard(event, address) {
    // A post is a link as a whole; this click is not for it. A page cannot click for its reader.
    event.preventDefault();
    event.stopPropagation();
    if (!event.isTrusted) return;
    try {
      browser.runtime.sendMessage({ type: OPEN_CARD, url: new URL(address, location.origin).href });
    } catch {
      stop();
    }
  }

  start();
})();
