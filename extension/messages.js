// What the parts say to one another. The background alone touches pages; the
// panel asks it to.

import { browser } from './browser.js';

/**
 * Read the page in a tab: `{type, tabId?, windowId?, url?}`, answered by a
 * PageSeen. Without `tabId` it is the active tab of the window.
 */
export const SEE_PAGE = 'see-page';

/**
 * @typedef {object} Capture  version 1, as the server reads it
 * @property {1} v
 * @property {string} url
 * @property {string} captured_at  ISO 8601, UTC
 * @property {'dom'} via
 * @property {string} html
 */

/**
 * @typedef {object} PageSeen
 * @property {string | null} url  null when the browser will not tell us which page it is
 * @property {string} title
 * @property {Capture | null} capture  null on pages we have no reader for, and where reading was refused
 * @property {{comments: number, total: number | null} | null} counts  what the capture holds
 */

/**
 * @param {{type: string} & Record<string, unknown>} message
 * @returns {Promise<any>}
 */
export function ask(message) {
  return browser.runtime.sendMessage(message);
}
