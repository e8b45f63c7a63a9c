// The only storage. Settings and history live on this computer; what a panel
// shows and which tab was clicked live as long as the browser session.

import { browser } from './browser.js';

/** @typedef {'auto' | 'light' | 'dark'} Theme */

/**
 * @typedef {object} Settings
 * @property {number} v
 * @property {string} server    address without trailing slash
 * @property {string} key       '' when the server asks for none
 * @property {string} lang      of the cards, as in BCP 47; '' is each thread's own
 * @property {Theme} theme
 * @property {boolean} capture  send what a thread's page shows, not its address alone
 * @property {boolean} preview  show what would be sent and wait for a yes
 * @property {boolean} inPage   a "Card" action beside Share on Reddit
 * @property {boolean} badge    look up quietly whether a page has a card
 */

/**
 * @typedef {object} Click  a click the panel has yet to act on
 * @property {number | null} tabId  null when a link was clicked: the page is in no tab
 * @property {number} windowId
 * @property {string} url
 * @property {number} at  milliseconds since the epoch
 */

/**
 * @typedef {object} Current  what a panel was showing, so that reopening resumes it
 * @property {'job' | 'card'} kind
 * @property {string} id
 * @property {string} server  a job is only asked of the server that has it
 * @property {string} url
 * @property {string} title
 * @property {string} sent  what left this computer for it, in words
 */

/**
 * @typedef {object} Visit  a card the reader has had
 * @property {string} id
 * @property {string} server
 * @property {string} url  the thread's
 * @property {string} headline
 * @property {string} place  the community or site
 * @property {number} version
 * @property {number} at  milliseconds since the epoch
 */

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  v: 2,
  server: 'http://127.0.0.1:8321',
  key: '',
  lang: '',
  theme: 'auto',
  capture: true,
  preview: false,
  inPage: false,
  badge: false,
});

/** @type {readonly Theme[]} */
export const THEMES = ['auto', 'light', 'dark'];

const MOST_VISITS = 200;
// Read by look/theme.js before the first paint, when no promise has settled yet.
const THEME_KEY = 'theme';

/**
 * MIGRATIONS[n] turns settings of version n into version n + 1. One is dropped
 * a year after the release that brought it.
 *
 * @type {((old: any) => any)[]}
 */
const MIGRATIONS = [
  // 0: nothing stored, or stored before settings had a version.
  (old) => ({ ...old, v: 1 }),
  // 1: server and key alone; what is new has its default.
  (old) => ({ ...old, v: 2 }),
];

/** Whether a value may stand for a setting, where its type alone does not tell. @type {Partial<Record<keyof Settings, (value: any) => boolean>>} */
const ADMITS = {
  server: (value) => value !== '',
  lang: (value) => /^(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)?$/.test(value),
  theme: (value) => THEMES.includes(value),
};

/**
 * Stored settings of any age as today's, with defaults for what is missing or
 * of the wrong type. Settings from a newer version lose what we do not know.
 *
 * @param {any} stored
 * @returns {Settings}
 */
export function migrate(stored) {
  let settings = typeof stored === 'object' && stored !== null ? stored : {};
  const version = Number.isInteger(settings.v) && settings.v >= 0 ? settings.v : 0;
  for (const migration of MIGRATIONS.slice(version)) settings = migration(settings);
  const names = /** @type {(keyof Settings)[]} */ (Object.keys(DEFAULTS));
  const kept = names.filter((name) => name !== 'v' && typeof settings[name] === typeof DEFAULTS[name] && (ADMITS[name]?.(settings[name]) ?? true));
  return { ...DEFAULTS, ...Object.fromEntries(kept.map((name) => [name, settings[name]])) };
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

/** Keeps a copy of the theme where a page finds it before it is painted. @param {Theme} theme */
export function rememberTheme(theme) {
  localStorage.setItem(THEME_KEY, theme);
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

/** Each window has its own panel. @param {number} windowId */
const currentKey = (windowId) => `current-${windowId}`;

/** @param {number} windowId @returns {Promise<Current | null>} */
export async function loadCurrent(windowId) {
  const key = currentKey(windowId);
  return (await browser.storage.session.get(key))[key] ?? null;
}

/** @param {number} windowId @param {Current | null} current */
export async function saveCurrent(windowId, current) {
  await browser.storage.session.set({ [currentKey(windowId)]: current });
}

/** Newest first. @returns {Promise<Visit[]>} */
export async function loadHistory() {
  const { history } = await browser.storage.local.get('history');
  return Array.isArray(history) ? history : [];
}

/** A card seen again moves to the top. @param {Visit} visit */
export async function addVisit(visit) {
  const others = (await loadHistory()).filter(({ id, server }) => id !== visit.id || server !== visit.server);
  await browser.storage.local.set({ history: [visit, ...others].slice(0, MOST_VISITS) });
}

/** @param {Visit} [visit]  all of them when none is named */
export async function forgetVisits(visit) {
  const left = visit ? (await loadHistory()).filter(({ id, server }) => id !== visit.id || server !== visit.server) : [];
  await browser.storage.local.set({ history: left });
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
