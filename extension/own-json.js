// The one request besides the server's: a thread's own `.json`, asked inside
// the reader's page, of that page's site, as the page itself could.

import { browser } from './browser.js';
import { ownJsonPath, readOwnJson } from './core/own-json.js';

// Reddit answers in half a second or turns us away; a card is waiting.
const PATIENCE_MS = 2500;

/**
 * @param {number} tabId
 * @param {string} key  the thread's canonical URL
 * @returns {Promise<import('./core/own-json.js').OwnJson | null>}
 */
export async function fetchOwnJson(tabId, key) {
  try {
    const [injection] = await browser.scripting.executeScript({ target: { tabId }, func: fetchInPage, args: [ownJsonPath(key), PATIENCE_MS] });
    return typeof injection?.result === 'string' ? readOwnJson(injection.result, key) : null;
  } catch (error) {
    console.warn('The page could not be asked for its own data.', error);
    return null;
  }
}

/** Runs inside the page: it knows nothing of this module. @param {string} path @param {number} patienceMs @returns {Promise<string | null>} */
async function fetchInPage(path, patienceMs) {
  try {
    const response = await fetch(new URL(path, location.origin), {
      credentials: 'same-origin', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(patienceMs),
    });
    // It may lead on to the thread's longer address, and to no other site.
    return response.ok && new URL(response.url).origin === location.origin && response.headers.get('Content-Type')?.includes('json') ? await response.text() : null;
  } catch {
    return null;
  }
}
