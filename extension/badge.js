// The mark on the toolbar's button when a card exists for the thread in front.
// Only while its switch is on; while it is off nothing here is woken.

import { browser } from './browser.js';
import { pageKind } from './core/thread-url.js';
import { t } from './i18n.js';
import { isCardKnown } from './known-cards.js';
import { loadSettings } from './storage.js';

const MARK = '✓';
const COLOUR = '#1d5a50';

/** Listen from the first turn on, as a sleeping background must, and stop again where nobody wants the mark. */
export function startBadge() {
  listen();
  loadSettings().then(applyBadge);
}

/** @param {Pick<import('./storage.js').Settings, 'badge'>} settings @returns {Promise<boolean>} whether there are marks now */
export async function applyBadge({ badge }) {
  if (badge && (await isPermitted())) {
    listen();
    for (const tab of await browser.tabs.query({ active: true })) await mark(tab);
    return true;
  }
  browser.tabs.onUpdated.removeListener(onUpdated);
  browser.tabs.onActivated.removeListener(onActivated);
  return false;
}

/** Takes every mark away, when the switch goes off. */
export async function clearBadge() {
  for (const { id } of await browser.tabs.query({})) await show(id, false);
}

function listen() {
  browser.tabs.onUpdated.addListener(onUpdated);
  browser.tabs.onActivated.addListener(onActivated);
}

const isPermitted = () => browser.permissions.contains({ permissions: ['tabs'] });

/** @param {number} _id @param {any} change @param {any} tab */
function onUpdated(_id, change, tab) {
  // A page that loads loses its mark; one that moves on by itself keeps it.
  if (tab.active && (change.url || change.status === 'complete')) mark(tab);
}

/** @param {{tabId: number}} activated */
async function onActivated({ tabId }) {
  const tab = await browser.tabs.get(tabId).catch(() => null);
  if (tab) mark(tab);
}

/** Threads alone are looked up: articles would tell of every page a reader opens. @param {any} tab */
async function mark(tab) {
  if (!(await loadSettings()).badge || !(await isPermitted())) return;
  const isKnown = pageKind(tab.url).kind === 'thread' && (await isCardKnown(tab.url));
  const now = await browser.tabs.get(tab.id).catch(() => null);
  if (now?.url === tab.url) await show(tab.id, isKnown);
}

/** @param {number} tabId @param {boolean} isKnown */
async function show(tabId, isKnown) {
  try {
    await browser.action.setBadgeText({ tabId, text: isKnown ? MARK : '' });
    await browser.action.setTitle({ tabId, title: isKnown ? t('actionTitleKnown') : t('actionTitle') });
    if (isKnown) await browser.action.setBadgeBackgroundColor({ tabId, color: COLOUR });
  } catch (error) {
    // The tab was closed meanwhile.
    console.debug(error);
  }
}
