// Which pages hold a thread, told from the address alone: no page is touched
// before the reader clicks.

/**
 * @typedef {object} PageKind
 * @property {'thread' | 'page' | 'none'} kind  'none' is a page no server can read: chrome://, about:, a file
 * @property {'reddit' | 'hacker-news' | null} site  set for threads of a site we know
 */

const REDDIT_HOST = /^(?:(?:www|old|new|np|sh|m|i|amp)\.)?reddit\.com$/;
const REDDIT_THREAD = /^(?:\/(?:r|user|u)\/[\w.-]+)?\/(?:comments|gallery)\/[a-z0-9]+(?:\/|$)/i;
const REDDIT_SHARE = /^\/(?:r|u|user)\/[\w.-]+\/s\/\w+\/?$/i;

/** @type {[site: PageKind['site'], isThread: (url: URL) => boolean][]} */
const SITES = [
  ['reddit', (url) => REDDIT_HOST.test(url.hostname) && (REDDIT_THREAD.test(url.pathname) || REDDIT_SHARE.test(url.pathname))],
  ['reddit', (url) => url.hostname === 'redd.it' && /^\/[a-z0-9]+\/?$/i.test(url.pathname)],
  ['hacker-news', (url) => url.hostname === 'news.ycombinator.com' && url.pathname === '/item' && /^\d+$/.test(url.searchParams.get('id') ?? '')],
];

/**
 * What kind of page an address leads to.
 *
 * @param {unknown} address
 * @returns {PageKind}
 */
export function pageKind(address) {
  const url = parseWebAddress(address);
  if (!url) return { kind: 'none', site: null };
  const known = SITES.find(([, isThread]) => isThread(url));
  return known ? { kind: 'thread', site: known[0] } : { kind: 'page', site: null };
}

/**
 * The address as a URL when it is one a server could read, else null.
 *
 * @param {unknown} address
 * @returns {URL | null}
 */
export function parseWebAddress(address) {
  if (typeof address !== 'string') return null;
  try {
    const url = new URL(address);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

/**
 * A server address in the one spelling we store: no query, no fragment, no
 * trailing slash. Null when it is not http or https, or carries a password,
 * which would end up in every request line and log.
 *
 * @param {string} typed
 * @returns {string | null}
 */
export function serverAddress(typed) {
  const trimmed = typed.trim();
  const url = parseWebAddress(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
  if (!url || url.username || url.password) return null;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/**
 * The match pattern that covers a server, for the permissions API. Patterns
 * have no port: `http://host:8321/*` is refused by Firefox.
 *
 * @param {string} address
 * @returns {string}
 */
export function originPattern(address) {
  const url = new URL(address);
  return `${url.protocol}//${url.hostname}/*`;
}
