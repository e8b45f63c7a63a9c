// What the parts say to one another. The background alone touches pages; the
// panel asks it to.

import { browser } from './browser.js';

/**
 * Read the page in a tab: `{type, tabId?, windowId?, url?}`, answered by a
 * PageSeen. Without `tabId` it is the active tab of the window. A `url` alone
 * is a page's address, read only where that page is in front.
 */
export const SEE_PAGE = 'see-page';

/** From the action in Reddit's page: `{type, url}`. The panel finds it as a click. */
export const OPEN_CARD = 'open-card';

/** To every page when the action in Reddit's page is switched off. */
export const IN_PAGE_OFF = 'in-page-off';

/**
 * @typedef {object} Capture  version 1, as the server reads it
 * @property {1} v
 * @property {string} url
 * @property {string} captured_at  ISO 8601, UTC
 * @property {'dom' | 'json'} via  `html` for the first, `json` for the second
 * @property {string} [html]
 * @property {unknown} [json]
 */

/**
 * @typedef {object} PageSeen
 * @property {string | null} url  null when the browser will not tell us which page it is
 * @property {string} title
 * @property {'thread' | 'page' | 'none'} kind  'page' is no thread: only its address is ever sent, and an article is offered first;
 *   'none' is a page no server can read
 * @property {Capture | null} capture  null on pages we have no reader for, where reading was refused, and where the reader switched it off
 * @property {{comments: number, total: number | null} | null} counts  what the capture holds: comments whose words are there, as the
 *   server counts them, of those the page says there are
 */

/**
 * @param {{type: string} & Record<string, unknown>} message
 * @returns {Promise<any>}
 */
export function ask(message) {
  return browser.runtime.sendMessage(message);
}
