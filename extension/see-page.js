// What a page in a tab shows, read when the reader asks for its card.

import { browser } from './browser.js';
import { captureOf } from './core/capture-document.js';
import { canonical } from './core/canonical-url.js';
import { isSamePage, pageKind, plainAddress } from './core/thread-url.js';
import { isCardKnown } from './known-cards.js';
import { fetchOwnJson } from './own-json.js';
import { loadSettings } from './storage.js';

/** @typedef {import('./messages.js').PageSeen} PageSeen */
/** @typedef {import('./core/capture-document.js').Shown} Shown */

/**
 * The files that read a site's thread pages. The last one's value is the
 * result, or null when the page is not what it knows.
 *
 * @type {Record<string, string[]>}
 */
const CAPTURES = {
  reddit: [
    'capture/light-html.js', 'capture/reddit-shreddit.js', 'capture/reddit-state.js', 'capture/reddit-redesign.js', 'capture/reddit-old.js',
    'capture/reddit.js',
  ],
  hackernews: ['capture/light-html.js', 'capture/hackernews.js'],
};

/** @param {{tabId?: number | null, windowId?: number, url?: string}} message @returns {Promise<PageSeen>} */
export async function seePage({ tabId, windowId, url }) {
  const tab = await findTab(tabId ?? null, windowId);
  const address = plainAddress(url || tab?.url);
  const { kind, site } = pageKind(address);
  // A page named by its address alone is read only if it is the one in front.
  const isMeant = Boolean(tab && address && (typeof tabId === 'number' || plainAddress(tab.url) === address || isSamePage(tab.url, address)));
  const seen = { url: address, title: isMeant ? tab.title ?? '' : '', kind, capture: null, counts: null };
  if (!isMeant || !address || !site || !(await loadSettings()).capture) return seen;
  const shown = await readShown(tab.id, site);
  // A tab may have moved on since it was clicked: then its page is another's.
  if (shown && canonical(address)?.key && !isSamePage(shown.url, address)) return seen;
  const own = site === 'reddit' ? await readMore(tab.id, shown?.url ?? address) : null;
  const at = shown?.url ?? address;
  return { ...seen, url: at, ...captureOf(shown, own, at, new Date()) };
}

/** The page's own data, unless there is a public card already: then nobody waits for it. @param {number} tabId @param {string} address */
function readMore(tabId, address) {
  const key = canonical(address)?.key;
  if (!key) return null;
  const known = isCardKnown(address).then((isKnown) => (isKnown ? null : new Promise(() => {})));
  return Promise.race([fetchOwnJson(tabId, key), known]);
}

/** @param {number | null} tabId @param {number | undefined} windowId @returns {Promise<any>} */
async function findTab(tabId, windowId) {
  if (tabId !== null) return browser.tabs.get(tabId).catch(() => null);
  const [active] = await browser.tabs.query({ active: true, ...(windowId === undefined ? { lastFocusedWindow: true } : { windowId }) });
  return active ?? null;
}

/** @param {number} tabId @param {string} site @returns {Promise<Shown | null>} */
async function readShown(tabId, site) {
  const files = CAPTURES[site];
  if (!files) return null;
  try {
    const [injection] = await browser.scripting.executeScript({ target: { tabId }, files });
    return injection?.result ?? null;
  } catch (error) {
    // Not ours to read: the reader has not clicked on this page, or it is one
    // of the browser's own. The address alone still makes a card.
    console.warn('The page could not be read.', error);
    return null;
  }
}
