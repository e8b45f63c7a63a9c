// Listeners and a message table. The worker sleeps between events, so nothing
// is remembered here: a click is written down for the panel to find.

import { applyBadge, clearBadge, startBadge } from './badge.js';
import { browser } from './browser.js';
import { isSamePage } from './core/thread-url.js';
import { t } from './i18n.js';
import { applyInPage } from './in-page.js';
import { OPEN_CARD, SEE_PAGE } from './messages.js';
import { openPanel } from './open-panel.js';
import { seePage } from './see-page.js';
import { loadSettings, watchSettings } from './storage.js';

const LINK_MENU = 'card-for-link';

/** @type {Record<string, (message: any, sender: any) => Promise<any>>} */
const ANSWERS = {
  [SEE_PAGE]: seePage,
  [OPEN_CARD]: openCard,
};

browser.action.onClicked.addListener((/** @type {any} */ tab) => openPanel(tab, { tabId: tab.id, url: tab.url ?? '' }));

browser.contextMenus.onClicked.addListener((/** @type {any} */ info, /** @type {any} */ tab) => {
  if (info.menuItemId === LINK_MENU) openPanel(tab, { tabId: null, url: info.linkUrl });
});

browser.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {any} */ sender, /** @type {(answer: any) => void} */ respond) => {
  if (!Object.hasOwn(ANSWERS, message?.type)) return false;
  ANSWERS[message.type](message, sender).then(respond, (error) => {
    console.error(error);
    respond(null);
  });
  return true;
});

browser.runtime.onInstalled.addListener(async () => {
  await browser.contextMenus.removeAll();
  browser.contextMenus.create({ id: LINK_MENU, title: t('menuCardForLink'), contexts: ['link'], targetUrlPatterns: ['http://*/*', 'https://*/*'] });
});

browser.runtime.onInstalled.addListener((/** @type {any} */ { reason }) => {
  if (reason === 'install') browser.tabs.create({ url: browser.runtime.getURL('welcome/welcome.html') });
});

// An update, or a browser started again, loses what was registered.
browser.runtime.onInstalled.addListener(applyAll);
browser.runtime.onStartup.addListener(applyAll);
browser.permissions.onAdded.addListener(applyAll);
browser.permissions.onRemoved.addListener(() => loadSettings().then(applyChange));
watchSettings(applyChange);
startBadge();

async function applyAll() {
  const settings = await loadSettings();
  await applyInPage(settings);
  await applyBadge(settings);
}

/** What was on may be off now. @param {import('./storage.js').Settings} settings */
async function applyChange(settings) {
  await applyInPage(settings);
  if (!(await applyBadge(settings))) await clearBadge();
}

/** From a post in Reddit's page: read there when it is the page's own, else only its address is known. @param {{url: string}} message @param {any} sender */
function openCard({ url }, { tab }) {
  return openPanel(tab, { tabId: isSamePage(tab.url, url) ? tab.id : null, url });
}
