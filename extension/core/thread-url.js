// Which pages hold a thread, told from the address alone: no page is touched
// before the reader clicks.

import { parseWebAddress } from './address.js';
import { canonical } from './canonical-url.js';
import { withoutTracking } from './page-key.js';

export { parseWebAddress };

/**
 * @typedef {object} PageKind
 * @property {'thread' | 'page' | 'none'} kind  'none' is a page no server can read: chrome://, about:, a file
 * @property {import('./canonical-url.js').Site | null} site  set for threads of a site we know
 */

/**
 * What kind of page an address leads to.
 *
 * @param {unknown} address
 * @returns {PageKind}
 */
export function pageKind(address) {
  const found = canonical(address);
  if (!found) return { kind: 'none', site: null };
  return { kind: found.site ? 'thread' : 'page', site: found.site };
}

/**
 * Whether two addresses are one thread or page's. What only a look-up can tell
 * apart is taken for different.
 *
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
export function isSamePage(one, other) {
  const key = canonical(one)?.key;
  return Boolean(key) && key === canonical(other)?.key;
}

/**
 * A page's address with nothing in it about who opened it and from where: no
 * name and password, no tracking, no fragment. Null when it is no web address.
 *
 * @param {unknown} address
 * @returns {string | null}
 */
export function plainAddress(address) {
  const url = parseWebAddress(address);
  if (!url) return null;
  const { site } = pageKind(address);
  const id = site === 'hackernews' ? url.searchParams.get('id') : null;
  // Of a post on Reddit the path says all; its query holds sorting, contexts and ids of mails.
  const query = site === 'reddit' ? '' : id === null ? withoutTracking(url.search, url.hostname) : `?id=${encodeURIComponent(id)}`;
  return `${url.origin}${url.pathname}${query}`;
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
