// Where the panel stands, and what it was opened for.

import { browser } from '../browser.js';

/**
 * @typedef {object} Asked  which page the reader means
 * @property {number} [tabId]
 * @property {number} [windowId]
 * @property {string} [url]
 * @property {boolean} [isNamed]  whether the reader named the page itself: then an article is made without asking once more
 * @property {boolean} [refresh]  whether a known card is to be made anew
 */

/** @returns {Promise<number>} */
export const ownWindow = async () => (await browser.windows.getCurrent()).id;

export const openOptions = () => browser.runtime.openOptionsPage();

/** The panel opened as a page of its own is told its page in the address. @returns {Asked} */
export function parameters() {
  const given = new URLSearchParams(location.search);
  const tab = Number.parseInt(given.get('tab') ?? '', 10);
  return { ...(Number.isNaN(tab) ? {} : { tabId: tab }), ...(given.get('url') ? { url: given.get('url') ?? '', isNamed: true } : {}) };
}
