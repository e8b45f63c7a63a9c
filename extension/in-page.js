// The action in Reddit's pages, there exactly while its switch is on and the
// permission granted.

import { browser } from './browser.js';
import { IN_PAGE_OFF } from './messages.js';
import { REDDIT_PAGES } from './switches.js';

const SCRIPT = { id: 'card-action', matches: [...REDDIT_PAGES], js: ['in-page/card-action.js'], runAt: 'document_idle' };

/** Whatever was before: on, off, updated, permission taken away. @param {Pick<import('./storage.js').Settings, 'inPage'>} settings */
export async function applyInPage({ inPage }) {
  const isWanted = inPage && (await browser.permissions.contains({ origins: SCRIPT.matches }));
  const isThere = (await browser.scripting.getRegisteredContentScripts({ ids: [SCRIPT.id] })).length > 0;
  if (isWanted && !isThere) await putIn();
  if (!isWanted && isThere) await takeOut();
}

async function putIn() {
  await browser.scripting.registerContentScripts([SCRIPT]);
  // Pages that are open already would otherwise wait for their next load.
  for (const { id } of await browser.tabs.query({ url: SCRIPT.matches })) {
    await browser.scripting.executeScript({ target: { tabId: id }, files: SCRIPT.js }).catch(console.debug);
  }
}

async function takeOut() {
  await browser.scripting.unregisterContentScripts({ ids: [SCRIPT.id] });
  // By now their addresses may be hidden from us: every tab is told, those
  // with the action in them listen.
  for (const { id } of await browser.tabs.query({})) browser.tabs.sendMessage(id, { type: IN_PAGE_OFF }).catch(() => {});
}
