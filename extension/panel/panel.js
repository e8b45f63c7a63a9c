// The panel: which page it is asked about, and what its bar opens.

import { browser } from '../browser.js';
import { localise } from '../i18n.js';
import { loadCurrent, takeClick, watchClicks } from '../storage.js';
import { openOptions, ownWindow, parameters } from './place.js';
import { makeCard, makeCardHere, resume, startOver } from './work.js';

/** @returns {Promise<boolean>} whether a click was waiting */
async function takeWaitingClick() {
  const click = await takeClick(await ownWindow());
  // A clicked link's page is in no tab; the reader named it by the click.
  if (click) makeCard(click.tabId === null ? { windowId: click.windowId, url: click.url, isNamed: true } : { tabId: click.tabId, url: click.url });
  return click !== null;
}

/** @param {string} selector @param {() => unknown} act */
const onClick = (selector, act) => document.querySelector(selector)?.addEventListener('click', act);

async function start() {
  localise(document);
  onClick('.wordmark', startOver);
  onClick('#new-card', makeCardHere);
  onClick('#history', () => browser.tabs.create({ url: browser.runtime.getURL('history/history.html') }));
  onClick('#options', openOptions);
  const asked = parameters();
  if (asked.tabId !== undefined || asked.url) return makeCard(asked);
  watchClicks(takeWaitingClick);
  if (await takeWaitingClick()) return undefined;
  const current = await loadCurrent(await ownWindow());
  return current ? resume(current) : startOver();
}

start();
