// The only storage. Settings live on this computer; what the panel shows and
// which tab was clicked live as long as the browser session.

import { browser } from './browser.js';

/**
 * @typedef {object} Settings
 * @property {number} v
 * @property {string} server  address without trailing slash
 * @property {string} key     '' when the server asks for none
 * @property {boolean} capture  send what a thread's page shows, not its address alone
 * @property {boolean} inPage   a "Card" action beside Share on Reddit
 * @property {boolean} badge    look up quietly whether a page has a card
 */

/**
 * @typedef {object} Click  a toolbar click the panel has yet to act on
 * @property {number | null} tabId  null when a link was clicked: the page is in no tab
 * @property {number} windowId
 * @property {string} url
 * @property {number} at  milliseconds since the epoch
 */

/**
 * @typedef {object} Current  what the panel was showing, so that reopening resumes it
 * @property {'job' | 'card'} kind
 * @property {string} id
 * @property {string} server  a job is only asked of the server that has it
 * @property {string} url
 * @property {string} title
 */

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({ v: 1, server: 'http://127.0.0.1:8321', key: '', capture: true, inPage: false, badge: false });

/**
 * MIGRATIONS[n] turns settings of version n into version n + 1. One is dropped
 * a year after the release that brought it.
 *
 * @type {((old: any) => any)[]}
 */
const MIGRATIONS = [
  // 0: nothing stored, or stored before settings had a version.
  (old) => ({ ...old, v: 1 }),
];

/**
 * Stored settings of any age as today's, with defaults for what is missing or
 * of the wrong type. Settings from a newer version lose what we do not know.
 *
 * @param {any} stored
 * @returns {Settings}
 */
export function migrate(stored) {
  let settings = typeof stored === 'object' && stored !== null ? stored : {};
  for (let version = settings.v ?? 0; version < MIGRATIONS.length; version += 1) settings = MIGRATIONS[version](settings);
  return {
    v: DEFAULTS.v,
    server: typeof settings.server === 'string' && settings.server ? settings.server : DEFAULTS.server,
    key: typeof settings.key === 'string' ? settings.key : DEFAULTS.key,
    capture: typeof settings.capture === 'boolean' ? settings.capture : DEFAULTS.capture,
    inPage: typeof settings.inPage === 'boolean' ? settings.inPage : DEFAULTS.inPage,
    badge: typeof settings.badge === 'boolean' ? settings.badge : DEFAULTS.badge,
  };
}

/** @returns {Promise<Settings>} */
export async function loadSettings() {
  return migrate((await browser.storage.local.get('settings')).settings);
}

/** @param {Partial<Settings>} changes */
export async function saveSettings(changes) {
  await browser.storage.local.set({ settings: { ...(await loadSettings()), ...changes } });
}

/** Calls back with the settings whenever they change. @param {(settings: Settings) => void} onChange */
export function watchSettings(onChange) {
  browser.storage.local.onChanged.addListener((/** @type {any} */ changes) => {
    if (changes.settings) onChange(migrate(changes.settings.newValue));
  });
}

/** @param {Click} click */
export async function saveClick(click) {
  await browser.storage.session.set({ click });
}

/**
 * The waiting click of this window, taken so that no one acts on it twice.
 *
 * @param {number} windowId
 * @returns {Promise<Click | null>}
 */
export async function takeClick(windowId) {
  const { click } = await browser.storage.session.get('click');
  if (!click || click.windowId !== windowId) return null;
  await browser.storage.session.remove('click');
  return click;
}

/**
 * Calls back whenever a click is waiting.
 *
 * @param {() => void} onClick
 */
export function watchClicks(onClick) {
  browser.storage.session.onChanged.addListener((/** @type {any} */ changes) => {
    if (changes.click?.newValue) onClick();
  });
}

/** @returns {Promise<Current | null>} */
export async function loadCurrent() {
  return (await browser.storage.session.get('current')).current ?? null;
}

/** @param {Current | null} current */
export async function saveCurrent(current) {
  await (current ? browser.storage.session.set({ current }) : browser.storage.session.remove('current'));
}

/** @typedef {{at: number, matches: {suffix: string, id: string}[]}} Lookup  what the server said of one prefix, and when */

/** @returns {Promise<Record<string, Lookup>>} */
export async function loadLookups() {
  return (await browser.storage.session.get('lookups')).lookups ?? {};
}

/** @param {Record<string, Lookup>} lookups */
export async function saveLookups(lookups) {
  await browser.storage.session.set({ lookups });
}
