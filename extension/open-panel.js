// Where a card is shown: the side panel (Chrome), the sidebar (Firefox), a
// small window where neither can be opened.

import { browser } from './browser.js';
import { saveClick, takeClick } from './storage.js';

/**
 * Called inside the reader's gesture, and opens before anything is awaited:
 * after the first await the click no longer counts as theirs.
 *
 * @param {any} tab  where the click was
 * @param {{tabId: number | null, url: string}} wanted  whose card; without a tab it is a link's
 */
export async function openPanel(tab, wanted) {
  const opening = open(tab.windowId).then(() => null, (error) => error);
  await saveClick({ ...wanted, windowId: tab.windowId, at: Date.now() });
  const error = await opening;
  // Firefox opens its sidebar for a click on the toolbar or in a menu, not for
  // one in a page; where it stands open it has heard already.
  if (!error || (await isOpen(tab.windowId))) return;
  console.warn('The panel did not open.', error);
  await openWindow(tab.windowId, wanted);
}

/** @param {number} windowId @returns {Promise<void>} */
function open(windowId) {
  try {
    return (browser.sidePanel?.open({ windowId }) ?? browser.sidebarAction?.open()) || Promise.reject(new Error('There is no side panel here.'));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** @param {number} windowId */
const isOpen = async (windowId) => Boolean(await browser.sidebarAction?.isOpen?.({ windowId }).catch(() => false));

/** @param {number} windowId @param {{tabId: number | null, url: string}} wanted */
async function openWindow(windowId, { tabId, url }) {
  await takeClick(windowId);
  const page = `panel/panel.html?${tabId === null ? `url=${encodeURIComponent(url)}` : `tab=${tabId}`}`;
  await (browser.windows ? browser.windows.create({ url: page, type: 'popup', width: 440, height: 760 }) : browser.tabs.create({ url: page }));
}
