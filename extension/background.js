// Listeners and a message table. The worker sleeps between events, so nothing
// is remembered here: a click is written down for the panel to find.

import { browser } from './browser.js';
import { captureDocument } from './core/capture-document.js';
import { pageKind } from './core/thread-url.js';
import { SEE_PAGE } from './messages.js';
import { saveClick } from './storage.js';

/** @typedef {import('./messages.js').PageSeen} PageSeen */

/**
 * The files that read a site's thread pages. The last one's value is the
 * result: `{url, html, comments, total}`, or null when the page is not what it
 * knows.
 *
 * @type {Record<string, string[]>}
 */
const CAPTURES = {
  reddit: ['capture/light-html.js', 'capture/reddit.js'],
};

/** @type {Record<string, (message: any) => Promise<any>>} */
const ANSWERS = {
  [SEE_PAGE]: seePage,
};

browser.action.onClicked.addListener((/** @type {any} */ tab) => {
  // Opening must happen before anything is awaited: after the first await the
  // click no longer counts as the reader's gesture.
  openPanel(tab);
  saveClick({ tabId: tab.id, windowId: tab.windowId, url: tab.url ?? '', at: Date.now() });
});

browser.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {any} */ _sender, /** @type {(answer: any) => void} */ respond) => {
  if (!Object.hasOwn(ANSWERS, message?.type)) return false;
  ANSWERS[message.type](message).then(respond, (error) => {
    console.error(error);
    respond(null);
  });
  return true;
});

/** @param {any} tab */
function openPanel(tab) {
  const opened = browser.sidePanel
    ? browser.sidePanel.open({ windowId: tab.windowId })
    : browser.sidebarAction?.open();
  if (!opened) browser.tabs.create({ url: `panel/panel.html?tab=${tab.id}` });
  opened?.catch((/** @type {unknown} */ error) => console.warn('The panel did not open.', error));
}

/** @param {{tabId?: number, windowId?: number, url?: string}} message @returns {Promise<PageSeen>} */
async function seePage({ tabId, windowId, url }) {
  const tab = await findTab(tabId, windowId);
  const address = url || tab?.url || null;
  // A page named by its address alone is read only if it is the one in front.
  const isMeant = tab && (tabId !== undefined || tab.url === address);
  const shown = isMeant ? await readShown(tab.id, pageKind(address).site) : null;
  if (!shown) return { url: address, title: isMeant ? tab.title ?? '' : '', capture: null, counts: null };
  return {
    url: shown.url,
    title: tab.title ?? '',
    capture: captureDocument(shown, new Date()),
    counts: { comments: shown.comments, total: shown.total },
  };
}

/** @param {number | undefined} tabId @param {number | undefined} windowId @returns {Promise<any>} */
async function findTab(tabId, windowId) {
  if (tabId !== undefined) return browser.tabs.get(tabId).catch(() => null);
  const [active] = await browser.tabs.query({ active: true, ...(windowId === undefined ? { lastFocusedWindow: true } : { windowId }) });
  return active ?? null;
}

/** @param {number} tabId @param {string | null} site @returns {Promise<any>} */
async function readShown(tabId, site) {
  const files = site && CAPTURES[site];
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
