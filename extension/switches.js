// The two things that reach beyond a click, each behind a permission of its
// own. Called inside the click on a switch, or the browser does not ask. The
// background hears of the change and does the rest.

import { browser } from './browser.js';
import { saveSettings } from './storage.js';

/** Where the action in the page stands. */
export const REDDIT_PAGES = Object.freeze(['https://www.reddit.com/*', 'https://old.reddit.com/*', 'https://new.reddit.com/*', 'https://sh.reddit.com/*']);

/**
 * The "Card" action beside Share on Reddit, on or off.
 *
 * @param {boolean} isOn
 * @returns {Promise<boolean>} whether it is on now: the reader may have refused the permission
 */
export function switchInPage(isOn) {
  return turn('inPage', { origins: [...REDDIT_PAGES] }, isOn);
}

/**
 * The mark on the toolbar's button when a card exists for the page in front, on or off.
 *
 * @param {boolean} isOn
 * @returns {Promise<boolean>} whether it is on now: the reader may have refused the permission
 */
export function switchBadge(isOn) {
  return turn('badge', { permissions: ['tabs'] }, isOn);
}

/** @param {'inPage' | 'badge'} name @param {object} permission @param {boolean} isOn */
async function turn(name, permission, isOn) {
  if (isOn && !(await browser.permissions.request(permission))) return false;
  await saveSettings({ [name]: isOn });
  if (!isOn) await browser.permissions.remove(permission);
  return isOn;
}
